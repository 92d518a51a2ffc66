"""What the Jython of an older Ignition would not have accepted, as warnings.

Ignition 7.9 runs Jython 2.5.3, whose language is Python 2.5; 8.x runs Jython 2.7. The rules are
those of "What's New in Python 2.6" and "2.7".
"""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sandbox.dialect.nodes import ExceptHandlerPy2

_NEW_NUMBER = re.compile(r"0[oObB]")
_NEW_BUILTINS = frozenset(["bin", "bytearray", "bytes", "format", "memoryview", "next"])
_NEW_MODULES = frozenset(
    [
        "abc", "argparse", "fractions", "importlib", "io", "json", "multiprocessing", "numbers",
        "sysconfig",
    ]
)  # fmt: skip
_NEW_MEMBERS = {
    "collections": frozenset(["Counter", "Mapping", "OrderedDict", "Sequence", "namedtuple"]),
    "itertools": frozenset(
        ["combinations", "compress", "izip_longest", "permutations", "product"]
    ),
    "math": frozenset(["factorial", "fsum", "isinf", "isnan", "trunc"]),
}


class ProfileWarning(NamedTuple):
    """One thing that the older Jython does not know.

    Args:
        line: 1-based line.
        column: 1-based column in characters.
        end: 1-based column after the last character on that line.
        rule: stable name of the rule.
        message: what it is.
        remedy: what to write instead.
    """

    line: int
    column: int
    end: int
    rule: str
    message: str
    remedy: str


Finding = tuple[Any, str, str, str]


def profile_warnings(tree: ast.Module, source: str, profile: str) -> list[ProfileWarning]:
    """What the profile's Jython would refuse, in the order of the text; it never blocks.

    Args:
        tree: what ``parse`` gave, before the lowering.
        source: the text it was parsed from.
        profile: ``"7.9"``; later profiles have Jython 2.7 and so no warnings.
    """
    if profile != "7.9":
        return []
    lines = source.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
    checker = _Checker(tree, lines)
    found = [_place(lines, *finding) for finding in checker.findings()]
    return sorted(set(found))


def _place(lines: list[str], node: Any, rule: str, message: str, remedy: str) -> ProfileWarning:
    text = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
    data = text.encode("utf-8", "replace")
    start = len(data[: node.col_offset].decode("utf-8", "replace"))
    end = len(text)
    if node.end_lineno == node.lineno:
        end = len(data[: node.end_col_offset].decode("utf-8", "replace"))
    elif node.end_lineno is not None and text[start:].startswith(("with", "except", "class", "@")):
        # A whole block is too much to mark: its first line says it.
        end = len(text.rstrip())
    return ProfileWarning(node.lineno, start + 1, max(end, start + 1) + 1, rule, message, remedy)


class _Checker:
    """One walk over a tree; each kind of node that may be new has a method."""

    def __init__(self, tree: ast.Module, lines: list[str]) -> None:
        self.tree = tree
        self.lines = lines
        self.future: frozenset[str] = getattr(tree, "future", frozenset())
        self.bound: set[str] = set()
        self.builtins: list[ast.Name] = []

    def findings(self) -> Iterator[Finding]:
        """Everything found."""
        stack: list[Any] = [self.tree]
        while stack:
            node = stack.pop()
            check = _CHECKS.get(type(node))
            if check is not None:
                yield from check(self, node)
            for value in node.__dict__.values():
                if isinstance(value, list):
                    stack += [item for item in value if isinstance(item, ast.AST)]
                elif isinstance(value, ast.AST):
                    stack.append(value)
        for name in self.builtins:
            if name.id not in self.bound:
                yield (
                    name, "new-builtin", f"{name.id} is no builtin of Jython 2.5",
                    _BUILTIN_REMEDIES.get(name.id, "do without it"),
                )

    def handler(self, node: ExceptHandlerPy2) -> Iterator[Finding]:
        if node.form == "as":
            yield (
                node, "except-as", "'except E as e' is Python 2.6",
                "write 'except E, e'",
            )

    def with_(self, node: ast.With) -> Iterator[Finding]:
        if "with_statement" not in self.future:
            yield (
                node, "with-without-future", "'with' needs a future import in Jython 2.5",
                "put 'from __future__ import with_statement' at the top",
            )
        if len(node.items) > 1:
            yield (
                node, "with-several", "several context managers in one 'with' are Python 2.7",
                "nest one 'with' in the other",
            )

    def set_(self, node: ast.Set) -> Iterator[Finding]:
        yield node, "set-literal", "a set literal is Python 2.7", "write 'set([...])'"

    def set_comprehension(self, node: ast.SetComp) -> Iterator[Finding]:
        yield (
            node, "set-comprehension", "a set comprehension is Python 2.7",
            "write 'set(... for ... in ...)'",
        )

    def dict_comprehension(self, node: ast.DictComp) -> Iterator[Finding]:
        yield (
            node, "dict-comprehension", "a dict comprehension is Python 2.7",
            "write 'dict((key, value) for ... in ...)'",
        )

    def constant(self, node: ast.Constant) -> Iterator[Finding]:
        if node.kind == "b":
            yield node, "bytes-literal", "a b'' literal is Python 2.6", "leave out the b"
        elif type(node.value) is int and node.col_offset >= 0:
            line = self.lines[node.lineno - 1] if node.lineno <= len(self.lines) else ""
            if not line.isascii():
                line = line.encode("utf-8", "replace").decode("latin-1")
            if _NEW_NUMBER.match(line, node.col_offset):
                yield (
                    node, "number-prefix", "a 0o or 0b number is Python 2.6",
                    "write an octal as '017', a binary as a decimal or hexadecimal number",
                )

    def definition(self, node: ast.FunctionDef) -> Iterator[Finding]:
        self.bound.add(node.name)
        for parameter in (node.args.vararg, node.args.kwarg):
            if parameter is not None:
                self.bound.add(parameter.arg)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter"):
                yield (
                    decorator, "property-setter",
                    f"a property's .{decorator.attr} is Python 2.6",
                    "write 'x = property(get_x, set_x)'",
                )

    def class_(self, node: ast.ClassDef) -> Iterator[Finding]:
        self.bound.add(node.name)
        for decorator in node.decorator_list:
            yield (
                decorator, "class-decorator", "a class decorator is Python 2.6",
                f"write '{node.name} = decorator({node.name})' after the class",
            )

    def parameter(self, node: ast.arg) -> Iterator[Finding]:
        self.bound.add(node.arg)
        yield from ()

    def call(self, node: ast.Call) -> Iterator[Finding]:
        stars = [argument for argument in node.args if isinstance(argument, ast.Starred)]
        if stars:
            place = (stars[0].lineno, stars[0].col_offset)
            for keyword in node.keywords:
                if keyword.arg is not None and (keyword.lineno, keyword.col_offset) > place:
                    yield (
                        keyword, "keyword-after-star",
                        "a keyword argument after *arguments is Python 2.6",
                        "put it before the star",
                    )
        function = node.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr == "format"
            and isinstance(function.value, ast.Constant)
            and isinstance(function.value.value, str)
        ):
            yield (
                function, "str-format", "str.format is Python 2.6",
                "format with the % operator",
            )

    def import_from(self, node: ast.ImportFrom) -> Iterator[Finding]:
        members = _NEW_MEMBERS.get(node.module or "", frozenset()) if not node.level else ()
        for alias in node.names:
            self.bound.add(alias.asname or alias.name)
            if node.module == "__future__" and alias.name in (
                "print_function", "unicode_literals",
            ):
                yield (
                    alias, "future-import", f"the future feature {alias.name} is Python 2.6",
                    "leave it out",
                )
            elif alias.name in members:
                yield (
                    alias, "new-library", f"{node.module}.{alias.name} is not in Jython 2.5",
                    "do without it",
                )
        if node.module is not None and not node.level:
            yield from self.module(node, node.module)

    def import_(self, node: ast.Import) -> Iterator[Finding]:
        for alias in node.names:
            self.bound.add(alias.asname or alias.name.split(".")[0])
            yield from self.module(alias, alias.name)

    def module(self, node: ast.AST, name: str) -> Iterator[Finding]:
        first = name.split(".")[0]
        if first in _NEW_MODULES:
            yield (
                node, "new-library", f"the module {first} is not in Jython 2.5",
                "use system.util.jsonEncode and jsonDecode" if first == "json"
                else "do without it",
            )

    def name(self, node: ast.Name) -> Iterator[Finding]:
        if not isinstance(node.ctx, ast.Load):
            self.bound.add(node.id)
        elif node.id in _NEW_BUILTINS:
            self.builtins.append(node)
        yield from ()


_BUILTIN_REMEDIES = {
    "next": "call the iterator's next() method",
    "bytes": "use str",
    "format": "format with the % operator",
}
_CHECKS: dict[type[ast.AST], Callable[[_Checker, Any], Iterator[Finding]]] = {
    ExceptHandlerPy2: _Checker.handler,
    ast.With: _Checker.with_,
    ast.Set: _Checker.set_,
    ast.SetComp: _Checker.set_comprehension,
    ast.DictComp: _Checker.dict_comprehension,
    ast.Constant: _Checker.constant,
    ast.FunctionDef: _Checker.definition,
    ast.ClassDef: _Checker.class_,
    ast.arg: _Checker.parameter,
    ast.Call: _Checker.call,
    ast.ImportFrom: _Checker.import_from,
    ast.Import: _Checker.import_,
    ast.Name: _Checker.name,
}
