"""``java.lang.Math``."""

from __future__ import annotations

import math
from typing import Any

from sandbox.library.java.base import Object
from sandbox.library.java.convert import (
    INT_MAX,
    INT_MIN,
    LONG_MAX,
    LONG_MIN,
    double_argument,
    long_argument,
    wrap_long,
)
from sandbox.library.java.throwables import ArithmeticException
from sandbox.library.random_module import Random
from sandbox.library.values import long_value


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
            return wrap_long(max(int.__index__(a), int.__index__(b)))
        return max(double_argument(a, "max"), double_argument(b, "max", 2))

    @classmethod
    def min(cls, a: Any, b: Any) -> Any:
        """The smaller."""
        if _both_whole(a, b):
            return wrap_long(min(int.__index__(a), int.__index__(b)))
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
