"""``array``: sequences of numbers."""

from __future__ import annotations

import array
import operator
from collections.abc import Iterator
from typing import Any

from sandbox.library.arguments import from_octets, integer, octets, text
from sandbox.library.bounded import MAX_ITEMS
from sandbox.library.byte_arrays import exact_index
from sandbox.library.hooks import checkpoint
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.values import long_value, script_repr, type_name
from sandbox.limits_hooks import shown

_CODES = {"c": "B", "b": "b", "B": "B", "h": "h", "H": "H", "i": "i", "I": "I"}
_CODES |= {"l": "q", "L": "Q", "f": "f", "d": "d", "u": "u"}


@host_class("array")
class Array(metaclass=HostType):
    """``array.array``."""

    __slots__ = ("_code", "_real")

    def __init__(self, typecode: Any, initializer: Any = ()) -> None:
        code = text(typecode)
        if code not in _CODES or code == "u":
            raise ValueError("bad typecode (must be c, b, B, h, H, i, I, l, L, f or d)")
        self._code = code
        self._real = array.array(_CODES[code])
        if isinstance(initializer, str):
            self.fromstring(initializer)
        else:
            self.extend(initializer)

    @property
    def typecode(self) -> str:
        """The letter of the kind."""
        return self._code

    @property
    def itemsize(self) -> int:
        """Bytes of an item."""
        return self._real.itemsize

    def _in(self, value: Any) -> Any:
        if self._code == "c":
            words = text(value)
            if len(words) != 1:
                raise TypeError("array item must be char")
            return ord(words)
        # The interpreter's arrays look at their size first and ask a script's number then, which
        # may shrink the array: they get plain numbers only.
        if self._code not in "fd":
            return operator.index(value)
        if isinstance(value, str | bytes | bytearray):
            raise TypeError("a float is required")
        return float(value)

    def _places(self, value: Any) -> Iterator[int]:
        """Where items are that equal a value, which may be a script's own object."""
        wanted = self._in(value) if self._code == "c" else value
        index = 0
        while index < len(self._real):
            if not index & 1023:
                checkpoint()
            if self._real[index] == wanted:
                yield index
            index += 1

    def _out(self, value: Any) -> Any:
        if self._code == "c":
            return from_octets(bytes([value]))
        return long_value(value) if self._code in "ILl" and self._code != "l" else value

    def append(self, x: Any) -> None:
        """Put an item at the end."""
        self._room(1)
        self._real.append(self._in(x))

    def _room(self, more: int) -> None:
        if len(self._real) + more > MAX_ITEMS:
            raise MemoryError("the array would be too long")

    def extend(self, items: Any) -> None:
        """Put items at the end."""
        for number, one in enumerate(list(items) if items is self else items):
            if not number & 1023:
                checkpoint()
            self.append(one)

    fromlist = extend

    def fromstring(self, s: Any) -> None:
        """Put the items that bytes stand for at the end."""
        data = octets(s)
        self._room(len(data) // self._real.itemsize)
        try:
            self._real.frombytes(data)
        except ValueError:
            raise ValueError("string length not a multiple of item size") from None

    def tostring(self) -> str:
        """The bytes."""
        return from_octets(self._real.tobytes())

    def tolist(self) -> list[Any]:
        """The items as a list."""
        return list(self)

    def pop(self, i: Any = -1) -> Any:
        """Take an item out."""
        return self._out(self._real.pop(integer(i)))

    def insert(self, i: Any, x: Any) -> None:
        """Put an item in."""
        self._room(1)
        self._real.insert(integer(i), self._in(x))

    def remove(self, x: Any) -> None:
        """Take the first such item out."""
        place = next(self._places(x), None)
        if place is None or place >= len(self._real):
            raise ValueError("array.remove(x): x not in list")
        del self._real[place]

    def index(self, x: Any) -> int:
        """Where an item is."""
        place = next(self._places(x), None)
        if place is None:
            raise ValueError("array.index(x): x not in list")
        return place

    def count(self, x: Any) -> int:
        """How often an item is there."""
        return sum(1 for _ in self._places(x))

    def reverse(self) -> None:
        """Turn it round."""
        self._real.reverse()

    def byteswap(self) -> None:
        """Turn the bytes of each item round."""
        self._real.byteswap()

    def buffer_info(self) -> tuple[int, int]:
        """0 and the length: addresses are not shown."""
        return 0, len(self._real)

    def __len__(self) -> int:
        return len(self._real)

    def __iter__(self) -> Iterator[Any]:
        index = 0
        while index < len(self._real):
            if not index & 1023:
                checkpoint()
            yield self._out(self._real[index])
            index += 1

    def __contains__(self, value: Any) -> bool:
        return next(self._places(value), None) is not None

    def _make(self, real: Any) -> Array:
        made = Array(self._code)
        made._real = real
        return made

    def __getitem__(self, index: Any) -> Any:
        index = exact_index(index)
        found = self._real[index]
        return self._make(found) if isinstance(index, slice) else self._out(found)

    def __setitem__(self, index: Any, value: Any) -> None:
        index = exact_index(index)
        if not isinstance(index, slice):
            self._real[index] = self._in(value)
        elif isinstance(value, Array):
            self._room(len(value))
            self._real[index] = value._real
        else:
            raise TypeError(f"can only assign array (not '{type_name(value)}') to array slice")

    def __delitem__(self, index: Any) -> None:
        del self._real[exact_index(index)]

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Array):
            return NotImplemented
        if len(self) + len(other) > MAX_ITEMS:
            raise MemoryError("the array would be too long")
        return self._make(self._real + other._real)

    def __mul__(self, count: Any) -> Any:
        if len(self) * integer(count) > MAX_ITEMS:
            raise MemoryError("the array would be too long")
        return self._make(self._real * integer(count))

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Array) and self._real == other._real

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Array:
        return self._make(self._real[:])

    def __deepcopy__(self, memo: Any) -> Array:
        return self._make(self._real[:])

    @shown
    def __repr__(self) -> str:
        words = self.tostring() if self._code == "c" else self.tolist()
        if not self._real:
            return f"array('{self._code}')"
        return f"array('{self._code}', {script_repr(words)})"


class ArrayModule(Module):
    """``array``."""

    __slots__ = ()
    NAME = "array"

    array = ArrayType = Array

    def zeros(self, typecode: Any, n: Any) -> Array:
        """An array of zeros, as Jython's module has it."""
        count = integer(n)
        if not 0 <= count <= MAX_ITEMS:
            raise MemoryError("the array would be too long")
        made = Array(typecode)
        made._real = array.array(_CODES[text(typecode)], bytes(made._real.itemsize * count))
        return made
