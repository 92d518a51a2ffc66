"""What number and string tokens stand for."""

import re
import unicodedata

_ESCAPE = re.compile(r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_UNICODE_ESCAPE = re.compile(
    r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)", re.DOTALL
)
# In a raw unicode literal only an odd number of backslashes before the u makes an escape.
_RAW_UNICODE_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[uU])")
_SIMPLE = {
    "\\\n": "",
    "\\\\": "\\",
    "\\'": "'",
    '\\"': '"',
    "\\a": "\a",
    "\\b": "\b",
    "\\f": "\f",
    "\\n": "\n",
    "\\r": "\r",
    "\\t": "\t",
    "\\v": "\v",
}


class LiteralError(ValueError):
    """A literal that no value can be made of; its text says why."""


def number(text: str) -> tuple[int | float | complex, str | None]:
    """The value and the ``Constant.kind`` ("L" or None) of a number token.

    Raises:
        LiteralError: ``09``, or a decimal integer longer than the host converts.
    """
    last = text[-1]
    if last in "jJ":
        return complex(0.0, float(text[:-1])), None
    kind = None
    if last in "lL":
        kind = "L"
        text = text[:-1]
    try:
        if text[0] == "0" and len(text) > 1:
            return _leading_zero(text), kind
        return int(text), kind
    except ValueError:
        pass
    if text.isdigit():
        raise LiteralError("integer literal is too long" if text[0] != "0" else "invalid token")
    return float(text), kind


def _leading_zero(text: str) -> int | float:
    second = text[1]
    if second in "xX":
        return int(text, 16)
    if second in "oO":
        return int(text, 8)
    if second in "bB":
        return int(text, 2)
    if text.isdigit():
        return int(text, 8)
    return float(text)


def string(text: str, unicode_literals: bool) -> tuple[str, str | None]:
    """The value and the ``Constant.kind`` ("u", "b" or None) of one string token.

    Raises:
        LiteralError: an incomplete or unknown escape.
    """
    kind = "u" if unicode_literals else None
    raw = False
    start = 0
    quote = text[0]
    while quote not in "'\"":
        if quote in "uU":
            kind = "u"
        elif quote in "bB":
            kind = "b"
        else:
            raw = True
        start += 1
        quote = text[start]
    size = 3 if text.startswith(quote * 3, start) and len(text) - start >= 6 else 1
    value = text[start + size : -size]
    if kind != "u" and not value.isascii():
        # A byte string: one character for each byte of the UTF-8 text.
        value = value.encode("utf-8", "surrogatepass").decode("latin-1")
    if "\\" not in value:
        return value, kind
    if raw:
        if kind == "u" and ("\\u" in value or "\\U" in value):
            value = _RAW_UNICODE_ESCAPE.sub(_raw_unicode_escape, value)
    elif kind == "u":
        value = _UNICODE_ESCAPE.sub(_unicode_escape, value)
    else:
        value = _ESCAPE.sub(_escape, value)
    return value, kind


def _escape(match: re.Match[str]) -> str:
    text = match.group()
    simple = _SIMPLE.get(text)
    if simple is not None:
        return simple
    first = text[1]
    if first == "x":
        if len(text) == 2:
            raise LiteralError("invalid \\x escape")
        return chr(int(text[2:], 16))
    if first in "01234567":
        code = int(text[1:], 8)
        if code > 0xFF:
            raise LiteralError("octal escape is no byte")
        return chr(code)
    return text


def _unicode_escape(match: re.Match[str]) -> str:
    text = match.group()
    simple = _SIMPLE.get(text)
    if simple is not None:
        return simple
    first = text[1]
    if first in "01234567":
        return chr(int(text[1:], 8))
    if first == "N":
        return _named(text)
    if first in "xuU":
        if len(text) == 2:
            size = {"x": "\\xXX", "u": "\\uXXXX", "U": "\\UXXXXXXXX"}[first]
            raise LiteralError(f"(unicode error) truncated {size} escape")
        return _character(text[2:])
    return text


def _raw_unicode_escape(match: re.Match[str]) -> str:
    digits = match.group(2)[1:]
    if not digits:
        raise LiteralError("(unicode error) truncated \\uXXXX")
    return match.group(1) + _character(digits)


def _character(digits: str) -> str:
    code = int(digits, 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise LiteralError("(unicode error) illegal Unicode character")
    return chr(code)


def _named(text: str) -> str:
    if len(text) < 4:
        raise LiteralError("(unicode error) malformed \\N character escape")
    try:
        return unicodedata.lookup(text[3:-1])
    except KeyError:
        raise LiteralError("(unicode error) unknown Unicode character name") from None
