"""Expressions: precedence climbing over the operators."""

import ast

from sandbox.dialect.operators import (
    AND,
    BINARY,
    BIT_OR,
    BOOLEAN,
    COMPARE,
    COMPARISON,
    IS,
    IS_NOT,
    LEVELS,
    LOAD,
    MAX_CHAIN,
    NAMED_CONSTANTS,
    NOT,
    NOT_IN,
    OR,
    PREFIX,
    TRAILERS,
    UNARY,
    new,
)
from sandbox.dialect.trailers import Trailers

BinOp = ast.BinOp
BoolOp = ast.BoolOp
Compare = ast.Compare
Constant = ast.Constant
Name = ast.Name


class Expressions(Trailers):
    """The room of expressions."""

    __slots__ = ()

    def test(self) -> ast.expr:
        """``or_test ['if' or_test 'else' test] | lambdef``"""
        start = self.at
        if self.kinds[start] == "lambda":
            return self.lambda_()
        node = self.expression(OR)
        if self.kinds[self.at] == "if":
            return self.conditional(node, start)
        return node

    def conditional(self, body: ast.expr, start: int) -> ast.expr:
        """The rest of ``body if test else orelse``; the current token is ``if``."""
        before = self.at
        if before in self.no_conditional:
            return body
        self.at += 1
        test = self.expression(OR)
        if self.kinds[self.at] != "else":
            # Jython looks ahead for the else and otherwise ends the expression before the if, which
            # only a condition of a comprehension can be: ``[x for x in y if lambda: z if w]``.
            # Remembering it keeps nested ones from being tried again and again.
            self.no_conditional.add(before)
            self.at = before
            return body
        self.at += 1
        self.deeper()
        orelse = self.test()
        self.depth -= 1
        node = new(ast.IfExp)
        node.__dict__ = {"test": test, "body": body, "orelse": orelse, **self.span(start)}
        return node

    def expression(self, level: int) -> ast.expr:
        """An operand, and what operators of at least ``level`` join to it."""
        start = self.at
        kind = self.kinds[start]
        if kind is None or (kind not in PREFIX and kind != "not"):
            node = self.primary()
        elif kind == "not":
            if level > NOT:
                self.fail()
            node = self.prefixed(ast.Not(), NOT)
        else:
            node = self.prefixed(PREFIX[kind], UNARY)
        found = LEVELS.get(self.kinds[self.at])  # type: ignore[arg-type]
        if found is None or found < level:
            return node
        return self.climb(node, start, level)

    def prefixed(self, operator: ast.unaryop, level: int) -> ast.expr:
        """A unary operator, the current token, and its operand."""
        start = self.at
        self.at += 1
        self.deeper()
        operand = self.expression(level)
        self.depth -= 1
        node = new(ast.UnaryOp)
        node.__dict__ = {"op": operator, "operand": operand, **self.span(start)}
        return node

    def climb(self, node: ast.expr, start: int, level: int) -> ast.expr:
        """Operators that bind at least as tightly as ``level``, after the operand ``node``."""
        kinds = self.kinds
        rows, cols, end_rows, end_cols = self.rows, self.cols, self.end_rows, self.end_cols
        chain = 0
        while True:
            kind = kinds[self.at]
            found = LEVELS.get(kind)  # type: ignore[arg-type]
            if found is None or found < level:
                return node
            chain += 1
            if chain > MAX_CHAIN:
                self.fail("too deeply nested")
            if found == COMPARISON:
                node = self.comparison(node, start)
                continue
            if found <= AND:
                values = [node]
                while kinds[self.at] == kind:
                    self.at += 1
                    values.append(self.expression(found + 1))
                joined = new(BoolOp)
                joined.__dict__ = {
                    "op": BOOLEAN[kind],  # type: ignore[index]
                    "values": values,
                    **self.span(start),
                }
                node = joined
                continue
            self.at += 1
            right = self.expression(found + 1)
            last = self.at - 1
            binary = new(BinOp)
            binary.__dict__ = {
                "left": node,
                "op": BINARY[kind],  # type: ignore[index]
                "right": right,
                "lineno": rows[start],
                "col_offset": cols[start],
                "end_lineno": end_rows[last],
                "end_col_offset": end_cols[last],
            }
            node = binary

    def comparison(self, left: ast.expr, start: int) -> ast.expr:
        """A chain of comparisons after ``left``; the current token is the first operator."""
        kinds = self.kinds
        operators: list[ast.cmpop] = []
        comparators = []
        while True:
            kind = kinds[self.at]
            operator = COMPARE.get(kind)  # type: ignore[arg-type]
            if operator is None:
                if kind == "is":
                    operator = IS
                    if kinds[self.at + 1] == "not":
                        operator = IS_NOT
                        self.at += 1
                elif kind == "not" and kinds[self.at + 1] == "in":
                    operator = NOT_IN
                    self.at += 1
                elif operators or kind != "not":
                    break
                else:
                    self.fail()
            self.at += 1
            operators.append(operator)
            comparators.append(self.expression(BIT_OR))
        node = new(Compare)
        last = self.at - 1
        node.__dict__ = {
            "left": left,
            "ops": operators,
            "comparators": comparators,
            "lineno": self.rows[start],
            "col_offset": self.cols[start],
            "end_lineno": self.end_rows[last],
            "end_col_offset": self.end_cols[last],
        }
        return node

    def primary(self) -> ast.expr:
        """An atom, its trailers, and ``**``."""
        start = self.at
        kinds = self.kinds
        kind = kinds[start]
        node: ast.expr
        if kind is None:
            text = self.texts[start]
            if text.isidentifier():
                self.at = start + 1
                if text in NAMED_CONSTANTS:
                    constant = new(Constant)
                    constant.__dict__ = {
                        "value": NAMED_CONSTANTS[text],
                        "kind": None,
                        "lineno": self.rows[start],
                        "col_offset": self.cols[start],
                        "end_lineno": self.end_rows[start],
                        "end_col_offset": self.end_cols[start],
                    }
                    node = constant
                else:
                    name = new(Name)
                    name.__dict__ = {
                        "id": text,
                        "ctx": LOAD,
                        "lineno": self.rows[start],
                        "col_offset": self.cols[start],
                        "end_lineno": self.end_rows[start],
                        "end_col_offset": self.end_cols[start],
                    }
                    node = name
            elif text[-1] in "'\"":
                node = self.strings()
            else:
                node = self.number()
        elif kind == "(":
            node = self.parenthesised()
        elif kind == "[":
            node = self.list_display()
        elif kind == "{":
            node = self.braces()
        elif kind == "`":
            node = self.backticks()
        elif kind == "print" and "print_function" in self.future:
            self.at = start + 1
            node = new(Name)
            node.__dict__ = {"id": "print", "ctx": LOAD, **self.span(start)}
        else:
            self.fail()
        kind = kinds[self.at]
        if kind in TRAILERS:
            return self.trailers(node, start)
        return node
