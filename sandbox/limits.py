"""Runs and their limits: stop tokens, deadlines, output, and the thread that watches them.

A stop is a flag. Compiled scripts test ``$stop`` (one entry of their builtins) at loop heads and
entries, and call ``checkpoint`` only when it is set, which then asks whether *this* run is the one
to stop. The flag is raised while any stopped run has not ended; other runs pay a call a loop then.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os as _os
import sys
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.errors import ScriptStopped


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use; None is no limit.

    Args:
        deadline: seconds of wall clock a run.
        output: characters a run may print.
        size: most characters, items or decimal digits of one value (thread tier only).
        recursion: nested calls of one thread, as scripts are told; the interpreter's own limit,
            which is one for the process, is what stops them.
        nodes: syntax nodes of one source.
        depth: nesting of one source.
    """

    deadline: float | None = None
    output: int | None = 10_000_000
    size: int = 20_000_000
    recursion: int = 1000
    nodes: int = 200_000
    depth: int = 200

    def lowered(self, other: Limits) -> Limits:
        """The stricter of the two, field by field: a project may lower limits, never raise them."""
        lowest: dict[str, Any] = {}
        for name in ("deadline", "output", "size", "recursion", "nodes", "depth"):
            values = [v for v in (getattr(self, name), getattr(other, name)) if v is not None]
            lowest[name] = min(values) if values else None
        return replace(self, **lowest)


class OutputLimitExceeded(ScriptStopped):
    """The script printed more than its run may."""

    __slots__ = ()


_LOCK = threading.RLock()
_STOPPED: set[int] = set()
_FLAGS: weakref.WeakSet[_Flag] = weakref.WeakSet()


class _Flag:
    """Where compiled scripts look: the ``$stop`` entry of one builtins dict."""

    __slots__ = ("__weakref__", "builtins")

    def __init__(self, builtins: dict[str, Any]) -> None:
        self.builtins = builtins


def register_flag(builtins: dict[str, Any]) -> _Flag:
    """Keep ``$stop`` of this builtins dict up to date for as long as the result is held."""
    flag = _Flag(builtins)
    with _LOCK:
        builtins["$stop"] = bool(_STOPPED)
        _FLAGS.add(flag)
    return flag


def _raise_flags(value: bool) -> None:
    for flag in _FLAGS:
        flag.builtins["$stop"] = value


class StopToken:
    """Whether a run has to end; shared by everything the run started.

    Errors: none; all methods may be called from any thread, any number of times.
    """

    __slots__ = ("__weakref__", "_event", "_holders", "reason", "stopped")

    def __init__(self) -> None:
        self.stopped = False
        self.reason = ""
        self._event: threading.Event | None = None
        self._holders = 0

    def stop(self, reason: str = "stopped") -> None:
        """Have every thread of the run raise ``ScriptStopped`` at its next checkpoint."""
        with _LOCK:
            if self.stopped:
                return
            self.reason = reason
            self.stopped = True
            if self._event is not None:
                self._event.set()
            if self._holders:
                _STOPPED.add(id(self))
                _raise_flags(True)

    def wait(self, seconds: float | None) -> bool:
        """Sleep, but end at once when the token is stopped; gives whether it was stopped.

        Args:
            seconds: None waits until the token is stopped.
        """
        with _LOCK:
            if self.stopped:
                return True
            if self._event is None:
                self._event = threading.Event()
            event = self._event
        return event.wait(seconds)

    def _hold(self) -> None:
        with _LOCK:
            self._holders += 1
            if self.stopped:
                _STOPPED.add(id(self))
                _raise_flags(True)

    def _release(self) -> None:
        with _LOCK:
            self._holders -= 1
            if self._holders <= 0 and id(self) in _STOPPED:
                _STOPPED.discard(id(self))
                if not _STOPPED:
                    _raise_flags(False)


def _discard(text: str) -> None:
    pass


class Run:
    """One execution of script code, on one or several threads.

    Args:
        output: where ``print`` goes, called with text; dropped when None.
        token: shared with what the run starts; a new one when None.
        deadline: ``time.monotonic()`` value after which the run is stopped, or None.
        label: what the run is, for reports.
        environment: what its scripts share, or None.
        output_limit: characters the run may print, or None.
    """

    __slots__ = (
        "_undone",
        "_written",
        "context",
        "deadline",
        "environment",
        "label",
        "output",
        "output_limit",
        "sink",
        "state",
        "token",
    )

    def __init__(
        self,
        output: Callable[[str], object] | None = None,
        token: StopToken | None = None,
        deadline: float | None = None,
        label: str = "",
        environment: Any = None,
        output_limit: int | None = None,
        context: Any = None,
    ) -> None:
        self.sink = output or _discard
        self.token = token or StopToken()
        self.deadline = deadline
        self.label = label
        self.environment = environment
        self.output_limit = output_limit
        self.context = context
        self.state: dict[str, Any] | None = None
        self._undone: dict[Any, Callable[[], object]] | None = None
        self._written = 0
        self.output: Callable[[str], object] = (
            self.sink if output_limit is None else self._limited_output
        )

    def _limited_output(self, text: str) -> None:
        limit = self.output_limit
        assert limit is not None
        room = limit - self._written
        self._written += len(text)
        if len(text) > room:
            if room > 0:
                self.sink(text[:room])
            self.token.stop(f"printed more than {limit} characters")
            raise OutputLimitExceeded(f"printed more than {limit} characters")
        self.sink(text)

    def undo(self, key: object, function: Callable[[], object]) -> None:
        """Have a change of the thread undone when it leaves this run; once a key."""
        if self._undone is None:
            self._undone = {}
        self._undone.setdefault(key, function)

    def has_undo(self, key: object) -> bool:
        """Whether something is to be undone under this key."""
        return self._undone is not None and key in self._undone

    def _leave(self) -> None:
        undone, self._undone = self._undone, None
        if undone is not None:
            for function in undone.values():
                # What cannot be undone any more does not keep the run from ending.
                with contextlib.suppress(Exception, ScriptStopped):
                    function()

    def finish(self) -> None:
        """The run is over: nothing it left behind prints any more, and it refers to itself no more.

        Without it a run that has an output limit is freed by the garbage collector alone.
        """
        self.output = self.sink = _discard

    def child(self, label: str = "") -> Run:
        """A run for a thread that this one starts: same token, deadline, output."""
        made = Run(
            self.sink,
            self.token,
            self.deadline,
            label or self.label,
            self.environment,
            self.output_limit,
            self.context,
        )
        made._written = self._written
        return made

    def __enter__(self) -> Run:
        """Make this the run of the calling thread, and have its deadline watched."""
        stack = _THREAD.__dict__.setdefault("stack", [])
        stack.append(getattr(_THREAD, "run", None))
        _THREAD.run = self
        self.token._hold()
        if self.deadline is not None:
            WATCHDOG.watch(self.token, self.deadline)
        return self

    def __exit__(self, *error: object) -> None:
        """Give the thread back to the run it had before."""
        if self._undone is not None:
            self._leave()
        self.token._release()
        _THREAD.run = _THREAD.__dict__["stack"].pop()


class _Thread(threading.local):
    run: Run | None = None


_THREAD = _Thread()


def current_run() -> Run | None:
    """The run of the calling thread, or None."""
    return _THREAD.run


def set_current_run(run: Run | None) -> Run | None:
    """Make ``run`` the run of the calling thread without watching anything; gives the former one.

    The cheap form for a host that ends runs itself: where a run has a deadline or may be stopped,
    enter it instead (``with run:``).
    """
    former = _THREAD.run
    if former is not None:
        if former._undone is not None:
            former._leave()
        former.token._release()
    _THREAD.run = run
    if run is not None:
        run.token._hold()
    return former


def checkpoint() -> bool:
    """Raise ``ScriptStopped`` if the run of this thread is stopped; True otherwise."""
    run = _THREAD.run
    if run is not None and run.token.stopped:
        raise ScriptStopped(run.token.reason)
    return True


def run_token() -> StopToken | None:
    """The token of the run of this thread, None without one."""
    run = _THREAD.run
    return None if run is None else run.token


def require_run(origin: StopToken | None = None) -> bool:
    """Like ``checkpoint``, and also raise for code that outlived its run.

    Compiled into ``finally``, ``except`` and ``with`` of generators, which the interpreter resumes
    to close them when it collects them: on whichever thread that happens, in whatever run.

    Args:
        origin: the token of the run that the generator began in.
    """
    run = _THREAD.run
    if run is None:
        raise ScriptStopped("the run has ended")
    if run.token.stopped:
        raise ScriptStopped(run.token.reason)
    if origin is not run.token and type(sys.exc_info()[1]) is GeneratorExit:
        raise ScriptStopped("the run has ended")
    return True


MEMORY_GROWTH = 1 << 30
"""Bytes by which the process may grow before the runs that go on meanwhile are stopped."""
_LOOK = 0.05
_PAGE = _os.sysconf("SC_PAGE_SIZE") if hasattr(_os, "sysconf") else 4096


def resident_memory() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as source:
            return int(source.read().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


class Watchdog:
    """One thread that stops tokens at their deadlines; it starts when first needed.

    While it has a deadline to wait for it also looks at the memory of the process, and stops all
    runs that it watches when that has grown too much: nobody can say which of them it was.

    Args:
        clock: seconds that deadlines are compared with.
        memory: bytes in use now.
        growth: bytes that the process may grow.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        memory: Callable[[], int] = resident_memory,
        growth: int = MEMORY_GROWTH,
    ) -> None:
        self._clock = clock
        self._memory = memory
        self._growth = growth
        self._least: int | None = None
        self._wake = threading.Condition()
        self._heap: list[tuple[float, int, weakref.ref[StopToken], Callable[[], str]]] = []
        self._order = itertools.count()
        self._thread: threading.Thread | None = None

    def watch(
        self,
        token: StopToken,
        deadline: float,
        reason: Callable[[], str] = lambda: "the deadline has passed",
    ) -> None:
        """Stop ``token`` when the clock reaches ``deadline``, unless it is forgotten before.

        Args:
            token: held weakly.
            deadline: a ``time.monotonic()`` value.
            reason: asked when it fires.
        """
        with self._wake:
            entry = (deadline, next(self._order), weakref.ref(token), reason)
            heapq.heappush(self._heap, entry)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._work, name="pilotlight-watchdog", daemon=True
                )
                self._thread.start()
            elif self._heap[0] is entry:
                self._wake.notify()

    def _work(self) -> None:
        while True:
            with self._wake:
                while self._heap and self._heap[0][2]() is None:
                    heapq.heappop(self._heap)
                if not self._heap:
                    self._least = None
                    # Idle watchdogs end, so an embedding host has no thread it did not ask for.
                    if not self._wake.wait(5.0) and not self._heap:
                        self._thread = None
                        return
                    continue
                deadline, _, held, reason = self._heap[0]
                left = deadline - self._clock()
                if left > 0:
                    self._wake.wait(min(left, _LOOK))
                    tokens = self._outgrown()
                else:
                    heapq.heappop(self._heap)
                    tokens = [held()]
            for token in tokens:
                if token is not None:
                    token.stop(reason() if left <= 0 else "the process grew too much meanwhile")
            token = None
            tokens.clear()

    def _outgrown(self) -> list[StopToken | None]:
        """The tokens to stop because of the memory in use: all of them, or none."""
        now = self._memory()
        if self._least is None or now < self._least:
            self._least = now
        if now - self._least <= self._growth:
            return []
        self._least = now
        return [entry[2]() for entry in self._heap]


WATCHDOG = Watchdog()


def _after_fork() -> None:
    # Locks and threads of the parent mean nothing in the child.
    global _LOCK, WATCHDOG
    _LOCK = threading.RLock()
    WATCHDOG = Watchdog()


_os.register_at_fork(after_in_child=_after_fork)
