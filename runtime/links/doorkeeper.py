"""What is checked before a connection is a link: host, origin, credentials; and the HTTP pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from runtime.links.credentials import user_of
from runtime.links.metrics import metrics_text
from runtime.links.protocol import PATH, VERSION

if TYPE_CHECKING:
    from runtime.links.connection import Connection
    from runtime.links.credentials import Principal
    from runtime.links.gate import Gate
    from runtime.links.server import LinkServer

_HASHING: Final = 256
"""Passwords that may wait to be checked."""

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


def is_wildcard(host: str) -> bool:
    """Whether an address stands for all of this machine's."""
    try:
        return ip_address(host.strip("[]")).is_unspecified
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


class Held(Exception):
    """A password is not even checked now; it says why."""


class Doorkeeper:
    """Answers every HTTP request of a server; a link is one that it lets pass.

    Args:
        server: whose door it is.
        host: the address the server listens on.
        gate: told of connections that have sent a request.
    """

    def __init__(self, server: LinkServer, host: str, gate: Gate) -> None:
        self._server = server
        self._gate = gate
        config = server.host.config
        self._hosts = {name.lower() for name in config.server_hosts}
        self._hosts.add(host.lower())
        if is_loopback(host) or is_wildcard(host):
            self._hosts |= _LOOPBACK_NAMES
        self._origins = set(config.origins_allowed)
        self._hashing = asyncio.Semaphore(2)
        self._waiting = 0

    async def __call__(self, connection: Connection, request: Request) -> Response | None:
        """An answer, or None for a link that may be opened."""
        self._gate.spoke(connection.transport)
        address = connection.address
        if not self._known_host(request.headers):
            return self._refuse(
                "host", address, HTTPStatus.MISDIRECTED_REQUEST, "wrong Host header\n"
            )
        if not self._known_origin(request.headers):
            return self._refuse("origin", address, HTTPStatus.FORBIDDEN, "no web page may attach\n")
        if getattr(request, "method", "GET") != "GET":
            refusal = self._refuse(
                "method", address, HTTPStatus.METHOD_NOT_ALLOWED, "only GET is served\n"
            )
            refusal.headers["Allow"] = "GET"
            return refusal
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
                return self._refuse("version", address, HTTPStatus.NOT_FOUND, text)
            return self._refuse("path", address, HTTPStatus.NOT_FOUND, "nothing here\n")
        principal = await self._principal(address, request.headers)
        if isinstance(principal, Response):
            return principal
        if path == "/metrics":
            if "view" not in principal.rights:
                return self._refuse("right", address, HTTPStatus.FORBIDDEN, "no right to view\n")
            page = _page(HTTPStatus.OK, metrics_text(self._server))
            del page.headers["Content-Type"]
            page.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
            return page
        if not self._server.has_room:
            return self._refuse("full", address, HTTPStatus.SERVICE_UNAVAILABLE, "too many links\n")
        connection.principal = principal
        return None

    async def password(self, address: str, user: str, password: str) -> Principal | None:
        """Who has that name and password, None for wrong ones.

        Raises:
            Held: that address failed too often, or too many wait.
        """
        return await self._hashed(
            address, lambda: self._server.credentials.password(user, password)
        )

    def failed(self, address: str, text: str) -> None:
        """Note a wrong password or token."""
        self._server.credentials.failed(address)
        self._server.ledger.say(("failed", address), "WARN", f"refused {address}: {text}")

    async def _hashed(
        self, address: str, check: Callable[[], Principal | None]
    ) -> Principal | None:
        credentials = self._server.credentials
        if self._waiting >= _HASHING:
            raise Held("too many passwords wait to be checked, try later")
        self._waiting += 1
        try:
            async with self._hashing:
                # Whoever waited here behind failures of the same address is held up like them.
                if credentials.locked(address):
                    raise Held("too many failures, try later")
                return await asyncio.to_thread(check)
        finally:
            self._waiting -= 1

    async def _principal(self, address: str, headers: Headers) -> Principal | Response:
        credentials = self._server.credentials
        shown = headers.get_all("Authorization")
        header = shown[0] if len(shown) == 1 else ""
        kind = header.partition(" ")[0].lower()
        principal: Principal | None = None
        # A good token is taken from anywhere: a guesser at the same address locks nobody out.
        if kind == "bearer":
            principal = credentials.token(header)
        try:
            if principal is None and credentials.locked(address):
                raise Held("too many failures, try later")
            if kind == "basic":
                principal = await self._hashed(address, lambda: credentials.basic(header))
        except Held as held:
            return self._refuse("locked", address, HTTPStatus.TOO_MANY_REQUESTS, f"{held}\n")
        if principal is not None:
            return principal
        text = "no credentials"
        if header:
            credentials.failed(address)
            text = f"wrong password of {user_of(header)!r}" if kind == "basic" else "wrong token"
        refusal = self._refuse(
            "credentials", address, HTTPStatus.UNAUTHORIZED, "who are you?\n", text
        )
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

    def _refuse(
        self, reason: str, address: str, status: HTTPStatus, text: str, said: str = ""
    ) -> Response:
        self._server.refused(reason, address, f"{status.value} {said or text.strip()}")
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
