"""The fields of ``java.util.Calendar`` by number, and how it counts weeks.

A week is told by its first day (1 is Sunday) and by the days that a first week needs at least.
"""

from __future__ import annotations

import calendar
import datetime

FIELDS = {
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


def week_shift(
    pending: dict[int, int], year: int, month: int, day: int, first: int, minimal: int
) -> int:
    """How many days the pending week fields (3, 4, 7, 8) move a date (month from 0)."""
    current = datetime.date(year + month // 12, month % 12 + 1, 1) + datetime.timedelta(
        days=day - 1
    )
    weekday = current.isoweekday() % 7 + 1
    shift = 0
    wanted = pending.get(7)
    if wanted is not None:
        shift = (wanted - first) % 7 - (weekday - first) % 7
    if 3 in pending:
        shift += 7 * (pending[3] - week_of_year(current, first, minimal))
    if 4 in pending:
        shift += 7 * (pending[4] - week_of_month(current, first, minimal))
    if 8 in pending:
        shift += 7 * (pending[8] - ((current.day - 1) // 7 + 1))
    return shift


def week_of_year(day: datetime.date, first: int, minimal: int) -> int:
    """The number of a day's week in its year, 1 where it counts to the next year."""
    weekday = day.isoweekday() % 7 + 1
    number = day.timetuple().tm_yday
    week = _week_number(number, weekday, first, minimal)
    length = 366 if calendar.isleap(day.year) else 365
    if week == 0:
        return week_of_year(day - datetime.timedelta(days=number), first, minimal)
    ahead = 7 - (weekday - first) % 7
    into_next = number + ahead - 1 - length
    return 1 if into_next >= minimal else week


def week_of_month(day: datetime.date, first: int, minimal: int) -> int:
    """The number of a day's week in its month, 0 before the first one."""
    return _week_number(day.day, day.isoweekday() % 7 + 1, first, minimal)


def _week_number(day_in_period: int, weekday: int, first: int, minimal: int) -> int:
    offset = (weekday - first) % 7
    start = (day_in_period - 1 - offset) % 7
    if not start:
        return (day_in_period - 1) // 7 + 1
    # The days before the first whole week are a week of their own only if there are enough.
    partial = 1 if start >= minimal else 0
    return (day_in_period - 1 - start) // 7 + 1 + partial if day_in_period > start else partial
