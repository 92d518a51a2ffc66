"""``java.util.Collections``: functions on lists and sets."""

from __future__ import annotations

import bisect
import random
from typing import Any

from sandbox.library.bounded import MAX_ITEMS
from sandbox.library.java.arrays import PyArray
from sandbox.library.java.base import Object
from sandbox.library.java.collection import within
from sandbox.library.java.comparators import Comparator, ordered
from sandbox.library.java.convert import coercion, int_argument, java_equals, sort_key, to_java_all
from sandbox.library.java.fixed import Fresh
from sandbox.library.java.lists import ArrayList, List, UnmodifiableList
from sandbox.library.java.maps import UnmodifiableMap
from sandbox.library.java.sets import UnmodifiableSet
from sandbox.library.java.throwables import NoSuchElementException


def _backing(value: Any, method: str) -> Any:
    kind = type(value)
    if kind is list:
        return value
    # By type: other objects of the host have items too, and those are their own.
    if issubclass(kind, (List, PyArray)):
        return value._items
    raise coercion(method, 1, "java.util.List")


class Collections(Object, package="java.util"):
    """``java.util.Collections``."""

    EMPTY_LIST = Fresh(UnmodifiableList)
    EMPTY_MAP = Fresh(UnmodifiableMap)
    EMPTY_SET = Fresh(UnmodifiableSet)

    @classmethod
    def sort(cls, items: Any, comparator: Any = None) -> None:
        """Sort a list in place."""
        _backing(items, "sort").sort(key=sort_key(comparator))

    @classmethod
    def reverse(cls, items: Any) -> None:
        """Turn a list round."""
        _backing(items, "reverse").reverse()

    @classmethod
    def shuffle(cls, items: Any, source: Any = None) -> None:
        """Shuffle a list."""
        backing = _backing(items, "shuffle")
        draw = source.nextInt if source is not None else random.SystemRandom().randrange
        for at in range(len(backing) - 1, 0, -1):
            to = draw(at + 1)
            backing[at], backing[to] = backing[to], backing[at]

    @classmethod
    def swap(cls, items: Any, a: Any, b: Any) -> None:
        """Change two places."""
        backing = _backing(items, "swap")
        backing[a], backing[b] = backing[b], backing[a]

    @classmethod
    def fill(cls, items: Any, value: Any) -> None:
        """Make all items the same."""
        backing = _backing(items, "fill")
        backing[:] = [value] * len(backing)

    @classmethod
    def rotate(cls, items: Any, distance: Any) -> None:
        """Move all items on."""
        backing = _backing(items, "rotate")
        if backing:
            shift = int_argument(distance, "rotate", 2) % len(backing)
            backing[:] = backing[-shift:] + backing[:-shift] if shift else backing[:]

    @classmethod
    def max(cls, items: Any, comparator: Any = None) -> Any:
        """The highest item."""
        values = to_java_all(items)
        if not values:
            raise NoSuchElementException(None)
        return max(values, key=sort_key(comparator))

    @classmethod
    def min(cls, items: Any, comparator: Any = None) -> Any:
        """The lowest item."""
        values = to_java_all(items)
        if not values:
            raise NoSuchElementException(None)
        return min(values, key=sort_key(comparator))

    @classmethod
    def frequency(cls, items: Any, value: Any) -> int:
        """How often an item is there."""
        return sum(java_equals(one, value) for one in items)

    @classmethod
    def addAll(cls, target: Any, *items: Any) -> bool:
        """Put items in."""
        changed = False
        for one in items:
            changed = bool(target.add(one)) or changed
        return changed

    @classmethod
    def binarySearch(cls, items: Any, key: Any, comparator: Any = None) -> int:
        """Where a key is in a sorted list, or less than 0."""
        make = sort_key(comparator)
        keys = [make(one) for one in items]
        at = bisect.bisect_left(keys, make(key))
        return at if at < len(keys) and keys[at] == make(key) else -at - 1

    @classmethod
    def disjoint(cls, a: Any, b: Any) -> bool:
        """Whether no item is in both."""
        return not any(within(one, b) for one in a)

    @classmethod
    def nCopies(cls, count: Any, value: Any) -> Any:
        """One item over and over."""
        times = int_argument(count, "nCopies")
        if times > MAX_ITEMS:
            raise MemoryError("the list would be too long")
        return UnmodifiableList([value] * times)

    @classmethod
    def reverseOrder(cls, comparator: Any = None) -> Comparator:
        """Highest first."""
        return ordered(sort_key(comparator), True)

    @classmethod
    def emptyList(cls) -> Any:
        """A list without items."""
        return UnmodifiableList()

    @classmethod
    def emptySet(cls) -> Any:
        """A set without items."""
        return UnmodifiableSet()

    @classmethod
    def emptyMap(cls) -> Any:
        """A map without entries."""
        return UnmodifiableMap()

    @classmethod
    def singletonList(cls, value: Any) -> Any:
        """A list of one item."""
        return UnmodifiableList([value])

    @classmethod
    def singleton(cls, value: Any) -> Any:
        """A set of one item."""
        return UnmodifiableSet([value])

    @classmethod
    def singletonMap(cls, key: Any, value: Any) -> Any:
        """A map of one entry."""
        return UnmodifiableMap({key: value})

    @classmethod
    def unmodifiableList(cls, items: Any) -> Any:
        """A list that refuses changes (our choice: a copy, not a view)."""
        return UnmodifiableList(items)

    @classmethod
    def unmodifiableSet(cls, items: Any) -> Any:
        """A set that refuses changes (our choice: a copy, not a view)."""
        return UnmodifiableSet(items)

    @classmethod
    def unmodifiableCollection(cls, items: Any) -> Any:
        """A collection that refuses changes (our choice: a copy, not a view)."""
        return UnmodifiableList(items)

    @classmethod
    def unmodifiableMap(cls, items: Any) -> Any:
        """A map that refuses changes (our choice: a copy, not a view)."""
        return UnmodifiableMap(items)

    @classmethod
    def synchronizedList(cls, items: Any) -> Any:
        """The list."""
        return items

    synchronizedMap = synchronizedSet = synchronizedCollection = synchronizedList

    @classmethod
    def list(cls, elements: Any) -> Any:
        """The elements of an enumeration."""
        return ArrayList(elements)
