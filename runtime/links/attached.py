"""A client session in another process, as the gateway's deliveries see it."""

from __future__ import annotations

import threading
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, Final

from runtime.errors import BadArgument
from runtime.executors.base import Executor, Running
from runtime.executors.outcome import MISSING, missing_hint
from runtime.lanes import Accepted, Item, Lane
from runtime.links import protocol
from runtime.message import OUTPUT_KEPT, Delivery, Identity, Status
from runtime.scopes import ClientSession, Kind, RunResult, ScriptScope
from sandbox.isolation.errors import PayloadRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from project_store.model import ThreadType
    from runtime.calls import Call
    from runtime.host import ScriptHost
    from runtime.links.peer import Peer
    from runtime.spaces import ProjectSpace

WINDOW: Final = 256
"""Deliveries of one lane that a session has at most; the others wait in the gateway."""

WINDOW_BYTES: Final = 4 * 1024 * 1024
"""Payload bytes of one lane that a session has at most, but for its first delivery."""

UNANSWERED: Final = "it was sent to the session, and no answer came: it may have run"


class LinkLane(Lane):
    """A lane whose work is done in an attached process.

    What the session was sent is in flight until it says how it ended; what it was not sent waits
    here. A cut link loses neither: see ``recover`` and ``end_flight``.
    """

    __slots__ = ("_bytes", "_flight", "_packed", "peer")

    def __init__(self, name: str, peer: Peer) -> None:
        host = peer.host
        super().__init__(
            name,
            host.pool,
            limit=host.config.queue,
            warn_at=host.config.queue_warning,
            on_backlog=host.report_backlog,
            on_rest=host.rested,
        )
        self.peer = peer
        self._flight: dict[int, tuple[Delivery, bytes]] = {}
        self._packed: dict[int, bytes] = {}
        self._bytes = 0

    def put(self, item: Item) -> Accepted:
        """Queue a delivery; ``waiting`` while the session's link is cut."""
        warn = False
        with self._lock:
            if self._closed:
                self.accepted += 1
                self._count_unrun(item)
                outcome: Accepted = "closed"
            else:
                waiting = len(self._queue)
                if waiting >= self.limit:
                    self.rejected += 1
                    return "rejected"
                self._queue.append(item)
                self.accepted += 1
                self._active = 1
                outcome = "queued" if self.peer.attached else "waiting"
                warn = waiting >= self.warn_at and not self._warned
                self._warned = self._warned or warn
        if outcome == "closed":
            item.settle()
        else:
            self.peer.wake()
        if warn and self._on_backlog is not None:
            self._on_backlog(self)
        return outcome

    def ship(self) -> list[protocol.Deliver]:
        """What the session has room for; it is in flight from now on."""
        shipped: list[protocol.Deliver] = []
        refused: list[Delivery] = []
        if not self._queue:
            return shipped
        with self._lock:
            queue, flight = self._queue, self._flight
            while queue and len(flight) < WINDOW and self._bytes < WINDOW_BYTES:
                delivery: Delivery = queue.popleft()  # type: ignore[assignment]
                message = delivery.message
                try:
                    data = self._packed.pop(delivery.id, None) or self.peer.pack(message)
                except PayloadRefused as error:
                    self._end(delivery, "failed", str(error))
                    refused.append(delivery)
                    continue
                if len(message.deliveries) == 1:
                    message.payload = None
                number = self.peer.next_number()
                flight[number] = (delivery, data)
                self._bytes += len(data)
                shipped.append(
                    protocol.Deliver(
                        number,
                        message.id,
                        delivery.id,
                        message.handler,
                        message.scope,
                        message.sender,
                        data,
                    )
                )
            rests = self._rests()
        self._after(refused, rests)
        return shipped

    def started(self, number: int) -> bool:
        """The session runs it now; False when it was not in flight."""
        with self._lock:
            found = self._flight.get(number)
            if found is None:
                return False
            delivery = found[0]
            if delivery.status != "queued":
                return True
            self.running[-number] = delivery
            delivery.started_at = perf_counter()
            delivery.status = "running"
        if self.peer.host.observers:
            self.peer.host.tell(delivery)
        return True

    def done(self, done: protocol.Done) -> bool:
        """The session says how it ended; False when it was not in flight (any more)."""
        with self._lock:
            found = self._flight.pop(done.number, None)
            if found is None:
                return False
            delivery, data = found
            self._bytes -= len(data)
            self.running.pop(-done.number, None)
            status: Status = done.status
            error = done.error
            if status != "undelivered":
                delivery.finished_at = perf_counter()
                delivery.started_at = max(
                    delivery.queued_at, delivery.finished_at - done.duration
                )
            if done.output:
                delivery.output = done.output[:OUTPUT_KEPT]
            if done.traceback is not None:
                delivery.traceback = done.traceback
            if status == "no_handler":
                # The session has no other scope's handlers to look for a hint in.
                receiver = self.peer.receiver
                hint = missing_hint(receiver, delivery) if receiver is not None else ""
                error = f"{MISSING.format(name=delivery.message.handler)} {hint}".rstrip()
            self._end(delivery, status, error)
            rests = self._rests()
        self._after([delivery], rests)
        return True

    def recover(self, received: int) -> None:
        """The session is back: what it never received waits again, in order; the rest is its."""
        over: list[Delivery] = []
        with self._lock:
            back: list[Item] = []
            for number in [n for n in self._flight if n > received]:
                delivery, data = self._flight.pop(number)
                self._bytes -= len(data)
                self.running.pop(-number, None)
                delivery.status = "queued"
                delivery.started_at = 0.0
                if self._closed:
                    self._count_unrun(delivery)
                    over.append(delivery)
                else:
                    self._packed[delivery.id] = data
                    back.append(delivery)
            self._queue.extendleft(reversed(back))
            rests = self._rests()
        self._after(over, rests)

    def end_flight(self, reason: str) -> int:
        """The session is gone for good: nobody knows what became of what it was sent."""
        over: list[Delivery] = []
        with self._lock:
            for number, (delivery, _) in self._flight.items():
                self.running.pop(-number, None)
                self._end(delivery, "unknown", f"{UNANSWERED}; {reason}")
                over.append(delivery)
            self._flight.clear()
            self._bytes = 0
            rests = self._rests()
        self._after(over, rests)
        return len(over)

    def close(self, reason: str) -> list[Item]:
        """Take nothing more; what was not sent ends as undelivered, and is returned."""
        left = super().close(reason)
        with self._lock:
            rests = self._rests()
        self._after([], rests)
        return left

    def number_of(self, delivery: Delivery) -> int:
        """The number under which a delivery is in flight, 0 when it is not."""
        with self._lock:
            return next((n for n, (d, _) in self._flight.items() if d is delivery), 0)

    def snapshot(self) -> tuple[int, dict[Status, int], int, int]:
        """Exactly at one moment: accepted, ended by status, waiting, running."""
        with self._lock:
            running = len(self.running)
            waiting = len(self._queue) + len(self._flight) - running
            return self.accepted, dict(self.counts), waiting, running

    def _end(self, delivery: Delivery, status: Status, error: str | None) -> None:
        delivery.end(status, error)
        self.counts[status] = self.counts.get(status, 0) + 1

    def _rests(self) -> bool:
        if self._active and not self._flight and not self._queue:
            self._active = 0
            self._warned = False
            return True
        return False

    def _after(self, over: list[Delivery], rests: bool) -> None:
        for delivery in over:
            delivery.settle()
        if rests and self._on_rest is not None:
            self._on_rest()


class LinkExecutor:
    """Sends one receiver's deliveries to the process that is attached for it."""

    __slots__ = ("_closed", "_lanes", "_lock", "host", "peer", "receiver")

    def __init__(self, receiver: AttachedClient, peer: Peer) -> None:
        self.receiver = receiver
        self.host = receiver.host
        self.peer = peer
        self._lock = threading.Lock()
        self._lanes: dict[str, LinkLane] = {}
        self._closed = ""

    def submit(self, delivery: Delivery) -> Accepted:
        """Queue a delivery in its handler's lane."""
        lane = self.lane_of(delivery.message.handler)
        delivery.lane = lane
        return lane.put(delivery)

    def submit_call(self, call: Call) -> Accepted:
        """Queue a function of the gateway's own program, on the host's lane."""
        self.host.submit_call(call)
        return "queued"

    def lane_of(self, handler: str) -> LinkLane:
        """The lane that a handler's threading setting names; Shared for one that is not there."""
        generation = self.receiver.generation()
        found = generation.handlers.get(("C", handler)) if generation is not None else None
        kind: ThreadType = found.handler.thread_type if found is not None else "Shared"
        name = f"dedicated {handler}" if kind == "Dedicated" else kind
        lane = self._lanes.get(name)
        if lane is not None:
            return lane
        with self._lock:
            if name not in self._lanes:
                lane = LinkLane(f"{self.receiver.project} {self.receiver.label} {name}", self.peer)
                if self._closed:
                    lane.close(self._closed)
                self.host.accounts.open(lane)
                self._lanes[name] = lane
            return self._lanes[name]

    def perform(self, delivery: Delivery) -> None:
        """Lanes of attached sessions perform nothing in the gateway."""
        raise RuntimeError("a delivery to an attached session runs in its process")

    def settled(self, delivery: Delivery) -> None:
        """Tell whoever watches the host."""
        if self.host.observers:
            self.host.tell(delivery)

    def log_line(self, delivery: Delivery, line: str) -> None:
        """The session's process logs what its handlers print."""

    def follow(self) -> None:
        """Nothing to do: whoever is attached follows the versions by itself."""

    def running(self) -> list[Running]:
        """What the session runs now; on which line, its process knows alone."""
        found = []
        for lane in self.lanes():
            for item in list(lane.running.values()):
                if isinstance(item, Delivery):
                    found.append(
                        Running(
                            item.id,
                            item.message.project,
                            item.message.handler,
                            self.receiver.label,
                            self.peer.where,
                            perf_counter() - (item.started_at or perf_counter()),
                            "",
                            0,
                        )
                    )
        return found

    def stop_running(self, delivery: Delivery, reason: str) -> bool:
        """Have the session stop it; False when it is not there to do it."""
        lane = delivery.lane
        number = lane.number_of(delivery) if isinstance(lane, LinkLane) else 0
        if not number or not self.peer.attached:
            return False
        self.peer.send(protocol.Stop(number, reason[:1000]))
        return True

    def close(self, reason: str) -> int:
        """Take nothing more; what was not sent ends as undelivered."""
        with self._lock:
            self._closed = reason
        undelivered = 0
        for lane in self.lanes():
            undelivered += len(lane.close(reason))
            self.host.accounts.retire(lane)
        return undelivered

    def lanes(self) -> list[LinkLane]:
        """Every lane there is."""
        with self._lock:
            return list(self._lanes.values())


class AttachedClient(ClientSession):
    """A client session whose handlers run in a process of its own."""

    __slots__ = ("_peer",)

    def __init__(
        self, host: ScriptHost, space: ProjectSpace, identity: Identity, peer: Peer
    ) -> None:
        super().__init__(host, space, identity)
        self._peer = peer

    @property
    def executor(self) -> Executor:
        """What sends deliveries over the link; made when the first message comes."""
        found = self._executor
        if found is None:
            self._peer.host.monitor.start()
            with self._lock:
                if self._executor is None:
                    self._executor = LinkExecutor(self, self._peer)
                found = self._executor
        return found

    def link_lanes(self) -> list[LinkLane]:
        """The lanes there are."""
        executor = self._executor
        return executor.lanes() if isinstance(executor, LinkExecutor) else []

    def follow_events(self) -> None:
        """The session's own process runs its event scripts; it is sent the new version."""
        self._peer.wake()

    def renew_system(self) -> None:
        """What is provided is told to the session's process."""
        super().renew_system()
        self._peer.wake()

    def run(
        self,
        source: str,
        filename: str = "<script>",
        project: str | None = None,
        timeout: float | None = None,
        *,
        output: Callable[[str], object] | None = None,
    ) -> RunResult:
        """Its scripts run in its own process.

        Raises:
            BadArgument: always.
        """
        raise BadArgument(f"session {self.id} runs in another process: run the script there")

    def close(self) -> None:
        """End the session, and tell its process."""
        if not self.closed:
            super().close()
            self._peer.dismiss(f"client session {self.id} was closed")


class AttachedScript(ScriptScope):
    """Gateway scope of a user script that runs in a process of its own."""

    kind: ClassVar[Kind] = "Gateway"

    __slots__ = ("id",)

    def __init__(self, host: ScriptHost, project: str, id: str) -> None:
        super().__init__(host, project, f"script {id}")
        self.id = id
