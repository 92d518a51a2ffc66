"""Checks literal calls of ``sendMessage`` and ``sendRequest`` against the handlers there are."""

import ast
from typing import Final

import msgspec

from project_store.model import Project, Scope
from project_store.names import nearest

SCOPE_NAMES: dict[str, str] = {"G": "Gateway", "C": "Client", "S": "Perspective session"}

_PARAMETERS: Final = (
    "project",
    "messageHandler",
    "payload",
    "scope",
    "clientSessionId",
    "user",
    "hasRole",
    "hostName",
    "remoteServers",
)
_NARROWING: Final = ("user", "hasRole", "hostName")
_REQUESTS: Final = ("system.util.sendRequest", "system.util.sendRequestAsync")


class Send(msgspec.Struct, array_like=True, frozen=True):
    """What is certain of one call, whatever its computed arguments are.

    Args:
        line, column: 1-based.
        project, handler: as written.
        letters: of the scope; "" where the default applies, to be taken from the profile.
        narrowed: a filter is set that takes the Gateway out of the default.
    """

    line: int
    column: int
    project: str
    handler: str
    letters: str
    narrowed: bool


Problem = tuple[str, str, str]
"""Rule, message, remedy."""


def send_of(call: ast.Call, column: int) -> Send | None:
    """The call as data; None where it sends nothing, or too much of it is computed.

    Args:
        call: any call.
        column: where it stands, 1-based in characters.
    """
    name = dotted(call.func)
    if name == "system.util.sendMessage":
        given = _arguments(call)
        if given is None or not _unset(given.get("remoteServers")):
            return None
        scope = given.get("scope")
        letters = ""
        if scope is not None and not _unset(scope):
            letters = "".join(letter for letter in "GCS" if letter in _text(scope).upper())
            if not letters:
                return None
        elif _opaque(call):
            return None
        narrowing = [given[name] for name in _NARROWING if name in given]
        narrowed = any(not _unset(value) for value in narrowing)
    elif name in _REQUESTS:
        given = _arguments(call)
        if given is None or len(call.args) > 3:
            return None
        if not all(_unset(given.get(name)) for name in ("remoteServer", "hostName")):
            return None
        letters, narrowed = "G", False
    else:
        return None
    project, handler = _text(given.get("project")), _text(given.get("messageHandler"))
    if not project or not handler:
        return None
    return Send(call.lineno, column, project, handler, letters, narrowed)


def problem_of(send: Send, projects: dict[str, Project]) -> Problem | None:
    """What is wrong with a send, None where nothing is.

    Args:
        send: the call.
        projects: all there are, with what they inherit.

    The default scope of 8.x reaches Perspective sessions too; that there is no handler for them is
    no fault, for it is not what most senders mean.
    """
    letters = send.letters or ("C" if send.narrowed else "GC")
    project = projects.get(send.project)
    if project is None:
        near = nearest(send.project, projects)
        hint = f"did you mean {near!r}?" if near else "the list it returns will be empty"
        return "unknown-project", f"there is no project {send.project!r}", hint
    name = send.handler
    here = [scope for scope in SCOPE_NAMES if _runs(project, scope, name)]
    missing = [letter for letter in letters if letter not in here]
    if not missing:
        return None
    if not here:
        near = nearest(name, {key[1] for key in project.handlers})
        hint = (
            f"did you mean {near!r}?"
            if near
            else f"make it: pilotlight new handler {project.name} {name}"
        )
        return "unknown-handler", f"project {project.name!r} has no handler {name!r}", hint
    lacking = " and ".join(SCOPE_NAMES[letter] for letter in missing)
    only = " and ".join(SCOPE_NAMES[letter] for letter in here)
    reached = "".join(letter for letter in letters if letter in here)
    remedy = (
        f'add scope="{reached}", or make the handler in {lacking} scope too'
        if reached
        else f"it reaches {lacking} handlers only: make the handler there"
    )
    return (
        "one-scope",
        f"{name} exists in {only} scope only, and this reaches the {lacking} too",
        remedy,
    )


def _runs(project: Project, scope: str, name: str) -> bool:
    key: tuple[Scope, str] = (scope, name)  # type: ignore[assignment]
    handler = project.handlers.get(key)
    if handler is None:
        # One that cannot be read now is no reason to complain of its senders.
        return key in project.broken
    return handler.enabled


def _opaque(call: ast.Call) -> bool:
    """Whether `*args` or `**kwargs` hide what is passed."""
    return any(isinstance(a, ast.Starred) for a in call.args) or any(
        keyword.arg is None for keyword in call.keywords
    )


def _arguments(call: ast.Call) -> dict[str, ast.expr] | None:
    if any(isinstance(a, ast.Starred) for a in call.args):
        return None
    given = dict(zip(_PARAMETERS, call.args, strict=False))
    given.update({k.arg: k.value for k in call.keywords if k.arg is not None})
    return given


def _unset(value: ast.expr | None) -> bool:
    """Whether an argument is left out, None or an empty string."""
    return value is None or (isinstance(value, ast.Constant) and value.value in (None, ""))


def _text(value: ast.expr | None) -> str:
    literal = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return str(value.value) if literal and isinstance(value, ast.Constant) else ""


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of a chain of attributes, "" for anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(names)])
