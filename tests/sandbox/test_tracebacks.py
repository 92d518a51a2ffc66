"""Tracebacks in Python 2's form: the script's frames and text, nothing of the host."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from sandbox import Environment, Run, Sandbox, format_script_traceback, script_frames


def failed(source: str, **names: Any) -> str:
    """The traceback of a script that fails."""
    script = Sandbox().compile(source, "plant/Alarm.py").script
    assert script is not None
    environment = Environment()
    with Run():
        try:
            environment.execute(script, environment.namespace(script=script, names=names))
        except BaseException as error:
            return format_script_traceback(error)
    raise AssertionError("it did not fail")


def test_frames_lines_and_source_of_the_script_only() -> None:
    """Python 2's layout, with the text the script had when it was compiled."""
    source = "def outer(n):\n    return inner(n)\n\ndef inner(n):\n    return [n][1]\n\nouter(3)\n"
    assert failed(source) == (
        "Traceback (most recent call last):\n"
        '  File "plant/Alarm.py", line 7, in <module>\n'
        "    outer(3)\n"
        '  File "plant/Alarm.py", line 2, in outer\n'
        "    return inner(n)\n"
        '  File "plant/Alarm.py", line 5, in inner\n'
        "    return [n][1]\n"
        "IndexError: index out of range: 1\n"
    )


def test_helpers_of_the_host_do_not_show() -> None:
    """A failure inside a helper ends at the script's own line."""
    shown = failed("x = sorted([3, 1], key=lambda v: v / 0)\n")
    assert "sandbox" not in shown
    assert shown.splitlines()[-1] == "ZeroDivisionError: integer division or modulo by zero"
    assert shown.count("File ") == 2


@pytest.mark.parametrize(
    ("source", "name"), [("del True", "True"), ("False += 1", "False"), ("True |= {}", "True")]
)
def test_no_name_of_the_host_shows(source: str, name: str) -> None:
    """What the policy renames keeps its name in the words of errors."""
    assert failed(source).endswith(f"NameError: name '{name}' is not defined\n")


def test_java_errors_show_as_jython_prints_them() -> None:
    """Class, then the error's own text."""
    shown = failed(
        "from java.lang import IllegalStateException\nraise IllegalStateException('off')"
    )
    assert shown.splitlines()[-1] == ("IllegalStateException: java.lang.IllegalStateException: off")


def test_an_error_that_cannot_be_shown_is_shown_all_the_same() -> None:
    """The script's own ``__str__`` may fail."""
    source = "class E(Exception):\n    def __str__(self): return 1 / 0\nraise E()\n"
    assert failed(source).splitlines()[-1].startswith("E")


def test_deep_recursion_is_shortened() -> None:
    """A thousand equal frames help nobody."""
    shown = failed("def f(): f()\nf()\n")
    assert "more calls ..." in shown
    assert len(shown.splitlines()) < 500


def test_where_a_script_is_now() -> None:
    """File, line and function of a running thread, outermost first."""
    inside, go = threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        go.wait(10)

    source = "def f():\n    wait()\n\nf()\n"
    script = Sandbox().compile(source, "here.py").script
    assert script is not None
    environment = Environment()
    space = environment.namespace(script=script, names={"wait": wait})
    thread = threading.Thread(target=lambda: environment.execute(script, space))
    thread.start()
    try:
        assert inside.wait(5)
        assert thread.ident is not None
        assert script_frames(thread.ident) == [("here.py", 4, "<module>"), ("here.py", 2, "f")]
    finally:
        go.set()
        thread.join(5)
    assert script_frames(thread.ident) == []


@pytest.mark.parametrize(
    "source",
    [
        "class E(Exception):\n    def __str__(self): raise SystemExit(1)\nraise E()",
        "class E(Exception):\n    def __str__(self): raise GeneratorExit\nraise E()",
        "from java.lang import Exception as J\nclass E(J):\n    def toString(self): raise J('x')\n"
        "raise E()",
        "class E(SyntaxError):\n    text = property(lambda self: 1 / 0)\nraise E()",
        "raise SyntaxError('x', ('f', 'y', [], 5))",
        "class S(str):\n    def rstrip(self, *a): raise SystemExit\n"
        "raise SyntaxError('x', ('f', 1, 1, S('t')))",
        "class E(Exception):\n    def __str__(self): return 5\nraise E()",
    ],
)
def test_an_error_whose_text_fails_is_still_reported(source: str) -> None:
    """Whatever the script's own methods raise, the host gets a text."""
    environment = Environment()
    script = Sandbox().compile(source).script
    assert script is not None
    with Run(environment=environment):
        try:
            environment.execute(script, environment.namespace(script=script))
        except BaseException as error:
            shown = format_script_traceback(error)
        else:
            shown = "it did not fail"

    assert shown.startswith("Traceback")


@pytest.mark.parametrize(
    "source",
    [
        "class E(Exception):\n    args = property(endless)\nraise E('x')",
        "class E(Exception):\n    def __getattribute__(self, name): endless(0)\nraise E('x')",
        "class E(SyntaxError):\n    text = property(endless)\nraise E('x')",
        "class T(unicode):\n    def __ne__(self, other): endless(0)\n"
        "globals()['__file__'] = T('x')\n1 / 0",
    ],
)
def test_an_error_that_never_answers_is_given_a_second(source: str) -> None:
    """Formatted after its run, whatever part of it the script answers for."""
    environment = Environment()
    script = Sandbox().compile(f"def endless(it):\n    while True: pass\n{source}").script
    assert script is not None
    try:
        with Run(environment=environment):
            environment.execute(script, environment.namespace(script=script))
    except BaseException as caught:
        error = caught
    started = time.monotonic()

    shown = format_script_traceback(error)

    assert time.monotonic() - started < 5
    assert shown.startswith(("Traceback", "Error"))


@pytest.mark.parametrize("source", ["str(10 ** 5000)", "'%d' % (10 ** 5000)", "int('9' * 5000)"])
def test_a_number_that_is_too_long_for_text_is_told_so(source: str) -> None:
    """The remedy of the interpreter's own words is none that a script has."""
    assert "ValueError: a number of more than 4300 digits cannot be" in failed(source)


WARNS = "import operator\nclass I(object):\n    def __index__(self): return True\n"
SILENT = [
    WARNS + "exec compile('\\n\\n\\noperator.index(I())\\n', {file!r}, 'exec')",
    WARNS + "operator.index(I())",
    "exec compile('def g():\\n try: yield 1\\n finally: raise IOError\\n', {file!r}, 'exec')\n"
    "x = g()\nx.next()\ndel x",
    "exec compile('def g():\\n try: yield 1\\n finally: 1 / 0\\n', {file!r}, 'exec')\n"
    "x = g()\nx.next()",
]


@pytest.mark.parametrize("source", SILENT)
@pytest.mark.filterwarnings("default")
def test_the_interpreter_quotes_no_file_that_a_script_names(source: str, tmp_path: Path) -> None:
    """Its warnings, and errors that nobody can be given, read the file that code says it is of."""
    secret = tmp_path / "secret.txt"
    secret.write_text("one\ntwo\nS3CRET three\nS3CRET four\n")
    program = (
        "import gc, warnings\nwarnings.simplefilter('always')\n"
        "from sandbox import Environment, Run, Sandbox\n"
        f"script = Sandbox().compile({source.format(file=str(secret))!r}, 'mine.py').script\n"
        "environment = Environment()\nspace = environment.namespace(script=script)\n"
        "with Run(): environment.execute(script, space)\n"
        "space.clear()\ngc.collect()\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert "S3CRET" not in told.stderr
    assert "Warning" not in told.stderr


def test_code_of_a_text_has_the_name_it_was_given() -> None:
    """In tracebacks and in what describes functions; what the interpreter sees is no file's."""
    shown = failed("exec compile('def f():\\n    1 / 0\\n', 'a.py', 'exec')\nf()")

    assert '  File "a.py", line 2, in f\n' in shown
