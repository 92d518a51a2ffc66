"""`pilotlight import` and `pilotlight export`: projects of every Ignition generation."""

import json
from pathlib import Path
from typing import Any, cast, get_args

import click
from rich.text import Text

from project_store.errors import ProjectStoreError
from project_store.names import nearest
from project_store.store import ProjectStore
from project_store.transfer import Generation, Report, export_project, import_projects
from runtime.cli.console import counted, stderr, stdout, visible
from runtime.cli.options import FOLDER, json_option


@click.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="SRC")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--name", help="Name for the project, where SRC holds only one.")
@json_option
def import_command(source: Path, folder: Path, name: str | None, as_json: bool) -> None:
    """Write the projects in SRC into the projects folder DIR, as text in Ignition 8.3's layout.

    SRC is a 7.x .proj export, a .zip export, a project's folder of 8.0 to 8.3, or a folder of
    projects. What was taken is listed on standard output, what was left and why on standard error.
    """
    try:
        reports = import_projects(source, folder, name=name)
    except ProjectStoreError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps([_document(report) for report in reports], indent=2))
    console, notes = stdout(), stderr()
    for report in reports:
        if not as_json:
            for taken in report.taken:
                settings = ", ".join(f"{key}={value}" for key, value in taken.settings.items())
                label = f"{taken.kind} {taken.scope}".rstrip()
                console.print(
                    Text.assemble(
                        (f"{label:<16}", "dim"),
                        f"{visible(taken.name)}  {visible(taken.file)}",
                        (f"  {visible(settings)}" if settings else "", "dim"),
                    )
                )
        for left in report.left:
            notes.print(Text(f"left out: {visible(left.what)}: {visible(left.why)}", "yellow"))
        notes.print(
            f"{report.project}: {counted(len(report.taken), 'script')} in {report.folder}, "
            f"{len(report.left)} left out"
        )


@click.command("export")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--format",
    "generation",
    type=click.Choice(get_args(Generation)),
    default="zip",
    show_default=True,
    help="8.1 and 8.3 write a project's folder, zip an archive with the 8.3 layout.",
)
@click.option(
    "--to",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("export"),
    show_default=True,
    help="The folder to write to.",
)
@click.option("--project", "names", multiple=True, help="Only this project; repeat it for more.")
def export_command(folder: Path, generation: str, target: Path, names: tuple[str, ...]) -> None:
    """Write the projects in DIR so that a gateway can load them."""
    notes = stderr()
    try:
        projects = ProjectStore(folder).load().projects
        for name in names or tuple(projects):
            if name not in projects:
                near = nearest(name, projects)
                hint = f"; did you mean {near!r}?" if near else ""
                raise click.UsageError(f"there is no project {name!r}{hint}")
        target.mkdir(parents=True, exist_ok=True)
        for name in names or tuple(projects):
            place = target / f"{name}.zip" if generation == "zip" else target
            left = export_project(projects[name], place, cast(Generation, generation))
            for each in left:
                notes.print(
                    Text(f"left out of {name}: {visible(each.what)}: {visible(each.why)}", "yellow")
                )
            stdout().print(str(place if generation == "zip" else target / name))
    except ProjectStoreError as error:
        raise click.UsageError(str(error)) from error


def _document(report: Report) -> dict[str, Any]:
    return {
        "project": report.project,
        "folder": str(report.folder),
        "taken": [
            {
                "kind": taken.kind,
                "scope": taken.scope,
                "name": taken.name,
                "file": taken.file,
                "settings": dict(taken.settings),
            }
            for taken in report.taken
        ],
        "left": [{"what": left.what, "why": left.why} for left in report.left],
    }
