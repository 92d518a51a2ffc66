"""Stores of items that the interpreter's own lists are not safe from.

``x[a:b:c] = v`` of a list works out the places first and then walks through ``v``. Where that is a
script's, it may shorten the list meanwhile: the interpreters before 3.13 write past its end.
"""

from __future__ import annotations

import ast
import sys
from typing import Any, Final

from sandbox.limits_consuming import checked_items
from sandbox.lookups import storing

UNSAFE: Final = sys.version_info < (3, 13)
"""Whether stores by an index that may be a slice are looked at."""

_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_LIST_STORE: Final = list.__dict__["__setitem__"]


def walks(index: Any, value: Any) -> bool:
    """Whether a list would run code of a script's between looking at its size and storing."""
    return type(index) is slice and index.step is not None and type(value) not in (list, tuple)


def walked(owner: Any, index: Any, value: Any) -> Any:
    """What to store instead of ``value``: walked through beforehand where a list would do it."""
    if not walks(index, value):
        return value
    for cls in _mro_of(type(owner)):
        store = _dict_of(cls).get("__setitem__")
        if store is not None:
            return list(checked_items(value)) if store is _LIST_STORE else value
    return value


def store_item(owner: Any, index: Any, value: Any) -> None:
    """``owner[index] = value``."""
    storing(owner)[index] = walked(owner, index, value)


class Items:
    """``$stores(owner)``: stands in a target where the index may be a slice."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __getitem__(self, index: Any) -> Any:
        return self._owner[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        owner = self._owner
        storing(owner)[index] = walked(owner, index, value)


def is_plain_index(node: Any) -> bool:
    """Whether an index is no slice with a step, whatever the script does."""
    kind = type(node)
    if kind is ast.Slice:
        return node.step is None
    if kind is ast.UnaryOp:
        return type(node.operand) is ast.Constant
    if kind is ast.BinOp and type(node.op) is ast.Mod:
        # A template; of what is no tuple, a script's own kind of text would be asked first.
        return (
            type(node.left) is ast.Constant
            and type(node.left.value) is str
            and type(node.right) is ast.Tuple
        )
    return kind in (ast.Constant, ast.Tuple, ast.JoinedStr)
