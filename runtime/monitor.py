"""Who runs, for how long, on which line: reports the overdue, and stops what an operator names."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, cast

from runtime.executors.base import Running
from runtime.limits import deadline_of
from runtime.message import Delivery
from runtime.underway import Numbers, Script, scripts_here

if TYPE_CHECKING:
    from runtime.contracts import Host

TICK: Final = 0.25
"""Seconds between two looks for overdue handlers."""

Elsewhere = Callable[[], Iterable[Script]]


class Monitor:
    """Looks at everything that runs in a host; its thread starts with the first message.

    Args:
        host: whose deliveries and scripts it looks at.
        following: gives numbers for scripts, which no delivery has.
    """

    def __init__(self, host: Host, following: Callable[[], int]) -> None:
        self._host = host
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._elsewhere: tuple[Elsewhere, ...] = ()
        self._numbers = Numbers(following)
        self._suspected: set[int] = set()
        self._told: set[int] = set()

    def start(self) -> None:
        """Look for overdue handlers from now on."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(
                    target=self._work, name=f"{self._host.name}-monitor", daemon=True
                )
                self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._stop.set()

    def also(self, elsewhere: Elsewhere) -> None:
        """Have it look into other processes as well.

        Args:
            elsewhere: gives the scripts that run there and, where only that process knows on which
                line a delivery is, that delivery again (its ``running.delivery`` is not 0).
        """
        with self._lock:
            self._elsewhere = (*self._elsewhere, elsewhere)

    def running(self) -> list[Running]:
        """Every handler and script that runs now, with the line it is on."""
        found = {one.delivery: one for one in self._handlers()}
        elsewhere = [one for look in self._elsewhere for one in look()]
        for one in elsewhere:
            known = found.get(one.running.delivery)
            if known is not None:
                seen = one.running
                found[known.delivery] = replace(
                    known, thread=seen.thread, file=seen.file, line=seen.line
                )
        numbered = self._scripts(elsewhere)
        scripts = [replace(one.running, script=n) for n, one in numbered.items()]
        return [*found.values(), *scripts]

    def kill(self, number: int, reason: str) -> bool:
        """Stop a running delivery or script; False when there is none of that number (any more)."""
        return self.kill_delivery(number, reason) or self.kill_script(number, reason)

    def kill_delivery(self, number: int, reason: str) -> bool:
        """Stop a running delivery."""
        for found in self._deliveries():
            if found.id == number:
                return _stopped(found, reason)
        return False

    def kill_script(self, number: int, reason: str) -> bool:
        """Stop what runs outside of lanes."""
        found = self._scripts(one for look in self._elsewhere for one in look()).get(number)
        return found is not None and found.stop(reason)

    def stop_all(self, reason: str) -> None:
        """Stop everything that runs."""
        for delivery in self._deliveries():
            _stopped(delivery, reason)
        for script in scripts_here(self._host):
            script.stop(reason)

    def _handlers(self) -> list[Running]:
        found: list[Running] = []
        for space in list(self._host.spaces.values()):
            for receiver in space.receivers:
                executor = receiver.started_executor()
                if executor is not None:
                    found += executor.running()
        return found

    def _scripts(self, elsewhere: Iterable[Script]) -> dict[int, Script]:
        there = [one for one in elsewhere if not one.running.delivery]
        return self._numbers.given([*scripts_here(self._host), *there])

    def _deliveries(self) -> list[Delivery]:
        return [
            item
            for lane in self._host.accounts.lanes()
            for item in list(lane.running.values())
            if isinstance(item, Delivery) and item.status == "running"
        ]

    def _work(self) -> None:
        while not self._stop.wait(TICK):
            self._host.trace.sweep()
            self.look()

    def look(self) -> None:
        """Report what is overdue and was so at the look before as well.

        After this process, or the one that a handler runs in, was frozen, the ends that wait to be
        read come first.
        """
        host = self._host
        now = perf_counter()
        # Of messages that an attached process was sent, the gateway tells.
        late = {
            d.id: d
            for d in self._deliveries()
            if d.started_at
            and now - d.started_at > host.config.overdue
            and (host.upstream is None or d.message.event is not None)
        }
        new = [d for d in late.values() if d.id in self._suspected and d.id not in self._told]
        if new:
            where = {one.delivery: one for one in self.running()}
            for delivery in new:
                self._tell(delivery, where.get(delivery.id))
        self._told = {d.id for d in late.values() if d.id in self._told or d in new}
        self._suspected = set(late)

    def _tell(self, delivery: Delivery, where: Running | None) -> None:
        if where is None:
            return
        host = self._host
        # Only what runs in an executor has a place.
        receiver = cast(Any, delivery.target).receiver
        limited = deadline_of(receiver, delivery)
        host.logbook.write(
            "WARN",
            "Monitor",
            f"overdue: {where}"
            + ("" if limited else "; it is not stopped, for no deadline is set"),
            origin=receiver.origin(delivery.message.handler, delivery.id),
        )


def _stopped(delivery: Delivery, reason: str) -> bool:
    stop: Callable[[Delivery, str], bool] | None = getattr(delivery.target, "stop_running", None)
    # What is on its way to another gateway is not to be stopped.
    return stop is not None and stop(delivery, reason)
