"""``java.lang.Thread`` and its states."""

from __future__ import annotations

import itertools
import threading
import time
from typing import Any

from sandbox.library import hooks
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import coercion, long_argument, text_argument
from sandbox.library.java.throwables import java_exception_class
from sandbox.library.threads import run_as_current, start_counted
from sandbox.library.values import long_value, unicode_text


class State(Object, package="java.lang", java_name="Thread$State"):
    """``java.lang.Thread.State``."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        state(self, "_name", name)

    def name(self) -> str:
        """Its name."""
        return unicode_text(self._name)

    def toString(self) -> str:
        """Its name."""
        return unicode_text(self._name)


for _name in ("NEW", "RUNNABLE", "BLOCKED", "WAITING", "TIMED_WAITING", "TERMINATED"):
    type.__setattr__(State, _name, State(_name))

_CURRENT = threading.local()
_NUMBERS = itertools.count(0)


class Thread(Object, package="java.lang"):
    """``java.lang.Thread``: a daemon thread that shares the stop and deadline of its run."""

    __slots__ = ("__weakref__", "_daemon", "_done", "_interrupted", "_name", "_target", "_thread")
    MIN_PRIORITY, NORM_PRIORITY, MAX_PRIORITY = 1, 5, 10
    State = State

    def __init__(self, *args: Any) -> None:
        target: Any = None
        name = f"Thread-{next(_NUMBERS)}"
        for one in args:
            if isinstance(one, str):
                name = str.__str__(one)
            elif one is not None:
                target = one
        if target is not None and not (callable(target) or hasattr(target, "run")):
            raise coercion("java.lang.Thread", 1, "java.lang.Runnable, String")
        state(self, "_target", target)
        state(self, "_name", name)
        state(self, "_daemon", False)
        state(self, "_interrupted", False)
        state(self, "_done", threading.Event())
        state(self, "_thread", None)

    @classmethod
    def sleep(cls, millis: Any, nanos: Any = 0) -> None:
        """Wait; a stop of the run ends the wait at once."""
        count = long_argument(millis, "sleep")
        if count < 0:
            raise java_exception_class("java.lang.IllegalArgumentException")(
                "timeout value is negative"
            )
        me = getattr(_CURRENT, "thread", None)
        if me is None:
            hooks.pause(count / 1000.0)
            return
        if hooks.wait_until(lambda left: _interrupted_within(me, left), count / 1000.0):
            state(me, "_interrupted", False)
            raise java_exception_class("java.lang.InterruptedException")("sleep interrupted")

    @classmethod
    def currentThread(cls) -> Thread:
        """The thread that asks."""
        found = getattr(_CURRENT, "thread", None)
        if found is None:
            run = hooks.current_run()
            found = _RunThread(str(run.label) if run is not None and run.label else "main")
        return found

    # ``yield`` is a keyword of Python, not of Jython after a dot.
    @classmethod
    def yield_(cls) -> None:
        """Let others run."""
        hooks.checkpoint()

    @classmethod
    def interrupted(cls) -> bool:
        """Whether the thread that asks was interrupted; forgets it."""
        me = getattr(_CURRENT, "thread", None)
        was = bool(me is not None and me._interrupted)
        if was:
            state(me, "_interrupted", False)
        return was

    def start(self) -> None:
        """Start it."""
        if self._thread is not None:
            raise java_exception_class("java.lang.IllegalThreadStateException")(None)
        state(self, "_thread", start_counted(self._main, self._name))

    def _main(self) -> None:
        run_as_current(_CURRENT, self)

    def run(self) -> None:
        """What the thread does."""
        target = self._target
        if target is not None:
            if isinstance(target, Object) or not callable(target):
                target.run()
            else:
                target()

    def join(self, millis: Any = None) -> None:
        """Wait until it has ended; a stop of the run ends the wait."""
        if self._thread is not None:
            seconds = None if not millis else long_argument(millis, "join") / 1000.0
            hooks.wait_until(self._done.wait, seconds)
            hooks.checkpoint()

    def interrupt(self) -> None:
        """Have its sleep raise InterruptedException."""
        state(self, "_interrupted", True)

    def isInterrupted(self) -> bool:
        """Whether it was interrupted."""
        return bool(self._interrupted)

    def isAlive(self) -> bool:
        """Whether it runs."""
        return self._thread is not None and not self._done.is_set()

    def getState(self) -> State:  # type: ignore[valid-type]
        """How far it is."""
        if self._thread is None:
            return State.NEW  # type: ignore[no-any-return]
        return State.RUNNABLE if self.isAlive() else State.TERMINATED  # type: ignore[no-any-return]

    def getName(self) -> str:
        """Its name."""
        return unicode_text(self._name)

    def setName(self, name: Any) -> None:
        """Give it a name."""
        state(self, "_name", text_argument(name, "setName"))

    def getId(self) -> int:
        """A number for the thread."""
        return long_value(1 if self._thread is None else self._thread.native_id or 1)

    def isDaemon(self) -> bool:
        """Whether it was marked as a daemon; all of them are."""
        return bool(self._daemon)

    def setDaemon(self, daemon: Any) -> None:
        """Remembered only."""
        state(self, "_daemon", bool(daemon))

    def getPriority(self) -> int:
        """5."""
        return 5

    def setPriority(self, priority: Any) -> None:
        """Ignored."""

    def getStackTrace(self) -> list[Any]:
        """Always empty."""
        return []

    def toString(self) -> str:
        """``Thread[main,5,main]``."""
        return unicode_text(f"Thread[{self._name},5,main]")


class _RunThread(Thread, package="java.lang", java_name="Thread"):
    """The thread that a run started on."""

    def __init__(self, name: str) -> None:
        super().__init__(name)

    def isAlive(self) -> bool:
        """True."""
        return True


def _interrupted_within(thread: Any, seconds: float) -> bool:
    if thread._interrupted:
        return True
    time.sleep(min(seconds, 0.02))
    return bool(thread._interrupted)


type.__setattr__(Thread, "yield", vars(Thread)["yield_"])
