"""The interfaces of ``java.lang`` that scripts implement."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import Object


class Runnable(Object, package="java.lang"):
    """``java.lang.Runnable``: implement ``run``."""


class Comparable(Object, package="java.lang"):
    """``java.lang.Comparable``: implement ``compareTo``."""

    def __lt__(self, other: Any) -> Any:
        return self.compareTo(other) < 0

    def __gt__(self, other: Any) -> Any:
        return self.compareTo(other) > 0

    def __le__(self, other: Any) -> Any:
        return self.compareTo(other) <= 0

    def __ge__(self, other: Any) -> Any:
        return self.compareTo(other) >= 0


class AutoCloseable(Object, package="java.lang"):
    """``java.lang.AutoCloseable``: implement ``close``."""


class CharSequence(Object, package="java.lang"):
    """``java.lang.CharSequence``."""


class Cloneable(Object, package="java.lang"):
    """``java.lang.Cloneable``."""


class Void(Object, package="java.lang"):
    """``java.lang.Void``."""
