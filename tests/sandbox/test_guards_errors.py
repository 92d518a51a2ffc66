"""What an error had in C stays while its run lasts, and errors are made by their own classes."""

import pytest

from sandbox import Environment, Policy, Run, Sandbox


def _run(source: str) -> tuple[str, list[object]]:
    """What a script prints, and what its run kept alive."""
    sandbox = Sandbox(Policy())
    result = sandbox.compile(source)
    assert result.script is not None, result.errors
    environment = Environment(sandbox.policy)
    output: list[str] = []
    with Run(output=output.append, environment=environment) as run:
        environment.execute(result.script, environment.namespace(script=result.script))
        kept = list((run.token.outlived or {}).values())
    return "".join(output), kept


@pytest.mark.parametrize(
    "change",
    [
        "e.args = ()",
        "setattr(e, 'args', ())",
        "object.__setattr__(e, 'args', ())",
        "e.__init__()",
        "E.__init__(e)",
        "e.change()",
        "for e.args in [()]: pass",
    ],
)
@pytest.mark.parametrize("base", ["KeyError", "IOError", "OSError", "Exception"])
def test_what_is_replaced_stays_for_the_run(base: str, change: str) -> None:
    """Whatever way a store takes; the interpreter may be in the middle of a text of it."""
    _, kept = _run(
        f"class E({base}):\n"
        "    def change(self): self.args = ()\n"
        "e = E([1])\n"
        f"{change}\n"
    )
    assert ([1],) in kept


def test_fields_of_an_error_stay_as_well() -> None:
    """Those of the interpreter's own classes, which an heir may set."""
    _, kept = _run(
        "class E(OSError): pass\n"
        "e = E([1], [2], [3])\n"
        "e.strerror = None\n"
        "e.filename = None\n"
        "e.errno = None\n"
        "e.other = [4]\n"
        "e.other = None\n"
    )
    assert kept == [[2], [3], [1]]


def test_texts_and_numbers_need_not_stay() -> None:
    """They refer to nothing: a run may replace as many as it likes."""
    words, kept = _run(
        "class E(IOError):\n"
        "    def __init__(self, words):\n"
        "        IOError.__init__(self, 1, words)\n"
        "        self.args += ('more',)\n"
        "        self.strerror = 'other'\n"
        "print E('words').args, E('words')\n"
    )
    assert words == "(1, 'words', 'more') [Errno 1] other\n"
    assert kept == []


def test_the_dictionary_of_a_class_has_what_the_script_wrote() -> None:
    """The forms of special methods that the interpreter asks for are not the script's to hold."""
    words, _ = _run(
        "class C(object):\n"
        "    def __cmp__(self, other): return 0\n"
        "    def __nonzero__(self): return True\n"
        "    def next(self): return 1\n"
        "    def __div__(self, other): return 1\n"
        "    def __getslice__(self, a, b): return 1\n"
        "class D(object):\n"
        "    def __eq__(self, other): return True\n"
        "class E(Exception):\n"
        "    def __init__(self, words): pass\n"
        "for cls in (C, D, E):\n"
        "    print sorted(set(vars(cls)) - set(['__doc__', '__module__']))\n"
        "print '__ne__' in dir(D), '__getitem__' in dir(C), '__new__' in E.__dict__\n"
    )
    assert words == (
        "['__cmp__', '__div__', '__getslice__', '__nonzero__', 'next']\n"
        "['__eq__']\n"
        "['__init__']\n"
        "False False False\n"
    )


def test_an_error_of_the_hosts_is_made_by_its_own_class() -> None:
    """What makes those of a script's classes makes no others."""
    words, _ = _run(
        "import java\n"
        "class E(Exception):\n"
        "    def __init__(self, words): self.words = words\n"
        "class F(E):\n"
        "    def __new__(cls, *given): return E.__new__(cls)\n"
        "print F(1).words, type(E.__new__(F)) is F\n"
        "for other in (java.lang.SecurityException, StopIteration, ValueError):\n"
        "    try: print E.__new__(other)\n"
        "    except TypeError, e: print e\n"
    )
    assert words == "1 True\n" + "__new__(X): X is not a class of a script\n" * 3
