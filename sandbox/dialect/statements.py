"""Simple statements."""

import ast
from collections.abc import Callable

from sandbox.dialect.nodes import Exec, Print, RaisePy2
from sandbox.dialect.operators import BINARY, BIT_OR, new
from sandbox.dialect.parameters import Parameters
from sandbox.dialect.tokens import KEYWORDS

AUGMENTED = {operator + "=": node for operator, node in BINARY.items()}
FUTURES = frozenset(
    [
        "nested_scopes", "generators", "division", "absolute_import", "with_statement",
        "print_function", "unicode_literals",
    ]
)
_NO_FUTURE = {"braces": "not a chance", "GIL": "Never going to happen!"}


class Statements(Parameters):
    """The room of simple statements."""

    __slots__ = ("future_allowed",)

    future_allowed: bool

    def simple(self, body: list[ast.stmt]) -> None:
        """``small_stmt (';' small_stmt)* [';'] NEWLINE``, appended to ``body``."""
        kinds = self.kinds
        while True:
            if self.future_allowed and body:
                self.future_allowed = self.still_future(body)
            kind = kinds[self.at]
            if kind is None or kind not in SIMPLE:
                body.append(self.expression_statement())
            else:
                body.append(SIMPLE[kind](self))
            kind = kinds[self.at]
            if kind == "\n":
                self.at += 1
                return
            if kind != ";":
                self.fail()
            self.at += 1
            if kinds[self.at] == "\n":
                self.at += 1
                return

    def expression_statement(self) -> ast.stmt:
        """An expression, an assignment or an augmented assignment."""
        kinds = self.kinds
        start = self.at
        node = self.test_list()
        kind = kinds[self.at]
        if kind == "=":
            return self.assignment(node, start)
        if kind in AUGMENTED:
            self.at += 1
            target = self.augmented(node)
            value = self.yield_() if kinds[self.at] == "yield" else self.test_list()
            augmented = new(ast.AugAssign)
            augmented.__dict__ = {
                "target": target,
                "op": AUGMENTED[kind],
                "value": value,
                **self.span(start),
            }
            return augmented
        last = self.at - 1
        statement = new(ast.Expr)
        statement.__dict__ = {
            "value": node,
            "lineno": self.rows[start],
            "col_offset": self.cols[start],
            "end_lineno": self.end_rows[last],
            "end_col_offset": self.end_cols[last],
        }
        return statement

    def assignment(self, node: ast.expr, start: int) -> ast.stmt:
        """``('=' testlist)+`` or ``'=' yield_expr`` after the first target."""
        kinds = self.kinds
        targets: list[ast.expr] = []
        value = node
        while kinds[self.at] == "=":
            targets.append(self.store(value))
            self.at += 1
            if kinds[self.at] == "yield":
                # Jython takes a yield after one target only.
                if len(targets) > 1:
                    self.fail()
                value = self.yield_()
                if kinds[self.at] == "=":
                    self.fail()
                break
            value = self.test_list()
        last = self.at - 1
        statement = new(ast.Assign)
        statement.__dict__ = {
            "targets": targets,
            "value": value,
            "lineno": self.rows[start],
            "col_offset": self.cols[start],
            "end_lineno": self.end_rows[last],
            "end_col_offset": self.end_cols[last],
        }
        return statement

    def print_(self) -> ast.stmt:
        """``'print' [test (',' test)* [',']] | 'print' '>>' test [(',' test)+ [',']]``"""
        if "print_function" in self.future:
            return self.expression_statement()
        kinds = self.kinds
        start = self.at
        self.at += 1
        destination = None
        values: list[ast.expr] = []
        newline = True
        if kinds[self.at] == ">>":
            self.at += 1
            destination = self.test()
            if kinds[self.at] == ",":
                self.at += 1
                values.append(self.test())
        elif kinds[self.at] not in ENDS:
            values.append(self.test())
        if values:
            while kinds[self.at] == ",":
                self.at += 1
                if not self.starts_expression():
                    newline = False
                    break
                values.append(self.test())
        node = new(Print)
        node.__dict__ = {
            "dest": destination, "values": values, "nl": newline, **self.span(start)
        }
        return node

    def pass_(self) -> ast.stmt:
        """``pass``"""
        start = self.at
        self.at += 1
        node = new(ast.Pass)
        node.__dict__ = self.span(start)
        return node

    def break_(self) -> ast.stmt:
        """``break``"""
        start = self.at
        self.at += 1
        node = new(ast.Break)
        node.__dict__ = self.span(start)
        if not self.scope.loops:
            self.refuse_late("'break' outside loop", node)
        return node

    def continue_(self) -> ast.stmt:
        """``continue``"""
        start = self.at
        self.at += 1
        node = new(ast.Continue)
        node.__dict__ = self.span(start)
        if self.scope.in_finally:
            self.fail_node("'continue' not supported inside 'finally' clause", node)
        if not self.scope.loops:
            self.refuse_late("'continue' not properly in loop", node)
        return node

    def return_(self) -> ast.stmt:
        """``'return' [testlist]``"""
        start = self.at
        self.at += 1
        value = None if self.kinds[self.at] in ENDS else self.test_list()
        node = new(ast.Return)
        node.__dict__ = {"value": value, **self.span(start)}
        scope = self.scope
        if scope.kind != "function":
            self.refuse_late("'return' outside function", node)
        elif value is not None:
            if scope.generator:
                self.refuse_late("'return' with argument inside generator", node)
            if scope.returns is None:
                scope.returns = node
        return node

    def yield_statement(self) -> ast.stmt:
        """A ``yield`` that stands alone."""
        start = self.at
        value = self.yield_()
        node = new(ast.Expr)
        node.__dict__ = {"value": value, **self.span(start)}
        return node

    def delete_statement(self) -> ast.stmt:
        """``'del' exprlist``"""
        kinds = self.kinds
        start = self.at
        self.at += 1
        targets = [self.delete(self.expression(BIT_OR))]
        while kinds[self.at] == ",":
            self.at += 1
            if kinds[self.at] in ENDS:
                break
            targets.append(self.delete(self.expression(BIT_OR)))
        node = new(ast.Delete)
        node.__dict__ = {"targets": targets, **self.span(start)}
        return node

    def raise_(self) -> ast.stmt:
        """``'raise' [test [',' test [',' test]]]``"""
        kinds = self.kinds
        start = self.at
        self.at += 1
        parts: list[ast.expr | None] = []
        if kinds[self.at] not in ENDS:
            parts.append(self.test())
            while kinds[self.at] == "," and len(parts) < 3:
                self.at += 1
                parts.append(self.test())
        parts += [None] * (3 - len(parts))
        node = new(RaisePy2)
        node.__dict__ = {
            "type": parts[0], "inst": parts[1], "tback": parts[2], **self.span(start)
        }
        return node

    def assert_(self) -> ast.stmt:
        """``'assert' test [',' test]``"""
        start = self.at
        self.at += 1
        test = self.test()
        message = None
        if self.kinds[self.at] == ",":
            self.at += 1
            message = self.test()
        node = new(ast.Assert)
        node.__dict__ = {"test": test, "msg": message, **self.span(start)}
        return node

    def exec_(self) -> ast.stmt:
        """``'exec' expr ['in' test [',' test]]``"""
        kinds = self.kinds
        start = self.at
        self.at += 1
        body = self.expression(BIT_OR)
        scope = values = None
        if kinds[self.at] == "in":
            self.at += 1
            scope = self.test()
            if kinds[self.at] == ",":
                self.at += 1
                values = self.test()
        node = new(Exec)
        node.__dict__ = {"body": body, "globals": scope, "locals": values, **self.span(start)}
        if scope is None:
            self.wild = True
        return node

    def global_(self) -> ast.stmt:
        """``'global' NAME (',' NAME)*``"""
        kinds = self.kinds
        start = self.at
        names: list[str] = []
        while not names or kinds[self.at] == ",":
            self.at += 1
            names.append(self.name())
        node = new(ast.Global)
        node.__dict__ = {"names": names, **self.span(start)}
        for name in names:
            if name in self.scope.parameters:
                self.refuse_late(f"name '{name}' is local and global", node)
        return node

    def dotted_name(self) -> str:
        """``NAME ('.' NAME)*`` where any keyword may follow a dot."""
        kinds, texts = self.kinds, self.texts
        parts = [self.name()]
        while kinds[self.at] == ".":
            at = self.at + 1
            kind = kinds[at]
            if kind not in KEYWORDS if kind is not None else not texts[at].isidentifier():
                self.fail(at=at)
            parts.append(texts[at])
            self.at = at + 1
        return ".".join(parts)

    def alias(self, dotted: bool) -> ast.alias:
        """A name to import and its ``as`` name."""
        start = self.at
        name = self.dotted_name() if dotted else self.name()
        asname = None
        if self.kinds[self.at] == "as":
            self.at += 1
            asname = self.name()
        node = new(ast.alias)
        node.__dict__ = {"name": name, "asname": asname, **self.span(start)}
        return node

    def import_(self) -> ast.stmt:
        """``'import' dotted_as_name (',' dotted_as_name)*``"""
        start = self.at
        self.at += 1
        names = [self.alias(True)]
        while self.kinds[self.at] == ",":
            self.at += 1
            names.append(self.alias(True))
        node = new(ast.Import)
        node.__dict__ = {"names": names, **self.span(start)}
        return node

    def from_(self) -> ast.stmt:
        """``'from' ('.'* dotted_name | '.'+) 'import' ('*' | names | '(' names [','] ')')``"""
        kinds = self.kinds
        start = self.at
        self.at += 1
        level = 0
        while kinds[self.at] == ".":
            level += 1
            self.at += 1
        module = None
        if not level or kinds[self.at] != "import":
            module = self.dotted_name()
        self.expect("import")
        first = self.at
        names = []
        node = new(ast.ImportFrom)
        if kinds[first] == "*":
            self.at += 1
            star = new(ast.alias)
            star.__dict__ = {"name": "*", "asname": None, **self.span(first)}
            names.append(star)
            self.wild = True
        else:
            bracket = kinds[first] == "("
            if bracket:
                self.at += 1
            names.append(self.alias(False))
            while kinds[self.at] == ",":
                self.at += 1
                if bracket and kinds[self.at] == ")":
                    break
                names.append(self.alias(False))
            if bracket:
                self.expect(")")
        node.__dict__ = {"module": module, "names": names, "level": level, **self.span(start)}
        if module == "__future__" and not level:
            self.switch_on(node)
        return node

    def still_future(self, body: list[ast.stmt]) -> bool:
        """Whether ``body`` ends with a ``__future__`` import, or is only a docstring."""
        last = body[-1]
        if isinstance(last, ast.Expr) and len(body) == 1:
            return isinstance(last.value, ast.Constant) and isinstance(last.value.value, str)
        return isinstance(last, ast.ImportFrom) and last.module == "__future__"

    def switch_on(self, node: ast.ImportFrom) -> None:
        """Act on a ``from __future__ import``."""
        if not self.future_allowed:
            self.refuse_late(
                "from __future__ imports must occur at the beginning of the file", node
            )
        for alias in node.names:
            name = alias.name
            if name in FUTURES:
                self.future.add(name)
            else:
                message = _NO_FUTURE.get(name, f"future feature {name} is not defined")
                self.refuse_late(message, node)
        self.unicode_literals = "unicode_literals" in self.future


ENDS = frozenset(["\n", ";"])
SIMPLE: dict[str, Callable[[Statements], ast.stmt]] = {
    "print": Statements.print_,
    "pass": Statements.pass_,
    "break": Statements.break_,
    "continue": Statements.continue_,
    "return": Statements.return_,
    "yield": Statements.yield_statement,
    "del": Statements.delete_statement,
    "raise": Statements.raise_,
    "assert": Statements.assert_,
    "exec": Statements.exec_,
    "global": Statements.global_,
    "import": Statements.import_,
    "from": Statements.from_,
}
