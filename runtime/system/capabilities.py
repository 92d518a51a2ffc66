"""What of the ``system`` namespace a project's scripts may call: all of it, or what is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from runtime.errors import NotGranted
from runtime.system.exceptions import for_scripts, to_caller
from sandbox import Facade

if TYPE_CHECKING:
    from runtime.config import HostConfig
    from runtime.contracts import Scope

_set = object.__setattr__

HOST_FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "sendMessage": ("util.sendMessage",),
    "sendRequest": ("util.sendRequest", "util.sendRequestAsync"),
    "request.wait": ("util.sendRequestAsync", "util.sendRequest"),
    "getSessionInfo": ("util.getSessionInfo",),
    "setLoggingLevel": ("util.setLoggingLevel",),
    "tags.read": ("tag.read", "tag.readAll", "tag.readBlocking"),
    "tags.write": ("tag.write", "tag.writeAll", "tag.writeBlocking"),
    "tags.exists": ("tag.exists",),
    "tags.browse": ("tag.browse",),
}
"""What a worker asks its host for, and the functions of scripts that need it."""


def allowed(config: HostConfig, project: str, function: str) -> bool:
    """Whether scripts of a project may call a function.

    Args:
        config: the host's, with its ``sandbox.grants``.
        project: whose scripts call; empty for scripts of no project, which may call everything.
        function: such as ``util.sendMessage``; a leading ``system.`` is allowed.
    """
    grant = config.grants.get(project)
    if grant is None or grant.system is None:
        return True
    parts = function.removeprefix("system.").split(".")
    return any(".".join(parts[:n]) in grant.system for n in range(1, len(parts) + 1))


def refusal(project: str, function: str) -> NotGranted:
    """The error of a call that the project was not granted; it names the setting."""
    name = function.removeprefix("system.")
    return NotGranted(
        f"system.{name} is not granted to project {project}: the operator lists what its scripts "
        f'may call in pilotlight.toml, [sandbox.grants.{project}] system = ["{name}", ...]'
    )


def require(config: HostConfig, project: str, asked: str) -> None:
    """Check what a worker asks for.

    Raises:
        NotGranted: its project may call none of the functions that need it.
    """
    names = HOST_FUNCTIONS.get(asked, (asked,))
    if not any(allowed(config, project, name) for name in names):
        raise refusal(project, names[0])


class Denied(Facade):
    """Stands for a function that the project was not granted."""

    __slots__ = ("_function", "_project")

    _function: str
    _project: str

    def __init__(self, project: str, function: str) -> None:
        _set(self, "_project", project)
        _set(self, "_function", function)

    def call(self, *args: Any, **keywords: Any) -> Any:
        """Say so."""
        raise to_caller(refusal(self._project, self._function)) from None


def denied(project: str, function: str) -> Callable[..., Any]:
    """What a script gets in the place of a function that it was not granted."""
    return Denied(project, function).call


class OfDesigner(Facade):
    """Stands for a provided function where a Designer's mode says whether it may be called."""

    __slots__ = ("_function", "_name", "_scope")

    _function: Callable[..., Any]
    _name: str
    _scope: Scope

    def __init__(self, scope: Scope, name: str, function: Callable[..., Any]) -> None:
        _set(self, "_scope", scope)
        _set(self, "_name", name)
        _set(self, "_function", function)

    @for_scripts
    def call(self, *args: Any, **keywords: Any) -> Any:
        """Call it, where the mode is the right one."""
        self._scope.require_calling(self._name)
        return self._function(*args, **keywords)
