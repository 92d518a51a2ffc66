"""Jython 2.5/2.7 source text to a tree Python 3 can compile."""

from sandbox.dialect.errors import DialectError
from sandbox.dialect.lowering import lower
from sandbox.dialect.parser import parse

__all__ = ["DialectError", "lower", "parse"]
