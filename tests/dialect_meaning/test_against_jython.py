"""The same snippets in a real Jython, where one is installed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dialect_meaning.running import ADDRESS, run
from tests.oracle.jython import JythonOracle, jython_path

pytestmark = pytest.mark.skipif(jython_path() is None, reason="jython is not installed")
HERE = Path(__file__).parent
ANSWERS: list[dict[str, Any]] = json.loads((HERE / "answers.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def oracle() -> Iterator[JythonOracle]:
    with JythonOracle() as started:
        yield started


@pytest.mark.timeout(240)
def test_the_recorded_answers_are_jythons(oracle: JythonOracle) -> None:
    """What ``answers.json`` says is what the installed Jython says today."""
    changed = []
    for answer in ANSWERS:
        found = oracle.run(answer["source"])
        if ADDRESS.sub("", found.output) != ADDRESS.sub("", answer["output"]) or (
            found.error_type != answer.get("error")
        ):
            changed.append(answer["source"])
    assert changed == []


_small = st.integers(-50, 50)
_number = st.one_of(
    _small.map(str),
    st.sampled_from(["0.5", "2.5", "-1.25", "1e3", "7L", "True"]),
)
_text = st.sampled_from(["'a'", "'b c'", "u'x'", "''", "'%s'", "'7'"])
_leaf = st.one_of(_number, _text, st.sampled_from(["None", "[1, 2]", "(1,)", "{}", "[]"]))


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.sampled_from(["+", "-", "*", "/", "//", "%", "<", ">", "<=", "==", "!=", "and"])
    return st.one_of(
        st.tuples(inner, binary, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda e: f"str({e})"),
        inner.map(lambda e: f"repr({e})"),
        inner.map(lambda e: f"[{e}, None]"),
        inner.map(lambda e: f"not {e}").map(lambda e: f"({e})"),
        st.tuples(inner, inner).map(lambda t: f"cmp({t[0]}, {t[1]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"sorted([{t[0]}, {t[1]}, {t[2]}])"),
        st.tuples(inner, inner).map(lambda t: f"max({t[0]}, {t[1]})"),
        inner.map(lambda e: f"round({e}, 1)"),
        inner.map(lambda e: f"'%s|%r' % ({e}, {e})"),
        inner.map(lambda e: f"'{{0}}'.format({e})"),
    )


EXPRESSIONS = st.recursive(_leaf, _combined, max_leaves=6)


@pytest.mark.timeout(240)
@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(expression=EXPRESSIONS)
def test_generated_expressions_have_jythons_value(
    oracle: JythonOracle, expression: str
) -> None:
    """Values and kinds of errors of generated expressions agree."""
    source = f"print repr({expression})\n"
    theirs = oracle.run(source)
    ours = run(source)
    if theirs.error_type is not None:
        assert ours.error == theirs.error_type
    else:
        # A small number computed from a long one shows no L here (docs/dialect.md).
        assert (ours.error, ours.output.replace("L", "")) == (
            None,
            theirs.output.replace("L", ""),
        )
