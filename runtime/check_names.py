"""Checks how scripts name libraries: what resolves here and would not in a real gateway."""

import ast
from collections.abc import Iterator

from project_store.model import EventScript, MessageHandler, ScriptModule, Snapshot
from sandbox import Diagnostic

_PREFIXES = ("project", "shared")


def check_library_names(
    tree: ast.Module,
    script: MessageHandler | ScriptModule | EventScript,
    snapshot: Snapshot,
    profile: str,
) -> Iterator[Diagnostic]:
    """Warnings for library names that the host resolves and the profile's Ignition does not.

    The host takes both ways. Ignition 7.9 knows ``project.alarms`` and ``shared.alarms`` only, 8.x
    knows ``alarms`` only. Names that the script binds itself are passed over, wherever it does.

    Args:
        tree: the parsed script.
        script: what it is.
        snapshot: all projects.
        profile: the Ignition generation.
    """
    roots = _roots_of(script.project, snapshot)
    if not roots:
        return
    bound = set(_bound(tree))
    for node in ast.walk(tree):
        if profile == "7.9":
            if isinstance(node, ast.Name) and node.id in roots - bound - set(_PREFIXES):
                yield _warning(
                    script,
                    node,
                    f"Ignition 7.9 does not know a library as {node.id}",
                    f"write project.{node.id}",
                )
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "project"
            and "project" not in bound | roots
            and node.attr in roots
        ):
            yield _warning(
                script,
                node,
                f"Ignition {profile} does not know a library as project.{node.attr}",
                f"write {node.attr}",
            )


def _warning(
    script: MessageHandler | ScriptModule | EventScript, node: ast.expr, message: str, remedy: str
) -> Diagnostic:
    line, column = node.lineno, node.col_offset + 1
    return Diagnostic(script.file, line, column, "library-name", "warning", message, remedy)


def _roots_of(name: str, snapshot: Snapshot) -> set[str]:
    """First names of the libraries that a project has or inherits."""
    roots: set[str] = set()
    seen: set[str] = set()
    project = snapshot.projects.get(name)
    while project is not None and project.name not in seen:
        seen.add(project.name)
        roots |= {path.partition(".")[0] for path in project.modules}
        project = snapshot.projects.get(project.parent)
    return roots


def _bound(tree: ast.Module) -> Iterator[str]:
    """Every name that the script binds, in whatever scope."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield (alias.asname or alias.name).partition(".")[0]
