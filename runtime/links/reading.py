"""Reads one link at a time: what comes is bounded, charged, and taken in small pieces."""

from __future__ import annotations

import asyncio
import contextlib
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from runtime.links import protocol
from runtime.links.admission import Admission, length_of
from runtime.links.errors import Refused
from runtime.links.peer import Breach, Peer
from sandbox.isolation.errors import FrameError
from sandbox.isolation.frames import MessageDecoder

if TYPE_CHECKING:
    from runtime.links.connection import Connection
    from runtime.links.server import LinkServer

MESSAGES: Final = 10_000
"""What one frame may have; the smallest take three bytes, and some work each."""

PIECE: Final = 250
"""Messages taken before the others have a turn."""

_LOOK: Final = 0.02
_SIGN: Final = 0.1


class Reader:
    """Reads the links of one server, each in a task of its own.

    Args:
        server: whose links.
    """

    def __init__(self, server: LinkServer) -> None:
        self._server = server
        self._decoder: MessageDecoder[Any] = MessageDecoder(protocol.ToGateway)
        self._admission = Admission(server, self._decoder)

    async def serve(self, connection: Connection) -> None:
        """One connection, from its Hello to its end."""
        server = self._server
        server.connected.add(connection)
        peer: Peer | None = None
        try:
            peer = await self._admission.greet(connection)
            await self._listen(connection, peer)
        except Refused as refusal:
            server.refused("hello", connection.address, str(refusal))
            await self._turn_away(connection, str(refusal))
        except (Breach, FrameError) as breach:
            what = peer.who if peer is not None else connection.address
            server.ledger.say(
                ("breach", connection.address), "WARN", f"{what} broke the protocol: {breach}"
            )
            if peer is not None and peer.connection is connection:
                peer.end(f"it broke the protocol: {breach}")
            await self._turn_away(connection, f"protocol: {breach}"[:1000])
        except (ConnectionClosed, TimeoutError):
            pass
        except Exception as error:
            server.defect(error)
            await self._turn_away(connection, "a defect of the gateway")
        finally:
            server.connected.discard(connection)
            if peer is not None:
                self.lose(peer, connection)

    @staticmethod
    def lose(peer: Peer, connection: Connection) -> None:
        """A connection is gone: sessions may come back, scripts and tools not."""
        if peer.detach(connection) and peer.kind not in ("client", "designer"):
            peer.end("its link was closed")

    @staticmethod
    async def _turn_away(connection: Connection, reason: str) -> None:
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(2.0):
                await connection.send(protocol.encode([protocol.Goodbye(reason)]))
                await connection.close(1008)

    async def _listen(self, connection: Connection, peer: Peer) -> None:
        async for frame in connection:
            if isinstance(frame, str):
                raise Breach("text")
            count = length_of(frame)
            if count > MESSAGES:
                raise Breach(f"more than {MESSAGES} messages in a frame")
            # Before any work. What is not read fills the sender's own buffers, and it waits.
            await self._rest(connection, peer, peer.rate.charge(count))
            messages = self._decoder.decode(frame)
            for start in range(0, len(messages), PIECE):
                if peer.connection is not connection or peer.ended:
                    return
                peer.take(messages[start : start + PIECE])
                while peer.behind and _goes_on(peer, connection):
                    connection.heard = monotonic()
                    await asyncio.sleep(_LOOK)
                if start + PIECE < len(messages):
                    await asyncio.sleep(0)

    @staticmethod
    async def _rest(connection: Connection, peer: Peer, seconds: float) -> None:
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0 and _goes_on(peer, connection):
            # It is not silent: we do not listen.
            connection.heard = monotonic()
            await asyncio.sleep(min(left, _SIGN))


def _goes_on(peer: Peer, connection: Connection) -> bool:
    return peer.connection is connection and connection.state is State.OPEN
