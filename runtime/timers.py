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
        self._thread: threading.Thread | None = None
        self._closed = False

    def after(self, seconds: float, function: Callable[[], None]) -> Timer:
        """Call ``function`` in so many seconds, unless the timer is cancelled before."""
        timer = Timer(function)
        with self._wake:
            if self._closed:
                timer.cancel()
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
            self._wake.notify()
        return left

    def _work(self) -> None:
        while True:
            with self._wake:
                while self._heap and self._heap[0][2].cancelled:
                    heapq.heappop(self._heap)
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
    """One call to come."""

    __slots__ = ("_function", "_lock", "cancelled")

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function
        self._lock = threading.Lock()
        self.cancelled = False

    def cancel(self) -> bool:
        """Do not call it; gives whether that was still possible."""
        with self._lock:
            possible = not self.cancelled
            self.cancelled = True
            return possible

    def fire(self) -> None:
        """Call it now, once."""
        if self.cancel():
            self._function()
