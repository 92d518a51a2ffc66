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
        overridable: whether a project that inherits it may have one of its own instead.
        deadline: seconds until it is stopped, None where its files set none (our own attribute).
    """

    project: str
    scope: Scope
    name: str
    source: str
    file: str
    thread_type: ThreadType = "Shared"
    enabled: bool = True
    digest: str = ""
    overridable: bool = field(default=True, kw_only=True)
    deadline: float | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class ScriptModule:
    """One script library module, ``path`` dotted (``pkg.mod``)."""

    project: str
    path: str
    source: str
    file: str
    digest: str = ""
    overridable: bool = field(default=True, kw_only=True)


ALL_CHANGES = ("ValueChange", "QualityChange", "TimestampChange")


@dataclass(frozen=True, slots=True)
class EventScript:
    """A script that an event of the system runs: startup, shutdown, timer, ...

    Args:
        project: name of the project it belongs to.
        scope: ``G``, ``C`` or ``S``.
        kind: ``startup``, ``shutdown``, ``update``, ``shutdown-intercept``, ``timer``,
            ``tag-change``, ``scheduled``, ``menubar``, ``keystroke``, or an event of a
            Perspective session (``page-startup``, ``barcode``, ...).
        name: its name within its kind, "" where the kind has only one.
        source: its text: a ``def``, or a flat or tab-indented body as 7.9 to 8.1 store it.
        file: path of its text relative to the projects folder.
        enabled: False ones are loaded but never run.
        digest: changes when anything that matters to running it changes.
        overridable: whether a project that inherits it may have one of its own instead.
    """

    project: str
    scope: Scope
    kind: str
    name: str
    source: str
    file: str
    enabled: bool = True
    digest: str = ""
    overridable: bool = field(default=True, kw_only=True)


@dataclass(frozen=True, slots=True)
class TimerScript(EventScript):
    """``delay`` in milliseconds; ``fixed_delay`` False is a fixed rate."""

    delay: int = 1000
    fixed_delay: bool = True
    shared_thread: bool = True


@dataclass(frozen=True, slots=True)
class TagChangeScript(EventScript):
    """``change_types``: which changes of the tags at ``paths`` run it."""

    paths: tuple[str, ...] = ()
    change_types: tuple[str, ...] = ALL_CHANGES


@dataclass(frozen=True, slots=True)
class ScheduledScript(EventScript):
    """``cron``: five fields as in Unix."""

    cron: str = ""


@dataclass(frozen=True, slots=True)
class MenuScript(EventScript):
    """One entry of the menu bar: ``path`` are the labels from the top, ``position`` the indexes.

    ``accelerator`` holds the key's settings by name, as for a keystroke.
    """

    path: tuple[str, ...] = ()
    position: tuple[int, ...] = ()
    icon_path: str = ""
    mnemonic: str = ""
    description: str = ""
    accelerator: tuple[tuple[str, str | int | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class KeystrokeScript(EventScript):
    """``keystroke``: the key's settings by name, as stored."""

    keystroke: tuple[tuple[str, str | int | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """One project as it stands on disk.

    ``handlers`` maps (scope, name); ``modules`` maps dotted paths. Resources with an error are
    left out of them and named in ``diagnostics``; ``broken`` lists their keys, so that a reload
    can keep the last good version of exactly those: (scope, name) of a handler,
    ("library", dotted path) of a module, ("kind:scope", name) of another event script, which
    ``event_scripts`` maps by (scope, kind, name). While ``project.json`` is broken the settings
    are those last read well (the defaults where there never were any). ``deadline`` (seconds a
    run) and ``memory`` (MiB a worker) are members of ``project.json`` of our own: they lower what
    the operator set, and None lowers nothing.
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
    event_scripts: Mapping[tuple[Scope, str, str], EventScript] = field(
        default_factory=lambda: MappingProxyType({})
    )
    deadline: float | None = field(default=None, kw_only=True)
    memory: float | None = field(default=None, kw_only=True)


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
    vanished; ``event_scripts`` likewise (project, scope, kind, name). ``diagnosed`` names those
    whose diagnostics changed ("" for the folder itself), whether or not anything that runs did.
    ``before`` and ``after`` are the whole snapshots (sharing what did not change).
    """

    before: Snapshot
    after: Snapshot
    projects: frozenset[str] = frozenset()
    handlers: frozenset[tuple[str, Scope, str]] = frozenset()
    modules: frozenset[tuple[str, str]] = frozenset()
    diagnosed: frozenset[str] = frozenset()
    event_scripts: frozenset[tuple[str, Scope, str, str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(
            self.projects
            or self.handlers
            or self.modules
            or self.event_scripts
            or self.diagnosed
        )
