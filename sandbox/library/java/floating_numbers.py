"""``java.lang``: ``Double`` and ``Float``."""

from __future__ import annotations

import math
from typing import Any

from sandbox.library.java.base import java_name, state
from sandbox.library.java.convert import double_argument, double_text, text_argument
from sandbox.library.java.throwables import NumberFormatException, java_exception_class
from sandbox.library.java.whole_numbers import Number
from sandbox.library.values import unicode_text
from sandbox.unbound import static_too


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

    @static_too
    def isNaN(self, *args: Any) -> bool:
        """Whether it is not a number."""
        return math.isnan(self._value if issubclass(type(self), Number) else float(self))

    @static_too
    def isInfinite(self, *args: Any) -> bool:
        """Whether it is infinite."""
        return math.isinf(self._value if issubclass(type(self), Number) else float(self))

    @classmethod
    def isFinite(cls, value: Any) -> bool:
        """Whether it is finite."""
        return math.isfinite(double_argument(value, "isFinite"))

    @static_too
    def toString(self, *args: Any) -> str:
        """Its text, or that of a number."""
        value = self._value if issubclass(type(self), Number) else float(self)
        return unicode_text(double_text(value))


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
