"""``str.format`` and ``format`` with Python 2's results."""

from __future__ import annotations

import decimal
from _string import formatter_field_name_split, formatter_parser  # type: ignore[import-not-found]
from typing import Any

from sandbox.dialect.meaning.hooks import hooks
from sandbox.dialect.meaning.kinds import bytestr, long, unicode
from sandbox.dialect.meaning.numbers import check_decimal
from sandbox.dialect.meaning.text import float_text, python2_repr, python2_str
from sandbox.dialect.meaning.typenames import type_text
from sandbox.limits import checkpoint
from sandbox.limits_sizes import Room

_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_STR_FORMAT = str.__dict__["format"]


def format_method(text: Any, *args: Any, **keywords: Any) -> Any:
    """``text.format(...)`` of anything; that of a script's own kind of text may be its own."""
    kind = type(text)
    if not issubclass(kind, str):
        return hooks.read_attribute(text, "format")(*args, **keywords)
    if kind is not str and kind is not unicode and kind is not bytestr:
        # The metaclass is not asked: what it answers is not what the text has.
        own = next(held["format"] for cls in _mro_of(kind) if "format" in (held := _dict_of(cls)))
        if own is not _STR_FORMAT:
            return text.format(*args, **keywords)
    return format_fields(text, args, keywords)


def format_fields(text: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """``str.format`` itself; attributes of fields are read through the guard."""
    wide = isinstance(text, unicode)
    result = _formatted(str.__str__(text), args, keywords, 2, [0], wide)
    if wide:
        return unicode(result)
    return result if result.isascii() else bytestr(result) if max(result) < "\u0100" else result


def _formatted(
    text: str,
    args: tuple[Any, ...],
    keywords: dict[str, Any],
    depth: int,
    counter: list[int],
    wide: bool,
) -> str:
    if depth < 0:
        raise ValueError("Max string recursion exceeded")
    out: list[str] = []
    room = Room()
    if text.endswith("{") and not text.endswith("{{"):
        raise ValueError("Single '{' encountered in format string")
    for literal, field, spec, conversion in formatter_parser(text):
        if literal:
            out.append(literal)
            room.take(len(literal))
        if field is None:
            continue
        checkpoint()
        value = _field(field, args, keywords, counter)
        if spec and "{" in spec:
            spec = _formatted(spec, args, keywords, depth - 1, counter, wide)
            hooks.check_spec(spec)
        if conversion == "r":
            value = python2_repr(value)
        elif conversion == "s":
            value = python2_str(value)
        elif conversion:
            raise ValueError(f"Unknown conversion specifier {conversion}")
        piece = format_value(value, spec, wide)
        room.take(str.__len__(piece))
        out.append(piece)
    return "".join(out)


def _field(
    field: str, args: tuple[Any, ...], keywords: dict[str, Any], counter: list[int]
) -> Any:
    first, rest = formatter_field_name_split(field)
    if first == "":
        if counter[0] < 0:
            raise ValueError(
                "cannot switch from manual field specification to automatic field numbering"
            )
        first = counter[0]
        counter[0] += 1
    elif isinstance(first, int):
        if counter[0] > 0:
            raise ValueError(
                "cannot switch from automatic field numbering to manual field specification"
            )
        counter[0] = -1
    if isinstance(first, int):
        if first >= len(args):
            raise IndexError("tuple index out of range")
        value = args[first]
    else:
        value = keywords[first]
    for is_attribute, name in rest:
        if is_attribute:
            value = hooks.read_attribute(value, name)
            continue
        try:
            value = value[name]
        except IndexError:
            raise KeyError(str(name)) from None
    return value


LONGEST_SPEC = 10_000
"""Characters of what ``__format__`` and ``strftime`` are given: dates are written by each."""

_PLAIN_FORMATS = frozenset({int, float, str, bool, complex, long, unicode, bytestr})


def format_value(value: Any, spec: str = "", wide: bool = False) -> Any:
    """``format(value, spec)``."""
    kind = type(value)
    if not spec:
        if kind is str:
            return value
        if kind is unicode and wide:
            return str.__str__(value)
        if kind is bool:
            # Jython formats a bool as the integer it is.
            return "1" if value else "0"
        if kind in _PLAIN_FORMATS or value is None:
            return python2_str(value)
    if kind is float:
        return _format_float(value, spec)
    if kind in _PLAIN_FORMATS:
        if kind is unicode or kind is bytestr:
            if kind is unicode and not wide and not value.isascii():
                python2_str(value)
            return format(str.__str__(value), spec)
        if kind is long or kind is bool:
            return format(int(value), spec)
        return format(value, spec)
    method = getattr(kind, "__format__", None)
    if method is None or method is object.__format__ or kind.__module__ == "builtins":
        text = python2_str(value)
        return format(str.__str__(text), spec)
    if isinstance(value, decimal.Decimal):
        check_decimal(value)
    if len(spec) > LONGEST_SPEC:
        raise ValueError(f"a format of more than {LONGEST_SPEC} characters is too long here")
    result = method(value, spec)
    if not isinstance(result, str):
        raise TypeError(f"{kind.__name__}.__format__ must return string or unicode, not "
                        f"{type_text(result)}")
    return result


def _format_float(value: float, spec: str) -> str:
    last = spec[-1:]
    if last.isalpha() or last == "%":
        if last == "n":
            spec = spec[:-1] + "g"
        return format(value, spec)
    if "." in spec:
        return format(value, spec)
    # Without a type the digits of str() are meant: twelve.
    text = float_text(value)
    digits = text.partition(".")[2]
    if "e" in text or text[-1] in "fn":
        return format(value, spec)
    return format(value, f"{spec}.{len(digits)}f")
