"""Syntax tree nodes that Python 2 has and Python 3 lacks.

The parser gives a Python 3 ``ast.Module`` in which these nodes stand for what Python 3 cannot say;
the lowering replaces every one of them, so ``compile()`` never sees one, except ``HostName``.
String constants are all ``str``; ``ast.Constant.kind`` tells how the script wrote them: ``None``
(plain), ``"u"`` (unicode, also every plain string under ``unicode_literals``), ``"b"`` (bytes
prefix); ``"L"`` is a long integer.
"""

import ast
from typing import ClassVar


class HostName(ast.Name):
    """A name the host put into the tree, such as ``$div``; no script text can spell it."""


class HostArgument(ast.arg):
    """A parameter the lowering made, such as ``$t1`` for a tuple parameter."""


class Module(ast.Module):
    """A parsed script.

    Args:
        future: names of the ``__future__`` features the script switched on.
        comprehended: names that a comprehension binds, anywhere in it.
        parameters: names that a lambda binds, anywhere in it.
    """

    future: frozenset[str]
    comprehended: frozenset[str]
    parameters: frozenset[str]


class Print(ast.stmt):
    """``print`` as a statement.

    Args:
        dest: the file after ``>>``, or None.
        values: what is printed.
        nl: False when a trailing comma keeps the line open.
    """

    _fields = ("dest", "values", "nl")
    _field_types: ClassVar = {"dest": ast.expr | None, "values": list[ast.expr], "nl": bool}
    dest: ast.expr | None
    values: list[ast.expr]
    nl: bool


class Exec(ast.stmt):
    """``exec body in globals, locals``; the call form ``exec(a, b)`` has a Tuple as its body.

    Args:
        body: the code, or the tuple of the call form.
        globals: the expression after ``in``, or None.
        locals: the expression after the comma, or None.
    """

    _fields = ("body", "globals", "locals")
    _field_types: ClassVar = {
        "body": ast.expr,
        "globals": ast.expr | None,
        "locals": ast.expr | None,
    }
    body: ast.expr
    globals: ast.expr | None
    locals: ast.expr | None


class Shown(ast.stmt):
    """An expression statement of ``compile(.., 'single')``, whose value is printed.

    Args:
        value: the expression.
    """

    _fields = ("value",)
    _field_types: ClassVar = {"value": ast.expr}
    value: ast.expr


class Repr(ast.expr):
    """An expression in backticks.

    Args:
        value: what stands between the backticks.
    """

    _fields = ("value",)
    _field_types: ClassVar = {"value": ast.expr}
    value: ast.expr


class RaisePy2(ast.stmt):
    """``raise type, inst, tback``; every form of ``raise`` in the dialect is this node.

    Args:
        type: the exception, or None for a bare ``raise``.
        inst: its value or argument, or None.
        tback: its traceback, or None.
    """

    _fields = ("type", "inst", "tback")
    _field_types: ClassVar = {
        "type": ast.expr | None,
        "inst": ast.expr | None,
        "tback": ast.expr | None,
    }
    type: ast.expr | None
    inst: ast.expr | None
    tback: ast.expr | None


class ExceptHandlerPy2(ast.ExceptHandler):
    """``except type, target:`` or ``except type as target:``; every handler is this node.

    Args:
        type: the exceptions caught, or None for all.
        target: any assignable expression in Store context, or None.
        name: always None.
        body: the statements.
        form: ``"as"`` or ``","``, as the script wrote it; ``""`` without a target.
    """

    _fields = ("type", "target", "name", "body")
    _field_types: ClassVar = {
        "type": ast.expr | None,
        "target": ast.expr | None,
        "name": str | None,
        "body": list[ast.stmt],
    }
    target: ast.expr | None
    form: str


class TupleParameter(ast.arg):
    """A parameter that unpacks: ``def f((a, b)):``.

    Args:
        arg: always the empty string.
        target: a Tuple of Names and Tuples in Store context.
    """

    _fields = ("arg", "annotation", "type_comment", "target")
    _field_types: ClassVar = {
        "arg": str,
        "annotation": ast.expr | None,
        "type_comment": str | None,
        "target": ast.Tuple,
    }
    target: ast.Tuple
