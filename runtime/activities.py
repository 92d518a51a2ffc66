"""What runs outside of lanes: user scripts, threads that scripts start, timers, open requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sandbox import Run

if TYPE_CHECKING:
    from runtime.calls import ScriptCall


class Activities:
    """Counts what a drain has to wait for beside the lanes, and lists it for operators."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rest = threading.Condition(self._lock)
        self._scripts: dict[ScriptCall, tuple[int, Run]] = {}
        self._pending = 0
        self._begun = 0

    @contextmanager
    def one(self, call: ScriptCall, run: Run) -> Iterator[None]:
        """Count a script of the calling thread while the context lasts."""
        with self._lock:
            self._scripts[call] = (threading.get_ident(), run)
            self._begun += 1
        try:
            yield
        finally:
            with self._lock:
                del self._scripts[call]
                self._rest.notify_all()

    def begin(self) -> None:
        """Something will happen later: a timer, a thread that starts, a reply."""
        with self._lock:
            self._pending += 1
            self._begun += 1

    def end(self) -> None:
        """It happened, or will not."""
        with self._lock:
            self._pending -= 1
            self._rest.notify_all()

    def notify(self) -> None:
        """Wake whoever waits for rest, to look again."""
        with self._lock:
            self._rest.notify_all()

    def wait(self, timeout: float) -> None:
        """Wait until something ended, at most so many seconds."""
        with self._lock:
            self._rest.wait(timeout)

    @property
    def begun(self) -> int:
        """How many ever began; two equal readings mean a pause."""
        return self._begun

    def at_rest(self, but: int | None = None) -> bool:
        """Nothing pends and no script runs, but those of the thread ``but``."""
        with self._lock:
            return not self._pending and all(
                ident == but for ident, _ in self._scripts.values()
            )

    def scripts(self) -> list[tuple[ScriptCall, int, Run]]:
        """The scripts that run now: call, thread ident, run."""
        with self._lock:
            return [(call, ident, run) for call, (ident, run) in self._scripts.items()]
