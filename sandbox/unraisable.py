"""What the interpreter tells on standard error of its own accord, where it tells of scripts.

It quotes the file that a script's code names, and reads it for that: any file of the host. So its
warnings about a script's own lines, and errors that it can raise nowhere, as those of generators
that outlived their run, are not told by it.
"""

from __future__ import annotations

import logging
import sys
import time
import types
import warnings
from typing import Any

from sandbox.errors import ScriptStopped
from sandbox.tracebacks import is_script_frame

_log = logging.getLogger("pilotlight")


def keep_quiet() -> None:
    """Take what concerns scripts from the interpreter; all else goes where it went before."""
    if not getattr(sys.unraisablehook, "of_scripts", False):
        sys.unraisablehook = _unraisable_after(sys.unraisablehook)
    if not getattr(warnings.showwarning, "of_scripts", False):
        warnings.showwarning = _warning_after(warnings.showwarning)


def _unraisable_after(before: Any) -> Any:
    def hook(what: Any) -> None:
        if what.exc_type is not None and issubclass(what.exc_type, ScriptStopped):
            return
        if _of_script(what.exc_traceback):
            name = type.__dict__["__name__"].__get__(what.exc_type)
            _tell(str.__str__(name))
            return
        before(what)

    hook.of_scripts = True  # type: ignore[attr-defined]
    return hook


_told = [0.0, 0]


def _tell(name: str) -> None:
    """One line a second at most: a script may fail so as often as it likes."""
    now = time.monotonic()
    _told[1] += 1
    if now - _told[0] >= 1.0:
        count, _told[:] = _told[1], [now, 0]
        more = f", and {count - 1} more before it" if count > 1 else ""
        _log.warning("an error that a script could raise nowhere: %.200s%s", name, more)


def _of_script(trace: types.TracebackType | None) -> bool:
    while trace is not None:
        if is_script_frame(trace.tb_frame):
            return True
        trace = trace.tb_next
    return False


def _warning_after(before: Any) -> Any:
    def showwarning(
        message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == filename:
                if is_script_frame(frame):
                    return
                break
            frame = frame.f_back
        before(message, category, filename, lineno, file, line)

    showwarning.of_scripts = True  # type: ignore[attr-defined]
    return showwarning
