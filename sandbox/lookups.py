"""Dictionaries and sets that do not change while the interpreter searches them.

It asks a script's keys whether they are equal in the middle of a search, and then knows by its
address alone whether the table is the one it was in: of one that was freed meanwhile, another may
have been made in the same place. So a class holds a function of ours as its ``__eq__``, and what
would give a table a new place is refused to the script while that runs.
"""

from __future__ import annotations

import gc
import sys
import types
from threading import get_ident
from typing import Any, Final

from sandbox.limits import STOP, checkpoint

_type_dict = type.__dict__["__dict__"].__get__
_type_mro = type.__dict__["__mro__"].__get__
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})

ASKING: Final[dict[int, int]] = {}
"""How many such functions each thread is in; ``$asking`` of compiled scripts, mostly empty."""


def asked(hook: Any) -> Any:
    """What a class holds as its ``__eq__`` where a script has ``hook``."""
    if hook is None or is_asked(hook):
        return hook

    def __eq__(self: Any, other: Any) -> Any:
        me = get_ident()
        outer = ASKING.get(me, 0)
        ASKING[me] = outer + 1
        try:
            if type(hook) is types.FunctionType:
                return hook(self, other)
            if STOP["$stop"]:
                checkpoint()
            return _bound(hook, self, type(self))(other)
        finally:
            if outer:
                ASKING[me] = outer
            else:
                del ASKING[me]

    return __eq__


_ASKED: Final = next(c for c in asked.__code__.co_consts if type(c) is types.CodeType)


def asking(function: Any, *args: Any) -> Any:
    """Call a script's function that may be asked in the middle of a search."""
    me = get_ident()
    outer = ASKING.get(me, 0)
    ASKING[me] = outer + 1
    try:
        return function(*args)
    finally:
        if outer:
            ASKING[me] = outer
        else:
            del ASKING[me]


def is_asked(function: Any) -> bool:
    """Whether a function is one that ``asked`` made."""
    return type(function) is types.FunctionType and function.__code__ is _ASKED


def hook_of(function: Any) -> Any:
    """The script's own behind such a function."""
    return function.__closure__[0].cell_contents


def shown_eq(value: Any, owner: Any) -> Any:
    """What a script gets where it reads ``__eq__`` of what has one of its own.

    Args:
        value: what was read.
        owner: what it was read from, for what is no function.
    """
    if type(value) is types.MethodType:
        if is_asked(value.__func__):
            target = value.__self__
            return _bound(hook_of(value.__func__), target, type(target))
    elif is_asked(value):
        return _bound(hook_of(value), None, owner)
    return value


def _bound(value: Any, instance: Any, owner: Any) -> Any:
    for cls in _type_mro(type(value)):
        held = _type_dict(cls)
        if "__get__" in held:
            return held["__get__"](value, instance, owner)
    return value


def change(table: Any) -> None:
    """Refuse to give a dictionary or set another table, where one may be searched.

    Errors: RuntimeError within a script's ``__eq__``.
    """
    if get_ident() in ASKING and isinstance(table, dict | set):
        raise _refused(table)


def _refused(table: Any) -> RuntimeError:
    what = "set" if isinstance(table, set) else "dictionary"
    return RuntimeError(
        f"a {what} cannot be changed within __eq__ or __cmp__, which may be asked in a search of it"
    )


def operand(value: Any) -> Any:
    """``$operand``: what is taken from a set, or kept of one, in place."""
    if isinstance(value, set | frozenset):
        change(set())
    return value


def storing(owner: Any) -> Any:
    """``$storing``: what stands for the owner of an item that is stored."""
    if get_ident() not in ASKING or not isinstance(owner, dict):
        return owner
    for cls in _type_mro(type(owner)):
        if "__setitem__" in _type_dict(cls):
            # A function, a script's or one of ours, comes here itself if it stores.
            return Stored(owner) if cls is dict else owner
    return owner


class Stored:
    """A dictionary whose items may be replaced: that leaves the table where it is."""

    __slots__ = ("_table",)

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getitem__(self, key: Any) -> Any:
        return self._table[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        table = self._table
        if type(key) not in _PLAIN or not dict.__contains__(table, key):
            raise _refused(table)
        table[key] = value

    def __delitem__(self, key: Any) -> None:
        del self._table[key]


def change_attribute(owner: Any, name: str) -> None:
    """The same for the dictionary of an instance or function that is given a new attribute.

    One that nobody else refers to is not being searched.
    """
    if get_ident() not in ASKING:
        return
    referred = gc.get_referents(owner)
    held = getattr(owner, "__dict__", None) if type(owner) is types.FunctionType else _own(owner)
    if type(held) is not dict or not any(one is held for one in referred):
        # It was made by asking for it.
        return
    if name not in held and sys.getrefcount(held) > _ALONE:
        raise _refused(held)


def _own(owner: Any) -> Any:
    try:
        return object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return None


# The owner, the list of what it refers to, the variable, and the call that counts.
_ALONE: Final = 4
