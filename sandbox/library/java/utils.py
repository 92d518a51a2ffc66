"""The rest of ``java.util``: UUID, Random, Base64, Optional, Objects; CRC32, MessageDigest."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import os
import uuid
import zlib
from typing import Any

from sandbox.library.java.arrays import byte_array, byte_values
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import (
    int_argument,
    java_equals,
    java_hash,
    java_text,
    long_argument,
    text_argument,
    to_java,
    wrap_int,
    wrap_long,
)
from sandbox.library.java.throwables import (
    IllegalArgumentException,
    NoSuchElementException,
    NullPointerException,
    java_exception_class,
)
from sandbox.library.random_module import JavaGenerator, fresh_seed
from sandbox.library.values import long_value, unicode_text


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
        return (self._value > other._value) - (self._value < other._value)  # type: ignore[no-any-return]

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


class Random(Object, package="java.util"):
    """``java.util.Random``: a seed gives Java's numbers."""

    __slots__ = ("_generator",)

    def __init__(self, seed: Any = None) -> None:
        start = fresh_seed() if seed is None else long_argument(seed, "java.util.Random")
        state(self, "_generator", JavaGenerator(start))

    def setSeed(self, seed: Any) -> None:
        """Start again."""
        self._generator.seed(long_argument(seed, "setSeed"))

    def nextInt(self, *bounds: Any) -> int:
        """An int, below a bound if there is one."""
        generator = self._generator
        if not bounds:
            return int(generator.next(32))
        if len(bounds) == 2:
            low = int_argument(bounds[0], "nextInt")
            return low + self.nextInt(int_argument(bounds[1], "nextInt", 2) - low)
        bound = int_argument(bounds[0], "nextInt")
        if bound <= 0:
            raise IllegalArgumentException("bound must be positive")
        if bound & -bound == bound:
            return (bound * generator.next(31)) >> 31  # type: ignore[no-any-return]
        while True:
            bits = generator.next(31)
            value = bits % bound
            if bits - value + bound - 1 < 2**31:
                return int(value)

    def nextLong(self) -> int:
        """A long."""
        return wrap_long((self._generator.next(32) << 32) + self._generator.next(32))

    def nextBoolean(self) -> bool:
        """True or False."""
        return bool(self._generator.next(1))

    def nextDouble(self) -> float:
        """A float in [0, 1)."""
        high, low = self._generator.next(26), self._generator.next(27)
        return float(((high << 27) + low) * (1.0 / (1 << 53)))

    def nextFloat(self) -> float:
        """A float in [0, 1)."""
        return float(self._generator.next(24) / float(1 << 24))

    def nextGaussian(self) -> float:
        """A float by the normal distribution."""
        generator = self._generator
        if generator.next_gaussian is not None:
            found, generator.next_gaussian = generator.next_gaussian, None
            return float(found)
        while True:
            a = 2 * self.nextDouble() - 1
            b = 2 * self.nextDouble() - 1
            s = a * a + b * b
            if 0 < s < 1:
                scale = math.sqrt(-2 * math.log(s) / s)
                generator.next_gaussian = b * scale
                return a * scale


class SecureRandom(Random, package="java.security"):
    """``java.security.SecureRandom``: unforeseeable by its seed."""

    def __init__(self, *_seed: Any) -> None:
        super().__init__()


class _Encoder(Object, package="java.util", java_name="Base64$Encoder"):
    __slots__ = ("_url",)

    def __init__(self, url: bool = False) -> None:
        state(self, "_url", url)

    def _bytes(self, data: Any) -> bytes:
        raw = byte_values(data, "encode")
        return base64.urlsafe_b64encode(raw) if self._url else base64.b64encode(raw)

    def encode(self, data: Any) -> Any:
        """Bytes as Base64 bytes."""
        return byte_array(self._bytes(data))

    def encodeToString(self, data: Any) -> str:
        """Bytes as Base64 text."""
        return unicode_text(self._bytes(data).decode("ascii"))


class _Decoder(Object, package="java.util", java_name="Base64$Decoder"):
    __slots__ = ("_url",)

    def __init__(self, url: bool = False) -> None:
        state(self, "_url", url)

    def decode(self, data: Any) -> Any:
        """The bytes of Base64."""
        raw = byte_values(data, "decode")
        try:
            made = base64.b64decode(
                raw.translate(bytes.maketrans(b"-_", b"+/")) if self._url else raw, validate=True
            )
        except binascii.Error as error:
            raise IllegalArgumentException(str(error)) from None
        return byte_array(made)


class Base64(Object, package="java.util"):
    """``java.util.Base64``."""

    @classmethod
    def getEncoder(cls) -> Any:
        """An encoder."""
        return _Encoder()

    getMimeEncoder = getEncoder

    @classmethod
    def getUrlEncoder(cls) -> Any:
        """An encoder for addresses."""
        return _Encoder(True)

    @classmethod
    def getDecoder(cls) -> Any:
        """A decoder."""
        return _Decoder()

    getMimeDecoder = getDecoder

    @classmethod
    def getUrlDecoder(cls) -> Any:
        """A decoder for addresses."""
        return _Decoder(True)


class Optional(Object, package="java.util"):
    """``java.util.Optional``."""

    __slots__ = ("_value",)

    def __init__(self, value: Any = None) -> None:
        state(self, "_value", to_java(value))

    @classmethod
    def of(cls, value: Any) -> Optional:
        """A value."""
        if value is None:
            raise NullPointerException(None)
        return cls(value)

    @classmethod
    def ofNullable(cls, value: Any) -> Optional:
        """A value or nothing."""
        return cls(value)

    @classmethod
    def empty(cls) -> Optional:
        """Nothing."""
        return cls()

    def isPresent(self) -> bool:
        """Whether there is a value."""
        return self._value is not None

    def isEmpty(self) -> bool:
        """Whether there is none."""
        return self._value is None

    def get(self) -> Any:
        """The value; an error when there is none."""
        if self._value is None:
            raise NoSuchElementException("No value present")
        return self._value

    def orElse(self, other: Any) -> Any:
        """The value or another."""
        return to_java(other) if self._value is None else self._value

    def toString(self) -> str:
        """``Optional[5]``."""
        if self._value is None:
            return unicode_text("Optional.empty")
        return unicode_text(f"Optional[{java_text(self._value)}]")


class Objects(Object, package="java.util"):
    """``java.util.Objects``."""

    @classmethod
    def isNull(cls, value: Any) -> bool:
        """Whether it is None."""
        return value is None

    @classmethod
    def nonNull(cls, value: Any) -> bool:
        """Whether it is not None."""
        return value is not None

    @classmethod
    def requireNonNull(cls, value: Any, *message: Any) -> Any:
        """The value; an error for None."""
        if value is None:
            raise NullPointerException(message[0] if message else None)
        return value

    @classmethod
    def hash(cls, *values: Any) -> int:
        """Java's hash of values."""
        code = 1
        for one in values:
            code = wrap_int(31 * code + java_hash(one))
        return code


def _objects_equals(cls: Any, a: Any, b: Any) -> bool:
    return java_equals(to_java(a), to_java(b))


def _objects_text(cls: Any, value: Any, *default: Any) -> str:
    if value is None and default:
        return unicode_text(java_text(default[0]))
    return unicode_text(java_text(value))


type.__setattr__(Objects, "equals", classmethod(_objects_equals))
type.__setattr__(Objects, "toString", classmethod(_objects_text))


class StringTokenizer(Object, package="java.util"):
    """``java.util.StringTokenizer``."""

    __slots__ = ("_at", "_words")

    def __init__(self, text: Any, delimiters: Any = " \t\n\r\f", *_return: Any) -> None:
        words = text_argument(text, "java.util.StringTokenizer")
        marks = text_argument(delimiters, "java.util.StringTokenizer", 2)
        spaced = "".join(["\0" if one in marks else one for one in words])
        state(self, "_words", [one for one in spaced.split("\0") if one])
        state(self, "_at", 0)

    def hasMoreTokens(self) -> bool:
        """Whether there is another."""
        return bool(self._at < len(self._words))

    hasMoreElements = hasMoreTokens

    def nextToken(self) -> str:
        """The next."""
        if self._at >= len(self._words):
            raise NoSuchElementException(None)
        state(self, "_at", self._at + 1)
        return unicode_text(self._words[self._at - 1])

    nextElement = nextToken

    def countTokens(self) -> int:
        """How many are left."""
        return len(self._words) - int(self._at)


class Currency(Object, package="java.util"):
    """``java.util.Currency``: three letters and a sign."""

    __slots__ = ("_code",)

    def __init__(self, code: Any) -> None:
        state(self, "_code", text_argument(code, "getInstance"))

    @classmethod
    def getInstance(cls, code: Any) -> Currency:
        """The currency of three letters."""
        return cls(code)

    def getCurrencyCode(self) -> str:
        """Three letters."""
        return unicode_text(self._code)

    def getSymbol(self, *_locale: Any) -> str:
        """The sign."""
        signs = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
        return unicode_text(signs.get(self._code, self._code))

    def toString(self) -> str:
        """Three letters."""
        return unicode_text(self._code)


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


class StandardCharsets(Object, package="java.nio.charset"):
    """``java.nio.charset.StandardCharsets``: names."""

    UTF_8 = unicode_text("UTF-8")
    US_ASCII = unicode_text("US-ASCII")
    ISO_8859_1 = unicode_text("ISO-8859-1")
    UTF_16 = unicode_text("UTF-16")
