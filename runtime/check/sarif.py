"""Diagnostics as SARIF 2.1.0, which code hosts show beside the lines they are about."""

from collections.abc import Iterable
from typing import Any, Final, Protocol
from urllib.parse import quote

from runtime.check.rules import RULES

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


class Located(Protocol):
    """A diagnostic."""

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


def sarif_log(found: Iterable[Located], version: str) -> dict[str, Any]:
    """One run of the check as a SARIF log.

    Args:
        found: the diagnostics; their files are relative to where the log is read from.
        version: of this tool.
    """
    diagnostics = list(found)
    names = list(RULES)
    names += sorted({d.rule for d in diagnostics} - set(names))
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "pilotlight",
                        "semanticVersion": version,
                        "rules": [_rule(name) for name in names],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(d, names.index(d.rule)) for d in diagnostics],
            }
        ],
    }


def _rule(name: str) -> dict[str, Any]:
    rule = RULES.get(name)
    if rule is None:
        return {"id": name}
    return {
        "id": name,
        "shortDescription": {"text": rule.what},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(diagnosis: Located, index: int) -> dict[str, Any]:
    text = diagnosis.message
    if diagnosis.remedy:
        text = f"{text}; {diagnosis.remedy}"
    return {
        "ruleId": diagnosis.rule,
        "ruleIndex": index,
        "level": diagnosis.severity,
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(diagnosis.file)},
                    "region": {
                        "startLine": max(diagnosis.line, 1),
                        "startColumn": max(diagnosis.column, 1),
                    },
                }
            }
        ],
    }
