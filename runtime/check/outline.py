"""What checking needs to know of one script: all that its text alone decides, as plain data.

Outlines are made once a text, in worker processes too, and kept between checks. What they mean
depends on the other projects and is looked up each time (``resolve.py``).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from runtime.check.sends import Send, send_of
from sandbox import Sandbox
from sandbox.builtins_table import builtins_for
from sandbox.dialect import parse
from sandbox.dialect.errors import DialectError
from sandbox.dialect.nodes import Exec
from sandbox.dialect.profiles import profile_warnings

_IGNORE: Final = re.compile(r"#[ \t]*pilotlight:[ \t]*ignore(?:[ \t]*\[([^\]]*)\])?")
_SENDING: Final = frozenset(["sendMessage", "sendRequest", "sendRequestAsync"])


class Fault(msgspec.Struct, array_like=True, frozen=True):
    """A diagnostic without its file."""

    line: int
    column: int
    rule: str
    severity: str
    message: str
    remedy: str


class Use(msgspec.Struct, array_like=True, frozen=True):
    """A name that the script reads and does not bind, with the attributes read from it.

    Args:
        line, column: 1-based, in characters.
        path: such as ``project.alarms.text``.
        imported: the name stands in an import statement.
    """

    line: int
    column: int
    path: str
    imported: bool = False


class Ignore(msgspec.Struct, array_like=True, frozen=True):
    """A comment that silences rules on its line; no rules are all of them."""

    line: int
    column: int
    rules: tuple[str, ...]


class Outline(msgspec.Struct, array_like=True, frozen=True):
    """One script, as far as its own text tells.

    Args:
        faults: what compiling it had to say, and what its profile's Jython would.
        uses: free names; the same place is there once.
        sends: calls of ``sendMessage`` and its like whose arguments are partly literal.
        ignores: the comments.
        open: names may be bound that cannot be seen here (``import *``, ``exec``).
    """

    faults: tuple[Fault, ...] = ()
    uses: tuple[Use, ...] = ()
    sends: tuple[Send, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    open: bool = False


def outline_of(
    sandbox: Sandbox,
    source: str,
    file: str,
    entry: str | None,
    parameters: tuple[str, ...],
) -> Outline:
    """Compile a script and write down what is to be known of it.

    Args:
        sandbox: compiles it, and names the profile.
        source: its text.
        file: its name in diagnostics.
        entry: the function that it defines or is the body of, None for a library.
        parameters: names that its body is given.
    """
    builtins = builtins_for(sandbox.policy, sandbox.profile)
    known = {*parameters, *builtins, *_IMPLICIT, *_ELSEWHERE}
    read: list[Outline] = []

    def take(tree: ast.Module) -> None:
        # While it is compiled: the lowering changes the tree.
        read.append(_read(tree, source, known, sandbox.profile))

    sandbox.on_parsed = take
    try:
        compiled = sandbox.compile(source, file, entry=entry, parameters=parameters)
    finally:
        sandbox.on_parsed = None
    faults = tuple(
        Fault(d.line, d.column, d.rule, d.severity, d.message, d.remedy)
        for d in compiled.diagnostics
    )
    if not read:
        try:
            take(parse(source, file, indented=entry is not None, body_of=entry or ""))
        except (DialectError, RecursionError):
            return Outline(faults, ignores=tuple(_ignores(source, None)))
    found = read[-1]
    return msgspec.structs.replace(found, faults=(*faults, *found.faults))


def _read(tree: ast.Module, source: str, known: set[str], profile: str) -> Outline:
    faults = tuple(
        Fault(w.line, w.column, w.rule, "warning", w.message, w.remedy)
        for w in profile_warnings(tree, source, profile)
    )
    reader = _Reader(known, source)
    reader.read(tree)
    ignores = tuple(_ignores(source, tree))
    return Outline(faults, tuple(reader.free()), tuple(reader.sends), ignores, reader.open)


class _Reader:
    """One walk over a tree: names bound, names read with their attributes, calls that send."""

    def __init__(self, bound: set[str], source: str) -> None:
        self.bound = bound
        self.open = False
        self.sends: list[Send] = []
        self._lines = None if source.isascii() else source.split("\n")
        self._uses: list[tuple[str, Any, str]] = []
        self._imports: list[Use] = []

    def read(self, tree: ast.Module) -> None:
        stack: list[Any] = [tree]
        pop, extend = stack.pop, stack.extend
        while stack:
            node = pop()
            kind = type(node)
            if kind is ast.Name:
                self._name(node)
                continue
            if kind is ast.Attribute:
                node = self._attribute(node)
                if node is not None:
                    stack.append(node)
                continue
            if kind is ast.Constant:
                continue
            if kind is ast.Call:
                function = node.func
                if type(function) is ast.Attribute and function.attr in _SENDING:
                    send = send_of(node, self._column(node))
                    if send is not None:
                        self.sends.append(send)
            else:
                self._binding(kind, node)
            for value in node.__dict__.values():
                if type(value) is list:
                    extend([item for item in value if isinstance(item, ast.AST)])
                elif isinstance(value, ast.AST):
                    stack.append(value)

    def free(self) -> Iterator[Use]:
        """The names that the script reads and binds nowhere."""
        yield from self._imports
        known = self.bound
        for name, node, path in self._uses:
            if name not in known:
                yield Use(node.lineno, self._column(node), path)

    def _name(self, node: ast.Name) -> None:
        if type(node.ctx) is ast.Load:
            self._uses.append((node.id, node, node.id))
        else:
            self.bound.add(node.id)

    def _attribute(self, node: Any) -> Any:
        """Take a whole chain of attributes; gives what the chain starts from if no name does."""
        names = []
        first = node
        while type(node) is ast.Attribute:
            names.append(node.attr)
            node = node.value
        if type(node) is not ast.Name:
            return node
        if type(node.ctx) is ast.Load:
            stored = type(first.ctx) is not ast.Load
            # What is stored to an attribute need not be there to be read.
            names = names[1:] if stored else names
            path = ".".join([node.id, *reversed(names)])
            self._uses.append((node.id, node, path))
        else:
            self.bound.add(node.id)
        return None

    def _binding(self, kind: type, node: Any) -> None:
        if kind is ast.FunctionDef:
            self.bound.add(node.name)
            for star in (node.args.vararg, node.args.kwarg):
                if star is not None:
                    self.bound.add(star.arg)
        elif kind is ast.ClassDef:
            self.bound.add(node.name)
        elif kind is ast.arg:
            self.bound.add(node.arg)
        elif kind is ast.Import:
            for alias in node.names:
                self._import(node, alias.name)
                if alias.asname or alias.name.partition(".")[0] != "system":
                    self.bound.add(alias.asname or alias.name.partition(".")[0])
        elif kind is ast.ImportFrom:
            for alias in node.names:
                if alias.name == "*":
                    self.open = True
                else:
                    self.bound.add(alias.asname or alias.name)
                if not node.level:
                    star = alias.name == "*"
                    self._import(node, node.module if star else f"{node.module}.{alias.name}")
        elif kind is ast.Global:
            self.bound.update(node.names)
        elif kind is Exec:
            self.open = True

    def _import(self, node: Any, path: str) -> None:
        self._imports.append(Use(node.lineno, self._column(node), path, True))

    def _column(self, node: Any) -> int:
        offset: int = node.col_offset
        if self._lines is not None and node.lineno <= len(self._lines):
            text = self._lines[node.lineno - 1]
            if not text.isascii():
                offset = len(text.encode("utf-8", "replace")[:offset].decode("utf-8", "replace"))
        return offset + 1


_IMPLICIT: Final = tuple(
    f"__{name}__"
    for name in (
        "builtins", "debug", "dict", "doc", "file", "module", "name", "package", "path",
    )
)  # fmt: skip


_ELSEWHERE: Final = (
    "WindowsError", "apply", "buffer", "coerce", "copyright", "credits", "exit", "execfile", "file",
    "intern", "license", "memoryview", "open", "quit", "raw_input",
)  # fmt: skip
"""Builtins of some Python 2 that the sandbox may lack: not undefined, whatever they do here."""


def _ignores(source: str, tree: ast.Module | None) -> Iterator[Ignore]:
    if "pilotlight:" not in source:
        return
    texts = list(_strings(tree)) if tree is not None else []
    for number, line in enumerate(source.split("\n"), 1):
        for match in _IGNORE.finditer(line):
            place = (number, len(line[: match.start()].encode("utf-8", "replace")))
            if any(start <= place < end for start, end in texts):
                continue
            rules = tuple(name.strip() for name in (match[1] or "").split(",") if name.strip())
            yield Ignore(number, match.start() + 1, rules)


def _strings(tree: ast.Module) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where string literals begin and end: a comment in one is none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
            yield (node.lineno, node.col_offset), end
