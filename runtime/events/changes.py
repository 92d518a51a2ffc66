"""The changes that wait for one tag change script: none of a tag is the last and goes untold."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace
from typing import Any, Final

from runtime.tags.change import change_arguments
from runtime.tags.provider import Change
from runtime.waiting import Waiting, weight_of

MOST: Final = 1_000
"""Changes of one tag that wait for one script; then a newer one takes the newest's place.

So it does where those of all tags that wait for one receiver take too many bytes.
"""

_Arguments = tuple[Any, ...]


class Changes:
    """Kept until runs of the script take them, the oldest of a tag first.

    Runs are all alike until they begin: one that will not come costs the oldest change, so that
    the newest is told as long as any run is left. Whoever wrote the tags has no part in it.

    Args:
        waiting: counts their bytes, those of the receiver's other scripts beside.
    """

    def __init__(self, waiting: Waiting) -> None:
        self._bytes = waiting
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[_Kept]] = {}
        self._count = 0

    def keep(self, change: Change) -> Turn | None:
        """Keep a change.

        Returns:
            The run that is wanted for it; None where those that are to come will do.

        Raises:
            PayloadError: the tag holds what cannot travel.
        """
        with self._lock:
            self._count += 1
            count = self._count
        kept = _Kept(change, change_arguments(change, count))
        with self._lock:
            waiting = self._waiting.setdefault(change.path, deque())
            # The only one of its tag is kept whatever waits.
            if len(waiting) < MOST and (not waiting or self._bytes.take(kept.size)):
                if not waiting:
                    self._bytes.take_back(kept.size)
                waiting.append(kept)
                return Turn(self, change.path, kept.arguments)
            # What it was is what the script was told last.
            last = waiting[-1]
            change = replace(change, before=last.change.before)
            arguments = change_arguments(change, count)
            self._put(waiting, -1, _Kept(change, arguments, last.before, kept.after))
            return None

    def only(self, path: str) -> bool:
        """Whether one change of a tag waits, and no more."""
        with self._lock:
            return len(self._waiting.get(path, ())) == 1

    def spare(self, path: str) -> bool:
        """A run will not come: let the oldest change go; False where it is the only one."""
        with self._lock:
            waiting = self._waiting.get(path)
            if waiting is None:
                return True
            if len(waiting) == 1:
                return False
            gone = waiting.popleft()
            self._bytes.give(gone.size)
            # What it was is what the script was told last.
            change = replace(waiting[0].change, before=gone.change.before)
            arguments = change_arguments(change, waiting[0].arguments[-1])
            self._put(waiting, 0, _Kept(change, arguments, gone.before, waiting[0].after))
            return True

    def take(self, path: str) -> _Arguments | None:
        """The oldest change of a tag, as arguments; it waits no more."""
        with self._lock:
            waiting = self._waiting.get(path)
            if waiting is None:
                return None
            kept = waiting.popleft()
            self._bytes.give(kept.size)
            if not waiting:
                del self._waiting[path]
            return kept.arguments

    def _put(self, waiting: deque[_Kept], place: int, kept: _Kept) -> None:
        self._bytes.give(waiting[place].size)
        self._bytes.take_back(kept.size)
        waiting[place] = kept


class _Kept:
    """A change that waits, what its script is called with, and about the bytes of both.

    Args:
        change, arguments: as they are.
        before, after: bytes of the two values, 0 where they are to be found out.
    """

    __slots__ = ("after", "arguments", "before", "change", "size")

    def __init__(
        self, change: Change, arguments: _Arguments, before: int = 0, after: int = 0
    ) -> None:
        self.change = change
        self.arguments = arguments
        _, new, old, *_ = arguments
        self.before = before or weight_of(old.value)
        self.after = after or weight_of(new.value)
        # The script's own, and as much in the tag's that they are copies of.
        self.size = 2 * (self.before + self.after)


class Turn:
    """One run's: what it is called with is settled when it begins, once.

    Args:
        changes: where it takes its change.
        path: the tag.
        first: what it is called with if there is none.
    """

    __slots__ = ("_begun", "_changes", "_first", "_path")

    def __init__(self, changes: Changes, path: str, first: _Arguments) -> None:
        self._changes = changes
        self._path = path
        self._first = first
        self._begun = False

    def __call__(self) -> _Arguments:
        """The arguments, which are not kept: whoever begins it again has to have them."""
        first = self._first
        if self._begun:
            return first
        self._begun = True
        return self._changes.take(self._path) or first

    def queued(self) -> None:
        """It waits, and a change with it: it needs none of its own."""
        self._first = ()

    def spare(self) -> bool:
        """It will not come; see ``Changes``."""
        if not self._changes.spare(self._path):
            return False
        self._first = ()
        return True

    def over(self, _: object) -> None:
        """The run has ended: where it never began, the oldest change goes untold."""
        if not self._begun:
            self._begun = True
            if not self._changes.spare(self._path):
                self._changes.take(self._path)
        self._first = ()
