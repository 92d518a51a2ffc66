"""``java.util.Base64`` with its encoders and decoders."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.library.java.arrays import byte_array, byte_values
from sandbox.library.java.base import Object, state
from sandbox.library.java.throwables import IllegalArgumentException
from sandbox.library.values import unicode_text


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
