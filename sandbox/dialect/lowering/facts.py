"""What a script binds where, collected from its statements before anything is lowered.

A scope's facts hold the names it binds and, for each plain local, the expressions assigned to it,
from which ``kinds`` concludes which locals can only ever be numbers or text.
"""

from __future__ import annotations

import ast
from typing import Any

from sandbox.dialect import nodes

INT = "int"
FLOAT = "float"
NUMBER = "number"
TEXT = "text"

_UNKNOWN = None
_NUMBERS = frozenset({INT, FLOAT, NUMBER})


class Scope:
    """One function, lambda, class or module body.

    Args:
        kind: ``"module"``, ``"function"``, ``"class"`` or ``"lambda"``.
    """

    __slots__ = (
        "asks_last",
        "assigned",
        "bound",
        "caught",
        "comprehensions",
        "generator",
        "global_names",
        "handlers",
        "has_exec",
        "has_star",
        "inner",
        "kind",
        "kinds",
        "opaque",
        "relied",
        "used",
    )

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.bound: set[str] = set()
        self.assigned: dict[str, list[Any]] = {}
        self.opaque: set[str] = set()
        self.caught: set[str] = set()
        self.global_names: set[str] = set()
        self.kinds: dict[str, str | None] = {}
        self.has_exec = False
        self.has_star = False
        self.generator = False
        self.inner: list[Scope] = []
        # filled while lowering
        self.used: dict[str, int] = {}
        self.relied: set[str] = set()
        self.handlers: list[Any] = []
        self.asks_last: list[ast.Call] = []
        self.comprehensions: list[tuple[ast.ListComp, set[str]]] = []


def is_counted(call: ast.expr) -> bool:
    """Whether what a loop walks is written as a plain call of ``range`` or ``xrange``."""
    return (
        type(call) is ast.Call
        and type(call.func) is ast.Name
        and call.func.id in ("range", "xrange")
        and not call.keywords
        and 1 <= len(call.args) <= 3
        and not any(type(arg) is ast.Starred for arg in call.args)
    )


class Facts:
    """The facts of one module.

    Args:
        tree: the parser's tree, unchanged.
    """

    __slots__ = ("bound", "comprehended", "runs_text", "scopes")

    def __init__(self, tree: ast.Module) -> None:
        self.bound: set[str] = set()
        # A list comprehension leaves its variable behind, and others hide a local of that name.
        self.comprehended: frozenset[str] = getattr(tree, "comprehended", frozenset())
        self.scopes: dict[int, Scope] = {}
        module = Scope("module")
        self.scopes[id(tree)] = module
        self._walk(tree.body, module)
        self.bound |= module.bound
        # Text that it runs may bind any of its names, and so may what it imports by a star.
        self.runs_text = module.has_exec or module.has_star
        # Nobody walks through expressions for these.
        self.bound |= self.comprehended | getattr(tree, "parameters", frozenset())

    def is_builtin(self, name: str, scope: Scope) -> bool:
        """Whether a name of a builtin means that wherever the script writes it in a scope."""
        return not (name in self.bound or self.runs_text or scope.has_exec or scope.has_star)

    def function(self, node: ast.FunctionDef) -> Scope:
        """Facts of a function that a walk came across."""
        scope = Scope("function")
        self.scopes[id(node)] = scope
        self._parameters(node.args, scope)
        self._walk(node.body, scope)
        self.bound |= scope.bound
        return scope

    def lambda_(self, node: ast.Lambda) -> Scope:
        """Facts of a lambda, asked for when the lowering reaches it."""
        scope = Scope("lambda")
        self._parameters(node.args, scope)
        return scope

    def _parameters(self, args: ast.arguments, scope: Scope) -> None:
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        if args.vararg:
            every.append(args.vararg)
        if args.kwarg:
            every.append(args.kwarg)
        for arg in every:
            if isinstance(arg, nodes.TupleParameter):
                self._target(arg.target, scope)
            else:
                scope.bound.add(arg.arg)
                scope.opaque.add(arg.arg)

    def _target(self, node: ast.expr, scope: Scope) -> None:
        kind = type(node)
        if kind is ast.Name:
            name = node.id  # type: ignore[attr-defined]
            scope.bound.add(name)
            scope.opaque.add(name)
        elif kind is ast.Tuple or kind is ast.List:
            for item in node.elts:  # type: ignore[attr-defined]
                self._target(item, scope)

    def _walk(self, body: list[ast.stmt], scope: Scope) -> None:
        bound = scope.bound
        for node in body:
            kind = type(node)
            if kind is ast.Expr:
                if type(node.value) is ast.Yield:  # type: ignore[attr-defined]
                    scope.generator = True
            elif kind is ast.Assign:
                value = node.value  # type: ignore[attr-defined]
                for target in node.targets:  # type: ignore[attr-defined]
                    if type(target) is ast.Name:
                        bound.add(target.id)
                        scope.assigned.setdefault(target.id, []).append(value)
                    elif type(target) is ast.Tuple:
                        self._pairs(target, value, scope)
                    else:
                        self._target(target, scope)
            elif kind is ast.If or kind is ast.While:
                self._walk(node.body, scope)  # type: ignore[attr-defined]
                if node.orelse:  # type: ignore[attr-defined]
                    self._walk(node.orelse, scope)  # type: ignore[attr-defined]
            elif kind is ast.AugAssign:
                target = node.target  # type: ignore[attr-defined]
                if type(target) is ast.Name:
                    bound.add(target.id)
                    scope.assigned.setdefault(target.id, []).append(node)
            elif kind is ast.For:
                self._loop(node, scope)  # type: ignore[arg-type]
            elif kind is ast.FunctionDef:
                bound.add(node.name)  # type: ignore[attr-defined]
                scope.opaque.add(node.name)  # type: ignore[attr-defined]
                scope.inner.append(self.function(node))  # type: ignore[arg-type]
            elif kind is ast.ClassDef:
                bound.add(node.name)  # type: ignore[attr-defined]
                scope.opaque.add(node.name)  # type: ignore[attr-defined]
                inner = Scope("class")
                self.scopes[id(node)] = inner
                self._walk(node.body, inner)  # type: ignore[attr-defined]
                scope.inner.append(inner)
                self.bound |= inner.bound
            elif kind is ast.Try:
                self._walk(node.body, scope)  # type: ignore[attr-defined]
                for handler in node.handlers:  # type: ignore[attr-defined]
                    target = handler.target
                    if target is not None:
                        self._target(target, scope)
                        if type(target) is ast.Name:
                            scope.caught.add(target.id)
                    self._walk(handler.body, scope)
                self._walk(node.orelse, scope)  # type: ignore[attr-defined]
                self._walk(node.finalbody, scope)  # type: ignore[attr-defined]
            elif kind is ast.Import or kind is ast.ImportFrom:
                for alias in node.names:  # type: ignore[attr-defined]
                    if alias.name == "*":
                        scope.has_star = True
                        continue
                    name = alias.asname or alias.name.partition(".")[0]
                    bound.add(name)
                    scope.opaque.add(name)
            elif kind is ast.Global:
                bound.update(node.names)  # type: ignore[attr-defined]
                scope.global_names.update(node.names)  # type: ignore[attr-defined]
                scope.opaque.update(node.names)  # type: ignore[attr-defined]
                self.bound.update(node.names)  # type: ignore[attr-defined]
            elif kind is ast.With:
                for item in node.items:  # type: ignore[attr-defined]
                    if item.optional_vars is not None:
                        self._target(item.optional_vars, scope)
                self._walk(node.body, scope)  # type: ignore[attr-defined]
            elif kind is ast.Delete:
                for target in node.targets:  # type: ignore[attr-defined]
                    self._target(target, scope)
            elif kind is nodes.Exec:
                given = node.globals is not None  # type: ignore[attr-defined]
                if not given and type(node.body) is not ast.Tuple:  # type: ignore[attr-defined]
                    scope.has_exec = True

    def _pairs(self, target: ast.Tuple, value: ast.expr, scope: Scope) -> None:
        if type(value) is ast.Tuple and len(value.elts) == len(target.elts):
            for left, right in zip(target.elts, value.elts, strict=True):
                if type(left) is ast.Name:
                    scope.bound.add(left.id)
                    scope.assigned.setdefault(left.id, []).append(right)
                else:
                    self._target(left, scope)
        else:
            self._target(target, scope)

    def _loop(self, node: ast.For, scope: Scope) -> None:
        target = node.target
        call = node.iter
        name = ""
        if type(call) is ast.Call and type(call.func) is ast.Name:
            name = call.func.id
        if type(target) is ast.Name:
            scope.bound.add(target.id)
            # As the lowering has it: a call of the host, whatever the name means later.
            if is_counted(call):
                scope.assigned.setdefault(target.id, []).append(RangeItem(name))
            else:
                scope.opaque.add(target.id)
        else:
            self._target(target, scope)
        self._walk(node.body, scope)
        if node.orelse:
            self._walk(node.orelse, scope)


# Calls that the lowering makes calls of the host: kind and most arguments. Others, such as ``len``,
# are whatever the name means when they run.
_CALLS = {"int": (INT, 1), "float": (FLOAT, 1), "round": (FLOAT, 2)}
_RUNNING = "running"


_ARITHMETIC = frozenset(
    {ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Div, ast.Pow}
)


_MOST_FEEDING = 50
"""Names of which one feeds the next, that conclusions are drawn over."""


class RangeItem(ast.expr):
    """What the variable of a loop over ``range`` is assigned; no syntax of a script's.

    Args:
        name: ``range`` or ``xrange``, which the text may hide.
    """

    def __init__(self, name: str) -> None:
        self.name = name


class Kinds:
    """Conclusions about expressions of one scope, on what its locals were assigned.

    Args:
        facts: of the module, for names that hide builtins.
        scope: the scope whose locals are asked about.
    """

    __slots__ = ("depth", "facts", "known", "left", "met", "scope")

    def __init__(self, facts: Facts, scope: Scope) -> None:
        self.facts = facts
        self.scope = scope
        self.known = scope.kinds
        self.met = False
        self.depth = 0
        # What rests on guesses is looked at again with each: of a name that feeds one that feeds
        # another, so often that it would never end.
        self.left = 20 * sum(map(len, scope.assigned.values())) + 1_000

    def name(self, name: str) -> str | None:
        """The kind of a local name, or None."""
        known = self.known
        if name in known:
            kind = known[name]
            if kind is _RUNNING:
                self.met = True
                return None
            return kind
        scope = self.scope
        values = scope.assigned.get(name)
        if values is None or name in scope.opaque or scope.kind != "function" or scope.has_exec:
            known[name] = None
            return None
        # In a class, the name of another local may mean the same one as a private one.
        private = name[:1] == "_" and "__" in name
        if private or name in self.facts.comprehended:
            known[name] = None
            return None
        self.left -= len(values)
        if self.left < 0 or self.depth >= _MOST_FEEDING:
            known[name] = None
            return None
        self.depth += 1
        # Locals that feed each other are assumed to be numbers until one proves otherwise.
        result = self._settle(name, values)
        self.depth -= 1
        return result

    def _settle(self, name: str, values: list[Any]) -> str | None:
        known = self.known
        guess: str | None = None
        for value in values:
            if type(value) is not ast.AugAssign:
                known[name] = _RUNNING
                self.met = False
                kind = self.expression(value)
                known.pop(name, None)
                if kind is None and self.met:
                    # It feeds itself: looked at again with what the others say.
                    continue
                if kind is None:
                    known[name] = None
                    return None
                guess = kind if guess is None or guess == kind else _join(guess, kind)
                if guess is None:
                    known[name] = None
                    return None
        if guess is None:
            known[name] = None
            return None
        before = len(known)
        for _ in range(3):
            # What was concluded about others rests on the guess, and goes with it.
            while len(known) > before:
                known.popitem()
            known[name] = guess
            wider: str | None = guess
            for value in values:
                if type(value) is ast.AugAssign:
                    kind = self.operation(value.op, guess, self.expression(value.value))
                else:
                    kind = self.expression(value)
                wider = _join(wider, kind)
                if wider is None:
                    break
            if wider == guess:
                return guess
            if wider is None:
                break
            guess = wider
        while len(known) > before:
            known.popitem()
        known[name] = None
        return None

    def expression(self, node: Any) -> str | None:
        """The kind of an expression that was not lowered yet, or None when nothing is sure."""
        kind = type(node)
        if kind is ast.Name:
            return self.name(node.id)
        if kind is ast.Constant:
            value = type(node.value)
            if value is int or value is bool:
                return INT
            if value is float:
                return FLOAT
            if value is str:
                return TEXT
            return None
        if kind is ast.BinOp:
            left = self.expression(node.left)
            right = self.expression(node.right)
            return self.operation(node.op, left, right)
        if kind is ast.Call:
            return self._call(node)
        if kind is RangeItem:
            return INT if self.facts.is_builtin(node.name, self.scope) else None
        if kind is ast.UnaryOp:
            if type(node.op) is ast.Not:
                return INT
            inner = self.expression(node.operand)
            return inner if inner in _NUMBERS else None
        if kind is ast.IfExp:
            return _join(self.expression(node.body), self.expression(node.orelse))
        if kind is ast.BoolOp:
            result = self.expression(node.values[0])
            for value in node.values[1:]:
                if result is None:
                    return None
                result = _join(result, self.expression(value))
            return result
        return None

    def _call(self, node: ast.Call) -> str | None:
        func = node.func
        if type(func) is not ast.Name or node.keywords:
            return None
        if not self.facts.is_builtin(func.id, self.scope):
            return None
        kind, most = _CALLS.get(func.id, (None, 0))
        starred = any(type(arg) is ast.Starred for arg in node.args)
        return kind if 1 <= len(node.args) <= most and not starred else None

    def operation(self, op: ast.operator, left: str | None, right: str | None) -> str | None:
        """The kind of a binary operation on operands of these kinds."""
        kind = type(op)
        if left == TEXT:
            adds = kind is ast.Add and right == TEXT
            return TEXT if adds or (kind is ast.Mod and right is not None) else None
        # A script's own __radd__ gives whatever it likes: both sides have to be known.
        if left not in _NUMBERS or right not in _NUMBERS:
            return None
        if kind in _ARITHMETIC:
            if left == INT and right == INT and kind is not ast.Div and kind is not ast.Pow:
                return INT
            return FLOAT if FLOAT in (left, right) else NUMBER
        return INT if left == INT and right == INT else None


def _join(left: str | None, right: str | None) -> str | None:
    if left == right:
        return left
    if left in _NUMBERS and right in _NUMBERS:
        return NUMBER
    return None
