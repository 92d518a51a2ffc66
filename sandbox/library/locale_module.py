"""``locale``."""

from __future__ import annotations

import operator
from typing import Any

from sandbox.library.arguments import text
from sandbox.library.meaning import helper
from sandbox.library.module import Module


class LocaleModule(Module):
    """``locale``: the C locale; it cannot be changed."""

    __slots__ = ()
    NAME = "locale"

    LC_ALL, LC_CTYPE, LC_NUMERIC, LC_TIME, LC_COLLATE, LC_MONETARY = 6, 0, 1, 2, 3, 4
    Error = ValueError

    def setlocale(self, category: Any, value: Any = None) -> str:
        """``C``."""
        return "C"

    def getdefaultlocale(self) -> tuple[str, str]:
        """en_US in UTF-8."""
        return "en_US", "UTF-8"

    getlocale = getdefaultlocale

    def format(self, percent: Any, value: Any, grouping: Any = False) -> str:
        """A number, with commas if asked for."""
        made = text(helper("$mod", operator.mod)(text(percent), value))
        if not grouping:
            return made
        whole, dot, rest = made.partition(".")
        digits = whole.lstrip("-+ ")
        return whole[: len(whole) - len(digits)] + f"{int(digits):,}" + dot + rest

    def atof(self, words: Any) -> float:
        """The float a text names."""
        return float(text(words))

    def atoi(self, words: Any) -> int:
        """The integer a text names."""
        return int(text(words))

    def strcoll(self, a: Any, b: Any) -> int:
        """-1, 0 or 1."""
        one, two = text(a), text(b)
        return (one > two) - (one < two)
