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
from sandbox.lookups import asking


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


def _plain(value: Any) -> Any:
    """A number itself: an heir of its class would say what its parts are, lists maybe."""
    kind = type(value)
    if kind is int or kind is Fraction:
        return value
    if issubclass(kind, int):
        return int.__index__(value)
    if issubclass(kind, float):
        return float.__float__(value)
    if issubclass(kind, decimal.Decimal):
        return decimal.Decimal(value)
    if issubclass(kind, fractions.Fraction):
        return Fraction(_NUMERATOR.__get__(value), _DENOMINATOR.__get__(value))
    return value


_NUMERATOR: Any = vars(fractions.Fraction)["_numerator"]
_DENOMINATOR: Any = vars(fractions.Fraction)["_denominator"]


@host_class("fractions")
class Fraction(fractions.Fraction, metaclass=FractionType):
    """``fractions.Fraction``."""

    __slots__ = ()
    # Decimals ask for these in the middle of their work: no heir answers.
    _also_kept = ("numerator", "denominator")

    def __new__(cls, numerator: Any = 0, denominator: Any = None) -> Any:
        if isinstance(numerator, str):
            if str.__len__(numerator) > MAX_EXPONENT:
                raise MemoryError("the number would be larger than a script may make")
            exponent = _EXPONENT.search(numerator)
            if exponent is not None and abs(int(exponent.group(1)[:12])) > MAX_EXPONENT:
                raise MemoryError("the number would be larger than a script may make")
        elif isinstance(numerator, decimal.Decimal):
            numbers.check_decimal(numerator)
        return super().__new__(
            cls, _plain(numerator), None if denominator is None else _plain(denominator)
        )

    # Sorting compares them by the thousand, and each may take long.
    def _richcmp(self, other: Any, op: Any) -> Any:
        hooks.checkpoint()
        return super()._richcmp(_plain(other), op)  # type: ignore[misc]

    def __eq__(self, other: Any) -> Any:
        # An heir of a number may say in its own way what its parts are.
        return asking(super().__eq__, _plain(other))

    __hash__ = fractions.Fraction.__hash__

    @classmethod
    def from_decimal(cls, dec: Any) -> Any:
        """The exact value of a Decimal."""
        if isinstance(dec, decimal.Decimal):
            numbers.check_decimal(dec)
        return super().from_decimal(dec)

    def __pow__(self, other: Any) -> Any:
        check_power(self, other)
        return _ours(super().__pow__(_plain(other)))

    def __rpow__(self, other: Any) -> Any:
        base = _plain(other)
        return Fraction(base) ** self if type(base) is int else base ** float(self)


def _ours(value: Any) -> Any:
    """What a calculation gave as a Fraction of scripts: the interpreter's compares unguarded."""
    return Fraction(value) if type(value) is fractions.Fraction else value


def _calculation(name: str) -> Any:
    plain = getattr(fractions.Fraction, name)

    def calculate(self: Any, *others: Any) -> Any:
        made = plain(self, *map(_plain, others))
        return tuple(map(_ours, made)) if type(made) is tuple else _ours(made)

    calculate.__name__ = name
    return calculate


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "divmod"):
    for _side in ("__", "__r"):
        type.__setattr__(Fraction, f"{_side}{_name}__", _calculation(f"{_side}{_name}__"))
for _name in ("__neg__", "__pos__", "__abs__", "__round__", "limit_denominator"):
    type.__setattr__(Fraction, _name, _calculation(_name))


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
