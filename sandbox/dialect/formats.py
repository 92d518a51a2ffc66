"""What a ``%`` format asks for; read while compiling for literals, at run time for the rest."""

from __future__ import annotations

import re

# Flags and widths read the same in both languages; a "*" takes a value of its own.
_CONVERSION = re.compile(r"%(?:%|([-#0 +]*)(\d*)(?:\.(\d*))?[hlL]?([a-zA-Z%])?)")
_SAME = frozenset("dieEfFgG")


def split_percent(text: str) -> list[str] | None:
    """The conversions of a ``%`` format, ``"d"`` for those that read the same in Python 3.

    Gives None for formats with mappings, ``*`` or errors, which the helper reads at run time.
    """
    kinds: list[str] = []
    at = text.find("%")
    while at >= 0:
        match = _CONVERSION.match(text, at)
        if match is None:
            return None
        if match.group() != "%%":
            letter = match.group(4)
            if letter is None:
                return None
            if letter in _SAME:
                kinds.append("d")
            elif letter == "s" or letter == "r":
                kinds.append(letter)
            else:
                return None
        at = text.find("%", match.end())
    return kinds
