"""``fractions``."""

from __future__ import annotations

import decimal
import fractions
import re
from typing import Any, NoReturn

from sandbox.dialect.meaning import numbers
from sandbox.library import hooks
from sandbox.library.module import HostType, Module, host_class
from sandbox.limits_sizes import check_power


class FractionType(HostType, type(fractions.Fraction)):  # type: ignore[misc]
    """Metaclass of the scripts' ``Fraction``."""

    def register(cls, _subclass: Any) -> NoReturn:
        """Refused: a class registered here is a number to all of the process."""
        raise AttributeError(f"type object '{cls.__name__}' has no attribute 'register'")

    # The interpreter's asks the classes derived from it, a script's too, and keeps the answer for
    # the whole process.
    def __instancecheck__(cls, value: Any) -> bool:
        return type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, other: Any) -> bool:
        return type.__subclasscheck__(cls, other)


@host_class("fractions")
class Fraction(fractions.Fraction, metaclass=FractionType):
    """``fractions.Fraction``."""

    __slots__ = ()

    def __new__(cls, numerator: Any = 0, denominator: Any = None) -> Any:
        if isinstance(numerator, str):
            if str.__len__(numerator) > MAX_EXPONENT:
                raise MemoryError("the number would be larger than a script may make")
            exponent = _EXPONENT.search(numerator)
            if exponent is not None and abs(int(exponent.group(1)[:12])) > MAX_EXPONENT:
                raise MemoryError("the number would be larger than a script may make")
        elif isinstance(numerator, decimal.Decimal):
            numbers.check_decimal(numerator)
        return super().__new__(cls, numerator, denominator)

    # Sorting compares them by the thousand, and each may take long.
    def _richcmp(self, other: Any, op: Any) -> Any:
        hooks.checkpoint()
        return super()._richcmp(other, op)  # type: ignore[misc]

    @classmethod
    def from_decimal(cls, dec: Any) -> Any:
        """The exact value of a Decimal."""
        if isinstance(dec, decimal.Decimal):
            numbers.check_decimal(dec)
        return super().from_decimal(dec)

    def __pow__(self, other: Any) -> Any:
        check_power(self, other)
        return super().__pow__(other)


MAX_EXPONENT = 100_000
_EXPONENT = re.compile(r"[eE]([-+]?\d+)")


class FractionsModule(Module):
    """``fractions``."""

    __slots__ = ()
    NAME = "fractions"

    Fraction = Fraction

    def gcd(self, a: Any, b: Any) -> Any:
        """The greatest common divisor."""
        while b:
            hooks.checkpoint()
            a, b = b, a % b
        return a
