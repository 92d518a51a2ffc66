"""The listening socket: how many connections there may be, and whose must go for others.

Connections are counted where the system hands them over, before TLS and HTTP: one that never says
anything costs a descriptor too, and workers, projects and the log need some.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
from typing import Any, Final

RESERVE: Final = 256
"""Descriptors that are left for everything else that the process does."""

SILENT: Final = 256
"""Connections that may not have sent a request yet."""

SILENT_EACH: Final = 64
"""Of those, from one address."""

DESCRIPTORS: Final = 65_536
"""What the limit of the process is raised to, where the system allows it."""

_CLOSING: Final = 64
_FEWEST: Final = 16


def room_for(wanted: int) -> int:
    """How many links there may be, at most those wanted; raises the process's own limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    if soft == resource.RLIM_INFINITY:
        return wanted
    return min(wanted, max(_FEWEST, soft - RESERVE - SILENT))


class Accepted(socket.socket):
    """A connection that was accepted; it says when it is closed."""

    gate: Gate | None = None
    where = ""

    def _real_close(self, *arguments: Any) -> None:
        gate, self.gate = self.gate, None
        if gate is not None:
            gate.closed(self)
        super()._real_close(*arguments)  # type: ignore[misc]


class Listener(socket.socket):
    """A listening socket whose connections pass a gate."""

    gate: Gate

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection that may stay."""
        while True:
            if self.gate.crowded:
                # Those that were shut out are closed by the loop first.
                raise BlockingIOError
            descriptor, address = self._accept()  # type: ignore[attr-defined]
            accepted = Accepted(self.family, self.type, self.proto, fileno=descriptor)
            if self.gate.admit(accepted, str(address[0])):
                return accepted, address
            accepted.close()


class Gate:
    """Counts the connections of one server, and keeps those that say nothing few.

    Args:
        most: connections in all.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: set[Accepted] = set()
        self._silent: dict[Accepted, None] = {}
        self._by_address: dict[str, dict[Accepted, None]] = {}
        self._closing: set[Accepted] = set()
        self.shut_out = 0
        """Connections that were closed to make room."""

    @property
    def crowded(self) -> bool:
        """Whether many that were shut out are still to be closed."""
        return len(self._closing) >= _CLOSING

    def listen(self, where: str, port: int) -> Listener:
        """A socket that listens there.

        Raises:
            OSError: the address cannot be used.
        """
        found = socket.getaddrinfo(where, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, number, _, address = min(found, key=lambda f: f[0] != socket.AF_INET)
        listener = Listener(family, kind, number)
        try:
            listener.gate = self
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
        return listener

    def admit(self, accepted: Accepted, where: str) -> bool:
        """Whether it may stay; the oldest silent one goes where there are too many."""
        theirs = self._by_address.get(where, {})
        if len(theirs) >= SILENT_EACH:
            self._shut_out(next(iter(theirs)))
        elif len(self._silent) >= SILENT:
            self._shut_out(next(iter(self._silent)))
        if len(self._open) - len(self._closing) >= self._most:
            if not self._silent:
                self.shut_out += 1
                return False
            self._shut_out(next(iter(self._silent)))
        accepted.gate, accepted.where = self, where
        self._open.add(accepted)
        self._silent[accepted] = None
        self._by_address.setdefault(where, {})[accepted] = None
        return True

    def spoke(self, transport: asyncio.BaseTransport) -> None:
        """This connection has sent a request."""
        shown = transport.get_extra_info("socket")
        found = getattr(shown, "_sock", shown)
        if isinstance(found, Accepted):
            self._heard(found)

    def closed(self, accepted: Accepted) -> None:
        """It is gone."""
        self._heard(accepted)
        self._open.discard(accepted)
        self._closing.discard(accepted)

    def _heard(self, accepted: Accepted) -> None:
        self._silent.pop(accepted, None)
        theirs = self._by_address.get(accepted.where)
        if theirs is not None:
            theirs.pop(accepted, None)
            if not theirs:
                del self._by_address[accepted.where]

    def _shut_out(self, accepted: Accepted) -> None:
        self._heard(accepted)
        self._closing.add(accepted)
        self.shut_out += 1
        with contextlib.suppress(OSError):
            # Its transport meets the end and closes it: the descriptor must not be used anew
            # while the loop still watches it.
            accepted.shutdown(socket.SHUT_RDWR)
