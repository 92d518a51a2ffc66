"""What becomes of the work of a worker that is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.executors import protocol
from runtime.message import OUTPUT_KEPT, Status
from sandbox.isolation.progress import account
from sandbox.isolation.worker import WorkerExit

if TYPE_CHECKING:
    from runtime.executors.remote_lane import RemoteLane

Blame = tuple[int, str]
"""The slot that a worker was ended for, and why."""


def recover(lanes: Mapping[int, RemoteLane], end: WorkerExit, blame: Blame | None) -> int:
    """End what ran, and have what waited queued again; gives how many lanes were running.

    Args:
        lanes: the worker's, by slot.
        end: how it ended.
        blame: why the host ended it.
    """
    busy = 0
    for slot, lane in list(lanes.items()):
        reported, sent = lane.books()
        found = account(end.slots[slot], reported, sent)
        ended: dict[int, tuple[Status, str]] = {
            number: _unreported(outcome) for number, outcome in found.finished.items()
        }
        running = found.running
        blamed = blame is not None and blame[0] == slot
        if running is None and blamed and found.trusted and not ended and reported < sent:
            # By its record it had not begun; but the worker was ended because of it.
            running = reported + 1
        if running is not None:
            busy += 1
            _keep_printed(lane, running)
            ended[running] = ("killed", _why(slot, lanes, end, blame))
        for number in found.lost:
            ended[number] = ("killed", "its worker was lost, and its record is not to be believed")
        lane.recover(ended)
    return busy


def _keep_printed(lane: RemoteLane, number: int) -> None:
    """Give a delivery what it had printed: its report would have, the log has it already."""
    host = lane.link.host
    for at, delivery in lane.flight():
        if at == number:
            logger = f"{delivery.message.project}.{delivery.message.handler}"
            lines = [
                f"{record.message}\n"
                for record in host.logbook
                if record.origin.delivery == delivery.id
                and record.logger == logger
                and record.level == "INFO"
            ]
            if lines:
                delivery.output = "".join(lines)[:OUTPUT_KEPT]
                host.trace.weigh(delivery)


def _unreported(outcome: int) -> tuple[Status, str]:
    if outcome == protocol.OUTCOMES.index("done"):
        return "done", ""
    status: Status = "failed"
    if outcome == protocol.TOLD:
        status = "done"
    elif outcome < len(protocol.OUTCOMES):
        status = protocol.OUTCOMES[outcome]
    return status, "its report was lost with the worker"


def _why(
    slot: int, lanes: Mapping[int, RemoteLane], end: WorkerExit, blame: Blame | None
) -> str:
    if blame is None:
        return f"its worker {end.summary}"
    if blame[0] == slot:
        return blame[1]
    return f"its worker was ended because of lane {lanes[blame[0]].name}: {blame[1]}"
