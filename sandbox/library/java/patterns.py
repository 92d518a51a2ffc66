"""``java.util.regex``: Java patterns on the host's time-bounded engine."""

from __future__ import annotations

from typing import Any

import regex

from sandbox.library.hooks import checkpoint, time_left
from sandbox.library.java.arrays import PyArray
from sandbox.library.java.base import Object, fresh, state
from sandbox.library.java.convert import int_argument, text_argument
from sandbox.library.java.throwables import (
    IllegalStateException,
    IndexOutOfBoundsException,
    java_exception_class,
)
from sandbox.library.re_expanding import too_large
from sandbox.library.values import unicode_text
from sandbox.limits_sizes import MOST, Room

TIME_LIMIT = 5.0
_FLAGS = {2: regex.I, 8: regex.M, 32: regex.S, 4: regex.X}
MAX_PATTERN = 100_000
MAX_GROUPS = 2_000


class Pattern(Object, package="java.util.regex"):
    """``java.util.regex.Pattern``."""

    __slots__ = ("_flags", "_real", "_text")
    CASE_INSENSITIVE, MULTILINE, DOTALL, COMMENTS, UNICODE_CASE, LITERAL = 2, 8, 32, 4, 64, 16

    def __init__(self) -> None:
        raise TypeError("Pattern: use Pattern.compile")

    @classmethod
    def compile(cls, pattern: Any, flags: Any = 0) -> Pattern:
        """A pattern of a text."""
        words, wanted = text_argument(pattern, "compile"), int_argument(flags, "compile", 2)
        if len(words) > MAX_PATTERN:
            raise MemoryError("the pattern is too long")
        if words.count("(") - words.count("(?") > MAX_GROUPS:
            raise MemoryError("the pattern has too many groups")
        used = regex.A | regex.V0
        for bit, flag in _FLAGS.items():
            if wanted & bit:
                used |= flag
        source = regex.escape(words) if wanted & 16 else words.replace("\\Z", "(?=\\n?\\Z)")
        source = source.replace("\\z", "\\Z").replace("(?<", "(?P<")
        source = source.replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")
        if too_large(source, bool(wanted & 4)):
            raise MemoryError("the pattern repeats its parts too many times")
        try:
            real = regex.compile(source, int(used))
        except regex.error as error:
            raise java_exception_class("java.util.regex.PatternSyntaxException")(
                f"{error.msg} near index {error.pos or 0}\n{words}"  # type: ignore[attr-defined]
            ) from None
        made = fresh(cls)
        state(made, "_real", real)
        state(made, "_text", words)
        state(made, "_flags", wanted)
        return made

    # ``Pattern.matches(pattern, text)`` is static in Java.
    @classmethod
    def matches(cls, pattern: Any, text: Any) -> bool:
        """Whether a pattern matches all of a text."""
        return cls.compile(pattern).matcher(text).matches()

    @classmethod
    def quote(cls, text: Any) -> str:
        """A pattern that means a text."""
        return unicode_text("\\Q" + text_argument(text, "quote") + "\\E")

    def matcher(self, text: Any) -> Matcher:
        """A matcher on a text."""
        return Matcher(self, text_argument(text, "matcher"))

    def pattern(self) -> str:
        """The text of the pattern."""
        return unicode_text(self._text)

    def flags(self) -> int:
        """The flags."""
        return int(self._flags)

    def split(self, text: Any, limit: Any = 0) -> Any:
        """The parts between the matches, an array; empty ones at the end are dropped."""
        words, most = text_argument(text, "split"), int_argument(limit, "split", 2)
        parts: list[str] = []
        last = 0
        matcher = Matcher(self, words)
        while matcher.find():
            start, end = matcher.start(), matcher.end()
            if end == 0 or (start == end and start >= len(words)):
                continue
            if most > 0 and len(parts) >= most - 1:
                break
            parts.append(words[last:start])
            if len(parts) > MOST // 4:
                raise MemoryError("the text has too many parts")
            last = end
        parts.append(words[last:])
        if most == 0:
            while len(parts) > 1 and not parts[-1]:
                parts.pop()
        return PyArray("java.lang.String", parts)

    def toString(self) -> str:
        """The text of the pattern."""
        return unicode_text(self._text)


class Matcher(Object, package="java.util.regex"):
    """``java.util.regex.Matcher``."""

    __slots__ = ("_append", "_at", "_match", "_pattern", "_text")

    def __init__(self, pattern: Any, text: str) -> None:
        state(self, "_pattern", pattern)
        state(self, "_text", text)
        self.reset()

    def reset(self, *text: Any) -> Matcher:
        """Start again."""
        if text:
            state(self, "_text", text_argument(text[0], "reset"))
        state(self, "_at", 0)
        state(self, "_append", 0)
        state(self, "_match", None)
        return self

    def _try(self, method: str, at: int) -> bool:
        checkpoint()
        try:
            found = getattr(self._pattern._real, method)(
                self._text, at, timeout=time_left(TIME_LIMIT), concurrent=True
            )
        except TimeoutError:
            raise java_exception_class("java.lang.StackOverflowError")(
                "the regular expression took too long on this text"
            ) from None
        state(self, "_match", found)
        return found is not None

    def matches(self) -> bool:
        """Whether the pattern matches all of the text."""
        return self._try("fullmatch", 0)

    def lookingAt(self) -> bool:
        """Whether the pattern matches at the start."""
        return self._try("match", 0)

    def find(self, start: Any = None) -> bool:
        """The next match."""
        if start is not None:
            state(self, "_at", int_argument(start, "find"))
        if self._at > len(self._text) or not self._try("search", self._at):
            state(self, "_match", None)
            return False
        first, last = self._match.span()
        state(self, "_at", last + 1 if first == last else last)
        return True

    def _found(self) -> Any:
        if self._match is None:
            raise IllegalStateException("No match found")
        return self._match

    def _key(self, group: Any) -> Any:
        if isinstance(group, str):
            if group not in self._pattern._real.groupindex:
                raise java_exception_class("java.lang.IllegalArgumentException")(
                    f"No group with name <{group}>"
                )
            return str(group)
        number = int_argument(group, "group")
        if not 0 <= number <= self._pattern._real.groups:
            raise IndexOutOfBoundsException(f"No group {number}")
        return number

    def group(self, group: Any = 0) -> Any:
        """The text of a group, or None."""
        found = self._found().group(self._key(group))
        return None if found is None else unicode_text(found)

    def groupCount(self) -> int:
        """How many groups there are."""
        return int(self._pattern._real.groups)

    def start(self, group: Any = 0) -> int:
        """Where a group starts."""
        return int(self._found().start(self._key(group)))

    def end(self, group: Any = 0) -> int:
        """Where a group ends."""
        return int(self._found().end(self._key(group)))

    def hitEnd(self) -> bool:
        """Whether the last match ended at the end."""
        return self._match is None or self._match.end() == len(self._text)

    def _filled(self, replacement: str) -> str:
        made: list[str] = []
        room = Room()
        index = 0
        while index < len(replacement):
            letter = replacement[index]
            following = replacement[index + 1 : index + 2]
            if letter == "\\" and following:
                piece = following
                index += 2
            elif letter != "$":
                piece = letter
                index += 1
            elif following == "{" and "}" in replacement[index + 2 :]:
                name = replacement[index + 2 : replacement.index("}", index)]
                piece = self.group(name) or ""
                index += len(name) + 3
            elif following.isdigit():
                piece = self.group(int(following)) or ""
                index += 2
            else:
                raise java_exception_class("java.lang.IllegalArgumentException")(
                    "Illegal group reference"
                )
            room.take(len(piece))
            made.append(piece)
        return "".join(made)

    def _replace(self, replacement: Any, once: bool) -> str:
        words = text_argument(replacement, "replaceAll")
        self.reset()
        made: list[str] = []
        room = Room()
        last = 0
        while self.find():
            # An heir may say that it found something for ever.
            checkpoint()
            piece = self._text[last : self.start()] + self._filled(words)
            room.take(1 + len(piece))
            made.append(piece)
            last = self.end()
            if once:
                break
        made.append(self._text[last:])
        return unicode_text("".join(made))

    def replaceAll(self, replacement: Any) -> str:
        """The text with all matches replaced."""
        return self._replace(replacement, False)

    def replaceFirst(self, replacement: Any) -> str:
        """The text with the first match replaced."""
        return self._replace(replacement, True)
