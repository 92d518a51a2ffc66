"""`pilotlight new`: projects, handlers and libraries that a real gateway would load too."""

import json
from pathlib import Path
from typing import Any, get_args

import click

from project_store.layout import PROJECT_FILE, RESOURCE_FILE, text_place
from project_store.model import Scope, ThreadType
from project_store.names import fault_of_module_path, fault_of_name, nearest
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

_LIBRARY = """\
def example(payload):
\treturn "payload: %s" % payload
"""

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
    _fail_on(fault_of_name(name))
    target = _projects_folder(folder) / name
    settings = {
        "title": title,
        "description": "",
        "parent": "",
        "enabled": True,
        "inheritable": False,
    }
    _write({target / PROJECT_FILE: _json(settings)})


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
    _fail_on(fault_of_name(name))
    if threading == "EDT" and scope != "client":
        raise click.UsageError("EDT is for clients: use --scope client")
    base = _project_folder(folder, project)
    files: dict[Path, str] = {}
    for letter in _SCOPES[scope]:
        place = text_place("message", letter)
        target = base / place.folder / name
        words = {"G": "Gateway", "C": "client"}[letter]
        files[target / place.file] = _HANDLER.format(name=name, scope=words)
        files[target / RESOURCE_FILE] = _resource(
            letter, place.file, {"threadType": threading, "enabled": True}
        )
    _write(files)


@new.command()
@click.argument("project")
@click.argument("path")
@folder_option
def library(project: str, path: str, folder: Path) -> None:
    """Make the script library PATH (dotted: package.module) in PROJECT."""
    _fail_on(fault_of_module_path(path))
    place = text_place("library", "G")
    target = _project_folder(folder, project) / place.folder / Path(*path.split("."))
    _write(
        {
            target / place.file: _LIBRARY,
            target / RESOURCE_FILE: _resource("A", place.file, {"hintScope": 2}),
        }
    )


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


def _fail_on(fault: str) -> None:
    if fault:
        raise click.UsageError(fault)


def _resource(scope: str, file: str, attributes: dict[str, Any]) -> str:
    return _json(
        {
            "scope": scope,
            "version": 1,
            "restricted": False,
            "overridable": True,
            "files": [file],
            "attributes": attributes,
        }
    )


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2) + "\n"


def _write(files: dict[Path, str]) -> None:
    """Write all of them or, where one is there already, none; the settings before the text."""
    for path in files:
        if path.exists():
            raise click.UsageError(f"{path} exists already")
    console = stderr()
    for path, text in sorted(files.items(), key=lambda item: item[0].name != RESOURCE_FILE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        console.print(f"wrote {path}", style="dim")
