"""``codecs``."""

from __future__ import annotations

from typing import Any

from sandbox.library.arguments import from_octets, octets
from sandbox.library.module import Module
from sandbox.library.values import is_unicode, unicode_text


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
