"""Java arrays as Jython shows them, and ``jarray``."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from sandbox.dialect.meaning.containers import list_index
from sandbox.dialect.meaning.identity import identity
from sandbox.library.arguments import octets
from sandbox.library.bounded import MAX_ITEMS
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import coercion, int_argument, to_java
from sandbox.library.module import Module
from sandbox.library.values import byte_text, long_value, script_repr, unicode_text

DEFAULTS: dict[str, Any] = {
    "z": False,
    "c": "\0",
    "b": 0,
    "h": 0,
    "i": 0,
    "l": 0,
    "f": 0.0,
    "d": 0.0,
}
_RANGES = {"b": 8, "h": 16, "i": 32, "l": 64}
_CODES = {"byte": "b", "short": "h", "int": "i", "long": "l", "float": "f", "double": "d"}
_CODES |= {"boolean": "z", "char": "c"}


class PyArray(Object, package="array", java_name="array"):
    """A Java array: ``jarray.array``, ``getBytes()``, ``split()``, ``toArray()``."""

    __slots__ = ("_code", "_items")

    def __init__(self, code: Any, items: Any = ()) -> None:
        kind = code if isinstance(code, str) else getattr(code, "getName", lambda: "")()
        state(self, "_code", _CODES.get(str(kind), str(kind)))
        state(self, "_items", [self._checked(one) for one in items])

    def _checked(self, value: Any) -> Any:
        code = self._code
        bits = _RANGES.get(code)
        if bits is not None:
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError("an integer is required")
            if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
                if code == "b" and 0 <= value < 256:
                    return value - 256
                raise OverflowError("value too large to convert")
            return long_value(value) if code == "l" else int(value)
        if code in ("d", "f"):
            return float(value)
        if code == "z":
            return bool(value)
        if code == "c":
            if not isinstance(value, str) or len(value) != 1:
                raise TypeError("expected a character")
            return str.__str__(value)
        return to_java(value)

    @property
    def typecode(self) -> str:
        """The letter of the kind."""
        return str(self._code)

    @property
    def itemsize(self) -> int:
        """Bytes of an item."""
        return _RANGES.get(self._code, 64) // 8

    @property
    def length(self) -> int:
        """How many items there are."""
        return len(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __contains__(self, value: Any) -> bool:
        return value in self._items

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return PyArray(self._code, self._items[index])
        try:
            return self._items[index]
        except IndexError:
            raise IndexError(f"index out of range: {index}") from None

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            items = [self._checked(one) for one in value]
            if len(items) != len(self._items[index]):
                raise TypeError("can't change the size of a Java array")
            self._items[index] = items
            return
        try:
            self._items[index] = self._checked(value)
        except IndexError:
            raise IndexError("array assignment index out of range") from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PyArray) and bool(other._items == self._items)

    def __hash__(self) -> int:
        return identity(self) & 0x7FFFFFFF

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, PyArray):
            return NotImplemented
        if len(self) + len(other) > MAX_ITEMS:
            raise MemoryError("the array would be too long")
        return PyArray(self._code, self._items + other._items)

    def __copy__(self) -> PyArray:
        return PyArray(self._code, self._items)

    def __deepcopy__(self, memo: Any) -> PyArray:
        return PyArray(self._code, self._items)

    def tolist(self) -> list[Any]:
        """The items as a list."""
        return list(self._items)

    def tostring(self) -> str:
        """The items as bytes, most significant first."""
        code = self._code
        if code == "c":
            return "".join(self._items)
        if code == "z":
            return "".join(["\1" if one else "\0" for one in self._items])
        letter = {"l": "q"}.get(code, code)
        if letter not in "bhiqfd":
            raise ValueError(f"cannot get the bytes of an array of {code}")
        return byte_text(struct.pack(f">{len(self._items)}{letter}", *self._items))

    def tounicode(self) -> str:
        """The characters as text."""
        return unicode_text("".join(self._items))

    def append(self, value: Any) -> None:
        """Put an item at the end."""
        if len(self._items) >= MAX_ITEMS:
            raise MemoryError("the array would be too long")
        self._items.append(self._checked(value))

    def extend(self, values: Any) -> None:
        """Put items at the end."""
        for one in values:
            self.append(one)

    fromlist = extend

    def index(self, value: Any) -> int:
        """Where an item is."""
        return list_index(self._items, value)

    def count(self, value: Any) -> int:
        """How often an item is there."""
        return int(self._items.count(value))

    def pop(self, index: Any = -1) -> Any:
        """Take an item out."""
        return self._items.pop(index)

    def insert(self, index: Any, value: Any) -> None:
        """Put an item in."""
        self._items.insert(index, self._checked(value))

    def remove(self, value: Any) -> None:
        """Take the first such item out."""
        self._items.remove(value)

    def reverse(self) -> None:
        """Turn it round."""
        self._items.reverse()

    def clone(self) -> PyArray:
        """A copy."""
        return PyArray(self._code, self._items)

    def toString(self) -> str:
        """``array('i', [1, 2])``."""
        code = self._code
        shown = f"'{code}'" if len(code) == 1 else code
        return unicode_text(f"array({shown}, {script_repr(self._items)})")


def byte_array(data: bytes) -> PyArray:
    """Bytes as an array of signed numbers."""
    made = PyArray("b")
    made._items.extend([one - 256 if one > 127 else one for one in data])
    return made


def object_array(items: Any, kind: str = "java.lang.Object") -> PyArray:
    """An array of objects."""
    return PyArray(kind, items)


def byte_values(value: Any, method: str) -> bytes:
    """The bytes of an array of numbers, or of a script's ``str``."""
    if isinstance(value, PyArray):
        return bytes([one & 0xFF for one in value._items])
    if type(value) in (list, tuple):
        return bytes([int_argument(one, method) & 0xFF for one in value])
    try:
        return octets(value)
    except (TypeError, UnicodeError):
        raise coercion(method, 1, "byte[]") from None


class JarrayModule(Module):
    """``jarray``."""

    __slots__ = ()
    NAME = "jarray"

    def array(self, sequence: Any, type: Any) -> PyArray:
        """A Java array of a sequence."""
        return PyArray(type, sequence)

    def zeros(self, length: Any, type: Any) -> PyArray:
        """A Java array of zeros."""
        count = int_argument(length, "zeros")
        if not 0 <= count <= MAX_ITEMS:
            raise MemoryError("the array would be too long")
        made = PyArray(type)
        made._items.extend([DEFAULTS.get(made._code)] * count)
        return made
