"""``deque`` and ``defaultdict`` as scripts have them.

The interpreter frees its own ones by recursion in C, which ends in a crash where a script nests
them some hundred thousand deep; instances of classes made in Python it frees in turns.
"""

from __future__ import annotations

import collections
from typing import Any

from sandbox.library.module import HostType, host_class
from sandbox.library.values import script_repr


@host_class("collections")
class deque(collections.deque[Any], metaclass=HostType):
    """``collections.deque``."""

    __slots__ = ()


@host_class("collections")
class defaultdict(collections.defaultdict[Any, Any], metaclass=HostType):
    """``collections.defaultdict``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"defaultdict({script_repr(self.default_factory)}, {script_repr(dict(self))})"
