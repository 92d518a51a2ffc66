"""Where the parser stands in the tokens, and how it refuses one."""

from typing import Any, NoReturn

from sandbox.dialect.errors import DialectError, DialectIndentationError
from sandbox.dialect.tokens import END, NEWLINE, ODD, Tokens

# Python 2 stops at about 100 parentheses and 100 indentations; Java's stack at some thousand.
MAX_DEPTH = 200


class Cursor:
    """The base of the parser's rooms: the token lists, the place in them, and its errors.

    The list names are short because every line of the parser uses them: ``kinds``, ``texts``,
    ``rows`` and ``cols`` (start), ``end_rows`` and ``end_cols``.
    """

    __slots__ = (
        "at", "cols",
        "comprehended", "depth", "end_cols", "end_rows", "filename", "future", "kinds",
        "lambda_parameters", "no_conditional", "rows",
        "source_lines", "texts", "tokens", "unicode_literals",
    )

    def __init__(self, source: str, filename: str, tokens: Tokens) -> None:
        self.tokens = tokens
        self.kinds = tokens.kinds
        self.texts: list[Any] = tokens.texts
        self.rows = tokens.lines
        self.cols = tokens.columns
        self.end_rows = tokens.end_lines
        self.end_cols = tokens.end_columns
        self.at = 0
        self.depth = 0
        self.source_lines = source
        self.filename = filename
        self.future: set[str] = set()
        self.comprehended: set[str] = set()
        self.lambda_parameters: set[str] = set()
        self.unicode_literals = False
        self.no_conditional: set[int] = set()

    def line_text(self, line: int) -> str:
        """The text of the 1-based ``line``."""
        lines = self.source_lines.split("\n", line)
        return lines[line - 1] if line <= len(lines) else ""

    def error(
        self,
        message: str,
        line: int,
        column: int,
        end_line: int = 0,
        end_column: int = 0,
        kind: type[DialectError] = DialectError,
    ) -> DialectError:
        """The error at ``line`` and the byte columns of a token or node."""
        text = self.line_text(line)
        if text.isascii():
            start, end = column, end_column
        else:
            data = text.encode("utf-8", "surrogatepass")
            start = len(data[:column].decode("utf-8", "replace"))
            end = len(data[:end_column].decode("utf-8", "replace"))
        if end_line != line:
            end = len(text)
        return kind(message, line, start + 1, end + 1, text, self.filename)

    def fail(self, message: str = "invalid syntax", at: int | None = None) -> NoReturn:
        """Refuse the token ``at`` (default: the current one).

        Raises:
            DialectError: always; about the token's own fault where it is no token at all.
        """
        i = self.at if at is None else at
        kind = self.kinds[i]
        if kind == ODD:
            message = self.tokens.odd
        elif kind == END and message == "invalid syntax":
            message = "unexpected EOF while parsing"
        raise self.error(
            message, self.rows[i], self.cols[i], self.end_rows[i], self.end_cols[i]
        )

    def fail_indent(self, message: str, at: int) -> NoReturn:
        """Refuse the indentation of the line that starts with the token ``at``."""
        if self.kinds[at] == END and message.startswith("expected"):
            at -= 1
        raise self.error(
            message, self.rows[at], self.cols[at], self.end_rows[at], self.end_cols[at],
            DialectIndentationError,
        )

    def fail_node(self, message: str, node: Any) -> NoReturn:
        """Refuse a node."""
        raise self.error(
            message, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
        )

    def expect(self, kind: str) -> None:
        """Step over a token of ``kind``, or refuse what is there."""
        if self.kinds[self.at] != kind:
            self.fail()
        self.at += 1

    def name(self) -> str:
        """Step over a name and return it."""
        i = self.at
        text = self.texts[i]
        if self.kinds[i] is not None or not text.isidentifier():
            self.fail()
        self.at = i + 1
        return str(text)

    def deeper(self) -> None:
        """Enter one level of nesting."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("too deeply nested")


__all__ = ["END", "MAX_DEPTH", "NEWLINE", "ODD", "Cursor"]
