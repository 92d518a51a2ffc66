"""``java.time``: Instant, Duration, Period, LocalDate/Time/DateTime, ZonedDateTime, formatters."""

from __future__ import annotations

import calendar
import datetime
import time
from typing import Any

from sandbox.library.java import zones
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import int_argument, long_argument, text_argument
from sandbox.library.java.dates import DAYS, MONTHS, Parts
from sandbox.library.java.texts import _field, _Reading, pattern_parts
from sandbox.library.java.throwables import java_exception_class
from sandbox.library.values import long_value, unicode_text

_NANOS = 1_000_000_000


def _bad(words: str) -> Exception:
    made: Any = java_exception_class("java.time.DateTimeException")(words)
    return made  # type: ignore[no-any-return]


def _unparsed(text: str, at: int = 0) -> Exception:
    made: Any = java_exception_class("java.time.format.DateTimeParseException")(
        f"Text '{text}' could not be parsed at index {at}"
    )
    return made  # type: ignore[no-any-return]


class _Named(Object, package="java.time"):
    """A constant of a Java enum."""

    __slots__ = ("_name", "_number")

    def __init__(self, name: str, number: int) -> None:
        state(self, "_name", name)
        state(self, "_number", number)

    def name(self) -> str:
        """Its name."""
        return unicode_text(self._name)

    def getValue(self) -> int:
        """Its number, counted from 1."""
        return int(self._number)

    def ordinal(self) -> int:
        """Its number, counted from 0."""
        return int(self._number) - 1

    def getDisplayName(self, *_style: Any) -> str:
        """Its name as people write it."""
        return unicode_text(self._name.capitalize())

    def toString(self) -> str:
        """Its name."""
        return unicode_text(self._name)


class DayOfWeek(_Named, package="java.time"):
    """``java.time.DayOfWeek``."""


class Month(_Named, package="java.time"):
    """``java.time.Month``."""


for _index, _name in enumerate(DAYS):
    type.__setattr__(DayOfWeek, _name.upper(), DayOfWeek(_name.upper(), _index + 1))
for _index, _name in enumerate(MONTHS):
    type.__setattr__(Month, _name.upper(), Month(_name.upper(), _index + 1))


class Ordered(Object, package="java.time"):
    """A value with an order: subclasses give ``_key``."""

    def _key(self) -> Any:
        raise NotImplementedError

    def compareTo(self, other: Any) -> int:
        """-1, 0 or 1."""
        mine, that = self._key(), other._key()
        return (mine > that) - (mine < that)  # type: ignore[no-any-return]

    def isBefore(self, other: Any) -> bool:
        """Whether it is earlier."""
        return bool(self._key() < other._key())

    def isAfter(self, other: Any) -> bool:
        """Whether it is later."""
        return bool(self._key() > other._key())

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
        return cls(b._nanos_of() - a._nanos_of())

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
        return Duration(self._nanos + other._nanos)

    def minus(self, other: Any) -> Duration:
        """The difference."""
        return Duration(self._nanos - other._nanos)

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
        first, last = a._date_of(), b._date_of()
        months = (last.year - first.year) * 12 + last.month - first.month
        day = _shifted(first, months)
        if months > 0 and day > last:
            months -= 1
            day = _shifted(first, months)
        elif months < 0 and day < last:
            months += 1
            day = _shifted(first, months)
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


def _shifted(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise _bad(f"the year {year} is out of range here")
    return day.replace(
        year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1])
    )


class ZoneId(Object, package="java.time"):
    """``java.time.ZoneId``."""

    __slots__ = ("_id", "_tz")
    SHORT_IDS: Any = ()

    def __init__(self, name: str, tz: datetime.tzinfo) -> None:
        state(self, "_id", name)
        state(self, "_tz", tz)

    @classmethod
    def of(cls, name: Any, *_aliases: Any) -> ZoneId:
        """The zone of a name."""
        words = text_argument(name, "of")
        plain = "GMT" + words if words[:1] in ("+", "-") else words.replace("UTC+", "GMT+")
        found = zones.find_zone(plain)
        if found is None:
            raise java_exception_class("java.time.zone.ZoneRulesException")(
                f"Unknown time-zone ID: {words}"
            )
        return cls(words, found)

    @classmethod
    def systemDefault(cls) -> ZoneId:
        """The host's zone."""
        return ZoneId(zones.default_name(), zones.default_zone())

    def getId(self) -> str:
        """The name."""
        return unicode_text(self._id)

    def equals(self, other: Any) -> bool:
        """Whether it has the same name."""
        return isinstance(other, ZoneId) and bool(other._id == self._id)

    def hashCode(self) -> int:
        """By name."""
        return hash(self._id) & 0x7FFFFFFF

    def toString(self) -> str:
        """The name."""
        return unicode_text(self._id)


class ZoneOffset(ZoneId, package="java.time"):
    """``java.time.ZoneOffset``."""

    @classmethod
    def ofHours(cls, hours: Any) -> ZoneOffset:
        """So many hours ahead of UTC."""
        delta = datetime.timedelta(hours=int_argument(hours, "ofHours"))
        return cls(zones.offset_text(delta, ":") if delta else "Z", datetime.timezone(delta))


type.__setattr__(ZoneOffset, "UTC", ZoneOffset("Z", datetime.UTC))


def _shift(moment: datetime.datetime, delta: datetime.timedelta) -> datetime.datetime:
    try:
        return moment + delta
    except OverflowError:
        raise _bad("the date is out of range here") from None


def _delta(unit: str, amount: Any, method: str) -> datetime.timedelta:
    try:
        return datetime.timedelta(**{unit: long_argument(amount, method)})
    except OverflowError:
        raise _bad("the date is out of range here") from None


class _Timed(Ordered, package="java.time"):
    """What dates and times share: a naive or zoned ``datetime`` and nanoseconds below micro."""

    __slots__ = ("_moment",)

    def __init__(self, moment: datetime.datetime) -> None:
        state(self, "_moment", moment)

    def _key(self) -> Any:
        return self._moment

    def _like(self, moment: datetime.datetime) -> Any:
        made = type(self).__new__(type(self))
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
        return self._like(_shifted(self._moment, long_argument(n, "plusMonths")))  # type: ignore[arg-type]

    def plusWeeks(self, n: Any) -> Any:
        """Later."""
        return self._like(_shift(self._moment, _delta("weeks", n, "plusWeeks")))

    def plusDays(self, n: Any) -> Any:
        """Later."""
        return self._like(_shift(self._moment, _delta("days", n, "plusDays")))

    def plusHours(self, n: Any) -> Any:
        """Later."""
        return self._like(_shift(self._moment, _delta("hours", n, "plusHours")))

    def plusMinutes(self, n: Any) -> Any:
        """Later."""
        return self._like(_shift(self._moment, _delta("minutes", n, "plusMinutes")))

    def plusSeconds(self, n: Any) -> Any:
        """Later."""
        return self._like(_shift(self._moment, _delta("seconds", n, "plusSeconds")))

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
            return self._like(_shift(self._moment, micro))
        return getattr(self, "plus" + unit[0]._name.capitalize())(amount)

    def minus(self, amount: Any, *unit: Any) -> Any:
        """Earlier by a Duration, or so many of a unit."""
        if isinstance(amount, Duration):
            return self.plus(Duration(-amount._nanos))
        return self.plus(-amount, *unit)

    def _with(self, **changes: int) -> Any:
        try:
            return self._like(self._moment.replace(**changes))
        except ValueError as error:
            raise _bad(str(error)) from None

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


def _made(kind: Any, *fields: int, tz: datetime.tzinfo | None = None) -> Any:
    try:
        return kind(datetime.datetime(*fields, tzinfo=tz))  # type: ignore[misc, arg-type]
    except (ValueError, OverflowError) as error:
        raise _bad(str(error)) from None


def _iso(text: Any, kind: Any, size: int) -> Any:
    words = text_argument(text, "parse")
    try:
        if len(words) < size:
            raise ValueError
        return kind(datetime.datetime.fromisoformat(words[:26]))
    except ValueError:
        raise _unparsed(words) from None


def _clock(moment: datetime.datetime) -> str:
    made = f"{moment.hour:02d}:{moment.minute:02d}"
    if moment.second or moment.microsecond:
        made += f":{moment.second:02d}"
    if moment.microsecond:
        micro = f"{moment.microsecond:06d}"
        made += "." + (micro[:3] if micro.endswith("000") else micro)
    return made


class LocalDate(_Timed, package="java.time"):
    """``java.time.LocalDate``."""

    @classmethod
    def of(cls, year: Any, month: Any, day: Any) -> LocalDate:
        """A date."""
        number = month.getValue() if isinstance(month, Month) else int_argument(month, "of", 2)
        return _made(cls, int(year), number, int(day))  # type: ignore[no-any-return]

    @classmethod
    def now(cls, *zone: Any) -> LocalDate:
        """Today."""
        now = datetime.datetime.now(zone[0]._tz if zone else zones.default_zone())
        return cls(datetime.datetime(now.year, now.month, now.day))

    @classmethod
    def parse(cls, text: Any, formatter: Any = None) -> LocalDate:
        """The date a text names."""
        if formatter is not None:
            found = formatter._read(text)
            return cls(datetime.datetime(found.year, found.month, found.day))
        words = text_argument(text, "parse")
        if len(words) != 10:
            raise _unparsed(words, min(len(words), 10) if words[:4].isdigit() else 0)
        return _iso(text, cls, 10)  # type: ignore[no-any-return]

    def atStartOfDay(self, *zone: Any) -> Any:
        """Midnight."""
        moment = datetime.datetime.combine(self._moment.date(), datetime.time())
        if zone:
            return ZonedDateTime(moment.replace(tzinfo=zone[0]._tz), zone[0])
        return LocalDateTime(moment)

    def atTime(self, hour: Any, minute: Any, second: Any = 0) -> Any:
        """A time on that day."""
        return LocalDateTime(self._moment.replace(hour=hour, minute=minute, second=second))

    def toEpochDay(self) -> int:
        """Days since 1970."""
        return long_value((self._moment.date() - datetime.date(1970, 1, 1)).days)

    def until(self, other: Any, *unit: Any) -> Any:
        """How far another date is."""
        return unit[0].between(self, other) if unit else Period.between(self, other)

    def toString(self) -> str:
        """``2020-01-02``."""
        return unicode_text(self._moment.date().isoformat())


class LocalDateTime(_Timed, package="java.time"):
    """``java.time.LocalDateTime``."""

    @classmethod
    def of(cls, *fields: Any) -> LocalDateTime:
        """Year, month, day, hour, minute (, second (, nanosecond)); or a date and a time."""
        if len(fields) == 2:
            return cls(
                datetime.datetime.combine(fields[0]._moment.date(), fields[1]._moment.time())
            )
        numbers = [one.getValue() if isinstance(one, Month) else int(one) for one in fields]
        if len(numbers) == 7:
            numbers[6] //= 1000
        return _made(cls, *numbers)  # type: ignore[no-any-return]

    @classmethod
    def now(cls, *zone: Any) -> LocalDateTime:
        """Now."""
        tz = zone[0]._tz if zone else zones.default_zone()
        return cls(datetime.datetime.now(tz).replace(tzinfo=None))

    @classmethod
    def ofInstant(cls, instant: Any, zone: Any) -> LocalDateTime:
        """The wall clock of a moment."""
        return cls(instant._moment.astimezone(zone._tz).replace(tzinfo=None))

    @classmethod
    def parse(cls, text: Any, formatter: Any = None) -> LocalDateTime:
        """The time a text names."""
        if formatter is not None:
            return cls(formatter._read(text))
        return _iso(text, cls, 16)  # type: ignore[no-any-return]

    def atZone(self, zone: Any) -> Any:
        """The moment in a zone."""
        return ZonedDateTime(self._moment.replace(tzinfo=zone._tz), zone)

    def toLocalDate(self) -> LocalDate:
        """The date."""
        return LocalDate(datetime.datetime.combine(self._moment.date(), datetime.time()))

    def toLocalTime(self) -> Any:
        """The time of the day."""
        return LocalTime(self._moment.replace(year=1970, month=1, day=1))

    def toString(self) -> str:
        """``2020-01-02T03:04``."""
        return unicode_text(f"{self._moment.date().isoformat()}T{_clock(self._moment)}")


class LocalTime(_Timed, package="java.time"):
    """``java.time.LocalTime``."""

    @classmethod
    def of(cls, hour: Any, minute: Any, second: Any = 0, nano: Any = 0) -> LocalTime:
        """A time of the day."""
        return _made(cls, 1970, 1, 1, hour, minute, second, nano // 1000)  # type: ignore[no-any-return]

    @classmethod
    def now(cls, *zone: Any) -> LocalTime:
        """Now."""
        tz = zone[0]._tz if zone else zones.default_zone()
        now = datetime.datetime.now(tz).replace(tzinfo=None)
        return cls(now.replace(year=1970, month=1, day=1))

    @classmethod
    def parse(cls, text: Any, formatter: Any = None) -> LocalTime:
        """The time a text names."""
        if formatter is not None:
            return cls(formatter._read(text).replace(year=1970, month=1, day=1))
        return _iso("1970-01-01T" + text_argument(text, "parse"), cls, 16)  # type: ignore[no-any-return]

    def toSecondOfDay(self) -> int:
        """Seconds since midnight."""
        moment = self._moment
        return int(moment.hour * 3600 + moment.minute * 60 + moment.second)

    def toString(self) -> str:
        """``03:04``."""
        return unicode_text(_clock(self._moment))


class ZonedDateTime(_Timed, package="java.time"):
    """``java.time.ZonedDateTime``."""

    __slots__ = ("_zone",)

    def __init__(self, moment: datetime.datetime, zone: Any) -> None:
        super().__init__(moment)
        state(self, "_zone", zone)

    def _like(self, moment: datetime.datetime) -> Any:
        return ZonedDateTime(moment, self._zone)

    @classmethod
    def of(cls, *fields: Any) -> ZonedDateTime:
        """Year, month, day, hour, minute, second, nanosecond, zone."""
        local = LocalDateTime.of(*fields[:-1]) if len(fields) != 2 else fields[0]
        return local.atZone(fields[-1])  # type: ignore[no-any-return]

    @classmethod
    def now(cls, *zone: Any) -> ZonedDateTime:
        """Now."""
        used = zone[0] if zone else ZoneId.systemDefault()
        return cls(datetime.datetime.now(used._tz), used)

    @classmethod
    def ofInstant(cls, instant: Any, zone: Any) -> ZonedDateTime:
        """A moment in a zone."""
        return cls(instant._moment.astimezone(zone._tz), zone)

    def withZoneSameInstant(self, zone: Any) -> ZonedDateTime:
        """The same moment in another zone."""
        return ZonedDateTime(self._moment.astimezone(zone._tz), zone)

    def toInstant(self) -> Any:
        """The moment."""
        return Instant(self._moment.astimezone(datetime.UTC))

    def toEpochSecond(self) -> int:
        """Seconds since 1970."""
        return long_value(zones.millis_of(self._moment) // 1000)

    def toLocalDate(self) -> LocalDate:
        """The date."""
        return LocalDate(datetime.datetime.combine(self._moment.date(), datetime.time()))

    def toLocalDateTime(self) -> LocalDateTime:
        """The wall clock."""
        return LocalDateTime(self._moment.replace(tzinfo=None))

    def getZone(self) -> Any:
        """The zone."""
        return self._zone

    def toString(self) -> str:
        """``2020-01-02T03:04:05-05:00[America/New_York]``."""
        moment = self._moment
        offset = moment.utcoffset() or datetime.timedelta()
        shown = zones.offset_text(offset, ":") if offset else "Z"
        name = "" if isinstance(self._zone, ZoneOffset) else f"[{self._zone._id}]"
        return unicode_text(f"{moment.date().isoformat()}T{_clock(moment)}{shown}{name}")


class Instant(_Timed, package="java.time"):
    """``java.time.Instant``."""

    @classmethod
    def now(cls) -> Instant:
        """Now."""
        return cls.ofEpochMilli(time.time_ns() // 1_000_000)

    @classmethod
    def ofEpochMilli(cls, millis: Any) -> Instant:
        """The moment of so many milliseconds."""
        try:
            return cls(zones.local_time(long_argument(millis, "ofEpochMilli"), datetime.UTC))
        except OverflowError:
            raise _bad("the moment is out of range here") from None

    @classmethod
    def ofEpochSecond(cls, seconds: Any) -> Instant:
        """The moment of so many seconds."""
        return cls.ofEpochMilli(long_argument(seconds, "ofEpochSecond") * 1000)

    @classmethod
    def parse(cls, text: Any) -> Instant:
        """The moment a text names."""
        words = text_argument(text, "parse")
        try:
            made = datetime.datetime.fromisoformat(words)
        except ValueError:
            raise _unparsed(words) from None
        if made.tzinfo is None:
            raise _unparsed(words, len(words))
        return cls(made.astimezone(datetime.UTC))

    def toEpochMilli(self) -> int:
        """Milliseconds since 1970."""
        return long_value(zones.millis_of(self._moment))

    def getEpochSecond(self) -> int:
        """Seconds since 1970."""
        return long_value(zones.millis_of(self._moment) // 1000)

    def plusMillis(self, n: Any) -> Instant:
        """Later."""
        return Instant(_shift(self._moment, _delta("milliseconds", n, "plusMillis")))

    def minusMillis(self, n: Any) -> Instant:
        """Earlier."""
        return self.plusMillis(-n)

    def atZone(self, zone: Any) -> ZonedDateTime:
        """The moment in a zone."""
        return ZonedDateTime(self._moment.astimezone(zone._tz), zone)

    def toString(self) -> str:
        """``1970-01-01T00:00:00Z``."""
        moment = self._moment
        clock = f"{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}"
        if moment.microsecond:
            micro = f"{moment.microsecond:06d}"
            clock += "." + (micro[:3] if micro.endswith("000") else micro)
        return unicode_text(f"{moment.date().isoformat()}T{clock}Z")


class DateTimeFormatter(Object, package="java.time.format"):
    """``java.time.format.DateTimeFormatter``, names in English."""

    __slots__ = ("_parts", "_zone")

    def __init__(self, pattern: str) -> None:
        state(self, "_parts", pattern_parts(pattern.replace("u", "y").replace("VV", "z")))
        state(self, "_zone", None)

    @classmethod
    def ofPattern(cls, pattern: Any, *_locale: Any) -> DateTimeFormatter:
        """The formatter of a pattern."""
        return cls(text_argument(pattern, "ofPattern"))

    def withZone(self, zone: Any) -> DateTimeFormatter:
        """Show in a zone."""
        made = type(self).__new__(type(self))
        state(made, "_parts", self._parts)
        state(made, "_zone", zone)
        return made

    def format(self, value: Any) -> str:
        """A time as text."""
        moment = value._moment
        if self._zone is not None and moment.tzinfo is not None:
            moment = moment.astimezone(self._zone._tz)
        tz = moment.tzinfo or datetime.UTC
        millis = zones.millis_of(moment.replace(tzinfo=tz))
        parts = Parts(millis, tz)
        from sandbox.library.java.dates import GregorianCalendar, TimeZone

        calendar_ = GregorianCalendar(TimeZone("UTC", tz))
        calendar_.setTimeInMillis(millis)
        made = [
            _field(letter, count, parts, calendar_) if count else letter
            for letter, count in self._parts
        ]
        return unicode_text("".join(made))

    def _read(self, text: Any) -> datetime.datetime:
        from sandbox.library.java.dates import TimeZone

        words = text_argument(text, "parse")
        reading = _Reading(words, self._parts, TimeZone("UTC", datetime.UTC), False)
        millis = reading.read()
        if millis is None or reading.at != len(words):
            raise _unparsed(words, reading.at)
        return zones.local_time(millis, datetime.UTC).replace(tzinfo=None)


for _name, _pattern in (
    ("ISO_LOCAL_DATE", "yyyy-MM-dd"),
    ("ISO_DATE", "yyyy-MM-dd"),
    ("ISO_LOCAL_TIME", "HH:mm:ss"),
    ("ISO_LOCAL_DATE_TIME", "yyyy-MM-dd'T'HH:mm:ss"),
    ("BASIC_ISO_DATE", "yyyyMMdd"),
):
    type.__setattr__(DateTimeFormatter, _name, DateTimeFormatter(_pattern))

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


class ChronoUnit(_Named, package="java.time.temporal"):
    """``java.time.temporal.ChronoUnit``."""

    def between(self, a: Any, b: Any) -> int:
        """How many whole units from one moment to another."""
        nanos = _UNIT_NANOS.get(self._name)
        if nanos is not None:
            gap = b._nanos_of() - a._nanos_of()
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
