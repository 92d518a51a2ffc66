"""Looks after links a few times a second: silent ones, slow ones, sessions that did not return."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Final

from runtime.links.reading import Reader

if TYPE_CHECKING:
    from runtime.links.peer import Peer
    from runtime.links.server import LinkServer

SWEEP_SECONDS: Final = 0.25

_MISSED: Final = 2.5
"""Heartbeats without a sign of life after which a link counts as cut."""


async def sweep(server: LinkServer) -> None:
    """Do so until cancelled."""
    config = server.host.config
    beat = min(SWEEP_SECONDS, config.heartbeat / 2, config.resume / 2)
    while True:
        await asyncio.sleep(beat)
        for peer in server.peers():
            try:
                _look_at(server, peer)
            except Exception as error:
                server.defect(error)
        try:
            crowded = server.gate.shut_out - server.refusals.get("silent", 0)
            if crowded:
                server.refusals["silent"] = server.gate.shut_out
                text = f"{crowded} connections that said nothing were closed to make room"
                server.ledger.say("silent", "WARN", text)
            server.watchers.look()
            server.ledger.tell()
        except Exception as error:
            server.defect(error)


def _look_at(server: LinkServer, peer: Peer) -> None:
    config = server.host.config
    connection = peer.connection
    if connection is None:
        if monotonic() - peer.cut_at > config.resume:
            peer.end(f"its link was cut {config.resume:g} s ago")
    elif monotonic() - connection.heard > config.heartbeat * _MISSED:
        peer.log("WARN", f"{peer.title}: no sign of life, link cut")
        Reader.lose(peer, connection)
        connection.cut()
    elif peer.outbox.too_slow(connection):
        peer.log("WARN", f"{peer.title} reads too slowly: its link is cut")
        Reader.lose(peer, connection)
        connection.cut()
    elif peer.kind != "client" or peer.waits:
        # Of a new version, clients are told by the reload itself.
        peer.wake()
