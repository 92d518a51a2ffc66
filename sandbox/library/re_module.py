"""``re``: Python 2's meaning over the C engine, time-bounded where a pattern may backtrack.

A pattern whose worst case is small for the text at hand runs in the standard engine; any other
runs in the ``regex`` engine, which checks a time limit and lets other threads run meanwhile.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import regex

from sandbox.library.module import Held, HostType, Module, host_class
from sandbox.library.re_cost import free_length, growth, never_empty
from sandbox.library.values import is_unicode, type_repr, unicode_text

TIME_LIMIT = 5.0
_CACHE_LIMIT = 512
_INLINE = re.compile(r"(?<!\\)\(\?([iLmsux]+)\)")
_ALLOWED = int(re.I | re.M | re.S | re.X | re.U | re.L)
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


def _python2_message(failure: Exception) -> str:
    words = str(getattr(failure, "msg", failure))
    for ours, theirs in _MESSAGES:
        if words.startswith(ours):
            return theirs
    return words


def _translate(pattern: str, flags: int) -> tuple[str, int]:
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


def _subject(value: Any) -> tuple[str, bool]:
    kind = type(value)
    if kind is str:
        return value, False
    if isinstance(value, str):
        return str.__str__(value), is_unicode(value)
    chars = getattr(value, "toString", None) if kind.__module__ == "java.lang" else None
    if chars is not None:
        return str(chars()), True
    raise TypeError(f"expected string or buffer, but got {type_repr(value)}")


def _limit(library: Any) -> float:
    """The seconds that a risky match may take: what the run has left, at most TIME_LIMIT."""
    run = library.current_run()
    deadline = getattr(run, "deadline", None)
    if isinstance(deadline, (int, float)) and deadline > 0:
        return max(0.01, min(TIME_LIMIT, deadline - time.monotonic()))
    return TIME_LIMIT


class Match(Held):
    """A match object."""

    # One slot that holds (match, pattern, subject, whether it is unicode): cheap to make.
    __slots__ = ("_parts",)
    _parts: tuple[Any, Any, Any, bool]

    @property
    def _match(self) -> Any:
        return self._parts[0]

    @property
    def _pattern(self) -> Any:
        return self._parts[1]

    @property
    def _subject(self) -> Any:
        return self._parts[2]

    @property
    def _unicode(self) -> bool:
        return self._parts[3]

    def group(self, *numbers: Any) -> Any:
        """The text of a group, or a tuple of several."""
        parts = self._parts
        if len(numbers) == 1:
            key = numbers[0]
            found = parts[0].group(key if type(key) is int else _group_key(key))
            return found if found is None or not parts[3] else unicode_text(found)
        found = parts[0].group(*[_group_key(number) for number in numbers])
        if not parts[3]:
            return found
        if type(found) is tuple:
            return tuple([None if one is None else unicode_text(one) for one in found])
        return None if found is None else unicode_text(found)

    def groups(self, default: Any = None) -> tuple[Any, ...]:
        """All groups."""
        found: tuple[Any, ...] = self._match.groups()
        if not self._unicode:
            return tuple([default if one is None else one for one in found])
        return tuple([default if one is None else unicode_text(one) for one in found])

    def groupdict(self, default: Any = None) -> dict[str, Any]:
        """The named groups."""
        made = {}
        for name, one in self._match.groupdict().items():
            if one is None:
                one = default
            elif self._unicode:
                one = unicode_text(one)
            made[name] = one
        return made

    def start(self, group: Any = 0) -> int:
        """Where a group starts, -1 when it took no part."""
        return int(self._match.start(_group_key(group)))

    def end(self, group: Any = 0) -> int:
        """Where a group ends."""
        return int(self._match.end(_group_key(group)))

    def span(self, group: Any = 0) -> tuple[int, int]:
        """Start and end of a group."""
        start, end = self._match.span(_group_key(group))
        return start, end

    def expand(self, template: Any) -> Any:
        """A replacement template filled from this match."""
        words, text = _subject(template)
        made = _fill(_template(words, self._pattern), self._match)
        return unicode_text(made) if text or self._unicode else made

    @property
    def string(self) -> Any:
        """The searched text."""
        return self._subject

    @property
    def re(self) -> Pattern:
        """The pattern."""
        pattern: Pattern = self._pattern
        return pattern

    @property
    def pos(self) -> int:
        """Where the search began."""
        return int(self._match.pos)

    @property
    def endpos(self) -> int:
        """Where the search had to end."""
        return int(self._match.endpos)

    @property
    def lastindex(self) -> int | None:
        """The number of the last group that matched."""
        found: int | None = self._match.lastindex
        return found

    @property
    def lastgroup(self) -> str | None:
        """The name of the last group that matched."""
        found: str | None = self._match.lastgroup
        return found

    @property
    def regs(self) -> tuple[tuple[int, int], ...]:
        """The spans of all groups."""
        return tuple(self.span(index) for index in range(self._pattern.groups + 1))

    def __repr__(self) -> str:
        return f"<_sre.SRE_Match object at {id(self):#x}>"


_new_match = Match.__new__
_set_parts = vars(Match)["_parts"].__set__


def _matched(match: Any, pattern: Any, subject: Any, is_text: bool) -> Match:
    made = _new_match(Match)
    _set_parts(made, (match, pattern, subject, is_text))
    return made


def _group_key(key: Any) -> Any:
    if type(key) is int:
        return key
    if isinstance(key, str):
        return str.__str__(key)
    if isinstance(key, int):
        return int.__index__(key)
    raise IndexError("no such group")


def _template(template: str, pattern: Pattern) -> list[Any]:
    """A replacement template cut into texts and group numbers, unknown escapes kept."""
    if "\\" not in template:
        return [template]
    parts: list[Any] = []
    index = 0
    letters = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "f": "\f", "v": "\v", "b": "\b"}
    while index < len(template):
        slash = template.find("\\", index)
        if slash < 0 or slash + 1 >= len(template):
            if slash >= 0:
                raise error("bogus escape (end of line)")
            parts.append(template[index:])
            break
        parts.append(template[index:slash])
        following = template[slash + 1]
        index = slash + 2
        if following == "g":
            close = template.find(">", index)
            if template[index : index + 1] != "<" or close < 0:
                raise error("missing group name")
            parts.append(_group_number(template[index + 1 : close], pattern))
            index = close + 1
        elif following in "123456789":
            end = index
            if template[end : end + 1].isdigit():
                end += 1
                if template[end - 2 : end + 1].isdigit() and len(template[end - 2 : end + 1]) == 3:
                    octal = template[end - 2 : end + 1]
                    if all(digit in "01234567" for digit in octal):
                        parts.append(chr(int(octal, 8) & 0xFF))
                        index = end + 1
                        continue
            parts.append(_group_number(template[slash + 1 : end], pattern))
            index = end
        elif following == "0":
            digits = re.match("[0-7]{0,2}", template[index:])
            octal = digits.group() if digits else ""
            parts.append(chr(int("0" + octal, 8)))
            index += len(octal)
        elif following == "\\":
            parts.append("\\")
        elif following in letters:
            parts.append(letters[following])
        else:
            parts.append("\\" + following)
    return parts


def _group_number(name: str, pattern: Pattern) -> int:
    if name.isdigit():
        if int(name) > pattern.groups:
            raise error("invalid group reference")
        return int(name)
    if not name or not re.match(r"[A-Za-z_]\w*\Z", name, re.A):
        raise error("bad character in group name")
    number = pattern._standard.groupindex.get(name)
    if number is None:
        raise IndexError("unknown group name")
    return int(number)


def _fill(parts: list[Any], match: Any) -> str:
    made = []
    for part in parts:
        if type(part) is int:
            found = match.group(part)
            if found is None:
                raise error("unmatched group")
            made.append(found)
        else:
            made.append(part)
    return "".join(made)


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
        words, _ = _subject(pattern)
        words, flags = _translate(words, flags)
        used = flags & ~int(re.L) if flags & re.U else (flags | int(re.A)) & ~int(re.L)
        try:
            standard = re.compile(words, used)
        except (re.error, OverflowError, RecursionError) as failure:
            raise error(_python2_message(failure)) from None
        except ValueError as failure:
            raise error(str(failure)) from None
        put = object.__setattr__
        put(self, "_library", library)
        put(self, "_source", pattern)
        put(self, "_flags", flags)
        put(self, "_standard", standard)
        put(self, "_bounded", (words, used))
        put(self, "_free", free_length(growth(words, used)))
        put(self, "_wide", never_empty(words, used))
        put(self, "_match", standard.match)
        put(self, "_search", standard.search)

    def _engine(self, length: int) -> tuple[Any, dict[str, Any]]:
        """The engine for a text of that length, and the keywords that bound it."""
        if length <= self._free:
            return self._standard, {}
        bounded = self._bounded
        if type(bounded) is tuple:
            words, used = bounded
            try:
                bounded = regex.compile(words, _bounded_flags(used))
            except regex.error:
                bounded = self._standard
            object.__setattr__(self, "_bounded", bounded)
        if bounded is self._standard:
            return bounded, {}
        return bounded, {"timeout": _limit(self._library), "concurrent": True}

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
        words, is_text = _subject(string)
        engine, options = self._engine(len(words))
        try:
            if pos == 0 and endpos is None:
                match = getattr(engine, method)(words, **options)
            else:
                end = len(words) if endpos is None else endpos
                match = getattr(engine, method)(words, pos, end, **options)
        except TimeoutError:
            raise _too_long(self) from None
        return None if match is None else _matched(match, self, string, is_text)

    def match(self, string: Any, pos: Any = 0, endpos: Any = None) -> Match | None:
        """A match at the start of the text, or None."""
        if type(string) is str and pos == 0 and endpos is None and len(string) <= self._free:
            found = self._match(string)
            return None if found is None else _matched(found, self, string, False)
        return self._once("match", string, pos, endpos)

    def search(self, string: Any, pos: Any = 0, endpos: Any = None) -> Match | None:
        """The first match anywhere, or None."""
        if type(string) is str and pos == 0 and endpos is None and len(string) <= self._free:
            found = self._search(string)
            return None if found is None else _matched(found, self, string, False)
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
                start, stop = match.span()
                if apart and start == stop == last_end:
                    continue
                last_end = stop
                yield match
        except TimeoutError:
            raise _too_long(self) from None

    def finditer(self, string: Any, pos: Any = 0, endpos: Any = None) -> Iterator[Match]:
        """The matches one after the other."""
        words, is_text = _subject(string)
        return iter([_matched(one, self, string, is_text) for one in self._all(words, pos, endpos)])

    def findall(self, string: Any, pos: Any = 0, endpos: Any = None) -> list[Any]:
        """The texts of all matches (of their groups, if there are any)."""
        words, is_text = _subject(string)
        if not is_text and pos == 0 and endpos is None and len(words) <= self._free:
            return list(self._standard.findall(words))
        groups = self._standard.groups
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
        words, is_text = _subject(string)
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
            and len(string) <= self._free
        ):
            changed, done = self._standard.subn(repl, string, count)
            return changed, done
        words, is_text = _subject(string)
        make: Callable[[Any], str]
        if isinstance(repl, str):
            template, repl_text = _subject(repl)
            parts = _template(template, self)
            if len(parts) == 1 and type(parts[0]) is str:
                fixed = parts[0]
                make = lambda _match: fixed  # noqa: E731
            else:
                make = lambda match: _fill(parts, match)  # noqa: E731
        else:
            repl_text = False

            def make(match: Any) -> str:
                nonlocal repl_text
                value = repl(_matched(match, self, string, is_text))
                if value is None:
                    return ""
                found, text = _subject(value)
                repl_text = repl_text or text
                return found

        made: list[str] = []
        last = 0
        done = 0
        for match in self._all(words, apart=True):
            if count and done >= count:
                break
            start, stop = match.span()
            made.append(words[last:start])
            made.append(make(match))
            last = stop
            done += 1
        if not done:
            return string, 0
        made.append(words[last:])
        result = "".join(made)
        return (unicode_text(result) if is_text or repl_text else result), done

    def __repr__(self) -> str:
        return f"<SRE_Pattern object at {id(self):#x}>"

    def __copy__(self) -> Pattern:
        return self

    def __deepcopy__(self, memo: Any) -> Pattern:
        return self


def _bounded_flags(flags: int) -> int:
    same = int(re.I | re.M | re.S | re.X | re.U)
    return int((flags & same) | (int(regex.A) if flags & re.A else 0) | int(regex.V0))


def _too_long(pattern: Pattern) -> RuntimeError:
    words = str(pattern.pattern)[:80]
    return RuntimeError(f"the regular expression {words!r} took too long on this text")


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
        if type(pattern) is str:
            key: Any = (pattern, flags)
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
        return self.compile(pattern, flags).match(string)

    def search(self, pattern: Any, string: Any, flags: Any = 0) -> Match | None:
        """The first match anywhere, or None."""
        return self.compile(pattern, flags).search(string)

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
        words, is_text = _subject(pattern)
        made = "".join(
            letter
            if letter.isascii() and letter.isalnum()
            else ("\\000" if letter == "\0" else "\\" + letter)
            for letter in words
        )
        return unicode_text(made) if is_text else made

    def purge(self) -> None:
        """Forget the compiled patterns."""
        self._cache.clear()
