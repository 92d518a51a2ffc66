"""``time``: the clock, and a sleep that a stop of the run ends."""

from __future__ import annotations

import calendar
import math
import time
from typing import Any

from sandbox.library import hooks
from sandbox.library.arguments import integer, number, text
from sandbox.library.module import Module
from sandbox.library.values import script_repr
from sandbox.limits_consuming import tuple_of

MAX_SLEEP = 10 * 365 * 86400.0
_START = time.perf_counter()
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def struct(value: Any) -> time.struct_time:
    """A tuple of nine numbers as a ``struct_time``."""
    if type(value) is time.struct_time:
        return value
    if not isinstance(value, (tuple, list)):
        raise TypeError("argument must be 9-item sequence, not " + type(value).__name__)
    fields = [integer(one) for one in tuple_of(value)]
    if len(fields) < 9:
        raise TypeError(f"argument must be a sequence of length 9, not {len(fields)}")
    return time.struct_time(tuple(fields[:9]))


class TimeModule(Module):
    """``time``."""

    __slots__ = ()
    NAME = "time"

    def struct_time(self, value: Any) -> time.struct_time:
        """A tuple of nine numbers as a ``struct_time``; the class itself would take stores."""
        return struct(value)

    @property
    def timezone(self) -> int:
        """Seconds west of Greenwich, without daylight saving."""
        return time.timezone

    @property
    def altzone(self) -> int:
        """Seconds west of Greenwich, with daylight saving."""
        return time.altzone

    @property
    def daylight(self) -> int:
        """Whether the zone has daylight saving."""
        return int(bool(time.daylight))

    @property
    def tzname(self) -> tuple[str, str]:
        """The names of the zone."""
        return time.tzname

    def time(self) -> float:
        """Seconds since 1970, in whole milliseconds as Java's clock gives them."""
        return math.floor(time.time() * 1000.0) / 1000.0

    def clock(self) -> float:
        """Seconds since the host started."""
        return time.perf_counter() - _START

    def sleep(self, seconds: Any) -> None:
        """Wait; a stop of the run ends the wait at once."""
        wanted = number(seconds)
        if wanted != wanted or wanted < 0:
            raise IOError(22, "Invalid argument")  # noqa: UP024 - Python 2's name
        hooks.pause(min(wanted, MAX_SLEEP))

    def gmtime(self, seconds: Any = None) -> time.struct_time:  # type: ignore[name-defined]
        """The parts of a time in UTC."""
        return _split(time.gmtime, seconds)

    def localtime(self, seconds: Any = None) -> time.struct_time:  # type: ignore[name-defined]
        """The parts of a time in the host's zone."""
        return _split(time.localtime, seconds)

    def mktime(self, parts: Any) -> float:
        """The seconds since 1970 of parts in the host's zone."""
        try:
            return time.mktime(struct(parts))
        except OverflowError:
            raise OverflowError("mktime argument out of range") from None

    def ctime(self, seconds: Any = None) -> str:
        """A time as ``Thu Jan  1 00:00:00 1970``."""
        return self.asctime(self.localtime(seconds))

    def asctime(self, parts: Any = None) -> str:
        """Parts as ``Thu Jan  1 00:00:00 1970``."""
        given = time.localtime() if parts is None else struct(parts)
        return (
            f"{_DAYS[given[6] % 7]} {_MONTHS[(given[1] - 1) % 12]} {given[2]:2d} "
            f"{given[3]:02d}:{given[4]:02d}:{given[5]:02d} {given[0]}"
        )

    def strftime(self, format: Any, parts: Any = None) -> str:
        """Parts as a text."""
        words = text(format)
        if len(words) > 10_000:
            raise ValueError("format is too long")
        return time.strftime(words, time.localtime() if parts is None else struct(parts))

    def strptime(self, string: Any, format: Any = "%a %b %d %H:%M:%S %Y") -> time.struct_time:  # type: ignore[name-defined]
        """The parts that a text names."""
        return parse(string, format)

    def tzset(self) -> None:
        """Nothing: the zone is the host's."""


def parse(string: Any, format: Any) -> time.struct_time:
    """``time.strptime`` with Jython's message."""
    words, shape = text(string), text(format)
    if len(words) > 10_000 or len(shape) > 1_000:
        raise ValueError("time data is too long")
    try:
        return time.strptime(words, shape)
    except ValueError as failure:
        said = str(failure)
        if "does not match" in said:
            said = f"time data {script_repr(string)} does not match format {script_repr(format)}"
        raise ValueError(said) from None


def _split(function: Any, seconds: Any) -> time.struct_time:
    wanted = time.time() if seconds is None else number(seconds)
    try:
        made: time.struct_time = function(wanted)
    except (OverflowError, OSError, ValueError):
        raise ValueError("timestamp out of range for platform time_t") from None
    return time.struct_time(tuple(made))


timegm = calendar.timegm
