"""Diagnostics for people (with source and caret), for programs and for GitHub."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol, get_args

from rich.console import Console
from rich.text import Text

from runtime.check.sarif import sarif_log
from runtime.cli.console import version, visible

Format = Literal["text", "json", "github", "sarif"]
FORMATS: tuple[str, ...] = get_args(Format)

NO_SOURCES: Mapping[str, str] = MappingProxyType({})

_AROUND = 250
"""Characters of source shown on either side of the column."""

_STYLES = {"error": "bold red", "warning": "yellow"}


class Diagnosis(Protocol):
    """What the sandbox's and the store's diagnostics have in common."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def rule(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def remedy(self) -> str: ...


def has_errors(found: Iterable[Diagnosis]) -> bool:
    """Whether one of them is more than a warning."""
    return any(diagnosis.severity == "error" for diagnosis in found)


def print_diagnostics(
    console: Console,
    found: Iterable[Diagnosis],
    root: Path | None = None,
    sources: Mapping[str, str] = NO_SOURCES,
) -> None:
    """Each with its line of source and a caret under the column.

    Args:
        console: where to.
        found: the diagnostics.
        root: the folder that their files are relative to.
        sources: file -> text, where it is known already or in no file of its own.
    """
    for diagnosis in found:
        for line in rendered(diagnosis, root, sources):
            console.print(line)


def rendered(
    diagnosis: Diagnosis, root: Path | None = None, sources: Mapping[str, str] = NO_SOURCES
) -> Iterable[Text]:
    """The lines of one diagnostic."""
    style = _STYLES[diagnosis.severity]
    yield Text.assemble(
        (
            f"{visible(located(diagnosis.file, root))}:{diagnosis.line}:{diagnosis.column}",
            "bold",
        ),
        ": ",
        (f"{diagnosis.severity}[{diagnosis.rule}]", style),
        f" {visible(diagnosis.message)}",
    )
    source = _source_line(diagnosis, root, sources)
    # Of a line that nobody could read, the part around the column.
    start = max(0, diagnosis.column - 1 - _AROUND) if len(source) > 2 * _AROUND else 0
    text = visible(source[start : start + 2 * _AROUND])
    if text:
        margin = f"{diagnosis.line:>5} | " + ("…" if start else "")
        before = visible(source[start : diagnosis.column - 1])
        # Tabs are kept in front of the caret, so that it stands under its column at any width.
        lead = "".join("\t" if char == "\t" else " " for char in before)
        yield Text.assemble((margin, "dim"), text)
        yield Text.assemble((" " * 5 + " | " + (" " if start else ""), "dim"), lead, ("^", style))
    if diagnosis.remedy:
        yield Text.assemble("      = ", ("help: ", "dim"), visible(diagnosis.remedy))


def located(file: str, root: Path | None) -> str:
    """The file as the user would name it from where the command runs."""
    if root is None or not file or file.startswith("<"):
        return file
    return (root / file).as_posix()


def print_as(
    console: Console,
    style: Format,
    found: Sequence[Diagnosis],
    root: Path | None,
    sources: Mapping[str, str] = NO_SOURCES,
) -> None:
    """Print them in one of the formats that ``check`` knows."""
    if style == "json":
        document = [
            {
                "file": located(d.file, root),
                "line": d.line,
                "column": d.column,
                "rule": d.rule,
                "severity": d.severity,
                "message": d.message,
                "remedy": d.remedy,
            }
            for d in found
        ]
        console.out(json.dumps(document, indent=2), highlight=False)
    elif style == "github":
        for d in found:
            place = f"file={_property(located(d.file, root))},line={d.line},col={d.column}"
            text = f"{d.message}; {d.remedy}" if d.remedy else d.message
            title = _property(f"pilotlight {d.rule}")
            console.out(f"::{d.severity} {place},title={title}::{_escaped(text)}", highlight=False)
    elif style == "sarif":
        placed = [_Placed(d, located(d.file, root)) for d in found]
        console.out(json.dumps(sarif_log(placed, version()), indent=2), highlight=False)
    else:
        print_diagnostics(console, found, root, sources)


class _Placed:
    """A diagnostic whose file is named as the user would name it."""

    def __init__(self, diagnosis: Diagnosis, file: str) -> None:
        self.file = file
        self.line, self.column = diagnosis.line, diagnosis.column
        self.rule, self.severity = diagnosis.rule, diagnosis.severity
        self.message, self.remedy = diagnosis.message, diagnosis.remedy


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _source_line(diagnosis: Diagnosis, root: Path | None, sources: Mapping[str, str]) -> str:
    source = sources.get(diagnosis.file, "")
    # Only scripts: what else holds text, such as data.bin, has no lines to show.
    if not source and diagnosis.file.endswith(".py"):
        try:
            source = Path(located(diagnosis.file, root)).read_text(
                encoding="utf-8-sig", errors="replace"
            )
        except (OSError, ValueError):
            return ""
    lines = source.split("\n")
    return lines[diagnosis.line - 1].rstrip("\r") if 0 < diagnosis.line <= len(lines) else ""
