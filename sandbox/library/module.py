"""The base of module facades, and the errors of refused modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.errors import HOST_PROPERTY, class_attribute
from sandbox.facade import Facade

if TYPE_CHECKING:
    from sandbox.library import Library

__all__ = [
    "HOST_PROPERTY",
    "Held",
    "HostType",
    "Module",
    "ModuleRefused",
    "RefusingModule",
    "class_attribute",
    "host_class",
]


class ModuleRefused(ImportError):
    """A module or class that scripts may not have; the text says why and what to do."""


class Held(Facade):
    """A facade whose private slots are written with ``object.__setattr__``."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


class Module(Facade):
    """A module that scripts import: its public attributes are what the script sees.

    Every function is a bound method or a builtin. ``_library`` is the project's Library.
    """

    __slots__ = ("_library",)
    NAME = ""
    DOC = ""

    def __init__(self, library: Library) -> None:
        object.__setattr__(self, "_library", library)

    @property
    def __name__(self) -> str:
        return type(self).NAME

    @property
    def __file__(self) -> str:
        return f"__pyclasspath__/{type(self).NAME.replace('.', '/')}.py"

    @property
    def __all__(self) -> list[str]:
        return [name for name in dir(self) if not name.startswith("_")]

    def __dir__(self) -> list[str]:
        return [name for name in object.__dir__(self) if name not in _PLAIN]

    def __repr__(self) -> str:
        return f"<module '{type(self).NAME}' (built-in)>"

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"'module' object has no attribute '{name}'")


# What a facade says of itself to the host.
_PLAIN = frozenset({"NAME", "DOC", "REMEDY"})


class RefusingModule(Module):
    """A module whose members all refuse, for names that scripts import but seldom use."""

    __slots__ = ()
    REMEDY = ""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"'module' object has no attribute '{name}'")
        raise AttributeError(f"{type(self).NAME}.{name} is not available here: {type(self).REMEDY}")


class HostType(type):
    """Metaclass of Python classes that scripts may hold: the class refuses stores.

    Subclasses that a script makes are ordinary. Methods read through the class are bound, never
    plain functions.
    """

    def __getattribute__(cls, name: str) -> Any:
        if name == "__class_getitem__":
            # A class in brackets would answer for the class, past its metaclass.
            raise AttributeError(name)
        return class_attribute(cls, name, type.__getattribute__(cls, name))

    def __setattr__(cls, name: str, value: Any) -> None:
        if _is_host(cls):
            raise TypeError(f"can't set attributes of built-in/extension type '{cls.__name__}'")
        type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        if _is_host(cls):
            raise TypeError(f"can't set attributes of built-in/extension type '{cls.__name__}'")
        type.__delattr__(cls, name)

    def __repr__(cls) -> str:
        module = type.__getattribute__(cls, "__module__")
        name = type.__getattribute__(cls, "__name__")
        return f"<class '{module}.{name}'>"


# By identity: a metaclass may compare its classes in its own way.
_HOST: dict[int, type] = {}


def host_class(module: str) -> Any:
    """Decorator: mark a HostType class as the host's, seen by scripts as of ``module``."""

    def mark(cls: type) -> type:
        type.__setattr__(cls, "__module__", module)
        _HOST[id(cls)] = cls
        return cls

    return mark


def _is_host(cls: type) -> bool:
    return _HOST.get(id(cls)) is cls
