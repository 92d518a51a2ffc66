"""One walk of a message: arguments, payload copy, routing, lanes, trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from runtime.chains import FAN, FREE, Chains
from runtime.errors import (
    BadArgument,
    EndlessChain,
    UnknownHandler,
    UnknownProject,
)
from runtime.logbook import shown
from runtime.message import (
    NO_FILTER,
    Delivery,
    EventCall,
    Filter,
    Message,
    canonical_scope,
    client_entry,
    gateway_entry,
    remote_entry,
)
from runtime.payload import copy_payload
from runtime.payload_size import require_size
from runtime.routing import default_scope, known_scopes, select
from runtime.sent import Sent, let_round_go, one_change, one_more
from runtime.suggest import nearest
from runtime.waiting import Refused
from sandbox import Run, ScriptStopped, current_run
from sandbox.isolation.errors import PayloadRefused
from sandbox.nesting import require_frames

if TYPE_CHECKING:
    from runtime.contracts import Host, Receiver, Scope

NAME: Final = 1_000
"""Characters that the name of a project, of a handler or in a filter may have."""

SERVERS: Final = 100
"""Gateways that one message may be sent to."""

ENTRIES: Final = 1_000
"""Texts of what was sent that are kept for the next message of the kind."""


class Dispatcher:
    """Sends messages for every scope of one host."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._chains = Chains(host.config.chain)
        self._scopes: dict[str, str] = {}
        self._entries: dict[tuple[str, str, str], str] = {}
        self._message_ids = count(1)
        self._delivery_ids = count(1)

    def send(
        self,
        sender: Scope,
        project: str,
        handler: str,
        payload: Any = None,
        scope: str = "",
        wanted: Filter = NO_FILTER,
        remote_servers: Sequence[str] = (),
    ) -> list[str]:
        """Send one message; what ``system.util.sendMessage`` does once its arguments are text.

        Args:
            sender: the scope whose script (or embedding program) calls.
            project, handler: names, not empty.
            payload: None or a dict; copied here.
            scope: letters, or empty for the default.
            wanted: filters of client sessions.
            remote_servers: gateways to send to instead of this one.

        Returns:
            One entry for each receiver selected, the Gateway first.

        Raises:
            PilotlightError: one of its kinds; nothing was sent then.
        """
        run = current_run()
        if run is not None:
            if run.token.stopped:
                raise ScriptStopped(run.token.reason)
            # A script may be at the end of its stack; the embedding program's is its own.
            require_frames()
        host = self._host
        names = project + handler
        if len(names) > NAME or wanted is not NO_FILTER or not names.isprintable():
            _require_names(project, handler, wanted)
        if len(remote_servers) > SERVERS:
            raise BadArgument(
                f"sendMessage(): at most {SERVERS} remoteServers, not {len(remote_servers)}"
            )
        sender.require_sending()
        parent = source = None
        path: tuple[str, ...] = ()
        if run is not None and run.context is not None:
            source = one_more(run.context)
            parent = delivery_of(run)
            if parent is not None:
                path, source = self._path(parent, project, handler, source)
                if not parent.id:
                    # It stands for one that is not known any more, and nobody is shown it.
                    parent = None
        letters = self._scopes.get(scope) if scope else default_scope(wanted, host.profile)
        if letters is None:
            letters = self._canonical(scope, wanted)
        alone = run is None and letters == "G" and not remote_servers
        message = Message(
            next(self._message_ids),
            project,
            handler,
            (alone and self._encoded(payload, project)) or self._copied(payload),
            letters,
            wanted,
            sender.label,
            parent,
            perf_counter(),
        )
        message.path = path
        message.source = source
        if remote_servers:
            return self._to_servers(message, remote_servers)
        return self._to_local(message)

    def receive(self, message: Message) -> list[str]:
        """Distribute a message that came over the gateway network, by the same parameters."""
        mine = Message(
            next(self._message_ids),
            message.project,
            message.handler,
            copy_payload(message.payload),
            message.scope,
            message.filter,
            message.sender,
            message.parent,
            perf_counter(),
        )
        mine.path = message.path
        mine.source = message.source
        return self._to_local(mine)

    def event(
        self,
        receiver: Receiver,
        event: EventCall,
        settled: Callable[[Delivery], None] | None = None,
        cause: Delivery | None = None,
        path: tuple[str, ...] = (),
    ) -> Delivery:
        """Queue a run of an event script that is no message handler.

        It has no sender whose end would let it go: what happened has happened.

        Args:
            receiver: whose script it is.
            event: what is to run, and with what.
            settled: called with the delivery when it has ended, on its lane's thread.
            cause: the delivery whose script made it happen, None where no handler did.
            path: what ``steps`` gave for it.
        """
        require_frames()
        message = Message(
            next(self._message_ids),
            receiver.project,
            event.title,
            None,
            event.scope,
            NO_FILTER,
            "host",
            cause if cause is not None and cause.id else None,
            perf_counter(),
        )
        message.path = path
        message.event = event
        delivery = self.delivery(message, receiver.label, receiver.executor)
        if settled is not None:
            delivery.when_settled(settled)
        self.record(message, (delivery,))
        self._submit(delivery)
        return delivery

    def steps(
        self, receiver: Receiver, event: EventCall, cause: Delivery | None
    ) -> tuple[str, ...]:
        """The first steps of the chain of an event script, for what the script of ``cause`` does.

        Raises:
            EndlessChain: handlers make it happen that cause each other, and too often.
        """
        if cause is None:
            return ()
        # No handler can be called so: one of another project would pass for it.
        step = f"{receiver.project}\0{event.title}"
        path = cause.message.path or (cause.message.handler,)
        if receiver.project != cause.message.project and step not in path:
            # One project's rings keep no other from hearing of what they change.
            return (*path, step)[:FREE]
        sent = one_change(cause)
        try:
            return self._chains.next_path(cause, event.title, sent.changes, step)
        except EndlessChain as endless:
            self._refuse(cause, sent, endless)
            raise

    def delivery(self, message: Message, receiver: str, target: Any) -> Delivery:
        """A new delivery of the message."""
        return Delivery(next(self._delivery_ids), message, receiver, target, message.sent_at)

    def new_number(self) -> int:
        """A number that no delivery has, for something else that an operator names."""
        return next(self._delivery_ids)

    def message(self, sender: Scope, project: str, handler: str, payload: Any) -> Message:
        """A new message to a Gateway handler alone, for a request."""
        require_frames()
        names = project + handler
        if len(names) > NAME or not names.isprintable():
            _require_names(project, handler, NO_FILTER)
        run = current_run()
        parent = source = None
        if run is not None and run.context is not None:
            source = one_more(run.context)
            parent = delivery_of(run)
        message = Message(
            next(self._message_ids),
            project,
            handler,
            (run is None and self._encoded(payload, project)) or self._copied(payload),
            "G",
            NO_FILTER,
            sender.label,
            parent,
            perf_counter(),
        )
        message.source = source
        if parent is not None and source is not None:
            message.path, message.source = self._path(parent, project, handler, source)
            if not parent.id:
                message.parent = None
        return message

    def _path(
        self, cause: Delivery, project: str, handler: str, sent: Sent
    ) -> tuple[tuple[str, ...], Sent]:
        """The first steps of a message's chain, and those of its run that end with it."""
        chains = self._chains
        try:
            path = chains.next_path(cause, handler, sent.count)
            if not chains.goes_round(cause, handler):
                return path, sent
            ring = sent.one_round()
            if ring.count > 1:
                space = self._host.spaces.get(project)
                if space is not None:
                    lane = space.gateway.executor.lane_of(handler)
                    chains.require_end(cause, handler, len(lane))
            return path, ring
        except EndlessChain as endless:
            self._refuse(cause, sent, endless)
            raise

    def _refuse(self, cause: Delivery, sent: Sent, endless: EndlessChain) -> None:
        host = self._host
        origin = host.origin_now()
        # What it sent before goes round as well.
        let_round_go(host, sent, cause.message.handler, origin, FAN)
        if endless.first:
            # Who sent it may not listen: a request's error goes to its callback.
            host.logbook.write("WARN", "MessageDispatchManager", str(endless), origin=origin)

    def _encoded(self, payload: Any, project: str) -> bytes | None:
        """The payload as the Gateway of a project takes it from another process, if it does.

        Bytes are a copy as well; who watches the host is shown the payload itself. Not for what a
        script holds: another thread of it could change that between the look and the encoding,
        which would go on in C with whatever it finds.
        """
        host = self._host
        if type(payload) is not dict or not payload or host.observers:
            return None
        space = host.spaces.get(project)
        executor = space.gateway.started_executor() if space is not None else None
        if executor is None or executor.codec is None:
            return None
        data = executor.codec.encode_plain(payload, host.payload_depth)
        limit = host.config.payload
        return None if data is None or (limit is not None and len(data) > limit * 1024) else data

    def _copied(self, payload: Any) -> dict[Any, Any]:
        copied = copy_payload(payload, self._host.payload_depth)
        if self._host.config.payload is not None:
            require_size(copied, self._host.config.payload, "payload")
        return copied

    def _canonical(self, scope: str, wanted: Filter) -> str:
        try:
            letters = canonical_scope(scope, known_scopes(self._host.profile))
        except ValueError as error:
            raise BadArgument(str(error)) from None
        if not letters:
            return default_scope(wanted, self._host.profile)
        # A script could name no end of spellings only within these few letters.
        if len(scope) <= len("CGS"):
            self._scopes[scope] = letters
        return letters

    def _to_local(self, message: Message) -> list[str]:
        host = self._host
        space = host.spaces.get(message.project)
        generation = space.current if space is not None else None
        if space is None or generation is None:
            self._unknown_project(message)
            self.record(message, ())
            return []
        if host.strict:
            self._insist(message, generation)
        if message.scope == "G" and not space.perspectives:
            # The commonest case, and the hot path: one receiver, nobody to choose from; however
            # many clients there are, it costs no more.
            if space.sessions:
                message.skipped = space.identities()
            delivery = self.delivery(message, "Gateway", space.gateway.executor)
            self.record(message, (delivery,))
            entry = self._entry(message, self._submit(delivery))
            message.entries = (entry,)
            return [entry]
        deliveries: list[Delivery] = []
        to_gateway = "G" in message.scope
        if to_gateway:
            deliveries.append(self.delivery(message, "Gateway", space.gateway.executor))
        receivers: list[Any] = []
        if space.sessions:
            receivers, message.skipped = select(
                message.scope, message.filter, list(space.sessions.values())
            )
            for session in receivers:
                deliveries.append(self.delivery(message, session.identity.id, session.executor))
        if space.perspectives:
            deliveries += self._to_perspectives(message, list(space.perspectives.values()))
        self.record(message, tuple(deliveries))
        if len(deliveries) > 1:
            _encode_once(message)
        with host.pool.holding():
            statuses = iter([self._submit(delivery) for delivery in deliveries])
        entries: list[str] = []
        if to_gateway:
            entries.append(gateway_entry(message, next(statuses)))
        # Perspective sessions are sent to, and never in the list.
        for session, status in zip(receivers, statuses, strict=False):
            entries.append(client_entry(message, session.identity, status))
        message.entries = tuple(entries)
        return entries

    def _to_perspectives(self, message: Message, sessions: list[Any]) -> list[Delivery]:
        receivers, skipped = select(message.scope, message.filter, sessions, "S")
        message.skipped = (*message.skipped, *skipped)
        return [self.delivery(message, each.identity.id, each.executor) for each in receivers]

    def _to_servers(self, message: Message, servers: Sequence[str]) -> list[str]:
        targets = [self._host.remote_target(server) for server in dict.fromkeys(servers)]
        self.record(
            message,
            tuple(self.delivery(message, f"RemoteServer {t.server}", t) for t in targets),
        )
        entries = [
            remote_entry(message, target.server, target.submit(delivery))
            for target, delivery in zip(targets, message.deliveries, strict=True)
        ]
        message.entries = tuple(entries)
        return entries

    def record(self, message: Message, deliveries: tuple[Delivery, ...]) -> None:
        # Before anything is queued, so that what a delivery causes stands after it in the trace.
        message.deliveries = deliveries
        host = self._host
        if len(deliveries) > 1:
            message.shared = True
            host.trace.share(message)
        elif not deliveries:
            message.payload = None
        host.trace.record(message)
        if host.observers:
            if type(message.payload) is bytes:
                # Nobody watched when its sender looked.
                codec: Any = getattr(deliveries[0].target, "codec", None)
                message.payload = codec.decode(message.payload)
            host.tell(message)

    def _entry(self, message: Message, status: str) -> str:
        """``gateway_entry``; made once for all messages that have the same."""
        if message.filter is not NO_FILTER:
            return gateway_entry(message, status)
        key = (message.project, message.handler, status)
        entry = self._entries.get(key)
        if entry is None:
            if len(self._entries) >= ENTRIES:
                self._entries.clear()
            entry = self._entries[key] = gateway_entry(message, status)
        return entry

    @staticmethod
    def _submit(delivery: Delivery) -> str:
        outcome = delivery.target.submit(delivery)
        if outcome == "rejected":
            delivery.end("rejected", "the lane is full")
            return "REJECTED"
        return "QUEUED" if outcome == "waiting" else "SENT"

    def _unknown_project(self, message: Message) -> None:
        host = self._host
        reason = host.why_no_project(message.project)
        message.note = reason
        if host.strict:
            raise UnknownProject(reason)
        host.logbook.write("WARN", "MessageDispatchManager", reason, origin=host.origin_now())

    def _insist(self, message: Message, generation: Any) -> None:
        scopes = generation.scopes_of(message.handler)
        for letter in message.scope:
            if letter in "GC" and letter not in scopes and (letter == "G" or "C" in message.scope):
                names = [name for scope, name in generation.handlers if scope == letter]
                raise UnknownHandler(
                    f'project "{message.project}" has no enabled handler "{message.handler}" in '
                    f"scope {letter}{nearest(message.handler, names)}"
                )


def _encode_once(message: Message) -> None:
    """Have a payload wait as bytes where every one of its receivers takes it so."""
    codecs = {getattr(each.target, "codec", None) for each in message.deliveries}
    codec: Any = codecs.pop()
    if codec is None or codecs:
        return
    try:
        message.payload = codec.encode(message.payload)
    except PayloadRefused as refusal:
        message.payload = Refused(str(refusal))
    except RecursionError:
        # Of the sender's stack, not of the payload.
        return


def _require_names(project: str, handler: str, wanted: Filter) -> None:
    """Check names, which the trace keeps and the log shows.

    Raises:
        BadArgument: one is too long, or holds a control character (our choice).
    """
    names = {
        "project": project,
        "messageHandler": handler,
        "clientSessionId": wanted.client_session_id,
        "user": wanted.user,
        "hasRole": wanted.has_role,
        "hostName": wanted.host_name,
    }
    for name, value in names.items():
        if len(value) > NAME:
            raise BadArgument(f"{name} has {len(value)} characters, and may have {NAME}")
        if not value.isprintable() and shown(value) != value:
            raise BadArgument(f"{name} holds a control character: {shown(value)[:NAME]}")


def current_delivery() -> Delivery | None:
    """The delivery whose handler is running on this thread, None outside of handlers."""
    run = current_run()
    return None if run is None else delivery_of(run)


def delivery_of(run: Run) -> Delivery | None:
    """The delivery whose handler a run is of, None for other runs."""
    context = run.context
    if context is None:
        return None
    found: Delivery | None = context if type(context) is Delivery else context.delivery
    return found
