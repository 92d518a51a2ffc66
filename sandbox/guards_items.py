"""Iteration of classes that have ``__getitem__`` alone.

The interpreter's iterator for them gives its reference to the object back twice where
``__getitem__`` itself goes on with it. A generator refuses to be resumed while it runs, so such
classes have a hidden ``__iter__`` that is one.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Final

from sandbox.limits import STOP, checkpoint

_type_dict = type.__dict__["__dict__"].__get__
_type_mro = type.__dict__["__mro__"].__get__


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


class _Items:
    """The hidden ``__iter__``."""

    __slots__ = ()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return types.MethodType(_items_of, owner if instance is None else instance)


ITEMS: Final = _Items()


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
    """The same for a class that lost its ``__iter__``, and for all that extend it."""
    waiting, seen = [cls], {id(cls)}
    while waiting:
        checkpoint()
        one = waiting.pop()
        give_items(one)
        for heir in type.__subclasses__(one):
            if id(heir) not in seen:
                seen.add(id(heir))
                waiting.append(heir)


def is_hidden(value: Any) -> bool:
    """Whether what was read is the hidden ``__iter__``, which no script has."""
    return type(value) is types.MethodType and value.__func__ is _items_of


def hides_items(cls: Any) -> bool:
    """Whether a class has it."""
    for each in _type_mro(cls):
        if "__iter__" in _type_dict(each):
            return _type_dict(each)["__iter__"] is ITEMS
    return False
