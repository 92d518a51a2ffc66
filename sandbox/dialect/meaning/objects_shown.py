"""Texts of classes, and of instances that have none of their own.

The interpreter's code gets one of these where a script's object has its own: nothing of a script's
runs in the middle of its work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sandbox.dialect.meaning import errors
from sandbox.dialect.meaning.error_parts import args_of
from sandbox.dialect.meaning.identity import address
from sandbox.dialect.meaning.typenames import is_old_style, type_text


def object_text(value: Any) -> str:
    """``object.__repr__``."""
    if isinstance(value, type):
        return f"<type object at {address(value)}>"
    return instance_text(value, type(value))


def no_text(method: str, kind: type, result: Any) -> str:
    """The words for a ``__str__`` or ``__repr__`` that gave no text."""
    if is_old_style(kind):
        return f"{method} method must return a string"
    return f"{method} returned non-string (type {type_text(result)})"


def instance_text(value: Any, kind: type) -> str:
    """How an instance without ``__repr__`` shows."""
    word = "instance" if is_old_style(kind) else "object"
    # A metaclass of a script's may have descriptors under these names.
    module, name = _module_of(kind), _name_of(kind)
    if module == "builtins":
        return f"<{type_text(value)} object at {address(value)}>"
    return f"<{module}.{name} {word} at {address(value)}>"


_module_of: Final = type.__dict__["__module__"].__get__
_name_of: Final = type.__dict__["__name__"].__get__


UNASKED: dict[type, Callable[[Any], str]] = {}
"""What makes such a text of instances of a class of the host's."""


def unasked_text(value: Any) -> str:
    """How an instance shows to the interpreter's own code, without its own ``__repr__``.

    Nothing of a script's is asked, so no attribute is read.
    """
    if isinstance(value, BaseException):
        for kind, text in UNASKED.items():
            if type.__subclasscheck__(kind, type(value)):
                return text(value)
        args = args_of(value)
        if all(type(one) is str for one in args):
            return ", ".join(args)
    if isinstance(value, type):
        return object_text(value)
    for base in (str, int, float, complex):
        if isinstance(value, base):
            return base.__str__(value) if base is str else base.__repr__(value)
    return instance_text(value, type(value))


def class_repr(value: type) -> str:
    """``repr`` of a class or type."""
    own = getattr(type(value), "__repr__", None)
    if own is not None and own is not type.__repr__ and getattr(own, "__module__", "") not in (
        "sandbox.dialect.meaning.kinds",
        "sandbox.dialect.meaning.classes",
        "sandbox.guards_metaclass",
    ):
        return own(value)  # type: ignore[no-any-return]
    module = value.__module__
    if module in ("builtins", "__builtin__"):
        if issubclass(value, BaseException):
            return f"<type 'exceptions.{errors.exception_name(value)}'>"
        return f"<type '{type_text_of(value)}'>"
    if module == "exceptions":
        return f"<type 'exceptions.{value.__name__}'>"
    if is_old_style(value):
        return f"<class {module}.{value.__name__} at {address(value)}>"
    return f"<class '{module}.{value.__name__}'>"


def type_text_of(value: type) -> str:
    """The Python 2 name of a builtin type."""
    name = value.__name__
    return {"range": "xrange", "instance": "instance"}.get(name, name)
