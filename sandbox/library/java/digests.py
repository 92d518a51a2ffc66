"""Check sums and digests: ``CRC32``, ``Adler32``, ``java.security.MessageDigest``."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

from sandbox.library.java.arrays import byte_array, byte_values
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import text_argument
from sandbox.library.java.throwables import java_exception_class
from sandbox.library.values import long_value, unicode_text


class _Checksum(Object, package="java.util.zip"):
    __slots__ = ("_value",)
    _START = 0

    def __init__(self) -> None:
        state(self, "_value", type(self)._START)

    def _next(self, data: bytes) -> int:
        return zlib.crc32(data, self._value)

    def update(self, data: Any, *bounds: Any) -> None:
        """Take a byte or bytes."""
        raw = bytes([data & 0xFF]) if isinstance(data, int) else byte_values(data, "update")
        if len(bounds) == 2:
            raw = raw[bounds[0] : bounds[0] + bounds[1]]
        state(self, "_value", self._next(raw))

    def getValue(self) -> int:
        """The sum."""
        return long_value(self._value)

    def reset(self) -> None:
        """Start again."""
        state(self, "_value", type(self)._START)


class CRC32(_Checksum, package="java.util.zip"):
    """``java.util.zip.CRC32``."""


class Adler32(_Checksum, package="java.util.zip"):
    """``java.util.zip.Adler32``."""

    _START = 1

    def _next(self, data: bytes) -> int:
        return zlib.adler32(data, self._value)


_DIGESTS = {"md5": "md5", "sha": "sha1", "sha-1": "sha1", "sha-224": "sha224"}
_DIGESTS |= {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}


class MessageDigest(Object, package="java.security"):
    """``java.security.MessageDigest``."""

    __slots__ = ("_name", "_real")

    def __init__(self, name: str) -> None:
        found = _DIGESTS.get(name.lower())
        if found is None:
            raise java_exception_class("java.security.NoSuchAlgorithmException")(
                f"{name} MessageDigest not available"
            )
        state(self, "_name", name)
        state(self, "_real", hashlib.new(found, usedforsecurity=False))

    @classmethod
    def getInstance(cls, name: Any) -> MessageDigest:
        """The digest of a name."""
        return cls(text_argument(name, "getInstance"))

    @classmethod
    def isEqual(cls, a: Any, b: Any) -> bool:
        """Whether two digests are equal."""
        return byte_values(a, "isEqual") == byte_values(b, "isEqual")

    def update(self, data: Any) -> None:
        """Take a byte or bytes."""
        raw = bytes([data & 0xFF]) if isinstance(data, int) else byte_values(data, "update")
        self._real.update(raw)

    def digest(self, *data: Any) -> Any:
        """The digest; starts again."""
        if data:
            self.update(data[0])
        made = byte_array(self._real.digest())
        self.reset()
        return made

    def reset(self) -> None:
        """Start again."""
        state(self, "_real", hashlib.new(_DIGESTS[self._name.lower()], usedforsecurity=False))

    def getAlgorithm(self) -> str:
        """The name."""
        return unicode_text(self._name)
