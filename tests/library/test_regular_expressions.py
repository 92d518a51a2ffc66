"""Regular expressions mean the same to both engines, and none is let run without a bound."""

from __future__ import annotations

import re
import time
import warnings

import pytest
import regex

from sandbox.library.re_cost import Measured
from sandbox.library.re_rewriting import rewritten

PATTERNS = (
    r"(a+)+x{3<=e<=1}",
    r"x{e}",
    r"a{,}b",
    r"a{,2}b{1,}c{2}",
    r"[[:alpha:]]+",
    r"[a&&b-]+[^\]^]",
    r"(?P<one>a|ab)(?P=one)\1",
    r"(a)?(?(1)b|c)(?:(d)|e)",
    r"^\s*(\w+?)\s*=\s*(.*)$",
    r"(?<!a)b(?=c)(?!d)\b.\B",
    r"(?i:A)b(?-i:c)",
    r"\Aa.*?\Z",
    r"(?!)|\x00|\\|#|é|\U0001f600",
    r"(?>a+)b*+[^b]",
    r"(?x) a  b # c",
)
TEXTS = ("aaax{3<=e<=1}", "xx{e}", "ab", "aabbcc", "[:alph]", "a&&b-^", "aaaa abab", "abd ce", "")
MORE = (" key = value here ", "abc bcd xbcz", "abc Abc ABC", "a\nb\n", "\\#é\U0001f600", "aaabc")


@pytest.mark.parametrize("flags", [0, re.I, re.M | re.S, re.A])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_both_engines_find_the_same(pattern: str, flags: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        measured = Measured(pattern, flags)
    same = measured.flags & int(re.I | re.M | re.S | re.U)
    ascii_only = int(regex.A) if measured.flags & re.A else 0
    bounded = regex.compile(rewritten(measured.tree), same | ascii_only | int(regex.V0))
    standard = measured.compiled()
    for text in (*TEXTS, *MORE):
        expected = [(m.span(), m.groups(), m.groupdict()) for m in standard.finditer(text)]
        found = [(m.span(), m.groups(), m.groupdict()) for m in bounded.finditer(text)]
        assert found == expected, text


@pytest.mark.parametrize(
    ("pattern", "piece"),
    [
        ("a*a*b", "a"),
        ("a{0,15}a{0,15}a{0,15}b", "a"),
        ("(?:a?){20}b", "a"),
        ("(.*)(.*)(.*)(.*)(.*)(.*)x", "a"),
        ("(?:x+x+)+y", "x"),
        ("(?:(?:a|a)|(?:a|a))*b", "a"),
        ("a?" * 40 + "a" * 40, "a"),
        ("(?:a?" * 10 + ")*" * 10 + "b", "a"),
    ],
)
def test_a_text_that_is_free_of_a_limit_takes_no_time(pattern: str, piece: str) -> None:
    measured = Measured(pattern, 0)
    text = piece * measured.free
    began = time.process_time()

    if measured.free >= 0:
        measured.compiled().search(text)

    assert time.process_time() - began < 5


def test_usual_patterns_are_free_on_usual_texts() -> None:
    usual = {
        r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}": 10_000,
        r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?:\.(\d+))?Z?": 1_000,
        r"\[([^\]]*)\]": 1_000,
        r"error|warning|info": 1_000_000,
        r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?": 60,
    }
    assert {p: n for p, n in usual.items() if Measured(p, 0).free < n} == {}


def test_more_groups_than_python_2_has_are_refused_in_its_words() -> None:
    Measured("()" * 99, 0)
    with pytest.raises(AssertionError, match="only supports 100 named groups"):
        Measured("()" * 100, 0)
