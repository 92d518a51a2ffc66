"""Text made to hurt gives a tree or a DialectError, soon."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.dialect import DialectError, parse
from tests.dialect.programs import PROGRAMS

DEEP = {
    "parentheses": "(" * 5000,
    "brackets": "[" * 5000,
    "braces": "{" * 5000,
    "calls": "f(" * 5000,
    "closed": "(" * 5000 + ")" * 5000,
    "lambdas": "lambda: " * 5000 + "1",
    "nots": "not " * 5000 + "1",
    "minuses": "-" * 5000 + "1",
    "powers": "2 ** " * 5000 + "2",
    "conditionals": "1 if 1 else " * 5000 + "1",
    "backticks": "`" * 5001,
    "attributes": "a" + ".b" * 5000,
    "sum": "+".join(["1"] * 5000),
    "elifs": "if a: b\n" + "elif c: d\n" * 5000,
    "blocks": "".join(" " * i + "if x:\n" for i in range(1000)) + " " * 1000 + "x",
    "tuple parameters": "def f(" + "(" * 5000,
    "targets": "for " + "(" * 5000,
    "clauses": "[x " + "for x in y " * 5000 + "]",
}


@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP.keys())
def test_too_deep(source: str) -> None:
    """Nesting beyond our limit says so, wherever the caller stands on its own stack."""
    with pytest.raises(DialectError, match="too deeply nested"):
        parse(source)


def test_deep_enough() -> None:
    """A hundred levels are fine."""
    parse("(" * 100 + "1" + ")" * 100)
    parse("".join(" " * i + "if x:\n" for i in range(100)) + " " * 100 + "x")
    parse("x = " + " + ".join(["'a'"] * 500))


def test_deep_in_the_stack() -> None:
    """Close to the host's own recursion limit it is still a DialectError."""

    def down(levels: int) -> None:
        if levels:
            down(levels - 1)
        else:
            parse("(" * 150 + "1" + ")" * 150)

    with pytest.raises(DialectError, match="too deeply nested"):
        down(600)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\0", "null bytes"),
        ("x = '\ud800'", "lone surrogates"),
        ("\x00", "null bytes"),
        ("9" * 5000, "too long"),
    ],
)
def test_bad_text(source: str, message: str) -> None:
    """What no script may hold is an error with a place."""
    with pytest.raises(DialectError, match=message) as caught:
        parse(source)
    assert caught.value.line == 1


LONG = {
    "name": lambda n: "a" * n,
    "blanks": lambda n: " " * n,
    "lines": lambda n: "\n" * n,
    "comment": lambda n: "#" * n,
    "quotes": lambda n: '"' * n,
    "apostrophes": lambda n: "'" * (n + 1),
    "open string": lambda n: 'x = "' + "\\" * n,
    "open triple": lambda n: 'x = """' + '"a' * n,
    "backslashes": lambda n: "\\\n" * n,
    "digits": lambda n: "1" + "0" * n + ".",
    "escapes": lambda n: "x = u'" + "\\N{" * n + "'",
    "raw escapes": lambda n: "x = ur'" + "\\" * n + "u0041'",
    "commas": lambda n: "a," * n,
    "targets": lambda n: "a=" * n + "1",
    "strings": lambda n: "'a' " * n,
    "keywords": lambda n: "f(" + ",".join(f"a{i}=1" for i in range(n // 10)) + ")",
    "parameters": lambda n: "def f(" + ",".join(f"a{i}" for i in range(n // 10)) + "): pass",
    "imports": lambda n: "from __future__ import division\n" * (n // 10),
    "error at the end": lambda n: "x=1\n" * (n // 4) + "(",
    "conditions": lambda n: "[x for x in y " + "if z " * (n // 5) + "]",
    "nested conditions": lambda n: "[x for x in y if lambda: z if " * 60 + "1" + "]" * 60,
}


def seconds(source: str) -> float:
    # Processor time of this thread: what else the machine does must not decide.
    start = time.thread_time()
    with contextlib.suppress(DialectError):
        parse(source)
    return time.thread_time() - start


@pytest.mark.parametrize("make", LONG.values(), ids=LONG.keys())
def test_linear(make: object) -> None:
    """Eight times the text takes about eight times as long, not sixty-four."""
    assert callable(make)
    small = min(seconds(make(10_000)) for _ in range(3))
    large = min(seconds(make(80_000)) for _ in range(3))
    assert large < 40 * small + 0.1


def refusal(source: str, indented: bool = False) -> DialectError | None:
    """What the parser says against a text, if anything; any other exception is a fault."""
    try:
        parse(source, indented=indented)
    except DialectError as error:
        return error
    return None


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(alphabet="()[]{}'\"\\\n \t#:=ifx.,`@!$0eLju"))
def test_any_text(source: str) -> None:
    """Any text at all gives a tree or a DialectError."""
    error = refusal(source)
    assert error is None or (error.line >= 1 and 1 <= error.column <= error.end)


@settings(max_examples=200, deadline=None)
@given(PROGRAMS, st.data())
def test_mutations(source: str, data: st.DataObject) -> None:
    """A program with a piece cut out or put in elsewhere, too, indented or not."""
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(len(source), start + 5)))
    at = data.draw(st.integers(0, len(source)))
    mutated = source[:start] + source[end:]
    mutated = mutated[:at] + source[start:end] + mutated[at:]
    for indented in (False, True):
        error = refusal(mutated, indented)
        assert error is None or error.line >= 1
