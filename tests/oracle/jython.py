"""Asks a real Jython what a piece of source text does, through one long-lived JVM."""

import contextlib
import json
import os
import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

DRIVER = Path(__file__).with_name("jython_driver.py2")

# The second compiler tier costs start-up time and memory, and short snippets never repay it.
JVM_OPTIONS = "-XX:TieredStopAtLevel=1 -Xmx1g -Xss4m"


@dataclass(frozen=True, slots=True)
class Answer:
    """What Jython did with a source text.

    Args:
        output: what it printed.
        error_type: the exception's class name, or None when it ended well.
        message: ``str`` of the exception, or None.
        line: the line of the error in the source text, where there is one.
        offset: 0-based column of a syntax error, where there is one.
    """

    output: str
    error_type: str | None
    message: str | None
    line: int | None
    offset: int | None


def jython_path() -> str | None:
    """The ``jython`` command, or None where it is not installed."""
    return shutil.which("jython")


class JythonOracle:
    """One JVM that answers one question after the other; a context manager.

    Args:
        timeout: seconds one answer may take; a slower JVM is killed, the question gives the
            error type ``Timeout``, and the next question starts a new one.
    """

    def __init__(self, timeout: float = 60.0) -> None:
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "JythonOracle":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the JVM."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            assert process.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()

    def run(self, source: str, filename: str = "<script>") -> Answer:
        """Execute ``source`` as a fresh ``__main__`` module."""
        return self._ask("run", source, filename)

    def check(self, source: str, filename: str = "<script>") -> Answer:
        """Compile ``source`` without executing it."""
        return self._ask("compile", source, filename)

    def compiles(self, source: str) -> bool:
        """Whether Jython compiles ``source``."""
        return self.check(source).error_type is None

    def _start(self) -> subprocess.Popen[bytes]:
        command = jython_path()
        if command is None:
            raise RuntimeError("jython is not installed")
        # The wrapper script hands its arguments to Jython, so the JVM reads its own here.
        environment = dict(os.environ, JAVA_TOOL_OPTIONS=JVM_OPTIONS)
        return subprocess.Popen(
            [command, str(DRIVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def _ask(self, mode: str, source: str, filename: str) -> Answer:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = self._start()
        process = self._process
        request = json.dumps({"mode": mode, "source": source, "filename": filename}).encode()
        assert process.stdin is not None
        assert process.stdout is not None
        watchdog = threading.Timer(self._timeout, process.kill)
        watchdog.start()
        try:
            process.stdin.write(b"%d\n" % len(request) + request)
            process.stdin.flush()
            head = process.stdout.readline()
            reply: dict[str, Any] | None = (
                json.loads(process.stdout.read(int(head))) if head else None
            )
        except OSError:
            reply = None
        finally:
            watchdog.cancel()
        if reply is None:
            process.kill()
            self.close()
            return Answer("", "Timeout", "no answer from Jython", None, None)
        return Answer(
            reply["output"], reply["type"], reply["message"], reply["line"], reply["offset"]
        )
