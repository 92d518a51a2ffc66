"""Where Jython reads otherwise than CPython 2.7, and what is reported instead of copied."""

import ast

import pytest

from sandbox.dialect import DialectError, parse
from sandbox.dialect.nodes import Print


def value(source: str) -> ast.expr:
    """The expression of a one-expression script."""
    statement = parse(source).body[0]
    assert isinstance(statement, ast.Expr)
    return statement.value


@pytest.mark.parametrize("word", ["print", "class", "global", "from", "in", "exec", "not", "None"])
def test_any_keyword_is_an_attribute(word: str) -> None:
    """Java names may be Python keywords: a dot makes any of them a name."""
    node = value(f"a.{word}(1)")
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Attribute)
    assert node.func.attr == word
    parse(f"a.{word} = 1\na.{word} += 2\nimport a.{word} as b\nfrom a.{word}.c import d\n")


@pytest.mark.parametrize("quote", ["'''", '"""', 'u"""', "r'''"])
def test_open_triple_quote_comments_out_the_rest(quote: str) -> None:
    """A triple quote that starts a statement and never ends hides everything after it."""
    tree = parse(f"x = 1\nif x:\n    y\n    {quote} z(\n)))\n")
    assert len(tree.body) == 2
    assert len(parse(f"x; {quote} y (").body) == 1
    with pytest.raises(DialectError, match="EOF while scanning"):
        parse(f"x = {quote} y")


def test_backslash_before_blanks_is_nothing() -> None:
    """Jython drops a backslash that only blanks or a comment follow; it joins no lines."""
    assert len(parse("x = 1 \\  \ny = 2\n").body) == 2
    assert len(parse("x = f() \\ # comment\n").body) == 1
    with pytest.raises(DialectError):
        parse("x = 1 + \\ \n2\n")


def test_backslash_joins_lines() -> None:
    """A backslash at the very end of a line joins it with the next, and needs one."""
    assert len(parse("x = 1 + \\\n  2\nif x: \\\n y\n").body) == 2
    with pytest.raises(DialectError, match="unexpected EOF"):
        parse("x = 1 \\\n")


def test_tabs_count_to_eight() -> None:
    """A tab reaches the next multiple of eight columns, so it equals eight blanks."""
    tree = parse("if x:\n\ty\n        z\nw\n")
    first = tree.body[0]
    assert isinstance(first, ast.If)
    assert len(first.body) == 2
    with pytest.raises(DialectError, match="unexpected indent"):
        parse("if x:\n    y\n\tz\n")


def test_form_feed_restarts_the_line() -> None:
    """A form feed in the indentation counts as column 0, elsewhere as a blank."""
    assert len(parse("x = 1\n\fy\f=\f2\n").body) == 2


def test_print_function_makes_print_a_name() -> None:
    """After the future import print is a name in expressions, and still no parameter name."""
    tree = parse("from __future__ import print_function\nprint(1, file=x)\nf(print=print)\n")
    assert not any(isinstance(node, Print) for node in ast.walk(tree))
    assert tree.future == {"print_function"}
    for text in ("print 1", "def f(print): pass", "import print"):
        with pytest.raises(DialectError):
            parse("from __future__ import print_function\n" + text)
    with pytest.raises(DialectError):
        parse("x = print\n")


def test_unicode_literals_reach_the_docstring() -> None:
    """The feature is the whole file's, so what stands before the import is unicode too."""
    tree = parse('"doc"\nfrom __future__ import unicode_literals\nx = "a"\ny = b"c"\n')
    kinds = [n.kind for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    assert sorted(kinds, key=str) == ["b", "u", "u"]


def test_true_and_false_can_be_bound() -> None:
    """True and False are constants where read, and Names where a script binds them."""
    tree = parse("True = False\n")
    statement = tree.body[0]
    assert isinstance(statement, ast.Assign)
    target = statement.targets[0]
    assert isinstance(target, ast.Name)
    assert target.id == "True"
    assert isinstance(statement.value, ast.Constant)


@pytest.mark.parametrize(
    "source",
    [
        "é = 1\n", "x = 1\ry = 2\r", "a ! = b\n", "x = $t\n", "x = ?\n",
        "x = u'\\ud800'\n", "x = '\\777'\n", "x = 1\x0b\n", "nonlocal x\n", "f'a'\n", "rb'a'\n",
        "async def f(): pass\n", "x = y = yield\n", "x: int = 1\n", "(x := 1)\n", "a @ b\n",
        "def f(*, a): pass\n", "raise E from e\n", "x = 1_000\n", "f(*a, *b)\n", "{**a}\n",
        "class A(metaclass=B): pass\n", "print(1, end='')\n", "import a.b as c.d\n",
    ],
)  # fmt: skip
def test_refused(source: str) -> None:
    """Python 3's additions, foreign characters and Jython's lexer accidents are refused."""
    with pytest.raises(DialectError):
        parse(source)


@pytest.mark.parametrize(
    "source",
    [
        "\ufeffx = 1\n", "# -*- coding: latin-1 -*-\nx = 'é'\n", "x = 1\r\nif x:\r\n  y\r\n",
        "f(x for x in y, b=1)\n", "f(x for x in y, *a)\n", "f((a)=1)\n", "f(True=1)\n",
        "[x for x in 1, 2]\n", "[x for x in a if b else c]\n", "[x for x in y if lambda: z if w]\n",
        "import None\n", "del None\n", "[] = x\n", "for () in x: pass\n", "global None\n",
        "def f((a)): pass\n", "def f(a, (b, (c, d)) = 1, *e, **g): pass\n", "`1, 2`\n",
        "x = 0xfor 1\n", "x = 1or 2\n", "x = 1..real\n", "x = 09.5 + 09j + 0777L\n", "a <> b\n",
        "exec 'x' in a, b\n", "print >>f, 1,\n", "x = ur'\\u0041' Ur'' bR'a'\n",
        "lambda: (yield)\n",
        "for x in y:\n  try: pass\n  finally:\n    if z: continue\n", "from . import a\n", "",
        "\n\n# only a comment", "x = {1, 2,}\ny = {1: 2,}\nz = {a: b for a in c}\n", "x;\n",
    ],
)  # fmt: skip
def test_accepted(source: str) -> None:
    """What Jython's grammar lets through, however odd."""
    parse(source)


def test_indented_body() -> None:
    """A body whose first line is indented has that as its level zero; a flat one is fine too."""
    for source in ("\tx = 1\n\tif x:\n\t\ty = 2\n", "# note\n\n    x = 1\n    y = 2\n", "x\ny\n"):
        assert len(parse(source, indented=True).body) == 2
    with pytest.raises(DialectError, match="unexpected indent"):
        parse("\tx = 1\n")
    with pytest.raises(DialectError, match="unindent does not match"):
        parse("\tx = 1\ny = 2\n", indented=True)
