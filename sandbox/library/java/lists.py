"""``java.util`` lists, sets, queues and ``Collections``."""

from __future__ import annotations

import bisect
import random
from collections.abc import Iterator
from typing import Any

from sandbox.library.java.base import Object, java_name, state
from sandbox.library.java.convert import (
    coercion,
    int_argument,
    java_equals,
    java_hash,
    java_text,
    sort_key,
    to_java,
    to_java_all,
    wrap_int,
)
from sandbox.library.java.throwables import (
    IllegalStateException,
    IndexOutOfBoundsException,
    NoSuchElementException,
    java_exception_class,
)
from sandbox.library.java.throwables import UnsupportedOperationException as Unsupported
from sandbox.library.values import script_repr, unicode_text

MAX_ITEMS = 20_000_000
_NOTHING: Any = object()


def keyed(value: Any) -> Any:
    """A key for hash tables: Python's, but True and 1 stay apart and lists have one."""
    if isinstance(value, bool):
        return ("bool", value)
    try:
        hash(value)
    except TypeError:
        return ("id", id(value))
    return value


class JavaIterator(Object, package="java.util", java_name="Iterator"):
    """``java.util.Iterator``; Python iterates it too."""

    __slots__ = ("_at", "_items", "_owner")

    def __init__(self, items: list[Any], owner: Any = None) -> None:
        state(self, "_items", items)
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
        while self._at < len(self._items):
            yield self.next()

    def __next__(self) -> Any:
        if self._at >= len(self._items):
            raise StopIteration
        return self.next()


class Iterable(Object, package="java.lang"):
    """What can be iterated."""


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
        return self._keep(lambda one: not _within(one, values))

    def retainAll(self, values: Any) -> bool:
        """Keep only these items."""
        return self._keep(lambda one: _within(one, values))

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
        from sandbox.library.java.arrays import object_array

        return object_array(self._values())

    def toString(self) -> str:
        """``[1, a]``."""
        parts = ["(this Collection)" if one is self else java_text(one) for one in self._values()]
        return unicode_text("[" + ", ".join(parts) + "]")

    def __copy__(self) -> Any:
        return type(self)(self._values())  # type: ignore[call-arg]

    def __deepcopy__(self, memo: Any) -> Any:
        from sandbox.library.copy_module import deep_copy

        return type(self)([deep_copy(one, memo) for one in self._values()])  # type: ignore[call-arg]

    def clone(self) -> Any:
        """A copy."""
        return self.__copy__()


def _within(value: Any, values: Any) -> bool:
    return any(java_equals(value, one) for one in values)


class List(Collection, package="java.util"):
    """``java.util.List``, with the methods of Python's list that Jython adds."""

    __slots__ = ("_items",)

    def __init__(self, items: Any = ()) -> None:
        if isinstance(items, int):
            if items < 0:
                raise java_exception_class("java.lang.IllegalArgumentException")(
                    f"Illegal Capacity: {items}"
                )
            items = ()
        try:
            made = to_java_all(items)
        except TypeError:
            name = java_name(type(self))
            raise TypeError(
                f"{name}(): 1st arg can't be coerced to int, java.util.Collection"
            ) from None
        state(self, "_items", made)

    def _values(self) -> list[Any]:
        items: list[Any] = self._items
        return items

    def _check(self, index: Any, method: str) -> int:
        at = int_argument(index, method)
        if not 0 <= at < len(self._items):
            raise IndexOutOfBoundsException(
                f"Index {at} out of bounds for length {len(self._items)}"
            )
        return at

    def get(self, index: Any) -> Any:
        """One item."""
        return self._items[self._check(index, "get")]

    def set(self, index: Any, value: Any) -> Any:
        """Replace one item; gives the old one."""
        at = self._check(index, "set")
        old = self._items[at]
        self._items[at] = to_java(value)
        return old

    def add(self, *args: Any) -> Any:
        """Put an item at the end, or in at a place."""
        self._room()
        if len(args) == 2:
            at = int_argument(args[0], "add")
            if not 0 <= at <= len(self._items):
                raise IndexOutOfBoundsException(f"Index: {at}, Size: {len(self._items)}")
            self._items.insert(at, to_java(args[1]))
            return None
        if len(args) != 1:
            raise TypeError(f"add(): expected 1-2 args; got {len(args)}")
        self._items.append(to_java(args[0]))
        return True

    def addAll(self, *args: Any) -> bool:
        """Put items at the end, or in at a place."""
        values = to_java_all(args[-1])
        self._room(len(values))
        at = int_argument(args[0], "addAll") if len(args) == 2 else len(self._items)
        self._items[at:at] = values
        return bool(values)

    def discard_(self, value: Any) -> bool:
        """Take the first such item out; whether there was one."""
        for at, one in enumerate(self._items):
            if java_equals(one, value):
                del self._items[at]
                return True
        return False

    def _keep(self, wanted: Any) -> bool:
        kept = [one for one in self._items if wanted(one)]
        changed = len(kept) != len(self._items)
        self._items[:] = kept
        return changed

    def remove(self, value: Any) -> Any:
        """Take out by place (a number) or by value, as Jython's lists do."""
        if isinstance(value, int) and not isinstance(value, bool):
            if not -len(self._items) <= value < len(self._items):
                raise IndexError(f"{java_name(type(self))} assignment index out of range")
            del self._items[value]
            return None
        if not self.discard_(value):
            raise ValueError(f"{java_text(value)} is not in list")
        return None

    def clear(self) -> None:
        """Take everything out."""
        self._items.clear()

    def indexOf(self, value: Any) -> int:
        """Where an item is first, or -1."""
        for at, one in enumerate(self._items):
            if java_equals(one, value):
                return at
        return -1

    def lastIndexOf(self, value: Any) -> int:
        """Where an item is last, or -1."""
        for at in range(len(self._items) - 1, -1, -1):
            if java_equals(self._items[at], value):
                return at
        return -1

    def subList(self, first: Any, last: Any) -> Any:
        """A part, a list of its own (our choice: not a view)."""
        start, stop = int_argument(first, "subList"), int_argument(last, "subList", 2)
        if start < 0 or stop > len(self._items):
            raise IndexOutOfBoundsException(
                f"fromIndex = {start}" if start < 0 else f"toIndex = {stop}"
            )
        return ArrayList(self._items[start:stop])

    def listIterator(self) -> JavaIterator:
        """An iterator."""
        return self.iterator()

    def append(self, value: Any) -> None:
        """Put an item at the end."""
        self._room()
        self._items.append(to_java(value))

    def extend(self, values: Any) -> None:
        """Put items at the end."""
        self.addAll(values)

    def insert(self, index: Any, value: Any) -> None:
        """Put an item in."""
        self._room()
        self._items.insert(int_argument(index, "insert"), to_java(value))

    def pop(self, index: Any = -1) -> Any:
        """Take an item out by place."""
        if not self._items:
            raise IndexError("pop from empty list")
        try:
            return self._items.pop(index)
        except IndexError:
            raise IndexError("pop index out of range") from None

    def count(self, value: Any) -> int:
        """How often an item is there."""
        return sum(java_equals(one, value) for one in self._items)

    def index(self, value: Any, *bounds: Any) -> int:
        """Where an item is; ValueError when it is not there."""
        try:
            return int(self._items.index(value, *bounds))
        except ValueError:
            raise ValueError(f"{java_text(value)} is not in list") from None

    def reverse(self) -> None:
        """Turn it round."""
        self._items.reverse()

    def sort(self, cmp: Any = None, key: Any = None, reverse: Any = False) -> None:
        """Sort in place."""
        if key is not None:
            self._items.sort(key=key, reverse=bool(reverse))
        else:
            self._items.sort(key=sort_key(cmp), reverse=bool(reverse))

    def replaceAll(self, operator: Any) -> None:
        """Replace each item by what a function gives."""
        call = getattr(operator, "apply", operator)
        self._items[:] = [to_java(call(one)) for one in self._items]

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(self._items[index])
        try:
            return self._items[index]
        except IndexError:
            raise IndexError(f"index out of range: {index}") from None

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            self._items[index] = to_java_all(value)
            return
        try:
            self._items[index] = to_java(value)
        except IndexError:
            raise IndexError(f"{java_name(type(self))} assignment index out of range") from None

    def __delitem__(self, index: Any) -> None:
        try:
            del self._items[index]
        except IndexError:
            raise IndexError(f"{java_name(type(self))} assignment index out of range") from None

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, (list, tuple, List)):
            return NotImplemented
        self._room(len(other))
        return type(self)([*self._items, *other])

    def __radd__(self, other: Any) -> Any:
        if not isinstance(other, (list, tuple)):
            return NotImplemented
        return [*other, *self._items]

    def __iadd__(self, other: Any) -> Any:
        self.extend(other)
        return self

    def __mul__(self, count: Any) -> Any:
        if len(self._items) * int(count) > MAX_ITEMS:
            raise MemoryError("the list would be too long")
        return type(self)(self._items * int(count))

    def equals(self, other: Any) -> bool:
        """Whether another list has equal items."""
        if isinstance(other, List):
            other = other._items
        elif type(other) not in (list, tuple):
            return False
        return len(other) == len(self._items) and all(map(java_equals, self._items, other))

    def hashCode(self) -> int:
        """Java's hash of the items."""
        code = 1
        for one in self._items:
            code = wrap_int(31 * code + java_hash(one))
        return code

    def __lt__(self, other: Any) -> Any:
        that = other._items if isinstance(other, List) else other
        return self._items < that

    def __gt__(self, other: Any) -> Any:
        that = other._items if isinstance(other, List) else other
        return self._items > that


class AbstractList(List, package="java.util"):
    """``java.util.AbstractList``."""


class ArrayList(AbstractList, package="java.util"):
    """``java.util.ArrayList``."""

    def ensureCapacity(self, _size: Any) -> None:
        """Nothing to do."""

    def trimToSize(self) -> None:
        """Nothing to do."""


class Vector(AbstractList, package="java.util"):
    """``java.util.Vector``."""

    def addElement(self, value: Any) -> None:
        """Put an item at the end."""
        self.append(value)

    def elementAt(self, index: Any) -> Any:
        """One item."""
        return self.get(index)

    def firstElement(self) -> Any:
        """The first item."""
        if not self._items:
            raise NoSuchElementException(None)
        return self._items[0]

    def lastElement(self) -> Any:
        """The last item."""
        if not self._items:
            raise NoSuchElementException(None)
        return self._items[-1]

    def elements(self) -> JavaIterator:
        """The items one after the other."""
        return self.iterator()

    def removeAllElements(self) -> None:
        """Take everything out."""
        self.clear()

    def removeElement(self, value: Any) -> bool:
        """Take the first such item out."""
        return self.discard_(value)

    def removeElementAt(self, index: Any) -> None:
        """Take an item out by place."""
        del self._items[self._check(index, "removeElementAt")]

    def setElementAt(self, value: Any, index: Any) -> None:
        """Replace an item."""
        self.set(index, value)

    def insertElementAt(self, value: Any, index: Any) -> None:
        """Put an item in."""
        self.add(index, value)


class Stack(Vector, package="java.util"):
    """``java.util.Stack``."""

    def push(self, value: Any) -> Any:
        """Put an item on top."""
        self.append(value)
        return self._items[-1]

    def pop(self, *_index: Any) -> Any:
        """Take the top item."""
        if not self._items:
            raise java_exception_class("java.util.EmptyStackException")(None)
        return self._items.pop()

    def peek(self) -> Any:
        """The top item."""
        if not self._items:
            raise java_exception_class("java.util.EmptyStackException")(None)
        return self._items[-1]

    def empty(self) -> bool:
        """Whether there is none."""
        return not self._items

    def search(self, value: Any) -> int:
        """How far from the top an item is, or -1."""
        at = self.lastIndexOf(value)
        return -1 if at < 0 else len(self._items) - at


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
        for at, one in enumerate(self._items):
            if java_equals(one, value):
                del self._items[at]
                return True
        return False

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


class ArraysList(List, package="java.util", java_name="Arrays$ArrayList"):
    """What ``Arrays.asList`` gives: of fixed length."""

    def _fixed(self, *_args: Any, **_options: Any) -> Any:
        raise Unsupported(None)

    add = addAll = append = extend = insert = pop = clear = discard_ = _fixed


class UnmodifiableList(ArraysList, package="java.util", java_name="Collections$UnmodifiableList"):
    """What ``Collections.unmodifiableList`` gives."""

    set = sort = reverse = __setitem__ = vars(ArraysList)["_fixed"]
    __delitem__ = __iadd__ = remove = removeAll = retainAll = vars(ArraysList)["_fixed"]


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
        self._table[key] = to_java(value)
        return True

    def discard_(self, value: Any) -> bool:
        """Take an item out; whether it was there."""
        return self._table.pop(keyed(value), _NOTHING) is not _NOTHING

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
        self._table.clear()

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
        state(self, "_table", {keyed(one): to_java(one) for one in items})

    def _fixed(self, *_args: Any) -> Any:
        raise Unsupported(None)

    add = addAll = remove = discard_ = discard = clear = pop = update = _fixed  # type: ignore[assignment]


class Comparator(Object, package="java.util"):
    """``java.util.Comparator``: implement ``compare``."""

    __slots__ = ("_function",)

    @classmethod
    def naturalOrder(cls) -> Comparator:
        """Lowest first."""
        return _order(sort_key(None), False)

    @classmethod
    def reverseOrder(cls) -> Comparator:
        """Highest first."""
        return _order(sort_key(None), True)

    def reversed(self) -> Comparator:
        """The other way round."""
        return _order(sort_key(self), True)


class _Order(Comparator, package="java.util", java_name="Comparators$Order"):
    def compare(self, a: Any, b: Any) -> int:
        """-1, 0 or 1."""
        key, backwards = self._function
        left, right = key(a), key(b)
        found = (right < left) - (left < right)
        return -found if backwards else found  # type: ignore[no-any-return]


def _order(key: Any, backwards: bool) -> Comparator:
    made = _Order()
    state(made, "_function", (key, backwards))
    return made


def _backing(value: Any, method: str) -> Any:
    if isinstance(value, List):
        return value._items
    if type(value) is list or hasattr(type(value), "_items"):
        return value if type(value) is list else value._items
    raise coercion(method, 1, "java.util.List")


class Collections(Object, package="java.util"):
    """``java.util.Collections``."""

    EMPTY_LIST = UnmodifiableList()

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
        return not any(_within(one, b) for one in a)

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
        return _order(sort_key(comparator), True)

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
        from sandbox.library.java.maps import UnmodifiableMap

        return UnmodifiableMap({})

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
        from sandbox.library.java.maps import UnmodifiableMap

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
        from sandbox.library.java.maps import UnmodifiableMap

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


def shown(value: Any) -> str:
    """A Python value as it shows inside a map."""
    return script_repr(value)
