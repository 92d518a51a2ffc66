"""What the dates and times of ``java.time`` share: fields, steps, order."""

from __future__ import annotations

import calendar
import datetime
from typing import Any

from sandbox.library.calendar_names import DAYS, MONTHS
from sandbox.library.java import zones
from sandbox.library.java.base import fresh, state
from sandbox.library.java.convert import int_argument, long_argument, text_argument
from sandbox.library.java.time_amounts import ChronoUnit, Duration, Ordered, shifted_months
from sandbox.library.java.time_errors import bad_time, unparsed
from sandbox.library.java.time_names import DayOfWeek, Month


def shifted(moment: datetime.datetime, delta: datetime.timedelta) -> datetime.datetime:
    """A moment moved; DateTimeException where it leaves the years 1 to 9999."""
    try:
        return moment + delta
    except OverflowError:
        raise bad_time("the date is out of range here") from None


def delta(unit: str, amount: Any, method: str) -> datetime.timedelta:
    """So many of a unit, as a method of that name was given them."""
    try:
        return datetime.timedelta(**{unit: long_argument(amount, method)})
    except OverflowError:
        raise bad_time("the date is out of range here") from None


class Timed(Ordered, package="java.time"):
    """What dates and times share: a naive or zoned ``datetime`` and nanoseconds below micro."""

    __slots__ = ("_moment",)

    def __init__(self, moment: datetime.datetime) -> None:
        state(self, "_moment", moment)

    def _key(self) -> Any:
        return self._moment

    def _like(self, moment: datetime.datetime) -> Any:
        made = fresh(type(self))
        state(made, "_moment", moment)
        return made

    def _date_of(self) -> datetime.date:
        return self._moment.date()  # type: ignore[no-any-return]

    def _nanos_of(self) -> int:
        moment = self._moment
        base = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        return zones.millis_of(base) * 1_000_000 + moment.microsecond % 1000 * 1000  # type: ignore[no-any-return]

    def getYear(self) -> int:
        """The year."""
        return int(self._moment.year)

    def getMonthValue(self) -> int:
        """The month, 1 is January."""
        return int(self._moment.month)

    def getMonth(self) -> Any:
        """The month."""
        return getattr(Month, MONTHS[self._moment.month - 1].upper())

    def getDayOfMonth(self) -> int:
        """The day of the month."""
        return int(self._moment.day)

    def getDayOfYear(self) -> int:
        """The day of the year."""
        return int(self._moment.timetuple().tm_yday)

    def getDayOfWeek(self) -> Any:
        """The weekday."""
        return getattr(DayOfWeek, DAYS[self._moment.weekday()].upper())

    def getHour(self) -> int:
        """The hour."""
        return int(self._moment.hour)

    def getMinute(self) -> int:
        """The minute."""
        return int(self._moment.minute)

    def getSecond(self) -> int:
        """The second."""
        return int(self._moment.second)

    def getNano(self) -> int:
        """The nanoseconds."""
        return int(self._moment.microsecond) * 1000

    def plusYears(self, n: Any) -> Any:
        """Later."""
        return self.plusMonths(int_argument(n, "plusYears") * 12)

    def plusMonths(self, n: Any) -> Any:
        """Later."""
        return self._like(shifted_months(self._moment, long_argument(n, "plusMonths")))  # type: ignore[arg-type]

    def plusWeeks(self, n: Any) -> Any:
        """Later."""
        return self._like(shifted(self._moment, delta("weeks", n, "plusWeeks")))

    def plusDays(self, n: Any) -> Any:
        """Later."""
        return self._like(shifted(self._moment, delta("days", n, "plusDays")))

    def plusHours(self, n: Any) -> Any:
        """Later."""
        return self._like(shifted(self._moment, delta("hours", n, "plusHours")))

    def plusMinutes(self, n: Any) -> Any:
        """Later."""
        return self._like(shifted(self._moment, delta("minutes", n, "plusMinutes")))

    def plusSeconds(self, n: Any) -> Any:
        """Later."""
        return self._like(shifted(self._moment, delta("seconds", n, "plusSeconds")))

    def minusYears(self, n: Any) -> Any:
        """Earlier."""
        return self.plusYears(-n)

    def minusMonths(self, n: Any) -> Any:
        """Earlier."""
        return self.plusMonths(-n)

    def minusWeeks(self, n: Any) -> Any:
        """Earlier."""
        return self.plusWeeks(-n)

    def minusDays(self, n: Any) -> Any:
        """Earlier."""
        return self.plusDays(-n)

    def minusHours(self, n: Any) -> Any:
        """Earlier."""
        return self.plusHours(-n)

    def minusMinutes(self, n: Any) -> Any:
        """Earlier."""
        return self.plusMinutes(-n)

    def minusSeconds(self, n: Any) -> Any:
        """Earlier."""
        return self.plusSeconds(-n)

    def plus(self, amount: Any, *unit: Any) -> Any:
        """Later by a Duration, or so many of a unit."""
        if isinstance(amount, Duration):
            micro = datetime.timedelta(microseconds=amount._nanos // 1000)
            return self._like(shifted(self._moment, micro))
        if len(unit) != 1 or not issubclass(type(unit[0]), ChronoUnit):
            raise TypeError("plus(): 2nd arg can't be coerced to java.time.temporal.TemporalUnit")
        name = "plus" + unit[0]._name.capitalize()
        if not hasattr(type(self), name):
            raise bad_time(f"Unsupported unit: {unit[0]._name.capitalize()}")
        return getattr(self, name)(amount)

    def minus(self, amount: Any, *unit: Any) -> Any:
        """Earlier by a Duration, or so many of a unit."""
        if isinstance(amount, Duration):
            return self.plus(Duration(-amount._nanos))
        return self.plus(-amount, *unit)

    def _with(self, **changes: int) -> Any:
        try:
            return self._like(self._moment.replace(**changes))
        except ValueError as error:
            raise bad_time(str(error)) from None

    def withYear(self, n: Any) -> Any:
        """In another year."""
        return self._with(year=int_argument(n, "withYear"))

    def withMonth(self, n: Any) -> Any:
        """In another month."""
        return self._with(month=int_argument(n, "withMonth"))

    def withDayOfMonth(self, n: Any) -> Any:
        """On another day."""
        return self._with(day=int_argument(n, "withDayOfMonth"))

    def withHour(self, n: Any) -> Any:
        """At another hour."""
        return self._with(hour=int_argument(n, "withHour"))

    def withMinute(self, n: Any) -> Any:
        """At another minute."""
        return self._with(minute=int_argument(n, "withMinute"))

    def withSecond(self, n: Any) -> Any:
        """At another second."""
        return self._with(second=int_argument(n, "withSecond"), microsecond=0)

    def lengthOfMonth(self) -> int:
        """How many days the month has."""
        return calendar.monthrange(self._moment.year, self._moment.month)[1]

    def isLeapYear(self) -> bool:
        """Whether the year is a leap year."""
        return calendar.isleap(self._moment.year)

    def format(self, formatter: Any) -> str:
        """The text by a formatter."""
        return formatter.format(self)  # type: ignore[no-any-return]


def made_of_fields(kind: Any, *fields: int, tz: datetime.tzinfo | None = None) -> Any:
    """A date or time of its fields; DateTimeException where they do not fit."""
    try:
        return kind(datetime.datetime(*fields, tzinfo=tz))  # type: ignore[misc, arg-type]
    except (ValueError, OverflowError) as error:
        raise bad_time(str(error)) from None


def from_iso(text: Any, kind: Any, size: int) -> Any:
    """A date or time read from ISO text of at least ``size`` characters."""
    words = text_argument(text, "parse")
    try:
        if len(words) < size:
            raise ValueError
        return kind(datetime.datetime.fromisoformat(words[:26]))
    except ValueError:
        raise unparsed(words) from None


def clock_text(moment: datetime.datetime) -> str:
    """Hours and minutes; seconds and their parts only where there are some."""
    made = f"{moment.hour:02d}:{moment.minute:02d}"
    if moment.second or moment.microsecond:
        made += f":{moment.second:02d}"
    if moment.microsecond:
        micro = f"{moment.microsecond:06d}"
        made += "." + (micro[:3] if micro.endswith("000") else micro)
    return made
