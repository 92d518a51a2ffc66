"""Guards against values that grow without bound, for the tier that shares the host's process."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from sandbox.dialect.meaning import numbers
from sandbox.dialect.meaning.containers import as_wide
from sandbox.dialect.meaning.kinds import bytestr, long, unicode
from sandbox.dialect.meaning.typenames import TypeName
from sandbox.limits_comparisons import COMPARISONS
from sandbox.limits_consuming import (
    CHECKED_BUILTINS,
    CONSUMING,
    LARGEST_RANGE,
    BigRange,
    consuming,
    iterating,
    len_fits,
)
from sandbox.limits_formats import percent_guards
from sandbox.limits_methods import sized_reader
from sandbox.limits_nesting import LIGHT, check_repeated, flat, nested
from sandbox.limits_sizes import (
    WIDE,
    check_division,
    check_power,
    check_product,
    check_shift,
    exact,
    factors,
    length,
    too_large,
    whole,
)

_PLAIN = frozenset({int, float, bool, complex, long, type(None)})
_WHOLE = frozenset({int, bool, long})
_TEXTS = frozenset({str, unicode, bytestr})
_LISTS = (list, tuple, deque)


def make(limit: int) -> dict[str, Callable[..., Any]]:
    """The guards for one size limit.

    Args:
        limit: most characters or items of one value; numbers may have a tenth as many digits.
    """
    half = limit // 2

    def addend(value: Any) -> Any:
        """What is added to something: no larger than half of what a value may be.

        Whatever doubles adds itself to itself; what adds small things grows slowly enough for the
        watchdog.
        """
        kind = value.__class__
        if kind in _PLAIN:
            return value
        if kind in _TEXTS:
            if len(value) > half:
                raise too_large()
        elif length(value) > half:
            raise too_large()
        return value

    def check_parts(left: Any, right: Any) -> None:
        if isinstance(left, _LISTS):
            if isinstance(right, int):
                check_repeated(left, exact(right), limit)
        elif isinstance(right, _LISTS) and isinstance(left, int):
            check_repeated(right, exact(left), limit)

    def times(left: Any, right: Any) -> Any:
        one, two = left.__class__, right.__class__
        if one in _PLAIN and two in _PLAIN:
            whole = one in _WHOLE and two in _WHOLE
            if whole and not (-WIDE < left < WIDE or -WIDE < right < WIDE):
                check_product(left, right, limit)
            return left * right
        left, right = factors(left, right)
        check_product(left, right, limit)
        check_parts(left, right)
        return left * right

    def times_itself(left: Any, right: Any) -> Any:
        if type(left) is float:
            return left * right
        check_product(left, right, limit)
        check_parts(left, right)
        return left * right

    def times_in_place(left: Any, right: Any) -> Any:
        left, right = factors(left, right)
        check_product(left, right, limit)
        check_parts(left, right)
        left *= right
        return left

    def power(left: Any, right: Any) -> Any:
        check_power(left, right, limit)
        return left**right

    def power_in_place(left: Any, right: Any) -> Any:
        check_power(left, right, limit)
        left **= right
        return left

    def dialect_power(left: Any, right: Any) -> Any:
        check_power(left, right, limit)
        return numbers.power(left, right)

    def dialect_shift(left: Any, right: Any) -> Any:
        check_shift(left, right, limit)
        return numbers.shift_left(left, right)

    def shift(left: Any, right: Any) -> Any:
        check_shift(left, right, limit)
        return left << right

    def shift_in_place(left: Any, right: Any) -> Any:
        check_shift(left, right, limit)
        left <<= right
        return left

    def pow_function(left: Any, right: Any, *modulo: Any) -> Any:
        if len(modulo) == 1:
            return power_modulo(left, right, modulo[0])
        if modulo:
            return pow(left, right, *modulo)
        check_power(left, right, limit)
        return pow(left, right)

    def floor_division(left: Any, right: Any) -> Any:
        check_division(left, right)
        return left // right

    def floor_division_in_place(left: Any, right: Any) -> Any:
        check_division(left, right)
        left //= right
        return left

    def divmod_function(*numbers: Any) -> Any:
        if len(numbers) == 2:
            check_division(*numbers)
        return divmod(*numbers)  # type: ignore[misc]

    divmod_function.__name__ = "divmod"
    pow_function.__name__ = "pow"

    return {
        "$addend": addend,
        "$floordiv": floor_division,
        "$floordiv=": floor_division_in_place,
        "divmod": divmod_function.__call__,  # type: ignore[operator]
        "$times": times,
        "$times=": times_in_place,
        "$times_itself": times_itself,
        "$times_itself=": times_in_place,
        "$pow": dialect_power,
        "$lshift": dialect_shift,
        "$power": power,
        "$power=": power_in_place,
        "$shift": shift,
        "$shift=": shift_in_place,
        "pow": pow_function.__call__,  # type: ignore[operator]
    }


_MODULAR_WORK = 30_000_000_000
"""Steps of single bits that ``pow(a, b, m)`` may take: about half a second."""


def power_modulo(left: Any, right: Any, modulo: Any) -> Any:
    """``pow(a, b, m)``; MemoryError where the interpreter would not come back from it."""
    if isinstance(left, int) and isinstance(right, int) and isinstance(modulo, int):
        size = int.bit_length(modulo)
        if int.bit_length(left) > 10 * size + 1_000_000:
            left = int(left) % int(modulo)
        if int.bit_length(right) * size * size > _MODULAR_WORK:
            raise MemoryError("the number would take longer than a script may calculate")
    return pow(left, right, modulo)


def few(characters: Any) -> Any:
    """What ``strip`` is to take off: each character once, for it looks at all of them each time."""
    if type(characters) not in _TEXTS or len(characters) < 256:
        return characters
    made = "".join(frozenset(str.__str__(characters)))
    return made if type(characters) is str else type(characters)(made)


def counter(limit: int) -> Callable[[Any], Any]:
    """The guard for an argument that may say how many bytes there shall be."""

    def count(value: Any) -> Any:
        size = whole(value)
        if isinstance(size, int) and size > limit:
            raise too_large()
        return size

    return count


def _checked_range(make_range: Callable[..., Any], limit: int) -> Callable[..., Any]:
    def python2_range(*args: Any) -> Any:
        made = make_range(*args)
        # Each of its items is a number that takes as much room as five characters or more.
        if not len_fits(made) or len(made) > limit // 4:
            raise too_large()
        return list(made)

    return python2_range


def _long_range(make_range: Callable[..., Any]) -> Callable[..., Any]:
    def xrange(*args: Any) -> Any:
        made = make_range(*args)
        if type(made) is range and (not len_fits(made) or len(made) >= LARGEST_RANGE):
            return BigRange(made)
        return made

    return xrange


def bounded(table: dict[str, Any], limit: int) -> None:
    """Put the guards of the thread tier into a builtins table."""
    from sandbox.dialect.meaning.containers import checked_range

    table.update(make(limit))
    table.update(percent_guards(table, limit))
    table["$flat"] = flat
    table["$few"] = few
    table["$count"] = counter(limit)
    table["$nested"] = nested
    table["$type"] = type
    table["$numbers"] = _PLAIN
    table["$light"] = LIGHT
    table.update(COMPARISONS)
    read = table["$getattr"] = sized_reader(table["$getattr"], limit)

    def with_unicode(text: Any, name: str, *args: Any) -> Any:
        return read(as_wide(text), name)(*args)

    table["$with_unicode"] = with_unicode
    for name in CONSUMING:
        table[name] = consuming(table[name])
        if name[0] != "$":
            table[name] = table[name].__call__
    for name, function in CHECKED_BUILTINS.items():
        table[name] = function if name[0] == "$" else function.__call__
    table["iter"] = iterating.__call__  # type: ignore[operator]
    table["range"] = _checked_range(checked_range, limit).__call__  # type: ignore[operator]
    table["xrange"] = TypeName(
        "xrange", range, BigRange, make=_long_range(table["xrange"]).__call__  # type: ignore[operator]
    )


__all__ = ["bounded", "make"]
