"""Coming to rest and shutting down: everything that was accepted ends, or is said not to have."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from runtime.errors import CalledFromLane
from runtime.executors.base import Running
from sandbox import current_run

if TYPE_CHECKING:
    from runtime.host import ScriptHost

LOOK: float = 0.05
"""Seconds between two looks for rest; lanes that come to rest wake a drain before."""


@dataclass(frozen=True, slots=True)
class ShutdownReport:
    """What a host could not bring to an end when it was closed.

    Args:
        undelivered: deliveries that still waited; their status says the same.
        running: handlers and scripts that had not stopped in time.
    """

    undelivered: int = 0
    running: tuple[Running, ...] = ()

    @property
    def clean(self) -> bool:
        """Nothing was lost and nothing runs on."""
        return not self.undelivered and not self.running


class Shutdown:
    """How one host comes to rest, and ends.

    Attributes:
        begun: the host was closed.
        draining: how many wait for rest at the moment.
    """

    def __init__(self, host: ScriptHost) -> None:
        self._host = host
        self._lock = threading.Lock()
        self.begun = False
        self.draining = 0

    def drain(self, timeout: float | None) -> bool:
        """Wait for rest; see ``ScriptHost.drain``."""
        if current_run() is not None:
            raise CalledFromLane("drain() was called from a script, and would wait for it")
        end = None if timeout is None else monotonic() + timeout
        with self._lock:
            self.draining += 1
        try:
            while True:
                if self._at_rest():
                    return True
                left = LOOK if end is None else min(LOOK, end - monotonic())
                if left <= 0:
                    return False
                # rested() wakes us; the bound covers lanes that rested as we looked.
                self._host.activities.wait(left)
        finally:
            with self._lock:
                self.draining -= 1

    def close(self, timeout: float) -> ShutdownReport:
        """Shut down; see ``ScriptHost.close``."""
        if current_run() is not None:
            raise CalledFromLane("close() was called from a script, and would wait for it")
        with self._lock:
            if self.begun:
                return ShutdownReport()
            self.begun = True
        host = self._host
        host.loader.close()
        for receiver in host.receivers():
            receiver.stop_events()
        for timer in host.timers.close():
            timer.fire()
        self.drain(timeout)
        undelivered = host.stop_receiving("the host was shut down")
        running = host.monitor.running()
        if running:
            host.monitor.stop_all("the host was shut down")
            self.drain(1.0)
            running = host.monitor.running()
        host.monitor.close()
        for closer in host.closers:
            closer()
        if host.network is not None:
            host.network.leave(host)
        self._tell(undelivered, running)
        return ShutdownReport(undelivered, tuple(running))

    def _tell(self, undelivered: int, running: list[Running]) -> None:
        logbook = self._host.logbook
        if undelivered:
            messages = "message" if undelivered == 1 else "messages"
            logbook.write("WARN", "Host", f"shut down with {undelivered} {messages} undelivered")
        for left in running:
            logbook.write("WARN", "Host", f"shut down while this still runs: {left}")

    def _at_rest(self) -> bool:
        accounts, activities = self._host.accounts, self._host.activities
        before = (accounts.accepted, activities.begun)
        return (
            accounts.at_rest
            and activities.at_rest(but=threading.get_ident())
            and (accounts.accepted, activities.begun) == before
        )
