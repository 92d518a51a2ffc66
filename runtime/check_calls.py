"""Checks literal calls of ``sendMessage`` and ``sendRequest`` against the handlers there are."""

import ast
from collections.abc import Iterator

from project_store.model import Project, Scope, Snapshot
from project_store.names import nearest
from sandbox import Diagnostic

SCOPE_NAMES: dict[str, str] = {"G": "Gateway", "C": "Client", "S": "Perspective session"}

_PARAMETERS = (
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
_NARROWING = ("user", "hasRole", "hostName")


def check_sends(tree: ast.Module, file: str, snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Warnings for the literal sends of a script that some receiver has no handler for.

    Only what is certain from the text is reported: a project, handler or scope that is computed
    is passed over, and so is a send to other gateways.

    Args:
        tree: the parsed script.
        file: its name in the diagnostics.
        snapshot: all projects.
    """
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func)
        if name == "system.util.sendMessage":
            warning = _check_message(node, snapshot)
        elif name in ("system.util.sendRequest", "system.util.sendRequestAsync"):
            warning = _check_request(node, snapshot)
        else:
            continue
        if warning is not None:
            rule, message, remedy = warning
            line, column = node.lineno, node.col_offset + 1
            yield Diagnostic(file, line, column, rule, "warning", message, remedy)


_Warning = tuple[str, str, str]


def _check_message(call: ast.Call, snapshot: Snapshot) -> _Warning | None:
    given = _arguments(call)
    if given is None or not _unset(given.get("remoteServers")):
        return None
    letters = _certain_scope(given, _opaque(call))
    if not letters:
        return None
    return _check_target(given, letters, snapshot)


def _check_request(call: ast.Call, snapshot: Snapshot) -> _Warning | None:
    given = _arguments(call)
    if given is None or len(call.args) > 3:
        return None
    if any(k.arg in ("remoteServer", "hostName") and not _unset(k.value) for k in call.keywords):
        return None
    return _check_target(given, "G", snapshot)


def _check_target(given: dict[str, ast.expr], letters: str, snapshot: Snapshot) -> _Warning | None:
    project_name, name = _text(given.get("project")), _text(given.get("messageHandler"))
    if not project_name or not name:
        return None
    project = snapshot.projects.get(project_name)
    if project is None:
        near = nearest(project_name, snapshot.projects)
        hint = f"did you mean {near!r}?" if near else "the list it returns will be empty"
        return "unknown-project", f"there is no project {project_name!r}", hint
    here = [scope for scope in SCOPE_NAMES if _runs(project, scope, name)]
    missing = [letter for letter in letters if letter not in here]
    if not missing:
        return None
    if not here:
        near = nearest(name, {key[1] for key in project.handlers})
        hint = (
            f"did you mean {near!r}?"
            if near
            else f"make it: pilotlight new handler {project_name} {name}"
        )
        return "unknown-handler", f"project {project_name!r} has no handler {name!r}", hint
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
    return handler is not None and handler.enabled


def _certain_scope(given: dict[str, ast.expr], opaque: bool) -> str:
    """The letters that the send reaches whatever its computed arguments are; "" if unknown."""
    scope = given.get("scope")
    if scope is not None and not _unset(scope):
        text = _text(scope)
        return "".join(letter for letter in "GC" if letter in text.upper()) if text else ""
    if opaque:
        return ""
    narrowing = [given[name] for name in _NARROWING if name in given]
    return "C" if any(not _unset(value) for value in narrowing) else "GC"


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
