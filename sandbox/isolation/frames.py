"""The bytes on a channel: frames of a length and a MessagePack array of typed messages.

Four bytes of length, little-endian, then the array. Several messages share one frame, so that a
burst costs one system call and one decoding. What comes in is checked against the message types by
msgspec while it is decoded; nothing else is ever built from it.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Any, Final, Generic, TypeVar

import msgspec

from sandbox.isolation.errors import FrameError

MessageT = TypeVar("MessageT")

_LENGTH: Final = struct.Struct("<I")
_ARRAY: Final = struct.Struct(">BI")
_FIX_ARRAY: Final = 0x90
_ARRAY_16: Final = 0xDC
_ARRAY_32: Final = 0xDD
_OVERHEAD: Final = _ARRAY.size

BATCH_BYTES: Final = 256 * 1024
"""A frame is closed once it has this much in it, so that the other end starts on it early."""


def frame(body: bytes) -> bytes:
    """A body with its length before it."""
    return _LENGTH.pack(len(body)) + body


class MessageEncoder:
    """Messages to bytes, and encoded messages to frames.

    Args:
        max_frame_bytes: longest frame, and so the largest message but for a few bytes.
    """

    __slots__ = ("_encode", "_max_message")

    def __init__(self, max_frame_bytes: int) -> None:
        self._encode = msgspec.msgpack.Encoder().encode
        self._max_message = max_frame_bytes - _OVERHEAD

    def encode(self, message: Any) -> bytes:
        """One message, not yet framed.

        Raises:
            FrameError: when it is larger than a frame may be.
        """
        encoded = self._encode(message)
        if len(encoded) > self._max_message:
            raise FrameError(
                f"a message of {len(encoded)} bytes is over the limit of {self._max_message}"
            )
        return encoded

    def pack(self, messages: Sequence[Any]) -> bytes:
        """Messages as consecutive frames: in one go where one frame takes them all.

        Raises:
            FrameError: when one of them is larger than a frame may be.
        """
        body = self._encode(messages)
        if len(body) <= min(BATCH_BYTES, self._max_message):
            return _LENGTH.pack(len(body)) + body
        return self.frames([self.encode(message) for message in messages])

    def frames(self, messages: Iterable[bytes]) -> bytes:
        """Encoded messages as consecutive frames, each as full as is useful."""
        out: list[bytes] = []
        batch: list[bytes] = []
        size = 0
        target = min(BATCH_BYTES, self._max_message)
        for message in messages:
            if batch and size + len(message) > target:
                out += self._close(batch, size)
                batch, size = [], 0
            batch.append(message)
            size += len(message)
        if batch:
            out += self._close(batch, size)
        return b"".join(out)

    @staticmethod
    def _close(batch: list[bytes], size: int) -> list[bytes]:
        head = _LENGTH.pack(size + _OVERHEAD) + _ARRAY.pack(_ARRAY_32, len(batch))
        return [head, *batch]


class FrameReader:
    """Cuts a stream of bytes into frames.

    Args:
        max_frame_bytes: longest frame accepted. No more than this, and what came with it in one
            read, is ever kept.
    """

    __slots__ = ("_held", "_max", "_need", "broken")

    def __init__(self, max_frame_bytes: int) -> None:
        self._max = max_frame_bytes
        # In one piece: as many pieces as bytes would take many times their size.
        self._held = bytearray()
        self._need = _LENGTH.size
        self.broken: str | None = None

    @property
    def pending(self) -> int:
        """Bytes of a frame that has begun and not ended."""
        return len(self._held)

    def feed(self, data: bytes) -> list[memoryview]:
        """Take bytes as they came.

        Returns: the bodies of the frames that are now whole. When a frame is announced after
            them that is longer than allowed, ``broken`` says so and the stream is at its end.

        Raises:
            FrameError: when the stream is broken and there is nothing to return.
        """
        if self.broken is not None:
            raise FrameError(self.broken)
        if len(self._held) + len(data) < self._need:
            self._held += data
            return []
        if self._held:
            self._held += data
            data, self._held = bytes(self._held), bytearray()
        view = memoryview(data)
        bodies: list[memoryview] = []
        start, end = 0, len(data)
        self._need = _LENGTH.size
        while end - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(data, start)
            if length > self._max:
                self.broken = f"a frame of {length} bytes is over the limit of {self._max}"
                if not bodies:
                    raise FrameError(self.broken)
                start = end
                break
            if end - start - _LENGTH.size < length:
                self._need = _LENGTH.size + length
                break
            start += _LENGTH.size
            bodies.append(view[start : start + length])
            start += length
        if end > start:
            self._held += view[start:]
        return bodies


def _many(body: bytes | memoryview) -> bool:
    """Whether the array of a frame says that it holds more than one message."""
    head = body[0]
    if head & 0xF0 == _FIX_ARRAY:
        return head & 0x0F > 1
    width = {_ARRAY_16: 2, _ARRAY_32: 4}.get(head, 0)
    return int.from_bytes(body[1 : 1 + width], "big") > 1


class MessageDecoder(Generic[MessageT]):
    """The body of a frame to messages, checked against their types.

    Args:
        kinds: one msgspec.Struct type, or a union of tagged ones.
        batches: frames are no longer than ``MessageEncoder`` makes them: a longer one with several
            messages is refused, for whoever waits for its reader would wait for all of them.
    """

    __slots__ = ("_batches", "_decode")

    def __init__(self, kinds: Any, batches: bool = False) -> None:
        self._decode = msgspec.msgpack.Decoder(list[kinds]).decode
        self._batches = batches

    def decode(self, body: bytes | memoryview) -> list[MessageT]:
        """The messages of one frame, in order.

        Raises:
            FrameError: for anything that is not an array of messages of these types.
        """
        if self._batches and len(body) > BATCH_BYTES + _OVERHEAD and _many(body):
            raise FrameError(f"a frame of {len(body)} bytes that holds more than one message")
        try:
            return self._decode(body)
        except (ValueError, TypeError, RecursionError, OverflowError, MemoryError) as error:
            raise FrameError(f"a frame that cannot be read: {error}") from None
