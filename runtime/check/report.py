"""Checks a folder of projects without running any of it: what `pilotlight check` reports."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cronsim import CronSim, CronSimError

from project_store.diagnostic import ResourceDiagnostic
from project_store.model import (
    EventScript,
    MessageHandler,
    Project,
    ScheduledScript,
    Scope,
    ScriptModule,
)
from project_store.store import ProjectStore
from runtime.check.comments import silence
from runtime.check.names import Names, problems_of
from runtime.check.outline import Outline
from runtime.check.outlines import Outlines, Text
from runtime.check.sends import problem_of
from runtime.events.kinds import entry_of
from runtime.generation import ENTRY, PARAMETERS
from runtime.inheritance import inherited
from sandbox import CodeCache, Diagnostic

Checked = MessageHandler | ScriptModule | EventScript
AnyDiagnostic = Diagnostic | ResourceDiagnostic


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
    diagnostics: tuple[AnyDiagnostic, ...]
    sources: Mapping[str, str]


def check_folder(
    folder: Path,
    profile: str = "7.9",
    *,
    cache: CodeCache | None = None,
    workers: int = 1,
    unused_ignores: bool = False,
) -> CheckReport:
    """Read and compile everything below a projects folder.

    Args:
        folder: the projects folder, or the one that holds ``projects/``.
        profile: the Ignition generation whose rules apply.
        cache: keeps what was found out of each text between checks, and compiled code.
        workers: processes that large folders are divided among; more than one needs a program
            whose main module can be imported again.
        unused_ignores: tell of comments that silence nothing.

    Raises:
        ProjectsFolderError: it is no projects folder.
    """
    store = ProjectStore(folder)
    snapshot = store.load()
    stored = snapshot.projects
    projects = {name: inherited(each, stored, profile) for name, each in stored.items()}
    scripts = [(each, project) for project in stored.values() for each in _scripts(project)]
    outlines = Outlines(profile, cache, workers).of(
        [_text_of(script) for script, _ in scripts], str(store.folder)
    )
    by_file: dict[str, list[AnyDiagnostic]] = {}
    for each in snapshot.diagnostics:
        by_file.setdefault(each.file, []).append(each)
    for project in projects.values():
        for each in project.diagnostics:
            by_file.setdefault(each.file, []).append(each)
    names: dict[str, Names] = {}
    found: list[AnyDiagnostic] = []
    for (script, project), outline in zip(scripts, outlines, strict=True):
        if project.name not in names:
            names[project.name] = Names.of(projects[project.name], projects, profile)
        said = [
            *by_file.pop(script.file, ()),
            *_check(script, outline, names[project.name], projects),
        ]
        found.extend(silence(script.file, said, outline.ignores, unused_ignores))
    found.extend(each for rest in by_file.values() for each in rest)
    found.sort(key=lambda d: (d.file, d.line, d.column, d.rule))
    kinds = [type(script) for script, _ in scripts]
    handlers, libraries = kinds.count(MessageHandler), kinds.count(ScriptModule)
    return CheckReport(
        store.folder,
        len(stored),
        handlers,
        libraries,
        len(kinds) - handlers - libraries,
        tuple(dict.fromkeys(found)),
        {script.file: script.source for script, _ in scripts},
    )


def _scripts(project: Project) -> Iterator[Checked]:
    yield from project.handlers.values()
    yield from project.modules.values()
    yield from project.event_scripts.values()


def _check(
    script: Checked, outline: Outline, names: Names, projects: dict[str, Project]
) -> Iterator[Diagnostic]:
    file = script.file
    for fault in outline.faults:
        yield Diagnostic(
            file,
            fault.line,
            fault.column,
            fault.rule,
            "error" if fault.severity == "error" else "warning",
            fault.message,
            fault.remedy,
        )
    if isinstance(script, ScheduledScript) and script.enabled:
        try:
            CronSim(script.cron, datetime.now())
        except CronSimError as error:
            message = f"the schedule {script.cron!r} of {script.name} cannot be read: {error}"
            remedy = "write five fields as in Unix"
            yield Diagnostic(file, 1, 1, "schedule", "warning", message, remedy)
    for send in outline.sends:
        problem = problem_of(send, projects)
        if problem is not None:
            yield _warning(file, send.line, send.column, problem)
    scope: Scope | None = None if isinstance(script, ScriptModule) else script.scope
    for use, problem in problems_of(outline, names, scope):
        yield _warning(file, use.line, use.column, problem)


def _warning(file: str, line: int, column: int, problem: tuple[str, str, str]) -> Diagnostic:
    rule, message, remedy = problem
    return Diagnostic(file, line, column, rule, "warning", message, remedy)


def _text_of(script: Checked) -> Text:
    """A script as it is compiled: a library has no function that it must define."""
    if isinstance(script, ScriptModule):
        return Text(script.source, script.file, None, ())
    if isinstance(script, EventScript):
        return Text(script.source, script.file, *entry_of(script.kind, script.scope))
    return Text(script.source, script.file, ENTRY, PARAMETERS[script.scope])


def count(found: Iterable[AnyDiagnostic], severity: str) -> int:
    """How many there are of one severity."""
    return sum(1 for diagnosis in found if diagnosis.severity == severity)
