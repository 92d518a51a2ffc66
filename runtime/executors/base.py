"""The seam between routing and running: one contract, however and wherever handlers run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from runtime.lanes import Accepted, Lane
from runtime.message import Delivery

if TYPE_CHECKING:
    from project_store.model import Scope
    from runtime.calls import Call
    from runtime.contracts import Receiver
    from runtime.generation import Generation
    from sandbox.isolation.payload import PayloadCodec


LaneT = TypeVar("LaneT", bound=Lane)

OWN_LANES: Final = 64
"""Lanes of their own that Dedicated handlers and timers of one receiver have; each has a thread."""


@dataclass(frozen=True, slots=True)
class Running:
    """One handler, or other script, that runs now; what an operator looks at.

    Args:
        delivery: id of the delivery, 0 for a script that no message started.
        project, handler: what runs; ``handler`` is a label for other scripts.
        receiver: ``Gateway`` or a session id.
        thread: name of its thread.
        elapsed: seconds since it started.
        file, line: where it is now, in the author's file; empty and 0 when not known.
        script: the number of a script that runs outside of lanes, 0 for a delivery.
    """

    delivery: int
    project: str
    handler: str
    receiver: str
    thread: str
    elapsed: float
    file: str
    line: int
    script: int = 0

    @property
    def number(self) -> int:
        """What ``kill`` takes."""
        return self.delivery or self.script

    def __str__(self) -> str:
        where = f" at {self.file}:{self.line}" if self.file else ""
        return (
            f"{self.project}/{self.handler} on {self.receiver} for {self.elapsed:.1f} s{where} "
            f"[{self.thread}]"
        )


class Executor(Protocol):
    """Where one receiver's generation lives and its handlers run.

    A delivery that was submitted reports its own life through its ``status``: ``running`` when it
    starts, one of ``runtime.message.FINAL`` when it ends, and never anything after that. An
    executor looks the newest generation up whenever it starts a delivery.
    """

    @property
    def codec(self) -> PayloadCodec | None:
        """What makes bytes of payloads for another process; None where they are taken as they are.

        A message for this receiver alone may hold such bytes instead of a copy.
        """

    def submit(self, delivery: Delivery) -> Accepted:
        """Queue a delivery in its handler's lane; ``closed`` ones end as undelivered."""

    def submit_call(self, call: Call) -> Accepted:
        """Queue a function that a script handed over, on the lane of the scope's own thread."""

    def lane_of(self, handler: str) -> Lane:
        """The lane that a handler of that name would be queued in now."""

    def perform(self, delivery: Delivery) -> None:
        """Run one delivery to its end, on the calling (lane's) thread."""

    def settled(self, delivery: Delivery) -> None:
        """Called once for each delivery, after its lane counted how it ended."""

    def stop_running(self, delivery: Delivery, reason: str) -> bool:
        """Stop one running delivery; False when it has ended already."""

    def log_line(self, delivery: Delivery, line: str) -> None:
        """Log a line that a handler printed."""

    def follow(self) -> None:
        """There is a new version: what has not started shall run it."""

    def running(self) -> list[Running]:
        """What runs now."""

    def close(self, reason: str) -> int:
        """Take nothing more; gives how many deliveries ended undelivered by that."""


def has_room(receiver: Receiver, letter: Scope, lanes: dict[str, LaneT]) -> bool:
    """Whether a receiver may have one more lane of its own; those of what is gone make room.

    Args:
        receiver: whose lanes they are.
        letter: of its scope.
        lanes: by handler, or by ``lane_key`` of an event.
    """
    if len(lanes) < OWN_LANES:
        return True
    generation = receiver.generation()
    for key, lane in list(lanes.items()):
        if lane.at_rest and not _asked_for(generation, letter, key):
            del lanes[key]
            lane.close("its handler is gone")
            receiver.host.accounts.retire(lane)
    return len(lanes) < OWN_LANES


def _asked_for(generation: Generation | None, letter: Scope, key: str) -> bool:
    if generation is None:
        return False
    found = generation.handlers.get((letter, key))
    if found is not None and found.handler.thread_type == "Dedicated":
        return True
    kind, _, name = key.partition(" ")
    return (letter, kind, name) in generation.events


def tell_full(receiver: Receiver, name: str, lanes: int = 0) -> None:
    """Log that something runs with others because its receiver has no more threads of its own.

    Args:
        receiver: whose thread it would be.
        name: what runs with others.
        lanes: of its worker, where it has too many; 0 where the receiver itself has.
    """
    has = f"shares a worker of {lanes} lanes" if lanes else f"has {OWN_LANES} threads of its own"
    receiver.host.logbook.write(
        "WARN",
        "Lanes",
        f"project {receiver.project} ({receiver.label}) {has}, and "
        f"gets no more: {name:.100}, and whatever else asks for one, shares one",
        origin=receiver.origin(),
    )
