"""``Queue``: every wait ends when the run is stopped."""

from __future__ import annotations

import collections
import heapq
import threading
import time
from typing import Any

from sandbox.library import hooks
from sandbox.library.arguments import number
from sandbox.library.module import Held, HostType, Module, host_class


@host_class("Queue")
class Empty(Exception, metaclass=HostType):
    """Nothing to get."""


@host_class("Queue")
class Full(Exception, metaclass=HostType):
    """No room to put."""


class Queue(Held):
    """``Queue.Queue``, ``LifoQueue`` and ``PriorityQueue``."""

    __slots__ = ("_changed", "_items", "_kind", "_unfinished", "maxsize")

    def __init__(self, maxsize: Any, kind: str) -> None:
        put = object.__setattr__
        put(self, "maxsize", int(maxsize))
        put(self, "_kind", kind)
        put(self, "_items", collections.deque() if kind == "fifo" else [])
        put(self, "_unfinished", 0)
        put(self, "_changed", threading.Condition())

    def qsize(self) -> int:
        """How many items there are."""
        return len(self._items)

    def empty(self) -> bool:
        """Whether there are none."""
        return not self._items

    def full(self) -> bool:
        """Whether there is no room."""
        return 0 < self.maxsize <= len(self._items)  # type: ignore[no-any-return]

    def _await(self, ready: Any, block: Any, timeout: Any, failure: type[Exception]) -> None:
        """With the lock held: wait until ``ready()``, in slices that a stop ends."""
        end = None if timeout is None else time.monotonic() + max(0.0, number(timeout))
        while not ready():
            if not block or (end is not None and time.monotonic() >= end):
                raise failure
            self._changed.wait(0.05 if end is None else min(0.05, end - time.monotonic()))
            hooks.checkpoint()

    def put(self, item: Any, block: Any = True, timeout: Any = None) -> None:
        """Put an item in."""
        with self._changed:
            self._await(lambda: not self.full(), block, timeout, Full)
            if self._kind == "priority":
                heapq.heappush(self._items, item)
            else:
                self._items.append(item)
            object.__setattr__(self, "_unfinished", self._unfinished + 1)
            self._changed.notify_all()

    def get(self, block: Any = True, timeout: Any = None) -> Any:
        """Take an item out."""
        with self._changed:
            self._await(lambda: bool(self._items), block, timeout, Empty)
            if self._kind == "fifo":
                item = self._items.popleft()
            elif self._kind == "lifo":
                item = self._items.pop()
            else:
                item = heapq.heappop(self._items)
            self._changed.notify_all()
            return item

    def put_nowait(self, item: Any) -> None:
        """Put an item in, or raise Full."""
        self.put(item, False)

    def get_nowait(self) -> Any:
        """Take an item out, or raise Empty."""
        return self.get(False)

    def task_done(self) -> None:
        """One item has been worked on."""
        with self._changed:
            if self._unfinished <= 0:
                raise ValueError("task_done() called too many times")
            object.__setattr__(self, "_unfinished", self._unfinished - 1)
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until all items have been worked on."""
        with self._changed:
            self._await(lambda: not self._unfinished, True, None, Full)


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
