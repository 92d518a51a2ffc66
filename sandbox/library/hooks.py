"""What the library needs from the run that is executing: its output and its stop token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def current_run() -> Any:
    """The run of this thread, or None outside of one."""
    try:
        from sandbox.limits import current_run as ask
    except ImportError:
        return None
    return ask()


def write_output(text: str) -> None:
    """Write text where the ``print`` of the run of this thread goes; drop it outside of a run."""
    run = current_run()
    output: Callable[[str], Any] | None = getattr(run, "output", None)
    if output is not None:
        output(text)
