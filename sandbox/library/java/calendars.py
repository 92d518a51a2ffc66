"""``java.util.Calendar`` and ``GregorianCalendar``."""

from __future__ import annotations

import calendar
import datetime
from typing import Any

from sandbox.library.calendar_names import DAYS, MONTHS
from sandbox.library.java import zones
from sandbox.library.java.base import Object, state
from sandbox.library.java.calendar_fields import FIELDS, week_of_month, week_of_year, week_shift
from sandbox.library.java.convert import coercion, int_argument, long_argument
from sandbox.library.java.dates import Date, date_millis
from sandbox.library.java.locales import Locale
from sandbox.library.java.throwables import IllegalArgumentException
from sandbox.library.java.time_zones import TimeZone
from sandbox.library.java.wall_clock import Parts, now_millis, wall_clock
from sandbox.library.values import long_value, unicode_text


def date_parts(value: Any) -> Parts:
    """The parts of a Date, Calendar or number of milliseconds; TypeError for other things."""
    if isinstance(value, Date):
        return Parts(value._millis)
    if isinstance(value, Calendar):
        return Parts(value.getTimeInMillis(), value._zone._tz)
    if isinstance(value, int) and not isinstance(value, bool):
        return Parts(int(value))
    moment = getattr(value, "moment_", None)
    if type(moment) is datetime.datetime:
        return Parts(zones.millis_of(moment), moment.tzinfo)
    raise TypeError("not a date")


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
            day += week_shift(pending, year, month, day, self._first, self._minimal)
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

    def get(self, field: Any) -> int:
        """The value of a field."""
        self._settle()
        moment = self._local()
        number = int_argument(field, "get")
        if number == 3:
            return week_of_year(moment.date(), self._first, self._minimal)
        if number == 4:
            return week_of_month(moment.date(), self._first, self._minimal)
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
            week = week_of_year(last, self._first, self._minimal)
            return (
                week_of_year(last - datetime.timedelta(days=7), self._first, self._minimal)
                if week == 1
                else week
            )
        if number == 4:
            days = calendar.monthrange(self.get(1), self.get(2) + 1)[1]
            return week_of_month(
                datetime.date(self.get(1), self.get(2) + 1, days), self._first, self._minimal
            )
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
        state(self, "_base", date_millis(date, "setTime"))
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


for _name, _number in FIELDS.items():
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
