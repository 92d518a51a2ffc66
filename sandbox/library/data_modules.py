"""``heapq``, ``bisect``, ``decimal``, ``fractions``, ``array``: numbers and sequences."""

from __future__ import annotations

import array
import bisect
import decimal
import fractions
import heapq
from collections.abc import Iterator
from typing import Any

from sandbox.library.arguments import from_octets, integer, octets, text
from sandbox.library.itertools_module import watched
from sandbox.library.meaning import builtin
from sandbox.library.module import Held, HostType, Module, host_class
from sandbox.library.values import long_value


class HeapqModule(Module):
    """``heapq``; items are compared as Python 3 compares them (mixed types raise)."""

    __slots__ = ()
    NAME = "heapq"

    heapify = heapq.heapify
    heappop = heapq.heappop
    heappush = heapq.heappush
    heappushpop = heapq.heappushpop
    heapreplace = heapq.heapreplace

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
        return watched(heapq.merge(*iterables))


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
        return bisect.bisect_left(a, x, *self._bounds(a, lo, hi))

    def bisect_right(self, a: Any, x: Any, lo: Any = 0, hi: Any = None) -> int:
        """Where to put an item, behind equal ones."""
        return bisect.bisect_right(a, x, *self._bounds(a, lo, hi))

    bisect = bisect_right

    def insort_left(self, a: Any, x: Any, lo: Any = 0, hi: Any = None) -> None:
        """Put an item in, before equal ones."""
        a.insert(self.bisect_left(a, x, lo, hi), x)

    def insort_right(self, a: Any, x: Any, lo: Any = 0, hi: Any = None) -> None:
        """Put an item in, behind equal ones."""
        a.insert(self.bisect_right(a, x, lo, hi), x)

    insort = insort_right


MAX_PRECISION = 10_000


class Context(Held):
    """``decimal.getcontext()``: the context of the environment's thread."""

    __slots__ = ("_real",)

    def __init__(self, real: decimal.Context) -> None:
        object.__setattr__(self, "_real", real)

    def __setattr__(self, name: str, value: Any) -> None:  # type: ignore[override]
        if name == "prec":
            precision = integer(value)
            if not 1 <= precision <= MAX_PRECISION:
                raise ValueError(f"prec is 1 to {MAX_PRECISION} here")
            self._real.prec = precision
        elif name == "rounding":
            self._real.rounding = text(value)
        else:
            raise AttributeError(f"'{name}' cannot be set here")

    @property
    def prec(self) -> int:
        """How many digits."""
        return int(self._real.prec)

    @property
    def rounding(self) -> str:
        """How it rounds."""
        return str(self._real.rounding)

    @property
    def Emax(self) -> int:
        """The highest exponent."""
        return int(self._real.Emax)

    @property
    def Emin(self) -> int:
        """The lowest exponent."""
        return int(self._real.Emin)

    def copy(self) -> Context:
        """A copy."""
        return Context(self._real.copy())

    def create_decimal(self, num: Any = "0") -> Any:
        """A Decimal rounded to this context."""
        return self._real.create_decimal(_source(num))

    def quantize(self, a: Any, b: Any) -> Any:
        """A Decimal with the exponent of another."""
        return self._real.quantize(a, b)

    def divide(self, a: Any, b: Any) -> Any:
        """A quotient rounded to this context."""
        return self._real.divide(a, b)

    def clear_flags(self) -> None:
        """Forget the signals."""
        self._real.clear_flags()


def _source(value: Any) -> Any:
    return text(value) if isinstance(value, str) else value


class LocalContext(Held):
    """``decimal.localcontext()``."""

    __slots__ = ("_manager", "_wanted")

    def __init__(self, wanted: Any) -> None:
        object.__setattr__(self, "_wanted", wanted)
        object.__setattr__(self, "_manager", None)

    def __enter__(self) -> Context:
        manager = decimal.localcontext(self._wanted)
        object.__setattr__(self, "_manager", manager)
        return Context(manager.__enter__())

    def __exit__(self, *error: Any) -> None:
        self._manager.__exit__(None, None, None)


class DecimalModule(Module):
    """``decimal``; precision is at most 10 000 digits.

    Its error classes are the C module's own, so that ``except`` matches them, and so take stores:
    what scripts of one process put there, its other scripts can see.
    """

    __slots__ = ()
    NAME = "decimal"

    Decimal = decimal.Decimal
    ROUND_CEILING = decimal.ROUND_CEILING
    ROUND_DOWN = decimal.ROUND_DOWN
    ROUND_FLOOR = decimal.ROUND_FLOOR
    ROUND_HALF_DOWN = decimal.ROUND_HALF_DOWN
    ROUND_HALF_EVEN = decimal.ROUND_HALF_EVEN
    ROUND_HALF_UP = decimal.ROUND_HALF_UP
    ROUND_UP = decimal.ROUND_UP
    ROUND_05UP = decimal.ROUND_05UP

    @property
    def DecimalException(self) -> Any:
        """The root of its errors."""
        return _error("DecimalException")

    @property
    def InvalidOperation(self) -> Any:
        """No result."""
        return _error("InvalidOperation")

    @property
    def DivisionByZero(self) -> Any:
        """Divided by zero."""
        return _error("DivisionByZero")

    @property
    def Overflow(self) -> Any:
        """Too large."""
        return _error("Overflow")

    @property
    def Underflow(self) -> Any:
        """Too small."""
        return _error("Underflow")

    @property
    def Inexact(self) -> Any:
        """Rounded."""
        return _error("Inexact")

    @property
    def Rounded(self) -> Any:
        """Digits were dropped."""
        return _error("Rounded")

    def getcontext(self) -> Context:
        """The context in force."""
        return Context(decimal.getcontext())

    def setcontext(self, context: Any) -> None:
        """Put a context in force."""
        if not isinstance(context, Context):
            raise TypeError("a decimal.Context is required")
        decimal.setcontext(context._real)

    def localcontext(self, ctx: Any = None) -> LocalContext:
        """A context for the body of a ``with``."""
        return LocalContext(None if ctx is None else ctx._real)

    def Context(self, prec: Any = 28, rounding: Any = decimal.ROUND_HALF_EVEN, **_more: Any) -> Any:
        """A new context."""
        precision = integer(prec)
        if not 1 <= precision <= MAX_PRECISION:
            raise ValueError(f"prec is 1 to {MAX_PRECISION} here")
        return Context(decimal.Context(prec=precision, rounding=text(rounding)))


def _error(name: str) -> Any:
    return getattr(decimal, name)


@host_class("fractions")
class Fraction(
    fractions.Fraction,
    metaclass=type(  # type: ignore[metaclass]
        "FractionType", (HostType, type(fractions.Fraction)), {}
    ),
):
    """``fractions.Fraction``."""

    __slots__ = ()


class FractionsModule(Module):
    """``fractions``."""

    __slots__ = ()
    NAME = "fractions"

    Fraction = Fraction

    def gcd(self, a: Any, b: Any) -> Any:
        """The greatest common divisor."""
        while b:
            a, b = b, a % b
        return a


_CODES = {"c": "B", "b": "b", "B": "B", "h": "h", "H": "H", "i": "i", "I": "I"}
_CODES |= {"l": "q", "L": "Q", "f": "f", "d": "d", "u": "u"}
MAX_ITEMS = 20_000_000


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
        return value

    def _out(self, value: Any) -> Any:
        if self._code == "c":
            return from_octets(bytes([value]))
        return long_value(value) if self._code in "ILl" and self._code != "l" else value

    def append(self, x: Any) -> None:
        """Put an item at the end."""
        if len(self._real) >= MAX_ITEMS:
            raise MemoryError("the array would be too long")
        self._real.append(self._in(x))

    def extend(self, items: Any) -> None:
        """Put items at the end."""
        for one in items:
            self.append(one)

    fromlist = extend

    def fromstring(self, s: Any) -> None:
        """Put the items that bytes stand for at the end."""
        data = octets(s)
        try:
            self._real.frombytes(data)
        except ValueError:
            raise ValueError("string length not a multiple of item size") from None

    def tostring(self) -> str:
        """The bytes."""
        return from_octets(self._real.tobytes())

    def tolist(self) -> list[Any]:
        """The items as a list."""
        return [self._out(one) for one in self._real]

    def pop(self, i: Any = -1) -> Any:
        """Take an item out."""
        return self._out(self._real.pop(integer(i)))

    def insert(self, i: Any, x: Any) -> None:
        """Put an item in."""
        self._real.insert(integer(i), self._in(x))

    def remove(self, x: Any) -> None:
        """Take the first such item out."""
        self._real.remove(self._in(x))

    def index(self, x: Any) -> int:
        """Where an item is."""
        return self._real.index(self._in(x))

    def count(self, x: Any) -> int:
        """How often an item is there."""
        return self._real.count(self._in(x))

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
        return iter(self.tolist())

    def __contains__(self, value: Any) -> bool:
        return self._in(value) in self._real

    def _make(self, real: Any) -> Array:
        made = Array(self._code)
        made._real = real
        return made

    def __getitem__(self, index: Any) -> Any:
        found = self._real[index]
        return self._make(found) if isinstance(index, slice) else self._out(found)

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            self._real[index] = value._real
        else:
            self._real[index] = self._in(value)

    def __delitem__(self, index: Any) -> None:
        del self._real[index]

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

    def __repr__(self) -> str:
        from sandbox.library.values import script_repr

        shown = self.tostring() if self._code == "c" else self.tolist()
        if not self._real:
            return f"array('{self._code}')"
        return f"array('{self._code}', {script_repr(shown)})"


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
