"""The gateway's end of one link: a session, script or tool, over however many connections."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from websockets.asyncio.server import broadcast

from runtime.executors.answers import Answers
from runtime.executors.known import Known
from runtime.executors.protocol import Ask, Log, Seen
from runtime.executors.sources import Shipped
from runtime.links import protocol
from runtime.links.asking import Asked
from runtime.links.attached import AttachedClient, AttachedScript
from runtime.links.lane import LinkLane
from runtime.links.outbox import Outbox, frames, size_of
from runtime.links.queries import QUESTIONS, answer
from runtime.links.sources import updates
from runtime.links.subscriptions import Subscriptions
from runtime.logbook import Level
from runtime.scopes import DesignerSession, ScriptScope
from runtime.underway import Looked
from runtime.waiting import Waiting

if TYPE_CHECKING:
    from runtime.config import Right
    from runtime.links.connection import Connection
    from runtime.links.credentials import Principal
    from runtime.links.server import LinkServer
    from runtime.message import Message

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
        "_asked",
        "_number",
        "_open",
        "_shipped",
        "_turn",
        "connection",
        "cut_at",
        "ended",
        "host",
        "id",
        "key",
        "kind",
        "known",
        "label",
        "logging_in",
        "looked",
        "outbox",
        "principal",
        "rate",
        "receivers",
        "scope",
        "server",
        "subscriptions",
        "waiting",
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
        self.known = Known()
        self.waiting = Waiting(int(self.host.config.queue_memory) << 20)
        self.looked = Looked()
        self._answers = Answers(self)
        self._asked = Asked(self, self._answers, server.asks.run)
        self._shipped = Shipped()
        self.outbox = Outbox(server.backlog_bytes)
        self.subscriptions = Subscriptions(self)
        self.rate = server.rates.of(principal.name)
        self.logging_in = False
        self._number = 0
        self._open = 0
        self._turn = 0

    def __repr__(self) -> str:
        return f"<Peer {self.kind} {self.id} {self.who}>"

    @property
    def who(self) -> str:
        """The person or program behind it, and from where."""
        return f"{self.principal.name} ({self.where})"

    @property
    def title(self) -> str:
        """What it is, for a line of log."""
        scope = self.scope
        project = f" of project {scope.project}" if scope is not None and scope.project else ""
        what = f"{self.kind} session" if self.kind in ("client", "designer") else self.kind
        return f"{what} {self.id}{project} for {self.who}"

    @property
    def attached(self) -> bool:
        """Whether there is a connection now. From any thread."""
        return self.connection is not None

    @property
    def receiver(self) -> AttachedClient | None:
        """The client session, if it is one."""
        return self.scope if isinstance(self.scope, AttachedClient) else None

    @property
    def fleet(self) -> Peer:
        """What runs things that take their time."""
        return self

    def run(self, function: Callable[[], object]) -> None:
        """Call a function of the host that may wait for ever. From any thread."""
        self.server.calls.run(self, function)

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
        self.outbox.clear()
        self._shipped = Shipped()
        if received is not None:
            for lane in self.link_lanes():
                lane.recover(received)
        self.where = connection.address
        self.connection = connection
        connection.on_drain = self.wake
        self.cut_at = 0.0

    def detach(self, connection: Connection) -> bool:
        """That connection is gone; gives whether it was the one in use."""
        if self.connection is not connection:
            return False
        self.connection = None
        connection.on_drain = None
        self.cut_at = monotonic()
        self._answers.lost()
        self.outbox.clear()
        self.subscriptions.clear()
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
        self.subscriptions.clear()
        self.server.forget(self)
        if self.kind != "tool":
            self.server.ledger.say(
                ("left", self.where), "INFO", f"{self.title} is over: {reason}", 20
            )
        if lost:
            self.log("WARN", f"{self.kind} session {self.id}: {lost} deliveries unknown: {reason}")

    # Sending

    def send(self, *messages: Any) -> None:
        """Send, if there is a connection. From any thread."""
        if self.connection is not None:
            self.outbox.put(*messages)
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

    @property
    def waits(self) -> bool:
        """Whether something waits for the connection to have room."""
        lanes = self.link_lanes()
        return bool(self.outbox or self.subscriptions) or any(len(lane) for lane in lanes)

    def flush(self, last: Iterable[Any] = ()) -> None:
        """Write what there is room for: versions first, then answers, then deliveries."""
        connection = self.connection
        if connection is None:
            return
        out: list[Any] = self._sources()
        # One bound for everything: a burst of ours must not look like a link that reads slowly.
        room = self.outbox.window - connection.unsent() - sum(map(size_of, out))
        waiting, room = self.outbox.take(room)
        out += waiting
        if self.subscriptions:
            changes = self.subscriptions.take(room)
            room -= sum(map(size_of, changes))
            out += changes
        lanes = self.link_lanes()
        if lanes and room > 0:
            self._ship(lanes, room, out)
        out += last
        if out:
            self.write(connection, out)

    def _ship(self, lanes: list[LinkLane], room: int, out: list[Any]) -> None:
        # Each lane has its share, and another one begins next time.
        self._turn = (self._turn + 1) % len(lanes)
        share = max(1, room // len(lanes))
        for bound in (share, room):
            for lane in (*lanes[self._turn :], *lanes[: self._turn]):
                if room <= 0:
                    return
                shipped, size = lane.ship(min(bound, room))
                room -= size
                out += shipped

    def write(self, connection: Connection, messages: list[Any]) -> None:
        """Write messages as frames."""
        for frame in frames(messages):
            connection.written += len(frame)
            broadcast([connection], frame)

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
            if self.ended:
                return
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
        if isinstance(message, Ask):
            self._asked.take(message)
        else:
            self._answers.take(message)

    def later(self, size: int, function: Callable[[], object]) -> None:
        """Do what it asked for and takes its time; with much of that no more is taken from it."""
        self._asked.later(size, function)

    @property
    def behind(self) -> bool:
        """Whether it has so much to be answered, or to read, that no more is taken from it."""
        connection = self.connection
        return self._asked.many or (
            connection is not None and self.outbox.unread(connection) > self.server.backlog_bytes
        )

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
        elif kind is protocol.Subscribe:
            if self.kind != "client":
                raise Breach("tag change scripts are a client's")
            self.subscriptions.change(message)
        elif kind is protocol.Bye:
            self.end("its process ended it")
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
        if question.right is None and self.kind == "tool" and not self.sees_others:
            self.send(protocol.Answer(query.call, None, self._lacks("view")))
            return
        if self._open >= _OPEN_QUERIES:
            raise Breach("more than it may ask at a time")
        self._open += 1

        def reply(data: bytes | None, error: str = "") -> None:
            said = protocol.Answer(query.call, data, error[:10_000])
            self.server.run_soon(lambda: self._answered(said))

        self.server.questions.run(self, lambda: answer(self, question, query.data, reply))

    def _answered(self, reply: protocol.Answer) -> None:
        self._open -= 1
        self.send(reply)

    @property
    def sees_others(self) -> bool:
        """Whether it may be told of other sessions than its own."""
        return not self.principal.rights.isdisjoint(("view", "operate"))

    def _lacks(self, right: str) -> str:
        return f"{self.principal.name} lacks the right to {right}"
