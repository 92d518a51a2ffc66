"""Whether a lane's worker has had its time, by the host's own clock.

The progress record tells when work began, to the millisecond; but a worker that was taken over
writes into it what it likes. So its word counts only where it makes the time longer.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

from sandbox.isolation.progress import SlotState

STOP_GRACE: Final = 0.5
"""Seconds that a script which was told to stop gets before its worker is ended."""

DEADLINE_GRACE: Final = 0.04
"""Seconds after its deadline that a handler gets to stop by itself."""

UNBEGUN_GRACE: Final = 5.0
"""Seconds after its deadline until work that an idle worker has not begun counts as overdue."""


def begun(state: SlotState, books: tuple[int, int]) -> int | None:
    """The number of the work that runs by a slot's record, None where that cannot be.

    Args:
        state: what its record says.
        books: numbers of the last piece of work reported and of the last one sent.
    """
    number = state.running
    return number if number is not None and books[0] < number <= books[1] else None


class Judge:
    """Watches the lanes of one link's worker."""

    def __init__(self) -> None:
        self._stops: dict[tuple[int, int], tuple[float, str]] = {}
        self._begun: dict[int, tuple[int, float]] = {}
        self._unbegun: dict[int, tuple[int, float]] = {}

    def forget(self) -> None:
        """The worker is gone."""
        self._stops.clear()
        self._begun.clear()
        self._unbegun.clear()

    def stop(self, slot: int, number: int, reason: str) -> None:
        """A piece of work was told to stop."""
        self._stops[(slot, number)] = (monotonic() + STOP_GRACE, reason)

    def stops(self, slot: int) -> bool:
        """Whether something in a slot was told to stop."""
        return any(key[0] == slot for key in self._stops)

    def stopped(self, slot: int, head: int, now: float) -> str:
        """Why the first piece of work of a slot must end now; empty when nobody said so.

        What the record says does not matter: it had its time to report an end.
        """
        if not self._stops:
            return ""
        for key in [key for key in self._stops if key[0] == slot and key[1] < head]:
            self._stops.pop(key, None)
        until, reason = self._stops.get((slot, head), (now, ""))
        return reason if now > until else ""

    def overdue(
        self,
        slot: int,
        state: SlotState,
        books: tuple[int, int],
        deadline: float,
        others: bool,
        now: float,
    ) -> str:
        """Why a slot's work has had its time; empty when it has not.

        Args:
            slot: which.
            state: what its record says.
            books: as for ``begun``.
            deadline: seconds that one has.
            others: another lane of the worker runs something, and may keep this one waiting.
            now: ``time.monotonic()`` seconds.
        """
        number = begun(state, books)
        if number is not None:
            self._unbegun.pop(slot, None)
            seen = self._begun.get(slot)
            if seen is None or seen[0] < number:
                seen = self._begun[slot] = (number, now)
            if now - min(state.since, seen[1]) > deadline + DEADLINE_GRACE:
                return f"its deadline of {deadline:g} s passed"
            return ""
        head = books[0] + 1
        waits = self._unbegun.get(slot)
        if waits is None or waits[0] != head or others:
            self._unbegun[slot] = (head, now)
        elif now - waits[1] > deadline + UNBEGUN_GRACE:
            return f"its worker did not begin it within {deadline + UNBEGUN_GRACE:g} s"
        return ""
