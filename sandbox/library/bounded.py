"""Arithmetic that could hold the interpreter or fill the memory, with its size checked first."""

from __future__ import annotations

import operator
from typing import Any

from sandbox.limits_sizes import (
    check_power,
    check_product,
    check_shift,
    check_sum,
    exact,
    factors,
    length,
    too_large,
)

MAX_ITEMS = 20_000_000
MAX_OUTPUT = 64 * 1024 * 1024


def multiply(a: Any, b: Any) -> Any:
    """``a * b``; MemoryError when the result would be huge."""
    a, b = factors(a, b)
    check_product(a, b)
    return operator.mul(a, b)


def multiply_in_place(a: Any, b: Any) -> Any:
    """``a *= b``; MemoryError when the result would be huge."""
    a, b = factors(a, b)
    check_product(a, b)
    a *= b
    return a


def power(a: Any, b: Any) -> Any:
    """``a ** b``; MemoryError when the result would be huge."""
    if isinstance(a, int) and isinstance(b, int) and exact(b) < 0:
        return float(a) ** b
    check_power(a, b)
    return operator.pow(a, b)


def shift_left(a: Any, b: Any) -> Any:
    """``a << b``; MemoryError when the result would be huge."""
    check_shift(a, b)
    return operator.lshift(a, b)


def concatenate(a: Any, b: Any) -> Any:
    """``a + b``; MemoryError when the result would be huge."""
    check_sum(a, b)
    return operator.add(a, b)


def concatenate_in_place(a: Any, b: Any) -> Any:
    """``a += b``; MemoryError when the result would be huge."""
    if length(a) + length(b) > MAX_ITEMS:
        raise too_large()
    a += b
    return a
