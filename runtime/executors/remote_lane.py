"""A lane whose work is done in a worker: the same queue and books, without a thread of its own."""

from __future__ import annotations

from collections import deque
from threading import Event
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from runtime.executors import protocol
from runtime.executors.outcome import ERROR_KEPT
from runtime.executors.sources import event_text
from runtime.executors.values import CODEC, HOST_BYTES
from runtime.lanes import Accepted, Item, Lane, always
from runtime.logbook import LINE
from runtime.message import OUTPUT_KEPT, Delivery, Status
from runtime.returned import SHOWN
from runtime.sent import Sent
from runtime.trace import LIGHT
from runtime.waiting import SMALL, WEIGHED, Refused
from sandbox.isolation.errors import PayloadRefused
from sandbox.isolation.progress import SlotState

if TYPE_CHECKING:
    from runtime.executors.link import Link

WINDOW: Final = 512
"""Pieces of work that a slot of a worker has at most; fewer than a record has outcomes for."""

WINDOW_BYTES: Final = 4 * 1024 * 1024
"""Bytes of payloads of one lane that a worker has, and one payload more."""

LINK_BYTES: Final = 32 * 1024 * 1024
"""Bytes of payloads of all lanes that a worker has, before each lane gets only little more."""

_SMALL_BYTES: Final = 256 * 1024
_NAME: Final = 10_000
_PINNED_BYTES: Final = 3 * 1024 * 1024

_DONE: Final = protocol.OUTCOMES.index("done")

_RECALL_SECONDS: Final = 0.3

_STOPPED: Final = frozenset({"stopped", "killed"})

LIVES: Final = 10
"""Workers that may be lost while one piece of work is the next and has not begun."""

_EAGER: Final = 32
"""With fewer than this in the worker, more is sent at once; else with its next report."""

Flight = deque[tuple[int, Delivery, protocol.Start]]


class RemoteLane(Lane):
    """A serial lane on one slot of a link's worker; the worker has the first few, in order.

    Args:
        name: shown to people.
        link: the worker, whichever process it is at the time.
        slot: this lane's own.
        receiver: the session's id, empty for the Gateway.
        limits: as for ``Lane``.

    Attributes:
        left: its receiver takes nothing more, and the process has ended the slot's thread.
        past: the last that ended; what they started may still ask.
        waits: the delivery that waits for an answer, and the number of its call; None for none.
    """

    __slots__ = (
        "_asked",
        "_back",
        "_bytes",
        "_flight",
        "_losses",
        "_number",
        "_recalled",
        "_reported",
        "_settled",
        "_stuck",
        "left",
        "link",
        "past",
        "receiver",
        "slot",
        "waits",
    )

    def __init__(self, name: str, link: Link, slot: int, receiver: str, **limits: Any) -> None:
        super().__init__(name, link.host.pool, waiting=link.waiting, **limits)
        self.link = link
        self.slot = slot
        self.receiver = receiver
        self.left = False
        self._flight: Flight = deque()
        self._bytes = 0
        self._number = 0
        self._settled = 0
        self._reported = 0
        self._stuck: Delivery | None = None
        self._losses = 0
        self._asked = False
        self._recalled = Event()
        self._back: list[Item] = []
        self.past: deque[Delivery] = deque()
        self.waits: tuple[Delivery, int] | None = None

    def put(self, item: Item) -> Accepted:
        """Queue a delivery; see ``Lane.put``."""
        warn = wake = False
        payload = item.message.payload  # type: ignore[attr-defined]
        few = len(self._queue) < WEIGHED
        if type(payload) is bytes:
            size = len(payload)
        else:
            # As objects a payload takes many times its bytes; an event's arguments are few.
            size = 0 if few and payload is None else self._weigh(item)
        if few and size <= SMALL:
            size = 0
        with self._lock:
            if self._closed:
                self.accepted += 1
                self._count_unrun(item)
                outcome: Accepted = "closed"
            else:
                waiting = len(self._queue)
                if waiting >= self.limit or (size and not self.link.waiting.take(size)):
                    if not always(item):
                        self.rejected += 1
                        return "rejected"
                    self.link.waiting.take_back(size)
                if size:
                    self._weights[id(item)] = size
                self._queue.append(item)
                self.accepted += 1
                outcome = "queued"
                self._active = 1
                warn = waiting >= self.warn_at and not self._warned
                self._warned = self._warned or warn
                # A worker with plenty to do reports soon, and is given what waits then.
                wake = len(self._flight) < _EAGER
        if outcome == "closed":
            item.settle()
        elif wake:
            self.link.wake(self)
        if warn and self._on_backlog is not None:
            self._on_backlog(self)
        return outcome

    def ship(self) -> None:
        """Give the worker what it has room for, if there is one."""
        refused: list[Delivery] = []
        with self._lock:
            # Read under the lock: a worker that is lost is forgotten before it is accounted for.
            if not self.link.ready:
                return
            flight, queue, known = self._flight, self._queue, self.link.known
            fault = self.link.prepare(self.receiver) if queue else ""
            if fault:
                refused += self._fail_waiting("undelivered", fault)
            starts = []
            while queue and len(flight) < WINDOW and self._has_room():
                source = queue[0].message.source  # type: ignore[attr-defined]
                if source is not None and flight and source.of(flight[0][1]):
                    # What runs has sent it, and this lane is busy with that: should it be stopped,
                    # the worker would begin this before it is told not to.
                    break
                delivery: Any = queue.popleft()
                self._release(delivery)
                if source is not None and source.why:
                    self._end(delivery, "undelivered", source.why)
                    refused.append(delivery)
                    continue
                try:
                    start = self._start(delivery)
                except PayloadRefused as error:
                    self._end(delivery, "failed", str(error))
                    refused.append(delivery)
                    continue
                flight.append((self._number, delivery, start))
                known.begin(self, delivery)
                self._bytes += len(start.payload)
                starts.append(start)
            # Before it is sent: what runs may ask at once, and is looked up by what runs.
            begun = self._lead()
            if starts:
                self.link.send(*starts)
            rests = self._rests()
        self._after(refused, rests, begun)

    def take(self, reports: list[protocol.Done]) -> int:
        """Take reports, in order; gives how many, -1 when one of them was not due."""
        over: list[Delivery] = []
        due = len(reports)
        plain = 0
        with self._lock:
            flight, settled = self._flight, self._settled
            now = perf_counter()
            for done in reports:
                number = done.number
                if self._reported < number <= settled:
                    # Its record said so before.
                    self._reported = number
                    continue
                if not flight or flight[0][0] != number:
                    due = -1
                    break
                if done.result is not None and not flight[0][1].wants_result:
                    # Nobody would ever take it.
                    due = -1
                    break
                self._reported = number
                _, delivery, start = flight.popleft()
                self._bytes -= len(start.payload)
                over.append(delivery)
                if done.status != "done" or done.output or done.returned or done.result is not None:
                    self._finish(delivery, done, now)
                    continue
                # The commonest end by far, counted by the batch.
                began = now - done.duration
                delivery.finished_at = now
                delivery.started_at = began if began > delivery.queued_at else delivery.queued_at
                delivery.status = "done"
                plain += 1
            if plain:
                self.counts["done"] = self.counts.get("done", 0) + plain
            begun = self._lead()
            rests = self._rests()
        self._after(over, rests, begun)
        return due

    def settle_ended(self, state: SlotState) -> None:
        """End what the record says is done though its report has not come.

        Reports of plain ends wait for more of them, and so for a handler that holds everything up.
        """
        over: list[Delivery] = []
        with self._lock:
            flight = self._flight
            now = perf_counter()
            while flight and flight[0][0] <= state.finished <= self._number:
                number, delivery, start = flight[0]
                if state.outcome(number) != _DONE:
                    break
                flight.popleft()
                self._bytes -= len(start.payload)
                self._settled = number
                delivery.finished_at = now
                self._end(delivery, "done", None)
                over.append(delivery)
            begun = self._lead()
            rests = self._rests()
        self._after(over, rests, begun)

    def _finish(self, delivery: Delivery, done: protocol.Done, now: float) -> None:
        status: Status = done.status
        if status != "undelivered":
            delivery.finished_at = now
            delivery.started_at = max(delivery.queued_at, now - done.duration)
        error = done.error[:ERROR_KEPT] if done.error is not None else None
        if done.output:
            delivery.output = done.output[:OUTPUT_KEPT]
        if done.traceback is not None:
            delivery.traceback = done.traceback[: LINE + ERROR_KEPT]
        if len(done.output) > LIGHT or done.traceback is not None:
            self.link.host.trace.weigh(delivery)
        delivery.answer = done.returned[: SHOWN + 1]
        if done.result is not None:
            try:
                delivery.result = CODEC.decode(done.result, HOST_BYTES)
            except PayloadRefused as refusal:
                status, error = "failed", f"what it returned cannot be read: {refusal}"
        self._end(delivery, status, error)

    def recover(self, ended: dict[int, tuple[Status, str]]) -> None:
        """The worker is gone: end what these numbers name, and queue the rest again, in order.

        A record that says of one piece of work again and again that it was not begun is believed
        so often, and no more.
        """
        over: list[Delivery] = []
        with self._lock:
            if self._flight and self._spent(ended):
                reason = f"its worker was lost {LIVES} times before it began"
                ended = {self._flight[0][0]: ("undelivered", reason)}
            waiting: list[Item] = []
            for number, delivery, start in self._flight:
                if number in ended:
                    delivery.finished_at = perf_counter()
                    status, error = ended[number]
                    if status == "done" and delivery.wants_result:
                        # It ran, but whoever waits for its answer must not take None for it.
                        status = "killed"
                    self._end(delivery, status, error)
                    over.append(delivery)
                else:
                    delivery.status = "queued"
                    delivery.started_at = 0.0
                    delivery.message.payload = start.payload
                    waiting.append(delivery)
            self._flight.clear()
            self._bytes = 0
            self.running.pop(-1 - self.slot, None)
            self._number = self._settled = self._reported = 0
            if self._closed:
                for item in waiting:
                    self._count_unrun(item)
                    over.append(item)  # type: ignore[arg-type]
            else:
                for item in waiting:
                    payload: Any = item.message.payload  # type: ignore[attr-defined]
                    self._weights[id(item)] = len(payload)
                    self.link.waiting.take_back(len(payload))
                self._queue.extendleft(reversed(waiting))
            rests = self._rests()
        self._after(over, rests)

    def _spent(self, ended: dict[int, tuple[Status, str]]) -> bool:
        """Whether the first of what the worker had has been through enough of them."""
        first = self._flight[0][1]
        if ended or self._stuck is not first:
            self._stuck, self._losses = (None, 0) if ended else (first, 1)
        else:
            self._losses += 1
        return self._losses >= LIVES

    def books(self) -> tuple[int, int]:
        """Numbers of the last piece of work reported and of the last one sent."""
        with self._lock:
            reported = self._flight[0][0] - 1 if self._flight else self._number
            return reported, self._number

    def fail_all(self, status: Status, reason: str) -> None:
        """End everything that waits: no worker will run it."""
        with self._lock:
            over = self._fail_waiting(status, reason)
            rests = self._rests()
        self._after(over, rests)

    def _fail_waiting(self, status: Status, reason: str) -> list[Any]:
        over: list[Any] = list(self._queue)
        self._queue.clear()
        for delivery in over:
            self._release(delivery)
            self._end(delivery, status, reason)
        return over

    def _weigh(self, item: Any) -> int:
        """Bytes of what is to wait; a payload that is nobody else's waits encoded."""
        message = item.message
        event = message.event
        try:
            if event is not None:
                # Of what is settled as it begins whoever settles it counts the bytes.
                return len(CODEC.encode(list(event.arguments), "arguments"))
            payload = message.payload
            if type(payload) is bytes:
                return len(payload)
            if not message.shared:
                message.payload = payload = CODEC.encode(payload)
                return len(payload)
            if not message.size:
                message.size = len(CODEC.encode(payload))
            return int(message.size)
        except PayloadRefused as refusal:
            # Told when it is due, without what nobody will ever be given.
            if event is None and not message.shared:
                message.payload = Refused(str(refusal))
            return 0
        except RecursionError:
            # Of the sender's stack, not of the payload.
            return 0

    def _has_room(self) -> bool:
        held = self._bytes
        if held < _SMALL_BYTES:
            return True
        lanes = list(self.link.lanes.values())
        return held < WINDOW_BYTES and sum(lane._bytes for lane in lanes) < LINK_BYTES

    def let_go(self, sent: Sent) -> None:
        """Have the worker begin none of these messages either."""
        with self._lock:
            numbers = [n for n, delivery, _ in self._flight if delivery.message.source is sent]
            if numbers and self.link.ready:
                self.link.send(protocol.LetGo(self.slot, numbers, sent.why))

    def goes_on(self) -> None:
        """What runs waits for no answer."""
        self.waits = self.waits_for = None

    def answered(self, call: int) -> None:
        """A call has its answer."""
        if self.waits is not None and self.waits[1] == call:
            self.goes_on()

    def load(self) -> int:
        """How much waits or runs."""
        return len(self._queue) + len(self._flight)

    def flight(self) -> list[tuple[int, Delivery]]:
        """What the worker has, in order, by number."""
        with self._lock:
            return [(number, delivery) for number, delivery, _ in self._flight]

    @property
    def head(self) -> tuple[int, Delivery] | None:
        """The first of that, None when the worker has nothing."""
        with self._lock:
            return self._flight[0][:2] if self._flight else None

    def close(self, reason: str) -> list[Item]:
        """Take nothing more; what has not begun ends as undelivered, and is returned.

        A worker that holds its own interpreter cannot say in time what it has not begun; that
        ends as undelivered later, and is not in the list.
        """
        left = super().close(reason)
        with self._lock:
            asks = len(self._flight) > 1 and not self._asked
            self._asked = self._asked or asks
            if not self._flight:
                self._active = 0
        if asks:
            self.link.send(protocol.Recall(self.slot))
            self._recalled.wait(_RECALL_SECONDS)
        with self._lock:
            left += self._back
            self._back = []
        return left

    def take_back(self, last: int) -> bool:
        """The worker begins nothing after this number; False when it was not asked."""
        with self._lock:
            if not self._asked:
                return False
            back: list[Any] = []
            while self._flight and self._flight[-1][0] > last:
                _, delivery, start = self._flight.pop()
                self._bytes -= len(start.payload)
                back.append(delivery)
            back.reverse()
            for item in back:
                self._count_unrun(item)
            self._back = list(back)
            begun = self._lead()
            rests = self._rests()
        self._recalled.set()
        self._after(back, rests, begun)
        return True

    def snapshot(self) -> tuple[int, dict[Status, int], int, int]:
        """Exactly at one moment: accepted, ended by status, waiting, running."""
        with self._lock:
            running = 1 if self._flight else 0
            waiting = len(self._queue) + max(0, len(self._flight) - 1)
            return self.accepted, dict(self.counts), waiting, running

    @property
    def gone(self) -> bool:
        """Whether it is closed, and has nothing any more."""
        return bool(self._closed) and not self._flight and not self._queue

    def free_for(self, session: str) -> bool:
        """Whether another lane of the same receiver may go on in its slot, in the same process."""
        # A slot that was told to begin no more begins nothing that comes later.
        return self.gone and not (self._asked or self.left) and self.receiver == session

    def go_on_from(self, lane: RemoteLane) -> None:
        """Count on where the slot's last lane ended; that one is not used any more."""
        with lane._lock:
            self._number, self._settled = lane._number, lane._settled
            self._reported, self.past = lane._reported, lane.past

    def _start(self, delivery: Delivery) -> protocol.Start:
        message = delivery.message
        payload = message.payload
        event = message.event
        key = pinned = None
        if len(message.handler) > _NAME:
            raise PayloadRefused(f"the handler's name has more than {_NAME} characters")
        if event is not None:
            key = (event.scope, event.kind, event.name)
            pinned = event_text(event.pinned.event) if event.pinned is not None else None
            # Bytes were encoded for a worker that is gone; what it began with is settled.
            if type(payload) is bytes:
                data = payload
            else:
                data = CODEC.encode(list(event.given()), "arguments")
            if pinned is not None and len(data) > _PINNED_BYTES:
                raise PayloadRefused(f"arguments: {len(data)} bytes are too many")
        else:
            if type(payload) is Refused:
                raise PayloadRefused(payload.why)
            data = payload if type(payload) is bytes else CODEC.encode(payload)
        if not message.shared:
            message.payload = None
        self._number += 1
        return protocol.Start(
            self.slot,
            self._number,
            self.receiver,
            delivery.id,
            message.handler,
            message.scope,
            message.sender,
            data,
            delivery.wants_result,
            key,
            pinned,
        )

    def _lead(self) -> Delivery | None:
        """The first piece of work that the worker has is the one that runs; gives a new one."""
        key = -1 - self.slot
        if not self._flight:
            self.running.pop(key, None)
            return None
        delivery = self._flight[0][1]
        self.running[key] = delivery
        if delivery.status != "queued":
            return None
        delivery.started_at = perf_counter()
        delivery.status = "running"
        return delivery

    def _end(self, delivery: Delivery, status: Status, error: str | None) -> None:
        delivery.end(status, error)
        self.counts[status] = self.counts.get(status, 0) + 1

    def _rests(self) -> bool:
        if self._active and not self._flight and not self._queue:
            self._active = 0
            self._warned = False
            return True
        return False

    def _after(self, over: list[Delivery], rests: bool, begun: Delivery | None = None) -> None:
        if begun is not None and self.link.host.observers:
            self.link.host.tell(begun)
        self.link.known.end(self.past, over)
        if self.waits is not None and self.waits[0] in over:
            # However it ended, its answer may be long in coming.
            self.goes_on()
        watched = self.link.host.observers
        for delivery in over:
            if watched or delivery.awaited:
                delivery.settle()
            if delivery.sent is not None and delivery.status in _STOPPED:
                name = delivery.message.handler
                origin = delivery.target.receiver.origin(name)  # type: ignore[attr-defined]
                self.link.host.run_ended(delivery, name, origin)
        if rests and self._on_rest is not None:
            self._on_rest()
