"""The process tier: a receiver's handlers run in a locked worker; the host keeps the books."""

from __future__ import annotations

import threading
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Final
from weakref import ref

from runtime.calls import Call
from runtime.events.running import SHARED_TIMERS, has_own_lane, lane_key
from runtime.executors.base import Running, has_room, tell_full
from runtime.executors.fleet import fleet_of
from runtime.executors.remote_lane import RemoteLane
from runtime.executors.values import CODEC
from runtime.generation import no_generation
from runtime.lanes import Accepted
from runtime.message import Delivery, EventCall

if TYPE_CHECKING:
    from collections.abc import Callable

    from project_store.model import ThreadType
    from runtime.contracts import Receiver
    from runtime.executors.link import Link
    from runtime.generation import Generation


class ProcessExecutor:
    """Runs the handlers of one receiver in a locked worker; see SECURITY.md.

    A delivery whose worker is lost while it runs ends as ``killed``; those that waited run in the
    replacement. Where this machine cannot lock a process they end as ``undelivered``.
    """

    __slots__ = (
        "_by_handler",
        "_closed",
        "_common",
        "_dedicated",
        "_edt",
        "_full",
        "_link",
        "_lock",
        "_looked_up_in",
        "_own",
        "_shared",
        "host",
        "receiver",
    )

    codec: Final = CODEC

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.host = receiver.host
        self._link = fleet_of(receiver.host).link(receiver)
        self._own: dict[str, Link] = {}
        self._lock = threading.Lock()
        self._shared: list[RemoteLane] = []
        # Lanes of their own, by handler or event; and those of events that share one.
        self._dedicated: dict[str, RemoteLane] = {}
        self._common: dict[str, RemoteLane] = {}
        self._by_handler: dict[str, RemoteLane] = {}
        # No reference that would keep an old version for a receiver that hears nothing more.
        self._looked_up_in: Callable[[], Generation | None] = no_generation
        self._full = False
        self._edt: RemoteLane | None = None
        self._closed = ""

    def submit(self, delivery: Delivery) -> Accepted:
        """Queue a delivery in its handler's lane."""
        event = delivery.message.event
        if event is not None:
            delivery.lane = due = self._event_lane(event)
            return due.put(delivery)
        name = delivery.message.handler
        generation = self.receiver.generation()
        known = self._looked_up_in() is generation is not None
        lane = self._by_handler.get(name) if known else None
        if lane is None:
            lane = self._look_up(name)
        delivery.lane = lane
        return lane.put(delivery)

    def _look_up(self, handler: str) -> RemoteLane:
        generation = self.receiver.generation()
        lane = self.lane_of(handler)
        with self._lock:
            if self._looked_up_in() is not generation or generation is None:
                self._by_handler = {}
                self._looked_up_in = no_generation if generation is None else ref(generation)
            # Names that no handler has are not kept: a sender may make up any number of them.
            key = (self.receiver.letter, handler)
            found = generation.handlers.get(key) if generation is not None else None
            own = found is not None and found.handler.thread_type == "Dedicated"
            # Nor a lane that stands for one of its own, for which there may be room soon, or one of
            # several that the next message may not go to.
            other = lane in self._shared and (own or len(self._shared) > 1)
            if found is not None and not other:
                self._by_handler[handler] = lane
        return lane

    def submit_call(self, call: Call) -> Accepted:
        """Queue a function of a user script, which runs in the host, on the host's own lane."""
        self.host.submit_call(call)
        return "queued"

    def lane_of(self, handler: str) -> RemoteLane:
        """The lane that a handler's threading setting names; Shared for one that is not there."""
        generation = self.receiver.generation()
        kind: ThreadType = "Shared"
        if generation is not None:
            found = generation.handlers.get((self.receiver.letter, handler))
            if found is not None:
                kind = found.handler.thread_type
        with self._lock:
            if kind == "EDT":
                if self._edt is None:
                    self._edt = self._open("EDT")
                return self._edt
            if kind == "Dedicated":
                if handler in self._dedicated:
                    return self._dedicated[handler]
                if self._has_room():
                    own = handler if self.host.config.dedicated_workers else ""
                    lane = self._dedicated[handler] = self._open(f"dedicated {handler}", own)
                    return lane
                self._tell_full(handler)
            if not self._shared:
                width = self.host.config.shared_threads
                names = ["shared"] if width == 1 else [f"shared {n + 1}" for n in range(width)]
                self._shared = [self._open(name) for name in names]
            if len(self._shared) == 1:
                return self._shared[0]
            # A widened Shared lane is several serial ones here; the least busy takes the next.
            return min(self._shared, key=RemoteLane.load)

    def _event_lane(self, event: EventCall) -> RemoteLane:
        if not event.lane:
            return self.lane_of("")
        key = lane_key(event)
        own = has_own_lane(event)
        lanes = self._dedicated if own else self._common
        with self._lock:
            if key in lanes:
                return lanes[key]
            if not own or self._has_room():
                lane = lanes[key] = self._open(key)
                return lane
            self._tell_full(event.name)
        return self._event_lane(replace(event, lane=SHARED_TIMERS))

    def _has_room(self) -> bool:
        room = has_room(self.receiver, self.receiver.letter, self._dedicated)
        return room and not self._link.crowded_for(self.receiver.session_id)

    def _tell_full(self, name: str) -> None:
        if not self._full:
            self._full = True
            crowded = self._link.crowded_for(self.receiver.session_id)
            tell_full(self.receiver, name, len(self._link.lanes) if crowded else 0)

    def perform(self, delivery: Delivery) -> None:
        """Lanes of this tier perform nothing in the host."""
        raise RuntimeError("a delivery of the process tier runs in its worker")

    def settled(self, delivery: Delivery) -> None:
        """Tell whoever watches the host."""
        if self.host.observers:
            self.host.tell(delivery)

    def log_line(self, delivery: Delivery, line: str) -> None:
        """A line that the handler printed goes to the log of that handler."""
        message = delivery.message
        origin = self.receiver.origin(message.handler, delivery.id)
        self.host.logbook.write("INFO", f"{message.project}.{message.handler}", line, origin=origin)

    def follow(self) -> None:
        """Send the new version to the workers that may be about to start something."""
        for link in self._links():
            link.follow(self.receiver.session_id)

    def running(self) -> list[Running]:
        """What runs now, with the line each is on."""
        busy = [(lane, item) for lane in self._lanes() for item in list(lane.running.values())]
        places = {link: link.places() for link in {lane.link for lane, _ in busy}}
        found = []
        for lane, item in busy:
            if isinstance(item, Delivery):
                place = places[lane.link].get(lane.slot)
                found.append(
                    Running(
                        item.id,
                        item.message.project,
                        item.message.handler,
                        self.receiver.label,
                        f"{lane.name} (worker {lane.link.process})",
                        perf_counter() - (item.started_at or perf_counter()),
                        place.file if place is not None else "",
                        place.line if place is not None else 0,
                    )
                )
        return found

    def stop_running(self, delivery: Delivery, reason: str) -> bool:
        """Stop a delivery: by the script's next checkpoint, else by ending its worker."""
        lane = delivery.lane
        return isinstance(lane, RemoteLane) and lane.link.stop(lane, delivery, reason)

    def close(self, reason: str) -> int:
        """Take nothing more; what waits ends as undelivered."""
        with self._lock:
            self._closed = reason
        undelivered = 0
        for lane in self._lanes():
            undelivered += len(lane.close(reason))
            self.host.accounts.retire(lane)
        for link in self._links():
            link.leave(self.receiver)
        self._link.fleet.watch()
        return undelivered

    def _lanes(self) -> list[RemoteLane]:
        with self._lock:
            edt = [self._edt] if self._edt is not None else []
            return [*self._shared, *edt, *self._common.values(), *self._dedicated.values()]

    def _links(self) -> list[Link]:
        return [self._link, *list(self._own.values())]

    def _open(self, name: str, own: str = "") -> RemoteLane:
        config = self.host.config
        link = self._link
        if own:
            link = self._own[own] = link.fleet.link(self.receiver, own)
        lane = link.open_lane(
            f"{self.receiver.project} {self.receiver.label} {name}",
            self.receiver,
            limit=config.queue,
            warn_at=config.queue_warning,
            on_backlog=self.host.report_backlog,
            on_rest=self.host.rested,
        )
        if self._closed:
            lane.close(self._closed)
        self.host.accounts.open(lane)
        return lane
