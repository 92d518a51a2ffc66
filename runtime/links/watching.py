"""Tools that follow the trace or the log: told a few times a second, never at a sender's cost."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import msgspec

from runtime.links import protocol, views
from runtime.logbook import LogRecord
from runtime.message import FINAL, Message

if TYPE_CHECKING:
    from runtime.links.peer import Peer
    from runtime.links.server import LinkServer

EACH: Final = 4
"""Watches of one link."""

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
        self.before: Iterator[Any] = iter(())
        self.open: list[tuple[float, Message]] = []
        self.lines: deque[LogRecord] = deque(maxlen=10 * _MOST)

    @property
    def full(self) -> bool:
        """Whether the tool has yet to read what it was sent before."""
        connection = self.peer.connection
        return connection is None or self.peer.outbox.unread(connection) > _UNREAD

    def tell(self, value: Any) -> None:
        """Send a piece."""
        self.peer.send(protocol.News(self.call, msgspec.msgpack.encode(value), self.missed))
        self.missed = 0

    def own_up(self) -> None:
        """Say what was missed though nothing follows it, once there is room to say it."""
        if self.missed and not self.full:
            self.peer.send(protocol.News(self.call, b"", self.missed))
            self.missed = 0

    def tell_before(self) -> bool:
        """Send some of what was there before; whether that was all of it."""
        told = 0
        while told < _MOST and not self.full:
            try:
                value = next(self.before)
            except StopIteration:
                return True
            self.tell(value)
            told += 1
        return False


class Watchers:
    """All that follow; looks only while there are any."""

    def __init__(self, server: LinkServer) -> None:
        self._server = server
        self._trace: list[_Watch] = []
        self._logs: tuple[_Watch, ...] = ()
        self._listening = False

    def add(self, peer: Peer, wanted: protocol.Watch) -> None:
        """Tell a tool from now on, and the newest first."""
        mine = [watch for watch in (*self._trace, *self._logs) if watch.peer is peer]
        if len(mine) >= EACH:
            text = f"a link has at most {EACH} watches"
            peer.send(protocol.Answer(wanted.call, None, text))
            return
        watch = _Watch(peer, wanted.call)
        host = self._server.host
        if wanted.what == "trace":
            messages = host.trace.messages
            watch.last = messages[-1].id if messages else 0
            newest = messages[max(0, len(messages) - wanted.before) :]
            watch.before = (views.message_view(host, message) for message in newest)
            self._trace.append(watch)
        else:
            if not self._listening:
                self._listening = True
                host.logbook.listen(self._heard)
            lines = list(host.logbook)
            watch.before = map(views.log_view, lines[max(0, len(lines) - wanted.before) :])
            self._logs = (*self._logs, watch)
        self._tell_before(watch)

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
            if not watch.tell_before():
                continue
            for _ in range(_MOST):
                if not watch.lines or watch.full:
                    break
                watch.tell(views.log_view(watch.lines.popleft()))
            watch.own_up()

    def _tell_before(self, watch: _Watch) -> None:
        # A long past is told in pieces: other links have their turns between them.
        if watch.peer.ended or watch.tell_before() or watch.full:
            return
        self._server.run_soon(lambda: self._tell_before(watch))

    def _heard(self, record: LogRecord) -> None:
        for watch in self._logs:
            if len(watch.lines) == watch.lines.maxlen:
                watch.missed += 1
            watch.lines.append(record)

    def _look_at_trace(self, watch: _Watch) -> None:
        host = self._server.host
        now = monotonic()
        newer = self._newer(watch.last)
        if newer:
            if len(host.trace.messages) >= host.config.trace:
                # Ids count up by one: what lies between has left the trace before this look.
                watch.missed += newer[0].id - watch.last - 1
            watch.last = newer[-1].id
            watch.open += [(now, m) for m in newer]
        if not watch.tell_before():
            more = max(0, len(watch.open) - 10 * _MOST)
            watch.missed += more
            del watch.open[:more]
            return
        waiting: list[tuple[float, Message]] = []
        told = 0
        for since, message in watch.open:
            ended = all(d.status in _OVER for d in message.deliveries)
            if not ended and now - since < _PATIENCE:
                waiting.append((since, message))
            elif told < _MOST and not watch.full:
                told += 1
                watch.tell(views.message_view(host, message))
            else:
                watch.missed += 1
        watch.open = waiting

    def _newer(self, last: int) -> list[Message]:
        messages = self._server.host.trace.messages
        first = len(messages)
        while first and messages[first - 1].id > last:
            first -= 1
        return messages[first:]
