"""User scripts in the process tier: each runs in a locked worker of its own.

A fresh worker a run: what one script does to its interpreter, no other script and no handler ever
meets. Forking one costs a few milliseconds. What scripts of a session share otherwise, such as
``getGlobals`` and the state of libraries, they therefore do not share in this tier.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

import msgspec

from runtime.calls import ScriptCall
from runtime.executors import protocol
from runtime.executors.answers import Answers
from runtime.executors.fleet import fleet_of
from runtime.executors.inbox import Inbox
from runtime.executors.judging import STOP_GRACE
from runtime.executors.known import Known
from runtime.executors.metering import TOO_MANY, crowded
from runtime.executors.places import script_places, script_traceback
from runtime.executors.sources import Shipped, settings_of
from runtime.limits import deadline_for, memory_for, output_for
from runtime.scopes import RunResult, ScriptScope
from runtime.timers import Timer
from runtime.underway import Glance, Looked
from sandbox import Diagnostic, Run
from sandbox.isolation.diagnosis import Diagnosis
from sandbox.isolation.errors import IsolationError
from sandbox.isolation.limits import WorkerLimits
from sandbox.isolation.worker import Worker, WorkerExit

COMPILE_SECONDS: Final = 10.0
"""How long a script may take to compile, unless it may run for less."""

GRACE: Final = 0.02
"""Seconds after its deadline, or after it was told to stop, that a script gets to end by itself."""

_LOOK: Final = 0.05
_SPARE_OUTPUT: Final = 200_000
_DEADLINE: Final = "the deadline has passed"


class UserScript:
    """One run of a user script; see the module.

    Args:
        scope: where it runs.
        source, filename, timeout, output: see ``ScriptScope.run``.
    """

    def __init__(
        self,
        scope: ScriptScope,
        source: str,
        filename: str,
        timeout: float | None,
        output: Callable[[str], object] | None,
    ) -> None:
        self.host = scope.host
        self.fleet = fleet_of(scope.host)
        self.receivers = {scope.session_id: scope}
        self.known = Known()
        self._scope = scope
        self._source = source
        self._filename = filename
        generation = scope.generation()
        limit = deadline_for(self.host, scope.project, generation)
        self._timeout = timeout if timeout is not None else limit
        self._memory = memory_for(self.host, scope.project, generation)
        self._output = output
        self._looked = Looked()
        self._came = Inbox()
        self._worker: Worker | None = None
        self._printed: list[str] = []
        self._room = output_for(self.host, scope.project)
        self._call = ScriptCall(scope, filename)
        self._answers = Answers(self, of_worker=True, script=self._call)
        self._run = Run(label=filename, context=self._call)
        self._begun = False
        self._ended = threading.Event()
        self._gone = False
        self._began = 0.0
        self._until: float | None = None
        self._last: Timer | None = None

    def run(self) -> RunResult:
        """Run it to its end, or to that of its worker; what it prints is passed on as it comes."""
        self._call.place = self._place
        with self.host.activities.one(self._call, self._run):
            try:
                self._start()
            except IsolationError as error:
                self._kill("its script could not be sent")
                return self._unable(str(error))
            try:
                result = self._follow()
            except BaseException:
                self._kill("the caller gave it up")
                raise
            finally:
                self._hold(None, "")
        if result.stopped and self._call.sent is not None:
            self.host.run_ended(self._call, self._filename, self._scope.origin())
        return result

    def send(self, *messages: protocol.ToWorker) -> None:
        """Send to its worker."""
        if self._worker is not None:
            self._worker.send(*messages)

    # Starting

    def _start(self) -> None:
        scope, host = self._scope, self.host
        worker = self.fleet.zygote().spawn(
            "runtime.executors.inside_script:main",
            msgspec.msgpack.encode(settings_of(host, scope.project, scope.letter, scope.kind)),
            messages=protocol.ScriptToHost,
            on_messages=self._take,
            on_exit=self._lost,
            limits=WorkerLimits(memory_bytes=self._memory),
            slots=1,
            name=f"script {self._filename[:50]}",
        )
        self._worker = worker
        self.fleet.adopt(self)
        shipped = Shipped()
        worker.send(
            *shipped.provided(host.system.names()),
            *shipped.levels(host.logbook, scope.project),
            *shipped.update(scope.session_id, scope.libraries()),
            protocol.RunScript(scope.session_id, self._source, self._filename, self._timeout),
        )

    def _unable(self, reason: str) -> RunResult:
        message = f"it could not be run in a locked process: {reason}"
        found = Diagnostic(self._filename, 1, 1, "isolation", "error", message)
        return RunResult(False, diagnostics=(found,))

    # Following it

    def _follow(self) -> RunResult:
        timeout = self._timeout
        compiling = COMPILE_SECONDS if timeout is None else max(2.0, min(COMPILE_SECONDS, timeout))
        reason = f"it took more than {compiling:g} s to compile"
        self._hold(monotonic() + compiling, reason)
        began: float | None = None
        told = False
        while True:
            now = monotonic()
            if self._run.token.stopped and not told:
                told, reason = True, self._run.token.reason
                self._hold(min(self._until or now + STOP_GRACE, now + STOP_GRACE), reason)
                self.send(protocol.StopRun(0, 1, reason))
            until = self._until
            # However much it printed before its end: little is left, as it comes together.
            if until is not None and now >= until and not self._ended.is_set():
                return self._overdue(reason, began)
            message = self._came.get(_LOOK if until is None else min(_LOOK, until - now))
            if message is None:
                worker = self._worker
                if worker is not None and crowded(worker.process, 1):
                    worker.kill(TOO_MANY)
                continue
            kind = type(message)
            if kind is str:
                self._print(message)
            elif kind is protocol.Begun:
                self._began = began = monotonic()
                reason = _DEADLINE
                self._hold(began + timeout + GRACE if timeout is not None else None, reason)
            elif kind is protocol.ScriptEnd:
                return self._result(message, told)
            elif isinstance(message, WorkerExit):
                return self._died(message, began)

    def _hold(self, until: float | None, reason: str) -> None:
        """It has until then; its worker is ended a little later whatever holds up who looks."""
        self._until = until
        if self._last is not None:
            self._last.cancel()

        def late() -> None:
            self._run.token.stop(reason)
            self._kill(reason)

        left = None if until is None else until + STOP_GRACE - monotonic()
        self._last = self.host.timers.after(left, late) if left is not None else None

    def _print(self, text: str) -> None:
        self._printed.append(text)
        if self._output is not None:
            self._output(text)

    def _result(self, end: protocol.ScriptEnd, told: bool) -> RunResult:
        diagnostics = tuple(one.diagnostic() for one in end.found)
        failed = end.traceback is not None or any(d.severity == "error" for d in diagnostics)
        if not self._answers.pending:
            self._kill("its script has ended")
        else:
            self.fleet.watch()
        return RunResult(
            not failed,
            "".join(self._printed),
            end.traceback,
            diagnostics,
            end.duration,
            end.stopped or (told and failed),
        )

    def _overdue(self, reason: str, began: float | None) -> RunResult:
        """It does not stop by itself: its worker is ended, and the line it was on is told."""
        worker = self._worker
        assert worker is not None
        found = worker.where(0.03, watch=0.0, doomed=True)
        worker.kill(reason)
        self._rest()
        if began is None:
            message = f"it could not be compiled: {reason}"
            fault = Diagnostic(self._filename, 1, 1, "compile-limit", "error", message)
            return RunResult(False, diagnostics=(fault,))
        return self._broken(f"Stopped: {reason}\n", began, stopped=True, found=found)

    def _died(self, end: WorkerExit, began: float | None) -> RunResult:
        token = self._run.token
        what = f"its worker {end.summary}\n"
        if token.stopped:
            what = f"Stopped: {token.reason}\n"
        elif not end.reason:
            what = f"{what.rstrip()}: it crashed, or needed more memory than there is\n"
        return self._broken(what, began, stopped=token.stopped, found=end.diagnosis)

    def _broken(
        self, what: str, began: float | None, *, stopped: bool, found: Diagnosis | None
    ) -> RunResult:
        self._kill(what)
        stack = found.stacks.get(0, ()) if found is not None else ()
        return RunResult(
            False,
            "".join(self._printed),
            script_traceback(stack, self._filename, self._source) + what,
            (),
            monotonic() - began if began is not None else 0.0,
            stopped,
        )

    def _rest(self) -> None:
        """What came before its end is part of its output."""
        while (message := self._came.get(0.0)) is not None:
            if type(message) is str:
                self._print(message)

    def _kill(self, reason: str) -> None:
        self._gone = True
        if self._worker is not None:
            self._worker.kill(reason.strip())

    # On the worker's own thread

    def _take(self, batch: list[Any]) -> None:
        late: list[str] = []
        for message in batch:
            # Nothing that is left of a batch counts once the worker is ended.
            fault = "" if self._gone else self._fault(message, late)
            if fault:
                self._kill(fault)
            if self._gone:
                break
        if late and self._output is not None:
            self._output("".join(late))
        if self._ended.is_set() and not self._answers.pending:
            self._kill("its script has ended")

    def _fault(self, message: Any, late: list[str]) -> str:
        """Take a message; gives why its worker is to be ended, empty where it is not."""
        kind = type(message)
        if kind is protocol.Printed:
            text = message.text
            if not text or not self._begun:
                return "it broke the protocol: output that was not due"
            if self._room is not None:
                self._room -= len(text)
                if self._room < -_SPARE_OUTPUT:
                    return "it printed more than it may"
            if self._ended.is_set():
                late.append(text)
            else:
                self._came.put(text)
        elif kind is protocol.Begun:
            if self._begun or self._ended.is_set():
                return "it broke the protocol: two beginnings"
            self._begun = True
            self._came.put(message)
        elif kind is protocol.ScriptEnd:
            if self._ended.is_set():
                return "it broke the protocol: two ends"
            # Whoever sees that it has ended finds the end.
            self._came.put(message)
            self._ended.set()
        elif kind is protocol.Seen:
            if not self._looked.take(message):
                return "it broke the protocol: an answer to what nobody asked"
        elif not self._answers.take(message):
            return "it broke the protocol: more than it may ask"
        return ""

    def _lost(self, end: WorkerExit) -> None:
        self._answers.lost()
        self._came.put(end)
        self.fleet.release(self)

    # For whoever looks after it

    @property
    def process(self) -> int:
        """The id of its process."""
        return self._worker.process if self._worker is not None else 0

    @property
    def project(self) -> str:
        """Whose script it is."""
        return self._scope.project

    def look(self, glance: Glance) -> None:
        """Ask its process for what the script started; itself it is listed by the host."""
        if self._worker is not None:
            self.send(protocol.Look(self._looked.ask(glance.expect(self))))

    def end(self, reason: str) -> None:
        """End its worker."""
        self._kill(reason)

    def tick(self) -> bool:
        """End what the script left running when its time is over; gives whether to come again."""
        if not self._ended.is_set() or self._timeout is None:
            return False
        if monotonic() > self._began + self._timeout + STOP_GRACE:
            self._kill("what its script left running did not stop in time")
            return False
        return True

    def close(self) -> None:
        """The host is closed."""
        self._kill("the host was shut down")

    def _place(self) -> tuple[str, int]:
        worker = self._worker
        if worker is None:
            return "", 0
        found = worker.where(timeout=0.15, watch=0.0)
        places = script_places(found.stacks.get(0, ()), self._filename)
        return (places[0].file, places[0].line) if places else ("", 0)
