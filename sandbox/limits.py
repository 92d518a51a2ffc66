"""Runs and their limits: stop tokens, deadlines, output, nesting.

A stop is a flag. Compiled scripts test ``$stop`` (one entry of their builtins) at loop heads and
entries, and call ``checkpoint`` only when it is set, which then asks whether *this* run is the one
to stop. The flag is raised while any stopped run has not ended; other runs pay a call a loop then.
"""

from __future__ import annotations

import contextlib
import os as _os
import threading
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import get_ident
from typing import Any, Final

from sandbox import watchdog
from sandbox.errors import ScriptStopped

RECURSION: Final = 1000
"""Nested calls that the interpreter allows by itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use; None is no limit.

    Args:
        deadline: seconds of wall clock a run.
        output: characters a run may print.
        size: most characters, items or decimal digits of one value (thread tier only).
        recursion: nested calls of one thread. Above the interpreter's own limit, which is one for
            the process, it means nothing; below it every function counts, which costs.
        nodes: syntax nodes of one source.
        depth: nesting of one source.
    """

    deadline: float | None = None
    output: int | None = 10_000_000
    size: int = 20_000_000
    recursion: int = RECURSION
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


STOP: dict[str, Any] = {}
"""The host's own flag: its ``$stop`` says whether some run is to stop."""
_OWN_FLAG = register_flag(STOP)


def _raise_flags(value: bool) -> None:
    for flag in _FLAGS:
        flag.builtins["$stop"] = value


class StopToken:
    """Whether a run has to end, and what it printed; shared by everything the run started.

    Errors: none; all methods may be called from any thread, any number of times.
    """

    __slots__ = (
        "__weakref__",
        "_event",
        "_holders",
        "lent",
        "outlived",
        "reason",
        "stopped",
        "written",
    )

    def __init__(self) -> None:
        self.stopped = False
        self.reason = ""
        self.written = 0
        # What the interpreter may still be at work on, by identity; made at the first of these.
        self.outlived: dict[int, object] | None = None
        # The newest of what other runs of the same scripts replaced.
        self.lent: deque[object] | None = None
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


PREPARING: list[Callable[[], object]] = []
"""What a thread of the host's does when it enters a run, once scripts use what asks for it."""


class Run:
    """One execution of script code, on one or several threads.

    Args:
        output: where ``print`` goes, called with text; dropped when None.
        token: shared with what the run starts; a new one when None.
        deadline: ``time.monotonic()`` value after which the run is stopped, or None.
        label: what the run is, for reports.
        environment: what its scripts share, or None.
        output_limit: characters the run may print, or None.
        recursion: nested calls, where that is less than its policy allows; or None.
    """

    __slots__ = (
        "_undone",
        "context",
        "deadline",
        "environment",
        "label",
        "output",
        "output_limit",
        "recursion",
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
        recursion: int | None = None,
    ) -> None:
        self.sink = output or _discard
        self.token = token or StopToken()
        self.deadline = deadline
        self.label = label
        self.environment = environment
        self.output_limit = output_limit
        self.context = context
        self.recursion = recursion
        self.state: dict[str, Any] | None = None
        self._undone: dict[Any, Callable[[], object]] | None = None
        self.output: Callable[[str], object] = (
            self.sink if output_limit is None else self._limited_output
        )

    def _limited_output(self, text: str) -> None:
        limit = self.output_limit
        assert limit is not None
        size = len(text)
        # Threads of the run share it: with no call in between, none loses what another added.
        token = self.token
        token.written += size
        room = limit - token.written + size
        if size > room:
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
        return Run(
            self.sink,
            self.token,
            self.deadline,
            label or self.label,
            self.environment,
            self.output_limit,
            self.context,
            self.recursion,
        )

    def __enter__(self) -> Run:
        """Make this the run of the calling thread, and have its deadline watched."""
        stack = _THREAD.__dict__.setdefault("stack", [])
        stack.append(getattr(_THREAD, "run", None))
        _THREAD.run = _RUNNING[get_ident()] = self
        self.token._hold()
        if self.deadline is not None:
            watchdog.WATCHDOG.watch(self.token, self.deadline)
        for prepare in PREPARING:
            prepare()
        return self

    def __exit__(self, *error: object) -> None:
        """Give the thread back to the run it had before."""
        if self._undone is not None:
            self._leave()
        self.token._release()
        _THREAD.run = _RUNNING[get_ident()] = _THREAD.__dict__["stack"].pop()


class _Thread(threading.local):
    run: Run | None = None


_THREAD = _Thread()
# The same for all threads, for whoever asks about the others; None where a run has ended.
_RUNNING: dict[int, Run | None] = {}


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
    _THREAD.run = _RUNNING[get_ident()] = run
    if run is not None:
        run.token._hold()
    return former


def begin_run(run: Run) -> None:
    """The same on a thread without a run, for a run that nobody else has seen, and so stops."""
    run.token._holders = 1
    _THREAD.run = _RUNNING[get_ident()] = run


def checkpoint() -> bool:
    """Raise ``ScriptStopped`` if the run of this thread is stopped; True otherwise."""
    run = _THREAD.run
    if run is not None and run.token.stopped:
        raise ScriptStopped(run.token.reason)
    return True


MOST_OUTLIVED: Final = 100_000
MOST_LENT: Final = 1_000


def outlive(value: object) -> None:
    """Keep a value until the run has ended: the interpreter may be at work on it unheld.

    Where it asks a script's object in the middle of its work, that may put another in its place, or
    another run does that has the same objects: the newest values are kept for those as well.

    Errors: RuntimeError for a run that replaces so many.
    """
    run = _THREAD.run
    if run is None:
        return
    token = run.token
    kept = token.outlived
    if kept is None:
        kept = token.outlived = {}
    if len(kept) >= MOST_OUTLIVED and id(value) not in kept:
        raise RuntimeError(f"this run has replaced more than {MOST_OUTLIVED} of these")
    kept[id(value)] = value
    for other in list(_RUNNING.values()):
        if other is not None and other.token is not token and other.environment is run.environment:
            with _LOCK:
                if other.token.lent is None:
                    other.token.lent = deque(maxlen=MOST_LENT)
            other.token.lent.append(value)


def run_token() -> StopToken | None:
    """The token of the run of this thread, None without one."""
    run = _THREAD.run
    return None if run is None else run.token


def _after_fork() -> None:
    # Locks of the parent mean nothing in the child.
    global _LOCK
    _LOCK = threading.RLock()


_os.register_at_fork(after_in_child=_after_fork)
