"""Atoms: literals, displays, comprehensions and what stands in parentheses."""

import ast
from typing import Any

from sandbox.dialect.cursor import Cursor
from sandbox.dialect.literals import LiteralError, number, string
from sandbox.dialect.nodes import Repr
from sandbox.dialect.operators import BIT_OR, LOAD, OR, STARTS, new

Constant = ast.Constant
Tuple = ast.Tuple


class Atoms(Cursor):
    """The room of atoms; the rooms above give it expressions, lambdas, yields and targets."""

    __slots__ = ()

    def test(self) -> ast.expr:
        """One expression."""
        raise NotImplementedError

    def expression(self, level: int) -> ast.expr:
        """An expression of operators that bind at least as tightly as ``level``."""
        raise NotImplementedError

    def conditional(self, body: ast.expr, start: int) -> ast.expr:
        """``if test else orelse`` after ``body``."""
        raise NotImplementedError

    def lambda_(self) -> ast.expr:
        """``'lambda' [parameters] ':' test``"""
        raise NotImplementedError

    def yield_(self) -> ast.expr:
        """``'yield' [testlist]``"""
        raise NotImplementedError

    def target_list(self) -> ast.expr:
        """What a ``for`` assigns to."""
        raise NotImplementedError

    def span(self, start: int) -> dict[str, Any]:
        """The position of a node from the token ``start`` to the one before the current."""
        last = self.at - 1
        return {
            "lineno": self.rows[start],
            "col_offset": self.cols[start],
            "end_lineno": self.end_rows[last],
            "end_col_offset": self.end_cols[last],
        }

    def test_list(self) -> ast.expr:
        """``test (',' test)* [',']``, a Tuple if there is a comma."""
        start = self.at
        node = self.test()
        if self.kinds[self.at] != ",":
            return node
        return self.rest_of_tuple(node, start)

    def rest_of_tuple(self, first: ast.expr, start: int) -> ast.expr:
        """A Tuple of ``first`` and what follows the comma that is the current token."""
        kinds = self.kinds
        elements = [first]
        while kinds[self.at] == ",":
            self.at += 1
            kind = kinds[self.at]
            if kind is not None and kind not in STARTS and (
                kind != "print" or "print_function" not in self.future
            ):
                break
            elements.append(self.test())
        node = new(Tuple)
        node.__dict__ = {"elts": elements, "ctx": LOAD, **self.span(start)}
        return node

    def expression_list(self) -> ast.expr:
        """``expr (',' expr)* [',']``, a Tuple if there is a comma."""
        kinds = self.kinds
        start = self.at
        node = self.expression(BIT_OR)
        if kinds[self.at] != ",":
            return node
        elements = [node]
        while kinds[self.at] == ",":
            self.at += 1
            kind = kinds[self.at]
            if kind is not None and (kind not in STARTS or kind in ("not", "lambda")):
                break
            elements.append(self.expression(BIT_OR))
        node = new(Tuple)
        node.__dict__ = {"elts": elements, "ctx": LOAD, **self.span(start)}
        return node

    def parenthesised(self) -> ast.expr:
        """``'(' [yield_expr | test (comp_for | (',' test)* [','])] ')'``"""
        kinds = self.kinds
        start = self.at
        self.at += 1
        kind = kinds[self.at]
        node: ast.expr
        if kind == ")":
            self.at += 1
            node = new(Tuple)
            node.__dict__ = {"elts": [], "ctx": LOAD, **self.span(start)}
            return node
        self.deeper()
        if kind == "yield":
            node = self.yield_()
            self.expect(")")
        else:
            first = self.at
            node = self.test()
            kind = kinds[self.at]
            if kind == ")":
                self.at += 1
            elif kind == "for":
                node = self.generator(node, first)
                self.expect(")")
                node.__dict__.update(self.span(start))
            else:
                elements = [node]
                while kinds[self.at] == ",":
                    self.at += 1
                    if kinds[self.at] == ")":
                        break
                    elements.append(self.test())
                self.expect(")")
                node = new(Tuple)
                node.__dict__ = {"elts": elements, "ctx": LOAD, **self.span(start)}
        self.depth -= 1
        return node

    def list_display(self) -> ast.expr:
        """``'[' [test (list_for | (',' test)*) [',']] ']'``"""
        kinds = self.kinds
        start = self.at
        self.at += 1
        node: ast.expr
        elements: list[ast.expr] = []
        if kinds[self.at] != "]":
            self.deeper()
            elements.append(self.test())
            if kinds[self.at] == "for":
                generators = self.comprehensions(True)
                if kinds[self.at] == ",":
                    self.at += 1
                self.expect("]")
                self.depth -= 1
                node = new(ast.ListComp)
                node.__dict__ = {
                    "elt": elements[0], "generators": generators, **self.span(start)
                }
                return node
            while kinds[self.at] == ",":
                self.at += 1
                if kinds[self.at] == "]":
                    break
                elements.append(self.test())
            self.depth -= 1
        self.expect("]")
        node = new(ast.List)
        node.__dict__ = {"elts": elements, "ctx": LOAD, **self.span(start)}
        return node

    def braces(self) -> ast.expr:
        """A dict or set display or comprehension."""
        kinds = self.kinds
        start = self.at
        self.at += 1
        keys: list[ast.expr] = []
        values: list[ast.expr] = []
        node: ast.expr
        if kinds[self.at] == "}":
            self.at += 1
            node = new(ast.Dict)
            node.__dict__ = {"keys": keys, "values": values, **self.span(start)}
            return node
        self.deeper()
        keys.append(self.test())
        mapping = kinds[self.at] == ":"
        if mapping:
            self.at += 1
            values.append(self.test())
        fields: dict[str, Any]
        if kinds[self.at] == "for":
            generators = self.comprehensions(False)
            if mapping:
                # Jython's grammar lets a comma follow here, and here only.
                if kinds[self.at] == ",":
                    self.at += 1
                node = new(ast.DictComp)
                fields = {"key": keys[0], "value": values[0], "generators": generators}
            else:
                node = new(ast.SetComp)
                fields = {"elt": keys[0], "generators": generators}
        else:
            while kinds[self.at] == ",":
                self.at += 1
                if kinds[self.at] == "}":
                    break
                keys.append(self.test())
                if mapping:
                    self.expect(":")
                    values.append(self.test())
            if mapping:
                node = new(ast.Dict)
                fields = {"keys": keys, "values": values}
            else:
                node = new(ast.Set)
                fields = {"elts": keys}
        self.expect("}")
        self.depth -= 1
        node.__dict__ = {**fields, **self.span(start)}
        return node

    def backticks(self) -> ast.expr:
        """``'`' test (',' test)* '`'``"""
        start = self.at
        self.at += 1
        self.deeper()
        first = self.at
        value = self.test()
        if self.kinds[self.at] == ",":
            elements = [value]
            while self.kinds[self.at] == ",":
                self.at += 1
                elements.append(self.test())
            value = new(Tuple)
            value.__dict__ = {"elts": elements, "ctx": LOAD, **self.span(first)}
        self.expect("`")
        self.depth -= 1
        node = new(Repr)
        node.__dict__ = {"value": value, **self.span(start)}
        return node

    def generator(self, element: ast.expr, start: int) -> ast.expr:
        """The ``for`` clauses after ``element``; the caller sets the parentheses' position."""
        generators = self.comprehensions(False)
        node = new(ast.GeneratorExp)
        node.__dict__ = {"elt": element, "generators": generators, **self.span(start)}
        return node

    def comprehensions(self, bare_tuples: bool) -> list[ast.comprehension]:
        """``for`` and ``if`` clauses; in a list comprehension ``in 1, 2`` needs no parentheses."""
        kinds = self.kinds
        generators = []
        while kinds[self.at] == "for":
            self.at += 1
            target = self.target_list()
            if type(target) is ast.Name:
                self.comprehended.add(target.id)
            else:
                self.comprehended.update(n.id for n in ast.walk(target) if type(n) is ast.Name)
            self.expect("in")
            first = self.at
            iterable = self.bare_iterable() if bare_tuples else self.expression(OR)
            conditions: list[ast.expr] = []
            while kinds[self.at] == "if":
                self.at += 1
                condition_start = self.at
                if kinds[condition_start] == "lambda":
                    conditions.append(self.lambda_())
                    continue
                condition = self.expression(OR)
                kind = kinds[self.at]
                if kind == "else" and bare_tuples and not conditions:
                    # It was no condition, but ``[x for x in a if b else c]``.
                    self.at += 1
                    orelse = self.test()
                    choice = new(ast.IfExp)
                    choice.__dict__ = {
                        "test": condition, "body": iterable, "orelse": orelse, **self.span(first)
                    }
                    iterable = choice
                    continue
                if kind == "if":
                    condition = self.conditional(condition, condition_start)
                conditions.append(condition)
            node = new(ast.comprehension)
            node.__dict__ = {
                "target": target, "iter": iterable, "ifs": conditions, "is_async": 0
            }
            generators.append(node)
            if len(generators) > 200:
                self.fail("too deeply nested")
        return generators

    def bare_iterable(self) -> ast.expr:
        """What a list comprehension loops over, up to an ``if`` that may be its condition."""
        kinds = self.kinds
        start = self.at
        node = self.lambda_() if kinds[start] == "lambda" else self.expression(OR)
        if kinds[self.at] != ",":
            return node
        return self.rest_of_tuple(node, start)

    def strings(self) -> ast.expr:
        """Adjacent string literals, made one; unicode if one of them is."""
        kinds, texts = self.kinds, self.texts
        start = self.at
        value, kind = self.string_value(start)
        at = start + 1
        if kinds[at] is None and texts[at][-1] in "'\"":
            parts = [value]
            while kinds[at] is None and texts[at][-1] in "'\"":
                value, found = self.string_value(at)
                parts.append(value)
                if found == "u" or kind is None:
                    kind = found
                at += 1
            value = "".join(parts)
        self.at = at
        node = new(Constant)
        node.__dict__ = {
            "value": value,
            "kind": kind,
            "lineno": self.rows[start],
            "col_offset": self.cols[start],
            "end_lineno": self.end_rows[at - 1],
            "end_col_offset": self.end_cols[at - 1],
        }
        return node

    def string_value(self, at: int) -> tuple[str, str | None]:
        """The value and kind of one string token."""
        try:
            return string(self.texts[at], self.unicode_literals)
        except LiteralError as error:
            self.fail(str(error), at)

    def number(self) -> ast.expr:
        """A number literal."""
        start = self.at
        try:
            value, kind = number(self.texts[start])
        except LiteralError as error:
            self.fail(str(error))
        self.at = start + 1
        text = self.texts[start + 1]
        if (
            self.cols[start + 1] == self.end_cols[start]
            and text
            and self.kinds[start + 1] != "\n"
            and text[0] in ("xXoObB" if self.texts[start] == "0" else "")
            + ("eE" if self.texts[start].strip("0123456789") in ("", ".") else "")
        ):
            self.fail("invalid token", start)
        node = new(Constant)
        node.__dict__ = {
            "value": value,
            "kind": kind,
            "lineno": self.rows[start],
            "col_offset": self.cols[start],
            "end_lineno": self.end_rows[start],
            "end_col_offset": self.end_cols[start],
        }
        return node
