"""``str`` and ``unicode`` as Python 2 and Jython make them."""

from __future__ import annotations

import types
from typing import Any

from sandbox.dialect.meaning import errors
from sandbox.dialect.meaning.error_parts import args_of
from sandbox.dialect.meaning.hooks import hooks
from sandbox.dialect.meaning.identity import address
from sandbox.dialect.meaning.kinds import bytestr, decoded, long, unicode
from sandbox.dialect.meaning.objects_shown import class_repr, no_text
from sandbox.dialect.meaning.representation import (
    BUILTIN_NAMES,
    REPRS,
    complex_text,
    dict_repr,
    exception_repr,
    float_text,
    int_text,
    python2_repr,
    slot_repr,
    string_repr,
)
from sandbox.dialect.meaning.typenames import is_old_style, type_text

__all__ = [
    "BUILTIN_NAMES",
    "REPRS",
    "address",
    "class_repr",
    "exception_repr",
    "float_text",
    "plain_text",
    "python2_repr",
    "python2_str",
    "python2_unicode",
    "slot_repr",
    "slot_str",
    "string_repr",
]

_str = str
_repr = repr


def python2_str(value: Any = "") -> Any:
    """``str(value)`` for a script."""
    kind = type(value)
    if kind is str:
        return value
    if kind is int:
        return int_text(value)
    if kind is float:
        return float_text(value)
    return _str_of(value, kind)


def plain_text(value: Any) -> Any:
    """``str(value)`` where unicode may stay unicode: ``print`` and ``%s``."""
    kind = type(value)
    if kind is str or kind is unicode or kind is bytestr:
        return value
    if kind is int or kind is float:
        return python2_str(value)
    return _str_of(value, kind, True)


def _str_of(value: Any, kind: type, wide: bool = False) -> Any:
    if kind is unicode:
        if value.isascii():
            return _str.__str__(value)
        return encode_ascii(value)
    if kind is bytestr:
        return value
    if kind is bool or value is None:
        return "None" if value is None else _repr(value)
    if kind is long:
        return int_text(value)
    if kind is complex:
        return complex_text(value, float_text)
    if kind is bytes:
        return bytestr(value.decode("latin-1"))
    if kind in REPRS and getattr(kind, "__str__", None) is object.__str__:
        return python2_repr(value)
    if isinstance(value, type):
        if is_old_style(value):
            return f"{value.__module__}.{value.__name__}"
        return class_repr(value)
    method = getattr(kind, "__str__", None)
    if type(method) is types.WrapperDescriptorType:
        return slot_str(method, value)
    return _as_text(method(value), kind, wide)  # type: ignore[misc]


def slot_str(slot: types.WrapperDescriptorType, value: Any) -> Any:
    """What a ``__str__`` of the interpreter's own gives for a value of its class.

    Its code does not hold the parts that it shows, which a script's ``__repr__`` may take away.
    """
    cls: type = slot.__objclass__
    if cls is object:
        # These types of Python 2 have a text of their own beside their repr.
        if isinstance(value, int) and type(value) is not bool:
            return int_text(value)
        if isinstance(value, float):
            return float_text(value)
        if isinstance(value, complex):
            return complex_text(value, float_text)
        return dict_repr(value) if isinstance(value, dict) else python2_repr(value)
    if issubclass(cls, BaseException):
        return _as_text(errors.python2_message(value), type(value), False)
    if slot is int.__repr__:
        return int_text(value)
    return float_text(value) if slot is float.__repr__ else slot(value)


def _as_text(result: Any, kind: type, wide: bool) -> Any:
    if type(result) is str:
        return result
    if isinstance(result, unicode):
        return result if wide else _str_of(result, unicode)
    if isinstance(result, str):
        return result
    raise TypeError(no_text("__str__", kind, result))


def encode_ascii(text: str) -> str:
    """Unicode made ``str`` the way Python 2 does it without being asked: ASCII or an error."""
    encoding = hooks.default_encoding()
    raw = text.encode(encoding)
    return _str.__str__(text) if encoding == "ascii" else bytestr(raw.decode("latin-1"))


def python2_unicode(value: Any = "", encoding: Any = None, mistakes: Any = "strict") -> Any:
    """``unicode(value, encoding, errors)`` for a script."""
    kind = type(value)
    if encoding is not None:
        from sandbox.dialect.meaning.codecs import decode

        if not isinstance(value, str | bytes):
            raise TypeError(f"coercing to Unicode: need string, {type_text(value)} found")
        return decode(value, encoding, mistakes)
    if kind is unicode:
        return value
    if kind is str:
        if not value.isascii():
            return unicode(_from_host(value, mistakes))
        return unicode(value)
    if kind is bytestr:
        if value.isascii():
            return unicode(value)
        known = mistakes in ("ignore", "replace")
        return unicode(decoded(value, mistakes if known else "strict"))
    method = getattr(kind, "__unicode__", None)
    if method is not None and not isinstance(value, type):
        result = method(value)
    elif (words := _words_of(value, kind)) is not None:
        # The words of an error need not be ASCII where unicode is wanted.
        result = words
    else:
        result = python2_str(value) if not isinstance(value, str) else value
    if isinstance(result, unicode):
        return result
    if isinstance(result, str):
        return unicode(result)
    raise TypeError(f"coercing to Unicode: need string or buffer, {type_text(result)} found")


def _words_of(value: Any, kind: type) -> Any:
    """The only argument of an error that shows as that, where it is unicode; else None."""
    if not isinstance(value, Exception) or isinstance(value, KeyError | OSError | UnicodeError):
        return None
    if type(getattr(kind, "__str__", None)) is not types.WrapperDescriptorType:
        return None
    args = args_of(value)
    return args[0] if len(args) == 1 and type(args[0]) is unicode else None


def _from_host(value: str, mistakes: str) -> str:
    # Plain text outside ASCII is text of the host, unless it can only be UTF-8 bytes.
    try:
        value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
    return decoded(value) if mistakes == "strict" else value
