"""One loaded version of a project: compiled handlers and libraries, swapped whole.

A generation is never changed. A reload compiles what changed, takes over all else from the one
before, and replaces one reference; whoever runs keeps the generation it started on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from project_store.diagnostic import ResourceDiagnostic
from project_store.model import EventScript, MessageHandler, Project, Scope, ScriptModule
from runtime.events.kinds import entry_of
from sandbox import CompileResult, Diagnostic, Script

HandlerKey = tuple[Scope, str]
EventKey = tuple[Scope, str, str]

ENTRY = "handleMessage"
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "G": ("payload",),
    "C": ("payload",),
    "S": ("session", "payload"),
}
"""What a message handler is called with, by scope."""


class Compiler(Protocol):
    """What turns text into scripts: ``sandbox.Sandbox``, or a fake in tests."""

    def compile(
        self,
        source: str,
        filename: str = ...,
        *,
        entry: str | None = ...,
        parameters: tuple[str, ...] = ...,
    ) -> CompileResult: ...


@dataclass(frozen=True, slots=True, eq=False)
class CompiledHandler:
    """A handler with the script that runs for it.

    ``script`` is compiled from ``handler``, the last version that compiled; what stands on disk
    may be newer and broken, and then the generation has a diagnostic under the same key.
    """

    handler: MessageHandler
    script: Script


@dataclass(frozen=True, slots=True, eq=False)
class CompiledEvent:
    """An event script that is no message handler, with the script that runs for it."""

    event: EventScript
    script: Script


@dataclass(frozen=True, slots=True, eq=False)
class CompiledModule:
    """A library module with its script; ``script`` is None where no version ever compiled."""

    module: ScriptModule
    script: Script | None


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Generation:
    """One loaded version of a project.

    Args:
        number: 1 for the first version of this project, then counting up.
        project: what the store read.
        handlers: those that can run, by scope and name.
        modules: the libraries, by dotted path.
        events: the other event scripts that can run, by scope, kind and name.
        libraries: changes whenever any library did; handlers of the same number share instances.
        faults: compile diagnostics by resource; a resource with errors here runs its last good
            version, or not at all where there is none.
        deadlines: seconds, of the handlers whose own files set any.
    """

    number: int
    project: Project
    handlers: Mapping[HandlerKey, CompiledHandler] = field(
        default_factory=lambda: MappingProxyType({})
    )
    modules: Mapping[str, CompiledModule] = field(default_factory=lambda: MappingProxyType({}))
    events: Mapping[EventKey, CompiledEvent] = field(default_factory=lambda: MappingProxyType({}))
    libraries: int = 1
    faults: Mapping[tuple[str, str], tuple[Diagnostic, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    deadlines: Mapping[HandlerKey, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def limited(self) -> bool:
        """Whether its files lower the operator's deadline anywhere."""
        return bool(self.deadlines) or self.project.deadline is not None

    @property
    def diagnostics(self) -> tuple[Diagnostic | ResourceDiagnostic, ...]:
        """Everything there is to say about the project as it stands on disk."""
        compiled = [fault for group in self.faults.values() for fault in group]
        return (*self.project.diagnostics, *sorted(compiled, key=lambda d: (d.file, d.line)))

    def handler(self, scope: Scope, name: str) -> CompiledHandler | None:
        """The enabled handler of that name, None when there is none."""
        found = self.handlers.get((scope, name))
        return found if found is not None and found.handler.enabled else None

    def event(self, key: EventKey) -> CompiledEvent | None:
        """The enabled event script of that scope, kind and name, None when there is none."""
        found = self.events.get(key)
        return found if found is not None and found.event.enabled else None

    def runnable(self, key: HandlerKey | EventKey) -> tuple[Script, str] | None:
        """The script of a handler or event script and the function in it, None if there is none."""
        if len(key) == 2:
            handler = self.handler(*key)
            return (handler.script, ENTRY) if handler is not None else None
        event = self.event(key)
        return (event.script, entry_of(key[1], key[0])[0]) if event is not None else None

    def scopes_of(self, name: str) -> tuple[Scope, ...]:
        """The scopes that have an enabled handler of that name."""
        scopes: tuple[Scope, ...] = ("G", "C", "S")
        return tuple(scope for scope in scopes if self.handler(scope, name) is not None)


def advance(
    compiler: Compiler,
    project: Project,
    before: Generation | None,
    handlers: Iterable[HandlerKey],
    modules: Iterable[str],
    fresh_libraries: bool = False,
    events: Iterable[EventKey] = (),
) -> Generation:
    """The next generation: compile what changed, take over the rest.

    Args:
        compiler: makes scripts.
        project: as it stands on disk now.
        before: the generation that runs, None for the first.
        handlers: keys that appeared, changed or vanished.
        modules: dotted paths that appeared, changed or vanished.
        fresh_libraries: have all libraries run anew though none changed.
        events: scopes, kinds and names of event scripts likewise.

    A resource that does not compile, or that the store could not read, keeps its last good version.
    """
    kept = dict(before.handlers) if before else {}
    kept_modules = dict(before.modules) if before else {}
    faults = dict(before.faults) if before else {}
    for key in handlers:
        _next_handler(compiler, project, key, kept, faults)
    kept_events = dict(before.events) if before else {}
    for event_key in events:
        _next_event(compiler, project, event_key, kept_events, faults)
    renewed = fresh_libraries
    for path in modules:
        renewed |= _next_module(compiler, project, path, kept_modules, faults)
    libraries = before.libraries if before else 1
    return Generation(
        number=before.number + 1 if before else 1,
        project=project,
        handlers=MappingProxyType(kept),
        modules=MappingProxyType(kept_modules),
        events=MappingProxyType(kept_events),
        libraries=libraries + 1 if renewed and before else libraries,
        faults=MappingProxyType(faults),
        deadlines=deadlines_of(made.handler for made in kept.values()),
    )


def deadlines_of(handlers: Iterable[MessageHandler]) -> Mapping[HandlerKey, float]:
    """The deadlines that handlers have of their own."""
    return MappingProxyType(
        {(h.scope, h.name): h.deadline for h in handlers if h.deadline is not None}
    )


def prepare(compiler: Compiler, projects: Iterable[Project]) -> None:
    """Tell a compiler that can begin early what of these projects it will be asked for."""
    ahead = getattr(compiler, "ahead", None)
    if ahead is not None:
        ahead(source for project in projects for source in _sources(project))


def _sources(project: Project) -> Iterator[tuple[str, str, str | None, tuple[str, ...]]]:
    for handler in project.handlers.values():
        yield handler.source, handler.file, ENTRY, PARAMETERS[handler.scope]
    for event in project.event_scripts.values():
        yield event.source, event.file, *entry_of(event.kind, event.scope)
    for module in project.modules.values():
        yield module.source, module.file, None, ()


def first(compiler: Compiler, project: Project) -> Generation:
    """The first generation of a project: everything compiled."""
    return advance(
        compiler,
        project,
        None,
        project.handlers,
        project.modules,
        events=project.event_scripts,
    )


def _next_handler(
    compiler: Compiler,
    project: Project,
    key: HandlerKey,
    kept: dict[HandlerKey, CompiledHandler],
    faults: dict[tuple[str, str], tuple[Diagnostic, ...]],
) -> None:
    faults.pop(key, None)
    handler = project.handlers.get(key)
    if handler is None:
        if key not in project.broken:
            kept.pop(key, None)
        return
    result = compiler.compile(
        handler.source, handler.file, entry=ENTRY, parameters=PARAMETERS[handler.scope]
    )
    if result.diagnostics:
        faults[key] = result.diagnostics
    if result.script is not None:
        kept[key] = CompiledHandler(handler, result.script)


def _next_event(
    compiler: Compiler,
    project: Project,
    key: EventKey,
    kept: dict[EventKey, CompiledEvent],
    faults: dict[tuple[str, str], tuple[Diagnostic, ...]],
) -> None:
    scope, kind, name = key
    stored = (f"{kind}:{scope}", name)
    faults.pop(stored, None)
    event = project.event_scripts.get(key)
    if event is None:
        if stored not in project.broken:
            kept.pop(key, None)
        return
    entry, parameters = entry_of(kind, scope)
    result = compiler.compile(event.source, event.file, entry=entry, parameters=parameters)
    if result.diagnostics:
        faults[stored] = result.diagnostics
    if result.script is not None:
        kept[key] = CompiledEvent(event, result.script)


def _next_module(
    compiler: Compiler,
    project: Project,
    path: str,
    kept: dict[str, CompiledModule],
    faults: dict[tuple[str, str], tuple[Diagnostic, ...]],
) -> bool:
    key = ("library", path)
    faults.pop(key, None)
    module = project.modules.get(path)
    if module is None:
        return key not in project.broken and kept.pop(path, None) is not None
    result = compiler.compile(module.source, module.file)
    if result.diagnostics:
        faults[key] = result.diagnostics
    if result.script is None:
        if path not in kept:
            kept[path] = CompiledModule(module, None)
            return True
        return False
    kept[path] = CompiledModule(module, result.script)
    return True


def no_generation() -> None:
    """Stands for the reference to a version where none was looked at."""
