"""Starting the threads of scripts: counted, stopped with their run, errors reported."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any

from sandbox.dialect.meaning.error_parts import traceback_of
from sandbox.errors import ScriptStopped
from sandbox.library import hooks
from sandbox.library.traceback_module import format_all
from sandbox.limits_stack import start_for_scripts
from sandbox.nesting import require_frames

MAX_THREADS = 64
"""Threads that the scripts of one owner may have: of one side of a project, or of a session."""

MOST_THREADS = 1024
"""Threads that all scripts of the process may have."""


class Count:
    """How many threads scripts run, in all and by whose they are."""

    __slots__ = ("_lock", "_owned", "live")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owned: dict[Hashable, int] = {}
        self.live = 0

    def enter(self, owner: Hashable) -> None:
        """Count one more of an owner.

        Errors: RuntimeError where there are as many as may be.
        """
        with self._lock:
            mine = self._owned.get(owner, 0)
            if mine >= MAX_THREADS or self.live >= MOST_THREADS:
                most = MAX_THREADS if mine >= MAX_THREADS else MOST_THREADS
                raise RuntimeError(f"can't start new thread: scripts may have {most} here")
            self._owned[owner] = mine + 1
            self.live += 1

    def leave(self, owner: Hashable) -> None:
        """One of an owner has ended."""
        with self._lock:
            left = self._owned.pop(owner) - 1
            if left:
                self._owned[owner] = left
            self.live -= 1


COUNT = Count()
LIVE: dict[int, tuple[str, float, Any]] = {}
"""Threads of scripts that run now: ident -> name, ``time.perf_counter()`` at their start, run."""

NUMBERS = itertools.count(1)


def _nothing() -> None:
    pass


def _unwatched(run: Any) -> Callable[[], object]:
    return _nothing


began: Callable[[Any], Callable[[], object]] = _unwatched
"""Called with the run that starts a thread; gives what to call when the thread has ended."""


def _nobody(run: Any) -> Hashable:
    return None


owner_of: Callable[[Any], Hashable] = _nobody
"""Whose threads those are that a run starts."""


def watch(
    function: Callable[[Any], Callable[[], object]], owner: Callable[[Any], Hashable]
) -> None:
    """Have somebody told of the threads that scripts start, who says whose they are."""
    global began, owner_of
    began, owner_of = function, owner


def start_thread(count: Count, body: Any, name: str, library: Any) -> threading.Thread:
    """Start a daemon thread whose run is a child of this thread's run."""
    run = hooks.current_run()
    require_frames()
    owner = owner_of(run)
    count.enter(owner)
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
            count.leave(owner)
            ended()

    thread = threading.Thread(target=main, name=name, daemon=True)
    try:
        start_for_scripts(thread, many=True)
    except BaseException:
        count.leave(owner)
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
    words = "".join(format_all(type(error), error, traceback_of(error)))
    write = run.output if run is not None else library.write_output
    write(f"Exception in thread {name}:\n{words}")


class HookOutput:
    """What reports where no library is at hand."""

    write_output = staticmethod(hooks.write_output)
