"""`pilotlight status`, `sessions`, `handlers`, `running`, `kill`: looking at a running host."""

from datetime import datetime
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from runtime.cli.console import counted, stderr, stdout, visible
from runtime.cli.links import as_json, link_options, tool
from runtime.cli.options import json_option
from runtime.cli.problems import NotThere
from runtime.links import queries
from runtime.message import FINAL

_SCOPES = {"G": "Gateway", "C": "Client", "S": "Perspective", "": ""}


_WHOLE = ("session", "number", "for")
"""Columns that are copied from, or are no use in pieces."""


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    for column in columns:
        whole = column in _WHOLE
        table.add_column(column, overflow="fold", no_wrap=whole, min_width=8 if whole else None)
    return table


@click.command()
@link_options
@json_option
def status(**options: Any) -> None:
    """Say how a running host is."""
    json = options.pop("as_json")
    with tool(options) as link:
        found = link.ask("status")
        if json:
            click.echo(as_json(found))
            return
        console = stdout()
        console.print(
            Text.assemble(
                (visible(found.gateway), "bold"),
                f"  profile {found.profile}, tier {found.tier}, version {found.version}, "
                f"pid {found.pid}, up {_duration(found.uptime)}",
            )
        )
        console.print(f"projects: {visible(', '.join(found.projects)) or 'none'}")
        console.print(f"folder: {visible(found.folder) or 'none'}")
        console.print(
            f"sessions: {counted(found.clients, 'client')}, "
            f"{counted(found.designers, 'designer')}; "
            f"{counted(found.links - 1, 'link')} besides this one"
            + (f", {found.cut} cut" if found.cut else "")
        )
        counters = found.counters
        ended = ", ".join(f"{counters[name]} {name}" for name in FINAL if counters[name])
        console.print(
            f"deliveries: {counters['accepted']} accepted"
            + (f": {ended}" if ended else "")
            + f"; {counters['queued']} queued, {counters['running']} running"
            + (f"; {counters['rejected']} rejected" if counters["rejected"] else "")
        )
        if found.errors or found.warnings:
            console.print(
                Text(
                    f"diagnostics: {counted(found.errors, 'error')}, "
                    f"{counted(found.warnings, 'warning')} (pilotlight handlers)",
                    "red" if found.errors else "yellow",
                )
            )


@click.command()
@link_options
@json_option
def sessions(**options: Any) -> None:
    """List the sessions of a running host."""
    json = options.pop("as_json")
    with tool(options) as link:
        found = link.ask("sessions")
        if json:
            click.echo(as_json(found))
            return
        columns = "session kind project user roles host address since link mode"
        table = _table(*columns.split())
        for who in found:
            since = datetime.fromtimestamp(who.opened_at).strftime("%Y-%m-%d %H:%M:%S")
            table.add_row(
                who.id,
                who.kind,
                visible(who.project),
                visible(who.user),
                visible(", ".join(who.roles)),
                visible(who.host_name),
                visible(who.address),
                since,
                Text(who.link, "red" if who.link == "cut" else "dim"),
                Text(who.comm, "dim"),
            )
        stdout().print(table)


@click.command()
@link_options
@json_option
def handlers(**options: Any) -> None:
    """List the message handlers and libraries of a running host, and what is wrong with them."""
    json = options.pop("as_json")
    with tool(options) as link:
        found = link.ask("handlers")
        if json:
            click.echo(as_json(found))
            return
        table = _table("project", "scope", "name", "threading", "file")
        faults: list[str] = []
        for one in found:
            kind = _SCOPES.get(one.scope, one.scope) or one.kind
            table.add_row(
                visible(one.project),
                kind,
                Text(visible(one.name), "bold" if one.enabled else "dim strike"),
                one.threading,
                Text(visible(one.file), "dim"),
            )
            faults += one.faults
        stdout().print(table)
        for fault in dict.fromkeys(faults):
            stdout().print(Text(visible(fault), "yellow" if ": warning[" in fault else "red"))


@click.command()
@link_options
@json_option
def running(**options: Any) -> None:
    """List what a running host is running now, with the line of each script."""
    json = options.pop("as_json")
    with tool(options) as link:
        found = link.ask("running")
        if json:
            click.echo(as_json(found))
            return
        if not found:
            stderr().print(Text("nothing runs", "dim"))
            return
        table = _table("number", "handler", "receiver", "for", "line", "where")
        for one in found:
            table.add_row(
                str(one.delivery or one.script),
                visible(f"{one.project}/{one.handler}".lstrip("/")),
                visible(one.receiver),
                _duration(one.elapsed),
                visible(f"{one.file}:{one.line}") if one.file else "",
                Text(visible(one.thread), "dim"),
            )
        stdout().print(table)


@click.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--reason", default="killed by the operator", show_default=True)
@link_options
def kill(number: int, reason: str, **options: Any) -> None:
    """Stop the handler or the script of that NUMBER, as `running` shows it.

    Exit code 1 where it is not running (any more).
    """
    with tool(options) as link:
        if not link.ask("kill", queries.Kill(number, reason)):
            raise NotThere(f"number {number} is not running (any more)")
        stderr().print(Text(f"number {number} was told to stop", "yellow"))


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
