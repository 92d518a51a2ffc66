"""What unmodifiable collections keep their items in: whoever reaches it cannot change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from sandbox.library.java.throwables import UnsupportedOperationException as Unsupported


def _refused(self: Any, *_args: Any, **_options: Any) -> NoReturn:
    raise Unsupported(None)


class FixedItems(tuple):  # type: ignore[type-arg]
    """Items that refuse, in Java's words, what changes a list."""

    __slots__ = ()
    append = clear = extend = insert = pop = remove = reverse = sort = _refused
    __setitem__ = __delitem__ = _refused


class FixedTable(dict):  # type: ignore[type-arg]
    """A table that refuses, in Java's words, what changes a dict."""

    __slots__ = ()
    clear = pop = popitem = setdefault = update = _refused
    __setitem__ = __delitem__ = __ior__ = _refused


class Fresh:
    """A constant of a class that each reader gets anew: one object would be all projects'."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def __get__(self, instance: object, owner: type) -> Any:
        return self._make()
