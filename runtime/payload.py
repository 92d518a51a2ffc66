"""The copy made of a payload at the call: what travels, and where in it something cannot.

This is on the hot path of every message; ``tests/benchmarks/bench_dispatch.py`` stands beside it.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from runtime.errors import PayloadError
from sandbox.dialect.meaning import bytestr, long, unicode
from sandbox.dialect.meaning.errors import class_name
from sandbox.limits import checkpoint, register_flag

MAX_DEPTH: Final = 64
"""Levels of containers a payload may nest; a cycle is found by it."""

Copier = Callable[[Any, int], Any]

_ATOMS: set[type] = {
    type(None),
    bool,
    int,
    float,
    str,
    bytes,
    unicode,
    bytestr,
    long,
    Decimal,
    datetime,
    date,
    time,
    timedelta,
}
_COPIERS: dict[type, Copier] = {}
# Lists that share their parts copy to far more than they are: a stop gets in between.
_STOPS: dict[str, Any] = {}
_FLAG = register_flag(_STOPS)
_PLAIN: dict[type, Callable[[Any], Any]] = {}
_PARTS: dict[type, Callable[[Any], list[Any]]] = {
    dict: lambda value: [*value.keys(), *value.values()],
    list: list,
    tuple: list,
    set: list,
    frozenset: list,
}
_SORTED: set[type] = set()


_CHANGED: Final = "it was changed by another thread while it was sent"


class _CannotTravel(Exception):
    """Something in the value cannot be sent; where is looked for only then."""


def register_atom(kind: type) -> None:
    """Let values of exactly this type travel as they are: they must be immutable."""
    _ATOMS.add(kind)


def register_copier(kind: type, copy: Copier, parts: Callable[[Any], list[Any]] = list) -> None:
    """Let values of exactly this type travel as ``copy(value, levels left)`` makes them.

    Args:
        kind: no container of scripts, for which there is ``register_container``.
        copy: makes the copy.
        parts: the values that one holds.
    """
    _COPIERS[kind] = copy
    _PARTS[kind] = parts


def register_container(
    kind: type, plain: Callable[[Any], Any], unsortable: tuple[type[BaseException], ...] = ()
) -> None:
    """Let containers of exactly this type travel, what is in them copied.

    Args:
        kind: its instances are made anew from what ``plain`` gave.
        plain: gives the list or dict of what one holds.
        unsortable: what ``plain`` raises of one that cannot be sorted; empty when it sorts nothing.
    """

    def copy(value: Any, depth: int) -> Any:
        try:
            inside = plain(value)
        except TypeError:
            raise _CannotTravel from None
        return kind(_copy(inside, depth))

    def copy_sorted(value: Any, depth: int) -> Any:
        made = copy(value, depth)
        try:
            # A comparator stays behind: whoever reads the copy must not be the one who finds out.
            plain(made)
        except unsortable:
            raise _CannotTravel from None
        return made

    _COPIERS[kind] = copy_sorted if unsortable else copy
    _PLAIN[kind] = plain
    if unsortable:
        _SORTED.add(kind)


def travels(kind: type) -> bool:
    """Whether values of exactly this type can be sent, whatever they hold."""
    return kind in _ATOMS or kind in _COPIERS


def plain_container(value: Any) -> Any:
    """The list or dict of what a container holds that travels as its own type; None for others."""
    plain = _PLAIN.get(type(value))
    try:
        return None if plain is None else plain(value)
    except TypeError:
        return None


def parts_of(value: Any) -> list[Any]:
    """The values that a copy holds; none for what holds no others."""
    parts = _PARTS.get(type(value))
    if parts is not None:
        return parts(value)
    plain = plain_container(value)
    return [] if plain is None else [plain]


def copy_value(value: Any, name: str = "payload", depth: int = MAX_DEPTH) -> Any:
    """A copy that shares nothing mutable with the value.

    Args:
        value: what a script, or the embedding program, wants to send.
        name: how an error calls the value.
        depth: levels of containers allowed.

    Raises:
        PayloadError: for what cannot travel; it names the path inside the value.
    """
    if type(value) in _ATOMS:
        return value
    try:
        return _copy(value, depth)
    except _CannotTravel:
        raise _explain(value, name, depth) from None
    except RecursionError:
        # Its depth is bounded: it is the caller who has no room left on the stack.
        raise
    except RuntimeError:
        raise PayloadError(name, _CHANGED) from None


def copy_payload(value: Any, depth: int = MAX_DEPTH) -> dict[Any, Any]:
    """The copy of a message's payload: a dict, empty when the value is None.

    Raises:
        PayloadError: for anything that is not a dict (our choice), or holds what cannot travel.
    """
    if value is None:
        return {}
    if type(value) is dict:
        try:
            return copy_mapping(value, depth)
        except _CannotTravel:
            raise _explain(value, "payload", depth) from None
        except RecursionError:
            raise
        except RuntimeError:
            raise PayloadError("payload", _CHANGED) from None
    copied = copy_value(value, "payload", depth)
    if type(copied) is not dict:
        raise PayloadError("payload", f"it must be a dictionary, not {describe(value)}")
    return copied


def copy_mapping(value: dict[Any, Any], depth: int) -> dict[Any, Any]:
    """Copy a dict item by item; also the copier of dict-like types that travel as a dict."""
    if depth <= 0:
        raise _CannotTravel
    if _STOPS["$stop"]:
        checkpoint()
    atoms = _ATOMS
    depth -= 1
    return {
        key if type(key) in atoms else _copy_key(key, depth): item
        if type(item) in atoms
        else _copy(item, depth)
        for key, item in value.items()
    }


def copy_sequence(value: Any, depth: int) -> list[Any]:
    """Copy a list item by item; also the copier of list-like types that travel as a list."""
    if depth <= 0:
        raise _CannotTravel
    if _STOPS["$stop"]:
        checkpoint()
    atoms = _ATOMS
    depth -= 1
    return [item if type(item) in atoms else _copy(item, depth) for item in value]


def _copy(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is dict:
        return copy_mapping(value, depth)
    if kind is list:
        return copy_sequence(value, depth)
    if kind in _ATOMS:
        return value
    copier = _COPIERS.get(kind)
    if copier is None:
        raise _CannotTravel
    return copier(value, depth)


copy_inside = _copy
"""Copies what a container of a further type holds; see ``register_copier``."""


def _copy_key(key: Any, depth: int) -> Any:
    kind = type(key)
    if kind is tuple or kind is frozenset or kind in _COPIERS:
        copied = _copy(key, depth)
        try:
            hash(copied)
        except TypeError:
            raise _CannotTravel from None
        return copied
    raise _CannotTravel


def _copy_tuple(value: Any, depth: int) -> Any:
    return tuple(copy_sequence(value, depth))


def _copy_set(value: Any, depth: int) -> Any:
    return {_copy_member(item, depth - 1) for item in value}


def _copy_frozenset(value: Any, depth: int) -> Any:
    return frozenset(_copy_member(item, depth - 1) for item in value)


def _copy_member(item: Any, depth: int) -> Any:
    return item if type(item) in _ATOMS else _copy_key(item, depth)


_COPIERS.update(
    {
        dict: copy_mapping,
        list: copy_sequence,
        tuple: _copy_tuple,
        set: _copy_set,
        frozenset: _copy_frozenset,
    }
)


def describe(value: Any) -> str:
    """What a value is, in a script author's words."""
    kind = type(value)
    name = class_name(kind)
    if name in ("function", "method", "builtin_function_or_method", "builtin_method"):
        return "a function"
    if name == "generator":
        return "a generator"
    if isinstance(value, type):
        return "a class"
    if isinstance(value, BaseException):
        return f"an exception ({name})"
    if kind in _ATOMS or kind in _COPIERS:
        return f"a {name}"
    return f"an object of type {name}"


def _explain(value: Any, path: str, depth: int, above: tuple[int, ...] = ()) -> PayloadError:
    if id(value) in above:
        return PayloadError(path, "it contains itself, and so cannot be sent")
    if depth <= 0 and type(value) not in _ATOMS:
        return PayloadError(path, f"it is nested deeper than {MAX_DEPTH} levels")
    given = kind = type(value)
    inside = (*above, id(value))
    if kind in _PLAIN:
        try:
            value = _PLAIN[kind](value)
            kind = type(value)
        except TypeError:
            return PayloadError(path, f"a {class_name(kind)} with such keys cannot be sent")
    if kind is dict:
        for key, item in value.items():
            if type(key) not in _ATOMS:
                try:
                    _copy_key(key, depth - 1)
                except _CannotTravel:
                    return PayloadError(path, f"{describe(key)} cannot be a key that is sent")
            if isinstance(key, str):
                step = str.__repr__(key)
            else:
                step = repr(key) if type(key) in (int, float, bool, type(None)) else describe(key)
            found = _faulty(item, f"{path}[{step}]", depth - 1, inside)
            if found is not None:
                return found
    elif kind is list or kind is tuple:
        for index, item in enumerate(value):
            found = _faulty(item, f"{path}[{index}]", depth - 1, inside)
            if found is not None:
                return found
    elif kind is set or kind is frozenset:
        for item in value:
            if type(item) not in _ATOMS:
                try:
                    _copy_key(item, depth - 1)
                except _CannotTravel:
                    return PayloadError(path, f"{describe(item)} in a set cannot be sent")
    if given in _SORTED:
        return PayloadError(
            path, f"a {class_name(given)} that only a comparator can sort cannot be sent"
        )
    return PayloadError(path, f"{describe(value)} cannot be sent")


def _faulty(item: Any, path: str, depth: int, above: tuple[int, ...]) -> PayloadError | None:
    if type(item) in _ATOMS:
        return None
    if id(item) in above:
        return _explain(item, path, depth, above)
    try:
        _copy(item, depth)
    except _CannotTravel:
        return _explain(item, path, depth, above)
    return None
