"""The wall clock of a moment: its fields, its text by Formatter's letters, and the way back."""

from __future__ import annotations

import datetime
import time
from typing import Any

from sandbox.library.calendar_names import DAYS, MONTHS
from sandbox.library.java import zones
from sandbox.library.java.throwables import IllegalArgumentException

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


def half_day_hour(parts: Parts) -> int:
    """The hour from 1 to 12."""
    return parts.moment.hour % 12 or 12


_TIME: dict[str, Any] = {
    "H": lambda p: f"{p.moment.hour:02d}",
    "I": lambda p: f"{half_day_hour(p):02d}",
    "k": lambda p: f"{p.moment.hour}",
    "l": lambda p: f"{half_day_hour(p)}",
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
        f"{half_day_hour(p):02d}:{p.moment.minute:02d}:{p.moment.second:02d} "
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
