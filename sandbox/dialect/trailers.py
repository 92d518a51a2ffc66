"""What follows an atom: attributes, calls and subscripts."""

import ast

from sandbox.dialect.atoms import Atoms
from sandbox.dialect.operators import LOAD, MAX_CHAIN, POW, SLICE_ENDS, UNARY, new
from sandbox.dialect.tokens import KEYWORDS

MOST_ARGUMENTS = 255
"""What Python 2 takes; compiling more of them takes longer than their number."""

Attribute = ast.Attribute
BinOp = ast.BinOp
Call = ast.Call
Constant = ast.Constant
Name = ast.Name
Subscript = ast.Subscript
Tuple = ast.Tuple
SOLE_GENERATOR = "Generator expression must be parenthesized if not sole argument"


class Trailers(Atoms):
    """The room of trailers."""

    __slots__ = ()

    def trailers(self, node: ast.expr, start: int) -> ast.expr:
        """Calls, subscripts, attributes and ``**`` after an atom."""
        kinds = self.kinds
        row, col = self.rows[start], self.cols[start]
        end_rows, end_cols = self.end_rows, self.end_cols
        at = self.at
        kind = kinds[at]
        chain = 0
        while True:
            if kind == ".":
                at += 1
                text = self.texts[at]
                found = kinds[at]
                if found in KEYWORDS if found is not None else text.isidentifier():
                    attribute = new(Attribute)
                    attribute.__dict__ = {
                        "value": node,
                        "attr": text,
                        "ctx": LOAD,
                        "lineno": row,
                        "col_offset": col,
                        "end_lineno": end_rows[at],
                        "end_col_offset": end_cols[at],
                    }
                    node = attribute
                    at += 1
                else:
                    self.fail(at=at)
            elif kind == "(":
                self.at = at
                args: list[ast.expr] = []
                keywords: list[ast.keyword] = []
                if kinds[at + 1] == ")":
                    at += 2
                else:
                    self.arguments(args, keywords)
                    at = self.at
                call = new(Call)
                call.__dict__ = {
                    "func": node,
                    "args": args,
                    "keywords": keywords,
                    "lineno": row,
                    "col_offset": col,
                    "end_lineno": end_rows[at - 1],
                    "end_col_offset": end_cols[at - 1],
                }
                node = call
            elif kind == "[":
                self.at = at + 1
                index = self.subscripts()
                at = self.at
                subscript = new(Subscript)
                subscript.__dict__ = {
                    "value": node,
                    "slice": index,
                    "ctx": LOAD,
                    "lineno": row,
                    "col_offset": col,
                    "end_lineno": end_rows[at - 1],
                    "end_col_offset": end_cols[at - 1],
                }
                node = subscript
            elif kind == "**":
                self.at = at + 1
                self.deeper()
                right = self.expression(UNARY)
                self.depth -= 1
                power = new(BinOp)
                power.__dict__ = {"left": node, "op": POW, "right": right, **self.span(start)}
                return power
            else:
                self.at = at
                return node
            kind = kinds[at]
            chain += 1
            if chain > MAX_CHAIN:
                self.fail("too deeply nested", at)

    def arguments(self, args: list[ast.expr], keywords: list[ast.keyword]) -> None:
        """The arguments of a call, from its ``(`` to its ``)``."""
        kinds = self.kinds
        opening = self.at
        self.at += 1
        self.deeper()
        generator: ast.expr | None = None
        starred = False
        names: set[str] = set()
        while True:
            start = self.at
            kind = kinds[start]
            if kind == "*" and not starred:
                self.at += 1
                star = new(ast.Starred)
                value = self.test()
                star.__dict__ = {"value": value, "ctx": LOAD, **self.span(start)}
                args.append(star)
                starred = True
            elif kind == "**":
                self.at += 1
                keyword = new(ast.keyword)
                value = self.test()
                keyword.__dict__ = {"arg": None, "value": value, **self.span(start)}
                keywords.append(keyword)
                if kinds[self.at] != ")":
                    self.fail()
                break
            else:
                if kinds[start + 1] == "=" and kind is None:
                    self.at += 1
                    name = self.texts[start]
                    if not name.isidentifier():
                        self.fail("keyword can't be an expression", start)
                    keywords.append(self.keyword(name, start, names))
                else:
                    value = self.test()
                    kind = kinds[self.at]
                    if kind == "=":
                        # Jython ignores parentheses about a keyword's name.
                        if not isinstance(value, Name):
                            self.fail("keyword can't be an expression", start)
                        keywords.append(self.keyword(value.id, start, names))
                    else:
                        if kind == "for":
                            if args:
                                self.fail_node(SOLE_GENERATOR, value)
                            generator = value = self.generator(value, start)
                        if keywords:
                            self.fail_node("non-keyword arg after keyword arg", value)
                        if starred:
                            self.fail_node("only named arguments may follow *expression", value)
                        args.append(value)
            kind = kinds[self.at]
            if kind == ")":
                break
            if kind != ",":
                self.fail()
            self.at += 1
            if kinds[self.at] == ")" and not starred:
                break
        self.at += 1
        self.depth -= 1
        if len(args) + len(keywords) > MOST_ARGUMENTS:
            self.fail(f"more than {MOST_ARGUMENTS} arguments", opening)
        if generator is not None:
            if len(args) > 1 and not isinstance(args[1], ast.Starred):
                self.fail_node(SOLE_GENERATOR, generator)
            if len(args) + len(keywords) == 1:
                generator.__dict__.update(self.span(opening))

    def keyword(self, name: str, start: int, names: set[str]) -> ast.keyword:
        """``'=' test`` after the name of a keyword argument."""
        if name == "None":
            self.fail("assignment to None", start)
        if name in names:
            self.fail("keyword arguments repeated", start)
        names.add(name)
        self.at += 1
        value = self.test()
        node = new(ast.keyword)
        last = self.at - 1
        node.__dict__ = {
            "arg": name,
            "value": value,
            "lineno": self.rows[start],
            "col_offset": self.cols[start],
            "end_lineno": self.end_rows[last],
            "end_col_offset": self.end_cols[last],
        }
        return node

    def subscripts(self) -> ast.expr:
        """What stands between brackets after an expression, and the closing bracket."""
        start = self.at
        self.deeper()
        node = self.subscript()
        if self.kinds[self.at] == ",":
            elements = [node]
            while self.kinds[self.at] == ",":
                self.at += 1
                if self.kinds[self.at] == "]":
                    break
                elements.append(self.subscript())
            node = new(Tuple)
            node.__dict__ = {"elts": elements, "ctx": LOAD, **self.span(start)}
        self.depth -= 1
        self.expect("]")
        return node

    def subscript(self) -> ast.expr:
        """``'.' '.' '.' | test | [test] ':' [test] [':' [test]]``"""
        kinds = self.kinds
        start = self.at
        node: ast.expr
        if kinds[start] == ".":
            self.at += 1
            self.expect(".")
            self.expect(".")
            node = new(Constant)
            node.__dict__ = {"value": ..., "kind": None, **self.span(start)}
            return node
        lower = None
        if kinds[start] != ":":
            lower = self.test()
            if kinds[self.at] != ":":
                return lower
        self.at += 1
        upper = step = None
        if kinds[self.at] not in SLICE_ENDS:
            upper = self.test()
        if kinds[self.at] == ":":
            self.at += 1
            if kinds[self.at] not in SLICE_ENDS:
                step = self.test()
        node = new(ast.Slice)
        node.__dict__ = {"lower": lower, "upper": upper, "step": step, **self.span(start)}
        return node
