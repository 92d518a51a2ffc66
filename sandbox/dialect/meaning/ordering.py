"""Ordering of everything, as Python 2 has it: ``None`` first, then numbers, then by type name."""

from __future__ import annotations

import functools
from itertools import chain, repeat
from typing import Any, Final

from sandbox.dialect.meaning.identity import identity
from sandbox.dialect.meaning.kinds import long
from sandbox.dialect.meaning.sequences import PLAIN, compared, is_plain
from sandbox.dialect.meaning.typenames import type_text
from sandbox.limits import checkpoint
from sandbox.limits_hooks import stoppable

_NUMBERS = (int, float)


def less(a: Any, b: Any) -> Any:
    """``a < b``."""
    try:
        if type(a) in PLAIN:
            return a < b
        return compared(a, b, "__lt__", less)
    except TypeError:
        return compare_unequal(a, b) < 0


def less_equal(a: Any, b: Any) -> Any:
    """``a <= b``."""
    try:
        if type(a) in PLAIN:
            return a <= b
        return compared(a, b, "__le__", less_equal)
    except TypeError:
        return compare_unequal(a, b) <= 0


def greater(a: Any, b: Any) -> Any:
    """``a > b``."""
    try:
        if type(a) in PLAIN:
            return a > b
        return compared(a, b, "__gt__", greater)
    except TypeError:
        return compare_unequal(a, b) > 0


def greater_equal(a: Any, b: Any) -> Any:
    """``a >= b``."""
    try:
        if type(a) in PLAIN:
            return a >= b
        return compared(a, b, "__ge__", greater_equal)
    except TypeError:
        return compare_unequal(a, b) >= 0


ORDERS: Final[dict[str, Any]] = {
    "__lt__": less,
    "__le__": less_equal,
    "__gt__": greater,
    "__ge__": greater_equal,
}
"""The operators by their methods' names."""


def compare(a: Any, b: Any) -> int:
    """``cmp(a, b)``."""
    kind = type(a)
    if kind is type(b) and (kind is int or kind is str or kind is float or kind is long):
        if a < b:
            return -1
        return 1 if a > b else 0
    return compare_any(a, b)


def compare_any(a: Any, b: Any) -> int:
    """``cmp`` of anything; -1, 0 or 1."""
    if a is b:
        return 0
    own = _own_comparison(a, b)
    if own is not None:
        return own
    try:
        if a == b:
            return 0
    except TypeError:
        pass
    try:
        if type(a) in PLAIN:
            if a < b:
                return -1
            if a > b:
                return 1
        else:
            if compared(a, b, "__lt__", less):
                return -1
            if compared(a, b, "__gt__", greater):
                return 1
    except TypeError:
        return compare_unequal(a, b)
    return compare_unequal(a, b)


def _own_comparison(a: Any, b: Any) -> int | None:
    method = getattr(type(a), "__cmp__", None)
    if method is not None:
        result = method(a, b)
        if result is not NotImplemented:
            return int(result > 0) - int(result < 0)
    method = getattr(type(b), "__cmp__", None)
    if method is not None:
        result = method(b, a)
        if result is not NotImplemented:
            return int(result < 0) - int(result > 0)
    return None


def compare_unequal(a: Any, b: Any) -> int:
    """``cmp`` of values that Python 3 does not order.

    Errors: TypeError for complex numbers, as in Python 2.
    """
    if a is None or b is None:
        return 0 if a is b else (-1 if a is None else 1)
    kind, other = type(a), type(b)
    numeric = (int, float, complex)
    if complex in (kind, other) and isinstance(a, numeric) and isinstance(b, numeric):
        raise TypeError("cannot compare complex numbers using <, <=, >, >=")
    if isinstance(a, list) and isinstance(b, list):
        return _sequences(a, b)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return _sequences(a, b)
    if isinstance(a, dict) and isinstance(b, dict):
        return _dicts(a, b)
    if isinstance(a, set | frozenset) and isinstance(b, set | frozenset):
        raise TypeError("can't compare sets using cmp()")
    if isinstance(a, set | frozenset) or isinstance(b, set | frozenset):
        raise TypeError("can only compare to a set")
    own = _own_comparison(a, b)
    if own is not None:
        return own
    if kind.__module__ == "datetime" or other.__module__ == "datetime":
        _refuse_dates(a, b)
    first = "" if isinstance(a, _NUMBERS) else type_text(a)
    second = "" if isinstance(b, _NUMBERS) else type_text(b)
    if first != second:
        return -1 if first < second else 1
    # Python 2 has the order of ``id`` here.
    one, two = identity(a), identity(b)
    if kind is not other:
        one, two = identity(kind), identity(other)
    return (one > two) - (one < two)


def _refuse_dates(a: Any, b: Any) -> None:
    for name in ("datetime", "time"):
        if all(type(one).__module__ == "datetime" and type(one).__name__ == name for one in (a, b)):
            raise TypeError(f"can't compare offset-naive and offset-aware {name}s")
    for value, opposite in ((a, b), (b, a)):
        kind = type(value)
        if kind.__module__ == "datetime" and not isinstance(value, int):
            raise TypeError(f"can't compare {kind.__name__} to {type_text(opposite)}")


def _sequences(a: Any, b: Any) -> int:
    for one, two in zip(a, b, strict=False):
        checkpoint()
        if one is two or one == two:
            continue
        return compare_any(one, two)
    return (len(a) > len(b)) - (len(a) < len(b))


def _dicts(a: dict[Any, Any], b: dict[Any, Any]) -> int:
    if len(a) != len(b):
        return -1 if len(a) < len(b) else 1
    one = _smallest_difference(a, b)
    if one is None:
        return 0
    two = _smallest_difference(b, a)
    result = compare_any(one, two)
    if result == 0:
        result = compare_any(a[one], b[two])
    return result


def _smallest_difference(a: dict[Any, Any], b: dict[Any, Any]) -> Any:
    smallest: Any = None
    for key, value in a.items():
        checkpoint()
        if key in b and compare_any(value, b[key]) == 0:
            continue
        if smallest is None or compare_any(key, smallest) < 0:
            smallest = key
    return smallest


class _Key:
    """A sort key with Python 2's order."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Key) -> bool:
        checkpoint()
        return compare_any(self.value, other.value) < 0


class Held:
    """A sort key whose value is held while it is compared, whatever it holds itself."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return bool(self.value == other.value)  # type: ignore[attr-defined]

    def __lt__(self, other: Held) -> bool:
        return bool(less(self.value, other.value))

    __hash__ = None  # type: ignore[assignment]


def _keys(values: list[Any]) -> list[Any] | None:
    """What the interpreter may compare in place of values; None where nothing may be.

    Rows, lists of what has no items itself, are compared as tuples, which nobody changes.

    Args:
        values: a list that no script has.
    """
    if is_plain(values):
        return values
    if set(map(type, values)) == _LISTS:
        rows: list[Any] = list(map(tuple, values))
        if is_plain(rows):
            return rows
    return None


_LISTS: Final = {list}


def _one_by_one(keys: list[Any]) -> Any:
    """A ``key`` of C that gives these in turn: another thread may have changed the list since."""
    return functools.partial(next, chain(keys, repeat(None)))


def _by_keys(values: list[Any], keys: list[Any], backwards: bool) -> list[Any]:
    """The values in the order of as many keys, which may be a script's."""
    held = _keys(keys)
    if held is None:
        held = list(map(Held, keys))
    places = range(len(values))
    try:
        order = sorted(places, key=held.__getitem__, reverse=backwards)
    except TypeError:
        order = sorted(places, key=list(map(_Key, keys)).__getitem__, reverse=backwards)
    return [values[place] for place in order]


def sort_list(items: list[Any], cmp: Any = None, key: Any = None, reverse: Any = False) -> None:
    """Sort a list in place with Python 2's ``cmp`` and order.

    Args:
        items: a list or an heir of one, whatever its class makes of a list's methods.
    """
    backwards = bool(reverse)
    if cmp is None or cmp is compare or cmp is compare_any:
        values = list(list.__iter__(items))
        if key is not None:
            ordered = _by_keys(values, list(map(stoppable(key), values)), backwards)
            list.__setitem__(items, slice(None), ordered)
            return
        keys = _keys(values)
        try:
            list.sort(items, key=Held if keys is None else _one_by_one(keys), reverse=backwards)
        except TypeError:
            list.sort(items, key=_Key, reverse=backwards)
        return
    if not callable(cmp):
        raise TypeError(f"'{type_text(cmp)}' object is not callable")
    if key is None:
        list.sort(items, key=functools.cmp_to_key(stoppable(cmp)), reverse=backwards)
    else:
        wrap, key = functools.cmp_to_key(stoppable(cmp)), stoppable(key)
        list.sort(items, key=lambda item: wrap(key(item)), reverse=backwards)


def python2_sorted(iterable: Any, cmp: Any = None, key: Any = None, reverse: Any = False) -> Any:
    """``sorted(iterable, cmp, key, reverse)``."""
    items = list(iterable)
    if cmp is None and key is None and is_plain(items):
        # Nobody else has it.
        try:
            items.sort(reverse=bool(reverse))
        except TypeError:
            items.sort(key=_Key, reverse=bool(reverse))
    else:
        sort_list(items, cmp, key, reverse)
    return items


_MISSING = object()


def python2_max(*args: Any, **keywords: Any) -> Any:
    """``max``."""
    return _extreme(max, "max", 1, args, keywords)


def python2_min(*args: Any, **keywords: Any) -> Any:
    """``min``."""
    return _extreme(min, "min", -1, args, keywords)


def _extreme(
    native: Any, name: str, sign: int, args: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    key = keywords.get("key")
    if keywords and set(keywords) != {"key"}:
        raise TypeError(f"{name}() got an unexpected keyword argument")
    if not args:
        raise TypeError(f"{name}() expected 1 arguments, got 0")
    # Always of its own: what is compared may change what was given.
    items = list(args if len(args) > 1 else args[0])
    if not items:
        raise ValueError(f"{name} of empty sequence")
    if key is None:
        keys = _keys(items)
        try:
            if keys is None:
                return native(items, key=Held)
            if keys is items:
                return native(items)
            return items[native(range(len(items)), key=keys.__getitem__)]
        except TypeError:
            pass
    best: Any = _MISSING
    best_key: Any = None
    for item in items:
        checkpoint()
        value = item if key is None else key(item)
        if best is _MISSING or (compare(value, best_key) * sign) > 0:
            best, best_key = item, value
    return best


def order_key(value: Any) -> Any:
    """A key for ``sorted``, ``bisect`` or ``heapq`` that orders values as Python 2 does."""
    return _Key(value)


__all__ = [
    "ORDERS",
    "Held",
    "compare",
    "compare_any",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "long",
    "order_key",
    "python2_max",
    "python2_min",
    "python2_sorted",
    "sort_list",
]
