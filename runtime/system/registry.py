"""``host.system``: the functions of the ``system`` namespace that a program supplies."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from runtime.system.module import Provided

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")

_NAMES: Final = """
    alarm bacnet dataset date db device dnp dnp3 eam file groups gui math mongodb nav net opc opchda
    opcua perspective print project report roster secsgem security serial sfc tag twilio user util
    vision
"""

MODULES: Final = frozenset(_NAMES.split())
"""Modules Ignition has; naming one of them gives a module, its functions may still be missing."""


class SystemRegistry:
    """What the embedding program adds to ``system``; shared by all scopes of a host."""

    def __init__(self) -> None:
        self._provided: dict[str, Provided] = {}

    def provide(self, name: str, function: Callable[..., Any]) -> None:
        """Supply a function of the ``system`` namespace to every scope's scripts.

        Args:
            name: such as ``tag.readBlocking`` (a leading ``system.`` is allowed).
            function: called on the script's thread with copies of plain arguments; what it returns
                is copied as a payload is, so it must return plain data or a ``sandbox.Facade``.

        Raises:
            ValueError: for a name that is not ``module.function``, or one the host serves itself.
            TypeError: for something that cannot be called.
        """
        from runtime.system.namespace import serves

        name = name.removeprefix("system.")
        if not _NAME.fullmatch(name) or any(p.startswith("_") for p in name.split(".")):
            raise ValueError(f'"{name}" is not of the form module.function, as in tag.readBlocking')
        if not callable(function):
            raise TypeError(f"what provides {name} must be callable")
        if serves(name):
            raise ValueError(f"system.{name} is the host's own and cannot be provided")
        self._provided[f"system.{name}"] = Provided(f"system.{name}", function)

    def find(self, dotted: str) -> Any:
        """The callable provided under a whole name such as ``system.tag.read``, or None."""
        found = self._provided.get(dotted)
        return None if found is None else found.call

    def has_below(self, dotted: str) -> bool:
        """Whether anything was provided below this name."""
        return any(name.startswith(f"{dotted}.") for name in self._provided)

    def names(self) -> tuple[str, ...]:
        """Everything provided, as whole names."""
        return tuple(sorted(self._provided))
