"""``java.util.Currency``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import text_argument
from sandbox.library.values import unicode_text


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
