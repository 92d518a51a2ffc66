"""One project as the store keeps it between two readings: units in, a frozen Project out."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import cast

from project_store.diagnostic import ResourceDiagnostic
from project_store.layout import PROJECT_FILE
from project_store.model import EventScript, MessageHandler, Project, Scope, ScriptModule
from project_store.names import printable
from project_store.records import Key, Manifest, Record, Resource

_NOTHING = Record(gone=True)


@dataclass(slots=True)
class Touched:
    """What one reading changed in one project."""

    settings: bool = False
    diagnosed: bool = False
    keys: set[Key] = field(default_factory=set)


class ProjectState:
    """The records of one project and the values made of them.

    Args:
        name: the project's name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.manifest = Manifest()
        self.manifest_record = _NOTHING
        self.records: dict[str, Record] = {}
        self.project = Project(name)
        self._claims: dict[Key, list[str]] = {}
        self._folded: dict[Key, set[Key]] = {}
        self._broken_in: dict[Key, set[str]] = {}
        self._chosen: dict[Key, Resource] = {}
        self._clashes: dict[Key, ResourceDiagnostic] = {}

    @property
    def exists(self) -> bool:
        """Whether anything of the project is on disk."""
        return not self.manifest_record.gone or bool(self.records)

    def set_manifest(self, manifest: Manifest | None, record: Record, touched: Touched) -> None:
        """Takes a newly read manifest; a broken one leaves the last good settings in force."""
        if record.diagnostics != self.manifest_record.diagnostics:
            touched.diagnosed = True
        if record.gone != self.manifest_record.gone:
            touched.diagnosed = True
            touched.settings = True
        self.manifest_record = record
        if record.gone:
            manifest = Manifest()
        if manifest is not None and manifest != self.manifest:
            self.manifest = manifest
            touched.settings = True

    def set_record(self, unit: str, record: Record, touched: Touched) -> None:
        """Takes a newly read unit."""
        old = self.records.get(unit, _NOTHING)
        if record.failed:
            kept = frozenset(key for key, _ in old.resources) | (
                old.broken if old.failed else frozenset()
            )
            if not kept <= record.broken:
                record = replace(record, broken=record.broken | kept)
        if record == old:
            return
        if record.diagnostics != old.diagnostics or record.broken != old.broken:
            touched.diagnosed = True
        for key, _ in old.resources:
            self._drop_claim(key, unit)
            touched.keys.add(key)
        for key in old.broken:
            self._broken_in[key].discard(unit)
            if not self._broken_in[key]:
                del self._broken_in[key]
            touched.keys.add(key)
        if record.gone:
            self.records.pop(unit, None)
        else:
            self.records[unit] = record
        for key, _ in record.resources:
            claims = self._claims.setdefault(key, [])
            claims.append(unit)
            claims.sort(key=_rank)
            self._folded.setdefault(_fold(key), set()).add(key)
            touched.keys.add(key)
        for key in record.broken:
            self._broken_in.setdefault(key, set()).add(unit)
            touched.keys.add(key)

    def _drop_claim(self, key: Key, unit: str) -> None:
        claims = self._claims[key]
        claims.remove(unit)
        if not claims:
            del self._claims[key]
            folded = self._folded[_fold(key)]
            folded.discard(key)
            if not folded:
                del self._folded[_fold(key)]

    def assemble(self, touched: Touched) -> frozenset[Key]:
        """Makes the frozen project anew; the keys whose resource really changed."""
        changed: set[Key] = set()
        group: set[Key] = set()
        for key in touched.keys:
            group.add(key)
            group |= self._folded.get(_fold(key), set())
        for key in group:
            clash = self._clash_of(key)
            if clash != self._clashes.get(key):
                touched.diagnosed = True
                if clash is None:
                    del self._clashes[key]
                else:
                    self._clashes[key] = clash
            new = self._choose(key) if not self._is_shadowed(key) else None
            old = self._chosen.get(key)
            if new is None:
                self._chosen.pop(key, None)
            else:
                self._chosen[key] = new
            if (new and new.digest) != (old and old.digest):
                changed.add(key)
        moved = group if not changed else changed | group
        if moved or touched.settings or touched.diagnosed:
            self._rebuild(moved)
        return frozenset(changed)

    def _choose(self, key: Key) -> Resource | None:
        claims = self._claims.get(key)
        if not claims:
            return None
        for candidate, resource in self.records[claims[0]].resources:
            if candidate == key:
                return resource
        return None

    def _first_of(self, key: Key) -> Key:
        # One that runs already stays, whatever is put beside it later.
        candidates = self._folded.get(_fold(key), {key})
        return min(candidates, key=lambda each: (each not in self._chosen, each))

    def _is_shadowed(self, key: Key) -> bool:
        return key in self._claims and self._first_of(key) != key

    def _clash_of(self, key: Key) -> ResourceDiagnostic | None:
        claims = self._claims.get(key)
        if not claims:
            return None
        if self._is_shadowed(key):
            first = self._first_of(key)
            return ResourceDiagnostic(
                printable(claims[0]),
                1,
                1,
                "case",
                "error",
                f"'{printable(key[2])}' and '{printable(first[2])}' differ in case only",
                "rename one: not every system can hold both",
            )
        if len(claims) > 1:
            return ResourceDiagnostic(
                printable(claims[1]),
                1,
                1,
                "twice",
                "warning",
                f"'{printable(key[2])}' is also in {printable(claims[0])}, which is taken",
                "remove one of them",
            )
        return None

    def _rebuild(self, moved: Iterable[Key]) -> None:
        old = self.project
        handlers = dict(old.handlers)
        modules = dict(old.modules)
        events = dict(old.event_scripts)
        for key in moved:
            kind, scope, name = key
            resource = self._chosen.get(key)
            if kind == "message":
                if isinstance(resource, MessageHandler):
                    handlers[cast(Scope, scope), name] = resource
                else:
                    handlers.pop((cast(Scope, scope), name), None)
            elif kind == "library":
                if isinstance(resource, ScriptModule):
                    modules[name] = resource
                else:
                    modules.pop(name, None)
            elif isinstance(resource, EventScript):
                events[cast(Scope, scope), kind, name] = resource
            else:
                events.pop((cast(Scope, scope), kind, name), None)
        manifest = self.manifest
        self.project = Project(
            self.name,
            manifest.title,
            manifest.description,
            manifest.enabled,
            manifest.inheritable,
            manifest.parent,
            MappingProxyType(handlers),
            MappingProxyType(modules),
            self._diagnostics(),
            frozenset(self._broken_keys()),
            MappingProxyType(events),
            deadline=manifest.deadline,
            memory=manifest.memory,
        )

    def _broken_keys(self) -> Iterable[tuple[str, str]]:
        for key in self._broken_in:
            if key not in self._chosen:
                yield _public(key)
        for key, clash in self._clashes.items():
            if clash.severity == "error":
                yield _public(key)

    def _diagnostics(self) -> tuple[ResourceDiagnostic, ...]:
        found = [d for record in self.records.values() for d in record.diagnostics]
        found += self._clashes.values()
        found += self.manifest_record.diagnostics
        if self.manifest_record.gone:
            found.append(
                ResourceDiagnostic(
                    printable(f"{self.name}/{PROJECT_FILE}"),
                    1,
                    1,
                    "project-json",
                    "warning",
                    f"no {PROJECT_FILE}: taken as a project, but a real gateway ignores it",
                    f"add a {PROJECT_FILE}",
                )
            )
        found.sort(key=lambda d: (d.file, d.line, d.column, d.rule))
        return tuple(found)


def _rank(unit: str) -> tuple[bool, str]:
    return (unit.endswith("-scripts"), unit)


def _fold(key: Key) -> Key:
    return (key[0], key[1], key[2].casefold())


def _public(key: Key) -> tuple[str, str]:
    kind, scope, name = key
    if kind == "message":
        return (scope, name)
    return (kind, name) if kind == "library" else (f"{kind}:{scope}", name)
