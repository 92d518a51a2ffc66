"""Checks a folder of projects without running any of it: what `pilotlight check` reports."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from project_store.diagnostic import ResourceDiagnostic
from project_store.layout import text_place
from project_store.model import EventScript, MessageHandler, ScriptModule, Snapshot
from project_store.store import ProjectStore
from runtime.check_calls import check_sends
from runtime.check_names import check_library_names
from runtime.events.kinds import entry_of
from sandbox import Diagnostic, Policy, Sandbox
from sandbox.dialect import parse
from sandbox.dialect.errors import DialectError

Checked = MessageHandler | ScriptModule | EventScript


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a folder holds and what is wrong with it, in the order of files and lines.

    Args:
        root: the folder that the diagnostics' files are relative to.
        projects, handlers, libraries, others: how many there are; ``others`` are event scripts
            that are no message handlers.
        diagnostics: what there is to say.
        sources: the text of every script by its file.
    """

    root: Path
    projects: int
    handlers: int
    libraries: int
    others: int
    diagnostics: tuple[Diagnostic | ResourceDiagnostic, ...]
    sources: Mapping[str, str]


def check_folder(folder: Path, profile: str = "7.9") -> CheckReport:
    """Read and compile everything below a projects folder.

    Args:
        folder: the projects folder, or the one that holds ``projects/``.
        profile: the Ignition generation whose rules apply.

    Raises:
        ProjectsFolderError: it is no projects folder.
    """
    store = ProjectStore(folder)
    snapshot = store.load()
    projects = snapshot.projects.values()
    handlers = [script for project in projects for script in project.handlers.values()]
    modules = [script for project in projects for script in project.modules.values()]
    others = [script for project in projects for script in project.event_scripts.values()]
    found: list[Diagnostic | ResourceDiagnostic] = list(snapshot.diagnostics)
    for project in projects:
        found.extend(project.diagnostics)
    sandbox = Sandbox(Policy(), profile)
    scripts: list[Checked] = [*handlers, *modules, *others]
    for script in scripts:
        found.extend(_check(sandbox, script, snapshot, profile))
    found.sort(key=lambda d: (d.file, d.line, d.column))
    return CheckReport(
        store.folder,
        len(projects),
        len(handlers),
        len(modules),
        len(others),
        tuple(found),
        {script.file: script.source for script in scripts},
    )


def _check(
    sandbox: Sandbox, script: Checked, snapshot: Snapshot, profile: str
) -> Iterator[Diagnostic]:
    entry, parameters = _entry_of(script)
    result = sandbox.compile(script.source, script.file, entry=entry, parameters=parameters)
    yield from result.diagnostics
    if result.script is None:
        return
    try:
        tree = parse(script.source, script.file, indented=True)
    except DialectError:
        return
    yield from check_sends(tree, script.file, snapshot)
    yield from check_library_names(tree, script, snapshot, profile)


def _entry_of(script: Checked) -> tuple[str | None, tuple[str, ...]]:
    """The function that a script defines or is the body of, None for a library."""
    if isinstance(script, ScriptModule):
        return None, ()
    if isinstance(script, EventScript):
        return entry_of(script.kind, script.scope)
    place = text_place("message", script.scope)
    return place.entry, place.parameters


def count(found: Iterable[Diagnostic | ResourceDiagnostic], severity: str) -> int:
    """How many there are of one severity."""
    return sum(1 for diagnosis in found if diagnosis.severity == severity)
