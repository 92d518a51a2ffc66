"""The ends of generators: which code of theirs runs when they are closed, and never otherwise."""

from __future__ import annotations

import sys
import threading
from typing import Any, Final

from sandbox.dialect.meaning.error_parts import context_of
from sandbox.errors import ScriptStopped
from sandbox.limits import StopToken, current_run
from sandbox.nesting import require_frames

# The generators whose ``close`` this thread is in.
_CLOSING: Final = threading.local()


class Collected(ScriptStopped):
    """The interpreter closes a generator that nobody refers to: no code of it runs then."""

    __slots__ = ()


def close_generator(generator: Any) -> Any:
    """``generator.close()`` as a script calls it: only then does the generator's own code run.

    The interpreter closes what it frees as well, in the middle of anything that lets go of a value,
    where its own work is half done; Jython does so much later, if ever.
    """
    # Its end must not fail for want of a frame: what fails then counts as collected.
    require_frames()
    closing = _CLOSING.__dict__.setdefault("generators", [])
    closing.append(generator)
    try:
        return generator.close()
    except ScriptStopped:
        # One that an earlier run began is closed, and runs nothing.
        run = current_run()
        if run is None or run.token.stopped:
            raise
        return None
    finally:
        closing.pop()


def _is_closed(error: BaseException, frame: Any) -> bool:
    """Whether a call of ``close`` is what resumes a generator."""
    # What runs meanwhile sees the error of what is closed, unless it has one of its own; and a
    # generator that yields all the same goes on with it later.
    if "$closed" in error.__dict__:
        return True
    if any(one.gi_frame is frame for one in _CLOSING.__dict__.get("generators", ())):
        error.__dict__["$closed"] = True
        return True
    return False


def require_run(origin: StopToken | None = None, frame: Any = None) -> bool:
    """Like ``checkpoint``, and also raise for code that outlived its run or is being collected.

    Compiled into ``finally``, ``except`` and ``with`` of generators, which the interpreter resumes
    to close them when it collects them: on whichever thread that happens, in whatever run.

    Args:
        origin: the token of the run that the generator began in.
        frame: that of the generator; the caller's when None.
    """
    run = current_run()
    if run is None:
        raise ScriptStopped("the run has ended")
    if run.token.stopped:
        raise ScriptStopped(run.token.reason)
    error = sys.exc_info()[1]
    if error is None:
        return True
    # A check further in may have refused already, and have put its own error there.
    if isinstance(error, GeneratorExit | ScriptStopped) and origin is not run.token:
        raise ScriptStopped("the run has ended")
    # Whatever failed on the way, the interpreter notes in the middle of what that was.
    while error is not None:
        if isinstance(error, Collected) or (
            type(error) is GeneratorExit and not _is_closed(error, frame or sys._getframe(1))
        ):
            raise Collected("it is being collected")
        error = context_of(error)
    return True
