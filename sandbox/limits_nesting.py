"""How much there is to compare or hash in containers that share their parts, told beforehand.

Forty pairs of pairs of one value are a million million comparisons inside one C call. A walk over
the parts says so before the call: it is done where a value is compared or hashed, and where a
display holds one name twice.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from sandbox.dialect.meaning.kinds import bytestr, long, unicode
from sandbox.limits import checkpoint

MOST_PARTS: Final = 10_000_000
MOST_DEPTH: Final = 900
"""Nesting that the interpreter still compares; it hashes deeper tuples, until the stack ends."""
LIGHT = frozenset({int, float, str, bool, complex, long, unicode, bytestr, type(None)})
_CONTAINERS = (list, tuple, dict, set, frozenset, deque)
_FEW = 100_000


def _parts(value: Any) -> list[Any]:
    """The containers that a container holds."""
    kind: Any
    if isinstance(value, dict):
        found = [one for one in dict.values(value) if isinstance(one, _CONTAINERS)]
        found += [one for one in dict.keys(value) if isinstance(one, tuple | frozenset)]
        return found
    for kind in _CONTAINERS:
        if isinstance(value, kind):
            return [one for one in kind.__iter__(value) if isinstance(one, _CONTAINERS)]
    return []


def flat(value: Any) -> Any:
    """The value, if the interpreter can compare and hash it in one go.

    Errors: RecursionError for one that is nested too deeply or shares its parts too often.
    """
    if type(value) in LIGHT or not isinstance(value, _CONTAINERS):
        return value
    _weigh(value, MOST_DEPTH)
    return value


def nested(value: Any) -> Any:
    """A container just made, if it does not share its parts too often.

    Errors: MemoryError.
    """
    if isinstance(value, _CONTAINERS):
        try:
            _weigh(value, 0)
        except RecursionError:
            raise MemoryError("the value holds its parts too many times over") from None
    return value


def _weigh(value: Any, deepest: int) -> None:
    level = _parts(value)
    visited = depth = 0
    while level:
        depth += 1
        visited += len(level)
        if depth == deepest:
            raise RecursionError("maximum recursion depth exceeded in cmp")
        if visited > _FEW:
            _weigh_shared(value)
            return
        below: list[Any] = []
        for one in level:
            below += _parts(one)
        level = below


def _weigh_shared(value: Any) -> None:
    """The same, looking at each part once: for large values and for those that share parts."""
    weights: dict[int, int] = {}
    pending: list[tuple[Any, list[Any] | None]] = [(value, None)]
    steps = 0
    while pending:
        one, parts = pending.pop()
        key = id(one)
        if parts is None:
            if key in weights:
                continue
            # A cycle counts as little: the interpreter finds its end by itself.
            weights[key] = 1
            parts = _parts(one)
            pending.append((one, parts))
            pending.extend([(part, None) for part in parts if id(part) not in weights])
            steps += 1
            if not steps & 1023:
                checkpoint()
            continue
        weight = 1 + sum([weights.get(id(part), 1) for part in parts])
        if weight > MOST_PARTS:
            raise RecursionError("maximum recursion depth exceeded in cmp")
        weights[key] = weight
