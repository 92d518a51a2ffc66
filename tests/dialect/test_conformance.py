"""The accept/reject verdicts that real Jython gave."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.dialect import DialectError, parse

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "conformance" / "syntax.json").read_text("utf-8")
)
# Jython drops a stray "!" and runs what is left; a typing error is better reported.
REPORTED = {"a ! = b\n"}
# Jython names no line of the source, or the one after the fault.
OTHER_LINE = {"x = 'abc\n", "u'\\N{foo'\n", "x = 1 \\\n"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["source"]))
def test_verdict(case: dict[str, Any]) -> None:
    """A text is accepted exactly if Jython compiles it, and refused at the same line."""
    source = case["source"]
    if case["accepted"] and source not in REPORTED:
        parse(source)
        return
    with pytest.raises(DialectError) as caught:
        parse(source)
    if source not in REPORTED | OTHER_LINE:
        assert caught.value.line == case["jython_error"][1]
