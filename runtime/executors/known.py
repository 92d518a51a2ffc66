"""The deliveries that one worker or session was given, by id: whoever asks names one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from runtime.message import Delivery

PAST: Final = 1_000
"""Ended deliveries of a lane that are remembered: what they started may still ask."""


class Known:
    """Those that it has, and the last that ended of each of its lanes."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[int, tuple[Any, Delivery]] = {}

    def begin(self, lane: Any, delivery: Delivery) -> None:
        """A lane gives it a delivery."""
        self._found[delivery.id] = (lane, delivery)

    def end(self, past: deque[Delivery], over: Iterable[Delivery]) -> None:
        """Deliveries of a lane have ended.

        Args:
            past: the lane's last; the oldest are forgotten.
            over: those.
        """
        past.extend(over)
        while len(past) > PAST:
            self._found.pop(past.popleft().id, None)

    def find(self, number: int) -> tuple[Any, Delivery | None]:
        """The delivery of that id, with its lane while it has not ended; None of others."""
        found = self._found.get(number)
        if found is None:
            return None, None
        lane, delivery = found
        return (lane if delivery.status in ("queued", "running") else None), delivery
