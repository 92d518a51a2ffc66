"""The enums of ``java.time``: ``DayOfWeek``, ``Month``."""

from __future__ import annotations

from typing import Any

from sandbox.library.calendar_names import DAYS, MONTHS
from sandbox.library.java.base import Object, state
from sandbox.library.values import unicode_text


class NamedConstant(Object, package="java.time"):
    """A constant of a Java enum."""

    __slots__ = ("_name", "_number")

    def __init__(self, name: str, number: int) -> None:
        state(self, "_name", name)
        state(self, "_number", number)

    def name(self) -> str:
        """Its name."""
        return unicode_text(self._name)

    def getValue(self) -> int:
        """Its number, counted from 1."""
        return int(self._number)

    def ordinal(self) -> int:
        """Its number, counted from 0."""
        return int(self._number) - 1

    def getDisplayName(self, *_style: Any) -> str:
        """Its name as people write it."""
        return unicode_text(self._name.capitalize())

    def toString(self) -> str:
        """Its name."""
        return unicode_text(self._name)


class DayOfWeek(NamedConstant, package="java.time"):
    """``java.time.DayOfWeek``."""


class Month(NamedConstant, package="java.time"):
    """``java.time.Month``."""


for _index, _name in enumerate(DAYS):
    type.__setattr__(DayOfWeek, _name.upper(), DayOfWeek(_name.upper(), _index + 1))
for _index, _name in enumerate(MONTHS):
    type.__setattr__(Month, _name.upper(), Month(_name.upper(), _index + 1))
