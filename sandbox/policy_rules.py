"""The checks and rewrites that a script's tree passes before it is compiled.

A guard costs a call wherever it stands, so the pass leaves one in only where the decision needs the
object: an attribute whose name alone decides is read natively or refused here. What needs no
decision (items, iteration, unpacking, plain names) stays native; names that start with ``$`` are
the host's, and no text of a script can spell them.
"""

from __future__ import annotations

import ast
import builtins
from typing import Any

from sandbox.dialect.nodes import HostName
from sandbox.policy_assignments import AssignmentRules
from sandbox.policy_checks import LOAD, TEMPORARY, Receiver, TooMuch
from sandbox.policy_names import REFUSED_ATTRIBUTES


class PolicyTransformer(AssignmentRules):
    """Checks one tree and puts the guards in; deny by default.

    Args:
        filename: for the diagnostics.
        sizes: put in the guards against huge values (thread tier).
        generators: whether the source can hold a generator at all.
        max_depth: deepest nesting of the tree.
        counts: functions and lambdas count how deep they nest.
        unit: names the text among all.

    What it found is in ``diagnostics``; the tree is changed in place.
    """

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
        receivers = self._self, self._watched
        self._self = Receiver(_first_parameter(node.args) if self._in_class else "")
        if self._self.name:
            self._watched = self._self
        self._in_class = False
        self._in_function = True
        generator = self._in_generator = self._generators and _yields(node.body)
        self._statements(node.body)
        self._in_class, self._in_function, self._in_generator = former
        receiver = self._self
        self._self, self._watched = receivers
        if self._watched.name and receiver.name == self._watched.name:
            self._watched.rebound = True
        body = node.body
        first = body[0]
        documented = (
            type(first) is ast.Expr
            and type(first.value) is ast.Constant
            and type(first.value.value) is str
        )
        start = 1 if documented else 0
        body.insert(start, self._entry(node))
        if generator:
            # Whose run it is, asked when the interpreter closes it.
            stored = self._host("$origin", node)
            stored.ctx = ast.Store()
            origin = ast.Assign(targets=[stored], value=self._call("$run_token", [], node))
            body.insert(start + 1, self._at(origin, node))
        if receiver.used:
            body.insert(start, self._at(self._owning(receiver, node), node))
        return node

    def _owning(self, receiver: Receiver, node: Any) -> ast.stmt:
        """``$own = $owns(self)``; False when the name may mean something else later."""
        stored = self._host("$own", node)
        stored.ctx = ast.Store()
        value: ast.expr = self._constant(False, node)
        # A generator goes on in the middle of anything.
        if not receiver.rebound and not _yields(node.body):
            value = self._call(
                "$owns", [self._at(ast.Name(id=receiver.name, ctx=LOAD), node)], node
            )
        return ast.Assign(targets=[stored], value=value)

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
        # The body may bind the name of the receiver for itself, even while it runs.
        receiver, self._self = self._self, Receiver("")
        self._in_class = True
        self._in_function = False
        self._in_generator = False
        self._class_name = node.name.lstrip("_")
        self._statements(node.body)
        self._in_class, self._in_function, self._in_generator, self._class_name = former
        self._self = receiver
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
        """Check the targets; the exit is called with what a script may hold, and in its run."""
        for item in node.items:
            place = item.context_expr
            arguments: list[Any] = [self.visit(place)]
            if self._in_generator:
                arguments.append(self._host("$origin", place))
            item.context_expr = self._call("$managed", arguments, place)
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
                handler.type = self._caught(self.visit(handler.type))
            self._check_handler_name(handler)
            self._statements(handler.body)
            # An abandoned generator is closed by whoever collects it, perhaps after its run.
            check = self._require if self._in_generator else self._check
            handler.body.insert(0, check(handler))
        if node.orelse:
            self._statements(node.orelse)
        if node.finalbody:
            first = node.finalbody[0]
            self._statements(node.finalbody)
            node.finalbody.insert(
                0, self._require(first) if self._in_generator else self._check(first)
            )
        return node

    def _caught(self, node: Any) -> Any:
        """``except GeneratorExit`` also means the one that closes a generator."""
        named = node.elts if type(node) is ast.Tuple else [node]
        if all(type(each) is ast.Name and each.id in _PLAIN_ERRORS for each in named):
            return node
        for index, each in enumerate(named):
            if type(each) is ast.Name and each.id == "GeneratorExit":
                named[index] = self._host("$GeneratorExit", each)
        # Its value may stand in for other classes; nobody asks before there is an error.
        family = self._call("$family", [node if type(node) is ast.Tuple else named[0]], node)
        if not self._in_generator:
            return family
        # An abandoned generator asks when it is collected: no code of the script runs then.
        required = self._call("$require", [self._host("$origin", node)], node)
        return self._at(ast.BoolOp(op=ast.And(), values=[required, family]), node)

    def _check_handler_name(self, handler: ast.ExceptHandler) -> None:
        name = handler.name
        if name is not None and not TEMPORARY.fullmatch(name):
            self.check_binding(handler, name)

    def visit_Assert(self, node: ast.Assert) -> Any:
        """Allow."""
        node.test = self.visit(node.test)
        if node.msg is not None:
            node.msg = self.visit(node.msg)
        return node

    def visit_Import(self, node: ast.Import) -> Any:
        """Check every name that it binds and every module name."""
        parts: list[ast.stmt] = []
        for alias in node.names:
            self._check_module_name(alias, alias.name)
            self.check_binding(alias, alias.asname or alias.name.partition(".")[0])
            if alias.asname is not None and "." in alias.name:
                # The interpreter would look in its own table of modules for a name that the
                # module lacks.
                parts.append(self._dotted_import(alias, node))
            else:
                parts.append(self._at(ast.Import(names=[alias]), node))
        if len(parts) == len(node.names) and not any(type(p) is ast.Assign for p in parts):
            return node
        return parts[0] if len(parts) == 1 else self._several(parts, node)

    def _dotted_import(self, alias: ast.alias, node: ast.Import) -> ast.stmt:
        """``import a.b as c`` as ``c = $import_dotted("a.b")``."""
        call = self._call("$import_dotted", [self._constant(alias.name, node)], node)
        target = self._at(ast.Name(id=alias.asname or "", ctx=ast.Store()), node)
        made: ast.stmt = self._at(ast.Assign(targets=[target], value=call), node)
        return made

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        """Check every name; ``import *`` goes through the host, which filters the names."""
        if node.module:
            self._check_module_name(node, node.module)
        if len(node.names) == 1 and node.names[0].name == "*":
            if self._in_function:
                self.report(node, "import-star", severity="warning")
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
            if not TEMPORARY.fullmatch(name):
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

    def visit_Break(self, node: ast.Break) -> Any:
        """Allow."""
        return node

    def visit_Continue(self, node: ast.Continue) -> Any:
        """Allow."""
        return node


# Errors that scripts hold as they are.
_PLAIN_ERRORS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception) and name != "EnvironmentError"
) - {"IOError", "UnicodeDecodeError"}


def _first_parameter(arguments: ast.arguments) -> str:
    """The name that a method calls its instance; "" where it is no plain parameter."""
    found = arguments.args[0] if arguments.args else None
    return found.arg if type(found) is ast.arg else ""


_SCOPES = (ast.FunctionDef, ast.Lambda, ast.ClassDef)


def _yields(body: list[Any]) -> bool:
    """Whether a function with this body is a generator."""
    pending: list[Any] = list(body)
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind is ast.Yield or kind is ast.YieldFrom:
            return True
        if kind is ast.Constant or kind is ast.Name:
            continue
        if kind in _SCOPES:
            # Defaults, decorators and bases are evaluated where the definition stands.
            node = _outside(node)
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                pending.extend(v for v in value if isinstance(v, ast.AST))
            elif isinstance(value, ast.AST):
                pending.append(value)
    return False


def _outside(node: Any) -> ast.AST:
    """The parts of a definition that belong to the scope around it, as one node."""
    parts: list[Any] = [*getattr(node, "decorator_list", ())]
    if type(node) is ast.ClassDef:
        parts += node.bases
        parts += [keyword.value for keyword in node.keywords]
    else:
        parts += node.args.defaults
        parts += [value for value in node.args.kw_defaults if value is not None]
    return ast.Tuple(elts=parts)


__all__ = ["PolicyTransformer", "TooMuch"]
