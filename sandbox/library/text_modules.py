"""``textwrap``, ``fnmatch``, ``difflib``, ``unicodedata``, ``pprint``: text in, text out."""

from __future__ import annotations

import difflib
import itertools
import re
import textwrap
import types
import unicodedata
from typing import Any

from sandbox.library.arguments import integer, number, text
from sandbox.library.hooks import checkpoint
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.pretty import layout, printer_class
from sandbox.library.values import is_unicode, script_repr, unicode_text
from sandbox.limits_consuming import checked_items
from sandbox.limits_sizes import MOST, too_large

MAX_TEXT = 1_000_000
MAX_COMBINING = 1000
MAX_COMPARED = 20_000
_OPTIONS = [
    "width",
    "initial_indent",
    "subsequent_indent",
    "expand_tabs",
    "replace_whitespace",
    "fix_sentence_endings",
    "break_long_words",
    "drop_whitespace",
    "break_on_hyphens",
]


def _wrapper(options: dict[str, Any]) -> textwrap.TextWrapper:
    unknown = set(options) - set(_OPTIONS)
    if unknown:
        raise TypeError(f"__init__() got an unexpected keyword argument '{min(unknown)}'")
    given = dict(options)
    for name in ("initial_indent", "subsequent_indent"):
        if name in given:
            given[name] = text(given[name])
    if "width" in given:
        given["width"] = integer(given["width"])
    return _Wrapper(**given)


class _Words(list[str]):
    """The words of a text, each taken out past a checkpoint."""

    def pop(self, *where: Any) -> str:
        checkpoint()
        return list.pop(self, *where)


class _Wrapper(textwrap.TextWrapper):
    """The standard wrapper, which meets checkpoints and makes no more than a text may hold."""

    def _wrap_chunks(self, chunks: list[str]) -> list[str]:
        size = sum(map(len, chunks))
        # Two lines that follow each other hold more than one has room for.
        room = max(1, self.width - len(self.subsequent_indent))
        if (2 * size // room + 2) * len(self.subsequent_indent) + len(self.initial_indent) > MOST:
            raise too_large()
        return super()._wrap_chunks(_Words(chunks))

    def _handle_long_word(self, *args: Any) -> None:
        checkpoint()
        super()._handle_long_word(*args)


def _long(value: Any) -> str:
    words = text(value)
    if len(words) > MAX_TEXT:
        raise MemoryError("the text is too long")
    return words


@host_class("textwrap")
class TextWrapper(metaclass=HostType):
    """``textwrap.TextWrapper``."""

    def __init__(self, width: Any = 70, **options: Any) -> None:
        self.width = width
        for name in _OPTIONS[1:]:
            if name in options:
                setattr(self, name, options[name])

    def wrap(self, words: Any) -> list[str]:
        """The lines."""
        return _real(self).wrap(_long(words))

    def fill(self, words: Any) -> str:
        """The lines as one text."""
        return _real(self).fill(_long(words))


# No method of it: a script's ``__dict__`` of the instance could hold another.
def _real(wrapper: TextWrapper) -> textwrap.TextWrapper:
    return _wrapper({name: getattr(wrapper, name) for name in _OPTIONS if hasattr(wrapper, name)})


class TextwrapModule(Module):
    """``textwrap``."""

    __slots__ = ()
    NAME = "textwrap"

    TextWrapper = TextWrapper

    def wrap(self, words: Any, width: Any = 70, **options: Any) -> list[Any]:
        """The lines of a text."""
        made = _wrapper({"width": width, **options}).wrap(_long(words))
        return [unicode_text(one) for one in made] if is_unicode(words) else made

    def fill(self, words: Any, width: Any = 70, **options: Any) -> Any:
        """A text broken into lines."""
        made = _wrapper({"width": width, **options}).fill(_long(words))
        return unicode_text(made) if is_unicode(words) else made

    def dedent(self, words: Any) -> Any:
        """A text without the blanks that start all its lines."""
        made = textwrap.dedent(_long(words))
        return unicode_text(made) if is_unicode(words) else made


class FnmatchModule(Module):
    """``fnmatch``: patterns on names, matched without backtracking."""

    __slots__ = ()
    NAME = "fnmatch"

    def fnmatch(self, name: Any, pat: Any) -> bool:
        """Whether a name matches a pattern."""
        return matches(text(name), text(pat))

    fnmatchcase = fnmatch

    def filter(self, names: Any, pat: Any) -> list[Any]:
        """The names that match a pattern."""
        pattern = text(pat)
        return [name for name in checked_items(names) if matches(text(name), pattern)]

    def translate(self, pat: Any) -> str:
        """The regular expression of a pattern, as Python 2 writes it."""
        words, made, index = text(pat), "", 0
        last = words.rfind("]")
        while index < len(words):
            if not index & 1023:
                checkpoint()
            letter = words[index]
            index += 1
            if letter == "*":
                made += ".*"
            elif letter == "?":
                made += "."
            elif letter == "[" and index < last:
                close = words.index("]", index + 1)
                inner = words[index:close].replace("\\", "\\\\")
                if inner[:1] == "!":
                    inner = "^" + inner[1:]
                elif inner[:1] == "^":
                    inner = "\\" + inner
                made += f"[{inner}]"
                index = close + 1
            else:
                made += re.escape(letter)
        return made + "\\Z(?ms)"


def matches(name: str, pattern: str) -> bool:
    """Whether a name matches a shell pattern; the time grows with name times pattern at most."""
    pieces = _pieces(pattern)
    star, mark = -1, 0
    at = piece = 0
    for step in itertools.count():
        if at >= len(name):
            break
        if not step & 1023:
            checkpoint()
        if piece < len(pieces) and pieces[piece] is None:
            star, mark = piece, at
            piece += 1
        elif piece < len(pieces) and _fits(name[at], pieces[piece]):
            at += 1
            piece += 1
        elif star >= 0:
            piece = star + 1
            mark += 1
            at = mark
        else:
            return False
    while piece < len(pieces) and pieces[piece] is None:
        piece += 1
    return piece == len(pieces)


def _pieces(pattern: str) -> list[Any]:
    made: list[Any] = []
    index = 0
    last = pattern.rfind("]")
    while index < len(pattern):
        letter = pattern[index]
        index += 1
        if letter == "*":
            if not made or made[-1] is not None:
                made.append(None)
        elif letter == "?":
            made.append(("!", ""))
        elif letter == "[" and index < last:
            close = pattern.index("]", index + 1)
            inner = pattern[index:close]
            made.append(("!", inner[1:]) if inner.startswith("!") else ("", inner))
            index = close + 1
        else:
            made.append(letter)
    return made


def _fits(letter: str, piece: Any) -> bool:
    if type(piece) is str:
        return letter == piece
    checkpoint()
    negated, inner = piece
    found = False
    index = 0
    while index < len(inner):
        if inner[index + 1 : index + 2] == "-" and index + 2 < len(inner):
            found = found or inner[index] <= letter <= inner[index + 2]
            index += 3
        else:
            found = found or inner[index] == letter
            index += 1
    return found is not bool(negated)


def _compared(items: Any) -> list[Any]:
    made = list(itertools.islice(checked_items(items), MAX_COMPARED + 1))
    if len(made) > MAX_COMPARED:
        raise MemoryError(f"difflib compares at most {MAX_COMPARED} items here")
    return made


class _Places(dict[Any, list[int]]):
    """Where items are in a sequence: asked for each item that is compared with it."""

    def get(self, key: Any, default: Any = None) -> Any:
        checkpoint()
        return dict.get(self, key, default)


class _Matcher(difflib.SequenceMatcher[Any]):
    """The standard matcher, which meets a checkpoint for each item."""

    def set_seq2(self, b: Any) -> None:
        super().set_seq2(b)
        self.b2j: dict[Any, list[int]] = _Places(vars(self)["b2j"])


def _with_checkpoints(function: Any) -> Any:
    """A function of the standard ``difflib`` that matches with ours."""
    names = {**vars(difflib), "SequenceMatcher": _Matcher}
    made = types.FunctionType(function.__code__, names, function.__name__, function.__defaults__)
    return made


_close_matches = _with_checkpoints(difflib.get_close_matches)
_unified_diff = _with_checkpoints(difflib.unified_diff)


@host_class("difflib")
class SequenceMatcher(metaclass=HostType):
    """``difflib.SequenceMatcher``."""

    __slots__ = ("_real",)

    def __init__(self, isjunk: Any = None, a: Any = "", b: Any = "", autojunk: Any = True) -> None:
        self._real = _Matcher(isjunk, _compared(a), _compared(b), bool(autojunk))

    def ratio(self) -> float:
        """How alike they are."""
        return self._real.ratio()

    quick_ratio = real_quick_ratio = ratio

    def get_opcodes(self) -> list[Any]:
        """How to turn one into the other."""
        return [tuple(one) for one in self._real.get_opcodes()]

    def get_matching_blocks(self) -> list[Any]:
        """What is alike."""
        return [tuple(one) for one in self._real.get_matching_blocks()]


def _is_blank(character: str) -> bool:
    # Asked for each character of each pair of lines: where a stop gets in.
    checkpoint()
    return character in " \t"


class DifflibModule(Module):
    """``difflib``."""

    __slots__ = ()
    NAME = "difflib"

    SequenceMatcher = SequenceMatcher

    def _lines(self, lines: Any) -> list[str]:
        return [text(one) for one in _compared(lines)]

    def get_close_matches(
        self, word: Any, possibilities: Any, n: Any = 3, cutoff: Any = 0.6
    ) -> list[Any]:
        """The texts most like a word."""
        words = self._lines(possibilities)
        for one in (text(word), *words):
            _compared(one)
        found: list[Any] = _close_matches(text(word), words, integer(n), number(cutoff))
        return found

    def unified_diff(
        self,
        a: Any,
        b: Any,
        fromfile: Any = "",
        tofile: Any = "",
        fromfiledate: Any = "",
        tofiledate: Any = "",
        n: Any = 3,
        lineterm: Any = "\n",
    ) -> Any:
        """The differences of lines in short."""
        return iter(
            list(
                _unified_diff(
                    self._lines(a),
                    self._lines(b),
                    text(fromfile),
                    text(tofile),
                    text(fromfiledate),
                    text(tofiledate),
                    integer(n),
                    text(lineterm),
                )
            )
        )

    def ndiff(self, a: Any, b: Any) -> Any:
        """The differences of lines."""
        lines = self._lines(a)[:2000], self._lines(b)[:2000]
        return iter(list(difflib.ndiff(*lines, charjunk=_is_blank)))


def _check_marks(words: str) -> None:
    """MemoryError for so many marks in a row that putting them in order takes too long."""
    row = 0
    for at, character in enumerate(words):
        if not at & 0xFFFF:
            checkpoint()
        row = row + 1 if unicodedata.combining(character) else 0
        if row > MAX_COMBINING:
            raise MemoryError("the text has too many combining marks in a row")


class UnicodedataModule(Module):
    """``unicodedata``."""

    __slots__ = ()
    NAME = "unicodedata"

    unidata_version = "6.2.0"

    def _one(self, value: Any) -> str:
        words = text(value)
        if len(words) != 1:
            raise TypeError("need a single Unicode character as parameter")
        return words

    def normalize(self, form: Any, unistr: Any) -> Any:
        """A text in a normal form."""
        words = _long(unistr)
        if len(words) > MAX_COMBINING and not words.isascii():
            _check_marks(words)
        return unicode_text(unicodedata.normalize(text(form), words))  # type: ignore[arg-type]

    def category(self, unichr: Any) -> str:
        """The category of a character."""
        return unicodedata.category(self._one(unichr))

    def name(self, unichr: Any, *default: Any) -> Any:
        """The name of a character."""
        return unicodedata.name(self._one(unichr), *default)

    def lookup(self, name: Any) -> Any:
        """The character of a name."""
        try:
            return unicode_text(unicodedata.lookup(text(name)))
        except KeyError:
            raise KeyError(f"undefined character name '{text(name)}'") from None

    def combining(self, unichr: Any) -> int:
        """The combining class of a character."""
        return unicodedata.combining(self._one(unichr))

    def bidirectional(self, unichr: Any) -> str:
        """The direction of a character."""
        return unicodedata.bidirectional(self._one(unichr))

    def decimal(self, unichr: Any, *default: Any) -> Any:
        """The value of a digit."""
        return unicodedata.decimal(self._one(unichr), *default)

    digit = decimal

    def numeric(self, unichr: Any, *default: Any) -> Any:
        """The value of a number character."""
        return unicodedata.numeric(self._one(unichr), *default)


class PprintModule(Module):
    """``pprint``."""

    __slots__ = ("PrettyPrinter",)
    NAME = "pprint"

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        object.__setattr__(self, "PrettyPrinter", printer_class(library))

    def pformat(self, object: Any, indent: Any = 1, width: Any = 80, depth: Any = None) -> str:
        """A value laid out."""
        return layout(object, integer(indent), integer(width), depth)

    def pprint(
        self,
        object: Any,
        stream: Any = None,
        indent: Any = 1,
        width: Any = 80,
        depth: Any = None,
    ) -> None:
        """Print a value laid out."""
        words = self.pformat(object, indent, width, depth) + "\n"
        if stream is None:
            self._library.write_output(words)
        else:
            self._library.getattr_hook(stream, "write")(words)

    def saferepr(self, object: Any) -> str:
        """The repr."""
        return script_repr(object)

    def isreadable(self, object: Any) -> bool:
        """Whether the repr can be read back."""
        return "<" not in script_repr(object)

    def isrecursive(self, object: Any) -> bool:
        """Whether a value holds itself."""
        return "..." in script_repr(object)
