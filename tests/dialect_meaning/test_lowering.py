"""What the lowering emits: helpers only where Python 3 would mean something else."""

import ast

import pytest

from sandbox.dialect import lower, parse
from sandbox.dialect.nodes import HostName


def helpers(source: str) -> set[str]:
    """The host names in the lowered text, temporaries left out."""
    tree = lower(parse(source, "<test>"), "<test>")
    names = {node.id for node in ast.walk(tree) if isinstance(node, HostName)}
    return {name for name in names if not name[2:].isdigit()}


def test_division_by_a_float_stays_native() -> None:
    """``/`` needs no helper where one operand is surely a float."""
    assert helpers("x = a / 2.0\n") == set()
    assert helpers("x = a / 2\n") == {"$div"}
    assert helpers("def f(a):\n    b = float(a)\n    return b / a\n") == {"$float"}


def test_division_under_the_future_import_stays_native() -> None:
    """With true division ``/`` and ``/=`` mean what Python 3 means."""
    assert helpers("from __future__ import division\nx = a / b\nx /= 2\n") == set()


def test_orderings_of_known_numbers_stay_native() -> None:
    """Comparisons of numbers the function made itself are not looked at again."""
    source = "def f():\n    i = 0\n    while i < 10 * i:\n        i += 1\n    return i > 3\n"
    assert helpers(source) == set()


@pytest.mark.parametrize(
    "source",
    [
        "def f(n):\n    i = 0\n    while i < len(n):\n        i += 1\n",
        "def f(n):\n    i = 1 + n\n    return i < 3\n",
        "def f(n):\n    return 1.0 * n < 3\n",
        "def f(n):\n    return 1 % n < 3\n",
        "def f(n):\n    i = range(3)\n    return i < 3\n",
    ],
)
def test_what_may_be_anything_is_no_number(source: str) -> None:
    """A script's object answers for sums, and names may mean something else when they are used."""
    assert helpers(source) == {"$lt"}


def test_orderings_of_parameters_use_the_helper() -> None:
    """A parameter may be None, so ``<`` has to ask."""
    assert helpers("def f(n):\n    return n < 5\n") == {"$lt"}


def test_a_local_that_may_be_something_else_is_no_number() -> None:
    """One assignment of something unknown is enough to lose the conclusion."""
    source = "def f(n):\n    i = 0\n    if n:\n        i = n\n    return i > 3\n"
    assert helpers(source) == {"$gt"}


def test_equality_and_membership_stay_native() -> None:
    """``==``, ``!=``, ``is`` and ``in`` agree in both languages."""
    assert helpers("x = a == b or a != c or a is d or a in e or a not in f\n") == set()


def test_range_of_a_loop_is_not_made_a_list() -> None:
    """Nobody sees the list, so none is made."""
    assert helpers("for i in range(3):\n    pass\n") == {"$range"}
    assert helpers("for i in range(n):\n    pass\n") == {"$xrange"}


def test_a_rebound_builtin_is_left_alone() -> None:
    """A script that binds ``range`` or ``str`` anywhere means its own."""
    assert helpers("def range(n): return [n]\nfor i in range(3):\n    pass\n") == set()
    assert helpers("str = repr\nx = str(5)\n") == set()
    assert helpers("x = lambda str: str(5)\n") == set()
    assert helpers("x = lambda (list, str): (list(5), str(5))\n").isdisjoint({"$str", "list$"})
    assert helpers("exec a\nx = str(5)\n").isdisjoint({"$str"})
    assert "$str" not in helpers("def f():\n    exec a\n    return str(5)\n")
    assert "$str" not in helpers("x = [str(5) for str in a]\n")


def test_formats_of_numbers_stay_native() -> None:
    """``%d`` and ``%.2f`` read the same; ``%s`` asks, for floats have 12 digits there."""
    assert helpers("x = '%d %.2f' % (a, b)\n") == set()
    assert helpers("x = '%s %d' % (a, b)\n") == {"$percent_texts"}


def test_a_comprehension_variable_nobody_else_uses_stays_inside() -> None:
    """The leak costs nothing where it cannot be seen."""
    source = "def f(a):\n    return [x for x in a]\n"
    tree = lower(parse(source, "<test>"), "<test>")
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.NamedExpr)]


def test_a_comprehension_variable_others_use_leaks() -> None:
    """Where the function reads the name elsewhere, each item is stored outside as well."""
    source = "def f(a):\n    b = [x for x in a]\n    return x\n"
    tree = lower(parse(source, "<test>"), "<test>")
    assert [node for node in ast.walk(tree) if isinstance(node, ast.NamedExpr)]


def test_positions_are_kept() -> None:
    """Every lowered node lies where the script wrote it."""
    source = "x = 1\ny = (a / b\n     % c)\nprint y, 'z'\n"
    tree = lower(parse(source, "<test>"), "<test>")
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.stmt):
            assert 1 <= node.lineno <= node.end_lineno <= 4  # type: ignore[operator]
    compile(tree, "<test>", "exec", dont_inherit=True)


def test_no_node_has_two_parents() -> None:
    """The policy changes nodes in place, so sharing one would change two places."""
    source = (
        "a.b[c] /= d\nx.y /= 2\nz = p < q.r < s\n"
        "def f((a, b), c=1): return a / b\n"
        "try: pass\nexcept E, (m, n): print m, n()\n"
    )
    tree = lower(parse(source, "<test>"), "<test>")
    seen: set[int] = set()
    for parent in ast.walk(tree):
        for child in ast.iter_child_nodes(parent):
            if isinstance(child, ast.expr_context | ast.operator | ast.cmpop | ast.boolop):
                continue
            if isinstance(child, ast.unaryop):
                continue
            assert id(child) not in seen, ast.dump(child)
            seen.add(id(child))
