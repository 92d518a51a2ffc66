"""From the parser's tree to plain Python 3: Python 2 meaning as native code and helper calls."""

from __future__ import annotations

import ast
from typing import Any

from sandbox.dialect import nodes
from sandbox.dialect.lowering.calls import Calls
from sandbox.dialect.lowering.comprehensions import Comprehensions
from sandbox.dialect.lowering.definitions import Definitions
from sandbox.dialect.lowering.last_error import LastError
from sandbox.dialect.lowering.operators import Operators
from sandbox.dialect.lowering.statements import Statements

__all__ = ["lower"]


class _Lowering(LastError, Statements, Definitions, Calls, Comprehensions, Operators):
    """All rooms of the lowering, and the table that leads to them."""

    def __init__(self, tree: ast.Module, filename: str) -> None:
        super().__init__(tree, filename)
        self.expressions = {
            ast.Name: self._name,
            ast.Constant: self.constant_literal,
            ast.Attribute: self._attribute,
            ast.Call: self.call_expression,
            ast.Subscript: self._subscript,
            ast.BinOp: self.binary,
            ast.Compare: self.compare,
            ast.BoolOp: self.boolean,
            ast.UnaryOp: self.unary,
            ast.Tuple: self._elements,
            ast.List: self._elements,
            ast.Set: self._elements,
            ast.Dict: self._dict,
            ast.IfExp: self._conditional,
            ast.Lambda: self.lambda_,
            ast.ListComp: self.list_comprehension,
            ast.SetComp: self.closed_comprehension,
            ast.DictComp: self.closed_comprehension,
            ast.GeneratorExp: self.closed_comprehension,
            ast.Yield: self.yield_,
            ast.Starred: self.starred,
            ast.Slice: self._slice,
            nodes.Repr: self.backticks,
        }
        self.statements = {
            ast.Expr: self.expression_statement,
            ast.Assign: self.assignment,
            ast.AugAssign: self.augmented,
            ast.If: self.if_,
            ast.For: self.for_,
            ast.While: self.while_,
            ast.Return: self.return_,
            ast.Try: self.try_,
            ast.FunctionDef: self.function,
            ast.ClassDef: self.class_,
            ast.With: self.with_,
            ast.Delete: self.delete,
            ast.Assert: self.assert_,
            ast.ImportFrom: self.import_from,
            nodes.Print: self.print_,
            nodes.Exec: self.exec_,
            nodes.Shown: self.shown,
            nodes.RaisePy2: self.raise_,
        }

    def _name(self, node: ast.Name) -> ast.expr:
        used = self.scope.used
        name = node.id
        used[name] = used.get(name, 0) + 1
        scope = self.scope
        if scope.has_exec and scope.kind == "function" and name not in scope.bound:
            return self.name_after_exec(node)
        return node

    def _attribute(self, node: ast.Attribute) -> ast.expr:
        node.value = self.expr(node.value)
        return node

    def _subscript(self, node: ast.Subscript) -> ast.expr:
        owner = node.value
        if (
            (type(owner) is ast.Name and owner.id in self.scope.caught)
            or (type(owner) is ast.Call and _names_exception(owner.func))
        ) and type(node.slice) is not ast.Slice:
            return self.call("$item", [self.expr(owner), self.expr(node.slice)], node)
        node.value = self.expr(node.value)
        node.slice = self.expr(node.slice)
        return node

    def _slice(self, node: ast.Slice) -> ast.expr:
        if node.lower is not None:
            node.lower = self.expr(node.lower)
        if node.upper is not None:
            node.upper = self.expr(node.upper)
        if node.step is not None:
            node.step = self.expr(node.step)
        return node

    def _elements(self, node: Any) -> ast.expr:
        self.exprs(node.elts)
        result: ast.expr = node
        return result

    def _dict(self, node: ast.Dict) -> ast.expr:
        self.exprs(node.keys)
        self.exprs(node.values)
        return node

    def _conditional(self, node: ast.IfExp) -> ast.expr:
        node.test = self.expr(node.test)
        node.body = self.expr(node.body)
        node.orelse = self.expr(node.orelse)
        return node


def _names_exception(node: ast.expr) -> bool:
    return type(node) is ast.Name and node.id.endswith(("Error", "Exception"))


def lower(tree: ast.Module, filename: str = "<script>", unit: str = "") -> ast.Module:
    """Turn the parser's tree into plain Python 3, in place.

    Args:
        tree: what the parser gave; it must not be used afterwards.
        filename: the name the text is compiled under.
        unit: names the text among all: others may run in its globals.

    Returns:
        The tree, with ``HostName`` calls of ``sandbox.dialect.meaning.HELPERS`` where Python 3
        means something else.
    """
    lowering = _Lowering(tree, filename)
    lowering.unit = unit
    # A text that is one string alone is an expression to evaluate, not a docstring.
    lowering.lonely = len(tree.body) == 1
    module_scope = lowering.scope
    tree.body = lowering.block(tree.body)
    lowering.finish_comprehensions(module_scope)
    documented = bool(tree.body) and ast.get_docstring(tree, clean=False) is not None
    lowering.finish_last(module_scope, tree.body, int(documented))
    return tree
