"""Where expressions of the thread tier need a look at the size of their values."""

from __future__ import annotations

import ast
import re
from typing import Any, Final

from sandbox.dialect.nodes import HostName
from sandbox.limits_sizes import WIDE
from sandbox.policy_checks import LOAD, PolicyChecks

_SMALL = 64
INLINE = frozenset({"$times", "$percent_number", "$modulo"})
"""Guards that plain numbers need not call."""
_JOINING = (ast.Add, ast.Mult, ast.Mod)
_STRIPPING = frozenset({"strip", "lstrip", "rstrip"})
_OBJECTS = (ast.Name, ast.Call, ast.Attribute, ast.Subscript)
# What is as long as it says.
_AS_LONG = (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp, ast.Constant)
_FLAT = (ast.Compare, ast.JoinedStr)
# What runs no code of a script's where it is evaluated.
_AT_ONCE = (ast.Name, ast.Constant, HostName)


class SizeRules(PolicyChecks):
    """Which guard an operator or a display needs, by what can be known of its parts."""

    def _size_guard(self, op: ast.operator, right: Any, left: Any) -> str | None:
        """The guard an operator needs, by what its operands can be."""
        kind = type(op)
        if kind is ast.Mult:
            for operand in (left, right):
                if type(operand) is ast.Constant and (
                    type(operand.value) is float
                    or (type(operand.value) is int and -_SMALL < operand.value < 2)
                ):
                    return None
            # What multiplies itself gets large fast enough to hold the interpreter.
            if type(left) is ast.Name and type(right) is ast.Name and left.id == right.id:
                return "$times_itself"
            return "$times"
        if kind is ast.Pow:
            if (
                # What an attribute or item keeps may be raised again and again.
                type(left) is ast.BinOp
                and type(right) is ast.Constant
                and isinstance(right.value, int | float)
                and abs(right.value) <= 3
            ):
                return None
            return "$power"
        if kind is ast.LShift:
            if (
                type(right) is ast.Constant
                and type(right.value) is int
                and 0 <= right.value <= _SMALL
            ):
                return None
            return "$shift"
        if kind is ast.FloorDiv:
            return None if type(right) is ast.Constant else "$floordiv"
        if kind is ast.Mod:
            # Where the left operand is no number the lowering calls a helper, which is bounded.
            if type(left) is ast.Constant:
                if type(left.value) is str and is_wide(left.value):
                    return "$modulo"
                numbers = type(left.value) is str and type(right) in _OBJECTS
                return "$percent_number" if numbers else None
            if type(right) is not ast.Constant:
                return "$modulo"
            return "$modulo"
        return None

    def _addend(self, node: Any) -> Any:
        """What is added to something, guarded where it may be large.

        Whatever doubles adds something large to something; what adds small things grows slowly.
        """
        kind = type(node)
        if kind is ast.Constant or (kind is ast.BinOp and type(node.op) not in _JOINING):
            return node
        guard = node.orelse if getattr(node, "is_guarded", False) else node
        if type(guard) is ast.Call and getattr(guard.func, "id", "") == "$times":
            # No larger than any value may be, so neither was what it was made of.
            return node
        if kind is not ast.Name and not self._has_variables():
            return self._call("$addend", [node], node)
        first, again = self._named("$number", node)
        guarded = self._call("$addend", [again], node)
        return self._unless("$numbers", [first], again, guarded)

    def _ordered(self, call: ast.Call) -> Any:
        """An ordering, native between plain numbers."""
        left, right = call.args
        keeps = self._has_variables()
        if _is_number(right) and (keeps or type(left) is ast.Name):
            first, left = self._named("$number", left)
            tested = [first]
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
        if len(tested) == 1:
            call.args = [left, right]
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

    def _sized_argument(self, function: Any, args: list[Any]) -> None:
        """Guard the one argument of calls that take no longer than it says, by their names."""
        if type(function) is ast.Attribute:
            guard = "$few" if function.attr in _STRIPPING else ""
        else:
            guard = "$count" if type(function) is ast.Name and function.id == "bytearray" else ""
        if guard and type(args[0]) not in (ast.Constant, ast.Starred):
            args[0] = self._call(guard, [args[0]], args[0])

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

    def _product(self, node: ast.BinOp, guarded: Any) -> Any:
        """A product of two names: native for plain numbers of which the left one is not large.

        What multiplies large numbers by each other squares them sooner or later.
        """
        made: Any = self._unless("$real", [node.left, node.right], node, guarded)
        low = self._at(ast.UnaryOp(op=ast.USub(), operand=self._constant(WIDE, node)), node)
        made.test.values.append(
            self._at(
                ast.Compare(
                    left=low,
                    ops=[ast.Lt(), ast.Lt()],
                    comparators=[node.left, self._constant(WIDE, node)],
                ),
                node,
            )
        )
        return made

    def _flat(self, node: Any) -> Any:
        """An operand of a comparison, guarded where it may be a container."""
        kind = type(node)
        if kind is ast.Constant or kind is HostName or kind in _FLAT:
            return node
        guarded = self._call("$flat", [node], node)
        return self._unless("$light", [node], node, guarded) if kind is ast.Name else guarded

    def _starred(self, node: Any, called: str | None = None) -> ast.expr:
        """What becomes a tuple, guarded where it may say that it is longer than it is.

        Args:
            called: how a message begins that it cannot be one; None leaves that to the interpreter.
        """
        if type(node) in _AS_LONG and (called is None or type(node) is not ast.Constant):
            return node  # type: ignore[no-any-return]
        told = [] if called is None else [self._constant(called, node)]
        if type(node) is not ast.Name and not self._has_variables():
            return self._call("$starred", [node, *told], node)
        first, again = self._named("$tuple", node)
        guarded = self._call("$starred", [again, *told], node)
        made: ast.expr = self._unless("$told", [first], again, guarded)
        return made

    def _parts_once(self, node: Any) -> Any:
        """A display, guarded where it holds one name twice: so do parts become shared."""
        if type(node) is ast.Dict:
            named = [n for n in node.values if type(n) is ast.Name]
        elif type(node.ctx if type(node) is not ast.Set else LOAD) is ast.Load:
            named = [n for n in node.elts if type(n) is ast.Name]
        else:
            return node
        if len(named) < 2:
            return node
        known: dict[str, ast.Name] = {}
        twice = {n.id: n for n in named if known.setdefault(n.id, n) is not n}
        if not twice:
            return node
        guarded = self._call("$nested", [node], node)
        parts = [*node.keys, *node.values] if type(node) is ast.Dict else node.elts
        if not all(type(one) in _AT_ONCE for one in parts):
            # A part that is evaluated in between may give a name another value.
            return guarded
        return self._unless("$light", list(twice.values()), node, guarded)


_ORDERINGS: Final = {"$lt": ast.Lt, "$le": ast.LtE, "$gt": ast.Gt, "$ge": ast.GtE}
ORDERINGS: Final = frozenset(_ORDERINGS)


def _is_number(node: Any) -> bool:
    if type(node) is ast.UnaryOp and type(node.op) is ast.USub:
        node = node.operand
    return type(node) is ast.Constant and type(node.value) in (int, float)


def is_wide(template: str) -> bool:
    """Whether a ``%`` template takes widths from its values, or has unreasonable ones."""
    return "*" in template or _WIDE.search(template) is not None


_WIDE = re.compile(r"%(?:\((?:[^()]|\([^()]*\))*\))?[-#0 +.\d]*\d{6}")
