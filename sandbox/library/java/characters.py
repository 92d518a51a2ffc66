"""``java.lang.Character``."""

from __future__ import annotations

import unicodedata
from typing import Any

from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import coercion
from sandbox.library.values import unicode_text
from sandbox.unbound import static_too


class Character(Object, package="java.lang"):
    """``java.lang.Character``."""

    __slots__ = ("_text",)
    MIN_VALUE, MAX_VALUE = "\0", "\uffff"

    def __init__(self, value: Any) -> None:
        state(self, "_text", _char(value, "java.lang.Character"))

    @classmethod
    def isDigit(cls, value: Any) -> bool:
        """Whether it is a digit."""
        return unicodedata.category(_char(value, "isDigit")) == "Nd"

    @classmethod
    def isLetter(cls, value: Any) -> bool:
        """Whether it is a letter."""
        return unicodedata.category(_char(value, "isLetter")).startswith("L")

    isAlphabetic = isLetter

    @classmethod
    def isLetterOrDigit(cls, value: Any) -> bool:
        """Whether it is a letter or a digit."""
        return cls.isLetter(value) or cls.isDigit(value)

    @classmethod
    def isUpperCase(cls, value: Any) -> bool:
        """Whether it is a capital."""
        return _char(value, "isUpperCase").isupper()

    @classmethod
    def isLowerCase(cls, value: Any) -> bool:
        """Whether it is a small letter."""
        return _char(value, "isLowerCase").islower()

    @classmethod
    def isWhitespace(cls, value: Any) -> bool:
        """Whether it is a blank."""
        return _char(value, "isWhitespace").isspace()

    isSpaceChar = isWhitespace

    @classmethod
    def toUpperCase(cls, value: Any) -> str:
        """The capital."""
        return _char(value, "toUpperCase").upper()[:1]

    @classmethod
    def toLowerCase(cls, value: Any) -> str:
        """The small letter."""
        return _char(value, "toLowerCase").lower()[:1]

    @classmethod
    def getNumericValue(cls, value: Any) -> int:
        """The value of a digit or letter, or -1."""
        try:
            return int(_char(value, "getNumericValue"), 36)
        except ValueError:
            return -1

    @classmethod
    def digit(cls, value: Any, radix: Any) -> int:
        """The value of a digit in a base, or -1."""
        found = cls.getNumericValue(value)
        return found if found < radix else -1

    @classmethod
    def valueOf(cls, value: Any) -> str:
        """The character."""
        return _char(value, "valueOf")

    def charValue(self) -> str:
        """The character."""
        return str(self._text)

    def equals(self, other: Any) -> bool:
        """Whether it is the same character."""
        return isinstance(other, Character) and bool(other._text == self._text)

    def hashCode(self) -> int:
        """Its number."""
        return ord(self._text)

    @static_too
    def toString(self, *args: Any) -> str:
        """The text of a character."""
        if issubclass(type(self), Character):
            return unicode_text(self._text)
        return unicode_text(_char(self, "toString"))


def _char(value: Any, method: str) -> str:
    if isinstance(value, str) and len(value) == 1:
        return str.__str__(value)
    if isinstance(value, int) and 0 <= value <= 0x10FFFF:
        return chr(value)
    raise coercion(method, 1, "char")
