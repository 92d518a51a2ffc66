"""``fractions``."""

from __future__ import annotations

import fractions
from typing import Any, NoReturn

from sandbox.library import hooks
from sandbox.library.module import HostType, Module, host_class


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
