"""``java.nio.ByteBuffer`` and ``ByteOrder``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.arrays import byte_array, byte_values
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import int_argument
from sandbox.library.java.throwables import java_exception_class
from sandbox.library.values import long_value, unicode_text


class ByteOrder(Object, package="java.nio"):
    """``java.nio.ByteOrder``."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        state(self, "_name", name)

    def toString(self) -> str:
        """Its name."""
        return unicode_text(self._name)


for _name in ("BIG_ENDIAN", "LITTLE_ENDIAN"):
    type.__setattr__(ByteOrder, _name, ByteOrder(_name))


class ByteBuffer(Object, package="java.nio"):
    """``java.nio.ByteBuffer``."""

    __slots__ = ("_at", "_data", "_limit", "_order")

    def __init__(self, data: bytearray) -> None:
        state(self, "_data", data)
        state(self, "_at", 0)
        state(self, "_limit", len(data))
        state(self, "_order", ByteOrder.BIG_ENDIAN)

    @classmethod
    def allocate(cls, size: Any) -> ByteBuffer:
        """So many zeros."""
        count = int_argument(size, "allocate")
        if not 0 <= count <= 64 * 1024 * 1024:
            raise MemoryError("the buffer would be too long")
        return cls(bytearray(count))

    @classmethod
    def wrap(cls, data: Any) -> ByteBuffer:
        """A copy of bytes."""
        return cls(bytearray(byte_values(data, "wrap")))

    def order(self, *order: Any) -> Any:
        """The order of bytes, or another one."""
        if not order:
            return self._order
        state(self, "_order", order[0])
        return self

    def _letter(self) -> Any:
        return "little" if self._order is ByteOrder.LITTLE_ENDIAN else "big"

    def _put(self, raw: bytes, at: Any = None) -> ByteBuffer:
        place = self._at if at is None else at
        if place + len(raw) > self._limit:
            raise java_exception_class("java.nio.BufferOverflowException")(None)
        self._data[place : place + len(raw)] = raw
        if at is None:
            state(self, "_at", place + len(raw))
        return self

    def _get(self, count: int, at: Any = None) -> bytes:
        place = self._at if at is None else int_argument(at, "get")
        if place + count > self._limit:
            raise java_exception_class("java.nio.BufferUnderflowException")(None)
        if at is None:
            state(self, "_at", place + count)
        return bytes(self._data[place : place + count])

    def _number(self, count: int, at: Any) -> int:
        return int.from_bytes(self._get(count, at), self._letter(), signed=True)

    def _bytes(self, value: Any, count: int) -> bytes:
        return (int(value) & (256**count - 1)).to_bytes(count, self._letter())  # type: ignore[no-any-return]

    def put(self, value: Any, *_rest: Any) -> ByteBuffer:
        """Write a byte or bytes."""
        if isinstance(value, int):
            return self._put(bytes([value & 0xFF]))
        return self._put(byte_values(value, "put"))

    def get(self, *at: Any) -> Any:
        """Read a byte."""
        return self._number(1, at[0] if at else None)

    def putShort(self, value: Any) -> ByteBuffer:
        """Write two bytes."""
        return self._put(self._bytes(value, 2))

    def getShort(self, *at: Any) -> int:
        """Read two bytes."""
        return self._number(2, at[0] if at else None)

    def putInt(self, value: Any) -> ByteBuffer:
        """Write four bytes."""
        return self._put(self._bytes(value, 4))

    def getInt(self, *at: Any) -> int:
        """Read four bytes."""
        return self._number(4, at[0] if at else None)

    def putLong(self, value: Any) -> ByteBuffer:
        """Write eight bytes."""
        return self._put(self._bytes(value, 8))

    def getLong(self, *at: Any) -> int:
        """Read eight bytes."""
        return long_value(self._number(8, at[0] if at else None))

    def _float(self, code: str) -> str:
        return ("<" if self._letter() == "little" else ">") + code

    def putFloat(self, value: Any) -> ByteBuffer:
        """Write a float."""
        import struct

        return self._put(struct.pack(self._float("f"), float(value)))

    def getFloat(self, *at: Any) -> float:
        """Read a float."""
        import struct

        return float(struct.unpack(self._float("f"), self._get(4, at[0] if at else None))[0])

    def putDouble(self, value: Any) -> ByteBuffer:
        """Write a double."""
        import struct

        return self._put(struct.pack(self._float("d"), float(value)))

    def getDouble(self, *at: Any) -> float:
        """Read a double."""
        import struct

        return float(struct.unpack(self._float("d"), self._get(8, at[0] if at else None))[0])

    def flip(self) -> ByteBuffer:
        """From writing to reading."""
        state(self, "_limit", self._at)
        state(self, "_at", 0)
        return self

    def clear(self) -> ByteBuffer:
        """From the start again."""
        state(self, "_limit", len(self._data))
        state(self, "_at", 0)
        return self

    def rewind(self) -> ByteBuffer:
        """Read from the start again."""
        state(self, "_at", 0)
        return self

    def remaining(self) -> int:
        """How many bytes are left."""
        return int(self._limit - self._at)

    def hasRemaining(self) -> bool:
        """Whether bytes are left."""
        return bool(self._at < self._limit)

    def position(self, *at: Any) -> Any:
        """The place, or another one."""
        if not at:
            return int(self._at)
        state(self, "_at", int_argument(at[0], "position"))
        return self

    def capacity(self) -> int:
        """How long it is."""
        return len(self._data)

    def array(self) -> Any:
        """The bytes."""
        return byte_array(bytes(self._data))
