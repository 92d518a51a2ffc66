"""The checks and rewrites that a script's tree passes before it is compiled.

A guard costs a call wherever it stands, so the pass leaves one in only where the decision needs the
object: an attribute whose name alone decides is read natively or refused here. What needs no
decision (items, iteration, unpacking, plain names) stays native; names that start with ``$`` are
the host's, and no text of a script can spell them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from sandbox.diagnostic import Diagnostic
from sandbox.dialect.meaning.attributes import PY2_METHOD_NAMES
from sandbox.dialect.nodes import HostName
from sandbox.policy_diagnostics import RULES
from sandbox.policy_names import (
    GUARDED_ATTRIBUTES,
    REFUSED_ATTRIBUTES,
    REFUSED_METHODS,
    REFUSED_NAMES,
    SIZED_METHODS,
)

_LOAD = ast.Load()
_CONSTANTS = frozenset({str, int, float, complex, bool, bytes, type(None), type(...)})
_SMALL = 64


class TooMuch(Exception):
    """The tree is larger or deeper than the limits; carries the diagnostic's rule and node."""

    def __init__(self, rule: str, node: ast.AST) -> None:
        super().__init__(rule)
        self.rule = rule
        self.node = node


def _is_plain(name: str) -> bool:
    return name[:1] != "_" and "$" not in name and name.isidentifier()


class _Dispatch(dict[type, Callable[[Any], Any]]):
    """Visitor by node class; a class without one is refused."""

    def __init__(self, owner: PolicyTransformer) -> None:
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
    "Module Expression FunctionDef ClassDef Return Delete Assign AugAssign For While If With Raise "
    "Try Assert Import ImportFrom Global Nonlocal Expr Pass Break Continue BoolOp NamedExpr BinOp "
    "UnaryOp Lambda IfExp Dict Set ListComp SetComp DictComp GeneratorExp Yield YieldFrom Compare "
    "Call Constant Attribute Subscript Starred Name HostName List Tuple Slice".split()
)


class PolicyTransformer(RestrictingNodeTransformer):
    """Checks one tree and puts the guards in; deny by default.

    Args:
        filename: for the diagnostics.
        sizes: put in the guards against huge values (thread tier).
        generators: whether the source can hold a generator at all.
        max_depth: deepest nesting of the tree.

    What it found is in ``diagnostics``, in source order; the tree is changed in place.
    """

    def __init__(
        self, filename: str, *, sizes: bool = True, generators: bool = True, max_depth: int = 200
    ) -> None:
        super().__init__()
        self.filename = filename
        self.sizes = sizes
        self.diagnostics: list[Diagnostic] = []
        self._generators = generators
        self._max_depth = max_depth
        self._depth = 0
        self._in_class = False
        self._in_function = False
        self._in_generator = False
        self._augmented = False
        self._class_name = ""
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

    def check_name(self, node: ast.AST, name: str | None, allow_magic_methods: bool = False) -> None:
        """Refuse a name no script may spell, in whatever form it is bound or read."""
        if name is None:
            return
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
        elif self._in_class and type(node.ctx) is not ast.Load:
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
        if type(argument) is not ast.arg:
            # The lowering's own parameters are marked by their class, as its names are.
            if not (type(argument).__name__ == "HostArgument" and name[:1] == "$"):
                self.report(argument, "unknown-syntax", type(argument).__name__)
            return
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
            elif kind is ast.Constant and type(node.value) not in _CONSTANTS:
                self.report(node, "constant", type(node.value).__name__)

    def _statements(self, nodes: list[Any]) -> None:
        self._depth += 1
        if self._depth > self._max_depth:
            raise TooMuch("too-deep", nodes[0])
        dispatch = self._dispatch
        for index, node in enumerate(nodes):
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
            ctx=_LOAD,
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

    def _constant(self, value: object, at: Any) -> ast.Constant:
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

    def _go_on(self, at: Any) -> ast.expr:
        """An expression that is true, and raises when this run is stopped."""
        test = self._at(ast.UnaryOp(op=ast.Not(), operand=self._host("$stop", at)), at)
        result: ast.expr = self._at(
            ast.BoolOp(op=ast.Or(), values=[test, self._call("$checkpoint", [], at)]), at
        )
        return result

    def _require(self, at: Any) -> ast.stmt:
        result: ast.stmt = self._at(ast.Expr(value=self._call("$require", [], at)), at)
        return result

    # -- statements ----------------------------------------------------------------------------

    def visit_Module(self, node: ast.Module) -> Any:
        """Check a whole script."""
        self._statements(node.body)
        return node

    def visit_Expression(self, node: ast.Expression) -> Any:
        """Check the expression of an ``eval``."""
        node.body = self.visit(node.body)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        """Check name, parameters, decorators and body; put the entry check in."""
        self.check_binding(node, node.name)
        if node.returns is not None:
            self.report(node, "unknown-syntax", "annotation")
        if node.decorator_list:
            self._expressions(node.decorator_list)
        self.check_arguments(node.args)
        former = self._in_class, self._in_function, self._in_generator
        self._in_class = False
        self._in_function = True
        self._in_generator = self._generators and _yields(node.body)
        self._statements(node.body)
        self._in_class, self._in_function, self._in_generator = former
        body = node.body
        first = body[0]
        documented = (
            type(first) is ast.Expr
            and type(first.value) is ast.Constant
            and type(first.value.value) is str
        )
        body.insert(1 if documented else 0, self._check(node))
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        """Check the name, the bases, and every name that the body binds."""
        self.check_binding(node, node.name)
        self._expressions(node.decorator_list)
        self._expressions(node.bases)
        for keyword in node.keywords:
            if type(keyword.value) is HostName or (
                type(keyword.value) is ast.Call and type(keyword.value.func) is HostName
            ):
                keyword.value = self.visit(keyword.value)
            else:
                self.report(keyword, "class-keyword")
        former = self._in_class, self._in_function, self._in_generator, self._class_name
        self._in_class = True
        self._in_function = False
        self._in_generator = False
        self._class_name = node.name.lstrip("_")
        self._statements(node.body)
        self._in_class, self._in_function, self._in_generator, self._class_name = former
        return node

    def visit_Return(self, node: ast.Return) -> Any:
        """Allow."""
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_Delete(self, node: ast.Delete) -> Any:
        """Check the targets."""
        self._expressions(node.targets)
        return node

    def visit_Assign(self, node: ast.Assign) -> Any:
        """Check the targets; a single guarded attribute becomes one call."""
        targets = node.targets
        dispatch = self._dispatch
        value = node.value
        node.value = dispatch[type(value)](value)
        if len(targets) == 1:
            target = targets[0]
            if type(target) is ast.Attribute and self._judge_attribute(target) == 1:
                call = self._call(
                    "$setattr",
                    [node.value, self.visit(target.value), self._constant(self._written(target.attr), target)],
                    node,
                )
                return self._at(ast.Expr(value=call), node)
            targets[0] = dispatch[type(target)](target)
            return node
        self._expressions(targets)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """Check the target; operators that can make huge values are guarded (thread tier)."""
        node.value = self.visit(node.value)
        # An augmented target is read as well: both go through the guard.
        self._augmented = True
        target: Any = node.target
        if type(target) is ast.Attribute:
            value = target.value
            self._augmented = False
            target.value = self.visit(value)
            self._augmented = True
            node.target = self._guarded_attribute(target)
        else:
            self._augmented = False
            node.target = self.visit(target)
        self._augmented = False
        if self.sizes:
            guard = self._size_guard(node.op, node.value, None)
            if guard is not None:
                return self._spelled_out(node, guard)
        return node

    def _spelled_out(self, node: ast.AugAssign, guard: str) -> ast.stmt:
        """``t *= v`` as ``t = $times(t, v)``, the parts of the target evaluated once."""
        target: Any = node.target
        before: list[ast.stmt] = []

        def keep(part: ast.expr) -> tuple[HostName, HostName]:
            name = f"$a{len(before)}"
            stored = self._host(name, part)
            stored.ctx = ast.Store()
            before.append(self._at(ast.Assign(targets=[stored], value=part), node))
            return self._host(name, part), self._host(name, part)

        read: ast.expr
        if type(target) is ast.Attribute:
            one, two = keep(target.value)
            read = self._at(ast.Attribute(value=one, attr=target.attr, ctx=_LOAD), target)
            target.value = two
        elif type(target) is ast.Subscript:
            one, two = keep(target.value)
            where, again = keep(target.slice)
            read = self._at(ast.Subscript(value=one, slice=where, ctx=_LOAD), target)
            target.value, target.slice = two, again
        else:
            read = self._at(type(target)(id=target.id, ctx=_LOAD), target)
        call = self._call(guard + "=", [read, node.value], node)
        before.append(self._at(ast.Assign(targets=[target], value=call), node))
        if len(before) == 1:
            return before[0]
        # A statement for several: the condition is folded away.
        result: ast.stmt = self._at(
            ast.If(test=self._constant(True, node), body=before, orelse=[]), node
        )
        return result

    def visit_For(self, node: ast.For) -> Any:
        """Check the target; put the loop check in."""
        node.iter = self.visit(node.iter)
        node.target = self.visit(node.target)
        self._statements(node.body)
        node.body.insert(0, self._check(node))
        if node.orelse:
            self._statements(node.orelse)
        return node

    def visit_While(self, node: ast.While) -> Any:
        """Put the loop check in."""
        node.test = self.visit(node.test)
        self._statements(node.body)
        node.body.insert(0, self._check(node))
        if node.orelse:
            self._statements(node.orelse)
        return node

    def visit_If(self, node: ast.If) -> Any:
        """Allow; a chain of ``elif`` is walked, not nested."""
        current = node
        while True:
            current.test = self.visit(current.test)
            self._statements(current.body)
            orelse = current.orelse
            if len(orelse) == 1 and type(orelse[0]) is ast.If:
                current = orelse[0]
                continue
            if orelse:
                self._statements(orelse)
            return node

    def visit_With(self, node: ast.With) -> Any:
        """Check the targets; in a generator, the exit belongs to the run."""
        for item in node.items:
            item.context_expr = self.visit(item.context_expr)
            if self._in_generator:
                item.context_expr = self._call("$managed", [item.context_expr], item.context_expr)
            if item.optional_vars is not None:
                item.optional_vars = self.visit(item.optional_vars)
        self._statements(node.body)
        return node

    def visit_Raise(self, node: ast.Raise) -> Any:
        """Allow."""
        if node.exc is not None:
            node.exc = self.visit(node.exc)
        if node.cause is not None:
            node.cause = self.visit(node.cause)
        return node

    def visit_Try(self, node: ast.Try) -> Any:
        """Put the checks in; a bare ``except`` never names what stops a run."""
        self._statements(node.body)
        for handler in node.handlers:
            if type(handler) is not ast.ExceptHandler:
                self.generic_visit(handler)
                continue
            if handler.type is None:
                handler.type = self._host("$caught", handler)
            else:
                handler.type = self.visit(handler.type)
            self._check_handler_name(handler)
            self._statements(handler.body)
            handler.body.insert(0, self._check(handler))
        if node.orelse:
            self._statements(node.orelse)
        if node.finalbody:
            first = node.finalbody[0]
            self._statements(node.finalbody)
            node.finalbody.insert(
                0, self._require(first) if self._in_generator else self._check(first)
            )
        return node

    def _check_handler_name(self, handler: ast.ExceptHandler) -> None:
        name = handler.name
        if name is not None and not getattr(handler, "host_name", False):
            self.check_binding(handler, name)

    def visit_Assert(self, node: ast.Assert) -> Any:
        """Allow."""
        node.test = self.visit(node.test)
        if node.msg is not None:
            node.msg = self.visit(node.msg)
        return node

    def visit_Import(self, node: ast.Import) -> Any:
        """Check every name that it binds and every module name."""
        for alias in node.names:
            self._check_module_name(alias, alias.name)
            self.check_binding(alias, alias.asname or alias.name.partition(".")[0])
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        """Check every name; ``import *`` goes through the host, which filters the names."""
        if node.module:
            self._check_module_name(node, node.module)
        if len(node.names) == 1 and node.names[0].name == "*":
            if self._in_function:
                self.report(node, "import-star")
                return node
            arguments = [
                self._constant(node.module or "", node),
                self._constant(node.level or 0, node),
            ]
            return self._at(ast.Expr(value=self._call("$import_star", arguments, node)), node)
        for alias in node.names:
            if alias.name in REFUSED_ATTRIBUTES:
                self.report(alias, "inspection", alias.name, REFUSED_ATTRIBUTES[alias.name])
            self.check_name(alias, alias.name)
            self.check_binding(alias, alias.asname or alias.name)
        return node

    def _check_module_name(self, node: Any, name: str) -> None:
        for part in name.split("."):
            # Any keyword may follow a dot in this dialect, so only the alphabet is checked.
            if "$" in part or not part.isascii() or not part.isidentifier():
                self.report(node, "module-name", name)
                return

    def visit_Global(self, node: ast.Global) -> Any:
        """Check the names."""
        for name in node.names:
            self.check_name(node, name)
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> Any:
        """Allow for what the lowering made: no script of this dialect has the word."""
        for name in node.names:
            if name[:1] != "$":
                self.check_name(node, name)
        return node

    def visit_Expr(self, node: ast.Expr) -> Any:
        """Allow."""
        value = node.value
        node.value = self._dispatch[type(value)](value)
        return node

    def visit_Pass(self, node: ast.Pass) -> Any:
        """Allow."""
        return node

    visit_Break = visit_Pass
    visit_Continue = visit_Pass

    # -- expressions ---------------------------------------------------------------------------

    def visit_Constant(self, node: ast.Constant) -> Any:
        """Allow constants of plain types."""
        if type(node.value) not in _CONSTANTS:
            self.report(node, "constant", type(node.value).__name__)
        return node

    def _judge_attribute(self, node: ast.Attribute) -> int:
        """0: native; 1: guarded; 2: guarded when read; 3 and 4: refused, and reported."""
        name = node.attr
        try:
            verdict = self._attributes[name]
        except KeyError:
            if name in REFUSED_ATTRIBUTES:
                verdict = 3
            elif "$" in name or not name.isascii() or not name.isidentifier():
                verdict = 4
            elif name[:1] == "_" or name[:5] == "func_":
                verdict = 1
            elif (
                name in GUARDED_ATTRIBUTES
                or name in PY2_METHOD_NAMES
                or (self.sizes and name in SIZED_METHODS)
            ):
                verdict = 2
            else:
                verdict = 0
            self._attributes[name] = verdict
        if verdict == 3:
            self.report(node, "inspection", name, REFUSED_ATTRIBUTES[name])
        elif verdict == 4:
            self.report(node, "host-name", name)
        return verdict

    def _written(self, name: str) -> str:
        """The name of a private attribute of a class, as the interpreter stores it."""
        if self._class_name and name[:2] == "__" and name[-2:] != "__":
            return f"_{self._class_name}{name}"
        return name

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        """Native where the name decides, else through the guard of its context."""
        value = node.value
        kind = type(value)
        if kind is ast.Name:
            # Most values are names; one frame less for each.
            if self._names.get(value.id, "") is not None:  # type: ignore[attr-defined]
                node.value = self.visit_Name(value)  # type: ignore[arg-type]
        else:
            self._enter(node)
            node.value = self._dispatch[kind](value)
            self._depth -= 1
        return self._guarded_attribute(node)

    def _guarded_attribute(self, node: ast.Attribute) -> Any:
        """The attribute, or what stands for it; its owner has been visited."""
        verdict = self._attributes.get(node.attr)
        if verdict == 0:
            return node
        if verdict is None:
            verdict = self._judge_attribute(node)
            if verdict == 0:
                return node
        elif verdict > 2:
            self._judge_attribute(node)
        if verdict > 2:
            return node
        if type(node.ctx) is ast.Load:
            name = self._written(node.attr)
            guard = "$field" if name[:1] == "_" and name[:2] != "__" else "$getattr"
            return self._call(guard, [node.value, self._constant(name, node)], node)
        if verdict == 2 and not self._augmented:
            return node
        # A subscript of a host object can stand wherever a target may.
        return self._at(
            ast.Subscript(
                value=self._call("$private", [node.value], node),
                slice=self._constant(self._written(node.attr), node),
                ctx=node.ctx,
            ),
            node,
        )

    def visit_Call(self, node: ast.Call) -> Any:
        """Check callee, arguments and the names of keywords."""
        self._enter(node)
        dispatch = self._dispatch
        func = node.func
        kind = type(func)
        args = node.args
        if kind is not HostName:
            node.func = dispatch[kind](func)
        elif (
            self.sizes
            and func.id[:8] == "$percent"  # type: ignore[attr-defined]
            and args
            and type(args[0]) is ast.Constant
            and _is_wide(args[0].value)
        ):
            node.func = self._host("$format_percent", func)
            del args[2:]
        for index, argument in enumerate(args):
            kind = type(argument)
            if kind is not HostName:
                args[index] = dispatch[kind](argument)
        for keyword in node.keywords:
            name = keyword.arg
            if name is not None and (name[:2] == "__" or "$" in name):
                self.report(keyword.value, "keyword-name", name)
            value = keyword.value
            keyword.value = dispatch[type(value)](value)
        self._depth -= 1
        return node

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        """Allow: items have no names to check."""
        self._enter(node)
        dispatch = self._dispatch
        value = node.value
        node.value = dispatch[type(value)](value)
        value = node.slice
        node.slice = dispatch[type(value)](value)
        self._depth -= 1
        return node

    def visit_Slice(self, node: ast.Slice) -> Any:
        """Allow."""
        if node.lower is not None:
            node.lower = self.visit(node.lower)
        if node.upper is not None:
            node.upper = self.visit(node.upper)
        if node.step is not None:
            node.step = self.visit(node.step)
        return node

    def visit_Starred(self, node: ast.Starred) -> Any:
        """Allow."""
        node.value = self.visit(node.value)
        return node

    def visit_List(self, node: ast.List) -> Any:
        """Allow."""
        self._enter(node)
        self._expressions(node.elts)
        self._depth -= 1
        return node

    visit_Tuple = visit_List
    visit_Set = visit_List

    def visit_Dict(self, node: ast.Dict) -> Any:
        """Allow."""
        self._enter(node)
        if None in node.keys:
            self.report(node, "unknown-syntax", "dict unpacking")
        else:
            self._expressions(node.keys)
        self._expressions(node.values)
        self._depth -= 1
        return node

    def _size_guard(self, op: ast.operator, right: Any, left: Any) -> str | None:
        """The guard an operator needs, by what its operands can be."""
        kind = type(op)
        if kind is ast.Mult:
            for operand in (left, right):
                if type(operand) is ast.Constant and (
                    type(operand.value) is float
                    or (type(operand.value) is int and -_SMALL < operand.value < _SMALL)
                ):
                    return None
            return "$times"
        if kind is ast.Pow:
            if (
                type(right) is ast.Constant
                and type(right.value) in (int, float)
                and abs(right.value) <= 3
            ):
                return None
            return "$power"
        if kind is ast.LShift:
            if (
                type(right) is ast.Constant
                and type(right.value) is int
                and 0 <= right.value <= _SMALL
            ):
                return None
            return "$shift"
        if kind is ast.Mod:
            # Where the left operand is no number the lowering calls a helper, which is bounded.
            if type(left) is ast.Constant and type(left.value) is str and _is_wide(left.value):
                return "$modulo"
            return None
        return None

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        """Allow; a chain is walked, not nested. Sizes are guarded in the thread tier."""
        chain = [node]
        left = node.left
        while type(left) is ast.BinOp:
            chain.append(left)
            left = left.left
        dispatch = self._dispatch
        self._enter(node)
        done: Any = dispatch[type(left)](left)
        sizes = self.sizes
        for link in reversed(chain):
            link.left = done
            right = link.right
            link.right = dispatch[type(right)](right)
            done = link
            if sizes and type(link.op) is not ast.Add:
                guard = self._size_guard(link.op, link.right, link.left)
                if guard is not None:
                    done = self._call(guard, [link.left, link.right], link)
        self._depth -= 1
        return done

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        """Allow."""
        self._enter(node)
        node.operand = self.visit(node.operand)
        self._depth -= 1
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        """Allow."""
        self._enter(node)
        self._expressions(node.values)
        self._depth -= 1
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        """Allow."""
        self._enter(node)
        dispatch = self._dispatch
        left = node.left
        node.left = dispatch[type(left)](left)
        self._expressions(node.comparators)
        self._depth -= 1
        return node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        """Allow."""
        self._enter(node)
        node.test = self.visit(node.test)
        node.body = self.visit(node.body)
        node.orelse = self.visit(node.orelse)
        self._depth -= 1
        return node

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        """Check the parameters; put the entry check before the value."""
        self._enter(node)
        self.check_arguments(node.args)
        former = self._in_class, self._in_function
        self._in_class = False
        self._in_function = True
        node.body = self._at(
            ast.BoolOp(op=ast.And(), values=[self._go_on(node), self.visit(node.body)]), node
        )
        self._in_class, self._in_function = former
        self._depth -= 1
        return node

    def _comprehension(self, node: Any) -> Any:
        self._enter(node)
        # Names bound by a comprehension are its own, whatever scope surrounds it.
        former = self._in_class
        self._in_class = False
        for generator in node.generators:
            generator.iter = self.visit(generator.iter)
            generator.target = self.visit(generator.target)
            self._expressions(generator.ifs)
            generator.ifs.insert(0, self._go_on(node))
            if generator.is_async:
                self.report(node, "unknown-syntax", "async comprehension")
        if type(node) is ast.DictComp:
            node.key = self.visit(node.key)
            node.value = self.visit(node.value)
        else:
            node.elt = self.visit(node.elt)
        self._in_class = former
        self._depth -= 1
        return node

    visit_ListComp = _comprehension
    visit_SetComp = _comprehension
    visit_DictComp = _comprehension
    visit_GeneratorExp = _comprehension

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Any:
        """Allow for what the lowering made: the dialect has no such operator."""
        node.value = self.visit(node.value)
        node.target = self.visit(node.target)
        return node

    def visit_Yield(self, node: ast.Yield) -> Any:
        """Allow."""
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> Any:
        """Allow for what the lowering made."""
        node.value = self.visit(node.value)
        return node


def _is_wide(template: str) -> bool:
    """Whether a ``%`` template takes widths from its values, or has unreasonable ones."""
    return "*" in template or _WIDE.search(template) is not None


_WIDE = re.compile(r"%[-#0 +.\d]*\d{6}")
_SCOPES = (ast.FunctionDef, ast.Lambda, ast.ClassDef)


def _yields(body: list[Any]) -> bool:
    """Whether a function with this body is a generator."""
    pending: list[Any] = list(body)
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind is ast.Yield or kind is ast.YieldFrom:
            return True
        if kind in _SCOPES or kind is ast.Constant or kind is ast.Name:
            continue
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                pending.extend(v for v in value if isinstance(v, ast.AST))
            elif isinstance(value, ast.AST):
                pending.append(value)
    return False

