"""Qualified values and quality codes, as scripts hold them."""

from __future__ import annotations

from typing import Any, Final

from runtime.payload import copy_value
from sandbox import Facade

_set = object.__setattr__


class QualityCode(Facade):
    """Good or bad, and why; its text is Ignition 8's, such as ``Bad_NotFound``."""

    __slots__ = ("_name",)

    _name: str

    def __init__(self, name: str) -> None:
        _set(self, "_name", name)

    def isGood(self) -> bool:
        """Whether the value can be relied on."""
        return self._name.startswith("Good")

    def isBad(self) -> bool:
        """Whether there is no value to rely on."""
        return self._name.startswith("Bad")

    def isNotGood(self) -> bool:
        """The contrary of ``isGood``."""
        return not self.isGood()

    def getName(self) -> str:
        """Its text."""
        return self._name

    @property
    def name(self) -> str:
        """Its text, as a bean property."""
        return self._name

    def __str__(self) -> str:
        return self._name

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return type(other) is QualityCode and other._name == self._name

    def __hash__(self) -> int:
        return hash(self._name)


GOOD: Final = QualityCode("Good")
NOT_FOUND: Final = QualityCode("Bad_NotFound")


class QualifiedValue(Facade):
    """A tag's value with its quality and the time it was set; immutable.

    Args:
        value: plain data.
        quality: good or not.
        timestamp: a ``java.util.Date``.
    """

    __slots__ = ("_quality", "_timestamp", "_value")

    _quality: QualityCode
    _timestamp: Any
    _value: Any

    def __init__(self, value: Any, quality: QualityCode, timestamp: Any) -> None:
        _set(self, "_value", value)
        _set(self, "_quality", quality)
        _set(self, "_timestamp", timestamp)

    def getValue(self) -> Any:
        """The value."""
        return self._value

    def getQuality(self) -> QualityCode:
        """The quality."""
        return self._quality

    def getTimestamp(self) -> Any:
        """When it was set."""
        return self._timestamp

    value = property(getValue)
    quality = property(getQuality)
    timestamp = property(getTimestamp)

    def __str__(self) -> str:
        return f"[{self._value}, {self._quality}, {self._timestamp}]"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is QualifiedValue
            and other._value == self._value
            and other._quality == self._quality
        )

    __hash__ = None  # type: ignore[assignment]


def own(held: QualifiedValue) -> QualifiedValue:
    """A qualified value for one script: what it does to it reaches no tag and no other script.

    Raises:
        PayloadError: the tag holds what cannot travel.
    """
    return QualifiedValue(
        copy_value(held.value, "value"), held.quality, copy_value(held.timestamp, "timestamp")
    )
