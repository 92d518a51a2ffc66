"""``compile(text, name, 'single')``: one line or compound statement, whose values are shown."""

from __future__ import annotations

import ast
from typing import Any

from sandbox.dialect.errors import DialectError
from sandbox.dialect.nodes import Shown


def show_values(tree: ast.Module, source: str, filename: str) -> None:
    """Have the values of expression statements shown, but for those inside functions and classes.

    Errors: DialectError for more than one statement that are not on one line.
    """
    first = tree.body[0].lineno if tree.body else 0
    for node in tree.body:
        if node.lineno != first:
            line = source.splitlines()[node.lineno - 1]
            raise DialectError("invalid syntax", node.lineno, 1, 0, line, filename)
    bodies: list[list[Any]] = [tree.body]
    while bodies:
        body = bodies.pop()
        for index, node in enumerate(body):
            if type(node) is ast.Expr:
                shown: dict[str, Any] = {"value": node.value}
                body[index] = ast.copy_location(Shown(**shown), node)
            elif not isinstance(node, ast.FunctionDef | ast.ClassDef):
                inner = (node, *getattr(node, "handlers", ()))
                for name in ("body", "orelse", "finalbody"):
                    found = [getattr(one, name, None) for one in inner]
                    bodies += [one for one in found if isinstance(one, list)]
