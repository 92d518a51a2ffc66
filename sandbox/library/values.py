"""Making values as scripts see them: Jython's ``unicode`` and ``long`` where it gives those."""

from __future__ import annotations

from typing import Any

from sandbox.dialect.meaning.kinds import LARGEST, SMALLEST, bytestr, long, unicode
from sandbox.dialect.meaning.text import plain_text, python2_repr

__all__ = [
    "byte_text",
    "integer_value",
    "is_unicode",
    "long_value",
    "script_repr",
    "script_str",
    "signed32",
    "type_name",
    "type_repr",
    "unicode_text",
]

unicode_text = unicode
long_value = long


def integer_value(number: int) -> int:
    """The number as a script's ``int``; outside 32 bits it shows as a long by its value."""
    return int(number)


def fits_int(number: int) -> bool:
    """Whether a number fits Java's int."""
    return SMALLEST <= number <= LARGEST


def byte_text(data: bytes) -> str:
    """Bytes as a script's ``str``: one character a byte."""
    words = data.decode("latin-1")
    return words if words.isascii() else bytestr(words)


def is_unicode(value: Any) -> bool:
    """Whether ``value`` is a script's ``unicode``."""
    return isinstance(value, unicode)


def type_name(value: Any) -> str:
    """The name of the type of ``value`` as Python 2 puts it into messages."""
    if type(value) is int and not SMALLEST <= value <= LARGEST:
        return "long"
    return type(value).__name__


def script_str(value: Any) -> str:
    """``str(value)`` as Python 2 gives it, unicode kept."""
    made: str = plain_text(value)
    return made


def script_repr(value: Any) -> str:
    """``repr(value)`` as Python 2 gives it."""
    made: str = python2_repr(value)
    return made


def type_repr(value: Any) -> str:
    """``repr(type(value))`` as Python 2 gives it, ``<type 'int'>``."""
    cls = type(value)
    if cls.__module__ in ("builtins", "__builtin__"):
        return f"<type '{type_name(value)}'>"
    return f"<class '{cls.__module__}.{cls.__name__}'>"


def signed32(number: int) -> int:
    """A 32-bit number with its sign."""
    return number - (1 << 32) if number >= 1 << 31 else number
