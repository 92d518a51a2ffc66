"""``java.util`` lists: ``List``, ``ArrayList``, ``Vector``, ``Stack``, and the fixed ones."""

from __future__ import annotations

from typing import Any

from sandbox.dialect.meaning.containers import place_of
from sandbox.dialect.meaning.ordering import greater, less, sort_list
from sandbox.dialect.meaning.sequences import compared
from sandbox.library.bounded import MAX_ITEMS
from sandbox.library.java.base import java_name, state
from sandbox.library.java.collection import Collection, JavaIterator, discard_first
from sandbox.library.java.convert import (
    int_argument,
    items_hash,
    java_equals,
    java_text,
    sort_key,
    to_java,
    to_java_all,
)
from sandbox.library.java.fixed import FixedItems
from sandbox.library.java.throwables import (
    IndexOutOfBoundsException,
    NoSuchElementException,
    java_exception_class,
)
from sandbox.library.java.throwables import UnsupportedOperationException as Unsupported


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
        return discard_first(self._items, value)

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
        place = place_of(self._items, len(self._items), value, *bounds)
        if place is None:
            raise ValueError(f"{java_text(value)} is not in list")
        return place

    def reverse(self) -> None:
        """Turn it round."""
        self._items.reverse()

    def sort(self, cmp: Any = None, key: Any = None, reverse: Any = False) -> None:
        """Sort in place."""
        if key is not None:
            sort_list(self._items, None, key, reverse)
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
        return items_hash(self._items)

    def __lt__(self, other: Any) -> Any:
        return compared(list(self._items), _plain(other), "__lt__", less)

    def __gt__(self, other: Any) -> Any:
        return compared(list(self._items), _plain(other), "__gt__", greater)


def _plain(other: Any) -> Any:
    return list(other._items) if issubclass(type(other), List) else other


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


class ArraysList(List, package="java.util", java_name="Arrays$ArrayList"):
    """What ``Arrays.asList`` gives: of fixed length."""

    def _fixed(self, *_args: Any, **_options: Any) -> Any:
        raise Unsupported(None)

    add = addAll = append = extend = insert = pop = clear = discard_ = _fixed


class UnmodifiableList(ArraysList, package="java.util", java_name="Collections$UnmodifiableList"):
    """What ``Collections.unmodifiableList`` gives."""

    def __init__(self, items: Any = ()) -> None:
        super().__init__(items)
        # The methods of its bases, called on it, do not get past this.
        state(self, "_items", FixedItems(self._items))

    set = sort = reverse = __setitem__ = vars(ArraysList)["_fixed"]
    __delitem__ = __iadd__ = remove = removeAll = retainAll = vars(ArraysList)["_fixed"]
