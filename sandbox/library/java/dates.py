"""``java.util.Date``."""

from __future__ import annotations

import datetime
import email.utils
from typing import Any

from sandbox.library.calendar_names import MONTHS
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
from sandbox.library.java.times import Instant
from sandbox.library.java.wall_clock import Parts, half_day_hour, now_millis, wall_clock
from sandbox.library.values import long_value, unicode_text


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
        return bool(self._millis < date_millis(other, "before"))

    def after(self, other: Any) -> bool:
        """Whether it is later."""
        return bool(self._millis > date_millis(other, "after"))

    def compareTo(self, other: Any) -> int:
        """-1, 0 or 1."""
        that = date_millis(other, "compareTo")
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
            f"{half_day_hour(p)}:{m.minute:02d}:{m.second:02d} {half}"
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


def date_millis(other: Any, method: str) -> int:
    """The milliseconds of a Date argument; TypeError when it is none."""
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
