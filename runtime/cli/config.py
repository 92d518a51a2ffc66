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
            key: {"value": _plain(value), "origin": origin}
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


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "items"):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _text(value: Any) -> str:
    plain = _plain(value)
    if plain is None:
        return "unset"
    return plain if isinstance(plain, str) else json.dumps(plain)
