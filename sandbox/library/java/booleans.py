"""``java.lang.Boolean``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import text_argument
from sandbox.library.values import unicode_text
from sandbox.unbound import static_too


class Boolean(Object, package="java.lang"):
    """``java.lang.Boolean``."""

    __slots__ = ("_value",)
    TRUE, FALSE = True, False

    def __init__(self, value: Any) -> None:
        if isinstance(value, str):
            value = value.lower() == "true"
        state(self, "_value", bool(value))

    @classmethod
    def parseBoolean(cls, text: Any) -> bool:
        """Whether a text is ``true``."""
        return text is not None and text_argument(text, "parseBoolean").lower() == "true"

    @classmethod
    def valueOf(cls, value: Any) -> bool:
        """The value, or whether a text is ``true``."""
        return cls.parseBoolean(value) if isinstance(value, str) else bool(value)

    @classmethod
    def logicalXor(cls, a: Any, b: Any) -> bool:
        """Whether one of the two is true."""
        return bool(a) is not bool(b)

    def booleanValue(self) -> bool:
        """The plain value."""
        return bool(self._value)

    unboxed = booleanValue

    def equals(self, other: Any) -> bool:
        """Whether it is the same value."""
        return isinstance(other, Boolean) and bool(other._value is self._value)

    def hashCode(self) -> int:
        """1231 or 1237."""
        return 1231 if self._value else 1237

    @static_too
    def toString(self, *args: Any) -> str:
        """``true`` or ``false``."""
        value = self._value if issubclass(type(self), Boolean) else self
        return unicode_text("true" if value else "false")
