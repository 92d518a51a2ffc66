"""The one error a script's text can cause before it runs."""


class DialectError(SyntaxError):
    """Script text that Jython would not compile, in Python 2's words.

    It is a ``SyntaxError``, so that ``eval`` and ``exec`` of bad text raise what a script expects
    to catch.

    Args:
        message: what is wrong (``invalid syntax``).
        line: 1-based line.
        column: 1-based column in characters.
        end: 1-based column just after the offending text, on the same line; at least ``column``.
        text: the source line without its line end, for a caret.
        filename: the name the text was compiled under.
    """

    def __init__(
        self,
        message: str,
        line: int,
        column: int,
        end: int = 0,
        text: str = "",
        filename: str = "<script>",
    ) -> None:
        end = max(end, column)
        super().__init__(message, (filename, line, column, text, line, end))
        self.message = message
        self.line = line
        self.column = column
        self.end = end


class DialectIndentationError(DialectError, IndentationError):
    """A ``DialectError`` about indentation, which Python calls an ``IndentationError``."""
