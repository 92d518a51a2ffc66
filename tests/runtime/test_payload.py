"""The payload copy: what travels, what does not, and how an error names the place."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import PayloadError
from runtime.payload import MAX_DEPTH, copy_payload, copy_value

atoms = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.datetimes()
)
keys = st.recursive(
    atoms, lambda inner: st.tuples(inner, inner) | st.frozensets(inner), max_leaves=4
)
values = st.recursive(
    atoms | st.sets(keys, max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.tuples(inner) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=20,
)


def mutable_ids(value):
    if isinstance(value, dict):
        return {id(value)}.union(*(mutable_ids(v) for v in value.values()))
    if isinstance(value, list | tuple):
        own = {id(value)} if isinstance(value, list) else set()
        return own.union(*(mutable_ids(v) for v in value))
    return {id(value)} if isinstance(value, set) else set()


@given(values)
def test_a_copy_is_equal_and_shares_nothing_mutable(value):
    copied = copy_value(value)
    assert copied == value
    assert type(copied) is type(value)
    assert not mutable_ids(copied) & mutable_ids(value)


def test_none_gives_an_empty_dict():
    """Ignition: with no payload passed, ``payload`` is an empty dictionary."""
    assert copy_payload(None) == {}


@pytest.mark.parametrize("value", [5, "text", [1], (1,)])
def test_only_a_dict_is_a_payload(value):
    with pytest.raises(PayloadError, match="payload: it must be a dictionary"):
        copy_payload(value)


class Custom:
    pass


class Texty(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"rows": [1, 2, 3, len]}, "payload['rows'][3]: a function cannot be sent"),
        ({"a": {"b": (0, Custom())}}, "payload['a']['b'][1]: an object of type Custom cannot be"),
        ({"f": lambda: 0}, "payload['f']: a function cannot be sent"),
        ({"t": Custom}, "payload['t']: a class cannot be sent"),
        ({"e": ValueError("x")}, "payload['e']: an exception (ValueError) cannot be sent"),
        ({"s": Texty("x")}, "payload['s']: an object of type Texty cannot be sent"),
        ({(1, len): 1}, "payload: a tuple cannot be a key that is sent"),
        ({1: {2: {(3, 4): len}}}, "payload[1][2][a tuple]: a function cannot be sent"),
        ({"x": {frozenset([1]), Custom}}, "payload['x']: a class in a set cannot be sent"),
    ],
)
def test_what_cannot_travel_is_named_by_its_path(value, message):
    with pytest.raises(PayloadError) as caught:
        copy_payload(value)
    assert message in str(caught.value)


def test_a_cycle_is_found():
    rows = [1]
    rows.append({"again": rows})
    with pytest.raises(
        PayloadError, match=r"payload\['rows'\]\[1\]\['again'\]: it contains itself"
    ):
        copy_payload({"rows": rows})


def nested(depth):
    value = {}
    for _ in range(depth - 1):
        value = {"in": value}
    return value


def test_the_depth_is_bounded():
    """64 levels travel, 65 do not."""
    assert copy_payload(nested(MAX_DEPTH)) == nested(MAX_DEPTH)
    with pytest.raises(PayloadError, match="nested deeper than 64 levels"):
        copy_payload(nested(MAX_DEPTH + 1))


def test_deep_nesting_is_an_error_and_never_a_crash():
    with pytest.raises(PayloadError):
        copy_payload(nested(50_000))


def test_the_usual_types_keep_their_type():
    sent = {"d": Decimal("1.50"), "t": datetime(2026, 1, 2), "l": 2**70, "b": b"\x00", "s": {1}}
    assert copy_payload(sent) == sent
