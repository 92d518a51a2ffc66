"""Where a script may give a dictionary or set another table: a look whether one is searched."""

from __future__ import annotations

import ast
from typing import Any

from sandbox.dialect.nodes import HostName
from sandbox.policy_sizes import SizeRules


class SearchRules(SizeRules):
    """Which stores and calls of methods look first; see ``lookups``."""

    def _changer(self, call: ast.Call) -> None:
        """Guard a call of a method that may give a dictionary or set another table."""
        func: Any = call.func
        owner = self._dispatch[type(func.value)](func.value)
        parts: list[Any] = [*call.args, *call.keywords]
        # A generator may be resumed in a search, once it was looked whether there is one.
        looked = not any(map(yields, parts)) and not any(map(_unpacks, parts))
        if looked and is_small(owner):
            func.value = self._in_search("$changing", owner)
        elif looked and self._has_variables():
            func.value = self._named_in_search("$changing", "$owner", owner)
        else:
            call.func = self._call("$getattr", [owner, self._constant(func.attr, func)], func)

    def _late(self, node: Any) -> Any:
        """What is evaluated last before a table may change, which gives others the time to begin.

        Whoever searches in another thread is waited for after that.
        """
        if _runs_nothing(node):
            return node
        guard = "$resumed" if yields(node) else "$late"
        if self._has_variables():
            return self._named_in_search(guard, "$last", node)
        return self._call(guard, [node], node)

    def _last_of(self, call: ast.Call) -> None:
        """Look once more after the arguments of such a call."""
        if type(call.func) is not ast.Attribute:
            return
        if call.keywords:
            call.keywords[-1].value = self._late(call.keywords[-1].value)
        elif call.args:
            call.args[-1] = self._late(call.args[-1])

    def _named_in_search(self, guard: str, name: str, node: Any) -> ast.expr:
        """The same for what cannot stand twice: a variable of the function does."""
        stored = self._host(name, node)
        stored.ctx = ast.Store()
        # Always false: an expression has no other place for an assignment before its condition.
        kept = ast.Compare(
            left=self._at(ast.NamedExpr(target=stored, value=node), node),
            ops=[ast.Is()],
            comparators=[self._host("$asking", node)],
        )
        test = ast.BoolOp(op=ast.Or(), values=[self._at(kept, node), self._host("$asking", node)])
        guarded = self._call(guard, [self._host(name, node)], node)
        made: ast.expr = self._at(
            ast.IfExp(test=self._at(test, node), body=guarded, orelse=self._host(name, node)),
            node,
        )
        return made

    def _in_search(self, guard: str, node: Any) -> ast.expr:
        """``node``, guarded while the interpreter may be searching a dictionary or set."""
        guarded = self._call(guard, [node], node)
        if not is_small(node):
            return guarded
        made: ast.expr = self._at(
            ast.IfExp(test=self._host("$asking", node), body=guarded, orelse=node), node
        )
        return made

    def _store_of_item(self, node: ast.Subscript, owner: ast.expr, named: bool) -> None:
        """``x[i] = v`` with ``$stores(x)`` where the index is a slice."""
        guarded = self._call("$stores", [owner], node)
        if type(node.slice) is ast.Slice or not named or self._in_class or not self._in_function:
            # A variable of a module could change between two reads.
            node.value = guarded
            return
        stored = self._host("$index", node.slice)
        stored.ctx = ast.Store()
        index = self._at(ast.NamedExpr(target=stored, value=node.slice), node.slice)
        test = ast.Compare(
            left=self._call("$kind", [index], node.slice),
            ops=[ast.Is()],
            comparators=[self._host("$slice", node.slice)],
        )
        node.value = self._at(
            ast.IfExp(test=self._at(test, node.slice), body=guarded, orelse=node.value), node
        )
        node.slice = self._host("$index", node.slice)


# Methods of dictionaries and sets that are called too often for a call of a guard.
OFTEN = frozenset({"add", "setdefault"})
_SMALL_NODES = 12


def _runs_nothing(node: Any) -> bool:
    """Whether no code of a script's can run where it is evaluated."""
    kind = type(node)
    if kind is ast.Tuple or kind is ast.List:
        return all(type(each) in _LEAVES for each in node.elts)
    return kind in _LEAVES or (kind is ast.Dict and not node.keys)


def _unpacks(node: Any) -> bool:
    return type(node) is ast.Starred or (type(node) is ast.keyword and node.arg is None)


def yields(node: ast.AST) -> bool:
    """Whether a generator may be left and resumed within an expression."""
    return any(type(one) in _YIELDS for one in ast.walk(node))


_YIELDS = frozenset({ast.Yield, ast.YieldFrom})


def is_small(node: Any) -> bool:
    """Whether an expression may stand twice in the code: it is run once."""
    waiting, count = [node], 0
    while waiting:
        one = waiting.pop()
        kind = type(one)
        count += 1
        if kind is ast.Attribute:
            waiting.append(one.value)
        elif kind is ast.Subscript:
            waiting += (one.value, one.slice)
        elif kind is ast.BinOp:
            waiting += (one.left, one.right)
        elif kind is ast.IfExp:
            if type(one.test) is not HostName or one.test.id != "$own":
                return False
            # What stands there else is a call of a guard.
            waiting.append(one.body)
            count += 4
        elif kind not in _LEAVES:
            return False
        if count > _SMALL_NODES:
            return False
    return True


_LEAVES = frozenset({ast.Name, ast.Constant, HostName})
