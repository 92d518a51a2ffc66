"""One WebSocket connection at the gateway, with what the checks before it need."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Any

from websockets.asyncio.server import ServerConnection

if TYPE_CHECKING:
    from runtime.links.credentials import Principal


class Connection(ServerConnection):
    """Remembers who it is and when it was last heard of.

    Attributes:
        heard: ``time.monotonic()`` when bytes last came.
        principal: who showed the credentials, None before.
    """

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.heard = monotonic()
        self.principal: Principal | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it in."""
        super().connection_made(transport)
        admit = getattr(self.server, "admit", None)
        if admit is not None and not admit():
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Note that the other end is alive."""
        self.heard = monotonic()
        super().data_received(data)

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
