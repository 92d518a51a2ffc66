"""All workers of one host, the zygote that forks them, and the thread that looks after them."""

from __future__ import annotations

import pkgutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from runtime.executors.base import Running
from runtime.executors.judging import STOP_GRACE
from runtime.executors.link import Link
from runtime.executors.protocol import SeenScript, StopScript
from runtime.underway import Glance, Script
from sandbox.isolation import probe
from sandbox.isolation.zygote import Zygote

if TYPE_CHECKING:
    from runtime.contracts import Host, Receiver

TICK: Final = 0.01
"""Seconds between two looks at busy workers."""

SESSIONS: Final = 16
"""Client sessions of one project that share a worker."""

_THREADS: Final = 32
_REASON: Final = 1_000

_lock = threading.Lock()
_fleets: WeakKeyDictionary[Host, Fleet] = WeakKeyDictionary()
_zygotes: list[Zygote] = []


def preloaded() -> tuple[str, ...]:
    """Everything that scripts, or what serves them, import at a later time than their start."""
    import runtime.system
    import sandbox
    import sandbox.library

    names = [
        "runtime.executors.inside",
        "runtime.executors.inside_script",
        "runtime.executors.locked_compiler",
        probe.ATTACKS_MODULE,
    ]
    for package in (runtime.system, sandbox):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.startswith("sandbox.isolation"):
                names.append(found.name)
    return (*names, "runtime.executors.inside_warm")


def shared_zygote() -> Zygote:
    """The zygote of this process, started and tested when first needed.

    Raises:
        LockUnavailable: this machine cannot lock a process; it says what is missing.
        LockBroken: the self-test broke out of the lock.
        IsolationError: the zygote cannot be started.
    """
    with _lock:
        if not _zygotes:
            probe.probe().require()
            zygote = Zygote(preloaded())
            try:
                zygote.start()
                probe.self_test(zygote)
            except BaseException:
                zygote.close()
                raise
            _zygotes.append(zygote)
        return _zygotes[0]


def fleet_of(host: Host) -> Fleet:
    """The workers of a host."""
    with _lock:
        found = _fleets.get(host)
        if found is None:
            found = _fleets[host] = Fleet(host)
            host.when_closed(found.close)
        return found


class Fleet:
    """The links of one host; a link for each project's Gateway side, one for some client sessions.

    Its threads end when the last link is gone.
    """

    def __init__(self, host: Any) -> None:
        self.host = host
        self._lock = threading.Lock()
        self._links: list[Link] = []
        self._scripts: set[Any] = set()
        self._busy = threading.Event()
        self._thread: threading.Thread | None = None
        self._pool: ThreadPoolExecutor | None = None
        self.host.monitor.also(self.scripts)

    @staticmethod
    def zygote() -> Zygote:
        """What forks the workers."""
        return shared_zygote()

    def link(self, receiver: Receiver, own: str = "") -> Link:
        """The link that runs a receiver's handlers, or the one of a handler of its ``own``."""
        wanted = (receiver.project, receiver.letter, own)
        with self._lock:
            for link in self._links:
                if (link.project, link.letter, link.own) == wanted and (
                    not receiver.session_id
                    or (len(link.receivers) < SESSIONS and not link.crowded)
                ):
                    break
            else:
                link = Link(self, *wanted)
                self._links.append(link)
            link.join(receiver)
            return link

    def adopt(self, script: Any) -> None:
        """Look after a worker that runs one user script."""
        with self._lock:
            self._scripts.add(script)

    def release(self, script: Any) -> None:
        """Its worker is gone."""
        with self._lock:
            self._scripts.discard(script)

    def scripts(self) -> list[Script]:
        """What runs in the workers beside their lanes."""
        with self._lock:
            asked: list[Any] = [*self._links, *self._scripts]
        glance = Glance()
        for one in asked:
            one.look(glance)
        return [
            self._script(whom, whom.process, seen)
            for whom, answer in glance.answers()
            for seen in answer.scripts
        ]

    def _script(self, whom: Any, process: int, seen: SeenScript) -> Script:
        running = Running(
            0,
            whom.project,
            seen.label,
            seen.receiver,
            f"{seen.thread} (worker {process})",
            seen.elapsed,
            seen.file,
            seen.line,
        )

        def stop(reason: str) -> bool:
            # The number is that process's own: in another one it would be somebody else's.
            if whom.process != process:
                return False
            reason = reason[:_REASON]
            whom.send(StopScript(seen.number, reason))
            self.run(lambda: self._insist(whom, process, seen.number, reason))
            return True

        # By its process, for a number must not keep a worker's whole past alive.
        return Script((process, seen.number), running, stop)

    @staticmethod
    def _insist(whom: Any, process: int, number: int, reason: str) -> None:
        """End the worker of a script that was told to stop and did not."""
        threading.Event().wait(STOP_GRACE)
        if whom.process != process:
            return
        glance = Glance()
        whom.look(glance)
        for _, answer in glance.answers():
            if all(seen.number != number for seen in answer.scripts):
                return
        if whom.process == process:
            whom.end(f"{reason}: a script did not stop")

    def close(self) -> None:
        """End what user scripts left running; links end when their receivers have left."""
        with self._lock:
            scripts = list(self._scripts)
        for script in scripts:
            script.close()
        with _lock:
            # It holds its host, which would hold it for ever.
            if _fleets.get(self.host) is self:
                del _fleets[self.host]

    def run(self, function: Callable[[], None]) -> None:
        """Do something that takes time on a thread of the fleet."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_THREADS, f"{self.host.name}-workers")
            self._pool.submit(self._guard, function)

    def watch(self) -> None:
        """Look after the links while any of them is busy."""
        if not self._busy.is_set():
            self._busy.set()
            with self._lock:
                if self._thread is None:
                    thread = threading.Thread(
                        target=self._look, name=f"{self.host.name}-fleet", daemon=True
                    )
                    thread.start()
                    self._thread = thread

    def _guard(self, function: Callable[[], None]) -> None:
        try:
            function()
        except BaseException as error:
            self.host.logbook.write("ERROR", "Workers", f"a defect of the host: {error!r}")

    def _look(self) -> None:
        pause = threading.Event()
        while True:
            if not self._busy.wait(5.0):
                with self._lock:
                    if not self._links and not self._busy.is_set():
                        self._thread = None
                        return
                    resting = list(self._links)
                for link in resting:
                    link.rest()
                continue
            self._busy.clear()
            pause.wait(TICK)
            with self._lock:
                looked_after = [*self._links, *self._scripts]
            for one in looked_after:
                again = True
                try:
                    again = one.tick()
                except BaseException as error:
                    self.host.logbook.write("ERROR", "Workers", f"a defect of the host: {error!r}")
                if again:
                    self._busy.set()
            self._tidy()

    def _tidy(self) -> None:
        with self._lock:
            gone = [link for link in self._links if link.idle and link.worker is None]
            self._links = [link for link in self._links if link not in gone]
            if not self._links and self._pool is not None:
                self._pool.shutdown(wait=False)
                self._pool = None
