"""The rules for assignments: which stores stay native, and what stands for the others."""

from __future__ import annotations

import ast
from typing import Any

from sandbox.dialect.nodes import HostName
from sandbox.policy_checks import LOAD
from sandbox.policy_expressions import FILTERED, ExpressionRules
from sandbox.policy_searches import yields

# What gives a set another table where it is done in place; ``|=`` is a call nearly always.
_OF_SETS = frozenset({ast.Sub, ast.BitAnd, ast.BitXor, ast.BitOr})


class AssignmentRules(ExpressionRules):
    """Rules for plain and augmented assignments."""

    def _several(self, parts: list[ast.stmt], node: ast.AST) -> ast.stmt:
        """Several statements where one stands: the condition is folded away."""
        made: ast.stmt = self._at(
            ast.If(test=self._constant(True, node), body=parts, orelse=[]), node
        )
        return made

    def visit_Assign(self, node: ast.Assign) -> Any:
        """Check the targets; a single guarded attribute becomes one call."""
        targets = node.targets
        dispatch = self._dispatch
        value = node.value
        node.value = dispatch[type(value)](value)
        if len(targets) == 1:
            target = targets[0]
            if type(target) is ast.Attribute and self._verdict(target.attr) == 1:
                if self._is_receiver(target):
                    kept = self._kept(node.value, node)
                    return self._several(
                        [kept, self._own_store(target, self._host("$value", node), node)], node
                    )
                call = self._call(
                    "$setattr",
                    [
                        node.value,
                        self.visit(target.value),
                        self._constant(self._written(target.attr), target),
                    ],
                    node,
                )
                return self._at(ast.Expr(value=call), node)
            targets[0] = dispatch[type(target)](target)
            if self.sizes and type(target) is ast.Subscript and type(target.slice) is ast.Slice:
                node.value = self._addend(node.value)
            return node
        self._expressions(targets)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """Check the target; operators that can make huge values are guarded (thread tier)."""
        node.value = self.visit(node.value)
        if self.sizes and type(node.op) is ast.Add:
            node.value = self._addend(node.value)
        elif type(node.op) in _OF_SETS and type(node.value) is not ast.Constant:
            node.value = self._in_search("$operand", node.value)
        if type(node.target) is ast.Attribute and self._is_receiver(node.target):
            return self._own_augmented(node)
        if (
            type(node.target) is ast.Attribute
            and node.target.attr in FILTERED
            and type(node.value) is not ast.Constant
        ):
            return self._filtered_augmented(node)
        # An augmented target is read as well: both go through the guard.
        self._augmented = True
        target: Any = node.target
        if type(target) is ast.Attribute:
            value = target.value
            self._augmented = False
            target.value = self.visit(value)
            self._augmented = True
            node.target = self._guarded_attribute(target)
        else:
            self._augmented = False
            self._suspended = yields(node.value)
            node.target = self.visit(target)
            self._suspended = False
        self._augmented = False
        if type(target) is not ast.Name:
            node.value = self._late(node.value)
        sliced = type(target) is ast.Subscript and type(target.slice) is ast.Slice
        if self.sizes and not sliced:
            guard = self._size_guard(node.op, node.value, target)
            if type(node.op) is ast.Mod and type(target) is not ast.Name:
                guard = "$modulo"
            if guard is not None:
                return self._spelled_out(node, guard)
        return node

    def _kept(self, value: ast.expr, node: Any) -> ast.stmt:
        """``$value = value``."""
        stored = self._host("$value", node)
        stored.ctx = ast.Store()
        made: ast.stmt = self._at(ast.Assign(targets=[stored], value=value), node)
        return made

    def _own_store(self, target: ast.Attribute, value: ast.expr, node: Any) -> ast.stmt:
        """``self._name = value``: native where ``$own`` allows it."""
        name = self._constant(self._written(target.attr), target)
        call = self._call("$setattr", [value, target.value, name], node)
        native = self._at(ast.Assign(targets=[target], value=value), node)
        made: ast.stmt = self._at(
            ast.If(
                test=self._own_unasked(node),
                body=[native],
                orelse=[self._at(ast.Expr(value=call), node)],
            ),
            node,
        )
        return made

    def _own_augmented(self, node: ast.AugAssign) -> ast.stmt:
        """``self._name += value``, read before the value is evaluated."""
        target: Any = node.target
        read = self._own_read(
            self._at(ast.Attribute(value=target.value, attr=target.attr, ctx=LOAD), target)
        )
        kept = self._host("$value", node)
        guard = self._size_guard(node.op, node.value, target) if self.sizes else None
        change: ast.stmt
        if guard is not None:
            change = self._kept(self._call(guard + "=", [kept, node.value], node), node)
        else:
            stored = self._host("$value", node)
            stored.ctx = ast.Store()
            change = self._at(
                ast.AugAssign(target=stored, op=node.op, value=node.value), node
            )
        return self._several(
            [self._kept(read, node), change, self._own_store(target, kept, node)], node
        )

    def _filtered_augmented(self, node: ast.AugAssign) -> Any:
        """``x.index += value``, where a method that is read meets the value's own operators."""
        target: Any = node.target
        owner = target.value
        before: list[ast.stmt] = []
        number = self._statement = self._statement + 1

        def keep(value: ast.expr, place: int) -> str:
            name = f"$a{self.unit}_{number}_{place}"
            stored = self._host(name, node)
            stored.ctx = ast.Store()
            before.append(self._at(ast.Assign(targets=[stored], value=value), node))
            return name

        if type(owner) is ast.Name and owner.id == self._self.name:
            first: Any = self._at(ast.Name(id=owner.id, ctx=LOAD), owner)
            target.value = self.visit(owner)
        else:
            name = keep(self.visit(owner), 0)
            first = self._host(name, owner)
            target.value = self._host(name, owner)
        read = self._at(ast.Attribute(value=first, attr=target.attr, ctx=LOAD), target)
        kept = keep(self._filtered(read), 1)
        guard = self._size_guard(node.op, node.value, target) if self.sizes else None
        if guard is not None:
            keep(self._call(guard + "=", [self._host(kept, node), node.value], node), 1)
        else:
            stored = self._host(kept, node)
            stored.ctx = ast.Store()
            before.append(
                self._at(ast.AugAssign(target=stored, op=node.op, value=node.value), node)
            )
        stores = self._guarded_attribute(target)
        value = self._host(kept, node)
        before.append(self._at(ast.Assign(targets=[stores], value=value), node))
        return self._several(before, node)

    def _spelled_out(self, node: ast.AugAssign, guard: str) -> ast.stmt:
        """``t *= v`` as ``t = $times(t, v)``, the parts of the target evaluated once."""
        target: Any = node.target
        before: list[ast.stmt] = []
        number = self._statement = self._statement + 1

        def keep(part: ast.expr) -> tuple[HostName, HostName]:
            name = f"$a{self.unit}_{number}_{len(before)}"
            stored = self._host(name, part)
            stored.ctx = ast.Store()
            before.append(self._at(ast.Assign(targets=[stored], value=part), node))
            return self._host(name, part), self._host(name, part)

        read: ast.expr
        if type(target) is ast.Attribute:
            one, two = keep(target.value)
            read = self._at(ast.Attribute(value=one, attr=target.attr, ctx=LOAD), target)
            target.value = two
        elif type(target) is ast.Subscript:
            one, two = keep(target.value)
            where, again = keep(target.slice)
            read = self._at(ast.Subscript(value=one, slice=where, ctx=LOAD), target)
            target.value, target.slice = two, again
        else:
            read = self._at(type(target)(id=target.id, ctx=LOAD), target)
        call = self._call(guard + "=", [read, node.value], node)
        before.append(self._at(ast.Assign(targets=[target], value=call), node))
        if len(before) == 1:
            return before[0]
        return self._several(before, node)
