"""What the library needs from the run that is executing: its output and its stop token."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sandbox.errors import ScriptStopped
from sandbox.limits import RECURSION, current_run

__all__ = [
    "checkpoint",
    "current_run",
    "pause",
    "recursion_limit",
    "time_left",
    "wait_until",
    "write_output",
]

_SLICE = 0.05


def write_output(text: str) -> None:
    """Write text where the ``print`` of the run of this thread goes; drop it outside of a run."""
    run = current_run()
    if run is not None:
        run.output(text if type(text) is str else str.__str__(text))


def recursion_limit() -> int:
    """Nested calls that the run of this thread may have."""
    run = current_run()
    if run is None:
        return RECURSION
    allowed = RECURSION if run.environment is None else run.environment.policy.limits.recursion
    return min(RECURSION, allowed, run.recursion or RECURSION)


def checkpoint() -> None:
    """Raise ScriptStopped when the run of this thread has been stopped."""
    run = current_run()
    if run is not None and run.token.stopped:
        raise ScriptStopped(run.token.reason)


def time_left(most: float) -> float:
    """Seconds that one step which cannot be stopped may take: what the run has left.

    Args:
        most: never more than this.
    """
    run = current_run()
    deadline = None if run is None else run.deadline
    if deadline is None:
        return most
    return max(0.01, min(most, deadline - time.monotonic()))


def pause(seconds: float) -> None:
    """Sleep; a stop of the run ends the sleep at once with ScriptStopped."""
    run = current_run()
    if run is None:
        time.sleep(seconds)
    elif run.token.wait(seconds):
        raise ScriptStopped(run.token.reason)


def wait_until(ready: Callable[[float], Any], seconds: float | None) -> bool:
    """Wait for something that cannot be interrupted, in slices, so that a stop gets through.

    Args:
        ready: waits at most the given seconds and says whether it came to pass.
        seconds: how long in all; None waits until it comes or the run is stopped.
    """
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        left = _SLICE if end is None else min(_SLICE, end - time.monotonic())
        if ready(max(0.0, left)):
            return True
        checkpoint()
        if end is not None and time.monotonic() >= end:
            return False
