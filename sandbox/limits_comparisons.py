"""Comparisons of the thread tier: what is compared is walked before, where it is a container."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sandbox.dialect.meaning.identity import python2_hash
from sandbox.dialect.meaning.kinds import long
from sandbox.dialect.meaning.ordering import compare_any, compare_unequal
from sandbox.dialect.meaning.sequences import compared
from sandbox.limits_nesting import LIGHT, flat


def less(a: Any, b: Any) -> Any:
    """``a < b``."""
    if type(b) not in LIGHT:
        flat(b)
    try:
        return a < b if type(a) in LIGHT else compared(a, b, "__lt__", less)
    except TypeError:
        return compare_unequal(a, b) < 0


def less_equal(a: Any, b: Any) -> Any:
    """``a <= b``."""
    if type(b) not in LIGHT:
        flat(b)
    try:
        return a <= b if type(a) in LIGHT else compared(a, b, "__le__", less_equal)
    except TypeError:
        return compare_unequal(a, b) <= 0


def greater(a: Any, b: Any) -> Any:
    """``a > b``."""
    if type(b) not in LIGHT:
        flat(b)
    try:
        return a > b if type(a) in LIGHT else compared(a, b, "__gt__", greater)
    except TypeError:
        return compare_unequal(a, b) > 0


def greater_equal(a: Any, b: Any) -> Any:
    """``a >= b``."""
    if type(b) not in LIGHT:
        flat(b)
    try:
        return a >= b if type(a) in LIGHT else compared(a, b, "__ge__", greater_equal)
    except TypeError:
        return compare_unequal(a, b) >= 0


def compare(a: Any, b: Any) -> int:
    """``cmp(a, b)``."""
    kind = type(a)
    if kind is type(b) and (kind is int or kind is str or kind is float or kind is long):
        if a < b:
            return -1
        return 1 if a > b else 0
    return compare_any(a, flat(b))


def hashed(value: Any) -> int:
    """``hash(value)``."""
    return python2_hash(flat(value))


COMPARISONS: Final[dict[str, Callable[..., Any]]] = {
    "$lt": less,
    "$le": less_equal,
    "$gt": greater,
    "$ge": greater_equal,
    "$cmp": compare,
    "cmp": compare.__call__,  # type: ignore[operator]
    "hash": hashed.__call__,  # type: ignore[operator]
}
