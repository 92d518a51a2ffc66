"""``java.text.MessageFormat``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import state
from sandbox.library.java.convert import java_text, text_argument
from sandbox.library.java.date_formats import SimpleDateFormat
from sandbox.library.java.dates import Date
from sandbox.library.java.formats import Format
from sandbox.library.java.number_formats import DecimalFormat, NumberFormat
from sandbox.library.java.throwables import IllegalArgumentException
from sandbox.library.values import unicode_text
from sandbox.limits_consuming import tuple_of
from sandbox.unbound import static_too


class MessageFormat(Format, package="java.text"):
    """``java.text.MessageFormat`` with ``{0}`` and ``{0,number,...}``, ``{0,date,...}``."""

    __slots__ = ("_pattern",)

    def __init__(self, pattern: Any) -> None:
        state(self, "_pattern", text_argument(pattern, "java.text.MessageFormat"))

    @static_too
    def format(self, *args: Any) -> str:
        """The text with its arguments (``format(pattern, arguments)`` on the class)."""
        if issubclass(type(self), MessageFormat):
            pattern, values = self._pattern, args
        else:
            pattern, values = text_argument(self, "format"), args
        if len(values) == 1 and isinstance(values[0], (list, tuple)):
            values = tuple_of(values[0])
        made = ""
        quoted = False
        index = 0
        while index < len(pattern):
            letter = pattern[index]
            if letter == "'":
                if pattern[index + 1 : index + 2] == "'":
                    made += "'"
                    index += 2
                    continue
                quoted = not quoted
            elif letter == "{" and not quoted:
                close = pattern.find("}", index)
                if close < 0:
                    raise IllegalArgumentException("Unmatched braces in the pattern.")
                made += _hole(pattern[index + 1 : close], values)
                index = close
            else:
                made += letter
            index += 1
        return unicode_text(made)


def _hole(words: str, values: Any) -> str:
    number, _, style = words.partition(",")
    if not number.strip().isdigit():
        raise IllegalArgumentException(f"can't parse argument number: {number}")
    at = int(number)
    if at >= len(values):
        return "{" + words + "}"
    value = values[at]
    kind, _, pattern = style.partition(",")
    if value is None:
        return "null"
    if kind.strip() == "number" or (not kind and isinstance(value, (int, float))):
        if isinstance(value, bool):
            return java_text(value)
        if pattern.strip() == "integer":
            return str(NumberFormat.getIntegerInstance().format(value))
        return str(DecimalFormat(pattern or "#,##0.###").format(value))
    if kind.strip() in ("date", "time") or isinstance(value, Date):
        return str(SimpleDateFormat(pattern or "M/d/yy, h:mm a").format(value))
    return java_text(value)
