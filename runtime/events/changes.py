"""The changes that wait for one tag change script: none of a tag is the last and goes untold."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace
from typing import Any, Final

from runtime.tags.change import change_arguments
from runtime.tags.provider import Change

MOST: Final = 1_000
"""Changes of one tag that wait for one script; then a newer one takes the newest's place."""

_Arguments = tuple[Any, ...]


class Changes:
    """Kept until runs of the script take them, the oldest of a tag first.

    Runs are all alike until they begin: one that will not come costs the oldest change, so that
    the newest is told as long as any run is left. Whoever wrote the tags has no part in it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[tuple[Change, _Arguments]]] = {}
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
        arguments = change_arguments(change, count)
        with self._lock:
            waiting = self._waiting.setdefault(change.path, deque())
            if len(waiting) < MOST:
                waiting.append((change, arguments))
                return Turn(self, change.path, arguments)
            # What it was is what the script was told last.
            change = replace(change, before=waiting[-1][0].before)
            waiting[-1] = (change, change_arguments(change, count))
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
            gone = waiting.popleft()[0]
            # What it was is what the script was told last.
            change, arguments = waiting[0]
            change = replace(change, before=gone.before)
            waiting[0] = (change, change_arguments(change, arguments[-1]))
            return True

    def take(self, path: str) -> _Arguments | None:
        """The oldest change of a tag, as arguments; it waits no more."""
        with self._lock:
            waiting = self._waiting.get(path)
            if waiting is None:
                return None
            _, arguments = waiting.popleft()
            if not waiting:
                del self._waiting[path]
            return arguments


class Turn:
    """One run's: what it is called with is settled when it begins, once.

    Args:
        changes: where it takes its change.
        path: the tag.
        first: what it is called with if there is none.
    """

    __slots__ = ("_changes", "_given", "_path", "first")

    def __init__(self, changes: Changes, path: str, first: _Arguments) -> None:
        self._changes = changes
        self._path = path
        self.first = first
        self._given: _Arguments | None = None

    def __call__(self) -> _Arguments:
        """The arguments; a run that begins again has the same."""
        if self._given is None:
            self._given = self._changes.take(self._path) or self.first
        return self._given

    def over(self, _: object) -> None:
        """The run has ended: where it never began, the oldest change goes untold."""
        if self._given is None:
            self._given = self.first
            if not self._changes.spare(self._path):
                self._changes.take(self._path)
