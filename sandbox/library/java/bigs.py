"""``java.math``: BigDecimal, BigInteger, RoundingMode, MathContext."""

from __future__ import annotations

import decimal
from typing import Any

from sandbox.library.bounded import power
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import int_argument, text_argument, wrap_int, wrap_long
from sandbox.library.java.throwables import (
    ArithmeticException,
    NumberFormatException,
    java_exception_class,
)
from sandbox.library.java.whole_numbers import Number, radix_text
from sandbox.library.values import integer_value, long_value, unicode_text

_EXACT = decimal.Context(prec=20_000, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
MAX_SCALE = 10_000


class RoundingMode(Object, package="java.math"):
    """``java.math.RoundingMode``."""

    __slots__ = ("_name", "_number")

    def __init__(self, name: str, number: int) -> None:
        state(self, "_name", name)
        state(self, "_number", number)

    @classmethod
    def valueOf(cls, name: Any) -> Any:
        """The mode of a name or number."""
        if isinstance(name, int):
            return getattr(cls, _MODES[name])
        words = text_argument(name, "valueOf")
        if words not in _MODES:
            raise java_exception_class("java.lang.IllegalArgumentException")(
                f"No enum constant java.math.RoundingMode.{words}"
            )
        return getattr(cls, words)

    def name(self) -> str:
        """Its name."""
        return unicode_text(self._name)

    def ordinal(self) -> int:
        """Its number."""
        return int(self._number)

    def toString(self) -> str:
        """Its name."""
        return unicode_text(self._name)


_MODES = ("UP", "DOWN", "CEILING", "FLOOR", "HALF_UP", "HALF_DOWN", "HALF_EVEN", "UNNECESSARY")
for _number, _name in enumerate(_MODES):
    type.__setattr__(RoundingMode, _name, RoundingMode(_name, _number))


class MathContext(Object, package="java.math"):
    """``java.math.MathContext``."""

    __slots__ = ("_mode", "_precision")

    def __init__(self, precision: Any, mode: Any = None) -> None:
        state(self, "_precision", min(20_000, int_argument(precision, "java.math.MathContext")))
        state(self, "_mode", mode)

    def getPrecision(self) -> int:
        """How many digits."""
        return int(self._precision)


for _name, _digits in (("DECIMAL32", 7), ("DECIMAL64", 16), ("DECIMAL128", 34), ("UNLIMITED", 0)):
    type.__setattr__(MathContext, _name, MathContext(_digits))


def _mode(value: Any) -> str:
    if isinstance(value, RoundingMode):
        name = value._name
    else:
        name = _MODES[int_argument(value, "setScale", 2)]
    return f"ROUND_{name}" if name != "UNNECESSARY" else name


class BigDecimal(Number, package="java.math"):
    """``java.math.BigDecimal``."""

    def __init__(self, value: Any, context: Any = None) -> None:
        if isinstance(value, str):
            words = str.__str__(value)
            try:
                made = decimal.Decimal(words.strip() if words == words.strip() else "x y")
            except decimal.InvalidOperation:
                bad = next((one for one in words if one not in "0123456789.+-eE"), None)
                raise NumberFormatException(
                    None
                    if bad is None
                    else f"Character {bad} is neither a decimal digit number, decimal point, "
                    'nor "e" notation exponential mark.'
                ) from None
            if not made.is_finite() or "_" in words:
                raise NumberFormatException(None)
            if abs(made.adjusted()) > MAX_SCALE:
                raise NumberFormatException("Too large here")
        elif isinstance(value, (bool, int, float)):
            made = decimal.Decimal(value)
            if not made.is_finite():
                raise NumberFormatException("Infinite or NaN")
        elif isinstance(value, decimal.Decimal):
            made = value
        elif isinstance(value, Number):
            made = decimal.Decimal(value._value)
        else:
            raise TypeError("java.math.BigDecimal(): 1st arg can't be coerced to String, double")
        state(self, "_value", self._rounded(made, context))

    @staticmethod
    def _rounded(value: decimal.Decimal, context: Any) -> decimal.Decimal:
        if isinstance(context, MathContext) and context._precision:
            mode = _mode(context._mode) if context._mode is not None else "ROUND_HALF_UP"
            return decimal.Context(prec=context._precision, rounding=mode).plus(value)
        return value

    def _other(self, value: Any, method: str) -> decimal.Decimal:
        if isinstance(value, BigDecimal):
            found: decimal.Decimal = value._value
            return found
        raise TypeError(f"{method}(): 1st arg can't be coerced to java.math.BigDecimal")

    @classmethod
    def valueOf(cls, value: Any, scale: Any = None) -> BigDecimal:
        """The number; floats by their shortest text."""
        if scale is not None:
            return cls(decimal.Decimal(value).scaleb(-int_argument(scale, "valueOf", 2)))
        return cls(repr(float(value)) if isinstance(value, float) else int(value))

    def add(self, other: Any, context: Any = None) -> BigDecimal:
        """The sum."""
        return BigDecimal(_EXACT.add(self._value, self._other(other, "add")), context)

    def subtract(self, other: Any, context: Any = None) -> BigDecimal:
        """The difference."""
        return BigDecimal(_EXACT.subtract(self._value, self._other(other, "subtract")), context)

    def multiply(self, other: Any, context: Any = None) -> BigDecimal:
        """The product."""
        return BigDecimal(_EXACT.multiply(self._value, self._other(other, "multiply")), context)

    def divide(self, other: Any, *how: Any) -> BigDecimal:
        """The quotient, to a scale, a rounding or a context."""
        divisor = self._other(other, "divide")
        if not divisor:
            raise ArithmeticException("/ by zero" if how else "Division by zero")
        if len(how) == 1 and isinstance(how[0], MathContext):
            mode = "ROUND_HALF_UP" if how[0]._mode is None else _mode(how[0]._mode)
            found = decimal.Context(prec=how[0]._precision or 34, rounding=mode).divide(
                self._value, divisor
            )
            return BigDecimal(found)
        if how:
            scale = int_argument(how[0], "divide", 2) if len(how) == 2 else self.scale()
            return BigDecimal(_scaled_quotient(self._value, divisor, scale, _mode(how[-1])))
        wide = decimal.Context(prec=2000).divide(self._value, divisor)
        if decimal.Context(prec=4000).multiply(wide, divisor) != self._value:
            raise ArithmeticException(
                "Non-terminating decimal expansion; no exact representable decimal result."
            )
        scale = self.scale() - int(-divisor.as_tuple().exponent)  # type: ignore[operator]
        plain = wide.normalize()
        if -plain.as_tuple().exponent < scale:  # type: ignore[operator]
            plain = plain.quantize(decimal.Decimal(1).scaleb(-scale), context=_EXACT)
        return BigDecimal(plain)

    def remainder(self, other: Any) -> BigDecimal:
        """What is left over."""
        divisor = self._other(other, "remainder")
        if not divisor:
            raise ArithmeticException("Division by zero")
        return BigDecimal(_EXACT.remainder(self._value, divisor))

    def pow(self, exponent: Any) -> BigDecimal:
        """A power."""
        count = int_argument(exponent, "pow")
        if not 0 <= count <= 1000:
            raise ArithmeticException("Invalid operation")
        return BigDecimal(_EXACT.power(self._value, count))

    def negate(self) -> BigDecimal:
        """With the other sign."""
        return BigDecimal(_EXACT.minus(self._value))

    def abs(self) -> BigDecimal:
        """Without sign."""
        return BigDecimal(_EXACT.abs(self._value))

    def signum(self) -> int:
        """-1, 0 or 1."""
        return (self._value > 0) - (self._value < 0)  # type: ignore[no-any-return]

    def scale(self) -> int:
        """How many decimals."""
        return int(-self._value.as_tuple().exponent)

    def precision(self) -> int:
        """How many digits."""
        return len(self._value.as_tuple().digits)

    def setScale(self, scale: Any, mode: Any = None) -> BigDecimal:
        """Rounded to so many decimals."""
        places = int_argument(scale, "setScale")
        if abs(places) > MAX_SCALE:
            raise ArithmeticException("Scale too large here")
        unit = decimal.Decimal(1).scaleb(-places)
        wanted = "UNNECESSARY" if mode is None else _mode(mode)
        rounding = decimal.ROUND_DOWN if wanted == "UNNECESSARY" else wanted
        made = self._value.quantize(unit, rounding=rounding, context=_EXACT)
        if wanted == "UNNECESSARY" and made != self._value:
            raise ArithmeticException("Rounding necessary")
        return BigDecimal(made)

    def round(self, context: Any) -> BigDecimal:
        """Rounded to a context."""
        return BigDecimal(self._value, context)

    def stripTrailingZeros(self) -> BigDecimal:
        """Without zeros at the end."""
        return BigDecimal(self._value.normalize(_EXACT))

    def max(self, other: Any) -> BigDecimal:
        """The larger."""
        return self if self._value >= self._other(other, "max") else other

    def min(self, other: Any) -> BigDecimal:
        """The smaller."""
        return self if self._value <= self._other(other, "min") else other

    def movePointLeft(self, places: Any) -> BigDecimal:
        """Divided by a power of ten."""
        return BigDecimal(self._value.scaleb(-int_argument(places, "movePointLeft")))

    def movePointRight(self, places: Any) -> BigDecimal:
        """Times a power of ten."""
        return BigDecimal(self._value.scaleb(int_argument(places, "movePointRight")))

    def toBigInteger(self) -> int:
        """The whole part."""
        return long_value(int(self._value))

    def intValue(self) -> int:
        """As int."""
        return wrap_int(int(self._value))

    def longValue(self) -> int:
        """As long."""
        return wrap_long(int(self._value))

    def equals(self, other: Any) -> bool:
        """Whether number and scale are equal."""
        return (
            isinstance(other, BigDecimal)
            and bool(other._value == self._value)
            and other.scale() == self.scale()
        )

    def hashCode(self) -> int:
        """By number and scale."""
        return hash((self._value, self.scale())) & 0x7FFFFFFF

    def toPlainString(self) -> str:
        """Without exponent."""
        return unicode_text(f"{self._value:f}")

    def toString(self) -> str:
        """With an exponent where Java has one."""
        return unicode_text(str(self._value))


def _scaled_quotient(
    value: decimal.Decimal, divisor: decimal.Decimal, scale: int, mode: str
) -> decimal.Decimal:
    if abs(scale) > MAX_SCALE:
        raise ArithmeticException("Scale too large here")
    rounding = decimal.ROUND_DOWN if mode == "UNNECESSARY" else mode
    wide = decimal.Context(prec=4000, rounding=decimal.ROUND_DOWN).divide(value, divisor)
    # A sticky digit keeps a quotient just above a half from being taken for the half.
    if decimal.Context(prec=9000).multiply(wide, divisor) != value:
        sign = -1 if wide < 0 else 1
        wide = _EXACT.add(wide, decimal.Decimal(sign).scaleb(wide.adjusted() - 4100))
        if mode == "UNNECESSARY":
            raise ArithmeticException("Rounding necessary")
    return wide.quantize(decimal.Decimal(1).scaleb(-scale), rounding=rounding, context=_EXACT)


for _number, _name in enumerate(_MODES):
    type.__setattr__(BigDecimal, f"ROUND_{_name}", _number)
for _name, _digits in (("ZERO", 0), ("ONE", 1), ("TEN", 10)):
    type.__setattr__(BigDecimal, _name, BigDecimal(_digits))


class BigInteger(Number, package="java.math"):
    """``java.math.BigInteger``: results come back as Python longs, as Jython gives them."""

    def __init__(self, value: Any, radix: Any = 10) -> None:
        if isinstance(value, str):
            words = str.__str__(value)
            if len(words) > 10_000:
                raise NumberFormatException("Too long here")
            try:
                made = int(words, int_argument(radix, "java.math.BigInteger", 2))
            except ValueError:
                raise NumberFormatException(f'For input string: "{words}"') from None
        elif isinstance(value, int):
            made = int(value)
        else:
            raise TypeError("java.math.BigInteger(): 1st arg can't be coerced to String, byte[]")
        state(self, "_value", made)

    @classmethod
    def valueOf(cls, value: Any) -> int:
        """The number."""
        return long_value(int(value))

    def add(self, other: Any) -> int:
        """The sum."""
        return long_value(self._value + _whole(other))

    def subtract(self, other: Any) -> int:
        """The difference."""
        return long_value(self._value - _whole(other))

    def multiply(self, other: Any) -> int:
        """The product."""
        return long_value(self._value * _whole(other))

    def divide(self, other: Any) -> int:
        """The quotient, cut off."""
        divisor = _whole(other)
        if not divisor:
            raise ArithmeticException("BigInteger divide by zero")
        size = abs(self._value) // abs(divisor)
        return long_value(size if (self._value < 0) == (divisor < 0) else -size)

    def mod(self, other: Any) -> int:
        """What is left over."""
        divisor = _whole(other)
        if divisor <= 0:
            raise ArithmeticException("BigInteger: modulus not positive")
        return long_value(self._value % divisor)

    def pow(self, exponent: Any) -> int:
        """A power."""
        return long_value(power(self._value, int_argument(exponent, "pow")))

    def negate(self) -> int:
        """With the other sign."""
        return long_value(-self._value)

    def toString(self, *radix: Any) -> str:
        """Its digits."""
        base = int_argument(radix[0], "toString") if radix else 10
        return unicode_text(radix_text(integer_value(self._value), base))


def _whole(value: Any) -> int:
    return int(value._value) if isinstance(value, BigInteger) else int(value)


for _name, _digits in (("ZERO", 0), ("ONE", 1), ("TEN", 10)):
    type.__setattr__(BigInteger, _name, long_value(_digits))
