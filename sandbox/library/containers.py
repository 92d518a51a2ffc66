"""``deque``, ``defaultdict`` and ``OrderedDict`` as scripts have them.

The interpreter frees its own ones by recursion in C, which ends in a crash where a script nests
them some hundred thousand deep; instances of classes made in Python it frees in turns.
"""

from __future__ import annotations

import collections
from typing import Any

from sandbox.dialect.meaning.containers import place_of
from sandbox.dialect.meaning.representation import dict_repr, shown_once
from sandbox.library.module import HostType, host_class
from sandbox.library.values import script_repr
from sandbox.limits_consuming import checked_items
from sandbox.limits_hooks import shown
from sandbox.lookups import change

_MOST: Any = vars(collections.deque)["maxlen"]
_FACTORY: Any = vars(collections.defaultdict)["default_factory"]


@host_class("collections")
class deque(collections.deque[Any], metaclass=HostType):
    """``collections.deque``.

    The interpreter's own looks for items that it does not hold while it asks them.
    """

    __slots__ = ()

    def index(self, value: Any, *bounds: Any) -> int:
        """Where an item is."""
        items = list(collections.deque.__iter__(self))
        place = place_of(items, len(items), value, *bounds)
        if place is None:
            raise ValueError(f"{script_repr(value)} is not in deque")
        return place

    def count(self, value: Any) -> int:
        """How often an item is there."""
        return list(collections.deque.__iter__(self)).count(value)

    def remove(self, value: Any) -> None:
        """Take the first such item out."""
        items = list(collections.deque.__iter__(self))
        for place, item in enumerate(items):
            if item is value or item == value:
                now = list(collections.deque.__iter__(self))
                if place >= len(now) or now[place] is not item:
                    raise IndexError("deque mutated during remove().")
                collections.deque.__delitem__(self, place)
                return
        raise ValueError("deque.remove(x): x not in deque")

    def __contains__(self, value: Any) -> bool:
        return value in list(collections.deque.__iter__(self))

    # The interpreter's own would walk both by what a script's class says, even in a search.

    def __eq__(self, other: Any) -> Any:
        return _all_equal(self, other)

    def __ne__(self, other: Any) -> Any:
        equal = _all_equal(self, other)
        return equal if equal is NotImplemented else not equal

    __hash__ = None

    @shown
    def __repr__(self) -> str:
        items, most = list(collections.deque.__iter__(self)), _MOST.__get__(self)
        end = ")" if most is None else f", maxlen={most})"
        return shown_once(self, lambda: f"deque({script_repr(items)}{end}", "[...]")


def _all_equal(one: Any, other: Any) -> Any:
    if not isinstance(other, collections.deque):
        return NotImplemented
    return list(collections.deque.__iter__(one)) == list(collections.deque.__iter__(other))


@host_class("collections")
class defaultdict(collections.defaultdict[Any, Any], metaclass=HostType):
    """``collections.defaultdict``.

    The interpreter's own calls a factory that it does not hold, and that may be replaced meanwhile.
    """

    __slots__ = ()

    def __missing__(self, key: Any) -> Any:
        factory = _FACTORY.__get__(self, type(self))
        if factory is None:
            raise KeyError(key)
        value = factory()
        change(self)
        self[key] = value
        return value

    @shown
    def __repr__(self) -> str:
        return f"defaultdict({script_repr(self.default_factory)}, {script_repr(dict(self))})"


@host_class("collections")
class OrderedDict(dict[Any, Any], metaclass=HostType):
    """``collections.OrderedDict``.

    The interpreter's own reads freed memory where a key's comparison changes one of two that are
    compared; its plain dictionaries keep the order as well.
    """

    __slots__ = ()

    def __init__(self, *items: Any, **more: Any) -> None:
        OrderedDict.update(self, *items, **more)

    def update(self, *items: Any, **more: Any) -> None:
        """Set several items."""
        if len(items) > 1:
            raise TypeError(f"update expected at most 1 arguments, got {len(items)}")
        change(self)
        for source in (*items, more):
            if isinstance(source, dict):
                for key, value in list(dict.items(source)):
                    self[key] = value
            elif hasattr(source, "keys"):
                for key in list(source.keys()):
                    self[key] = source[key]
            else:
                for key, value in checked_items(source):
                    self[key] = value

    def popitem(self, last: Any = True) -> tuple[Any, Any]:
        """Take out the last item, or the first."""
        if not dict.__len__(self):
            raise KeyError("dictionary is empty")
        if last:
            return dict.popitem(self)
        key = next(dict.__iter__(self))
        return key, dict.pop(self, key)

    def copy(self) -> Any:
        """A copy."""
        return type(self)(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, OrderedDict):
            return list(dict.items(self)) == list(dict.items(other))
        return dict.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    @shown
    def __repr__(self) -> str:
        if not dict.__len__(self):
            return "OrderedDict()"
        items = list(dict.items(self))
        return shown_once(self, lambda: f"OrderedDict({script_repr(items)})", "...")

    @shown
    def __str__(self) -> str:
        # Jython has the text of a plain dict here.
        return dict_repr(self)
