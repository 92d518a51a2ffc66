"""`pilotlight config`: what is in force, and from where."""

import json
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from runtime.cli.console import stdout
from runtime.cli.options import (
    client_option,
    folder_or_here,
    host_options,
    json_option,
    load_config,
    projects_option,
)
from runtime.config import ClientConfig, config_file


@click.command()
@projects_option
@client_option
@host_options
@json_option
def config(
    folder: Path | None, clients: tuple[ClientConfig, ...], as_json: bool, **flags: Any
) -> None:
    """Print every setting in force and where it comes from."""
    folder = folder_or_here(folder)
    settings = load_config(folder, clients, **flags)
    if as_json:
        document = {
            key: {"value": plain(value), "origin": origin}
            for key, value, origin, _ in settings.settings()
        }
        click.echo(json.dumps(document, indent=2))
        return
    path = config_file(folder)
    console = stdout()
    console.print(f"file: {path or 'none (every setting has a default)'}", style="bold")
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    table.add_column("setting", no_wrap=True)
    for column in ("value", "from", ""):
        table.add_column(column, overflow="fold")
    for key, value, origin, about in settings.settings():
        if origin == "override":
            origin = "command line"
        table.add_row(key, _text(value), origin, about, style="" if origin == "default" else "bold")
    console.print(table)


_SECRET = ("password", "sha256")
"""Members that are not shown: a hash, too, is something to guess against."""


def plain(value: Any) -> Any:
    """A setting as JSON has it, without what guards an account."""
    if is_dataclass(value) and not isinstance(value, type):
        return {k: "(set)" if k in _SECRET else v for k, v in asdict(value).items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if hasattr(value, "items"):
        return {key: plain(item) for key, item in value.items()}
    return value


def _text(value: Any) -> str:
    shown = plain(value)
    if shown is None:
        return "unset"
    return shown if isinstance(shown, str) else json.dumps(shown)
