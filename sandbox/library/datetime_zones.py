"""Time zones that scripts write, and moments in them.

The interpreter's own moments never hold such a zone: it would ask a script for the offset in the
middle of its work, and the host would wherever it compares two of them. To both, a moment in a
script's zone is one without any; what knows of its zone is written out here.
"""

from __future__ import annotations

import datetime as real
import re
import types
from typing import Any

from sandbox.library.hooks import checkpoint
from sandbox.library.module import HostType, host_class
from sandbox.library.values import script_repr
from sandbox.limits import current_run
from sandbox.lookups import asking
from sandbox.unbound import HOLDERS, Unbound, call_unbound

_dict_of = type.__dict__["__dict__"].__get__
_MOST_NAME = 1_000
_DAY = 24 * 60
_FIELD = re.compile("%(.)", re.DOTALL)
_REAL: dict[int, type] = {}


class TwinType(HostType):
    """Metaclass of the scripts' ``datetime``, ``date`` and so on: their instances are real ones."""

    def __getattribute__(cls, name: str) -> Any:
        value = type.__getattribute__(cls, name)
        twin = _REAL.get(id(cls))
        if twin is not None and type(value) is types.FunctionType:
            held = _dict_of(cls).get(name)
            if held is value or (type(held) in HOLDERS and held.value is value):
                # They take what a real one is as well, as its own methods do.
                return types.MethodType(call_unbound, Unbound(value, twin))
        return HostType.__getattribute__(cls, name)

    def __instancecheck__(cls, value: Any) -> bool:
        return type.__instancecheck__(_REAL.get(id(cls), cls), value)

    def __subclasscheck__(cls, other: Any) -> bool:
        return type.__subclasscheck__(_REAL.get(id(cls), cls), other)


def twin(real_class: type) -> Any:
    """Decorator: the class that scripts hold in the place of a real one."""

    def mark(cls: Any) -> Any:
        host_class("datetime")(cls)
        type.__setattr__(cls, "__name__", real_class.__name__)
        type.__setattr__(cls, "__qualname__", real_class.__name__)
        _REAL[id(cls)] = real_class
        return cls

    return mark


class ZoneType(HostType):
    """Metaclass of ``datetime.tzinfo``."""

    def __instancecheck__(cls, value: Any) -> bool:
        if cls is Zone and isinstance(value, real.tzinfo):
            return True
        return type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, other: Any) -> bool:
        if cls is Zone and issubclass(other, real.tzinfo):
            return True
        return type.__subclasscheck__(cls, other)


@host_class("datetime")
class Zone(metaclass=ZoneType):
    """``datetime.tzinfo``: what the zones of scripts extend."""

    __slots__ = ()

    def utcoffset(self, dt: Any) -> Any:
        """Of a script's own."""
        raise NotImplementedError("tzinfo subclass must override utcoffset()")

    def dst(self, dt: Any) -> Any:
        """Of a script's own."""
        raise NotImplementedError("tzinfo subclass must override dst()")

    def tzname(self, dt: Any) -> Any:
        """Of a script's own."""
        raise NotImplementedError("tzinfo subclass must override tzname()")

    def fromutc(self, dt: Any) -> Any:
        """The moment of this zone whose fields are those of UTC, in the time of the zone."""
        if not isinstance(dt, real.datetime):
            raise TypeError("fromutc() requires a datetime argument")
        if zone_of(dt) is not self:
            raise ValueError("dt.tzinfo is not self")
        offset, daylight = offset_of(dt), daylight_of(dt)
        if offset is None:
            raise ValueError("fromutc() requires a non-None utcoffset() result")
        if daylight is None:
            raise ValueError("fromutc() requires a non-None dst() result")
        delta = offset - daylight
        if delta:
            dt = zoned(bare(dt) + delta, self)
            daylight = daylight_of(dt)
            if daylight is None:
                raise ValueError("fromutc(): dt.dst gave inconsistent results; cannot convert")
        return zoned(bare(dt) + daylight, self) if daylight else dt


type.__setattr__(Zone, "__name__", "tzinfo")
type.__setattr__(Zone, "__qualname__", "tzinfo")

# The slots of a script's zone, and the classes of what has one; ``datetime_module`` sets them. No
# class has the slots under a name.
SLOTS: dict[type, Any] = {}
ZONED: dict[type, type] = {}


def is_zone(value: Any) -> bool:
    """Whether a value is a zone that a script wrote."""
    return Zone in type.__dict__["__mro__"].__get__(type(value))


def split_zone(zone: Any) -> tuple[Any, Any]:
    """A ``tzinfo`` argument as a script's zone and as the interpreter's own, one of them None."""
    if zone is None:
        return None, None
    if is_zone(zone):
        return zone, None
    if not isinstance(zone, real.tzinfo):
        raise TypeError("tzinfo argument must be None or of a tzinfo subclass")
    return None, zone


def scripts_zone(value: Any) -> Any:
    """The zone of a script's that a moment or time is in, or None."""
    base = real.datetime if isinstance(value, real.datetime) else real.time
    try:
        return SLOTS[base].__get__(value)
    except (AttributeError, TypeError):
        # It was not set, or the value is one of the interpreter's own.
        return None


def zone_of(value: Any) -> Any:
    """``value.tzinfo``."""
    own = scripts_zone(value)
    return bare_zone(value) if own is None else own


def bare_zone(value: Any) -> Any:
    """The zone of the interpreter's own that a moment or time is in, or None."""
    base: Any = real.datetime if isinstance(value, real.datetime) else real.time
    return base.tzinfo.__get__(value)


def put_zone(value: Any, zone: Any) -> Any:
    """Set the zone of a new moment or time of a class here."""
    base = real.datetime if isinstance(value, real.datetime) else real.time
    SLOTS[base].__set__(value, zone)
    return value


def bare(value: Any) -> Any:
    """The exact moment or time of the same fields without a zone."""
    if isinstance(value, real.datetime):
        return real.datetime.combine(real.datetime.date(value), real.datetime.time(value))
    fields = (real.time.hour, real.time.minute, real.time.second, real.time.microsecond)
    return real.time(*(one.__get__(value) for one in fields))


def zoned(value: Any, zone: Any) -> Any:
    """A bare moment or time in a zone of a script's, or in one of the interpreter's."""
    own, other = split_zone(zone)
    if own is None:
        return value.replace(tzinfo=other)
    base: Any = type(value)
    fields: tuple[int, ...]
    if base is real.datetime:
        fields = (value.year, value.month, value.day, value.hour, value.minute, value.second)
    else:
        fields = (value.hour, value.minute, value.second)
    return put_zone(base.__new__(ZONED[base], *fields, value.microsecond), own)


def _given(value: Any, name: str, search: bool = False) -> Any:
    """What a script's zone says of a moment; of a time it is asked about None."""
    if current_run() is None:
        # Nothing would stop it: to the program that has the moment now, it has no zone.
        return None
    checkpoint()
    zone = scripts_zone(value)
    moment = value if isinstance(value, real.datetime) else None
    # Two keys may be compared in the middle of a search.
    return asking(_ask, zone, name, moment) if search else _ask(zone, name, moment)


def _ask(zone: Any, name: str, moment: Any) -> Any:
    return getattr(zone, name)(moment)


def _minutes(found: Any, name: str) -> Any:
    if found is None:
        return None
    if type(found) is not real.timedelta:
        raise TypeError(
            f"tzinfo.{name}() must return None or timedelta, not '{script_repr(type(found))}'"
        )
    whole, rest = divmod(found, real.timedelta(minutes=1))
    if not -_DAY < whole < _DAY:
        raise ValueError(f"{name}()={whole}, must be in -1439..1439")
    if rest:
        raise ValueError(f"tzinfo.{name}() must return a whole number of minutes")
    return found


def offset_of(value: Any, search: bool = False) -> Any:
    """``value.utcoffset()``.

    Args:
        search: whether the interpreter may be searching a table meanwhile.
    """
    if scripts_zone(value) is not None:
        return _minutes(_given(value, "utcoffset", search), "utcoffset")
    base: Any = real.datetime if isinstance(value, real.datetime) else real.time
    return base.utcoffset(value)


def daylight_of(value: Any) -> Any:
    """``value.dst()``."""
    if scripts_zone(value) is not None:
        return _minutes(_given(value, "dst"), "dst")
    base: Any = real.datetime if isinstance(value, real.datetime) else real.time
    return base.dst(value)


def name_of(value: Any) -> Any:
    """``value.tzname()``."""
    if scripts_zone(value) is None:
        base: Any = real.datetime if isinstance(value, real.datetime) else real.time
        return base.tzname(value)
    found = _given(value, "tzname")
    if found is not None and not isinstance(found, str):
        raise TypeError(
            f"tzinfo.tzname() must return None or string, not '{script_repr(type(found))}'"
        )
    if found is not None and str.__len__(found) > _MOST_NAME:
        raise ValueError(f"the name of a time zone has at most {_MOST_NAME} characters here")
    return found


def clock(offset: Any, gap: str = ":") -> str:
    """An offset as ``+01:00``; the empty text for None."""
    if offset is None:
        return ""
    sign = "-" if offset.days < 0 else "+"
    minutes = abs(offset) // real.timedelta(minutes=1)
    return f"{sign}{minutes // 60:02d}{gap}{minutes % 60:02d}"


def filled(shape: str, value: Any) -> str:
    """A format with the name and offset of the zone in the place of ``%Z`` and ``%z``."""

    def field(match: re.Match[str]) -> str:
        if match.group(1) == "z":
            return clock(offset_of(value), "")
        if match.group(1) == "Z":
            name = name_of(value)
            return "" if name is None else str.__str__(name).replace("%", "%%")
        return match.group()

    return _FIELD.sub(field, shape)


def difference(one: Any, other: Any, search: bool = False) -> tuple[Any, Any] | None:
    """The bare fields of two moments or times that can be compared; None if one has no offset."""
    first, second = bare(one), bare(other)
    if zone_of(one) is zone_of(other):
        return first, second
    mine, theirs = offset_of(one, search), offset_of(other, search)
    if mine == theirs:
        return first, second
    if mine is None or theirs is None:
        return None
    if type(first) is real.time:
        day = real.date(2000, 1, 2)
        first, second = real.datetime.combine(day, first), real.datetime.combine(day, second)
    start = real.datetime(1, 1, 1)
    return first - start - mine, second - start - theirs


def plain_hash(value: Any) -> int:
    """The hash of a moment or time: that of the same one in another zone."""
    offset = offset_of(value)
    plain = bare(value)
    if offset is None:
        return hash(plain)
    if type(plain) is real.time:
        since = real.timedelta(
            hours=plain.hour, minutes=plain.minute, seconds=plain.second,
            microseconds=plain.microsecond,
        )
        return hash(since - offset)
    since = plain - real.datetime(1, 1, 1) + real.timedelta(1)
    return hash(since - offset)
