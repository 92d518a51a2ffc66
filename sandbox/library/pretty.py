"""The layout of ``pprint`` as Python 2.7 makes it."""

from __future__ import annotations

from typing import Any

from sandbox.library.hooks import checkpoint
from sandbox.library.meaning import builtin
from sandbox.library.module import HostType, host_class
from sandbox.library.values import script_repr
from sandbox.limits_sizes import Room

MAX_ITEMS = 1_000_000


class _Layout:
    __slots__ = ("budget", "depth", "indent", "parts", "room", "width")

    def __init__(self, indent: int, width: int, depth: Any) -> None:
        self.indent = indent
        self.width = width
        self.depth = depth
        self.parts: list[str] = []
        self.budget = MAX_ITEMS
        self.room = Room()

    def flat(self, value: Any, level: int) -> str:
        """One line, the keys of dicts sorted."""
        self.budget -= 1
        if self.budget < 0:
            raise MemoryError("the value is too large to lay out")
        kind = type(value)
        if kind is dict:
            if not value:
                return "{}"
            if self.depth and level >= self.depth:
                return "{...}"
            items = [
                f"{self.flat(key, level + 1)}: {self.flat(item, level + 1)}"
                for key, item in in_order(value)
            ]
            return "{" + ", ".join(items) + "}"
        if kind is list or kind is tuple:
            if not value:
                return "[]" if kind is list else "()"
            if self.depth and level >= self.depth:
                return "[...]" if kind is list else "(...)"
            inner = ", ".join([self.flat(one, level + 1) for one in value])
            if kind is list:
                return f"[{inner}]"
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        words = script_repr(value)
        self.room.take(len(words))
        if not self.budget & 255:
            checkpoint()
        return words

    def lay(self, value: Any, at: int, allowance: int, level: int) -> None:
        """Put a value at a column."""
        words = self.flat(value, level)
        kind = type(value)
        deep = bool(self.depth) and level >= self.depth
        if len(words) <= self.width - at - allowance - 1 or deep or level > 100:
            self.parts.append(words)
            return
        if kind is dict:
            self._mapping(value, at, allowance, level)
        elif kind in (list, tuple, set, frozenset):
            self._sequence(value, kind, at, allowance, level)
        else:
            self.parts.append(words)

    def _mapping(self, value: Any, at: int, allowance: int, level: int) -> None:
        write = self.parts.append
        write("{")
        if self.indent > 1:
            write((self.indent - 1) * " ")
        column = at + self.indent
        for place, (key, item) in enumerate(in_order(value)):
            if place:
                write(",\n" + " " * column)
            words = self.flat(key, level + 1)
            write(f"{words}: ")
            self.lay(item, column + len(words) + 2, allowance + 1, level + 1)
        write("}")

    def _sequence(self, value: Any, kind: type, at: int, allowance: int, level: int) -> None:
        write = self.parts.append
        if kind is list:
            start, end = "[", "]"
        elif kind is tuple:
            start, end = "(", ")"
        else:
            name = kind.__name__
            start, end = f"{name}([", "])"
            at += len(name) + 1
        write(start)
        if self.indent > 1:
            write((self.indent - 1) * " ")
        column = at + self.indent
        items = sorted(value, key=script_repr) if kind in (set, frozenset) else value
        for place, one in enumerate(items):
            if place:
                write(",\n" + " " * column)
            self.lay(one, column, allowance + 1, level + 1)
        if kind is tuple and len(value) == 1:
            write(",")
        write(end)


def in_order(value: dict[Any, Any]) -> list[tuple[Any, Any]]:
    """The items of a dict in the order of their keys, as Python 2 sorts them."""
    pairs = list(dict.items(value))
    order = builtin("sorted", sorted)
    keys = order([key for key, _ in pairs])
    found = dict(pairs)
    return [(key, found[key]) for key in keys]


def layout(value: Any, indent: int = 1, width: int = 80, depth: Any = None) -> str:
    """A value laid out, without the line feed at the end."""
    made = _Layout(min(indent, 100), width, depth)
    made.lay(value, 0, 0, 0)
    return "".join(made.parts)


def printer_class(library: Any) -> Any:
    """``pprint.PrettyPrinter`` that writes to the output of a library's scripts."""

    class PrettyPrinter(metaclass=HostType):
        """``pprint.PrettyPrinter``."""

        __slots__ = ("_options", "_stream")

        def __init__(
            self, indent: Any = 1, width: Any = 80, depth: Any = None, stream: Any = None
        ) -> None:
            self._options = (int(indent), int(width), depth)
            self._stream = stream

        def pformat(self, value: Any) -> str:
            """A value laid out."""
            return layout(value, *self._options)

        def pprint(self, value: Any) -> None:
            """Print a value laid out."""
            words = self.pformat(value) + "\n"
            if self._stream is None:
                library.write_output(words)
            else:
                library.getattr_hook(self._stream, "write")(words)

    return host_class("pprint")(PrettyPrinter)
