"""``java.util.StringTokenizer``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import text_argument
from sandbox.library.java.throwables import NoSuchElementException
from sandbox.library.values import unicode_text


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
