"""Projects inside a worker: texts that came over the channel, compiled when they are needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Final

from project_store.model import EventScript, MessageHandler, ScriptModule
from runtime.events.kinds import entry_of
from runtime.executors.inside_host import WorkerHost
from runtime.generation import (
    ENTRY,
    CompiledEvent,
    CompiledHandler,
    CompiledModule,
    EventKey,
    HandlerKey,
)
from sandbox import Script

_PARAMETERS: Final = {"S": ("session", "payload")}


class Compiled:
    """Compiles texts when they are first needed, and each text once."""

    def __init__(self, host: WorkerHost) -> None:
        self._host = host
        self._handlers: dict[tuple[str, str], Script | None] = {}
        self._modules: dict[tuple[str, str], Script | None] = {}
        self._lock = threading.Lock()

    def handler(self, handler: MessageHandler) -> Script | None:
        """The script of a handler, None if it does not compile."""
        key = (handler.file, handler.source)
        if key not in self._handlers:
            parameters = _PARAMETERS.get(handler.scope, ("payload",))
            made = self._host.sandbox.compile(
                handler.source, handler.file, entry=ENTRY, parameters=parameters
            )
            with self._lock:
                self._handlers.setdefault(key, made.script)
        return self._handlers[key]

    def event(self, event: EventScript) -> Script | None:
        """The script of an event script, None if it does not compile."""
        key = (event.file, event.source)
        if key not in self._handlers:
            entry, parameters = entry_of(event.kind, event.scope)
            made = self._host.sandbox.compile(
                event.source, event.file, entry=entry, parameters=parameters
            )
            with self._lock:
                self._handlers.setdefault(key, made.script)
        return self._handlers[key]

    def module(self, module: ScriptModule) -> Script | None:
        """The script of a library module, None if it does not compile."""
        key = (module.file, module.source)
        if key not in self._modules:
            made = self._host.sandbox.compile(module.source, module.file)
            with self._lock:
                self._modules.setdefault(key, made.script)
        return self._modules[key]


class Handlers(Mapping[HandlerKey, CompiledHandler]):
    """The handlers of a generation; one is compiled when it is first looked up."""

    def __init__(self, compiled: Compiled, handlers: Mapping[HandlerKey, MessageHandler]) -> None:
        self._compiled = compiled
        self._handlers = handlers
        self._made: dict[HandlerKey, CompiledHandler] = {}

    def __getitem__(self, key: HandlerKey) -> CompiledHandler:
        found = self._made.get(key)
        if found is None:
            handler = self._handlers[key]
            script = self._compiled.handler(handler)
            if script is None:
                raise KeyError(key)
            found = self._made[key] = CompiledHandler(handler, script)
        return found

    def __iter__(self) -> Iterator[HandlerKey]:
        return iter(self._handlers)

    def __len__(self) -> int:
        return len(self._handlers)


class Events(Mapping[EventKey, CompiledEvent]):
    """The event scripts of a generation; one is compiled when it is first looked up."""

    def __init__(self, compiled: Compiled, events: Mapping[EventKey, EventScript]) -> None:
        self._compiled = compiled
        self._events = events

    def __getitem__(self, key: EventKey) -> CompiledEvent:
        event = self._events[key]
        script = self._compiled.event(event)
        if script is None:
            raise KeyError(key)
        return CompiledEvent(event, script)

    def __iter__(self) -> Iterator[EventKey]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)


class Modules(Mapping[str, CompiledModule]):
    """The libraries of a generation; one is compiled when it is first looked up."""

    def __init__(self, compiled: Compiled, modules: Mapping[str, ScriptModule]) -> None:
        self._compiled = compiled
        self._modules = modules

    def __getitem__(self, path: str) -> CompiledModule:
        module = self._modules[path]
        return CompiledModule(module, self._compiled.module(module))

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)
