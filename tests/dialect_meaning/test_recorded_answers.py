"""Answers of Jython 2.7.3, recorded: each snippet prints and fails the same here."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.dialect_meaning.differences import KNOWN
from tests.dialect_meaning.running import ADDRESS, run

HERE = Path(__file__).parent
ANSWERS: list[dict[str, Any]] = json.loads((HERE / "answers.json").read_text("utf-8"))
SOURCES: dict[str, str] = {}
PROGRAMS: dict[str, dict[str, Any]] = {}
for _name in ("programs", "dense_programs"):
    _parts = re.split(r"(?m)^#### (\w+)\n", (HERE / f"{_name}.txt").read_text("utf-8"))[1:]
    SOURCES.update(zip(_parts[::2], _parts[1::2], strict=True))
    PROGRAMS.update(json.loads((HERE / f"{_name}.json").read_text("utf-8")))
EXPRESSIONS: list[list[str]] = json.loads((HERE / "expressions.json").read_text("utf-8"))
IMPORTS = "import string, sys, math, types, copy, re, time, datetime, json\n"
KNOWN_LINES = {
    # A small number computed from a large one is an int here and a long in Jython.
    "long_and_bits": {2},
}


@pytest.mark.parametrize(
    "answer",
    [a for a in ANSWERS if a["source"] not in KNOWN],
    ids=[a["source"][:60] for a in ANSWERS if a["source"] not in KNOWN],
)
def test_a_snippet_prints_and_fails_as_in_jython(answer: dict[str, Any]) -> None:
    """What a snippet prints, the name of its error and its message are Jython's."""
    outcome = run(answer["source"] + "\n")
    assert outcome.output.strip() == ADDRESS.sub("at 0x", answer["output"]).strip()
    assert outcome.error == answer.get("error")
    if outcome.error != "SyntaxError":
        theirs = ADDRESS.sub("at 0x", answer.get("message", ""))
        assert ADDRESS.sub("at 0x", outcome.message) == theirs


def test_known_differences_are_few_and_still_different() -> None:
    """At most one answer in twenty may differ, and a difference that went away is taken off."""
    assert len(KNOWN) <= len(ANSWERS) / 20
    healed = []
    for answer in ANSWERS:
        if answer["source"] in KNOWN:
            outcome = run(answer["source"] + "\n")
            same = (
                outcome.output.strip() == answer["output"].strip()
                and outcome.error == answer.get("error")
                and outcome.message == (answer.get("message") or "")
            )
            if same:
                healed.append(answer["source"])
    assert healed == []


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_program_prints_as_in_jython(name: str) -> None:
    """A whole program prints the same lines and ends with the same error."""
    expected = PROGRAMS[name]
    outcome = run(SOURCES[name])
    theirs = ADDRESS.sub("at 0x", expected["output"]).split("\n")
    ours = outcome.output.split("\n")
    skipped = KNOWN_LINES.get(name, set())
    assert [line for i, line in enumerate(ours) if i not in skipped] == [
        line for i, line in enumerate(theirs) if i not in skipped
    ]
    assert outcome.error == expected["error"]
    assert outcome.message == (expected["message"] or "")


@pytest.mark.parametrize("start", range(0, len(EXPRESSIONS), 50))
def test_expressions_have_jythons_values_and_errors(start: int) -> None:
    """The repr of each value, or the error with its words, is Jython's."""
    different = {}
    for expression, expected in EXPRESSIONS[start : start + 50]:
        outcome = run(f"{IMPORTS}print repr(({expression}))\n")
        found = outcome.output.rstrip("\n")
        if outcome.error is not None:
            found = f"{outcome.error}: {outcome.message}"
        if found != expected:
            different[expression] = (found, expected)
    assert different == {}
