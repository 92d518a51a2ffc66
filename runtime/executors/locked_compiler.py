"""Compiling inside a lock: what the host learns of a source is its diagnostics, never its code.

Workers compile what they run by themselves. A source made to blow up the parser costs a compiling
worker; the next source has another one.
"""

from __future__ import annotations

import threading
from typing import Annotated, Any, Final, Literal

import msgspec

from sandbox import CompileResult, Diagnostic, Policy, Sandbox, Script
from sandbox.isolation.errors import FrameError, IsolationError
from sandbox.isolation.limits import MIB, WorkerLimits
from sandbox.isolation.worker import Worker, WorkerExit
from sandbox.isolation.worker_process import WorkerContext

SECONDS: Final = 10.0
"""How long one source may take to compile."""

_LIMITS: Final = WorkerLimits(memory_bytes=512 * MIB)
_NOTHING: Final = compile("", "<compiled in a worker>", "exec", dont_inherit=True)

Words = Annotated[str, msgspec.Meta(max_length=10_000)]


class Job(msgspec.Struct, array_like=True):
    """A source to compile."""

    number: int
    profile: str
    source: str
    filename: str
    entry: str | None
    parameters: list[str]


class Found(msgspec.Struct, array_like=True):
    """A diagnostic as it travels."""

    file: Words
    line: Annotated[int, msgspec.Meta(ge=0, le=2**31)]
    column: Annotated[int, msgspec.Meta(ge=0, le=2**31)]
    rule: Words
    severity: Literal["error", "warning"]
    message: Words
    remedy: Words


class Verdict(msgspec.Struct, array_like=True):
    """What compiling gave."""

    number: int
    compiled: bool
    found: Annotated[list[Found], msgspec.Meta(max_length=10_000)]


def main(context: WorkerContext) -> None:
    """Entry point of a compiling worker."""
    compilers: dict[str, Sandbox] = {}
    context.channel.expect(Job)
    for batch in context.channel:
        for job in batch:
            compiler = compilers.get(job.profile)
            if compiler is None:
                policy = Policy(tier="process")
                compiler = compilers[job.profile] = Sandbox(policy, profile=job.profile)
            result = compiler.compile(
                job.source, job.filename, entry=job.entry, parameters=tuple(job.parameters)
            )
            found = [
                Found(d.file, d.line, d.column, d.rule, d.severity, d.message, d.remedy)
                for d in result.diagnostics
            ]
            context.channel.send(Verdict(job.number, result.script is not None, found))


class LockedCompiler:
    """Compiles as ``Sandbox.compile`` does, in a locked worker; scripts come back without code.

    Args:
        profile: the generation whose dialect warnings apply.
    """

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._number = 0
        self._answered = threading.Event()
        self._verdict: Verdict | None = None

    def compile(
        self,
        source: str,
        filename: str = "<script>",
        *,
        entry: str | None = None,
        parameters: tuple[str, ...] = (),
    ) -> CompileResult:
        """Compile a source; see ``Sandbox.compile``. What cannot be compiled is a diagnostic."""
        with self._lock:
            self._number += 1
            job = Job(self._number, self._profile, source, filename, entry, list(parameters))
            try:
                verdict = self._ask(job)
            except (IsolationError, FrameError) as error:
                return _refused(filename, str(error))
        if verdict is None:
            return _refused(
                filename, f"it took more than {SECONDS:g} s, or more memory than there is"
            )
        diagnostics = tuple(
            Diagnostic(d.file, d.line, d.column, d.rule, d.severity, d.message, d.remedy)
            for d in verdict.found
        )
        if any(d.severity == "error" for d in diagnostics) or not verdict.compiled:
            return CompileResult(None, diagnostics)
        return CompileResult(Script(filename, source, _NOTHING, entry), diagnostics)

    def close(self) -> None:
        """End the worker, if there is one."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill("no longer needed")

    def _ask(self, job: Job) -> Verdict | None:
        self._answered.clear()
        self._verdict = None
        worker = self._worker
        if worker is None or not worker.alive:
            worker = self._worker = self._start()
        if not worker.send(job):
            return None
        if not self._answered.wait(SECONDS):
            worker.kill("a source took too long to compile")
        verdict = self._verdict
        if verdict is None or verdict.number != job.number:
            worker.kill("it answered what it was not asked")
            self._worker = None
            return None
        return verdict

    def _start(self) -> Worker:
        from runtime.executors.fleet import shared_zygote

        def take(batch: list[Any]) -> None:
            self._verdict = batch[-1]
            self._answered.set()

        def lost(end: WorkerExit) -> None:
            # One that was given up for another has nothing to say any more.
            if made and self._worker in (None, made[0]):
                self._answered.set()

        made: list[Worker] = []
        made.append(
            shared_zygote().spawn(
                f"{__name__}:main",
                messages=Verdict,
                on_messages=take,
                on_exit=lost,
                limits=_LIMITS,
                slots=1,
                name="compiler",
            )
        )
        return made[0]


def _refused(filename: str, reason: str) -> CompileResult:
    message = f"it could not be compiled in a locked process: {reason}"
    return CompileResult(None, (Diagnostic(filename, 1, 1, "compile-limit", "error", message),))
