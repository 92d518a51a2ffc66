"""Functions that a script hands over to be called later: on an EDT, a callback lane, a thread."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Final, Protocol

from runtime.logbook import shown
from runtime.message import Status

if TYPE_CHECKING:
    from runtime.logbook import Origin
    from runtime.message import Delivery
    from runtime.sent import Sent


LABEL: Final = 256
"""Characters that are kept of what a script calls a function that it hands over."""


class Place(Protocol):
    """Where a script runs, as far as a report of it says."""

    @property
    def project(self) -> str: ...
    @property
    def label(self) -> str: ...
    def origin(self, handler: str = ..., delivery: int = ...) -> Origin: ...


class ScriptCall:
    """What runs on a thread when it is not a delivery: a user script or a function of one.

    Attributes:
        delivery: the delivery that caused it, None for a user script.
        scope: where it runs.
        label: what reports call it.
        number: of a function that a script handed over, in its process; 0 for a script itself.
        place: gives the file and line it is on, where it runs in another process.
    """

    __slots__ = ("delivery", "label", "number", "place", "scope", "sent", "started_at")

    def __init__(
        self, scope: Place, label: str, delivery: Delivery | None = None, number: int = 0
    ) -> None:
        self.scope = scope
        self.label = label
        self.delivery = delivery
        self.number = number
        self.place: Callable[[], tuple[str, int]] | None = None
        self.sent: Sent | None = None
        self.started_at = perf_counter()


def title_of(label: str, delivery: Delivery | None) -> str:
    """What the log calls a function that a script handed over: in quotes, as the word is its own.

    Args:
        label: what the script calls it.
        delivery: whose handler handed it over, None for a user script.
    """
    quoted = '"' + shown(label[:LABEL])[:LABEL].replace('"', "'") + '"'
    return quoted if delivery is None else f"{quoted} of {delivery.message.handler}"


class Call:
    """A function queued in a lane.

    Args:
        function: runs on the lane's thread; must not raise.
        label: what reports call it.
    """

    __slots__ = ("error", "function", "label", "queued_at", "status")

    def __init__(self, function: Callable[[], None], label: str) -> None:
        self.function = function
        self.label = label
        self.queued_at = perf_counter()
        self.status: Status = "queued"
        self.error: str | None = None

    def perform(self) -> None:
        """Call it."""
        self.status = "running"
        self.function()
        self.status = "done"

    def end(self, status: Status, error: str | None = None) -> None:
        """It will not be called."""
        self.status = status
        self.error = error

    def settle(self) -> None:
        """Nobody waits for a call."""
