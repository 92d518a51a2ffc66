"""``java.lang.Class``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import JavaType, Object
from sandbox.library.java.convert import text_argument
from sandbox.library.java.packages import find_class
from sandbox.library.java.throwables import java_exception_class


class _ClassType(JavaType):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, type)


class Class(Object, metaclass=_ClassType, package="java.lang"):
    """``java.lang.Class``."""

    @classmethod
    def forName(cls, name: Any) -> Any:
        """The Java class of a name."""
        words = text_argument(name, "forName")
        found = find_class(words)
        if found is None:
            raise java_exception_class("java.lang.ClassNotFoundException")(words)
        return found
