"""What Jython's compile stage refuses after the grammar has accepted it.

The parser opens a ``Scope`` for the module, each class and each function, and notes in it what
only makes sense, or no sense, there.
"""

import ast
from dataclasses import dataclass, field
from typing import Literal

ScopeKind = Literal["module", "class", "function"]


@dataclass(slots=True)
class Scope:
    """One block of names while it is parsed.

    Attributes:
        kind: what the block belongs to.
        name: the function's or class's name.
        loops: how many loops of this block enclose the current statement.
        in_finally: whether the statement stands directly in a ``finally`` clause.
        parameters: the parameter names.
        generator: whether a ``yield`` was seen.
        returns: the first ``return`` with a value.
    """

    kind: ScopeKind
    name: str = ""
    loops: int = 0
    in_finally: bool = False
    parameters: set[str] = field(default_factory=set)
    generator: bool = False
    returns: ast.stmt | None = None


def check_wild_scopes(tree: ast.Module) -> tuple[str, ast.AST] | None:
    """What is wrong with the functions that have an ``import *`` or an unqualified ``exec``."""
    return None
