"""``java.lang``: boxed numbers, Math, System, Thread and the interfaces scripts implement."""

from __future__ import annotations

import itertools
import math
import threading
import time
from typing import Any

from sandbox.library import hooks
from sandbox.library.java.base import JavaType, Object, java_name, state
from sandbox.library.java.convert import (
    INT_MAX,
    INT_MIN,
    LONG_MAX,
    LONG_MIN,
    coercion,
    double_argument,
    double_text,
    int_argument,
    java_hash,
    java_text,
    long_argument,
    text_argument,
    wrap_int,
    wrap_long,
)
from sandbox.library.java.formatter import java_format
from sandbox.library.java.packages import find_class
from sandbox.library.java.throwables import (
    ArithmeticException,
    NumberFormatException,
    java_exception_class,
)
from sandbox.library.random_module import Random
from sandbox.library.threading_module import MAX_THREADS, start_counted
from sandbox.library.values import long_value, unicode_text


class Number(Object, package="java.lang"):
    """``java.lang.Number``: the boxed numbers extend it."""

    __slots__ = ("_value",)

    def unboxed(self) -> Any:
        """The plain number."""
        return self._value

    def intValue(self) -> int:
        """As int."""
        return wrap_int(int(self._value))

    def longValue(self) -> int:
        """As long."""
        return wrap_long(int(self._value))

    def shortValue(self) -> int:
        """As short."""
        return (int(self._value) + 2**15) % 2**16 - 2**15

    def byteValue(self) -> int:
        """As byte."""
        return (int(self._value) + 128) % 256 - 128

    def doubleValue(self) -> float:
        """As double."""
        return float(self._value)

    floatValue = doubleValue

    def equals(self, other: Any) -> bool:
        """Whether it is the same class and number."""
        return type(other) is type(self) and bool(other._value == self._value)

    def hashCode(self) -> int:
        """Java's hash."""
        return java_hash(self._value)

    def compareTo(self, other: Any) -> int:
        """-1, 0 or 1."""
        that = other._value if isinstance(other, Number) else other
        return (self._value > that) - (self._value < that)  # type: ignore[no-any-return]

    def __lt__(self, other: Any) -> Any:
        return self.compareTo(other) < 0 if isinstance(other, Number) else NotImplemented

    def __gt__(self, other: Any) -> Any:
        return self.compareTo(other) > 0 if isinstance(other, Number) else NotImplemented

    def toString(self) -> str:
        """Its text."""
        if isinstance(self._value, float):
            return unicode_text(double_text(self._value))
        return unicode_text(str(int(self._value)))


def _parse(text: Any, radix: Any, low: int, high: int, method: str) -> int:
    base = int_argument(radix, method, 2)
    if text is None:
        raise NumberFormatException("Cannot parse null string")
    words = text_argument(text, method)
    shown = f'For input string: "{words}"' + (f" under radix {base}" if base != 10 else "")
    digits = words[1:] if words[:1] in ("+", "-") else words
    if not digits or not digits.isalnum() or len(digits) > 100:
        raise NumberFormatException(shown)
    try:
        value = int(words, base)
    except ValueError:
        raise NumberFormatException(shown) from None
    if not low <= value <= high:
        raise NumberFormatException(shown)
    return value


def _radix(value: int, radix: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    base = radix if 2 <= radix <= 36 else 10
    size, made = abs(value), ""
    while True:
        size, rest = divmod(size, base)
        made = digits[rest] + made
        if not size:
            return ("-" if value < 0 else "") + made


class _Whole(Number, package="java.lang"):
    """What Integer, Long, Short and Byte share."""

    _LOW, _HIGH, _BITS, _NAME = INT_MIN, INT_MAX, 32, "int"

    def __init__(self, value: Any) -> None:
        cls = type(self)
        if isinstance(value, str):
            value = _parse(value, 10, cls._LOW, cls._HIGH, java_name(cls))
        elif isinstance(value, bool) or not isinstance(value, int):
            raise coercion(java_name(cls), 1, f"{cls._NAME}, String")
        state(self, "_value", int(value))

    @classmethod
    def _give(cls, value: int) -> int:
        return long_value(value) if cls._NAME == "long" else int(value)

    @classmethod
    def _parsed(cls, text: Any, radix: Any, method: str) -> int:
        return cls._give(_parse(text, radix, cls._LOW, cls._HIGH, method))

    @classmethod
    def valueOf(cls, value: Any, radix: Any = 10) -> int:
        """The number, or the number a text names."""
        if isinstance(value, str) or value is None:
            return cls._parsed(value, radix, "valueOf")
        return cls._give(_argument(cls, value, "valueOf"))

    @classmethod
    def decode(cls, text: Any) -> int:
        """The number a text names, ``0x`` and ``0`` included."""
        words = text_argument(text, "decode")
        sign = "-" if words.startswith("-") else ""
        digits = words.lstrip("+-")
        for prefix, base in (("0x", 16), ("0X", 16), ("#", 16), ("0", 8)):
            if digits.startswith(prefix) and len(digits) > len(prefix):
                return cls._parsed(sign + digits[len(prefix) :], base, "decode")
        return cls._parsed(words, 10, "decode")

    @classmethod
    def compare(cls, a: Any, b: Any) -> int:
        """-1, 0 or 1."""
        return (a > b) - (a < b)  # type: ignore[no-any-return]

    @classmethod
    def signum(cls, value: Any) -> int:
        """-1, 0 or 1."""
        return (value > 0) - (value < 0)  # type: ignore[no-any-return]

    @classmethod
    def bitCount(cls, value: Any) -> int:
        """How many bits are set."""
        return (int(value) & ((1 << cls._BITS) - 1)).bit_count()

    @classmethod
    def toHexString(cls, value: Any) -> str:
        """In base 16, without sign."""
        return unicode_text(f"{_argument(cls, value, 'toHexString') & ((1 << cls._BITS) - 1):x}")

    @classmethod
    def toBinaryString(cls, value: Any) -> str:
        """In base 2, without sign."""
        return unicode_text(f"{_argument(cls, value, 'toBinaryString') & ((1 << cls._BITS) - 1):b}")

    @classmethod
    def toOctalString(cls, value: Any) -> str:
        """In base 8, without sign."""
        return unicode_text(f"{_argument(cls, value, 'toOctalString') & ((1 << cls._BITS) - 1):o}")

    @classmethod
    def max(cls, a: Any, b: Any) -> int:
        """The larger."""
        return cls._give(max(a, b))

    @classmethod
    def min(cls, a: Any, b: Any) -> int:
        """The smaller."""
        return cls._give(min(a, b))

    @classmethod
    def sum(cls, a: Any, b: Any) -> int:
        """The sum."""
        return cls._give(a + b)

    @classmethod
    def reverseBytes(cls, value: Any) -> int:
        """The bytes the other way round."""
        count = cls._BITS // 8
        data = (int(value) & ((1 << cls._BITS) - 1)).to_bytes(count, "big")
        return cls._give(int.from_bytes(data, "little", signed=True))

    @classmethod
    def highestOneBit(cls, value: Any) -> int:
        """The highest bit that is set."""
        size = int(value) & ((1 << cls._BITS) - 1)
        return cls._give(1 << (size.bit_length() - 1) if size else 0)

    @classmethod
    def numberOfLeadingZeros(cls, value: Any) -> int:
        """How many zeros lead."""
        return cls._BITS - (int(value) & ((1 << cls._BITS) - 1)).bit_length()

    @classmethod
    def numberOfTrailingZeros(cls, value: Any) -> int:
        """How many zeros trail."""
        size = int(value) & ((1 << cls._BITS) - 1)
        return (size & -size).bit_length() - 1 if size else cls._BITS

    def toString(self, *args: Any) -> str:
        """Its text, or that of a number in a base."""
        if not isinstance(self, Number):
            radix = int_argument(args[0], "toString", 2) if args else 10
            return unicode_text(_radix(int(self), radix))
        return unicode_text(str(int(self._value)))


def _argument(cls: Any, value: Any, method: str) -> int:
    if isinstance(value, int) and cls._LOW <= value <= cls._HIGH:
        return int.__index__(value)
    raise coercion(method, 1, cls._NAME)


class Integer(_Whole, package="java.lang"):
    """``java.lang.Integer``."""

    MAX_VALUE, MIN_VALUE, SIZE, BYTES = INT_MAX, INT_MIN, 32, 4

    @classmethod
    def parseInt(cls, text: Any, radix: Any = 10) -> int:
        """The number a text names."""
        return cls._parsed(text, radix, "parseInt")

    @classmethod
    def toUnsignedLong(cls, value: Any) -> int:
        """Without sign."""
        return long_value(int(value) & 0xFFFFFFFF)


class Long(_Whole, package="java.lang"):
    """``java.lang.Long``."""

    _LOW, _HIGH, _BITS, _NAME = LONG_MIN, LONG_MAX, 64, "long"
    MAX_VALUE, MIN_VALUE, SIZE, BYTES = long_value(LONG_MAX), long_value(LONG_MIN), 64, 8

    @classmethod
    def parseLong(cls, text: Any, radix: Any = 10) -> int:
        """The number a text names."""
        return cls._parsed(text, radix, "parseLong")


class Short(_Whole, package="java.lang"):
    """``java.lang.Short``."""

    _LOW, _HIGH, _BITS, _NAME = -(2**15), 2**15 - 1, 16, "short"
    MAX_VALUE, MIN_VALUE, SIZE = 2**15 - 1, -(2**15), 16

    @classmethod
    def parseShort(cls, text: Any, radix: Any = 10) -> int:
        """The number a text names."""
        return cls._parsed(text, radix, "parseShort")


class Byte(_Whole, package="java.lang"):
    """``java.lang.Byte``."""

    _LOW, _HIGH, _BITS, _NAME = -128, 127, 8, "byte"
    MAX_VALUE, MIN_VALUE, SIZE = 127, -128, 8

    @classmethod
    def parseByte(cls, text: Any, radix: Any = 10) -> int:
        """The number a text names."""
        return cls._parsed(text, radix, "parseByte")


def _double(text: Any) -> float:
    if text is None:
        raise java_exception_class("java.lang.NullPointerException")(None)
    words = text_argument(text, "parseDouble")
    trimmed = words.strip()
    if not trimmed:
        raise NumberFormatException("empty String")
    body = trimmed[:-1] if trimmed[-1] in "dDfF" and len(trimmed) > 1 else trimmed
    unsigned = body.lstrip("+-")
    if "_" not in body and (unsigned in ("NaN", "Infinity") or unsigned[:1] in "0123456789."):
        try:
            return float(body.replace("Infinity", "inf"))
        except ValueError:
            pass
    raise NumberFormatException(f'For input string: "{words}"')


class _Floating(Number, package="java.lang"):
    """What Double and Float share."""

    POSITIVE_INFINITY, NEGATIVE_INFINITY, NaN = math.inf, -math.inf, math.nan

    def __init__(self, value: Any) -> None:
        if isinstance(value, str):
            value = _double(value)
        state(self, "_value", double_argument(value, java_name(type(self))))

    @classmethod
    def valueOf(cls, value: Any) -> float:
        """The number, or the number a text names."""
        return _double(value) if isinstance(value, str) else double_argument(value, "valueOf")

    @classmethod
    def compare(cls, a: Any, b: Any) -> int:
        """-1, 0 or 1; NaN is the largest."""
        left, right = (double_argument(one, "compare") for one in (a, b))
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) - math.isnan(right)
        return (left > right) - (left < right)

    @classmethod
    def max(cls, a: Any, b: Any) -> float:
        """The larger."""
        return max(double_argument(a, "max"), double_argument(b, "max", 2))

    @classmethod
    def min(cls, a: Any, b: Any) -> float:
        """The smaller."""
        return min(double_argument(a, "min"), double_argument(b, "min", 2))

    @classmethod
    def sum(cls, a: Any, b: Any) -> float:
        """The sum."""
        return double_argument(a, "sum") + double_argument(b, "sum", 2)

    def isNaN(self, *args: Any) -> bool:
        """Whether it is not a number."""
        return math.isnan(self._value if isinstance(self, Number) else float(self))

    def isInfinite(self, *args: Any) -> bool:
        """Whether it is infinite."""
        return math.isinf(self._value if isinstance(self, Number) else float(self))

    @classmethod
    def isFinite(cls, value: Any) -> bool:
        """Whether it is finite."""
        return math.isfinite(double_argument(value, "isFinite"))

    def toString(self, *args: Any) -> str:
        """Its text, or that of a number."""
        return unicode_text(double_text(self._value if isinstance(self, Number) else float(self)))


class Double(_Floating, package="java.lang"):
    """``java.lang.Double``."""

    MAX_VALUE, MIN_VALUE, SIZE = 1.7976931348623157e308, 5e-324, 64

    @classmethod
    def parseDouble(cls, text: Any) -> float:
        """The number a text names."""
        return _double(text)


class Float(_Floating, package="java.lang"):
    """``java.lang.Float``: kept with the precision of a double (our choice)."""

    MAX_VALUE, MIN_VALUE, SIZE = 3.4028234663852886e38, 1.401298464324817e-45, 32

    @classmethod
    def parseFloat(cls, text: Any) -> float:
        """The number a text names."""
        return _double(text)


class Boolean(Object, package="java.lang"):
    """``java.lang.Boolean``."""

    __slots__ = ("_value",)
    TRUE, FALSE = True, False

    def __init__(self, value: Any) -> None:
        if isinstance(value, str):
            value = value.lower() == "true"
        state(self, "_value", bool(value))

    @classmethod
    def parseBoolean(cls, text: Any) -> bool:
        """Whether a text is ``true``."""
        return text is not None and text_argument(text, "parseBoolean").lower() == "true"

    @classmethod
    def valueOf(cls, value: Any) -> bool:
        """The value, or whether a text is ``true``."""
        return cls.parseBoolean(value) if isinstance(value, str) else bool(value)

    @classmethod
    def logicalXor(cls, a: Any, b: Any) -> bool:
        """Whether one of the two is true."""
        return bool(a) is not bool(b)

    def booleanValue(self) -> bool:
        """The plain value."""
        return bool(self._value)

    unboxed = booleanValue

    def equals(self, other: Any) -> bool:
        """Whether it is the same value."""
        return isinstance(other, Boolean) and bool(other._value is self._value)

    def hashCode(self) -> int:
        """1231 or 1237."""
        return 1231 if self._value else 1237

    def toString(self, *args: Any) -> str:
        """``true`` or ``false``."""
        value = self._value if isinstance(self, Boolean) else self
        return unicode_text("true" if value else "false")


def _both_whole(*values: Any) -> bool:
    return all(isinstance(one, int) for one in values)


def _whole_or_double(value: Any) -> Any:
    return wrap_long(value) if isinstance(value, int) else value


class Math(Object, package="java.lang"):
    """``java.lang.Math``."""

    PI, E = math.pi, math.e

    @classmethod
    def abs(cls, a: Any) -> Any:
        """Without sign."""
        return _whole_or_double(abs(_number(a, "abs")))

    @classmethod
    def max(cls, a: Any, b: Any) -> Any:
        """The larger."""
        if _both_whole(a, b):
            return wrap_long(max(a, b))
        return max(double_argument(a, "max"), double_argument(b, "max", 2))

    @classmethod
    def min(cls, a: Any, b: Any) -> Any:
        """The smaller."""
        if _both_whole(a, b):
            return wrap_long(min(a, b))
        return min(double_argument(a, "min"), double_argument(b, "min", 2))

    @classmethod
    def round(cls, a: Any) -> int:
        """The nearest whole number, halves up."""
        value = double_argument(a, "round")
        if math.isnan(value):
            return long_value(0)
        if math.isinf(value) or abs(value) >= 2**63:
            return long_value(LONG_MAX if value > 0 else LONG_MIN)
        whole = math.floor(value)
        return long_value(whole + 1 if value - whole >= 0.5 else whole)

    @classmethod
    def rint(cls, a: Any) -> float:
        """The nearest whole number, halves to even."""
        value = double_argument(a, "rint")
        return float(round(value)) if math.isfinite(value) else value

    @classmethod
    def floor(cls, a: Any) -> float:
        """Rounded down."""
        value = double_argument(a, "floor")
        return float(math.floor(value)) if math.isfinite(value) else value

    @classmethod
    def ceil(cls, a: Any) -> float:
        """Rounded up."""
        value = double_argument(a, "ceil")
        return float(math.ceil(value)) if math.isfinite(value) else value

    @classmethod
    def floorDiv(cls, a: Any, b: Any) -> int:
        """Divided, rounded down."""
        if not b:
            raise ArithmeticException("/ by zero")
        return wrap_long(long_argument(a, "floorDiv") // long_argument(b, "floorDiv", 2))

    @classmethod
    def floorMod(cls, a: Any, b: Any) -> int:
        """What is left over, with the sign of the divisor."""
        if not b:
            raise ArithmeticException("/ by zero")
        return wrap_long(long_argument(a, "floorMod") % long_argument(b, "floorMod", 2))

    @classmethod
    def pow(cls, a: Any, b: Any) -> float:
        """A power."""
        base, power = double_argument(a, "pow"), double_argument(b, "pow", 2)
        try:
            return math.pow(base, power)
        except OverflowError:
            return math.inf if base > 0 or power % 2 == 0 else -math.inf
        except ValueError:
            return math.inf if base == 0 else math.nan

    @classmethod
    def signum(cls, a: Any) -> float:
        """-1.0, 0.0 or 1.0."""
        value = double_argument(a, "signum")
        return math.copysign(1.0, value) if value else value

    @classmethod
    def random(cls) -> float:
        """A float in [0, 1)."""
        return Random().random()

    @classmethod
    def atan2(cls, a: Any, b: Any) -> float:
        """An angle."""
        return math.atan2(double_argument(a, "atan2"), double_argument(b, "atan2", 2))

    @classmethod
    def hypot(cls, a: Any, b: Any) -> float:
        """The long side."""
        return math.hypot(double_argument(a, "hypot"), double_argument(b, "hypot", 2))

    @classmethod
    def toDegrees(cls, a: Any) -> float:
        """In degrees."""
        return math.degrees(double_argument(a, "toDegrees"))

    @classmethod
    def toRadians(cls, a: Any) -> float:
        """In radians."""
        return math.radians(double_argument(a, "toRadians"))

    @classmethod
    def addExact(cls, a: Any, b: Any) -> int:
        """The sum; an error when it overflows."""
        return _exact(a + b)

    @classmethod
    def multiplyExact(cls, a: Any, b: Any) -> int:
        """The product; an error when it overflows."""
        return _exact(long_argument(a, "multiplyExact") * long_argument(b, "multiplyExact", 2))

    @classmethod
    def toIntExact(cls, a: Any) -> int:
        """As int; an error when it overflows."""
        if not INT_MIN <= a <= INT_MAX:
            raise ArithmeticException("integer overflow")
        return int(a)


def _exact(value: int) -> int:
    if not LONG_MIN <= value <= LONG_MAX:
        raise ArithmeticException("long overflow")
    return long_value(value)


def _number(value: Any, method: str) -> Any:
    return value if isinstance(value, int) else double_argument(value, method)


def _plain(name: str) -> Any:
    function = getattr(math, name)

    def call(cls: Any, a: Any) -> float:
        value = double_argument(a, name)
        try:
            return float(function(value))
        except ValueError:
            return -math.inf if name.startswith("log") and value == 0 else math.nan
        except OverflowError:
            return math.inf

    call.__name__ = name
    return classmethod(call)


def _cube_root(cls: Any, a: Any) -> float:
    value = double_argument(a, "cbrt")
    root = math.cbrt(value)
    whole = float(round(root)) if math.isfinite(root) else root
    return whole if whole**3 == value else root


type.__setattr__(Math, "cbrt", classmethod(_cube_root))


for _name in [
    "sqrt",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "exp",
    "log",
    "log10",
    "log1p",
    "expm1",
]:
    if hasattr(math, _name):
        type.__setattr__(Math, _name, _plain(_name))


class _Stream(Object, package="java.io"):
    """``System.out`` and ``System.err``."""

    def println(self, *value: Any) -> None:
        """Print a line."""
        hooks.write_output("".join([java_text(one) for one in value]) + "\n")

    def print_(self, value: Any) -> None:
        """Print."""
        hooks.write_output(java_text(value))

    def printf(self, fmt: Any, *args: Any) -> None:
        """Print formatted."""
        hooks.write_output(java_format(text_argument(fmt, "printf"), args))

    format = printf

    def flush(self) -> None:
        """Nothing to do."""


type.__setattr__(_Stream, "print", vars(_Stream)["print_"])
type.__setattr__(_Stream, "__name__", "PrintStream")
type.__setattr__(_Stream, "__qualname__", "PrintStream")

_PROPERTIES = {
    "line.separator": "\n",
    "file.separator": "/",
    "path.separator": ":",
    "java.version": "17",
    "java.vendor": "Pilotlight",
    "os.name": "Linux",
    "file.encoding": "UTF-8",
    "user.timezone": "",
}


class System(Object, package="java.lang"):
    """``java.lang.System``: clocks, text output, and a few harmless properties."""

    out = _Stream()
    err = out

    @classmethod
    def currentTimeMillis(cls) -> int:
        """Milliseconds since 1970."""
        return long_value(time.time_ns() // 1_000_000)

    @classmethod
    def nanoTime(cls) -> int:
        """Nanoseconds of a clock that only goes forward."""
        return long_value(time.perf_counter_ns())

    @classmethod
    def getProperty(cls, key: Any, default: Any = None) -> Any:
        """One of a few properties, or the default."""
        found = _PROPERTIES.get(text_argument(key, "getProperty"))
        if found is None:
            return None if default is None else unicode_text(text_argument(default, "getProperty"))
        return unicode_text(found)

    @classmethod
    def getenv(cls, *name: Any) -> Any:
        """None (or no names): the environment of the host is not the scripts'."""
        return None if name else {}

    @classmethod
    def lineSeparator(cls) -> str:
        """A line feed."""
        return unicode_text("\n")

    @classmethod
    def identityHashCode(cls, value: Any) -> int:
        """A number that stays with the object."""
        return (id(value) >> 4) & 0x7FFFFFFF

    @classmethod
    def arraycopy(cls, source: Any, at: Any, target: Any, to: Any, count: Any) -> None:
        """Copy items of one array to another."""
        items = [source[at + index] for index in range(int_argument(count, "arraycopy", 5))]
        for index, item in enumerate(items):
            target[to + index] = item

    @classmethod
    def gc(cls) -> None:
        """Nothing: memory is the host's."""

    @classmethod
    def exit(cls, status: Any = 0) -> None:
        """Refused: a script cannot end the host."""
        raise java_exception_class("java.lang.SecurityException")(
            "System.exit is not available here: return from the script instead"
        )

    @classmethod
    def setProperty(cls, key: Any, value: Any) -> None:
        """Refused: properties are the host's."""
        raise java_exception_class("java.lang.SecurityException")(
            "System.setProperty is not available here"
        )


class Runnable(Object, package="java.lang"):
    """``java.lang.Runnable``: implement ``run``."""


class Comparable(Object, package="java.lang"):
    """``java.lang.Comparable``: implement ``compareTo``."""

    def __lt__(self, other: Any) -> Any:
        return self.compareTo(other) < 0

    def __gt__(self, other: Any) -> Any:
        return self.compareTo(other) > 0

    def __le__(self, other: Any) -> Any:
        return self.compareTo(other) <= 0

    def __ge__(self, other: Any) -> Any:
        return self.compareTo(other) >= 0


class AutoCloseable(Object, package="java.lang"):
    """``java.lang.AutoCloseable``: implement ``close``."""


class CharSequence(Object, package="java.lang"):
    """``java.lang.CharSequence``."""


class Cloneable(Object, package="java.lang"):
    """``java.lang.Cloneable``."""


class Void(Object, package="java.lang"):
    """``java.lang.Void``."""


class _ClassType(JavaType):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, type)


class Class(Object, metaclass=_ClassType, package="java.lang"):
    """``java.lang.Class``."""

    @classmethod
    def forName(cls, name: Any) -> Any:
        """The Java class of a name."""
        words = text_argument(name, "forName")
        found = find_class(words)
        if found is None:
            raise java_exception_class("java.lang.ClassNotFoundException")(words)
        return found


class State(Object, package="java.lang", java_name="Thread$State"):
    """``java.lang.Thread.State``."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        state(self, "_name", name)

    def name(self) -> str:
        """Its name."""
        return unicode_text(self._name)

    def toString(self) -> str:
        """Its name."""
        return unicode_text(self._name)


for _name in ("NEW", "RUNNABLE", "BLOCKED", "WAITING", "TIMED_WAITING", "TERMINATED"):
    type.__setattr__(State, _name, State(_name))

_CURRENT = threading.local()
_NUMBERS = itertools.count(0)


class Thread(Object, package="java.lang"):
    """``java.lang.Thread``: a daemon thread that ends with the run that started it."""

    __slots__ = ("__weakref__", "_daemon", "_done", "_interrupted", "_name", "_target", "_thread")
    MIN_PRIORITY, NORM_PRIORITY, MAX_PRIORITY = 1, 5, 10
    State = State

    def __init__(self, *args: Any) -> None:
        target: Any = None
        name = f"Thread-{next(_NUMBERS)}"
        for one in args:
            if isinstance(one, str):
                name = str(one)
            elif one is not None:
                target = one
        if target is not None and not (callable(target) or hasattr(target, "run")):
            raise coercion("java.lang.Thread", 1, "java.lang.Runnable, String")
        state(self, "_target", target)
        state(self, "_name", name)
        state(self, "_daemon", False)
        state(self, "_interrupted", False)
        state(self, "_done", threading.Event())
        state(self, "_thread", None)

    @classmethod
    def sleep(cls, millis: Any, nanos: Any = 0) -> None:
        """Wait; a stop of the run ends the wait at once."""
        count = long_argument(millis, "sleep")
        if count < 0:
            raise java_exception_class("java.lang.IllegalArgumentException")(
                "timeout value is negative"
            )
        me = getattr(_CURRENT, "thread", None)
        if me is None:
            hooks.pause(count / 1000.0)
            return
        if hooks.wait_until(lambda left: _interrupted_within(me, left), count / 1000.0):
            state(me, "_interrupted", False)
            raise java_exception_class("java.lang.InterruptedException")("sleep interrupted")

    @classmethod
    def currentThread(cls) -> Thread:
        """The thread that asks."""
        found = getattr(_CURRENT, "thread", None)
        if found is None:
            run = hooks.current_run()
            found = _RunThread(str(run.label) if run is not None and run.label else "main")
        return found

    # ``yield`` is a keyword of Python, not of Jython after a dot.
    @classmethod
    def yield_(cls) -> None:
        """Let others run."""
        hooks.checkpoint()

    @classmethod
    def interrupted(cls) -> bool:
        """Whether the thread that asks was interrupted; forgets it."""
        me = getattr(_CURRENT, "thread", None)
        was = bool(me is not None and me._interrupted)
        if was:
            state(me, "_interrupted", False)
        return was

    def start(self) -> None:
        """Start it."""
        if self._thread is not None:
            raise java_exception_class("java.lang.IllegalThreadStateException")(None)
        state(self, "_thread", start_counted(self._main, self._name))

    def _main(self) -> None:
        _CURRENT.thread = self
        try:
            self.run()
        finally:
            self._done.set()

    def run(self) -> None:
        """What the thread does."""
        target = self._target
        if target is not None:
            if isinstance(target, Object) or not callable(target):
                target.run()
            else:
                target()

    def join(self, millis: Any = None) -> None:
        """Wait until it has ended; a stop of the run ends the wait."""
        if self._thread is not None:
            seconds = None if not millis else long_argument(millis, "join") / 1000.0
            hooks.wait_until(self._done.wait, seconds)
            hooks.checkpoint()

    def interrupt(self) -> None:
        """Have its sleep raise InterruptedException."""
        state(self, "_interrupted", True)

    def isInterrupted(self) -> bool:
        """Whether it was interrupted."""
        return bool(self._interrupted)

    def isAlive(self) -> bool:
        """Whether it runs."""
        return self._thread is not None and not self._done.is_set()

    def getState(self) -> State:  # type: ignore[valid-type]
        """How far it is."""
        if self._thread is None:
            return State.NEW  # type: ignore[no-any-return]
        return State.RUNNABLE if self.isAlive() else State.TERMINATED  # type: ignore[no-any-return]

    def getName(self) -> str:
        """Its name."""
        return unicode_text(self._name)

    def setName(self, name: Any) -> None:
        """Give it a name."""
        state(self, "_name", text_argument(name, "setName"))

    def getId(self) -> int:
        """A number for the thread."""
        return long_value(1 if self._thread is None else self._thread.ident or 1)

    def isDaemon(self) -> bool:
        """Whether it was marked as a daemon; all of them are."""
        return bool(self._daemon)

    def setDaemon(self, daemon: Any) -> None:
        """Remembered only."""
        state(self, "_daemon", bool(daemon))

    def getPriority(self) -> int:
        """5."""
        return 5

    def setPriority(self, priority: Any) -> None:
        """Ignored."""

    def getStackTrace(self) -> list[Any]:
        """Always empty."""
        return []

    def toString(self) -> str:
        """``Thread[main,5,main]``."""
        return unicode_text(f"Thread[{self._name},5,main]")


class _RunThread(Thread, package="java.lang", java_name="Thread"):
    """The thread that a run started on."""

    def __init__(self, name: str) -> None:
        super().__init__(name)

    def isAlive(self) -> bool:
        """True."""
        return True


def _interrupted_within(thread: Any, seconds: float) -> bool:
    if thread._interrupted:
        return True
    time.sleep(min(seconds, 0.02))
    return bool(thread._interrupted)


type.__setattr__(Thread, "yield", vars(Thread)["yield_"])


class Runtime(Object, package="java.lang"):
    """``java.lang.Runtime``: how much there is, and nothing to start."""

    @classmethod
    def getRuntime(cls) -> Runtime:
        """The runtime."""
        return cls()

    def availableProcessors(self) -> int:
        """1 (our choice: the host's machine is not the scripts' affair)."""
        return 1

    def totalMemory(self) -> int:
        """256 MB."""
        return long_value(256 << 20)

    maxMemory = totalMemory

    def freeMemory(self) -> int:
        """128 MB."""
        return long_value(128 << 20)

    def gc(self) -> None:
        """Nothing: memory is the host's."""

    def exec_(self, *_command: Any) -> None:
        """Refused."""
        raise java_exception_class("java.lang.SecurityException")(
            "scripts cannot start processes; use system.util.execute where the host has it"
        )


type.__setattr__(Runtime, "exec", vars(Runtime)["exec_"])


__all__ = ["MAX_THREADS", "Boolean", "Double", "Integer", "Long", "Math", "System", "Thread"]
