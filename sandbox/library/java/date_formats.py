"""``java.text.DateFormat`` and ``SimpleDateFormat``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import Object, state
from sandbox.library.java.calendars import GregorianCalendar, date_parts
from sandbox.library.java.convert import coercion, int_argument, text_argument
from sandbox.library.java.date_patterns import field_text, pattern_parts
from sandbox.library.java.date_reading import DateReading
from sandbox.library.java.dates import Date
from sandbox.library.java.formats import Format
from sandbox.library.java.throwables import (
    IllegalArgumentException,
    NullPointerException,
    ParseException,
)
from sandbox.library.java.time_zones import TimeZone
from sandbox.library.java.wall_clock import Parts
from sandbox.library.values import unicode_text


class DateFormat(Format, package="java.text"):
    """``java.text.DateFormat``."""

    __slots__ = ("_lenient", "_parts", "_pattern", "_zone")
    FULL, LONG, MEDIUM, SHORT, DEFAULT = 0, 1, 2, 3, 2

    @classmethod
    def getDateInstance(cls, style: Any = 2, *_locale: Any) -> Any:
        """Dates in US style."""
        return SimpleDateFormat(_DATE_STYLES[int_argument(style, "getDateInstance")])

    @classmethod
    def getTimeInstance(cls, style: Any = 2, *_locale: Any) -> Any:
        """Times in US style."""
        return SimpleDateFormat(_TIME_STYLES[int_argument(style, "getTimeInstance")])

    @classmethod
    def getDateTimeInstance(cls, date: Any = 2, time: Any = 2, *_locale: Any) -> Any:
        """Dates and times in US style."""
        joint = " 'at' " if date < 2 else ", "
        return SimpleDateFormat(_DATE_STYLES[date] + joint + _TIME_STYLES[time])

    @classmethod
    def getInstance(cls) -> Any:
        """Short dates and times in US style."""
        return SimpleDateFormat("M/d/yy, h:mm a")


_DATE_STYLES = ("EEEE, MMMM d, yyyy", "MMMM d, yyyy", "MMM d, yyyy", "M/d/yy")
_TIME_STYLES = ("h:mm:ss a zzzz", "h:mm:ss a z", "h:mm:ss a", "h:mm a")


class SimpleDateFormat(DateFormat, package="java.text"):
    """``java.text.SimpleDateFormat``, names in English."""

    def __init__(self, pattern: Any = "M/d/yy, h:mm a", *_locale: Any) -> None:
        if pattern is None:
            raise NullPointerException(None)
        words = text_argument(pattern, "java.text.SimpleDateFormat")
        state(self, "_pattern", words)
        state(self, "_parts", pattern_parts(words))
        state(self, "_zone", TimeZone.getDefault())
        state(self, "_lenient", True)

    def format(self, value: Any, *_rest: Any) -> str:
        """A Date (or milliseconds) as text."""
        if isinstance(value, Object) and not isinstance(value, (Date,)):
            raise IllegalArgumentException("Cannot format given Object as a Date")
        try:
            millis = date_parts(value).millis
        except TypeError:
            raise IllegalArgumentException("Cannot format given Object as a Date") from None
        parts = Parts(millis, self._zone._tz)
        calendar = GregorianCalendar(self._zone)
        calendar.setTimeInMillis(millis)
        made = [
            field_text(letter, count, parts, calendar) if count else letter
            for letter, count in self._parts
        ]
        return unicode_text("".join(made))

    def parse(self, text: Any, *_position: Any) -> Any:
        """The Date that a text names."""
        words = text_argument(text, "parse")
        found = DateReading(words, self._parts, self._zone, bool(self._lenient))
        millis = found.read()
        if millis is None:
            raise ParseException(f'Unparseable date: "{words}"', found.at)
        return Date(millis)

    def toPattern(self) -> str:
        """The pattern."""
        return unicode_text(self._pattern)

    def applyPattern(self, pattern: Any) -> None:
        """Another pattern."""
        words = text_argument(pattern, "applyPattern")
        state(self, "_parts", pattern_parts(words))
        state(self, "_pattern", words)

    def getTimeZone(self) -> TimeZone:
        """The zone."""
        zone: TimeZone = self._zone
        return zone

    def setTimeZone(self, zone: Any) -> None:
        """Show and read in another zone."""
        if not isinstance(zone, TimeZone):
            raise coercion("setTimeZone", 1, "java.util.TimeZone")
        state(self, "_zone", zone)

    def isLenient(self) -> bool:
        """Whether odd values carry over."""
        return bool(self._lenient)

    def setLenient(self, lenient: Any) -> None:
        """Whether odd values carry over."""
        state(self, "_lenient", bool(lenient))

    def setCalendar(self, calendar: Any) -> None:
        """The zone of a calendar."""
        self.setTimeZone(calendar.getTimeZone())

    def equals(self, other: Any) -> bool:
        """Whether the pattern is the same."""
        return isinstance(other, SimpleDateFormat) and bool(other._pattern == self._pattern)

    def clone(self) -> Any:
        """A copy."""
        made = SimpleDateFormat(self._pattern)
        made.setTimeZone(self._zone)
        return made
