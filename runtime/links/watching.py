"""Tools that follow the trace or the log: told a few times a second, never at a sender's cost."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import msgspec

from runtime.links import protocol, views
from runtime.logbook import LogRecord
from runtime.message import FINAL, Message

if TYPE_CHECKING:
    from runtime.links.peer import Peer
    from runtime.links.server import LinkServer

_OVER: Final = frozenset({*FINAL, "rejected"})
_MOST: Final = 200
"""Pieces told a look; what is more is counted as missed."""

_UNREAD: Final = 1024 * 1024
"""Bytes that a tool may have left unread and still be told more."""

_PATIENCE: Final = 2.0
"""Seconds after which a message is told though not all of its deliveries have ended."""


class _Watch:
    def __init__(self, peer: Peer, call: int) -> None:
        self.peer = peer
        self.call = call
        self.missed = 0
        self.last = 0
        self.open: list[tuple[float, Message]] = []
        self.lines: deque[LogRecord] = deque(maxlen=10 * _MOST)

    def tell(self, value: Any) -> None:
        """Send it, unless the tool has not read what it was sent before."""
        connection = self.peer.connection
        if connection is None or connection.unsent() > _UNREAD:
            self.missed += 1
            return
        self.peer.send(protocol.News(self.call, msgspec.msgpack.encode(value), self.missed))
        self.missed = 0

    def own_up(self) -> None:
        """Say what was missed though nothing follows it, once there is room to say it."""
        connection = self.peer.connection
        if self.missed and connection is not None and connection.unsent() <= _UNREAD:
            self.peer.send(protocol.News(self.call, b"", self.missed))
            self.missed = 0


class Watchers:
    """All that follow; looks only while there are any."""

    def __init__(self, server: LinkServer) -> None:
        self._server = server
        self._trace: list[_Watch] = []
        self._logs: tuple[_Watch, ...] = ()
        self._listening = False

    def add(self, peer: Peer, wanted: protocol.Watch) -> None:
        """Tell a tool from now on, and the newest at once."""
        watch = _Watch(peer, wanted.call)
        host = self._server.host
        if wanted.what == "trace":
            messages = host.trace.messages
            watch.last = messages[-1].id if messages else 0
            for message in messages[max(0, len(messages) - wanted.before) :]:
                watch.tell(views.message_view(host, message))
            self._trace.append(watch)
            return
        if not self._listening:
            self._listening = True
            host.logbook.listen(self._heard)
        before = list(host.logbook)
        for record in before[max(0, len(before) - wanted.before) :]:
            watch.tell(views.log_view(record))
        self._logs = (*self._logs, watch)

    def drop(self, peer: Peer) -> None:
        """That tool is gone."""
        self._trace = [watch for watch in self._trace if watch.peer is not peer]
        self._logs = tuple(watch for watch in self._logs if watch.peer is not peer)

    def look(self) -> None:
        """Tell what is new."""
        for watch in self._trace:
            self._look_at_trace(watch)
            watch.own_up()
        for watch in self._logs:
            for _ in range(_MOST):
                if not watch.lines:
                    break
                watch.tell(views.log_view(watch.lines.popleft()))
            watch.own_up()

    def _heard(self, record: LogRecord) -> None:
        for watch in self._logs:
            if len(watch.lines) == watch.lines.maxlen:
                watch.missed += 1
            watch.lines.append(record)

    def _look_at_trace(self, watch: _Watch) -> None:
        host = self._server.host
        now = monotonic()
        kept = host.trace.messages
        new = [m for m in kept if m.id > watch.last]
        if new:
            if len(kept) >= host.config.trace:
                # Ids count up by one: what lies between has left the trace before this look.
                watch.missed += new[0].id - watch.last - 1
            watch.last = new[-1].id
            watch.open += [(now, m) for m in new]
        waiting: list[tuple[float, Message]] = []
        told = 0
        for since, message in watch.open:
            ended = all(d.status in _OVER for d in message.deliveries)
            if not ended and now - since < _PATIENCE:
                waiting.append((since, message))
            elif told < _MOST:
                told += 1
                watch.tell(views.message_view(host, message))
            else:
                watch.missed += 1
        watch.open = waiting
