"""The inside of a worker that runs one user script: compiles it, runs it, sends what it prints."""

from __future__ import annotations

import sys
import threading
from typing import Any, Final

from runtime.executors import protocol
from runtime.executors.inside import Worker
from runtime.executors.protocol import clean
from runtime.underway import Script
from sandbox import CompileResult, Sandbox
from sandbox.isolation.worker_process import WorkerContext

_PIECE: Final = 50_000
_TRACEBACK: Final = 150_000
_NO_MEMORY: Final = "MemoryError\n"


class ScriptWorker(Worker):
    """A worker as any other, whose one piece of work is a user script.

    Its values have the size guards of the thread tier: somebody waits for this script, and an
    error at once is better than a worker that computes until its deadline, if it has one.
    """

    def __init__(self, context: WorkerContext) -> None:
        super().__init__(context)
        self._main = 0
        host = self.host
        host.policy = host.policy.with_tier("thread")
        host.sandbox = Sandbox(host.policy, profile=host.profile)

    def actions(self) -> dict[type, Any]:
        """What is done about each kind of message."""
        return {**super().actions(), protocol.RunScript: self._begin}

    def _begin(self, wanted: protocol.RunScript) -> None:
        threading.Thread(target=self._run, args=(wanted,), name="script", daemon=True).start()

    def _beside(self) -> list[Script]:
        # The script itself the host lists, with a line that it finds without the interpreter.
        main = {call for call, ident, _ in self.host.activities.scripts() if ident == self._main}
        return [one for one in super()._beside() if one.key not in main]

    def _stop(self, stop: protocol.StopRun) -> None:
        for _, _, run in self.host.activities.scripts():
            run.token.stop(stop.reason)

    def _run(self, wanted: protocol.RunScript) -> None:
        self._main = threading.get_ident()
        channel = self.context.channel
        slot = self.context.progress.slot(0)
        slot.attach()
        slot.begin(1)
        try:
            end = self._end_of(wanted)
        except MemoryError:
            end = protocol.ScriptEnd(_NO_MEMORY, False, 0.0, [])
        channel.send(end)
        slot.finish(1)

    def _end_of(self, wanted: protocol.RunScript) -> protocol.ScriptEnd:
        channel = self.context.channel
        compiled: CompileResult = self.host.sandbox.compile(wanted.source, wanted.filename)
        found = [protocol.Found.of(one) for one in compiled.diagnostics]
        if compiled.script is None:
            return protocol.ScriptEnd(None, False, 0.0, found)
        channel.send(protocol.Begun())

        def put(text: str) -> None:
            for start in range(0, len(text), _PIECE):
                channel.send(protocol.Printed(clean(text[start : start + _PIECE])))

        scope = self._receivers[wanted.receiver]
        ended = scope._execute(compiled.script, compiled.diagnostics, wanted.timeout, put, False)
        traceback = ended.traceback
        if traceback is not None:
            traceback = clean(traceback)
            if len(traceback) > _TRACEBACK:
                half = _TRACEBACK // 2
                traceback = f"{traceback[:half]}\n...\n{traceback[-half:]}"
        return protocol.ScriptEnd(traceback, ended.stopped, ended.duration, found)


def main(context: WorkerContext) -> None:
    """Entry point of a worker for one user script."""
    sys.setswitchinterval(0.0005)
    ScriptWorker(context).run()
