"""Which folder a path given by a user means."""

import os
from pathlib import Path

from project_store.errors import ProjectsFolderError
from project_store.layout import AREAS, PROJECT_FILE
from project_store.names import printable


def projects_folder(root: str | os.PathLike[str]) -> Path:
    """The projects folder that a path means: itself, or the ``projects`` in it.

    Raises:
        ProjectsFolderError: it does not exist, is no folder, or is one project's own folder.
    """
    given = Path(os.path.abspath(os.fspath(root)))
    if not given.is_dir():
        why = "is no folder" if given.exists() else "does not exist"
        raise ProjectsFolderError(f"the projects folder {printable(str(given))} {why}")
    inner = given / "projects"
    if inner.is_dir() and not _looks_like_project(inner):
        return inner
    if (given / PROJECT_FILE).is_file():
        raise ProjectsFolderError(
            f"{printable(str(given))} is one project's folder: give the folder that holds it"
        )
    return given


def _looks_like_project(folder: Path) -> bool:
    return (folder / PROJECT_FILE).exists() or any((folder / area).is_dir() for area in AREAS)
