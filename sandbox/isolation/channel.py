"""The two ends of the stream between the host and one worker.

They differ because only one of them may wait: a worker that writes while nobody reads waits, the
host never does for a worker.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any, Final

from sandbox.isolation.errors import ChannelClosed, FrameError
from sandbox.isolation.frames import FrameReader, MessageDecoder, MessageEncoder

READ_BYTES: Final = 128 * 1024
_FLUSH_BYTES: Final = 64 * 1024
_PATIENCE: Final = 5.0


class WorkerChannel:
    """The worker's end. ``send`` may be called by any thread, ``receive`` by one.

    Args:
        descriptor: of the connected stream.
        max_frame_bytes: longest frame to send or accept.
    """

    def __init__(self, descriptor: int, max_frame_bytes: int) -> None:
        self._descriptor = descriptor
        self._reader = FrameReader(max_frame_bytes)
        self._encoder = MessageEncoder(max_frame_bytes)
        self._bodies: list[memoryview] = []
        self._decoder: MessageDecoder[Any] | None = None
        self._lock = threading.Lock()
        self._pending: list[bytes] = []
        self._pending_bytes = 0

    def expect(self, kinds: Any) -> None:
        """Say which messages the host sends; the entry point calls it before ``receive``.

        Args:
            kinds: one msgspec.Struct type, or a union of tagged ones.
        """
        self._decoder = MessageDecoder(kinds)

    def receive_frame(self) -> memoryview:
        """Wait for the next frame and give its body as it came.

        Raises:
            ChannelClosed: when the host is gone.
            FrameError: when the stream is broken.
        """
        while not self._bodies:
            data = os.read(self._descriptor, READ_BYTES)
            if not data:
                raise ChannelClosed("the host closed the channel")
            self._bodies = self._reader.feed(data)
        return self._bodies.pop(0)

    def receive(self) -> list[Any]:
        """Wait for messages and give those that came together, in order.

        Raises:
            ChannelClosed: when the host is gone.
            FrameError: for what is no frame of the messages expected, or before ``expect``.
        """
        if self._decoder is None:
            raise FrameError("say which messages to expect first")
        messages = self._decoder.decode(self.receive_frame())
        bodies, self._bodies = self._bodies, []
        for body in bodies:
            messages += self._decoder.decode(body)
        return messages

    def __iter__(self) -> Iterator[list[Any]]:
        """The batches that come, until the host closes the channel."""
        with contextlib.suppress(ChannelClosed):
            while True:
                yield self.receive()

    def send(self, *messages: Any, flush: bool = True) -> None:
        """Send messages, waiting while the host does not read.

        Args:
            messages: msgspec.Struct values of the types that the host expects.
            flush: False keeps them for a later send or ``flush``, or until there are many.

        Raises:
            FrameError: when a message is larger than a frame may be; none of them is sent.
            ChannelClosed: when the host is gone.
        """
        packed = self._encoder.pack(messages) if messages else b""
        with self._lock:
            if packed:
                self._pending.append(packed)
                self._pending_bytes += len(packed)
            if flush or self._pending_bytes > _FLUSH_BYTES:
                self._write()

    def flush(self) -> None:
        """Write what was kept; on return the kernel has it, and a kill cannot take it back.

        Raises:
            ChannelClosed: when the host is gone.
        """
        with self._lock:
            self._write()

    def _write(self) -> None:
        if not self._pending:
            return
        data = memoryview(b"".join(self._pending))
        self._pending, self._pending_bytes = [], 0
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            raise ChannelClosed(f"the host closed the channel: {error.strerror}") from None


class HostChannel:
    """The host's end: it never waits, and keeps what the worker does not read yet.

    ``send`` may be called by any thread. One thread waits on ``descriptor`` and calls ``read`` and
    ``continue_writing``.

    Args:
        stream: the connected socket; the channel owns it.
        max_frame_bytes: longest frame to send or accept.
        max_pending_bytes: most to keep for a worker that has read nothing for 5 s; twice as much
            for any.
    """

    def __init__(self, stream: socket.socket, max_frame_bytes: int, max_pending_bytes: int) -> None:
        stream.setblocking(False)
        self._stream = stream
        self._encoder = MessageEncoder(max_frame_bytes)
        self._reader = FrameReader(max_frame_bytes)
        self._max_pending = max_pending_bytes
        self._lock = threading.Lock()
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._unsent = memoryview(b"")
        self._moved = monotonic()
        self._closed = False
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    @property
    def descriptor(self) -> int:
        """What to wait on for reading, and for writing while ``blocked``."""
        return self._stream.fileno()

    @property
    def wake_descriptor(self) -> int:
        """Readable when there is a new reason to look at ``blocked``."""
        return self._wake

    @property
    def blocked(self) -> bool:
        """Whether something waits for the worker to read."""
        return bool(self._unsent)

    def send(self, messages: Sequence[Any], flush: bool) -> bool:
        """Send messages, or keep them while the worker does not read.

        Returns: whether the channel was open; what is sent to a lost worker is dropped.

        Raises:
            FrameError: when a message is larger than a frame may be (none of them is sent), or
                when more waits for the worker than may.
        """
        packed = self._encoder.pack(messages) if messages else b""
        with self._lock:
            if self._closed:
                return False
            # Looked at before: one large send to a worker that has had no time yet is no fault.
            if self._pending_bytes + len(self._unsent) > self._max_pending:
                self._require_reader()
            if packed:
                self._pending.append(packed)
                self._pending_bytes += len(packed)
            if not self._unsent and (flush or self._pending_bytes > _FLUSH_BYTES):
                self._write()
                if self._unsent:
                    os.eventfd_write(self._wake, 1)
            return True

    def _require_reader(self) -> None:
        waiting = self._pending_bytes + len(self._unsent)
        if waiting > 2 * self._max_pending or monotonic() - self._moved > _PATIENCE:
            raise FrameError(f"{waiting} bytes wait for a worker that does not read")

    def send_body(self, body: bytes) -> None:
        """Send one frame with this body, before any message."""
        with self._lock:
            self._unsent = memoryview(len(body).to_bytes(4, "little") + body)
            self._push()

    def continue_writing(self) -> None:
        """Write what was kept, as far as it goes."""
        with self._lock:
            if not self._closed:
                self._push()
                if not self._unsent:
                    self._write()

    @property
    def broken(self) -> str | None:
        """What is wrong with the stream after the frames that ``read`` has given."""
        return self._reader.broken

    @property
    def cut(self) -> str:
        """What is wrong with a stream that ends here; empty between two frames."""
        pending = self._reader.pending
        return f"the stream ended {pending} bytes into a frame" if pending else ""

    def clear_wake(self) -> None:
        """Make ``wake_descriptor`` unreadable again."""
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._wake)

    def read(self) -> list[memoryview] | None:
        """The bodies of frames that have come whole, None at the end of the stream.

        Raises:
            FrameError: when the stream is broken, or ends inside a frame.
        """
        # Plain recv: descriptors that a worker attached are dropped by the kernel.
        try:
            data = self._stream.recv(READ_BYTES)
        except BlockingIOError:
            return []
        except ConnectionError:
            data = b""
        if not data:
            if self.cut:
                raise FrameError(self.cut)
            return None
        return self._reader.feed(data)

    def close(self) -> None:
        """Close the stream; sends are refused from now on."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._pending, self._unsent = [], memoryview(b"")
                self._stream.close()
                os.close(self._wake)

    def _write(self) -> None:
        if self._pending:
            self._unsent = memoryview(b"".join(self._pending))
            self._pending, self._pending_bytes = [], 0
            self._moved = monotonic()
            self._push()

    def _push(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[self._stream.send(self._unsent) :]
                self._moved = monotonic()
        except BlockingIOError:
            pass
        except OSError:
            # The reading side sees the end of the stream and says so.
            self._unsent = memoryview(b"")
