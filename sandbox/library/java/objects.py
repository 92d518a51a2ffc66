"""``java.util.Optional`` and ``Objects``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import (
    items_hash,
    java_equals,
    java_text,
    to_java,
)
from sandbox.library.java.throwables import NoSuchElementException, NullPointerException
from sandbox.library.values import unicode_text


class Optional(Object, package="java.util"):
    """``java.util.Optional``."""

    __slots__ = ("_value",)

    def __init__(self, value: Any = None) -> None:
        state(self, "_value", to_java(value))

    @classmethod
    def of(cls, value: Any) -> Optional:
        """A value."""
        if value is None:
            raise NullPointerException(None)
        return cls(value)

    @classmethod
    def ofNullable(cls, value: Any) -> Optional:
        """A value or nothing."""
        return cls(value)

    @classmethod
    def empty(cls) -> Optional:
        """Nothing."""
        return cls()

    def isPresent(self) -> bool:
        """Whether there is a value."""
        return self._value is not None

    def isEmpty(self) -> bool:
        """Whether there is none."""
        return self._value is None

    def get(self) -> Any:
        """The value; an error when there is none."""
        if self._value is None:
            raise NoSuchElementException("No value present")
        return self._value

    def orElse(self, other: Any) -> Any:
        """The value or another."""
        return to_java(other) if self._value is None else self._value

    def toString(self) -> str:
        """``Optional[5]``."""
        if self._value is None:
            return unicode_text("Optional.empty")
        return unicode_text(f"Optional[{java_text(self._value)}]")


class Objects(Object, package="java.util"):
    """``java.util.Objects``."""

    @classmethod
    def isNull(cls, value: Any) -> bool:
        """Whether it is None."""
        return value is None

    @classmethod
    def nonNull(cls, value: Any) -> bool:
        """Whether it is not None."""
        return value is not None

    @classmethod
    def requireNonNull(cls, value: Any, *message: Any) -> Any:
        """The value; an error for None."""
        if value is None:
            raise NullPointerException(message[0] if message else None)
        return value

    @classmethod
    def hash(cls, *values: Any) -> int:
        """Java's hash of values."""
        return items_hash(values)


def _objects_equals(cls: Any, a: Any, b: Any) -> bool:
    return java_equals(to_java(a), to_java(b))


def _objects_text(cls: Any, value: Any, *default: Any) -> str:
    if value is None and default:
        return unicode_text(java_text(default[0]))
    return unicode_text(java_text(value))


type.__setattr__(Objects, "equals", classmethod(_objects_equals))

type.__setattr__(Objects, "toString", classmethod(_objects_text))
