"""Operators whose meaning Python 3 changed: division, ``%``, ordering, literals, backticks."""

from __future__ import annotations

import ast
from typing import Any

from sandbox.dialect import nodes
from sandbox.dialect.lowering.base import LOAD, STORE, Base, again, plain
from sandbox.dialect.lowering.facts import FLOAT, INT, NUMBER, TEXT

_ORDER = {ast.Lt: "$lt", ast.LtE: "$le", ast.Gt: "$gt", ast.GtE: "$ge"}
_NUMERIC = frozenset({INT, FLOAT, NUMBER})
_LARGEST = 2147483647


class Operators(Base):
    """Lowering of operators and literals."""

    def constant_literal(self, node: ast.Constant) -> ast.expr:
        """Literals that are not plain text: unicode, bytes outside ASCII, long integers."""
        value = node.value
        kind = node.kind
        if type(value) is str:
            if kind == "u":
                node.kind = None
                return self._literal("$u", value, node)
            if not value.isascii():
                node.kind = None
                return self._literal("$b", value, node)
            node.kind = None
        elif type(value) is int and (kind == "L" or value > _LARGEST):
            node.kind = None
            return self._literal("$l", value, node)
        return node

    def _literal(self, table: str, value: Any, node: ast.Constant) -> ast.expr:
        return ast.copy_location(
            ast.Subscript(value=self.host(table, node), slice=self.constant(value, node), ctx=LOAD),
            node,
        )

    def binary(self, node: ast.BinOp) -> ast.expr:
        """Binary operators: ``/`` and ``%`` become helpers unless the operands are known."""
        op = type(node.op)
        if op is ast.Div:
            if not self.true_division and not self._native_division(node.left, node.right):
                return self.call("$div", [self.expr(node.left), self.expr(node.right)], node)
        elif op is ast.Mod:
            if type(node.left) is ast.Constant and type(node.left.value) is str:
                return self.format_literal(node)
            if not self._native_modulo(node.left, node.right):
                return self.call("$mod", [self.expr(node.left), self.expr(node.right)], node)
        elif op is ast.Pow or op is ast.LShift:
            helper = "$pow" if op is ast.Pow else "$lshift"
            if op is ast.LShift or not _small_power(node.right):
                left, right = self.expr(node.left), self.expr(node.right)
                return self.call(helper, [left, right], node)
        node.left = self.expr(node.left)
        node.right = self.expr(node.right)
        return node

    def _native_division(self, left: ast.expr, right: ast.expr) -> bool:
        kinds = self.kinds
        return kinds.expression(left) == FLOAT or kinds.expression(right) == FLOAT

    def _native_modulo(self, left: ast.expr, right: ast.expr) -> bool:
        if type(right) is ast.Constant and type(right.value) is int and right.kind is None:
            # Should the left side be text, '%s' % 5 reads the same in both languages.
            return True
        return self.kinds.expression(left) in _NUMERIC

    def unary(self, node: ast.UnaryOp) -> ast.expr:
        """Unary operators keep their meaning."""
        node.operand = self.expr(node.operand)
        return node

    def boolean(self, node: ast.BoolOp) -> ast.expr:
        """``and`` and ``or`` keep their meaning."""
        self.exprs(node.values)
        return node

    def backticks(self, node: nodes.Repr) -> ast.expr:
        """Backticks are ``repr``."""
        return self.call("$repr", [self.expr(node.value)], node)

    # ------------------------------------------------------------------ comparison

    def compare(self, node: ast.Compare) -> ast.expr:
        """Orderings become helpers unless both sides are known to be of one orderable kind."""
        ops = node.ops
        if len(ops) == 1:
            helper = _ORDER.get(type(ops[0]))
            right = node.comparators[0]
            if helper is None or self._ordered(node.left, right):
                node.left = self.expr(node.left)
                node.comparators[0] = self.expr(right)
                return node
            return self.call(helper, [self.expr(node.left), self.expr(right)], node)
        operands = [node.left, *node.comparators]
        if all(
            type(op) not in _ORDER or self._ordered(operands[i], operands[i + 1])
            for i, op in enumerate(ops)
        ):
            node.left = self.expr(node.left)
            self.exprs(node.comparators)
            return node
        return self._chain(node)

    def _ordered(self, left: ast.expr, right: ast.expr) -> bool:
        kinds = self.kinds
        first = kinds.expression(left)
        if first is None:
            return False
        second = kinds.expression(right)
        if first == TEXT or second == TEXT:
            return first == second
        if second is None:
            return False
        for side in (left, right):
            if type(side) is ast.Name:
                self.scope.relied.add(side.id)
        return True

    def _chain(self, node: ast.Compare) -> ast.expr:
        inside_class = self.scope.kind == "class" and self.in_comprehension
        parts: list[ast.expr] = []
        left = self.expr(node.left)
        last = len(node.ops) - 1
        outer: list[tuple[str, ast.expr]] = []
        for index, (op, item) in enumerate(zip(node.ops, node.comparators, strict=True)):
            right = self.expr(item)
            following: ast.expr | None = None
            if index < last:
                if plain(right):
                    following = again(right)
                else:
                    name = self.temporary()
                    following = self.host(name, item)
                    if inside_class:
                        # A walrus may not stand in a comprehension of a class body.
                        outer.append((name, right))
                        right = self.host(name, item)
                    else:
                        right = ast.copy_location(
                            ast.NamedExpr(target=self.host_store(name, item), value=right), item
                        )
            helper = _ORDER.get(type(op))
            if helper is None:
                parts.append(
                    ast.copy_location(ast.Compare(left=left, ops=[op], comparators=[right]), node)
                )
            else:
                parts.append(self.call(helper, [left, right], node))
            if following is not None:
                left = following
        result: ast.expr = ast.copy_location(ast.BoolOp(op=ast.And(), values=parts), node)
        if outer:
            args = ast.arguments(
                posonlyargs=[],
                args=[ast.copy_location(nodes.HostArgument(arg=name), node) for name, _ in outer],
                kwonlyargs=[],
                kw_defaults=[],
                defaults=[],
            )
            function = ast.copy_location(ast.Lambda(args=args, body=result), node)
            result = ast.copy_location(
                ast.Call(func=function, args=[value for _, value in outer], keywords=[]), node
            )
        return result

    # ------------------------------------------------------------------ augmented assignment

    def augmented(self, node: ast.AugAssign) -> ast.stmt | list[ast.stmt]:
        """``/=`` and ``%=`` where the helper is needed; everything else stays native."""
        op = type(node.op)
        helper = ""
        if op is ast.Div:
            if not self.true_division:
                target_kind = self.kinds.expression(node.target)
                if target_kind != FLOAT and self.kinds.expression(node.value) != FLOAT:
                    helper = "$idiv"
        elif op is ast.Mod and not self._native_modulo(node.target, node.value):
            helper = "$imod"
        value = self.expr(node.value)
        if not helper:
            node.value = value
            self.target(node.target)
            return node
        return self._by_helper(node, helper, value)

    def _by_helper(
        self, node: ast.AugAssign, helper: str, value: ast.expr
    ) -> ast.stmt | list[ast.stmt]:
        target = node.target
        if type(target) is ast.Name:
            self.count(target.id)
            load = ast.copy_location(ast.Name(id=target.id, ctx=LOAD), target)
            return self.assign(target, self.call(helper, [load, value], node), node)
        before: list[ast.stmt] = []
        owner = target.value  # type: ignore[union-attr]

        def once(part: ast.expr) -> tuple[ast.expr, ast.expr]:
            lowered = self.expr(part)
            if plain(lowered):
                return lowered, again(lowered)
            name = self.temporary()
            before.append(self.assign(self.host_store(name, part), lowered, node))
            return self.host(name, part), self.host(name, part)

        first, second = once(owner)
        if type(target) is ast.Attribute:
            read: ast.expr = ast.copy_location(
                ast.Attribute(value=first, attr=target.attr, ctx=LOAD), target
            )
            write: ast.expr = ast.copy_location(
                ast.Attribute(value=second, attr=target.attr, ctx=STORE), target
            )
        else:
            assert type(target) is ast.Subscript
            if type(target.slice) is ast.Slice:
                read = ast.copy_location(
                    ast.Subscript(value=first, slice=self.expr(target.slice), ctx=LOAD), target
                )
                bounds = target.slice
                copy = ast.copy_location(
                    ast.Slice(
                        lower=_copied(bounds.lower),
                        upper=_copied(bounds.upper),
                        step=_copied(bounds.step),
                    ),
                    bounds,
                )
                write = ast.copy_location(
                    ast.Subscript(value=second, slice=copy, ctx=STORE), target
                )
            else:
                index, same = once(target.slice)
                read = ast.copy_location(
                    ast.Subscript(value=first, slice=index, ctx=LOAD), target
                )
                write = ast.copy_location(
                    ast.Subscript(value=second, slice=same, ctx=STORE), target
                )
        before.append(self.assign(write, self.call(helper, [read, value], node), node))
        return before


def _small_power(node: ast.expr) -> bool:
    """Whether an exponent is a literal that can neither fail nor make a long from a small int."""
    return type(node) is ast.Constant and node.kind is None and node.value in (1, 2, 0.5) and (
        node.value != 0.5
    )


def _copied(node: ast.expr | None) -> ast.expr | None:
    return None if node is None else _Copier().visit(node)


class _Copier(ast.NodeTransformer):
    def generic_visit(self, node: ast.AST) -> ast.AST:
        made = type(node)()
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                setattr(made, name, [self.visit(v) if isinstance(v, ast.AST) else v for v in value])
            elif isinstance(value, ast.AST):
                setattr(made, name, self.visit(value))
            else:
                setattr(made, name, value)
        return ast.copy_location(made, node)
