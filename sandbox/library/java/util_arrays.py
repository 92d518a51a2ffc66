"""``java.util.Arrays``: functions on arrays and lists."""

from __future__ import annotations

from typing import Any

from sandbox.dialect.meaning.ordering import less
from sandbox.library.bounded import MAX_ITEMS
from sandbox.library.hooks import checkpoint
from sandbox.library.java.arrays import DEFAULTS, PyArray
from sandbox.library.java.base import Object
from sandbox.library.java.convert import (
    int_argument,
    items_hash,
    java_equals,
    joined_texts,
    sort_key,
)
from sandbox.library.java.lists import ArraysList, List
from sandbox.library.java.throwables import IllegalArgumentException
from sandbox.library.values import unicode_text
from sandbox.limits_consuming import checked_items


def _items(value: Any) -> Any:
    """The list behind an array, a Java list or a Python list."""
    if issubclass(type(value), (PyArray, List)):
        return value._items
    return value


def _part(args: tuple[Any, ...], size: int) -> tuple[int, int]:
    if len(args) < 2:
        return 0, size
    first, last = int_argument(args[0], "range"), int_argument(args[1], "range")
    if first > last:
        raise IllegalArgumentException(f"fromIndex({first}) > toIndex({last})")
    return first, last


class Arrays(Object, package="java.util"):
    """``java.util.Arrays``."""

    @classmethod
    def asList(cls, *items: Any) -> Any:
        """A list of the items (or of one list or array of them)."""
        if len(items) == 1 and (isinstance(items[0], PyArray) or type(items[0]) in (list, tuple)):
            return ArraysList(list(items[0]))
        return ArraysList(list(items))

    @classmethod
    def toString(cls, array: Any) -> str:  # type: ignore[override]
        """``[1, 2]``."""
        if array is None:
            return unicode_text("null")
        return unicode_text("[" + ", ".join(joined_texts(array)) + "]")

    deepToString = toString

    @classmethod
    def sort(cls, array: Any, *args: Any) -> None:
        """Sort in place, by a comparator or a part."""
        items = _items(array)
        comparator = args[-1] if len(args) in (1, 3) else None
        first, last = _part(args, len(items))
        items[first:last] = sorted(items[first:last], key=sort_key(comparator))

    @classmethod
    def fill(cls, array: Any, *args: Any) -> None:
        """Make all items the same."""
        first, last = _part(args, len(array))
        for index in range(first, last):
            if not index & 255:
                checkpoint()
            array[index] = args[-1]

    @classmethod
    def copyOf(cls, array: Any, length: Any) -> PyArray:
        """A copy of another length."""
        count = int_argument(length, "copyOf", 2)
        if count > MAX_ITEMS:
            raise MemoryError("the array would be too long")
        code = array._code if isinstance(array, PyArray) else "java.lang.Object"
        made = PyArray(code, list(array)[:count])
        made._items.extend([DEFAULTS.get(made._code)] * (count - len(made)))
        return made

    @classmethod
    def copyOfRange(cls, array: Any, first: Any, last: Any) -> PyArray:
        """A copy of a part."""
        code = array._code if isinstance(array, PyArray) else "java.lang.Object"
        return PyArray(code, list(array)[first:last])

    @classmethod
    def equals(cls, a: Any, b: Any) -> bool:  # type: ignore[override]
        """Whether both have equal items."""
        if a is None or b is None:
            return a is b
        return len(a) == len(b) and all(map(java_equals, checked_items(a), b))

    @classmethod
    def hashCode(cls, array: Any) -> int:  # type: ignore[override]
        """Java's hash of the items."""
        return items_hash(array)

    @classmethod
    def binarySearch(cls, array: Any, key: Any) -> int:
        """Where a key is in a sorted array, or less than 0."""
        items = list(array)
        at, end = 0, len(items)
        while at < end:
            middle = (at + end) // 2
            if less(items[middle], key):
                at = middle + 1
            else:
                end = middle
        return at if at < len(items) and items[at] == key else -at - 1
