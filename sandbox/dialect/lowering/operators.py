"""Operators whose meaning Python 3 changed: division, ``%``, ordering, literals, backticks."""

from __future__ import annotations

import ast
import operator
from typing import Any

from sandbox.dialect import nodes
from sandbox.dialect.lowering.base import LOAD, STORE, Base, again, plain
from sandbox.dialect.lowering.facts import FLOAT, INT, NUMBER, TEXT

_ORDER = {ast.Lt: "$lt", ast.LtE: "$le", ast.Gt: "$gt", ast.GtE: "$ge"}
_CONSTANTS = frozenset({"True", "False", "None"})
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
        elif kind == "L" or (
            type(value) is int and value > _LARGEST and self.scope.kind == "module"
        ):
            # In functions a literal beyond 32 bits stays an int, which is a long by its value: what
            # is computed from it is at full speed, and an int again where it is small.
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
        if type(node.left) is not ast.Name:
            folded = self._constant_long(node)
            if folded is not None:
                return folded
        if op is ast.Div:
            if not self.true_division and not self._native_division(node.left, node.right):
                return self.call("$div", [self.expr(node.left), self.expr(node.right)], node)
        elif op is ast.Mod:
            if type(node.left) is ast.Constant and type(node.left.value) is str:
                return self.format_literal(node)
            if not self._native_modulo(node.left, node.right):
                return self.call("$mod", [self.expr(node.left), self.expr(node.right)], node)
            # No text, whose length would have to be looked at.
            node.is_number = self.kinds.expression(node.left) in _NUMERIC  # type: ignore[attr-defined]
        elif op is ast.Pow or op is ast.LShift:
            helper = "$pow" if op is ast.Pow else "$lshift"
            if not (_small_power(node.right) if op is ast.Pow else _small_shift(node.right)):
                left, right = self.expr(node.left), self.expr(node.right)
                return self.call(helper, [left, right], node)
        elif op is ast.BitOr and not self._native_or(node.left, node.right):
            return self.call("$or", [self.expr(node.left), self.expr(node.right)], node)
        node.left = self.expr(node.left)
        node.right = self.expr(node.right)
        return node

    def _native_division(self, left: ast.expr, right: ast.expr) -> bool:
        kinds = self.kinds
        return kinds.expression(left) == FLOAT or kinds.expression(right) == FLOAT

    def _native_or(self, left: ast.expr, right: ast.expr) -> bool:
        return self.kinds.expression(left) == INT or self.kinds.expression(right) == INT

    def _native_modulo(self, left: ast.expr, right: ast.expr) -> bool:
        number = self.kinds.expression(left) in _NUMERIC
        if type(right) is ast.Constant and type(right.value) is int and right.kind is None:
            # Should the left side be text, '%s' % 5 reads the same in both languages.
            return True
        return number

    def _constant_long(self, node: ast.expr) -> ast.expr | None:
        """The value of a calculation with literals alone, where it is a long in between."""
        found = _constant(node, self.true_division)
        if found is None or not found[1]:
            return None
        return self._literal("$l", found[0], ast.copy_location(ast.Constant(found[0]), node))

    def unary(self, node: ast.UnaryOp) -> ast.expr:
        """Unary operators keep their meaning."""
        folded = self._constant_long(node)
        if folded is not None:
            return folded
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
        elif op is ast.BitOr and not self._native_or(node.target, node.value):
            helper = "$ior"
        value = self.expr(node.value)
        # No names in Python 3: the policy has others for them, but not for their value.
        if not helper or (type(node.target) is ast.Name and node.target.id in _CONSTANTS):
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
                bounds = target.slice
                pairs = [
                    (None, None) if bound is None else once(bound)
                    for bound in (bounds.lower, bounds.upper, bounds.step)
                ]
                reading, writing = (
                    ast.copy_location(ast.Slice(lower=lower, upper=upper, step=step), bounds)
                    for lower, upper, step in zip(*pairs, strict=True)
                )
                read = ast.copy_location(
                    ast.Subscript(value=first, slice=reading, ctx=LOAD), target
                )
                write = ast.copy_location(
                    ast.Subscript(value=second, slice=writing, ctx=STORE), target
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


def _small_shift(node: ast.expr) -> bool:
    return type(node) is ast.Constant and type(node.value) is int and 0 <= node.value < 16


_FOLDED: dict[type, Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.RShift: operator.rshift,
}


def _constant(node: ast.expr, true_division: bool) -> tuple[int, bool] | None:
    """The integer that literals alone make, and whether Jython has it as a long."""
    kind = type(node)
    if kind is ast.Constant:
        value = node.value  # type: ignore[attr-defined]
        if type(value) is not int:
            return None
        return value, node.kind == "L" or value > _LARGEST  # type: ignore[attr-defined]
    if kind is ast.UnaryOp and type(node.op) is ast.USub:  # type: ignore[attr-defined]
        inner = _constant(node.operand, true_division)  # type: ignore[attr-defined]
        return None if inner is None else (-inner[0], inner[1])
    if kind is not ast.BinOp:
        return None
    left = _constant(node.left, true_division)  # type: ignore[attr-defined]
    if left is None:
        return None
    right = _constant(node.right, true_division)  # type: ignore[attr-defined]
    if right is None:
        return None
    op = type(node.op)  # type: ignore[attr-defined]
    one, two = left[0], right[0]
    if op is ast.Pow or op is ast.LShift:
        if not 0 <= two <= 200 or abs(one) > 1 << 64:
            return None
        value = one**two if op is ast.Pow else one << two
    elif op is ast.Div and not true_division and two:
        value = one // two
    else:
        calculate = _FOLDED.get(op)
        if calculate is None or (two == 0 and op in (ast.FloorDiv, ast.Mod)) or (
            op is ast.RShift and two < 0
        ):
            return None
        value = calculate(one, two)
    return value, left[1] or right[1] or not -_LARGEST - 1 <= value <= _LARGEST
