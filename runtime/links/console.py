"""Scripts typed piece by piece: names stay, an expression shows its value."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any, Final

from runtime.scopes import RunResult, ScriptScope
from runtime.system.namespace import SERVED
from runtime.system.registry import MODULES
from sandbox.dialect import parse
from sandbox.dialect.errors import DialectError

_VALUE: Final = "_"


class Console:
    """One conversation in a scope.

    Args:
        scope: where the pieces run.
    """

    def __init__(self, scope: ScriptScope) -> None:
        self.scope = scope
        self._names: dict[str, Any] = {}
        self._host_names: frozenset[str] = frozenset()
        self._environment: object = None
        self._count = 0

    def run(self, text: str, output: Callable[[str], object]) -> RunResult:
        """Run one piece; the value of an expression is printed, and is ``_`` afterwards.

        Args:
            text: one or more statements, or one expression.
            output: takes what is printed.
        """
        self._count += 1
        filename = f"<console {self._count}>"
        sandbox = self.scope.host.sandbox
        value = _is_expression(text)
        source = f"{_VALUE} = ({text.strip()}\n)" if value else text
        compiled = sandbox.compile(source, filename)
        if compiled.script is None and value:
            value, compiled = False, sandbox.compile(text, filename)
        if compiled.script is None:
            return RunResult(False, diagnostics=compiled.diagnostics)
        namespace = self._namespace(compiled.script)
        namespace["$source"] = text.strip() if value else text
        before = namespace.get(_VALUE)
        result = self.scope._execute(
            compiled.script, compiled.diagnostics, None, output, into=namespace
        )
        if value and result.ok:
            if namespace.get(_VALUE) is None:
                namespace[_VALUE] = before
            else:
                shown = sandbox.compile(f"print repr({_VALUE})", filename)
                assert shown.script is not None
                shown_result = self.scope._execute(shown.script, (), None, output, into=namespace)
                if not shown_result.ok:
                    return shown_result
        return result

    def complete(self, text: str) -> bool:
        """Whether a text is a whole piece, and no line is missing."""
        if not text.strip():
            return True
        lines = text.split("\n")
        if lines[-1].strip() == "" and len(lines) > 1:
            return True
        try:
            tree = parse(text.rstrip() + "\n", "<console>")
        except DialectError as error:
            last = len(text.rstrip().split("\n"))
            # What breaks in the middle is not mended by more lines.
            return not ((error.line or 0) >= last and _open(text))
        return len(lines) == 1 or not (tree.body and _is_block(tree.body[-1]))

    def names(self, typed: str) -> Iterator[str]:
        """What may stand where a dotted name is being typed; the last part completed.

        Args:
            typed: such as ``system.util.se``.
        """
        *parents, last = typed.split(".")
        for name in sorted(set(self._below(parents))):
            if name.startswith(last) and (last or not name.startswith("_")):
                yield name

    def _below(self, parents: list[str]) -> Iterator[str]:
        if not parents:
            yield from ("system", "project", "shared", *(n for n in self._names if n[0] != "$"))
            yield from self._library([])
            return
        if parents[0] == "system":
            yield from self._system(parents[1:])
        elif parents[0] == "project":
            yield from self._library(parents[1:])
        else:
            yield from self._library(parents)

    def _system(self, parents: list[str]) -> Iterator[str]:
        registry: Any = self.scope.host.system
        provided = [name.split(".")[1:] for name in registry.names()]
        if not parents:
            yield from MODULES
            yield from (parts[0] for parts in provided)
        elif len(parents) == 1:
            served = SERVED.get(parents[0])
            yield from (n for n in dir(served) if n[0] != "_" and n not in ("path",))
            yield from (parts[1] for parts in provided if parts[0] == parents[0])

    def _library(self, parents: list[str]) -> Iterator[str]:
        modules = self.scope.libraries().modules()
        found = modules.get(".".join(parents)) if parents else None
        if found is not None:
            yield from _defined(found.module.source)
        for path in modules:
            parts = path.split(".")
            if parts[: len(parents)] == parents and len(parts) > len(parents):
                yield parts[len(parents)]

    def _namespace(self, script: Any) -> dict[str, Any]:
        instance = self.scope.instance
        fresh = instance.namespace(script)
        if self._environment is not instance.environment:
            # New libraries came: the console's own names go over to them.
            kept = {n: v for n, v in self._names.items() if n not in self._host_names}
            self._host_names = frozenset(fresh)
            self._environment = instance.environment
            self._names = {**fresh, **kept}
        self._names["$source"] = script.source
        self._names["__file__"] = script.filename
        return self._names


def _is_expression(text: str) -> bool:
    try:
        tree = parse(text.strip() + "\n", "<console>")
    except DialectError:
        return False
    return len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)


def _is_block(statement: ast.stmt) -> bool:
    return bool(getattr(statement, "body", None))


def _open(text: str) -> bool:
    """Whether more lines could make the text whole: something is open at its end."""
    stripped = text.rstrip()
    if stripped.endswith((":", "\\", ",")) or stripped.count('"""') % 2:
        return True
    if stripped.count("'''") % 2:
        return True
    return sum(map(stripped.count, "([{")) > sum(map(stripped.count, ")]}"))


def _defined(source: str) -> Iterator[str]:
    try:
        tree = parse(source, "<library>")
    except DialectError:
        return
    for statement in tree.body:
        name = getattr(statement, "name", None)
        if isinstance(name, str):
            yield name
        for target in getattr(statement, "targets", ()):
            if isinstance(target, ast.Name):
                yield target.id
