"""What stays native for plain values: to look at their classes costs less than to call a guard."""

from __future__ import annotations

import ast
from typing import Any, Final

from sandbox.policy_checks import LOAD, PolicyChecks

_ORDERINGS: Final = {"$lt": ast.Lt, "$le": ast.LtE, "$gt": ast.Gt, "$ge": ast.GtE}
ORDERINGS: Final = frozenset(_ORDERINGS)


class PlainRules(PolicyChecks):
    """How an expression is made twice, native and guarded, and which orderings are."""

    def _unless(self, kinds: str, names: list[Any], node: Any, guarded: Any) -> Any:
        """``node`` where the types of these names are among ``kinds``, else what guards it.

        The call of a guard costs more than most of the operations it guards.
        """
        tests: list[ast.expr] = [
            self._at(
                ast.Compare(
                    # No class of a script's, and no hook, answers for it.
                    left=self._at(ast.Attribute(value=name, attr="__class__", ctx=LOAD), name),
                    ops=[ast.In()],
                    comparators=[self._host(kinds, name)],
                ),
                name,
            )
            for name in names
        ]
        test = tests[0] if len(tests) == 1 else self._at(ast.BoolOp(ast.And(), tests), node)
        made = self._at(ast.IfExp(test=test, body=node, orelse=guarded), node)
        # A conditional of the script's may look the same.
        made.is_guarded = True
        return made

    def _ordered(self, call: ast.Call) -> Any:
        """An ordering, native between plain numbers."""
        left, right = call.args
        keeps = self._has_variables()
        if _is_number(right) and (keeps or type(left) is ast.Name):
            first, left = self._named("$number", left)
            tested = [first]
            call.args = [left, right]
        elif _is_number(left) and type(right) is ast.Name:
            tested = [right]
        elif keeps and type(left) is ast.Name and type(right) is ast.Name:
            # Both are kept: another thread could change a variable of the module after the test.
            first, left = self._put_by("$number", left)
            second, number = self._put_by("$other", right)
            tested = [first, second]
            # Where the first is no number, the second was not kept yet.
            call.args = [left, right]
            right = number
        else:
            return call
        op = _ORDERINGS[call.func.id]()  # type: ignore[attr-defined]
        native = self._at(ast.Compare(left=left, ops=[op], comparators=[right]), call)
        return self._unless("$real", tested, native, call)

    def _has_variables(self) -> bool:
        """Whether something can be kept in a variable of the function's."""
        return self._in_function and not self._in_class and not self._comprehensions

    def _named(self, name: str, node: Any) -> tuple[Any, Any]:
        """An expression, where it is first evaluated and where its value stands again.

        Args:
            name: of the variable that keeps it, where it is no name itself.
        """
        if type(node) is ast.Name:
            return node, node
        return self._put_by(name, node)

    def _put_by(self, name: str, node: Any) -> tuple[Any, Any]:
        stored = self._host(name, node)
        stored.ctx = ast.Store()
        return self._at(ast.NamedExpr(target=stored, value=node), node), self._host(name, node)


def _is_number(node: Any) -> bool:
    if type(node) is ast.UnaryOp and type(node.op) is ast.USub:
        node = node.operand
    return type(node) is ast.Constant and type(node.value) in (int, float)
