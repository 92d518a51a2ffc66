"""Payloads keep their types exactly, and bytes that are no payload are refused."""

import contextlib
import struct
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from time import thread_time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.isolation.errors import PayloadRefused
from sandbox.isolation.payload import Extension, PayloadCodec


class Money:
    """A type of somebody's own."""

    def __init__(self, amount: Decimal) -> None:
        self.amount = amount

    def __eq__(self, other: object) -> bool:
        return type(other) is Money and self.amount == other.amount

    def __hash__(self) -> int:
        return hash(self.amount)


CODEC = PayloadCodec()
EXTENDED = PayloadCodec([Extension(32, Money, lambda m: (m.amount,), lambda t: Money(t[0]))])

ZONES = (
    st.none()
    | st.builds(
        timezone,
        st.integers(-86399, 86399).map(lambda seconds: timedelta(seconds=seconds)),
    )
    | st.builds(
        timezone,
        st.integers(-1000, 1000).map(lambda minutes: timedelta(minutes=minutes)),
        st.text(min_size=1, max_size=5).filter(lambda text: text.isascii()),
    )
)
TEXT = st.text(st.characters(), max_size=20)
ATOMS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**200), 2**200)
    | st.floats()
    | TEXT
    | st.binary(max_size=20)
    | st.decimals()
    | st.datetimes(timezones=ZONES)
    | st.dates()
    | st.times(timezones=ZONES)
    | st.timedeltas()
)
# A signalling NaN is the one atom that cannot be a key.
KEY_ATOMS = ATOMS.filter(lambda atom: type(atom) is not Decimal or not atom.is_snan())
KEYS = st.recursive(
    KEY_ATOMS,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(TEXT, inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.sets(KEYS, max_size=4)
        | st.frozensets(KEYS, max_size=4)
    ),
    max_leaves=20,
)


def shape(value: Any) -> Any:
    """A value as something whose equality sees every type, sign, NaN and order there is."""
    kind = type(value)
    if kind is float:
        return kind, struct.pack(">d", value)
    if kind is dict:
        return kind, [(shape(key), shape(item)) for key, item in value.items()]
    if kind in (list, tuple):
        return kind, [shape(item) for item in value]
    if kind in (set, frozenset):
        return kind, sorted(repr(shape(item)) for item in value)
    if kind in (datetime, time):
        zone = value.tzinfo
        return kind, value.replace(tzinfo=None).isoformat(), value.fold, repr(zone)
    if kind is Decimal:
        return kind, value.as_tuple()
    return kind, value


@given(VALUES)
@settings(max_examples=400, deadline=None)
def test_round_trip_is_exact(value: Any) -> None:
    """Decoding gives back equal values of the same types, in the same order."""
    assert shape(CODEC.decode(CODEC.encode(value))) == shape(value)


@given(st.binary(max_size=200))
@settings(max_examples=500, deadline=None)
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    """Bytes are a payload or PayloadRefused: no other exception comes out."""
    try:
        value = EXTENDED.decode(data)
    except PayloadRefused:
        return
    assert type(value) is not bytearray


@given(VALUES, st.data())
@settings(max_examples=300, deadline=None)
def test_damaged_payloads_decode_or_are_refused(value: Any, data: st.DataObject) -> None:
    """A payload with a changed byte, or cut short, is a payload or refused."""
    encoded = bytearray(CODEC.encode(value))
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] = data.draw(st.integers(0, 255))
    for damaged in (bytes(encoded), bytes(encoded[:place])):
        try:
            CODEC.decode(damaged)
        except PayloadRefused:
            continue


def test_extension_travels() -> None:
    """A registered type comes back as itself, as a key too; unregistered it is refused."""
    value = {Money(Decimal("1.50")): [Money(Decimal(2))]}
    assert EXTENDED.decode(EXTENDED.encode(value)) == value
    with pytest.raises(PayloadRefused, match="Money cannot be sent"):
        CODEC.encode(value)
    with pytest.raises(PayloadRefused, match="unknown kind"):
        CODEC.decode(EXTENDED.encode(value))


@pytest.mark.parametrize("code", [31, 128])
def test_extension_code_out_of_range(code: int) -> None:
    """Codes below 32 and above 127 are the codec's own, or impossible."""
    with pytest.raises(ValueError, match="32 to 127"):
        PayloadCodec([Extension(code, Money, list, list)])


def test_refusal_names_the_path() -> None:
    """An error says where in the payload the thing is that cannot travel."""
    with pytest.raises(PayloadRefused) as caught:
        CODEC.encode({"rows": [1, 2, 3, lambda: None]})
    assert str(caught.value) == "payload['rows'][3]: a function cannot be sent"


class _Text(str):
    __slots__ = ()


class _Zone(tzinfo):
    def utcoffset(self, when: datetime | None) -> timedelta:
        return timedelta(0)


@pytest.mark.parametrize(
    "value",
    [_Text("x"), object(), bytearray(b"x"), 1j, range(3), datetime(2020, 1, 1, tzinfo=_Zone())],
)
def test_other_types_are_refused(value: Any) -> None:
    """Subclasses and other types do not travel as something else."""
    with pytest.raises(PayloadRefused, match="cannot be sent"):
        CODEC.encode({"a": (value,)})


def test_cycles_and_depth_are_refused() -> None:
    """A cycle, and nesting over the limit, are refused at both ends."""
    cycle: list[Any] = []
    cycle.append(cycle)
    with pytest.raises(PayloadRefused, match="deeper than 64"):
        CODEC.encode(cycle)
    deep: Any = 0
    for _ in range(64):
        deep = [deep]
    assert CODEC.decode(CODEC.encode(deep)) == deep
    with pytest.raises(PayloadRefused, match="deeper"):
        CODEC.encode([deep])
    for opener in (b"\x91", b"\x81\x01"):
        with pytest.raises(PayloadRefused):
            CODEC.decode(opener * 65 + b"\xc0")
        with pytest.raises(PayloadRefused):
            CODEC.decode(opener * 100_000 + b"\xc0")


def test_nested_extensions_are_bounded() -> None:
    """Extensions in extensions do not recurse beyond the depth allowed."""
    data = b"\xc0"
    for _ in range(200):
        data = b"\xc9" + struct.pack(">I", len(data) + 1) + b"\x01" + b"\x91" + data
    with pytest.raises(PayloadRefused):
        CODEC.decode(data)


def test_size_is_bounded() -> None:
    """Payloads over the bound are refused at both ends, and a call may ask for less."""
    small = PayloadCodec(max_bytes=1000)
    with pytest.raises(PayloadRefused, match="over the limit"):
        small.encode(b"x" * 1000)
    with pytest.raises(PayloadRefused, match="over the limit"):
        CODEC.decode(CODEC.encode(b"x" * 1000), max_bytes=1000)


def test_aware_times_keep_their_zone() -> None:
    """UTC and named fixed zones come back as they were."""
    value = [datetime(2020, 1, 2, 3, 4, 5, 6, UTC), timezone(timedelta(hours=1), "CET")]
    assert repr(CODEC.decode(CODEC.encode(value[:1]))) == repr(value[:1])
    moment = time(1, 2, tzinfo=value[1])
    assert repr(CODEC.decode(CODEC.encode(moment))) == repr(moment)
    assert CODEC.decode(CODEC.encode(date(2020, 2, 29))) == date(2020, 2, 29)


@pytest.mark.parametrize("form", ["map", "dict", "set"])
def test_keys_that_collide_cost_bounded_time(form: str) -> None:
    """Keys made to collide are refused after a while, in whichever form they come."""
    count, modulus = 40_000, 2**61 - 1
    encode = msgspec.msgpack.Encoder().encode
    keys = [
        msgspec.msgpack.Ext(4, (n * modulus).to_bytes(12, "little", signed=True))
        for n in range(1, count)
    ]
    if form == "map":
        body = b"\xdf" + len(keys).to_bytes(4, "big") + b"".join(encode(k) + b"\x00" for k in keys)
    elif form == "dict":
        flat: list[Any] = []
        for key in keys:
            flat += (key, 0)
        body = encode(msgspec.msgpack.Ext(11, encode(flat)))
    else:
        body = encode(msgspec.msgpack.Ext(2, encode(keys)))
    began = thread_time()
    with pytest.raises(PayloadRefused, match="its keys collide"):
        PayloadCodec().decode(body, 1024 * 1024)
    assert thread_time() - began < 3


def _arrays_of_one_hash(count: int) -> list[list[int]]:
    """Pairs of whole numbers whose tuples hash alike."""
    size = 2**64
    first, second, start = 11400714785074694791, 14029467366897019727, 2870177450012600261
    inverse = pow(second, -1, size)
    found: list[list[int]] = []
    number = 0
    while len(found) < count:
        number += 1
        mixed = (start + number * second) % size
        mixed = ((mixed << 31) | (mixed >> 33)) % size * first % size
        other = (0x1234 - mixed) * inverse % size
        other = other - size if other >> 63 else other
        if -(2**61) + 1 < other < 2**61 - 1 and other != -1:
            found.append([number, other])
    assert len({hash(tuple(pair)) for pair in found}) == 1
    return found


def _map_of(keys: list[Any]) -> bytes:
    encode = msgspec.msgpack.encode
    return b"\xdf" + struct.pack(">I", len(keys)) + b"".join(encode(k) + b"\xc0" for k in keys)


@pytest.mark.parametrize("form", ["plain", "in a list", "in a tuple", "cut short"])
def test_arrays_are_no_keys(form: str) -> None:
    """Arrays as keys, of one hash or not, are refused before anything hashes them."""
    body = _map_of(_arrays_of_one_hash(30_000))
    if form == "in a list":
        body = b"\x92\xa1x" + body
    elif form == "in a tuple":
        body = msgspec.msgpack.encode(msgspec.msgpack.Ext(1, b"\x91" + body))
    elif form == "cut short":
        body = body[:-1000]
    began = thread_time()
    with pytest.raises(PayloadRefused, match="arrays as keys"):
        PayloadCodec().decode(body, 1024 * 1024)
    assert thread_time() - began < 1.0


def test_maps_of_few_arrays_cost_little() -> None:
    """As many such maps as there is room for, each below what is looked at."""
    keys = _arrays_of_one_hash(255)
    one = b"\xde\x00\xff" + b"".join(msgspec.msgpack.encode(k) + b"\xc0" for k in keys)
    count = 1024 * 1024 // len(one) - 1
    began = thread_time()
    with contextlib.suppress(PayloadRefused):
        PayloadCodec().decode(b"\xdc" + struct.pack(">H", count) + one * count, 1024 * 1024)
    assert thread_time() - began < 2.0


@given(VALUES, st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_large_maps_travel_beside_anything(value: Any, place: int) -> None:
    """Looking for arrays as keys refuses nothing that was encoded, and misses none."""
    large = {f"\u07c0{number}": number for number in range(300)}
    holds = [value, value, value]
    assert shape(CODEC.decode(CODEC.encode([*holds, large]))) == shape([*holds, large])
    parts = [CODEC.encode(one) for one in holds]
    parts.insert(place, _map_of([*large, [1]]))
    with pytest.raises(PayloadRefused, match="arrays as keys"):
        CODEC.decode(b"\x94" + b"".join(parts))


def _int(value: int) -> msgspec.msgpack.Ext:
    size = value.bit_length() // 8 + 1
    return msgspec.msgpack.Ext(4, value.to_bytes(size, "little", signed=True))


def test_numbers_have_a_longest_one() -> None:
    """Where comparing takes the square of the length, a length is refused at both ends."""
    codec = PayloadCodec()
    longest = [2**8191 - 1, -(2**8190), Decimal("9" * 1024)]
    assert codec.decode(codec.encode(longest)) == longest
    with pytest.raises(PayloadRefused, match=r"payload\['a'\].* 1024 bytes cannot be sent"):
        codec.encode({"a": 2**8192})
    with pytest.raises(PayloadRefused, match="1024 digits cannot be sent"):
        codec.encode([Decimal("9" * 1025)])
    encode = msgspec.msgpack.encode
    for data in (encode(_int(2**8200)), encode(msgspec.msgpack.Ext(6, b"9" * 1025))):
        with pytest.raises(PayloadRefused, match="more than 1024 bytes"):
            codec.decode(data)


def test_whole_numbers_and_decimals_of_one_hash_cost_bounded_time() -> None:
    """Each comparison of the two converts one; so many of them are refused after a while."""
    prime, base = 2**61 - 1, int("9" * 2000)
    keys: list[Any] = []
    for number in range(400):
        keys += [_int(base + prime * number), None]
        text = str(base % prime + prime * (10**980 + number)).encode()
        keys += [msgspec.msgpack.Ext(6, text), None]
    data = msgspec.msgpack.encode(msgspec.msgpack.Ext(11, msgspec.msgpack.encode(keys)))
    began = thread_time()
    with contextlib.suppress(PayloadRefused):
        PayloadCodec().decode(data, 1024 * 1024)
    assert thread_time() - began < 1.0
