"""``host.system``: the functions of the ``system`` namespace that a program supplies."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from runtime.system.capabilities import OfDesigner, allowed, denied
from runtime.system.module import Provided, SystemModule

if TYPE_CHECKING:
    from runtime.contracts import Scope

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")

_NAMES: Final = """
    alarm bacnet dataset date db device dnp dnp3 eam file groups gui math mongodb nav net opc opchda
    opcua perspective print project report roster secsgem security serial sfc tag twilio user util
    vision
"""

MODULES: Final = frozenset(_NAMES.split())
"""Modules Ignition has; naming one of them gives a module, its functions may still be missing."""


def _functions(own: type[SystemModule]) -> set[str]:
    """The names of a module's functions."""
    return {
        name
        for one in own.__mro__
        for name, function in vars(one).items()
        if isinstance(function, FunctionType) and not name.startswith("_")
    }


def _seen(dotted: str, provided: Provided, module: Any) -> Any:
    """What a module's scripts get of a provided function."""
    scope = module._scope
    if scope.kind == "Designer":
        return OfDesigner(scope, dotted, provided.call).call
    return provided.call


def _first(function: Any, _: object) -> Any:
    return function


class SystemRegistry:
    """What the embedding program adds to ``system``; shared by all scopes of a host."""

    def __init__(self) -> None:
        self._provided: dict[str, Provided] = {}
        self._classes: dict[tuple[str, str], type[SystemModule]] = {}
        self._listeners: list[Callable[[], None]] = []
        self._names: tuple[str, ...] = ()

    def when_provided(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called after each function that is provided."""
        self._listeners.append(listener)

    def class_of(self, name: str, own: type[SystemModule], scope: Scope) -> type[SystemModule]:
        """The class of a module that the host serves, with what was provided over its own.

        Args:
            name: of the module, such as ``util``.
            own: the host's class of it.
            scope: whose scripts get it: what its project was not granted refuses there.
        """
        config = scope.host.config
        # Projects without a grant of their own share a class.
        project = scope.project if scope.project in config.grants else ""
        found = self._classes.get((name, project))
        if found is None:
            over: dict[str, Any] = {}
            for dotted, provided in self._provided.items():
                _, module, function = dotted.split(".", 2)
                if module == name and hasattr(own, function):
                    over[function] = property(partial(_seen, dotted, provided))
            for function in _functions(own) if project else ():
                dotted = f"{name}.{function}"
                if not allowed(config, project, dotted):
                    over[function] = property(partial(_first, denied(project, dotted)))
            found = type(own.__name__, (own,), {"__slots__": (), **over}) if over else own
            self._classes[name, project] = found
        return found

    def provide(self, name: str, function: Callable[..., Any]) -> None:
        """Supply a function of the ``system`` namespace to every scope's scripts.

        It takes the place of a function of the host's own of that name.

        Args:
            name: such as ``tag.readBlocking`` (a leading ``system.`` is allowed).
            function: called on the script's thread with copies of plain arguments; what it returns
                is copied as a payload is, so it must return plain data (or a value of the host's
                own, such as a dataset).

        Raises:
            ValueError: for a name that is not ``module.function``.
            TypeError: for something that cannot be called.
        """
        name = name.removeprefix("system.")
        if not _NAME.fullmatch(name) or any(p.startswith("_") for p in name.split(".")):
            raise ValueError(f'"{name}" is not of the form module.function, as in tag.readBlocking')
        if not callable(function):
            raise TypeError(f"what provides {name} must be callable")
        self._provided[f"system.{name}"] = Provided(f"system.{name}", function)
        self._classes.clear()
        self._names = tuple(sorted(self._provided))
        for listener in self._listeners:
            listener()

    def find(self, dotted: str) -> Any:
        """The callable provided under a whole name such as ``system.tag.read``, or None."""
        found = self._provided.get(dotted)
        return None if found is None else found.call

    def granted(self, dotted: str, scope: Scope) -> Any:
        """What was provided under a whole name, refusing where the scope's project may not."""
        found = self.find(dotted)
        if found is None:
            return None
        if not allowed(scope.host.config, scope.project, dotted):
            return denied(scope.project, dotted)
        if scope.kind == "Designer":
            return OfDesigner(scope, dotted, found).call
        return found

    def has_below(self, dotted: str) -> bool:
        """Whether anything was provided below this name."""
        return any(name.startswith(f"{dotted}.") for name in self._provided)

    def names(self) -> tuple[str, ...]:
        """Everything provided, as whole names."""
        return self._names
