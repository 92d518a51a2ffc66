"""What scripts wait on: locks, events, semaphores, conditions; a stop ends each wait."""

from __future__ import annotations

import threading
from typing import Any

from sandbox.library import hooks
from sandbox.library.arguments import number
from sandbox.library.module import Held


def seconds_or_none(value: Any) -> float | None:
    """A timeout in seconds, not below 0; None waits for ever."""
    return None if value is None else max(0.0, number(value))


class Lock(Held):
    """``threading.Lock()``."""

    __slots__ = ("_lock",)
    GIVES_BACK = True

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
        return hooks.wait_until(self._event.wait, seconds_or_none(timeout))


class Semaphore(Held):
    """``threading.Semaphore()``."""

    __slots__ = ("_bound", "_semaphore")
    GIVES_BACK = True

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


class _Underneath:
    """The lock of a condition as the interpreter's own class uses it: every wait can be stopped."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock

    def acquire(self, *_: Any) -> bool:
        return self._lock.acquire()

    def release(self) -> None:
        self._lock.release()

    def _is_owned(self) -> bool:
        if isinstance(self._lock, RLock):
            return self._lock._is_owned()
        return self._lock.locked()

    def _release_save(self) -> int:
        if not isinstance(self._lock, RLock):
            self._lock.release()
            return 1
        count: int = self._lock._lock._release_save()[0]
        return count

    def _acquire_restore(self, count: int) -> None:
        for _ in range(count):
            self._lock.acquire()


class Condition(Held):
    """``threading.Condition()``."""

    __slots__ = ("_condition", "_lock")
    GIVES_BACK = True

    def __init__(self, lock: Any = None) -> None:
        if lock is not None and not isinstance(lock, Lock):
            raise TypeError("a threading.Lock or RLock is required")
        own = lock or RLock()
        object.__setattr__(self, "_lock", own)
        object.__setattr__(self, "_condition", threading.Condition(_Underneath(own)))  # type: ignore[arg-type]

    def acquire(self, blocking: Any = 1) -> bool:
        """Take the lock."""
        return bool(self._lock.acquire(blocking))

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()

    def wait(self, timeout: Any = None) -> bool:
        """Wait to be notified; a stop of the run ends the wait."""
        return hooks.wait_until(
            lambda left: self._condition.wait(max(left, 0.001)), seconds_or_none(timeout)
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
