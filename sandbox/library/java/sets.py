"""``java.util`` sets, with the operators of Python's set."""

from __future__ import annotations

from typing import Any

from sandbox.library.bounded import MAX_ITEMS
from sandbox.library.java.base import state
from sandbox.library.java.collection import NOTHING, Collection, keyed
from sandbox.library.java.convert import java_hash, sort_key, to_java, wrap_int
from sandbox.library.java.fixed import FixedTable
from sandbox.library.java.throwables import NoSuchElementException
from sandbox.library.java.throwables import UnsupportedOperationException as Unsupported
from sandbox.lookups import change
from sandbox.tables import clear_table


class Set(Collection, package="java.util"):
    """``java.util.Set``, with the operators of Python's set that Jython adds."""

    __slots__ = ("_table",)

    def __init__(self, items: Any = ()) -> None:
        state(self, "_table", {})
        if isinstance(items, int):
            items = ()
        for one in items:
            self.add(one)

    def _values(self) -> list[Any]:
        return list(self._table.values())

    def size(self) -> int:
        """How many items there are."""
        return len(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __bool__(self) -> bool:
        return bool(self._table)

    def contains(self, value: Any) -> bool:
        """Whether an item is there."""
        return keyed(value) in self._table

    def add(self, value: Any) -> bool:
        """Put an item in; whether it was not there."""
        key = keyed(value)
        if key in self._table:
            return False
        if len(self._table) >= MAX_ITEMS:
            raise MemoryError("the set would be too large")
        change(self._table)
        self._table[key] = to_java(value)
        return True

    def discard_(self, value: Any) -> bool:
        """Take an item out; whether it was there."""
        return self._table.pop(keyed(value), NOTHING) is not NOTHING

    def remove(self, value: Any) -> Any:
        """Take an item out; KeyError when it is not there, as Jython's sets do."""
        if not self.discard_(value):
            raise KeyError(value)
        return None

    def discard(self, value: Any) -> None:
        """Take an item out if it is there."""
        self.discard_(value)

    def clear(self) -> None:
        """Take everything out."""
        clear_table(self._table)

    def pop(self) -> Any:
        """Take any item out."""
        if not self._table:
            raise KeyError("pop from an empty set")
        return self._table.pop(next(iter(self._table)))

    def update(self, *others: Any) -> None:
        """Put items in."""
        for other in others:
            self.addAll(other)

    def copy(self) -> Any:
        """A copy."""
        return type(self)(self._values())

    def union(self, other: Any) -> Any:
        """The items of both."""
        made = self.copy()
        made.addAll(other)
        return made

    def intersection(self, other: Any) -> Any:
        """The items in both."""
        keys = {keyed(one) for one in other}
        return type(self)([one for key, one in self._table.items() if key in keys])

    def difference(self, other: Any) -> Any:
        """The items not in the other."""
        keys = {keyed(one) for one in other}
        return type(self)([one for key, one in self._table.items() if key not in keys])

    def symmetric_difference(self, other: Any) -> Any:
        """The items in one of both."""
        that = Set(other)
        return self.difference(that).union(that.difference(self))

    def issubset(self, other: Any) -> bool:
        """Whether all items are in the other."""
        return not self.difference(other)

    def issuperset(self, other: Any) -> bool:
        """Whether all items of the other are here."""
        return self.containsAll(other)

    def _operand(self, other: Any) -> bool:
        return isinstance(other, (set, frozenset, Set))

    def __or__(self, other: Any) -> Any:
        return self.union(other) if self._operand(other) else NotImplemented

    def __and__(self, other: Any) -> Any:
        return self.intersection(other) if self._operand(other) else NotImplemented

    def __sub__(self, other: Any) -> Any:
        return self.difference(other) if self._operand(other) else NotImplemented

    def __xor__(self, other: Any) -> Any:
        return self.symmetric_difference(other) if self._operand(other) else NotImplemented

    def __le__(self, other: Any) -> Any:
        return self.issubset(other) if self._operand(other) else NotImplemented

    def __ge__(self, other: Any) -> Any:
        return self.issuperset(other) if self._operand(other) else NotImplemented

    def equals(self, other: Any) -> bool:
        """Whether another set has the same items."""
        if not self._operand(other) or len(other) != len(self):
            return False
        return {keyed(one) for one in other} == set(self._table)

    def hashCode(self) -> int:
        """Java's hash of the items."""
        return wrap_int(sum(java_hash(one) for one in self._table.values()))


class AbstractSet(Set, package="java.util"):
    """``java.util.AbstractSet``."""


class HashSet(AbstractSet, package="java.util"):
    """``java.util.HashSet``, in order of insertion (our choice)."""


class LinkedHashSet(HashSet, package="java.util"):
    """``java.util.LinkedHashSet``."""


class TreeSet(AbstractSet, package="java.util"):
    """``java.util.TreeSet``: sorted."""

    __slots__ = ("_key",)

    def __init__(self, *args: Any) -> None:
        comparator, items = None, []
        for one in args:
            if isinstance(one, (list, tuple, set, frozenset, str, Collection)):
                items = list(one)
            else:
                comparator = one
        state(self, "_key", sort_key(comparator))
        super().__init__(items)

    def _values(self) -> list[Any]:
        return sorted(self._table.values(), key=self._key)

    def first(self) -> Any:
        """The lowest item."""
        return self._end(0)

    def last(self) -> Any:
        """The highest item."""
        return self._end(-1)

    def _end(self, at: int) -> Any:
        values = self._values()
        if not values:
            raise NoSuchElementException(None)
        return values[at]

    def pollFirst(self) -> Any:
        """Take the lowest item, or None."""
        if not self._table:
            return None
        found = self._end(0)
        self.discard_(found)
        return found

    def pollLast(self) -> Any:
        """Take the highest item, or None."""
        if not self._table:
            return None
        found = self._end(-1)
        self.discard_(found)
        return found

    def _near(self, value: Any, above: bool, equal: bool) -> Any:
        mark = self._key(to_java(value))
        values = self._values() if above else self._values()[::-1]
        for one in values:
            key = self._key(one)
            if (mark < key if above else key < mark) or (equal and key == mark):
                return one
        return None

    def ceiling(self, value: Any) -> Any:
        """The lowest item not below."""
        return self._near(value, True, True)

    def higher(self, value: Any) -> Any:
        """The lowest item above."""
        return self._near(value, True, False)

    def floor(self, value: Any) -> Any:
        """The highest item not above."""
        return self._near(value, False, True)

    def lower(self, value: Any) -> Any:
        """The highest item below."""
        return self._near(value, False, False)

    def headSet(self, end: Any) -> Any:
        """The items below."""
        mark = self._key(to_java(end))
        return TreeSet([one for one in self._values() if self._key(one) < mark])

    def tailSet(self, start: Any) -> Any:
        """The items not below."""
        mark = self._key(to_java(start))
        return TreeSet([one for one in self._values() if not self._key(one) < mark])

    def descendingSet(self) -> Any:
        """The items from the highest."""
        return LinkedHashSet(self._values()[::-1])


class UnmodifiableSet(Set, package="java.util", java_name="Collections$UnmodifiableSet"):
    """What ``Collections.unmodifiableSet`` gives."""

    def __init__(self, items: Any = ()) -> None:
        state(self, "_table", FixedTable({keyed(one): to_java(one) for one in items}))

    def _fixed(self, *_args: Any) -> Any:
        raise Unsupported(None)

    add = addAll = remove = discard_ = discard = clear = pop = update = _fixed  # type: ignore[assignment]
