"""Threads for what may take its time, shared by many links and held up by none of them.

They are daemons: a call that never ends does not keep the process from ending.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from typing import Final

Function = Callable[[], object]

IDLE_SECONDS: Final = 10.0
"""How long a thread stays when there is nothing to do."""


class Workers:
    """Runs functions of many owners, a few of each at a time, in each owner's order.

    Args:
        name: of the threads.
        threads: at most.
        each: functions of one owner that run at a time.
        failed: told what a function raised.
    """

    def __init__(
        self, name: str, threads: int, each: int, failed: Callable[[BaseException], object]
    ) -> None:
        self._name = name
        self._size = threads
        self._each = each
        self._failed = failed
        self._wake = threading.Condition()
        self._waiting: dict[Hashable, deque[Function]] = {}
        self._busy: dict[Hashable, int] = {}
        # Owners whose next function may run, in the order of their turns.
        self._ready: dict[Hashable, None] = {}
        self._threads = 0
        self._idle = 0
        self._started = 0
        self._closed = False

    def run(self, owner: Hashable, function: Function) -> None:
        """Call a function soon; not at all once this is closed. From any thread."""
        with self._wake:
            if self._closed:
                return
            self._waiting.setdefault(owner, deque()).append(function)
            if self._busy.get(owner, 0) >= self._each:
                return
            self._ready[owner] = None
            if self._idle >= len(self._ready):
                self._wake.notify()
            elif self._threads < self._size:
                self._threads += 1
                self._started += 1
                threading.Thread(
                    target=self._work, name=f"{self._name}-{self._started}", daemon=True
                ).start()

    def waiting(self, owner: Hashable) -> int:
        """Functions of that owner that wait or run."""
        with self._wake:
            return len(self._waiting.get(owner, ())) + self._busy.get(owner, 0)

    def drop(self, owner: Hashable) -> None:
        """What of that owner has not begun will not."""
        with self._wake:
            self._waiting.pop(owner, None)
            self._ready.pop(owner, None)

    def close(self) -> None:
        """Begin nothing more; what runs is not waited for."""
        with self._wake:
            self._closed = True
            self._waiting.clear()
            self._ready.clear()
            self._wake.notify_all()

    def _work(self) -> None:
        while True:
            with self._wake:
                self._idle += 1
                told = self._wake.wait_for(lambda: self._ready or self._closed, IDLE_SECONDS)
                self._idle -= 1
                if not told or self._closed:
                    self._threads -= 1
                    return
                owner = next(iter(self._ready))
                del self._ready[owner]
                function = self._take(owner)
            try:
                function()
            except BaseException as error:
                # Exceptions of scripts' Java derive from this one; the next one runs all the same.
                self._failed(error)
            # Kept no longer than it runs: it may hold a message.
            del function
            with self._wake:
                busy = self._busy.pop(owner) - 1
                if busy:
                    self._busy[owner] = busy
                if owner in self._waiting:
                    self._ready[owner] = None
            del owner

    def _take(self, owner: Hashable) -> Function:
        waiting = self._waiting[owner]
        function = waiting.popleft()
        busy = self._busy[owner] = self._busy.get(owner, 0) + 1
        if not waiting:
            del self._waiting[owner]
        elif busy < self._each:
            self._ready[owner] = None
            self._wake.notify()
        return function
