"""What the sandbox says about a script it will not, or would rather not, run."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault in a user's script, as a value: what, where, and what to do.

    Args:
        file: the name the script was compiled under.
        line: 1-based line.
        column: 1-based column, in characters.
        rule: stable short name of the rule; ``syntax`` is what the parser refuses.
        severity: ``error`` (the script does not run) or ``warning``.
        message: what is wrong, one sentence.
        remedy: what the author can do about it; may be empty.
    """

    file: str
    line: int
    column: int
    rule: str
    severity: Severity
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        tail = f" ({self.remedy})" if self.remedy else ""
        return (
            f"{self.file}:{self.line}:{self.column}: "
            f"{self.severity}[{self.rule}] {self.message}{tail}"
        )
