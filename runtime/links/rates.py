"""How many messages a link may send: some at once, and so many a second for long."""

from __future__ import annotations

from time import monotonic
from typing import Final

_REMEMBERED: Final = 10_000


class Rate:
    """What one link may still send.

    Args:
        rate: messages a second, and at once.
        before: of the same person, whose debt it takes over.
    """

    __slots__ = ("_last", "_left", "_rate")

    def __init__(self, rate: float, before: Rate | None = None) -> None:
        self._rate = rate
        self._left: float = before._left if before is not None else rate
        self._last: float = before._last if before is not None else monotonic()

    def charge(self, messages: int) -> float:
        """Count these; gives the seconds to wait before they are taken."""
        now = monotonic()
        earned = (now - self._last) * self._rate
        self._left = min(self._rate, self._left + earned) - max(1, messages)
        self._last = now
        return max(0.0, -self._left / self._rate)


class Rates:
    """Remembers what people have used up: who attaches anew does not begin anew.

    Args:
        rate: messages a second of one link.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._before: dict[str, Rate] = {}

    def of(self, name: str) -> Rate:
        """For a new link of that person."""
        return Rate(self._rate, self._before.get(name))

    def ended(self, name: str, rate: Rate) -> None:
        """A link of that person is over."""
        self._before.pop(name, None)
        if len(self._before) >= _REMEMBERED:
            self._before.pop(next(iter(self._before)))
        self._before[name] = rate
