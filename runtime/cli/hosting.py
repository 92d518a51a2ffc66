"""Opening a host for a command, and saying what it is and what it holds."""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from project_store.errors import ProjectsFolderError
from runtime import ScriptHost
from runtime.cli.console import visible
from runtime.cli.diagnostics import print_diagnostics
from runtime.config import HostConfig
from runtime.errors import ConfigError, PilotlightError
from runtime.logbook import LogRecord
from runtime.message import Delivery, Identity

_LOG_STYLES = {"TRACE": "dim", "DEBUG": "dim", "INFO": "", "WARN": "yellow"}


def open_host(folder: Path | None, config: HostConfig) -> ScriptHost:
    """A host with the configuration's client sessions.

    Raises:
        click.UsageError: the folder or the configuration cannot be used.
    """
    try:
        return ScriptHost.open(folder, config=config)
    except (ProjectsFolderError, ConfigError, PilotlightError) as error:
        raise click.UsageError(str(error)) from error


def people_of(host: ScriptHost) -> Mapping[str, Identity]:
    """Session id -> who that is, for every session there is now."""
    return {session.identity.id: session.identity for session in host.sessions}


def print_header(console: Console, host: ScriptHost, folder: Path | None) -> None:
    """The profile, what was loaded, who is attached, and what is wrong with the projects."""
    snapshot = host.snapshot
    handlers = sum(len(project.handlers) for project in snapshot.projects.values())
    what = (
        f"{len(snapshot.projects)} projects, {handlers} handlers in {folder}"
        if folder is not None
        else "no projects folder (name one with --projects)"
    )
    console.print(
        Text.assemble(
            ("pilotlight ", "bold"),
            f"{version('pilotlight')}  ",
            (f"profile {host.profile}", "bold"),
            f"  tier {host.tier}  gateway {host.name}: {what}",
        )
    )
    for identity in people_of(host).values():
        console.print(Text.assemble("  client ", person(identity)))
    print_diagnostics(console, host.diagnostics, host.folder)


def person(identity: Identity) -> str:
    """A session in one line: id, project, user with roles, host."""
    roles = f" ({', '.join(sorted(identity.roles))})" if identity.roles else ""
    user = f" {identity.user}{roles}" if identity.user else ""
    place = f" at {identity.host_name}" if identity.host_name else ""
    return f"{identity.id} of {identity.project}{user}{place}"


def print_record(console: Console, record: LogRecord) -> None:
    """One line of log, and what belongs under it."""
    style = _LOG_STYLES.get(record.level, "red")
    source = record.origin.session or record.origin.scope
    console.print(
        Text.assemble(
            (f"{record.level:<5}", style),
            (f" [{record.logger}] ", "dim"),
            (f"{source}: " if source else "", "dim"),
            (visible(record.message), style),
        )
    )
    for line in record.detail.rstrip("\n").split("\n") if record.detail else ():
        console.print(Text.assemble("      ", (visible(line), style)))


def unsettled(deliveries: list[Delivery]) -> list[Delivery]:
    """Those that were accepted and have not come to an end."""
    return [d for d in deliveries if d.status in ("queued", "running")]
