"""Sources over a link: what a session is sent of its project, and the generation made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import msgspec

from project_store.model import (
    EventScript,
    MessageHandler,
    Project,
    ScheduledScript,
    ScriptModule,
    TagChangeScript,
    TimerScript,
)
from runtime.executors.protocol import Follow, Load, Provided
from runtime.executors.sources import Shipped
from runtime.generation import Compiler, Generation, advance
from runtime.links.protocol import Sources

if TYPE_CHECKING:
    from runtime.libraries import Libraries

_NOT_RUN = frozenset({"menubar", "keystroke", "shutdown-intercept"})


def updates(
    shipped: Shipped, receiver: str, libraries: Libraries, letter: str
) -> list[Sources | Follow | Provided]:
    """What to send so that the session runs these versions.

    Args:
        shipped: what it was sent before.
        receiver: its id.
        libraries: what it sees now.
        letter: scope of the handlers it runs; those of other scopes are none of its business.
    """
    generations = (libraries.own, libraries.shared, *libraries.parents)
    by_version = {(g.project.name, g.number): g for g in generations if g is not None}
    messages: list[Sources | Follow | Provided] = []
    for message in shipped.update(receiver, libraries):
        if isinstance(message, Load):
            generation = by_version[message.project, message.number]
            own = libraries.own is generation
            messages.append(_of_scope(message, generation, letter if own else ""))
        elif isinstance(message, Follow):
            messages.append(message)
    return messages


def _of_scope(load: Load, generation: Generation, letter: str) -> Sources:
    events: list[EventScript] = [
        found.event
        for (scope, kind, _), found in generation.events.items()
        if scope == letter and kind not in _NOT_RUN
    ]
    return Sources(
        msgspec.structs.replace(
            load,
            handlers=[h for h in load.handlers if h.scope == letter],
            gone_handlers=[key for key in load.gone_handlers if key[0] == letter],
            events=[],
            gone_events=[],
        ),
        [e for e in events if type(e) is EventScript],
        [e for e in events if type(e) is TimerScript],
        [e for e in events if type(e) is ScheduledScript],
        [e for e in events if type(e) is TagChangeScript],
    )


def _fields(text: msgspec.Struct, kind: type) -> dict[str, Any]:
    """What was sent of a resource, by the names that the model has."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in msgspec.structs.asdict(text).items() if name in names}


class Received:
    """The versions of projects that a session was sent, compiled.

    Args:
        compiler: makes scripts.
    """

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._generations: dict[int, Generation] = {}

    def load(self, sources: Sources) -> None:
        """Make a version of what changed since the one before."""
        load = sources.load
        before = self._generations.get(load.base)
        handlers: dict[Any, MessageHandler] = dict(before.project.handlers) if before else {}
        modules: dict[str, ScriptModule] = dict(before.project.modules) if before else {}
        old_events = before.project.event_scripts if before else {}
        changed: list[Any] = list(load.gone_handlers)
        for key in load.gone_handlers:
            handlers.pop(key, None)
        for text in load.handlers:
            handler_key = (text.scope, text.name)
            handlers[handler_key] = MessageHandler(load.project, **_fields(text, MessageHandler))
            changed.append(handler_key)
        paths = [*load.gone_modules, *(text.path for text in load.modules)]
        for path in load.gone_modules:
            modules.pop(path, None)
        for module in load.modules:
            modules[module.path] = ScriptModule(load.project, **_fields(module, ScriptModule))
        given: Iterable[EventScript] = (
            *sources.events,
            *sources.timers,
            *sources.scheduled,
            *sources.tag_changes,
        )
        events: dict[Any, EventScript] = {(e.scope, e.kind, e.name): e for e in given}
        project = Project(
            load.project,
            parent=load.parent,
            handlers=handlers,
            modules=modules,
            event_scripts=events,
        )
        changed_events = [
            key for key in {*events, *old_events} if events.get(key) != old_events.get(key)
        ]
        made = advance(self._compiler, project, before, changed, paths, events=changed_events)
        self._generations[load.key] = replace(made, number=load.number, libraries=load.libraries)

    def follow(self, follow: Follow) -> tuple[Generation | None, tuple[Generation, ...]]:
        """The generations to run from now on: the session's own, and the others it sees."""
        keys = [follow.own, follow.shared, *follow.parents]
        used = {key: g for key, g in self._generations.items() if key in keys}
        self._generations = used
        others = tuple(used[key] for key in keys[1:] if key in used)
        return used.get(follow.own), others
