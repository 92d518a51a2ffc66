"""What format strings of the script's text ask for, read while compiling."""

from __future__ import annotations

import ast
from _string import formatter_parser  # type: ignore[import-not-found]
from typing import Any

from sandbox.dialect.lowering.base import LOAD, Base


def joined_format(lowering: Base, text: str, node: ast.Call) -> ast.expr | None:
    """``"...{}...".format(a, b)`` as one join, when every field is a plain one.

    Gives None when a field has an index, an attribute, a conversion or a specification, or when
    fields and arguments do not pair off.
    """
    if node.keywords or not text.isascii() or not node.args:
        return None
    if any(type(arg) is ast.Starred for arg in node.args):
        return None
    parts: list[Any] = []
    number = 0
    numbered = True
    try:
        for literal, field, spec, conversion in formatter_parser(text):
            if literal:
                parts.append(literal)
            if field is None:
                continue
            if spec or conversion or (field != "" and field != str(number)):
                return None
            if (field == "") is not numbered:
                if number:
                    return None
                numbered = field == ""
            parts.append(number)
            number += 1
    except ValueError:
        return None
    if number != len(node.args):
        return None
    # The interpreter joins such a constant "%" of texts at once, without parsing it at run time.
    pattern = "".join(
        [part.replace("%", "%%") if type(part) is str else "%s" for part in parts]
    )
    values: list[ast.expr] = [
        lowering.call("$text", [node.args[part]], node) for part in parts if type(part) is int
    ]
    packed = ast.copy_location(ast.Tuple(elts=values, ctx=LOAD), node)
    return ast.copy_location(
        ast.BinOp(left=lowering.constant(pattern, node), op=ast.Mod(), right=packed), node
    )
