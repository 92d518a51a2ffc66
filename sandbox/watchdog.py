"""The thread that stops runs at their deadlines, and all of them where memory grows too much."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os as _os
import sys
import threading
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.limits import StopToken

_getrusage: Callable[[int], Any] | None = None
if sys.platform == "linux":
    from resource import getrusage as _getrusage

MEMORY_GROWTH = 1 << 30
"""Bytes by which the process may grow before the runs that go on meanwhile are stopped."""
_LOOK = 0.05
_IDLE = 5.0
_SETTLE = 0.5
# What has grown by this part of what it may is given back afterwards as well.
_MUCH = 8
_FREEING = 1.0
"""Seconds after a stop in which what was used is freed, and nothing else may grow from there."""
_RECENT = 30.0
"""Seconds for which the lowest use of memory counts at least, and half as long as at most."""
_QUICK_LOOK = 0.005
_QUICK_GROWTH = 16 << 20
"""Bytes of growth from one look to the next that make the next one come sooner."""
_PAGE = _os.sysconf("SC_PAGE_SIZE") if hasattr(_os, "sysconf") else 4096


_FEW = 10_000
"""Deadlines that are kept before those of runs that have ended are looked for."""

_PEAK = [0]


def resident_memory() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    if _getrusage is not None:
        # At a new peak there is no file to read, which would wait for the script at each step.
        peak = _getrusage(0).ru_maxrss << 10
        if peak > _PEAK[0]:
            _PEAK[0] = peak
            return int(peak)
    try:
        with open("/proc/self/statm", "rb") as source:
            return int(source.read().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def release_memory() -> None:
    """Give memory that is free back to the system, where its C library keeps it."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(Exception):
        # A locked process may load nothing; there it is no loss, for it is ended instead.
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)


class Watchdog:
    """One thread that stops tokens at their deadlines; it starts when first needed.

    While it has a deadline to wait for it also looks at the memory of the process, and stops all
    runs that it watches when that has grown too much: nobody can say which of them it was.

    Args:
        clock: seconds that deadlines are compared with.
        memory: bytes in use now.
        growth: bytes that the process may grow.
        release: called some time after runs were stopped because of it, when nothing is watched.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        memory: Callable[[], int] = resident_memory,
        growth: int = MEMORY_GROWTH,
        release: Callable[[], object] = release_memory,
    ) -> None:
        self._clock = clock
        self._memory = memory
        self._growth = growth
        self._release = release
        self._grew = False
        self._least: int | None = None
        self._recent = _Recent()
        self._freed_by = 0.0
        self._lowest = 0
        self._last = 0
        self._look = _LOOK
        self._wake = threading.Condition()
        self._heap: list[tuple[float, int, weakref.ref[StopToken], Callable[[], str]]] = []
        self._sweep_at = _FEW
        self._order = itertools.count()
        self._thread: threading.Thread | None = None

    def watch(
        self,
        token: StopToken,
        deadline: float,
        reason: Callable[[], str] = lambda: "the deadline has passed",
    ) -> None:
        """Stop ``token`` when the clock reaches ``deadline``, unless it is forgotten before.

        Args:
            token: held weakly.
            deadline: a ``time.monotonic()`` value.
            reason: asked when it fires.
        """
        with self._wake:
            if len(self._heap) > self._sweep_at:
                # Most runs end long before their deadline, and an older one may go on for hours.
                self._heap = [each for each in self._heap if each[2]() is not None]
                heapq.heapify(self._heap)
                self._sweep_at = max(_FEW, 2 * len(self._heap))
            entry = (deadline, next(self._order), weakref.ref(token), reason)
            heapq.heappush(self._heap, entry)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._work, name="pilotlight-watchdog", daemon=True
                )
                self._thread.start()
            elif self._heap[0] is entry:
                self._wake.notify()

    def _work(self) -> None:
        tokens: list[StopToken | None] = []
        while True:
            with self._wake:
                while self._heap and self._heap[0][2]() is None:
                    heapq.heappop(self._heap)
                if not self._heap:
                    self._least = None
                    idle = not self._wake.wait(_SETTLE if self._grew else _IDLE) and not self._heap
                    if idle and not self._grew:
                        # Idle watchdogs end, so an embedding host has no thread it did not ask for.
                        self._thread = None
                        return
                    release, self._grew = idle, self._grew and not idle
                else:
                    release = False
                    deadline, _, held, reason = self._heap[0]
                    left = deadline - self._clock()
                    if left > 0:
                        self._wake.wait(min(left, self._look))
                        tokens = self._outgrown()
                    else:
                        heapq.heappop(self._heap)
                        tokens = [held()]
            if release:
                self._release()
            for token in tokens:
                if token is not None:
                    token.stop(reason() if left <= 0 else "the process grew too much meanwhile")
            token = None
            tokens.clear()

    def _outgrown(self) -> list[StopToken | None]:
        """The tokens to stop because of the memory in use: all of them, or none."""
        now, clock = self._memory(), self._clock()
        self._look = _QUICK_LOOK if now - self._last > _QUICK_GROWTH else _LOOK
        self._last = now
        recent = self._recent.least(now, clock)
        if self._least is None or now < self._least:
            self._least = now
        if self._freed_by:
            self._lowest = min(self._lowest, now)
        freed = self._freed_by and clock > self._freed_by
        if freed:
            self._freed_by = 0.0
        grown = now - min(self._least, recent)
        if grown > self._growth // _MUCH:
            self._grew = True
        if grown <= self._growth:
            return []
        if freed and self._lowest - min(self._least, recent) > self._growth:
            # What was not freed meanwhile is kept by somebody: others may grow again from there.
            self._least = self._lowest
            self._recent.forget(self._lowest, clock)
            return []
        if not self._freed_by:
            self._freed_by, self._lowest = clock + _FREEING, now
        self._grew = True
        return [entry[2]() for entry in self._heap]


class _Recent:
    """The lowest use of memory in the last half a minute, or up to twice as long."""

    __slots__ = ("_before", "_now", "_until")

    def __init__(self) -> None:
        self._before: int | None = None
        self._now: int | None = None
        self._until = 0.0

    def least(self, memory: int, clock: float) -> int:
        if clock > self._until:
            # After a long rest both are too old.
            self._before = self._now if clock < self._until + _RECENT else None
            self._now, self._until = None, clock + _RECENT
        if self._now is None or memory < self._now:
            self._now = memory
        return self._now if self._before is None else min(self._now, self._before)

    def forget(self, memory: int, clock: float) -> None:
        self._before, self._now, self._until = None, memory, clock + _RECENT


WATCHDOG = Watchdog()


def _after_fork() -> None:
    # Threads of the parent mean nothing in the child.
    global WATCHDOG
    WATCHDOG = Watchdog()


_os.register_at_fork(after_in_child=_after_fork)
