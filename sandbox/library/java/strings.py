"""``java.lang.String``, ``StringBuilder`` and ``StringBuffer``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.arrays import PyArray, byte_array, byte_values
from sandbox.library.java.base import Object, state
from sandbox.library.java.charsets import charset
from sandbox.library.java.convert import (
    MAX_TEXT,
    int_argument,
    java_text,
    string_hash,
    text_argument,
)
from sandbox.library.java.formatter import java_format
from sandbox.library.java.patterns import Pattern
from sandbox.library.java.throwables import NullPointerException, StringIndexOutOfBoundsException
from sandbox.library.values import long_value, unicode_text
from sandbox.limits_consuming import tuple_of


def _overloaded(value: Any) -> str:
    """Java's text of an argument; Jython takes a bool for an int where both would do."""
    return ("1" if value else "0") if isinstance(value, bool) else java_text(value)


def _bounds(begin: int, end: int, length: int) -> None:
    if begin < 0 or end > length or begin > end:
        raise StringIndexOutOfBoundsException(f"begin {begin}, end {end}, length {length}")


class String(Object, package="java.lang"):
    """``java.lang.String``: made by scripts that want Java's methods."""

    __slots__ = ("_text",)

    def __init__(self, value: Any = "", *rest: Any) -> None:
        if isinstance(value, str) and not rest:
            text = str.__str__(value)
        elif isinstance(value, (String, StringBuilder)):
            text = str(value.toString())
        else:
            data = byte_values(value, "java.lang.String")
            if len(rest) >= 2:
                data = data[rest[0] : rest[0] + rest[1]]
                rest = rest[2:]
            text = data.decode(charset(rest[0]) if rest else "utf-8", "replace")
        state(self, "_text", text)

    @classmethod
    def format(cls, fmt: Any, *args: Any) -> str:
        """Java's Formatter on a format and arguments (or one list of them)."""
        if args and type(fmt).__name__ == "Locale":
            fmt, args = args[0], args[1:]
        if len(args) == 1 and type(args[0]) in (list, tuple):
            args = tuple(args[0])
        return java_format(text_argument(fmt, "format"), args)

    @classmethod
    def valueOf(cls, value: Any, *_bounds: Any) -> str:
        """Java's text of a value."""
        if value is None:
            raise NullPointerException('Cannot read the array length because "value" is null')
        if type(value) is list:
            return unicode_text("".join([java_text(one) for one in value]))
        return unicode_text(_overloaded(value))

    copyValueOf = valueOf

    @classmethod
    def join(cls, delimiter: Any, *items: Any) -> str:
        """The items with a delimiter between them."""
        if len(items) == 1 and not isinstance(items[0], str):
            items = tuple_of(items[0])
        return unicode_text(
            text_argument(delimiter, "join").join([java_text(one) for one in items])
        )

    def length(self) -> int:
        """How long it is."""
        return len(self._text)

    def isEmpty(self) -> bool:
        """Whether it is empty."""
        return not self._text

    def isBlank(self) -> bool:
        """Whether it is blank."""
        return not self._text.strip()

    def charAt(self, index: Any) -> str:
        """One character."""
        at = int_argument(index, "charAt")
        if not 0 <= at < len(self._text):
            raise StringIndexOutOfBoundsException(f"index {at}, length {len(self._text)}")
        return str(self._text[at])

    def codePointAt(self, index: Any) -> int:
        """The number of one character."""
        return ord(self.charAt(index))

    def substring(self, begin: Any, end: Any = None) -> str:
        """A part."""
        first = int_argument(begin, "substring")
        last = len(self._text) if end is None else int_argument(end, "substring", 2)
        _bounds(first, last, len(self._text))
        return unicode_text(self._text[first:last])

    subSequence = substring

    def toUpperCase(self, *_locale: Any) -> str:
        """In capitals."""
        return unicode_text(self._text.upper())

    def toLowerCase(self, *_locale: Any) -> str:
        """In small letters."""
        return unicode_text(self._text.lower())

    def trim(self) -> str:
        """Without blanks at both ends."""
        return unicode_text(self._text.strip("".join(map(chr, range(33)))))

    def strip(self) -> str:
        """Without blanks at both ends."""
        return unicode_text(self._text.strip())

    def concat(self, other: Any) -> str:
        """With another behind."""
        more = text_argument(other, "concat")
        if len(self._text) + len(more) > MAX_TEXT:
            raise MemoryError("the text would be too long")
        return unicode_text(self._text + more)

    def repeat(self, count: Any) -> str:
        """Over and over."""
        times = int_argument(count, "repeat")
        if len(self._text) * times > MAX_TEXT:
            raise MemoryError("the text would be too long")
        return unicode_text(self._text * times)

    def contains(self, other: Any) -> bool:
        """Whether another is inside."""
        return text_argument(other, "contains") in self._text

    def startsWith(self, prefix: Any, offset: Any = 0) -> bool:
        """Whether it starts so."""
        return bool(self._text.startswith(text_argument(prefix, "startsWith"), offset))

    def endsWith(self, suffix: Any) -> bool:
        """Whether it ends so."""
        return bool(self._text.endswith(text_argument(suffix, "endsWith")))

    def indexOf(self, other: Any, start: Any = 0) -> int:
        """Where another is first found, or -1."""
        return int(self._text.find(_piece(other, "indexOf"), max(0, start)))

    def lastIndexOf(self, other: Any, start: Any = None) -> int:
        """Where another is last found, or -1."""
        found = _piece(other, "lastIndexOf")
        if start is None:
            return int(self._text.rfind(found))
        return int(self._text.rfind(found, 0, start + len(found)))

    def replace(self, old: Any, new: Any) -> str:
        """With one text replaced by another."""
        before, after = text_argument(old, "replace"), text_argument(new, "replace", 2)
        if len(self._text) * max(1, len(after)) > MAX_TEXT:
            raise MemoryError("the text would be too long")
        return unicode_text(self._text.replace(before, after))

    def replaceAll(self, pattern: Any, replacement: Any) -> str:
        """With the matches of a pattern replaced."""
        return _pattern(pattern).matcher(self._text).replaceAll(replacement)  # type: ignore[no-any-return]

    def replaceFirst(self, pattern: Any, replacement: Any) -> str:
        """With the first match of a pattern replaced."""
        return _pattern(pattern).matcher(self._text).replaceFirst(replacement)  # type: ignore[no-any-return]

    def matches(self, pattern: Any) -> bool:
        """Whether a pattern matches all of it."""
        return bool(_pattern(pattern).matcher(self._text).matches())

    def split(self, pattern: Any, limit: Any = 0) -> Any:
        """The parts between the matches of a pattern, an array."""
        return _pattern(pattern).split(self._text, limit)

    def equals(self, other: Any) -> bool:
        """Whether it is the same text."""
        return isinstance(other, (str, String)) and java_text(other) == self._text

    def __eq__(self, other: object) -> bool:
        # Jython: a String object equals another by text, a Python str never.
        return isinstance(other, String) and bool(other._text == self._text)

    def __hash__(self) -> int:
        return self.hashCode()

    def equalsIgnoreCase(self, other: Any) -> bool:
        """Whether it is the same text but for the case."""
        return other is not None and java_text(other).lower() == self._text.lower()

    def compareTo(self, other: Any) -> int:
        """How far apart the first different characters are."""
        that = text_argument(other, "compareTo")
        for mine, its in zip(self._text, that, strict=False):
            if mine != its:
                return ord(mine) - ord(its)
        return len(self._text) - len(that)

    def compareToIgnoreCase(self, other: Any) -> int:
        """``compareTo`` but for the case."""
        return String(self._text.lower()).compareTo(text_argument(other, "compareTo").lower())

    def hashCode(self) -> int:
        """Java's hash."""
        return string_hash(self._text)

    def intern(self) -> str:
        """The text."""
        return unicode_text(self._text)

    def getBytes(self, encoding: Any = "utf-8") -> Any:
        """The bytes, an array of signed numbers."""
        return byte_array(self._text.encode(charset(encoding), "replace"))

    def toCharArray(self) -> Any:
        """The characters, an array."""
        return PyArray("c", list(self._text))

    def chars(self) -> Any:
        """The characters as a stream of which the count is known."""
        return _Chars(self._text)

    def toString(self) -> str:
        """The text."""
        return unicode_text(self._text)


class _Chars(Object, package="java.util.stream", java_name="IntStream"):
    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        state(self, "_text", text)

    def count(self) -> int:
        """How many there are."""
        return long_value(len(self._text))

    def toArray(self) -> list[int]:
        """The numbers."""
        return [ord(one) for one in self._text]


def _piece(value: Any, method: str) -> str:
    if isinstance(value, int):
        return chr(value)
    return text_argument(value, method)


def _pattern(value: Any) -> Any:
    return Pattern.compile(text_argument(value, "pattern"))


class StringBuilder(Object, package="java.lang"):
    """``java.lang.StringBuilder``."""

    __slots__ = ("_length", "_pieces")

    def __init__(self, start: Any = "") -> None:
        text = "" if isinstance(start, int) else java_text(start)
        state(self, "_pieces", [text])
        state(self, "_length", len(text))

    def _all(self) -> str:
        pieces: list[str] = self._pieces
        if len(pieces) > 1:
            pieces[:] = ["".join(pieces)]
        return pieces[0]

    def _become(self, text: str) -> StringBuilder:
        if len(text) > MAX_TEXT:
            raise MemoryError("the text would be too long")
        self._pieces[:] = [text]
        state(self, "_length", len(text))
        return self

    def append(self, value: Any, *bounds: Any) -> StringBuilder:
        """Put Java's text of a value at the end."""
        text = _overloaded(value)
        if bounds:
            text = text[bounds[0] : bounds[1]]
        length = self._length + len(text)
        if length > MAX_TEXT:
            raise MemoryError("the text would be too long")
        self._pieces.append(text)
        state(self, "_length", length)
        return self

    def insert(self, at: Any, value: Any) -> StringBuilder:
        """Put Java's text of a value in."""
        text, offset = self._all(), int_argument(at, "insert")
        if not 0 <= offset <= len(text):
            raise StringIndexOutOfBoundsException(f"offset {offset}, length {len(text)}")
        return self._become(text[:offset] + _overloaded(value) + text[offset:])

    def delete(self, start: Any, end: Any) -> StringBuilder:
        """Take a part out."""
        text = self._all()
        last = min(int_argument(end, "delete", 2), len(text))
        _bounds(int_argument(start, "delete"), last, len(text))
        return self._become(text[:start] + text[last:])

    def deleteCharAt(self, at: Any) -> StringBuilder:
        """Take one character out."""
        text, index = self._all(), int_argument(at, "deleteCharAt")
        if not 0 <= index < len(text):
            raise StringIndexOutOfBoundsException(f"index {index},length {len(text)}")
        return self._become(text[:index] + text[index + 1 :])

    def replace(self, start: Any, end: Any, value: Any) -> StringBuilder:
        """Put a text in place of a part."""
        text = self._all()
        last = min(int_argument(end, "replace", 2), len(text))
        _bounds(int_argument(start, "replace"), last, len(text))
        return self._become(text[:start] + text_argument(value, "replace", 3) + text[last:])

    def reverse(self) -> StringBuilder:
        """Turn it round."""
        return self._become(self._all()[::-1])

    def setLength(self, length: Any) -> None:
        """Cut it, or fill it up with NUL."""
        wanted = int_argument(length, "setLength")
        if wanted > MAX_TEXT:
            raise MemoryError("the text would be too long")
        self._become(self._all()[:wanted].ljust(wanted, "\0"))

    def setCharAt(self, at: Any, value: Any) -> None:
        """Replace one character."""
        text, index = self._all(), int_argument(at, "setCharAt")
        if not 0 <= index < len(text):
            raise StringIndexOutOfBoundsException(f"index {index},length {len(text)}")
        self._become(text[:index] + java_text(value) + text[index + 1 :])

    def charAt(self, at: Any) -> str:
        """One character."""
        return String(self._all()).charAt(at)

    def length(self) -> int:
        """How long it is."""
        return int(self._length)

    def isEmpty(self) -> bool:
        """Whether it is empty."""
        return not self._length

    def capacity(self) -> int:
        """How long it is and some."""
        return int(self._length) + 16

    def indexOf(self, other: Any, start: Any = 0) -> int:
        """Where a text is first found, or -1."""
        return String(self._all()).indexOf(other, start)

    def lastIndexOf(self, other: Any, *start: Any) -> int:
        """Where a text is last found, or -1."""
        return String(self._all()).lastIndexOf(other, *start)

    def substring(self, begin: Any, end: Any = None) -> str:
        """A part."""
        return String(self._all()).substring(begin, end)

    def toString(self) -> str:
        """The text."""
        return unicode_text(self._all())


class StringBuffer(StringBuilder, package="java.lang"):
    """``java.lang.StringBuffer``."""
