"""How long a regular expression may take, so that only the risky ones pay for a limit."""

from __future__ import annotations

import math
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any, Final, NamedTuple

_sre: Any = _constants
WORK: Final = 60_000_000
"""Steps of the engine that nothing can interrupt: about half a second."""
LONGEST: Final = 20_000_000
_FEW = 12
_COUNTED = 16
_HUGE = 1e150
MOST_GROUPS: Final = 99
COMPILE_WORK: Final = 4_000_000
"""Steps of the interpreter that compiling may take: a second or two."""
_BMP = 0x10000


class _Size(NamedTuple):
    """A bound ``factor * n ** degree * base ** n`` for a text of ``n`` characters."""

    degree: int = 0
    factor: float = 1.0
    base: float = 1.0


_NONE = _Size(0, 0.0)
_ONE = _Size()
_LENGTH = _Size(1)


def _plus(a: _Size, b: _Size) -> _Size:
    return _Size(max(a.degree, b.degree), a.factor + b.factor, max(a.base, b.base))


def _times(a: _Size, b: _Size) -> _Size:
    degree = a.degree + b.degree
    if a.base > 1 and b.base > 1:
        degree += 1
    return _Size(degree, min(a.factor * b.factor, _HUGE), max(a.base, b.base))


class Measured:
    """A parsed regular expression and how long a text it may match without a time limit.

    Args:
        pattern: its text.
        flags: of ``re``.

    Errors: those of ``re.compile``, MemoryError where compiling would take long, and AssertionError
    for more groups than Python 2 allows.
    """

    __slots__ = ("flags", "free", "never_empty", "tree")

    def __init__(self, pattern: str, flags: int) -> None:
        self.tree = _parser.parse(pattern, flags)
        self.flags = int(flags | self.tree.state.flags)
        self.never_empty = bool(self.tree.getwidth()[0] > 0)
        if _compiling(self.tree, bool(self.flags & _sre.SRE_FLAG_IGNORECASE)) > COMPILE_WORK:
            raise MemoryError("the regular expression takes too long to compile")
        if self.tree.state.groups > MOST_GROUPS + 1:
            # In Python 2's words.
            raise AssertionError("sorry, but this version only supports 100 named groups")
        # A search begins anywhere.
        self.free = _free_length(_times(_LENGTH, _measure(self.tree)[1]))

    def compiled(self) -> Any:
        """It, for the standard engine."""
        return _compiler.compile(self.tree, self.flags)


def _free_length(work: _Size) -> int:
    """The longest text for which it is done soon; -1 where there is none."""
    degree, factor, base = work
    if base > 1:
        most = min(_FEW, int((math.log(WORK) - math.log(max(factor, 1.0))) / math.log(base)))
        while most >= 0 and factor * max(most, 1) ** degree * base**most > WORK:
            most -= 1
        return max(most, -1)
    left = math.log(WORK) - math.log(max(factor, 1.0))
    if left < 0:
        return -1
    known = math.lgamma(degree + 1)
    low, high = 0, LONGEST
    while low < high:
        middle = (low + high + 1) // 2
        # So many ways there are of cutting a text into one part more than there are repeats.
        if math.lgamma(middle + degree + 1) - math.lgamma(middle + 1) - known <= left:
            low = middle
        else:
            high = middle - 1
    return low


def _measure(tree: Any) -> tuple[_Size, _Size]:
    """In how many ways a part may match at one place, and the steps of trying them all."""
    ways, steps = _ONE, _NONE
    for operation, argument in tree:
        own_ways, own_steps = _item(operation, argument)
        steps = _plus(steps, own_steps if ways is _ONE else _times(ways, own_steps))
        if own_ways is not _ONE:
            ways = _times(ways, own_ways)
    return ways, steps


def _item(operation: Any, argument: Any) -> tuple[_Size, _Size]:
    if operation in (_sre.MAX_REPEAT, _sre.MIN_REPEAT, _sre.POSSESSIVE_REPEAT):
        low, high, inner = argument
        ways, steps = _repeat(int(low), int(high), inner)
        return (_ONE if operation is _sre.POSSESSIVE_REPEAT else ways), steps
    if operation is _sre.SUBPATTERN:
        ways, steps = _measure(argument[3])
        return ways, _plus(steps, _ONE)
    if operation is _sre.ATOMIC_GROUP:
        return _ONE, _measure(argument)[1]
    if operation is _sre.BRANCH:
        return _branch(argument[1])
    if operation in (_sre.ASSERT, _sre.ASSERT_NOT):
        return _ONE, _measure(argument[1])[1]
    if operation is _sre.GROUPREF_EXISTS:
        _, yes, no = argument
        one, other = _measure(yes), _measure(no or ())
        return _plus(one[0], other[0]), _plus(one[1], other[1])
    if operation is _sre.GROUPREF:
        return _ONE, _LENGTH
    if operation is _sre.IN:
        # What has no place in the map of a set is looked for one by one.
        beyond = sum(1 for _, value in argument if _last(value) >= _BMP)
        return _ONE, _Size(0, 1.0 + beyond)
    return _ONE, _ONE


def _repeat(low: int, high: int, inner: Any) -> tuple[_Size, _Size]:
    ways, steps = _measure(inner)
    if high == 0:
        return _ONE, _ONE
    if ways == _ONE:
        times = _Size(0, float(high)) if high <= _COUNTED**3 else _LENGTH
        if low == high:
            return _ONE, _times(times, steps)
        few = high - low < _COUNTED
        return (_Size(0, high - low + 1.0) if few else _LENGTH), _times(times, steps)
    if high == 1:
        return (ways if low else _plus(ways, _ONE)), steps
    if ways.base == 1 and ways.degree * high <= 3 * max(ways.degree, 1):
        exponent = high * math.log(ways.factor + 1.0)
        if exponent < math.log(WORK):
            all_ways = _Size(ways.degree * high, (ways.factor + 1.0) ** high)
            return all_ways, _times(all_ways, steps)
    # Parts that may be empty have more ways than the text has characters to tell them apart.
    factor = 1.0 if inner.getwidth()[0] else _HUGE
    all_ways = _Size(0, factor, ways.base + ways.degree + ways.factor)
    return all_ways, _times(all_ways, steps)


def _branch(branches: Any) -> tuple[_Size, _Size]:
    """Alternatives: those that begin with different letters exclude each other."""
    steps = _Size(0, float(len(branches)))
    anyhow = _NONE
    starting: dict[Any, _Size] = {}
    for branch in branches:
        ways, own = _measure(branch)
        steps = _plus(steps, own)
        if len(branch) and branch[0][0] is _sre.LITERAL:
            letter = chr(branch[0][1]).lower()
            starting[letter] = _plus(starting.get(letter, _NONE), ways)
        else:
            anyhow = _plus(anyhow, ways)
    if starting:
        most = max(starting.values(), key=lambda size: (size.base, size.degree, size.factor))
        anyhow = _plus(anyhow, most)
    return (_ONE if anyhow == _ONE else anyhow), steps


def _last(value: Any) -> int:
    if isinstance(value, tuple):
        value = value[1]
    return int(value) if type(value) is int else 0


def _compiling(tree: Any, folded: bool) -> int:
    """Steps that the interpreter takes to compile it: it writes ranges out letter by letter."""
    total = 0
    for operation, argument in tree:
        total += 10
        if operation is _sre.IN:
            total += _set_work(argument, folded)
        elif operation in (_sre.MAX_REPEAT, _sre.MIN_REPEAT, _sre.POSSESSIVE_REPEAT):
            total += _compiling(argument[2], folded)
        elif operation is _sre.SUBPATTERN:
            _, added, _, inner = argument
            total += _compiling(inner, folded or bool(added & _sre.SRE_FLAG_IGNORECASE))
        elif operation is _sre.ATOMIC_GROUP:
            total += _compiling(argument, folded)
        elif operation is _sre.BRANCH:
            total += sum(_compiling(branch, folded) for branch in argument[1])
        elif operation in (_sre.ASSERT, _sre.ASSERT_NOT):
            total += _compiling(argument[1], folded)
        elif operation is _sre.GROUPREF_EXISTS:
            total += _compiling(argument[1], folded) + _compiling(argument[2] or (), folded)
    return total


def _set_work(items: Any, folded: bool) -> int:
    total = 300 if folded else 10
    wide = False
    for operation, value in items:
        last = _last(value)
        wide = wide or last > 0xFF
        if operation is _sre.RANGE:
            low, high = value
            # Beyond the first plane a range is tried, and then kept as it is.
            width = min(high, _BMP) - min(low, _BMP) + 1
            total += width if folded else width // 4
        else:
            total += 1
    return total + (500 if wide else 0)
