"""``%`` formatting with Python 2's results."""

from __future__ import annotations

import decimal
import re
from typing import Any

from sandbox.dialect.formats import split_percent
from sandbox.dialect.meaning.kinds import LARGEST, SMALLEST, bytestr, decoded, long, unicode
from sandbox.dialect.meaning.numbers import check_decimal
from sandbox.dialect.meaning.text import float_text, plain_text, python2_repr, python2_str
from sandbox.dialect.meaning.typenames import type_text
from sandbox.limits import checkpoint
from sandbox.limits_sizes import Room, check_division, too_large

_PIECE = re.compile(
    r"%(?:\(((?:[^()]|\([^()]*\))*)\))?([-#0 +]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?(.?)", re.DOTALL
)


def modulo(a: Any, b: Any) -> Any:
    """``a % b``."""
    kind = type(a)
    if kind is int:
        if SMALLEST <= a <= LARGEST:
            return a % b
        check_division(a, b)
        result = a % b
        return result if type(result) is not int else long(result)
    if kind is str:
        if type(b) is tuple:
            texts = _KNOWN.get(a)
            if texts is None:
                texts = _learn(a)
            if texts is not False and texts[0] == len(b):
                if texts[0] > _FEW:
                    check_texts(b)
                return percent(a, b, texts[1])
        return format_percent(a, b)
    if issubclass(kind, str):
        return format_percent(a, b)
    if kind is long:
        check_division(a, b)
    elif issubclass(kind, bytes | bytearray):
        # That of Python 3 shows objects of the host as they are.
        raise TypeError(f"unsupported operand type(s) for %: 'str' and '{type_text(b)}'")
    return a % b


# Formats seen before: how many values they take and which of those as text, or False where the
# format needs the full treatment. Bounded, for formats may be made by scripts.
_KNOWN: dict[str, Any] = {}
_MOST_KNOWN = 1000
# So few values make no more text than a few times what one may have.
_FEW = 8
_WIDEST = 1_000_000
_WIDE = re.compile(r"\d{6}")


def _learn(text: str) -> Any:
    found: Any = False
    if len(text) <= 4000 and text.isascii() and _WIDE.search(text) is None:
        kinds = split_percent(text)
        if kinds is not None and "r" not in kinds:
            found = (len(kinds), tuple([i for i, kind in enumerate(kinds) if kind == "s"]))
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[text] = found
    return found


def check_texts(values: tuple[Any, ...]) -> None:
    """MemoryError where the texts among the values of a format are too long together."""
    Room().take(sum([str.__len__(value) for value in values if isinstance(value, str)]))


def modulo_in_place(a: Any, b: Any) -> Any:
    """``a %= b``."""
    if isinstance(a, str):
        return format_percent(a, b)
    if isinstance(a, int):
        check_division(a, b)
    elif isinstance(a, bytes | bytearray):
        return modulo(a, b)
    a %= b
    return a


def percent_one(text: str, value: Any) -> Any:
    """``"..%s.." % value`` with one ``%s`` or the like."""
    kind = type(value)
    if kind is str or kind is int:
        return text % value
    return format_percent(text, value)


def percent1(text: str, value: Any) -> Any:
    """``"..%s.." % (value,)``."""
    kind = type(value)
    if kind is str or kind is int:
        return text % value
    return format_percent(text, (value,))


def percent(text: str, values: Any, texts: tuple[int, ...]) -> Any:
    """``"..." % (a, b, ...)`` where the values at ``texts`` are asked for as text."""
    for index in texts:
        kind = type(values[index])
        if kind is not str and kind is not int:
            return _as_texts(text, values, texts)
    return text % values


def _as_texts(text: str, values: tuple[Any, ...], texts: tuple[int, ...]) -> Any:
    made = list(values)
    wide = False
    for index in texts:
        value = made[index]
        kind = type(value)
        if kind is float:
            made[index] = float_text(value)
        elif kind is not str and kind is not int:
            made[index] = value = _text_of(value)
            if isinstance(value, unicode):
                wide = True
            elif type(value) is bytestr:
                return format_percent(text, values)
    result = text % tuple(made)
    return unicode(result) if wide else result


def _text_of(value: Any) -> Any:
    """``%s`` of a value: its unicode stays unicode."""
    if isinstance(value, str):
        return value
    method = getattr(type(value), "__str__", None)
    if method is not None and getattr(type(value), "__module__", "") not in ("builtins",):
        result = plain_text(value) if not _plain_object(value) else python2_str(value)
        return result
    return python2_str(value)


def _plain_object(value: Any) -> bool:
    return getattr(type(value), "__str__", None) is object.__str__


def format_percent(text: Any, values: Any) -> Any:
    """``text % values`` in full."""
    wide = isinstance(text, unicode)
    narrow = type(text) is bytestr
    out: list[str] = []
    source = str.__str__(text)
    position = 0
    used = 0
    is_tuple = isinstance(values, tuple)
    args: tuple[Any, ...] = tuple(values) if is_tuple else (values,)
    mapped = False
    room = Room()
    at = source.find("%")
    while at >= 0:
        checkpoint()
        out.append(source[position:at])
        room.take(at - position)
        match = _PIECE.match(source, at)
        assert match is not None
        key, flags, width, precision, letter = match.groups()
        position = match.end()
        if not letter:
            raise ValueError("incomplete format")
        if letter == "%" and key is None:
            out.append("%")
            at = source.find("%", position)
            continue
        if width == "*":
            if used >= len(args):
                raise TypeError("not enough arguments for format string")
            width = args[used]
            used += 1
            if not isinstance(width, int):
                raise TypeError("* wants int")
            width = int.__index__(width)
            if width < 0:
                flags += "-"
                width = -width
        if precision == "*":
            if used >= len(args):
                raise TypeError("not enough arguments for format string")
            precision = args[used]
            used += 1
            if not isinstance(precision, int):
                raise TypeError("* wants int")
            precision = max(int.__index__(precision), 0)
        _check_width(width)
        _check_width(precision)
        if key is not None:
            if is_tuple or isinstance(values, str) or not hasattr(type(values), "__getitem__"):
                raise TypeError("format requires a mapping")
            mapped = True
            value = values[unicode(key) if wide else key]
        else:
            if letter not in "diouxXeEfFgGcrs%":
                raise ValueError(
                    f"unsupported format character '{letter}' (0x{ord(letter):x}) at index "
                    f"{position - 1}"
                )
            if mapped or used >= len(args):
                raise TypeError("not enough arguments for format string")
            value = args[used]
            used += 1
        spec = f"%{flags}{width}" + ("" if precision is None else f".{precision}")
        piece = _piece(spec, letter, value, position, wide)
        if isinstance(piece, unicode):
            wide = True
        elif type(piece) is bytestr and not piece.isascii():
            narrow = True
        room.take(str.__len__(piece))
        out.append(piece)
        at = source.find("%", position)
    if not mapped and used < len(args):
        if is_tuple or not hasattr(type(values), "__getitem__") or isinstance(values, str):
            raise TypeError("not all arguments converted during string formatting")
        if isinstance(values, list):
            raise TypeError("not all arguments converted during string formatting")
    out.append(source[position:])
    if wide and narrow:
        out = [_decoded(piece, type(text) is bytestr) for piece in out]
    result = "".join(out)
    if wide:
        return unicode(result)
    return bytestr(result) if narrow else result


def _decoded(piece: str, written: bool) -> str:
    """A piece that meets unicode.

    Args:
        written: whether the template is bytes.
    """
    bare = type(piece) is bytestr or (written and not isinstance(piece, unicode))
    return decoded(piece) if bare and not piece.isascii() else piece


def _check_width(width: Any) -> None:
    """MemoryError for a width or precision that no text needs."""
    if width and (len(width) > 12 if isinstance(width, str) else False):
        raise too_large()
    if width and int(width) > _WIDEST:
        raise too_large()


def _piece(spec: str, letter: str, value: Any, position: int, wide: bool) -> Any:
    if letter == "s":
        piece = _unicode_or_text(value) if wide else _text_of(value)
        if spec == "%":
            return piece
        made = (spec + "s") % (str.__str__(piece),)
        return type(piece)(made) if type(piece) in (unicode, bytestr) else made
    if letter == "r":
        return (spec + "s") % (str.__str__(python2_repr(value)),)
    if letter in "diouxX":
        return _integer(spec, letter, value)
    if letter in "eEfFgG":
        if not isinstance(value, float):
            value = _real(value)
        return (spec + letter) % (value,)
    if letter == "c":
        return _character(spec, value, wide)
    if letter == "%":
        return "%"
    raise ValueError(
        f"unsupported format character '{letter}' (0x{ord(letter):x}) at index {position - 1}"
    )


def _unicode_or_text(value: Any) -> Any:
    if isinstance(value, str):
        return value
    method = getattr(type(value), "__unicode__", None)
    if method is not None and not isinstance(value, type):
        return method(value)
    if isinstance(value, BaseException):
        from sandbox.dialect.meaning.text import python2_unicode

        return python2_unicode(value)
    return _text_of(value)


def _integer(spec: str, letter: str, value: Any) -> str:
    if not isinstance(value, int):
        if isinstance(value, str) or not (
            hasattr(type(value), "__int__") or hasattr(type(value), "__index__")
        ):
            raise TypeError(f"%{letter} format: a number is required, not {type_text(value)}")
        if isinstance(value, decimal.Decimal):
            check_decimal(value)
        value = int(value)
    if letter in "iu":
        letter = "d"
    if letter == "o" and "#" in spec:
        # The old octal prefix is a plain zero.
        digits = f"{abs(value):o}"
        sign = "-" if value < 0 else "+" if "+" in spec else " " if " " in spec else ""
        body = sign + ("0" + digits if digits != "0" else "0")
        width = re.search(r"[1-9]\d*", spec.partition(".")[0])
        size = int(width.group()) if width else 0
        return body.ljust(size) if "-" in spec else body.rjust(size)
    return (spec + letter) % (int(value),)


def _real(value: Any) -> float:
    if isinstance(value, str) or not (
        hasattr(type(value), "__float__") or hasattr(type(value), "__index__")
    ):
        raise TypeError(f"float argument required, not {type_text(value)}")
    return float(value)


def _character(spec: str, value: Any, wide: bool) -> Any:
    if isinstance(value, str):
        if len(value) != 1:
            raise TypeError("%c requires int or char")
        made = (spec + "s") % (str.__str__(value),)
        return unicode(made) if isinstance(value, unicode) else made
    if not isinstance(value, int):
        raise TypeError("%c requires int or char")
    if not wide:
        if value > 255:
            raise OverflowError("unsigned byte integer is greater than maximum")
        if value < 0:
            raise OverflowError("unsigned byte integer is less than minimum")
        made = (spec + "s") % (chr(value),)
        return bytestr(made) if value > 127 else made
    if not 0 <= value < 0x110000:
        raise OverflowError("%c arg not in range(0x110000)")
    return (spec + "s") % (chr(value),)
