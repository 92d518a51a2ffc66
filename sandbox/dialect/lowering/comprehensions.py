"""List comprehensions, whose variables Python 2 leaves behind in the scope around them.

Where nobody else in the scope uses the variable the comprehension stays as it is; otherwise each
item is also stored outside by an assignment expression in the first condition.
"""

from __future__ import annotations

import ast

from sandbox.dialect.lowering.base import LOAD, Base
from sandbox.dialect.lowering.facts import Scope


class Comprehensions(Base):
    """Lowering of comprehensions and generator expressions."""

    def list_comprehension(self, node: ast.ListComp) -> ast.expr:
        """Keep it, and remember it until the whole scope has been seen."""
        scope = self.scope
        if scope.kind == "class":
            return self._in_class(node)
        hoisted = None if self.in_closed or scope.kind == "lambda" else self._hoisted(node)
        names: set[str] = set()
        for generator in node.generators:
            _names(generator.target, names)
        before = {name: scope.used.get(name, 0) for name in names}
        self._parts(node.generators, node)
        if self.in_closed:
            return node
        # Uses inside the comprehension are its own.
        inner = {name: scope.used.get(name, 0) - before[name] for name in names}
        for name, count in inner.items():
            scope.used[name] = before[name]
            if count == 0:
                scope.used.setdefault(name, 0)
        scope.comprehensions.append((node, names))
        if hoisted is None:
            return node
        both = ast.copy_location(ast.Tuple(elts=[hoisted, node], ctx=LOAD), node)
        return ast.copy_location(
            ast.Subscript(value=both, slice=self.constant(1, node), ctx=LOAD), node
        )

    def _hoisted(self, node: ast.ListComp) -> ast.expr | None:
        """What a comprehension runs over, evaluated before it, where it holds another one.

        An assignment expression, by which variables leak, may not stand in the iterable.
        """
        first = node.generators[0]
        if not any(type(part) is ast.ListComp for part in ast.walk(first.iter)):
            return None
        name = self.temporary()
        value = self.loop_iterable(first.iter)
        stored = ast.NamedExpr(target=self.host_store(name, first.iter), value=value)
        made = ast.copy_location(stored, first.iter)
        first.iter = self.host(name, first.iter)
        return made

    def _parts(self, generators: list[ast.comprehension], node: ast.expr) -> None:
        first = True
        for generator in generators:
            if first:
                # The first iterable is evaluated in the scope around.
                self._iterable(generator)
                self.in_comprehension += 1
                first = False
            else:
                self._iterable(generator)
            self.target(generator.target)
            self.exprs(generator.ifs)
        if isinstance(node, ast.DictComp):
            node.key = self.expr(node.key)
            node.value = self.expr(node.value)
        else:
            node.elt = self.expr(node.elt)  # type: ignore[attr-defined]
        self.in_comprehension -= 1

    def _iterable(self, generator: ast.comprehension) -> None:
        # An assignment expression may not stand in the iterable of a comprehension.
        self.in_closed += 1
        generator.iter = self.loop_iterable(generator.iter)
        self.in_closed -= 1

    def closed_comprehension(self, node: ast.expr) -> ast.expr:
        """Set and dict comprehensions and generator expressions leave nothing behind."""
        names: set[str] = set()
        for generator in node.generators:  # type: ignore[attr-defined]
            _names(generator.target, names)
        used = self.scope.used
        before = {name: used.get(name, 0) for name in names}
        self.in_closed += 1
        self._parts(node.generators, node)  # type: ignore[attr-defined]
        self.in_closed -= 1
        used.update(before)
        return node

    def finish_comprehensions(self, scope: Scope) -> None:
        """Make the variables leak that the rest of the scope uses."""
        if not scope.comprehensions:
            return
        if scope.kind == "lambda":
            return
        for node, names in scope.comprehensions:
            shared = {
                name
                for name in names
                if (scope.used.get(name, 0) > 0 or name in scope.global_names)
                and name not in scope.relied
            }
            if shared:
                self._leak(node, shared)

    def _leak(self, node: ast.ListComp, shared: set[str]) -> None:
        for generator in node.generators:
            own: set[str] = set()
            _names(generator.target, own)
            conditions: list[ast.expr] = []
            for name in sorted(own & shared):
                hidden = self.temporary()
                generator.target = _renamed(generator.target, name, self.host_store(hidden, node))
                stored = ast.copy_location(
                    ast.NamedExpr(
                        target=ast.copy_location(
                            ast.Name(id=name, ctx=ast.Store()), generator.target
                        ),
                        value=self.host(hidden, generator.target),
                    ),
                    generator.target,
                )
                conditions.append(stored)
            if conditions:
                # A tuple that is not empty is always true.
                always = ast.copy_location(ast.Tuple(elts=conditions, ctx=LOAD), generator.target)
                generator.ifs.insert(0, always)

    # ------------------------------------------------------------------ class bodies

    def _in_class(self, node: ast.ListComp) -> ast.expr:
        """In a class body the parts see the names of the class: write the loops out before."""
        if self.in_comprehension:
            self._parts(node.generators, node)
            return node
        names: set[str] = set()
        for generator in node.generators:
            _names(generator.target, names)
        saved = self.prelude
        self.prelude = []
        result = self.temporary()
        element = self.expr(node.elt)
        append = ast.copy_location(
            ast.Expr(
                value=ast.copy_location(
                    ast.Call(
                        func=ast.copy_location(
                            ast.Attribute(value=self.host(result, node), attr="append", ctx=LOAD),
                            node,
                        ),
                        args=[element],
                        keywords=[],
                    ),
                    node,
                )
            ),
            node,
        )
        body: list[ast.stmt] = [*self.prelude, append]
        self.prelude = []
        for generator in reversed(node.generators):
            for test in reversed(generator.ifs):
                body = [
                    ast.copy_location(ast.If(test=self.expr(test), body=body, orelse=[]), node)
                ]
            self.target(generator.target)
            iterable = self.loop_iterable(generator.iter)
            loop = ast.For(target=generator.target, iter=iterable, body=body, orelse=[])
            body = [*self.prelude, ast.copy_location(loop, node)]
            self.prelude = []
        empty = ast.copy_location(ast.List(elts=[], ctx=LOAD), node)
        start = self.assign(self.host_store(result, node), empty, node)
        self.prelude = [*saved, start, *body]
        return self.host(result, node)


def _names(target: ast.expr, into: set[str]) -> None:
    if type(target) is ast.Name:
        into.add(target.id)
    elif isinstance(target, ast.Tuple | ast.List):
        for item in target.elts:
            _names(item, into)


def _renamed(target: ast.expr, name: str, new: ast.expr) -> ast.expr:
    if type(target) is ast.Name:
        return new if target.id == name else target
    if isinstance(target, ast.Tuple | ast.List):
        target.elts = [_renamed(item, name, new) for item in target.elts]
    return target
