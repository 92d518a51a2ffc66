"""How commands that go on until a signal come to their end: in order, or at once if asked again."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from time import monotonic
from types import FrameType, TracebackType
from typing import Final

from rich.console import Console
from rich.text import Text

from runtime import ScriptHost, ShutdownReport
from runtime.cli.console import counted, visible
from runtime.cli.problems import INTERRUPTED

_NAMED: Final = 5

_TWICE: Final = 0.3
"""Seconds within which a further signal is the same one, as when a parent passes Ctrl-C on."""


class Ending:
    """Takes the signals that end a command, as a context.

    Args:
        console: where it is said what is waited for.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._asked = threading.Event()
        self._asked_at = 0.0
        self._now: Callable[[], None] | None = None
        self._previous: dict[int, object] = {}

    def __enter__(self) -> Ending:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # What nohup has had ignored stays so.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                self._previous[number] = signal.signal(number, self._signalled)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    @property
    def asked(self) -> bool:
        """Whether the end was asked for."""
        return self._asked.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long for a signal; gives whether one came."""
        return self._asked.wait(seconds)

    def close(
        self, host: ScriptHost, grace: float, leave: Callable[[], object] | None = None
    ) -> ShutdownReport:
        """Shut the host down; a further signal ends the process at once.

        Args:
            host: what to close.
            grace: seconds that what is queued and running gets.
            leave: what has to be done even then.
        """
        self._say_what_is_left(host, grace)

        def now() -> None:
            self._console.print(Text("ended at once; what still ran was not waited for", "red"))
            with contextlib.suppress(Exception):
                if leave is not None:
                    leave()
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
            os._exit(INTERRUPTED)

        self._now = now
        try:
            return host.close(timeout=grace)
        finally:
            self._now = None

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        if not self._asked.is_set():
            self._asked_at = monotonic()
            self._asked.set()
        elif self._now is not None and monotonic() - self._asked_at > _TWICE:
            self._now()

    def _say_what_is_left(self, host: ScriptHost, grace: float) -> None:
        counters = host.trace.counters
        left = counters.queued + counters.running
        if not left or not grace:
            return
        running = [f"{one.project}/{one.handler}".strip("/") for one in host.running()]
        names = ", ".join(map(visible, running[:_NAMED])) + (", …" if running[_NAMED:] else "")
        self._console.print(
            Text(
                f"waiting up to {grace:g} s for {counted(left, 'delivery')}"
                + (f" ({names})" if running else "")
                + "; Ctrl-C ends at once",
                "yellow",
            )
        )
