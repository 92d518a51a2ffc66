"""What one run has sent: what still waits of a flood is let go when that run is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from runtime.logbook import Origin

FLOOD: Final = 20
"""Messages of one run that are delivered whatever becomes of it."""


class Sent:
    """The messages of one run; each of them knows it.

    Attributes:
        count: how many there are.
        why: why those that wait will not be delivered; empty while they will.
    """

    __slots__ = ("count", "why")

    def __init__(self) -> None:
        self.count = 0
        self.why = ""


class Sender(Protocol):
    """What a run is of: a delivery, or a script's call."""

    sent: Sent | None


def one_more(sender: Sender) -> Sent:
    """Count a message of a run; gives what it has sent."""
    sent = sender.sent
    if sent is None:
        sent = sender.sent = Sent()
    sent.count += 1
    return sent


def let_go(
    host: Any,
    sent: Sent | None,
    name: str,
    origin: Origin,
    most: int = FLOOD,
    what: str = "stopped",
) -> None:
    """A run was stopped: what waits of its messages ends as undelivered, if they are many.

    Ignition stops no handler, and so has no such rule: it is our choice. What was stopped in the
    middle of a flood would otherwise keep its receivers busy long after.

    Args:
        host: where they wait.
        sent: what it has sent.
        name: what the log calls it.
        origin: where it ran.
        most: messages that are delivered in any case.
        what: what became of it.
    """
    if sent is None or sent.count <= most or sent.why:
        return
    sent.why = f"{name} was {what} after it had sent {sent.count} messages"
    host.logbook.write(
        "WARN",
        "MessageDispatchManager",
        f"{sent.why}: those that still wait are not delivered",
        origin=origin,
    )
    for lane in host.accounts.lanes():
        lane.let_go(sent)
