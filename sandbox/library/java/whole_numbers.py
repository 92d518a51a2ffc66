"""``java.lang``: ``Number``, ``Integer``, ``Long``, ``Short``, ``Byte``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import Object, java_name, state
from sandbox.library.java.convert import (
    INT_MAX,
    INT_MIN,
    LONG_MAX,
    LONG_MIN,
    coercion,
    double_text,
    int_argument,
    java_hash,
    text_argument,
    wrap_int,
    wrap_long,
)
from sandbox.library.java.throwables import NumberFormatException
from sandbox.library.values import long_value, unicode_text
from sandbox.unbound import static_too


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


def radix_text(value: int, radix: int) -> str:
    """A number as text in a radix; 10 where the radix is not 2 to 36."""
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
        one, two = _argument(cls, a, "compare"), _argument(cls, b, "compare", 2)
        return (one > two) - (one < two)

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
        return cls._give(max(_argument(cls, a, "max"), _argument(cls, b, "max", 2)))

    @classmethod
    def min(cls, a: Any, b: Any) -> int:
        """The smaller."""
        return cls._give(min(_argument(cls, a, "min"), _argument(cls, b, "min", 2)))

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

    @static_too
    def toString(self, *args: Any) -> str:
        """Its text, or that of a number in a base."""
        if not issubclass(type(self), Number):
            radix = int_argument(args[0], "toString", 2) if args else 10
            return unicode_text(radix_text(int(self), radix))
        return unicode_text(str(int(self._value)))


def _argument(cls: Any, value: Any, method: str, position: int = 1) -> int:
    if isinstance(value, int) and cls._LOW <= value <= cls._HIGH:
        return int.__index__(value)
    raise coercion(method, position, cls._NAME)


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
