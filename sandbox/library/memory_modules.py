"""``weakref`` and ``gc``: memory is the host's."""

from __future__ import annotations

from typing import Any

from sandbox.containers_shown import STANDING
from sandbox.dialect.meaning.identity import python2_hash
from sandbox.library.module import Held, Module


class Reference(Held):
    """``weakref.ref(x)``: keeps the object (our choice: Java's collector gave no promise)."""

    __slots__ = ("_target",)

    def __init__(self, target: Any) -> None:
        object.__setattr__(self, "_target", target)

    def __call__(self) -> Any:
        return self._target

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and bool(self._target == other._target)

    def __hash__(self) -> int:
        return python2_hash(self._target)


class WeakrefModule(Module):
    """``weakref``: references that keep their objects; no callback is ever called."""

    __slots__ = ()
    NAME = "weakref"

    ReferenceError = ReferenceError
    WeakKeyDictionary = WeakValueDictionary = STANDING[dict]
    WeakSet = STANDING[set]

    def ref(self, object: Any, callback: Any = None) -> Reference:
        """A reference."""
        return Reference(object)

    def proxy(self, object: Any, callback: Any = None) -> Any:
        """The object itself."""
        return object


class GcModule(Module):
    """``gc``: nothing to do."""

    __slots__ = ()
    NAME = "gc"

    def collect(self, *_generation: Any) -> int:
        """0."""
        return 0

    def enable(self) -> None:
        """Nothing to do."""

    disable = enable

    def isenabled(self) -> bool:
        """True."""
        return True
