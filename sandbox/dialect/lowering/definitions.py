"""Functions, lambdas and classes."""

from __future__ import annotations

import ast

from sandbox.dialect import nodes
from sandbox.dialect.lowering.base import LOAD, Base
from sandbox.dialect.lowering.facts import Kinds, Scope


class Definitions(Base):
    """Lowering of definitions: scopes, tuple parameters, Python 2 classes, generators."""

    def function(self, node: ast.FunctionDef) -> ast.stmt:
        """``def``."""
        self.lonely = False
        self.exprs(node.decorator_list)
        unpack = self._parameters(node.args)
        outer = self._enter(self.facts.scopes[id(node)])
        before, self.prelude = self.prelude, []
        scope = self.scope
        body = self.block(node.body)
        if unpack:
            at = 1 if ast.get_docstring(node, clean=False) is not None else 0
            stores: list[ast.stmt] = []
            for name, target in unpack:
                self.target(target)
                stores.append(self.assign(target, self.host(name, target), target))
            body[at:at] = stores
        documented = ast.get_docstring(node, clean=False) is not None
        if scope.has_exec and len(body) > documented:
            first = body[int(documented)]
            nothing = ast.copy_location(ast.Dict(keys=[], values=[]), first)
            body.insert(
                int(documented), self.assign(self.host_store("$names", first), nothing, first)
            )
        self.finish_last(scope, body, int(documented))
        if scope.generator:
            body = self._generator_body(node, body)
        node.body = body
        self.prelude = before
        self._leave(outer)
        self.count(node.name)
        return node

    def lambda_(self, node: ast.Lambda) -> ast.expr:
        """``lambda``; tuple parameters become a second lambda that is called at once."""
        unpack = self._parameters(node.args)
        outer = self._enter(self.facts.lambda_(node))
        node.body = self.expr(node.body)
        if unpack:
            # (lambda $t: [body for (a, b) in [$t]][0])
            for name, target in reversed(unpack):
                self.target(target)
                source = ast.copy_location(
                    ast.List(elts=[self.host(name, target)], ctx=LOAD), target
                )
                generator = ast.comprehension(target=target, iter=source, ifs=[], is_async=0)
                made = ast.copy_location(
                    ast.ListComp(elt=node.body, generators=[generator]), node.body
                )
                node.body = ast.copy_location(
                    ast.Subscript(value=made, slice=self.constant(0, target), ctx=LOAD), node.body
                )
        self._leave(outer)
        return node

    def _parameters(self, args: ast.arguments) -> list[tuple[str, ast.expr]]:
        """Lower defaults (outside the function) and give tuple parameters plain names."""
        self.exprs(args.defaults)
        unpack: list[tuple[str, ast.expr]] = []
        for index, arg in enumerate(args.args):
            if type(arg) is nodes.TupleParameter:
                name = self.temporary()
                args.args[index] = ast.copy_location(nodes.HostArgument(arg=name), arg)
                unpack.append((name, arg.target))
        return unpack

    def _enter(self, scope: Scope) -> tuple[Scope, Kinds, int, int, int]:
        state = (
            self.scope,
            self.kinds,
            self.in_comprehension,
            self.in_closed,
            self.in_handler,
        )
        self.in_handler = 0
        self.scope = scope
        self.kinds = Kinds(self.facts, scope)
        self.in_comprehension = 0
        self.in_closed = 0
        if scope.kind == "function":
            # Conclude everything now: lowering changes the expressions it is concluded from.
            for name in scope.assigned:
                self.kinds.name(name)
        return state

    def _leave(self, state: tuple[Scope, Kinds, int, int, int]) -> None:
        inner = self.scope
        self.finish_comprehensions(inner)
        self.scope, self.kinds, self.in_comprehension, self.in_closed, self.in_handler = state
        used = self.scope.used
        bound = inner.bound if inner.kind != "class" else frozenset()
        for name, count in inner.used.items():
            if count and (name not in bound or name in inner.global_names):
                used[name] = used.get(name, 0) + count

    def _generator_body(self, node: ast.FunctionDef, body: list[ast.stmt]) -> list[ast.stmt]:
        """A StopIteration that leaves a generator only ends it."""
        start = 0
        if ast.get_docstring(node, clean=False) is not None:
            start = 1
        rest = body[start:]
        if not rest:
            return body
        at = rest[0]
        stop = ast.copy_location(
            ast.ExceptHandler(
                type=self.host("$StopIteration", at),
                name=None,
                body=[ast.copy_location(ast.Return(value=None), at)],
            ),
            at,
        )
        guarded = ast.copy_location(
            ast.Try(body=rest, handlers=[stop], orelse=[], finalbody=[]), at
        )
        return [*body[:start], guarded]

    def yield_(self, node: ast.Yield) -> ast.expr:
        """``yield`` makes the function a generator."""
        self.scope.generator = True
        if node.value is not None:
            node.value = self.expr(node.value)
        return node

    def class_(self, node: ast.ClassDef) -> ast.stmt:
        """``class``: made by a helper that knows Python 2's special methods and metaclasses."""
        self.lonely = False
        self.exprs(node.decorator_list)
        self.exprs(node.bases)
        outer = self._enter(self.facts.scopes[id(node)])
        before, self.prelude = self.prelude, []
        node.body = self.block(node.body)
        self.prelude = before
        self._leave(outer)
        self.count(node.name)
        node.keywords = [
            ast.copy_location(ast.keyword(arg="metaclass", value=self.host("$class", node)), node)
        ]
        if "__metaclass__" in self.bound:
            # A module may set the metaclass of the classes below it that have no bases.
            node.keywords.append(
                ast.copy_location(
                    ast.keyword(arg="names", value=self.call("$globals", [], node)), node
                )
            )
        return node
