"""``string``: Python 2's constants and functions, and a Template without attribute walks."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Any

from sandbox.dialect.meaning.containers import translated
from sandbox.library.arguments import integer, text
from sandbox.library.hooks import checkpoint
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.values import is_unicode, script_str, unicode_text
from sandbox.limits_consuming import checked_items
from sandbox.limits_sizes import Room, joined

MAX_WIDTH = 20_000_000
_HOLE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<named>[_a-z][_a-z0-9]*)|\{(?P<braced>[_a-z][_a-z0-9]*)\}|(?P<bad>))",
    re.I | re.A,
)


@host_class("string")
class Template(metaclass=HostType):
    """``string.Template`` with ``$name`` and ``${name}``."""

    delimiter = "$"

    def __init__(self, template: Any) -> None:
        self.template = template

    def substitute(self, *args: Any, **keywords: Any) -> Any:
        """The text filled in; KeyError for a name without a value."""
        return _fill(self, args, keywords, False)

    def safe_substitute(self, *args: Any, **keywords: Any) -> Any:
        """The text filled in; a name without a value stays as it is."""
        return _fill(self, args, keywords, True)


# No method of it: a script's ``__dict__`` of the instance could hold another.
def _fill(template: Any, args: tuple[Any, ...], keywords: dict[str, Any], safe: bool) -> Any:
    if len(args) > 1:
        raise TypeError("Too many positional arguments")
    values: Any = args[0] if args else {}
    source = text(template.template)
    as_text = is_unicode(template.template)
    room = Room()

    def fill(match: re.Match[str]) -> str:
        nonlocal as_text
        if match.group("escaped") is not None:
            return "$"
        name = match.group("named") or match.group("braced")
        if name is None:
            if safe:
                return match.group()
            line = source.count("\n", 0, match.start()) + 1
            column = match.start() - source.rfind("\n", 0, match.start())
            raise ValueError(f"Invalid placeholder in string: line {line}, col {column}")
        try:
            value = keywords[name] if name in keywords else values[name]
        except KeyError:
            if safe:
                return match.group()
            raise
        as_text = as_text or is_unicode(value)
        words = script_str(value) if not isinstance(value, str) else str.__str__(value)
        checkpoint()
        room.take(len(words))
        return words

    made = _HOLE.sub(fill, source)
    return unicode_text(made) if as_text else made


def _like(source: Any, made: str) -> Any:
    return unicode_text(made) if is_unicode(source) else made


def _width(value: Any) -> int:
    width = integer(value)
    if width > MAX_WIDTH:
        raise MemoryError("the text would be too long")
    return width


class StringModule(Module):
    """``string``."""

    __slots__ = ()
    NAME = "string"

    lowercase = ascii_lowercase = string.ascii_lowercase
    uppercase = ascii_uppercase = string.ascii_uppercase
    letters = ascii_letters = string.ascii_letters
    digits = string.digits
    hexdigits = string.hexdigits
    octdigits = string.octdigits
    punctuation = string.punctuation
    printable = string.printable
    whitespace = " \t\n\r\x0b\x0c"
    Template = Template
    index_error = atoi_error = atof_error = atol_error = ValueError

    def join(self, words: Any, sep: Any = " ") -> Any:
        """The words with ``sep`` between them."""
        items = list(checked_items(words))
        for index, item in enumerate(items):
            if not isinstance(item, str):
                raise TypeError(
                    f"sequence item {index}: expected string, {type(item).__name__} found"
                )
        made = joined([str.__str__(item) for item in items], text(sep))
        return unicode_text(made) if is_unicode(sep) or any(map(is_unicode, items)) else made

    joinfields = join

    def split(self, s: Any, sep: Any = None, maxsplit: Any = -1) -> list[Any]:
        """The parts of a text."""
        return [_like(s, one) for one in text(s).split(_sep(sep), integer(maxsplit))]

    splitfields = split

    def rsplit(self, s: Any, sep: Any = None, maxsplit: Any = -1) -> list[Any]:
        """The parts of a text, cut from the right."""
        return [_like(s, one) for one in text(s).rsplit(_sep(sep), integer(maxsplit))]

    def strip(self, s: Any, chars: Any = None) -> Any:
        """The text without blanks at both ends."""
        return _like(s, text(s).strip(_few(chars)))

    def lstrip(self, s: Any, chars: Any = None) -> Any:
        """The text without blanks at its start."""
        return _like(s, text(s).lstrip(_few(chars)))

    def rstrip(self, s: Any, chars: Any = None) -> Any:
        """The text without blanks at its end."""
        return _like(s, text(s).rstrip(_few(chars)))

    def lower(self, s: Any) -> Any:
        """The text in lower case."""
        return _like(s, _cased(s, str.lower))

    def upper(self, s: Any) -> Any:
        """The text in upper case."""
        return _like(s, _cased(s, str.upper))

    def swapcase(self, s: Any) -> Any:
        """The text with the cases swapped."""
        return _like(s, _cased(s, str.swapcase))

    def capitalize(self, word: Any) -> Any:
        """The text with one capital in front."""
        return _like(word, _cased(word, str.capitalize))

    def capwords(self, s: Any, sep: Any = None) -> Any:
        """The words, each with one capital in front."""
        parts = text(s).split(_sep(sep))
        return _like(s, (text(sep) if sep else " ").join([one.capitalize() for one in parts]))

    def replace(self, s: Any, old: Any, new: Any, maxreplace: Any = -1) -> Any:
        """The text with ``old`` replaced by ``new``."""
        source, before, after = text(s), text(old), text(new)
        if len(source) + source.count(before) * max(0, len(after) - len(before)) > MAX_WIDTH:
            raise MemoryError("the text would be too long")
        return _like(s, source.replace(before, after, integer(maxreplace)))

    def find(self, s: Any, sub: Any, *bounds: Any) -> int:
        """Where ``sub`` is first found, or -1."""
        return text(s).find(text(sub), *bounds)

    def rfind(self, s: Any, sub: Any, *bounds: Any) -> int:
        """Where ``sub`` is last found, or -1."""
        return text(s).rfind(text(sub), *bounds)

    def index(self, s: Any, sub: Any, *bounds: Any) -> int:
        """Where ``sub`` is first found; ValueError when it is not."""
        return text(s).index(text(sub), *bounds)

    def rindex(self, s: Any, sub: Any, *bounds: Any) -> int:
        """Where ``sub`` is last found; ValueError when it is not."""
        return text(s).rindex(text(sub), *bounds)

    def count(self, s: Any, sub: Any, *bounds: Any) -> int:
        """How often ``sub`` is found."""
        return text(s).count(text(sub), *bounds)

    def ljust(self, s: Any, width: Any, fill: Any = " ") -> Any:
        """The text filled up on the right."""
        return _like(s, text(s).ljust(_width(width), text(fill)))

    def rjust(self, s: Any, width: Any, fill: Any = " ") -> Any:
        """The text filled up on the left."""
        return _like(s, text(s).rjust(_width(width), text(fill)))

    def center(self, s: Any, width: Any, fill: Any = " ") -> Any:
        """The text filled up on both sides."""
        return _like(s, text(s).center(_width(width), text(fill)))

    def zfill(self, x: Any, width: Any) -> Any:
        """The text filled up with zeros on the left."""
        source = x if isinstance(x, str) else script_str(x)
        return _like(source, text(source).zfill(_width(width)))

    def expandtabs(self, s: Any, tabsize: Any = 8) -> Any:
        """The text with blanks for tabs."""
        source = text(s)
        _width(source.count("\t") * integer(tabsize))
        return _like(s, source.expandtabs(integer(tabsize)))

    def translate(self, s: Any, table: Any, deletions: Any = "") -> Any:
        """The text with each character looked up in a table of 256."""
        source = text(s)
        if deletions:
            drop = set(text(deletions))
            source = "".join([one for one in source if one not in drop])
        if table is None:
            return _like(s, source)
        if isinstance(table, Mapping):
            return _like(s, translated(source, dict(table)))
        letters = text(table)
        if len(letters) != 256:
            raise ValueError("translation table must be 256 characters long")
        return _like(s, "".join([letters[ord(one)] if ord(one) < 256 else one for one in source]))

    def maketrans(self, fromstr: Any, tostr: Any) -> str:
        """A table for ``translate``."""
        before, after = text(fromstr), text(tostr)
        if len(before) != len(after):
            raise ValueError("maketrans arguments must have same length")
        letters = [chr(index) for index in range(256)]
        for old, new in zip(before, after, strict=True):
            letters[ord(old)] = new
        return "".join(letters)

    def atoi(self, s: Any, base: Any = 10) -> int:
        """The integer that a text names."""
        return _number(text(s), integer(base))

    atol = atoi

    def atof(self, s: Any) -> float:
        """The float that a text names."""
        try:
            return float(text(s))
        except ValueError:
            raise ValueError(f"invalid literal for float: {text(s)}") from None


def _number(words: str, base: int) -> int:
    try:
        return int(words, base)
    except ValueError:
        raise ValueError(f"invalid literal for int() with base {base}: {words!r}") from None


def _sep(value: Any) -> str | None:
    return None if value is None else text(value)


def _few(value: Any) -> str | None:
    """Characters to strip, each once: looking for one takes as long as there are others."""
    chars = _sep(value)
    return chars if chars is None or len(chars) < 256 else "".join(frozenset(chars))


def _cased(value: Any, method: Any) -> str:
    words = text(value)
    if is_unicode(value) or words.isascii():
        return str(method(words))
    # Byte strings know only the letters of ASCII.
    return "".join([method(one) if one.isascii() else one for one in words])
