"""``java.util.Formatter``: ``String.format`` and ``logger.infof``, with Java's errors."""

from __future__ import annotations

import decimal
import math
import re
from collections.abc import Sequence
from typing import Any

from sandbox.library.hooks import checkpoint
from sandbox.library.java.base import Object, java_name
from sandbox.library.java.calendars import date_parts
from sandbox.library.java.convert import java_hash, java_text, java_type_name
from sandbox.library.java.throwables import java_exception_class
from sandbox.library.values import unicode_text
from sandbox.limits_sizes import Room

MAX_WIDTH = 1_000_000

_SPECIFIER = re.compile(r"%(\d+\$)?([-#+ 0,(<]*)(\d+)?(\.\d+)?([tT])?([a-zA-Z%])")


def _error(name: str, words: str) -> Exception:
    made: Any = java_exception_class(f"java.util.{name}")(words)
    return made  # type: ignore[no-any-return]


def java_format(fmt: str, args: Sequence[Any]) -> str:
    """The text that Java's Formatter makes in the US locale.

    Args:
        fmt: the format, with Java's specifiers.
        args: its arguments.

    Errors: Java exceptions as in Java (``java.util.MissingFormatArgumentException``, ...).
    Source: the documentation of java.util.Formatter; checked against OpenJDK 17.
    """
    source = str.__str__(fmt)
    made: list[str] = []
    room = Room()
    position = 0
    ordinary = 0
    last = -1
    while True:
        percent = source.find("%", position)
        if percent < 0:
            made.append(source[position:])
            break
        made.append(source[position:percent])
        match = _SPECIFIER.match(source, percent)
        if match is None:
            following = source[percent + 1 : percent + 2] or "%"
            raise _error("UnknownFormatConversionException", f"Conversion = '{following}'")
        position = match.end()
        index, flags, width_text, precision_text, time, conversion = match.groups()
        width = int(width_text) if width_text else -1
        precision = int(precision_text[1:]) if precision_text else -1
        if width > MAX_WIDTH or precision > MAX_WIDTH:
            raise MemoryError("the formatted text would be too long")
        if time is None and conversion == "n":
            made.append("\n")
            continue
        if time is None and conversion == "%":
            made.append(_padded("%", flags, width))
            continue
        if time is None and conversion not in "bBhHsScCdoxXeEfgGaA":
            raise _error("UnknownFormatConversionException", f"Conversion = '{conversion}'")
        if index:
            place = int(index[:-1]) - 1
        elif "<" in flags:
            place = last
        else:
            place = ordinary
            ordinary += 1
        if not 0 <= place < len(args):
            raise _error("MissingFormatArgumentException", f"Format specifier '{match.group()}'")
        last = place
        one = _conversion(conversion, flags, width, precision, args[place], time)
        checkpoint()
        room.take(len(one))
        made.append(one)
    return unicode_text("".join(made))


def _conversion(
    conversion: str, flags: str, width: int, precision: int, value: Any, time: str | None
) -> str:
    if time is not None:
        words = _time_text(conversion, value, time)
        return _padded(words.upper() if time == "T" else words, flags, width)
    kind = conversion.lower()
    if kind == "b":
        words = "false" if value is None else ("true" if value is not False else "false")
        words = words[:precision] if precision >= 0 else words
    elif kind == "s":
        words = java_text(value)
        words = words[:precision] if precision >= 0 else words
    elif kind == "h":
        words = "null" if value is None else f"{java_hash(value) & 0xFFFFFFFF:x}"
    elif kind == "c":
        words = _character(value, conversion)
    elif value is None:
        words = "null"
    elif kind in "dox":
        return _cased(_integer(kind, flags, width, value, conversion), conversion)
    else:
        return _cased(_float(kind, flags, width, precision, value, conversion), conversion)
    return _padded(words.upper() if conversion.isupper() else words, flags, width)


def _cased(words: str, conversion: str) -> str:
    return words.upper() if conversion.isupper() else words


def _padded(words: str, flags: str, width: int) -> str:
    if width < 0:
        return words
    return words.ljust(width) if "-" in flags else words.rjust(width)


def _mismatch(conversion: str, value: Any) -> Exception:
    return _error("IllegalFormatConversionException", f"{conversion} != {java_type_name(value)}")


def _character(value: Any, conversion: str) -> str:
    if value is None:
        return "null"
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= 0x10FFFF:
            raise _error("IllegalFormatCodePointException", f"Code point = {value:#x}")
        return chr(value)
    if isinstance(value, Object) and java_name(type(value)) == "java.lang.Character":
        return java_text(value)
    raise _mismatch(conversion, value)


def plain_number(value: Any) -> Any:
    """The number inside a boxed Java number, or the value itself."""
    if isinstance(value, Object):
        inner = getattr(type(value), "unboxed", None)
        if inner is not None:
            return value.unboxed()
    return value


def _integer(kind: str, flags: str, width: int, value: Any, conversion: str) -> str:
    number = plain_number(value)
    if isinstance(number, bool) or not isinstance(number, int):
        raise _mismatch(conversion, value)
    if kind == "d":
        return _signed(str(abs(int(number))), number < 0, flags, width, True)
    if number < 0 and java_type_name(value) != "java.math.BigInteger":
        number &= 0xFFFFFFFF
    words = f"{number:x}" if kind == "x" else f"{number:o}"
    if "#" in flags:
        words = ("0x" if kind == "x" else "0") + words
    if "0" in flags:
        words = words.rjust(width, "0")
    return _padded(words, flags, width)


def _signed(digits: str, negative: bool, flags: str, width: int, grouped: bool) -> str:
    if "," in flags and grouped:
        whole, dot, rest = digits.partition(".")
        digits = f"{int(whole):,}" + dot + rest
    if negative and "(" in flags:
        before, after = "(", ")"
    elif negative:
        before, after = "-", ""
    else:
        before, after = ("+" if "+" in flags else " " if " " in flags else ""), ""
    if "0" in flags:
        digits = digits.rjust(width - len(before) - len(after), "0")
    return _padded(before + digits + after, flags, width)


def _float(kind: str, flags: str, width: int, precision: int, value: Any, conversion: str) -> str:
    number = plain_number(value)
    if not isinstance(number, (float, decimal.Decimal)):
        raise _mismatch(conversion, value)
    if isinstance(number, float) and (math.isnan(number) or math.isinf(number)):
        words = "NaN" if math.isnan(number) else "Infinity"
        plain = flags.replace("0", "")
        return _signed(words, number < 0, plain, width, False)
    places = 6 if precision < 0 else precision
    exact = decimal.Decimal(repr(number)) if isinstance(number, float) else number
    negative = exact.is_signed()
    size = abs(exact)
    if kind == "f":
        digits = fixed(size, places)
    elif kind == "e":
        digits = _exponent(size, places)
    elif kind == "g":
        places = max(1, places)
        rounded = _rounded(size, places)
        if rounded and not (decimal.Decimal("0.0001") <= rounded < decimal.Decimal(10) ** places):
            digits = _exponent(size, places - 1)
        else:
            digits = fixed(rounded, max(0, places - (rounded.adjusted() + 1 if rounded else 1)))
    else:
        return _padded(float(number).hex(), flags, width)
    return _signed(digits, negative, flags, width, kind != "e")


_CONTEXT = decimal.Context(prec=2000, rounding=decimal.ROUND_HALF_UP)


def fixed(size: decimal.Decimal, places: int) -> str:
    """A number with that many decimals, halves rounded up, as Formatter does."""
    if places > 1000 or size.adjusted() > 900:
        raise MemoryError("the formatted number would be too long")
    return f"{size.quantize(decimal.Decimal(1).scaleb(-places), context=_CONTEXT):f}"


def _rounded(size: decimal.Decimal, digits: int) -> decimal.Decimal:
    return decimal.Context(prec=digits, rounding=decimal.ROUND_HALF_UP).plus(size)


def _exponent(size: decimal.Decimal, places: int) -> str:
    if places > 1000:
        raise MemoryError("the formatted number would be too long")
    if not size:
        return f"{fixed(size, places)}e+00"
    rounded = _rounded(size, places + 1)
    exponent = rounded.adjusted()
    mantissa = fixed(rounded.scaleb(-exponent), places)
    return f"{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _time_text(conversion: str, value: Any, time: str) -> str:
    if value is None:
        return "null"
    try:
        parts = date_parts(value)
    except TypeError:
        raise _mismatch(conversion, value) from None
    made = parts.formatted(conversion)
    if made is None:
        raise _error("UnknownFormatConversionException", f"Conversion = 't{conversion}'")
    return made
