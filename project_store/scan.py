"""Which units (resource folders, bundles) lie where: from a path, and from a folder's listing."""

from collections.abc import Iterator
from dataclasses import dataclass

from project_store.files import ReadFault, Tree
from project_store.layout import PROJECT_FILE, RESOURCE_FILE, Place, place_of, places_in
from project_store.records import Record

_MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Unit:
    """One folder that is read as a whole."""

    project: str
    place: Place
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Target:
    """What a changed path asks to be read again.

    Args:
        project: the project it lies in, "" for the whole projects folder.
        prefix: everything at or below this path, "" for nothing.
        unit: the one unit it lies in, if it is clear.
        manifest: the project's ``project.json``.
        place: where ``prefix`` lies, None for the whole project or an area of it.
    """

    project: str
    prefix: str = ""
    unit: Unit | None = None
    manifest: bool = False
    place: Place | None = None


def locate(relative: str) -> Target | None:
    """What to read again when a path (relative to the projects folder) was touched.

    None where nothing we read can lie.
    """
    if not relative:
        return Target("")
    parts = tuple(relative.split("/"))
    if any(part.startswith(".") for part in parts):
        return None
    project = parts[0]
    if len(parts) == 1:
        return Target(project, relative, manifest=True)
    if parts[1] == PROJECT_FILE:
        return Target(project, manifest=True) if len(parts) == 2 else None
    if len(parts) == 2:
        return Target(project, relative) if places_in(parts[1]) else None
    place = place_of(parts[1], parts[2])
    if place is None:
        return None
    base = "/".join(parts[:3])
    if place.shape in ("single", "bundle"):
        return Target(project, unit=Unit(project, place, base, ""), place=place)
    if len(parts) == 3:
        return Target(project, base, place=place)
    if place.shape == "named":
        return Target(project, unit=Unit(project, place, f"{base}/{parts[3]}", parts[3]))
    if parts[-1] in (place.file, RESOURCE_FILE):
        if len(parts) == 4:
            return None
        path = "/".join(parts[:-1])
        return Target(project, unit=Unit(project, place, path, ".".join(parts[3:-1])))
    return Target(project, relative, place=place)


def unit_at(path: str, place: Place) -> Unit:
    """The unit of a known path."""
    parts = path.split("/")
    return Unit(parts[0], place, path, ".".join(parts[3:]))


def units_in_project(tree: Tree, project: str) -> Iterator[Unit | tuple[str, Record]]:
    """Every unit of a project; a folder that cannot be listed comes as its path and a record."""
    try:
        areas = tree.list(project).folders
    except ReadFault as fault:
        if not fault.missing or tree.is_link(project):
            yield project, _failed(project, fault)
        return
    for area in areas:
        yield from units_in_area(tree, project, area)


def units_in_area(tree: Tree, project: str, area: str) -> Iterator[Unit | tuple[str, Record]]:
    """Every unit of one first-level folder of a project."""
    for place in places_in(area):
        if tree.exists(f"{project}/{place.folder}"):
            yield from units_in_place(tree, project, place, f"{project}/{place.folder}")


def units_in_place(
    tree: Tree, project: str, place: Place, folder: str
) -> Iterator[Unit | tuple[str, Record]]:
    """Every unit at or below a folder of one place."""
    if place.shape in ("single", "bundle"):
        yield Unit(project, place, folder, "")
        return
    base = f"{project}/{place.folder}"
    try:
        if place.shape == "tree":
            yield from _units_in_tree(tree, project, place, folder, base)
            return
        for name in tree.list(folder).folders:
            yield Unit(project, place, f"{folder}/{name}", name)
    except ReadFault as fault:
        if not fault.missing:
            yield folder, _failed(folder, fault)


def _units_in_tree(
    tree: Tree, project: str, place: Place, folder: str, base: str
) -> Iterator[Unit | tuple[str, Record]]:
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            listing = tree.list(current)
        except ReadFault as fault:
            if not fault.missing or tree.is_link(current):
                yield current, _failed(current, fault)
            continue
        parts = tuple(current[len(base) + 1 :].split("/")) if current != base else ()
        here = (*listing.files, *listing.folders)
        if parts and (place.file in here or RESOURCE_FILE in here):
            yield Unit(project, place, current, ".".join(parts))
        if len(parts) >= _MAX_DEPTH:
            deep = ReadFault("depth", f"folders nest deeper than {_MAX_DEPTH}", "flatten them")
            yield current, _failed(current, deep)
            continue
        pending += [f"{current}/{name}" for name in listing.folders if name != place.file]


def _failed(path: str, fault: ReadFault) -> Record:
    return Record(diagnostics=(fault.diagnostic(path),), failed=True, unsettled=fault.missing)
