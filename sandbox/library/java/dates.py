"""``java.util.Date``, ``Calendar``, ``GregorianCalendar``, ``TimeZone`` and ``Locale``."""

from __future__ import annotations

import calendar
import datetime
import email.utils
import time
from typing import Any

from sandbox.library.java import zones
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import (
    LONG_MAX,
    LONG_MIN,
    coercion,
    int_argument,
    long_argument,
    text_argument,
    wrap_int,
)
from sandbox.library.java.throwables import IllegalArgumentException
from sandbox.library.values import long_value, unicode_text

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
MIN_MILLIS = -62135596800000 + 86_400_000
MAX_MILLIS = 253402300799999 - 86_400_000


def now_millis() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Parts:
    """The wall clock of a moment, and its text by Formatter's letters."""

    __slots__ = ("millis", "moment")

    def __init__(self, millis: int, zone: datetime.tzinfo | None = None) -> None:
        self.millis = millis
        bounded = min(max(millis, MIN_MILLIS), MAX_MILLIS)
        self.moment = zones.local_time(bounded, zone or zones.default_zone())

    def formatted(self, letter: str) -> str | None:
        """The text of ``%t`` and this letter; None for an unknown letter."""
        made = _TIME.get(letter)
        return None if made is None else made(self)

    @property
    def zone(self) -> str:
        """The letters of the zone."""
        return zones.short_name(self.moment)

    @property
    def offset(self) -> datetime.timedelta:
        """How far ahead of UTC."""
        return self.moment.utcoffset() or datetime.timedelta()


def _hour(parts: Parts) -> int:
    return parts.moment.hour % 12 or 12


_TIME: dict[str, Any] = {
    "H": lambda p: f"{p.moment.hour:02d}",
    "I": lambda p: f"{_hour(p):02d}",
    "k": lambda p: f"{p.moment.hour}",
    "l": lambda p: f"{_hour(p)}",
    "M": lambda p: f"{p.moment.minute:02d}",
    "S": lambda p: f"{p.moment.second:02d}",
    "L": lambda p: f"{p.millis % 1000:03d}",
    "N": lambda p: f"{p.millis % 1000:03d}000000",
    "p": lambda p: "am" if p.moment.hour < 12 else "pm",
    "z": lambda p: zones.offset_text(p.offset),
    "Z": lambda p: p.zone,
    "s": lambda p: f"{p.millis // 1000}",
    "Q": lambda p: f"{p.millis}",
    "B": lambda p: MONTHS[p.moment.month - 1],
    "b": lambda p: MONTHS[p.moment.month - 1][:3],
    "h": lambda p: MONTHS[p.moment.month - 1][:3],
    "A": lambda p: DAYS[p.moment.weekday()],
    "a": lambda p: DAYS[p.moment.weekday()][:3],
    "C": lambda p: f"{p.moment.year // 100:02d}",
    "Y": lambda p: f"{p.moment.year:04d}",
    "y": lambda p: f"{p.moment.year % 100:02d}",
    "j": lambda p: f"{p.moment.timetuple().tm_yday:03d}",
    "m": lambda p: f"{p.moment.month:02d}",
    "d": lambda p: f"{p.moment.day:02d}",
    "e": lambda p: f"{p.moment.day}",
    "R": lambda p: f"{p.moment.hour:02d}:{p.moment.minute:02d}",
    "T": lambda p: f"{p.moment.hour:02d}:{p.moment.minute:02d}:{p.moment.second:02d}",
    "r": lambda p: (
        f"{_hour(p):02d}:{p.moment.minute:02d}:{p.moment.second:02d} "
        f"{'AM' if p.moment.hour < 12 else 'PM'}"
    ),
    "D": lambda p: f"{p.moment.month:02d}/{p.moment.day:02d}/{p.moment.year % 100:02d}",
    "F": lambda p: f"{p.moment.year:04d}-{p.moment.month:02d}-{p.moment.day:02d}",
    "c": lambda p: (
        f"{DAYS[p.moment.weekday()][:3]} {MONTHS[p.moment.month - 1][:3]} {p.moment.day:02d} "
        f"{p.moment.hour:02d}:{p.moment.minute:02d}:{p.moment.second:02d} {p.zone} "
        f"{p.moment.year:04d}"
    ),
}


def date_parts(value: Any) -> Parts:
    """The parts of a Date, Calendar or number of milliseconds; TypeError for other things."""
    if isinstance(value, Date):
        return Parts(value._millis)
    if isinstance(value, Calendar):
        return Parts(value.getTimeInMillis(), value._zone._tz)
    if isinstance(value, int) and not isinstance(value, bool):
        return Parts(int(value))
    moment = getattr(value, "moment_", None)
    if isinstance(moment, datetime.datetime):
        return Parts(zones.millis_of(moment), moment.tzinfo)
    raise TypeError("not a date")


def wall_clock(
    year: int,
    month: int,
    day: int,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    zone: datetime.tzinfo | None = None,
    millis: int = 0,
) -> int:
    """Milliseconds of lenient fields: a month 13 is January of the next year (month from 0)."""
    for number in (year, month, day, hour, minute, second):
        if abs(number) > 10**9:
            raise OverflowError("date out of range")
    year += month // 12
    month %= 12
    if not 1 <= year <= 9998:
        raise IllegalArgumentException(f"the year {year} is out of range here")
    try:
        base = datetime.datetime(year, month + 1, 1) + datetime.timedelta(
            days=day - 1, hours=hour, minutes=minute, seconds=second
        )
    except OverflowError:
        raise IllegalArgumentException("the date is out of range here") from None
    return zones.wall_millis(base, zone or zones.default_zone()) + millis


class Date(Object, package="java.util"):
    """``java.util.Date``: a number of milliseconds, shown in the host's zone."""

    __slots__ = ("_millis",)

    def __init__(self, *args: Any) -> None:
        if not args:
            millis = now_millis()
        elif len(args) == 1:
            millis = _date_argument(args[0])
        elif len(args) in (3, 5, 6):
            numbers = [int_argument(one, "java.util.Date", at + 1) for at, one in enumerate(args)]
            millis = wall_clock(numbers[0] + 1900, *numbers[1:])  # type: ignore[arg-type]
        else:
            raise TypeError(f"java.util.Date(): expected 0, 1, 3, 5 or 6 args; got {len(args)}")
        state(self, "_millis", millis)

    def getTime(self) -> int:
        """Milliseconds since 1970."""
        return long_value(self._millis)

    def setTime(self, millis: Any) -> None:
        """Make it another moment."""
        state(self, "_millis", long_argument(millis, "setTime"))

    def _parts(self) -> datetime.datetime:
        return Parts(self._millis).moment

    def getYear(self) -> int:
        """The year less 1900."""
        return self._parts().year - 1900

    def getMonth(self) -> int:
        """The month, 0 is January."""
        return self._parts().month - 1

    def getDate(self) -> int:
        """The day of the month."""
        return self._parts().day

    def getDay(self) -> int:
        """The weekday, 0 is Sunday."""
        return self._parts().isoweekday() % 7

    def getHours(self) -> int:
        """The hour."""
        return self._parts().hour

    def getMinutes(self) -> int:
        """The minute."""
        return self._parts().minute

    def getSeconds(self) -> int:
        """The second."""
        return self._parts().second

    def _set(self, **changes: int) -> None:
        parts = self._parts()
        fields = {
            "year": parts.year,
            "month": parts.month - 1,
            "day": parts.day,
            "hour": parts.hour,
            "minute": parts.minute,
            "second": parts.second,
        }
        fields.update(changes)
        state(self, "_millis", wall_clock(**fields, millis=self._millis % 1000))  # type: ignore[arg-type]

    def setYear(self, year: Any) -> None:
        """Set the year less 1900."""
        self._set(year=int_argument(year, "setYear") + 1900)

    def setMonth(self, month: Any) -> None:
        """Set the month, 0 is January."""
        self._set(month=int_argument(month, "setMonth"))

    def setDate(self, date: Any) -> None:
        """Set the day of the month."""
        self._set(day=int_argument(date, "setDate"))

    def setHours(self, hours: Any) -> None:
        """Set the hour."""
        self._set(hour=int_argument(hours, "setHours"))

    def setMinutes(self, minutes: Any) -> None:
        """Set the minute."""
        self._set(minute=int_argument(minutes, "setMinutes"))

    def setSeconds(self, seconds: Any) -> None:
        """Set the second."""
        self._set(second=int_argument(seconds, "setSeconds"))

    def getTimezoneOffset(self) -> int:
        """Minutes behind UTC."""
        return -int(Parts(self._millis).offset.total_seconds() // 60)

    def before(self, other: Any) -> bool:
        """Whether it is earlier."""
        return bool(self._millis < _other(other, "before"))

    def after(self, other: Any) -> bool:
        """Whether it is later."""
        return bool(self._millis > _other(other, "after"))

    def compareTo(self, other: Any) -> int:
        """-1, 0 or 1."""
        that = _other(other, "compareTo")
        return (self._millis > that) - (self._millis < that)  # type: ignore[no-any-return]

    def equals(self, other: Any) -> bool:
        """Whether it is the same moment."""
        return isinstance(other, Date) and bool(self._millis == other._millis)

    def hashCode(self) -> int:
        """Java's hash of the milliseconds."""
        millis = self._millis & 0xFFFFFFFFFFFFFFFF
        return wrap_int((millis ^ (millis >> 32)) & 0xFFFFFFFF)

    def clone(self) -> Date:
        """A copy."""
        return type(self)(self._millis)

    def toInstant(self) -> Any:
        """The moment as ``java.time.Instant``."""
        from sandbox.library.java.times import Instant

        return Instant.ofEpochMilli(self._millis)

    @classmethod
    def from_(cls, instant: Any) -> Date:
        """The Date of an Instant."""
        return cls(instant.toEpochMilli())

    @classmethod
    def parse(cls, text: Any) -> int:
        """Milliseconds of a date in one of the usual forms."""
        return long_value(_parse(text_argument(text, "parse")))

    @classmethod
    def UTC(cls, year: Any, month: Any, day: Any, hour: Any, minute: Any, second: Any) -> int:
        """Milliseconds of fields in UTC."""
        return long_value(wall_clock(year + 1900, month, day, hour, minute, second, datetime.UTC))

    def toString(self) -> str:
        """``Thu Jan 01 00:00:00 UTC 1970``."""
        return unicode_text(Parts(self._millis).formatted("c") or "")

    def toGMTString(self) -> str:
        """``1 Jan 1970 00:00:00 GMT``."""
        m = Parts(self._millis, datetime.UTC).moment
        return unicode_text(
            f"{m.day} {MONTHS[m.month - 1][:3]} {m.year} "
            f"{m.hour:02d}:{m.minute:02d}:{m.second:02d} GMT"
        )

    def toLocaleString(self) -> str:
        """``Jan 1, 1970, 12:00:00 AM``."""
        p = Parts(self._millis)
        m = p.moment
        half = "AM" if m.hour < 12 else "PM"
        return unicode_text(
            f"{MONTHS[m.month - 1][:3]} {m.day}, {m.year}, "
            f"{_hour(p)}:{m.minute:02d}:{m.second:02d} {half}"
        )

    def __lt__(self, other: Any) -> Any:
        return self._millis < other._millis if isinstance(other, Date) else NotImplemented

    def __le__(self, other: Any) -> Any:
        return self._millis <= other._millis if isinstance(other, Date) else NotImplemented

    def __gt__(self, other: Any) -> Any:
        return self._millis > other._millis if isinstance(other, Date) else NotImplemented

    def __ge__(self, other: Any) -> Any:
        return self._millis >= other._millis if isinstance(other, Date) else NotImplemented

    def __cmp__(self, other: Any) -> Any:
        return self.compareTo(other) if isinstance(other, Date) else NotImplemented

    def __copy__(self) -> Date:
        return self.clone()

    def __deepcopy__(self, memo: Any) -> Date:
        return self.clone()


# Python's grammar keeps ``from`` to itself, Jython's does not after a dot.
type.__setattr__(Date, "from", vars(Date)["from_"])


def _other(other: Any, method: str) -> int:
    if not isinstance(other, Date):
        raise coercion(method, 1, "java.util.Date")
    return int(other._millis)


def _date_argument(value: Any) -> int:
    if isinstance(value, str):
        return _parse(str.__str__(value))
    if isinstance(value, int) and not isinstance(value, bool) and LONG_MIN <= value <= LONG_MAX:
        return int.__index__(value)
    raise TypeError("java.util.Date(): 1st arg can't be coerced to long, String")


_FORMS = (
    "%b %d, %Y %I:%M:%S %p",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%a %b %d %H:%M:%S %Y",
)


def _parse(text: str) -> int:
    words = text.strip()[:100]
    for form in _FORMS:
        try:
            made = datetime.datetime.strptime(words, form)
        except ValueError:
            continue
        return zones.wall_millis(made, zones.default_zone())
    pieces = words.split()
    if len(pieces) == 6 and pieces[4][:1].isalpha():
        zone = zones.find_zone(pieces[4])
        try:
            made = datetime.datetime.strptime(
                " ".join(pieces[:4] + pieces[5:]), "%a %b %d %H:%M:%S %Y"
            )
            return zones.wall_millis(made, zone or zones.default_zone())
        except ValueError:
            pass
    try:
        return zones.millis_of(email.utils.parsedate_to_datetime(words).astimezone())
    except (TypeError, ValueError):
        raise IllegalArgumentException(None) from None


class TimeZone(Object, package="java.util"):
    """``java.util.TimeZone``."""

    __slots__ = ("_id", "_tz")
    SHORT = 0
    LONG = 1

    def __init__(self, name: str = "GMT", tz: datetime.tzinfo | None = None) -> None:
        state(self, "_id", str(name))
        state(self, "_tz", tz or zones.find_zone(str(name)) or datetime.UTC)

    @classmethod
    def getTimeZone(cls, name: Any) -> TimeZone:
        """The zone of a name; GMT when there is none."""
        if not isinstance(name, str) and hasattr(name, "getId"):
            name = name.getId()
        words = text_argument(name, "getTimeZone")
        found = zones.find_zone(words)
        if found is None:
            return TimeZone("GMT", datetime.UTC)
        if words.startswith("GMT") and len(words) > 3:
            offset = found.utcoffset(None) or datetime.timedelta()
            words = "GMT" + (zones.offset_text(offset, ":") if offset else "")
        return TimeZone(words, found)

    @classmethod
    def getDefault(cls) -> TimeZone:
        """The host's zone."""
        return TimeZone(zones.default_name(), zones.default_zone())

    @classmethod
    def setDefault(cls, zone: Any) -> None:
        """Refused: the zone is the host's."""
        raise IllegalArgumentException("the time zone of the host cannot be set by a script")

    @classmethod
    def getAvailableIDs(cls, *offset: Any) -> list[str]:
        """The names of all zones."""
        return [unicode_text(name) for name in zones.zone_names()]

    def getID(self) -> str:
        """The name."""
        return unicode_text(self._id)

    def getDisplayName(self, daylight: Any = False, style: Any = 1, *_locale: Any) -> str:
        """The words of the zone."""
        if style == 0 and isinstance(daylight, (bool, int)):
            month = 7 if daylight else 1
            return unicode_text(
                zones.short_name(datetime.datetime(2023, month, 1, tzinfo=self._tz))
            )
        return unicode_text(zones.long_name(self._id, self._tz, daylight is True))

    def _standard(self) -> datetime.timedelta:
        now = datetime.datetime.now(self._tz)
        return (now.utcoffset() or datetime.timedelta()) - (now.dst() or datetime.timedelta())

    def getRawOffset(self) -> int:
        """Milliseconds ahead of UTC, without daylight saving."""
        return int(self._standard().total_seconds() * 1000)

    def getOffset(self, millis: Any) -> int:
        """Milliseconds ahead of UTC at a moment."""
        offset = Parts(long_argument(millis, "getOffset"), self._tz).offset
        return int(offset.total_seconds() * 1000)

    def _saving(self) -> datetime.timedelta:
        year = datetime.datetime.now(datetime.UTC).year
        moments = [datetime.datetime(year, month, 1, tzinfo=self._tz) for month in range(1, 13)]
        return max((one.dst() or datetime.timedelta()) for one in moments)

    def useDaylightTime(self) -> bool:
        """Whether the zone has daylight saving."""
        return bool(self._saving())

    observesDaylightTime = useDaylightTime

    def getDSTSavings(self) -> int:
        """Milliseconds of daylight saving."""
        return int(self._saving().total_seconds() * 1000)

    def inDaylightTime(self, date: Any) -> bool:
        """Whether a moment has daylight saving."""
        return bool(Parts(_other(date, "inDaylightTime"), self._tz).moment.dst())

    def toZoneId(self) -> Any:
        """The zone as ``java.time.ZoneId``."""
        from sandbox.library.java.times import ZoneId

        return ZoneId.of(self._id)

    def hasSameRules(self, other: Any) -> bool:
        """Whether another zone is the same."""
        return isinstance(other, TimeZone) and other._tz == self._tz

    def equals(self, other: Any) -> bool:
        """Whether another zone has the same name."""
        return isinstance(other, TimeZone) and bool(other._id == self._id)

    def hashCode(self) -> int:
        """By name."""
        return hash(self._id) & 0x7FFFFFFF

    def clone(self) -> TimeZone:
        """A copy."""
        return TimeZone(self._id, self._tz)

    def toString(self) -> str:
        """As the JDK's ZoneInfo shows itself, without its table of changes."""
        return unicode_text(
            f'sun.util.calendar.ZoneInfo[id="{self._id}",offset={self.getRawOffset()},'
            f"dstSavings={self.getDSTSavings()},useDaylight="
            f"{'true' if self.useDaylightTime() else 'false'},transitions=0,lastRule=null]"
        )


class SimpleTimeZone(TimeZone, package="java.util"):
    """``java.util.SimpleTimeZone`` without daylight saving rules."""

    def __init__(self, offset: Any, name: Any) -> None:
        delta = datetime.timedelta(milliseconds=int_argument(offset, "SimpleTimeZone"))
        super().__init__(text_argument(name, "SimpleTimeZone", 2), datetime.timezone(delta))


_LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "zh": "Chinese",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "ru": "Russian",
    "sv": "Swedish",
    "cs": "Czech",
}
_COUNTRIES = {
    "US": "United States",
    "GB": "United Kingdom",
    "DE": "Germany",
    "FR": "France",
    "IT": "Italy",
    "JP": "Japan",
    "KR": "South Korea",
    "CN": "China",
    "TW": "Taiwan",
    "CA": "Canada",
    "MX": "Mexico",
    "ES": "Spain",
    "BR": "Brazil",
    "NL": "Netherlands",
    "CH": "Switzerland",
    "AT": "Austria",
}


class Locale(Object, package="java.util"):
    """``java.util.Locale``: a name; number formats know some of them."""

    __slots__ = ("_country", "_language")

    def __init__(self, language: Any, country: Any = "", variant: Any = "") -> None:
        state(self, "_language", text_argument(language, "java.util.Locale").lower())
        state(self, "_country", text_argument(country, "java.util.Locale", 2).upper())

    @classmethod
    def getDefault(cls, *_category: Any) -> Locale:
        """en_US (our choice)."""
        return Locale("en", "US")

    @classmethod
    def setDefault(cls, *_locale: Any) -> None:
        """Refused: the locale is the host's."""
        raise IllegalArgumentException("the locale of the host cannot be set by a script")

    @classmethod
    def forLanguageTag(cls, tag: Any) -> Locale:
        """The locale of ``en-US``."""
        language, _, country = text_argument(tag, "forLanguageTag").partition("-")
        return Locale(language, country)

    def getLanguage(self) -> str:
        """Two letters."""
        return unicode_text(self._language)

    def getCountry(self) -> str:
        """Two letters."""
        return unicode_text(self._country)

    def getDisplayLanguage(self, *_locale: Any) -> str:
        """In English."""
        return unicode_text(_LANGUAGES.get(self._language, self._language))

    def getDisplayCountry(self, *_locale: Any) -> str:
        """In English."""
        return unicode_text(_COUNTRIES.get(self._country, self._country))

    def getDisplayName(self, *_locale: Any) -> str:
        """In English."""
        country = self.getDisplayCountry()
        return unicode_text(
            f"{self.getDisplayLanguage()} ({country})" if country else self.getDisplayLanguage()
        )

    def toLanguageTag(self) -> str:
        """``en-US``."""
        return unicode_text("-".join([one for one in (self._language, self._country) if one]))

    def equals(self, other: Any) -> bool:
        """Whether it is the same locale."""
        return isinstance(other, Locale) and str(other) == str(self)

    def hashCode(self) -> int:
        """By name."""
        return hash(str(self)) & 0x7FFFFFFF

    def toString(self) -> str:
        """``en_US``."""
        return unicode_text("_".join([one for one in (self._language, self._country) if one]))


for _name, _language, _country in (
    ("US", "en", "US"),
    ("UK", "en", "GB"),
    ("ENGLISH", "en", ""),
    ("GERMANY", "de", "DE"),
    ("GERMAN", "de", ""),
    ("FRANCE", "fr", "FR"),
    ("FRENCH", "fr", ""),
    ("ITALY", "it", "IT"),
    ("ITALIAN", "it", ""),
    ("JAPAN", "ja", "JP"),
    ("JAPANESE", "ja", ""),
    ("KOREA", "ko", "KR"),
    ("CHINA", "zh", "CN"),
    ("CHINESE", "zh", ""),
    ("CANADA", "en", "CA"),
    ("CANADA_FRENCH", "fr", "CA"),
    ("ROOT", "", ""),
):
    type.__setattr__(Locale, _name, Locale(_language, _country))

_FIELDS = {
    "ERA": 0,
    "YEAR": 1,
    "MONTH": 2,
    "WEEK_OF_YEAR": 3,
    "WEEK_OF_MONTH": 4,
    "DATE": 5,
    "DAY_OF_MONTH": 5,
    "DAY_OF_YEAR": 6,
    "DAY_OF_WEEK": 7,
    "DAY_OF_WEEK_IN_MONTH": 8,
    "AM_PM": 9,
    "HOUR": 10,
    "HOUR_OF_DAY": 11,
    "MINUTE": 12,
    "SECOND": 13,
    "MILLISECOND": 14,
    "ZONE_OFFSET": 15,
    "DST_OFFSET": 16,
    "FIELD_COUNT": 17,
}


class Calendar(Object, package="java.util"):
    """``java.util.Calendar``: fields are set leniently and worked out when they are read."""

    __slots__ = ("_base", "_first", "_lenient", "_minimal", "_pending", "_zone")

    def __init__(self, millis: int | None = None, zone: TimeZone | None = None) -> None:
        state(self, "_base", now_millis() if millis is None else millis)
        state(self, "_zone", zone or TimeZone.getDefault())
        state(self, "_first", 1)
        state(self, "_minimal", 1)
        state(self, "_lenient", True)
        state(self, "_pending", {})

    @classmethod
    def getInstance(cls, *where: Any) -> Any:
        """A calendar of now."""
        zone = next((one for one in where if isinstance(one, TimeZone)), None)
        return GregorianCalendar(zone) if zone else GregorianCalendar()

    def _local(self) -> datetime.datetime:
        return Parts(self._base, self._zone._tz).moment

    def _settle(self) -> int:
        pending: dict[int, int] = self._pending
        if not pending:
            return int(self._base)
        now = self._local()
        hour = pending.get(11)
        order = list(pending)
        if 10 in pending and (hour is None or order.index(10) > order.index(11)):
            half = pending.get(9, 1 if now.hour >= 12 else 0)
            hour = pending[10] + 12 * half
        elif hour is None:
            half = pending.get(9)  # type: ignore[assignment]
            hour = now.hour if half is None else now.hour % 12 + 12 * half
        year = pending.get(1, now.year)
        month = pending.get(2, now.month - 1)
        day = pending.get(5, now.day)
        last = max((order.index(one) for one in (3, 4, 5, 6, 7, 8) if one in pending), default=-1)
        if last >= 0 and order[last] == 6:
            month, day = 0, pending[6]
        elif last >= 0 and order[last] in (3, 4, 7, 8):
            day += self._week_shift(pending, year, month, day)
        millis = pending.get(14, self._base % 1000)
        made = wall_clock(
            year,
            month,
            day,
            hour,
            pending.get(12, now.minute),
            pending.get(13, now.second),
            self._zone._tz,
        )
        state(self, "_base", made + millis)
        state(self, "_pending", {})
        return made + millis  # type: ignore[no-any-return]

    def _week_shift(self, pending: dict[int, int], year: int, month: int, day: int) -> int:
        current = datetime.date(year + month // 12, month % 12 + 1, 1) + datetime.timedelta(
            days=day - 1
        )
        weekday = current.isoweekday() % 7 + 1
        shift = 0
        wanted = pending.get(7)
        if wanted is not None:
            shift = (wanted - self._first) % 7 - (weekday - self._first) % 7
        if 3 in pending:
            shift += 7 * (pending[3] - self._week_of_year(current))
        if 4 in pending:
            shift += 7 * (pending[4] - self._week_of_month(current))
        if 8 in pending:
            shift += 7 * (pending[8] - ((current.day - 1) // 7 + 1))
        return shift

    def _week_number(self, day_in_period: int, weekday: int) -> int:
        offset = (weekday - self._first) % 7
        start = (day_in_period - 1 - offset) % 7
        week = (day_in_period - 1 + 7 - start) // 7 if start else (day_in_period - 1) // 7 + 1
        if start and 7 - (7 - start) >= 0 and start >= self._minimal:
            week = (day_in_period - 1 - start) // 7 + 2 if day_in_period > start else 1
        elif start:
            week = (day_in_period - 1 - start) // 7 + 1 if day_in_period > start else 0
        return week

    def _week_of_year(self, day: datetime.date) -> int:
        weekday = day.isoweekday() % 7 + 1
        number = day.timetuple().tm_yday
        week = self._week_number(number, weekday)
        length = 366 if calendar.isleap(day.year) else 365
        if week == 0:
            previous = day - datetime.timedelta(days=number)
            return self._week_of_year(previous)
        ahead = 7 - (weekday - self._first) % 7
        into_next = number + ahead - 1 - length
        if into_next >= self._minimal:
            return 1
        return week

    def _week_of_month(self, day: datetime.date) -> int:
        return self._week_number(day.day, day.isoweekday() % 7 + 1)

    def get(self, field: Any) -> int:
        """The value of a field."""
        self._settle()
        moment = self._local()
        number = int_argument(field, "get")
        if number == 3:
            return self._week_of_year(moment.date())
        if number == 4:
            return self._week_of_month(moment.date())
        values = {
            0: 1,
            1: moment.year,
            2: moment.month - 1,
            5: moment.day,
            6: moment.timetuple().tm_yday,
            7: moment.isoweekday() % 7 + 1,
            8: (moment.day - 1) // 7 + 1,
            9: 0 if moment.hour < 12 else 1,
            10: moment.hour % 12,
            11: moment.hour,
            12: moment.minute,
            13: moment.second,
            14: self._base % 1000,
        }
        if number in values:
            return int(values[number])
        offset = moment.utcoffset() or datetime.timedelta()
        saving = moment.dst() or datetime.timedelta()
        if number == 15:
            return int((offset - saving).total_seconds() * 1000)
        if number == 16:
            return int(saving.total_seconds() * 1000)
        raise IndexError(f"no such field: {number}")

    def set(self, *fields: Any) -> None:
        """Set one field, or year, month, day (, hour, minute (, second))."""
        numbers = [int_argument(one, "set", at + 1) for at, one in enumerate(fields)]
        if len(numbers) == 2:
            if not 0 <= numbers[0] < 17:
                raise IndexError(f"no such field: {numbers[0]}")
            self._pend(numbers[0], numbers[1])
        elif len(numbers) in (3, 5, 6):
            for place, value in zip((1, 2, 5, 11, 12, 13), numbers, strict=False):
                self._pend(place, value)
        else:
            raise TypeError(f"set(): expected 2, 3, 5 or 6 args; got {len(numbers)}")

    def _pend(self, field: int, value: int) -> None:
        pending = self._pending
        pending.pop(field, None)
        pending[field] = value

    def clear(self, *field: Any) -> None:
        """Clear one field or all of them."""
        if not field:
            state(self, "_base", wall_clock(1970, 0, 1, zone=self._zone._tz))
            state(self, "_pending", {})
            return
        self._settle()
        defaults = {1: 1970, 2: 0, 5: 1, 10: 0, 12: 0, 13: 0, 14: 0}
        number = int_argument(field[0], "clear")
        if number in defaults:
            self._pend(number, defaults[number])

    def add(self, field: Any, amount: Any) -> None:
        """Add to a field, carrying over."""
        number = int_argument(field, "add")
        count = int_argument(amount, "add", 2)
        self._settle()
        if number in (1, 2):
            moment = self._local()
            months = moment.year * 12 + moment.month - 1 + (count * 12 if number == 1 else count)
            year, month = divmod(months, 12)
            if not 1 <= year <= 9998:
                raise IllegalArgumentException(f"the year {year} is out of range here")
            day = min(moment.day, calendar.monthrange(year, month + 1)[1])
            made = wall_clock(
                year, month, day, moment.hour, moment.minute, moment.second, self._zone._tz
            )
            state(self, "_base", made + self._base % 1000)
            return
        days = {3: 7, 4: 7, 5: 1, 6: 1, 7: 1, 8: 7}.get(number)
        if days is not None or number == 9:
            moment = self._local()
            hours = 12 * count if number == 9 else 0
            made = wall_clock(
                moment.year,
                moment.month - 1,
                moment.day + (days or 0) * count,
                moment.hour + hours,
                moment.minute,
                moment.second,
                self._zone._tz,
            )
            state(self, "_base", made + self._base % 1000)
            return
        steps = {10: 3_600_000, 11: 3_600_000, 12: 60_000, 13: 1000, 14: 1}
        if number not in steps:
            raise IllegalArgumentException(None)
        state(self, "_base", self._base + count * steps[number])

    def roll(self, field: Any, amount: Any) -> None:
        """Add to a field without carrying over."""
        number = int_argument(field, "roll")
        count = (1 if amount else -1) if isinstance(amount, bool) else int_argument(amount, "roll")
        if number == 1:
            self.add(1, count)
            return
        low, high = self.getActualMinimum(number), self.getActualMaximum(number)
        value = (self.get(number) - low + count) % (high - low + 1) + low
        if number == 2:
            day = min(self.get(5), calendar.monthrange(self.get(1), value + 1)[1])
            self._pend(5, day)
        self._pend(number, value)

    def getActualMaximum(self, field: Any) -> int:
        """The highest value a field may have now."""
        number = int_argument(field, "getActualMaximum")
        if number == 5:
            return calendar.monthrange(self.get(1), self.get(2) + 1)[1]
        if number == 6:
            return 366 if calendar.isleap(self.get(1)) else 365
        if number == 3:
            last = datetime.date(self.get(1), 12, 31)
            week = self._week_of_year(last)
            return self._week_of_year(last - datetime.timedelta(days=7)) if week == 1 else week
        if number == 4:
            days = calendar.monthrange(self.get(1), self.get(2) + 1)[1]
            return self._week_of_month(datetime.date(self.get(1), self.get(2) + 1, days))
        if number == 8:
            return (calendar.monthrange(self.get(1), self.get(2) + 1)[1] - 1) // 7 + 1
        return {0: 1, 1: 292278994, 2: 11, 7: 7, 9: 1, 10: 11, 11: 23, 12: 59, 13: 59, 14: 999}[
            number
        ]

    getMaximum = getActualMaximum

    def getActualMinimum(self, field: Any) -> int:
        """The lowest value a field may have now."""
        return 1 if int_argument(field, "getActualMinimum") in (1, 3, 5, 6, 7, 8) else 0

    getMinimum = getActualMinimum

    def getTime(self) -> Date:
        """The moment."""
        return Date(self._settle())

    def setTime(self, date: Any) -> None:
        """Make it another moment."""
        state(self, "_base", _other(date, "setTime"))
        state(self, "_pending", {})

    def getTimeInMillis(self) -> int:
        """Milliseconds since 1970."""
        return long_value(self._settle())

    def setTimeInMillis(self, millis: Any) -> None:
        """Make it another moment."""
        state(self, "_base", long_argument(millis, "setTimeInMillis"))
        state(self, "_pending", {})

    def getTimeZone(self) -> TimeZone:
        """The zone."""
        zone: TimeZone = self._zone
        return zone

    def setTimeZone(self, zone: Any) -> None:
        """Show the moment in another zone."""
        if not isinstance(zone, TimeZone):
            raise coercion("setTimeZone", 1, "java.util.TimeZone")
        self._settle()
        state(self, "_zone", zone)

    def getFirstDayOfWeek(self) -> int:
        """1 is Sunday."""
        return int(self._first)

    def setFirstDayOfWeek(self, day: Any) -> None:
        """1 is Sunday."""
        state(self, "_first", int_argument(day, "setFirstDayOfWeek"))

    def getMinimalDaysInFirstWeek(self) -> int:
        """How many days a first week needs."""
        return int(self._minimal)

    def setMinimalDaysInFirstWeek(self, days: Any) -> None:
        """How many days a first week needs."""
        state(self, "_minimal", int_argument(days, "setMinimalDaysInFirstWeek"))

    def isLenient(self) -> bool:
        """Whether odd values carry over; they always do here."""
        return bool(self._lenient)

    def setLenient(self, lenient: Any) -> None:
        """Remembered only."""
        state(self, "_lenient", bool(lenient))

    def before(self, other: Any) -> bool:
        """Whether it is earlier."""
        return isinstance(other, Calendar) and self._settle() < other._settle()

    def after(self, other: Any) -> bool:
        """Whether it is later."""
        return isinstance(other, Calendar) and self._settle() > other._settle()

    def compareTo(self, other: Any) -> int:
        """-1, 0 or 1."""
        if not isinstance(other, Calendar):
            raise coercion("compareTo", 1, "java.util.Calendar")
        mine, that = self._settle(), other._settle()
        return (mine > that) - (mine < that)

    def equals(self, other: Any) -> bool:
        """Whether it is the same moment in the same zone."""
        return (
            isinstance(other, Calendar)
            and self._settle() == other._settle()
            and self._zone == other._zone
        )

    def hashCode(self) -> int:
        """By moment."""
        return self._settle() & 0x7FFFFFFF

    def __lt__(self, other: Any) -> Any:
        return self.compareTo(other) < 0 if isinstance(other, Calendar) else NotImplemented

    def __gt__(self, other: Any) -> Any:
        return self.compareTo(other) > 0 if isinstance(other, Calendar) else NotImplemented

    def __le__(self, other: Any) -> Any:
        return self.compareTo(other) <= 0 if isinstance(other, Calendar) else NotImplemented

    def __ge__(self, other: Any) -> Any:
        return self.compareTo(other) >= 0 if isinstance(other, Calendar) else NotImplemented

    def clone(self) -> Calendar:
        """A copy."""
        made = GregorianCalendar()
        for slot in Calendar.__slots__:
            value = getattr(self, slot)
            state(made, slot, dict(value) if isinstance(value, dict) else value)
        return made

    def toString(self) -> str:
        """The moment and the zone."""
        return unicode_text(
            f"java.util.GregorianCalendar[time={self._settle()},areFieldsSet=true,"
            f"areAllFieldsSet=true,lenient=true,zone={self._zone.toString()}]"
        )


for _name, _number in _FIELDS.items():
    type.__setattr__(Calendar, _name, _number)
for _number, _name in enumerate(MONTHS):
    type.__setattr__(Calendar, _name.upper(), _number)
type.__setattr__(Calendar, "UNDECIMBER", 12)
for _number, _name in enumerate((DAYS[6], *DAYS[:6])):
    type.__setattr__(Calendar, _name.upper(), _number + 1)
for _name, _number in (("AM", 0), ("PM", 1), ("SHORT", 1), ("LONG", 2), ("ALL_STYLES", 0)):
    type.__setattr__(Calendar, _name, _number)


class GregorianCalendar(Calendar, package="java.util"):
    """``java.util.GregorianCalendar``."""

    AD = 1
    BC = 0

    def __init__(self, *args: Any) -> None:
        if args and isinstance(args[0], (TimeZone, Locale)):
            super().__init__(None, args[0] if isinstance(args[0], TimeZone) else None)
            return
        super().__init__()
        if args:
            numbers = [
                int_argument(one, "java.util.GregorianCalendar", at + 1)
                for at, one in enumerate(args)
            ]
            if len(numbers) not in (3, 5, 6):
                raise TypeError(
                    "java.util.GregorianCalendar(): expected 0, 1, 2, 3, 5 or 6 args; "
                    f"got {len(numbers)}"
                )
            state(self, "_base", wall_clock(*numbers))  # type: ignore[arg-type]

    def isLeapYear(self, year: Any) -> bool:
        """Whether a year is a leap year."""
        return calendar.isleap(int_argument(year, "isLeapYear"))
