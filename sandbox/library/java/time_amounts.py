"""Lengths of time: ``java.time.Duration``, ``Period``, and ``ChronoUnit``."""

from __future__ import annotations

import calendar
import datetime
from typing import Any

from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import expected, int_argument, long_argument
from sandbox.library.java.time_errors import bad_time
from sandbox.library.java.time_names import NamedConstant
from sandbox.library.values import long_value, unicode_text

_NANOS = 1_000_000_000


class Ordered(Object, package="java.time"):
    """A value with an order: subclasses give ``_key``."""

    def _key(self) -> Any:
        raise NotImplementedError

    def compareTo(self, other: Any) -> int:
        """-1, 0 or 1."""
        mine, that = self._key(), expected(other, Ordered, "compareTo")._key()
        return (mine > that) - (mine < that)  # type: ignore[no-any-return]

    def isBefore(self, other: Any) -> bool:
        """Whether it is earlier."""
        return bool(self._key() < expected(other, Ordered, "isBefore")._key())

    def isAfter(self, other: Any) -> bool:
        """Whether it is later."""
        return bool(self._key() > expected(other, Ordered, "isAfter")._key())

    def equals(self, other: Any) -> bool:
        """Whether it is the same."""
        return type(other) is type(self) and bool(self._key() == other._key())

    def hashCode(self) -> int:
        """By value."""
        return hash(self._key()) & 0x7FFFFFFF

    def __lt__(self, other: Any) -> Any:
        return self._key() < other._key() if type(other) is type(self) else NotImplemented

    def __gt__(self, other: Any) -> Any:
        return self._key() > other._key() if type(other) is type(self) else NotImplemented


def _timed(value: Any, position: int) -> Any:
    from sandbox.library.java.time_fields import Timed

    return expected(value, Timed, "between", position)


def _gap(a: Any, b: Any) -> int:
    return int(_timed(b, 2)._nanos_of() - _timed(a, 1)._nanos_of())


class Duration(Ordered, package="java.time"):
    """``java.time.Duration``."""

    __slots__ = ("_nanos",)

    def __init__(self, nanos: int) -> None:
        state(self, "_nanos", nanos)

    def _key(self) -> int:
        return int(self._nanos)

    @classmethod
    def ofDays(cls, n: Any) -> Duration:
        """So many days."""
        return cls(long_argument(n, "ofDays") * 86400 * _NANOS)

    @classmethod
    def ofHours(cls, n: Any) -> Duration:
        """So many hours."""
        return cls(long_argument(n, "ofHours") * 3600 * _NANOS)

    @classmethod
    def ofMinutes(cls, n: Any) -> Duration:
        """So many minutes."""
        return cls(long_argument(n, "ofMinutes") * 60 * _NANOS)

    @classmethod
    def ofSeconds(cls, n: Any) -> Duration:
        """So many seconds."""
        return cls(long_argument(n, "ofSeconds") * _NANOS)

    @classmethod
    def ofMillis(cls, n: Any) -> Duration:
        """So many milliseconds."""
        return cls(long_argument(n, "ofMillis") * 1_000_000)

    @classmethod
    def between(cls, a: Any, b: Any) -> Duration:
        """From one moment to another."""
        return cls(_gap(a, b))

    def toDays(self) -> int:
        """Whole days."""
        return long_value(int(self._nanos // (86400 * _NANOS)))

    def toHours(self) -> int:
        """Whole hours."""
        return long_value(int(self._nanos // (3600 * _NANOS)))

    def toMinutes(self) -> int:
        """Whole minutes."""
        return long_value(int(self._nanos // (60 * _NANOS)))

    def getSeconds(self) -> int:
        """Whole seconds."""
        return long_value(int(self._nanos // _NANOS))

    toSeconds = getSeconds

    def toMillis(self) -> int:
        """Whole milliseconds."""
        return long_value(int(self._nanos // 1_000_000))

    def plus(self, other: Any) -> Duration:
        """The sum."""
        return Duration(self._nanos + expected(other, Duration, "plus")._nanos)

    def minus(self, other: Any) -> Duration:
        """The difference."""
        return Duration(self._nanos - expected(other, Duration, "minus")._nanos)

    def isNegative(self) -> bool:
        """Whether it goes back."""
        return bool(self._nanos < 0)

    def isZero(self) -> bool:
        """Whether it is nothing."""
        return not self._nanos

    def toString(self) -> str:
        """``PT1H1M1S``."""
        total = int(self._nanos)
        if not total:
            return unicode_text("PT0S")
        sign = -1 if total < 0 else 1
        seconds, nanos = divmod(abs(total), _NANOS)
        hours, rest = divmod(seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        made = "PT"
        made += f"{sign * hours}H" if hours else ""
        made += f"{sign * minutes}M" if minutes else ""
        if seconds or nanos:
            fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
            made += f"{'-' if sign < 0 else ''}{seconds}{fraction}S"
        return unicode_text(made)


class Period(Object, package="java.time"):
    """``java.time.Period``."""

    __slots__ = ("_days", "_months", "_years")

    def __init__(self, years: int, months: int, days: int) -> None:
        state(self, "_years", years)
        state(self, "_months", months)
        state(self, "_days", days)

    @classmethod
    def of(cls, years: Any, months: Any, days: Any) -> Period:
        """Years, months, days."""
        return cls(int(years), int(months), int(days))

    @classmethod
    def ofDays(cls, n: Any) -> Period:
        """So many days."""
        return cls(0, 0, int_argument(n, "ofDays"))

    @classmethod
    def ofMonths(cls, n: Any) -> Period:
        """So many months."""
        return cls(0, int_argument(n, "ofMonths"), 0)

    @classmethod
    def between(cls, a: Any, b: Any) -> Period:
        """From one date to another."""
        first, last = _timed(a, 1)._date_of(), _timed(b, 2)._date_of()
        months = (last.year - first.year) * 12 + last.month - first.month
        day = shifted_months(first, months)
        if months > 0 and day > last:
            months -= 1
            day = shifted_months(first, months)
        elif months < 0 and day < last:
            months += 1
            day = shifted_months(first, months)
        sign = -1 if months < 0 else 1
        return cls(sign * (abs(months) // 12), sign * (abs(months) % 12), (last - day).days)

    def getYears(self) -> int:
        """The years."""
        return int(self._years)

    def getMonths(self) -> int:
        """The months."""
        return int(self._months)

    def getDays(self) -> int:
        """The days."""
        return int(self._days)

    def toString(self) -> str:
        """``P1Y2M3D``."""
        made = "".join(
            f"{number}{letter}"
            for number, letter in ((self._years, "Y"), (self._months, "M"), (self._days, "D"))
            if number
        )
        return unicode_text("P" + (made or "0D"))


def shifted_months(day: datetime.date, months: int) -> datetime.date:
    """The day so many months later, the last of its month where that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise bad_time(f"the year {year} is out of range here")
    return day.replace(
        year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1])
    )


_UNIT_NANOS = {
    "NANOS": 1,
    "MICROS": 1000,
    "MILLIS": 1_000_000,
    "SECONDS": _NANOS,
    "MINUTES": 60 * _NANOS,
    "HOURS": 3600 * _NANOS,
    "DAYS": 86400 * _NANOS,
    "WEEKS": 7 * 86400 * _NANOS,
}


class ChronoUnit(NamedConstant, package="java.time.temporal"):
    """``java.time.temporal.ChronoUnit``."""

    def between(self, a: Any, b: Any) -> int:
        """How many whole units from one moment to another."""
        nanos = _UNIT_NANOS.get(self._name)
        if nanos is not None:
            gap = _gap(a, b)
            return long_value(abs(gap) // nanos * (1 if gap >= 0 else -1))
        period = Period.between(a, b)
        months = period._years * 12 + period._months
        size = {"MONTHS": 1, "YEARS": 12, "DECADES": 120}[self._name]
        return long_value(abs(months) // size * (1 if months >= 0 else -1))

    def toString(self) -> str:
        """``Days``."""
        return unicode_text(self._name.capitalize())


for _index, _name in enumerate((*_UNIT_NANOS, "MONTHS", "YEARS", "DECADES")):
    type.__setattr__(ChronoUnit, _name, ChronoUnit(_name, _index + 1))
