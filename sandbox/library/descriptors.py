"""``property``, ``staticmethod`` and ``classmethod`` as scripts have them.

The interpreter calls what its own hold without holding it itself, calls nothing where they were
never set up, and walks through nests of them in C until its stack ends: these are set up once, and
hold no other.
"""

from __future__ import annotations

import types
from typing import Any

from sandbox.guards_metaclass import ScriptType
from sandbox.library.module import HostType, host_class

MAX_BOUND = 100
"""A call of a bound method copies its arguments once a binding, where no stop gets through."""
_KINDS = (property, staticmethod, classmethod)
_PARTS: tuple[Any, ...] = (property.fget, property.fset, property.fdel)
_STATIC: Any = vars(staticmethod)["__func__"]
_CLASS: Any = vars(classmethod)["__func__"]


class DescriptorType(HostType):
    """Metaclass of these classes: they show as builtin types."""

    def __repr__(cls) -> str:
        name = type.__getattribute__(cls, "__name__")
        return f"<type '{name}'>" if cls in _SHOWN else HostType.__repr__(cls)


def _check(held: bool, name: str, functions: tuple[Any, ...]) -> None:
    if held:
        raise TypeError(f"a {name} is set up once")
    for function in functions:
        if issubclass(type(function), _KINDS):
            raise TypeError(f"a {name} cannot hold a {type(function).__name__}")


def check_bound(*parts: Any) -> None:
    """MemoryError for what is bound too often already."""
    level = list(parts)
    for _ in range(MAX_BOUND):
        bound = [one for one in level if type(one) is types.MethodType]
        if not bound:
            return
        # Of each two one leads on in all that a script makes of use.
        level = [part for one in bound for part in (one.__func__, one.__self__)][:MAX_BOUND]
    raise MemoryError(f"a method can be bound {MAX_BOUND} times at most here")


def plain_function(function: Any) -> Any:
    """What a method is made of: the interpreter asks a function for its name, and holds it badly.

    An object of a script's that can be called would answer in the middle of a text.
    """
    if not isinstance(type(function), ScriptType):
        return function

    def call(*args: Any, **keywords: Any) -> Any:
        return function(*args, **keywords)

    return call


def _one(name: str, given: tuple[Any, ...]) -> None:
    if len(given) != 1:
        raise TypeError(f"{name} expected 1 argument, got {len(given)}")


@host_class("__builtin__")
class StaticMethod(staticmethod, metaclass=DescriptorType):  # type: ignore[type-arg]
    """``staticmethod``."""

    def __init__(self, *function: Any) -> None:
        _one("staticmethod", function)
        _check(_STATIC.__get__(self, StaticMethod) is not None, "staticmethod", function)
        super().__init__(*function)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        raise TypeError("'staticmethod' object is not callable")


@host_class("__builtin__")
class ClassMethod(classmethod, metaclass=DescriptorType):  # type: ignore[type-arg]
    """``classmethod``."""

    def __init__(self, *function: Any) -> None:
        _one("classmethod", function)
        _check(_CLASS.__get__(self, ClassMethod) is not None, "classmethod", function)
        check_bound(*function)
        if all("__get__" not in vars(cls) for cls in type(function[0]).__mro__):
            function = (plain_function(function[0]),)
        super().__init__(*function)


@host_class("__builtin__")
class Property(property, metaclass=DescriptorType):
    # That of the instance: a text here would hide it.
    __doc__ = vars(property)["__doc__"]

    def __init__(self, *functions: Any, **named: Any) -> None:
        given = len(functions) + len(named)
        if given > 4:
            raise TypeError(f"property() takes at most 4 arguments ({given} given)")
        held = any(part.__get__(self, Property) is not None for part in _PARTS)
        _check(held, "property", (*functions, *named.values()))
        super().__init__(*functions, **named)


_SHOWN = (Property, StaticMethod, ClassMethod)
for _class, _name in zip(_SHOWN, ("property", "staticmethod", "classmethod"), strict=True):
    type.__setattr__(_class, "__name__", _name)
    type.__setattr__(_class, "__qualname__", _name)
