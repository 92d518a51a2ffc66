"""A folder of projects as a snapshot that is kept up to date at the cost of what changed."""

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import cast

from project_store.diagnostic import ResourceDiagnostic
from project_store.errors import ProjectsFolderError
from project_store.files import ReadFault, Tree
from project_store.formats.bundle import read_bundle
from project_store.formats.folder import read_manifest, read_unit
from project_store.layout import AREAS, PROJECT_FILE, place_of
from project_store.model import ChangeSet, Project, Scope, Snapshot
from project_store.names import fault_of_name, printable
from project_store.records import Key, Record
from project_store.roots import projects_folder
from project_store.scan import (
    Target,
    Unit,
    locate,
    unit_at,
    units_in_area,
    units_in_place,
    units_in_project,
)
from project_store.state import ProjectState, Touched


class ProjectStore:
    """Every project of a folder, as frozen values.

    Reading is by content: touching a file without changing it changes nothing. Methods may be
    called from any thread, one reading runs at a time.

    Args:
        root: the projects folder itself, or a folder that holds ``projects/``.

    Raises:
        ProjectsFolderError: it does not exist, is no folder, or is one project's own folder.
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self._set_up(projects_folder(root))

    def _set_up(self, folder: Path) -> None:
        self.folder: Path = folder
        self._tree = Tree(str(self.folder))
        self._lock = threading.RLock()
        self._states: dict[str, ProjectState] = {}
        self._projects: dict[str, Project] = {}
        self._root_diagnostics: tuple[ResourceDiagnostic, ...] = ()
        self._links: dict[str, str] = {}
        self._snapshot = Snapshot()

    @classmethod
    def of_one(cls, project: str | os.PathLike[str]) -> "ProjectStore":
        """A store of one project's folder alone, read at once; its neighbours are not looked at.

        Raises:
            ProjectsFolderError: there is no such folder.
        """
        folder = Path(os.path.abspath(os.fspath(project)))
        if not folder.is_dir():
            raise ProjectsFolderError(f"there is no folder {printable(str(folder))}")
        store = cls.__new__(cls)
        store._set_up(folder.parent)
        store.refresh([folder.name])
        return store

    @property
    def snapshot(self) -> Snapshot:
        """The projects as last read; empty before the first ``load``."""
        return self._snapshot

    def load(self) -> Snapshot:
        """Reads everything, and returns the new snapshot."""
        self.refresh(None)
        return self._snapshot

    def refresh(self, paths: Iterable[str | os.PathLike[str]] | None = None) -> ChangeSet:
        """Reads again what lies at, below or around the paths, and tells what changed.

        Args:
            paths: absolute, or relative to ``folder``; files or folders, there or gone. None
                reads everything. Paths outside the folder are passed over.
        """
        return self.settle(paths, hold=False)[0]

    def settle(
        self, paths: Iterable[str | os.PathLike[str]] | None, *, hold: bool
    ) -> tuple[ChangeSet, frozenset[str]]:
        """``refresh`` for a watcher: what looks like half of a save can wait.

        Args:
            paths: as for ``refresh``.
            hold: leave alone, and name in the second result, every resource of which a part
                vanished or became empty, as it does between the two halves of a save.

        Returns:
            the change set, and the paths held back (relative, to be given again later).
        """
        with self._lock:
            self._tree.forget()
            reading = _Reading(hold)
            targets = self._targets(paths)
            if any(not target.project for target in targets):
                self._read_root(reading)
            else:
                below: dict[str, list[Target]] = {}
                for target in targets:
                    if self._read_target(target, reading):
                        below.setdefault(target.project, []).append(target)
                for project, many in below.items():
                    self._read_below(project, many, reading)
            return self._conclude(reading), frozenset(reading.held)

    def watched_links(self) -> tuple[str, ...]:
        """Folders (relative) outside the usual places that links of projects point into."""
        with self._lock:
            return tuple(sorted({os.path.dirname(real) or real for real in self._links.values()}))

    def _targets(self, paths: Iterable[str | os.PathLike[str]] | None) -> list[Target]:
        if paths is None:
            return [Target("")]
        targets: dict[Target, None] = {}
        for path in paths:
            relative = self.relative(path)
            if relative is None:
                continue
            for each in (relative, *self._aliases(relative)):
                target = locate(each)
                if target is not None:
                    targets[target] = None
        return list(targets)

    def relative(self, path: str | os.PathLike[str]) -> str | None:
        """A path relative to ``folder`` with ``/``; None where it lies outside."""
        text = os.fspath(path)
        if os.path.isabs(text):
            root = self._tree.root
            if text == root:
                return ""
            if not text.startswith(root + os.sep):
                return None
            text = text[len(root) + 1 :]
        text = os.path.normpath(text) if text else "."
        if text == ".." or text.startswith(".." + os.sep):
            return None
        return "" if text == "." else text.replace(os.sep, "/")

    def _aliases(self, relative: str) -> list[str]:
        found = []
        for link, real in self._links.items():
            if relative == real or real.startswith(relative + "/"):
                found.append(link)
            elif relative.startswith(real + "/"):
                found.append(link + relative[len(real) :])
        return found

    def _read_root(self, reading: "_Reading") -> None:
        diagnostics: list[ResourceDiagnostic] = []
        try:
            names = set(self._tree.list("").folders)
        except ReadFault as fault:
            diagnostics.append(fault.diagnostic("."))
            names = set()
        if tuple(diagnostics) != self._root_diagnostics:
            self._root_diagnostics = tuple(diagnostics)
            reading.root_diagnosed = True
        for name in sorted(names | set(self._states)):
            self._read_project(name, reading)

    def _read_target(self, target: Target, reading: "_Reading") -> bool:
        """Reads one target; True where a whole subtree of a known project is left to read."""
        project = target.project
        if project not in self._states or target.prefix == project:
            if project not in reading.whole:
                reading.whole.add(project)
                self._read_project(project, reading)
            return False
        if target.manifest:
            self._read_manifest(project, reading)
        if target.unit is not None:
            self._read_unit(target.unit, reading)
            return False
        return bool(target.prefix)

    def _read_project(self, project: str, reading: "_Reading") -> None:
        state = self._states.get(project)
        if state is None:
            if not self._is_project(project):
                return
            state = self._states[project] = ProjectState(project)
        self._read_manifest(project, reading)
        self._read_found(project, {project}, units_in_project(self._tree, project), reading)

    def _is_project(self, name: str) -> bool:
        if not self._tree.is_folder(name):
            return self._tree.is_link(name)
        return (
            self._tree.exists(f"{name}/{PROJECT_FILE}")
            or self._tree.is_link(name)
            or any(self._tree.is_folder(f"{name}/{area}") for area in AREAS)
        )

    def _read_manifest(self, project: str, reading: "_Reading") -> None:
        state = self._states[project]
        manifest, record = read_manifest(self._tree, project)
        fault = fault_of_name(project)
        if fault and not record.gone:
            named = ReadFault("name", fault, "rename the folder").diagnostic(project)
            record = Record(diagnostics=(*record.diagnostics, named), failed=True)
        if reading.holds(record, state.manifest_record, f"{project}/{PROJECT_FILE}"):
            return
        state.set_manifest(manifest, record, reading.touched(project))

    def _read_below(self, project: str, targets: list[Target], reading: "_Reading") -> None:
        found: list[Unit | tuple[str, Record]] = []
        for target in targets:
            if target.place is not None:
                found += units_in_place(self._tree, project, target.place, target.prefix)
            else:
                found += units_in_area(self._tree, project, target.prefix.partition("/")[2])
        self._read_found(project, {target.prefix for target in targets}, found, reading)

    def _read_found(
        self,
        project: str,
        prefixes: set[str],
        found: Iterable[Unit | tuple[str, Record]],
        reading: "_Reading",
    ) -> None:
        state = self._states[project]
        seen: set[str] = set()
        for each in found:
            if isinstance(each, Unit):
                if each.path not in seen:
                    seen.add(each.path)
                    self._read_unit(each, reading)
            else:
                path, record = each
                seen.add(path)
                state.set_record(path, record, reading.touched(project))
        # One pass over the records, however many folders moved at once.
        for path in [p for p in state.records if p not in seen and _lies_below(p, prefixes)]:
            self._read_vanished(state, path, reading)

    def _read_vanished(self, state: ProjectState, path: str, reading: "_Reading") -> None:
        parts = path.split("/")
        place = place_of(parts[1], parts[2]) if len(parts) > 2 else None
        if place is not None and (len(parts) > 3 or place.shape in ("single", "bundle")):
            self._read_unit(unit_at(path, place), reading)
        else:
            # It stood for a folder that could not be listed, and can be now.
            state.set_record(path, Record(gone=True), reading.touched(state.name))

    def _read_unit(self, unit: Unit, reading: "_Reading") -> None:
        state = self._states[unit.project]
        if unit.place.shape == "bundle":
            record = read_bundle(self._tree, unit.project, unit.place, unit.path)
        else:
            record = read_unit(self._tree, unit.project, unit.place, unit.path, unit.name)
        inside = f"{unit.path}/{unit.place.file}"
        if reading.holds(record, state.records.get(unit.path), inside):
            return
        self._note_link(unit)
        state.set_record(unit.path, record, reading.touched(unit.project))

    def _note_link(self, unit: Unit) -> None:
        for path in (unit.path, f"{unit.path}/{unit.place.file}"):
            real = self._tree.real(path) if self._tree.through_link(path) else ""
            if real and real != path:
                self._links[path] = real
            else:
                self._links.pop(path, None)

    def _conclude(self, reading: "_Reading") -> ChangeSet:
        before = self._snapshot
        projects: set[str] = set()
        handlers: set[tuple[str, Scope, str]] = set()
        modules: set[tuple[str, str]] = set()
        events: set[tuple[str, Scope, str, str]] = set()
        diagnosed: set[str] = {""} if reading.root_diagnosed else set()
        changed_any = reading.root_diagnosed
        for name, touched in reading.by_project.items():
            state = self._states[name]
            appeared = name not in self._projects
            old = state.project
            for key in state.assemble(touched):
                _sort_key(name, key, handlers, modules, events)
            if not state.exists:
                del self._states[name]
                if self._projects.pop(name, None) is not None:
                    projects.add(name)
                    changed_any = True
                continue
            if appeared or touched.settings:
                projects.add(name)
            if touched.diagnosed and old.diagnostics != state.project.diagnostics:
                diagnosed.add(name)
            if self._projects.get(name) is not state.project:
                self._projects[name] = state.project
                changed_any = True
        if changed_any:
            self._snapshot = Snapshot(
                MappingProxyType(dict(sorted(self._projects.items()))),
                self._root_diagnostics + _clashes(self._projects),
            )
        return ChangeSet(
            before,
            self._snapshot,
            frozenset(projects),
            frozenset(handlers),
            frozenset(modules),
            frozenset(diagnosed),
            frozenset(events),
        )


class _Reading:
    """One round of reading: what it touched and what it held back."""

    def __init__(self, hold: bool) -> None:
        self.hold = hold
        self.held: set[str] = set()
        self.whole: set[str] = set()
        self.by_project: dict[str, Touched] = {}
        self.root_diagnosed = False

    def touched(self, project: str) -> Touched:
        if project not in self.by_project:
            self.by_project[project] = Touched()
        return self.by_project[project]

    def holds(self, new: Record, old: Record | None, path: str) -> bool:
        """Whether a record looks like half of a save, and is to be read again later."""
        if not self.hold or not new.unsettled:
            return False
        if old is None or old.gone:
            waits = new.failed
        else:
            waits = new.gone or (new.failed and not old.failed) or not old.unsettled
        if waits:
            self.held.add(path)
        return waits


def _sort_key(
    project: str,
    key: Key,
    handlers: set[tuple[str, Scope, str]],
    modules: set[tuple[str, str]],
    events: set[tuple[str, Scope, str, str]],
) -> None:
    kind, name = key[0], key[2]
    scope = cast(Scope, key[1])
    if kind == "message":
        handlers.add((project, scope, name))
    elif kind == "library":
        modules.add((project, name))
    else:
        events.add((project, scope, kind, name))


def _lies_below(path: str, prefixes: set[str]) -> bool:
    while path:
        if path in prefixes:
            return True
        path = path.rpartition("/")[0]
    return False


def _clashes(names: Iterable[str]) -> tuple[ResourceDiagnostic, ...]:
    by_fold: dict[str, list[str]] = {}
    for name in sorted(names):
        by_fold.setdefault(name.casefold(), []).append(name)
    return tuple(
        ResourceDiagnostic(
            printable(second),
            1,
            1,
            "case",
            "warning",
            f"the projects '{printable(group[0])}' and '{printable(second)}' differ in case only",
            "rename one: not every system can hold both",
        )
        for group in by_fold.values()
        for second in group[1:]
    )
