"""``fractions``."""

from __future__ import annotations

import fractions
from typing import Any

from sandbox.library import hooks
from sandbox.library.module import HostType, Module, host_class


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
            hooks.checkpoint()
            a, b = b, a % b
        return a
