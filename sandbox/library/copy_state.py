"""How objects of scripts' classes are copied: their items, attributes, and what their methods say.

What ``__reduce__`` and its kin give is done as if the script did it: what it names is called, and
stores pass the guards, whatever object came of it.
"""

from __future__ import annotations

import contextlib
import datetime
import types
from collections.abc import Callable
from typing import Any, Final

from sandbox.dialect.meaning.hooks import hooks
from sandbox.dialect.meaning.identity import identity
from sandbox.dialect.meaning.typenames import is_old_style
from sandbox.guards_metaclass import ScriptType
from sandbox.guards_stores import guarded_setattr, plain_write
from sandbox.library.datetime_module import same_moment
from sandbox.library.values import type_name
from sandbox.limits_consuming import checked_items

NOTHING: Final[Any] = object()
"""What there is where a class says nothing of how it is copied."""

Each = Callable[[Any], Any]
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__


def _base_of(kind: Any) -> Any:
    return next(
        (one for one in (list, dict, set, tuple, BaseException) if issubclass(kind, one)), None
    )


def is_the_hosts(kind: Any) -> bool:
    """Whether a class is the host's own, whose objects are not taken apart."""
    if isinstance(kind, ScriptType) or _base_of(kind) is not None:
        return False
    text: str = kind.__module__
    return text.startswith(("sandbox.", "runtime."))


def _own(kind: Any, name: str) -> bool:
    """Whether a script's class says under that name how its objects are copied."""
    for cls in _mro_of(kind):
        if name in _dict_of(cls):
            return isinstance(cls, ScriptType)
    return False


def _ask(value: Any, name: str, *args: Any) -> Any:
    return hooks.read_attribute(value, name)(*args)


def reduced(x: Any, each: Each, memo: dict[Any, Any] | None) -> Any:
    """The copy that ``__reduce__`` or ``__reduce_ex__`` of a script's class describes.

    Args:
        x: what is copied.
        each: makes the copy of a part.
        memo: where the copy is noted before its parts are copied, in deep copies.
    """
    kind = type(x)
    if is_old_style(kind):
        return NOTHING
    if _own(kind, "__reduce_ex__"):
        parts = _ask(x, "__reduce_ex__", 2)
    elif _own(kind, "__reduce__"):
        parts = _ask(x, "__reduce__")
    else:
        return NOTHING
    if isinstance(parts, str):
        return x
    if not isinstance(parts, tuple) or not 2 <= tuple.__len__(parts) <= 5:
        raise AssertionError
    function, args, state, items, pairs = [*tuple.__iter__(parts), None, None, None][:5]
    if not isinstance(args, tuple | list):
        raise TypeError("type argument after * must be a sequence")
    made = function(*map(each, list(args)))
    if memo is not None:
        memo[identity(x)] = made
    if state:
        _set_state(made, each(state))
    if items is not None:
        append = hooks.read_attribute(made, "append")
        for item in checked_items(items):
            append(each(item))
    if pairs is not None:
        store = hooks.read_attribute(made, "__setitem__")
        for key, item in checked_items(pairs):
            store(each(key), each(item))
    return made


def blank(x: Any, each: Each) -> Any:
    """A new object without attributes, of the class of another one unless its ``__new__`` lies."""
    kind: Any = type(x)
    base = _base_of(kind)
    if is_old_style(kind):
        if _own(kind, "__getinitargs__"):
            return kind(*map(each, list(checked_items(_ask(x, "__getinitargs__")))))
    elif _own(kind, "__getnewargs__"):
        return kind.__new__(kind, *map(each, list(checked_items(_ask(x, "__getnewargs__")))))
    if base is tuple:
        return tuple.__new__(kind, [each(item) for item in tuple.__iter__(x)])
    if base is BaseException:
        # Never by the script's own: it may give anything.
        real: Any = next(cls for cls in _mro_of(kind) if not isinstance(cls, ScriptType))
        args = BaseException.args.__get__(x)  # type: ignore[attr-defined]
        made = real.__new__(kind, *args)
        BaseException.args.__set__(made, args)  # type: ignore[attr-defined]
        return made
    if issubclass(kind, datetime.date | datetime.time):
        return same_moment(x)
    return kind.__new__(kind)


def takes_state(x: Any, made: Any, each: Each) -> bool:
    """Whether ``__getstate__`` or ``__setstate__`` of a class have seen to the attributes."""
    kind = type(x)
    sets = _own(kind, "__setstate__")
    if _own(kind, "__getstate__"):
        state = _ask(x, "__getstate__")
    elif sets:
        state = dict(dict.items(getattr(x, "__dict__", {})))
    else:
        return False
    _copy_slots(x, made, each, hosts=True)
    if state or (sets and is_old_style(kind)):
        _set_state(made, each(state))
    return True


def _set_state(made: Any, state: Any) -> None:
    try:
        take = hooks.read_attribute(made, "__setstate__")
    except AttributeError:
        take = None
    if take is not None:
        take(state)
        return
    slots = None
    if isinstance(state, tuple) and tuple.__len__(state) == 2:
        state, slots = tuple.__iter__(state)
    for names, store in ((state, plain_write), (slots, guarded_setattr)):
        if names is None:
            continue
        if not isinstance(names, dict):
            raise TypeError(f"'{type_name(names)}' object is not iterable")
        for name, value in list(dict.items(names)):
            store(made, name, value)


def copy_attributes(x: Any, made: Any, each: Each) -> None:
    """Give a copy the attributes of the original, those in slots as well."""
    for name, value in list(dict.items(getattr(x, "__dict__", {}))):
        dict.__setitem__(made.__dict__, name, each(value))
    _copy_slots(x, made, each)


def _copy_slots(x: Any, made: Any, each: Each, hosts: bool = False) -> None:
    """The slots themselves: a name may mean something else on the object.

    Args:
        hosts: only those of classes of the host's.
    """
    kind = type(x)
    for owner in _mro_of(kind):
        script = isinstance(owner, ScriptType)
        for value in [] if hosts and script else list(_dict_of(owner).values()):
            if type(value) is types.MemberDescriptorType and value.__objclass__ is owner:
                with contextlib.suppress(AttributeError):
                    found = value.__get__(x, kind)
                    value.__set__(made, each(found) if script else found)


def copy_items(x: Any, made: Any, each: Each) -> None:
    """Give a copy of a list, dict or set the items of the original."""
    base = _base_of(type(x))
    if base is list:
        list.extend(made, [each(item) for item in list.__iter__(x)])
    elif base is dict:
        for key, item in list(dict.items(x)):
            dict.__setitem__(made, each(key), each(item))
    elif base is set:
        set.update(made, [each(item) for item in list(x)])
