"""``java.util.TimeZone`` and ``SimpleTimeZone``."""

from __future__ import annotations

import datetime
from typing import Any

from sandbox.library.java import zones
from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import int_argument, long_argument, text_argument
from sandbox.library.java.dates import date_millis
from sandbox.library.java.throwables import IllegalArgumentException
from sandbox.library.java.wall_clock import Parts
from sandbox.library.java.zone_ids import ZoneId
from sandbox.library.values import unicode_text


class TimeZone(Object, package="java.util"):
    """``java.util.TimeZone``."""

    __slots__ = ("_id", "_tz")
    SHORT = 0
    LONG = 1

    def __init__(self, name: str = "GMT", tz: datetime.tzinfo | None = None) -> None:
        state(self, "_id", str.__str__(str(name)))
        state(self, "_tz", tz or zones.find_zone(self._id) or datetime.UTC)

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
        return bool(Parts(date_millis(date, "inDaylightTime"), self._tz).moment.dst())

    def toZoneId(self) -> Any:
        """The zone as ``java.time.ZoneId``."""
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
