"""``java.time.format.DateTimeFormatter``."""

from __future__ import annotations

import datetime
from typing import Any

from sandbox.library.java import zones
from sandbox.library.java.base import Object, fresh, state
from sandbox.library.java.calendars import GregorianCalendar
from sandbox.library.java.convert import expected, text_argument
from sandbox.library.java.date_patterns import field_text, pattern_parts
from sandbox.library.java.date_reading import DateReading
from sandbox.library.java.time_errors import unparsed
from sandbox.library.java.time_fields import Timed
from sandbox.library.java.time_zones import TimeZone
from sandbox.library.java.wall_clock import Parts
from sandbox.library.java.zone_ids import ZoneId
from sandbox.library.values import unicode_text


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
        made = fresh(type(self))
        state(made, "_parts", self._parts)
        state(made, "_zone", expected(zone, ZoneId, "withZone"))
        return made

    def format(self, value: Any) -> str:
        """A time as text."""
        moment = expected(value, Timed, "format")._moment
        if self._zone is not None and moment.tzinfo is not None:
            moment = moment.astimezone(self._zone._tz)
        tz = moment.tzinfo or datetime.UTC
        millis = zones.millis_of(moment.replace(tzinfo=tz))
        parts = Parts(millis, tz)
        calendar_ = GregorianCalendar(TimeZone("UTC", tz))
        calendar_.setTimeInMillis(millis)
        made = [
            field_text(letter, count, parts, calendar_) if count else letter
            for letter, count in self._parts
        ]
        return unicode_text("".join(made))

    def _read(self, text: Any) -> datetime.datetime:
        words = text_argument(text, "parse")
        reading = DateReading(words, self._parts, TimeZone("UTC", datetime.UTC), False)
        millis = reading.read()
        if millis is None or reading.at != len(words):
            raise unparsed(words, reading.at)
        return zones.local_time(millis, datetime.UTC).replace(tzinfo=None)


for _name, _pattern in (
    ("ISO_LOCAL_DATE", "yyyy-MM-dd"),
    ("ISO_DATE", "yyyy-MM-dd"),
    ("ISO_LOCAL_TIME", "HH:mm:ss"),
    ("ISO_LOCAL_DATE_TIME", "yyyy-MM-dd'T'HH:mm:ss"),
    ("BASIC_ISO_DATE", "yyyyMMdd"),
):
    type.__setattr__(DateTimeFormatter, _name, DateTimeFormatter(_pattern))
