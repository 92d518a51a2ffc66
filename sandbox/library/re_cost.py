"""How badly a regular expression may backtrack, so that only the risky ones pay for a limit."""

from __future__ import annotations

from typing import Any

try:
    from re import _constants as _sre  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover - the stdlib moved them in 3.11
    raise

_LONG = 12
EXPONENTIAL = 99
WORK = 20_000_000


def growth(pattern: str, flags: int) -> int:
    """The degree of the polynomial that bounds the steps by the length of the text.

    ``EXPONENTIAL`` where a repeated part may itself be split in several ways. The bound is
    coarse and errs on the high side.
    """
    try:
        tree = _parser.parse(pattern, flags)
    except Exception:
        return EXPONENTIAL
    return min(EXPONENTIAL, 1 + _degree(tree))


def free_length(degree: int) -> int:
    """The longest text that a pattern of that growth may match without a time limit."""
    if degree <= 1:
        return WORK
    if degree >= EXPONENTIAL:
        return _LONG
    return int(WORK ** (1.0 / degree))


def never_empty(pattern: str, flags: int) -> bool:
    """Whether each match takes at least one character."""
    return bool(_parser.parse(pattern, flags).getwidth()[0] > 0)


def _degree(tree: Any) -> int:
    total = 0
    for operation, argument in tree:
        total += _item(operation, argument)
    return total


def _item(operation: Any, argument: Any) -> int:
    if operation in (_sre.MAX_REPEAT, _sre.MIN_REPEAT):
        low, high, inner = argument
        inside = _degree(inner)
        if high <= 1:
            return inside
        if inside or _ambiguous(inner):
            return EXPONENTIAL if high > 3 or inside >= EXPONENTIAL else inside * int(high)
        return 1 if high is _sre.MAXREPEAT or high - low > 8 else 0
    if operation is _sre.POSSESSIVE_REPEAT:
        return _degree(argument[2])
    if operation is _sre.SUBPATTERN:
        return _degree(argument[3])
    if operation is _sre.ATOMIC_GROUP:
        return _degree(argument)
    if operation is _sre.BRANCH:
        return max((_degree(branch) for branch in argument[1]), default=0)
    if operation in (_sre.ASSERT, _sre.ASSERT_NOT):
        return _degree(argument[1])
    if operation is _sre.GROUPREF_EXISTS:
        _, yes, no = argument
        return max(_degree(yes), _degree(no) if no else 0)
    if operation is _sre.GROUPREF:
        return 1
    return 0


def _ambiguous(tree: Any) -> bool:
    """Whether a repeated part may match one text in two ways: alternatives or optional parts."""
    for operation, argument in tree:
        if operation is _sre.BRANCH and not _disjoint(argument[1]):
            return True
        if operation in (_sre.MAX_REPEAT, _sre.MIN_REPEAT) and argument[0] != argument[1]:
            return True
        if operation is _sre.SUBPATTERN and _ambiguous(argument[3]):
            return True
        if operation is _sre.GROUPREF_EXISTS:
            return True
    return False


def _disjoint(branches: Any) -> bool:
    firsts = []
    for branch in branches:
        if not len(branch) or branch[0][0] is not _sre.LITERAL:
            return False
        firsts.append(branch[0][1])
    return len(set(firsts)) == len(firsts)
