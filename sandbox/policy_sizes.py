"""Where expressions of the thread tier need a look at the size of their values."""

from __future__ import annotations

import ast
import re
from typing import Any

from sandbox.dialect.nodes import HostName
from sandbox.limits_sizes import WIDE
from sandbox.policy_checks import LOAD
from sandbox.policy_plain import PlainRules

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


class SizeRules(PlainRules):
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

    def _sized_argument(self, function: Any, args: list[Any]) -> None:
        """Guard the one argument of calls that take no longer than it says, by their names."""
        if type(function) is ast.Attribute:
            guard = "$few" if function.attr in _STRIPPING else ""
        else:
            guard = "$count" if type(function) is ast.Name and function.id == "bytearray" else ""
        if guard and type(args[0]) not in (ast.Constant, ast.Starred):
            args[0] = self._call(guard, [args[0]], args[0])

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


def is_wide(template: str) -> bool:
    """Whether a ``%`` template takes widths from its values, or has unreasonable ones."""
    return "*" in template or _WIDE.search(template) is not None


_WIDE = re.compile(r"%(?:\((?:[^()]|\([^()]*\))*\))?[-#0 +.\d]*\d{6}")
