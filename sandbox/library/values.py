"""Making values as scripts see them: Jython's ``unicode`` and ``long`` where it gives those."""

from __future__ import annotations

from typing import Any


def unicode_text(text: Any) -> str:
    """The text as a script's ``unicode``."""
    return str(text)


def long_value(number: Any) -> int:
    """The number as a script's ``long``."""
    return int(number)


def is_unicode(value: Any) -> bool:
    """Whether ``value`` is a script's ``unicode`` (or a subclass of text)."""
    return isinstance(value, str) and type(value) is not str


def type_name(value: Any) -> str:
    """The name of the type of ``value`` as Python 2 puts it into messages."""
    return type(value).__name__


def script_str(value: Any) -> str:
    """``str(value)`` as Python 2 gives it."""
    return str(value)


def script_repr(value: Any) -> str:
    """``repr(value)`` as Python 2 gives it."""
    return repr(value)


def type_repr(value: Any) -> str:
    """``repr(type(value))`` as Python 2 gives it, ``<type 'int'>``."""
    cls = type(value)
    kind = "type" if cls.__module__ in ("builtins", "__builtin__") else "class"
    module = "" if kind == "type" else f"{cls.__module__}."
    return f"<{kind} '{module}{cls.__name__}'>"
