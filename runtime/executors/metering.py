"""Whether a worker uses the processor for what it was given, by the kernel's own count.

A script ends at its deadline; a worker that was taken over may report an end and go on.
"""

from __future__ import annotations

import os
import time
from typing import Final

from sandbox.library.threads import MOST_THREADS

STARTED: Final = 3.0
"""Seconds of processor time that a worker has for its start, and for what comes after an end."""

LOADED: Final = 5.0
"""Seconds that it has more for each version that it is given to compile."""

SHARE: Final = 0.05
"""Part of one processor that it may use while nothing runs in it."""

TOO_MANY: Final = "it has more threads than scripts may have"

_BESIDE: Final = MOST_THREADS + 128
"""Threads that a worker has beside its lanes: those that scripts start, and its own."""

_PROCESSORS: Final = os.cpu_count() or 1
_CPU_CLOCK: Final = 2


def used_by(process: int) -> float:
    """Seconds of processor time that a process has used, 0.0 when it cannot be told."""
    try:
        return time.clock_gettime(~process << 3 | _CPU_CLOCK)
    except (OSError, OverflowError, ValueError):
        return 0.0


def crowded(process: int, lanes: int) -> bool:
    """Whether a process has more threads than any worker of so many lanes comes to have.

    Scripts are counted in the worker; one that was taken over could use up the machine's.
    """
    try:
        # A folder has two links and one for each of the folders in it.
        return os.stat(f"/proc/{process}/task").st_nlink - 2 > lanes + _BESIDE
    except OSError:
        return False


class Meter:
    """Compares what one worker used with the time in which something ran in it.

    Args:
        process: its id.
        now: ``time.monotonic()`` seconds.
    """

    def __init__(self, process: int, now: float) -> None:
        self._process = process
        self._began = now
        self._busy_since: float | None = now
        self._granted = STARTED

    @property
    def resting(self) -> bool:
        """Whether nothing ran in it when it was last looked at."""
        return self._busy_since is None

    def wake(self, now: float) -> None:
        """It is given work."""
        if self._busy_since is None:
            self._busy_since = now

    def grant(self, seconds: float) -> None:
        """It has something to do that is no work of a lane."""
        self._granted += seconds

    def overspent(self, resting: bool, now: float) -> bool:
        """Whether it rests, and used more than it had any use for.

        Args:
            resting: nothing runs in it.
            now: ``time.monotonic()`` seconds.
        """
        if self._busy_since is not None:
            # All of the time since the last look, for it may have ended only now.
            self._granted += (now - self._busy_since) * _PROCESSORS
        rests = resting and self._busy_since is not None
        self._busy_since = None if resting else now
        if not resting:
            return False
        left = self._granted + SHARE * (now - self._began) - used_by(self._process)
        if rests and left > STARTED:
            # What its work did not take is nothing that it may take later.
            self._granted -= left - STARTED
        return left < 0
