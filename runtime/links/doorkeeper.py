"""What is checked before a connection is a link: host, origin, credentials; and the HTTP pages."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from runtime.links.metrics import metrics_text
from runtime.links.protocol import PATH, VERSION

if TYPE_CHECKING:
    from runtime.links.connection import Connection
    from runtime.links.credentials import Principal
    from runtime.links.server import LinkServer

_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_CHALLENGE: Final = 'Basic realm="pilotlight", charset="UTF-8"'


def is_loopback(host: str) -> bool:
    """Whether an address or ``localhost`` is this machine's own and nobody else's."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def split_address(text: str) -> tuple[str, int]:
    """Host and port of ``host:port``; IPv6 addresses stand in brackets.

    Raises:
        ValueError: it is not of that form.
    """
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f'"{text}" is not host:port, as in 127.0.0.1:8088')
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        raise ValueError(f'"{text}": write an IPv6 address in brackets, as in [::1]:8088')
    return host, int(port)


class Doorkeeper:
    """Answers every HTTP request of a server; a link is one that it lets pass.

    Args:
        server: whose door it is.
        host: the address the server listens on.
    """

    def __init__(self, server: LinkServer, host: str) -> None:
        self._server = server
        config = server.host.config
        self._hosts = {name.lower() for name in config.server_hosts}
        self._hosts.add(host.lower())
        if is_loopback(host):
            self._hosts |= _LOOPBACK_NAMES
        self._origins = set(config.origins_allowed)
        self._hashing = asyncio.Semaphore(2)

    async def __call__(self, connection: Connection, request: Request) -> Response | None:
        """An answer, or None for a link that may be opened."""
        address = connection.address
        if not self._known_host(request.headers):
            return self._refuse("host", HTTPStatus.MISDIRECTED_REQUEST, "wrong Host header\n")
        if not self._known_origin(request.headers):
            return self._refuse("origin", HTTPStatus.FORBIDDEN, "no web page may attach\n")
        path = request.path.partition("?")[0]
        if path == "/live":
            return _page(HTTPStatus.OK, "live\n")
        if path == "/ready":
            if self._server.ready:
                return _page(HTTPStatus.OK, "ready\n")
            return _page(HTTPStatus.SERVICE_UNAVAILABLE, "not ready\n")
        if path not in (PATH, "/metrics"):
            if path.startswith("/link/"):
                text = f"this gateway speaks version {VERSION} of the protocol: {PATH}\n"
                return self._refuse("version", HTTPStatus.NOT_FOUND, text)
            return self._refuse("path", HTTPStatus.NOT_FOUND, "nothing here\n")
        principal = await self._principal(address, request.headers)
        if isinstance(principal, Response):
            return principal
        if path == "/metrics":
            if "view" not in principal.rights:
                return self._refuse("right", HTTPStatus.FORBIDDEN, "no right to view\n")
            page = _page(HTTPStatus.OK, metrics_text(self._server))
            del page.headers["Content-Type"]
            page.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
            return page
        if not self._server.has_room:
            return self._refuse("full", HTTPStatus.SERVICE_UNAVAILABLE, "too many links\n")
        connection.principal = principal
        return None

    async def _principal(self, address: str, headers: Headers) -> Principal | Response:
        credentials = self._server.credentials
        shown = headers.get_all("Authorization")
        header = shown[0] if len(shown) == 1 else ""
        kind = header.partition(" ")[0].lower()
        principal: Principal | None = None
        # A good token is taken from anywhere: a guesser at the same address locks nobody out.
        if kind == "bearer":
            principal = credentials.token(header)
        if principal is None and credentials.locked(address):
            text = "too many failures, try later\n"
            return self._refuse("locked", HTTPStatus.TOO_MANY_REQUESTS, text)
        if kind == "basic":
            async with self._hashing:
                # Whoever waited here behind failures of the same address is held up like them.
                if credentials.locked(address):
                    text = "too many failures, try later\n"
                    return self._refuse("locked", HTTPStatus.TOO_MANY_REQUESTS, text)
                principal = await asyncio.to_thread(credentials.basic, header)
        if principal is not None:
            return principal
        if header:
            credentials.failed(address)
        refusal = self._refuse("credentials", HTTPStatus.UNAUTHORIZED, "who are you?\n")
        refusal.headers["WWW-Authenticate"] = _CHALLENGE
        return refusal

    def _known_host(self, headers: Headers) -> bool:
        shown = headers.get_all("Host")
        if len(shown) != 1:
            return False
        text = shown[0].lower()
        name, colon, port = text.rpartition(":")
        if colon and port.isdigit():
            text = name
        return text in self._hosts

    def _known_origin(self, headers: Headers) -> bool:
        shown = headers.get_all("Origin")
        # Programs send none; a browser always does.
        return not shown or (len(shown) == 1 and shown[0] in self._origins)

    def _refuse(self, reason: str, status: HTTPStatus, text: str) -> Response:
        refusals = self._server.refusals
        refusals[reason] = refusals.get(reason, 0) + 1
        return _page(status, text)


def _page(status: HTTPStatus, text: str) -> Response:
    body = text.encode()
    headers = Headers()
    headers["Content-Type"] = "text/plain; charset=utf-8"
    headers["Content-Length"] = str(len(body))
    headers["Connection"] = "close"
    headers["Cache-Control"] = "no-store"
    headers["X-Content-Type-Options"] = "nosniff"
    return Response(status.value, status.phrase, headers, body)


def host_of(url: str) -> str:
    """The host in a URL, IPv6 addresses without brackets."""
    return urlsplit(url).hostname or ""
