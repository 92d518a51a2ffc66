"""``java.util.UUID``."""

from __future__ import annotations

import hashlib
import os
import uuid
from typing import Any

from sandbox.library.java.arrays import byte_values
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import (
    expected,
    long_argument,
    text_argument,
    wrap_int,
    wrap_long,
)
from sandbox.library.java.throwables import IllegalArgumentException, java_exception_class
from sandbox.library.values import unicode_text


class UUID(Object, package="java.util"):
    """``java.util.UUID``."""

    __slots__ = ("_value",)

    def __init__(self, high: Any, low: Any) -> None:
        most = long_argument(high, "java.util.UUID") & (2**64 - 1)
        least = long_argument(low, "java.util.UUID", 2) & (2**64 - 1)
        state(self, "_value", uuid.UUID(int=most << 64 | least))

    @classmethod
    def _of(cls, value: uuid.UUID) -> UUID:
        return cls(wrap_long(value.int >> 64), wrap_long(value.int & (2**64 - 1)))

    @classmethod
    def randomUUID(cls) -> UUID:
        """A random one."""
        return cls._of(uuid.UUID(bytes=os.urandom(16), version=4))

    @classmethod
    def fromString(cls, text: Any) -> UUID:
        """The one a text names."""
        words = text_argument(text, "fromString")
        parts = words.split("-")
        if len(parts) != 5 or not all(parts):
            raise IllegalArgumentException(f"Invalid UUID string: {words}")
        try:
            sizes = (8, 4, 4, 4, 12)
            pairs = list(zip(parts, sizes, strict=True))
            numbers = [int(one, 16) & (16**size - 1) for one, size in pairs]
        except ValueError:
            raise java_exception_class("java.lang.NumberFormatException")(
                f'For input string: "{words}"'
            ) from None
        joined = "".join([f"{one:0{size}x}" for one, size in zip(numbers, sizes, strict=True)])
        return cls._of(uuid.UUID(hex=joined))

    @classmethod
    def nameUUIDFromBytes(cls, data: Any) -> UUID:
        """The one of a name, by MD5."""
        digest = hashlib.md5(byte_values(data, "nameUUIDFromBytes"), usedforsecurity=False)
        return cls._of(uuid.UUID(bytes=digest.digest(), version=3))

    def getMostSignificantBits(self) -> int:
        """The first half."""
        return wrap_long(self._value.int >> 64)

    def getLeastSignificantBits(self) -> int:
        """The second half."""
        return wrap_long(self._value.int & (2**64 - 1))

    def version(self) -> int:
        """The version."""
        return (self._value.int >> 76) & 15  # type: ignore[no-any-return]

    def compareTo(self, other: Any) -> int:
        """-1, 0 or 1."""
        mine, that = self._value, expected(other, UUID, "compareTo")._value
        return (mine > that) - (mine < that)  # type: ignore[no-any-return]

    def equals(self, other: Any) -> bool:
        """Whether it is the same."""
        return isinstance(other, UUID) and bool(other._value == self._value)

    def hashCode(self) -> int:
        """Java's hash."""
        mixed = (self._value.int >> 64) ^ (self._value.int & (2**64 - 1))
        return wrap_int((mixed >> 32) ^ (mixed & 0xFFFFFFFF))

    def toString(self) -> str:
        """Five groups of hex digits."""
        return unicode_text(str(self._value))
