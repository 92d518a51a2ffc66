"""Writes new projects, handlers and libraries in Ignition 8.3's layout; never over anything."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from project_store.errors import NameRefusedError, WriteRefusedError
from project_store.layout import PROJECT_FILE, RESOURCE_FILE, Place, text_place
from project_store.model import Scope, ThreadType
from project_store.names import fault_of_module_path, fault_of_name, nearest, printable
from project_store.records import digest_of

_BODY = "\t# Runs when a message is sent to this handler.\n\tpass\n"
_SCOPE_LETTERS: Mapping[str, str] = {"G": "G", "C": "C", "S": "G"}


def new_project(
    projects: str | os.PathLike[str],
    name: str,
    *,
    title: str = "",
    description: str = "",
    parent: str = "",
    inheritable: bool = False,
    enabled: bool = True,
    sync: bool = True,
) -> Path:
    """Creates an empty project, and the projects folder where it is missing.

    Returns:
        the project's folder.

    Raises:
        NameRefusedError: the name cannot stand for a project.
        WriteRefusedError: something of that name, in any case of letters, exists.
    """
    _check_name(name, "project")
    folder = Path(projects)
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_existing(folder, name, "project")
    settings = {
        "title": title,
        "description": description,
        "enabled": enabled,
        "inheritable": inheritable,
        "parent": parent,
    }
    project = folder / name
    _make_folder(project)
    write_new(project / PROJECT_FILE, json_text(settings), sync=sync)
    return project


def new_handler(
    project: str | os.PathLike[str],
    name: str,
    scope: Scope = "G",
    *,
    thread_type: ThreadType = "Shared",
    enabled: bool = True,
    source: str | None = None,
) -> Path:
    """Creates a message handler in a project's folder.

    Args:
        project: the project's folder.
        name: the name that messages are sent to.
        scope: ``G``, ``C`` or ``S``.
        thread_type: ``EDT`` only for a Client handler.
        enabled: False writes a handler that never runs.
        source: its whole text; None writes an empty one to fill in.

    Returns:
        the file with its text.

    Raises:
        NameRefusedError: the name, or the thread type, cannot be used.
        WriteRefusedError: it exists, or the project does not.
    """
    _check_name(name, "message handler")
    if thread_type not in get_args(ThreadType):
        near = nearest(thread_type, get_args(ThreadType))
        raise NameRefusedError(
            f"unknown thread type '{printable(thread_type)}'"
            + (f": did you mean '{near}'?" if near else "")
        )
    if thread_type == "EDT" and scope != "C":
        raise NameRefusedError("only Client handlers have an event dispatch thread (EDT)")
    place = text_place("message", scope)
    if source is None:
        source = f"def {place.entry}({', '.join(place.parameters)}):\n{_BODY}"
    attributes = {"threadType": thread_type, "enabled": enabled}
    return write_resource(Path(project), place, name, source, attributes)


def new_library(
    project: str | os.PathLike[str], path: str, *, source: str | None = None
) -> Path:
    """Creates a script library.

    Args:
        project: the project's folder.
        path: dotted path, ``pkg.mod``.
        source: its whole text; None writes a line that says what it is.

    Returns:
        the file with its text.

    Raises:
        NameRefusedError: the path cannot be named by scripts.
        WriteRefusedError: it exists, or the project does not.
    """
    fault = fault_of_module_path(path)
    if fault:
        raise NameRefusedError(f"a library cannot be called '{printable(path)}': {fault}")
    place = text_place("library", "G")
    if source is None:
        source = f'"""Library {path}."""\n'
    return write_resource(Path(project), place, path, source, {})


def write_resource(
    project: Path,
    place: Place,
    name: str,
    source: str,
    attributes: Mapping[str, object],
    *,
    sync: bool = True,
    siblings: dict[Path, set[str]] | None = None,
    overridable: bool = True,
) -> Path:
    """Creates one text resource's folder: its text first, then its ``resource.json``.

    A gateway that watches the folder reads a resource when its ``resource.json`` appears, so
    that is written last. Names are taken as checked.

    Args:
        project: the project's folder.
        place: the kind of resource, from the layout's table.
        name: its name (dotted path for a library), "" where the kind has only one.
        source: its text.
        attributes: those of its ``resource.json``.
        sync: as for ``write_new``.
        siblings: names that are taken by folder, kept by a caller that writes many at once.
        overridable: whether projects that inherit it may override it.

    Returns:
        the file with its text.

    Raises:
        WriteRefusedError: it exists, or the project does not.
    """
    if not project.is_dir():
        raise WriteRefusedError(f"there is no project folder {printable(str(project))}")
    base = project / place.folder
    if place.shape == "single":
        folder = base
    elif place.shape == "tree":
        folder = base.joinpath(*name.split("."))
    else:
        folder = base / name
    if place.shape == "tree":
        step = base
        for part in name.split("."):
            _refuse_other_case(step, part)
            step = step / part
        _refuse_file(folder / place.file, name)
    else:
        _refuse_existing(folder.parent, folder.name, place.kind, siblings)
    inside = os.path.realpath(project) + os.sep
    if not os.path.realpath(folder).startswith(inside):
        raise WriteRefusedError(f"{printable(str(folder))} lies outside the project")
    folder.mkdir(parents=True, exist_ok=True)
    description = json_text(resource_description(place, attributes, overridable=overridable))
    write_new(folder / place.file, source, sync=sync)
    write_new(folder / RESOURCE_FILE, description, sync=sync)
    return folder / place.file


def resource_description(
    place: Place, attributes: Mapping[str, object], *, overridable: bool = True
) -> dict[str, object]:
    """The content of a ``resource.json``, with the members that Ignition 8.3 writes."""
    return {
        "scope": "A" if place.kind == "library" else _SCOPE_LETTERS[place.scope],
        "version": 1,
        "restricted": False,
        "overridable": overridable,
        "files": [place.file],
        "attributes": dict(attributes),
    }


def json_text(value: object) -> str:
    """JSON as Ignition lays it out: two spaces, a last line end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write_new(file: Path, text: str | bytes, *, sync: bool = True) -> None:
    """Writes a file that does not exist yet, so that nobody ever sees half of it.

    Args:
        file: where; its folder exists.
        text: what; text is written as UTF-8.
        sync: waits until it is on the disk, which takes a millisecond or more.

    Raises:
        WriteRefusedError: it exists.
    """
    _refuse_file(file, file.name)
    data = text.encode("utf-8") if isinstance(text, str) else text
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as out:
            out.write(data)
            out.flush()
            if sync:
                os.fsync(out.fileno())
        try:
            # A link, unlike a rename, never replaces what somebody else made meanwhile.
            os.link(temporary, file)
        except FileExistsError:
            raise WriteRefusedError(f"{printable(str(file))} exists") from None
        except OSError:
            # No hard links on this file system.
            _refuse_file(file, file.name)
            os.rename(temporary, file)
            return
        os.unlink(temporary)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def folder_name(name: str) -> str:
    """A folder's name for any resource name; other than the name where that cannot be one."""
    if not fault_of_name(name):
        return name
    out = "".join(
        char if char.isprintable() and char not in '/\\%' else _percent(char) for char in name
    )
    out = out.strip() if out.strip() == out else "".join(map(_percent, out))
    if out.startswith("."):
        out = _percent(".") + out[1:]
    return out[:60] + digest_of(name) if len(out.encode()) > 200 else out or _percent("")


def _percent(char: str) -> str:
    data = char.encode("utf-8", "surrogatepass")
    return "".join(f"%{byte:02X}" for byte in data) or "%"


def _check_name(name: str, what: str) -> None:
    fault = fault_of_name(name)
    if fault:
        raise NameRefusedError(f"a {what} cannot be called '{printable(name)}': {fault}")


def _refuse_existing(
    folder: Path, name: str, what: str, siblings: dict[Path, set[str]] | None = None
) -> None:
    taken = siblings.get(folder) if siblings is not None else None
    if taken is None:
        taken = {each.casefold() for each in os.listdir(folder)} if folder.is_dir() else set()
        if siblings is not None:
            siblings[folder] = taken
    if name.casefold() in taken:
        same = "" if os.path.lexists(folder / name) else " (they would differ in case only)"
        raise WriteRefusedError(f"the {what} '{printable(name)}' exists{same}")
    if siblings is not None:
        taken.add(name.casefold())


def _refuse_other_case(folder: Path, name: str) -> None:
    if folder.is_dir() and name not in (names := os.listdir(folder)):
        for other in names:
            if other.casefold() == name.casefold():
                raise WriteRefusedError(
                    f"'{printable(other)}' exists (they would differ in case only)"
                )


def _refuse_file(file: Path, name: str) -> None:
    if os.path.lexists(file):
        raise WriteRefusedError(f"'{printable(name)}' exists: {printable(str(file))}")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir()
    except FileExistsError:
        raise WriteRefusedError(f"{printable(str(folder))} exists") from None
