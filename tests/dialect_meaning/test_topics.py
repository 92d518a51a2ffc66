"""Rules of the dialect that a script's author notices first, each in a few lines."""

import pytest

from tests.dialect_meaning.running import run, shown


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("7 / 2", "3"),
        ("-7 / 2", "-4"),
        ("7 / 2.0", "3.5"),
        ("[1, 2][1] / 4", "0"),
        ("True / 2", "0"),
        ("10L / 4", "2L"),
    ],
)
def test_integers_divide_to_the_floor(expression: str, value: str) -> None:
    """``/`` of two integers is an integer, rounded down."""
    assert shown(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("None < 0", "True"),
        ("sorted([2, None, 'a', 1.5])", "[None, 1.5, 2, 'a']"),
        ("max(None, -5)", "-5"),
        ("(1, None) < (1, 2)", "True"),
        ("cmp([1, 'a'], [1, 2])", "1"),
        ("'10' > 9", "True"),
    ],
)
def test_everything_has_an_order(expression: str, value: str) -> None:
    """None comes first, then numbers, then the rest by the names of types."""
    assert shown(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("str(0.1 + 0.2)", "'0.3'"),
        ("'%s' % (1 / 3.0)", "'0.333333333333'"),
        ("'{}'.format(0.1 + 0.2)", "'0.3'"),
        ("repr(0.1)", "'0.1'"),
        ("str(123456789012.0)", "'1.23456789012e+11'"),
        ("round(2.5)", "3.0"),
        ("round(-2.5)", "-3.0"),
        ("round(2.675, 2)", "2.67"),
        ("round(0.125, 2)", "0.13"),
    ],
)
def test_floats_are_shown_with_twelve_digits_and_rounded_away_from_zero(
    expression: str, value: str
) -> None:
    """``str`` has 12 digits, ``repr`` all; halves round away from zero to a float."""
    assert shown(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("u'a' + 'b'", "u'ab'"),
        ("'%s' % u'a'", "u'a'"),
        ("'é'", "'\\xc3\\xa9'"),
        ("len('é')", "2"),
        ("u'é'", "u'\\xe9'"),
        ("'é'.decode('utf-8') == u'é'", "True"),
        ("u'é'.encode('utf-8') == 'é'", "True"),
        ("'É'.lower() == 'É'", "True"),
        ("'abc'.encode('hex')", "'616263'"),
    ],
)
def test_byte_strings_and_unicode_are_told_apart(expression: str, value: str) -> None:
    """A literal outside ASCII is bytes, ``u''`` is text, and mixing them follows Jython."""
    assert shown(expression) == value


def test_bytes_that_are_utf8_print_as_the_text_they_are() -> None:
    """People read characters, whatever kind of string carried them."""
    assert run("print 'é', u'é', ['é']\n").output == "é é ['\\xc3\\xa9']\n"


def test_a_value_is_printed_before_the_next_is_evaluated() -> None:
    """What ``print`` wrote before a value failed stays written."""
    outcome = run("def f(): raise ValueError('no')\nprint 'a', f()\n")
    assert outcome.output == "a"
    assert (outcome.error, outcome.message) == ("ValueError", "no")


def test_the_variable_of_a_handler_outlives_it() -> None:
    """``except E, e`` binds ``e`` for good."""
    assert run("try: 1 / 0\nexcept ZeroDivisionError, e: pass\nprint e\n").output == (
        "integer division or modulo by zero\n"
    )


def test_a_handler_may_unpack_the_arguments() -> None:
    """``except E, (a, b)`` unpacks the exception's arguments."""
    assert run("try: raise ValueError(1, 2)\nexcept ValueError, (a, b): print a, b\n").output == (
        "1 2\n"
    )


def test_a_list_comprehension_leaves_its_variable_behind() -> None:
    """Its last value is found in the scope around, in functions and modules."""
    assert run("def f():\n    [x for x in 'ab']\n    return x\nprint f()\n").output == "b\n"
    assert run("[x for x in 'ab']\nprint x\n").output == "b\n"


def test_a_generator_expression_leaves_nothing_behind() -> None:
    """Only list comprehensions leak."""
    assert run("x = 5\nlist(x for x in 'ab')\nprint x\n").output == "5\n"


def test_a_comprehension_in_a_class_sees_the_names_of_the_class() -> None:
    """Its parts are evaluated in the class body itself, and its variable stays there."""
    assert run("class A:\n    n = 2\n    v = [n * i for i in (1, 2)]\nprint A.v, A.i\n").output == (
        "[2, 4] 2\n"
    )


def test_stop_iteration_ends_a_generator() -> None:
    """A ``next`` that runs dry inside a generator ends the generator."""
    source = "def g(it):\n    while 1:\n        yield it.next()\nprint list(g(iter('ab')))\n"
    assert run(source).output == "['a', 'b']\n"


def test_exec_in_a_function_reaches_its_locals() -> None:
    """``exec`` may rebind the locals of the function it stands in."""
    source = "def f():\n    x = 1\n    exec 'x = 7 / 2'\n    return x\nprint f()\n"
    assert run(source).output == "3\n"


def test_division_in_place_evaluates_the_target_once() -> None:
    """``f().x /= 2`` calls ``f`` one time."""
    source = (
        "class A: x = 7\na = A()\nn = []\n"
        "def f():\n    n.append(1)\n    return a\n"
        "f().x /= 2\nprint a.x, len(n)\n"
    )
    assert run(source).output == "3 1\n"


def test_chains_evaluate_the_middle_once() -> None:
    """``a < f() < b`` calls ``f`` one time, and not at all after a false first part."""
    source = (
        "n = []\ndef f():\n    n.append(1)\n    return None\n"
        "print -1 < f() < 5, None < 1 < f(), 5 < 1 < f(), len(n)\n"
    )
    assert run(source).output == "False False False 2\n"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("int('x1')", "ValueError: invalid literal for int() with base 10: 'x1'"),
        ("float('1_0')", "ValueError: invalid literal for float: 1_0"),
        ("[1][5]", "IndexError: index out of range: 5"),
        ("None[0]", "TypeError: 'NoneType' object is unsubscriptable"),
        ("'a' + 1", "TypeError: cannot concatenate 'str' and 'int' objects"),
        ("(lambda a: a)(1, 2)", "TypeError: <lambda>() takes exactly 1 argument (2 given)"),
        ("nope", "NameError: name 'nope' is not defined"),
    ],
)
def test_errors_speak_python_2(call: str, message: str) -> None:
    """The words of common errors are Jython's."""
    assert shown(call) == message


def test_string_exceptions_are_refused() -> None:
    """Raising text is a TypeError, in Jython's words."""
    outcome = run("raise 'oops'\n")
    assert outcome.message == (
        "exceptions must be old-style classes or derived from BaseException, not str"
    )


def test_format_reads_attributes_through_the_guard() -> None:
    """A field of ``str.format`` cannot reach what an attribute in the text could not."""
    for text in ("{0.__class__}", "{0.__globals__}", "{0.func_globals}", "{a.__init__}"):
        outcome = run(f"def f(): pass\nprint {text!r}.format(f, a=f).find('Pilot')\n")
        assert "__builtins__" not in outcome.output


def test_the_kinds_of_text_compare_and_hash_alike() -> None:
    """A dict finds a key whatever kind of text asks for it."""
    assert shown("({'a': 1}[u'a'], {u'a': 1}['a'], u'a' in ['a'], hash(u'a') == hash('a'))") == (
        "(1, 1, True, True)"
    )
