"""What format strings of the script's text ask for, read while compiling."""

from __future__ import annotations

import ast
from _string import formatter_parser  # type: ignore[import-not-found]
from typing import Any

from sandbox.dialect.lowering.base import Base

def f_string(lowering: Base, text: str, node: ast.Call) -> ast.expr | None:
    """``"...{}...".format(a, b)`` as parts joined at once, when every field is a plain one.

    Gives None when a field has an index, an attribute, a conversion or a specification, or when
    fields and arguments do not pair off.
    """
    if node.keywords or not text.isascii() or not node.args:
        return None
    if any(type(arg) is ast.Starred for arg in node.args):
        return None
    parts: list[Any] = []
    number = 0
    try:
        for literal, field, spec, conversion in formatter_parser(text):
            if literal:
                parts.append(literal)
            if field is None:
                continue
            if spec or conversion or (field != "" and field != str(number)):
                return None
            parts.append(number)
            number += 1
    except ValueError:
        return None
    if number != len(node.args):
        return None
    values: list[ast.expr] = []
    for part in parts:
        if type(part) is str:
            values.append(lowering.constant(part, node))
        else:
            value = lowering.call("$text", [node.args[part]], node)
            values.append(
                ast.copy_location(
                    ast.FormattedValue(value=value, conversion=-1, format_spec=None), node
                )
            )
    return ast.copy_location(ast.JoinedStr(values=values), node)
