"""The folders that the operator granted to projects: for the host itself, and for its workers."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

from runtime.config import HostConfig
from runtime.contracts import Host
from runtime.errors import BadArgument, ConfigError
from sandbox.dialect.meaning.errors import IOError as ScriptIOError
from sandbox.folders import Folders, folders_for


def granted_folders(config: HostConfig) -> dict[str, Folders]:
    """What each project was granted.

    Raises:
        ConfigError: a folder is not an absolute path.
    """
    found: dict[str, Folders] = {}
    for project, grant in config.grants.items():
        try:
            folders = folders_for(grant.read, grant.write)
        except ValueError as error:
            raise ConfigError(f"sandbox.grants.{project}: {error}") from None
        if folders is not None:
            found[project] = folders
    return found


def folder_function(host: Host, project: str, name: str) -> Callable[..., Any]:
    """What a worker may ask about the files of its project; gives failure and value.

    Raises:
        BadArgument: nothing was granted, or there is no such function.
    """
    folders = host.folders_of(project)
    kinds = _SHAPES.get(name)
    if folders is None or kinds is None:
        raise BadArgument(f"{name[:100]} is not granted to project {project}")
    method = getattr(folders, name.partition(".")[2])

    def call(*arguments: Any) -> tuple[list[Any] | None, Any]:
        if tuple(map(type, arguments)) != kinds:
            return [errno.EINVAL, "bad arguments"], None
        try:
            return None, method(*arguments)
        except ScriptIOError as error:
            return [error.errno, error.strerror], None
        except (OSError, TypeError) as error:
            return [getattr(error, "errno", None) or errno.EINVAL, "it failed"], None

    return call


_SHAPES: dict[str, tuple[type, ...]] = {
    "folder.read": (str,),
    "folder.write": (str, bytes, bool),
    "folder.names": (str,),
    "folder.size": (str,),
}
