"""``java.util.TreeMap``: entries sorted by key."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import fresh, state
from sandbox.library.java.convert import sort_key, to_java
from sandbox.library.java.maps import AbstractMap, Entry, LinkedHashMap, Map
from sandbox.library.java.throwables import NoSuchElementException, NullPointerException


class TreeMap(AbstractMap, package="java.util"):
    """``java.util.TreeMap``: sorted by key."""

    __slots__ = ("_order",)

    def __init__(self, source: Any = None) -> None:
        is_map = isinstance(source, (dict, Map))
        state(self, "_order", sort_key(None if is_map else source))
        super().__init__(source if is_map else None)

    def _pairs(self) -> list[tuple[Any, Any]]:
        order = self._order
        return sorted(self._table.values(), key=lambda pair: order(pair[0]))

    def _check_key(self, key: Any) -> None:
        if key is None:
            raise NullPointerException(None)

    def _end(self, at: int) -> tuple[Any, Any]:
        pairs = self._pairs()
        if not pairs:
            raise NoSuchElementException(None)
        return pairs[at]

    def firstKey(self) -> Any:
        """The lowest key."""
        return self._end(0)[0]

    def lastKey(self) -> Any:
        """The highest key."""
        return self._end(-1)[0]

    def firstEntry(self) -> Any:
        """The entry of the lowest key, or None."""
        return Entry(*self._end(0)) if self._table else None

    def lastEntry(self) -> Any:
        """The entry of the highest key, or None."""
        return Entry(*self._end(-1)) if self._table else None

    def pollFirstEntry(self) -> Any:
        """Take the entry of the lowest key, or None."""
        found = self.firstEntry()
        if found is not None:
            self.remove(found.getKey())
        return found

    def pollLastEntry(self) -> Any:
        """Take the entry of the highest key, or None."""
        found = self.lastEntry()
        if found is not None:
            self.remove(found.getKey())
        return found

    def _near(self, key: Any, above: bool, equal: bool) -> Any:
        mark = self._order(to_java(key))
        for pair in self._pairs() if above else self._pairs()[::-1]:
            one = self._order(pair[0])
            if (mark < one if above else one < mark) or (equal and one == mark):
                return pair
        return None

    def ceilingKey(self, key: Any) -> Any:
        """The lowest key not below."""
        found = self._near(key, True, True)
        return found and found[0]

    def higherKey(self, key: Any) -> Any:
        """The lowest key above."""
        found = self._near(key, True, False)
        return found and found[0]

    def floorKey(self, key: Any) -> Any:
        """The highest key not above."""
        found = self._near(key, False, True)
        return found and found[0]

    def lowerKey(self, key: Any) -> Any:
        """The highest key below."""
        found = self._near(key, False, False)
        return found and found[0]

    def floorEntry(self, key: Any) -> Any:
        """The entry of the highest key not above."""
        found = self._near(key, False, True)
        return found and Entry(*found)

    def ceilingEntry(self, key: Any) -> Any:
        """The entry of the lowest key not below."""
        found = self._near(key, True, True)
        return found and Entry(*found)

    def _some(self, wanted: Any) -> Any:
        made = fresh(type(self))
        TreeMap.__init__(made)
        state(made, "_order", self._order)
        for key, value in self._pairs():
            if wanted(self._order(key)):
                made.put(key, value)
        return made

    def headMap(self, end: Any, inclusive: Any = False) -> Any:
        """The entries below a key."""
        mark = self._order(to_java(end))
        return self._some(lambda one: one < mark or (inclusive and one == mark))

    def tailMap(self, start: Any, inclusive: Any = True) -> Any:
        """The entries not below a key."""
        mark = self._order(to_java(start))
        return self._some(lambda one: mark < one or (inclusive and one == mark))

    def subMap(self, start: Any, end: Any) -> Any:
        """The entries from a key to below another."""
        low, high = self._order(to_java(start)), self._order(to_java(end))
        return self._some(lambda one: not one < low and one < high)

    def descendingMap(self) -> Any:
        """The entries from the highest key."""
        made = LinkedHashMap()
        for key, value in self._pairs()[::-1]:
            made.put(key, value)
        return made

    def descendingKeySet(self) -> Any:
        """The keys from the highest."""
        return self.descendingMap().keySet()

    navigableKeySet = vars(Map)["keySet"]

    def copy(self) -> Any:
        """A copy."""
        return self._some(lambda _key: True)
