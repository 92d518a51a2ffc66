"""Opening a host for a command, and saying what it is, what it holds and what it logs."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from project_store.errors import ProjectStoreError
from project_store.roots import projects_folder
from runtime import HostConfig, Identity, LogRecord, PilotlightError, ScriptHost
from runtime.cli.console import counted, cut, stderr, version, visible
from runtime.cli.diagnostics import print_diagnostics
from runtime.cli.problems import Problem
from runtime.code_cache import OFF, open_cache, user_folder
from runtime.errors import ConfigError
from runtime.executors.fleet import shared_zygote
from runtime.links.views import people_known
from sandbox.isolation.errors import IsolationError

_LONGEST = 2_000
"""Characters of a line of log that are shown; `--json` and the log itself have all."""

_MOST_LINES = 200

_LOG_STYLES = {"TRACE": "dim", "DEBUG": "dim", "INFO": "", "WARN": "yellow"}


def open_host(folder: Path | None, config: HostConfig, *, watch: bool) -> ScriptHost:
    """A host with the configuration's client sessions.

    Raises:
        Problem: the folder or the configuration cannot be used, or this machine cannot
            lock the workers that the process tier runs scripts in.
    """
    require_workers(config.tier)
    try:
        return ScriptHost.open(folder, config=with_cache(config), watch=watch)
    except (ProjectStoreError, PilotlightError, OSError) as error:
        raise Problem(str(error)) from error


def with_cache(config: HostConfig) -> HostConfig:
    """The configuration with the user's own code cache, where it says nothing of one."""
    if config.cache:
        return config
    folder = str(user_folder())
    try:
        open_cache(folder)
    except ConfigError as error:
        stderr().print(Text(f"no code cache: {visible(str(error))}", "yellow"))
        folder = OFF
    return replace(config, cache=folder)


def require_workers(tier: str | None) -> None:
    """Check that this machine can lock the workers of the process tier, where it is wanted.

    Raises:
        Problem: it cannot, and why.
    """
    if tier == "process":
        try:
            # Now, not at the first message: whoever starts the host has to know.
            shared_zygote()
        except IsolationError as error:
            raise Problem(
                f"scripts cannot be locked into worker processes here: {error}. --tier thread runs "
                "them in the host's own process: for scripts that you have reviewed"
            ) from error


def people_of(host: ScriptHost) -> Mapping[str, Identity]:
    """Session id -> who that is or was, for every session that the host knows of."""
    return people_known(host)


def near(path: Path) -> Path:
    """A path as seen from here, where it is below here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def root_of(folder: Path | None) -> Path | None:
    """The folder that diagnostics of a host name files in."""
    return near(projects_folder(folder)) if folder is not None else None


def print_header(console: Console, host: ScriptHost, folder: Path | None) -> None:
    """The profile, what was loaded, who is attached, and what is wrong with the projects."""
    projects = host.loader.snapshot.projects.values()
    handlers = sum(len(project.handlers) for project in projects)
    events = sum(len(project.event_scripts) for project in projects)
    holds = f"{counted(len(projects), 'project')}, {counted(handlers, 'handler')}"
    if events:
        holds += f", {counted(events, 'other event script')}"
    what = (
        f"{holds} in {visible(str(root_of(folder)))}"
        if folder is not None
        else "no projects folder (name one with --projects)"
    )
    console.print(
        Text.assemble(
            ("pilotlight ", "bold"),
            f"{version()}  ",
            (f"profile {host.profile}", "bold"),
            f"  tier {host.tier}  gateway {visible(host.name)}: {what}",
        )
    )
    for client in host.clients:
        console.print(Text(f"  client {visible(person(client.identity))}"))
    for designer in host.designers.values():
        console.print(Text(f"  designer {visible(person(designer.identity))}, {designer.comm}"))
    print_diagnostics(console, host.diagnostics, root_of(folder))


def person(identity: Identity) -> str:
    """A session in one line: id, project, user with roles, host."""
    roles = f" ({', '.join(sorted(identity.roles))})" if identity.roles else ""
    user = f" {identity.user}{roles}" if identity.user else ""
    place = f" at {identity.host_name}" if identity.host_name else ""
    return f"{identity.id} of {identity.project}{user}{place}"


def printed_by_handler(record: LogRecord) -> bool:
    """Whether the line is what a handler printed, or how it failed: the story has both."""
    origin = record.origin
    return bool(origin.delivery) and record.logger == f"{origin.project}.{origin.handler}"


def print_record(console: Console, record: LogRecord) -> None:
    """One line of log, and what belongs under it."""
    style = _LOG_STYLES.get(record.level, "red")
    source = record.origin.session or record.origin.scope
    console.print(
        Text.assemble(
            (f"{record.level:<5}", style),
            (f" [{visible(record.logger)}] ", "dim"),
            (f"{visible(source)}: " if source else "", "dim"),
            (cut(visible(record.message), _LONGEST), style),
        )
    )
    lines = record.detail.rstrip("\n").split("\n") if record.detail else []
    for line in lines[:_MOST_LINES]:
        console.print(Text.assemble("      ", (cut(visible(line), _LONGEST), style)))
    if len(lines) > _MOST_LINES:
        console.print(Text(f"      … {len(lines) - _MOST_LINES} lines more", "dim"))


def print_log_of_run(console: Console, record: LogRecord) -> None:
    """The log as it is written, without what the story will tell anyway."""
    if not printed_by_handler(record):
        print_record(console, record)
