"""The parameters of functions and lambdas, tuple parameters included."""

import ast

from sandbox.dialect.checks import Scope
from sandbox.dialect.nodes import TupleParameter
from sandbox.dialect.operators import STORE, new
from sandbox.dialect.targets import Targets

AFTER_EXPRESSION = frozenset(["\n", ";", ")", "]", "}", "=", ":", ","])


class Parameters(Targets):
    """The room of parameters; it also keeps the open scopes."""

    __slots__ = ("late", "scope", "wild")

    scope: Scope
    late: tuple[str, ast.AST] | None
    wild: bool

    def starts_expression(self) -> bool:
        """Whether an expression can start at the current token."""
        return self.kinds[self.at] not in AFTER_EXPRESSION

    def parameters(self, closing: str, names: set[str]) -> ast.arguments:
        """``[parameter ['=' test] (',' ...)*] ['*' NAME] ['**' NAME]`` up to ``closing``.

        Args:
            closing: the token that ends the list.
            names: receives the parameter names; the defaults belong to the scope outside.
        """
        kinds = self.kinds
        args: list[ast.arg] = []
        defaults: list[ast.expr] = []
        vararg = kwarg = None
        while kinds[self.at] != closing:
            kind = kinds[self.at]
            if kind == "*" and vararg is None:
                self.at += 1
                vararg = self.parameter(names)
                if kinds[self.at] == "," and kinds[self.at + 1] != "**":
                    self.fail(at=self.at + 1)
            elif kind == "**":
                self.at += 1
                kwarg = self.parameter(names)
                if kinds[self.at] != closing:
                    self.fail()
                break
            else:
                if vararg is not None:
                    self.fail()
                parameter = self.tuple_parameter(names) if kind == "(" else self.parameter(names)
                if kinds[self.at] == "=":
                    self.at += 1
                    defaults.append(self.test())
                elif defaults:
                    self.fail_node("non-default argument follows default argument", parameter)
                args.append(parameter)
            if kinds[self.at] == ",":
                self.at += 1
                if kinds[self.at] == closing and vararg is not None:
                    self.fail()
            elif kinds[self.at] != closing:
                self.fail()
        node = new(ast.arguments)
        node.__dict__ = {
            "posonlyargs": [],
            "args": args,
            "vararg": vararg,
            "kwonlyargs": [],
            "kw_defaults": [],
            "kwarg": kwarg,
            "defaults": defaults,
        }
        return node

    def declare(self, name: str, names: set[str], at: int) -> None:
        """Note one parameter name of the current scope."""
        if name == "None":
            self.fail("assignment to None", at)
        if name in names:
            self.fail(f"duplicate argument '{name}' in function definition", at)
        names.add(name)

    def parameter(self, names: set[str]) -> ast.arg:
        """One plain parameter name."""
        at = self.at
        text = self.texts[at]
        if self.kinds[at] is not None or not text.isidentifier():
            self.fail()
        self.at = at + 1
        self.declare(text, names, at)
        node = new(ast.arg)
        node.__dict__ = {
            "arg": text,
            "annotation": None,
            "lineno": self.rows[at],
            "col_offset": self.cols[at],
            "end_lineno": self.end_rows[at],
            "end_col_offset": self.end_cols[at],
        }
        return node

    def tuple_parameter(self, names: set[str]) -> ast.arg:
        """``'(' names ')'``; parentheses about one name without a comma mean nothing."""
        start = self.at
        target = self.tuple_target(names)
        if isinstance(target, ast.Name):
            plain = new(ast.arg)
            plain.__dict__ = {**target.__dict__, "arg": target.id, "annotation": None}
            del plain.__dict__["id"], plain.__dict__["ctx"]
            return plain
        node = new(TupleParameter)
        node.__dict__ = {"arg": "", "annotation": None, "target": target, **self.span(start)}
        return node

    def tuple_target(self, names: set[str]) -> ast.expr:
        """One name or parenthesised list of names in a tuple parameter."""
        kinds = self.kinds
        start = self.at
        if kinds[start] != "(":
            text = self.name()
            self.declare(text, names, start)
            name = new(ast.Name)
            name.__dict__ = {"id": text, "ctx": STORE, **self.span(start)}
            return name
        self.at += 1
        self.deeper()
        elements = [self.tuple_target(names)]
        comma = False
        while kinds[self.at] == ",":
            comma = True
            self.at += 1
            if kinds[self.at] == ")":
                break
            elements.append(self.tuple_target(names))
        self.expect(")")
        self.depth -= 1
        if not comma:
            return elements[0]
        node = new(ast.Tuple)
        node.__dict__ = {"elts": elements, "ctx": STORE, **self.span(start)}
        return node

    def lambda_(self) -> ast.expr:
        """``'lambda' [parameters] ':' test``"""
        start = self.at
        self.at += 1
        self.deeper()
        outer = self.scope
        inner = Scope("function", "<lambda>")
        args = self.parameters(":", inner.parameters)
        self.lambda_parameters |= inner.parameters
        self.at += 1
        self.scope = inner
        body = self.test()
        self.scope = outer
        self.depth -= 1
        node = new(ast.Lambda)
        node.__dict__ = {"args": args, "body": body, **self.span(start)}
        return node

    def yield_(self) -> ast.expr:
        """``'yield' [testlist]``"""
        start = self.at
        self.at += 1
        value = self.test_list() if self.starts_expression() else None
        node = new(ast.Yield)
        node.__dict__ = {"value": value, **self.span(start)}
        scope = self.scope
        if scope.kind != "function":
            self.refuse_late("'yield' outside function", node)
        elif scope.returns is not None and not scope.generator:
            self.refuse_late("'return' with argument inside generator", scope.returns)
        scope.generator = True
        return node

    def refuse_late(self, message: str, node: ast.AST) -> None:
        """Note an error of the compile stage, which any error of the grammar comes before."""
        if self.late is None:
            self.late = (message, node)
