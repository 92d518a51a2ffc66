"""``heapq`` and ``bisect``: sequences in order."""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Iterator
from typing import Any

from sandbox.library.arguments import integer
from sandbox.library.itertools_module import watched
from sandbox.library.meaning import builtin
from sandbox.library.module import Module


class HeapqModule(Module):
    """``heapq``; items are compared as Python 3 compares them (mixed types raise)."""

    __slots__ = ()
    NAME = "heapq"

    heapify = heapq.heapify
    heappop = heapq.heappop
    heappush = heapq.heappush
    heappushpop = heapq.heappushpop
    heapreplace = heapq.heapreplace

    def nlargest(self, n: Any, iterable: Any, key: Any = None) -> list[Any]:
        """The n largest items."""
        ordered = builtin("sorted", sorted)(list(watched(iterable)), key=key, reverse=True)
        return list(ordered)[: max(0, integer(n))]

    def nsmallest(self, n: Any, iterable: Any, key: Any = None) -> list[Any]:
        """The n smallest items."""
        ordered = builtin("sorted", sorted)(list(watched(iterable)), key=key)
        return list(ordered)[: max(0, integer(n))]

    def merge(self, *iterables: Any) -> Iterator[Any]:
        """Sorted inputs as one."""
        # It ends in "yield from" its last input: closed late, that would call a script's close().
        return watched(heapq.merge(*[watched(one) for one in iterables]))


class BisectModule(Module):
    """``bisect``."""

    __slots__ = ()
    NAME = "bisect"

    def _bounds(self, a: Any, lo: Any, hi: Any) -> tuple[int, int]:
        low = integer(lo)
        if low < 0:
            raise ValueError("lo must be non-negative")
        return low, len(a) if hi is None or hi == -1 else integer(hi)

    def bisect_left(self, a: Any, x: Any, lo: Any = 0, hi: Any = None) -> int:
        """Where to put an item, before equal ones."""
        return bisect.bisect_left(a, x, *self._bounds(a, lo, hi))

    def bisect_right(self, a: Any, x: Any, lo: Any = 0, hi: Any = None) -> int:
        """Where to put an item, behind equal ones."""
        return bisect.bisect_right(a, x, *self._bounds(a, lo, hi))

    bisect = bisect_right

    def insort_left(self, a: Any, x: Any, lo: Any = 0, hi: Any = None) -> None:
        """Put an item in, before equal ones."""
        a.insert(self.bisect_left(a, x, lo, hi), x)

    def insort_right(self, a: Any, x: Any, lo: Any = 0, hi: Any = None) -> None:
        """Put an item in, behind equal ones."""
        a.insert(self.bisect_right(a, x, lo, hi), x)

    insort = insort_right
