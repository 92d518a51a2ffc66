"""The policy's rules, node by node, with the exact words of each refusal."""

from __future__ import annotations

import ast
import sys
import warnings

import pytest

from sandbox import Environment, Policy, Run, Sandbox
from sandbox.dialect import lower, parse
from sandbox.policy_checks import ALLOWED_NODES
from sandbox.policy_names import REFUSED_ATTRIBUTES, REFUSED_METHODS, REFUSED_NAMES
from sandbox.policy_rules import PolicyTransformer

# Every form that binds a name, with the name at ``N``.
BINDINGS = {
    "assign": "N = 1",
    "multiple": "a = N = 1",
    "tuple": "a, N = 1, 2",
    "nested": "a, (b, [c, N]) = 1, (2, [3, 4])",
    "list": "[a, N] = 1, 2",
    "augmented": "N += 1",
    "delete": "del N",
    "for": "for N in []: pass",
    "for_tuple": "for a, N in []: pass",
    "with": "with a as N: pass",
    "with_tuple": "with a as (b, N): pass",
    "except_comma": "try: pass\nexcept E, N: pass",
    "except_as": "try: pass\nexcept E as N: pass",
    "except_tuple": "try: pass\nexcept E, (a, N): pass",
    "def": "def N(): pass",
    "class": "class N: pass",
    "parameter": "def f(N): pass",
    "default": "def f(N=1): pass",
    "star": "def f(*N): pass",
    "double_star": "def f(**N): pass",
    "tuple_parameter": "def f((a, N)): pass",
    "lambda": "lambda N: 1",
    "lambda_default": "lambda a, N=1: 1",
    "lambda_star": "lambda *N: 1",
    "lambda_double_star": "lambda **N: 1",
    "lambda_tuple": "lambda (a, N): 1",
    "import": "import N",
    "import_as": "import a as N",
    "from": "from a import N",
    "from_as": "from a import b as N",
    "global": "def f():\n    global N",
    "list_comprehension": "[1 for N in a]",
    "list_comprehension_tuple": "[1 for (b, N) in a]",
    "set_comprehension": "{1 for N in a}",
    "dict_comprehension": "{1: 2 for N in a}",
    "generator": "(1 for N in a)",
    "class_body": "class C:\n    N = 1",
    "method": "class C:\n    def N(self): pass",
    "class_loop": "class C:\n    for N in a: pass",
    "read": "print N",
}
GUARDED_NAMES = sorted(set(REFUSED_NAMES) - {"__debug__"})


def rules(source: str) -> list[str]:
    """The rules of the errors of a script, in order."""
    return [d.rule for d in Sandbox().compile(source, "t.py").errors]


def words(source: str) -> str:
    """The first error of a script, as it is printed."""
    return str(Sandbox().compile(source, "t.py").errors[0])


@pytest.mark.parametrize("name", GUARDED_NAMES)
@pytest.mark.parametrize("form", BINDINGS)
def test_names_of_the_interpreter_cannot_be_bound_or_read(form: str, name: str) -> None:
    """Whatever form binds it, a name of the interpreter's machinery is refused."""
    assert "reserved-name" in rules(BINDINGS[form].replace("N", name))


@pytest.mark.parametrize("form", BINDINGS)
def test_ordinary_and_underscore_names_can_be_bound(form: str) -> None:
    """The same forms with names that only look like guards compile."""
    for name in ("x", "_", "_x", "_getattr_", "__x", "__author__"):
        assert rules(BINDINGS[form].replace("N", name)) == []


def bound_nodes(name: str) -> dict[str, ast.AST]:
    """Trees that no text can give: a host's name in each place that holds an identifier."""
    trees = {
        "name": "x",
        "store": "x = 1",
        "attribute": "a.x",
        "attribute_store": "a.x = 1",
        "argument": "def f(x): pass",
        "star": "def f(*x): pass",
        "kwargs": "def f(**x): pass",
        "keyword_only": "def f(*, x): pass",
        "positional_only": "def f(x, /): pass",
        "lambda": "lambda x: 1",
        "keyword": "f(x=1)",
        "def": "def x(): pass",
        "class": "class x: pass",
        "alias": "import a as x",
        "from": "from a import x",
        "module": "import x",
        "handler": "try: pass\nexcept E as x: pass",
        "global": "def f():\n    global x",
        "comprehension": "[1 for x in a]",
    }
    made: dict[str, ast.AST] = {}
    for key, text in trees.items():
        tree = ast.parse(text)
        for node in ast.walk(tree):
            for field, value in ast.iter_fields(node):
                if value == "x":
                    setattr(node, field, name)
                elif value == ["x"]:
                    setattr(node, field, [name])
        made[key] = tree
    return made


@pytest.mark.parametrize("name", ["$getattr", "$stop", "$field", "a$b"])
def test_host_names_are_refused_wherever_they_stand(name: str) -> None:
    """Were a host name ever spelt by a script, every place that holds a name refuses it."""
    for key, tree in bound_nodes(name).items():
        transformer = PolicyTransformer("t.py")
        transformer.visit(tree)
        assert transformer.diagnostics, key


@pytest.mark.parametrize("name", sorted(REFUSED_ATTRIBUTES))
def test_attributes_of_the_interpreter_are_refused(name: str) -> None:
    """Read, stored, augmented and deleted alike, with the rule ``inspection``."""
    for form in ("a.N", "a.N = 1", "a.N += 1", "del a.N", "a.N.b", "for a.N in b: pass"):
        assert rules(form.replace("N", name)) == ["inspection"]


@pytest.mark.parametrize("name", sorted(set(REFUSED_METHODS) - set(REFUSED_NAMES)))
def test_hooks_of_the_interpreter_cannot_be_defined(name: str) -> None:
    """A class cannot define what would run behind the script's back."""
    for body in ("def N(self): pass", "N = 1", "for N in a: pass", "import a as N"):
        assert rules(f"class C:\n    {body}".replace("N", name)) == ["special-method"]


EXACT = {
    "x = __builtins__": (
        "t.py:1:5: error[reserved-name] the name '__builtins__' belongs to the interpreter "
        "(use the builtin functions by their names, or import __builtin__)"
    ),
    "f.func_globals": (
        "t.py:1:1: error[inspection] the attribute 'func_globals' is not available to scripts: it "
        "reaches the interpreter's own frames and code (use sys.exc_info(), "
        "traceback.format_exc() or your own bookkeeping)"
    ),
    "f(__x=1)": (
        "t.py:1:7: error[keyword-name] the keyword argument '__x' is not available to scripts "
        "(use a name without double underscores)"
    ),
    "class C:\n    def __instancecheck__(self, x): pass": (
        "t.py:2:5: error[special-method] a class here cannot define '__instancecheck__' "
        "(isinstance and issubclass ask no script here; use abc.ABCMeta and its register)"
    ),
}


@pytest.mark.parametrize("source", EXACT)
def test_refusals_say_what_where_and_what_to_do(source: str) -> None:
    """The exact text of a refusal."""
    assert words(source) == EXACT[source]


def test_all_faults_are_reported_in_order() -> None:
    """Not the first only: every fault of a script, in source order."""
    found = Sandbox().compile("a.f_builtins\n__builtins__\nb.__code__\n", "t.py").diagnostics

    assert [(d.line, d.rule) for d in found] == [
        (1, "inspection"),
        (2, "reserved-name"),
        (3, "inspection"),
    ]


def test_a_finaliser_is_a_warning() -> None:
    """``__del__`` compiles, is never called, and the author is told."""
    result = Sandbox().compile("class C:\n    def __del__(self): pass\n", "t.py")

    assert result.script is not None
    assert [d.rule for d in result.diagnostics] == ["never-called"]


def test_every_other_node_of_python_is_refused() -> None:
    """Node classes without a rule of ours are refused, whatever the base class allows."""
    nodes = {
        name
        for name, value in vars(ast).items()
        if isinstance(value, type) and issubclass(value, ast.expr | ast.stmt)
    }
    for name in nodes - ALLOWED_NODES - {"expr", "stmt", "FormattedValue", "Ellipsis"}:
        if name.removeprefix("_ast_") in ("Num", "Str", "Bytes", "NameConstant", "Ellipsis"):
            continue  # aliases of Constant, deprecated since Python 3.12
        cls = getattr(ast, name)
        if cls.__module__ not in ("ast", "_ast"):
            continue
        with warnings.catch_warnings():
            # Python 3.13 deprecates nodes without their fields.
            warnings.simplefilter("ignore")
            node = cls.__new__(cls)
        node.lineno, node.col_offset = 1, 0
        transformer = PolicyTransformer("t.py")
        transformer.visit(node)
        assert [d.rule for d in transformer.diagnostics] == ["unknown-syntax"], name


def test_a_name_that_decides_alone_costs_nothing() -> None:
    """Attribute reads, items, iteration and unpacking stay native code."""
    tree = lower(parse("for a, b in c.d.e: f[a, 1] = b.g\n", "t.py"), "t.py")
    transformer = PolicyTransformer("t.py", sizes=False)
    made = transformer.visit(tree)
    names = {node.id for node in ast.walk(made) if isinstance(node, ast.Name)}

    # A store of an item is native as well, unless a dictionary may be in the middle of a search.
    looked = {"$asking", "$storing"}
    assert {name for name in names if "$" in name} == {"$stop", "$checkpoint"} | looked


@pytest.mark.parametrize(
    ("text", "looked_at"),
    [
        ("a[1] = b", False),
        ("a[-1] = b", False),
        ("a['k'] = b", False),
        ("a[i, 1] = b", False),
        ("a[1:] = b", False),
        ("b = a[i]", False),
        ("del a[i]", False),
        ("a[i] = b", True),
        ("a[::2] = b", True),
        ("a[i] += b", True),
        ("a[b()], c = d", True),
    ],
)
def test_stores_by_an_index_that_may_be_a_slice_are_looked_at(text: str, looked_at: bool) -> None:
    """Up to Python 3.12 a list that shrinks while it stores to a slice is written past its end."""
    for source in (text, f"def f(a, i, b):\n    {text}"):
        tree = lower(parse(source + "\n", "t.py"), "t.py")
        made = PolicyTransformer("t.py", sizes=False).visit(tree)
        names = {node.id for node in ast.walk(made) if isinstance(node, ast.Name)}

        assert ("$stores" in names) is (looked_at and sys.version_info < (3, 13))


def test_size_limits_are_diagnostics() -> None:
    """Too many nodes or too deep a nesting is refused, not a crash."""
    from sandbox import Limits

    small = Sandbox(Policy(limits=Limits(nodes=100, depth=20)))
    wide = small.compile("x = [" + "1," * 200 + "]")
    deep = small.compile("x = " + "f(" * 30 + ")" * 30)

    assert [d.rule for d in wide.errors] == ["too-large"]
    assert [d.rule for d in deep.errors] == ["too-deep"]
    assert Sandbox().compile("x = " + "+".join(["1"] * 400)).script is not None
    chain = "if x == 0: pass\n" + "".join(f"elif x == {i}: pass\n" for i in range(300))
    assert Sandbox().compile("x = 1\n" + chain).script is not None


def test_true_and_false_may_be_bound() -> None:
    """Scripts that still define them for old Pythons run; the names keep their meaning."""
    source = "True, False = 1, 0\nTrue = 5\nfor False in [1]: pass\nprint True == 1, bool(False)"
    result = Sandbox().compile(source)
    assert result.script is not None, result.errors
    environment = Environment()
    output: list[str] = []
    with Run(output.append, environment=environment):
        environment.execute(result.script, environment.namespace())

    assert "".join(output) == "True False\n"
