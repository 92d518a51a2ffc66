"""``heapq`` and ``bisect``: sequences in order."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any

from sandbox.dialect.meaning.ordering import Held, less
from sandbox.library.arguments import integer
from sandbox.library.hooks import checkpoint
from sandbox.library.itertools_module import watched
from sandbox.library.meaning import builtin
from sandbox.library.module import Module


def _up(heap: Any, place: int, start: int) -> None:
    """Move an item towards the root, as far as it is less."""
    item = heap[place]
    while place > start:
        above = (place - 1) >> 1
        other = heap[above]
        if not less(item, other):
            break
        heap[place] = other
        place = above
    heap[place] = item


def _down(heap: Any, place: int) -> None:
    """Move an item to a leaf, the smaller of two children in its place, and then up again."""
    start, end = place, len(heap)
    item = heap[place]
    child = 2 * place + 1
    while child < end:
        right = child + 1
        if right < end and not less(heap[child], heap[right]):
            child = right
        heap[place] = heap[child]
        place, child = child, 2 * child + 1
        if len(heap) != end:
            raise RuntimeError("list changed size during iteration")
    heap[place] = item
    _up(heap, place, start)


def _list(heap: Any) -> Any:
    if not isinstance(heap, list):
        raise TypeError("heap argument must be a list")
    return heap


def push(heap: Any, item: Any) -> None:
    """Put an item in."""
    _list(heap).append(item)
    _up(heap, len(heap) - 1, 0)


def pop(heap: Any) -> Any:
    """Take the least item out."""
    last = _list(heap).pop()
    if not heap:
        return last
    first, heap[0] = heap[0], last
    _down(heap, 0)
    return first


class HeapqModule(Module):
    """``heapq``: the interpreter's own compares lists whose items it does not hold."""

    __slots__ = ()
    NAME = "heapq"

    def heapify(self, heap: Any) -> None:
        """Put a list in the order of a heap."""
        for place in reversed(range(len(_list(heap)) // 2)):
            checkpoint()
            _down(heap, place)

    def heappush(self, heap: Any, item: Any) -> None:
        """Put an item in."""
        push(heap, item)

    def heappop(self, heap: Any) -> Any:
        """Take the least item out."""
        return pop(heap)

    def heappushpop(self, heap: Any, item: Any) -> Any:
        """Put an item in and take the least out."""
        if _list(heap) and less(heap[0], item):
            item, heap[0] = heap[0], item
            _down(heap, 0)
        return item

    def heapreplace(self, heap: Any, item: Any) -> Any:
        """Take the least item out and put another in."""
        first = _list(heap)[0]
        heap[0] = item
        _down(heap, 0)
        return first

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
        return watched(heapq.merge(*[watched(one) for one in iterables], key=Held))


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
        low, high = self._bounds(a, lo, hi)
        while low < high:
            checkpoint()
            middle = (low + high) // 2
            if less(a[middle], x):
                low = middle + 1
            else:
                high = middle
        return low

    def bisect_right(self, a: Any, x: Any, lo: Any = 0, hi: Any = None) -> int:
        """Where to put an item, behind equal ones."""
        low, high = self._bounds(a, lo, hi)
        while low < high:
            checkpoint()
            middle = (low + high) // 2
            if less(x, a[middle]):
                high = middle
            else:
                low = middle + 1
        return low

    bisect = bisect_right

    def insort_left(self, a: Any, x: Any, lo: Any = 0, hi: Any = None) -> None:
        """Put an item in, before equal ones."""
        a.insert(self.bisect_left(a, x, lo, hi), x)

    def insort_right(self, a: Any, x: Any, lo: Any = 0, hi: Any = None) -> None:
        """Put an item in, behind equal ones."""
        a.insert(self.bisect_right(a, x, lo, hi), x)

    insort = insort_right
