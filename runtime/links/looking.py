"""What attached processes run, asked for when an operator looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.executors.base import Running
from runtime.executors.protocol import Look, SeenScript, StopScript
from runtime.message import Delivery
from runtime.underway import Glance, Script

if TYPE_CHECKING:
    from runtime.links.peer import Peer
    from runtime.links.server import LinkServer


def scripts_of(server: LinkServer) -> list[Script]:
    """What runs in all attached processes; who does not answer in time is left out."""
    glance = Glance()
    for peer in server.peers():
        if peer.attached and peer.scope is not None and peer.kind != "tool":
            peer.send(Look(peer.looked.ask(glance.expect(peer))))
    return [
        _script(peer, seen)
        for peer, answer in glance.answers()
        for seen in answer.scripts
        if not seen.delivery or seen.delivery in _running(peer)
    ]


def _running(peer: Peer) -> set[int]:
    """The deliveries that a session was sent and has begun: it speaks for no others."""
    return {
        item.id
        for lane in peer.link_lanes()
        for item in list(lane.running.values())
        if isinstance(item, Delivery)
    }


def _script(peer: Peer, seen: SeenScript) -> Script:
    running = Running(
        seen.delivery,
        peer.scope.project if peer.scope is not None else "",
        seen.label,
        peer.label,
        f"{seen.thread} ({peer.where})",
        seen.elapsed,
        seen.file,
        seen.line,
    )

    def stop(reason: str) -> bool:
        if not peer.attached:
            return False
        peer.send(StopScript(seen.number, reason[:1000]))
        return True

    return Script((peer, seen.number), running, stop)
