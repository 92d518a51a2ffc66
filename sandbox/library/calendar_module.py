"""``calendar``: functions on plain numbers, and its classes."""

from __future__ import annotations

import calendar
import itertools
from typing import Any

from sandbox.library.arguments import integer, text
from sandbox.library.calendar_names import DAYS, MONTHS
from sandbox.library.hooks import write_output
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.values import byte_text, script_repr
from sandbox.limits_consuming import checked_items, tuple_of
from sandbox.limits_hooks import shown
from sandbox.lookups import change_attribute


def setfirstweekday(self: Any, firstweekday: Any) -> None:
    """The day that weeks begin with."""
    change_attribute(self, "")
    calendar.Calendar.setfirstweekday(self, firstweekday)


@host_class("calendar")
class Calendar(calendar.Calendar, metaclass=HostType):
    """``calendar.Calendar``."""

    setfirstweekday = setfirstweekday


@host_class("calendar")
class TextCalendar(calendar.TextCalendar, metaclass=HostType):
    """``calendar.TextCalendar``: widths and lines between are at most 200."""

    setfirstweekday = setfirstweekday

    def formatday(self, day: Any, weekday: Any, width: Any) -> str:
        """A day."""
        return str(calendar.TextCalendar.formatday(self, day, weekday, _small(width)))

    def formatweek(self, theweek: Any, width: Any) -> str:
        """A week in one line."""
        week = list(itertools.islice(checked_items(theweek), 1000))
        return str(calendar.TextCalendar.formatweek(self, week, _small(width)))

    def formatweekday(self, day: Any, width: Any) -> str:
        """The name of a day."""
        return str(calendar.TextCalendar.formatweekday(self, day, _small(width)))

    def formatweekheader(self, width: Any) -> str:
        """The names of the days."""
        return str(calendar.TextCalendar.formatweekheader(self, _small(width)))

    def formatmonthname(
        self, theyear: Any, themonth: Any, width: Any, withyear: Any = True
    ) -> str:
        """The name of a month."""
        name = calendar.TextCalendar.formatmonthname
        return str(name(self, theyear, themonth, _small(width), bool(withyear)))

    def formatmonth(self, theyear: Any, themonth: Any, w: Any = 0, l: Any = 0) -> str:  # noqa: E741
        """A month."""
        month = calendar.TextCalendar.formatmonth
        return str(month(self, theyear, themonth, _small(w), _small(l)))

    def formatyear(
        self,
        theyear: Any,
        w: Any = 2,
        l: Any = 1,  # noqa: E741
        c: Any = 6,
        m: Any = 3,
    ) -> str:
        """A year."""
        year = calendar.TextCalendar.formatyear
        return str(year(self, theyear, _small(w), _small(l), _small(c), _small(m)))

    def prweek(self, theweek: Any, width: Any) -> None:
        """Print a week."""
        write_output(text(self.formatweek(theweek, width)))

    def prmonth(self, theyear: Any, themonth: Any, w: Any = 0, l: Any = 0) -> None:  # noqa: E741
        """Print a month."""
        write_output(text(self.formatmonth(theyear, themonth, w, l)))

    def pryear(
        self,
        theyear: Any,
        w: Any = 0,
        l: Any = 0,  # noqa: E741
        c: Any = 6,
        m: Any = 3,
    ) -> None:
        """Print a year."""
        write_output(text(self.formatyear(theyear, w, l, c, m)))


@host_class("calendar")
class HTMLCalendar(calendar.HTMLCalendar, metaclass=HostType):
    """``calendar.HTMLCalendar``."""

    setfirstweekday = setfirstweekday

    # The base's are lists: one for all projects.
    cssclasses = tuple(calendar.HTMLCalendar.cssclasses)  # type: ignore[assignment]
    cssclasses_weekday_head = cssclasses  # type: ignore[assignment]

    def formatyearpage(
        self, theyear: Any, width: Any = 3, css: Any = "calendar.css", encoding: Any = None
    ) -> Any:
        """A year as a page of HTML, in UTF-8 whatever encoding is named."""
        sheet = None if css is None else text(css)
        made = super().formatyearpage(integer(theyear), integer(width), sheet, "utf-8")
        return byte_text(bytes(made))


@host_class("calendar")
class IllegalMonthError(ValueError, metaclass=HostType):
    """A month that is not 1 to 12."""

    def __init__(self, month: Any) -> None:
        super().__init__(month)
        self.month = month

    @shown
    def __str__(self) -> str:
        return f"bad month number {script_repr(self.month)}; must be 1-12"


@host_class("calendar")
class IllegalWeekdayError(ValueError, metaclass=HostType):
    """A weekday that is not 0 to 6."""

    def __init__(self, weekday: Any) -> None:
        super().__init__(weekday)
        self.weekday = weekday

    @shown
    def __str__(self) -> str:
        return f"bad weekday number {script_repr(self.weekday)}; must be 0 (Monday) to 6 (Sunday)"


class CalendarModule(Module):
    """``calendar``."""

    __slots__ = ("_text",)
    NAME = "calendar"

    MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
    January, February = 1, 2
    Calendar = Calendar
    TextCalendar = TextCalendar
    HTMLCalendar = HTMLCalendar
    IllegalMonthError = IllegalMonthError
    IllegalWeekdayError = IllegalWeekdayError
    error = ValueError
    day_name = DAYS
    day_abbr = tuple([name[:3] for name in DAYS])
    mdays = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    month_name = ("", *MONTHS)
    month_abbr = tuple([name[:3] for name in month_name])

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        object.__setattr__(self, "_text", TextCalendar())

    def isleap(self, year: Any) -> bool:
        """Whether a year is a leap year."""
        return calendar.isleap(integer(year))

    def leapdays(self, y1: Any, y2: Any) -> int:
        """How many leap years are in a range."""
        return calendar.leapdays(integer(y1), integer(y2))

    def weekday(self, year: Any, month: Any, day: Any) -> int:
        """The weekday, 0 is Monday."""
        return int(calendar.weekday(integer(year), integer(month), integer(day)))

    def monthrange(self, year: Any, month: Any) -> tuple[int, int]:
        """The weekday of the first day, and the number of days."""
        number = self._month(month)
        first, days = calendar.monthrange(integer(year), number)
        return int(first), days

    def _month(self, month: Any) -> int:
        number = integer(month)
        if not 1 <= number <= 12:
            raise IllegalMonthError(number)
        return number

    def monthcalendar(self, year: Any, month: Any) -> list[list[int]]:
        """The weeks of a month, 0 for days of other months."""
        return [list(week) for week in self._text.monthdayscalendar(integer(year), integer(month))]

    def firstweekday(self) -> int:
        """The first day of a week."""
        return int(self._text.firstweekday)

    def setfirstweekday(self, firstweekday: Any) -> None:
        """Set the first day of a week, for this environment."""
        day = integer(firstweekday)
        if not 0 <= day <= 6:
            raise IllegalWeekdayError(day)
        self._text.firstweekday = day

    def month(self, year: Any, month: Any, w: Any = 0, l: Any = 0) -> str:  # noqa: E741
        """A month as text."""
        return str(self._text.formatmonth(integer(year), self._month(month), _small(w), _small(l)))

    def calendar(self, year: Any, w: Any = 2, l: Any = 1, c: Any = 6, m: Any = 3) -> str:  # noqa: E741
        """A year as text."""
        return str(
            self._text.formatyear(integer(year), _small(w), _small(l), _small(c), _small(m) or 1)
        )

    def prmonth(self, year: Any, month: Any, w: Any = 0, l: Any = 0) -> None:  # noqa: E741
        """Print a month."""
        self._library.write_output(self.month(year, month, w, l))

    def prcal(self, year: Any, w: Any = 2, l: Any = 1, c: Any = 6, m: Any = 3) -> None:  # noqa: E741
        """Print a year."""
        self._library.write_output(self.calendar(year, w, l, c, m))

    def timegm(self, parts: Any) -> int:
        """Seconds since 1970 of parts in UTC."""
        fields = [integer(one) for one in tuple_of(parts)[:6]]
        return int(calendar.timegm((*fields, 0, 0, 0)))


def _small(value: Any) -> int:
    return min(200, integer(value))
