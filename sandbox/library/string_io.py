"""``StringIO``, ``cStringIO`` and ``io``: text streams in memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from sandbox.library.arguments import integer, octets, text
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.registry import FILES
from sandbox.library.values import byte_text, is_unicode, script_str, unicode_text
from sandbox.limits_consuming import checked_items
from sandbox.limits_sizes import MOST

MAX_TEXT = 64 * 1024 * 1024


@host_class("StringIO")
class StringIO(metaclass=HostType):
    """``StringIO.StringIO``: a text stream in memory."""

    __slots__ = ("_at", "_closed", "_pieces", "_text", "_unicode", "softspace")

    def __init__(self, buf: Any = "") -> None:
        start = buf if isinstance(buf, str) else script_str(buf)
        self._text = text(start)
        self._unicode = is_unicode(start)
        self._pieces: list[str] = []
        self._at = 0
        self._closed = False
        self.softspace = 0

    def _open(self) -> str:
        if self._closed:
            raise ValueError("I/O operation on closed file")
        if self._pieces:
            self._text += "".join(self._pieces)
            self._pieces.clear()
        return self._text

    def _give(self, words: str) -> Any:
        if self._unicode:
            return unicode_text(words)
        return words if words.isascii() else to_bytes(words)

    def getvalue(self) -> Any:
        """All of the text."""
        return self._give(self._open())

    def write(self, s: Any) -> None:
        """Write a text."""
        words = text(s) if isinstance(s, str) else text(script_str(s))
        self._unicode = self._unicode or is_unicode(s)
        if not words:
            return
        length = len(self._text) + sum(map(len, self._pieces)) if len(self._pieces) > 500 else 0
        if length > MAX_TEXT:
            raise MemoryError("the stream would be too long")
        if self._pieces and self._at == -1 and not self._closed:
            self._pieces.append(words)
            if len(self._pieces) > 1000:
                self._open()
            return
        whole = self._open()
        if len(whole) + len(words) > MAX_TEXT:
            raise MemoryError("the stream would be too long")
        at = len(whole) if self._at == -1 else self._at
        if at == len(whole):
            self._pieces.append(words)
            self._at = -1
            return
        if at + len(words) > MAX_TEXT or at - len(whole) > MOST:
            raise MemoryError("the stream would be too long")
        if at > len(whole):
            whole = whole.ljust(at, "\0")
        self._text = whole[:at] + words + whole[at + len(words) :]
        self._at = at + len(words)

    def writelines(self, lines: Any) -> None:
        """Write texts one after the other."""
        for line in checked_items(lines):
            self.write(line)

    def _position(self) -> int:
        whole = self._open()
        if self._at == -1:
            self._at = len(whole)
        return self._at

    def read(self, n: Any = -1) -> Any:
        """The next characters, or the rest."""
        at, whole = self._position(), self._open()
        count = -1 if n is None else integer(n)
        end = len(whole) if count < 0 else min(len(whole), at + count)
        self._at = max(at, end)
        return self._give(whole[at:end])

    def readline(self, length: Any = None) -> Any:
        """The next line."""
        at, whole = self._position(), self._open()
        end = whole.find("\n", at)
        end = len(whole) if end < 0 else end + 1
        if length is not None and integer(length) >= 0:
            end = min(end, at + integer(length))
        self._at = max(at, end)
        return self._give(whole[at:end])

    def readlines(self, sizehint: Any = 0) -> list[Any]:
        """The rest in lines."""
        return list(self)

    def __iter__(self) -> Iterator[Any]:
        # What reads the lines may be an heir's, and a method of C.
        lines: Iterator[Any] = checked_items(iter(self.readline, ""))
        return lines

    def next(self) -> Any:
        """The next line; StopIteration at the end."""
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def seek(self, pos: Any, mode: Any = 0) -> None:
        """Go to a place."""
        whole = self._open()
        base = {0: 0, 1: self._position(), 2: len(whole)}[integer(mode)]
        self._at = max(0, base + integer(pos))

    def tell(self) -> int:
        """The place."""
        return self._position()

    def truncate(self, size: Any = None) -> None:
        """Cut the text."""
        at = self._position() if size is None else integer(size)
        if at < 0:
            raise IOError(22, "Negative size not allowed")  # noqa: UP024 - Python 2's name
        self._text = self._open()[:at]
        self._at = min(self._position(), at)

    def reset(self) -> None:
        """Go to the start."""
        self._at = 0

    def flush(self) -> None:
        """Nothing to do."""

    def isatty(self) -> bool:
        """False."""
        return False

    def close(self) -> None:
        """Free the text."""
        self._closed = True
        self._text = ""
        self._pieces.clear()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    @property
    def len(self) -> int:
        """How long the text is."""
        return len(self._open())

    @property
    def buf(self) -> Any:
        """The text."""
        return self.getvalue()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


def to_bytes(words: str) -> str:
    """Text as a script's ``str`` of bytes, as ``unicode`` where it does not fit."""
    try:
        return byte_text(words.encode("latin-1"))
    except UnicodeEncodeError:
        return unicode_text(words)


class StringIOModule(Module):
    """``StringIO``."""

    __slots__ = ()
    NAME = "StringIO"

    StringIO = StringIO


class CStringIOModule(Module):
    """``cStringIO``."""

    __slots__ = ()
    NAME = "cStringIO"

    StringIO = StringIO


@host_class("io")
class UnicodeStringIO(StringIO, metaclass=HostType):
    """``io.StringIO``: takes and gives unicode."""

    __slots__ = ()

    def __init__(self, initial_value: Any = "", newline: Any = "\n") -> None:
        StringIO.__init__(self, initial_value)
        self._unicode = True

    def write(self, s: Any) -> int:  # type: ignore[override]
        """Write a text."""
        if not is_unicode(s):
            raise TypeError(f"unicode argument expected, got '{type(s).__name__}'")
        StringIO.write(self, s)
        return len(s)


@host_class("io")
class BytesIO(StringIO, metaclass=HostType):
    """``io.BytesIO``: takes and gives bytes."""

    __slots__ = ()

    def write(self, s: Any) -> int:  # type: ignore[override]
        """Write bytes."""
        data = octets(s)
        StringIO.write(self, byte_text(data))
        return len(data)


class IoModule(Module):
    """``io``: the streams in memory; files are refused."""

    __slots__ = ()
    NAME = "io"

    StringIO = UnicodeStringIO
    BytesIO = BytesIO
    SEEK_SET, SEEK_CUR, SEEK_END = range(3)
    DEFAULT_BUFFER_SIZE = io.DEFAULT_BUFFER_SIZE

    def __getattr__(self, name: str) -> Any:
        if name in ("open", "FileIO", "BufferedReader", "BufferedWriter", "TextIOWrapper"):
            raise AttributeError(f"io.{name} is not available here: {FILES}")
        return super().__getattr__(name)
