"""The log of a worker: every line goes to the host, and soon, for a kill may come at any time."""

from __future__ import annotations

import contextlib
import threading
from time import monotonic
from typing import Final

from runtime.executors import protocol
from runtime.executors.protocol import clean
from runtime.logbook import HOST, Level, LogBook, Origin
from sandbox.isolation.channel import WorkerChannel
from sandbox.isolation.errors import ChannelClosed

SOON: Final = 0.05
"""Seconds that a line may stay in the worker while its handler runs."""

_AT_ONCE: Final = 20


class RemoteLog(LogBook):
    """Passes every line on to the host; levels are kept here.

    The first few lines of each moment are written at once: what follows a line may be a call in C
    that lets no other thread run. More than that goes together, by a thread of its own.

    Args:
        channel: to the host.
    """

    def __init__(self, channel: WorkerChannel) -> None:
        super().__init__(1)
        self._channel = channel
        self._moment = 0.0
        self._left = 0
        self._due = threading.Event()
        self._thread: threading.Thread | None = None

    def set_level(self, logger: str, level: Level, project: str = "") -> None:
        """A worker has lines of one project alone."""
        super().set_level(logger, level)

    def write(
        self, level: Level, logger: str, message: str, detail: str = "", origin: Origin = HOST
    ) -> None:
        """Log a line, unless its logger's level drops it."""
        if not self.enabled(logger, level):
            return
        now = monotonic()
        if now - self._moment > SOON:
            self._moment, self._left = now, _AT_ONCE
        # Two threads may both take the last one; that does no harm.
        self._left -= 1
        at_once = self._left >= 0
        self._channel.send(
            protocol.Log(
                level,
                clean(logger[:1000]),
                clean(message[:100_000]),
                clean(detail[:100_000]),
                origin.session,
                origin.delivery,
            ),
            flush=at_once,
        )
        if not at_once and not self._due.is_set():
            self._due.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._pass_on, name="log", daemon=True)
                self._thread.start()

    def _pass_on(self) -> None:
        pause = threading.Event()
        with contextlib.suppress(ChannelClosed):
            while True:
                self._due.wait()
                pause.wait(SOON)
                self._due.clear()
                try:
                    self._channel.flush()
                except MemoryError:
                    # The lines are kept, and there may be room for them later.
                    self._due.set()
