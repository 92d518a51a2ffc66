"""``java.util.concurrent``: TimeUnit, atomic numbers, locks and latches."""

from __future__ import annotations

import threading
from typing import Any

from sandbox.library import hooks
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import (
    double_argument,
    expected,
    int_argument,
    java_equals,
    java_text,
    long_argument,
    text_argument,
    to_java,
    wrap_int,
    wrap_long,
)
from sandbox.library.java.lists import ArrayList
from sandbox.library.java.queues import LinkedList
from sandbox.library.java.throwables import java_exception_class
from sandbox.library.locks import RLock
from sandbox.library.values import long_value, unicode_text


class TimeUnit(Object, package="java.util.concurrent"):
    """``java.util.concurrent.TimeUnit``."""

    __slots__ = ("_name", "_nanos")

    def __init__(self, name: str, nanos: int) -> None:
        state(self, "_name", name)
        state(self, "_nanos", nanos)

    @classmethod
    def valueOf(cls, name: Any) -> TimeUnit:
        """The unit of a name."""
        found = getattr(cls, text_argument(name, "valueOf"), None)
        if not isinstance(found, TimeUnit):
            raise java_exception_class("java.lang.IllegalArgumentException")(
                f"No enum constant java.util.concurrent.TimeUnit.{name}"
            )
        return found

    @classmethod
    def values(cls) -> list[TimeUnit]:
        """All units."""
        return [getattr(cls, name) for name, _ in _UNITS]

    def _to(self, nanos: int, amount: Any) -> int:
        count = long_argument(amount, "convert") * int(self._nanos)
        made = abs(count) // nanos * (1 if count >= 0 else -1)
        return long_value(max(-(2**63), min(2**63 - 1, made)))

    def convert(self, amount: Any, unit: Any) -> int:
        """An amount of another unit in this one."""
        made: int = expected(unit, TimeUnit, "convert", 2)._to(self._nanos, amount)
        return made

    def toNanos(self, amount: Any) -> int:
        """In nanoseconds."""
        return self._to(1, amount)

    def toMicros(self, amount: Any) -> int:
        """In microseconds."""
        return self._to(1000, amount)

    def toMillis(self, amount: Any) -> int:
        """In milliseconds."""
        return self._to(1_000_000, amount)

    def toSeconds(self, amount: Any) -> int:
        """In seconds."""
        return self._to(1_000_000_000, amount)

    def toMinutes(self, amount: Any) -> int:
        """In minutes."""
        return self._to(60_000_000_000, amount)

    def toHours(self, amount: Any) -> int:
        """In hours."""
        return self._to(3_600_000_000_000, amount)

    def toDays(self, amount: Any) -> int:
        """In days."""
        return self._to(86_400_000_000_000, amount)

    def sleep(self, amount: Any) -> None:
        """Wait; a stop of the run ends the wait."""
        hooks.pause(max(0, long_argument(amount, "sleep")) * int(self._nanos) / 1e9)

    def name(self) -> str:
        """Its name."""
        return unicode_text(self._name)

    def ordinal(self) -> int:
        """Its place."""
        return [name for name, _ in _UNITS].index(self._name)

    def compareTo(self, other: Any) -> int:
        """How far apart the places are."""
        return self.ordinal() - int(other.ordinal())

    def toString(self) -> str:
        """Its name."""
        return unicode_text(self._name)


_UNITS = (
    ("NANOSECONDS", 1),
    ("MICROSECONDS", 1000),
    ("MILLISECONDS", 1_000_000),
    ("SECONDS", 1_000_000_000),
    ("MINUTES", 60_000_000_000),
    ("HOURS", 3_600_000_000_000),
    ("DAYS", 86_400_000_000_000),
)
for _name, _nanos in _UNITS:
    type.__setattr__(TimeUnit, _name, TimeUnit(_name, _nanos))


class _Atomic(Object, package="java.util.concurrent.atomic"):
    __slots__ = ("_lock", "_value")

    def __init__(self, value: Any = None) -> None:
        state(self, "_lock", threading.Lock())
        state(self, "_value", self._in(value))

    def _in(self, value: Any) -> Any:
        return to_java(value)

    def _change(self, make: Any, before: bool) -> Any:
        while True:
            # Code of a script may run here, so nothing is held meanwhile.
            old = self._value
            new = self._in(make(old))
            if self._exchange(old, new):
                return old if before else new
            hooks.checkpoint()

    def _exchange(self, old: Any, new: Any) -> bool:
        with self._lock:
            if self._value is not old:
                return False
            state(self, "_value", new)
            return True

    def get(self) -> Any:
        """The value."""
        return self._value

    def set(self, value: Any) -> None:
        """Another value."""
        self._change(lambda _old: value, True)

    lazySet = set

    def getAndSet(self, value: Any) -> Any:
        """Another value; gives the old one."""
        return self._change(lambda _old: value, True)

    def compareAndSet(self, expected: Any, value: Any) -> bool:
        """Another value if it is as expected; whether it was."""
        new = self._in(value)
        wanted = to_java(expected)
        while True:
            old = self._value
            if not java_equals(old, wanted):
                return False
            if self._exchange(old, new):
                return True
            hooks.checkpoint()

    def toString(self) -> str:
        """The text of the value."""
        return unicode_text(java_text(self._value))


class _AtomicNumber(_Atomic, package="java.util.concurrent.atomic"):
    def __init__(self, value: Any = 0) -> None:
        super().__init__(value)

    def incrementAndGet(self) -> int:
        """One more."""
        return int(self._change(lambda old: old + 1, False))

    def decrementAndGet(self) -> Any:
        """One less."""
        return self._change(lambda old: old - 1, False)

    def getAndIncrement(self) -> Any:
        """One more; gives the old value."""
        return self._change(lambda old: old + 1, True)

    def getAndDecrement(self) -> Any:
        """One less; gives the old value."""
        return self._change(lambda old: old - 1, True)

    def addAndGet(self, amount: Any) -> Any:
        """More."""
        return self._change(lambda old: old + amount, False)

    def getAndAdd(self, amount: Any) -> Any:
        """More; gives the old value."""
        return self._change(lambda old: old + amount, True)

    def intValue(self) -> int:
        """As int."""
        return wrap_int(int(self._value))

    def longValue(self) -> int:
        """As long."""
        return long_value(int(self._value))

    def doubleValue(self) -> float:
        """As double."""
        return double_argument(self._value, "doubleValue")


class AtomicInteger(_AtomicNumber, package="java.util.concurrent.atomic"):
    """``java.util.concurrent.atomic.AtomicInteger``."""

    def _in(self, value: Any) -> int:
        if not isinstance(value, int):
            return int_argument(value, "AtomicInteger")
        return wrap_int(int(value))


class AtomicLong(_AtomicNumber, package="java.util.concurrent.atomic"):
    """``java.util.concurrent.atomic.AtomicLong``."""

    def _in(self, value: Any) -> int:
        if not isinstance(value, int):
            return long_argument(value, "AtomicLong")
        return wrap_long(int(value))

    def incrementAndGet(self) -> int:
        """One more."""
        return long_value(self._change(lambda old: old + 1, False))


class AtomicBoolean(_Atomic, package="java.util.concurrent.atomic"):
    """``java.util.concurrent.atomic.AtomicBoolean``."""

    def __init__(self, value: Any = False) -> None:
        super().__init__(value)

    def _in(self, value: Any) -> bool:
        return bool(value)


class AtomicReference(_Atomic, package="java.util.concurrent.atomic"):
    """``java.util.concurrent.atomic.AtomicReference``."""


class ReentrantLock(Object, package="java.util.concurrent.locks"):
    """``java.util.concurrent.locks.ReentrantLock``."""

    __slots__ = ("_lock",)

    def __init__(self, *_fair: Any) -> None:
        state(self, "_lock", RLock())

    def lock(self) -> None:
        """Take it; a stop of the run ends the wait."""
        self._lock.acquire()

    lockInterruptibly = lock

    def tryLock(self, amount: Any = None, unit: Any = None) -> bool:
        """Take it if it is free in time."""
        if amount is None:
            return bool(self._lock.acquire(0))
        seconds = unit.toNanos(amount) / 1e9
        return hooks.wait_until(lambda left: self._lock._lock.acquire(timeout=left), seconds)

    def unlock(self) -> None:
        """Give it back."""
        try:
            self._lock.release()
        except RuntimeError:
            raise java_exception_class("java.lang.IllegalMonitorStateException")(None) from None

    def isLocked(self) -> bool:
        """Whether another thread has it."""
        return bool(self._lock.locked())


class CountDownLatch(Object, package="java.util.concurrent"):
    """``java.util.concurrent.CountDownLatch``."""

    __slots__ = ("_changed", "_count")

    def __init__(self, count: Any) -> None:
        state(self, "_count", int_argument(count, "java.util.concurrent.CountDownLatch"))
        state(self, "_changed", threading.Condition())

    def countDown(self) -> None:
        """One less."""
        with self._changed:
            state(self, "_count", max(0, self._count - 1))
            self._changed.notify_all()

    def getCount(self) -> int:
        """How many are left."""
        return long_value(self._count)

    def await_(self, amount: Any = None, unit: Any = None) -> Any:
        """Wait until none is left; a stop of the run ends the wait."""
        seconds = None if amount is None else unit.toNanos(amount) / 1e9

        def ready(left: float) -> bool:
            with self._changed:
                return bool(self._changed.wait_for(lambda: self._count == 0, max(left, 0.001)))

        found = hooks.wait_until(ready, seconds)
        return None if amount is None else found


type.__setattr__(CountDownLatch, "await", vars(CountDownLatch)["await_"])


class CopyOnWriteArrayList(ArrayList, package="java.util.concurrent"):
    """``java.util.concurrent.CopyOnWriteArrayList``."""


class ConcurrentLinkedQueue(LinkedList, package="java.util.concurrent"):
    """``java.util.concurrent.ConcurrentLinkedQueue``."""


class Callable(Object, package="java.util.concurrent"):
    """``java.util.concurrent.Callable``: implement ``call``."""
