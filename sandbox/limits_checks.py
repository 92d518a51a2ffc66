"""What is looked at before a method of a builtin type is called: how large its result may be."""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from sandbox.dialect.meaning.numbers import check_decimal
from sandbox.dialect.meaning.ordering import ORDERS
from sandbox.limits_consuming import checked_items
from sandbox.limits_items import walks
from sandbox.limits_nesting import flat
from sandbox.limits_sizes import (
    check_division,
    check_power,
    check_product,
    check_shift,
    is_sequence,
    length,
    too_large,
    whole,
)
from sandbox.lookups import change

_PLACES: Final = 10_000
_SIZED = frozenset({list, tuple, str, dict, set, frozenset, deque, bytearray, bytes})
Check = Callable[[Any, tuple[Any, ...], int], tuple[Any, ...]]


def _pad(text: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    width = whole(args[0])
    if isinstance(width, int) and width > limit:
        raise too_large()
    return (width, *args[1:])


def _expand(text: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    size = whole(args[0])
    if isinstance(size, int) and size > 0:
        tabs = str.count(text, "\t") if isinstance(text, str) else length(text)
        if length(text) + tabs * size > limit:
            raise too_large()
    return (size,)


def _replace(text: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    if len(args) < 2:
        return args
    old, new = args[:2]
    size, added = length(text), length(new)
    if added > 1 and (size + 1) * added > limit and isinstance(old, str | bytes | bytearray):
        removed = length(old)
        if type(text) is str and type(old) is str:
            times = text.count(old) if removed else size + 1
        else:
            times = size // removed if removed else size + 1
        if size + times * (added - removed) > limit:
            raise too_large()
    return args


def check_join(text: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    items = args[0]
    parts = items if type(items) in (list, tuple) else list(checked_items(items))
    total = length(text) * len(parts)
    if total > limit:
        raise too_large()
    if isinstance(text, str):
        try:
            total += sum(map(str.__len__, parts))
        except TypeError:
            # The method says in its own words what it takes.
            return (parts, *args[1:])
    else:
        total += sum(map(length, parts))
    if total > limit:
        raise too_large()
    return (parts, *args[1:])


def _extend(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    items = args[0]
    if length(items) > limit // 2:
        raise too_large()
    if type(items) in _SIZED or type(items) is types.GeneratorType:
        return args
    return (checked_items(items),)


def _multiply(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    other = whole(args[0]) if is_sequence(owner) else args[0]
    check_product(owner, other, limit)
    return (other,)


def _add(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    if length(owner) + length(args[0]) > limit:
        raise too_large()
    return args


def _power(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    if len(args) == 1 or args[1] is None:
        check_power(owner, args[0], limit)
    elif isinstance(args[0], int):
        from sandbox.limits_values import power_modulo

        power_modulo(owner, args[0], args[1])
    return args


def _reflected_power(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    check_power(args[0], owner, limit)
    return args


def check_quotient(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    check_division(owner, args[0])
    return args


def _reflected_divide(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    check_division(args[0], owner)
    return args


def _round(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    _whole(owner, args, limit)
    places = whole(args[0]) if args else 0
    if isinstance(places, int) and abs(places) > _PLACES:
        raise MemoryError("the number would be larger than a script may make")
    return (places, *args[1:]) if args else args


def _whole(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    if isinstance(owner, Decimal):
        check_decimal(owner)
    return args


def _shift(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    check_shift(owner, args[0], limit)
    return args


def _reflected_shift(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    check_shift(args[0], owner, limit)
    return args


def _set_item(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    change(owner)
    if length(args[-1]) > limit // 2 and type(args[0]) is slice:
        raise too_large()
    if len(args) == 2 and isinstance(owner, list) and walks(args[0], args[1]):
        return (args[0], list(checked_items(args[1])))
    return args


def _change(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    change(owner)
    return args


def _compare(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    return tuple(map(flat, args))


def check_order(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    return tuple(map(flat, args))


def check_hash(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    flat(owner)
    return args


TEXT_CHECKS: Final[dict[str, Check]] = {
    "replace": _replace,
    "join": check_join,
    "ljust": _pad,
    "rjust": _pad,
    "center": _pad,
    "zfill": _pad,
    "expandtabs": _expand,
    "extend": _extend,
}
CHANGES: Final = frozenset(
    {
        *("add", "setdefault", "popitem", "fromkeys", "difference_update", "intersection_update"),
        *("symmetric_difference_update", "__ior__", "__iand__", "__isub__", "__ixor__"),
        *("update", "clear", "__init__"),
    }
)
"""Methods that may give a dictionary or set another table."""

CHECKS: Final[dict[str, Check]] = {
    **TEXT_CHECKS,
    "extendleft": _extend,
    "__mul__": _multiply,
    "__rmul__": _multiply,
    "__imul__": _multiply,
    "__add__": _add,
    "__iadd__": _add,
    "__pow__": _power,
    "__rpow__": _reflected_power,
    **dict.fromkeys(("__div__", "__floordiv__", "__divmod__"), check_quotient),
    **dict.fromkeys(("__rdiv__", "__rfloordiv__", "__rdivmod__", "__rmod__"), _reflected_divide),
    **dict.fromkeys(("__int__", "__long__", "__trunc__", "__floor__", "__ceil__"), _whole),
    "as_integer_ratio": _whole,
    "__round__": _round,
    "to_bytes": _pad,
    "__lshift__": _shift,
    "__rlshift__": _reflected_shift,
    "__setitem__": _set_item,
    "__hash__": check_hash,
    **dict.fromkeys(("__eq__", "__ne__", "__contains__"), _compare),
    **dict.fromkeys(ORDERS, check_order),
    **dict.fromkeys(CHANGES, _change),
}
"""By the name of the method: takes it, its arguments and most items, gives the arguments."""
BARE: Final = frozenset({check_hash, _whole, _round, _change})
"""Checked without arguments as well."""
MOST_ARGUMENTS: Final[dict[Any, int]] = {_pad: 2, _replace: 3, _power: 2, _set_item: 2}
"""Arguments that are checked, where it is not the first alone."""
