"""Statements: print, exec, raise, handlers, functions with tuple parameters, targets."""

from __future__ import annotations

import ast
import builtins
from typing import Any

from sandbox.dialect import nodes
from sandbox.dialect.lowering.base import LOAD, STORE, Base
from sandbox.dialect.lowering.last_error import LAST, is_clear

_FAMILIES = frozenset({"StandardError", "EnvironmentError", "BaseException"})


# Errors of Python that no code of the host's stands behind.
_ERRORS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception) and name.endswith("Error")
) | {"Exception"}


class Statements(Base):
    """Lowering of the statements other than definitions."""

    def expression_statement(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        """An expression for its effect; a plain string (a docstring perhaps) stays as it is."""
        value = node.value
        if type(value) is ast.Constant and type(value.value) is str and not self.lonely:
            value.kind = None
            return node
        node.value = self.expr(value)
        if is_clear(value) and self.scope.kind in ("function", "module"):
            last = self.host_store(self.kept_as(LAST, self.scope), node)
            return [node, self.assign(last, self.constant(None, node), node)]
        return node

    def assignment(self, node: ast.Assign) -> ast.stmt:
        """``a = b = value``."""
        node.value = self.expr(node.value)
        for target in node.targets:
            self.target(target)
        return node

    def target(self, node: ast.expr) -> None:
        """Lower the loads inside an assignment target, in place."""
        kind = type(node)
        if kind is ast.Name:
            self.count(node.id)  # type: ignore[attr-defined]
        elif kind is ast.Attribute:
            node.value = self.expr(node.value)  # type: ignore[attr-defined]
        elif kind is ast.Subscript:
            node.value = self.expr(node.value)  # type: ignore[attr-defined]
            node.slice = self.expr(node.slice)  # type: ignore[attr-defined]
        elif kind is ast.Tuple or kind is ast.List:
            for item in node.elts:  # type: ignore[attr-defined]
                self.target(item)

    def count(self, name: str) -> None:
        """Note one use of a name in the present scope."""
        used = self.scope.used
        used[name] = used.get(name, 0) + 1

    def if_(self, node: ast.If) -> ast.stmt:
        """``if``."""
        node.test = self.expr(node.test)
        before, self.prelude = self.prelude, []
        node.body = self.block(node.body)
        if node.orelse:
            node.orelse = self.block(node.orelse)
        self.prelude = before
        return node

    def while_(self, node: ast.While) -> ast.stmt:
        """``while``."""
        node.test = self.expr(node.test)
        before, self.prelude = self.prelude, []
        node.body = self.block(node.body)
        if node.orelse:
            node.orelse = self.block(node.orelse)
        self.prelude = before
        return node

    def for_(self, node: ast.For) -> ast.stmt:
        """``for``."""
        node.iter = self.loop_iterable(node.iter)
        self.target(node.target)
        before, self.prelude = self.prelude, []
        node.body = self.block(node.body)
        if node.orelse:
            node.orelse = self.block(node.orelse)
        self.prelude = before
        return node

    def with_(self, node: ast.With) -> ast.stmt:
        """``with``."""
        for item in node.items:
            item.context_expr = self.expr(item.context_expr)
            if item.optional_vars is not None:
                self.target(item.optional_vars)
        before, self.prelude = self.prelude, []
        node.body = self.block(node.body)
        self.prelude = before
        return node

    def return_(self, node: ast.Return) -> ast.stmt:
        """``return``."""
        if node.value is not None:
            node.value = self.expr(node.value)
        return node

    def delete(self, node: ast.Delete) -> ast.stmt:
        """``del``."""
        for target in node.targets:
            self.target(target)
        return node

    def assert_(self, node: ast.Assert) -> ast.stmt:
        """``assert``."""
        node.test = self.expr(node.test)
        if node.msg is not None:
            node.msg = self.expr(node.msg)
        return node

    def import_from(self, node: ast.ImportFrom) -> ast.stmt | list[ast.stmt]:
        """``from __future__`` has told the parser what it had to; nothing is left to run."""
        if node.module == "__future__" and not node.level:
            return ast.copy_location(ast.Pass(), node)
        scope = self.scope
        if node.names[0].name == "*" and scope.kind == "function" and scope.has_exec:
            # Names that are no locals are looked for among those that exec made.
            text = f"from {'.' * node.level}{node.module or ''} import *"
            ran: dict[str, Any] = dict.fromkeys(nodes.Exec._fields)
            wild = nodes.Exec(**{**ran, "body": self.constant(text, node)})
            return self.exec_(ast.copy_location(wild, node))
        return node

    # ------------------------------------------------------------------ print, exec

    def print_(self, node: nodes.Print) -> ast.stmt | list[ast.stmt]:
        """``print`` with its soft space, as helper calls.

        Python 2 writes each value before it evaluates the next, which shows when one of them
        prints or fails; values that can do neither are written in one call.
        """
        values = node.values
        quiet = all(_quiet(value) for value in values[1:])
        self.exprs(values)
        if node.dest is None and node.nl and len(values) == 1:
            return self._written("$print1", values, node)
        if quiet:
            packed = ast.copy_location(ast.Tuple(elts=values, ctx=LOAD), node)
            if node.dest is None:
                return self._written("$print", [packed, self.constant(node.nl, node)], node)
            where = self.expr(node.dest)
            return self._written("$print_to", [where, packed, self.constant(node.nl, node)], node)
        out: list[ast.stmt] = []
        target = ""
        if node.dest is not None:
            target = self.temporary()
            out.append(self.assign(self.host_store(target, node), self.expr(node.dest), node))
        last = len(values) - 1
        for index, value in enumerate(values):
            packed = ast.copy_location(ast.Tuple(elts=[value], ctx=LOAD), node)
            line = self.constant(node.nl and index == last, node)
            if target:
                args: list[ast.expr] = [self.host(target, node), packed, line]
                out.append(self._written("$print_to", args, node))
            else:
                out.append(self._written("$print", [packed, line], node))
        return out

    def _written(self, helper: str, args: list[ast.expr], node: ast.stmt) -> ast.stmt:
        return ast.copy_location(ast.Expr(value=self.call(helper, args, node)), node)

    def shown(self, node: nodes.Shown) -> ast.stmt | list[ast.stmt]:
        """The value of an expression statement is printed unless it is None."""
        name = self.temporary()
        store = self.assign(self.host_store(name, node), self.expr(node.value), node)
        test = ast.copy_location(
            ast.Compare(
                left=self.host(name, node),
                ops=[ast.IsNot()],
                comparators=[self.constant(None, node)],
            ),
            node,
        )
        text = self.call("$repr", [self.host(name, node)], node)
        shown = self._written("$print1", [text], node)
        return [store, ast.copy_location(ast.If(test=test, body=[shown], orelse=[]), node)]

    def exec_(self, node: nodes.Exec) -> ast.stmt | list[ast.stmt]:
        """``exec``; its new names come back into the locals of a function or a class body."""
        parts = [node.body, node.globals, node.locals]
        if type(node.body) is ast.Tuple and node.globals is None:
            elements = list(node.body.elts)
            if 2 <= len(elements) <= 3:
                parts = [*elements, None][:3]
        code = self.expr(parts[0])  # type: ignore[arg-type]
        in_class = self.scope.kind == "class"
        if in_class and self._asks(parts[1], "globals") and self._asks(parts[2], "locals"):
            parts[1] = None
        if parts[1] is not None:
            args = [code, self.expr(parts[1])]
            args.append(self.constant(None, node) if parts[2] is None else self.expr(parts[2]))
            call = self.call("$exec_in", args, node)
            return ast.copy_location(ast.Expr(value=call), node)
        frame: list[ast.expr] = [self.call("$globals", [], node), self.call("$locals", [], node)]
        call = self.call("$exec_class" if in_class else "$exec", [code, *frame], node)
        if self.scope.kind != "function":
            return ast.copy_location(ast.Expr(value=call), node)
        out: list[ast.stmt] = [self.assign(self.host_store("$names", node), call, node)]
        for name in sorted(self.scope.bound - self.scope.global_names):
            # if 'x' in $names: x = $names['x']
            test = ast.copy_location(
                ast.Compare(
                    left=self.constant(name, node),
                    ops=[ast.In()],
                    comparators=[self.host("$names", node)],
                ),
                node,
            )
            read = ast.copy_location(
                ast.Subscript(
                    value=self.host("$names", node), slice=self.constant(name, node), ctx=LOAD
                ),
                node,
            )
            store = self.assign(
                ast.copy_location(ast.Name(id=name, ctx=STORE), node), read, node
            )
            out.append(ast.copy_location(ast.If(test=test, body=[store], orelse=[]), node))
        return out

    def _asks(self, node: ast.expr | None, name: str) -> bool:
        """Whether it is ``globals()`` or ``locals()``."""
        return (
            type(node) is ast.Call
            and type(node.func) is ast.Name
            and node.func.id == name
            and not node.args
            and not node.keywords
            and name not in self.bound
            and name not in self.scope.bound
        )

    def name_after_exec(self, node: ast.Name) -> ast.expr:
        """A name that ``exec`` may have made in this function."""
        test = ast.copy_location(
            ast.Compare(
                left=self.constant(node.id, node),
                ops=[ast.In()],
                comparators=[self.host("$names", node)],
            ),
            node,
        )
        read = ast.copy_location(
            ast.Subscript(
                value=self.host("$names", node), slice=self.constant(node.id, node), ctx=LOAD
            ),
            node,
        )
        return ast.copy_location(ast.IfExp(test=test, body=read, orelse=node), node)

    # ------------------------------------------------------------------ exceptions

    def raise_(self, node: nodes.RaisePy2) -> ast.stmt:
        """``raise E, v, tb``; the one-part form stays native for names and calls."""
        exc: ast.expr | None = None
        if node.type is not None:
            exc = self.expr(node.type)
            if node.inst is None and node.tback is None:
                if not self._clearly_exception(node.type):
                    exc = self.call("$raised", [exc], node)
            else:
                none = self.constant(None, node)
                args = [exc, none if node.inst is None else self.expr(node.inst)]
                if node.tback is not None:
                    args.append(self.expr(node.tback))
                exc = self.call("$raised", args, node)
        else:
            exc = self.raise_last(node)
        return ast.copy_location(ast.Raise(exc=exc, cause=None), node)

    def _clearly_exception(self, node: ast.expr) -> bool:
        """Whether it names a builtin exception, or calls one."""
        if type(node) is ast.Call:
            node = node.func
        return type(node) is ast.Name and node.id not in self.bound and node.id in _ERRORS

    def try_(self, node: ast.Try) -> ast.stmt:
        """``try``; the variable of a handler outlives it."""
        before, self.prelude = self.prelude, []
        node.body = self.block(node.body)
        node.handlers = [self._handler(handler) for handler in node.handlers]
        if node.orelse:
            node.orelse = self.block(node.orelse)
        if node.finalbody:
            node.finalbody = self.block(node.finalbody)
        self.prelude = before
        return node

    def _handler(self, node: Any) -> ast.ExceptHandler:
        caught = None
        if node.type is not None:
            family = _names_family(node.type)
            caught = self.expr(node.type)
            if family:
                caught = self.call("$family", [caught], caught)
        made = ast.copy_location(
            ast.ExceptHandler(type=caught, name=None, body=node.body), node
        )
        target = node.target
        first: ast.stmt | None = None
        if target is not None:
            made.name = self.temporary()
            # The policy asks who chose the name: the host did.
            made.host_name = True  # type: ignore[attr-defined]
            value: ast.expr = self.host(made.name, target)
            if isinstance(target, ast.Tuple | ast.List):
                value = self.call("$exception_items", [value], target)
            self.target(target)
            first = self.assign(target, value, target)
        self.scope.handlers.append(made)
        self.in_handler += 1
        body = self.block(node.body)
        self.in_handler -= 1
        made.body = body if first is None else [first, *body]
        return made


def _quiet(node: ast.expr) -> bool:
    """Whether evaluating the expression can hardly print or fail."""
    kind = type(node)
    if kind is ast.Constant or kind is ast.Name:
        return True
    if kind is ast.Attribute:
        return _quiet(node.value)  # type: ignore[attr-defined]
    if kind is ast.Tuple or kind is ast.List:
        return all(_quiet(item) for item in node.elts)  # type: ignore[attr-defined]
    return False


def _names_family(node: ast.expr) -> bool:
    """Whether a handler names an exception whose children do not derive from it here."""
    if type(node) is ast.Tuple:
        return any(_names_family(item) for item in node.elts)
    name = node.id if type(node) is ast.Name else getattr(node, "attr", "")
    return name in _FAMILIES
