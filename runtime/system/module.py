"""The base of ``system`` and of its modules: what is here, what was provided, what is missing."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar

from runtime.payload import copy_value
from runtime.system.embedder import call_embedder
from runtime.system.exceptions import for_scripts
from sandbox import Facade
from sandbox.guards_base import plain_keywords

if TYPE_CHECKING:
    from runtime.contracts import Scope

_set = object.__setattr__


class Provided(Facade):
    """A function that the embedding program provided, as a script may hold it."""

    __slots__ = ("_function", "_name")

    _function: Callable[..., Any]
    _name: str

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        _set(self, "_name", name)
        _set(self, "_function", function)

    @for_scripts
    def call(self, *args: Any, **keywords: Any) -> Any:
        """Call it with copies of plain arguments; what comes back, or is raised, is a copy too."""
        name = self._name
        given = [
            value if _is_facade(value) else copy_value(value, f"{name} argument {n}")
            for n, value in enumerate(args, 1)
        ]
        named = {
            key: value if _is_facade(value) else copy_value(value, f"{name} {key}")
            for key, value in plain_keywords(keywords).items()
        }
        result = call_embedder(self._function, *given, **named)
        if _is_facade(result):
            return result
        return copy_value(result, f"result of {name}")


def _is_facade(value: Any) -> bool:
    # By its type: an object of a script may say that it is of another class. What the library made
    # for a script, such as a partial or a module, may run the script's code when it is looked at.
    return issubclass(type(value), Facade) and type(value).__module__.startswith("runtime.")


class SystemModule(Facade):
    """One module of the ``system`` namespace, as one scope's scripts see it.

    Subclasses set ``path`` (such as ``system.util``); their public methods are its functions.
    A function the host does not have is looked up among the provided ones.
    """

    __slots__ = ("_scope",)

    _scope: Scope
    path: ClassVar[str] = "system"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # So that Python's own argument errors name the function as scripts know it.
        for name, function in vars(cls).items():
            if isinstance(function, FunctionType) and not name.startswith("_"):
                function.__qualname__ = f"{cls.path}.{name}"

    def __init__(self, scope: Scope) -> None:
        _set(self, "_scope", scope)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        dotted = f"{type(self).path}.{name}"
        provided = self._scope.host.system.granted(dotted, self._scope)
        if provided is not None:
            return provided
        raise AttributeError(
            f"{dotted} is not available in this host; a program that embeds it supplies it with "
            f'host.system.provide("{dotted.removeprefix("system.")}", f)'
        )


class OtherModule(SystemModule):
    """A module of Ignition's that holds only what was provided, such as ``system.db``."""

    __slots__ = ("_path",)

    _path: str

    def __init__(self, scope: Scope, path: str) -> None:
        super().__init__(scope)
        _set(self, "_path", path)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        dotted = f"{self._path}.{name}"
        registry = self._scope.host.system
        provided = registry.granted(dotted, self._scope)
        if provided is not None:
            return provided
        if registry.has_below(dotted):
            return OtherModule(self._scope, dotted)
        raise AttributeError(
            f"{dotted} is not available in this host; a program that embeds it supplies it with "
            f'host.system.provide("{dotted.removeprefix("system.")}", f)'
        )
