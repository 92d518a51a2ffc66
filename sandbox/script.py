"""A compiled script, and what compiling gives."""

from __future__ import annotations

import types
from dataclasses import dataclass

from sandbox.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """A script that passed the policy.

    Args:
        filename: the name it was compiled under.
        source: its text as given.
        code: the module's code; run it with ``Environment.execute`` only.
        entry: the function its body defines, or None for a plain script.
    """

    filename: str
    source: str
    code: types.CodeType
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class CompileResult:
    """What ``Sandbox.compile`` gives: never an exception for a fault of the script.

    Args:
        script: None exactly when a diagnostic is an error.
        diagnostics: in source order.
    """

    script: Script | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that keep the script from running."""
        return tuple(d for d in self.diagnostics if d.severity == "error")
