"""The inside of a worker of the process tier: loads projects from text and runs their handlers.

It runs locked: sources come over the channel and are compiled here. Each slot of the progress
record is one serial lane with a thread of its own.
"""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from typing import Any, Final

import msgspec

from project_store.model import EventScript, MessageHandler, Project, ScriptModule
from runtime.executors import protocol
from runtime.executors.inside_host import WorkerHost
from runtime.executors.inside_lane import Lane
from runtime.executors.inside_receivers import open_receiver
from runtime.executors.inside_texts import Compiled, Events, Handlers, Modules
from runtime.generation import (
    CompiledEvent,
    Generation,
    deadlines_of,
)
from runtime.libraries import Libraries
from runtime.message import NO_FILTER, Delivery, EventCall, Message
from runtime.underway import Numbers, Script, scripts_here, seen_of
from sandbox.isolation.progress import Slot
from sandbox.isolation.worker_process import WorkerContext
from sandbox.limits_stack import stack_size

_SPARE_BYTES: Final = 6 * 1024 * 1024
_COLLECTED_BYTES: Final = 16 * 1024 * 1024
"""Payloads and results after which cycles are collected: Python's collector counts objects."""

_Texts = tuple[dict[Any, MessageHandler], dict[str, ScriptModule], dict[Any, EventScript]]


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
            self._receivers[follow.receiver] = open_receiver(self.host, follow.receiver)

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


def main(context: WorkerContext) -> None:
    """Entry point of every worker of the process tier."""
    sys.setswitchinterval(0.0005)
    Worker(context).run()
