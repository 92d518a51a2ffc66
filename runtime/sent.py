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
        changes: how many runs of tag change scripts it has caused, which are no messages.
        ring: those of them that go round, to handlers of its own chain; None while there are none.
        why: why those that wait will not be delivered; empty while they will.
    """

    __slots__ = ("changes", "count", "ring", "why")

    def __init__(self) -> None:
        self.count = 0
        self.changes = 0
        self.ring: Sent | None = None
        self.why = ""

    def of(self, sender: Sender) -> bool:
        """Whether that run has sent these."""
        sent = sender.sent
        return sent is not None and (sent is self or sent.ring is self)

    def one_round(self) -> Sent:
        """Count one that goes round; gives those that do."""
        ring = self.ring
        if ring is None:
            ring = self.ring = Sent()
        ring.count += 1
        return ring


class Sender(Protocol):
    """What a run is of: a delivery, or a script's call."""

    sent: Sent | None


def one_more(sender: Sender) -> Sent:
    """Count a message of a run; gives what it has sent."""
    sent = _sent_of(sender)
    sent.count += 1
    return sent


def one_change(sender: Sender) -> Sent:
    """Count a tag change script that a run causes to run; gives what that has sent."""
    sent = _sent_of(sender)
    sent.changes += 1
    return sent


def _sent_of(sender: Sender) -> Sent:
    sent = sender.sent
    if sent is None:
        sent = sender.sent = Sent()
    return sent


def let_go(
    host: Any, sent: Sent | None, name: str, origin: Origin, what: str = "stopped"
) -> None:
    """A run was stopped: what waits of its messages ends as undelivered, if they are many.

    Ignition stops no handler, and so has no such rule: it is our choice. What was stopped in the
    middle of a flood would otherwise keep its receivers busy long after.

    Args:
        host: where they wait.
        sent: what it has sent.
        name: what the log calls it.
        origin: where it ran.
        what: what became of it.
    """
    if sent is None or sent.count <= FLOOD or sent.why:
        return
    _drop(host, sent, f"{name} was {what} after it had sent {sent.count} messages", origin)


def let_round_go(host: Any, sent: Sent | None, name: str, origin: Origin, most: int) -> None:
    """A message of a run was refused as it goes round: what it sent before that does so too.

    Args:
        host, sent, name, origin: as for ``let_go``.
        most: messages that are delivered in any case.
    """
    ring = sent.ring if sent is not None else None
    if sent is None or ring is None or ring.count <= most:
        return
    # What it sends from now on is refused as long as it is too much, and no longer.
    sent.ring = None
    why = f"{name} was refused a message after it had sent {ring.count} in a ring"
    _drop(host, ring, why, origin)


def _drop(host: Any, sent: Sent, why: str, origin: Origin) -> None:
    dropped = [sent] if sent.ring is None else [sent, sent.ring]
    for each in dropped:
        each.why = why
    host.logbook.write(
        "WARN",
        "MessageDispatchManager",
        f"{why}: those that still wait are not delivered",
        origin=origin,
    )
    for lane in host.accounts.lanes():
        for each in dropped:
            lane.let_go(each)
