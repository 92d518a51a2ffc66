"""The nearest known name, for errors that help."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence's end such as ``; did you mean "AlarmRaised"?``, empty when nothing is near."""
    known = list(known)
    for candidate in known:
        if candidate.casefold() == name.casefold():
            return f'; did you mean "{candidate}"? (names are case-sensitive)'
    close = difflib.get_close_matches(name, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else ""
