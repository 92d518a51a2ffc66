"""What a handler returned, as the trace shows it: Python 2's ``repr``, at most so long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from runtime.payload import describe, plain_container, travels
from sandbox.dialect.meaning.errors import class_name
from sandbox.dialect.meaning.kinds import bytestr, long, unicode
from sandbox.dialect.meaning.representation import python2_repr

SHOWN: Final = 1_000
"""Characters that are kept; the rest of a longer value is left out."""

_DEPTH: Final = 20
_BITS: Final = 4_000
"""A whole number with more than these would take its time to write."""

_SMALL: Final = 2**63

_CUT: Final = "…"
_BRACKETS: Final[dict[type, tuple[str, str]]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("set([", "])"),
    frozenset: ("frozenset([", "])"),
    dict: ("{", "}"),
}
_TEXTS: Final[frozenset[Any]] = frozenset({str, unicode, bytestr, bytes})
_SCALARS: Final[frozenset[Any]] = frozenset({type(None), bool, int, long, float})


def kept(value: Any) -> str | float:
    """What a delivery keeps of a value: a number itself, for it is written when it is looked at."""
    kind = type(value)
    if kind is float or kind is bool or (kind is int and -_SMALL < value < _SMALL):
        # Nearly all that handlers return, on the way of every message.
        return value  # type: ignore[no-any-return]
    return shown(value)


def shown(value: Any, room: int = SHOWN) -> str:
    """The value in the words of ``repr``, in a time that its size has no part in.

    No code of the script is run: what is no plain data is named by its type.

    Args:
        value: what a handler returned.
        room: most characters of it; one more says that there would be more.
    """
    parts: list[str] = []
    left = room
    try:
        for part in _parts(value, _DEPTH, room):
            parts.append(part[:left])
            left -= len(part)
            if left < 0:
                return "".join(parts) + _CUT
    except RuntimeError:
        # Another thread of the script changes it meanwhile.
        return "".join(parts) + _CUT
    return "".join(parts)


def _parts(value: Any, depth: int, room: int) -> Iterator[str]:
    kind = type(value)
    if kind in _TEXTS:
        # One more than there is room for, so that whoever cuts sees that it is cut.
        yield python2_repr(value[: room + 1])
    elif kind in _SCALARS:
        if isinstance(value, int) and int.bit_length(value) > _BITS:
            yield f"<a number of {int.bit_length(value)} bits>"
        else:
            yield python2_repr(value)
    elif kind in _BRACKETS:
        yield from _container(value, kind, depth, room)
    else:
        inside = plain_container(value)
        if inside is not None:
            yield class_name(kind)
            yield from _container(inside, type(inside), depth, room)
        elif travels(kind):
            yield python2_repr(value)
        else:
            yield f"<{describe(value).removeprefix('an ').removeprefix('a ')}>"


def _container(value: Any, kind: type, depth: int, room: int) -> Iterator[str]:
    before, after = _BRACKETS[kind]
    yield before
    if depth <= 0:
        yield _CUT
    else:
        comma = ""
        for item in value.items() if kind is dict else value:
            yield comma
            comma = ", "
            if kind is dict:
                yield from _parts(item[0], depth - 1, room)
                yield ": "
                yield from _parts(item[1], depth - 1, room)
            else:
                yield from _parts(item, depth - 1, room)
        if kind is tuple and len(value) == 1:
            yield ","
    yield after
