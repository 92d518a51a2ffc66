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
from time import monotonic, sleep
from typing import Any, Final

from sandbox.limits import STOP, checkpoint, current_run

_type_dict = type.__dict__["__dict__"].__get__
_type_mro = type.__dict__["__mro__"].__get__

ASKING: Final[dict[int, Any]] = {}
"""The threads that are in such a function, each with what its run's scripts share.

``$asking`` of compiled scripts, which is empty nearly always.
"""

_WAITED: Final = 1.0
"""Seconds that a thread waits for the searches of others, which are over at once."""

_TRUTHS: Final = ("__bool__", "__len__")


def asked(hook: Any) -> Any:
    """What a class holds as its ``__eq__`` where a script has ``hook``."""
    if hook is None or is_asked(hook):
        return hook

    def __eq__(self: Any, other: Any) -> Any:
        me = get_ident()
        outer = me in ASKING
        if not outer:
            ASKING[me] = _shared()
        try:
            if type(hook) is types.FunctionType:
                answer = hook(self, other)
            else:
                if STOP["$stop"]:
                    checkpoint()
                answer = bound(hook, self, type(self))(other)
            kind = type(answer)
            if kind is bool or answer is NotImplemented or not _has_own_truth(kind):
                return answer
            # The interpreter would ask for it in the middle of its search.
            return bool(answer)
        finally:
            if not outer:
                del ASKING[me]

    return __eq__


_ASKED: Final = next(c for c in asked.__code__.co_consts if type(c) is types.CodeType)


def _shared() -> Any:
    run = current_run()
    return None if run is None else run.environment


def _has_own_truth(kind: type) -> bool:
    for cls in _type_mro(kind):
        held = _type_dict(cls)
        for name in _TRUTHS:
            if name in held and type(held[name]) is not types.WrapperDescriptorType:
                return True
    return False


def asking(function: Any, *args: Any) -> Any:
    """What a function gives that may run a script's code in the middle of a search."""
    me = get_ident()
    if me in ASKING:
        return function(*args)
    ASKING[me] = _shared()
    try:
        return function(*args)
    finally:
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
            return bound(hook_of(value.__func__), target, type(target))
    elif is_asked(value):
        return bound(hook_of(value), None, owner)
    return value


def bound(value: Any, instance: Any, owner: Any) -> Any:
    """What a class's value is on an instance, or on the class itself."""
    for cls in _type_mro(type(value)):
        held = _type_dict(cls)
        if "__get__" in held:
            return held["__get__"](value, instance, owner)
    return value


def change(table: Any) -> None:
    """Refuse to give a dictionary or set another table, where one may be searched.

    Another thread's search is waited for, where the two may share the table.

    Errors: RuntimeError within a script's ``__eq__``.
    """
    if ASKING and isinstance(table, dict | set):
        if get_ident() in ASKING:
            raise _refused(table)
        _let_others_end()


def late(value: Any) -> Any:
    """``$late``: what is evaluated last before a table may change; others may have begun."""
    if get_ident() not in ASKING:
        _let_others_end()
    return value


def resumed(value: Any) -> Any:
    """``$resumed``: the same where a generator may have been resumed in a search."""
    if get_ident() in ASKING:
        raise _refused({})
    return late(value)


def _let_others_end() -> None:
    shared = _shared()
    until = monotonic() + _WAITED
    while any(each is shared for each in list(ASKING.values())):
        checkpoint()
        if monotonic() > until:
            raise RuntimeError("another thread is in an __eq__ or __cmp__ that does not end")
        # Long enough for the other thread to go on: most are over in a few instructions.
        sleep(0.001)


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
    if not isinstance(owner, dict):
        return owner
    if get_ident() not in ASKING:
        _let_others_end()
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
        if not _holds(table, key):
            raise _refused(table)
        table[key] = value


_PLAIN: Final = frozenset({str, int})


def _holds(table: Any, key: Any) -> bool:
    """Whether there is such a key, a plain one, without asking one of a script's."""
    kind = type(key)
    return kind in _PLAIN and any(
        type(one) is kind and one == key for one in list(dict.keys(table))
    )


def change_attribute(owner: Any, name: str) -> None:
    """The same for the dictionary of an instance or function that is given a new attribute.

    One of names alone that nobody else refers to is not being searched.
    """
    if get_ident() not in ASKING:
        _let_others_end()
        return
    referred = gc.get_referents(owner)
    held = getattr(owner, "__dict__", None) if type(owner) is types.FunctionType else _own(owner)
    if not isinstance(held, dict) or not any(one is held for one in referred):
        # It was made by asking for it.
        return
    count = sys.getrefcount(held)
    if _holds(held, name):
        return
    if count > _ALONE or any(type(each) is not str for each in list(dict.keys(held))):
        raise _refused(held)


def _own(owner: Any) -> Any:
    try:
        return object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return None


# The owner, the list of what it refers to, the variable, and the call that counts.
_ALONE: Final = 4
