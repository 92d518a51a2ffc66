"""What a project has by inheritance: one project as it runs, of the projects as they are stored.

Libraries are inherited whatever the profile, as the host takes both ways of naming them; message
handlers and event scripts as Ignition 8 does, which is: those of an inheritable parent run in
each of its children too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, TypeVar

from project_store.diagnostic import ResourceDiagnostic, Severity
from project_store.model import EventScript, MessageHandler, Project, ScriptModule
from project_store.names import nearest

_BUNDLE: Final = "data.bin"

Resource = TypeVar("Resource", MessageHandler, ScriptModule, EventScript)


def ancestors(project: Project, projects: Mapping[str, Project]) -> tuple[Project, ...]:
    """The projects it inherits from, nearest first; a loop ends where it closes."""
    found: list[Project] = []
    seen = {project.name}
    parent = projects.get(project.parent)
    while parent is not None and parent.name not in seen:
        seen.add(parent.name)
        found.append(parent)
        parent = projects.get(parent.parent)
    return tuple(found)


def descendants(names: Iterable[str], projects: Mapping[str, Project]) -> set[str]:
    """The projects that inherit from any of the names, at any distance."""
    children: dict[str, list[str]] = {}
    for project in projects.values():
        if project.parent:
            children.setdefault(project.parent, []).append(project.name)
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def inherited(project: Project, projects: Mapping[str, Project], profile: str) -> Project:
    """The project with what it inherits and does not override; itself where that is nothing.

    Args:
        project: as it is stored.
        projects: all that are stored, by name.
        profile: in 7.9 libraries alone are inherited.

    An 8.0 or 8.1 bundle (``data.bin``) is one resource: a child's own hides the whole of its
    parent's. A disabled parent is inherited from all the same (our choice).
    """
    if not project.parent:
        return project
    complaints = list(_faults(project, projects))
    handlers = dict(project.handlers)
    modules = dict(project.modules)
    events = dict(project.event_scripts)
    broken = set(project.broken)
    taken: dict[Any, Any] = {**handlers, **modules, **events}
    bundles = _bundles(project)
    scripts_too = profile != "7.9"
    for parent in ancestors(project, projects):
        _take(project, modules, parent.modules, broken, complaints)
        broken |= {key for key in parent.broken if key[0] == "library" and key[1] not in taken}
        taken.update(modules)
        scripts_too = scripts_too and parent.inheritable
        if not scripts_too:
            continue
        _take(project, handlers, parent.handlers, broken, complaints, bundles)
        _take(project, events, parent.event_scripts, broken, complaints, bundles)
        broken |= {key for key in parent.broken if key[0] != "library" and not _has(taken, key)}
        taken.update(handlers)
        taken.update(events)
        bundles = bundles | _bundles(parent)
    return replace(
        project,
        handlers=MappingProxyType(handlers),
        modules=MappingProxyType(modules),
        event_scripts=MappingProxyType(events),
        diagnostics=(*project.diagnostics, *dict.fromkeys(complaints)),
        broken=frozenset(broken),
    )


def _take(
    project: Project,
    mine: dict[Any, Resource],
    theirs: Mapping[Any, Resource],
    broken: set[tuple[str, str]],
    complaints: list[ResourceDiagnostic],
    bundles: frozenset[str] = frozenset(),
) -> None:
    for key, resource in theirs.items():
        own = mine.get(key)
        if own is None:
            hidden = resource.file.endswith(_BUNDLE) and _scope_of(resource) in bundles
            if not hidden and _public(key) not in broken:
                mine[key] = replace(resource, project=project.name)
        elif not resource.overridable:
            complaints.append(
                _complaint(
                    own.file,
                    "not-overridable",
                    "warning",
                    f"{resource.project} has it as not overridable: that one is taken",
                    "remove this one, or make the parent's overridable",
                )
            )
            mine[key] = replace(resource, project=project.name)


def _faults(project: Project, projects: Mapping[str, Project]) -> Iterable[ResourceDiagnostic]:
    file = f"{project.name}/project.json"
    parent = projects.get(project.parent)
    if parent is None:
        near = nearest(project.parent, (name for name in projects if name != project.name))
        yield _complaint(
            file,
            "parent-missing",
            "warning",
            f"the parent {project.parent!r} is not here: nothing is inherited from it",
            f"did you mean {near!r}?" if near else "put that project beside this one",
        )
    elif _loops(project, projects):
        chain = [project.name, *(each.name for each in ancestors(project, projects))]
        last = projects[chain[-1]].parent
        yield _complaint(
            file,
            "parent-loop",
            "error",
            f"projects inherit from each other in a loop: {' -> '.join([*chain, last])}",
            "take the parent out of one of their project.json",
        )
    elif not parent.inheritable:
        yield _complaint(
            file,
            "parent-not-inheritable",
            "warning",
            f"the parent {parent.name!r} is not inheritable: only its libraries are taken, and a "
            "real gateway takes nothing",
            f'set "inheritable": true in {parent.name}/project.json',
        )


def _loops(project: Project, projects: Mapping[str, Project]) -> bool:
    return (project, *ancestors(project, projects))[-1].parent in projects


def _complaint(
    file: str, rule: str, severity: Severity, message: str, remedy: str
) -> ResourceDiagnostic:
    return ResourceDiagnostic(file, 1, 1, rule, severity, message, remedy)


def _bundles(project: Project) -> frozenset[str]:
    """The scopes that the project has a bundle of event scripts for."""
    scripts: list[MessageHandler | EventScript] = [*project.handlers.values()]
    scripts += project.event_scripts.values()
    return frozenset(each.scope for each in scripts if each.file.endswith(_BUNDLE))


def _scope_of(resource: MessageHandler | ScriptModule | EventScript) -> str:
    return "" if isinstance(resource, ScriptModule) else resource.scope


def _public(key: Any) -> tuple[str, str]:
    """A key of the model as ``Project.broken`` has it."""
    if isinstance(key, str):
        return ("library", key)
    return (f"{key[1]}:{key[0]}", key[2]) if len(key) == 3 else key


def _has(taken: Mapping[Any, Any], key: tuple[str, str]) -> bool:
    kind, _, scope = key[0].partition(":")
    return ((scope, kind, key[1]) if scope else key) in taken
