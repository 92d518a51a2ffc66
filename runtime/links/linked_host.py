"""A host that is attached to a gateway: its scripts run here, everything else is the gateway's.

The rooms of the runtime (scopes, instances, executors, tiers) run here unchanged, on sources that
the gateway sends; messages, requests, sessions and tags go to the gateway.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from runtime.config import HostConfig
from runtime.dispatch import current_delivery
from runtime.errors import PilotlightError
from runtime.executors.protocol import Follow, Log, Look, Provided, Seen, StopScript, clean
from runtime.executors.values import CODEC
from runtime.host import ScriptHost
from runtime.links import protocol
from runtime.links.attachment import Attachment
from runtime.links.call import Call
from runtime.links.errors import LinkError
from runtime.links.linked_parts import (
    LinkedClient,
    LinkedDesigner,
    LinkedDispatcher,
    LinkedRegistry,
    LinkedTags,
)
from runtime.links.sources import Received
from runtime.links.target import Finder
from runtime.logbook import LogRecord
from runtime.message import NO_FILTER, Delivery, Identity, Message
from runtime.payload import copy_payload
from runtime.requests import Request
from runtime.scopes import ClientSession
from runtime.system.dataset import PyDataSet
from runtime.system.sessions import COLUMNS, filtered
from runtime.underway import seen_of
from sandbox.isolation.errors import PayloadRefused

if TYPE_CHECKING:
    from runtime.contracts import Scope
    from runtime.scopes import ScriptScope

SOURCES_SECONDS: Final = 60.0
"""How long the first sources may take to come and compile."""


class LinkedHost(ScriptHost):
    """See the module.

    Args:
        find: gives the gateway.
        hello: what to attach as.
        tier: where the session's handlers run.

    Attributes:
        link: the connection to the gateway.
        session: the client or designer session, None for a script.
        ended: set when the session is over for good.
        ended_reason: why.

    Raises:
        LinkError: there is no gateway, or it does not let this in.
    """

    def __init__(
        self,
        find: Finder,
        hello: protocol.Hello,
        tier: Literal["thread", "process"] = "thread",
    ) -> None:
        self.link = Attachment(find, hello, hello.kind in ("client", "designer"))
        welcome = self.link.open()
        config = HostConfig(
            name=welcome.gateway,
            profile=cast(Any, welcome.profile),
            tier=tier,
            deadline=welcome.deadline,
            payload_depth=welcome.payload_depth,
            shared=welcome.shared,
            trace=2_000,
        )
        super().__init__(config, None, events=hello.kind == "client")
        self.dispatcher = LinkedDispatcher(self)
        self.system = LinkedRegistry(self)
        self.system.when_provided(self._renew_systems)
        self._tags = LinkedTags(self)
        self.tags = cast(Any, self._tags)
        self.upstream = self
        self.attached_to = hello.project
        self.session: Any = None
        self.ended = threading.Event()
        self.ended_reason = ""
        self._received = Received(self.sandbox)
        self._followed = threading.Event()
        self._looking = threading.Lock()
        self._numbers: dict[int, int] = {}
        self._unacknowledged: dict[int, protocol.Done] = {}
        self._made(welcome, hello)
        self.logbook.listen(self._forward)
        self.observe(self._saw)
        self.when_closed(self._leave)
        self.link.run(self)
        if not self._followed.wait(SOURCES_SECONDS) or self.ended.is_set():
            self.link.close()
            raise LinkError(self.ended_reason or "the gateway sent no sources")

    @property
    def scope(self) -> ScriptScope:
        """Where user scripts run: the session, or the Gateway scope of the script."""
        if self.session is not None:
            return cast("ScriptScope", self.session)
        if self.attached_to:
            return self.space(self.attached_to).gateway
        return self.gateway

    # What the rooms ask of the gateway

    def ask(
        self,
        scope: Scope | None,
        function: str,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any] | None = None,
    ) -> Call:
        """Call a function of the gateway; see ``Attachment.ask``."""
        delivery = current_delivery()
        return self.link.ask(
            delivery.id if delivery is not None else 0, function, arguments, keywords
        )

    def request(
        self,
        scope: Scope,
        project: str,
        handler: str,
        payload: Any,
        remote_server: str,
        timeout: float,
    ) -> Request:
        """Start a request to one of the gateway's handlers."""
        copied = copy_payload(payload, self.payload_depth)
        arguments = (project, handler, copied, remote_server, float(timeout), False)
        call = self.ask(scope, "sendRequest", arguments)
        request = Request(self, call.id, handler, timeout)

        def answered(ended: Call) -> None:
            try:
                request.finish(ended.result())
            except PilotlightError as error:
                request.finish(error=error)

        call.when_done(answered)
        return request

    def session_rows(self, users: str, projects: str) -> PyDataSet:
        """The sessions attached to the gateway."""
        rows = self.ask(None, "getSessionInfo", ("", "")).result()
        return filtered(PyDataSet(COLUMNS, rows), users, projects)

    # What the link tells, on its thread

    def take(self, message: Any) -> None:
        """Something came from the gateway."""
        kind = type(message)
        if kind is protocol.Deliver:
            self._deliver(message)
        elif kind is protocol.Ack:
            for number in message.numbers:
                self._unacknowledged.pop(number, None)
        elif kind is protocol.Sources:
            self._received.load(message)
        elif kind is Follow:
            self._follow(message)
        elif kind is Provided:
            cast(LinkedRegistry, self.system).renew(message.names)
            self._renew_systems()
        elif kind is protocol.Stop:
            self._stop(message)
        elif kind is Look:
            self._look(message)
        elif kind is protocol.Changed:
            self._tags.take(message)
        elif kind is StopScript:
            # Workers may have to be asked, so it takes its time.
            _aside(partial(self.monitor.kill_script, message.number, message.reason))

    def welcomed(self, welcome: protocol.Welcome) -> None:
        """The link is there again: repeat what may not have arrived, or begin anew."""
        left = list(self._unacknowledged.values())
        if welcome.resumed:
            self.logbook.write("INFO", "Links", f"session {welcome.session} is attached again")
            self.link.send(*left)
            self._tags.again()
            return
        self._unacknowledged.clear()
        self._numbers.clear()
        self.link.received = 0
        session = self.session
        lost = f"; the ends of {len(left)} deliveries could not be reported" if left else ""
        self.logbook.write(
            "WARN",
            "Links",
            f"session {session.id} is over: the gateway does not know it (any more). The new one "
            f"is {welcome.session}{lost}",
        )
        self._rename(welcome)
        self._tags.again()

    def cut(self, reason: str) -> None:
        """The link is gone, and will be tried again."""
        self.logbook.write("WARN", "Links", f"{reason}; attaching again")

    def over(self, reason: str) -> None:
        """The session is over for good."""
        self.ended_reason = reason
        self.ended.set()
        self._followed.set()
        self.logbook.write("WARN", "Links", f"the session is over: {reason}")

    # Inside

    def _made(self, welcome: protocol.Welcome, hello: protocol.Hello) -> None:
        identity = Identity(
            welcome.session,
            hello.project,
            welcome.user,
            frozenset(welcome.roles),
            hello.host_name,
            welcome.address,
        )
        if hello.kind == "client":
            space = self.space(hello.project)
            self.session = LinkedClient(self, space, identity)
            space.join(self.session)
        elif hello.kind == "designer":
            self.session = LinkedDesigner(self, identity, hello.comm)
            self.designers[identity.id] = self.session

    def _rename(self, welcome: protocol.Welcome) -> None:
        session = self.session
        old = session.id
        session.identity = replace(
            session.identity,
            id=welcome.session,
            user=welcome.user,
            roles=frozenset(welcome.roles),
            address=welcome.address,
        )
        session.label = welcome.session
        if isinstance(session, LinkedDesigner):
            self.designers = {welcome.session: session}
            self.link.send(protocol.Comm(session.comm))
        else:
            space = self.space(self.attached_to)
            space.leave(old)
            space.join(session)

    def _deliver(self, message: protocol.Deliver) -> None:
        number = message.number
        self.link.received = max(self.link.received, number)
        session: ClientSession = self.session
        made = Message(
            message.message,
            session.project,
            message.handler,
            None,
            message.scope,
            NO_FILTER,
            message.sender,
            None,
            perf_counter(),
        )
        delivery = Delivery(message.delivery, made, session.label, session.executor, perf_counter())
        made.deliveries = (delivery,)
        epoch = self.link.welcome.session
        delivery.when_settled(partial(self._settled, epoch, number))
        try:
            made.payload = CODEC.decode(message.payload)
        except PayloadRefused as error:
            delivery.end("failed", f"the payload cannot be read: {error}")
            delivery.settle()
            return
        self._numbers[delivery.id] = number
        self.dispatcher.record(made, made.deliveries)
        if session.executor.submit(delivery) == "rejected":
            delivery.end("undelivered", "the lane of the session is full")
            delivery.settle()

    def _saw(self, event: object) -> None:
        if type(event) is Delivery and event.status == "running":
            number = self._numbers.get(event.id)
            if number is not None:
                self.link.send(protocol.Started(number))

    def _settled(self, epoch: str, number: int, delivery: Delivery) -> None:
        self._numbers.pop(delivery.id, None)
        if epoch != self.link.welcome.session:
            return
        status: Any = delivery.status if delivery.status != "rejected" else "undelivered"
        error = delivery.error or ""
        if self.closed and "the host was shut down" in error:
            # Where this is read, "the host" would be the gateway.
            error = f"client session {self.session.id} was closed"
        done = protocol.Done(
            number,
            status,
            delivery.duration or 0.0,
            clean(error[:10_000]) if error else None,
            clean(delivery.traceback[:100_000]) if delivery.traceback else None,
            clean(delivery.output),
            clean(delivery.returned),
        )
        self._unacknowledged[number] = done
        self.link.send(done)

    def _stop(self, stop: protocol.Stop) -> None:
        for delivery, number in list(self._numbers.items()):
            if number == stop.number:
                self.monitor.kill_delivery(delivery, stop.reason)

    def _look(self, look: Look) -> None:
        def work() -> None:
            with self._looking:
                self.link.send(Seen(look.call, seen_of(self.running())))

        _aside(work)

    def _follow(self, follow: Follow) -> None:
        own, others = self._received.follow(follow)
        for generation in (*others, *((own,) if own is not None else ())):
            self.space(generation.project.name).current = generation
        if own is None and self.attached_to:
            self.space(self.attached_to).current = None
        if own is not None and self._followed.is_set():
            self.logbook.write(
                "INFO", "Reload", f"version {own.number} of {own.project.name} is here"
            )
        self._followed.set()
        if isinstance(self.session, ClientSession):
            self.session.follow_events()

    def _forward(self, record: LogRecord) -> None:
        origin = record.origin
        if origin.scope and self.session is not None and self.link.attached:
            self.link.send(
                Log(
                    record.level,
                    clean(record.logger[:1000]),
                    clean(record.message[:100_000]),
                    clean(record.detail[:100_000]),
                    self.link.welcome.session,
                    origin.delivery,
                )
            )

    def _leave(self) -> None:
        self.link.close()


def _aside(function: Callable[[], object]) -> None:
    """Do something that takes its time, and not on the link's thread."""
    threading.Thread(target=function, name="aside", daemon=True).start()
