"""``re``: Python 2's meaning over the C engine; the latest patterns are kept compiled."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Any

from sandbox.library.module import Module
from sandbox.library.re_match import Match, subject_of
from sandbox.library.re_pattern import Pattern
from sandbox.library.re_syntax import error
from sandbox.library.values import unicode_text
from sandbox.limits_consuming import checked_items
from sandbox.limits_sizes import MOST, too_large

_CACHE_LIMIT = 512
_NO_FLAGS: Any = 0
_PLAIN_GONE = dict.fromkeys(map(ord, string.ascii_letters + string.digits))
_ALLOWED = int(re.I | re.M | re.S | re.X | re.U | re.L)


class ReModule(Module):
    """``re``."""

    __slots__ = ("_cache",)
    NAME = "re"

    I = IGNORECASE = 2  # noqa: E741
    L = LOCALE = 4
    M = MULTILINE = 8
    S = DOTALL = 16
    U = UNICODE = 32
    X = VERBOSE = 64
    error = error

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        object.__setattr__(self, "_cache", {})

    def compile(self, pattern: Any, flags: Any = 0) -> Pattern:
        """A pattern object."""
        if type(pattern) is Pattern:
            if flags:
                raise ValueError("Cannot process flags argument with a compiled pattern")
            return pattern
        if type(flags) is not int:
            raise TypeError("an integer is required")
        if not isinstance(pattern, str):
            raise TypeError("first argument must be string or compiled pattern")
        flags &= _ALLOWED
        # The usual key is the text alone, so that ``search`` and ``match`` find it at once.
        if type(pattern) is str:
            key: Any = (pattern, flags) if flags else pattern
        else:
            key = (type(pattern), str.__str__(pattern), flags)
        found: Pattern | None = self._cache.get(key)
        if found is None:
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            found = self._cache[key] = Pattern(self._library, pattern, flags)
        return found

    def template(self, pattern: Any, flags: Any = 0) -> Pattern:
        """As ``compile``."""
        return self.compile(pattern, flags)

    def match(self, pattern: Any, string: Any, flags: Any = 0) -> Match | None:
        """A match at the start of the text, or None."""
        known = self._cache.get(pattern) if type(pattern) is str and flags is _NO_FLAGS else None
        return (known or self.compile(pattern, flags)).match(string)

    def search(self, pattern: Any, string: Any, flags: Any = 0) -> Match | None:
        """The first match anywhere, or None."""
        known = self._cache.get(pattern) if type(pattern) is str and flags is _NO_FLAGS else None
        return (known or self.compile(pattern, flags)).search(string)

    def findall(self, pattern: Any, string: Any, flags: Any = 0) -> list[Any]:
        """The texts of all matches."""
        return self.compile(pattern, flags).findall(string)

    def finditer(self, pattern: Any, string: Any, flags: Any = 0) -> Iterator[Match]:
        """The matches one after the other."""
        return self.compile(pattern, flags).finditer(string)

    def split(self, pattern: Any, string: Any, maxsplit: Any = 0, flags: Any = 0) -> list[Any]:
        """The text cut at the matches."""
        return self.compile(pattern, flags).split(string, maxsplit)

    def sub(self, pattern: Any, repl: Any, string: Any, count: Any = 0, flags: Any = 0) -> Any:
        """The text with the matches replaced."""
        return self.compile(pattern, flags).sub(repl, string, count)

    def subn(self, pattern: Any, repl: Any, string: Any, count: Any = 0, flags: Any = 0) -> Any:
        """The text with the matches replaced, and how many were."""
        return self.compile(pattern, flags).subn(repl, string, count)

    def escape(self, pattern: Any) -> Any:
        """The text with everything but letters and digits escaped."""
        words, is_text = subject_of(pattern)
        others = len(str(words).translate(_PLAIN_GONE)) + 2 * words.count("\0")
        if len(words) + others > MOST:
            raise too_large()
        made = "".join(
            letter
            if letter.isascii() and letter.isalnum()
            else ("\\000" if letter == "\0" else "\\" + letter)
            for letter in checked_items(words)
        )
        return unicode_text(made) if is_text else made

    def purge(self) -> None:
        """Forget the compiled patterns."""
        self._cache.clear()
