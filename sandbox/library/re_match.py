"""Match objects of ``re``."""

from __future__ import annotations

from typing import Any

from sandbox.dialect.meaning.identity import address
from sandbox.library.module import Held
from sandbox.library.re_template import fill, template_parts
from sandbox.library.values import is_unicode, type_repr, unicode_text


def subject_of(value: Any) -> tuple[str, bool]:
    """A text to search and whether it is ``unicode``; TypeError for other values."""
    kind = type(value)
    if kind is str:
        return value, False
    if isinstance(value, str):
        return str.__str__(value), is_unicode(value)
    chars = getattr(value, "toString", None) if kind.__module__ == "java.lang" else None
    if chars is not None:
        return str.__str__(str(chars())), True
    raise TypeError(f"expected string or buffer, but got {type_repr(value)}")


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

    def group(self, number: Any = 0, /, *more: Any) -> Any:
        """The text of a group, or a tuple of several."""
        parts = self._parts
        if more:
            return tuple([self.group(one) for one in (number, *more)])
        found = parts[0].group(number if type(number) is int else _group_key(number))
        return found if found is None or not parts[3] else unicode_text(found)

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
        words, text = subject_of(template)
        made = fill(template_parts(words, self._pattern), self._match)
        return unicode_text(made) if text or self._unicode else made

    @property
    def string(self) -> Any:
        """The searched text."""
        return self._subject

    @property
    def re(self) -> Any:
        """The pattern."""
        return self._pattern

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
        return f"<_sre.SRE_Match object at {address(self)}>"


_new_match = Match.__new__
_set_parts = vars(Match)["_parts"].__set__


def matched(match: Any, pattern: Any, subject: Any, is_text: bool) -> Match:
    """The facade of the engine's match."""
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
