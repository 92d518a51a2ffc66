"""Jython itself accepts what we accept and refuses what we refuse."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from sandbox.dialect import DialectError, parse
from tests.dialect import test_errors, test_quirks
from tests.dialect.programs import PROGRAMS
from tests.oracle.jython import JythonOracle, jython_path

pytestmark = [
    pytest.mark.skipif(jython_path() is None, reason="no jython here"),
    pytest.mark.timeout(300),
]

# Lexer accidents of Jython, and assignments it compiles to nothing; ours are errors on purpose.
STRICTER = {
    "x = 'abc", "x = 1 \\ + 2", "a ! = b\n", "def f(a, *a): pass", "{1: 2} = x", "x = 1 ! y",
}  # fmt: skip
# Jython makes some code for a dict, set or repr that it is told to assign to or delete, lets *a
# hide a parameter a, and takes a return of a generator expression that yields. Its compile stage
# does not look at statements after a raise, return, break or continue.
STRICTER_WORDS = (
    "can't assign to", "can't delete", "duplicate argument",
    "'return' with argument inside generator", "'return' outside function",
    "'yield' outside function", "'break' outside loop", "'continue' not properly in loop",
)  # fmt: skip


@pytest.fixture(scope="module")
def jython() -> Iterator[JythonOracle]:
    with JythonOracle() as oracle:
        yield oracle


def accepts(source: str) -> bool:
    """Whether our parser takes a text."""
    try:
        parse(source)
    except DialectError:
        return False
    return True


def test_faults(jython: JythonOracle) -> None:
    """Every text of the error tests is an error in Jython too."""
    sources = [fault[0] for fault in test_errors.FAULTS] + [wild[0] for wild in test_errors.WILD]
    wrong = [s for s in sources if jython.compiles(s) and s not in STRICTER]
    assert wrong == []


def test_quirk_texts(jython: JythonOracle) -> None:
    """Every text of the quirk tests has Jython's verdict."""
    accepted = test_quirks.test_accepted.pytestmark[0].args[1]
    refused = test_quirks.test_refused.pytestmark[0].args[1]
    assert [s for s in accepted if not jython.compiles(s)] == []
    assert [s for s in refused if jython.compiles(s) and s not in STRICTER] == []


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(source=PROGRAMS)
def test_generated(jython: JythonOracle, source: str) -> None:
    """A generated program has Jython's verdict."""
    text = "# coding: utf-8\n" + source
    answer = jython.check(text)
    try:
        parse(text)
    except DialectError as error:
        allowed = error.message.startswith(STRICTER_WORDS)
    else:
        allowed = False
    assert allowed or accepts(text) == (answer.error_type is None), answer


def test_run(jython: JythonOracle) -> None:
    """The oracle tells output, error and line, and survives a script that exits."""
    answer = jython.run("print 7 / 2,\nprint u'\\u20ac'\nraise ValueError('no')\n")
    assert (answer.output, answer.error_type, answer.message) == ("3 €\n", "ValueError", "no")
    assert answer.line == 3
    assert jython.run("import sys\nsys.exit(3)\n").error_type == "SystemExit"
    assert jython.run("print 'still here'\n").output == "still here\n"
