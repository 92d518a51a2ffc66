"""Lists and other sequences in order, item by item.

The interpreter compares the last two items of lists without holding them, and walks a list in a
list that its owner may have dropped meanwhile: a script's own ``__lt__`` could have memory read
that is freed. Here each item is held while it is compared.
"""

from __future__ import annotations

import collections
import operator
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, Final

from sandbox.dialect.meaning.kinds import bytestr, long, unicode
from sandbox.limits import checkpoint

Order = Callable[[Any, Any], Any]

PLAIN: Final = frozenset({int, float, str, bool, long, unicode, bytestr, type(None)})
"""Classes of values that are compared without a line of a script's."""

_BASES: Final[tuple[type, ...]] = (list, tuple, slice, collections.deque)
_MIRRORED: Final = {"__lt__": "__gt__", "__gt__": "__lt__", "__le__": "__ge__", "__ge__": "__le__"}
_OF_LENGTHS: Final[dict[str, Order]] = {
    "__lt__": operator.lt,
    "__le__": operator.le,
    "__gt__": operator.gt,
    "__ge__": operator.ge,
}


def base_of(kind: type) -> type | None:
    """The sequence of the interpreter's own that a class is, or extends; None for others."""
    for base in _BASES:
        if issubclass(kind, base):
            return base
    return None


def items_of(base: Any, value: Any) -> Iterable[Any]:
    """What a sequence holds, whatever its class makes of it."""
    if base is slice:
        return (value.start, value.stop, value.step)
    return list(base.__iter__(value)) if base is collections.deque else base.__iter__(value)


def in_order(base: Any, a: Any, b: Any, name: str, order: Order) -> Any:
    """Compare two sequences of one kind as the interpreter does, but hold what is compared.

    Args:
        base: the kind of both.
        name: the method, such as ``__lt__``.
        order: compares two items.
    """
    for one, two in zip(items_of(base, a), items_of(base, b), strict=False):
        if one is two or one == two:
            checkpoint()
            continue
        return order(one, two)
    if base is slice:
        return _OF_LENGTHS[name](0, 0)
    return _OF_LENGTHS[name](base.__len__(a), base.__len__(b))


def compared(a: Any, b: Any, name: str, order: Order) -> Any:
    """``a < b`` and its kin for two sequences, methods of a script's own classes first.

    Errors: TypeError where they are no two sequences of one kind: the interpreter knows.
    """
    kind, other = type(a), type(b)
    base = base_of(kind)
    native = _OF_LENGTHS[name]
    if base is None or not issubclass(other, base):
        return native(a, b)
    mirrored = _MIRRORED[name]
    own, theirs = getattr(kind, name), getattr(other, mirrored)
    has_own, has_theirs = own is not getattr(base, name), theirs is not getattr(base, mirrored)
    if has_theirs and other is not kind and issubclass(other, kind):
        answer = theirs(b, a)
        if answer is not NotImplemented:
            return answer
        has_theirs = False
    if has_own:
        answer = own(a, b)
        if answer is not NotImplemented:
            return answer
    elif not has_theirs:
        return in_order(base, a, b, name, order)
    if has_theirs:
        answer = theirs(b, a)
        if answer is not NotImplemented:
            return answer
    if has_own:
        # Neither knows, and the sequence's own method stands behind the other's alone.
        if theirs is getattr(base, mirrored):
            return in_order(base, b, a, mirrored, order)
        raise TypeError(f"'{name}' is not supported between these")
    return in_order(base, a, b, name, order)


def is_plain(values: list[Any] | tuple[Any, ...], depth: int = 2) -> bool:
    """Whether the interpreter may compare these with each other by itself.

    Tuples hold their items for good. Lists never do: other code, another thread's too, may have
    changed them when the interpreter gets to them.

    Args:
        values: of the host's own, that no script changes.
        depth: how deep to look into tuples.
    """
    kinds = set(map(type, values))
    if kinds <= _NO_SEQUENCES:
        return True
    if kinds == _TUPLES and set(map(type, chain.from_iterable(values))) <= _NO_SEQUENCES:
        # The commonest by far: rows, and items of a dict.
        return True
    for kind in kinds - _NO_SEQUENCES:
        if kind is not tuple:
            if base_of(kind) is None:
                continue
            return False
        wanted: Any = values
        if len(kinds) > 1:
            wanted = [each for each in values if type(each) is tuple]
        if not depth or not is_plain(list(chain.from_iterable(wanted)), depth - 1):
            return False
    return True


_TUPLES: Final = {tuple}
_NO_SEQUENCES: Final = PLAIN | {dict, set, frozenset, complex}
