"""``datetime``: the real immutable classes, and classes that scripts extend in their place."""

from __future__ import annotations

import _strptime  # type: ignore[import-not-found]
import datetime as real
import operator
import time
from collections.abc import Callable
from typing import Any, Final

from sandbox.guards_base import STAND_INS
from sandbox.guards_shown import SHOWN_AS
from sandbox.library.arguments import text
from sandbox.library.datetime_zones import (
    SLOTS,
    ZONED,
    TwinType,
    Zone,
    bare,
    bare_zone,
    clock,
    daylight_of,
    difference,
    filled,
    is_zone,
    name_of,
    offset_of,
    plain_hash,
    put_zone,
    scripts_zone,
    split_zone,
    twin,
    zone_of,
    zoned,
)
from sandbox.library.hooks import current_run
from sandbox.library.module import Module, host_class
from sandbox.library.values import script_repr
from sandbox.limits_hooks import shown


def _require_short(words: str, shape: str) -> None:
    if len(words) > 10_000 or len(shape) > 1_000:
        raise ValueError("time data is too long")


def _exact(parse: Any) -> Any:
    """What parses for the interpreter's own ``strptime``, given exact text alone."""

    def exact(cls: Any, words: Any, shape: Any) -> Any:
        words, shape = str.__str__(words), str.__str__(shape)
        if current_run() is not None:
            _require_short(words, shape)
        return parse(cls, words, shape)

    return exact


# Instances have the real ``strptime``, whose cache of formats is one for the process: a script's
# own kind of text would stay in it, and be asked whether it equals others.
_strptime._strptime_datetime = _exact(_strptime._strptime_datetime)

_LONGEST: Final = 20_000
_DATE: Final = ("year", "month", "day")
_TIME: Final = ("hour", "minute", "second", "microsecond")


def _made(cls: Any, own: Any, base: Any, names: tuple[str, ...], args: Any, keywords: Any) -> Any:
    """A new value of the class that scripts hold in the place of a real one, or of an heir."""
    if args and isinstance(args[0], (str, bytes)):
        # What pickles are made of is looked at by nobody.
        raise TypeError("an integer is required")
    given = list(args)
    at = len(names)
    zone, _ = split_zone(given[at] if len(given) > at else keywords.get("tzinfo"))
    if zone is not None:
        if len(given) > at:
            given[at] = None
        else:
            keywords = {**keywords, "tzinfo": None}
    elif cls is own:
        return base(*given, **keywords)
    made = base.__new__(ZONED[base] if cls is own else cls, *given, **keywords)
    return made if zone is None else put_zone(made, zone)


def _fields(value: Any) -> tuple[int, ...]:
    """The numbers that a value is made of."""
    if isinstance(value, real.datetime):
        plain = bare(value)
        return (*plain.timetuple()[:6], plain.microsecond)
    if isinstance(value, real.date):
        return tuple(real.date.timetuple(value)[:3])
    plain = bare(value)
    return plain.hour, plain.minute, plain.second, plain.microsecond


def same_moment(value: Any) -> Any:
    """Another of the class of an heir with the same fields and zone, and none of its attributes."""
    kind = type(value)
    fields = _fields(value)
    if not isinstance(value, real.datetime | real.time):
        return real.date.__new__(kind, *fields)
    base: Any = real.datetime if isinstance(value, real.datetime) else real.time
    made = base.__new__(kind, *fields, bare_zone(value))
    zone = scripts_zone(value)
    return made if zone is None else put_zone(made, zone)


def _shown(value: Any, fields: tuple[int, ...], fewest: int) -> str:
    """The ``repr``: seconds only where there are some."""
    while len(fields) > fewest and not fields[-1]:
        fields = fields[:-1]
    zone = None if type(value) is real.date or fewest == 3 else zone_of(value)
    tail = "" if zone is None else f", tzinfo={script_repr(zone)}"
    name = type.__getattribute__(type(value), "__name__")
    return f"datetime.{name}({', '.join(map(str, fields))}{tail})"


def _replaced(value: Any, names: tuple[str, ...], args: Any, keywords: Any) -> Any:
    if len(args) > len(names) + 1:
        raise TypeError(f"function takes at most {len(names) + 1} arguments ({len(args)} given)")
    given = {**dict(zip((*names, "tzinfo"), args, strict=False)), **keywords}
    zone = given.pop("tzinfo") if "tzinfo" in given else zone_of(value)
    return zoned(bare(value).replace(**given), zone)


def _formatted(value: Any, format: Any) -> Any:
    if isinstance(value, real.datetime):
        # Asked for its fields, whatever the format names.
        daylight_of(value)
    shape = filled(text(format), value)
    if len(shape) > _LONGEST:
        raise ValueError(f"a format of more than {_LONGEST} characters is too long here")
    return bare(value).strftime(shape)


def _ordered(test: Callable[[Any, Any], bool]) -> Any:
    """A comparison of moments, or of times."""
    equal = test in (operator.eq, operator.ne)

    def compare(self: Any, other: Any) -> Any:
        base: Any = real.datetime if isinstance(self, real.datetime) else real.time
        if not isinstance(other, base):
            if not isinstance(other, real.date):
                return NotImplemented
            # The interpreter would compare a day with what it has of one.
            if equal:
                return test is operator.ne
            raise TypeError("can't compare datetime to date")
        pair = difference(self, other, search=equal)
        if pair is None:
            raise TypeError(f"can't compare offset-naive and offset-aware {base.__name__}s")
        return test(*pair)

    compare.__name__ = f"__{test.__name__}__"
    return compare


def _between(start: Any, end: Any) -> Any:
    pair = difference(end, start)
    if pair is None:
        raise TypeError("can't subtract offset-naive and offset-aware datetimes")
    return pair[0] - pair[1]


@twin(real.date)
class Date(real.date, metaclass=TwinType):
    """``datetime.date``: makes the real immutable objects."""

    __slots__ = ()

    def __new__(cls, *args: Any, **keywords: Any) -> Any:
        if args and isinstance(args[0], (str, bytes)):
            raise TypeError("an integer is required")
        if cls is Date:
            return real.date(*args, **keywords)
        return real.date.__new__(cls, *args, **keywords)

    def replace(self, *args: Any, **keywords: Any) -> Any:
        """A day of the plain class with other fields."""
        return real.date(*_fields(self)).replace(*args, **keywords)

    def isocalendar(self) -> tuple[int, ...]:  # type: ignore[override]
        """Year, week and day of the week."""
        return tuple(real.date.isocalendar(self))

    def strftime(self, format: Any) -> Any:
        """As a text of that format."""
        return real.date(*_fields(self)).strftime(text(format))

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, real.timedelta):
            return NotImplemented
        return real.date(*_fields(self)) + other

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        plain = real.date(*_fields(self))
        if isinstance(other, real.timedelta):
            return plain - other
        if isinstance(other, real.datetime) or not isinstance(other, real.date):
            return NotImplemented
        return plain - real.date(*_fields(other))

    @shown
    def __str__(self) -> str:
        return real.date.isoformat(self)

    @shown
    def __repr__(self) -> str:
        return _shown(self, _fields(self), 3)


@twin(real.time)
class Time(real.time, metaclass=TwinType):
    """``datetime.time``: makes the real immutable objects, but for those in a script's zone."""

    __slots__ = ("_zone",)

    def __new__(cls, *args: Any, **keywords: Any) -> Any:
        return _made(cls, Time, real.time, _TIME, args, keywords)

    @property
    def tzinfo(self) -> Any:
        """The zone, or None."""
        return zone_of(self)

    def utcoffset(self) -> Any:
        """What the zone says of its offset."""
        return offset_of(self)

    def dst(self) -> Any:
        """What the zone says of daylight saving."""
        return daylight_of(self)

    def tzname(self) -> Any:
        """What the zone says of its name."""
        return name_of(self)

    def replace(self, *args: Any, **keywords: Any) -> Any:
        """A time of the plain class with other fields."""
        return _replaced(self, _TIME, args, keywords)

    def isoformat(self) -> str:  # type: ignore[override]
        """As ``HH:MM:SS[.ffffff][+HH:MM]``."""
        made: str = bare(self).isoformat() + clock(offset_of(self))
        return made

    def strftime(self, format: Any) -> Any:
        """As a text of that format."""
        return _formatted(self, format)

    __eq__ = _ordered(operator.eq)
    __ne__ = _ordered(operator.ne)
    __lt__ = _ordered(operator.lt)
    __le__ = _ordered(operator.le)
    __gt__ = _ordered(operator.gt)
    __ge__ = _ordered(operator.ge)

    def __hash__(self) -> int:
        return plain_hash(self)

    def __bool__(self) -> bool:
        hour, minute, second, micro = _fields(self)
        since = real.timedelta(hours=hour, minutes=minute)
        return bool(second or micro) or since != (offset_of(self) or real.timedelta(0))

    @shown
    def __str__(self) -> str:
        made: str = self.isoformat()
        return made

    @shown
    def __repr__(self) -> str:
        return _shown(self, _fields(self), 2)


@twin(real.datetime)
class Datetime(real.datetime, metaclass=TwinType):
    """``datetime.datetime``: makes the real immutable objects, but for those in a script's zone.

    ``strptime`` has to run in a frame of the host: C code there imports with the ``__import__`` of
    whoever called it.
    """

    __slots__ = ("_zone",)

    def __new__(cls, *args: Any, **keywords: Any) -> Any:
        return _made(cls, Datetime, real.datetime, _DATE + _TIME, args, keywords)

    @property
    def tzinfo(self) -> Any:
        """The zone, or None."""
        return zone_of(self)

    def utcoffset(self) -> Any:
        """What the zone says of its offset."""
        return offset_of(self)

    def dst(self) -> Any:
        """What the zone says of daylight saving."""
        return daylight_of(self)

    def tzname(self) -> Any:
        """What the zone says of its name."""
        return name_of(self)

    isocalendar = vars(Date)["isocalendar"]

    def timetz(self) -> Any:
        """The time of day in its zone."""
        return zoned(real.datetime.time(self), zone_of(self))

    def timetuple(self) -> Any:
        """The fields as ``time`` has them."""
        daylight = daylight_of(self)
        flag = -1 if daylight is None else int(bool(daylight))
        return time.struct_time((*bare(self).timetuple()[:8], flag))

    def utctimetuple(self) -> Any:
        """The fields in UTC as ``time`` has them."""
        moment = bare(self) - (offset_of(self) or real.timedelta(0))
        return time.struct_time((*moment.timetuple()[:8], 0))

    def replace(self, *args: Any, **keywords: Any) -> Any:
        """A moment of the plain class with other fields."""
        return _replaced(self, _DATE + _TIME, args, keywords)

    def isoformat(self, sep: Any = "T") -> str:  # type: ignore[override]
        """As ``YYYY-MM-DDTHH:MM:SS[.ffffff][+HH:MM]``."""
        made: str = bare(self).isoformat(text(sep)) + clock(offset_of(self))
        return made

    def strftime(self, format: Any) -> Any:
        """As a text of that format."""
        return _formatted(self, format)

    def astimezone(self, tz: Any = None) -> Any:
        """The same moment in a zone, of the plain class: C trusts what an heir's makes."""
        zone = zone_of(self)
        if not is_zone(tz) and scripts_zone(self) is None:
            return bare(self).replace(tzinfo=zone).astimezone(tz)
        if not (is_zone(tz) or isinstance(tz, real.tzinfo)):
            raise TypeError("tz argument must be an instance of tzinfo")
        if zone is tz:
            return self
        offset = offset_of(self)
        if offset is None:
            raise ValueError("astimezone() requires an aware datetime")
        return tz.fromutc(zoned(bare(self) - offset, tz))

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, real.timedelta):
            return NotImplemented
        return zoned(bare(self) + other, zone_of(self))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, real.timedelta):
            return zoned(bare(self) - other, zone_of(self))
        if not isinstance(other, real.datetime):
            return NotImplemented
        return _between(other, self)

    def __rsub__(self, other: Any) -> Any:
        return _between(self, other) if isinstance(other, real.datetime) else NotImplemented

    __eq__ = _ordered(operator.eq)
    __ne__ = _ordered(operator.ne)
    __lt__ = _ordered(operator.lt)
    __le__ = _ordered(operator.le)
    __gt__ = _ordered(operator.gt)
    __ge__ = _ordered(operator.ge)

    def __hash__(self) -> int:
        return plain_hash(self)

    @shown
    def __str__(self) -> str:
        made: str = self.isoformat(" ")
        return made

    @shown
    def __repr__(self) -> str:
        return _shown(self, _fields(self), 5)

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        """Now, in the zone of the host or in another."""
        if is_zone(tz):
            return tz.fromutc(zoned(real.datetime.now(real.UTC).replace(tzinfo=None), tz))
        return super().now(tz)

    @classmethod
    def fromtimestamp(cls, timestamp: Any, tz: Any = None) -> Any:
        """The moment of so many seconds since 1970."""
        if is_zone(tz):
            moment = real.datetime.fromtimestamp(timestamp, real.UTC).replace(tzinfo=None)
            return tz.fromutc(zoned(moment, tz))
        return super().fromtimestamp(timestamp, tz)

    @classmethod
    def combine(cls, date: Any, time: Any) -> Any:  # type: ignore[override]
        """A day and a time of day."""
        made = real.datetime.combine(date, time)
        zone = zone_of(time)
        if cls is Datetime:
            return zoned(made.replace(tzinfo=None), zone)
        return cls(*_fields(made), zone)

    @classmethod
    def strptime(cls, date_string: Any, format: Any) -> Any:
        """The moment that a text names."""
        words, shape = text(date_string), text(format)
        _require_short(words, shape)
        try:
            found = real.datetime.strptime(words, shape)
        except ValueError as error:
            raise ValueError(str(error)) from None
        return found if cls is Datetime else cls(*found.timetuple()[:6], found.microsecond)

    @classmethod
    def utcnow(cls) -> Any:
        """Now in UTC, without a zone."""
        moment = real.datetime.now(real.UTC).replace(tzinfo=None)
        return moment if cls is Datetime else cls(*_fields(moment))

    @classmethod
    def utcfromtimestamp(cls, timestamp: Any) -> Any:
        """A time in UTC, without a zone."""
        moment = real.datetime.fromtimestamp(timestamp, real.UTC).replace(tzinfo=None)
        return moment if cls is Datetime else cls(*_fields(moment))


@host_class("datetime")
class ZonedTime(Time):
    """A time in a script's zone."""

    __slots__ = ()


@host_class("datetime")
class ZonedDatetime(Datetime):
    """A moment in a script's zone."""

    __slots__ = ()


for _base, _own, _class in (
    (real.time, Time, ZonedTime),
    (real.datetime, Datetime, ZonedDatetime),
):
    SLOTS[_base] = vars(_own)["_zone"]
    # It is no private attribute of heirs, which would have to be kept from them.
    type.__delattr__(_own, "_zone")
    type.__setattr__(_class, "__name__", _own.__name__)
    type.__setattr__(_class, "__qualname__", _own.__name__)
    ZONED[_base] = _class
    SHOWN_AS[_base] = SHOWN_AS[_class] = _own
    taking = {"replace": vars(_own)["replace"]}
    STAND_INS[_base] = taking
STAND_INS[real.datetime]["astimezone"] = vars(Datetime)["astimezone"]
SHOWN_AS[real.date] = Date
SHOWN_AS[real.timedelta] = real.timedelta


class DatetimeModule(Module):
    """``datetime``; its classes refuse stores."""

    __slots__ = ()
    NAME = "datetime"

    MINYEAR = real.MINYEAR
    MAXYEAR = real.MAXYEAR
    date = Date
    datetime = Datetime
    time = Time
    timedelta = real.timedelta
    tzinfo = Zone
