"""Compound statements and their indented blocks."""

import ast
from collections.abc import Callable

from sandbox.dialect.checks import Scope
from sandbox.dialect.nodes import ExceptHandlerPy2
from sandbox.dialect.operators import BIT_OR, LOAD, MAX_CHAIN, new
from sandbox.dialect.statements import Statements
from sandbox.limits import checkpoint


class Blocks(Statements):
    """The room of compound statements."""

    __slots__ = ("indent", "indents")

    indent: int
    indents: list[int]

    def statement(self, body: list[ast.stmt]) -> None:
        """One logical line, or one compound statement, appended to ``body``."""
        checkpoint()
        kind = self.kinds[self.at]
        if kind is not None and kind in COMPOUND:
            self.future_allowed = False
            body.append(COMPOUND[kind](self))
        else:
            self.simple(body)

    def suite(self) -> list[ast.stmt]:
        """``':' (simple_stmt | NEWLINE INDENT stmt+ DEDENT)``"""
        kinds, texts = self.kinds, self.texts
        at = self.at
        if kinds[at] != ":":
            self.fail()
        at += 1
        self.at = at
        body: list[ast.stmt] = []
        if kinds[at] != "\n":
            self.simple(body)
            return body
        outer = self.indent
        indent: int = texts[at]
        at += 1
        self.at = at
        if indent <= outer:
            self.fail_indent("expected an indented block", at)
        self.deeper()
        self.indents.append(indent)
        self.indent = indent
        while True:
            kind = kinds[self.at]
            if kind is not None and kind in COMPOUND:
                body.append(COMPOUND[kind](self))
            else:
                self.simple(body)
            found = texts[self.at - 1]
            if found != indent:
                if found > indent:
                    self.fail_indent("unexpected indent", self.at)
                break
        self.indents.pop()
        self.indent = outer
        if found != outer and found >= 0 and found not in self.indents:
            self.fail_indent("unindent does not match any outer indentation level", self.at)
        self.depth -= 1
        return body

    def continues(self, kind: str) -> bool:
        """Whether the next line of this block starts with the keyword ``kind``."""
        at = self.at
        return self.kinds[at] == kind and self.texts[at - 1] == self.indent

    def place(self, node: ast.AST, start: int) -> None:
        """Set the position of a compound statement that has just been read to its end."""
        last = self.at - 2
        node.__dict__.update(
            lineno=self.rows[start],
            col_offset=self.cols[start],
            end_lineno=self.end_rows[last],
            end_col_offset=self.end_cols[last],
        )

    def plain_suite(self) -> list[ast.stmt]:
        """A suite that a ``continue`` may end even inside ``finally``."""
        scope = self.scope
        saved = scope.in_finally
        scope.in_finally = False
        body = self.suite()
        scope.in_finally = saved
        return body

    def loop_suite(self) -> list[ast.stmt]:
        """The body of a loop."""
        scope = self.scope
        scope.loops += 1
        body = self.plain_suite()
        scope.loops -= 1
        return body

    def if_(self) -> ast.stmt:
        """``'if' test ':' suite ('elif' test ':' suite)* ['else' ':' suite]``"""
        heads: list[tuple[int, ast.expr, list[ast.stmt]]] = []
        while True:
            start = self.at
            self.at = start + 1
            test = self.test()
            heads.append((start, test, self.plain_suite()))
            if not self.continues("elif"):
                break
            if len(heads) > MAX_CHAIN:
                self.fail("too deeply nested")
        orelse: list[ast.stmt] = []
        if self.continues("else"):
            self.at += 1
            orelse = self.plain_suite()
        last = self.at - 2
        for start, test, body in reversed(heads):
            node = new(ast.If)
            node.__dict__ = {
                "test": test,
                "body": body,
                "orelse": orelse,
                "lineno": self.rows[start],
                "col_offset": self.cols[start],
                "end_lineno": self.end_rows[last],
                "end_col_offset": self.end_cols[last],
            }
            orelse = [node]
        return orelse[0]

    def orelse(self) -> list[ast.stmt]:
        """An ``else`` clause, or nothing."""
        if self.continues("else"):
            self.at += 1
            return self.plain_suite()
        return []

    def while_(self) -> ast.stmt:
        """``'while' test ':' suite ['else' ':' suite]``"""
        start = self.at
        self.at += 1
        test = self.test()
        body = self.loop_suite()
        orelse = self.orelse()
        node = new(ast.While)
        node.__dict__ = {"test": test, "body": body, "orelse": orelse}
        self.place(node, start)
        return node

    def for_(self) -> ast.stmt:
        """``'for' exprlist 'in' testlist ':' suite ['else' ':' suite]``"""
        start = self.at
        self.at += 1
        target = self.for_target()
        self.expect("in")
        iterable = self.test_list()
        body = self.loop_suite()
        orelse = self.orelse()
        node = new(ast.For)
        node.__dict__ = {
            "target": target, "iter": iterable, "body": body, "orelse": orelse,
            "type_comment": None,
        }
        self.place(node, start)
        return node

    def for_target(self) -> ast.expr:
        """The target of a ``for`` statement, which unlike a comprehension's cannot be None."""
        start = self.at
        target = self.target_list()
        # Jython looks at the first word only, so ``for None[a] in b`` is refused as well.
        first = start
        while self.kinds[first] == "(" and isinstance(target, ast.Tuple | ast.Name):
            first += 1
        if self.texts[first] == "None":
            self.fail("assignment to None", first)
        return target

    def try_(self) -> ast.stmt:
        """``try`` with ``except``, ``else`` and ``finally`` clauses."""
        start = self.at
        self.at += 1
        body = self.suite()
        handlers: list[ast.ExceptHandler] = []
        orelse: list[ast.stmt] = []
        final: list[ast.stmt] = []
        while self.continues("except"):
            if handlers and handlers[-1].type is None:
                self.refuse_late("default 'except:' must be last", handlers[-1])
            handlers.append(self.handler())
        if handlers and self.continues("else"):
            self.at += 1
            orelse = self.suite()
        if self.continues("finally"):
            self.at += 1
            scope = self.scope
            saved = scope.in_finally
            scope.in_finally = True
            final = self.suite()
            scope.in_finally = saved
        elif not handlers:
            self.fail()
        node = new(ast.Try)
        node.__dict__ = {
            "body": body, "handlers": handlers, "orelse": orelse, "finalbody": final,
        }
        self.place(node, start)
        return node

    def handler(self) -> ast.ExceptHandler:
        """``'except' [test [('as' | ',') test]] ':' suite``"""
        kinds = self.kinds
        start = self.at
        self.at += 1
        kind = target = None
        form = ""
        if kinds[self.at] != ":":
            kind = self.test()
            if kinds[self.at] in ("as", ","):
                form = str(kinds[self.at])
                self.at += 1
                target = self.store(self.test(), True)
        body = self.suite()
        node = new(ExceptHandlerPy2)
        node.__dict__ = {"type": kind, "target": target, "name": None, "body": body, "form": form}
        self.place(node, start)
        return node

    def with_(self) -> ast.stmt:
        """``'with' test ['as' expr] (',' test ['as' expr])* ':' suite``"""
        kinds = self.kinds
        start = self.at
        items: list[ast.withitem] = []
        while not items or kinds[self.at] == ",":
            self.at += 1
            context = self.test()
            target = None
            if kinds[self.at] == "as":
                self.at += 1
                target = self.store(self.expression(BIT_OR))
            item = new(ast.withitem)
            item.__dict__ = {"context_expr": context, "optional_vars": target}
            items.append(item)
        body = self.plain_suite()
        node = new(ast.With)
        node.__dict__ = {"items": items, "body": body, "type_comment": None}
        self.place(node, start)
        return node

    def decorated(self) -> ast.stmt:
        """``('@' dotted_name ['(' [arguments] ')'] NEWLINE)+`` and a definition."""
        kinds = self.kinds
        decorators = []
        while True:
            self.at += 1
            decorators.append(self.decorator())
            self.expect("\n")
            if self.texts[self.at - 1] > self.indent:
                self.fail_indent("unexpected indent", self.at)
            kind = kinds[self.at]
            if self.texts[self.at - 1] != self.indent:
                self.fail()
            if kind == "def":
                return self.def_(decorators)
            if kind == "class":
                return self.class_(decorators)
            if kind != "@":
                self.fail()

    def decorator(self) -> ast.expr:
        """A dotted name, called or not."""
        start = self.at
        name = self.name()
        node: ast.expr = new(ast.Name)
        node.__dict__ = {"id": name, "ctx": LOAD, **self.span(start)}
        while self.kinds[self.at] == ".":
            self.at += 1
            attribute = new(ast.Attribute)
            name = self.name()
            attribute.__dict__ = {"value": node, "attr": name, "ctx": LOAD, **self.span(start)}
            node = attribute
        if self.kinds[self.at] == "(":
            args: list[ast.expr] = []
            keywords: list[ast.keyword] = []
            if self.kinds[self.at + 1] == ")":
                self.at += 2
            else:
                self.arguments(args, keywords)
            call = new(ast.Call)
            call.__dict__ = {
                "func": node, "args": args, "keywords": keywords, **self.span(start)
            }
            node = call
        return node

    def def_(self, decorators: list[ast.expr] | None = None) -> ast.stmt:
        """``'def' NAME '(' [parameters] ')' ':' suite``"""
        start = self.at
        self.at += 1
        if self.kinds[self.at] == "print" and "print_function" in self.future:
            self.at += 1
            name = "print"
        else:
            name = self.name()
            if name == "None":
                self.fail("assignment to None", self.at - 1)
        self.expect("(")
        outer = self.scope
        inner = Scope("function", name)
        args = self.parameters(")", inner.parameters)
        self.at += 1
        self.scope = inner
        body = self.suite()
        self.scope = outer
        node = new(ast.FunctionDef)
        node.__dict__ = {
            "name": name,
            "args": args,
            "body": body,
            "decorator_list": decorators or [],
            "returns": None,
            "type_comment": None,
            "type_params": [],
        }
        self.place(node, start)
        return node

    def class_(self, decorators: list[ast.expr] | None = None) -> ast.stmt:
        """``'class' NAME ['(' [testlist] ')'] ':' suite``"""
        kinds = self.kinds
        start = self.at
        self.at += 1
        name = self.name()
        if name == "None":
            self.fail("assignment to None", self.at - 1)
        bases: list[ast.expr] = []
        if kinds[self.at] == "(":
            self.at += 1
            while kinds[self.at] != ")":
                bases.append(self.test())
                if kinds[self.at] != ",":
                    break
                self.at += 1
            self.expect(")")
        outer = self.scope
        self.scope = Scope("class", name)
        body = self.suite()
        self.scope = outer
        node = new(ast.ClassDef)
        node.__dict__ = {
            "name": name,
            "bases": bases,
            "keywords": [],
            "body": body,
            "decorator_list": decorators or [],
            "type_params": [],
        }
        self.place(node, start)
        return node


COMPOUND: dict[str, Callable[[Blocks], ast.stmt]] = {
    "if": Blocks.if_,
    "while": Blocks.while_,
    "for": Blocks.for_,
    "try": Blocks.try_,
    "with": Blocks.with_,
    "def": Blocks.def_,
    "class": Blocks.class_,
    "@": Blocks.decorated,
}
