"""The conformance sample: expressions and whole programs with Jython's answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.dialect_meaning.running import ADDRESS, run

FOLDER = Path(__file__).parent.parent / "conformance"
EXPRESSIONS: list[dict[str, str]] = json.loads((FOLDER / "semantics.json").read_text("utf-8"))
PROGRAMS: list[dict[str, Any]] = json.loads((FOLDER / "programs.json").read_text("utf-8"))
IMPORTS = "import string, sys, math, types, copy, re, time, datetime, json\n"

# Each with the section of docs/dialect.md that gives the reason.
KNOWN_EXPRESSIONS = {
    "[i for i in {3:1,1:2,2:3}]": "order of dicts and sets",
    "buffer('abc')": "refused builtins",
    "for_=1": "words of syntax errors",
}
KNOWN_PROGRAMS: dict[str, str] = {}


@pytest.mark.parametrize(
    "case",
    [case for case in EXPRESSIONS if case["expression"] not in KNOWN_EXPRESSIONS],
    ids=lambda case: case["expression"][:60],
)
def test_an_expression_has_jythons_value(case: dict[str, str]) -> None:
    """The repr of the value, or the error, is Jython's (the sample cuts long messages off)."""
    outcome = run(f"{IMPORTS}print repr({case['expression']})\n")
    if "," in case["expression"] and outcome.error == "TypeError":
        outcome = run(f"{IMPORTS}print repr(({case['expression']}))\n")
    if outcome.error is None:
        assert outcome.output.rstrip("\n") == case["jython"]
    else:
        text = f"{outcome.error}: {outcome.message}"
        expected = case["jython"]
        assert text == expected or (len(expected) >= 60 and text.startswith(expected))


def test_few_cases_differ() -> None:
    """At most 5 % of the sample may differ."""
    assert len(KNOWN_EXPRESSIONS) <= len(EXPRESSIONS) * 0.05
    assert len(KNOWN_PROGRAMS) <= len(PROGRAMS) * 0.05


@pytest.mark.parametrize(
    "case",
    [case for case in PROGRAMS if case["name"] not in KNOWN_PROGRAMS],
    ids=lambda case: case["name"],
)
def test_a_program_prints_what_jython_prints(case: dict[str, Any]) -> None:
    """Output and the kind of the last error are Jython's."""
    outcome = run(case["source"])
    assert outcome.output == ADDRESS.sub("at 0x", case["jython_output"])
    assert (outcome.error is None) == case["ok"]
