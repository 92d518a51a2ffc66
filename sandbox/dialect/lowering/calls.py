"""Calls of builtins and methods that Python 3 renamed, removed or made lazy."""

from __future__ import annotations

import ast
from typing import Any

from sandbox.dialect.formats import split_percent
from sandbox.dialect.lowering.base import LOAD, Base
from sandbox.dialect.lowering.formats import joined_format

# Methods that lists, dicts and text of Python 3 have no longer, or have in another form:
# name -> (helper, fewest arguments, most arguments).
_METHODS = {
    "keys": ("$keys", 0, 0),
    "values": ("$values", 0, 0),
    "items": ("$items", 0, 0),
    "iterkeys": ("$iterkeys", 0, 0),
    "itervalues": ("$itervalues", 0, 0),
    "iteritems": ("$iteritems", 0, 0),
    "viewkeys": ("$viewkeys", 0, 0),
    "viewvalues": ("$viewvalues", 0, 0),
    "viewitems": ("$viewitems", 0, 0),
    "has_key": ("$has_key", 1, 1),
    "join": ("$join", 1, 1),
    "translate": ("$translate", 1, 2),
    "next": ("$next_method", 0, 0),
    "encode": ("$encode", 0, 2),
    "decode": ("$decode", 0, 2),
}

# Builtins called directly where the script does not bind the name: name -> (helper, arguments).
_BUILTINS = {
    "str": ("$str", (1,)),
    "repr": ("$repr", (1,)),
    "int": ("$int", (1,)),
    "float": ("$float", (1,)),
    "round": ("$round", (1, 2)),
    "sorted": ("$sorted", (1, 2, 3, 4)),
    "cmp": ("$cmp", (2,)),
    "zip": ("$zip", (2,)),
    "map": ("$map", (2,)),
    "getattr": ("$named", (2, 3)),
}
_CONTAINERS = frozenset({"dict", "list", "tuple", "set", "frozenset"})
_FRAME = frozenset({"globals", "locals", "vars", "dir", "eval", "execfile"})
_TYPE_TESTS = {
    "int": "$is_int",
    "str": "$is_str",
    "float": "$is_float",
    "long": "$is_long",
    "unicode": "$is_unicode",
    "basestring": "$is_text",
}
# Methods of text whose result is unicode as soon as an argument is.
_WIDENING = frozenset(
    [
        "replace", "split", "rsplit", "partition", "rpartition", "strip", "lstrip", "rstrip",
        "center", "ljust", "rjust",
    ]
)
_LAZY = {"range": "$xrange", "xrange": "$xrange"}


class Calls(Base):
    """Lowering of calls."""

    def call_expression(self, node: ast.Call) -> ast.expr:
        """A call, by the shape of what is called."""
        func = node.func
        kind = type(func)
        if kind is ast.Attribute:
            result = self._method(node, func)  # type: ignore[arg-type]
            if result is not None:
                return result
        elif kind is ast.Name:
            name = func.id  # type: ignore[attr-defined]
            if self.is_builtin(name):
                result = self._builtin(node, name)
                if result is not None:
                    return result
        node.func = self._plainly(self.expr(func))
        self.exprs(node.args)
        for keyword in node.keywords:
            keyword.value = self.expr(keyword.value)
        return node

    def starred(self, node: ast.Starred) -> ast.expr:
        """``*args`` of a call."""
        node.value = self.expr(node.value)
        return node

    # ------------------------------------------------------------------ methods

    def _method(self, node: ast.Call, func: ast.Attribute) -> ast.expr | None:
        attr = func.attr
        if attr == "exc_info" and not node.args:
            func.value = self.expr(func.value)
            return self.asks_last(node)
        entry = _METHODS.get(attr)
        if entry is not None:
            helper, fewest, most = entry
            if not fewest <= len(node.args) <= most or node.keywords or _starred(node.args):
                return None
            self.exprs(node.args)
            return self.call(helper, [self.expr(func.value), *node.args], node)
        if attr == "sort":
            if _starred(node.args) or any(k.arg is None for k in node.keywords):
                return None
            self.exprs(node.args)
            for keyword in node.keywords:
                keyword.value = self.expr(keyword.value)
            return self.call("$sort", [self.expr(func.value), *node.args], node, node.keywords)
        if attr in _WIDENING and not node.keywords and any(_wide(arg) for arg in node.args):
            self.exprs(node.args)
            name = self.constant(attr, node)
            return self.call("$with_unicode", [self.expr(func.value), name, *node.args], node)
        if attr == "format":
            return self._format(node, func)
        return None

    def _format(self, node: ast.Call, func: ast.Attribute) -> ast.expr | None:
        self.exprs(node.args)
        for keyword in node.keywords:
            keyword.value = self.expr(keyword.value)
        text = func.value
        if type(text) is ast.Constant and type(text.value) is str and text.kind != "u":
            quick = joined_format(self, text.value, node)
            if quick is not None:
                return quick
        return self.call("$format_method", [self.expr(text), *node.args], node, node.keywords)

    # ------------------------------------------------------------------ builtins

    def _builtin(self, node: ast.Call, name: str) -> ast.expr | None:
        args = node.args
        if name == "isinstance":
            return self._isinstance(node)
        if node.keywords:
            if name == "sorted" and not _starred(args):
                if any(k.arg is None for k in node.keywords):
                    return None
                self.exprs(args)
                for keyword in node.keywords:
                    keyword.value = self.expr(keyword.value)
                return self.call("$sorted", args, node, node.keywords)
            return None
        if name == "dict" and len(args) == 1 and self._is_zip(args[0]):
            # Nobody sees the list that only makes a dict.
            pairs: Any = args[0]
            self.exprs(pairs.args)
            args[0] = self.call("$pairs", pairs.args, pairs)
            node.func = self._plainly(node.func)
            return node
        entry = _BUILTINS.get(name)
        if entry is not None:
            if len(args) not in entry[1] or _starred(args):
                return None
            self.exprs(args)
            return self.call(entry[0], args, node)
        if name in _FRAME:
            return self._frame(node, name)
        return None

    def _is_zip(self, node: ast.expr) -> bool:
        return (
            type(node) is ast.Call
            and type(node.func) is ast.Name
            and node.func.id == "zip"
            and self.is_builtin("zip")
            and not node.keywords
            and len(node.args) == 2
            and not _starred(node.args)
        )

    def _isinstance(self, node: ast.Call) -> ast.expr | None:
        args = node.args
        if len(args) != 2 or node.keywords or _starred(args):
            return None
        tested = args[1]
        if type(tested) is ast.Name and self.is_builtin(tested.id):
            helper = _TYPE_TESTS.get(tested.id)
            if helper is not None:
                return self.call(helper, [self.expr(args[0])], node)
            args[1] = self._plainly(tested)
        elif type(tested) is ast.Tuple:
            tested.elts = [self._plainly(one) for one in tested.elts]
        return None

    def _plainly(self, node: ast.expr) -> ast.expr:
        """A builtin class that is only called or asked about: the interpreter's own."""
        if type(node) is not ast.Name or node.id not in _CONTAINERS or not self.is_builtin(node.id):
            return node
        return self.host(node.id + "$", node)

    def _frame(self, node: ast.Call, name: str) -> ast.expr | None:
        """Builtins that look at the calling frame get its names handed over."""
        args = node.args
        if _starred(args):
            return None
        self.exprs(args)
        if name == "globals" and not args:
            return self.call("$script_globals", [self.call("$globals", [], node)], node)
        if name == "locals" or (name == "vars" and not args):
            if args:
                return None
            return self.call("$script_locals", [self.call("$locals", [], node)], node)
        if name == "dir" and not args:
            return self.call("$dir_names", [self.call("$locals", [], node)], node)
        if name in ("eval", "execfile") and args:
            frame: list[ast.expr] = [
                self.call("$globals", [], node),
                self.call("$locals", [], node),
            ]
            packed = ast.copy_location(ast.Tuple(elts=args, ctx=LOAD), node)
            return self.call(f"${name}", [packed, *frame], node)
        return None

    # ------------------------------------------------------------------ text

    def format_literal(self, node: ast.BinOp) -> ast.expr:
        """``"literal" % values``: each value is made text where its conversion asks for text."""
        literal = node.left
        assert isinstance(literal, ast.Constant)
        text = literal.value
        assert isinstance(text, str)
        values = node.right
        if literal.kind == "u" or not text.isascii():
            return self.call("$mod", [self.expr(literal), self.expr(values)], node)
        kinds = split_percent(text)
        if kinds is None:
            return self.call("$format_percent", [self.expr(literal), self.expr(values)], node)
        literal.kind = None
        if "r" in kinds or not kinds:
            return self.call("$format_percent", [literal, self.expr(values)], node)
        if type(values) is ast.Tuple and not _starred(values.elts):
            if len(values.elts) != len(kinds):
                return self.call("$format_percent", [literal, self.expr(values)], node)
            texts = [
                index
                for index, kind in enumerate(kinds)
                if kind == "s" and not _plain_text(values.elts[index])
            ]
            self.exprs(values.elts)
            if not texts:
                return node
            if len(kinds) == 1:
                return self.call("$percent1", [literal, values.elts[0]], node)
            where = ast.copy_location(
                ast.Tuple(elts=[self.constant(i, node) for i in texts], ctx=LOAD), node
            )
            return self.call("$percent_texts", [literal, values, where], node)
        node.right = self.expr(values)
        if len(kinds) == 1:
            if kinds[0] == "d":
                return node
            return self.call("$percent_one", [literal, node.right], node)
        if "s" not in kinds:
            return node
        return self.call("$format_percent", [literal, node.right], node)

    # ------------------------------------------------------------------ loops

    def loop_iterable(self, node: ast.expr) -> ast.expr:
        """``range`` that only a loop sees is not made a list."""
        if type(node) is ast.Call and type(node.func) is ast.Name and not node.keywords:
            helper = _LAZY.get(node.func.id)
            if (
                helper is not None
                and self.is_builtin(node.func.id)
                and 1 <= len(node.args) <= 3
                and not _starred(node.args)
            ):
                known = all(self.kinds.expression(arg) == "int" for arg in node.args)
                self.exprs(node.args)
                return self.call("$range" if known else helper, node.args, node)
        return self.expr(node)


def _wide(node: ast.expr) -> bool:
    return type(node) is ast.Constant and node.kind == "u"


def _plain_text(node: ast.expr) -> bool:
    return type(node) is ast.Constant and type(node.value) is str and node.kind is None


def _starred(args: list[Any]) -> bool:
    return any(type(arg) is ast.Starred for arg in args)
