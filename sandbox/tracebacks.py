"""Tracebacks as scripts and their authors know them: Python 2's form, frames of scripts only."""

from __future__ import annotations

import sys
import time
import types
from typing import Any

from sandbox.dialect.meaning.error_parts import traceback_of

_LIMIT = 200
_LONGEST = 100_000


_HIDDEN = "<text "


def hidden_file(name: str) -> str:
    """The name for code of a text that a script compiles: no file has it.

    The interpreter and programs that show tracebacks quote the file that code names.
    """
    return name if name[:1] == "<" and name[-1:] == ">" else f"{_HIDDEN}{name}>"


def shown_file(filename: str) -> str:
    """The name that the script gave."""
    if filename.startswith(_HIDDEN) and filename[-1:] == ">":
        return filename[len(_HIDDEN) : -1]
    return filename


def is_script_frame(frame: types.FrameType) -> bool:
    """Whether a frame runs code of a script."""
    return "$stop" in frame.f_builtins and "$environment" in frame.f_globals


def source_line(filename: str, line: int, frame: Any = None) -> str:
    """One line of a script as it was when it was compiled, stripped; empty if it is not known.

    Args:
        filename: the name the script was compiled under.
        line: 1-based.
        frame: a frame of the script; other frames of the thread are asked if it is None.
    """
    source = frame.f_globals.get("$source") if frame is not None else None
    if type(source) is not str or frame.f_globals.get("__file__", filename) != filename:
        return ""
    lines = source.splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def script_entries(trace: types.TracebackType | None) -> list[tuple[str, int, str, str]]:
    """File, line, function and source text of each script frame, outermost first."""
    found: list[tuple[str, int, str, str]] = []
    while trace is not None:
        frame = trace.tb_frame
        if is_script_frame(frame):
            code = frame.f_code
            name = code.co_name
            if name not in ("<listcomp>", "<setcomp>", "<dictcomp>"):
                line = trace.tb_lineno
                text = source_line(shown_file(code.co_filename), line, frame)
                found.append((shown_file(code.co_filename), line, name, text))
        trace = trace.tb_next
    return found


def format_script_traceback(error: BaseException) -> str:
    """The traceback of an error in Python 2's form, with the frames of scripts only.

    Args:
        error: any exception that left a script.

    The text ends with a newline. Deep recursions are shortened in the middle. Java errors show as
    Jython prints them. Whatever a script's class does when it is asked for its words, this raises
    nothing of it.
    """
    from sandbox.limits import Run, current_run

    try:
        if current_run() is not None:
            return _formatted(error)
        # A script's class may answer for any part of it: it gets a second at most.
        with Run(deadline=time.monotonic() + 1.0):
            return _formatted(error)
    except KeyboardInterrupt:
        raise
    except BaseException:
        return "Error: <an error that cannot be shown>\n"


def _formatted(error: BaseException) -> str:
    entries = script_entries(traceback_of(error))
    parts: list[str] = []
    if entries:
        parts.append("Traceback (most recent call last):\n")
        if len(entries) > _LIMIT:
            half = _LIMIT // 2
            shown: list[Any] = [*entries[:half], None, *entries[-half:]]
        else:
            shown = list(entries)
        for entry in shown:
            if entry is None:
                parts.append(f"  ... {len(entries) - _LIMIT} more calls ...\n")
                continue
            filename, line, name, text = entry
            parts.append(f'  File "{filename}", line {line}, in {name}\n')
            if text:
                parts.append(f"    {text}\n")
    parts.append(describe(error) + "\n")
    return "".join(parts)


def _words(error: BaseException) -> Any:
    """``str`` of an error, which may be the script's own method."""
    from sandbox.dialect.meaning import python2_message, python2_str
    from sandbox.dialect.meaning.errors import PLAIN_STR

    if getattr(type(error), "__str__", None) in PLAIN_STR:
        return python2_message(error)
    return python2_str(error)


def describe(error: BaseException) -> str:
    """The last line of a traceback: ``ValueError: message``; never an error of the script's own."""
    from sandbox.errors import HarmlessExit, ScriptStopped
    from sandbox.library.java.throwables import JavaThrowable

    if issubclass(type(error), ScriptStopped):
        reason = BaseException.__str__(error)
        return f"Stopped: {reason}" if reason else "Stopped"
    try:
        shown = _described(error)
        if len(shown) > _LONGEST:
            more = len(shown) - _LONGEST
            return f"{shown[:_LONGEST]}... ({more} more characters)"
        return shown
    except (Exception, ScriptStopped, HarmlessExit, JavaThrowable, GeneratorExit):
        # The script's own __str__ failed, as Python 2 puts it.
        from sandbox.dialect.meaning.errors import class_name

        name = class_name(type(error))
        return f"{name}: <unprintable {name} object>"


def _described(error: BaseException) -> str:
    from sandbox.dialect.meaning import exception_name
    from sandbox.dialect.meaning.errors import class_name
    from sandbox.library.java.throwables import JavaThrowable

    if isinstance(error, JavaThrowable):
        name = class_name(type(error))
        return f"{name}: {str.__str__(error.toString())}"
    name = exception_name(type(error))
    text = str.__str__(_words(error))
    if isinstance(error, SyntaxError) and error.text:
        column = max((error.offset or 1) - 1, 0)
        line = error.text.rstrip("\n")
        stripped = line.lstrip()
        caret = " " * max(column - (len(line) - len(stripped)), 0) + "^"
        where = f'  File "{error.filename}", line {error.lineno}\n    {stripped}\n    {caret}\n'
        return f"{where}{name}: {error.msg}"
    return f"{name}: {text}" if text else name


def script_frames(thread_id: int) -> list[tuple[str, int, str]]:
    """Where a thread is in scripts now: file, line and function, outermost first.

    Args:
        thread_id: ``threading.get_ident()`` of the thread; one that has ended gives nothing.
    """
    frame = sys._current_frames().get(thread_id)
    found: list[tuple[str, int, str]] = []
    while frame is not None:
        if is_script_frame(frame):
            code = frame.f_code
            line = frame.f_lineno or code.co_firstlineno
            found.append((shown_file(code.co_filename), line, code.co_name))
        frame = frame.f_back
    found.reverse()
    return found
