"""The thread tier: a receiver's handlers run in this process, for scripts you have reviewed."""

from __future__ import annotations

import threading
from dataclasses import replace
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, ClassVar
from weakref import ref

from runtime.calls import Call
from runtime.events.running import LIFECYCLE, SHARED_TIMERS, has_own_lane, lane_key, run_event
from runtime.executors.base import Running, has_room, tell_full
from runtime.executors.outcome import as_stop, note_failure, note_missing
from runtime.generation import EventKey, Generation, HandlerKey, no_generation
from runtime.lanes import Accepted, Lane, LanePool
from runtime.limits import deadline_for, output_for, recursion_for
from runtime.message import Delivery, EventCall
from runtime.payload import copy_value
from runtime.payload_size import require_size
from runtime.returned import kept
from runtime.trace import LIGHT
from runtime.waiting import Waiting
from sandbox import Run, ScriptStopped, begin_run, script_frames, set_current_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from project_store.model import ThreadType
    from runtime.contracts import Receiver

class ThreadExecutor:
    """Runs the handlers of one receiver on lanes of this process.

    No limit of memory, and none of time inside one C call: see SECURITY.md.
    """

    __slots__ = (
        "_by_handler",
        "_closed",
        "_common",
        "_counts",
        "_edt",
        "_full",
        "_lanes",
        "_lock",
        "_looked_up_in",
        "_shared",
        "_waiting",
        "host",
        "letter",
        "receiver",
    )

    codec: ClassVar[None] = None

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.host = receiver.host
        self.letter = receiver.letter
        self._counts = receiver.host.policy.counts
        self._lock = threading.Lock()
        # Lanes of their own, by handler or event; and those of events that share one.
        self._lanes: dict[str, Lane] = {}
        self._common: dict[str, Lane] = {}
        self._full = False
        self._waiting = Waiting(int(self.host.config.queue_memory) << 20)
        self._shared: Lane | None = None
        self._edt: Lane | None = None
        self._closed = ""
        # The lane of each handler, as the generation beside it has it.
        self._by_handler: dict[str, Lane] = {}
        # No reference that would keep an old version for a receiver that hears nothing more.
        self._looked_up_in: Callable[[], Generation | None] = no_generation

    def submit(self, delivery: Delivery) -> Accepted:
        """Queue a delivery in its handler's lane."""
        name = delivery.message.handler
        event = delivery.message.event
        if event is not None:
            delivery.lane = due = self._event_lane(event)
            return due.put(delivery)
        generation = self.receiver.generation()
        known = self._looked_up_in() is generation is not None
        lane = self._by_handler.get(name) if known else None
        if lane is None:
            lane = self._look_up(name)
        delivery.lane = lane
        return lane.put(delivery)

    def submit_call(self, call: Call) -> Accepted:
        """Queue a script's function: on the EDT of a client, on a lane of its own elsewhere."""
        return self._edt_lane().put(call)

    def _look_up(self, handler: str) -> Lane:
        generation = self.receiver.generation()
        lane = self.lane_of(handler)
        with self._lock:
            if self._looked_up_in() is not generation or generation is None:
                self._by_handler = {}
                self._looked_up_in = no_generation if generation is None else ref(generation)
            # Names that no handler has are not kept: a sender may make up any number of them.
            found = generation.handlers.get((self.letter, handler)) if generation else None
            # Nor a lane that stands for one of its own, for which there may be room soon.
            own = found is not None and found.handler.thread_type == "Dedicated"
            if found is not None and not (own and lane is self._shared):
                self._by_handler[handler] = lane
        return lane

    def lane_of(self, handler: str) -> Lane:
        """The lane that a handler's threading setting names; Shared for one that is not there."""
        generation = self.receiver.generation()
        found = generation.handlers.get((self.letter, handler)) if generation is not None else None
        kind: ThreadType = found.handler.thread_type if found is not None else "Shared"
        if kind == "Shared":
            return self._shared or self._shared_lane()
        if kind == "EDT":
            return self._edt_lane()
        lane = self._lanes.get(handler)
        return lane if lane is not None else self._dedicated_lane(handler)

    def perform(self, delivery: Delivery) -> None:
        """Run one delivery to its end on the calling thread."""
        message = delivery.message
        source = message.source
        if source is not None and source.why:
            delivery.end("undelivered", source.why)
            return
        host = self.host
        receiver = self.receiver
        generation = receiver.generation()
        event = message.event
        deadline, output = host.deadline, host.output_limit
        if host.config.project_limits or (generation is not None and generation.limited):
            key: HandlerKey | EventKey = (self.letter, message.handler)
            if event is not None:
                key = (self.letter, event.kind, event.name)
            deadline = deadline_for(host, receiver.project, generation, key)
            output = output_for(host, receiver.project)
        run = Run(delivery.write, None, None, message.handler, None, output, delivery)
        if self._counts:
            run.recursion = recursion_for(host, receiver.project)
        delivery.started_at = perf_counter()
        delivery.status = "running"
        if host.observers:
            host.tell(delivery)
        if deadline is not None:
            run.deadline = monotonic() + deadline
            run.__enter__()
        else:
            begin_run(run)
        delivery.run = run
        try:
            if event is not None:
                run_event(receiver, generation, event)
                delivery.finished_at = perf_counter()
                delivery.status = "done"
                return
            function = (
                receiver.instance.handler(generation, (self.letter, message.handler))
                if generation is not None
                else None
            )
            if function is None:
                delivery.finished_at = perf_counter()
                note_missing(receiver, delivery)
                return
            if message.shared:
                payload = copy_value(message.payload)
            else:
                payload, message.payload = message.payload, None
            result = function(payload)
            if result is not None:
                delivery.answer = kept(result)
            if delivery.wants_result:
                name = f"what {message.handler} returned"
                delivery.result = copy_value(result, name)
                require_size(delivery.result, host.config.payload, name)
            delivery.finished_at = perf_counter()
            delivery.status = "done"
        except BaseException as error:
            delivery.finished_at = perf_counter()
            told = as_stop(error, run)
            stopped = isinstance(told, ScriptStopped)
            note_failure(receiver, delivery, told, "stopped" if stopped else "failed")
            if stopped and delivery.sent is not None:
                host.run_ended(delivery, message.handler, receiver.origin(message.handler))
        finally:
            if deadline is not None:
                run.__exit__(None, None, None)
            else:
                set_current_run(None)
            delivery.run = None
            run.finish()
            if delivery.output:
                delivery.flush()
                if len(delivery.output) > LIGHT:
                    host.trace.weigh(delivery)

    def settled(self, delivery: Delivery) -> None:
        """Tell whoever watches the host."""
        if self.host.observers:
            self.host.tell(delivery)

    def log_line(self, delivery: Delivery, line: str) -> None:
        """A line that the handler printed goes to the log of that handler."""
        message = delivery.message
        self.host.logbook.write(
            "INFO",
            f"{message.project}.{message.handler}",
            line,
            origin=self.receiver.origin(message.handler, delivery.id),
        )

    def follow(self) -> None:
        """Nothing to do: each delivery looks for its handler when it starts."""

    def running(self) -> list[Running]:
        """What runs now, with the line each is on."""
        found = []
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        for lane in self._all_lanes():
            for ident, item in list(lane.running.items()):
                # Functions that scripts handed over are listed with the scripts.
                if not isinstance(item, Delivery):
                    continue
                frames = script_frames(ident)
                file, line = (frames[-1][0], frames[-1][1]) if frames else ("", 0)
                found.append(
                    Running(
                        item.id,
                        item.message.project,
                        item.message.handler,
                        self.receiver.label,
                        names.get(ident, str(ident)),
                        perf_counter() - (item.started_at or perf_counter()),
                        file,
                        line,
                    )
                )
        return found

    def stop_running(self, delivery: Delivery, reason: str) -> bool:
        """Have a delivery's script stop at its next checkpoint; False when it has ended."""
        run = delivery.run
        if run is None:
            return False
        run.token.stop(reason)
        return True

    def close(self, reason: str) -> int:
        """Take nothing more; what waits ends as undelivered."""
        with self._lock:
            self._closed = reason
        undelivered = 0
        for lane in self._all_lanes():
            undelivered += len(lane.close(reason))
            self.host.accounts.retire(lane)
        return undelivered

    def _all_lanes(self) -> list[Lane]:
        with self._lock:
            named = [*self._lanes.values(), *self._common.values()]
        return [lane for lane in (self._shared, self._edt, *named) if lane is not None]

    def _shared_lane(self) -> Lane:
        host = self.host
        with self._lock:
            if self._shared is None:
                self._shared = self._open("shared", host.pool, host.config.shared_threads)
            return self._shared

    def _edt_lane(self) -> Lane:
        with self._lock:
            if self._edt is None:
                name = "EDT" if self.letter == "C" else "callbacks"
                self._edt = self._open(name, LanePool(1, f"{self.receiver.label}-{name}"))
            return self._edt

    def _dedicated_lane(self, handler: str) -> Lane:
        with self._lock:
            if handler in self._lanes:
                return self._lanes[handler]
            if has_room(self.receiver, self.letter, self._lanes):
                lane = self._lanes[handler] = self._open(
                    f"dedicated {handler}",
                    LanePool(1, f"{self.receiver.project}-{handler}"),
                )
                return lane
        self._tell_full(handler)
        return self._shared_lane()

    def _event_lane(self, event: EventCall) -> Lane:
        if not event.lane:
            return self._shared_lane()
        key = lane_key(event)
        own = has_own_lane(event)
        lanes = self._lanes if own else self._common
        with self._lock:
            if key in lanes:
                return lanes[key]
            if not own or has_room(self.receiver, self.letter, lanes):
                alone = own or event.lane == LIFECYCLE
                pool = LanePool(1, f"{self.receiver.project}-{key}") if alone else self.host.pool
                lane = lanes[key] = self._open(key, pool)
                return lane
        self._tell_full(event.name)
        return self._event_lane(replace(event, lane=SHARED_TIMERS))

    def _tell_full(self, name: str) -> None:
        if not self._full:
            self._full = True
            tell_full(self.receiver, name)

    def _open(self, name: str, pool: LanePool, width: int = 1) -> Lane:
        host = self.host
        lane = Lane(
            f"{self.receiver.project} {self.receiver.label} {name}",
            pool,
            width=width,
            limit=host.config.queue,
            warn_at=host.config.queue_warning,
            on_backlog=host.report_backlog,
            on_rest=host.rested,
            waiting=self._waiting,
        )
        if self._closed:
            lane.close(self._closed)
        host.accounts.open(lane)
        return lane
