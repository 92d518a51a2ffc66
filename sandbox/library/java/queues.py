"""``java.util`` queues: ``LinkedList``, ``ArrayDeque``, ``PriorityQueue``."""

from __future__ import annotations

import bisect
from typing import Any

from sandbox.library.java.base import state
from sandbox.library.java.collection import Collection, JavaIterator, discard_first
from sandbox.library.java.convert import sort_key, to_java, to_java_all
from sandbox.library.java.lists import AbstractList
from sandbox.library.java.throwables import NoSuchElementException


class LinkedList(AbstractList, package="java.util"):
    """``java.util.LinkedList``, also a queue on both ends."""

    def _end(self, at: int) -> Any:
        if not self._items:
            raise NoSuchElementException(None)
        return self._items[at]

    def addFirst(self, value: Any) -> None:
        """Put an item in front."""
        self._room()
        self._items.insert(0, to_java(value))

    def addLast(self, value: Any) -> None:
        """Put an item at the end."""
        self.append(value)

    def offer(self, value: Any) -> bool:
        """Put an item at the end."""
        self.append(value)
        return True

    offerLast = offer

    def offerFirst(self, value: Any) -> bool:
        """Put an item in front."""
        self.addFirst(value)
        return True

    def getFirst(self) -> Any:
        """The first item; an error when there is none."""
        return self._end(0)

    element = getFirst

    def getLast(self) -> Any:
        """The last item; an error when there is none."""
        return self._end(-1)

    def peek(self) -> Any:
        """The first item or None."""
        return self._items[0] if self._items else None

    peekFirst = peek

    def peekLast(self) -> Any:
        """The last item or None."""
        return self._items[-1] if self._items else None

    def poll(self) -> Any:
        """Take the first item, or None."""
        return self._items.pop(0) if self._items else None

    pollFirst = poll

    def pollLast(self) -> Any:
        """Take the last item, or None."""
        return self._items.pop() if self._items else None

    def removeFirst(self) -> Any:
        """Take the first item; an error when there is none."""
        self._end(0)
        return self._items.pop(0)

    def removeLast(self) -> Any:
        """Take the last item; an error when there is none."""
        self._end(-1)
        return self._items.pop()

    def push(self, value: Any) -> None:
        """Put an item in front."""
        self.addFirst(value)

    def pop(self, *index: Any) -> Any:
        """Take the first item."""
        return self.removeFirst()

    def descendingIterator(self) -> JavaIterator:
        """The items from the end."""
        return JavaIterator(self._items[::-1], self)

    def remove(self, *value: Any) -> Any:
        """Take the first item, or one by place or value."""
        return self.removeFirst() if not value else super().remove(value[0])


class ArrayDeque(LinkedList, package="java.util"):
    """``java.util.ArrayDeque``."""


class PriorityQueue(Collection, package="java.util"):
    """``java.util.PriorityQueue``: lowest first."""

    __slots__ = ("_compare", "_items")

    def __init__(self, *args: Any) -> None:
        comparator, items = None, []
        for one in args:
            if isinstance(one, (list, tuple, Collection)):
                items = to_java_all(one)
            elif not isinstance(one, int):
                comparator = one
        state(self, "_compare", sort_key(comparator))
        state(self, "_items", sorted(items, key=self._compare))

    def _values(self) -> list[Any]:
        items: list[Any] = self._items
        return items

    def add(self, value: Any) -> bool:
        """Put an item in."""
        self._room()
        bisect.insort_right(self._items, to_java(value), key=self._compare)
        return True

    offer = add

    def peek(self) -> Any:
        """The lowest item or None."""
        return self._items[0] if self._items else None

    def poll(self) -> Any:
        """Take the lowest item, or None."""
        return self._items.pop(0) if self._items else None

    def discard_(self, value: Any) -> bool:
        """Take one such item out; whether there was one."""
        return discard_first(self._items, value)

    def remove(self, *value: Any) -> Any:
        """Take the lowest item, or a given one."""
        if value:
            return self.discard_(value[0])
        if not self._items:
            raise NoSuchElementException(None)
        return self._items.pop(0)

    def clear(self) -> None:
        """Take everything out."""
        self._items.clear()
