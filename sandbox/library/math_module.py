"""``math`` and ``cmath``: the real builtins, with Python 2's results where they differ."""

from __future__ import annotations

import cmath
import math
from typing import Any

from sandbox.library.arguments import integer, number
from sandbox.library.module import Module
from sandbox.library.values import type_name

MAX_FACTORIAL = 20_000


class MathModule(Module):
    """``math``; floor, ceil and trunc-like functions give floats as in Python 2."""

    __slots__ = ()
    NAME = "math"

    pi = math.pi
    e = math.e
    acos = math.acos
    acosh = math.acosh
    asin = math.asin
    asinh = math.asinh
    atan = math.atan
    atan2 = math.atan2
    atanh = math.atanh
    copysign = math.copysign
    cos = math.cos
    cosh = math.cosh
    degrees = math.degrees
    erf = math.erf
    erfc = math.erfc
    exp = math.exp
    expm1 = math.expm1
    fabs = math.fabs
    fmod = math.fmod
    frexp = math.frexp
    fsum = math.fsum
    gamma = math.gamma
    hypot = math.hypot
    isinf = math.isinf
    isnan = math.isnan
    ldexp = math.ldexp
    lgamma = math.lgamma
    log1p = math.log1p
    log10 = math.log10
    modf = math.modf
    pow = math.pow
    radians = math.radians
    sin = math.sin
    sinh = math.sinh
    sqrt = math.sqrt
    tan = math.tan
    tanh = math.tanh

    def log(self, x: Any, *base: Any) -> float:
        """The natural logarithm, or that of a base."""
        if len(base) > 1:
            raise TypeError(f"log() takes at most 2 arguments ({1 + len(base)} given)")
        return math.log(x, *base)

    def floor(self, x: Any) -> float:
        """The floor, a float."""
        return _whole(x, math.floor)

    def ceil(self, x: Any) -> float:
        """The ceiling, a float."""
        return _whole(x, math.ceil)

    def trunc(self, x: Any) -> Any:
        """``x`` cut off toward zero, an int."""
        if isinstance(x, (int, float)):
            return math.trunc(x)
        hook = self._library.getattr_hook(x, "__trunc__", None)
        if hook is None:
            raise TypeError(f"type {type_name(x)} doesn't define __trunc__ method")
        return hook()

    def factorial(self, x: Any) -> int:
        """``x!``; refused above 20 000 (our choice: it would hold the interpreter)."""
        if isinstance(x, float) and x != math.floor(x):
            raise ValueError("factorial() only accepts integral values")
        whole = integer(x)
        if whole < 0:
            raise ValueError("factorial() not defined for negative values")
        if whole > MAX_FACTORIAL:
            raise ValueError(f"factorial() is limited to {MAX_FACTORIAL} here")
        return math.factorial(whole)


def _whole(x: Any, rounding: Any) -> float:
    value = number(x) if isinstance(x, (int, float)) else float(x)
    if math.isinf(value) or math.isnan(value):
        return value
    result = float(rounding(value))
    return math.copysign(result, value) if result == 0 else result


class CmathModule(Module):
    """``cmath``: the real builtins."""

    __slots__ = ()
    NAME = "cmath"

    pi = cmath.pi
    e = cmath.e
    acos = cmath.acos
    acosh = cmath.acosh
    asin = cmath.asin
    asinh = cmath.asinh
    atan = cmath.atan
    atanh = cmath.atanh
    cos = cmath.cos
    cosh = cmath.cosh
    exp = cmath.exp
    isinf = cmath.isinf
    isnan = cmath.isnan
    log = cmath.log
    log10 = cmath.log10
    phase = cmath.phase
    polar = cmath.polar
    rect = cmath.rect
    sin = cmath.sin
    sinh = cmath.sinh
    sqrt = cmath.sqrt
    tan = cmath.tan
    tanh = cmath.tanh
