"""Bytes as text: ``base64 binascii zlib hashlib hmac struct codecs``."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
import zlib
from typing import Any

from sandbox.library.arguments import from_octets, integer, octets, text
from sandbox.library.module import Held, HostType, Module, host_class
from sandbox.library.values import is_unicode, long_value, unicode_text

MAX_OUTPUT = 64 * 1024 * 1024


@host_class("binascii")
class Error(ValueError, metaclass=HostType):
    """``binascii.Error``."""


@host_class("zlib")
class ZlibError(Exception, metaclass=HostType):
    """``zlib.error``."""


@host_class("struct")
class StructError(Exception, metaclass=HostType):
    """``struct.error``."""


for _class in (ZlibError, StructError):
    type.__setattr__(_class, "__name__", "error")


class Base64Module(Module):
    """``base64``."""

    __slots__ = ()
    NAME = "base64"

    def _decode(self, function: Any, data: bytes, *args: Any) -> str:
        try:
            return from_octets(function(data, *args))
        except binascii.Error as error:
            raise TypeError(str(error)) from None
        except ValueError as error:
            raise TypeError(str(error)) from None

    def b64encode(self, s: Any, altchars: Any = None) -> str:
        """Bytes as Base64."""
        return from_octets(base64.b64encode(octets(s), octets(altchars) if altchars else None))

    def b64decode(self, s: Any, altchars: Any = None) -> str:
        """The bytes of Base64."""
        data = octets(s)
        if altchars:
            data = data.translate(bytes.maketrans(octets(altchars), b"+/"))
        return self._decode(base64.b64decode, data)

    def standard_b64encode(self, s: Any) -> str:
        """Bytes as Base64."""
        return self.b64encode(s)

    def standard_b64decode(self, s: Any) -> str:
        """The bytes of Base64."""
        return self.b64decode(s)

    def urlsafe_b64encode(self, s: Any) -> str:
        """Bytes as Base64 for addresses."""
        return from_octets(base64.urlsafe_b64encode(octets(s)))

    def urlsafe_b64decode(self, s: Any) -> str:
        """The bytes of Base64 for addresses."""
        return self._decode(base64.urlsafe_b64decode, octets(s))

    def b32encode(self, s: Any) -> str:
        """Bytes as Base32."""
        return from_octets(base64.b32encode(octets(s)))

    def b32decode(self, s: Any, casefold: Any = False, map01: Any = None) -> str:
        """The bytes of Base32."""
        return self._decode(base64.b32decode, octets(s), bool(casefold))

    def b16encode(self, s: Any) -> str:
        """Bytes as Base16."""
        return from_octets(base64.b16encode(octets(s)))

    def b16decode(self, s: Any, casefold: Any = False) -> str:
        """The bytes of Base16."""
        return self._decode(base64.b16decode, octets(s), bool(casefold))

    def encodestring(self, s: Any) -> str:
        """Bytes as Base64 in lines."""
        return from_octets(base64.encodebytes(octets(s)))

    def decodestring(self, s: Any) -> str:
        """The bytes of Base64 in lines."""
        return self._decode(base64.decodebytes, octets(s))


class BinasciiModule(Module):
    """``binascii``."""

    __slots__ = ()
    NAME = "binascii"

    Error = Error
    Incomplete = Error

    def hexlify(self, data: Any) -> str:
        """Bytes as hex digits."""
        return from_octets(binascii.hexlify(octets(data)))

    b2a_hex = hexlify

    def unhexlify(self, hexstr: Any) -> str:
        """The bytes of hex digits."""
        try:
            return from_octets(binascii.unhexlify(octets(hexstr)))
        except binascii.Error as error:
            words = str(error).replace("Odd-length string", "Odd-length string")
            raise TypeError(words.replace("Non-hexadecimal", "Non-hexadecimal")) from None

    a2b_hex = unhexlify

    def b2a_base64(self, data: Any) -> str:
        """Bytes as a line of Base64."""
        return from_octets(binascii.b2a_base64(octets(data)))

    def a2b_base64(self, data: Any) -> str:
        """The bytes of Base64."""
        try:
            return from_octets(binascii.a2b_base64(octets(data)))
        except binascii.Error as error:
            raise Error(str(error)) from None

    def crc32(self, data: Any, crc: Any = 0) -> int:
        """The CRC-32, with a sign as in Python 2."""
        return signed32(binascii.crc32(octets(data), integer(crc) & 0xFFFFFFFF))

    def crc_hqx(self, data: Any, crc: Any) -> int:
        """The CRC-CCITT."""
        return binascii.crc_hqx(octets(data), integer(crc))


def signed32(number: int) -> int:
    """A 32-bit number with its sign."""
    return number - (1 << 32) if number >= 1 << 31 else number


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


_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


class Hash(Held):
    """A hash object."""

    __slots__ = ("_real",)

    def __init__(self, real: Any) -> None:
        object.__setattr__(self, "_real", real)

    def update(self, data: Any) -> None:
        """Take bytes."""
        self._real.update(octets(data))

    def digest(self) -> str:
        """The hash as bytes."""
        return from_octets(self._real.digest())

    def hexdigest(self) -> str:
        """The hash as hex digits."""
        return str(self._real.hexdigest())

    def copy(self) -> Hash:
        """A copy."""
        return Hash(self._real.copy())

    @property
    def digest_size(self) -> int:
        """Bytes of the hash."""
        return int(self._real.digest_size)

    digestsize = digest_size

    @property
    def block_size(self) -> int:
        """Bytes of a block."""
        return int(self._real.block_size)

    @property
    def name(self) -> str:
        """The name of the hash."""
        return str(self._real.name)


def _hash_name(name: Any) -> str:
    wanted = text(name).lower().replace("-", "")
    if wanted not in _HASHES:
        raise ValueError(f"unsupported hash type {text(name)}")
    return wanted


class HashlibModule(Module):
    """``hashlib``."""

    __slots__ = ()
    NAME = "hashlib"

    algorithms = _HASHES

    def new(self, name: Any, string: Any = "") -> Hash:
        """A hash object by name."""
        return Hash(hashlib.new(_hash_name(name), octets(string), usedforsecurity=False))

    def md5(self, string: Any = "") -> Hash:
        """An MD5 object."""
        return self.new("md5", string)

    def sha1(self, string: Any = "") -> Hash:
        """A SHA-1 object."""
        return self.new("sha1", string)

    def sha224(self, string: Any = "") -> Hash:
        """A SHA-224 object."""
        return self.new("sha224", string)

    def sha256(self, string: Any = "") -> Hash:
        """A SHA-256 object."""
        return self.new("sha256", string)

    def sha384(self, string: Any = "") -> Hash:
        """A SHA-384 object."""
        return self.new("sha384", string)

    def sha512(self, string: Any = "") -> Hash:
        """A SHA-512 object."""
        return self.new("sha512", string)


class Md5Module(HashlibModule):
    """``md5``."""

    __slots__ = ()
    NAME = "md5"

    def new(self, string: Any = "", *_rest: Any) -> Hash:  # type: ignore[override]
        """An MD5 object."""
        return Hash(hashlib.md5(octets(string), usedforsecurity=False))


class ShaModule(HashlibModule):
    """``sha``."""

    __slots__ = ()
    NAME = "sha"

    def new(self, string: Any = "", *_rest: Any) -> Hash:  # type: ignore[override]
        """A SHA-1 object."""
        return Hash(hashlib.sha1(octets(string), usedforsecurity=False))


class HmacModule(Module):
    """``hmac``."""

    __slots__ = ()
    NAME = "hmac"

    def new(self, key: Any, msg: Any = None, digestmod: Any = None) -> Hash:
        """A keyed hash object."""
        if digestmod is None:
            name = "md5"
        elif isinstance(digestmod, str):
            name = _hash_name(digestmod)
        else:
            made = digestmod() if callable(digestmod) else digestmod.new()
            name = _hash_name(made.name)
        return Hash(hmac.new(octets(key), octets(msg) if msg is not None else None, name))

    def compare_digest(self, a: Any, b: Any) -> bool:
        """Whether two hashes are equal, in constant time."""
        return hmac.compare_digest(octets(a), octets(b))


class Struct(Held):
    """``struct.Struct(format)``."""

    __slots__ = ("_real", "format")

    def __init__(self, format: Any) -> None:
        words = text(format)
        if len(words) > 10_000:
            raise StructError("the format is too long")
        digits = "".join([one if one.isdigit() else " " for one in words]).split()
        if any(len(one) > 8 for one in digits):
            raise StructError("total struct size too long")
        try:
            real = struct.Struct(words)
        except struct.error as error:
            raise StructError(str(error)) from None
        if real.size > MAX_OUTPUT:
            raise StructError("total struct size too long")
        object.__setattr__(self, "_real", real)
        object.__setattr__(self, "format", words)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return int(self._real.size)

    def pack(self, *values: Any) -> str:
        """Values as bytes."""
        given = [octets(one) if isinstance(one, str) else one for one in values]
        try:
            return from_octets(self._real.pack(*given))
        except struct.error as error:
            raise StructError(str(error)) from None

    def unpack(self, data: Any) -> tuple[Any, ...]:
        """The values of bytes."""
        raw = octets(data)
        if len(raw) != self._real.size:
            raise StructError("unpack str size does not match format")
        return self._values(self._real.unpack(raw))

    def unpack_from(self, data: Any, offset: Any = 0) -> tuple[Any, ...]:
        """The values of bytes from an offset."""
        try:
            return self._values(self._real.unpack_from(octets(data), integer(offset)))
        except struct.error:
            raise StructError(
                f"unpack_from requires a buffer of at least {self._real.size} bytes"
            ) from None

    def _values(self, found: tuple[Any, ...]) -> tuple[Any, ...]:
        letters = [one for one in self.format if one.isalpha() or one == "?"]
        wide = set(letters) & set("ILQqP")
        made = []
        kinds = self._kinds() if wide else None
        for index, one in enumerate(found):
            if type(one) is bytes:
                one = from_octets(one)
            elif kinds is not None and type(one) is int and kinds[index] in "ILQqP":
                one = long_value(one)
            made.append(one)
        return tuple(made)

    def _kinds(self) -> str:
        kinds = []
        count = ""
        for letter in self.format:
            if letter.isdigit():
                count += letter
            elif letter.isalpha() or letter == "?":
                times = int(count) if count else 1
                kinds.append(letter if letter in "sp" else "" if letter == "x" else letter * times)
                count = ""
        return "".join(kinds)


class StructModule(Module):
    """``struct``."""

    __slots__ = ()
    NAME = "struct"

    error = StructError

    def Struct(self, format: Any) -> Struct:
        """A compiled format."""
        return Struct(format)

    def pack(self, fmt: Any, *values: Any) -> str:
        """Values as bytes."""
        return Struct(fmt).pack(*values)

    def unpack(self, fmt: Any, data: Any) -> tuple[Any, ...]:
        """The values of bytes."""
        return Struct(fmt).unpack(data)

    def unpack_from(self, fmt: Any, data: Any, offset: Any = 0) -> tuple[Any, ...]:
        """The values of bytes from an offset."""
        return Struct(fmt).unpack_from(data, offset)

    def calcsize(self, fmt: Any) -> int:
        """How many bytes a format takes."""
        return Struct(fmt).size


class CodecsModule(Module):
    """``codecs`` in its safe part: encode and decode by name, and the byte order marks."""

    __slots__ = ()
    NAME = "codecs"

    BOM_UTF8 = from_octets(b"\xef\xbb\xbf")
    BOM_UTF16_LE = from_octets(b"\xff\xfe")
    BOM_UTF16_BE = from_octets(b"\xfe\xff")
    BOM = BOM_UTF16 = BOM_UTF16_LE

    def encode(self, obj: Any, encoding: Any = "ascii", errors: Any = "strict") -> Any:
        """A text as bytes."""
        from sandbox.dialect.meaning.codecs import encode

        return encode(obj, encoding, errors)

    def decode(self, obj: Any, encoding: Any = "ascii", errors: Any = "strict") -> Any:
        """The text of bytes."""
        from sandbox.dialect.meaning.codecs import decode

        return decode(obj, encoding, errors)

    def utf_8_encode(self, obj: Any, errors: Any = "strict") -> tuple[Any, int]:
        """A text as UTF-8, and how much was taken."""
        return self.encode(obj, "utf-8", errors), len(obj)

    def utf_8_decode(self, obj: Any, errors: Any = "strict") -> tuple[Any, int]:
        """The text of UTF-8, and how much was taken."""
        return self.decode(obj, "utf-8", errors), len(obj)

    def escape_decode(self, obj: Any) -> tuple[Any, int]:
        """The text of escapes, and how much was taken."""
        data = octets(obj)
        made = from_octets(data.decode("unicode_escape").encode("latin-1"))
        return (unicode_text(made) if is_unicode(obj) else made), len(data)

    def __getattr__(self, name: str) -> Any:
        if name in ("open", "EncodedFile", "getreader", "getwriter", "lookup", "register"):
            raise AttributeError(
                f"codecs.{name} is not available here: use text.encode(...) and text.decode(...)"
            )
        return super().__getattr__(name)
