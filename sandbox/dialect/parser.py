"""The front end's one entry: text of a script to its syntax tree."""

import ast
import codecs
import re

from sandbox.dialect.blocks import Blocks
from sandbox.dialect.checks import Scope, check_wild_scopes
from sandbox.dialect.cursor import END
from sandbox.dialect.errors import DialectError
from sandbox.dialect.nodes import Module
from sandbox.dialect.operators import new
from sandbox.dialect.tokens import tokenize

_COOKIE = re.compile(r"coding[:=]\s*([-\w.]{1,100})", re.ASCII)
_BAD_CHARACTER = re.compile("[\0\ud800-\udfff]")


class Parser(Blocks):
    """One parse of one text."""

    __slots__ = ()

    def module(self, indented: bool, body_of: str = "") -> Module:
        """The whole text; with ``body_of`` it is the body of the function of that name."""
        first = self.tokens.first_indent
        self.indent = 0
        if first and self.kinds[0] != END:
            if not indented:
                self.fail_indent("unexpected indent", 0)
            self.indent = first
        indent = self.indent
        self.indents = [indent]
        self.scope = Scope("function", body_of) if body_of else Scope("module")
        self.late = None
        self.wild = False
        self.future_allowed = True
        kinds, texts = self.kinds, self.texts
        body: list[ast.stmt] = []
        while kinds[self.at] != END:
            self.statement(body)
            found = texts[self.at - 1]
            if found != indent and found >= 0:
                if found > indent:
                    self.fail_indent("unexpected indent", self.at)
                self.fail_indent(
                    "unindent does not match any outer indentation level", self.at
                )
        if self.unicode_literals and body and isinstance(body[0], ast.Expr):
            docstring = body[0].value
            if isinstance(docstring, ast.Constant) and isinstance(docstring.value, str):
                docstring.kind = docstring.kind or "u"
        tree = new(Module)
        tree.__dict__ = {
            "body": body,
            "type_ignores": [],
            "future": frozenset(self.future),
            "comprehended": frozenset(self.comprehended),
            "parameters": frozenset(self.lambda_parameters),
        }
        if self.late is None and self.wild:
            self.late = check_wild_scopes(tree)
        if self.late is not None:
            message, node = self.late
            self.fail_node(message, node)
        return tree


def _check_cookie(source: str, filename: str) -> None:
    """Refuse an encoding declaration that names no encoding; the text is decoded already."""
    end = source.find("\n", source.find("\n") + 1)
    for i, line in enumerate(source[: end if end > 0 else len(source)].split("\n")[:2], 1):
        comment = line.find("#")
        cookie = _COOKIE.search(line, comment) if comment >= 0 else None
        if cookie is not None:
            name = cookie.group(1)
            try:
                codecs.lookup(name)
            except LookupError:
                raise DialectError(
                    f"unknown encoding: {name}",
                    i, cookie.start(1) + 1, cookie.end(1) + 1, line, filename,
                ) from None
            return


def parse(
    source: str, filename: str = "<script>", *, indented: bool = False, body_of: str = ""
) -> Module:
    """Parse Python 2.7 text as Jython 2.7.3 reads it.

    Args:
        source: the script; lines end with ``\\n`` or ``\\r\\n``; a byte order mark is ignored.
        filename: named in errors.
        indented: also accept a body whose first statement is indented; its indentation becomes
            level zero.
        body_of: read the text as the body of the function of this name: ``return`` and ``yield``
            may stand in it.

    Returns:
        A Python 3 tree with the nodes of ``sandbox.dialect.nodes`` where Python 3 has none.
        Every position is that of the token, columns in UTF-8 bytes as ``ast`` has them.

    Raises:
        DialectError: Jython would not compile the text, or it nests deeper than we follow.
    """
    if "\r" in source:
        source = source.replace("\r\n", "\n")
    if source.startswith("\ufeff"):
        source = source[1:]
    bad = _BAD_CHARACTER.search(source)
    if bad is not None:
        line = source.count("\n", 0, bad.start()) + 1
        column = bad.start() - source.rfind("\n", 0, bad.start())
        what = "null bytes" if bad.group() == "\0" else "lone surrogates"
        raise DialectError(
            f"source code string cannot contain {what}", line, column, column + 1, "", filename
        )
    if not indented:
        _check_cookie(source, filename)
    if not source.endswith("\n"):
        source += "\n"
    parser = Parser(source, filename, tokenize(source))
    try:
        return parser.module(indented, body_of)
    except RecursionError:
        raise parser.error(
            "too deeply nested", parser.rows[parser.at], parser.cols[parser.at]
        ) from None
