"""Arithmetic that could hold the interpreter or fill the memory, with its size checked first."""

from __future__ import annotations

import operator
from typing import Any

MAX_ITEMS = 20_000_000
MAX_BITS = 70_000_000
MAX_OUTPUT = 64 * 1024 * 1024


def multiply(a: Any, b: Any) -> Any:
    """``a * b``; MemoryError when the result would be huge."""
    for many, times in ((a, b), (b, a)):
        if (
            isinstance(times, int)
            and isinstance(many, (str, bytes, list, tuple, bytearray))
            and len(many) * times > MAX_ITEMS
        ):
            raise MemoryError("the result would be too long")
    if isinstance(a, int) and isinstance(b, int) and a.bit_length() + b.bit_length() > MAX_BITS:
        raise MemoryError("the result would be too long")
    return operator.mul(a, b)


def power(a: Any, b: Any) -> Any:
    """``a ** b``; MemoryError when the result would be huge."""
    if isinstance(a, int) and isinstance(b, int):
        if b < 0:
            return float(a) ** b
        if a not in (-1, 0, 1) and a.bit_length() * b > 10_000_000:
            raise MemoryError("the result would be too long")
    return operator.pow(a, b)


def shift_left(a: Any, b: Any) -> Any:
    """``a << b``; MemoryError when the result would be huge."""
    if isinstance(a, int) and isinstance(b, int) and a.bit_length() + b > MAX_BITS:
        raise MemoryError("the result would be too long")
    return operator.lshift(a, b)


def concatenate(a: Any, b: Any) -> Any:
    """``a + b``; MemoryError when the result would be huge."""
    if (
        isinstance(a, (str, bytes, list, tuple))
        and isinstance(b, type(a))
        and len(a) + len(b) > MAX_ITEMS
    ):
        raise MemoryError("the result would be too long")
    return operator.add(a, b)
