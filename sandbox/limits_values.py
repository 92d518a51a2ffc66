"""Guards against values that grow without bound, for the tier that shares the host's process."""

from __future__ import annotations

import operator
import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.dialect.meaning import numbers
from sandbox.dialect.meaning.kinds import long
from sandbox.dialect.meaning.typenames import TypeName
from sandbox.errors import Sealed
from sandbox.facade import Facade
from sandbox.limits import checkpoint

_NUMBERS = frozenset({int, float, bool, complex, long})
_WIDTH = re.compile(r"%(?:\((?:[^()]|\([^()]*\))*\))?[-#0 +]*(\*|\d{6,})?(?:\.(\*|\d{6,}))?")
_BITS = 3.33
_WIDEST = 1_000_000


def _digits(value: int, limit: int) -> None:
    if value > limit:
        raise MemoryError("the result would be larger than a script may make")


def make(limit: int) -> dict[str, Callable[..., Any]]:
    """The guards for one size limit.

    Args:
        limit: most characters or items of one value; numbers may have a tenth as many digits.
    """
    bits = int(limit * _BITS / 10)

    def times(left: Any, right: Any) -> Any:
        # Two numbers need no look: a product takes at most a few times as long as its factors took.
        if left.__class__ in _NUMBERS and right.__class__ in _NUMBERS:
            return left * right  # type: ignore[operator]
        _product(left, right)
        return left * right

    def _product(left: Any, right: Any) -> None:
        if isinstance(left, int):
            if isinstance(right, int):
                if left.bit_length() + right.bit_length() > bits:
                    raise MemoryError("the number would be larger than a script may make")
                return
            count, sized = left, right
        elif isinstance(right, int):
            count, sized = right, left
        else:
            return
        sequence = isinstance(sized, str | list | tuple | bytes | bytearray)
        if sequence and count > 1 and count * len(sized) > limit:
            raise MemoryError("the result would be larger than a script may make")

    def _sum(left: Any, right: Any) -> None:
        sequence = isinstance(left, str | list | tuple | bytes | bytearray)
        if sequence and len(left) + len(right) > limit:
            raise MemoryError("the result would be larger than a script may make")

    def plus(left: Any, right: Any) -> Any:
        _sum(left, right)
        return left + right

    def plus_in_place(left: Any, right: Any) -> Any:
        _sum(left, right)
        left += right
        return left

    def times_in_place(left: Any, right: Any) -> Any:
        _product(left, right)
        left *= right
        return left

    def _power(left: Any, right: Any) -> None:
        whole = isinstance(left, int) and isinstance(right, int)
        if whole and right > 1 and left.bit_length() * right > bits and left not in (0, 1, -1):
            raise MemoryError("the number would be larger than a script may make")

    def power(left: Any, right: Any) -> Any:
        _power(left, right)
        return left**right

    def power_in_place(left: Any, right: Any) -> Any:
        _power(left, right)
        left **= right
        return left

    def dialect_power(left: Any, right: Any) -> Any:
        _power(left, right)
        return numbers.power(left, right)

    def dialect_shift(left: Any, right: Any) -> Any:
        _shift(left, right)
        return numbers.shift_left(left, right)

    def _shift(left: Any, right: Any) -> None:
        whole = isinstance(left, int) and isinstance(right, int)
        if whole and right > 0 and left.bit_length() + right > bits:
            raise MemoryError("the number would be larger than a script may make")

    def shift(left: Any, right: Any) -> Any:
        _shift(left, right)
        return left << right

    def shift_in_place(left: Any, right: Any) -> Any:
        _shift(left, right)
        left <<= right
        return left

    def pow_function(left: Any, right: Any, *modulo: Any) -> Any:
        if not modulo:
            _power(left, right)
        return pow(left, right, *modulo)

    return {
        "$plus": plus,
        "$plus=": plus_in_place,
        "$times": times,
        "$times=": times_in_place,
        "$pow": dialect_power,
        "$lshift": dialect_shift,
        "$power": power,
        "$power=": power_in_place,
        "$shift": shift,
        "$shift=": shift_in_place,
        "pow": pow_function.__call__,  # type: ignore[operator]
    }


# Formats looked at before whose widths are small and fixed. Bounded: scripts make formats.
_HARMLESS: set[str] = set()


def check_percent(template: Any, values: Any = None) -> None:
    """MemoryError for a ``%`` format whose width no text needs."""
    if template in _HARMLESS or "%" not in template:
        return
    for width, precision in _WIDTH.findall(template):
        for each in (width, precision):
            if each == "*":
                for value in values if isinstance(values, tuple) else (values,):
                    if isinstance(value, int) and abs(value) > _WIDEST:
                        raise MemoryError("the text would be larger than a script may make")
            elif each and int(each[:12]) > _WIDEST:
                raise MemoryError("the text would be larger than a script may make")
    if type(template) is str and "*" not in template and len(template) < 1000:
        if len(_HARMLESS) >= 1000:
            _HARMLESS.clear()
        _HARMLESS.add(template)


def _percent(function: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(template: Any, values: Any) -> Any:
        if template.__class__ in _NUMBERS:
            return function(template, values)
        if isinstance(template, str):
            check_percent(str.__str__(template), values)
        return function(template, values)

    return guarded


def sized_method(owner: Any, name: str, limit: int) -> Any:
    """A text method that can make far larger text than it got, checked when called."""
    if isinstance(owner, str | bytes | bytearray):
        return types.MethodType(_SIZED[name](limit), owner)
    return getattr(owner, name)


def _replaced(limit: int) -> Callable[..., Any]:
    def replace(text: Any, old: Any = None, new: Any = None, *count: Any) -> Any:
        if isinstance(new, str | bytes) and len(new) > 1 and isinstance(old, str | bytes):
            times = len(text) + 1 if not len(old) else text.count(old)
            _digits(len(text) + times * len(new), limit)
        return text.replace(old, new, *count)

    return replace


def _joined(limit: int) -> Callable[..., Any]:
    def join(text: Any, items: Any) -> Any:
        parts = items if type(items) in (list, tuple) else list(_checked_items(items))
        total = len(text) * len(parts)
        for part in parts:
            if isinstance(part, str | bytes):
                total += len(part)
        _digits(total, limit)
        return text.join(parts)

    return join


def _padded(name: str) -> Callable[[int], Callable[..., Any]]:
    def make_one(limit: int) -> Callable[..., Any]:
        def pad(text: Any, width: Any, *fill: Any) -> Any:
            if isinstance(width, int):
                _digits(width, limit)
            return getattr(text, name)(width, *fill)

        return pad

    return make_one


def _expanded(limit: int) -> Callable[..., Any]:
    def expandtabs(text: Any, size: Any = 8) -> Any:
        if isinstance(size, int) and size > 0:
            _digits(len(text) + text.count("\t") * size, limit)
        return text.expandtabs(size)

    return expandtabs


def _translated(limit: int) -> Callable[..., Any]:
    def translate(text: Any, table: Any, *deleted: Any) -> Any:
        made = text.translate(table, *deleted)
        _digits(len(made), limit)
        return made

    return translate


_SIZED: dict[str, Callable[[int], Callable[..., Any]]] = {
    "replace": _replaced,
    "join": _joined,
    "ljust": _padded("ljust"),
    "rjust": _padded("rjust"),
    "center": _padded("center"),
    "zfill": _padded("zfill"),
    "expandtabs": _expanded,
    "translate": _translated,
}


def _checked_items(items: Any) -> Any:
    for item in items:
        checkpoint()
        yield item


_LARGEST_RANGE = 1_000_000


def metered(items: Any) -> Any:
    """An iterable that C code may consume without a way to stop it, made stoppable.

    Generators and the iterators of scripts have checks of their own; what C makes has none.
    """
    kind = type(items)
    if kind is range:
        return items if len(items) < _LARGEST_RANGE else _checked_items(items)
    if kind in _ENDLESS:
        return _checked_items(items)
    return items


_ENDLESS = frozenset({enumerate, reversed, type(iter(int, 1)), type(iter(range(0))), map, zip})


def _consuming(function: Callable[..., Any]) -> Callable[..., Any]:
    def consume(*args: Any, **keywords: Any) -> Any:
        if args and (type(args[0]) is range or type(args[0]) in _ENDLESS):
            args = (metered(args[0]), *args[1:])
        return function(*args, **keywords)

    return consume


def _iterating(*args: Any) -> Any:
    if len(args) == 2:
        return _checked_items(iter(*args))
    return iter(*args)


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
        yield from _checked_items(reversed(self._numbers))

    def __repr__(self) -> str:
        return repr(self._numbers).replace("range", "xrange", 1)


def len_fits(numbers: range) -> bool:
    """Whether ``len`` can say how long a range is."""
    try:
        len(numbers)
    except OverflowError:
        return False
    return True


def _long_range(make_range: Callable[..., Any]) -> Callable[..., Any]:
    def xrange(*args: Any) -> Any:
        made = make_range(*args)
        if type(made) is range and (not len_fits(made) or len(made) >= _LARGEST_RANGE):
            return BigRange(made)
        return made

    return xrange


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


class _Enumerating:
    """``enumerate`` that cannot be nested into a chain of C iterators."""

    __slots__ = ()

    def __call__(self, items: Any, start: Any = 0) -> Any:
        if type(items) is enumerate:
            # Nested ones end in a recursion of C, when used and even when freed.
            items = list(_checked_items(items))
        return enumerate(items, start)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"'{name}' cannot be set here")


def bounded(table: dict[str, Any], limit: int) -> None:
    """Put the guards of the thread tier into a builtins table."""
    from sandbox.policy_names import SIZED_METHODS

    table.update(make(limit))
    for name in ("$mod", "$imod", "$format_percent"):
        table[name] = _percent(table[name])
    table["$modulo"] = _percent(operator.mod)
    plain_read = table["$getattr"]

    def read(owner: Any, name: str) -> Any:
        if name in SIZED_METHODS:
            return sized_method(owner, name, limit)
        return plain_read(owner, name)

    table["$getattr"] = read
    for name in ("sum", "any", "all", "sorted", "max", "min", "$sorted"):
        table[name] = _consuming(table[name])
        if name[0] != "$":
            table[name] = table[name].__call__
    table["iter"] = _iterating.__call__  # type: ignore[operator]
    table["xrange"] = TypeName(
        "xrange", range, BigRange, make=_long_range(table["xrange"]).__call__  # type: ignore[operator]
    )
    table["enumerate"] = _Enumerating()
    table["slice"] = Slice
