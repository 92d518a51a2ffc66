"""What the guards share: errors, whose a function is, and host objects that are a script's own."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, cast

from sandbox.facade import Facade
from sandbox.guards_shown import safe_class

type_mro = type.__dict__["__mro__"].__get__
type_dict = type.__dict__["__dict__"].__get__
read_object = object.__getattribute__
NAMED_TUPLE = frozenset({"_asdict", "_fields", "_make", "_replace"})
WAYS = frozenset({"__getattribute__", "__setattr__", "__delattr__"})
FUNCTION_FIELDS = {
    "func_name": "__name__",
    "func_doc": "__doc__",
    "func_dict": "__dict__",
    "func_defaults": "__defaults__",
}
# What a bound method has of its own.
METHOD_FIELDS = frozenset({"__call__", "__func__", "__self__", "im_func", "im_self", "im_class"})
# What answers with the attributes of a class it stands for, past every guard.
FORWARDING = frozenset({types.GenericAlias, types.UnionType})
# ``object.__getattribute__`` and its kin as scripts have them, by name; ``guards`` fills it.
ACCESSORS: dict[str, Callable[..., Any]] = {}
# Methods that stand for those of the interpreter's own classes; ``datetime_module`` fills it.
STAND_INS: dict[type, dict[str, Callable[..., Any]]] = {}


def refused(owner: Any, name: str) -> AttributeError:
    """The error for an attribute that scripts may not reach."""
    kind = safe_class(type(owner))
    shown = getattr(kind, "__name__", "object")
    return AttributeError(f"'{shown}' object has no attribute '{name}' that a script may use")


def missing(owner: Any, name: str) -> AttributeError:
    """The error for an attribute that is not there."""
    shown = getattr(safe_class(type(owner)), "__name__", "object")
    return AttributeError(f"'{shown}' object has no attribute '{name}'")


def is_script_function(value: Any) -> bool:
    """Whether a plain function was compiled from a script."""
    return type(value) is types.FunctionType and "$stop" in cast(Any, value).__builtins__


ABSENT: Any = object()


def own_entry(function: Any, name: str) -> Any:
    """What the dictionary of a script's function has under exactly this name, or ``ABSENT``.

    Its keys may be of any class of the script's, which would answer when they are compared.
    """
    for key, value in dict.items(function.__dict__):
        if type(key) is str and key == name:
            return value
    return ABSENT


class ScriptOwned(Facade):
    """A host object whose names are all the script's: library modules and scopes.

    Its own methods begin with an underscore, so that they hide none of the script's names.
    """

    __slots__ = ()

    def _read(self, name: str) -> Any:
        """The value of any name, AttributeError if there is none."""
        raise missing(self, name)

    def _write(self, name: str, value: Any) -> None:
        """Set any name."""
        raise refused(self, name)

    def _remove(self, name: str) -> None:
        """Delete any name."""
        raise refused(self, name)

    def _contents(self) -> dict[str, Any]:
        """A copy of all names."""
        return {}

    def _view(self) -> Any:
        """What ``__dict__`` gives."""
        return self._contents()


def plain_name(name: Any) -> str:
    """An attribute name given at run time as an exact str; TypeError if it is not text."""
    if type(name) is str:
        return name
    if isinstance(name, str):
        return str.__str__(name)
    raise TypeError("attribute name must be string")


def plain_keywords(names: Any, called: str = "", *named: str) -> dict[str, Any]:
    """What follows ``**`` in a call, with exact names: a script's own kind of text may lie.

    Args:
        called: how a message begins.
        named: the arguments that have a name in the call.

    Errors: TypeError for what is no mapping, for names that are no text, and for the host's.
    """
    try:
        given = names if type(names) is dict else dict(names)
    except (TypeError, ValueError):
        raise TypeError(f"{called}argument after ** must be a mapping") from None
    found: dict[str, Any] = {}
    for name, value in given.items():
        exact = name if type(name) is str else plain_name(name)
        if exact[:2] == "__" or "$" in exact:
            raise TypeError(f"'{exact}' cannot be the name of an argument here")
        if exact in named:
            # The interpreter would ask what is called for its text.
            raise TypeError(f"{called}got multiple values for keyword argument '{exact}'")
        found[exact] = value
    return found
