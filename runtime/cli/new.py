"""`pilotlight new`: projects, handlers and libraries that a real gateway would load too."""

from pathlib import Path
from typing import cast, get_args

import click

from project_store.errors import ProjectStoreError
from project_store.layout import PROJECT_FILE, text_place
from project_store.model import Scope, ThreadType
from project_store.names import nearest
from project_store.writer import new_handler, new_library, new_project
from runtime.cli.console import stderr

_SCOPES: dict[str, tuple[Scope, ...]] = {
    "gateway": ("G",),
    "client": ("C",),
    "both": ("G", "C"),
}

_HANDLER = '''\
def handleMessage(payload):
\t"""
\tRuns for each {name} message that the {scope} receives.

\tArguments:
\t\tpayload: the dictionary that the sender passed, {{}} if none
\t"""
\tprint payload
'''

folder_option = click.option(
    "--projects",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="The projects folder, or the folder that holds (or shall hold) projects/. Default: here.",
)


@click.group()
def new() -> None:
    """Make a project, a message handler or a script library."""


@new.command()
@click.argument("name")
@click.option("--title", default="", help="Shown to people instead of the name.")
@folder_option
def project(name: str, title: str, folder: Path) -> None:
    """Make the empty project NAME."""
    try:
        _wrote(new_project(_projects_folder(folder), name, title=title) / PROJECT_FILE)
    except ProjectStoreError as error:
        raise click.UsageError(str(error)) from error


@new.command()
@click.argument("project")
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice(list(_SCOPES)),
    default="gateway",
    show_default=True,
    help="Where the handler runs; both makes one in each.",
)
@click.option(
    "--threading",
    type=click.Choice(get_args(ThreadType), case_sensitive=False),
    default="Shared",
    show_default=True,
    help="Ignition's threading setting; EDT is for clients only.",
)
@folder_option
def handler(project: str, name: str, scope: str, threading: str, folder: Path) -> None:
    """Make the message handler NAME in PROJECT."""
    if threading == "EDT" and scope != "client":
        raise click.UsageError("EDT is for clients: use --scope client")
    base = _project_folder(folder, project)
    try:
        for letter in _SCOPES[scope]:
            # Both or none: the writer alone would make the first and refuse the second.
            taken = base / text_place("message", letter).folder / name
            if taken.exists():
                raise click.UsageError(f"{taken} exists already")
        for letter in _SCOPES[scope]:
            text = _HANDLER.format(name=name, scope="client" if letter == "C" else "Gateway")
            thread_type = cast(ThreadType, threading)
            _wrote(new_handler(base, name, letter, thread_type=thread_type, source=text))
    except ProjectStoreError as error:
        raise click.UsageError(str(error)) from error


@new.command()
@click.argument("project")
@click.argument("path")
@folder_option
def library(project: str, path: str, folder: Path) -> None:
    """Make the script library PATH (dotted: package.module) in PROJECT."""
    try:
        _wrote(new_library(_project_folder(folder, project), path))
    except ProjectStoreError as error:
        raise click.UsageError(str(error)) from error


def _projects_folder(folder: Path) -> Path:
    """The folder that projects lie in, which need not exist yet."""
    if (folder / "projects").is_dir():
        return folder / "projects"
    if folder.resolve().name == "projects" or any(folder.glob(f"*/{PROJECT_FILE}")):
        return folder
    return folder / "projects"


def _project_folder(folder: Path, project: str) -> Path:
    """The folder of a project that is there."""
    projects = _projects_folder(folder)
    if (projects / project / PROJECT_FILE).is_file():
        return projects / project
    near = nearest(project, [p.parent.name for p in projects.glob(f"*/{PROJECT_FILE}")])
    hint = f"; did you mean {near!r}?" if near else f"; make it: pilotlight new project {project}"
    raise click.UsageError(f"there is no project {project!r} in {projects}{hint}")


def _wrote(path: Path) -> None:
    stderr().print(f"wrote {path}", style="dim")
