"""The modules and Java classes answer as Jython 2.7.3 does."""

import shutil

import pytest
from compare import (
    JAVA_HEAD,
    MODULES_HEAD,
    ask_jython,
    ask_sandbox,
    expressions,
    recorded,
)

# What differs on purpose, with the reason; none of them may come to agree unnoticed.
DIFFERENCES = {
    "time.strptime('x','%Y')": "the text is not turned unicode on its way",
    "datetime.date(2020,13,1)": "words of the C module",
    "datetime.date(2020, 2, 29).replace(year=2021)": "words of the C module",
    "datetime.datetime(1800,1,1).strftime('%Y')": "years before 1900 are no error here",
    "os.name": "Jython's shadow strings are plain text here",
    "Locale.getDefault()": "always en_US here",
    "JEx('a').args": "empty here",
    "repr(JEx('a'))": "repr is str here",
    "HashMap(a=1)": "keywords of a constructor",
    "ArrayList([1,2]).index(9)": "words of Python's list",
    "ArrayList([1,2]).remove('x')": "words of Python's list",
    # Operators name Java classes without their packages here.
    "Integer(5)+1": "short class name",
    "Long(5)+1": "short class name",
    "Double(2.5)*2": "short class name",
    "String('a')+'b'": "short class name",
    "'b'+String('a')": "short class name",
    "String('abc')[0]": "short class name",
    "len(String('abc'))": "short class name",
    "'a' in String('abc')": "short class name",
    "Date(1) - Date(0)": "short class name",
    "Date(0) + 1": "short class name",
    "BigDecimal('1.5')+1": "short class name",
    "len(StringBuilder('abc'))": "short class name",
    "type(lambda: 0) == types.FunctionType": "type() gives a stand-in for functions",
}
SETS = [(MODULES_HEAD, "expressions.txt"), (JAVA_HEAD, "java_expressions.txt")]


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recorded answers were given in UTC."""
    from sandbox.library.java import zones

    monkeypatch.setenv("TZ", "UTC")
    zones.default_name.cache_clear()


@pytest.mark.parametrize(("head", "name"), SETS, ids=["modules", "java"])
def test_answers_are_those_that_jython_gave(head: str, name: str) -> None:
    """Each expression has Jython's recorded answer, but for the differences listed."""
    answers = recorded()
    asked = [one for one in expressions(name) if one in answers]
    assert len(asked) > 200
    wrong = {
        text: (answers[text], found)
        for text, found in zip(asked, ask_sandbox(head, asked), strict=True)
        if found != answers[text] and text not in DIFFERENCES
    }
    assert wrong == {}


@pytest.mark.parametrize(("head", "name"), SETS, ids=["modules", "java"])
def test_the_listed_differences_are_real(head: str, name: str) -> None:
    """A difference that is none any more has to leave the list."""
    answers = recorded()
    asked = [one for one in expressions(name) if one in DIFFERENCES]
    same = [
        text
        for text, found in zip(asked, ask_sandbox(head, asked), strict=True)
        if found == answers[text]
    ]
    assert same == []


@pytest.mark.skipif(shutil.which("jython") is None, reason="no jython here")
def test_a_real_jython_still_gives_the_recorded_answers() -> None:
    """The recorded answers of the modules are a real Jython's."""
    answers = recorded()
    asked = [one for one in expressions("expressions.txt") if one in answers]
    found = dict(zip(asked, ask_jython(MODULES_HEAD, asked), strict=True))
    assert {text: found[text] for text in asked if found[text] != answers[text]} == {}
