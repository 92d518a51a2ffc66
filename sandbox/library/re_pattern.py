"""Compiled patterns of ``re``, time-bounded where they may backtrack.

A pattern whose worst case is small for the text at hand runs in the standard engine; any other
runs in the ``regex`` engine, which checks a time limit and lets other threads run meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import regex

from sandbox.dialect.meaning.identity import address
from sandbox.library.hooks import checkpoint, time_left
from sandbox.library.module import Held
from sandbox.library.re_cost import Measured
from sandbox.library.re_expanding import too_large
from sandbox.library.re_match import Match, matched, subject_of
from sandbox.library.re_rewriting import rewritten
from sandbox.library.re_syntax import error, python2_message, translate
from sandbox.library.re_template import fill, template_parts
from sandbox.library.values import unicode_text
from sandbox.limits_sizes import MOST, Room

TIME_LIMIT = 5.0
# Beyond it the matches of a text are taken one by one, with a checkpoint before each.
MOST_AT_ONCE = 200_000
MOST_PARTS = MOST // 4
MAX_PATTERN = 100_000


class Pattern(Held):
    """A compiled pattern."""

    __slots__ = (
        "_bounded",
        "_flags",
        "_free",
        "_library",
        "_match",
        "_search",
        "_source",
        "_standard",
        "_wide",
    )

    def __init__(self, library: Any, pattern: Any, flags: int) -> None:
        words, _ = subject_of(pattern)
        if len(words) > MAX_PATTERN:
            raise MemoryError("the regular expression is too long")
        words, flags = translate(words, flags)
        used = flags & ~int(re.L) if flags & re.U else (flags | int(re.A)) & ~int(re.L)
        try:
            measured = Measured(words, used)
            standard = measured.compiled()
        except (re.error, OverflowError, RecursionError) as failure:
            raise error(python2_message(failure)) from None
        except ValueError as failure:
            raise error(str(failure)) from None
        put = object.__setattr__
        put(self, "_library", library)
        put(self, "_source", pattern)
        put(self, "_flags", flags)
        put(self, "_standard", standard)
        put(self, "_bounded", measured)
        put(self, "_free", measured.free)
        put(self, "_wide", measured.never_empty)
        put(self, "_match", standard.match)
        put(self, "_search", standard.search)

    def _engine(self, length: int) -> tuple[Any, dict[str, Any]]:
        """The engine for a text of that length, and the keywords that bound it."""
        if length <= self._free:
            return self._standard, {}
        bounded = self._bounded
        if type(bounded) is Measured:
            words = rewritten(bounded.tree)
            if too_large(words):
                raise _too_long(self)
            try:
                bounded = regex.compile(words, _bounded_flags(bounded.flags))
            except (regex.error, RecursionError):
                raise _too_long(self) from None
            object.__setattr__(self, "_bounded", bounded)
        return bounded, {"timeout": time_left(TIME_LIMIT), "concurrent": True}

    @property
    def pattern(self) -> Any:
        """The text of the pattern."""
        return self._source

    @property
    def flags(self) -> int:
        """The flags it was compiled with."""
        return int(self._flags)

    @property
    def groups(self) -> int:
        """How many groups it has."""
        return int(self._standard.groups)

    @property
    def groupindex(self) -> dict[str, int]:
        """The numbers of the named groups, a fresh dict."""
        return dict(self._standard.groupindex)

    def _once(self, method: str, string: Any, pos: Any, endpos: Any) -> Match | None:
        words, is_text = subject_of(string)
        engine, options = self._engine(len(words))
        try:
            if pos == 0 and endpos is None:
                match = getattr(engine, method)(words, **options)
            else:
                end = len(words) if endpos is None else endpos
                match = getattr(engine, method)(words, pos, end, **options)
        except TimeoutError:
            raise _too_long(self) from None
        return None if match is None else matched(match, self, string, is_text)

    def match(self, string: Any, pos: Any = 0, endpos: Any = None) -> Match | None:
        """A match at the start of the text, or None."""
        kind = type(string)
        if (
            (kind is str or kind is unicode_text)
            and pos == 0
            and endpos is None
            and len(string) <= self._free
        ):
            found = self._match(string)
            return None if found is None else matched(found, self, string, kind is not str)
        return self._once("match", string, pos, endpos)

    def search(self, string: Any, pos: Any = 0, endpos: Any = None) -> Match | None:
        """The first match anywhere, or None."""
        kind = type(string)
        if (
            (kind is str or kind is unicode_text)
            and pos == 0
            and endpos is None
            and len(string) <= self._free
        ):
            found = self._search(string)
            return None if found is None else matched(found, self, string, kind is not str)
        return self._once("search", string, pos, endpos)

    def _all(
        self, words: str, pos: Any = 0, endpos: Any = None, apart: bool = False
    ) -> Iterator[Any]:
        """The matches in order; ``apart`` drops an empty match right behind another one."""
        engine, options = self._engine(len(words))
        end = len(words) if endpos is None else endpos
        last_end = -1
        try:
            for match in engine.finditer(words, pos, end, **options):
                checkpoint()
                start, stop = match.span()
                if apart and start == stop == last_end:
                    continue
                last_end = stop
                yield match
        except TimeoutError:
            raise _too_long(self) from None

    def finditer(self, string: Any, pos: Any = 0, endpos: Any = None) -> Iterator[Match]:
        """The matches one after the other."""
        words, is_text = subject_of(string)
        return iter([matched(one, self, string, is_text) for one in self._all(words, pos, endpos)])

    def findall(self, string: Any, pos: Any = 0, endpos: Any = None) -> list[Any]:
        """The texts of all matches (of their groups, if there are any)."""
        words, is_text = subject_of(string)
        size = len(words)
        groups = self._standard.groups
        if (
            not is_text
            and not pos
            and endpos is None
            and size <= min(self._free, MOST_AT_ONCE // (groups or 1))
        ):
            return list(self._standard.findall(words))
        made: list[Any] = []
        for match in self._all(words, pos, endpos):
            if groups == 0:
                one: Any = match.group()
            elif groups == 1:
                one = match.group(1) or ""
            else:
                found = match.groups("")
                made.append(tuple(map(unicode_text, found)) if is_text else found)
                continue
            made.append(unicode_text(one) if is_text else one)
        return made

    def split(self, string: Any, maxsplit: Any = 0) -> list[Any]:
        """The text cut at the matches; empty matches do not cut, as in Python 2."""
        words, is_text = subject_of(string)
        made: list[Any] = []
        last = 0
        for match in self._all(words):
            start, stop = match.span()
            if start == stop:
                continue
            if maxsplit and len(made) >= maxsplit * (1 + self.groups):
                break
            made.append(words[last:start])
            made.extend(match.groups())
            if len(made) > MOST_PARTS:
                raise MemoryError("the text has too many parts")
            last = stop
        made.append(words[last:])
        if is_text:
            return [None if one is None else unicode_text(one) for one in made]
        return made

    def sub(self, repl: Any, string: Any, count: Any = 0) -> Any:
        """The text with the matches replaced."""
        return self.subn(repl, string, count)[0]

    def subn(self, repl: Any, string: Any, count: Any = 0) -> tuple[Any, int]:
        """The text with the matches replaced, and how many were."""
        if (
            type(repl) is str
            and type(string) is str
            and "\\" not in repl
            and self._wide
            and len(string) <= min(self._free, MOST_AT_ONCE)
            and len(repl) < _SHORT
        ):
            changed, done = self._standard.subn(repl, string, count)
            return changed, done
        words, is_text = subject_of(string)
        make: Callable[[Any], str]
        if isinstance(repl, str):
            template, repl_text = subject_of(repl)
            parts = template_parts(template, self)
            if len(parts) == 1 and type(parts[0]) is str:
                fixed = parts[0]
                make = lambda _match: fixed  # noqa: E731
            else:
                make = lambda match: fill(parts, match)  # noqa: E731
        else:
            repl_text = False

            def make(match: Any) -> str:
                nonlocal repl_text
                value = repl(matched(match, self, string, is_text))
                if value is None:
                    return ""
                found, text = subject_of(value)
                repl_text = repl_text or text
                return found

        made: list[str] = []
        room = Room()
        last = 0
        done = 0
        for match in self._all(words, apart=True):
            if count and done >= count:
                break
            start, stop = match.span()
            piece = make(match)
            room.take(start - last + len(piece))
            made.append(words[last:start])
            made.append(piece)
            last = stop
            done += 1
        if not done:
            return string, 0
        made.append(words[last:])
        result = "".join(made)
        return (unicode_text(result) if is_text or repl_text else result), done

    def __repr__(self) -> str:
        return f"<SRE_Pattern object at {address(self)}>"

    def __copy__(self) -> Pattern:
        return self

    def __deepcopy__(self, memo: Any) -> Pattern:
        return self


# What replaces a match no longer than this makes no text that is too large.
_SHORT = 100


def _bounded_flags(flags: int) -> int:
    same = int(re.I | re.M | re.S | re.U)
    return int((flags & same) | (int(regex.A) if flags & re.A else 0) | int(regex.V0))


def _too_long(pattern: Pattern) -> RuntimeError:
    words = str(pattern.pattern)[:80]
    return RuntimeError(f"the regular expression {words!r} took too long on this text")
