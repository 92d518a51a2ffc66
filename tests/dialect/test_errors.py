"""What a refused text says, and where."""

import pytest

from sandbox.dialect import DialectError, parse
from sandbox.dialect.errors import DialectIndentationError

FAULTS = [
    ("x = = 1", "invalid syntax", 1, 5, 6),
    ("x = (1", "unexpected EOF while parsing", 1, 7, 7),
    ("if x:\npass", "expected an indented block", 2, 1, 5),
    ("x = 1\n  y = 2", "unexpected indent", 2, 3, 4),
    ("if x:\n    y\n  z", "unindent does not match any outer indentation level", 3, 3, 4),
    ("x = 'abc", "EOL while scanning string literal", 1, 5, 6),
    ("x = '''abc", "EOF while scanning triple-quoted string literal", 1, 5, 8),
    ("x = 1 \\ + 2", "unexpected character after line continuation character", 1, 7, 8),
    ("1 = x", "can't assign to literal", 1, 1, 2),
    ("f() = x", "can't assign to function call", 1, 1, 4),
    ("(a + b) = x", "can't assign to operator", 1, 2, 7),
    ("(x for x in y) = 1", "can't assign to generator expression", 1, 1, 15),
    ("[x for x in y] = 1", "can't assign to list comprehension", 1, 1, 15),
    ("() = 1", "can't assign to ()", 1, 1, 3),
    ("a, b += 1", "assignment to tuple illegal for augmented assignment", 1, 1, 5),
    ("None = 1", "assignment to None", 1, 1, 5),
    ("def f(None): pass", "assignment to None", 1, 7, 11),
    ("__debug__ = 1", "can not assign to __debug__", 1, 1, 10),
    ("del f()", "can't delete function call", 1, 5, 8),
    ("f(a=1, b)", "non-keyword arg after keyword arg", 1, 8, 9),
    ("f(*a, b)", "only named arguments may follow *expression", 1, 7, 8),
    ("f(a=1, a=2)", "keyword arguments repeated", 1, 8, 9),
    ("f(a.b=1)", "keyword can't be an expression", 1, 3, 4),
    (
        "f(a, x for x in y)",
        "Generator expression must be parenthesized if not sole argument", 1, 6, 7,
    ),
    ("def f(a, a): pass", "duplicate argument 'a' in function definition", 1, 10, 11),
    ("def f(a, (b, a)): pass", "duplicate argument 'a' in function definition", 1, 14, 15),
    ("def f(a=1, b): pass", "non-default argument follows default argument", 1, 12, 13),
    ("return 1", "'return' outside function", 1, 1, 9),
    ("class A:\n  yield 1", "'yield' outside function", 2, 3, 10),
    ("break", "'break' outside loop", 1, 1, 6),
    ("continue", "'continue' not properly in loop", 1, 1, 9),
    (
        "for x in y:\n  try: pass\n  finally: continue",
        "'continue' not supported inside 'finally' clause", 3, 12, 20,
    ),
    ("def f():\n  yield 1\n  return 2", "'return' with argument inside generator", 3, 3, 11),
    ("def f(x): global x", "name 'x' is local and global", 1, 11, 19),
    ("try: a\nexcept: b\nexcept E: c", "default 'except:' must be last", 2, 1, 10),
    (
        "import x\nfrom __future__ import division",
        "from __future__ imports must occur at the beginning of the file", 2, 1, 32,
    ),
    ("from __future__ import nope", "future feature nope is not defined", 1, 1, 28),
    ("from __future__ import braces", "not a chance", 1, 1, 30),
    ("x = 09", "invalid token", 1, 5, 7),
    ("x = 1if 1else 2", "invalid token", 1, 9, 10),
    ("x = u'\\u12'", "(unicode error) truncated \\uXXXX escape", 1, 5, 12),
    ("x = '\\x1'", "invalid \\x escape", 1, 5, 10),
    ("# coding: nope\n", "unknown encoding: nope", 1, 11, 15),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: repr(fault[0]))
def test_words_and_place(fault: tuple[str, str, int, int, int]) -> None:
    """An error says Python 2's words and marks the text at fault, columns from 1."""
    source, message, line, column, end = fault
    with pytest.raises(DialectError) as caught:
        parse(source, "script.py")
    error = caught.value
    assert (error.message, error.line, error.column, error.end) == (message, line, column, end)
    assert error.text == source.split("\n")[line - 1]
    assert error.filename == "script.py"


def test_columns_are_characters() -> None:
    """A diagnostic's column counts characters, whatever their UTF-8 length."""
    with pytest.raises(DialectError) as caught:
        parse("x = u'é€𝄞' y")
    assert (caught.value.column, caught.value.end) == (12, 13)


def test_grammar_comes_before_compile_stage() -> None:
    """Jython reads the whole text before it looks for a misplaced return."""
    with pytest.raises(DialectError) as caught:
        parse("return 1\nx = = 2\n")
    assert caught.value.line == 2


def test_indentation_faults_are_indentation_errors() -> None:
    """A script that catches IndentationError from eval gets one."""
    with pytest.raises(IndentationError):
        parse(" x\n")
    assert issubclass(DialectIndentationError, SyntaxError)


def test_str_is_the_form_of_syntax_errors() -> None:
    """The text of the exception names file and line as Jython's does."""
    with pytest.raises(DialectError, match=r"invalid syntax \(a\.py, line 2\)"):
        parse("x\n)", "a.py")


WILD = [
    (
        'def f():\n  exec "x"\n  def g(): return y\n', 1,
        "unqualified exec is not allowed in function 'f' because it contains a function with "
        "free variables",
    ),
    (
        'def f():\n  y = 1\n  def g():\n    exec "x"\n    return y\n', 3,
        "unqualified exec is not allowed in function 'g' because it contains free variables",
    ),
    (
        "def f():\n  from a import *\n  def g(): return y\n", 2,
        "import * is not allowed in function 'f' because it contains a nested function with free "
        "variables",
    ),
    (
        "def f():\n  def g():\n    from a import *\n", 3,
        "import * is not allowed in function 'g' because it is a nested function",
    ),
]


@pytest.mark.parametrize(("source", "line", "message"), WILD)
def test_wild_names_beside_free_ones(source: str, line: int, message: str) -> None:
    """Names that exec or import * may bind cannot be told from free ones, so Jython refuses."""
    with pytest.raises(DialectError) as caught:
        parse(source)
    assert (caught.value.message, caught.value.line) == (message, line)


@pytest.mark.parametrize(
    "source",
    [
        'def f():\n  exec "x" in {}\n  def g(): return y\n',
        'def f():\n  exec "x"\n  def g(y): return y\n',
        'def f():\n  exec "x"\n  def g():\n    global y\n    return y\n',
        'def f():\n  exec "x"\n  return [z for z in y]\n',
        'def f():\n  exec "x"\n  return (z for z in y)\n',
        'class A:\n  def m(self):\n    exec "x"\n    return y\n',
        "class A:\n  def m(self):\n    from a import *\n    return y\n",
        'exec "x"\ndef g(): return y\n',
    ],
)
def test_wild_names_alone(source: str) -> None:
    """Without free variables in reach exec and import * are fine."""
    parse(source)
