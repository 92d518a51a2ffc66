"""``java.util.Collection``, its iterators, and what stands for an item in a hash table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.library.bounded import MAX_ITEMS
from sandbox.library.copy_module import deep_copy
from sandbox.library.hooks import checkpoint
from sandbox.library.java.arrays import object_array
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import java_equals, joined_texts
from sandbox.library.java.throwables import IllegalStateException, NoSuchElementException
from sandbox.library.java.throwables import UnsupportedOperationException as Unsupported
from sandbox.library.values import unicode_text

NOTHING: Any = object()


class _Same:
    """The key of what compares by identity in hash tables: nothing of a script's equals it."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return type(other) is _Same and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


_TRUTHS = {True: _Same(True), False: _Same(False)}


def keyed(value: Any) -> Any:
    """A key for hash tables: Python's, but True and 1 stay apart and lists have one."""
    if isinstance(value, bool):
        return _TRUTHS[value]
    try:
        hash(value)
    except TypeError:
        return _Same(value)
    return value


class JavaIterator(Object, package="java.util", java_name="Iterator"):
    """``java.util.Iterator``; Python iterates it too."""

    __slots__ = ("_at", "_items", "_owner")

    def __init__(self, items: list[Any] | None = None, owner: Any = None) -> None:
        # A script's own iterator has neither, and methods of its own.
        state(self, "_items", items if type(items) is list else [])
        state(self, "_owner", owner)
        state(self, "_at", 0)

    def hasNext(self) -> bool:
        """Whether there is another item."""
        return self._at < len(self._items)  # type: ignore[no-any-return]

    hasMoreElements = hasNext

    def next(self) -> Any:
        """The next item."""
        if self._at >= len(self._items):
            raise NoSuchElementException(None)
        state(self, "_at", self._at + 1)
        return self._items[self._at - 1]

    nextElement = next

    def remove(self) -> None:
        """Take the last item given out of the collection."""
        if self._owner is None or not self._at:
            raise IllegalStateException(None)
        self._owner.discard_(self._items[self._at - 1])

    def __iter__(self) -> Iterator[Any]:
        while self.hasNext():
            checkpoint()
            yield self.next()

    def __next__(self) -> Any:
        if not self.hasNext():
            raise StopIteration
        return self.next()


class Iterable(Object, package="java.lang"):
    """``java.lang.Iterable``: implement ``iterator``."""


class Collection(Iterable, package="java.util"):
    """``java.util.Collection``."""

    def _values(self) -> list[Any]:
        raise NotImplementedError

    def discard_(self, value: Any) -> bool:
        """Take one such item out; whether there was one."""
        raise Unsupported(None)

    def _room(self, more: int = 1) -> None:
        if len(self._values()) + more > MAX_ITEMS:
            raise MemoryError("the collection would be too long")

    def size(self) -> int:
        """How many items there are."""
        return len(self._values())

    def isEmpty(self) -> bool:
        """Whether there are none."""
        return not self._values()

    def __len__(self) -> int:
        return len(self._values())

    def __bool__(self) -> bool:
        return bool(self._values())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values())

    def __contains__(self, value: Any) -> bool:
        return self.contains(value)

    def contains(self, value: Any) -> bool:
        """Whether an item is there."""
        return any(java_equals(one, value) for one in self._values())

    def containsAll(self, values: Any) -> bool:
        """Whether all items are there."""
        return all(self.contains(one) for one in values)

    def add(self, value: Any) -> bool:
        """Put an item in."""
        raise Unsupported(None)

    def addAll(self, values: Any) -> bool:
        """Put items in."""
        changed = False
        for one in list(values):
            changed = bool(self.add(one)) or changed
        return changed

    def removeAll(self, values: Any) -> bool:
        """Take all these items out."""
        return self._keep(lambda one: not within(one, values))

    def retainAll(self, values: Any) -> bool:
        """Keep only these items."""
        return self._keep(lambda one: within(one, values))

    def removeIf(self, predicate: Any) -> bool:
        """Take out the items that a function says."""
        test = getattr(predicate, "test", predicate)
        return self._keep(lambda one: not test(one))

    def _keep(self, wanted: Any) -> bool:
        gone = [one for one in self._values() if not wanted(one)]
        for one in gone:
            self.discard_(one)
        return bool(gone)

    def clear(self) -> None:
        """Take everything out."""
        raise Unsupported(None)

    def iterator(self) -> JavaIterator:
        """An iterator."""
        return JavaIterator(list(self._values()), self)

    def forEach(self, action: Any) -> None:
        """Call a function with each item."""
        call = getattr(action, "accept", action)
        for one in list(self._values()):
            call(one)

    def toArray(self, *_kind: Any) -> Any:
        """The items as an array."""
        return object_array(self._values())

    def toString(self) -> str:
        """``[1, a]``."""
        parts = joined_texts(
            "(this Collection)" if one is self else one for one in self._values()
        )
        return unicode_text("[" + ", ".join(parts) + "]")

    def __copy__(self) -> Any:
        return type(self)(self._values())  # type: ignore[call-arg]

    def __deepcopy__(self, memo: Any) -> Any:
        return type(self)([deep_copy(one, memo) for one in self._values()])  # type: ignore[call-arg]

    def clone(self) -> Any:
        """A copy."""
        return self.__copy__()


def discard_first(items: list[Any], value: Any) -> bool:
    """Take the first such item out of a list, by ``equals``; whether there was one."""
    for at, one in enumerate(items):
        if java_equals(one, value):
            del items[at]
            return True
    return False


def within(value: Any, values: Any) -> bool:
    """Whether an item is in a sequence, by ``equals``."""
    return any(java_equals(value, one) for one in values)
