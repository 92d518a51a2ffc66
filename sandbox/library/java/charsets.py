"""``java.nio.charset.StandardCharsets``, and the Python codecs of Java's names."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import Object
from sandbox.library.java.convert import java_text
from sandbox.library.java.throwables import java_exception_class
from sandbox.library.values import unicode_text

CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}


def charset(name: Any) -> str:
    """The Python codec of a Java charset."""
    words = java_text(name)
    found = CHARSETS.get(words.lower())
    if found is None:
        raise java_exception_class("java.io.UnsupportedEncodingException")(words)
    return found


class StandardCharsets(Object, package="java.nio.charset"):
    """``java.nio.charset.StandardCharsets``: names."""

    UTF_8 = unicode_text("UTF-8")
    US_ASCII = unicode_text("US-ASCII")
    ISO_8859_1 = unicode_text("ISO-8859-1")
    UTF_16 = unicode_text("UTF-16")
