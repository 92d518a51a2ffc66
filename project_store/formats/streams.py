"""Bytes taken from a stream one need at a time: decompressed as they come, within limits."""

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from project_store.errors import FormatError

GZIP_MARK = b"\x1f\x8b"
_CHUNK = 64 * 1024
_RATIO_APPLIES_FROM = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may hold at most; a real project's scripts are far below.

    Args:
        size: bytes after decompression.
        ratio: bytes after decompression for each byte before it (beyond the first MiB).
        depth: elements inside one another.
        strings: texts in the table.
        elements: elements altogether.
    """

    size: int = 64 * 1024 * 1024
    ratio: int = 200
    depth: int = 100
    strings: int = 500_000
    elements: int = 200_000


class Source:
    """Reads a stream, gzip-compressed or plain, by exact amounts; tells the offset it is at.

    Args:
        stream: the bytes; only ``read(n)`` is called.
        limits: ``size`` and ``ratio`` are checked here.
    """

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self.limits = limits
        self.offset = 0
        self._stream = stream
        self._ready = bytearray()
        self._taken = 0
        self._came_in = 0
        self._came_out = 0
        self._rest = stream.read(_CHUNK)
        self._came_in = len(self._rest)
        self._inflate = (
            zlib.decompressobj(wbits=31) if self._rest.startswith(GZIP_MARK) else None
        )

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer at the end, without taking them."""
        while len(self._ready) - self._taken < size and self._fill():
            pass
        return bytes(self._ready[self._taken : self._taken + size])

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes.

        Raises:
            FormatError: fewer are left.
        """
        while len(self._ready) - self._taken < size:
            if not self._fill():
                raise FormatError("ends too early", self.offset)
        data = bytes(self._ready[self._taken : self._taken + size])
        self._taken += size
        self.offset += size
        if self._taken > _CHUNK:
            del self._ready[: self._taken]
            self._taken = 0
        return data

    def rest(self) -> bytes:
        """All that is left, within the limits."""
        while self._fill():
            pass
        return self.take(len(self._ready) - self._taken)

    def byte(self) -> int:
        """An unsigned byte."""
        return self.take(1)[0]

    def uint16(self) -> int:
        """An unsigned number of two bytes."""
        return int(struct.unpack(">H", self.take(2))[0])

    def int32(self) -> int:
        """A signed number of four bytes."""
        return int(struct.unpack(">i", self.take(4))[0])

    def int64(self) -> int:
        """A signed number of eight bytes."""
        return int(struct.unpack(">q", self.take(8))[0])

    def count(self, what: str, limit: int) -> int:
        """A number of things to come, checked against a limit."""
        at = self.offset
        number = self.int32()
        if not 0 <= number <= limit:
            raise FormatError(f"claims {number} {what}", at)
        return number

    def size(self, what: str) -> int:
        """A number of bytes to come, checked against the limit of size."""
        return self.count(f"bytes of {what}", self.limits.size)

    def end(self) -> None:
        """Checks that nothing is left.

        Raises:
            FormatError: something is.
        """
        if self.peek(1) or (self._inflate is not None and self._inflate.unused_data):
            raise FormatError("goes on after its end", self.offset)

    def _fill(self) -> bool:
        """Brings in more bytes; False at the end."""
        while True:
            if self._inflate is None:
                data, self._rest = self._rest, b""
                if not data:
                    data = self._stream.read(_CHUNK)
            else:
                if self._inflate.eof:
                    return False
                if not self._rest:
                    self._rest = self._stream.read(_CHUNK)
                    self._came_in += len(self._rest)
                    if not self._rest:
                        raise FormatError("the compressed data end too early", self._came_out)
                try:
                    data = self._inflate.decompress(self._rest, _CHUNK)
                except zlib.error as error:
                    raise FormatError(f"broken gzip data: {error}", self._came_out) from None
                self._rest = self._inflate.unconsumed_tail
            if data:
                break
            if self._inflate is None:
                return False
        self._came_out += len(data)
        self._check()
        self._ready += data
        return True

    def _check(self) -> None:
        if self._came_out > self.limits.size:
            raise FormatError(f"is larger than {self.limits.size} bytes", self._came_out)
        if (
            self._inflate is not None
            and self._came_out > _RATIO_APPLIES_FROM
            and self._came_out > self._came_in * self.limits.ratio
        ):
            raise FormatError(
                f"unpacks to more than {self.limits.ratio} times its size", self._came_out
            )
