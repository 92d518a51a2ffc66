"""A lane whose work is done in an attached process: its queue, its flight and its books."""

from __future__ import annotations

from collections import deque
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from runtime.executors.outcome import MISSING, missing_hint
from runtime.lanes import Accepted, Item, Lane
from runtime.links import protocol
from runtime.links.outbox import MESSAGE
from runtime.logbook import HOST
from runtime.message import OUTPUT_KEPT, Delivery, Status
from runtime.waiting import SMALL, WEIGHED, Refused
from sandbox.isolation.errors import PayloadRefused

if TYPE_CHECKING:
    from runtime.links.peer import Peer

WINDOW: Final = 256
"""Deliveries of one lane that a session has at most; the others wait in the gateway."""

WINDOW_BYTES: Final = 4 * 1024 * 1024
"""Payload bytes of one lane that a session has at most, but for its first delivery."""

UNANSWERED: Final = "it was sent to the session, and no answer came: it may have run"


class LinkLane(Lane):
    """A lane whose work is done in an attached process.

    What the session was sent is in flight until it says how it ended; what it was not sent waits
    here. A cut link loses neither: see ``recover`` and ``end_flight``.

    Attributes:
        past: the last that ended; what they started may still ask.
    """

    __slots__ = ("_bytes", "_flight", "_packed", "past", "peer")

    def __init__(self, name: str, peer: Peer) -> None:
        host = peer.host
        super().__init__(
            name,
            host.pool,
            limit=host.config.queue,
            warn_at=host.config.queue_warning,
            on_backlog=host.report_backlog,
            on_rest=host.rested,
            waiting=peer.waiting,
        )
        self.peer = peer
        self._flight: dict[int, tuple[Delivery, bytes]] = {}
        self._packed: dict[int, bytes] = {}
        self._bytes = 0
        self.past: deque[Delivery] = deque()

    def put(self, item: Item) -> Accepted:
        """Queue a delivery; ``waiting`` while the session's link is cut."""
        warn = False
        few = len(self._queue) < WEIGHED
        # As objects it would take many times its bytes.
        data = self._pack(item)
        size = 0 if data is None or (few and len(data) <= SMALL) else len(data)
        with self._lock:
            if self._closed:
                self.accepted += 1
                self._count_unrun(item)
                outcome: Accepted = "closed"
            else:
                waiting = len(self._queue)
                if waiting >= self.limit or (size and not self.peer.waiting.take(size)):
                    self.rejected += 1
                    return "rejected"
                if size:
                    self._weights[id(item)] = size
                if data is not None:
                    self._keep(item, data)
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

    def ship(self, room: int) -> tuple[list[protocol.Deliver], int]:
        """What the session has room for, and its bytes; it is in flight from now on.

        Args:
            room: bytes to stop after.
        """
        shipped: list[protocol.Deliver] = []
        refused: list[Delivery] = []
        size = 0
        if not self._queue:
            return shipped, size
        with self._lock:
            queue, flight = self._queue, self._flight
            while queue and size < room and len(flight) < WINDOW and self._bytes < WINDOW_BYTES:
                delivery: Delivery = queue.popleft()  # type: ignore[assignment]
                self._release(delivery)
                message = delivery.message
                if message.source is not None and message.source.why:
                    self._packed.pop(delivery.id, None)
                    self._end(delivery, "undelivered", message.source.why)
                    refused.append(delivery)
                    continue
                try:
                    data = self._packed.pop(delivery.id, None) or self.peer.pack(message)
                except PayloadRefused as error:
                    self._end(delivery, "failed", str(error))
                    refused.append(delivery)
                    continue
                if not message.shared:
                    message.payload = None
                number = self.peer.next_number()
                flight[number] = (delivery, data)
                self.peer.known.begin(self, delivery)
                self._bytes += len(data)
                size += MESSAGE + len(data)
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
        return shipped, size

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
                delivery.started_at = max(delivery.queued_at, delivery.finished_at - done.duration)
            if done.output:
                delivery.output = done.output[:OUTPUT_KEPT]
            delivery.answer = done.returned
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
        for item in left:
            # What it was to be told is nobody's any more; the trace keeps the message for long.
            if isinstance(item, Delivery) and not item.message.shared:
                item.message.payload = None
        with self._lock:
            self._packed.clear()
            rests = self._rests()
        self._after([], rests)
        return left

    def number_of(self, delivery: Delivery) -> int:
        """The number under which a delivery is in flight, 0 when it is not."""
        with self._lock:
            return next((n for n, (d, _) in self._flight.items() if d is delivery), 0)

    def flight(self) -> list[tuple[int, Delivery]]:
        """What the client has, in order, by number."""
        with self._lock:
            return [(number, delivery) for number, (delivery, _) in self._flight.items()]

    def snapshot(self) -> tuple[int, dict[Status, int], int, int]:
        """Exactly at one moment: accepted, ended by status, waiting, running."""
        with self._lock:
            running = len(self.running)
            waiting = len(self._queue) + len(self._flight) - running
            return self.accepted, dict(self.counts), waiting, running

    def _pack(self, item: Any) -> bytes | None:
        """The payload of what is to wait, as it travels; None for one that cannot."""
        try:
            return self.peer.pack(item.message)
        except PayloadRefused as refusal:
            # Told when it is due, without what nobody will ever be given.
            if not item.message.shared:
                item.message.payload = Refused(str(refusal))
            return None
        except RecursionError:
            # Of the sender's stack, not of the payload.
            return None

    def _keep(self, item: Any, data: bytes) -> None:
        self._packed[item.id] = data
        if not item.message.shared:
            item.message.payload = None

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
        self.peer.known.end(self.past, over)
        for delivery in over:
            delivery.settle()
            if delivery.sent is not None and delivery.status == "stopped":
                name = delivery.message.handler
                host, receiver = self.peer.host, self.peer.receiver
                origin = receiver.origin(name) if receiver is not None else HOST
                host.run_ended(delivery, name, origin)
        if rests and self._on_rest is not None:
            self._on_rest()
