"""Errors that the interpreter can raise nowhere, as those of generators that outlived their run.

It closes them when it collects them, our check stops them there, and what would otherwise be told
on standard error is our own machinery.
"""

from __future__ import annotations

import sys
from typing import Any

from sandbox.errors import ScriptStopped


def keep_quiet() -> None:
    """Have stops of such generators told to nobody; all else goes where it went before."""
    before = sys.unraisablehook
    if getattr(before, "of_scripts", False):
        return

    def hook(what: Any) -> None:
        if what.exc_type is None or not issubclass(what.exc_type, ScriptStopped):
            before(what)

    hook.of_scripts = True  # type: ignore[attr-defined]
    sys.unraisablehook = hook
