"""How much of payloads waits for one worker or one attached session: bounded in bytes."""

from __future__ import annotations

import threading
from typing import Final

WEIGHED: Final = 32
"""Items that may wait in a lane before the next ones are weighed: so few need no bound."""


class Waiting:
    """The bytes that wait, as they are encoded, and how many may.

    Args:
        limit: most bytes; a single payload may have more while nothing else waits.
    """

    __slots__ = ("_limit", "_lock", "bytes")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self.bytes = 0

    def take(self, size: int) -> bool:
        """Count a payload in; False when it is too much, and was not counted."""
        with self._lock:
            if self.bytes and self.bytes + size > self._limit:
                return False
            self.bytes += size
            return True

    def take_back(self, size: int) -> None:
        """Count in what had been given on before, and has to wait again."""
        with self._lock:
            self.bytes += size

    def give(self, size: int) -> None:
        """Count a payload out: it waits no more."""
        if size:
            with self._lock:
                self.bytes -= size
