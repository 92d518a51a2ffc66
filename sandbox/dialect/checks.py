"""What Jython's compile stage refuses after the grammar has accepted it.

The parser opens a ``Scope`` for the module, each class and each function, and notes in it what
only makes sense, or no sense, there.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from sandbox.dialect.nodes import Exec, TupleParameter

ScopeKind = Literal["module", "class", "function"]


@dataclass(slots=True)
class Scope:
    """One block of names while it is parsed.

    Attributes:
        kind: what the block belongs to.
        name: the function's or class's name.
        loops: how many loops of this block enclose the current statement.
        in_finally: whether the statement stands directly in a ``finally`` clause.
        parameters: the parameter names.
        generator: whether a ``yield`` was seen.
        returns: the first ``return`` with a value.
    """

    kind: ScopeKind
    name: str = ""
    loops: int = 0
    in_finally: bool = False
    parameters: set[str] = field(default_factory=set)
    generator: bool = False
    returns: ast.stmt | None = None


Fault = tuple[str, ast.AST]


def check_wild_scopes(tree: ast.Module) -> Fault | None:
    """What is wrong with the functions that have an ``import *`` or an unqualified ``exec``.

    Either may bind any name, so Jython refuses it where a name could then mean two things: in a
    function that holds another with free variables, and in one that has free variables itself.
    """
    faults: list[Fault] = []
    _Names(faults).visit_all(tree.body)
    return min(faults, key=lambda fault: fault[1].lineno) if faults else None  # type: ignore[attr-defined]


class _Names(ast.NodeVisitor):
    """The names of one function, or of the module.

    Args:
        faults: where what is wrong is noted.
        enclosing: the nearest function around, classes skipped; None in the module.
    """

    def __init__(self, faults: list[Fault], function: ast.AST | None = None) -> None:
        self.faults = faults
        self.function = function
        self.bound: set[str] = set()
        self.read: set[str] = set()
        self.declared: set[str] = set()
        self.inner_free: set[str] = set()
        self.execs = False
        self.star: ast.AST | None = None

    def visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        (self.read if isinstance(node.ctx, ast.Load) else self.bound).add(node.id)

    def visit_Constant(self, node: ast.Constant) -> None:
        if node.value is None or isinstance(node.value, bool):
            self.read.add(str(node.value))

    def visit_Global(self, node: ast.Global) -> None:
        self.declared.update(node.names)

    def visit_Exec(self, node: Exec) -> None:
        self.execs = self.execs or node.globals is None
        self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> None:
        self.bound.add(node.asname or node.name.split(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.names[0].name == "*":
            self.star = node
        else:
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.bound.add(node.name)
        self.visit_all(node.decorator_list)
        self.visit_all(node.args.defaults)
        self.enter(node, [node.args], node.body, node.name)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit_all(node.args.defaults)
        self.enter(node, [node.args], [node.body], "<lambda>")

    def visit_arguments(self, node: ast.arguments) -> None:
        for parameter in (*node.args, node.vararg, node.kwarg):
            if isinstance(parameter, TupleParameter):
                self.visit(parameter.target)
            elif parameter is not None:
                self.bound.add(parameter.arg)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self.enter_comprehension(node, node.generators, [node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self.enter_comprehension(node, node.generators, [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self.enter_comprehension(node, node.generators, [node.key, node.value])

    def enter_comprehension(
        self, node: ast.expr, clauses: list[ast.comprehension], parts: list[ast.expr]
    ) -> None:
        """A comprehension is a function whose first iterable is its argument."""
        first = clauses[0]
        self.visit(first.iter)
        self.enter(node, [], [first.target, *first.ifs, *clauses[1:], *parts], "<genexpr>")

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.bound.add(node.name)
        self.visit_all(node.decorator_list)
        self.visit_all(node.bases)
        # The class body reads its own names and those around it, and its functions see past it.
        body = _Names(self.faults, self.function)
        body.visit_all(node.body)
        self.inner_free |= body.read - body.bound - body.declared
        self.inner_free |= body.inner_free

    def enter(
        self, node: ast.AST, parameters: list[ast.arguments], body: Iterable[ast.AST], name: str
    ) -> None:
        """A function inside this block."""
        inner = _Names(self.faults, node)
        inner.visit_all(parameters)
        inner.visit_all(body)
        free = inner.read - inner.bound - inner.declared
        nested = self.function is not None
        if inner.execs or inner.star is not None:
            inner.judge(name, nested, bool(free))
        self.inner_free |= free | (inner.inner_free - inner.bound - inner.declared)

    def judge(self, name: str, nested: bool, some_free: bool) -> None:
        """Note a fault of a function with an ``exec`` or ``import *``."""
        what = "unqualified exec" if self.execs else "import *"
        place = self.function if self.execs or self.star is None else self.star
        if self.inner_free:
            kind = "function" if self.execs else "nested function"
            reason = f"it contains a {kind} with free variables"
        elif nested and not self.execs:
            reason = "it is a nested function"
        elif nested and some_free:
            reason = "it contains free variables"
        else:
            return
        assert place is not None
        self.faults.append((f"{what} is not allowed in function '{name}' because {reason}", place))
