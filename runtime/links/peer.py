"""The gateway's end of one link: a session, script or tool, over however many connections."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from websockets.asyncio.server import broadcast

from runtime.errors import PilotlightError
from runtime.executors.answers import Answers
from runtime.executors.protocol import Ask, Log, Seen
from runtime.executors.sources import Shipped
from runtime.links import protocol
from runtime.links.attached import AttachedClient, AttachedScript
from runtime.links.lane import LinkLane
from runtime.links.queries import QUESTIONS, answer
from runtime.links.sources import updates
from runtime.logbook import Level
from runtime.scopes import DesignerSession, ScriptScope
from runtime.underway import Looked

if TYPE_CHECKING:
    from runtime.config import Right
    from runtime.links.connection import Connection
    from runtime.links.credentials import Principal
    from runtime.links.server import LinkServer
    from runtime.message import Message

FRAME: Final = 256 * 1024
"""Bytes after which a frame is closed, so that the other end starts on it early."""

_OPEN_QUERIES: Final = 32


class Breach(Exception):
    """What came is not what this link may say; it is closed."""


class Peer:
    """See the module. What its methods do not say otherwise runs on the server's thread.

    Args:
        server: whose link it is.
        principal: who stands behind it.
        kind: what it is attached as.
        id: 8 upper-case hex digits.
    """

    __slots__ = (
        "_answers",
        "_number",
        "_open",
        "_outgoing",
        "_shipped",
        "connection",
        "cut_at",
        "ended",
        "host",
        "id",
        "key",
        "kind",
        "label",
        "lanes",
        "looked",
        "principal",
        "receivers",
        "scope",
        "server",
        "where",
        "woken",
    )

    def __init__(
        self, server: LinkServer, principal: Principal, kind: protocol.SessionKind, id: str
    ) -> None:
        self.server = server
        self.host: Any = server.host
        self.principal = principal
        self.kind = kind
        self.id = id
        self.label = id
        self.key = secrets.token_urlsafe(24)
        self.where = ""
        self.connection: Connection | None = None
        self.cut_at = 0.0
        self.ended = ""
        self.woken = False
        self.scope: ScriptScope | None = None
        self.receivers: dict[str, ScriptScope] = {}
        self.lanes: dict[int, LinkLane] = {}
        self.looked = Looked()
        self._answers = Answers(self)
        self._shipped = Shipped()
        self._outgoing: deque[Any] = deque()
        self._number = 0
        self._open = 0

    def __repr__(self) -> str:
        return f"<Peer {self.kind} {self.id} {self.who}>"

    @property
    def who(self) -> str:
        """The person or program behind it, and from where."""
        return f"{self.principal.name} ({self.where})"

    @property
    def attached(self) -> bool:
        """Whether there is a connection now. From any thread."""
        return self.connection is not None

    @property
    def receiver(self) -> AttachedClient | None:
        """The client session, if it is one."""
        return self.scope if isinstance(self.scope, AttachedClient) else None

    @property
    def fleet(self) -> LinkServer:
        """What runs things that take their time."""
        return self.server

    def log(self, level: Level, text: str) -> None:
        """Write to the host's log."""
        self.host.logbook.write(level, "Links", text)

    def speak_for(self, scope: ScriptScope) -> None:
        """Be the process in which that scope's scripts run."""
        self.scope = scope
        self.label = scope.label
        self.receivers = {self.id: scope}

    def scope_for_sending(self, project: str) -> ScriptScope:
        """The Gateway scope in which a tool's message is sent."""
        if self.scope is None:
            self.speak_for(AttachedScript(self.host, "", self.id))
        assert self.scope is not None
        return self.scope

    # Connections

    def attach(self, connection: Connection, received: int | None = None) -> None:
        """Go on over this connection.

        Args:
            connection: a new one.
            received: the last number that came to the session before, None for a new session.
        """
        old = self.connection
        if old is not None:
            self.detach(old)
            old.cut()
        self._outgoing.clear()
        self._shipped = Shipped()
        if received is not None:
            for lane in self.link_lanes():
                lane.recover(received)
        self.where = connection.address
        self.connection = connection
        self.cut_at = 0.0

    def detach(self, connection: Connection) -> bool:
        """That connection is gone; gives whether it was the one in use."""
        if self.connection is not connection:
            return False
        self.connection = None
        self.cut_at = monotonic()
        self._answers.lost()
        self._outgoing.clear()
        return True

    def dismiss(self, reason: str) -> None:
        """Tell the session that it is over. From any thread."""
        self.server.run_soon(lambda: self._dismiss(reason))

    def _dismiss(self, reason: str) -> None:
        if not self.ended:
            self.flush([protocol.Goodbye(reason)])
            if not self.attached:
                self.end(reason)

    def end(self, reason: str) -> None:
        """The session is over: account for what it had, and forget it."""
        if self.ended:
            return
        self.ended = reason
        scope = self.scope
        lost = 0
        if isinstance(scope, AttachedClient | DesignerSession):
            scope.close()
        for lane in self.link_lanes():
            lost += lane.end_flight(reason)
        self._answers.lost()
        self.server.forget(self)
        if lost:
            self.log("WARN", f"{self.kind} session {self.id}: {lost} deliveries unknown: {reason}")

    # Sending

    def send(self, *messages: Any, flush: bool = True) -> None:
        """Send, if there is a connection. From any thread."""
        if self.connection is not None:
            self._outgoing.extend(messages)
            self.wake()

    def wake(self) -> None:
        """Have ``flush`` called soon. From any thread."""
        if not self.woken:
            self.woken = True
            self.server.wake(self)

    def next_number(self) -> int:
        """A number for a delivery."""
        self._number += 1
        return self._number

    def pack(self, message: Message) -> bytes:
        """The payload as it travels; a fan-out packs it once."""
        return self.server.pack(message)

    def link_lanes(self) -> list[LinkLane]:
        """The lanes of its session."""
        return self.scope.link_lanes() if isinstance(self.scope, AttachedClient) else []

    def flush(self, last: Iterable[Any] = ()) -> None:
        """Write everything there is to write: versions first, then answers, then deliveries."""
        connection = self.connection
        if connection is None:
            return
        out: list[Any] = self._sources()
        outgoing = self._outgoing
        while outgoing:
            out.append(outgoing.popleft())
        lanes = self.link_lanes()
        if lanes:
            self.lanes = dict(enumerate(lanes))
            # A session that reads slowly is given no more to read.
            if connection.unsent() < FRAME:
                for lane in lanes:
                    out += lane.ship()
        out += last
        if out:
            self.write(connection, out)

    def write(self, connection: Connection, messages: list[Any]) -> None:
        """Write messages as frames."""
        for frame in frames(messages):
            broadcast([connection], frame)
        if connection.unsent() > self.server.backlog_bytes:
            self.log("WARN", f"{self.kind} session {self.id} reads too slowly: its link is cut")
            connection.cut()

    def _sources(self) -> list[Any]:
        scope = self.scope
        if scope is None:
            return []
        messages: list[Any] = list(self._shipped.provided(self.host.system.names()))
        return messages + list(updates(self._shipped, self.id, scope.libraries(), self._letter))

    @property
    def _letter(self) -> str:
        return "C" if self.kind == "client" else ""

    # Receiving

    def take(self, messages: list[Any]) -> None:
        """Do what the messages of a frame say.

        Raises:
            Breach: one of them is not what this link may say.
        """
        ended: list[int] = []
        for message in messages:
            kind = type(message)
            if kind is protocol.Done:
                for lane in self.link_lanes():
                    if lane.done(message):
                        break
                # Numbers that are not in flight are acknowledged too: they were, before a cut.
                ended.append(message.number)
            elif kind is protocol.Started:
                any(lane.started(message.number) for lane in self.link_lanes())
            elif kind is Ask or kind is Log or kind is Seen:
                self._take_from_script(message)
            else:
                self._take_from_tool(message)
        if ended:
            self.send(protocol.Ack(ended))

    def _take_from_script(self, message: Ask | Log | Seen) -> None:
        if self.scope is None or self.kind == "tool":
            raise Breach(f"a {self.kind} runs no scripts")
        if isinstance(message, Seen):
            # One that came too late for whoever asked is nobody's.
            self.looked.take(message)
            return
        if message.receiver != self.id:
            raise Breach("it speaks for another session")
        if not self._answers.take(message):
            raise Breach("more than it may ask at a time")

    def _take_from_tool(self, message: Any) -> None:
        kind = type(message)
        if kind is protocol.Query:
            self._query(message)
        elif kind is protocol.Watch:
            right: Right = "view"
            if right not in self.principal.rights:
                self.send(protocol.Answer(message.call, None, self._lacks(right)))
                return
            self.server.watch(self, message)
        elif kind is protocol.Login:
            self.server.login(self, message)
        elif kind is protocol.Comm:
            if not isinstance(self.scope, DesignerSession):
                raise Breach("a communication mode is a Designer's")
            self.scope.comm = message.mode
        elif kind is protocol.Bye:
            self.end("it was closed by its process")
        else:
            raise Breach(f"{kind.__name__} out of place")

    def _query(self, query: protocol.Query) -> None:
        question = QUESTIONS.get(query.function)
        if question is None:
            self.send(protocol.Answer(query.call, None, f"no question {query.function[:80]!r}"))
            return
        if question.right is not None and question.right not in self.principal.rights:
            self.send(protocol.Answer(query.call, None, self._lacks(question.right)))
            return
        if self._open >= _OPEN_QUERIES:
            raise Breach("more than it may ask at a time")
        self._open += 1

        def work() -> None:
            try:
                reply = protocol.Answer(query.call, answer(self, question, query.data))
            except PilotlightError as error:
                reply = protocol.Answer(query.call, None, str(error)[:10_000])
            self.server.run_soon(lambda: self._answered(reply))

        if question.slow:
            self.server.run(work)
        else:
            work()

    def _answered(self, reply: protocol.Answer) -> None:
        self._open -= 1
        self.send(reply)

    def _lacks(self, right: str) -> str:
        return f"{self.principal.name} lacks the right to {right}"


def frames(messages: Iterable[Any]) -> Iterable[bytes]:
    """Messages as frames, each as full as is useful."""
    batch: list[Any] = []
    size = 0
    for message in messages:
        # Only payloads make a message large.
        large = getattr(message, "payload", None) or getattr(message, "data", None) or b""
        size += 200 + len(large)
        batch.append(message)
        if size > FRAME:
            yield protocol.encode(batch)
            batch, size = [], 0
    if batch:
        yield protocol.encode(batch)
