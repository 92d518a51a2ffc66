"""The frame protocol under any bytes, cut in any way."""

import itertools
import socket
import struct
import tracemalloc
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.isolation.channel import HostChannel
from sandbox.isolation.errors import FrameError
from sandbox.isolation.frames import BATCH_BYTES, FrameReader, MessageDecoder, MessageEncoder

LIMIT = 4096


class Small(msgspec.Struct, tag=1, array_like=True):
    """A message."""

    number: int
    text: str = ""


class Large(msgspec.Struct, tag=2, array_like=True):
    """Another message."""

    data: bytes


MESSAGES = st.lists(
    st.builds(Small, st.integers(-(2**63), 2**64 - 1), st.text(st.characters(codec="utf-8")))
    | st.builds(Large, st.binary(max_size=3000)),
    max_size=30,
)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    """Data cut at these places."""
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in itertools.pairwise(places)]


@given(MESSAGES, st.lists(st.integers(0, 100_000)))
@settings(max_examples=200, deadline=None)
def test_messages_survive_any_cutting(messages: list[Any], cuts: list[int]) -> None:
    """However the stream is cut into reads, the same messages come out in order."""
    encoder = MessageEncoder(LIMIT)
    data = encoder.frames([encoder.encode(message) for message in messages])
    reader, decoder = FrameReader(LIMIT), MessageDecoder[Any](Small | Large)
    got: list[Any] = []
    for piece in pieces(data, cuts):
        for body in reader.feed(piece):
            assert len(body) <= LIMIT
            got += decoder.decode(body)
    assert got == messages
    assert reader.pending == 0


@given(st.lists(st.binary(max_size=300), max_size=20))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_messages_or_a_frame_error(reads: list[bytes]) -> None:
    """Whatever comes, nothing but FrameError comes out, and what is kept is bounded."""
    reader, decoder = FrameReader(LIMIT), MessageDecoder[Any](Small | Large)
    try:
        for data in reads:
            for body in reader.feed(data):
                for message in decoder.decode(body):
                    assert type(message) in (Small, Large)
            assert reader.pending <= LIMIT + 4
    except FrameError:
        pass


@given(MESSAGES.filter(bool), st.data())
@settings(max_examples=200, deadline=None)
def test_damaged_streams_give_messages_or_a_frame_error(
    messages: list[Any], data: st.DataObject
) -> None:
    """A valid stream with a byte changed is read as messages or refused."""
    encoder = MessageEncoder(LIMIT)
    stream = bytearray(encoder.frames([encoder.encode(message) for message in messages]))
    stream[data.draw(st.integers(0, len(stream) - 1))] = data.draw(st.integers(0, 255))
    reader, decoder = FrameReader(LIMIT), MessageDecoder[Any](Small | Large)
    try:
        for body in reader.feed(bytes(stream)):
            decoder.decode(body)
    except FrameError:
        pass


def test_frames_before_a_fault_are_given() -> None:
    """A frame too long is said after the good ones before it, and then for ever."""
    reader = FrameReader(10)
    good = struct.pack("<I", 2) + b"ok"
    assert [bytes(body) for body in reader.feed(good + b"\xff\xff\xff\xff" + good)] == [b"ok"]
    assert reader.broken == "a frame of 4294967295 bytes is over the limit of 10"
    for data in (b"", good):
        with pytest.raises(FrameError, match="over the limit"):
            reader.feed(data)


def test_a_frame_that_comes_in_crumbs_takes_its_own_size() -> None:
    """What is kept of a frame has no part in how it was cut."""
    reader = FrameReader(8 * 1024 * 1024)
    tracemalloc.start()
    try:
        assert reader.feed(struct.pack("<I", 8 * 1024 * 1024)) == []
        for _ in range(100_000):
            reader.feed(b"ab")
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert reader.pending == 200_004
    assert kept < 2 * reader.pending


def test_batches_are_closed_early() -> None:
    """Many messages share frames, none longer than the limit."""
    encoder = MessageEncoder(LIMIT)
    stream = encoder.frames([encoder.encode(Large(bytes(1000)))] * 10)
    bodies = FrameReader(LIMIT).feed(stream)
    assert [len(msgspec.msgpack.decode(body)) for body in bodies] == [4, 4, 2]


@pytest.mark.parametrize(
    "value",
    [[[1, "x"]], [[1, 2, 3]], [[3, 1]], [[1]], {}, 5, [None], [[2, 5]], [[1, 1.5]]],
)
def test_wrong_types_are_refused(value: Any) -> None:
    """Well-formed MessagePack that is not of the message types is refused."""
    with pytest.raises(FrameError):
        MessageDecoder[Any](Small | Large).decode(msgspec.msgpack.encode(value))


@given(MESSAGES, st.integers(600, LIMIT))
@settings(max_examples=100, deadline=None)
def test_packed_messages_come_out_in_order(messages: list[Any], limit: int) -> None:
    """However many messages are packed, each frame keeps to the limit and none is lost."""
    encoder = MessageEncoder(limit)
    try:
        data = encoder.pack(messages)
    except FrameError:
        assert any(len(encoder._encode(message)) > limit - 5 for message in messages)
        return
    bodies = FrameReader(limit).feed(data)
    assert [one for body in bodies for one in MessageDecoder[Any](Small | Large).decode(body)] == (
        messages
    )


def test_a_long_frame_holds_one_message() -> None:
    """Whoever waits for the end of what is said waits for no more than a batch of it."""
    decoder = MessageDecoder[Any](Small | Large, batches=True)
    encode = msgspec.msgpack.Encoder().encode
    many = [Small(n, "x" * 20) for n in range(20_000)]
    for body in (encode(many), encode([Large(b"x" * BATCH_BYTES), Small(1)])):
        with pytest.raises(FrameError, match="more than one message"):
            decoder.decode(body)
    assert decoder.decode(encode([Large(b"x" * BATCH_BYTES)]))[0].data
    frames = MessageEncoder(1 << 20).pack([*many, Large(b"x" * BATCH_BYTES), *many])
    bodies = FrameReader(1 << 20).feed(frames)
    assert sum(len(decoder.decode(body)) for body in bodies) == 40_001


def test_a_stream_that_is_cut_says_so_before_its_end_is_seen() -> None:
    """The other end may be held open by a process that was forked meanwhile."""
    ours, theirs = socket.socketpair()
    channel = HostChannel(ours, 1000, 1000)
    try:
        theirs.send(b"\x03\x00\x00\x00abc")
        assert channel.read() is not None
        assert channel.cut == ""
        theirs.send(b"\x64\x00\x00\x00" + b"x" * 10)
        assert channel.read() == []
        assert channel.cut == "the stream ended 14 bytes into a frame"
        theirs.close()
        with pytest.raises(FrameError, match="14 bytes into a frame"):
            channel.read()
    finally:
        channel.close()
        theirs.close()
