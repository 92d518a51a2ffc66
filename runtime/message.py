"""Messages, deliveries and the strings ``sendMessage`` returns: values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any, Final, Literal, Protocol

from runtime.logbook import LINE
from runtime.sent import Sent
from sandbox.dialect.meaning.representation import python2_repr

Status = Literal[
    "queued",
    "running",
    "done",
    "failed",
    "stopped",
    "killed",
    "no_handler",
    "undelivered",
    "unknown",
    "rejected",
]

FINAL: Final[tuple[Status, ...]] = (
    "done",
    "failed",
    "stopped",
    "killed",
    "no_handler",
    "undelivered",
    "unknown",
)
"""How an accepted delivery ends; ``rejected`` was never accepted."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which client sessions a message is for; an empty string is unset.

    Source: Ignition 7.9 manual, ``system.util.sendMessage``. That user and host name compare
    without regard to case, role and session id exactly, is our choice.
    """

    client_session_id: str = ""
    user: str = ""
    has_role: str = ""
    host_name: str = ""

    @property
    def narrows_scope(self) -> bool:
        """Whether the default scope loses the Gateway; the session id alone does not do it."""
        return bool(self.user or self.has_role or self.host_name)


NO_FILTER: Final = Filter()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a session is at one moment; ``login`` replaces it whole, so a reader never sees half.

    Args:
        id: 8 upper-case hex digits; that of a Perspective session is a UUID.
        project: the project the session runs.
        user: who is logged in, empty when nobody is.
        roles: that user's roles.
        host_name: the network host name the session reported.
        address: its network address.
        letter: the scope it receives in: ``C``, or ``S`` for a Perspective session.
    """

    id: str
    project: str
    user: str = ""
    roles: frozenset[str] = frozenset()
    host_name: str = ""
    address: str = ""
    letter: str = "C"


def canonical_scope(letters: str, allowed: str) -> str:
    """The scope with each letter once, upper case, in Ignition's order ``CGS``.

    Args:
        letters: any order, any case.
        allowed: the letters this profile knows (``CG``, or ``CGS`` from 8.0.7).

    Raises:
        ValueError: for a letter outside of ``allowed``; the message names it.
    """
    given = letters.strip().upper()
    for letter in given:
        if letter not in allowed:
            known = ", ".join(f'"{x}"' for x in allowed)
            later = (
                ' ("S", Perspective sessions, came with Ignition 8.0.7: set the host\'s profile)'
                if letter == "S"
                else ""
            )
            raise ValueError(
                f'scope "{letters}" has the letter "{letter}"; this profile knows {known}{later}'
            )
    return "".join(x for x in "CGS" if x in given)


@dataclass(frozen=True, slots=True)
class EventCall:
    """What an event script other than a message handler is run for.

    Args:
        kind: ``startup``, ``timer``, ``tag-change``, ...
        name: its name within its kind.
        scope: ``G`` or ``C``.
        arguments: what its function is called with.
        pinned: the compiled script to run, None for that of the newest generation.
        lane: key of the lane it runs on; empty for the Shared one.
        begin: gives what its function is called with, where that is settled as it begins.
        always: it is queued however much waits: nothing else tells what it does.
    """

    kind: str
    name: str
    scope: str
    arguments: tuple[Any, ...] = ()
    pinned: Any = None
    lane: str = ""
    begin: Callable[[], tuple[Any, ...]] | None = None
    always: bool = False

    @property
    def title(self) -> str:
        """What it is called where handlers have their names."""
        return f"{self.kind} {self.name}".rstrip()

    def given(self) -> tuple[Any, ...]:
        """What its function is called with, now that it begins; asked once."""
        return self.arguments if self.begin is None else self.begin()


class Message:
    """One call of ``sendMessage`` or ``sendRequest``, as every receiver of it sees it.

    Attributes:
        id: counts up in the host.
        project, handler, scope, filter: what was asked for, defaults filled in.
        payload: the copy made at the call while it is still wanted for a receiver; bytes of ours
            while it waits for another process. Whoever watches the host is told of a dict.
        shared: several receivers want it, so that each needs a copy of its own.
        size: its bytes as it is encoded, 0 where nobody had to know.
        sender: who sent it, such as ``Gateway``, ``65F7A472`` or ``script``.
        parent: the delivery whose handler sent it, None for a script or the embedding program.
        path: the first handlers of its chain, itself included; empty where no handler sent it.
        deliveries: one for each receiver, in the order of the returned list.
        skipped: the sessions of the project that were not selected, as they were then.
        entries: the list the sender got.
        note: why nobody at all was selected, where the sessions do not say it.
        event: what is to run instead of a message handler, None for true messages.
        sent_at: ``time.perf_counter()`` seconds.
    """

    __slots__ = (
        "deliveries",
        "entries",
        "event",
        "filter",
        "handler",
        "id",
        "note",
        "parent",
        "path",
        "payload",
        "project",
        "scope",
        "sender",
        "sent_at",
        "shared",
        "size",
        "skipped",
        "source",
    )

    def __init__(
        self,
        id: int,
        project: str,
        handler: str,
        payload: Any,
        scope: str,
        filter: Filter,
        sender: str,
        parent: Delivery | None,
        sent_at: float,
    ) -> None:
        self.id = id
        self.project = project
        self.handler = handler
        self.payload = payload
        self.scope = scope
        self.filter = filter
        self.sender = sender
        self.parent = parent
        self.sent_at = sent_at
        self.deliveries: tuple[Delivery, ...] = ()
        self.skipped: tuple[Identity, ...] = ()
        self.entries: tuple[str, ...] = ()
        self.note = ""
        self.shared = False
        self.size = 0
        self.path: tuple[str, ...] = ()
        self.event: EventCall | None = None
        self.source: Sent | None = None

    def __repr__(self) -> str:
        return f"<Message {self.id} {self.project}/{self.handler} scope={self.scope}>"

    def filter_text(self) -> str:
        """The ``filterParams`` part of a returned entry, keys in the manual's order."""
        f = self.filter
        if f is NO_FILTER:
            return (
                f"filterParams={{hostName=, clientSessionId=, scope={self.scope}, user=, hasRole=}}"
            )
        return (
            f"filterParams={{hostName={f.host_name}, clientSessionId={f.client_session_id}, "
            f"scope={self.scope}, user={f.user}, hasRole={f.has_role}}}"
        )


OUTPUT_KEPT: Final = 64_000
"""Characters of a handler's output that its delivery keeps; the log gets all of it."""


LINES_AT_ONCE: Final = 10_000
"""Lines of one ``print`` that are logged, each for itself."""


class Target(Protocol):
    """What a delivery is performed on: the Gateway's side of a project, or a session."""

    def submit(self, delivery: Delivery) -> str: ...

    def perform(self, delivery: Delivery) -> None: ...

    def settled(self, delivery: Delivery) -> None: ...

    def log_line(self, delivery: Delivery, line: str) -> None: ...


class Delivery:
    """One message on its way to one receiver; written by the lane that runs it alone.

    Attributes:
        id: counts up in the host.
        message: what is delivered.
        receiver: ``Gateway``, a session id, or ``RemoteServer <name>``.
        status: see the design's vocabulary; final ones are in ``FINAL``.
        error: one line when it failed, was stopped or could not be delivered; else None.
        traceback: the script's own traceback when the handler raised; else None.
        output: what the handler printed, bounded.
        result: what the handler returned, for requests.
        answer: the same as its text, bounded, or as a number; empty where it returned nothing.
        queued_at, started_at, finished_at: ``time.perf_counter()`` seconds, 0.0 until then.
    """

    __slots__ = (
        "_line",
        "_waiter",
        "answer",
        "error",
        "finished_at",
        "id",
        "lane",
        "message",
        "output",
        "queued_at",
        "receiver",
        "result",
        "run",
        "sent",
        "started_at",
        "status",
        "target",
        "traceback",
        "wants_result",
    )

    def __init__(
        self, id: int, message: Message, receiver: str, target: Target, queued_at: float
    ) -> None:
        self.id = id
        self.message = message
        self.receiver = receiver
        self.target = target
        self.queued_at = queued_at
        self.status: Status = "queued"
        self.error: str | None = None
        self.traceback: str | None = None
        self.output = ""
        self._line = ""
        self.result: Any = None
        self.answer: str | float = ""
        self.wants_result = False
        self.started_at = 0.0
        self.finished_at = 0.0
        self.lane: Any = None
        self.run: Any = None
        self.sent: Sent | None = None
        self._waiter: Event | Callable[[Delivery], None] | None = None

    def __repr__(self) -> str:
        m = self.message
        return f"<Delivery {self.id} {m.project}/{m.handler} to {self.receiver}: {self.status}>"

    @property
    def duration(self) -> float | None:
        """Seconds the handler ran, None while it has not run to an end."""
        return self.finished_at - self.started_at if self.finished_at and self.started_at else None

    @property
    def returned(self) -> str:
        """What the handler returned as the trace shows it; empty where it returned nothing."""
        answer = self.answer
        return answer if type(answer) is str else str(python2_repr(answer))

    @property
    def parent(self) -> Delivery | None:
        """The delivery whose handler sent this message, None where no handler did."""
        return self.message.parent

    def perform(self) -> None:
        """Run it to its end on the calling thread (a lane's)."""
        self.target.perform(self)

    def end(self, status: Status, error: str | None = None) -> None:
        """Write the final status; the lane tells whoever waits after it has counted it."""
        message = self.message
        if not message.shared:
            # Nobody will read it any more, and the trace keeps the message.
            message.payload = None
        self.error = error
        self.status = status

    def write(self, text: str) -> None:
        """Take what the handler prints: kept here up to a bound, each whole line is logged."""
        output = self.output
        if len(output) < OUTPUT_KEPT:
            self.output = output + text[: OUTPUT_KEPT - len(output)]
        self._line += text
        if "\n" in text:
            *lines, self._line = self._line.split("\n", LINES_AT_ONCE)
            for line in lines:
                self.target.log_line(self, line)
            if "\n" in self._line:
                between, _, self._line = self._line.rpartition("\n")
                more = between.count("\n") + 1
                self.target.log_line(self, f"({more} lines more, printed at once)")
        if len(self._line) > LINE:
            self.flush()

    def flush(self) -> None:
        """Log what was printed without a line end after it."""
        if self._line:
            line, self._line = self._line, ""
            self.target.log_line(self, line)

    def when_settled(self, waiter: Event | Callable[[Delivery], None]) -> None:
        """Have ``waiter`` set, or called with the delivery on the lane's thread, at the end.

        One waiter a delivery, named before it is queued.
        """
        self._waiter = waiter

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for the end."""
        return self._waiter is not None

    def settle(self) -> None:
        """Tell whoever waits for the end; the lane calls it once, after counting."""
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            if isinstance(waiter, Event):
                waiter.set()
            else:
                waiter(self)
        self.target.settled(self)


def gateway_entry(message: Message, status: str = "SENT") -> str:
    """The returned list's entry for the Gateway (Ignition 7.9 manual, exact)."""
    return (
        f"type=Gateway,project={message.project},messageHandler={message.handler},"
        f"{message.filter_text()},sendStatus={status}"
    )


def client_entry(message: Message, identity: Identity, status: str = "SENT") -> str:
    """The returned list's entry for one client session (Ignition 7.9 manual, exact)."""
    return (
        f"type=Client,sessionId={identity.id},clientAddress={identity.address},"
        f"clientHostName={identity.host_name},project={message.project},"
        f"messageHandler={message.handler},{message.filter_text()},sendStatus={status}"
    )


def remote_entry(message: Message, server: str, status: str = "SENT") -> str:
    """The returned list's entry for a remote gateway (its form is our choice)."""
    return (
        f"type=RemoteServer,serverName={server},project={message.project},"
        f"messageHandler={message.handler},{message.filter_text()},sendStatus={status}"
    )
