"""Which gateway to attach to, and how to get in."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from runtime.links import places
from runtime.links.credentials import basic
from runtime.links.doorkeeper import is_loopback
from runtime.links.errors import LinkError

ANSWER_SECONDS: Final = 3.0
_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_END: Final = "-----END CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Target:
    """One gateway.

    Args:
        url: such as ``ws://127.0.0.1:8088`` or ``wss://gateway.example:8043``.
        authorization: the header that lets in.
        tls: None for a link that is not encrypted.
    """

    url: str
    authorization: str
    tls: ssl.SSLContext | None = None


Finder = Callable[[], Target]


def finder(
    url: str | None = None,
    *,
    gateway: str | None = None,
    folder: Path | None = None,
    token: str | None = None,
    user: str | None = None,
    password: str | None = None,
    ca: str | None = None,
) -> Finder:
    """What finds the gateway, again at every attempt: a restarted one has a new port and token.

    Args:
        url: where it is; None finds the one of this user on this machine.
        gateway: its name, where several run here.
        folder: only one that serves this projects folder.
        token: a token of the gateway's configuration, or its owner's.
        user, password: a user of the gateway's configuration.
        ca: PEM file of the authority that signed its certificate, or of the certificate itself.

    Raises:
        LinkError: when called, there is no such gateway, or what was given does not fit.
    """

    def find() -> Target:
        if url is None:
            place = places.find(gateway, folder)
            if place is None:
                named = f' called "{gateway}"' if gateway else ""
                raise LinkError(
                    f"no host{named} of this user runs on this machine: start one with `pilotlight "
                    "serve`, or name one with --url"
                )
        else:
            # The owner's tools may name a host of this machine by its URL too.
            place = _named(_trimmed(url))
        # The owner's token goes where the owner's file says, and not to a namesake.
        where = place.url if place is not None and (url is None or ca is None) else _trimmed(url)
        if token is not None:
            header = f"Bearer {token}"
        elif user is not None and password is not None:
            header = basic(user, password)
        elif place is not None:
            header = f"Bearer {place.token}"
        else:
            _require_answer(where)
            raise LinkError(f"no credentials for {where}: give a token or a user")
        if ca is None and place is not None and place.certificate:
            return Target(where, header, _pinned(place.certificate))
        return Target(where, header, _tls(where, ca or ""))

    return find


def _named(url: str) -> places.Place | None:
    """The host of this user and machine that a URL means: exactly that one, else by its port."""
    meant = _endpoint(url)
    found = [place for place in places.here() if _endpoint(place.url) == meant]
    return next((place for place in found if place.url == url), found[0] if found else None)


def _endpoint(url: str) -> tuple[str, str, int]:
    """What a URL means: names of this machine's own loopback mean the same."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    return parts.scheme, "localhost" if is_loopback(host) else host, port


def _require_answer(url: str) -> None:
    """Check that something answers there at all.

    Raises:
        LinkError: nothing does.
    """
    _, _, port = _endpoint(url)
    try:
        socket.create_connection((urlsplit(url).hostname, port), ANSWER_SECONDS).close()
    except OSError as error:
        raise LinkError(f"no gateway answers at {url}: {error}") from None


def _pinned(certificate: str) -> ssl.SSLContext:
    """TLS to a host of this machine that says in the owner's file which certificate it has."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # That one certificate and no other: under which name it was called proves nothing more.
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        text = Path(certificate).read_text(encoding="ascii", errors="replace")
        begin, end = text.index(_BEGIN), text.index(_END)
        context.load_verify_locations(cadata=text[begin : end + len(_END)] + "\n")
    except (OSError, ValueError, ssl.SSLError) as error:
        raise LinkError(f"the certificate {certificate} cannot be used: {error}") from None
    return context


def _trimmed(url: str | None) -> str:
    assert url is not None
    parts = urlsplit(url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    if scheme not in ("ws", "wss") or not parts.hostname or parts.path not in ("", "/"):
        raise LinkError(f'"{url}" is no address of a gateway, as in wss://gateway.example:8043')
    return f"{scheme}://{parts.netloc}"


def _tls(url: str, ca: str) -> ssl.SSLContext | None:
    parts = urlsplit(url)
    if parts.scheme == "ws":
        if not is_loopback(parts.hostname or ""):
            raise LinkError(
                f"{url} is another machine, and without TLS everybody on the way could read the "
                "password: use wss://"
            )
        return None
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca:
        try:
            context.load_verify_locations(ca)
        except (OSError, ssl.SSLError) as error:
            raise LinkError(f"the certificate {ca} cannot be used: {error}") from None
    return context
