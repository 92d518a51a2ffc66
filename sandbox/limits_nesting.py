"""How much there is to compare, hash or show in a container, told before the interpreter does it.

Forty pairs of pairs of one value are a million million comparisons inside one C call, and a million
times one long text are as bad. A walk over the parts says so before: it is done where a value is
compared or hashed, where a sequence is repeated and where a display holds one name twice.
"""

from __future__ import annotations

import types
from collections import deque
from typing import Any, Final

from sandbox.dialect.meaning.kinds import bytestr, long, unicode
from sandbox.limits import checkpoint

MOST_WORK: Final = 20_000_000
"""Items that may be compared in one go: about half a second."""
MOST_DEPTH: Final = 900
"""Nesting that the interpreter still compares; it hashes deeper tuples, until the stack ends."""
_FARTHEST = 100_000
_TEXT_SHIFT = 8
"""Comparing so many characters (as a power of two) takes as long as comparing an item."""
_SMALL = frozenset({int, float, bool, complex, long, type(None)})
_TEXTS: frozenset[Any] = frozenset({str, unicode, bytestr, bytes, bytearray})
LIGHT = frozenset({int, float, str, bool, complex, long, unicode, bytestr, type(None)})
_CONTAINERS = (list, tuple, dict, set, frozenset, deque, slice, types.GenericAlias)
_LISTED = (list, tuple)


def _items(value: Any) -> Any:
    """What a container holds, whatever its class makes of it."""
    if type(value) in _LISTED:
        return value
    if isinstance(value, dict):
        return [*dict.values(value), *dict.keys(value)]
    if type(value) is slice:
        return (value.start, value.stop, value.step)
    if type(value) is types.GenericAlias:
        return value.__args__
    kind: Any
    for kind in _CONTAINERS:
        if isinstance(value, kind):
            return list(kind.__iter__(value))
    return ()


def weigh(value: Any, most: int = MOST_WORK, deepest: int = 0) -> int:
    """The work of comparing a container with its like, shared parts counted each time.

    Args:
        value: the container.
        most: more than this is an error.
        deepest: nesting that is an error, or 0.

    Errors: RecursionError.
    """
    level: dict[int, list[Any]] = {id(value): [value, 1]}
    total = depth = 0
    while level and depth < _FARTHEST:
        depth += 1
        if depth == deepest:
            raise RecursionError("maximum recursion depth exceeded in cmp")
        checkpoint()
        below: dict[int, list[Any]] = {}
        for one, times in level.values():
            items = _items(one)
            total += times * len(items)
            kinds = frozenset(map(type, items))
            if not kinds <= _SMALL:
                if not kinds.isdisjoint(_TEXTS):
                    texts = [len(item) for item in items if type(item) in _TEXTS]
                    total += times * (sum(texts) >> _TEXT_SHIFT)
                if not kinds <= LIGHT:
                    for part in items:
                        if isinstance(part, _CONTAINERS):
                            below.setdefault(id(part), [part, 0])[1] += times
            if total > most:
                raise RecursionError("maximum recursion depth exceeded in cmp")
            if len(items) > 1000:
                checkpoint()
        level = below
    return total


def flat(value: Any) -> Any:
    """The value, if the interpreter can compare and hash it in one go.

    Errors: RecursionError for one that is nested too deeply or shares its parts too often.
    """
    if type(value) in LIGHT or not isinstance(value, _CONTAINERS):
        return value
    weigh(value, deepest=MOST_DEPTH)
    return value


def nested(value: Any) -> Any:
    """A container just made, if it does not share its parts too often.

    Errors: MemoryError.
    """
    if isinstance(value, _CONTAINERS):
        check_repeated(value, 1)
    return value


def check_repeated(value: Any, times: int, most: int = MOST_WORK) -> None:
    """MemoryError for a container so often repeated that nothing could look at all of it."""
    try:
        weigh(value, max(most, MOST_WORK) // max(times, 1))
    except RecursionError:
        raise MemoryError("the value holds its parts too many times over") from None
