"""What every rule of the policy uses: reporting, names, and the making of guards."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from sandbox.diagnostic import Diagnostic
from sandbox.dialect.nodes import HostArgument, HostName
from sandbox.limits import checkpoint
from sandbox.policy_diagnostics import RULES
from sandbox.policy_names import REFUSED_METHODS, REFUSED_NAMES

LOAD = ast.Load()
CONSTANTS = frozenset({str, int, float, complex, bool, bytes, type(None), type(...)})
# What the lowering calls its own variables; no helper of the host has such a name.
TEMPORARY = re.compile(r"\$t([0-9a-f]*_)?[0-9]+")


class TooMuch(Exception):
    """The tree is larger or deeper than the limits; carries the diagnostic's rule and node."""

    def __init__(self, rule: str, node: ast.AST) -> None:
        super().__init__(rule)
        self.rule = rule
        self.node = node


class _Dispatch(dict[type, Callable[[Any], Any]]):
    """Visitor by node class; a class without one is refused."""

    def __init__(self, owner: PolicyChecks) -> None:
        self._owner = owner

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        visitor: Callable[[Any], Any] = getattr(
            self._owner, f"visit_{kind.__name__}", self._owner.generic_visit
        )
        if visitor is not self._owner.generic_visit and kind.__name__ not in ALLOWED_NODES:
            visitor = self._owner.generic_visit
        self[kind] = visitor
        return visitor


# The visitors of RestrictedPython are not trusted wholesale: a node class is allowed here only
# when this pass has a rule for it.
ALLOWED_NODES = frozenset(
    [
        "Module",
        "Expression",
        "FunctionDef",
        "ClassDef",
        "Return",
        "Delete",
        "Assign",
        "AugAssign",
        "For",
        "While",
        "If",
        "With",
        "Raise",
        "Try",
        "Assert",
        "Import",
        "ImportFrom",
        "Global",
        "Nonlocal",
        "Expr",
        "Pass",
        "Break",
        "Continue",
        "BoolOp",
        "NamedExpr",
        "BinOp",
        "UnaryOp",
        "Lambda",
        "IfExp",
        "Dict",
        "Set",
        "ListComp",
        "SetComp",
        "DictComp",
        "GeneratorExp",
        "Yield",
        "YieldFrom",
        "Compare",
        "Call",
        "Constant",
        "JoinedStr",
        "Attribute",
        "Subscript",
        "Starred",
        "Name",
        "HostName",
        "List",
        "Tuple",
        "Slice",
    ]
)


class Receiver:
    """The first parameter of the method that is being visited; "" where there is none.

    ``$own`` says at the method's entry whether it is an instance of a class that extends nothing of
    the host's. Private attributes of such a one are native as long as the name stays bound to it.

    Attributes:
        used: whether the method asks.
        rebound: whether anything inside the method may bind the name again.
    """

    __slots__ = ("name", "rebound", "used")

    def __init__(self, name: str) -> None:
        self.name = name
        self.used = False
        self.rebound = False


class PolicyChecks(RestrictingNodeTransformer):
    """State and tools of the pass; see ``PolicyTransformer``.

    Args:
        filename: for the diagnostics.
        sizes: put in the guards against huge values (thread tier).
        generators: whether the source can hold a generator at all.
        max_depth: deepest nesting of the tree.
        counts: functions and lambdas count how deep they nest.
        unit: names the text among all: code of another one may run in the same namespace, and has
            temporary names of its own.
    """

    def __init__(
        self,
        filename: str,
        *,
        sizes: bool = True,
        generators: bool = True,
        max_depth: int = 200,
        counts: bool = False,
        unit: str = "",
    ) -> None:
        super().__init__()
        self.filename = filename
        self.sizes = sizes
        self.diagnostics: list[Diagnostic] = []
        self._generators = generators
        self._counts = counts
        self.unit = unit
        self._statement = 0
        self._max_depth = max_depth
        self._depth = 0
        self._in_class = False
        self._in_function = False
        self._in_generator = False
        self._augmented = False
        self._suspended = False
        self._comprehensions = 0
        self._class_name = ""
        self._self = Receiver("")
        self._watched = self._self
        self._names: dict[str, str | None] = {}
        self._attributes: dict[str, int] = {}
        self._dispatch = _Dispatch(self)
        self._checks: dict[int, ast.stmt] = {}

    # -- reporting -----------------------------------------------------------------------------

    def report(
        self, node: ast.AST, rule: str, name: str = "", why: str = "", severity: Any = "error"
    ) -> None:
        """Add a diagnostic of that rule at the node."""
        message, remedy = RULES[rule]
        self.diagnostics.append(
            Diagnostic(
                self.filename,
                getattr(node, "lineno", 1),
                getattr(node, "col_offset", 0) + 1,
                rule,
                severity,
                message.format(name=name, why=why),
                remedy.format(name=name, why=why),
            )
        )

    def error(self, node: ast.AST, info: str) -> None:
        """Whatever an inherited check says becomes a diagnostic as well."""
        self.report(node, "unknown-syntax", name=info)

    def warn(self, node: ast.AST, info: str) -> None:
        """Inherited warnings only repeat the error beside them."""

    def generic_visit(self, node: ast.AST) -> Any:
        """Refuse: the class of this node has no rule."""
        self.report(node, "unknown-syntax", name=type(node).__name__)
        return node

    def visit(self, node: ast.AST) -> Any:
        """Visit any node by its class."""
        return self._dispatch[type(node)](node)

    # -- names ---------------------------------------------------------------------------------

    def check_name(
        self, node: ast.AST, name: str | None, allow_magic_methods: bool = False
    ) -> None:
        """Refuse a name no script may spell, in whatever form it is bound or read."""
        if name is None:
            return
        if name == self._watched.name:
            self._watched.rebound = True
        names = self._names
        try:
            rule = names[name]
        except KeyError:
            rule = names[name] = self._judge_name(name)
        if rule is not None:
            self.report(node, rule, name, REFUSED_NAMES.get(name, ""))

    def _judge_name(self, name: str) -> str | None:
        if name in REFUSED_NAMES:
            return "reserved-name"
        if "$" in name or not name.isidentifier() or not name.isascii():
            return "host-name"
        return None

    def check_binding(self, node: ast.AST, name: str | None) -> None:
        """Refuse a binding: a name no script may spell, or a method no class may define."""
        self.check_name(node, name)
        if self._in_class and name is not None and name[:2] == "__":
            if name in REFUSED_METHODS and name not in REFUSED_NAMES:
                self.report(node, "special-method", name, REFUSED_METHODS[name])
            elif name == "__del__":
                self.report(node, "never-called", name, severity="warning")

    def visit_Name(self, node: ast.Name) -> Any:
        """Allow, but for names of the interpreter and of the host."""
        name = node.id
        names = self._names
        try:
            rule = names[name]
        except KeyError:
            rule = names[name] = self._judge_name(name)
        if rule is not None:
            self.report(node, rule, name, REFUSED_NAMES.get(name, ""))
        elif type(node.ctx) is not ast.Load:
            if name == "True" or name == "False":
                # Allowed in Python 2 and done for the sake of its oldest versions; what reads the
                # name has the constant.
                made = self._host(f"${name}", node)
                made.ctx = node.ctx
                return made
            if name == self._watched.name:
                self._watched.rebound = True
            if self._in_class:
                self.check_binding(node, name)
        return node

    def visit_HostName(self, node: HostName) -> Any:
        """Allow: only the host can make one."""
        return node

    def check_arguments(self, node: ast.arguments) -> None:
        """Check the name of every kind of parameter; visit defaults."""
        for group in (node.posonlyargs, node.args, node.kwonlyargs):
            for argument in group:
                self._check_argument(argument)
        if node.vararg:
            self._check_argument(node.vararg)
        if node.kwarg:
            self._check_argument(node.kwarg)
        if node.defaults:
            self._expressions(node.defaults)
        if node.kw_defaults:
            dispatch = self._dispatch
            node.kw_defaults = [d and dispatch[type(d)](d) for d in node.kw_defaults]

    def _check_argument(self, argument: ast.arg) -> None:
        name = argument.arg
        if type(argument) not in (ast.arg, HostArgument):
            self.report(argument, "unknown-syntax", type(argument).__name__)
        elif not TEMPORARY.fullmatch(name):
            self.check_name(argument, name)
        if argument.annotation is not None:
            self.report(argument, "unknown-syntax", "annotation")

    # -- helpers -------------------------------------------------------------------------------

    def _expressions(self, nodes: list[Any]) -> None:
        dispatch = self._dispatch
        for index, node in enumerate(nodes):
            kind = type(node)
            if kind is not ast.Constant and kind is not HostName:
                nodes[index] = dispatch[kind](node)
            elif kind is ast.Constant and type(node.value) not in CONSTANTS:
                self.report(node, "constant", type(node.value).__name__)

    def _statements(self, nodes: list[Any]) -> None:
        self._depth += 1
        if self._depth > self._max_depth:
            raise TooMuch("too-deep", nodes[0])
        dispatch = self._dispatch
        for index, node in enumerate(nodes):
            if not index & 63:
                checkpoint()
            nodes[index] = dispatch[type(node)](node)
        self._depth -= 1

    def _enter(self, node: ast.AST) -> None:
        self._depth += 1
        if self._depth > self._max_depth:
            raise TooMuch("too-deep", node)

    @staticmethod
    def _at(new: Any, old: Any) -> Any:
        new.lineno = old.lineno
        new.col_offset = old.col_offset
        new.end_lineno = old.end_lineno
        new.end_col_offset = old.end_col_offset
        return new

    def _host(self, name: str, at: Any) -> HostName:
        return HostName(
            id=name,
            ctx=LOAD,
            lineno=at.lineno,
            col_offset=at.col_offset,
            end_lineno=at.end_lineno,
            end_col_offset=at.end_col_offset,
        )

    def _call(self, name: str, arguments: list[Any], at: Any) -> ast.Call:
        return ast.Call(
            func=self._host(name, at),
            args=arguments,
            keywords=[],
            lineno=at.lineno,
            col_offset=at.col_offset,
            end_lineno=at.end_lineno,
            end_col_offset=at.end_col_offset,
        )

    def _constant(self, value: Any, at: Any) -> ast.Constant:
        return ast.Constant(
            value=value,
            lineno=at.lineno,
            col_offset=at.col_offset,
            end_lineno=at.end_lineno,
            end_col_offset=at.end_col_offset,
        )

    def _check(self, at: Any) -> ast.stmt:
        """``if $stop: $checkpoint()`` at the node's line; one tree a line is enough."""
        found = self._checks.get(at.lineno)
        if found is None:
            found = self._checks[at.lineno] = self._at(
                ast.If(
                    test=self._host("$stop", at),
                    body=[self._at(ast.Expr(value=self._call("$checkpoint", [], at)), at)],
                    orelse=[],
                ),
                at,
            )
        return found

    def _entry(self, at: Any) -> ast.stmt:
        """What a function begins with."""
        if not self._counts:
            return self._check(at)
        made: ast.stmt = self._at(ast.Expr(value=self._call("$entered", [], at)), at)
        return made

    def _entry_value(self, at: Any) -> ast.expr:
        """What a lambda begins with: an expression that is true, or raises."""
        return self._call("$entered", [], at) if self._counts else self._go_on(at)

    def _go_on(self, at: Any) -> ast.expr:
        """An expression that is true, and raises when this run is stopped."""
        test = self._at(ast.UnaryOp(op=ast.Not(), operand=self._host("$stop", at)), at)
        result: ast.expr = self._at(
            ast.BoolOp(op=ast.Or(), values=[test, self._call("$checkpoint", [], at)]), at
        )
        return result

    def _require(self, at: Any) -> ast.stmt:
        call = self._call("$require", [self._host("$origin", at)], at)
        result: ast.stmt = self._at(ast.Expr(value=call), at)
        return result
