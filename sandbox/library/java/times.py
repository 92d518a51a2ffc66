"""The dates and times of ``java.time``, local and zoned, and ``Instant``."""

from __future__ import annotations

import datetime
import time
from typing import Any

from sandbox.library.java import zones
from sandbox.library.java.base import state
from sandbox.library.java.convert import expected, int_argument, long_argument, text_argument
from sandbox.library.java.time_amounts import Period
from sandbox.library.java.time_errors import bad_time, unparsed
from sandbox.library.java.time_fields import (
    Timed,
    clock_text,
    delta,
    from_iso,
    made_of_fields,
    shifted,
)
from sandbox.library.java.time_names import Month
from sandbox.library.java.zone_ids import ZoneId, ZoneOffset
from sandbox.library.values import long_value, unicode_text


def _zone_of(zone: tuple[Any, ...], method: str) -> Any:
    return expected(zone[0], ZoneId, method)._tz if zone else zones.default_zone()


def _formatter(value: Any) -> Any:
    from sandbox.library.java.time_formatter import DateTimeFormatter

    return expected(value, DateTimeFormatter, "parse", 2)


class LocalDate(Timed, package="java.time"):
    """``java.time.LocalDate``."""

    @classmethod
    def of(cls, year: Any, month: Any, day: Any) -> LocalDate:
        """A date."""
        number = month.getValue() if isinstance(month, Month) else int_argument(month, "of", 2)
        return made_of_fields(cls, int(year), number, int(day))  # type: ignore[no-any-return]

    @classmethod
    def now(cls, *zone: Any) -> LocalDate:
        """Today."""
        now = datetime.datetime.now(_zone_of(zone, "now"))
        return cls(datetime.datetime(now.year, now.month, now.day))

    @classmethod
    def parse(cls, text: Any, formatter: Any = None) -> LocalDate:
        """The date a text names."""
        if formatter is not None:
            found = _formatter(formatter)._read(text)
            return cls(datetime.datetime(found.year, found.month, found.day))
        words = text_argument(text, "parse")
        if len(words) != 10:
            raise unparsed(words, min(len(words), 10) if words[:4].isdigit() else 0)
        return from_iso(text, cls, 10)  # type: ignore[no-any-return]

    def atStartOfDay(self, *zone: Any) -> Any:
        """Midnight."""
        moment = datetime.datetime.combine(self._moment.date(), datetime.time())
        if zone:
            return ZonedDateTime(moment.replace(tzinfo=_zone_of(zone, "atStartOfDay")), zone[0])
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


class LocalDateTime(Timed, package="java.time"):
    """``java.time.LocalDateTime``."""

    @classmethod
    def of(cls, *fields: Any) -> LocalDateTime:
        """Year, month, day, hour, minute (, second (, nanosecond)); or a date and a time."""
        if len(fields) == 2:
            day = expected(fields[0], LocalDate, "of")
            clock = expected(fields[1], LocalTime, "of", 2)
            return cls(datetime.datetime.combine(day._moment.date(), clock._moment.time()))
        numbers = [one.getValue() if isinstance(one, Month) else int(one) for one in fields]
        if len(numbers) == 7:
            numbers[6] //= 1000
        return made_of_fields(cls, *numbers)  # type: ignore[no-any-return]

    @classmethod
    def now(cls, *zone: Any) -> LocalDateTime:
        """Now."""
        tz = _zone_of(zone, "now")
        return cls(datetime.datetime.now(tz).replace(tzinfo=None))

    @classmethod
    def ofInstant(cls, instant: Any, zone: Any) -> LocalDateTime:
        """The wall clock of a moment."""
        moment = expected(instant, Instant, "ofInstant")._moment
        zone = expected(zone, ZoneId, "ofInstant", 2)
        return cls(moment.astimezone(zone._tz).replace(tzinfo=None))

    @classmethod
    def parse(cls, text: Any, formatter: Any = None) -> LocalDateTime:
        """The time a text names."""
        if formatter is not None:
            return cls(_formatter(formatter)._read(text))
        return from_iso(text, cls, 16)  # type: ignore[no-any-return]

    def atZone(self, zone: Any) -> Any:
        """The moment in a zone."""
        zone = expected(zone, ZoneId, "atZone")
        return ZonedDateTime(self._moment.replace(tzinfo=zone._tz), zone)

    def toLocalDate(self) -> LocalDate:
        """The date."""
        return LocalDate(datetime.datetime.combine(self._moment.date(), datetime.time()))

    def toLocalTime(self) -> Any:
        """The time of the day."""
        return LocalTime(self._moment.replace(year=1970, month=1, day=1))

    def toString(self) -> str:
        """``2020-01-02T03:04``."""
        return unicode_text(f"{self._moment.date().isoformat()}T{clock_text(self._moment)}")


class LocalTime(Timed, package="java.time"):
    """``java.time.LocalTime``."""

    @classmethod
    def of(cls, hour: Any, minute: Any, second: Any = 0, nano: Any = 0) -> LocalTime:
        """A time of the day."""
        return made_of_fields(cls, 1970, 1, 1, hour, minute, second, nano // 1000)  # type: ignore[no-any-return]

    @classmethod
    def now(cls, *zone: Any) -> LocalTime:
        """Now."""
        tz = _zone_of(zone, "now")
        now = datetime.datetime.now(tz).replace(tzinfo=None)
        return cls(now.replace(year=1970, month=1, day=1))

    @classmethod
    def parse(cls, text: Any, formatter: Any = None) -> LocalTime:
        """The time a text names."""
        if formatter is not None:
            return cls(_formatter(formatter)._read(text).replace(year=1970, month=1, day=1))
        return from_iso("1970-01-01T" + text_argument(text, "parse"), cls, 16)  # type: ignore[no-any-return]

    def toSecondOfDay(self) -> int:
        """Seconds since midnight."""
        moment = self._moment
        return int(moment.hour * 3600 + moment.minute * 60 + moment.second)

    def toString(self) -> str:
        """``03:04``."""
        return unicode_text(clock_text(self._moment))


class ZonedDateTime(Timed, package="java.time"):
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
        if len(fields) == 2:
            local = expected(fields[0], LocalDateTime, "of")
        else:
            local = LocalDateTime.of(*fields[:-1])
        return local.atZone(fields[-1])  # type: ignore[no-any-return]

    @classmethod
    def now(cls, *zone: Any) -> ZonedDateTime:
        """Now."""
        used = expected(zone[0], ZoneId, "now") if zone else ZoneId.systemDefault()
        return cls(datetime.datetime.now(used._tz), used)

    @classmethod
    def ofInstant(cls, instant: Any, zone: Any) -> ZonedDateTime:
        """A moment in a zone."""
        moment = expected(instant, Instant, "ofInstant")._moment
        zone = expected(zone, ZoneId, "ofInstant", 2)
        return cls(moment.astimezone(zone._tz), zone)

    def withZoneSameInstant(self, zone: Any) -> ZonedDateTime:
        """The same moment in another zone."""
        zone = expected(zone, ZoneId, "withZoneSameInstant")
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
        return unicode_text(f"{moment.date().isoformat()}T{clock_text(moment)}{shown}{name}")


class Instant(Timed, package="java.time"):
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
            raise bad_time("the moment is out of range here") from None

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
            raise unparsed(words) from None
        if made.tzinfo is None:
            raise unparsed(words, len(words))
        return cls(made.astimezone(datetime.UTC))

    def toEpochMilli(self) -> int:
        """Milliseconds since 1970."""
        return long_value(zones.millis_of(self._moment))

    def getEpochSecond(self) -> int:
        """Seconds since 1970."""
        return long_value(zones.millis_of(self._moment) // 1000)

    def plusMillis(self, n: Any) -> Instant:
        """Later."""
        return Instant(shifted(self._moment, delta("milliseconds", n, "plusMillis")))

    def minusMillis(self, n: Any) -> Instant:
        """Earlier."""
        return self.plusMillis(-n)

    def atZone(self, zone: Any) -> ZonedDateTime:
        """The moment in a zone."""
        zone = expected(zone, ZoneId, "atZone")
        return ZonedDateTime(self._moment.astimezone(zone._tz), zone)

    def toString(self) -> str:
        """``1970-01-01T00:00:00Z``."""
        moment = self._moment
        clock = f"{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}"
        if moment.microsecond:
            micro = f"{moment.microsecond:06d}"
            clock += "." + (micro[:3] if micro.endswith("000") else micro)
        return unicode_text(f"{moment.date().isoformat()}T{clock}Z")
