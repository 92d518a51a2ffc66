"""Import of every kind of project into the 8.3 text layout, and export back out of it."""

import os
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from project_store.errors import FormatError, ProjectsFolderError, WriteRefusedError
from project_store.files import ReadFault, Tree
from project_store.formats.archive import MAX_ARCHIVE_BYTES, unpacked, zip_of
from project_store.formats.bodies import as_body, as_function
from project_store.formats.bundle import resource_of
from project_store.formats.config import bundle_of
from project_store.formats.events import Script, script_of, settings_of
from project_store.formats.folder import TRUE_NAME
from project_store.formats.proj import LeftOut, read_proj
from project_store.layout import (
    AREAS,
    BUNDLES,
    PROJECT_FILE,
    RESOURCE_FILE,
    place_of,
    text_place,
)
from project_store.model import EventScript, MessageHandler, Project, Scope, ScriptModule
from project_store.names import (
    fault_of_module_path,
    fault_of_name,
    fault_of_true_name,
    printable,
)
from project_store.records import digest_of
from project_store.store import ProjectStore
from project_store.writer import (
    folder_name,
    json_text,
    new_project,
    resource_description,
    write_new,
    write_resource,
)

Generation = Literal["8.1", "8.3", "zip"]
SHARED_PROJECT = "global"
"""Project that 7.x's shared libraries go to (our choice)."""



@dataclass(frozen=True, slots=True)
class Imported:
    """One project as it was read from elsewhere, and what was left."""

    project: Project
    left: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """One script that was written.

    Args:
        kind: ``message``, ``library``, ``timer``, ...
        scope: ``G``, ``C`` or ``S``; "" for a library.
        name: its name or dotted path.
        file: its text, relative to the projects folder.
        settings: as in ``resource.json``.
    """

    kind: str
    scope: str
    name: str
    file: str
    settings: MappingProxyType[str, object]


@dataclass(frozen=True, slots=True)
class Report:
    """What an import wrote of one project, and what it left and why."""

    project: str
    folder: Path
    taken: tuple[Taken, ...]
    left: tuple[LeftOut, ...]


def read_source(source: str | os.PathLike[str]) -> tuple[Imported, ...]:
    """Reads projects from anything Ignition exports.

    Args:
        source: a ``.proj`` file (7.x), a ``.zip`` of a project, of several, or of ``.proj``
            files, one project's folder (8.0 to 8.3), or a folder of projects.

    Raises:
        FormatError: it is none of these.
        ProjectsFolderError: it does not exist.
    """
    path = Path(source)
    if path.is_dir():
        return _from_folder(path)
    if not path.is_file():
        raise ProjectsFolderError(f"there is no file or folder {printable(str(path))}")
    with open(path, "rb") as stream:
        head = stream.read(4)
        if head.startswith(b"PK"):
            with unpacked(path) as folder:
                return _from_folder(folder)
        if os.fstat(stream.fileno()).st_size > MAX_ARCHIVE_BYTES:
            raise FormatError(f"is larger than {MAX_ARCHIVE_BYTES} bytes")
        return _from_proj(head + stream.read(MAX_ARCHIVE_BYTES), path.stem)


def import_projects(
    source: str | os.PathLike[str], target: str | os.PathLike[str], *, name: str | None = None
) -> tuple[Report, ...]:
    """Writes every project of a source into a projects folder, in the 8.3 text layout.

    Bodies as 7.9 to 8.1 store them become the functions that 8.3 calls.

    Args:
        source: as for ``read_source``.
        target: the projects folder; it is made where it is missing.
        name: name for the project, where the source holds only one.

    Raises:
        FormatError, ProjectsFolderError: as ``read_source``.
        WriteRefusedError: a project of that name exists.
        NameRefusedError: a project's name cannot be a folder's.
    """
    found = read_source(source)
    if name is not None:
        if len(found) != 1:
            raise WriteRefusedError(f"a name was given, and there are {len(found)} projects")
        found = (replace(found[0], project=replace(found[0].project, name=name)),)
    return tuple(_write(each, Path(target)) for each in found)


def export_project(
    project: Project, target: str | os.PathLike[str], generation: Generation = "8.3"
) -> tuple[LeftOut, ...]:
    """Writes one project so that a gateway can load it; the same project gives the same bytes.

    Args:
        project: as the store holds it.
        target: for ``8.1`` and ``8.3`` the folder to hold the project's folder, for ``zip``
            the file. A zip has the 8.3 layout with ``project.json`` at its top.
        generation: which layout.

    Returns:
        what could not be written, and why.

    Raises:
        WriteRefusedError: the target exists.
    """
    path = Path(target)
    if generation == "8.3":
        return _write(Imported(project), path).left
    if generation == "8.1":
        return _write_81(project, path)
    if os.path.lexists(path):
        raise WriteRefusedError(f"{printable(str(path))} exists")
    with tempfile.TemporaryDirectory(prefix="pilotlight-") as folder:
        report = _write(Imported(project), Path(folder))
        write_new(path, zip_of(report.folder), sync=False)
    return report.left


def _write(imported: Imported, target: Path) -> Report:
    project = imported.project
    folder = new_project(
        target,
        project.name,
        title=project.title,
        description=project.description,
        parent=project.parent,
        inheritable=project.inheritable,
        enabled=project.enabled,
        sync=False,
    )
    taken: list[Taken] = []
    siblings: dict[Path, set[str]] = {}
    left = list(imported.left)
    for script in _scripts(project):
        kind = "message" if isinstance(script, MessageHandler) else script.kind
        name = script.name
        attributes = settings_of(script)
        try:
            place = text_place(kind, script.scope)
            folder_of = folder_name(name) if place.shape == "named" else ""
            if place.shape == "named" and folder_of != name:
                unshown = fault_of_true_name(name)
                if unshown:
                    raise FormatError(unshown)
                attributes[TRUE_NAME] = name
            source = _writable(as_function(script.source, place))
            file = write_resource(
                folder,
                place,
                folder_of,
                source,
                attributes,
                sync=False,
                siblings=siblings,
                overridable=script.overridable,
            )
        except (KeyError, WriteRefusedError, FormatError) as error:
            why = "has no place in the text layout" if isinstance(error, KeyError) else str(error)
            left.append(LeftOut(f"{kind} '{printable(name)}' ({script.scope})", why))
            continue
        settings = MappingProxyType(attributes)
        taken.append(Taken(kind, script.scope, name, _relative(file, target), settings))
    for module in project.modules.values():
        fault = fault_of_module_path(module.path)
        try:
            if fault:
                raise FormatError(fault)
            place = text_place("library", "G")
            source = _writable(module.source)
            file = write_resource(
                folder,
                place,
                module.path,
                source,
                {},
                sync=False,
                overridable=module.overridable,
            )
        except (WriteRefusedError, FormatError) as error:
            left.append(LeftOut(f"library '{printable(module.path)}'", str(error)))
            continue
        path = _relative(file, target)
        taken.append(Taken("library", "", module.path, path, MappingProxyType({})))
    return Report(project.name, folder, tuple(taken), tuple(left))


def _bundled(script: MessageHandler | EventScript) -> Script:
    plain = script_of(script)
    if plain.kind == "message" and script.scope != "S":
        # 8.1 stores these with their def line.
        return plain
    try:
        place = text_place(plain.kind, script.scope)
    except KeyError:
        return plain
    return replace(plain, source=as_body(plain.source, place))


def _scripts(project: Project) -> list[MessageHandler | EventScript]:
    return [*project.handlers.values(), *project.event_scripts.values()]


def _writable(source: str) -> str:
    try:
        source.encode("utf-8")
    except UnicodeEncodeError as error:
        raise FormatError("its text holds half a character", error.start) from None
    return source


def _relative(file: Path, target: Path) -> str:
    return file.relative_to(target).as_posix()


def _write_81(project: Project, target: Path) -> tuple[LeftOut, ...]:
    folder = new_project(
        target,
        project.name,
        title=project.title,
        description=project.description,
        parent=project.parent,
        inheritable=project.inheritable,
        enabled=project.enabled,
        sync=False,
    )
    left: list[LeftOut] = []
    for place in BUNDLES:
        mine = [each for each in _scripts(project) if each.scope == place.scope]
        if not mine:
            continue
        scripts = [_bundled(each) for each in mine]
        # One file has one mark for all that is in it.
        overridable = all(each.overridable for each in mine)
        where = folder / place.folder
        where.mkdir(parents=True)
        write_new(where / place.file, bundle_of(scripts, place.scope), sync=False)
        description = json_text(resource_description(place, {}, overridable=overridable))
        write_new(where / RESOURCE_FILE, description, sync=False)
    library = text_place("library", "G")
    for module in project.modules.values():
        try:
            source = _writable(module.source)
            write_resource(
                folder,
                library,
                module.path,
                source,
                {},
                sync=False,
                overridable=module.overridable,
            )
        except (WriteRefusedError, FormatError) as error:
            left.append(LeftOut(f"library '{printable(module.path)}'", str(error)))
    return tuple(left)


def _from_folder(path: Path) -> tuple[Imported, ...]:
    if (path / PROJECT_FILE).is_file() or any((path / area).is_dir() for area in AREAS):
        store = ProjectStore.of_one(path)
    else:
        store = ProjectStore(path)
        store.load()
    found = [
        Imported(project, _left_of(project, store.folder / name))
        for name, project in store.snapshot.projects.items()
    ]
    tree = Tree(str(path))
    for file in sorted(path.glob("*.proj")):
        try:
            found += _from_proj(tree.read(file.name, MAX_ARCHIVE_BYTES), file.stem)
        except ReadFault as fault:
            raise FormatError(f"{printable(file.name)} {fault.message}") from None
    if not found:
        raise FormatError("holds no project")
    return tuple(found)


def _left_of(project: Project, folder: Path) -> tuple[LeftOut, ...]:
    left = [
        LeftOut(fault.file, fault.message)
        for fault in project.diagnostics
        if fault.severity == "error" or fault.rule in ("left", "empty")
    ]
    other: Counter[str] = Counter()
    for current, _, files in os.walk(folder):
        parts = Path(current).relative_to(folder).parts
        if RESOURCE_FILE in files and len(parts) >= 2 and place_of(parts[0], parts[1]) is None:
            other["/".join(parts[:2])] += 1
    left += [
        LeftOut(f"{count} x {printable(kind)}", "holds no event script")
        for kind, count in sorted(other.items())
    ]
    return tuple(left)


def _from_proj(data: bytes, stem: str) -> tuple[Imported, ...]:
    export = read_proj(data)
    name = export.name if not fault_of_name(export.name) else stem
    left = list(export.left)
    handlers: dict[tuple[Scope, str], MessageHandler] = {}
    events: dict[tuple[Scope, str, str], EventScript] = {}
    for scope, script in export.scripts:
        resource = resource_of(name, scope, script, "")
        shown = f"{script.kind} '{printable(script.name)}' ({scope})"
        if isinstance(resource, MessageHandler):
            if (scope, script.name) in handlers:
                left.append(LeftOut(shown, "comes twice"))
            else:
                handlers[scope, script.name] = resource
        elif isinstance(resource, EventScript):
            if (scope, script.kind, script.name) in events:
                left.append(LeftOut(shown, "comes twice"))
            else:
                events[scope, script.kind, script.name] = resource
    project = Project(
        name,
        export.title,
        export.description,
        export.enabled,
        handlers=MappingProxyType(handlers),
        modules=_modules(name, export.modules),
        event_scripts=MappingProxyType(events),
    )
    found = [Imported(project, tuple(left))]
    if export.shared:
        shared = Project(
            SHARED_PROJECT,
            "Shared scripts",
            inheritable=True,
            modules=_modules(SHARED_PROJECT, export.shared),
        )
        found.append(Imported(shared))
    return tuple(found)


def _modules(project: str, sources: dict[str, str]) -> MappingProxyType[str, ScriptModule]:
    modules = {}
    for path, text in sources.items():
        source = text.replace("\r\n", "\n").replace("\r", "\n")
        modules[path] = ScriptModule(project, path, source, "", digest_of(path, source))
    return MappingProxyType(modules)
