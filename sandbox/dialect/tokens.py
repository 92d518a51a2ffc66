"""Source text to tokens: parallel lists, made with as little Python-level work as possible.

A handler has some nine tokens a line and a host compiles thousands of handlers, so the work of one
token is done by C loops (``findall``, ``map``, ``compress``) over the whole text; Python code runs
once a line, a bracket and an oddity.
"""

import re
from itertools import accumulate, compress, islice
from operator import add, sub
from typing import Any

from sandbox.dialect.errors import DialectError
from sandbox.limits import checkpoint

NEWLINE = "\n"
END = "end of file"
ODD = "odd"

OPERATORS = frozenset(
    """( ) [ ] { } , : ; . = == != <> < > <= >= << >> + - * ** / // % & | ^ ~ ` @
    += -= *= **= /= //= %= &= |= ^= <<= >>=""".split()  # noqa: SIM905
)
KEYWORDS = frozenset(
    """and as assert break class continue def del elif else except exec finally for from global if
    import in is lambda not or pass print raise return try while with yield""".split()  # noqa: SIM905
)
JOINT = "\\\n"
QUOTES = ("'", '"', "'''", '"""')

# The kind of a token is its own text for keywords and operators, None for names, numbers and
# strings (which their first character tells apart), ODD for what no token starts with.
KINDS: dict[str, str] = {text: text for text in (*OPERATORS, *KEYWORDS, NEWLINE, JOINT)}
KINDS.update(dict.fromkeys((*QUOTES, *map(chr, range(1, 32)), *"!$?\\\x7f"), ODD))
KINDS[NEWLINE] = NEWLINE

STRING_PREFIXES = frozenset(
    first + second for first in ("", *"uUbB") for second in ("", *"rR") if first or second
)
BLANKS = (" ", "\t", "\f")
_OPEN = frozenset("([{")
_STRUCTURAL = frozenset([*"()[]{}", NEWLINE, JOINT, ODD])

_STRINGS = r"""
    "(?!"")[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"
  | '(?!'')[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'
  | \"{3}[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+\"{3}
  | '{3}[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+'{3}
"""
_PIECE = re.compile(
    rf"""
    ([ \t\f]*+(?:\#[^\n]*+)?+)
    ( [A-Za-z_]\w*+(?!["'])
    | \n
    | [()\[\]{{}},:;`~@]
    | \.(?!\d)
    | ==?
    | {_STRINGS}
    | (?:[uU][rR]?|[bB][rR]?|[rR])(?:{_STRINGS})
    | 0[xX][0-9a-fA-F]+[lL]?
    | 0[oO][0-7]+[lL]?
    | 0[bB][01]+[lL]?
    | (?:\d++\.\d*+|\.\d++)(?:[eE][+-]?\d++)?[jJ]?
    | \d++(?:[eE][+-]?\d++[jJ]?|[jJ]|[lL])?
    | [-+%&|^]=?
    | \*\*?=?
    | //?=?
    | <<=? | <[=>]? | >>=? | >=?
    | !=
    | [A-Za-z_]\w*+
    | \"{{3}} | '{{3}}
    | \\\n
    | .
    )""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_LINE = re.compile(r"[^\n]*\n")


MOST_TOKENS = 400_000
"""Tokens of one source: twice as many as its tree may have nodes."""
_LONG = 1_000_000


def too_long() -> DialectError:
    """The error of a source that has too many tokens."""
    return DialectError(f"the script has more than {MOST_TOKENS} tokens", 1, 1, 1, "", "")


def _byte_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


class Tokens:
    """The tokens of a text, as parallel lists that end with two END tokens.

    A NEWLINE token ends a logical line; its text is the indentation (in columns, tabs to 8) of the
    next logical line, -1 before the end. Columns and end columns count UTF-8 bytes from 0.

    Attributes:
        kinds: the kind of each token, see ``KINDS``.
        texts: the text of each token.
        lines, columns, end_lines, end_columns: where each token starts and ends.
        first_indent: the indentation of the first logical line.
        odd: what is wrong with the ODD token that ends the list, if one does.
    """

    __slots__ = (
        "columns", "end_columns", "end_lines", "first_indent", "kinds", "lines", "odd", "texts",
    )

    kinds: list[str | None]
    texts: list[Any]
    lines: list[int]
    columns: list[int]
    end_lines: list[int]
    end_columns: list[int]
    first_indent: int
    odd: str


def width(blanks: str) -> int:
    """The column that leading ``blanks`` reach: tabs go to multiples of 8, a form feed to 0."""
    if "\t" not in blanks and "\f" not in blanks:
        return len(blanks)
    column = 0
    for blank in blanks:
        if blank == " ":
            column += 1
        elif blank == "\t":
            column += 8 - column % 8
        else:
            column = 0
    return column


def tokenize(source: str) -> Tokens:
    """Split ``source``, whose lines end with ``\\n`` (the last one too), into tokens."""
    if source.count("\n") > MOST_TOKENS:
        raise too_long()
    if len(source) > _LONG:
        # Said before all of them are made, which takes longer than a run has.
        few = islice(_PIECE.finditer(source), MOST_TOKENS + 1)
        if sum(1 for _ in few) > MOST_TOKENS:
            raise too_long()
    pieces = _PIECE.findall(source)
    if len(pieces) > MOST_TOKENS:
        raise too_long()
    checkpoint()
    leads: tuple[str, ...]
    texts: list[Any]
    leads, all_texts = zip(*pieces, strict=True) if pieces else ((), ())
    texts = list(all_texts)
    kinds: list[str | None] = list(map(KINDS.get, texts))
    ascii_only = source.isascii()
    measure = len if ascii_only else _byte_length
    lengths = list(map(measure, texts))
    ends = list(accumulate(map(add, map(measure, leads), lengths)))
    line_starts = [0, *accumulate(map(measure, _LINE.findall(source)), initial=0)]
    if not ascii_only:
        for i, text in enumerate(texts):
            if kinds[i] is None and not text.isascii() and text[-1] not in "'\"":
                kinds[i] = ODD
    if "'''" in source or '"""' in source or "\\\n" in source:
        multiline = {i for i, text in enumerate(texts) if kinds[i] is None and "\n" in text}
        structural = [i for i, k in enumerate(kinds) if k in _STRUCTURAL or i in multiline]
    else:
        multiline = set()
        structural = list(compress(range(len(kinds)), map(_STRUCTURAL.__contains__, kinds)))

    lines: list[int] = []
    line = 1
    flushed = 0
    depth = 0
    last_newline = -1
    newlines: list[int] = []
    following: list[int] = []
    first = 0
    multiline_ends: list[tuple[int, int]] = []
    dropped: list[int] = []
    odd = "invalid syntax"
    count = len(kinds)
    for i in structural:
        kind = kinds[i]
        if kind == NEWLINE:
            if depth:
                dropped.append(i)
            elif i == last_newline + 1:
                dropped.append(i)
                last_newline = i
                if following:
                    following[-1] = i + 1
                else:
                    first = i + 1
            else:
                newlines.append(i)
                following.append(i + 1)
                last_newline = i
            lines += [line] * (i + 1 - flushed)
            flushed = i + 1
            line += 1
        elif kind is None:
            lines += [line] * (i + 1 - flushed)
            flushed = i + 1
            line += texts[i].count("\n")
            multiline_ends.append((i, line))
        elif kind in _OPEN:
            depth += 1
        elif kind == JOINT:
            if i + 1 == count or (
                i + 2 == count and kinds[i + 1] == NEWLINE and not leads[i + 1]
            ):
                odd = "unexpected EOF while parsing"
                kinds[i] = ODD
                count = i + 1
                break
            lines += [line] * (i + 1 - flushed)
            flushed = i + 1
            line += 1
            dropped.append(i)
        elif kind == ODD:
            text = texts[i]
            if text == "\\" and kinds[i + 1] == NEWLINE and leads[i + 1][:1] in BLANKS:
                # Jython ignores a backslash that only blanks and a comment follow.
                dropped.append(i)
                if i == last_newline + 1 and not depth:
                    last_newline = i
                continue
            if len(text) == 3 and text in QUOTES and not depth:
                start = i
                if i and texts[i - 1] in STRING_PREFIXES and not leads[i]:
                    start -= 1
                if start == last_newline + 1 or kinds[start - 1] == ";":
                    # To Jython the rest of the text is a comment here.
                    count = start
                    break
            odd = _oddity(text)
            count = i + 1
            break
        elif depth:
            depth -= 1
    lines += [line] * (count - flushed)

    tokens = Tokens()
    tokens.odd = odd
    tokens.first_indent = width(leads[first]) if first < count else 0
    for i, next_line in zip(newlines, following, strict=True):
        texts[i] = width(leads[next_line]) if next_line < count else -1
    bases = [line_starts[number] for number in lines]
    columns = list(map(sub, map(sub, ends, lengths), bases))
    end_columns = list(map(sub, ends, bases))
    end_lines = lines
    if multiline_ends:
        end_lines = lines[:]
        for i, line in multiline_ends:
            end_lines[i] = line
            end_columns[i] = ends[i] - line_starts[line]
    if dropped or count < len(kinds):
        keep = bytearray(b"\1") * count
        for i in dropped:
            keep[i] = 0
        kinds = list(compress(kinds, keep))
        texts = list(compress(texts, keep))
        columns = list(compress(columns, keep))
        end_columns = list(compress(end_columns, keep))
        same = end_lines is lines
        lines = list(compress(lines, keep))
        end_lines = lines if same else list(compress(end_lines, keep))
    tokens.kinds = kinds
    tokens.texts = texts
    tokens.lines = lines
    tokens.columns = columns
    tokens.end_lines = end_lines
    tokens.end_columns = end_columns
    _close(tokens, len(line_starts) - 2)
    return tokens


def _close(tokens: Tokens, last_line: int) -> None:
    """Append a missing NEWLINE and the END tokens."""
    if tokens.kinds and tokens.kinds[-1] == ";":
        tokens.kinds.append(NEWLINE)
        tokens.texts.append(-1)
        _place(tokens, tokens.lines[-1], tokens.end_columns[-1])
    column = 0
    if tokens.kinds and tokens.kinds[-1] != NEWLINE:
        last_line, column = tokens.end_lines[-1], tokens.end_columns[-1]
    for _ in range(2):
        tokens.kinds.append(END)
        tokens.texts.append("")
        _place(tokens, last_line, column)


def _place(tokens: Tokens, line: int, column: int) -> None:
    tokens.lines.append(line)
    if tokens.end_lines is not tokens.lines:
        tokens.end_lines.append(line)
    tokens.columns.append(column)
    tokens.end_columns.append(column)


def _oddity(text: str) -> str:
    if text in ("'", '"'):
        return "EOL while scanning string literal"
    if text in QUOTES:
        return "EOF while scanning triple-quoted string literal"
    if text == "\\":
        return "unexpected character after line continuation character"
    return "invalid syntax"
