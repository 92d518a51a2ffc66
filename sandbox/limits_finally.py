"""How much there is to compile: a ``finally`` stands once for each way out of its ``try``.

Two dozen of them in each other are more than a machine holds, in as many lines of source.
"""

from __future__ import annotations

import ast
from typing import Any, Final

_LEAVING: Final = 5
"""What leaving a ``with`` or a named ``except`` takes."""
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LOOPS: Final = (ast.For, ast.AsyncFor, ast.While)


def written_out(tree: Any) -> int:
    """The syntax nodes of a tree as the interpreter compiles them."""
    return _size(tree, 0, 0)


def _block(nodes: list[Any], leave: int, loop: int) -> int:
    return sum([_size(node, leave, loop) for node in nodes])


def _size(node: Any, leave: int, loop: int) -> int:
    """The nodes of a statement.

    Args:
        node: the statement.
        leave: nodes that are written out for a ``return`` at this place.
        loop: those for ``break`` and ``continue``.
    """
    kind = type(node)
    if kind is ast.Return:
        leaving = leave
    elif kind is ast.Break or kind is ast.Continue:
        return 1 + loop
    else:
        leaving = 0
    total = 1 + leaving
    if kind is ast.Try:
        final = _block(node.finalbody, leave, loop)
        leave, loop = leave + final, loop + final
        total += 2 * final + _block(node.body, leave, loop) + _block(node.orelse, leave, loop)
        for handler in node.handlers:
            total += _block(handler.body, leave + _LEAVING, loop + _LEAVING)
            total += _nodes(handler.type)
        return total
    if kind in _SCOPES:
        leave = loop = 0
    elif kind is ast.With:
        leave, loop = leave + _LEAVING, loop + _LEAVING
    for name, value in ast.iter_fields(node):
        if name == "body" and type(value) is list:
            total += _block(value, leave, 0 if kind in _LOOPS else loop)
        elif name == "orelse" and type(value) is list:
            total += _block(value, leave, loop)
        elif isinstance(value, list):
            total += sum(map(_nodes, value))
        else:
            total += _nodes(value)
    return total


def _nodes(value: Any) -> int:
    return sum(1 for _ in ast.walk(value)) if isinstance(value, ast.AST) else 0
