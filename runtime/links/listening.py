"""Where a server listens, and what must hold before it does."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from runtime.links.credentials import unusable
from runtime.links.doorkeeper import is_loopback, is_wildcard, split_address
from runtime.links.errors import ServerRefusal

if TYPE_CHECKING:
    from runtime.host import ScriptHost


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """What makes the server's event loop: uvloop where it is installed."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop]
    factory = importlib.import_module("uvloop").new_event_loop
    return factory


def address_of(host: ScriptHost) -> tuple[str, int]:
    """Where to listen.

    Raises:
        ServerRefusal: it would be open to others, or nobody could log in; it says what is missing.
    """
    config = host.config
    try:
        where, port = split_address(config.listen)
    except ValueError as error:
        raise ServerRefusal(f"server.listen: {error}") from None
    for name in unusable(config.users):
        raise ServerRefusal(
            f"users.{name}.password is no argon2 hash: `pilotlight password` prints one"
        )
    if not is_loopback(where):
        if not config.certificate:
            raise ServerRefusal(
                f"{config.listen} can be reached from other machines, and without TLS passwords "
                "and payloads could be read on the way: set server.certificate and server.key, or "
                "listen on 127.0.0.1"
            )
        if not config.users and not config.tokens:
            raise ServerRefusal(
                f"{config.listen} can be reached from other machines, and nobody could log in: add "
                "users (or tokens) to pilotlight.toml, or listen on 127.0.0.1"
            )
    return where, port


def near_url(url: str) -> str:
    """Where tools of the same machine reach a server that may listen on all of its addresses."""
    parts = urlsplit(url)
    if not is_wildcard(parts.hostname or ""):
        return url
    here = "[::1]" if ":" in (parts.hostname or "") else "127.0.0.1"
    return f"{parts.scheme}://{here}:{parts.port}"


def tls_of(host: ScriptHost) -> ssl.SSLContext | None:
    """The TLS of the configuration, None without.

    Raises:
        ServerRefusal: the certificate or its key cannot be used.
    """
    config = host.config
    if not config.certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(config.certificate, config.certificate_key or None)
    except (OSError, ssl.SSLError) as error:
        raise ServerRefusal(
            f"server.certificate {config.certificate} and its key cannot be used: {error}"
        ) from None
    return context
