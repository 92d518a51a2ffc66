"""Methods of host classes as scripts read them through the class.

A plain function would take stores, and would run on any object: what comes from here is bound, and
its first argument has to be an instance of the class that defines the method.
"""

from __future__ import annotations

import types
from typing import Any

_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__


# Not marks on the functions: whoever came to hold one could set them.
_STATIC_TOO: set[Any] = set()

HOLDERS: set[type] = set()
"""Classes of what holds a method of the host's in its class, in a field ``value``."""


class Unbound:
    """A method and the class that defines it."""

    __slots__ = ("function", "owner")

    def __init__(self, function: Any, owner: type) -> None:
        self.function = function
        self.owner = owner


def call_unbound(method: Unbound, *args: Any, **keywords: Any) -> Any:
    """Call a method that was read through its class.

    Errors: TypeError where the first argument is no instance of it, as in Python 2.
    """
    # The type is asked, never the object: a script's may answer what it likes.
    if not args or method.owner not in _mro_of(type(args[0])):
        got = type(args[0]).__name__ + " instance" if args else "nothing"
        raise TypeError(
            f"unbound method {method.function.__name__}() must be called with "
            f"{type.__getattribute__(method.owner, '__name__')} instance as first argument "
            f"(got {got} instead)"
        )
    return method.function(*args, **keywords)


def call_static(function: Any, *args: Any, **keywords: Any) -> Any:
    """Call a static method."""
    return function(*args, **keywords)


def from_host(function: Any) -> bool:
    """Whether a plain function is not a script's: scripts run on builtins that hold ``$stop``."""
    return "$stop" not in getattr(function, "__builtins__", ())


def static_too(function: Any) -> Any:
    """Decorator: Java has a static method of that name as well; it checks its argument itself."""
    _STATIC_TOO.add(function)
    return function


def is_static_too(function: Any) -> bool:
    """Whether a function was marked so."""
    return function in _STATIC_TOO


def through_class(cls: type, name: str, value: Any) -> Any:
    """What a script gets for a plain function that ``cls.name`` gave; other values as they are.

    Args:
        cls: the class it was read from.
        name: the attribute.
        value: what ``type.__getattribute__`` found.
    """
    if type(value) is not types.FunctionType or not from_host(value):
        return value
    for owner in _mro_of(cls):
        held = _dict_of(owner).get(name)
        if held is not None:
            if type(held) in HOLDERS:
                held = held.value
            if held is value and value not in _STATIC_TOO:
                return types.MethodType(call_unbound, Unbound(value, owner))
            break
    return types.MethodType(call_static, value)
