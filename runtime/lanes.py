"""The hot path: serial FIFO lanes over a bounded pool of threads.

A lane runs its items first in, first out, one at a time (``width`` of them at a time for a widened
Shared lane). It owns no thread: when it has work it asks its pool for one. A Dedicated handler or
an EDT is a lane over a pool of one. ``tests/benchmarks/bench_dispatch.py`` stands beside this file.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from random import random
from threading import get_ident
from time import perf_counter
from typing import Any, Final, Literal, Protocol

from runtime.message import Status
from runtime.sent import Sent
from runtime.waiting import DRAWN, LIGHT, WEIGHED, Waiting, weight_of
from sandbox.limits_stack import start_for_scripts

_log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 5.0
"""How long a thread without work stays before it ends."""

BATCH: Final = 64
"""Items a lane runs before it goes behind the other lanes of its pool that wait for a thread."""

Accepted = Literal["queued", "waiting", "rejected", "closed"]
"""``waiting``: queued for a session whose link is cut at the moment."""


class Item(Protocol):
    """What a lane runs: a delivery, or a call that a script asked for."""

    status: Status
    queued_at: float

    def perform(self) -> None:
        """Run to a final ``status``; must not raise."""

    def end(self, status: Status, error: str | None = None) -> None:
        """Take a final status without having run."""

    def settle(self) -> None:
        """Called once, when the lane has counted the final status; must not raise."""


class LanePool:
    """Threads shared by lanes: started when first needed, ended when idle.

    Args:
        size: most threads at a time; those that ``blocking`` marks are not counted.
        name: prefix of the threads' names.
    """

    def __init__(self, size: int, name: str, idle_seconds: float = IDLE_SECONDS) -> None:
        self._size = size
        self._name = name
        self._idle_seconds = idle_seconds
        self._ready: SimpleQueue[Lane] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._waiting = 0
        self._pending = 0
        self._started = 0
        self._held: dict[int, list[Lane]] = {}

    @property
    def threads(self) -> int:
        """How many threads there are now."""
        return self._threads

    def submit(self, lane: Lane) -> None:
        """Give the lane a turn on a thread, as soon as one is free."""
        if self._held:
            held = self._held.get(get_ident())
            if held is not None:
                held.append(lane)
                return
        with self._lock:
            self._pending += 1
            spawn = self._pending > self._waiting and self._threads < self._size
            if spawn:
                self._threads += 1
                self._started += 1
                number = self._started
        self._ready.put(lane)
        if spawn:
            self._start(number)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Let what the calling thread submits meanwhile wait until the end.

        A fan-out queues everything first: the threads that run it would otherwise take turns with
        the sender from the first delivery on.
        """
        held: list[Lane] = []
        self._held[get_ident()] = held
        try:
            yield
        finally:
            del self._held[get_ident()]
            for lane in held:
                self.submit(lane)

    def blocking(self) -> _Blocking:
        """Allow one thread more while the calling one only waits (for a reply)."""
        return _Blocking(self)

    def widen(self, by: int) -> None:
        """Change how many threads there may be; the pool starts one if a lane waits for it."""
        with self._lock:
            self._size += by
            spawn = by > 0 and self._pending > self._waiting and self._threads < self._size
            if spawn:
                self._threads += 1
                self._started += 1
                number = self._started
        if spawn:
            self._start(number)

    def _start(self, number: int) -> None:
        thread = threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True)
        try:
            start_for_scripts(thread)
        except RuntimeError:
            # What waits is not lost: the next that is submitted tries again.
            with self._lock:
                self._threads -= 1
            _log.exception("%s: no thread can be started for what waits", self._name)

    def _work(self) -> None:
        lock, ready = self._lock, self._ready
        while True:
            with lock:
                self._waiting += 1
            try:
                lane = ready.get(timeout=self._idle_seconds)
            except Empty:
                with lock:
                    self._waiting -= 1
                    if self._pending > self._waiting:
                        continue
                    self._threads -= 1
                    return
            with lock:
                self._waiting -= 1
                self._pending -= 1
            lane.work()
            del lane
            with lock:
                if self._threads > self._size and self._waiting > 0:
                    self._threads -= 1
                    return


class _Blocking:
    __slots__ = ("_pool",)

    def __init__(self, pool: LanePool) -> None:
        self._pool = pool

    def __enter__(self) -> None:
        self._pool.widen(1)

    def __exit__(self, *_: object) -> None:
        self._pool.widen(-1)


class Lane:
    """One FIFO queue and the exact count of how everything put into it ended.

    Args:
        name: shown to people, such as ``X Gateway shared``.
        pool: where its turns run.
        width: how many items may run at a time; 1 is serial.
        limit: items that may wait; one more is rejected.
        warn_at: waiting items at which ``on_backlog`` is called, once until the lane is empty.
        on_backlog: called with the lane, on the sender's thread.
        on_rest: called when the lane has nothing left, on its own thread.
        waiting: counts the bytes of what waits, those of other lanes beside; None counts nothing.
    """

    __slots__ = (
        "__weakref__",
        "_active",
        "_closed",
        "_lock",
        "_on_backlog",
        "_on_rest",
        "_queue",
        "_waiting",
        "_warned",
        "_weights",
        "accepted",
        "counts",
        "limit",
        "name",
        "pool",
        "rejected",
        "running",
        "waits_for",
        "warn_at",
        "width",
    )

    def __init__(
        self,
        name: str,
        pool: LanePool,
        *,
        width: int = 1,
        limit: int = 100_000,
        warn_at: int = 1_000,
        on_backlog: Callable[[Lane], None] | None = None,
        on_rest: Callable[[], None] | None = None,
        waiting: Waiting | None = None,
    ) -> None:
        self.name = name
        self.pool = pool
        self.width = width
        self.limit = limit
        self.warn_at = warn_at
        self.accepted = 0
        self.rejected = 0
        self.counts: dict[Status, int] = {}
        self.running: dict[int, Item] = {}
        self.waits_for: Lane | None = None
        self._queue: deque[Item] = deque()
        self._lock = threading.Lock()
        self._active = 0
        self._closed = ""
        self._warned = False
        self._on_backlog = on_backlog
        self._on_rest = on_rest
        self._waiting = waiting
        self._weights: dict[int, int] = {}

    def __repr__(self) -> str:
        return f"<Lane {self.name}: {len(self._queue)} waiting, {len(self.running)} running>"

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, item: Item) -> Accepted:
        """Queue an item.

        Returns:
            ``queued``; ``rejected`` when the lane is full; ``closed`` when it was closed: the item
            counts as accepted and undelivered then, and is settled already.
        """
        size, full = 0, False
        weighed = self._waiting
        if weighed is not None and len(self._queue) >= WEIGHED:
            full = weighed.bytes >= weighed.limit
            # A walk of every payload would cost more than all the rest.
            if random() * DRAWN < 1.0:
                size = _weigh(item) * DRAWN
        with self._lock:
            if self._closed:
                self.accepted += 1
                self._count_unrun(item)
                outcome: Accepted = "closed"
                submit = warn = False
            else:
                queue = self._queue
                waiting = len(queue)
                if (full or waiting >= self.limit) and not always(item):
                    self.rejected += 1
                    return "rejected"
                if size and weighed is not None:
                    weighed.take_back(size)
                    self._weights[id(item)] = size
                queue.append(item)
                self.accepted += 1
                outcome = "queued"
                submit = self._active < self.width
                if submit:
                    self._active += 1
                warn = waiting >= self.warn_at and not self._warned
                if warn:
                    self._warned = True
        if submit:
            self.pool.submit(self)
        elif outcome == "closed":
            item.settle()
        if warn and self._on_backlog is not None:
            self._on_backlog(self)
        return outcome

    def work(self) -> None:
        """Take one turn on the calling thread: run what waits, at most a batch of it."""
        lock, queue, running, counts = self._lock, self._queue, self.running, self.counts
        me = get_ident()
        left = BATCH
        ended: Item | None = None
        while True:
            item: Item | None = None
            # One lock an item: what ended is counted as the next is taken.
            with lock:
                if ended is not None:
                    del running[me]
                    status = ended.status
                    counts[status] = counts.get(status, 0) + 1
                if queue and left:
                    item = running[me] = queue.popleft()
                    if self._weights:
                        self._release(item)
                elif ended is None:
                    break
            if ended is not None:
                ended.settle()
                ended = None
            if item is not None:
                left -= 1
                try:
                    item.perform()
                except BaseException as error:
                    # It must not raise; if it does, everything behind it goes on all the same.
                    item.end("failed", f"a defect of the host: {type(error).__name__}")
                ended = item
        # The lane rests only once its last item has been settled.
        with lock:
            again = bool(queue)
            if not again:
                self._active -= 1
            resting = not self._active
            if resting:
                self._warned = False
        if again:
            self.pool.submit(self)
        elif resting and self._on_rest is not None:
            self._on_rest()

    def let_go(self, sent: Sent) -> None:
        """What waits of these messages ends when its turn comes; nothing has it before."""

    def close(self, reason: str) -> list[Item]:
        """Take nothing more; what still waits ends as undelivered, and is returned."""
        with self._lock:
            self._closed = reason or "closed"
            left = list(self._queue)
            self._queue.clear()
            for item in left:
                self._release(item)
                self._count_unrun(item)
        for item in left:
            item.settle()
        return left

    @property
    def at_rest(self) -> bool:
        """Nothing waits and nothing runs."""
        return not self._active and not self._queue

    def oldest(self) -> Item | None:
        """The item that has waited longest, None when none waits."""
        with self._lock:
            return self._queue[0] if self._queue else None

    def snapshot(self) -> tuple[int, dict[Status, int], int, int]:
        """Exactly at one moment: accepted, ended by status, waiting, running."""
        with self._lock:
            return self.accepted, dict(self.counts), len(self._queue), len(self.running)

    def _release(self, item: Item) -> None:
        if self._weights and self._waiting is not None:
            self._waiting.give(self._weights.pop(id(item), 0))

    def _count_unrun(self, item: Item) -> None:
        item.end("undelivered", self._closed)
        self.counts["undelivered"] = self.counts.get("undelivered", 0) + 1


def _weigh(item: Any) -> int:
    message = getattr(item, "message", None)
    if message is None:
        # A script's function, whose arguments are the script's own.
        return 0
    size = weight_of(message.payload if message.event is None else message.event.arguments)
    # Small ones are bounded well enough by their number.
    return size if size > LIGHT else 0


def always(item: Any) -> bool:
    """Whether an item is queued however much waits."""
    message = getattr(item, "message", None)
    return message is not None and message.event is not None and message.event.always


def age_of(item: Item) -> float:
    """Seconds since the item was queued."""
    return perf_counter() - item.queued_at
