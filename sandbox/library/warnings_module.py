"""``warnings``."""

from __future__ import annotations

from typing import Any

from sandbox.library.module import Module
from sandbox.library.values import script_str


class WarningsModule(Module):
    """``warnings``: one line in the output a warning."""

    __slots__ = ("_ignored",)
    NAME = "warnings"

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        object.__setattr__(self, "_ignored", [False])

    def warn(self, message: Any, category: Any = UserWarning, stacklevel: Any = 1) -> None:
        """Print a warning."""
        if isinstance(message, Warning):
            category = type(message)
        if not self._ignored[0]:
            name = getattr(category, "__name__", "UserWarning")
            self._library.write_output(f"{name}: {script_str(message)}\n")

    def filterwarnings(self, action: Any, *_args: Any, **_options: Any) -> None:
        """``ignore`` silences them, anything else lets them through."""
        self._ignored[0] = action == "ignore"

    simplefilter = filterwarnings

    def resetwarnings(self) -> None:
        """Let them through."""
        self._ignored[0] = False
