"""What a tag change script is called with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from runtime.tags.provider import Change
from runtime.tags.values import QualifiedValue, own
from sandbox import Facade

_set = object.__setattr__


class TagPath(Facade):
    """The path of a tag: its text is the whole path."""

    __slots__ = ("_path",)

    _path: str

    def __init__(self, path: str) -> None:
        _set(self, "_path", path)

    def toString(self) -> str:
        """The whole path."""
        return self._path

    def getItemName(self) -> str:
        """The last part of the path."""
        return self._path.rpartition("/")[2].rpartition("]")[2]

    itemName = property(getItemName)

    def __str__(self) -> str:
        return self._path

    __repr__ = __str__


class TagChangeEvent(Facade):
    """The ``event`` of a tag change script: old and new value, and the tag's path."""

    __slots__ = ("_current", "_path", "_previous")

    _current: QualifiedValue
    _path: TagPath
    _previous: QualifiedValue

    def __init__(self, change: Change) -> None:
        _set(self, "_path", TagPath(change.path))
        _set(self, "_previous", change.before)
        _set(self, "_current", change.after)

    def getTagPath(self) -> TagPath:
        """The path of the tag."""
        return self._path

    def getPreviousValue(self) -> QualifiedValue:
        """What it was."""
        return self._previous

    def getCurrentValue(self) -> QualifiedValue:
        """What it is."""
        return self._current

    tagPath = property(getTagPath)
    previousValue = property(getPreviousValue)
    currentValue = property(getCurrentValue)
    value = property(getCurrentValue)


def change_arguments(change: Change, count: int) -> tuple[Any, ...]:
    """Arguments of ``onTagChange``: initialChange, newValue, previousValue, event, count.

    Raises:
        PayloadError: the tag holds what cannot travel.
    """
    mine = replace(change, before=own(change.before), after=own(change.after))
    return (mine.initial, mine.after, mine.before, TagChangeEvent(mine), count)
