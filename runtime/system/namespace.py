"""``system`` itself: built once for each scope, its modules when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runtime.suggest import nearest
from runtime.system import travelling as travelling
from runtime.system.module import OtherModule, SystemModule
from runtime.system.registry import MODULES
from runtime.system.tag import Tag
from runtime.system.util import Util

if TYPE_CHECKING:
    from runtime.contracts import Scope

SERVED: Final[dict[str, type[SystemModule]]] = {"util": Util, "tag": Tag}
"""The modules that the host has functions of its own in."""


class System(SystemModule):
    """What a script's name ``system`` means."""

    __slots__ = ("util",)

    util: Util

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        # Kept as a slot: it is what nearly every handler asks for.
        self._renew()

    def _renew(self) -> None:
        """See what was provided since."""
        scope = self._scope
        object.__setattr__(self, "util", scope.host.system.class_of("util", Util, scope)(scope))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in SERVED:
            return self._scope.host.system.class_of(name, SERVED[name], self._scope)(
                self._scope
            )
        if name in MODULES or self._scope.host.system.has_below(f"system.{name}"):
            return OtherModule(self._scope, f"system.{name}")
        raise AttributeError(f"system has no module {name}{nearest(name, MODULES)}")
