"""Python 2's regular expressions as Python 3 reads them, and the errors of both."""

from __future__ import annotations

import re

from sandbox.library.module import HostType, host_class

_INLINE = re.compile(r"(?<!\\)\(\?([iLmsux]+)\)")
_MESSAGES = (
    ("unterminated character set", "unexpected end of regular expression"),
    ("missing ), unterminated subpattern", "unbalanced parenthesis"),
    ("unbalanced parenthesis", "unbalanced parenthesis"),
    ("nothing to repeat", "nothing to repeat"),
    ("multiple repeat", "multiple repeat"),
    ("bad escape (end of pattern)", "bogus escape (end of line)"),
    ("bad character range", "bad character range"),
    ("look-behind requires fixed-width pattern", "look-behind requires fixed-width pattern"),
    ("invalid group reference", "bogus group reference"),
)


@host_class("sre_constants")
class error(Exception, metaclass=HostType):
    """``re.error``."""


def python2_message(failure: Exception) -> str:
    """Python 2.7's words for a fault of a pattern."""
    words = str(getattr(failure, "msg", failure))
    for ours, theirs in _MESSAGES:
        if words.startswith(ours):
            return theirs
    return words


def translate(pattern: str, flags: int) -> tuple[str, int]:
    """A Python 2 pattern as Python 3 reads it: global flags to the front, old escapes literal."""

    def note(match: re.Match[str]) -> str:
        nonlocal flags
        for letter in match.group(1):
            flags |= int({"i": re.I, "L": re.L, "m": re.M, "s": re.S, "u": re.U, "x": re.X}[letter])
        return ""

    if "(?" in pattern:
        pattern = _INLINE.sub(note, pattern)
    return _plain_escapes(pattern), flags


_KNOWN_ESCAPES = frozenset("AbBdDsSwWZaftnrvx\\")


def _plain_escapes(pattern: str) -> str:
    if "\\" not in pattern:
        return pattern
    made = []
    index = 0
    while index < len(pattern):
        letter = pattern[index]
        if letter == "\\" and index + 1 < len(pattern):
            following = pattern[index + 1]
            if following.isascii() and following.isalpha() and following not in _KNOWN_ESCAPES:
                made.append(following)
            else:
                made.append(letter + following)
            index += 2
            continue
        made.append(letter)
        index += 1
    return "".join(made)
