"""Exact checks of what scripts pass to library functions."""

from __future__ import annotations

from typing import Any

from sandbox.dialect.meaning.hooks import hooks
from sandbox.library.byte_arrays import ByteArray
from sandbox.library.values import byte_text, is_unicode, type_name

from_octets = byte_text


def text(value: Any, position: str = "argument") -> str:
    """``value`` as a plain ``str``; TypeError in Python 2's words when it is no text."""
    if type(value) is str:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"{position} must be string, not {type_name(value)}")


def integer(value: Any) -> int:
    """``value`` as an exact int, floats cut off; TypeError when it is no number."""
    if type(value) is int:
        return value
    if isinstance(value, int):
        return int.__index__(value)
    if type(value) is float:
        return int(value)
    raise TypeError("an integer is required")


def number(value: Any) -> float:
    """``value`` as an exact float; TypeError when it is no number."""
    if type(value) is float:
        return value
    if isinstance(value, int):
        return float(int.__index__(value))
    if isinstance(value, float):
        return float.__float__(value)
    raise TypeError("a float is required")


def octets(value: Any) -> bytes:
    """The bytes of a script's ``str`` (one character a byte), bytes, bytearray or array.

    A ``unicode`` is encoded by the default encoding, as Python 2 does where it expects bytes.
    """
    if is_unicode(value):
        return str.__str__(value).encode(hooks.default_encoding())
    if isinstance(value, str):
        try:
            return str.__str__(value).encode("latin-1")
        except UnicodeEncodeError:
            return str.__str__(value).encode("ascii")
    if type(value) in (bytes, bytearray):
        return bytes(value)
    if isinstance(value, ByteArray):
        return bytes(value._data)
    if type(value).__name__ in ("array", "PyArray") and hasattr(value, "tostring"):
        return octets(value.tostring())
    raise TypeError(f"must be string or read-only buffer, not {type_name(value)}")
