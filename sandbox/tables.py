"""Dictionaries whose tables stay what they are while they are searched.

The interpreter has tables for texts alone beside those for any key, and looks at the kind once
before it searches and once after: a key of a script's own that empties the dictionary when it is
asked would have it put a number where only texts may be. A table for any key never becomes one for
texts by what scripts have instead of ``clear`` and ``update``.
"""

from __future__ import annotations

from typing import Any

from sandbox.lookups import change

_basic_size = type.__dict__["__basicsize__"].__get__


def clear_table(table: Any, /, *given: Any) -> None:
    """``dict.clear``."""
    if given:
        raise TypeError(f"clear() takes exactly one argument ({len(given)} given)")
    change(table)
    dict.clear(table)
    # A key that is no text: the table is one for any key from now on.
    dict.__setitem__(table, 0, None)
    dict.__delitem__(table, 0)


def update_table(table: Any, /, *given: Any, **named: Any) -> None:
    """``dict.update``."""
    if len(given) > 1:
        raise TypeError(f"update() takes at most 1 arguments ({len(given)} given)")
    items = _items_of(table, given)
    change(table)
    dict.update(table, *items, **named)


def fill_table(table: Any, /, *given: Any, **named: Any) -> None:
    """``dict.__init__``, which is an update as well."""
    items = _items_of(table, given)
    change(table)
    dict.__init__(table, *items, **named)


def _items_of(table: Any, given: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(given) != 1 or not isinstance(table, dict) or dict.__len__(table):
        return given
    source = given[0]
    if dict.__sizeof__(table) == _basic_size(type(table)) or not isinstance(source, dict):
        # A fresh one has no table that anybody could be searching.
        return given
    # An empty one would take a copy of the other's table, whatever its kind.
    return (list(dict.items(source)),)
