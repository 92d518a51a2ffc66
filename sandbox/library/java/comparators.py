"""``java.util.Comparator`` and the orders that the library makes."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import sort_key


class Comparator(Object, package="java.util"):
    """``java.util.Comparator``: implement ``compare``."""

    __slots__ = ("_function",)

    @classmethod
    def naturalOrder(cls) -> Comparator:
        """Lowest first."""
        return ordered(sort_key(None), False)

    @classmethod
    def reverseOrder(cls) -> Comparator:
        """Highest first."""
        return ordered(sort_key(None), True)

    def reversed(self) -> Comparator:
        """The other way round."""
        return ordered(sort_key(self), True)


class _Order(Comparator, package="java.util", java_name="Comparators$Order"):
    def compare(self, a: Any, b: Any) -> int:
        """-1, 0 or 1."""
        key, backwards = self._function
        left, right = key(a), key(b)
        found = (right < left) - (left < right)
        return -found if backwards else found  # type: ignore[no-any-return]


def ordered(key: Any, backwards: bool) -> Comparator:
    """The Comparator of a sort key, the highest first when ``backwards``."""
    made = _Order()
    state(made, "_function", (key, backwards))
    return made
