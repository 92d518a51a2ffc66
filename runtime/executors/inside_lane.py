"""A lane inside a worker: the thread of one slot, which runs deliveries and reports them."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from queue import SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from runtime.executors import protocol
from runtime.executors.protocol import clean
from runtime.executors.values import CODEC
from runtime.message import Delivery
from sandbox.isolation.errors import PayloadRefused
from sandbox.isolation.progress import Slot
from sandbox.isolation.worker_process import end_worker

if TYPE_CHECKING:
    from runtime.executors.inside import Worker

_FLUSH_SECONDS: Final = 0.002
_REPORTS: Final = 64


class Lane:
    """One slot's thread: runs what comes, in order, and reports in batches.

    Raises:
        RuntimeError: no thread can be started.
    """

    def __init__(self, worker: Worker, slot: Slot, index: int, receiver: str) -> None:
        self._worker = worker
        self._slot = slot
        self._index = index
        self._inbox: SimpleQueue[list[tuple[int, Delivery]]] = SimpleQueue()
        self.current: tuple[int, Delivery] | None = None
        self._gate = threading.Lock()
        self._begun = 0
        self._last = sys.maxsize
        self._let_go: dict[int, str] = {}
        self.receiver = receiver
        threading.Thread(target=self._serve, name=f"slot-{index}", daemon=True).start()

    def put(self, items: list[tuple[int, Delivery]]) -> None:
        """Queue pieces of work."""
        self._inbox.put(items)

    def end(self) -> None:
        """Have its thread end after what was queued: nothing more will come."""
        self._inbox.put([])

    def let_go(self, numbers: list[int], reason: str) -> None:
        """Do not begin these pieces of work."""
        with self._gate:
            self._let_go.update((number, reason) for number in numbers if number > self._begun)

    def recall(self) -> int:
        """Begin nothing more; gives the number of the last piece of work that was begun."""
        with self._gate:
            self._last = self._begun
            return self._begun

    def _serve(self) -> None:
        try:
            self._run()
        except BaseException:
            # What waits for this lane would wait for ever.
            end_worker()

    def _run(self) -> None:
        inbox, channel, slot = self._inbox, self._worker.context.channel, self._slot
        slot.attach()
        reports: list[protocol.Done] = []
        first = 0.0
        while True:
            if reports and inbox.empty():
                channel.send(*reports)
                reports = []
            items = inbox.get()
            if not items:
                if reports:
                    channel.send(*reports)
                return
            for item in items:
                number, work = item
                self.current = item
                started = perf_counter()
                with self._gate:
                    if number > self._last:
                        continue
                    slot.begin(number)
                    self._begun = number
                    unwanted = self._let_go.pop(number, "") if self._let_go else ""
                carried = len(work.message.payload)
                if unwanted:
                    work.end("undelivered", unwanted)
                else:
                    _perform(work)
                self.current = None
                ended = perf_counter()
                report = self._report(number, work, ended - started)
                # The two hold each other; what was returned would stay until they are collected.
                work.result = None
                work.message.deliveries = ()
                # What the handler logged is with the host before the record says it has ended.
                channel.flush()
                # Only a plain end may wait: the record alone tells the host of that.
                plain = report.status == "done" and not (
                    report.output or report.returned or report.result is not None
                )
                outcome = protocol.OUTCOMES.index(report.status)
                slot.finish(number, outcome if plain or outcome else protocol.TOLD)
                if not reports:
                    first = started
                reports.append(report)
                carried += len(report.result or b"")
                if not plain or len(reports) >= _REPORTS or ended - first > _FLUSH_SECONDS:
                    channel.send(*reports)
                    reports = []
                self._worker.count(carried)

    def _report(self, number: int, work: Delivery, duration: float) -> protocol.Done:
        status: Any = work.status if work.status in protocol.OUTCOMES else "failed"
        report = protocol.Done(self._index, number, status, duration)
        if status != "done" or work.output:
            report.error = clean(work.error[:10_000]) if work.error else work.error
            report.traceback = clean(work.traceback[:100_000]) if work.traceback else None
            report.output = clean(work.output)
        if work.returned:
            report.returned = clean(work.returned)
        if work.wants_result and status == "done":
            try:
                report.result = CODEC.encode(work.result, f"what {work.message.handler} returned")
            except PayloadRefused as error:
                report.status, report.error = "failed", str(error)
            except (MemoryError, RecursionError):
                # It was there, and its copy; what was no more is room for the text of it.
                work.result = None
                report.status = "failed"
                report.error = (
                    f"what {work.message.handler} returned has no room in its worker "
                    "(limits.memory)"
                )
        return report


def _perform(work: Delivery) -> None:
    """Run a delivery whose payload, or whose event's arguments, are still encoded."""
    message = work.message
    try:
        given = CODEC.decode(message.payload)
    except PayloadRefused as error:
        work.end("failed", str(error))
        return
    if message.event is not None:
        message.event = replace(message.event, arguments=tuple(given))
        given = None
    message.payload = given
    try:
        work.perform()
    except BaseException as error:
        # It must not raise; if it does, the lane goes on all the same.
        work.end("failed", f"a defect of the host: {type(error).__name__}")
