"""The event scripts of one receiver: startup and shutdown, timers, schedules, tag changes.

Each run is a delivery like any other: queued in a lane, traced, limited, its failure logged.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from cronsim import CronSim, CronSimError

from project_store.model import ScheduledScript, TagChangeScript, TimerScript
from runtime.dispatch import current_delivery
from runtime.errors import EndlessChain, PayloadError
from runtime.events.changes import Changes
from runtime.events.running import LIFECYCLE, SHARED_TIMERS
from runtime.generation import CompiledEvent, EventKey, Generation
from runtime.message import Delivery, EventCall
from runtime.tags.provider import Change
from runtime.timers import Timer
from runtime.waiting import Waiting

if TYPE_CHECKING:
    from runtime.contracts import Receiver

_LONGEST_DELAY: Final = 10**12


class EventRunner:
    """Keeps what is to happen by itself in step with the receiver's generation.

    Args:
        receiver: the Gateway's side of a project, or a client session.

    Startup runs when the receiver starts, shutdown when it ends; both run again when one of its
    event scripts, or a library, changed (Ignition 8.0 manual, Gateway EventCall Scripts; that a
    changed message handler alone does not do it is our choice).
    """

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._lock = threading.RLock()
        self._generation: Generation | None = None
        self._active: dict[EventKey, tuple[CompiledEvent, Callable[[], object]]] = {}
        self._ended: threading.Event | None = None
        self._waiting = Waiting(int(receiver.host.config.queue_memory) << 20)

    def follow(self, generation: Generation | None, actor: str = "") -> None:
        """Go over to a generation: what did not change goes on undisturbed.

        Args:
            generation: the one that runs now; None when the project is gone.
            actor: who saved it, for update scripts.
        """
        with self._lock:
            before, self._generation = self._generation, generation
            if before is generation:
                return
            restart = self._differs(before, generation)
            if restart and before is not None:
                self._once("shutdown", before)
            wanted = self._mine(generation)
            for key, (compiled, cancel) in list(self._active.items()):
                if wanted.get(key) is not compiled:
                    cancel()
                    del self._active[key]
            if restart and generation is not None:
                self._once("startup", generation)
            if before is not None and generation is not None:
                self._once("update", generation, (actor, _changes(before, generation)))
            for key, compiled in wanted.items():
                if key not in self._active:
                    try:
                        cancel_it = self._arm(compiled)
                    except Exception as error:
                        # One script that cannot be armed holds up none of the others.
                        self._say(f"{compiled.event.file}: it will not run: {error!r}")
                        continue
                    if cancel_it is not None:
                        self._active[key] = (compiled, cancel_it)

    def stop(self, ended: threading.Event | None = None) -> bool:
        """Have nothing more happen, but the shutdown script once.

        Args:
            ended: set when that script has ended.

        Returns:
            Whether there is one.
        """
        with self._lock:
            before = self._generation
            self._ended = ended
            self.follow(None)
            self._ended = None
        return before is not None and before.event(self._key("shutdown")) is not None

    def _key(self, kind: str) -> EventKey:
        return (self._receiver.letter, kind, "")

    def _mine(self, generation: Generation | None) -> dict[EventKey, CompiledEvent]:
        if generation is None:
            return {}
        letter = self._receiver.letter
        return {
            key: compiled
            for key, compiled in generation.events.items()
            if key[0] == letter and compiled.event.enabled
        }

    def _differs(self, before: Generation | None, after: Generation | None) -> bool:
        if before is None or after is None:
            return before is not after
        if self._receiver.host.config.reload == "project" or before.libraries != after.libraries:
            return True
        old, new = self._mine(before), self._mine(after)
        return old.keys() != new.keys() or any(
            old[key].script is not new[key].script for key in new
        )

    def _once(self, kind: str, generation: Generation, arguments: tuple[Any, ...] = ()) -> None:
        compiled = generation.event(self._key(kind))
        if compiled is not None:
            letter, ended = self._receiver.letter, self._ended
            event = EventCall(kind, "", letter, arguments, pinned=compiled, lane=LIFECYCLE)
            self._fire(event, (lambda _: ended.set()) if ended is not None else None)

    def _fire(
        self, event: EventCall, settled: Callable[[Delivery], None] | None = None
    ) -> Delivery:
        return self._receiver.host.dispatcher.event(self._receiver, event, settled)

    def _arm(self, compiled: CompiledEvent) -> Callable[[], object] | None:
        event = compiled.event
        if isinstance(event, TimerScript):
            return _Repeating(self._receiver, event, self._fire).cancel
        if isinstance(event, ScheduledScript):
            return self._schedule(event)
        if isinstance(event, TagChangeScript):
            return self._subscribe(event)
        return None

    def _schedule(self, event: ScheduledScript) -> Callable[[], object] | None:
        try:
            CronSim(event.cron, datetime.now())
        except (CronSimError, ValueError, OverflowError) as error:
            self._say(f"{event.file}: the schedule {event.cron[:100]!r} cannot be read: {error}")
            return None
        return _Scheduled(self._receiver, event, self._fire).cancel

    def _say(self, fault: str) -> None:
        receiver = self._receiver
        receiver.host.logbook.write("ERROR", "Events", fault, origin=receiver.origin())

    def _subscribe(self, event: TagChangeScript) -> Callable[[], object]:
        receiver = self._receiver
        dispatcher = receiver.host.dispatcher
        changes = Changes(self._waiting)
        call = EventCall("tag-change", event.name, receiver.letter)

        def changed(change: Change) -> None:
            if not (change.initial or change.kinds & set(event.change_types)):
                return
            cause = current_delivery()
            try:
                path = dispatcher.steps(receiver, call, cause)
                turn = changes.keep(change)
            except EndlessChain:
                # The log has it; the tag was written all the same.
                return
            except PayloadError as error:
                self._say(f"{event.file}: {change.path} changed; its script is not told: {error}")
                return
            always = changes.only(change.path)
            while turn is not None:
                due = replace(call, begin=turn, always=always)
                try:
                    sent = dispatcher.event(receiver, due, turn.over, cause, path)
                except BaseException:
                    changes.take(change.path)
                    raise
                if sent.status != "rejected":
                    turn.queued()
                    return
                if turn.spare():
                    return
                # The runs that it was left to have begun meanwhile.
                always = True

        return receiver.host.tags.subscribe(event.paths, changed)


class _Repeating:
    """One timer script: a fixed delay after each run, or a fixed rate."""

    def __init__(
        self, receiver: Receiver, script: TimerScript, fire: Callable[..., Delivery]
    ) -> None:
        self._host = receiver.host
        self._seconds = min(max(script.delay, 1), _LONGEST_DELAY) / 1000
        self._fixed_delay = script.fixed_delay
        self._event = EventCall(
            "timer",
            script.name,
            receiver.letter,
            lane=SHARED_TIMERS if script.shared_thread else script.name,
        )
        self._fire = fire
        self._waiting = False
        self._cancelled = False
        self._due = monotonic() + self._seconds
        self._timer: Timer = self._host.timers.after(self._seconds, self._now)

    def cancel(self) -> None:
        """Run no more; a run that is queued still runs."""
        self._cancelled = True
        self._timer.cancel()

    def _now(self) -> None:
        if self._cancelled:
            return
        # At a fixed rate a run that cannot keep up is not piled up behind itself (our choice).
        if not self._waiting:
            self._waiting = True
            self._fire(self._event, self._ended)
        if not self._fixed_delay:
            self._due = max(self._due + self._seconds, monotonic())
            self._timer = self._host.timers.after(self._due - monotonic(), self._now)

    def _ended(self, _: Delivery) -> None:
        self._waiting = False
        if self._fixed_delay and not self._cancelled:
            self._timer = self._host.timers.after(self._seconds, self._now)


class _Scheduled:
    """One scheduled script: five cron fields, in the machine's local time."""

    def __init__(
        self, receiver: Receiver, script: ScheduledScript, fire: Callable[..., Delivery]
    ) -> None:
        self._host = receiver.host
        self._fire = partial(fire, EventCall("scheduled", script.name, receiver.letter))
        self._cron = script.cron
        self._last = datetime.now()
        self._cancelled = False
        self._timer: Timer | None = None
        self._next()

    def cancel(self) -> None:
        """Run no more."""
        self._cancelled = True
        if self._timer is not None:
            self._timer.cancel()

    def _next(self) -> None:
        # Never the same minute twice, should the timer be early; and what was slept through is
        # not made up for.
        self._last = max(self._last, datetime.now())
        moment = next(CronSim(self._cron, self._last), None)
        if moment is not None and not self._cancelled:
            self._last = moment
            left = seconds_until(moment)
            self._timer = self._host.timers.after(left, self._now)

    def _now(self) -> None:
        if not self._cancelled:
            self._fire()
            self._next()


def seconds_until(moment: datetime) -> float:
    """Seconds until a local time without zone; a change of the clocks in between is counted."""
    return max(moment.astimezone().timestamp() - datetime.now().timestamp(), 0.0)


def _changes(before: Generation, after: Generation) -> dict[str, Any]:
    """What an update script is told: resources added, removed and modified, as paths."""

    def resources(generation: Generation) -> dict[str, str]:
        project = generation.project
        return {
            **{h.file: h.digest for h in project.handlers.values()},
            **{m.file: m.digest for m in project.modules.values()},
            **{e.file: e.digest for e in project.event_scripts.values()},
        }

    old, new = resources(before), resources(after)
    return {
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
        "modified": sorted(path for path in new.keys() & old.keys() if new[path] != old[path]),
        "manifestChanged": (before.project.title, before.project.parent)
        != (after.project.title, after.project.parent),
    }
