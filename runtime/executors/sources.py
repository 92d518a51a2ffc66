"""Which versions of which projects a worker has, and the messages that bring it up to date."""

from __future__ import annotations

import itertools
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from project_store.model import EventScript
from runtime.executors import protocol
from runtime.generation import Generation
from runtime.limits import deadline_for, output_for, recursion_for
from runtime.logbook import LOGGER_NAME

if TYPE_CHECKING:
    from runtime.libraries import Libraries
    from runtime.logbook import Level, LogBook

_KEYS = itertools.count(1)

PART: Final = 1_000_000
"""Characters of source in one message, unless a single script has more."""

_LEVELS: Final = 1_000


class Shipped:
    """What one worker process was sent."""

    def __init__(self) -> None:
        self._keys: dict[int, tuple[int, Generation]] = {}
        self._latest: dict[str, tuple[int, Generation]] = {}
        self._followed: dict[str, tuple[Generation | None, ...]] = {}
        self._provided: tuple[str, ...] = ()
        self._level_changes = 0
        self._levels: dict[str, Level] = {}

    def update(self, receiver: str, libraries: Libraries) -> list[protocol.ToWorker]:
        """What to send so that the receiver's next work runs these versions."""
        now = (libraries.own, libraries.shared, *libraries.parents)
        before = self._followed.get(receiver)
        if before is not None and list(map(id, before)) == list(map(id, now)):
            return []
        messages: list[protocol.ToWorker] = []
        # Of the other projects' generations scripts see the libraries alone.
        keys = [self._key(each, messages, each is libraries.own) for each in now]
        messages.append(protocol.Follow(receiver, keys[0], keys[1], keys[2:]))
        self._followed[receiver] = now
        used = {id(g) for versions in self._followed.values() for g in versions if g is not None}
        self._keys = {key: value for key, value in self._keys.items() if key in used}
        self._latest = {k: v for k, v in self._latest.items() if id(v[1]) in used}
        return messages

    def leave(self, receiver: str) -> None:
        """The receiver is gone."""
        self._followed.pop(receiver, None)

    def provided(self, names: tuple[str, ...]) -> list[protocol.ToWorker]:
        """What to send so that the worker knows what is provided."""
        if names is self._provided or names == self._provided:
            return []
        self._provided = names
        return [protocol.Provided(list(names))]

    def levels(self, logbook: LogBook, project: str) -> list[protocol.ToWorker]:
        """What to send so that the project's worker knows what loggers keep."""
        if logbook.changes == self._level_changes:
            return []
        self._level_changes = logbook.changes
        known = logbook.levels(project)
        if known == self._levels:
            return []
        self._levels = known
        # The embedding program may have named any, which no message has room for.
        levels = iter([pair for pair in known.items() if len(pair[0]) <= LOGGER_NAME])
        messages: list[protocol.ToWorker] = []
        while part := dict(islice(levels, _LEVELS)):
            messages.append(protocol.Levels(dict(part)))
        return messages

    def _key(
        self, generation: Generation | None, messages: list[protocol.ToWorker], own: bool
    ) -> int:
        if generation is None:
            return 0
        found = self._keys.get(id(generation))
        if found is not None:
            return found[0]
        key = next(_KEYS)
        name = generation.project.name
        messages += parts_of(_load(key, generation, self._latest.get(name), own))
        self._keys[id(generation)] = self._latest[name] = (key, generation)
        return key


def _load(
    key: int, now: Generation, base: tuple[int, Generation] | None, own: bool
) -> protocol.Load:
    base_key, before = base if base is not None else (0, None)
    old_modules = before.modules if before is not None else {}
    new_handlers = now.handlers if own else {}
    new_events = now.events if own else {}
    old_handlers = before.handlers if own and before is not None else {}
    old_events = before.events if own and before is not None else {}
    handlers = [
        protocol.HandlerText(
            h.scope, h.name, h.source, h.file, h.thread_type, h.enabled, h.digest, h.deadline
        )
        for key_, compiled in new_handlers.items()
        if old_handlers.get(key_) is not compiled
        for h in (compiled.handler,)
    ]
    modules = [
        protocol.ModuleText(path, compiled.module.source, compiled.module.file, "")
        for path, compiled in now.modules.items()
        if old_modules.get(path) is not compiled
    ]
    return protocol.Load(
        key,
        base_key,
        now.project.name,
        now.project.parent,
        now.number,
        now.libraries,
        handlers,
        modules,
        [(scope, name) for scope, name in old_handlers if (scope, name) not in new_handlers],
        [path for path in old_modules if path not in now.modules],
        [event_text(e.event) for key_, e in new_events.items() if old_events.get(key_) is not e],
        [key_ for key_ in old_events if key_ not in new_events],
        now.project.deadline,
    )


def parts_of(load: protocol.Load) -> list[protocol.Load]:
    """A load as several, each of them a change of the one before: a frame takes only so much."""
    texts: list[Any] = [*load.handlers, *load.modules, *load.events]
    if sum(len(text.source) for text in texts) <= PART:
        return [load]
    load.handlers, load.modules, load.events = [], [], []
    parts = [load]
    size = 0
    for text in texts:
        if size and size + len(text.source) > PART:
            parts.append(_nothing_more(load))
            size = 0
        size += len(text.source)
        kind = type(text)
        into: list[Any] = parts[-1].events
        if kind is protocol.HandlerText:
            into = parts[-1].handlers
        elif kind is protocol.ModuleText:
            into = parts[-1].modules
        into.append(text)
    return parts


def _nothing_more(load: protocol.Load) -> protocol.Load:
    """A change of what this load made, so far without any."""
    return protocol.Load(
        load.key,
        load.key,
        load.project,
        load.parent,
        load.number,
        load.libraries,
        [],
        [],
        [],
        [],
        [],
        [],
        load.deadline,
    )


def event_text(event: EventScript) -> protocol.EventText:
    """An event script as it is sent."""
    return protocol.EventText(
        event.scope, event.kind, event.name, event.source, event.file, event.enabled
    )


def settings_of(host: Any, project: str, letter: str, kind: str) -> protocol.Settings:
    """What a worker for this project and kind of scope is told of its host."""
    grant = host.config.grants.get(project)
    return protocol.Settings(
        host.name,
        host.profile,
        project,
        letter,
        deadline_for(host, project, None),
        output_for(host, project),
        host.config.payload_depth,
        recursion_for(host, project),
        kind,
        None if grant is None or grant.system is None else list(grant.system),
        host.folders_of(project) is not None,
        host.config.payload,
    )
