"""The tables of the expression rooms: operators, how tightly they bind, and what they become.

Nodes are made without their constructors: ``new(ast.Name)`` and assigning ``__dict__`` take half
the time (a third on 3.13), and nodes are most of what parsing costs. Operator and context nodes
carry no position and are shared, as ``ast.parse`` shares them.
"""

import ast

new = ast.AST.__new__

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
# A chain of operators, trailers or elifs is as deep a tree, which later stages walk.
MAX_CHAIN = 1000
TRAILERS = frozenset(["(", "[", ".", "**"])
SLICE_ENDS = frozenset([":", "]", ","])
