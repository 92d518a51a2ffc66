"""One WebSocket connection at the gateway, with what the checks before it need."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from websockets.asyncio.server import ServerConnection

if TYPE_CHECKING:
    from runtime.links.credentials import Principal

PONGS: Final = 256 * 1024
"""Bytes of answers to pings that may be unread."""


class Connection(ServerConnection):
    """Remembers who it is and when it was last heard of.

    Attributes:
        heard: ``time.monotonic()`` when bytes last came.
        principal: who showed the credentials, None before.
        written: bytes of messages that it was ever given.
        on_drain: called when what it was given has mostly gone out.
    """

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.heard = monotonic()
        self.principal: Principal | None = None
        self.written = 0
        self.on_drain: Callable[[], object] | None = None
        self._pongs = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it in."""
        super().connection_made(transport)
        admit = getattr(self.server, "admit", None)
        if admit is not None and not admit():
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Note that the other end is alive, and whether it reads what it asks for."""
        self.heard = monotonic()
        before = self.unsent()
        super().data_received(data)
        # What the library writes here by itself are answers to pings.
        grown = self.unsent() - before
        if grown > 0:
            self._pongs = grown if not before else self._pongs + grown
            if self._pongs > PONGS:
                self.cut()

    def resume_writing(self) -> None:
        """There is room again."""
        super().resume_writing()
        if self.on_drain is not None:
            self.on_drain()

    @property
    def address(self) -> str:
        """The network address of the other end."""
        found = self.transport.get_extra_info("peername")
        return str(found[0]) if found else ""

    def unsent(self) -> int:
        """Bytes that the other end has left unread for so long that they wait here."""
        return self.transport.get_write_buffer_size()

    def cut(self) -> None:
        """End it at once, without a word."""
        self.transport.abort()
