"""``__iter__`` of scripts' classes, which the interpreter always finds as a plain function.

Where a class has ``__getitem__`` and the look-up of ``__iter__`` gives nothing, or fails, the
interpreter takes an iterator of its own, which gives its reference to the object back twice where
``__getitem__`` itself goes on with it. So such classes have a hidden ``__iter__``, whose generator
refuses to be resumed while it runs; and what is no function stands in one.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Final

from sandbox import lookups
from sandbox.limits import STOP, checkpoint

_type_dict = type.__dict__["__dict__"].__get__
_type_mro = type.__dict__["__mro__"].__get__
_ABSENT: Final = object()


def _items_of(owner: Any) -> Iterator[Any]:
    index = 0
    while True:
        if STOP["$stop"]:
            checkpoint()
        try:
            item = owner[index]
        except (IndexError, StopIteration):
            return
        yield item
        index += 1


def _behind(cls: Any) -> Any:
    """The first ``__iter__`` of a class that is not the hidden one."""
    for each in _type_mro(cls):
        value = _type_dict(each).get("__iter__", _ABSENT)
        if value is not _ABSENT and value is not ITEMS:
            return value
    return _ABSENT


def _iterate(self: Any) -> Any:
    kind = type(self)
    real = _behind(kind)
    if real is _ABSENT:
        return _items_of(self)
    if real is None:
        raise TypeError(f"'{type.__getattribute__(kind, '__name__')}' object is not iterable")
    return lookups.bound(real, self, kind)()


ITEMS: Final = _iterate
"""The hidden ``__iter__``."""


def held_iter(value: Any) -> Any:
    """What stands in a class for an ``__iter__`` that is no function."""

    def __iter__(self: Any) -> Any:
        if STOP["$stop"]:
            checkpoint()
        return lookups.bound(value, self, type(self))()

    return __iter__


_HELD: Final = held_iter(None).__code__


def held_value(function: Any) -> Any:
    """The other way round; a function that is none of these as it is."""
    return function.__closure__[0].cell_contents if function.__code__ is _HELD else function


def give_items(cls: Any) -> None:
    """Have a script's class iterate over its items, if it says nothing else."""
    by_items = False
    for each in _type_mro(cls):
        held = _type_dict(each)
        if "__iter__" in held:
            return
        by_items = by_items or "__getitem__" in held
    if by_items:
        type.__setattr__(cls, "__iter__", ITEMS)


def give_items_below(cls: Any) -> None:
    """The same for a class that changed, and for all that extend it."""
    for one in heirs_of(cls):
        give_items(one)


def heirs_of(cls: Any) -> Iterator[Any]:
    """A class and all that extend it; those above come first."""
    waiting, seen = [cls], {id(cls)}
    while waiting:
        checkpoint()
        one = waiting.pop()
        yield one
        for heir in type.__subclasses__(one):
            if id(heir) not in seen:
                seen.add(id(heir))
                waiting.append(heir)


def is_ours(value: Any, kind: Any) -> bool:
    """Whether what was read is a function of this module."""
    if kind is types.MethodType:
        return value.__func__ is ITEMS
    return value is ITEMS or value.__code__ is _HELD


def shown_iter(value: Any, owner: Any) -> Any:
    """What a script gets in the place of such a function.

    Args:
        value: what was read.
        owner: what it was read from.

    Errors: LookupError where there is no ``__iter__`` but the hidden one.
    """
    bound = type(value) is types.MethodType
    function = value.__func__ if bound else value
    real = _behind(type(owner) if bound else owner) if function is ITEMS else held_value(function)
    if real is _ABSENT:
        raise LookupError("__iter__")
    return lookups.bound(real, owner if bound else None, type(owner) if bound else owner)


def answer_for_missing(owner: Any) -> Any:
    """The ``__getattr__`` of an instance, None where there is none."""
    kind = type(owner)
    for each in _type_mro(kind):
        value = _type_dict(each).get("__getattr__", _ABSENT)
        if value is not _ABSENT:
            return lookups.bound(value, owner, kind)
    return None


def hides_items(cls: Any) -> bool:
    """Whether a class has the hidden ``__iter__`` alone."""
    return _behind(cls) is _ABSENT and any("__iter__" in _type_dict(c) for c in _type_mro(cls))
