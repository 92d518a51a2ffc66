"""From a change on disk to the generation that runs: compile first, then swap the whole set."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from project_store.diagnostic import ResourceDiagnostic
from project_store.model import ChangeSet, Project, Snapshot
from project_store.store import ProjectStore
from project_store.watch import Watcher
from runtime.generation import Compiler, EventKey, Generation, HandlerKey, advance, first, prepare
from runtime.inheritance import descendants, inherited
from runtime.libraries import GLOBAL_PROJECT
from sandbox import CompileResult, Diagnostic

if TYPE_CHECKING:
    from runtime.contracts import Host

AnyDiagnostic: TypeAlias = Diagnostic | ResourceDiagnostic

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class ReloadReport:
    """What one settled change did.

    Args:
        projects: names of the projects that have a new generation.
        removed: names of the projects that are gone or were disabled.
        handlers: ``project/scope/name`` of handlers that changed, appeared or vanished.
        modules: ``project/path`` of libraries likewise.
        events: ``project/scope/kind/name`` of other event scripts likewise.
        diagnostics: of the projects concerned, as they are now.
        duration: seconds from the change set to the swap.
        first: True for the load at the host's start.
    """

    projects: tuple[str, ...]
    removed: tuple[str, ...] = ()
    handlers: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    diagnostics: tuple[AnyDiagnostic, ...] = ()
    duration: float = 0.0
    first: bool = False

    @property
    def errors(self) -> tuple[AnyDiagnostic, ...]:
        """The diagnostics that keep something from running in its newest version."""
        return tuple(d for d in self.diagnostics if d.severity == "error")


class Loader:
    """Keeps the generations of a host in step with its projects folder.

    Args:
        host: whose spaces it fills.
        store: the folder, or None for a host without projects.
    """

    def __init__(self, host: Host, store: ProjectStore | None) -> None:
        self._host = host
        self._store = store
        self._watcher: Watcher | None = None
        self._lock = threading.Lock()
        self.snapshot = Snapshot()

    def load(self) -> None:
        """Read and compile everything there is."""
        if self._store is None:
            return
        started = perf_counter()
        with self._lock:
            self.snapshot = self._store.load()
            projects, compiler = self.snapshot.projects, _Once(self._host.sandbox)
            profile = self._host.profile
            loaded = [inherited(p, projects, profile) for p in projects.values() if p.enabled]
            prepare(self._host.sandbox, loaded)
            made = [(p, first(compiler, p)) for p in loaded]
            for project, generation in made:
                self._host.space(project.name).current = generation
        self._follow(project.name for project, _ in made)
        self._report(
            ReloadReport(
                tuple(project.name for project, _ in made),
                diagnostics=(
                    *self.snapshot.diagnostics,
                    *(d for _, generation in made for d in generation.diagnostics),
                    *(
                        d
                        for p in self.snapshot.projects.values()
                        if not p.enabled
                        for d in p.diagnostics
                    ),
                ),
                duration=perf_counter() - started,
                first=True,
            )
        )

    def watch(self) -> None:
        """Follow the folder until ``close``."""
        if self._store is None or self._watcher is not None:
            return
        config = self._host.config
        self._watcher = Watcher(
            self._store,
            self.apply,
            polling=True if config.polling else None,
            on_notice=lambda text: self._host.logbook.write("WARN", "Reload", text),
        )
        self._watcher.start()

    def wait_until_watching(self, timeout: float) -> bool:
        """Wait until changes are seen; gives whether that came to be in time."""
        return self._watcher is None or self._watcher.wait_until_ready(timeout)

    def refresh(self) -> ReloadReport | None:
        """Look at the whole folder now; gives what changed, None when nothing did."""
        if self._store is None:
            return None
        return self.apply(self._store.refresh(None))

    def apply(self, change: ChangeSet) -> ReloadReport | None:
        """Bring a settled change into force: everything compiles before anything is swapped."""
        if not change:
            with self._lock:
                self.snapshot = change.after
            return None
        started = perf_counter()
        with self._lock:
            touched = {
                *change.projects,
                *(project for project, _, _ in change.handlers),
                *(project for project, _ in change.modules),
                *(project for project, _, _, _ in change.event_scripts),
            }
            heirs = descendants(touched, change.after.projects)
            heirs |= descendants(touched, change.before.projects)
            made: dict[str, Generation | None] = {}
            compiler = _Once(self._host.sandbox)
            for name in sorted(touched | heirs):
                before = self._host.generation_of(name)
                made[name] = self._next(name, change, compiler, name in touched)
                if made[name] is before and name not in touched:
                    del made[name]
            for name, generation in made.items():
                self._host.space(name).current = generation
            if GLOBAL_PROJECT in made:
                self._renew_all_but(made)
            self.snapshot = change.after
        self._follow(self._host.spaces)
        report = ReloadReport(
            tuple(name for name, generation in made.items() if generation is not None),
            tuple(name for name, generation in made.items() if generation is None),
            tuple(sorted(f"{p}/{scope}/{name}" for p, scope, name in change.handlers)),
            tuple(sorted(f"{p}/{path}" for p, path in change.modules)),
            tuple(sorted("/".join(key).rstrip("/") for key in change.event_scripts)),
            tuple(d for g in made.values() if g is not None for d in g.diagnostics),
            perf_counter() - started,
        )
        self._report(report)
        return report

    def close(self) -> None:
        """Follow the folder no more."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.stop()

    def diagnostics(self) -> tuple[AnyDiagnostic, ...]:
        """Everything there is to say about the projects as they stand on disk."""
        found: list[AnyDiagnostic] = list(self.snapshot.diagnostics)
        for name, project in self.snapshot.projects.items():
            space = self._host.spaces.get(name)
            generation = space.current if space is not None else None
            found += generation.diagnostics if generation is not None else project.diagnostics
        # A fault of an inherited script is every child's too, and is said once.
        return tuple(dict.fromkeys(found))

    def _next(
        self, name: str, change: ChangeSet, compiler: Compiler, touched: bool
    ) -> Generation | None:
        stored = change.after.projects.get(name)
        if stored is None or not stored.enabled:
            return None
        host = self._host
        project = inherited(stored, change.after.projects, host.profile)
        before: Generation | None = host.space(name).current
        if before is None:
            return first(compiler, project)
        old = before.project
        handlers: set[HandlerKey] = {(s, h) for p, s, h in change.handlers if p == name}
        modules = {path for p, path in change.modules if p == name}
        events: set[EventKey] = {(s, k, n) for p, s, k, n in change.event_scripts if p == name}
        if project.parent or old.parent:
            handlers |= _differing(old.handlers, project.handlers)
            modules |= _differing(old.modules, project.modules)
            events |= _differing(old.event_scripts, project.event_scripts)
            same = old.diagnostics == project.diagnostics and old.broken == project.broken
            if same and not (touched or handlers or modules or events):
                return before
        if host.config.reload == "project":
            return self._anew(project, before, compiler)
        return advance(compiler, project, before, handlers, modules, events=events)

    def _follow(self, projects: Iterable[str]) -> None:
        for name in list(projects):
            space = self._host.spaces[name]
            for receiver in space.receivers:
                executor = receiver.started_executor()
                if executor is not None:
                    executor.follow()
                receiver.follow_events()

    def _renew_all_but(self, made: Mapping[str, object]) -> None:
        # Whoever sees `shared` has to look its libraries up again.
        for name, space in self._host.spaces.items():
            current = space.current
            if current is not None and name not in made:
                space.current = replace(current, number=current.number + 1)

    def _anew(self, project: Project, before: Generation, compiler: Compiler) -> Generation:
        handlers = {*project.handlers, *before.handlers}
        modules = {*project.modules, *before.modules}
        events = {*project.event_scripts, *before.events}
        return advance(compiler, project, before, handlers, modules, True, events)

    def _report(self, report: ReloadReport) -> None:
        host = self._host
        if report.first:
            what = f"loaded {_names(report.projects) or 'no projects'}"
        else:
            parts = [*report.handlers, *report.modules, *report.events]
            what = f"reloaded {_names(report.projects)}" if report.projects else "removed"
            if report.removed:
                what += f" (gone: {', '.join(report.removed)})"
            if parts:
                what += f": {', '.join(parts[:5])}" + (
                    f" and {len(parts) - 5} more" if len(parts) > 5 else ""
                )
        host.logbook.write("INFO", "Reload", f"{what} in {report.duration * 1000:.0f} ms")
        for diagnostic in report.diagnostics:
            level = "ERROR" if diagnostic.severity == "error" else "WARN"
            host.logbook.write(
                "ERROR" if level == "ERROR" else "WARN",
                "Reload",
                f"{diagnostic}"
                + ("" if report.first or level == "WARN" else "; the last good version runs on"),
            )
        if host.observers:
            host.tell(report)


class _Once:
    """Compiles each text once: what children inherit is the parent's text, under its name."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._made: dict[tuple[str, str, str | None, tuple[str, ...]], CompileResult] = {}

    def compile(
        self,
        source: str,
        filename: str = "<script>",
        *,
        entry: str | None = None,
        parameters: tuple[str, ...] = (),
    ) -> CompileResult:
        key = (filename, source, entry, parameters)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._compiler.compile(
                source, filename, entry=entry, parameters=parameters
            )
        return found


def _differing(before: Mapping[K, Any], after: Mapping[K, Any]) -> set[K]:
    """The keys whose resource is not the same, in one of them only included."""
    return {
        key
        for key in before.keys() | after.keys()
        if (old := before.get(key)) is None
        or (new := after.get(key)) is None
        or (old.digest, old.file) != (new.digest, new.file)
    }


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= 5 else f"{len(names)} projects"
