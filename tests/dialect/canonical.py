"""Our trees in the shape of CPython 2.7's own, and the differences between the two.

CPython 2.7 gives some nodes other positions than Python 3 does (a tuple starts at its first
element, a decorated function at its decorator, a triple-quoted string nowhere); those are left out.
"""

import ast
from typing import Any

from sandbox.dialect.nodes import ExceptHandlerPy2, Exec, Print, TupleParameter

Canonical = list[Any]
NOWHERE = [None, None]


def theirs(tree: Canonical) -> Canonical:
    """CPython 2.7's tree with its own oddities taken out."""
    name = tree[0]
    if name == "list":
        return ["list", [theirs(item) for item in tree[1]]]
    if len(tree) == 2:
        return tree
    fields = {key: theirs(value) for key, value in tree[1]}
    if name == "Index":
        return fields["value"]
    if name == "ExtSlice":
        return ["Tuple", [["elts", fields["dims"]]], NOWHERE]
    if name == "Slice" and _is_none(fields["step"]):
        fields["step"] = ["constant", "None"]
    place = tree[2]
    if name in ("Tuple", "GeneratorExp", "Slice", "Ellipsis") or place[1] == -1:
        place = NOWHERE
    if name in ("FunctionDef", "ClassDef") and fields["decorator_list"][1]:
        place = NOWHERE
    return [name, [[key, value] for key, value in fields.items()], place]


def _is_none(value: Canonical) -> bool:
    return value[0] == "Name" and value[1][0][1][1] == "None"


def ours(node: Any) -> Canonical:
    """A tree of our parser in CPython 2.7's shape."""
    if isinstance(node, list):
        return ["list", [ours(item) for item in node]]
    if node is None or isinstance(node, bool):
        return ["constant", repr(node)]
    if isinstance(node, str):
        return ["bytes", node]
    if isinstance(node, int):
        return ["int", str(node)]
    special = _SPECIAL.get(type(node))
    if special is not None:
        return special(node)
    if isinstance(node, ast.expr_context | ast.operator | ast.unaryop | ast.boolop | ast.cmpop):
        return [type(node).__name__, [], NOWHERE]
    return _node(type(node).__name__, node, {n: ours(getattr(node, n)) for n in _fields(node)})


def _fields(node: ast.AST) -> list[str]:
    skipped = {"ctx", "type_comment", "returns", "type_params", "type_ignores", "kind", "form"}
    return [name for name in node._fields if name not in skipped]


def _place(node: Any) -> list[int | None]:
    return [getattr(node, "lineno", None), getattr(node, "col_offset", None)]


def _node(name: str, node: Any, fields: dict[str, Canonical], where: bool = True) -> Canonical:
    place = _place(node) if where else NOWHERE
    return [name, [[key, value] for key, value in fields.items()], place]


def _constant(node: ast.Constant) -> Canonical:
    value = node.value
    if value is ...:
        return ["Ellipsis", [], NOWHERE]
    if value is None or isinstance(value, bool):
        return _node("Name", node, {"id": ["bytes", str(value)]})
    if isinstance(value, str):
        kind = "unicode" if node.kind == "u" else "bytes"
        multiline = node.lineno != node.end_lineno
        return _node("Str", node, {"s": [kind, value]}, not multiline)
    if isinstance(value, int):
        return _node("Num", node, {"n": ["int", str(value)]})
    return _node("Num", node, {"n": ["number", repr(value)]})


def _unary(node: ast.UnaryOp) -> Canonical:
    operand = node.operand
    if (
        isinstance(node.op, ast.USub)
        and isinstance(operand, ast.Constant)
        and isinstance(operand.value, int | float | complex)
        and not isinstance(operand.value, bool)
        and node.end_col_offset == operand.end_col_offset
    ):
        # CPython 2.7's parser folds a minus before a number.
        value = operand.value
        negative = complex(0.0, -value.imag) if isinstance(value, complex) else -value
        folded = ast.copy_location(ast.Constant(negative), node)
        return _constant(folded)
    return _node("UnaryOp", node, {"op": ours(node.op), "operand": ours(operand)})


def _call(node: ast.Call) -> Canonical:
    star = [a.value for a in node.args if isinstance(a, ast.Starred)]
    double = [k.value for k in node.keywords if k.arg is None]
    fields = {
        "func": ours(node.func),
        "args": ours([a for a in node.args if not isinstance(a, ast.Starred)]),
        "keywords": ours([k for k in node.keywords if k.arg is not None]),
        "starargs": ours(star[0] if star else None),
        "kwargs": ours(double[0] if double else None),
    }
    return _node("Call", node, fields)


def _keyword(node: ast.keyword) -> Canonical:
    return _node("keyword", node, {"arg": ours(node.arg), "value": ours(node.value)}, False)


def _alias(node: ast.alias) -> Canonical:
    return _node("alias", node, {"name": ours(node.name), "asname": ours(node.asname)}, False)


def _parameter(node: ast.arg) -> Canonical:
    if isinstance(node, TupleParameter):
        return ours(node.target)
    return _node("Name", node, {"id": ours(node.arg)})


def _arguments(node: ast.arguments) -> Canonical:
    fields = {
        "args": ours(node.args),
        "vararg": ours(node.vararg.arg if node.vararg else None),
        "kwarg": ours(node.kwarg.arg if node.kwarg else None),
        "defaults": ours(node.defaults),
    }
    return _node("arguments", node, fields, False)


def _definition(node: Any) -> Canonical:
    fields = {"name": ours(node.name)}
    if isinstance(node, ast.ClassDef):
        fields["bases"] = ours(node.bases)
    else:
        fields["args"] = ours(node.args)
    fields["body"] = ours(node.body)
    fields["decorator_list"] = ours(node.decorator_list)
    return _node(type(node).__name__, node, fields, not node.decorator_list)


def _try(node: ast.Try) -> Canonical:
    if node.handlers:
        inner = _node(
            "TryExcept",
            node,
            {"body": ours(node.body), "handlers": ours(node.handlers), "orelse": ours(node.orelse)},
        )
        if not node.finalbody:
            return inner
        body = ["list", [inner]]
    else:
        body = ours(node.body)
    return _node("TryFinally", node, {"body": body, "finalbody": ours(node.finalbody)})


def _handler(node: ExceptHandlerPy2) -> Canonical:
    fields = {"type": ours(node.type), "name": ours(node.target), "body": ours(node.body)}
    return _node("ExceptHandler", node, fields)


def _with(node: ast.With) -> Canonical:
    body = ours(node.body)
    for i, item in reversed(list(enumerate(node.items))):
        fields = {
            "context_expr": ours(item.context_expr),
            "optional_vars": ours(item.optional_vars),
            "body": body,
        }
        # CPython 2.7 starts a with statement at its first item.
        body = ["list", [_node("With", item.context_expr, fields, i == 0)]]
    return body[1][0]


def _without_place(node: Any) -> Canonical:
    fields = {name: ours(getattr(node, name)) for name in _fields(node)}
    return _node(type(node).__name__, node, fields, False)


def _comprehension(node: ast.comprehension) -> Canonical:
    fields = {"target": ours(node.target), "iter": ours(node.iter), "ifs": ours(node.ifs)}
    return _node("comprehension", node, fields, False)


def _exec(node: Exec) -> Canonical:
    parts = [node.body, node.globals, node.locals]
    if isinstance(node.body, ast.Tuple) and node.globals is None and len(node.body.elts) in (2, 3):
        # CPython 2.7's parser takes the call form apart.
        parts = [*node.body.elts, None][:3]
    names = ("body", "globals", "locals")
    return _node("Exec", node, dict(zip(names, map(ours, parts), strict=True)))


def _print(node: Print) -> Canonical:
    fields = {"dest": ours(node.dest), "values": ours(node.values), "nl": ours(node.nl)}
    return _node("Print", node, fields)


_SPECIAL: dict[type, Any] = {
    ast.Constant: _constant,
    ast.UnaryOp: _unary,
    ast.Call: _call,
    ast.keyword: _keyword,
    ast.alias: _alias,
    ast.arg: _parameter,
    TupleParameter: _parameter,
    ast.arguments: _arguments,
    ast.FunctionDef: _definition,
    ast.ClassDef: _definition,
    ast.Try: _try,
    ExceptHandlerPy2: _handler,
    ast.With: _with,
    ast.Tuple: _without_place,
    ast.GeneratorExp: _without_place,
    ast.Slice: _without_place,
    ast.comprehension: _comprehension,
    Print: _print,
    Exec: _exec,
}
_RENAMED = {"RaisePy2": "Raise"}


def difference(our: Canonical, their: Canonical, path: str = "") -> str | None:
    """The first difference between two canonical trees, or None.

    Positions are compared where both have one, and not of nodes that CPython 2.7 starts inside
    parentheses or at another token than Python 3 does (see ``_starts_elsewhere``).
    """
    name = _RENAMED.get(our[0], our[0])
    if name == "list" and their[0] == "list":
        if len(our[1]) != len(their[1]):
            return f"{path}: {len(our[1])} items, not {len(their[1])}"
        for i, (left, right) in enumerate(zip(our[1], their[1], strict=True)):
            found = difference(left, right, f"{path}[{i}]")
            if found:
                return found
        return None
    if name in ("bytes", "unicode") and their[0] == name:
        return None if _same_text(our, their) else f"{path}: {our[1]!r}, not {their[1]!r}"
    if name != their[0]:
        return f"{path}: {our}, not {their}"
    if len(our) == 2:
        return None if our == their else f"{path}: {our}, not {their}"
    left, right = dict(our[1]), dict(their[1])
    if left.keys() != right.keys():
        return f"{path}.{name}: {sorted(left)}, not {sorted(right)}"
    for key in left:
        found = difference(left[key], right[key], f"{path}.{name}.{key}")
        if found:
            return found
    placed = NOWHERE not in (our[2], their[2])
    if placed and our[2] != their[2] and not _starts_elsewhere(name, our, their):
        return f"{path}.{name}: at {our[2]}, not {their[2]}"
    return None


def _starts_elsewhere(name: str, our: Canonical, their: Canonical) -> bool:
    """Whether Python 3 starts this kind of node at another token than CPython 2.7."""
    left = dict(our[1])
    first = our
    while first[0] in ("Call", "Attribute", "Subscript"):
        # CPython 2.7 starts a trailer's node inside the parentheses of its atom.
        first = dict(first[1])["func" if first[0] == "Call" else "value"]
        if our[2] != first[2]:
            return True
    if name == "BinOp":
        # CPython 2.7 starts all but the first of a chain of operators at the operator.
        return left["left"][0] == "BinOp" and left["left"][2] == our[2]
    if name == "With":
        return our[2][0] == their[2][0] and their[2][1] <= our[2][1]
    if name == "If":
        # CPython 2.7 starts an elif at its test.
        return our[2][0] == their[2][0] and our[2][1] + len("elif ") <= their[2][1]
    if name in ("ListComp", "SetComp", "DictComp"):
        # CPython 2.7 starts some comprehensions at their element.
        return our[2] <= their[2]
    return False


def _same_text(our: Canonical, their: Canonical) -> bool:
    if our[1] == their[1]:
        return True
    if our[0] == "unicode":
        return False
    # A byte string holds the UTF-8 of what was typed and the bytes of what was escaped; ours
    # holds characters.
    theirs_bytes = their[1].encode("latin-1")
    return len(theirs_bytes) >= len(our[1]) and theirs_bytes == b"".join(
        _bytes_of(our[1], theirs_bytes)
    )


def _bytes_of(text: str, wanted: bytes) -> list[bytes]:
    parts: list[bytes] = []
    at = 0
    for character in text:
        typed = character.encode("utf-8", "surrogatepass")
        if wanted.startswith(typed, at) or ord(character) > 0xFF:
            part = typed
        else:
            part = character.encode("latin-1")
        parts.append(part)
        at += len(part)
    return parts
