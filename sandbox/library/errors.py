"""The error being handled, as scripts may see it: type, value and a read-only traceback."""

from __future__ import annotations

import sys
from typing import Any

from sandbox.dialect.meaning.error_parts import traceback_of
from sandbox.dialect.meaning.errors import register_traceback_reader
from sandbox.dialect.meaning.hooks import hooks
from sandbox.dialect.meaning.identity import address
from sandbox.dialect.meaning.typenames import type_of
from sandbox.errors import GeneratorExit as ScriptGeneratorExit
from sandbox.errors import ScriptStopped
from sandbox.guards_shown import safe_answer
from sandbox.library.module import Held
from sandbox.tracebacks import shown_file


class Code(Held):
    """``f_code``: names only."""

    __slots__ = ("co_filename", "co_firstlineno", "co_name")

    def __init__(self, name: str, filename: str, line: int) -> None:
        put = object.__setattr__
        put(self, "co_name", name)
        put(self, "co_filename", filename)
        put(self, "co_firstlineno", line)


class Frame(Held):
    """``tb_frame``: where it was, without the variables."""

    __slots__ = ("f_code", "f_lineno")
    f_back = None

    def __init__(self, code: Code, line: int) -> None:
        object.__setattr__(self, "f_code", code)
        object.__setattr__(self, "f_lineno", line)

    def __repr__(self) -> str:
        return f"<frame object at {address(self)}>"

    @property
    def f_locals(self) -> dict[str, Any]:
        """Always empty."""
        return {}

    f_globals = f_locals


class Traceback(Held):
    """A traceback: the frames of scripts only, without the variables."""

    __slots__ = ("_real", "tb_frame", "tb_lineno", "tb_next")

    def __init__(self, real: Any, frame: Frame, line: int, following: Traceback | None) -> None:
        put = object.__setattr__
        put(self, "_real", real)
        put(self, "tb_frame", frame)
        put(self, "tb_lineno", line)
        put(self, "tb_next", following)

    def __repr__(self) -> str:
        return f"<traceback object at {address(self)}>"


def _real_trace(value: Any) -> Any:
    return value._real if isinstance(value, Traceback) else None


register_traceback_reader(_real_trace)


def is_script_frame(frame: Any) -> bool:
    """Whether a frame runs script code: its globals hold the environment's builtins dict."""
    builtins = frame.f_builtins
    return "$stop" in builtins


def frames_of(real: Any) -> list[tuple[Any, int]]:
    """Tracebacks of scripts with their lines, outermost first."""
    found = []
    while real is not None:
        following = real.tb_next
        # Python 2 does not count the line that raises an error again in the same frame.
        again = following is not None and following.tb_frame is real.tb_frame
        if is_script_frame(real.tb_frame) and not again:
            found.append((real, real.tb_lineno))
        real = real.tb_next
    return found


def readable(real: Any) -> Traceback | None:
    """A read-only copy of a traceback, None when no script frame is in it."""
    made: Traceback | None = None
    for one, line in reversed(frames_of(real)):
        code = one.tb_frame.f_code
        seen = Code(code.co_name, shown_file(code.co_filename), code.co_firstlineno)
        made = Traceback(one, Frame(seen, line), line, made)
    return made


def handled_error() -> BaseException | None:
    """The error that a script is handling on this thread, or None."""
    error = sys.exc_info()[1]
    return error


def current_error() -> tuple[Any, Any, Any]:
    """``sys.exc_info()``."""
    error = handled_error()
    return (None, None, None) if error is None else described(error)


def described(error: BaseException) -> tuple[Any, Any, Any]:
    """Type, value and read-only traceback of an error."""
    if issubclass(type(error), ScriptStopped):
        return None, None, None
    if type(error) is GeneratorExit:
        # What closes a generator for the interpreter would pass every handler, raised again.
        error = ScriptGeneratorExit(*error.args).with_traceback(traceback_of(error))
    return safe_answer(type_of(error)), error, readable(traceback_of(error))


hooks.describe_error = described


def clear_error() -> None:
    """``sys.exc_clear()``."""
