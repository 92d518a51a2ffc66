"""What all rooms of the lowering share: making nodes, temporaries, the scope they are in."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from sandbox.dialect.lowering.facts import Facts, Kinds, Scope
from sandbox.dialect.nodes import HostName

LOAD = ast.Load()
STORE = ast.Store()


class Base:
    """State of one lowering; the rooms are mixed in.

    Args:
        tree: the parser's module.
        filename: the name the text is compiled under.
    """

    def __init__(self, tree: ast.Module, filename: str) -> None:
        self.filename = filename
        self.future: frozenset[str] = getattr(tree, "future", frozenset())
        self.true_division = "division" in self.future
        self.facts = Facts(tree)
        self.bound = self.facts.bound
        self.scope: Scope = self.facts.scopes[id(tree)]
        self.kinds = Kinds(self.facts, self.scope)
        self.counter = 0
        self.unit = ""
        self.in_comprehension = 0
        # Inside a generator expression, a set or dict comprehension, or what one runs over.
        self.in_closed = 0
        self.lonely = False
        # How many handlers the present statement of this scope stands in.
        self.in_handler = 0
        self.prelude: list[ast.stmt] = []
        self.expressions: dict[type, Callable[[Any], ast.expr]] = {}
        self.statements: dict[type, Callable[[Any], ast.stmt | list[ast.stmt]]] = {}

    # ------------------------------------------------------------------ walking

    def is_builtin(self, name: str) -> bool:
        """Whether a name of a builtin means that wherever the script writes it here."""
        return self.facts.is_builtin(name, self.scope)

    def expr(self, node: ast.expr) -> ast.expr:
        """The lowered expression; often the node itself."""
        handler = self.expressions.get(type(node))
        if handler is None:
            return node
        return handler(node)

    def exprs(self, items: list[Any]) -> None:
        """Lower a list of expressions (entries may be None) in place."""
        table = self.expressions
        for index, node in enumerate(items):
            handler = table.get(type(node))
            if handler is not None:
                items[index] = handler(node)

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The lowered statements."""
        table = self.statements
        out: list[ast.stmt] = []
        for node in body:
            handler = table.get(type(node))
            if handler is None:
                out.append(node)
                continue
            result = handler(node)
            if self.prelude:
                out.extend(self.prelude)
                self.prelude = []
            if type(result) is list:
                out.extend(result)
            else:
                out.append(result)  # type: ignore[arg-type]
        return out

    # ------------------------------------------------------------------ making

    def temporary(self) -> str:
        """A fresh host name that no script can spell."""
        self.counter += 1
        return self.kept_as("$t", self.scope) + str(self.counter)

    def kept_as(self, name: str, scope: Scope) -> str:
        """A host name for what a scope keeps; a global one is that of this text alone."""
        return name if scope.kind == "function" else f"{name}{self.unit}_"

    def host(self, name: str, at: ast.AST) -> HostName:
        """A load of a host name, positioned like ``at``."""
        return HostName(
            id=name,
            ctx=LOAD,
            lineno=at.lineno,  # type: ignore[attr-defined]
            col_offset=at.col_offset,  # type: ignore[attr-defined]
            end_lineno=at.end_lineno,  # type: ignore[attr-defined]
            end_col_offset=at.end_col_offset,  # type: ignore[attr-defined]
        )

    def host_store(self, name: str, at: ast.AST) -> HostName:
        """A store to a host name, positioned like ``at``."""
        node = self.host(name, at)
        node.ctx = STORE
        return node

    def call(
        self,
        name: str,
        args: list[ast.expr],
        at: ast.AST,
        keywords: list[ast.keyword] | None = None,
    ) -> ast.Call:
        """A call of a helper, positioned like ``at``."""
        return ast.Call(
            func=self.host(name, at),
            args=args,
            keywords=[] if keywords is None else keywords,
            lineno=at.lineno,  # type: ignore[attr-defined]
            col_offset=at.col_offset,  # type: ignore[attr-defined]
            end_lineno=at.end_lineno,  # type: ignore[attr-defined]
            end_col_offset=at.end_col_offset,  # type: ignore[attr-defined]
        )

    def constant(self, value: Any, at: ast.AST) -> ast.Constant:
        """A constant, positioned like ``at``."""
        return ast.copy_location(ast.Constant(value=value), at)

    def assign(self, target: ast.expr, value: ast.expr, at: ast.AST) -> ast.Assign:
        """``target = value``, positioned like ``at``."""
        return ast.copy_location(ast.Assign(targets=[target], value=value), at)

    # ------------------------------------------------------------------ rooms that need each other

    def format_literal(self, node: ast.BinOp) -> ast.expr:
        """``"literal" % values``: native where every conversion reads the same in Python 3."""
        raise NotImplementedError

    def target(self, node: ast.expr) -> None:
        """Lower the loads inside an assignment target, in place."""
        raise NotImplementedError

    def count(self, name: str) -> None:
        """Note one use of a name in the present scope."""
        raise NotImplementedError

    def asks_last(self, call: ast.expr) -> ast.expr:
        """``sys.exc_info()``, told what this scope handled last."""
        raise NotImplementedError

    def raise_last(self, node: ast.stmt) -> ast.expr | None:
        """What a bare ``raise`` raises, None where the interpreter knows it."""
        raise NotImplementedError

    def finish_last(self, scope: Scope, body: list[ast.stmt], at: int) -> None:
        """Make the handlers of a scope that asks note what they handle."""
        raise NotImplementedError

    def loop_iterable(self, node: ast.expr) -> ast.expr:
        """Lower what a loop runs over; a list that only the loop sees need not be made."""
        raise NotImplementedError

    def finish_comprehensions(self, scope: Scope) -> None:
        """Make the variables leak that the rest of the scope uses."""
        raise NotImplementedError


def plain(node: ast.expr) -> bool:
    """Whether evaluating the expression twice cannot be noticed."""
    return type(node) is ast.Name or type(node) is ast.Constant


def again(node: ast.expr) -> ast.expr:
    """A second node for a plain expression."""
    if type(node) is ast.Name:
        return ast.copy_location(ast.Name(id=node.id, ctx=LOAD), node)
    if type(node) is HostName:
        return ast.copy_location(HostName(id=node.id, ctx=LOAD), node)
    assert type(node) is ast.Constant
    return ast.copy_location(ast.Constant(value=node.value, kind=node.kind), node)
