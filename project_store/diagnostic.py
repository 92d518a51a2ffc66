"""What the store says about a resource it could not take as it stands."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class ResourceDiagnostic:
    """One fault in a project's files, as a value (same shape as a script's diagnostic).

    Args:
        file: path of the file or folder, relative to the projects folder.
        line: 1-based line, 1 where the fault is the whole file.
        column: 1-based column.
        rule: stable short name, such as ``json`` or ``thread-type``.
        severity: ``error`` (the resource is left out) or ``warning``.
        message: what is wrong.
        remedy: what to do about it.
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
