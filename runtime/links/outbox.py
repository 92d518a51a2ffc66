"""What one link is to be sent and has not read: a bound for each flush, and patience in seconds."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from runtime.links import protocol

if TYPE_CHECKING:
    from runtime.links.connection import Connection

SLOW_SECONDS: Final = 5.0
"""A link that all this time leaves more than the backlog unread, and reads less, is too slow."""

MARGIN: Final = 16 * 1024 * 1024
"""Beside twice the backlog, what may be unread at any moment: a few of the largest answers."""

FRAME: Final = 256 * 1024
"""Bytes after which a frame is closed, so that the other end starts on it early."""

MESSAGE: Final = 200
"""About what a message has beside its payload."""


def size_of(message: Any) -> int:
    """About how many bytes a message takes; only payloads make it large."""
    large = getattr(message, "payload", None) or getattr(message, "data", None) or b""
    return MESSAGE + len(large)


class Outbox:
    """Messages that wait for a link, and how fast it reads.

    Args:
        backlog: bytes that a link may leave unread for long.
    """

    def __init__(self, backlog: int) -> None:
        self._backlog = backlog
        self.window = max(4096, min(1024 * 1024, backlog // 4))
        """Bytes that a flush hands to the connection, but for its last message."""
        self._lock = threading.Lock()
        self._waiting: deque[Any] = deque()
        self._bytes = 0
        self._slow_since = 0.0
        self._read_then = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, *messages: Any) -> None:
        """Have these sent after what waits. From any thread."""
        size = sum(map(size_of, messages))
        with self._lock:
            self._waiting.extend(messages)
            self._bytes += size

    def take(self, room: int) -> tuple[list[Any], int]:
        """Messages for that many bytes, at least one where there is any room; and what is left."""
        taken: list[Any] = []
        if not self._waiting:
            return taken, room
        with self._lock:
            while self._waiting and room > 0:
                message = self._waiting.popleft()
                size = size_of(message)
                room -= size
                self._bytes -= size
                taken.append(message)
        return taken, room

    def clear(self) -> None:
        """Forget what waits: it was meant for a connection that is gone."""
        with self._lock:
            self._waiting.clear()
            self._bytes = 0
            self._slow_since = 0.0

    def unread(self, connection: Connection) -> int:
        """Bytes that wait here or in the connection."""
        return self._bytes + connection.unsent()

    def too_slow(self, connection: Connection) -> bool:
        """Whether the link reads so slowly that it must be cut; asked a few times a second."""
        unread = self.unread(connection)
        if unread <= self._backlog:
            self._slow_since = 0.0
            return False
        if unread > 2 * self._backlog + MARGIN:
            return True
        now, read = monotonic(), connection.written - connection.unsent()
        if not self._slow_since or read - self._read_then >= self._backlog:
            self._slow_since, self._read_then = now, read
        return now - self._slow_since > SLOW_SECONDS


def frames(messages: Iterable[Any]) -> Iterable[bytes]:
    """Messages as frames, each as full as is useful."""
    batch: list[Any] = []
    size = 0
    for message in messages:
        size += size_of(message)
        batch.append(message)
        if size > FRAME:
            yield protocol.encode(batch)
            batch, size = [], 0
    if batch:
        yield protocol.encode(batch)
