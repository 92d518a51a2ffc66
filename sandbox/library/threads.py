"""Starting the threads of scripts: counted, stopped with their run, errors reported."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

from sandbox.errors import ScriptStopped
from sandbox.library import hooks
from sandbox.library.traceback_module import format_all
from sandbox.limits_stack import start_for_scripts
from sandbox.nesting import require_frames

MAX_THREADS = 64


class _Count:
    """How many threads an environment's scripts run."""

    __slots__ = ("_lock", "live")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.live = 0

    def enter(self) -> None:
        with self._lock:
            if self.live >= MAX_THREADS:
                raise RuntimeError(f"can't start new thread: scripts may have {MAX_THREADS} here")
            self.live += 1

    def leave(self) -> None:
        with self._lock:
            self.live -= 1


COUNT = _Count()
LIVE: dict[int, tuple[str, float, Any]] = {}
"""Threads of scripts that run now: ident -> name, ``time.perf_counter()`` at their start, run."""

NUMBERS = itertools.count(1)


def _nothing() -> None:
    pass


def _unwatched(run: Any) -> Callable[[], object]:
    return _nothing


began: Callable[[Any], Callable[[], object]] = _unwatched
"""Called with the run that starts a thread; gives what to call when the thread has ended."""


def watch(function: Callable[[Any], Callable[[], object]]) -> None:
    """Have somebody told of the threads that scripts start."""
    global began
    began = function


def start_thread(count: _Count, body: Any, name: str, library: Any) -> threading.Thread:
    """Start a daemon thread whose run is a child of this thread's run."""
    run = hooks.current_run()
    require_frames()
    count.enter()
    ended = began(run)

    def work() -> None:
        try:
            # What it calls may be a function of the host's own, which looks at no stop.
            hooks.checkpoint()
            body()
        except ScriptStopped:
            pass
        except BaseException as error:
            # Its words may be a method of the script, which a stop has to end like any other.
            _report(error, name, library, run)

    def main() -> None:
        try:
            if run is None:
                work()
            else:
                with run.child(name) as own:
                    LIVE[threading.get_ident()] = (name, time.perf_counter(), own)
                    work()
        except BaseException:
            # A report that failed, or was stopped, has nobody to be told to.
            pass
        finally:
            LIVE.pop(threading.get_ident(), None)
            count.leave()
            ended()

    thread = threading.Thread(target=main, name=name, daemon=True)
    try:
        start_for_scripts(thread, many=True)
    except BaseException:
        count.leave()
        ended()
        raise
    return thread


def start_counted(body: Any, name: str) -> threading.Thread:
    """``start_thread`` with the count and the output that all environments share."""
    return start_thread(COUNT, body, name, HookOutput)


def run_as_current(current: threading.local, thread: Any) -> None:
    """Run a script's thread object on this thread, known as its current one; marks its end."""
    current.thread = thread
    try:
        thread.run()
    finally:
        thread._done.set()


def _report(error: BaseException, name: str, library: Any, run: Any) -> None:
    words = "".join(format_all(type(error), error, error.__traceback__))
    write = run.output if run is not None else library.write_output
    write(f"Exception in thread {name}:\n{words}")


class HookOutput:
    """What reports where no library is at hand."""

    write_output = staticmethod(hooks.write_output)
