"""How deep the calls of a run may nest, where that is less than the interpreter allows.

The interpreter's limit is one for the process. A lower one is counted at the entry of each function
and lambda, by walking the frames there are: compiled in only where a policy asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from sandbox.limits import checkpoint, current_run
from sandbox.tracebacks import is_script_frame

LEAST: Final = 20
"""A lower limit would keep the host's own helpers from doing their work."""


_SHALLOW: Final = 200
"""Calls above which it is worth a look how many more there may be: C takes some beside."""
_getframe = sys._getframe


FRAMES: Final = 80
"""Calls that what changes the host's state may take."""


def require_frames(frames: int = FRAMES) -> None:
    """Raise RecursionError now where so many calls more would, and not half way through them.

    For what changes the host's own state, and runs as deep as a script happens to be.
    """
    try:
        _getframe(_SHALLOW)
    except ValueError:
        return
    _call_down(frames)


def _call_down(frames: int) -> None:
    if frames:
        _call_down(frames - 1)


def entry_check(limit: int) -> Callable[[], bool]:
    """What compiled functions call first, in the place of the plain check.

    Args:
        limit: nested calls of scripts; a run may have a lower one of its own.
    """

    def entered() -> bool:
        run = current_run()
        allowed = limit
        if run is not None:
            if run.token.stopped:
                checkpoint()
            if run.recursion is not None and run.recursion < limit:
                allowed = run.recursion
        try:
            # The whole stack is looked at only when it is deep enough to be too deep.
            frame = sys._getframe(allowed + 1)
        except ValueError:
            return True
        frame = sys._getframe(1)
        left = allowed
        while frame is not None:
            if is_script_frame(frame):
                left -= 1
                if left < 0:
                    raise RecursionError("maximum recursion depth exceeded")
            frame = frame.f_back  # type: ignore[assignment]
        return True

    return entered
