"""``threading``, ``thread`` and ``Queue``: every wait ends when the run is stopped."""

from __future__ import annotations

import collections
import heapq
import itertools
import threading
import time
from typing import Any

from sandbox.errors import ScriptStopped
from sandbox.library import hooks
from sandbox.library.arguments import number
from sandbox.library.module import Held, HostType, Module, host_class

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


_COUNT = _Count()
_CURRENT = threading.local()
_NUMBERS = itertools.count(1)


def start_thread(count: _Count, body: Any, name: str, library: Any) -> threading.Thread:
    """Start a daemon thread whose run is a child of this thread's run."""
    run = hooks.current_run()
    count.enter()

    def main() -> None:
        try:
            if run is None:
                body()
            else:
                with run.child(name):
                    body()
        except ScriptStopped:
            pass
        except BaseException as error:
            _report(error, name, library, run)
        finally:
            count.leave()

    thread = threading.Thread(target=main, name=name, daemon=True)
    try:
        thread.start()
    except BaseException:
        count.leave()
        raise
    return thread


def start_counted(body: Any, name: str) -> threading.Thread:
    """``start_thread`` with the count and the output that all environments share."""
    return start_thread(_COUNT, body, name, _HookOutput)


def _report(error: BaseException, name: str, library: Any, run: Any) -> None:
    from sandbox.library.traceback_module import format_all

    words = "".join(format_all(type(error), error, error.__traceback__))
    write = run.output if run is not None else library.write_output
    write(f"Exception in thread {name}:\n{words}")


def _timeout(value: Any) -> float | None:
    return None if value is None else max(0.0, number(value))


class Lock(Held):
    """``threading.Lock()``."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        object.__setattr__(self, "_lock", threading.Lock())

    def acquire(self, blocking: Any = 1) -> bool:
        """Take the lock; a stop of the run ends the wait."""
        if self._lock.acquire(blocking=False):
            return True
        if not blocking:
            return False
        return hooks.wait_until(lambda left: self._lock.acquire(timeout=left), None)

    def release(self) -> None:
        """Give the lock back."""
        try:
            self._lock.release()
        except RuntimeError as error:
            raise RuntimeError(str(error)) from None

    def locked(self) -> bool:
        """Whether it is taken."""
        return bool(self._lock.locked())

    def __enter__(self) -> Any:
        self.acquire()
        return self

    def __exit__(self, *error: Any) -> None:
        self.release()

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked


class RLock(Lock):
    """``threading.RLock()``."""

    __slots__ = ()

    def __init__(self) -> None:
        object.__setattr__(self, "_lock", threading.RLock())

    def locked(self) -> bool:
        """Whether another thread has it."""
        if self._lock.acquire(blocking=False):
            self._lock.release()
            return False
        return True

    def release(self) -> None:
        """Give the lock back."""
        try:
            self._lock.release()
        except RuntimeError:
            raise RuntimeError("cannot release un-acquired lock") from None

    def _is_owned(self) -> bool:
        return bool(self._lock._is_owned())


class Event(Held):
    """``threading.Event()``."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        object.__setattr__(self, "_event", threading.Event())

    def set(self) -> None:
        """Let everybody go on."""
        self._event.set()

    def clear(self) -> None:
        """Let the next ones wait."""
        self._event.clear()

    def isSet(self) -> bool:
        """Whether it is set."""
        return bool(self._event.is_set())

    is_set = isSet

    def wait(self, timeout: Any = None) -> bool:
        """Wait until it is set; a stop of the run ends the wait."""
        return hooks.wait_until(self._event.wait, _timeout(timeout))


class Semaphore(Held):
    """``threading.Semaphore()``."""

    __slots__ = ("_bound", "_semaphore")

    def __init__(self, value: int = 1, bounded: bool = False) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        kind = threading.BoundedSemaphore if bounded else threading.Semaphore
        object.__setattr__(self, "_semaphore", kind(value))

    def acquire(self, blocking: Any = 1) -> bool:
        """Take one; a stop of the run ends the wait."""
        if self._semaphore.acquire(blocking=False):
            return True
        if not blocking:
            return False
        return hooks.wait_until(
            lambda left: self._semaphore.acquire(timeout=max(left, 0.001)), None
        )

    def release(self) -> None:
        """Give one back."""
        self._semaphore.release()

    def __enter__(self) -> Any:
        self.acquire()
        return self

    def __exit__(self, *error: Any) -> None:
        self.release()


class Condition(Held):
    """``threading.Condition()``."""

    __slots__ = ("_condition", "_lock")

    def __init__(self, lock: Any = None) -> None:
        if lock is not None and not isinstance(lock, Lock):
            raise TypeError("a threading.Lock or RLock is required")
        own = lock or RLock()
        object.__setattr__(self, "_lock", own)
        object.__setattr__(self, "_condition", threading.Condition(own._lock))

    def acquire(self, blocking: Any = 1) -> bool:
        """Take the lock."""
        return bool(self._lock.acquire(blocking))

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()

    def wait(self, timeout: Any = None) -> bool:
        """Wait to be notified; a stop of the run ends the wait."""
        return hooks.wait_until(
            lambda left: self._condition.wait(max(left, 0.001)), _timeout(timeout)
        )

    def notify(self, n: Any = 1) -> None:
        """Wake some."""
        self._condition.notify(n)

    def notifyAll(self) -> None:
        """Wake all."""
        self._condition.notify_all()

    notify_all = notifyAll

    def __enter__(self) -> Any:
        self.acquire()
        return self

    def __exit__(self, *error: Any) -> None:
        self.release()


@host_class("threading")
class Thread(metaclass=HostType):
    """``threading.Thread``: daemon threads that end with the run that started them."""

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
        self._args = tuple(args)
        self._kwargs = dict(kwargs or {})
        self._name = str(name) if name is not None else f"Thread-{next(_NUMBERS)}"
        self._thread: threading.Thread | None = None
        self._daemon = False
        self._done = threading.Event()

    def start(self) -> None:
        """Start it; it may run 64 at a time in one host."""
        if self._thread is not None:
            raise RuntimeError("threads can only be started once")
        self._thread = start_thread(_COUNT, self._main, self._name, _HookOutput)

    def _main(self) -> None:
        _CURRENT.thread = self
        try:
            self.run()
        finally:
            self._done.set()

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
        hooks.wait_until(self._done.wait, _timeout(timeout))
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
        self._name = str(name)

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
        return None if self._thread is None else self._thread.ident

    def __repr__(self) -> str:
        state = "initial" if self._thread is None else ("started" if self.isAlive() else "stopped")
        return f"<{type(self).__name__}({self._name}, {state})>"


class _HookOutput:
    write_output = staticmethod(hooks.write_output)


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
        return threading.get_ident()

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
        return _COUNT.live + 1

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
        given, named = tuple(args), dict(kwargs or {})
        thread = start_thread(
            _COUNT,
            lambda: function(*given, **named),
            f"Thread-{next(_NUMBERS)}",
            self._library,
        )
        return thread.ident or 0

    start_new = start_new_thread

    def get_ident(self) -> int:
        """A number for the thread that asks."""
        return threading.get_ident()

    def exit(self) -> None:
        """Refused: return from the function."""
        raise NotImplementedError("thread.exit is not available here: return from the function")

    def stack_size(self, size: Any = 0) -> int:
        """0: the host's."""
        return 0


@host_class("Queue")
class Empty(Exception, metaclass=HostType):
    """Nothing to get."""


@host_class("Queue")
class Full(Exception, metaclass=HostType):
    """No room to put."""


class Queue(Held):
    """``Queue.Queue``, ``LifoQueue`` and ``PriorityQueue``."""

    __slots__ = ("_changed", "_items", "_kind", "_unfinished", "maxsize")

    def __init__(self, maxsize: Any, kind: str) -> None:
        put = object.__setattr__
        put(self, "maxsize", int(maxsize))
        put(self, "_kind", kind)
        put(self, "_items", collections.deque() if kind == "fifo" else [])
        put(self, "_unfinished", 0)
        put(self, "_changed", threading.Condition())

    def qsize(self) -> int:
        """How many items there are."""
        return len(self._items)

    def empty(self) -> bool:
        """Whether there are none."""
        return not self._items

    def full(self) -> bool:
        """Whether there is no room."""
        return 0 < self.maxsize <= len(self._items)  # type: ignore[no-any-return]

    def _await(self, ready: Any, block: Any, timeout: Any, failure: type[Exception]) -> None:
        """With the lock held: wait until ``ready()``, in slices that a stop ends."""
        end = None if timeout is None else time.monotonic() + max(0.0, number(timeout))
        while not ready():
            if not block or (end is not None and time.monotonic() >= end):
                raise failure
            self._changed.wait(0.05 if end is None else min(0.05, end - time.monotonic()))
            hooks.checkpoint()

    def put(self, item: Any, block: Any = True, timeout: Any = None) -> None:
        """Put an item in."""
        with self._changed:
            self._await(lambda: not self.full(), block, timeout, Full)
            if self._kind == "priority":
                heapq.heappush(self._items, item)
            else:
                self._items.append(item)
            object.__setattr__(self, "_unfinished", self._unfinished + 1)
            self._changed.notify_all()

    def get(self, block: Any = True, timeout: Any = None) -> Any:
        """Take an item out."""
        with self._changed:
            self._await(lambda: bool(self._items), block, timeout, Empty)
            if self._kind == "fifo":
                item = self._items.popleft()
            elif self._kind == "lifo":
                item = self._items.pop()
            else:
                item = heapq.heappop(self._items)
            self._changed.notify_all()
            return item

    def put_nowait(self, item: Any) -> None:
        """Put an item in, or raise Full."""
        self.put(item, False)

    def get_nowait(self) -> Any:
        """Take an item out, or raise Empty."""
        return self.get(False)

    def task_done(self) -> None:
        """One item has been worked on."""
        with self._changed:
            if self._unfinished <= 0:
                raise ValueError("task_done() called too many times")
            object.__setattr__(self, "_unfinished", self._unfinished - 1)
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until all items have been worked on."""
        with self._changed:
            self._await(lambda: not self._unfinished, True, None, Full)


class QueueModule(Module):
    """``Queue``."""

    __slots__ = ()
    NAME = "Queue"

    Empty = Empty
    Full = Full

    def Queue(self, maxsize: Any = 0) -> Queue:
        """First in, first out."""
        return Queue(maxsize, "fifo")

    def LifoQueue(self, maxsize: Any = 0) -> Queue:  # type: ignore[valid-type]
        """Last in, first out."""
        return Queue(maxsize, "lifo")

    def PriorityQueue(self, maxsize: Any = 0) -> Queue:  # type: ignore[valid-type]
        """Lowest first."""
        return Queue(maxsize, "priority")
