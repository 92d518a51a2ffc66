"""``traceback``: Python 2's text, with the frames of scripts only."""

from __future__ import annotations

import types
from typing import Any

from sandbox.dialect.meaning.error_parts import args_of, traceback_of
from sandbox.library.errors import Traceback, current_error, frames_of, handled_error
from sandbox.library.module import Module
from sandbox.library.values import is_unicode, script_str, type_name
from sandbox.tracebacks import shown_file, source_line

HEADER = "Traceback (most recent call last):\n"


def extract(real: Any, limit: Any = None) -> list[tuple[str, int, str, str | None]]:
    """(file, line, function, text) of the script frames of a traceback."""
    if type(real) is Traceback:
        real = real._real
    elif real is not None and type(real) is not types.TracebackType:
        # Whatever else has these names may lead back to itself.
        raise TypeError(f"a traceback is needed, not {type_name(real)}")
    made = []
    for one, line in frames_of(real):
        code = one.tb_frame.f_code
        if code.co_name == "<listcomp>":
            # A list comprehension is no function in Python 2.
            continue
        words = source_line(shown_file(code.co_filename), line, one.tb_frame)
        made.append((shown_file(code.co_filename), line, code.co_name, words or None))
    return made if limit is None else made[: int(limit)]


def format_entries(entries: Any) -> list[str]:
    """The lines of a list of frames."""
    made = []
    for filename, line, name, words in entries:
        item = f'  File "{filename}", line {line}, in {name}\n'
        if words:
            item += f"    {words.strip()}\n"
        made.append(item)
    return made


def exception_text(kind: Any, value: Any) -> list[str]:
    """The last lines of a traceback: what was raised."""
    if kind is None:
        return ["None\n"]
    name = getattr(kind, "__name__", None) or script_str(kind)
    module = getattr(kind, "__module__", "builtins")
    if module.startswith("java"):
        name = f"{module}.{name}".rpartition(".")[2]
    if isinstance(value, SyntaxError):
        return _syntax_text(name, value)
    words = _some_str(value)
    if value is None or not words:
        return [f"{name}\n"]
    return [f"{name}: {words}\n"]


def _some_str(value: Any) -> str:
    if value is None:
        return ""
    try:
        words = script_str(value)
    except UnicodeError:
        words = str(value)
    except Exception:
        return f"<unprintable {type(value).__name__} object>"
    if not words.isascii() and isinstance(value, BaseException) and _only_unicode(value):
        return words.encode("ascii", "backslashreplace").decode("ascii")
    return words


def _only_unicode(value: BaseException) -> bool:
    return any(is_unicode(one) for one in args_of(value))


def _syntax_text(name: str, value: SyntaxError) -> list[str]:
    made = [f'  File "{value.filename or "<string>"}", line {value.lineno}\n']
    if value.text:
        made.append(f"    {value.text.strip()}\n")
        if value.offset:
            blank = len(value.text) - len(value.text.lstrip())
            made.append("    " + " " * max(0, value.offset - 1 - blank) + "^\n")
    made.append(f"{name}: {value.msg}\n")
    return made


def format_all(kind: Any, value: Any, real: Any, limit: Any = None) -> list[str]:
    """The whole text of an error, line by line."""
    made = []
    if real is not None:
        made.append(HEADER)
        made.extend(format_entries(extract(real, limit)))
    return made + exception_text(kind, value)


class TracebackModule(Module):
    """``traceback``."""

    __slots__ = ()
    NAME = "traceback"

    def format_exc(self, limit: Any = None) -> str:
        """The text of the error being handled."""
        error = handled_error()
        if error is None:
            return "None\n"
        return "".join(format_all(type(error), error, traceback_of(error), limit))

    def print_exc(self, limit: Any = None, file: Any = None) -> None:
        """Print the text of the error being handled."""
        self._write(self.format_exc(limit), file)

    def format_exception(self, etype: Any, value: Any, tb: Any, limit: Any = None) -> list[str]:
        """The text of an error, line by line."""
        return format_all(etype, value, tb, limit)

    def print_exception(
        self, etype: Any, value: Any, tb: Any, limit: Any = None, file: Any = None
    ) -> None:
        """Print the text of an error."""
        self._write("".join(format_all(etype, value, tb, limit)), file)

    def format_exception_only(self, etype: Any, value: Any) -> list[str]:
        """The last lines of the text of an error."""
        return exception_text(etype, value)

    def format_tb(self, tb: Any, limit: Any = None) -> list[str]:
        """The frames of a traceback as lines."""
        return format_entries(extract(tb, limit))

    def print_tb(self, tb: Any, limit: Any = None, file: Any = None) -> None:
        """Print the frames of a traceback."""
        self._write("".join(self.format_tb(tb, limit)), file)

    def extract_tb(self, tb: Any, limit: Any = None) -> list[tuple[str, int, str, str | None]]:
        """The frames of a traceback: (file, line, function, text)."""
        return extract(tb, limit)

    def extract_stack(self, f: Any = None, limit: Any = None) -> list[Any]:
        """The script frames that are running, outermost first."""
        return _stack()

    def format_stack(self, f: Any = None, limit: Any = None) -> list[str]:
        """The script frames that are running, as lines."""
        return format_entries(_stack())

    def print_stack(self, f: Any = None, limit: Any = None, file: Any = None) -> None:
        """Print the script frames that are running."""
        self._write("".join(format_entries(_stack())), file)

    def format_list(self, extracted_list: Any) -> list[str]:
        """Frames as lines."""
        return format_entries(extracted_list)

    def print_last(self, limit: Any = None, file: Any = None) -> None:
        """Print the text of the error being handled."""
        self.print_exc(limit, file)

    def tb_lineno(self, tb: Any) -> int:
        """The line of a traceback."""
        return int(tb.tb_lineno)

    def _write(self, words: str, file: Any) -> None:
        if file is None:
            self._library.write_output(words)
        else:
            self._library.getattr_hook(file, "write")(words)


def _stack() -> list[tuple[str, int, str, str | None]]:
    import sys

    from sandbox.library.errors import is_script_frame

    made: list[tuple[str, int, str, str | None]] = []
    frame: Any = sys._getframe(1)
    while frame is not None:
        if is_script_frame(frame):
            code = frame.f_code
            words = source_line(shown_file(code.co_filename), frame.f_lineno, frame)
            made.append((shown_file(code.co_filename), frame.f_lineno, code.co_name, words or None))
        frame = frame.f_back
    made.reverse()
    return made


__all__ = ["TracebackModule", "current_error", "exception_text", "format_all", "format_entries"]
