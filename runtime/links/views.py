"""What tools see of a host: plain structures that travel, and the values made of them again."""

from __future__ import annotations

import platform
from time import perf_counter, time
from typing import TYPE_CHECKING, Any, Final

import msgspec

from runtime.executors.values import CODEC
from runtime.logbook import Level, LogRecord, Origin
from runtime.message import NO_FILTER, Delivery, EventCall, Filter, Identity, Message, Status
from runtime.returned import shown
from sandbox.isolation.errors import PayloadRefused

if TYPE_CHECKING:
    from runtime.host import ScriptHost


class Person(msgspec.Struct):
    """One session, as it is or was."""

    id: str
    project: str
    user: str = ""
    roles: list[str] = []
    host_name: str = ""
    address: str = ""
    kind: str = "Client"
    opened_at: float = 0.0
    link: str = ""
    comm: str = ""

    def identity(self) -> Identity:
        """Who it is."""
        return Identity(
            self.id, self.project, self.user, frozenset(self.roles), self.host_name, self.address
        )


class DeliveryView(msgspec.Struct):
    """One delivery; times in seconds since the message was sent, None while they are to come."""

    id: int
    receiver: str
    status: Status
    error: str | None
    traceback: str | None
    output: str
    started: float | None
    duration: float | None
    returned: str = ""


class Cause(msgspec.Struct):
    """The delivery whose handler sent a message, and the message that it delivered."""

    delivery: int
    receiver: str
    message: int
    project: str
    handler: str


class MessageView(msgspec.Struct):
    """One message with all that became of it; ``parent`` is the delivery that sent it, 0: none.

    ``sent`` is in seconds of the epoch. ``payload`` is there where it was asked for and the host
    still has it: it lets go of it once it has handed it to the receivers.
    """

    id: int
    project: str
    handler: str
    scope: str
    filter: tuple[str, str, str, str]
    sender: str
    parent: int
    age: float
    entries: list[str]
    note: str
    event: str
    skipped: list[Person]
    deliveries: list[DeliveryView]
    cause: Cause | None = None
    sent: float = 0.0
    request: bool = False
    payload: str = ""


class LogView(msgspec.Struct):
    """One line of log."""

    time: float
    level: Level
    logger: str
    message: str
    detail: str
    scope: str
    project: str
    session: str
    handler: str
    delivery: int

    def record(self) -> LogRecord:
        """The line as a host has it."""
        origin = Origin(self.scope, self.project, self.session, self.handler, self.delivery)
        return LogRecord(self.time, self.level, self.logger, self.message, self.detail, origin)


class RunningView(msgspec.Struct):
    """One handler or other script that runs now; ``kill`` takes ``delivery`` or ``script``."""

    delivery: int
    project: str
    handler: str
    receiver: str
    thread: str
    elapsed: float
    file: str
    line: int
    script: int = 0


class HandlerView(msgspec.Struct):
    """One message handler or library, and what is wrong with it."""

    project: str
    kind: str
    scope: str
    name: str
    threading: str
    enabled: bool
    file: str
    faults: list[str]


class StatusView(msgspec.Struct):
    """How a host is."""

    gateway: str
    profile: str
    tier: str
    version: str
    python: str
    pid: int
    uptime: float
    folder: str
    projects: list[str]
    clients: int
    designers: int
    links: int
    cut: int
    lanes: int
    counters: dict[str, int]
    errors: int
    warnings: int
    ready: bool


MESSAGE_BYTES: Final = 3 * 1024 * 1024
"""What the texts of one message's deliveries may have; an answer has room for 8 MiB."""

PYTHON = f"{platform.python_implementation()} {platform.python_version()}"


def person_of(identity: Identity, **more: Any) -> Person:
    """A session as it travels."""
    return Person(
        identity.id,
        identity.project,
        identity.user,
        sorted(identity.roles),
        identity.host_name,
        identity.address,
        **more,
    )


def log_view(record: LogRecord) -> LogView:
    """A line of log as it travels."""
    o = record.origin
    return LogView(
        record.time,
        record.level,
        record.logger,
        record.message,
        record.detail,
        o.scope,
        o.project,
        o.session,
        o.handler,
        o.delivery,
    )


def people_known(host: ScriptHost) -> dict[str, Identity]:
    """Everybody whose session is open or was, by session id, as far as the host remembers."""
    spaces = list(host.spaces.values())
    known = {who.id: who for space in spaces for who in list(space.former.values())}
    open_now = [*host.sessions, *host.perspectives]
    return known | {session.id: session.identity for session in open_now}


def message_view(host: ScriptHost, message: Message, payload: bool = False) -> MessageView:
    """A message as it travels.

    Args:
        host: whose message.
        message: that was sent.
        payload: with what the handlers got, bounded, where the host has it yet.
    """
    f = message.filter
    parent = message.parent
    age = host.clock() - message.sent_at
    return MessageView(
        message.id,
        message.project,
        message.handler,
        message.scope,
        (f.client_session_id, f.user, f.has_role, f.host_name),
        message.sender,
        parent.id if parent is not None else 0,
        age,
        list(message.entries),
        message.note,
        message.event.kind if message.event is not None else "",
        [person_of(who) for who in message.skipped],
        _bounded([_delivery_view(d) for d in message.deliveries]),
        _cause(parent) if parent is not None else None,
        time() - age,
        any(d.wants_result for d in message.deliveries),
        _shown_payload(message.payload) if payload else "",
    )


_DECODED: Final = 16 * 1024
"""Longest payload of which a tool is shown more than its size, where it waits encoded."""


def _shown_payload(payload: Any) -> str:
    if type(payload) is bytes:
        try:
            # Little of it is shown, and there may be many.
            payload = CODEC.decode(payload, _DECODED)
        except PayloadRefused:
            return f"({len(payload)} bytes)"
    return shown(payload) if isinstance(payload, dict) else ""


def _bounded(deliveries: list[DeliveryView]) -> list[DeliveryView]:
    """The deliveries of one message, with less of what they printed where it is too much."""
    texts = sum(len(d.output) + len(d.traceback or "") + len(d.error or "") for d in deliveries)
    # A character has up to four bytes.
    if 4 * texts > MESSAGE_BYTES:
        room = MESSAGE_BYTES // (12 * len(deliveries))
        for d in deliveries:
            d.output = _cut(d.output, room)
            d.traceback = _cut(d.traceback, room) if d.traceback is not None else None
            d.error = _cut(d.error, room) if d.error is not None else None
    return deliveries


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[:room]}… ({len(text) - room} characters more)"


def _cause(parent: Delivery) -> Cause:
    message = parent.message
    return Cause(parent.id, parent.receiver, message.id, message.project, message.handler)


def _delivery_view(d: Delivery) -> DeliveryView:
    started = d.started_at - d.message.sent_at if d.started_at else None
    return DeliveryView(
        d.id,
        d.receiver,
        d.status,
        d.error,
        d.traceback,
        d.output,
        started,
        d.duration,
        d.returned,
    )


class _Nowhere:
    """The target of a delivery that is only looked at."""

    def submit(self, delivery: Delivery) -> str:
        return "closed"

    def perform(self, delivery: Delivery) -> None:
        pass

    def settled(self, delivery: Delivery) -> None:
        pass

    def log_line(self, delivery: Delivery, line: str) -> None:
        pass


def messages_of(views: list[MessageView]) -> list[Message]:
    """The messages that were seen, with their deliveries and what caused them.

    A cause that is not among them is there by name alone, with no more than itself.
    """
    deliveries: dict[int, Delivery] = {}
    made: list[Message] = []
    for view in views:
        # The moment of sending in this process's clock; times of deliveries count from it.
        sent_at = perf_counter() - (time() - view.sent) if view.sent else 0.0
        message = Message(
            view.id,
            view.project,
            view.handler,
            None,
            view.scope,
            Filter(*view.filter) if any(view.filter) else NO_FILTER,
            view.sender,
            deliveries.get(view.parent) or _caused_by(view),
            sent_at,
        )
        message.entries = tuple(view.entries)
        message.note = view.note
        message.skipped = tuple(who.identity() for who in view.skipped)
        if view.event:
            message.event = EventCall(view.event, "", view.scope)
        message.deliveries = tuple(_delivery_of(message, d) for d in view.deliveries)
        for delivery in message.deliveries:
            delivery.wants_result = view.request
        deliveries.update({d.id: d for d in message.deliveries})
        made.append(message)
    return made


def _caused_by(view: MessageView) -> Delivery | None:
    cause = view.cause
    if cause is None:
        return None
    message = Message(
        cause.message, cause.project, cause.handler, None, "", NO_FILTER, "", None, 0.0
    )
    return Delivery(cause.delivery, message, cause.receiver, _Nowhere(), 0.0)


def _delivery_of(message: Message, view: DeliveryView) -> Delivery:
    delivery = Delivery(view.id, message, view.receiver, _Nowhere(), 0.0)
    delivery.status = view.status
    delivery.error = view.error
    delivery.traceback = view.traceback
    delivery.output = view.output
    delivery.answer = view.returned
    if view.started is not None:
        # Times of zero mean that they are to come.
        delivery.started_at = max(message.sent_at + view.started, 1e-9)
        if view.duration is not None:
            delivery.finished_at = delivery.started_at + view.duration
    return delivery
