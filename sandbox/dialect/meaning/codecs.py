"""``encode`` and ``decode`` of text, which Python 2 has on both kinds of it."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import quopri
import zlib
from typing import Any

from sandbox.dialect.meaning.hooks import hooks
from sandbox.dialect.meaning.kinds import bytestr, unicode

_ALIASES = {
    "utf8": "utf-8",
    "u8": "utf-8",
    "latin1": "latin-1",
    "iso8859-1": "latin-1",
    "rot13": "rot-13",
    "hex-codec": "hex",
    "base64-codec": "base64",
    "zlib-codec": "zlib",
    "zip": "zlib",
    "bz2-codec": "bz2",
    "quoted-printable": "quopri",
}


_DEFAULT: Any = object()


def _name(encoding: Any) -> str:
    if not isinstance(encoding, str):
        raise TypeError("encode() argument 1 must be string")
    name = encoding.lower().replace("_", "-")
    return _ALIASES.get(name, name)


def octets(text: Any) -> bytes:
    """The bytes a script's text stands for: its characters as bytes, unicode as ``str`` has it.

    Errors: UnicodeEncodeError for unicode outside of the default encoding. Plain text of the host
    outside ASCII is taken as UTF-8.
    """
    if isinstance(text, bytes | bytearray):
        return bytes(text)
    if type(text) is unicode:
        return text.encode(hooks.default_encoding())
    try:
        raw: bytes = str.encode(text, "latin-1")
    except UnicodeEncodeError:
        return str.encode(text, "utf-8")
    return raw


def from_octets(raw: bytes) -> str:
    """The bytes as a script's ``str``."""
    text = raw.decode("latin-1")
    return text if text.isascii() else bytestr(text)


def _base64_decode(raw: bytes) -> bytes:
    return base64.decodebytes(raw)


def _hex_decode(raw: bytes) -> bytes:
    try:
        return binascii.unhexlify(raw)
    except binascii.Error as error:
        raise TypeError(str(error).replace("digit", "digit").replace("Odd", "Odd")) from None


_BYTE_CODECS: dict[str, tuple[Any, Any]] = {
    "hex": (binascii.hexlify, _hex_decode),
    "base64": (base64.encodebytes, _base64_decode),
    "zlib": (zlib.compress, zlib.decompress),
    "bz2": (bz2.compress, bz2.decompress),
    "quopri": (quopri.encodestring, quopri.decodestring),
}
_MOST_DECODED = 64 * 1024 * 1024


def _given(encoding: Any, mistakes: Any) -> tuple[Any, Any]:
    return (
        hooks.default_encoding() if encoding is _DEFAULT else encoding,
        "strict" if mistakes is _DEFAULT else mistakes,
    )


def encode(text: Any, encoding: Any = _DEFAULT, mistakes: Any = _DEFAULT) -> Any:
    """``text.encode(encoding, errors)``."""
    if not isinstance(text, str):
        # A script's own method takes what it was given.
        return text.encode(*[each for each in (encoding, mistakes) if each is not _DEFAULT])
    encoding, mistakes = _given(encoding, mistakes)
    name = _name(encoding)
    _check_slow(name, text)
    pair = _BYTE_CODECS.get(name)
    if pair is not None:
        return from_octets(pair[0](octets(text)))
    if name == "rot-13":
        return codecs.encode(str.__str__(text), "rot13")
    if name in ("unicode-escape", "raw-unicode-escape", "string-escape"):
        return _escape(text, name)
    # Bytes outside ASCII are encoded as the characters of the same numbers, as in Jython.
    source = str.__str__(text)
    if name == "idna" or name == "punycode":
        return from_octets(source.encode(name))
    if name == "utf-16":
        # Java writes the larger half of a character first.
        return from_octets(b"\xfe\xff" + source.encode("utf-16-be", mistakes))
    try:
        raw = source.encode(name, mistakes)
    except LookupError:
        _refuse(encoding)
        raise
    return from_octets(raw)


def decode(text: Any, encoding: Any = _DEFAULT, mistakes: Any = _DEFAULT) -> Any:
    """``text.decode(encoding, errors)``."""
    if isinstance(text, bytes | bytearray):
        text = from_octets(bytes(text))
    if not isinstance(text, str):
        return text.decode(*[each for each in (encoding, mistakes) if each is not _DEFAULT])
    encoding, mistakes = _given(encoding, mistakes)
    name = _name(encoding)
    _check_slow(name, text)
    pair = _BYTE_CODECS.get(name)
    if pair is not None:
        return from_octets(_decoded(pair, name, octets(text)))
    if name == "rot-13":
        return unicode(codecs.encode(str.__str__(text), "rot13"))
    if name == "string-escape":
        return from_octets(octets(text).decode("unicode_escape").encode("latin-1"))
    if type(text) in (str, unicode) and not text.isascii():
        try:
            raw = text.encode("latin-1")
        except UnicodeEncodeError:
            if type(text) is unicode:
                raise
            # Text of the host: it has been decoded already.
            return unicode(text)
        try:
            return unicode(raw.decode(name, mistakes))
        except UnicodeDecodeError:
            if name == "utf-8" and type(text) is str:
                return unicode(text)
            raise
        except LookupError:
            _refuse(encoding)
            raise
    try:
        return unicode(octets(text).decode(name, mistakes))
    except LookupError:
        _refuse(encoding)
        raise


_MOST_SLOW = 10_000


def _check_slow(name: str, text: str) -> None:
    """MemoryError for text that a codec which is no more than a loop would take too long for."""
    if name in ("idna", "punycode") and str.__len__(text) > _MOST_SLOW:
        raise MemoryError("the text is too long for this codec")


def _decoded(pair: tuple[Any, Any], name: str, raw: bytes) -> bytes:
    if name == "zlib":
        machine = zlib.decompressobj()
        out = machine.decompress(raw, _MOST_DECODED)
        if machine.unconsumed_tail:
            raise MemoryError("decoded text is too long")
        return out
    if name == "bz2":
        unpacker = bz2.BZ2Decompressor()
        out = unpacker.decompress(raw, _MOST_DECODED)
        if not unpacker.eof and not unpacker.needs_input:
            raise MemoryError("decoded text is too long")
        return out
    result: bytes = pair[1](raw)
    return result


def _escape(text: str, name: str) -> str:
    if name == "string-escape":
        return octets(text).decode("latin-1").encode("unicode_escape").decode("ascii")
    return str.__str__(text).encode(name.replace("-", "_")).decode("latin-1")


def _refuse(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise LookupError(f"unknown encoding '{encoding}'") from None
    raise LookupError(f"unknown encoding '{encoding}'") from None
