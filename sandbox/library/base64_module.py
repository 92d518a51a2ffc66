"""``base64`` and ``binascii``: bytes as letters."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.library.arguments import from_octets, integer, octets
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.values import signed32


@host_class("binascii")
class Error(ValueError, metaclass=HostType):
    """``binascii.Error``."""


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
