"""Running one event script, on the lane's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from project_store.model import Scope
from runtime.events.kinds import entry_of
from runtime.generation import Generation
from runtime.message import EventCall

if TYPE_CHECKING:
    from runtime.contracts import Receiver

SHARED_TIMERS: Final = "shared"
"""The lane of all timers of one receiver that do not ask for a thread of their own."""

LIFECYCLE: Final = "events/lifecycle"
"""The serial lane of startup, shutdown and update scripts of one receiver.

Whatever the width of the Shared lane, the shutdown of one version ends before the startup of the
next begins; and a session that closes runs its shutdown before what waits is given up (our choice).
"""


def lane_key(event: EventCall) -> str:
    """Names the lane of an event script among those of its receiver; no handler is called so."""
    return event.lane if event.lane == LIFECYCLE else f"{event.kind} {event.lane}"


def has_own_lane(event: EventCall) -> bool:
    """Whether it is a timer that asks for a thread of its own."""
    return event.lane not in ("", SHARED_TIMERS, LIFECYCLE)


def run_event(receiver: Receiver, generation: Generation | None, event: EventCall) -> None:
    """Call the function of an event script; one that is gone by now is not called.

    Raises:
        BaseException: what the script raises.
    """
    instance = receiver.instance
    if event.pinned is not None:
        entry, _ = entry_of(event.kind, event.scope)
        instance.function(event.pinned.script, event.name or entry, entry)(*event.given())
        return
    if generation is None:
        return
    function = instance.handler(generation, (cast("Scope", event.scope), event.kind, event.name))
    if function is not None:
        function(*event.given())
