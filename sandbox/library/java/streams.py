"""``java.io`` in memory: byte and text streams, readers and writers."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.arrays import byte_array, byte_values
from sandbox.library.java.base import Object, java_name, state
from sandbox.library.java.charsets import charset
from sandbox.library.java.convert import int_argument, java_text, text_argument
from sandbox.library.java.formatter import java_format
from sandbox.library.java.strings import StringBuffer
from sandbox.library.java.throwables import IOException
from sandbox.library.values import unicode_text
from sandbox.limits_consuming import checked_items

MAX_BYTES = 64 * 1024 * 1024


class Closeable(Object, package="java.io"):
    """``java.io.Closeable``."""

    def close(self) -> None:
        """Nothing to do."""

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


class Serializable(Object, package="java.io"):
    """``java.io.Serializable``."""


class InputStream(Closeable, package="java.io"):
    """``java.io.InputStream``."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: Any = "") -> None:
        state(self, "_data", byte_values(data, "java.io.ByteArrayInputStream"))
        state(self, "_at", 0)

    def _take(self, count: int) -> bytes:
        found: bytes = self._data[self._at : self._at + count]
        state(self, "_at", self._at + len(found))
        return found

    def read(self, *target: Any) -> int:
        """The next byte, or the next bytes into an array; -1 at the end."""
        if not target:
            found = self._take(1)
            return found[0] if found else -1
        array = target[0]
        offset, count = (target[1], target[2]) if len(target) == 3 else (0, len(array))
        found = self._take(count)
        for index, one in enumerate(found):
            array[offset + index] = one - 256 if one > 127 else one
        return len(found) if found or not count else -1

    def readAllBytes(self) -> Any:
        """The rest."""
        return byte_array(self._take(len(self._data)))

    def available(self) -> int:
        """How many bytes are left."""
        return len(self._data) - int(self._at)

    def skip(self, count: Any) -> int:
        """Leave bytes out."""
        return len(self._take(max(0, int_argument(count, "skip"))))

    def reset(self) -> None:
        """Start again."""
        state(self, "_at", 0)


class ByteArrayInputStream(InputStream, package="java.io"):
    """``java.io.ByteArrayInputStream``."""


class OutputStream(Closeable, package="java.io"):
    """``java.io.OutputStream``."""

    __slots__ = ("_buffer",)

    def __init__(self, *_size: Any) -> None:
        state(self, "_buffer", bytearray())

    def write(self, data: Any, *bounds: Any) -> None:
        """Write a byte or bytes."""
        if isinstance(data, int):
            made = bytes([data & 0xFF])
        else:
            made = byte_values(data, "write")
            if len(bounds) == 2:
                made = made[bounds[0] : bounds[0] + bounds[1]]
        if len(self._buffer) + len(made) > MAX_BYTES:
            raise MemoryError("the stream would be too long")
        self._buffer.extend(made)

    def writeBytes(self, data: Any) -> None:
        """Write bytes."""
        self.write(data)

    def flush(self) -> None:
        """Nothing to do."""


class ByteArrayOutputStream(OutputStream, package="java.io"):
    """``java.io.ByteArrayOutputStream``."""

    def toByteArray(self) -> Any:
        """The bytes."""
        return byte_array(bytes(self._buffer))

    def size(self) -> int:
        """How many bytes there are."""
        return len(self._buffer)

    def reset(self) -> None:
        """Throw them away."""
        self._buffer.clear()

    def writeTo(self, stream: Any) -> None:
        """Write the bytes to another stream."""
        stream.write(byte_array(bytes(self._buffer)))

    def toString(self, *encoding: Any) -> str:
        """The bytes as text."""
        codec = charset(encoding[0]) if encoding else "utf-8"
        return unicode_text(bytes(self._buffer).decode(codec, "replace"))


class Reader(Closeable, package="java.io"):
    """``java.io.Reader``."""

    __slots__ = ("_at", "_text")

    def __init__(self, source: Any = "", encoding: Any = "utf-8") -> None:
        if isinstance(source, Reader):
            text = source._text[source._at :]
        elif isinstance(source, InputStream):
            text = source._take(len(source._data)).decode(charset(encoding), "replace")
        else:
            text = text_argument(source, java_name(type(self)))
        state(self, "_text", text)
        state(self, "_at", 0)

    def read(self, *target: Any) -> int:
        """The number of the next character; -1 at the end."""
        if self._at >= len(self._text):
            return -1
        if target:
            raise IOException("only single characters can be read here; use readLine")
        state(self, "_at", self._at + 1)
        return ord(self._text[self._at - 1])

    def ready(self) -> bool:
        """Whether there is more."""
        return bool(self._at < len(self._text))


class StringReader(Reader, package="java.io"):
    """``java.io.StringReader``."""


class InputStreamReader(Reader, package="java.io"):
    """``java.io.InputStreamReader``."""


class BufferedReader(Reader, package="java.io"):
    """``java.io.BufferedReader``."""

    def readLine(self) -> Any:
        """The next line without its end, or None."""
        if self._at >= len(self._text):
            return None
        at = int(self._at)
        end = at
        while end < len(self._text) and self._text[end] not in "\r\n":
            end += 1
        line = self._text[at:end]
        if self._text[end : end + 2] == "\r\n":
            end += 1
        state(self, "_at", end + 1)
        return unicode_text(line)

    def lines(self) -> list[Any]:
        """The rest in lines."""
        return list(checked_items(iter(self.readLine, None)))

    def __iter__(self) -> Any:
        return checked_items(iter(self.readLine, None))


class Writer(Closeable, package="java.io"):
    """``java.io.Writer``."""

    __slots__ = ("_length", "_pieces")

    def __init__(self, *_size: Any) -> None:
        state(self, "_pieces", [])
        state(self, "_length", 0)

    def write(self, value: Any, *bounds: Any) -> None:
        """Write a text, or the character of a number."""
        text = chr(value) if isinstance(value, int) else java_text(value)
        if len(bounds) == 2:
            text = text[bounds[0] : bounds[0] + bounds[1]]
        state(self, "_length", self._length + len(text))
        if self._length > MAX_BYTES:
            raise MemoryError("the stream would be too long")
        self._pieces.append(text)

    def append(self, value: Any) -> Any:
        """Write a text."""
        self.write(java_text(value))
        return self

    def flush(self) -> None:
        """Nothing to do."""


class StringWriter(Writer, package="java.io"):
    """``java.io.StringWriter``."""

    def getBuffer(self) -> Any:
        """The text as a StringBuffer."""
        return StringBuffer(self.toString())

    def toString(self) -> str:
        """The text."""
        return unicode_text("".join(self._pieces))


class PrintWriter(Writer, package="java.io"):
    """``java.io.PrintWriter`` on another writer or stream."""

    __slots__ = ("_target",)

    def __init__(self, target: Any, *_flush: Any) -> None:
        super().__init__()
        if not isinstance(target, (Writer, OutputStream)):
            raise TypeError("java.io.PrintWriter(): 1st arg can't be coerced to java.io.Writer")
        state(self, "_target", target)

    def write(self, value: Any, *bounds: Any) -> None:
        """Write a text."""
        text = chr(value) if isinstance(value, int) else java_text(value)
        if isinstance(self._target, OutputStream):
            self._target.write(byte_array(text.encode("utf-8")))
        else:
            self._target.write(text)

    def println(self, *value: Any) -> None:
        """Write a line."""
        self.write("".join([java_text(one) for one in value]) + "\n")

    def print_(self, value: Any) -> None:
        """Write a text."""
        self.write(java_text(value))

    def printf(self, fmt: Any, *args: Any) -> Any:
        """Write formatted."""
        self.write(java_format(text_argument(fmt, "printf"), args))
        return self


type.__setattr__(PrintWriter, "print", vars(PrintWriter)["print_"])


class BufferedWriter(PrintWriter, package="java.io"):
    """``java.io.BufferedWriter``."""

    def newLine(self) -> None:
        """Write a line feed."""
        self.write("\n")
