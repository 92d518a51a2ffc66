"""``threading`` and ``thread``: every wait ends when the run is stopped."""

from __future__ import annotations

import threading
from typing import Any

from sandbox.guards_base import plain_keywords
from sandbox.library import hooks
from sandbox.library.arguments import number
from sandbox.library.locks import Condition, Event, Lock, RLock, Semaphore, seconds_or_none
from sandbox.library.module import Held, HostType, Module, host_class
from sandbox.library.threads import COUNT, NUMBERS, HookOutput, run_as_current, start_thread
from sandbox.library.values import script_str
from sandbox.limits_consuming import tuple_of
from sandbox.limits_hooks import shown

_CURRENT = threading.local()


def _plain(name: Any) -> str:
    # The host shows names: a script's own kind of text would be asked how, outside of its run.
    return str.__str__(script_str(name))


@host_class("threading")
class Thread(metaclass=HostType):
    """``threading.Thread``: daemon threads that share the stop and deadline of their run."""

    # Slots keep these out of reach of subclasses: the policy refuses a host class's private names.
    __slots__ = (
        "__weakref__",
        "_args",
        "_daemon",
        "_done",
        "_kwargs",
        "_name",
        "_target",
        "_thread",
    )

    def __init__(
        self,
        group: Any = None,
        target: Any = None,
        name: Any = None,
        args: Any = (),
        kwargs: Any = None,
        verbose: Any = None,
    ) -> None:
        self._target = target
        self._args = tuple_of(args)
        self._kwargs = plain_keywords(kwargs or {})
        self._name = f"Thread-{next(NUMBERS)}" if name is None else _plain(name)
        self._thread: threading.Thread | None = None
        self._daemon = False
        self._done = threading.Event()

    def start(self) -> None:
        """Start it; it may run 64 at a time in one host."""
        if self._thread is not None:
            raise RuntimeError("threads can only be started once")
        self._thread = start_thread(COUNT, self._main, self._name, HookOutput)

    def _main(self) -> None:
        run_as_current(_CURRENT, self)

    def run(self) -> None:
        """What the thread does."""
        if self._target is not None:
            self._target(*self._args, **self._kwargs)

    def join(self, timeout: Any = None) -> None:
        """Wait until it has ended; a stop of the run ends the wait."""
        if self._thread is None:
            raise RuntimeError("cannot join thread before it is started")
        if getattr(_CURRENT, "thread", None) is self:
            raise RuntimeError("cannot join current thread")
        hooks.wait_until(self._done.wait, seconds_or_none(timeout))
        hooks.checkpoint()

    def isAlive(self) -> bool:
        """Whether it runs."""
        return self._thread is not None and not self._done.is_set()

    is_alive = isAlive

    def getName(self) -> str:
        """Its name."""
        return self._name

    def setName(self, name: Any) -> None:
        """Give it a name."""
        self._name = _plain(name)

    name = property(lambda self: self._name, lambda self, value: self.setName(value))

    def isDaemon(self) -> bool:
        """Whether it was marked as a daemon; all of them are."""
        return self._daemon

    def setDaemon(self, daemonic: Any) -> None:
        """Remembered only: all of them are daemons."""
        self._daemon = bool(daemonic)

    daemon = property(lambda self: self._daemon, lambda self, value: self.setDaemon(value))

    @property
    def ident(self) -> int | None:
        """A number for the thread."""
        return None if self._thread is None else self._thread.native_id

    @shown
    def __repr__(self) -> str:
        state = "initial" if self._thread is None else ("started" if self.isAlive() else "stopped")
        return f"<{type(self).__name__}({self._name}, {state})>"


@host_class("threading")
class Timer(Thread, metaclass=HostType):
    """``threading.Timer``: calls a function later, unless it is cancelled or the run stopped."""

    __slots__ = ("_cancelled", "_interval")

    def __init__(self, interval: Any, function: Any, args: Any = (), kwargs: Any = None) -> None:
        Thread.__init__(self, None, function, None, args, kwargs)
        self._interval = number(interval)
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Do not call it."""
        self._cancelled.set()

    def run(self) -> None:
        """Wait, then call."""
        if not hooks.wait_until(self._cancelled.wait, self._interval):
            self._target(*self._args, **self._kwargs)


@host_class("thread")
class Local(metaclass=HostType):
    """``threading.local()``: attributes of their own in each thread."""

    __slots__ = ("_store",)

    def __new__(cls, *args: Any, **keywords: Any) -> Any:
        made = object.__new__(cls)
        object.__setattr__(made, "_store", threading.local())
        return made

    def __getattr__(self, name: str) -> Any:
        store = object.__getattribute__(self, "_store").__dict__
        if name in store:
            return store[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            object.__setattr__(self, name, value)
        else:
            object.__getattribute__(self, "_store").__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        store = object.__getattribute__(self, "_store").__dict__
        if name not in store:
            raise AttributeError(name)
        del store[name]


class MainThread(Held):
    """The thread that a run started on, as ``currentThread()`` gives it."""

    __slots__ = ()

    def getName(self) -> str:
        """The label of the run, or ``MainThread``."""
        run = hooks.current_run()
        return str(run.label) if run is not None and run.label else "MainThread"

    name = property(getName)
    daemon = False

    def isAlive(self) -> bool:
        """True."""
        return True

    is_alive = isAlive

    def isDaemon(self) -> bool:
        """False."""
        return False

    @property
    def ident(self) -> int:
        """A number for the thread."""
        return threading.get_native_id()

    def __repr__(self) -> str:
        return f"<_MainThread({self.getName()}, started)>"


class ThreadingModule(Module):
    """``threading``."""

    __slots__ = ()
    NAME = "threading"

    Thread = Thread
    Timer = Timer
    local = Local

    def Lock(self) -> Lock:
        """A lock."""
        return Lock()

    def RLock(self, verbose: Any = None) -> RLock:
        """A lock its owner may take again."""
        return RLock()

    def Event(self) -> Event:
        """An event."""
        return Event()

    def Condition(self, lock: Any = None) -> Condition:
        """A condition."""
        return Condition(lock)

    def Semaphore(self, value: Any = 1) -> Semaphore:
        """A semaphore."""
        return Semaphore(int(value))

    def BoundedSemaphore(self, value: Any = 1) -> Semaphore:  # type: ignore[valid-type]
        """A semaphore that cannot be given back too often."""
        return Semaphore(int(value), True)

    def currentThread(self) -> Any:
        """The thread that asks."""
        return getattr(_CURRENT, "thread", None) or MainThread()

    current_thread = currentThread

    def activeCount(self) -> int:
        """How many threads of scripts there are."""
        return COUNT.live + 1

    active_count = activeCount

    def enumerate(self) -> list[Any]:
        """The thread that asks."""
        return [self.currentThread()]

    def settrace(self, func: Any) -> None:
        """Refused."""
        raise NotImplementedError("threading.settrace is not available here")

    setprofile = settrace


class ThreadModule(Module):
    """``thread``."""

    __slots__ = ()
    NAME = "thread"

    error = RuntimeError
    LockType = Lock

    def allocate_lock(self) -> Lock:
        """A lock."""
        return Lock()

    def start_new_thread(self, function: Any, args: Any, kwargs: Any = None) -> int:
        """Call a function on a thread of its own."""
        given, named = tuple_of(args), plain_keywords(kwargs or {})
        thread = start_thread(
            COUNT,
            lambda: function(*given, **named),
            f"Thread-{next(NUMBERS)}",
            self._library,
        )
        return thread.native_id or 0

    start_new = start_new_thread

    def get_ident(self) -> int:
        """A number for the thread that asks."""
        return threading.get_native_id()

    def exit(self) -> None:
        """Refused: return from the function."""
        raise NotImplementedError("thread.exit is not available here: return from the function")

    def stack_size(self, size: Any = 0) -> int:
        """0: the host's."""
        return 0
