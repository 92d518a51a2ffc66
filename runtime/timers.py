"""One thread for everything of a host that happens later: delays and time-outs."""

from __future__ import annotations

import heapq
import logging
import threading
from collections.abc import Callable
from itertools import count
from time import monotonic
from typing import Final

_log = logging.getLogger(__name__)

LONGEST: Final = 1e9
"""Seconds; what is to happen later than that never does."""

IDLE_SECONDS: Final = 5.0
"""How long the thread stays when nothing is to come."""

_FEW: Final = 64
"""Cancelled timers that may lie in the heap, however few others there are."""


class Timers:
    """Calls functions at their time, on one thread that starts when first needed.

    The functions must be short and must not raise: they queue work, they do not do it. One that
    raises is a defect: it is told, and all others still come.

    Args:
        name: of the thread.
        defect: told what a function raised.
    """

    def __init__(self, name: str, defect: Callable[[BaseException], object] | None = None) -> None:
        self._name = name
        self._defect = defect
        self._wake = threading.Condition()
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = count()
        self._cancelled = 0
        self._thread: threading.Thread | None = None
        self._closed = False

    def after(self, seconds: float, function: Callable[[], None]) -> Timer:
        """Call ``function`` in so many seconds, unless the timer is cancelled before."""
        timer = Timer(function, self._note_cancelled)
        with self._wake:
            if self._closed:
                timer.take()
                return timer
            # A number that is none, or no wait could take, would end the thread of everybody.
            seconds = min(float(seconds), LONGEST) if seconds > 0 else 0.0
            entry = (monotonic() + seconds, next(self._order), timer)
            heapq.heappush(self._heap, entry)
            if self._thread is None:
                thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                thread.start()
                # Only now: a thread that did not start is tried again.
                self._thread = thread
            elif self._heap[0] is entry:
                self._wake.notify()
        return timer

    def close(self) -> list[Timer]:
        """Call nothing more; gives the timers that were still waiting."""
        with self._wake:
            self._closed = True
            left = [timer for _, _, timer in self._heap if not timer.cancelled]
            self._heap.clear()
            self._cancelled = 0
            self._wake.notify()
        return left

    def _note_cancelled(self) -> None:
        # What is due in years would lie there for as long.
        with self._wake:
            self._cancelled += 1
            if self._cancelled > max(_FEW, len(self._heap) // 2):
                self._heap = [entry for entry in self._heap if not entry[2].cancelled]
                heapq.heapify(self._heap)
                self._cancelled = 0

    def _work(self) -> None:
        while True:
            with self._wake:
                while self._heap and self._heap[0][2].cancelled:
                    heapq.heappop(self._heap)
                    self._cancelled -= 1
                if not self._heap:
                    idle = self._closed or not self._wake.wait(IDLE_SECONDS)
                    if idle and not self._heap:
                        self._thread = None
                        return
                    continue
                left = self._heap[0][0] - monotonic()
                if left > 0:
                    self._wake.wait(min(left, threading.TIMEOUT_MAX))
                    continue
                timer = heapq.heappop(self._heap)[2]
            try:
                timer.fire()
            except BaseException as error:
                if self._defect is None:
                    _log.exception("what was to happen later failed")
                else:
                    self._defect(error)


class Timer:
    """One call to come.

    Args:
        function: what is called.
        cancelled: told when it is cancelled before that.
    """

    __slots__ = ("_function", "_lock", "_when_cancelled")

    def __init__(self, function: Callable[[], None], cancelled: Callable[[], None]) -> None:
        self._function: Callable[[], None] | None = function
        self._when_cancelled = cancelled
        self._lock = threading.Lock()

    @property
    def cancelled(self) -> bool:
        """Whether it will not be called any more."""
        return self._function is None

    def cancel(self) -> bool:
        """Do not call it; gives whether that was still possible."""
        if self.take() is None:
            return False
        self._when_cancelled()
        return True

    def fire(self) -> None:
        """Call it now, once."""
        function = self.take()
        if function is not None:
            function()

    def take(self) -> Callable[[], None] | None:
        """What is to be called, for the only one who gets it; it is held no longer."""
        with self._lock:
            function, self._function = self._function, None
            return function
