"""Expressions: precedence climbing over the binary operators, one method a kind of atom.

Nodes are made without their constructors: assigning ``__dict__`` takes half the time (a third on
3.13), and nodes are most of what parsing costs.
"""

import ast
from typing import Any

from sandbox.dialect.cursor import Cursor
from sandbox.dialect.literals import LiteralError, number, string
from sandbox.dialect.nodes import Repr
from sandbox.dialect.tokens import KEYWORDS

new = ast.AST.__new__

Attribute = ast.Attribute
BinOp = ast.BinOp
BoolOp = ast.BoolOp
Call = ast.Call
Compare = ast.Compare
Constant = ast.Constant
Name = ast.Name
Subscript = ast.Subscript
Tuple = ast.Tuple
LOAD = ast.Load()
STORE = ast.Store()

OR, AND, NOT, COMPARISON, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, TERM, UNARY = range(1, 12)

LEVELS = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(("<", ">", "==", ">=", "<=", "<>", "!=", "in", "not", "is"), COMPARISON),
    "|": BIT_OR,
    "^": BIT_XOR,
    "&": BIT_AND,
    "<<": SHIFT,
    ">>": SHIFT,
    "+": SUM,
    "-": SUM,
    "*": TERM,
    "/": TERM,
    "//": TERM,
    "%": TERM,
}
BINARY: dict[str, ast.operator] = {
    "|": ast.BitOr(),
    "^": ast.BitXor(),
    "&": ast.BitAnd(),
    "<<": ast.LShift(),
    ">>": ast.RShift(),
    "+": ast.Add(),
    "-": ast.Sub(),
    "*": ast.Mult(),
    "/": ast.Div(),
    "//": ast.FloorDiv(),
    "%": ast.Mod(),
    "**": ast.Pow(),
}
COMPARE: dict[str, ast.cmpop] = {
    "<": ast.Lt(),
    ">": ast.Gt(),
    "==": ast.Eq(),
    ">=": ast.GtE(),
    "<=": ast.LtE(),
    "<>": ast.NotEq(),
    "!=": ast.NotEq(),
    "in": ast.In(),
}
NOT_IN = ast.NotIn()
IS = ast.Is()
IS_NOT = ast.IsNot()
BOOLEAN: dict[str, ast.boolop] = {"or": ast.Or(), "and": ast.And()}
PREFIX: dict[str, ast.unaryop] = {"-": ast.USub(), "+": ast.UAdd(), "~": ast.Invert()}
POW = BINARY["**"]
NAMED_CONSTANTS = {"None": None, "True": True, "False": False}
# What may start an expression, beside names, numbers and strings.
STARTS = frozenset(["(", "[", "{", "`", "-", "+", "~", "not", "lambda"])
MAX_CHAIN = 5000


class Expressions(Cursor):
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
            # Jython looks ahead for the else and otherwise ends the expression before the if,
            # which only a condition of a comprehension can be (``[x for x in y if lambda: z if w]``).
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

    def span(self, start: int) -> dict[str, Any]:
        """The position of a node from the token ``start`` to the one before the current."""
        last = self.at - 1
        return {
            "lineno": self.rows[start],
            "col_offset": self.cols[start],
            "end_lineno": self.end_rows[last],
            "end_col_offset": self.end_cols[last],
        }

    def expression(self, level: int) -> ast.expr:
        """An operand and what follows it by operators that bind at least as tightly as ``level``."""
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
                    keywords.append(self.keyword(name, start, keywords))
                else:
                    value = self.test()
                    kind = kinds[self.at]
                    if kind == "=":
                        # Jython ignores parentheses about a keyword's name.
                        if not isinstance(value, Name):
                            self.fail("keyword can't be an expression", start)
                        keywords.append(self.keyword(value.id, start, keywords))
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
        if generator is not None:
            if len(args) > 1 and not isinstance(args[1], ast.Starred):
                self.fail_node(SOLE_GENERATOR, generator)
            if len(args) + len(keywords) == 1:
                generator.__dict__.update(self.span(opening))

    def keyword(self, name: str, start: int, earlier: list[ast.keyword]) -> ast.keyword:
        """``'=' test`` after the name of a keyword argument."""
        if name == "None":
            self.fail("assignment to None", start)
        for keyword in earlier:
            if keyword.arg == name:
                self.fail("keyword arguments repeated", start)
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
            self.fail("invalid token")
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

    def lambda_(self) -> ast.expr:
        """``'lambda' [parameters] ':' test``"""
        raise NotImplementedError

    def yield_(self) -> ast.expr:
        """``'yield' [testlist]``"""
        raise NotImplementedError

    def target_list(self) -> ast.expr:
        """What a ``for`` assigns to."""
        raise NotImplementedError


SOLE_GENERATOR = "Generator expression must be parenthesized if not sole argument"
TRAILERS = frozenset(["(", "[", ".", "**"])
SLICE_ENDS = frozenset([":", "]", ","])
