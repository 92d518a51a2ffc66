"""``zlib``, its output bounded."""

from __future__ import annotations

import zlib
from typing import Any

from sandbox.library.arguments import from_octets, integer, octets
from sandbox.library.bounded import MAX_OUTPUT
from sandbox.library.module import Held, HostType, Module, host_class
from sandbox.library.values import signed32


@host_class("zlib")
class ZlibError(Exception, metaclass=HostType):
    """``zlib.error``."""


type.__setattr__(ZlibError, "__name__", "error")


class Compressor(Held):
    """``zlib.compressobj()``."""

    __slots__ = ("_real",)

    def __init__(self, real: Any) -> None:
        object.__setattr__(self, "_real", real)

    def compress(self, data: Any) -> str:
        """Take bytes."""
        return from_octets(self._real.compress(octets(data)))

    def flush(self, mode: Any = zlib.Z_FINISH) -> str:
        """The rest."""
        return from_octets(self._real.flush(integer(mode)))


class Decompressor(Held):
    """``zlib.decompressobj()``."""

    __slots__ = ("_real",)

    def __init__(self, real: Any) -> None:
        object.__setattr__(self, "_real", real)

    def decompress(self, data: Any, max_length: Any = 0) -> str:
        """Take bytes."""
        limit = integer(max_length) or MAX_OUTPUT
        try:
            made = self._real.decompress(octets(data), min(limit, MAX_OUTPUT))
        except zlib.error as error:
            raise ZlibError(str(error)) from None
        if not max_length and self._real.unconsumed_tail:
            raise MemoryError("the decompressed data would be too long")
        return from_octets(made)

    @property
    def unused_data(self) -> str:
        """What came behind the end."""
        return from_octets(self._real.unused_data)

    @property
    def unconsumed_tail(self) -> str:
        """What was not yet taken."""
        return from_octets(self._real.unconsumed_tail)

    def flush(self, length: Any = 0) -> str:
        """The rest."""
        return ""


class ZlibModule(Module):
    """``zlib``, at most 64 MB out."""

    __slots__ = ()
    NAME = "zlib"

    error = ZlibError
    DEFLATED = zlib.DEFLATED
    MAX_WBITS = zlib.MAX_WBITS
    Z_BEST_COMPRESSION = zlib.Z_BEST_COMPRESSION
    Z_BEST_SPEED = zlib.Z_BEST_SPEED
    Z_DEFAULT_COMPRESSION = zlib.Z_DEFAULT_COMPRESSION
    Z_FINISH = zlib.Z_FINISH
    Z_SYNC_FLUSH = zlib.Z_SYNC_FLUSH
    Z_FULL_FLUSH = zlib.Z_FULL_FLUSH

    def compress(self, string: Any, level: Any = -1) -> str:
        """Bytes made small."""
        return from_octets(zlib.compress(octets(string), integer(level)))

    def decompress(self, string: Any, wbits: Any = zlib.MAX_WBITS, bufsize: Any = 0) -> str:
        """The bytes that were made small."""
        return from_octets(inflate(octets(string), integer(wbits)))

    def compressobj(self, level: Any = -1, *_more: Any) -> Compressor:
        """An object that makes bytes small piece by piece."""
        return Compressor(zlib.compressobj(integer(level)))

    def decompressobj(self, wbits: Any = zlib.MAX_WBITS) -> Decompressor:
        """An object that gives the bytes back piece by piece."""
        return Decompressor(zlib.decompressobj(integer(wbits)))

    def crc32(self, data: Any, value: Any = 0) -> int:
        """The CRC-32, with a sign as in Python 2."""
        return signed32(zlib.crc32(octets(data), integer(value) & 0xFFFFFFFF))

    def adler32(self, data: Any, value: Any = 1) -> int:
        """The Adler-32, with a sign as in Python 2."""
        return signed32(zlib.adler32(octets(data), integer(value) & 0xFFFFFFFF))


def inflate(data: bytes, wbits: int = zlib.MAX_WBITS) -> bytes:
    """The bytes that were made small; MemoryError above 64 MB."""
    try:
        real = zlib.decompressobj(wbits)
        made = real.decompress(data, MAX_OUTPUT)
    except (zlib.error, ValueError) as error:
        raise ZlibError(str(error)) from None
    if real.unconsumed_tail:
        raise MemoryError("the decompressed data would be too long")
    if not real.eof:
        raise ZlibError("Error -5 while decompressing data: incomplete or truncated stream")
    return made
