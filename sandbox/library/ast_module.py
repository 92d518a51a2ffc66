"""``ast``: literals only."""

from __future__ import annotations

import ast
from typing import Any

from sandbox.library.arguments import text
from sandbox.library.module import Module
from sandbox.library.values import is_unicode

MAX_LITERAL = 1_000_000


class AstModule(Module):
    """``ast``: ``literal_eval`` only."""

    __slots__ = ()
    NAME = "ast"

    def literal_eval(self, node_or_string: Any) -> Any:
        """The value of a literal of Python 2."""
        words = text(node_or_string)
        if len(words) > MAX_LITERAL:
            raise MemoryError("the literal is too long")
        from sandbox.dialect import lower, parse
        from sandbox.dialect.errors import DialectError

        try:
            tree = parse(words.strip() + "\n", "<literal>")
        except DialectError as error:
            raise SyntaxError(str(error)) from None
        body = tree.body
        if len(body) != 1 or not isinstance(body[0], ast.Expr):
            raise ValueError("malformed string")
        assert lower is not None
        return _literal(body[0].value, is_unicode(node_or_string))

    def __getattr__(self, name: str) -> Any:
        if name in ("parse", "dump", "walk", "NodeVisitor", "NodeTransformer"):
            raise AttributeError(f"ast.{name} is not available here: only literal_eval is")
        return super().__getattr__(name)


def _literal(node: Any, as_text: bool) -> Any:
    if isinstance(node, ast.Constant):
        return _constant(node)
    if isinstance(node, ast.Name) and node.id in ("None", "True", "False"):
        return {"None": None, "True": True, "False": False}[node.id]
    if isinstance(node, ast.Tuple):
        return tuple([_literal(one, as_text) for one in node.elts])
    if isinstance(node, ast.List):
        return [_literal(one, as_text) for one in node.elts]
    if isinstance(node, ast.Set):
        return {_literal(one, as_text) for one in node.elts}
    if isinstance(node, ast.Dict):
        return {
            _literal(key, as_text): _literal(value, as_text)
            for key, value in zip(node.keys, node.values, strict=True)
        }
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _literal(node.operand, as_text)
        if isinstance(value, (int, float, complex)):
            return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        left, right = _literal(node.left, as_text), _literal(node.right, as_text)
        if isinstance(left, (int, float)) and isinstance(right, complex):
            return left + right if isinstance(node.op, ast.Add) else left - right
    raise ValueError("malformed string")


def _constant(node: ast.Constant) -> Any:
    from sandbox.dialect.meaning.kinds import bytestr, long, unicode

    value = node.value
    if node.kind == "u":
        return unicode(value)
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if node.kind == "L":
        return long(value)  # type: ignore[arg-type]
    if isinstance(value, str):
        return value if value.isascii() else bytestr(value)
    return value
