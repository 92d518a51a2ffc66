"""The inside of a worker of the process tier: loads projects from text and runs their handlers.

It runs locked: sources come over the channel and are compiled here. Each slot of the progress
record is one serial lane with a thread of its own.
"""

from __future__ import annotations

import gc
import sys
import threading
from dataclasses import replace
from queue import SimpleQueue
from time import perf_counter
from typing import Any, Final

import msgspec

from project_store.model import EventScript, MessageHandler, Project, ScriptModule
from runtime.calls import Call
from runtime.executors import protocol
from runtime.executors.inside_host import WorkerHost
from runtime.executors.inside_system import RemoteSystem
from runtime.executors.inside_texts import Compiled, Events, Handlers, Modules
from runtime.executors.protocol import clean
from runtime.executors.thread import ThreadExecutor
from runtime.executors.values import CODEC
from runtime.generation import (
    CompiledEvent,
    Generation,
    deadlines_of,
)
from runtime.libraries import Libraries
from runtime.message import NO_FILTER, Delivery, EventCall, Identity, Message
from runtime.perspective import SessionReceiver
from runtime.scopes import ClientSession, DesignerSession, GatewayProject, Receiver
from runtime.underway import Numbers, Script, scripts_here, seen_of
from sandbox.isolation.errors import PayloadRefused
from sandbox.isolation.progress import Slot
from sandbox.isolation.worker_process import WorkerContext, end_worker
from sandbox.limits_stack import stack_size

_FLUSH_SECONDS: Final = 0.002
_REPORTS: Final = 64
_SPARE_BYTES: Final = 6 * 1024 * 1024

_COLLECTED_BYTES: Final = 16 * 1024 * 1024
"""Payloads and results after which cycles are collected: Python's collector counts objects."""

_Texts = tuple[dict[Any, MessageHandler], dict[str, ScriptModule], dict[Any, EventScript]]


class InsideExecutor(ThreadExecutor):
    """Runs deliveries as the thread tier does, on the worker's slots."""

    __slots__ = ("calls", "left")

    calls: SimpleQueue[Call | None]
    left: bool

    def submit_call(self, call: Call) -> Any:
        """Queue a script's function on the thread of the scope's own lane."""
        # Counted here, before whoever queues it stops counting: a drain sees no gap.
        self.host.activities.begin()
        self.calls.put(call)
        if self.left:
            # The session is closed, and its own thread has ended with it.
            self.calls.put(None)
            self.serve()
        return "queued"

    def serve(self) -> None:
        """Start a thread that runs what is queued, until it is told to end."""
        threading.Thread(target=_serve, args=(self,), daemon=True).start()

    def leave(self) -> None:
        """Have the thread end: what comes still is rare."""
        self.left = True
        self.calls.put(None)


class Lane:
    """One slot's thread: runs what comes, in order, and reports in batches.

    Raises:
        RuntimeError: no thread can be started.
    """

    def __init__(self, worker: Worker, slot: Slot, index: int, receiver: str) -> None:
        self._worker = worker
        self._slot = slot
        self._index = index
        self._inbox: SimpleQueue[list[tuple[int, Delivery]]] = SimpleQueue()
        self.current: tuple[int, Delivery] | None = None
        self._gate = threading.Lock()
        self._begun = 0
        self._last = sys.maxsize
        self._let_go: dict[int, str] = {}
        self.receiver = receiver
        threading.Thread(target=self._serve, name=f"slot-{index}", daemon=True).start()

    def put(self, items: list[tuple[int, Delivery]]) -> None:
        """Queue pieces of work."""
        self._inbox.put(items)

    def end(self) -> None:
        """Have its thread end after what was queued: nothing more will come."""
        self._inbox.put([])

    def let_go(self, numbers: list[int], reason: str) -> None:
        """Do not begin these pieces of work."""
        with self._gate:
            self._let_go.update((number, reason) for number in numbers if number > self._begun)

    def recall(self) -> int:
        """Begin nothing more; gives the number of the last piece of work that was begun."""
        with self._gate:
            self._last = self._begun
            return self._begun

    def _serve(self) -> None:
        try:
            self._run()
        except BaseException:
            # What waits for this lane would wait for ever.
            end_worker()

    def _run(self) -> None:
        inbox, channel, slot = self._inbox, self._worker.context.channel, self._slot
        slot.attach()
        reports: list[protocol.Done] = []
        first = 0.0
        while True:
            if reports and inbox.empty():
                channel.send(*reports)
                reports = []
            items = inbox.get()
            if not items:
                if reports:
                    channel.send(*reports)
                return
            for item in items:
                number, work = item
                self.current = item
                started = perf_counter()
                with self._gate:
                    if number > self._last:
                        continue
                    slot.begin(number)
                    self._begun = number
                    unwanted = self._let_go.pop(number, "") if self._let_go else ""
                carried = len(work.message.payload)
                if unwanted:
                    work.end("undelivered", unwanted)
                else:
                    _perform(work)
                self.current = None
                ended = perf_counter()
                report = self._report(number, work, ended - started)
                # The two hold each other; what was returned would stay until they are collected.
                work.result = None
                work.message.deliveries = ()
                # What the handler logged is with the host before the record says it has ended.
                channel.flush()
                # Only a plain end may wait: the record alone tells the host of that.
                plain = report.status == "done" and not (
                    report.output or report.returned or report.result is not None
                )
                outcome = protocol.OUTCOMES.index(report.status)
                slot.finish(number, outcome if plain or outcome else protocol.TOLD)
                if not reports:
                    first = started
                reports.append(report)
                carried += len(report.result or b"")
                if not plain or len(reports) >= _REPORTS or ended - first > _FLUSH_SECONDS:
                    channel.send(*reports)
                    reports = []
                self._worker.count(carried)

    def _report(self, number: int, work: Delivery, duration: float) -> protocol.Done:
        status: Any = work.status if work.status in protocol.OUTCOMES else "failed"
        report = protocol.Done(self._index, number, status, duration)
        if status != "done" or work.output:
            report.error = clean(work.error[:10_000]) if work.error else work.error
            report.traceback = clean(work.traceback[:100_000]) if work.traceback else None
            report.output = clean(work.output)
        if work.returned:
            report.returned = clean(work.returned)
        if work.wants_result and status == "done":
            try:
                report.result = CODEC.encode(work.result, f"what {work.message.handler} returned")
            except PayloadRefused as error:
                report.status, report.error = "failed", str(error)
            except (MemoryError, RecursionError):
                # It was there, and its copy; what was no more is room for the text of it.
                work.result = None
                report.status = "failed"
                report.error = (
                    f"what {work.message.handler} returned has no room in its worker "
                    "(limits.memory)"
                )
        return report


def _perform(work: Delivery) -> None:
    """Run a delivery whose payload, or whose event's arguments, are still encoded."""
    message = work.message
    try:
        given = CODEC.decode(message.payload)
    except PayloadRefused as error:
        work.end("failed", str(error))
        return
    if message.event is not None:
        message.event = replace(message.event, arguments=tuple(given))
        given = None
    message.payload = given
    try:
        work.perform()
    except BaseException as error:
        # It must not raise; if it does, the lane goes on all the same.
        work.end("failed", f"a defect of the host: {type(error).__name__}")


class Worker:
    """Everything a worker has; its main thread reads the channel."""

    def __init__(self, context: WorkerContext) -> None:
        self.context = context
        settings = msgspec.msgpack.decode(context.config, type=protocol.Settings)
        self.host = WorkerHost(context, settings)
        self._compiled = Compiled(self.host)
        self._generations: dict[int, Generation] = {}
        self._texts: dict[int, _Texts] = {}
        self._receivers: dict[str, Any] = {}
        self._lanes: dict[int, Lane] = {}
        self._wanted: dict[str, set[int]] = {}
        self._numbers = Numbers()
        self._carried = 0

    def count(self, carried: int) -> None:
        """Collect what scripts left in cycles after so many bytes of payloads and results."""
        # Two lanes may count at once; that does no harm.
        self._carried += carried
        if self._carried > _COLLECTED_BYTES:
            self._carried = 0
            gc.collect()

    def run(self) -> None:
        """Do what the host says until it closes the channel."""
        channel = self.context.channel
        channel.expect(protocol.ToWorker)
        actions = self.actions()
        for batch in channel:
            starts: dict[int, list[tuple[int, Delivery]]] = {}
            for message in batch:
                if type(message) is protocol.Start:
                    starts.setdefault(message.slot, []).append(self._made(message))
                else:
                    self._put(starts)
                    starts = {}
                    actions[type(message)](message)
            self._put(starts)

    def actions(self) -> dict[type, Any]:
        """What is done about each kind of message."""
        return {
            protocol.Load: self._load,
            protocol.Follow: self._follow,
            protocol.Leave: self._leave,
            protocol.Recall: self._recall,
            protocol.LetGo: self._let_go,
            protocol.Return: self.host.returned,
            protocol.StopRun: self._stop,
            protocol.Provided: self._provided,
            protocol.Levels: self._levels,
            protocol.Look: self._look,
            protocol.StopScript: self._stop_script,
        }

    def _provided(self, provided: protocol.Provided) -> None:
        self.host.system.renew(provided.names)
        for receiver in self._receivers.values():
            receiver.system._renew()

    def _levels(self, wanted: protocol.Levels) -> None:
        for name, level in wanted.levels.items():
            self.host.logbook.set_level(name, level)  # type: ignore[arg-type]

    def _scripts(self) -> dict[int, Script]:
        return self._numbers.given(self._beside())

    def _beside(self) -> list[Script]:
        """What runs beside the lanes."""
        return scripts_here(self.host)

    def _look(self, look: protocol.Look) -> None:
        found = [replace(one.running, script=n) for n, one in self._scripts().items()]
        self.context.channel.send(protocol.Seen(look.call, seen_of(found)))

    def _stop_script(self, stop: protocol.StopScript) -> None:
        found = self._scripts().get(stop.number)
        if found is not None:
            found.stop(stop.reason)

    def _load(self, load: protocol.Load) -> None:
        before = self._texts.get(load.base)
        handlers: dict[Any, MessageHandler] = dict(before[0]) if before else {}
        modules: dict[str, ScriptModule] = dict(before[1]) if before else {}
        for scope, name in load.gone_handlers:
            handlers.pop((scope, name), None)
        for path in load.gone_modules:
            modules.pop(path, None)
        for handler in load.handlers:
            key = (handler.scope, handler.name)
            *texts, deadline = msgspec.structs.astuple(handler)
            handlers[key] = MessageHandler(load.project, *texts, deadline=deadline)
        for module in load.modules:
            modules[module.path] = ScriptModule(load.project, *msgspec.structs.astuple(module))
        events: dict[Any, EventScript] = dict(before[2]) if before else {}
        for event_key in load.gone_events:
            events.pop(event_key, None)
        for event_text in load.events:
            event = self._event(event_text, load.project)
            events[(event.scope, event.kind, event.name)] = event
        project = Project(
            load.project,
            parent=load.parent,
            handlers=handlers,
            modules=modules,
            deadline=load.deadline,
        )
        self._texts[load.key] = (handlers, modules, events)
        self._generations[load.key] = Generation(
            load.number,
            project,
            Handlers(self._compiled, handlers),
            Modules(self._compiled, modules),
            Events(self._compiled, events),
            libraries=load.libraries,
            deadlines=deadlines_of(handlers.values()),
        )

    @staticmethod
    def _event(text: protocol.EventText, project: str) -> EventScript:
        scope: Any = text.scope
        return EventScript(
            project, scope, text.kind, text.name, text.source, text.file, text.enabled
        )

    def _follow(self, follow: protocol.Follow) -> None:
        generations = self._generations
        own = generations.get(follow.own)
        parents = tuple(generations[key] for key in follow.parents)
        self.host.followed[follow.receiver] = Libraries(
            own, generations.get(follow.shared), parents
        )
        self._wanted[follow.receiver] = {follow.own, follow.shared, *follow.parents}
        kept = set[int]().union(*self._wanted.values())
        # Versions newer than any in use were loaded for a receiver that will follow them.
        for key in [key for key in generations if key not in kept and key < max(kept)]:
            del generations[key], self._texts[key]
        if follow.receiver not in self._receivers:
            self._receivers[follow.receiver] = self._open(follow.receiver)

    def _open(self, name: str) -> Any:
        """The scope of that session id, with what its scripts see of the host."""
        settings = self.host.settings
        host: Any = self.host
        space: Any = _Space()
        identity = Identity(name, settings.project)
        if settings.kind == "Designer":
            designer = InsideDesigner(host, identity, "read-only")
            designer._system = RemoteSystem(designer)
            return designer
        receiver: Receiver
        if settings.kind == "Gateway":
            receiver = InsideGateway(host, settings.project)
        elif settings.kind == "Perspective":
            receiver = InsidePerspective(host, replace(identity, letter="S"))
            receiver.properties = RemoteProperties(receiver)
        else:
            receiver = InsideClient(host, space, identity)
        receiver._system = RemoteSystem(receiver)
        executor = InsideExecutor(receiver)
        receiver._executor = executor
        executor.calls = SimpleQueue()
        executor.left = False
        executor.serve()
        return receiver

    def _leave(self, leave: protocol.Leave) -> None:
        gone = self._receivers.pop(leave.receiver, None)
        if gone is not None:
            gone.executor.leave()
        self.host.followed.pop(leave.receiver, None)
        self._wanted.pop(leave.receiver, None)
        for lane in self._lanes.values():
            if lane.receiver == leave.receiver:
                lane.end()

    def _recall(self, recall: protocol.Recall) -> None:
        lane = self._lanes.get(recall.slot)
        last = lane.recall() if lane is not None else 0
        self.context.channel.send(protocol.Recalled(recall.slot, last))

    def _let_go(self, unwanted: protocol.LetGo) -> None:
        lane = self._lanes.get(unwanted.slot)
        if lane is not None:
            lane.let_go(unwanted.numbers, unwanted.reason)

    def _put(self, starts: dict[int, list[tuple[int, Delivery]]]) -> None:
        for index, items in starts.items():
            lane = self._lanes.get(index)
            if lane is None:
                target: Any = items[0][1].target
                owner = target.receiver.session_id
                slot = self.context.progress.slot(index)
                try:
                    # Its stack, and what the others need to go on: a thread takes its memory
                    # without asking whether there is any left to read a message with.
                    bytearray(stack_size() + _SPARE_BYTES)
                    lane = self._lanes[index] = Lane(self, slot, index, owner)
                except (RuntimeError, MemoryError):
                    self._refuse(index, slot, items)
                    continue
            lane.put(items)

    def _refuse(self, index: int, slot: Slot, items: list[tuple[int, Delivery]]) -> None:
        """Report what cannot run because a thread more has no room in the worker's memory."""
        error = "its worker has no room for one thread more (limits.memory)"
        for number, _ in items:
            slot.begin(number)
            self.context.channel.send(protocol.Done(index, number, "failed", 0.0, error=error))
            slot.finish(number, protocol.OUTCOMES.index("failed"))

    def _made(self, start: protocol.Start) -> tuple[int, Delivery]:
        receiver = self._receivers[start.receiver]
        message = Message(
            start.delivery,
            self.host.settings.project,
            start.handler,
            start.payload,
            start.scope,
            NO_FILTER,
            start.sender,
            None,
            0.0,
        )
        if start.event is not None:
            scope, kind, name = start.event
            pinned = None
            if start.pinned is not None:
                event = self._event(start.pinned, self.host.settings.project)
                script = self._compiled.event(event)
                pinned = CompiledEvent(event, script) if script is not None else None
            message.event = EventCall(kind, name, scope, pinned=pinned)
        work = Delivery(start.delivery, message, receiver.label, receiver.executor, 0.0)
        message.deliveries = (work,)
        work.wants_result = start.wants_result
        return start.number, work

    def _stop(self, stop: protocol.StopRun) -> None:
        lane = self._lanes.get(stop.slot)
        current = lane.current if lane is not None else None
        if current is not None and current[0] == stop.number:
            run = current[1].run
            if run is not None:
                run.token.stop(stop.reason)


class _Space:
    """Stands for the project space of a client session, which is the host's."""

    current = None


class _Followed:
    """A receiver whose versions are those the host named last."""

    __slots__ = ()

    def generation(self: Any) -> Generation | None:
        """The version this receiver runs now."""
        followed = self.host.followed.get(self.session_id)
        return followed.own if followed is not None else None

    def libraries(self: Any) -> Libraries:
        """The libraries this receiver's scripts see now."""
        found: Libraries = self.host.followed.get(self.session_id) or Libraries(None)
        return found


class InsideGateway(_Followed, GatewayProject):
    """The Gateway's side of the project, inside."""

    __slots__ = ()


class InsidePerspective(_Followed, SessionReceiver):
    """A Perspective session, inside."""

    __slots__ = ()


class RemoteProperties:
    """The properties of a Perspective session, which are the host's."""

    def __init__(self, session: InsidePerspective) -> None:
        self._session = session

    def read(self, path: tuple[str, ...]) -> tuple[str, Any]:
        """See ``runtime.perspective.Properties``."""
        host: Any = self._session.host
        kind, value = host.ask(self._session, "session.read", (list(path),)).result()
        return kind, value

    def write(self, path: tuple[str, ...], value: Any) -> None:
        """See ``runtime.perspective.Properties``."""
        host: Any = self._session.host
        host.ask(self._session, "session.write", (list(path), value)).result()


class InsideClient(_Followed, ClientSession):
    """A client session, inside."""

    __slots__ = ()


class InsideDesigner(_Followed, DesignerSession):
    """A designer session, inside; the host knows its communication mode."""

    __slots__ = ()

    def require_calling(self, function: str) -> None:
        """The host checks it."""


def _serve(executor: InsideExecutor) -> None:
    try:
        while (call := executor.calls.get()) is not None:
            try:
                call.perform()
            finally:
                executor.host.activities.end()
    except BaseException:
        # What is queued here would never run, and the host would wait for it.
        end_worker()


def main(context: WorkerContext) -> None:
    """Entry point of every worker of the process tier."""
    sys.setswitchinterval(0.0005)
    Worker(context).run()
