"""Values as bytes, type for type: what comes out is what went in.

MessagePack carries less than Python: it knows no tuple, set, large int, lone surrogate or Decimal.
Those travel as extensions. A plain value (dicts with string keys, lists, numbers, strings) is
encoded in one C call after a glance at the types in it.

Decoding builds nothing but these types, whatever the bytes are, within a bound on their length and
depth. A sender can choose keys that collide, so decoding has a bound on its processor time as well.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from time import thread_time
from typing import Any, Final

import msgspec

from sandbox.isolation.errors import PayloadRefused

MAX_DEPTH: Final = 64
MAX_BYTES: Final = 4 * 1024 * 1024

DECODE_SECONDS: Final = 1.0
"""Processor time that decoding a megabyte may take; it takes a third of it at the very most."""

_MEGABYTE: Final = 1024 * 1024

_CHUNK: Final = 512

FIRST_EXTENSION: Final = 32
"""Extension codes from here to 127 are for ``Extension``."""

_TUPLE, _SET, _FROZENSET, _BIG_INT, _TEXT, _DECIMAL = 1, 2, 3, 4, 5, 6
_DATETIME, _DATE, _TIME, _TIMEDELTA, _DICT = 7, 8, 9, 10, 11

_ATOMS: Final = frozenset({type(None), bool, int, float, str, bytes})
_PLAIN_KEYS: Final = frozenset({str})
_CONTAINERS: Final = frozenset({dict, list, tuple, set, frozenset})
_INT_MIN, _INT_MAX = -(2**63), 2**64 - 1

_encode = msgspec.msgpack.Encoder().encode
Ext = msgspec.msgpack.Ext


@dataclass(frozen=True, slots=True)
class Extension:
    """A further type that travels, exactly that type and no subclass of it.

    Args:
        code: 32 to 127, the same at both ends.
        kind: the type.
        pack: value -> a value that travels.
        unpack: what ``pack`` gave -> the value; its argument is untrusted, and ValueError or
            TypeError refuse it.
    """

    code: int
    kind: type
    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]


class _Cannot(Exception):
    """A value that cannot travel; the path is looked for only then."""


class PayloadCodec:
    """Encodes and decodes payloads. One may be used by several threads.

    Args:
        extensions: further types that travel.
        max_depth: levels of containers; a cycle is found by it.
        max_bytes: longest encoded payload, both ways.

    Raises:
        ValueError: for an extension's code that is out of range or taken twice.
    """

    def __init__(
        self,
        extensions: Sequence[Extension] = (),
        *,
        max_depth: int = MAX_DEPTH,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._max_depth = max_depth
        self._max_bytes = max_bytes
        self._by_type = {one.kind: one for one in extensions}
        self._by_code = {one.code: one for one in extensions}
        if len(self._by_code) != len(extensions) or len(self._by_type) != len(extensions):
            raise ValueError("two extensions have one code or one type")
        if not all(FIRST_EXTENSION <= code <= 127 for code in self._by_code):
            raise ValueError(f"an extension's code is {FIRST_EXTENSION} to 127")
        self._decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(ext_hook=self._raise)
        self._nesting = threading.local()

    def encode(self, value: Any, name: str = "payload") -> bytes:
        """A value as bytes.

        Args:
            value: made of the types that travel.
            name: how an error calls it.

        Raises:
            PayloadRefused: for what cannot travel; the message has the path to it.
        """
        try:
            try:
                if is_plain(value, self._max_depth):
                    data = _encode(value)
                else:
                    data = _encode(self._lower(value, self._max_depth, False))
            except (OverflowError, UnicodeEncodeError):
                data = _encode(self._lower(value, self._max_depth, True))
        except _Cannot as reason:
            path = self._find(value, name, self._max_depth)
            raise PayloadRefused(f"{path or name}: {reason}") from None
        except RuntimeError:
            raise PayloadRefused(f"{name}: it was changed while it was sent") from None
        if len(data) > self._max_bytes:
            raise PayloadRefused(f"{name}: {len(data)} bytes are over the limit {self._max_bytes}")
        return data

    def decode(self, data: bytes | memoryview, max_bytes: int | None = None) -> Any:
        """The value that bytes stand for.

        Args:
            data: what ``encode`` gave, or anything at all.
            max_bytes: a smaller bound for this call.

        Raises:
            PayloadRefused: for bytes that are no payload, too long or too deep.
        """
        bound = self._max_bytes if max_bytes is None else min(max_bytes, self._max_bytes)
        if len(data) > bound:
            raise PayloadRefused(f"{len(data)} bytes are over the limit {bound}")
        self._nesting.depth = 0
        self._nesting.calls = 0
        self._nesting.until = thread_time() + DECODE_SECONDS * max(1, bound / _MEGABYTE)
        try:
            value = self._decoder.decode(data)
        except (ValueError, TypeError, RecursionError, OverflowError, ArithmeticError) as error:
            raise PayloadRefused(f"bytes that are no payload: {error}") from None
        try:
            self._check_depth(value, self._max_depth)
        except _Cannot as reason:
            raise PayloadRefused(str(reason)) from None
        return value

    def _lower(self, value: Any, depth: int, exact: bool) -> Any:
        """The value in terms of MessagePack; ``exact`` looks at every int and string."""
        kind = type(value)
        if kind in _ATOMS:
            return _exact_atom(value, kind) if exact else value
        if kind in _CONTAINERS:
            if depth <= 0:
                raise _Cannot(f"it is nested deeper than {self._max_depth}, or contains itself")
            return self._lower_container(value, kind, depth - 1, exact)
        pack = _PACKERS.get(kind)
        if pack is not None:
            return pack(value)
        extension = self._by_type.get(kind)
        if extension is None:
            raise _Cannot(f"{describe(value)} cannot be sent")
        if depth <= 0:
            raise _Cannot(f"it is nested deeper than {self._max_depth}")
        return Ext(extension.code, _encode(self._lower(extension.pack(value), depth - 1, True)))

    def _lower_container(self, value: Any, kind: type, depth: int, exact: bool) -> Any:
        lower = self._lower
        if kind is dict:
            if not exact and _PLAIN_KEYS.issuperset(map(type, value)):
                if _ATOMS.issuperset(map(type, value.values())):
                    return value
                changed = {}
                for key, item in value.items():
                    if type(item) not in _ATOMS:
                        lowered = lower(item, depth, False)
                        if lowered is not item:
                            changed[key] = lowered
                # Keys that are there already keep their place.
                return {**value, **changed} if changed else value
            flat: list[Any] = []
            for key, item in value.items():
                flat.append(lower(key, depth, True))
                flat.append(lower(item, depth, True))
            return Ext(_DICT, _encode(flat))
        if kind is list:
            if not exact and _ATOMS.issuperset(map(type, value)):
                return value
            return [lower(item, depth, exact) for item in value]
        code = _TUPLE if kind is tuple else _SET if kind is set else _FROZENSET
        return Ext(code, _encode([lower(item, depth, True) for item in value]))

    def _raise(self, code: int, data: memoryview) -> Any:
        """An extension's bytes to its value; called back by the decoder, and by itself."""
        nesting = self._nesting
        nesting.depth += 1
        try:
            if nesting.depth > self._max_depth + 2:
                raise ValueError(f"it is nested deeper than {self._max_depth}")
            nesting.calls += 1
            if nesting.calls % _CHUNK == 0:
                _in_time(nesting.until)
            if code == _BIG_INT:
                return int.from_bytes(data, "little", signed=True)
            if code == _TEXT:
                return bytes(data).decode("utf-8", "surrogatepass")
            if code == _DECIMAL:
                return _decimal(bytes(data))
            inner = self._decoder.decode(data)
            if code in _HASHING:
                return _HASHING[code](inner, nesting.until)
            if code in _UNPACKERS:
                return _UNPACKERS[code](inner)
            extension = self._by_code.get(code)
            if extension is None:
                raise ValueError(f"an unknown kind of value ({code})")
            return extension.unpack(inner)
        finally:
            nesting.depth -= 1

    def _check_depth(self, value: Any, depth: int) -> None:
        kind = type(value)
        if kind not in _CONTAINERS:
            return
        if depth <= 0:
            raise _Cannot(f"it is nested deeper than {self._max_depth}")
        items = value.values() if kind is dict else value
        if not _ATOMS.issuperset(map(type, items)):
            for item in items:
                self._check_depth(item, depth - 1)
        if kind is dict and not _ATOMS.issuperset(map(type, value)):
            for key in value:
                self._check_depth(key, depth - 1)

    def _find(self, value: Any, path: str, depth: int) -> str | None:
        """The path to the first part that cannot travel."""
        kind = type(value)
        if kind not in _CONTAINERS or depth <= 0:
            try:
                self._lower(value, depth, True)
            except _Cannot:
                return path
            return None
        if kind is dict:
            parts = [(f"a key of {path}", key) for key in value]
            parts += [(f"{path}[{key!r:.80}]", item) for key, item in value.items()]
        elif kind in (list, tuple):
            parts = [(f"{path}[{index}]", item) for index, item in enumerate(value)]
        else:
            parts = [(f"a member of {path}", item) for item in value]
        for inner, part in parts:
            found = self._find(part, inner, depth - 1)
            if found is not None:
                return found
        return None


def is_plain(value: Any, depth: int) -> bool:
    """Whether a value is MessagePack's own: dicts with string keys, lists, and atoms in them.

    Whole numbers and text are only known to be so once they are encoded.
    """
    kind = type(value)
    if kind is dict:
        if not _PLAIN_KEYS.issuperset(map(type, value)):
            return False
        value = value.values()
    elif kind is not list:
        return kind in _ATOMS
    if depth <= 0:
        return False
    if _ATOMS.issuperset(map(type, value)):
        return True
    for item in value:
        kind = type(item)
        if kind not in _ATOMS and not (
            (kind is dict or kind is list) and is_plain(item, depth - 1)
        ):
            return False
    return True


def describe(value: Any) -> str:
    """What a value is, in a few words for an error message."""
    kind = type(value)
    names = {"function": "a function", "builtin_function_or_method": "a function"}
    return names.get(kind.__name__, f"a value of type {kind.__name__}")


def _exact_atom(value: Any, kind: type) -> Any:
    if kind is int and not _INT_MIN <= value <= _INT_MAX:
        return Ext(_BIG_INT, value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))
    if kind is str and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return Ext(_TEXT, value.encode("utf-8", "surrogatepass"))
    return value


def _zone(value: datetime | time) -> list[Any]:
    zone = value.tzinfo
    if zone is None:
        return []
    if type(zone) is not timezone:
        raise _Cannot(f"a time zone of type {type(zone).__name__} cannot be sent")
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
    return Ext(_DATETIME, _encode([value.year, value.month, value.day, *clock, _zone(value)]))


def _pack_time(value: time) -> Any:
    clock = (value.hour, value.minute, value.second, value.microsecond, value.fold)
    return Ext(_TIME, _encode([*clock, _zone(value)]))


def _pack_date(value: date) -> Any:
    return Ext(_DATE, _encode([value.year, value.month, value.day]))


def _pack_timedelta(value: timedelta) -> Any:
    return Ext(_TIMEDELTA, _encode([value.days, value.seconds, value.microseconds]))


def _pack_decimal(value: Decimal) -> Any:
    return Ext(_DECIMAL, str(value).encode("ascii"))


_PACKERS: Final[dict[type, Callable[[Any], Any]]] = {
    datetime: _pack_datetime,
    date: _pack_date,
    time: _pack_time,
    timedelta: _pack_timedelta,
    Decimal: _pack_decimal,
}


def _decimal(data: bytes) -> Decimal:
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


def _in_time(until: float) -> None:
    if thread_time() > until:
        raise ValueError("it takes too long to decode: its keys collide")


def _unpack_dict(flat: Any, until: float) -> dict[Any, Any]:
    if type(flat) is not list or len(flat) % 2:
        raise ValueError("no list of keys and values")
    made: dict[Any, Any] = {}
    for start in range(0, len(flat), 2 * _CHUNK):
        part = flat[start : start + 2 * _CHUNK]
        made.update(zip(part[::2], part[1::2], strict=True))
        _in_time(until)
    return made


def _unpack_set(items: Any, until: float) -> set[Any]:
    if type(items) is not list:
        raise ValueError("no list of members")
    made: set[Any] = set()
    for start in range(0, len(items), _CHUNK):
        made.update(items[start : start + _CHUNK])
        _in_time(until)
    return made


def _unpack_tuple(items: Any) -> tuple[Any, ...]:
    if type(items) is not list:
        raise ValueError("no list of members")
    return tuple(items)


_HASHING: Final[dict[int, Callable[[Any, float], Any]]] = {
    _DICT: _unpack_dict,
    _SET: _unpack_set,
    _FROZENSET: lambda items, until: frozenset(_unpack_set(items, until)),
}

_UNPACKERS: Final[dict[int, Callable[[Any], Any]]] = {
    _TUPLE: _unpack_tuple,
    _DATETIME: _unpack_datetime,
    _DATE: lambda fields: date(*fields),
    _TIME: _unpack_time,
    _TIMEDELTA: lambda fields: timedelta(*fields),
}
