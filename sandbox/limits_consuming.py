"""C code that consumes iterables meets a checkpoint for each item, where nothing else has one."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, Final

from sandbox.dialect.meaning import containers
from sandbox.dialect.meaning.kinds import bytestr, long, unicode
from sandbox.errors import Sealed
from sandbox.facade import Facade
from sandbox.limits import STOP, checkpoint
from sandbox.limits_hooks import stoppable
from sandbox.limits_sizes import MOST, length, too_large
from sandbox.unbound import from_host

LARGEST_RANGE: Final = 1_000_000
_MANY = 1000
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_ENDLESS = frozenset({enumerate, reversed, type(iter(int, 1)), type(iter(range(0))), map, zip})


def _has_checks(function: Any) -> bool:
    """Whether a function is a script's, which has checks of its own."""
    if type(function) is types.MethodType:
        function = function.__func__
    return type(function) is types.FunctionType and not from_host(function)


def checked_items(items: Any) -> Any:
    """The items one by one, with a checkpoint before each.

    Whose run it is is asked each time: a script may go on with what an earlier run began.
    """
    for item in items:
        if STOP["$stop"]:
            checkpoint()
        yield item


def metered(items: Any) -> Any:
    """An iterable that C code may consume without a way to stop it, made stoppable.

    Generators and the iterators of scripts have checks of their own; what C makes has none.
    """
    kind = type(items)
    if kind is range:
        return items if len(items) < LARGEST_RANGE else checked_items(items)
    if kind in _ENDLESS:
        return checked_items(items)
    return items


TOLD: Final = frozenset(
    {list, tuple, dict, set, frozenset, str, unicode, bytestr, range, types.GeneratorType}
)
"""What is exactly as long as it says, or says nothing."""


def tuple_of(*given: Any) -> tuple[Any, ...]:
    """``tuple``, which makes no room for more than there is.

    The interpreter's own makes as much as a script's ``__len__`` says before it asks for the first.
    """
    if len(given) == 1 and type(given[0]) not in TOLD:
        return tuple(checked_items(iter(given[0])))
    return tuple(*given)


def starred(value: Any, called: str | None = None) -> Any:
    """What the interpreter makes a tuple of: what follows ``*`` in a call.

    Args:
        called: how the message begins where it cannot; None leaves the words to the interpreter,
            which for a call asks a script's object for its text.
    """
    kind = type(value)
    if kind in TOLD:
        return value
    held = map(_dict_of, _mro_of(kind))
    if not any("__iter__" in names or "__getitem__" in names for names in held):
        if called is None:
            return value
        raise TypeError(f"{called}argument after * must be a sequence")
    return tuple(checked_items(iter(value)))


def consuming(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose first argument C code consumes."""

    def consume(*args: Any, **keywords: Any) -> Any:
        if args and (type(args[0]) is range or type(args[0]) in _ENDLESS):
            args = (metered(args[0]), *args[1:])
        if "key" in keywords:
            keywords["key"] = stoppable(keywords["key"])
        return function(*args, **keywords)

    return consume


CONSUMING: Final = ("any", "all", "sorted", "max", "min", "$sorted")

_ADDED_AT_ONCE = frozenset({int, float, bool, complex, long})
# Short walks of C, and generators, which have checks of their own.
_LISTED = frozenset({list, tuple})
_WALKED = frozenset({list, tuple, set, dict, types.GeneratorType})


def python2_sum(*args: Any) -> Any:
    """``sum``: numbers at once, anything else one by one."""
    if not 1 <= len(args) <= 2:
        return sum(*args)
    items, start = args if len(args) == 2 else (args[0], 0)
    if isinstance(start, str):
        raise TypeError("sum() can't sum strings [use ''.join(seq) instead]")
    if type(start) in _ADDED_AT_ONCE:
        if type(items) in _LISTED and len(items) > _MANY:
            # Long numbers take long to add: a stop gets in between.
            for first in range(0, len(items), _MANY):
                checkpoint()
                start = sum(items[first : first + _MANY], start)
            return start
        return sum(items if type(items) in _WALKED else checked_items(items), start)
    total = start
    for item in checked_items(items):
        if length(total) + length(item) > MOST:
            raise too_large()
        total = total + item
    return total


def map_one(function: Any, iterable: Any) -> Any:
    """``map`` over one sequence, without packing arguments."""
    if not _has_checks(function) and type(iterable) is not str:
        try:
            items = iter(iterable)
        except TypeError:
            raise TypeError("argument 1 to map() must support iteration") from None
        if function is None:
            return list(checked_items(items))
        return [function(item) for item in checked_items(items)]
    return containers.map_one(function, iterable)


def python2_map(function: Any, *iterables: Any) -> Any:
    """``map``."""
    if len(iterables) == 1:
        return map_one(function, iterables[0])
    if not iterables:
        raise TypeError("map() requires at least 2 arguments (1) given")
    columns = [list(checked_items(iterable)) for iterable in iterables]
    size = max([len(column) for column in columns])
    _check_cells(len(columns), size)
    for column in columns:
        column.extend([None] * (size - len(column)))
    rows = checked_items(zip(*columns, strict=True))
    if function is None:
        return list(rows)
    return [function(*row) for row in rows]


def python2_filter(function: Any, iterable: Any) -> Any:
    """``filter``."""
    if _has_checks(function) or isinstance(iterable, str | tuple):
        return containers.python2_filter(function, iterable)
    return containers.python2_filter(function, checked_items(iterable))


def python2_zip(*iterables: Any) -> Any:
    """``zip``."""
    if len(iterables) > 1:
        sizes = [length(iterable) for iterable in iterables]
        _check_cells(len(sizes), min(sizes))
        iterables = (checked_items(iterables[0]), *iterables[1:])
    return containers.python2_zip(*iterables)


def _check_cells(columns: int, rows: int) -> None:
    if columns * rows > MOST:
        raise too_large()


def python2_reduce(function: Any, iterable: Any, *initial: Any) -> Any:
    """``reduce``."""
    if not _has_checks(function):
        iterable = checked_items(iterable)
    return functools.reduce(function, iterable, *initial)


def iterating(*args: Any) -> Any:
    """``iter``."""
    if len(args) == 2:
        return checked_items(iter(*args))
    return iter(*args)


CHECKED_BUILTINS: Final[dict[str, Any]] = {
    "sum": python2_sum,
    "map": python2_map,
    "$map": map_one,
    "filter": python2_filter,
    "zip": python2_zip,
    "reduce": python2_reduce,
}


class BigRange(Facade):
    """An ``xrange`` too long for C code to walk at one go: it lets a stop in on the way.

    Args:
        numbers: the range.
    """

    __slots__ = ("_numbers",)
    _numbers: range
    SCRIPT_NAME = "xrange"

    def __init__(self, numbers: range) -> None:
        object.__setattr__(self, "_numbers", numbers)

    def __iter__(self) -> Iterator[int]:
        numbers = self._numbers
        for start in range(0, numbers.__len__() if len_fits(numbers) else sys.maxsize, 1000):
            checkpoint()
            yield from numbers[start : start + 1000]

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: Any) -> int:
        number: int = self._numbers[index]
        return number

    def __reversed__(self) -> Iterator[int]:
        yield from checked_items(reversed(self._numbers))

    def __repr__(self) -> str:
        return repr(self._numbers).replace("range", "xrange", 1)


def len_fits(numbers: range) -> bool:
    """Whether ``len`` can say how long a range is."""
    try:
        len(numbers)
    except OverflowError:
        return False
    return True


class _SliceType(Sealed):
    """Metaclass of ``slice`` as scripts have it."""

    def __call__(cls, *bounds: Any) -> Any:
        return _slice(*bounds)

    def __instancecheck__(cls, value: Any) -> bool:
        return type(value) is slice

    def __setattr__(cls, name: str, value: Any) -> None:
        raise TypeError("can't set attributes of built-in/extension type 'slice'")

    def __repr__(cls) -> str:
        return "<type 'slice'>"


class Slice(metaclass=_SliceType):
    """``slice`` whose bounds are not slices."""

    __slots__ = ()


def _slice(*bounds: Any) -> slice:
    if any(type(bound) is slice for bound in bounds):
        # Nested ones end in a recursion of C when they are freed.
        raise TypeError("the bounds of a slice cannot be slices here")
    return slice(*bounds)


MOST_ENUMERATED: Final = 1_000


def _require_shallow(pairs: list[Any]) -> None:
    pair: Any = pairs[:1]
    depth = 0
    while pair and type(pair[-1]) is tuple:
        pair, depth = pair[-1], depth + 1
        if depth > MOST_ENUMERATED:
            raise RecursionError("maximum recursion depth exceeded")


class Enumerating:
    """``enumerate`` that cannot be nested into a chain of C iterators."""

    __slots__ = ()

    def __call__(self, items: Any, start: Any = 0) -> Any:
        if type(items) not in _WALKED:
            # What an object gives for its iterator counts, not the object.
            items = iter(items)
        if type(items) is enumerate:
            # Nested ones end in a recursion of C, when used and even when freed; and so do the
            # tuples that they give.
            items = list(checked_items(items))
            _require_shallow(items)
        return enumerate(items, start)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"'{name}' cannot be set here")
