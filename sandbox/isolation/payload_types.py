"""The types that MessagePack does not know, as extensions of it; see ``payload``."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from time import thread_time
from typing import Any, Final

import msgspec

TUPLE, SET, FROZENSET, BIG_INT, TEXT, DECIMAL = 1, 2, 3, 4, 5, 6
DATETIME, DATE, TIME, TIMEDELTA, DICT = 7, 8, 9, 10, 11

CHUNK: Final = 128
"""Items between two looks at the clock."""

SMALL_CHUNK: Final = 8
"""The same where one comparison may take long: a Decimal with an int, or in Python code."""

NUMBER_BYTES: Final = 1024
"""Longest whole number, and longest text of a Decimal: comparing two of them takes the square."""

_INT_MIN, _INT_MAX = -(2**63), 2**64 - 1

to_bytes = msgspec.msgpack.Encoder().encode
Ext = msgspec.msgpack.Ext


class CannotTravel(Exception):
    """A value that cannot travel; the path is looked for only then."""


def exact_atom(value: Any, kind: type) -> Any:
    """An atom in terms of MessagePack, where it has no whole number or text of that kind."""
    if kind is int and not _INT_MIN <= value <= _INT_MAX:
        if value.bit_length() >= 8 * NUMBER_BYTES:
            raise CannotTravel(f"a whole number of more than {NUMBER_BYTES} bytes cannot be sent")
        return Ext(BIG_INT, value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))
    if kind is str and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return Ext(TEXT, value.encode("utf-8", "surrogatepass"))
    return value


def _zone(value: datetime | time) -> list[Any]:
    zone = value.tzinfo
    if zone is None:
        return []
    if type(zone) is not timezone:
        raise CannotTravel(f"a time zone of type {type(zone).__name__} cannot be sent")
    offset = zone.utcoffset(None)
    name = zone.tzname(None)
    named = name if timezone(offset).tzname(None) != name else None
    return [offset.days, offset.seconds, offset.microseconds, named]


def _unzone(fields: list[Any]) -> timezone | None:
    if not fields:
        return None
    days, seconds, microseconds, name = fields
    offset = timedelta(days, seconds, microseconds)
    return timezone(offset) if name is None else timezone(offset, name)


def _pack_datetime(value: datetime) -> Any:
    clock = (value.hour, value.minute, value.second, value.microsecond, value.fold)
    return Ext(DATETIME, to_bytes([value.year, value.month, value.day, *clock, _zone(value)]))


def _pack_time(value: time) -> Any:
    clock = (value.hour, value.minute, value.second, value.microsecond, value.fold)
    return Ext(TIME, to_bytes([*clock, _zone(value)]))


def _pack_date(value: date) -> Any:
    return Ext(DATE, to_bytes([value.year, value.month, value.day]))


def _pack_timedelta(value: timedelta) -> Any:
    return Ext(TIMEDELTA, to_bytes([value.days, value.seconds, value.microseconds]))


def _pack_decimal(value: Decimal) -> Any:
    text = str(value).encode("ascii")
    if len(text) > NUMBER_BYTES:
        raise CannotTravel(f"a Decimal of more than {NUMBER_BYTES} digits cannot be sent")
    return Ext(DECIMAL, text)


PACKERS: Final[dict[type, Callable[[Any], Any]]] = {
    datetime: _pack_datetime,
    date: _pack_date,
    time: _pack_time,
    timedelta: _pack_timedelta,
    Decimal: _pack_decimal,
}


def require_number(data: bytes | memoryview) -> None:
    """Check the length of a number.

    Raises:
        ValueError: it is too long.
    """
    if len(data) > NUMBER_BYTES:
        raise ValueError(f"a number of more than {NUMBER_BYTES} bytes")


def decimal_of(data: bytes) -> Decimal:
    """The number that a text stands for.

    Raises:
        ValueError: for what is none.
    """
    require_number(data)
    try:
        return Decimal(data.decode("ascii"))
    except InvalidOperation:
        raise ValueError("no decimal number") from None


def _unpack_datetime(fields: Any) -> datetime:
    year, month, day, hour, minute, second, micro, fold, zone = fields
    return datetime(year, month, day, hour, minute, second, micro, _unzone(zone), fold=fold)


def _unpack_time(fields: Any) -> time:
    hour, minute, second, microsecond, fold, zone = fields
    return time(hour, minute, second, microsecond, _unzone(zone), fold=fold)


def in_time(until: float) -> None:
    """Go on only before a thread's clock of processor time reaches ``until``.

    Raises:
        ValueError: it is over.
    """
    if thread_time() > until:
        raise ValueError("it takes too long to decode: its keys collide")


def _unpack_dict(flat: Any, until: float, chunk: int) -> dict[Any, Any]:
    if type(flat) is not list or len(flat) % 2:
        raise ValueError("no list of keys and values")
    made: dict[Any, Any] = {}
    for start in range(0, len(flat), 2 * chunk):
        part = flat[start : start + 2 * chunk]
        made.update(zip(part[::2], part[1::2], strict=True))
        in_time(until)
    return made


def _unpack_set(items: Any, until: float, chunk: int) -> set[Any]:
    if type(items) is not list:
        raise ValueError("no list of members")
    made: set[Any] = set()
    for start in range(0, len(items), chunk):
        made.update(items[start : start + chunk])
        in_time(until)
    return made


def _unpack_tuple(items: Any) -> tuple[Any, ...]:
    if type(items) is not list:
        raise ValueError("no list of members")
    return tuple(items)


HASHING: Final[dict[int, Callable[[Any, float, int], Any]]] = {
    DICT: _unpack_dict,
    SET: _unpack_set,
    FROZENSET: lambda items, until, chunk: frozenset(_unpack_set(items, until, chunk)),
}

UNPACKERS: Final[dict[int, Callable[[Any], Any]]] = {
    TUPLE: _unpack_tuple,
    DATETIME: _unpack_datetime,
    DATE: lambda fields: date(*fields),
    TIME: _unpack_time,
    TIMEDELTA: lambda fields: timedelta(*fields),
}
