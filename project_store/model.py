"""Frozen values: what a folder of projects holds at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from project_store.diagnostic import ResourceDiagnostic

Scope = Literal["G", "C", "S"]
"""Gateway, Client (Vision), Perspective session."""

ThreadType = Literal["Shared", "Dedicated", "EDT"]


@dataclass(frozen=True, slots=True)
class MessageHandler:
    """One message handler of one project in one scope.

    Args:
        project: name of the project it belongs to (the child's, where it is inherited).
        scope: ``G``, ``C`` or ``S``.
        name: the name messages are sent to.
        source: the handler's text as stored, line ends normalised to ``\\n``, BOM removed.
        file: path of its text relative to the projects folder, with ``/``.
        thread_type: Ignition's threading setting.
        enabled: False handlers are loaded but never run.
        digest: changes when anything that matters to running it changes.
    """

    project: str
    scope: Scope
    name: str
    source: str
    file: str
    thread_type: ThreadType = "Shared"
    enabled: bool = True
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ScriptModule:
    """One script library module, ``path`` dotted (``pkg.mod``)."""

    project: str
    path: str
    source: str
    file: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """One project as it stands on disk.

    ``handlers`` maps (scope, name); ``modules`` maps dotted paths. Resources with an error are
    left out of them and named in ``diagnostics``; ``broken`` lists their keys, so that a reload
    can keep the last good version of exactly those: (scope, name) of a handler,
    ("library", dotted path) of a module. While ``project.json`` is broken the settings are those
    last read well (the defaults where there never were any).
    """

    name: str
    title: str = ""
    description: str = ""
    enabled: bool = True
    inheritable: bool = False
    parent: str = ""
    handlers: Mapping[tuple[Scope, str], MessageHandler] = field(
        default_factory=lambda: MappingProxyType({})
    )
    modules: Mapping[str, ScriptModule] = field(default_factory=lambda: MappingProxyType({}))
    diagnostics: tuple[ResourceDiagnostic, ...] = ()
    broken: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every project of a folder at one moment; ``diagnostics`` are those of no one project."""

    projects: Mapping[str, Project] = field(default_factory=lambda: MappingProxyType({}))
    diagnostics: tuple[ResourceDiagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one settled burst of file events changed, compared by content.

    ``handlers`` and ``modules`` name (project, scope, name) and (project, path) whose digest
    changed, appeared or vanished; ``projects`` names those whose settings changed, appeared or
    vanished. ``diagnosed`` names those whose diagnostics changed ("" for the folder itself),
    whether or not anything that runs did. ``before`` and ``after`` are the whole snapshots
    (sharing what did not change).
    """

    before: Snapshot
    after: Snapshot
    projects: frozenset[str] = frozenset()
    handlers: frozenset[tuple[str, Scope, str]] = frozenset()
    modules: frozenset[tuple[str, str]] = frozenset()
    diagnosed: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.projects or self.handlers or self.modules or self.diagnosed)
