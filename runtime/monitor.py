"""Who runs, for how long, on which line: reports the overdue, and stops what an operator names."""

from __future__ import annotations

import threading
from time import perf_counter
from typing import TYPE_CHECKING, Final

from runtime.executors.base import Running
from runtime.limits import deadline_of
from runtime.message import Delivery
from sandbox import script_frames

if TYPE_CHECKING:
    from runtime.contracts import Host

TICK: Final = 0.25
"""Seconds between two looks for overdue handlers."""


class Monitor:
    """Looks at everything that runs in a host; its thread starts with the first message."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

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

    def running(self) -> list[Running]:
        """Every handler and script that runs now."""
        found: list[Running] = []
        host = self._host
        for space in list(host.spaces.values()):
            for receiver in space.receivers:
                executor = receiver.started_executor()
                if executor is not None:
                    found += executor.running()
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        me = threading.get_ident()
        for call, ident, _ in host.activities.scripts():
            if ident == me:
                continue
            if call.place is not None:
                file, line = call.place()
            else:
                frames = script_frames(ident)
                file, line = (frames[-1][0], frames[-1][1]) if frames else ("", 0)
            found.append(
                Running(
                    0,
                    call.scope.project,
                    call.label,
                    call.scope.label,
                    names.get(ident, str(ident)),
                    perf_counter() - call.started_at,
                    file,
                    line,
                )
            )
        return found

    def kill(self, delivery: int, reason: str) -> bool:
        """Stop one running delivery; False when it does not run."""
        for found in self._deliveries():
            if found.id == delivery:
                return found.target.stop_running(found, reason)  # type: ignore[no-any-return, attr-defined]
        return False

    def stop_all(self, reason: str) -> None:
        """Stop everything that runs."""
        for delivery in self._deliveries():
            delivery.target.stop_running(delivery, reason)  # type: ignore[attr-defined]
        for _, _, run in self._host.activities.scripts():
            run.token.stop(reason)

    def _deliveries(self) -> list[Delivery]:
        return [
            item
            for lane in self._host.accounts.lanes()
            for item in list(lane.running.values())
            if isinstance(item, Delivery) and item.status == "running"
        ]

    def _work(self) -> None:
        host = self._host
        told: dict[int, Delivery] = {}
        while not self._stop.wait(TICK):
            now = perf_counter()
            late = [
                d
                for d in self._deliveries()
                if d.started_at and now - d.started_at > host.config.overdue
            ]
            told = {d.id: d for d in late if d.id in told} | {
                d.id: self._tell(d) for d in late if d.id not in told
            }

    def _tell(self, delivery: Delivery) -> Delivery:
        where = next((r for r in self.running() if r.delivery == delivery.id), None)
        if where is not None:
            receiver = getattr(delivery.target, "receiver", None)
            limited = deadline_of(receiver, delivery) if receiver is not None else None
            self._host.logbook.write(
                "WARN",
                "Monitor",
                f"overdue: {where}"
                + ("" if limited else "; it is not stopped, for no deadline is set"),
                origin=self._host.spaces[delivery.message.project].gateway.origin(
                    delivery.message.handler, delivery.id
                )
                if delivery.message.project in self._host.spaces
                else None or self._host.origin_now(),
            )
        return delivery
