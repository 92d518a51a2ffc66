"""Compiling inside a lock: what the host learns of a source is its diagnostics, never its code.

Workers compile what they run by themselves, so no code is kept: this tier has no code cache. A
source made to blow up the parser costs a compiling worker; the others have another one. A worker
sees the sources of one project alone: one that was taken over learns, and says, nothing of others.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile
from time import monotonic
from typing import Any, Final

import msgspec

from runtime.executors.metering import used_by
from runtime.executors.protocol import AllFound, Found
from sandbox import CompileResult, Diagnostic, Policy, Sandbox, Script
from sandbox.isolation.errors import FrameError, IsolationError
from sandbox.isolation.limits import MIB, WorkerLimits
from sandbox.isolation.worker import Worker, WorkerExit
from sandbox.isolation.worker_process import WorkerContext

SECONDS: Final = 10.0
"""How long one source may take to compile."""

LIFE: Final = 60.0
"""Seconds of processor time after which another worker gets what is left."""

_LIMITS: Final = WorkerLimits(memory_bytes=512 * MIB, cpu_seconds=2 * int(LIFE))
_NOTHING: Final = compile("", "<compiled in a worker>", "exec", dont_inherit=True)
_LOOK: Final = 0.05

Source = tuple[str, str, str | None, tuple[str, ...]]
"""Text, filename, entry, parameters."""


class Job(msgspec.Struct, array_like=True):
    """A source to compile."""

    number: int
    profile: str
    source: str
    filename: str
    entry: str | None
    parameters: list[str]


class Verdict(msgspec.Struct, array_like=True):
    """What compiling gave."""

    number: int
    compiled: bool
    found: AllFound


def main(context: WorkerContext) -> None:
    """Entry point of a compiling worker."""
    compilers: dict[str, Sandbox] = {}
    channel = context.channel
    channel.expect(Job)
    for batch in channel:
        for job in batch:
            compiler = compilers.get(job.profile)
            if compiler is None:
                policy = Policy(tier="process")
                compiler = compilers[job.profile] = Sandbox(policy, profile=job.profile)
            result = compiler.compile(
                job.source, job.filename, entry=job.entry, parameters=tuple(job.parameters)
            )
            found = [Found.of(one) for one in result.diagnostics]
            channel.send(Verdict(job.number, result.script is not None, found))


class LockedCompiler:
    """Compiles as ``Sandbox.compile`` does, in locked workers; scripts come back without code.

    Args:
        profile: the generation whose dialect warnings apply.
        workers: how many compile at a time; they start when they are needed.
    """

    def __init__(self, profile: str, workers: int | None = None) -> None:
        self._profile = profile
        self._changed = threading.Condition()
        self._verdicts: dict[Source, Verdict | str] = {}
        count = workers or max(1, min(4, os.cpu_count() or 1))
        self._benches = [_Bench(self) for _ in range(count)]
        self._where: dict[Source, _Bench] = {}
        self._number = 0

    def ahead(self, sources: Iterable[Source]) -> None:
        """Begin with sources that will be asked for soon; all workers take their share."""
        with self._changed:
            wanted = [one for one in dict.fromkeys(sources) if one not in self._where]
            wanted.sort(key=_project_of)
            share = -(-len(wanted) // len(self._benches)) or 1
            for bench, start in zip(self._benches, range(0, len(wanted), share), strict=False):
                self._give(bench, wanted[start : start + share])

    def compile(
        self,
        source: str,
        filename: str = "<script>",
        *,
        entry: str | None = None,
        parameters: tuple[str, ...] = (),
    ) -> CompileResult:
        """Compile a source; see ``Sandbox.compile``. What cannot be compiled is a diagnostic."""
        key = (source, filename, entry, parameters)
        with self._changed:
            while key not in self._verdicts:
                bench = self._where.get(key)
                if bench is None:
                    # New, or another thread that asked the same took the answer.
                    project = _project_of(key)
                    self._give(min(self._benches, key=lambda one: one.load(project)), [key])
                else:
                    self._changed.wait(_LOOK)
                    bench.hurry()
            verdict = self._verdicts.pop(key)
            self._where.pop(key)
        if isinstance(verdict, str):
            return _refused(filename, verdict)
        diagnostics = tuple(replace(one.diagnostic(), file=filename) for one in verdict.found)
        if any(d.severity == "error" for d in diagnostics) or not verdict.compiled:
            return CompileResult(None, diagnostics)
        return CompileResult(Script(filename, source, _NOTHING, entry), diagnostics)

    def close(self) -> None:
        """End the workers there are; another source starts new ones."""
        with self._changed:
            workers = [bench.worker for bench in self._benches]
        for worker in workers:
            if worker is not None:
                worker.kill("no longer needed")

    def _give(self, bench: _Bench, sources: list[Source]) -> None:
        jobs = []
        for source in sources:
            self._number += 1
            self._where[source] = bench
            text, filename, entry, parameters = source
            job = Job(self._number, self._profile, text, filename, entry, list(parameters))
            jobs.append((source, job))
        bench.put(jobs)

    def _settle(self, source: Source, verdict: Verdict | str) -> None:
        self._verdicts[source] = verdict
        self._changed.notify_all()


class _Bench:
    """One worker's place, with what it was given and has not answered; under the owner's lock."""

    def __init__(self, owner: LockedCompiler) -> None:
        self._owner = owner
        self._jobs: deque[tuple[Source, Job]] = deque()
        self._since = 0.0
        self._project = ""
        # How many of the jobs, from the first on, the worker has.
        self._sent = 0
        self.worker: Worker | None = None

    def load(self, project: str) -> tuple[int, bool]:
        """How many sources wait here, and whether its worker is another project's."""
        return len(self._jobs), self.worker is not None and self._project != project

    def put(self, jobs: list[tuple[Source, Job]]) -> None:
        """Have sources compiled, in order."""
        if not self._jobs:
            self._since = monotonic()
        self._jobs += jobs
        self._go_on()

    def _go_on(self) -> None:
        """Send what comes next and is of the worker's project; else there is a new worker."""
        if not self._jobs:
            return
        if self.worker is not None and not self._sent and self._next_project() != self._project:
            self._drop("the next source is another project's")
        if self.worker is None and not self._start():
            return
        mine = takewhile(lambda job: _project_of(job[0]) == self._project, self._jobs)
        self._send(list(mine)[self._sent :])

    def _next_project(self) -> str:
        return _project_of(self._jobs[0][0])

    def hurry(self) -> None:
        """End a worker that takes too long over one source."""
        if self._jobs and self.worker is not None and monotonic() - self._since > SECONDS:
            self._fail(f"it took more than {SECONDS:g} s")
            self._again("a source took too long to compile")

    def _again(self, reason: str) -> None:
        self._drop(reason)
        self._go_on()

    def _drop(self, reason: str) -> None:
        worker, self.worker = self.worker, None
        self._sent = 0
        if worker is not None:
            worker.kill(reason)

    def _fail(self, reason: str) -> None:
        source, _ = self._jobs.popleft()
        self._sent = max(0, self._sent - 1)
        self._since = monotonic()
        self._owner._settle(source, reason)

    def _start(self) -> bool:
        from runtime.executors.fleet import shared_zygote

        self._since = monotonic()
        self._project = self._next_project()
        made: list[Worker] = []
        try:
            made.append(
                shared_zygote().spawn(
                    f"{__name__}:main",
                    messages=Verdict,
                    on_messages=lambda batch: self._take(made, batch),
                    on_exit=lambda end: self._lost(made, end),
                    limits=_LIMITS,
                    slots=1,
                    name="compiler",
                )
            )
        except IsolationError as error:
            while self._jobs:
                self._fail(str(error))
            return False
        self.worker = made[0]
        return True

    def _send(self, jobs: list[tuple[Source, Job]]) -> None:
        assert self.worker is not None
        for source, job in jobs:
            try:
                self.worker.send(job, flush=False)
            except FrameError as error:
                self._jobs.remove((source, job))
                self._owner._settle(source, str(error))
            else:
                self._sent += 1
        self.worker.flush()

    def _take(self, made: list[Worker], batch: list[Any]) -> None:
        with self._owner._changed:
            if not made or self.worker is not made[0]:
                return
            for verdict in batch:
                if not self._sent or self._jobs[0][1].number != verdict.number:
                    made[0].kill("it answered what it was not asked")
                    return
                source, _ = self._jobs.popleft()
                self._sent -= 1
                self._since = monotonic()
                self._owner._settle(source, verdict)
            if used_by(made[0].process) > LIFE:
                self._drop("it has had its time")
            if not self._sent:
                self._go_on()

    def _lost(self, made: list[Worker], end: WorkerExit) -> None:
        with self._owner._changed:
            # One that was given up for another has nothing to say any more.
            if not made or self.worker is not made[0]:
                return
            self.worker = None
            self._sent = 0
            if self._jobs:
                self._fail(f"it took more memory than there is: its worker {end.summary}")
                self._again("")


def _project_of(source: Source) -> str:
    """The project that a source is of: the folder that its file lies in."""
    return source[1].partition("/")[0]


def _refused(filename: str, reason: str) -> CompileResult:
    message = f"it could not be compiled in a locked process: {reason}"
    return CompileResult(None, (Diagnostic(filename, 1, 1, "compile-limit", "error", message),))
