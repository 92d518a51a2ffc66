"""``Queue``: every wait ends when the run is stopped."""

from __future__ import annotations

import collections
import threading
import time
from typing import Any

from sandbox.library import hooks
from sandbox.library.arguments import number
from sandbox.library.heapq_module import pop, push
from sandbox.library.module import Held, HostType, Module, host_class

_SLICE = 0.05


@host_class("Queue")
class Empty(Exception, metaclass=HostType):
    """Nothing to get."""


@host_class("Queue")
class Full(Exception, metaclass=HostType):
    """No room to put."""


class Queue(Held):
    """``Queue.Queue``, ``LifoQueue`` and ``PriorityQueue``.

    Comparing what is in one runs code of scripts, which may wait for another queue: whoever waits
    for its turn can be stopped, and news are told while nothing else is held.
    """

    __slots__ = ("_items", "_kind", "_news", "_told", "_turn", "_unfinished", "maxsize")

    def __init__(self, maxsize: Any, kind: str) -> None:
        put = object.__setattr__
        put(self, "maxsize", int(maxsize))
        put(self, "_kind", kind)
        put(self, "_items", collections.deque() if kind == "fifo" else [])
        put(self, "_unfinished", 0)
        put(self, "_turn", threading.RLock())
        put(self, "_news", threading.Condition())
        put(self, "_told", 0)

    def qsize(self) -> int:
        """How many items there are."""
        return len(self._items)

    def empty(self) -> bool:
        """Whether there are none."""
        return not self._items

    def full(self) -> bool:
        """Whether there is no room."""
        return 0 < self.maxsize <= len(self._items)  # type: ignore[no-any-return]

    def _take_turn(self) -> None:
        take = self._turn.acquire
        if not take(blocking=False):
            hooks.wait_until(lambda left: take(timeout=left), None)

    def _await(self, ready: Any, block: Any, timeout: Any, failure: type[Exception]) -> None:
        """Wait until ``ready()``, in slices that a stop ends; then it is this thread's turn."""
        end = None if timeout is None else time.monotonic() + max(0.0, number(timeout))
        while True:
            self._take_turn()
            if ready():
                return
            told = self._told
            self._turn.release()
            left = _SLICE if end is None else min(_SLICE, end - time.monotonic())
            if not block or left <= 0:
                raise failure
            with self._news:
                if self._told == told:
                    self._news.wait(left)
            hooks.checkpoint()

    def _tell(self) -> None:
        """The turn is over, and what others wait for may have come."""
        self._turn.release()
        with self._news:
            object.__setattr__(self, "_told", self._told + 1)
            self._news.notify_all()

    def put(self, item: Any, block: Any = True, timeout: Any = None) -> None:
        """Put an item in."""
        self._await(lambda: not self.full(), block, timeout, Full)
        try:
            if self._kind == "priority":
                push(self._items, item)
            else:
                self._items.append(item)
            object.__setattr__(self, "_unfinished", self._unfinished + 1)
        finally:
            self._tell()

    def get(self, block: Any = True, timeout: Any = None) -> Any:
        """Take an item out."""
        self._await(lambda: bool(self._items), block, timeout, Empty)
        try:
            if self._kind == "fifo":
                return self._items.popleft()
            if self._kind == "lifo":
                return self._items.pop()
            return pop(self._items)
        finally:
            self._tell()

    def put_nowait(self, item: Any) -> None:
        """Put an item in, or raise Full."""
        self.put(item, False)

    def get_nowait(self) -> Any:
        """Take an item out, or raise Empty."""
        return self.get(False)

    def task_done(self) -> None:
        """One item has been worked on."""
        self._take_turn()
        try:
            if self._unfinished <= 0:
                raise ValueError("task_done() called too many times")
            object.__setattr__(self, "_unfinished", self._unfinished - 1)
        finally:
            self._tell()

    def join(self) -> None:
        """Wait until all items have been worked on."""
        self._await(lambda: not self._unfinished, True, None, Full)
        self._turn.release()


class QueueModule(Module):
    """``Queue``."""

    __slots__ = ()
    NAME = "Queue"

    Empty = Empty
    Full = Full

    def Queue(self, maxsize: Any = 0) -> Queue:
        """First in, first out."""
        return Queue(maxsize, "fifo")

    def LifoQueue(self, maxsize: Any = 0) -> Queue:  # type: ignore[valid-type]
        """Last in, first out."""
        return Queue(maxsize, "lifo")

    def PriorityQueue(self, maxsize: Any = 0) -> Queue:  # type: ignore[valid-type]
        """Lowest first."""
        return Queue(maxsize, "priority")
