"""What functions of the embedding program raise: scripts get its words, in both tiers alike."""

import pytest

from tests.runtime.conftest import DEADLINE


class Connection:
    password = "S3CRET"


class QueryFailed(Exception):
    def __init__(self, text):
        super().__init__(text)
        self.connection = Connection()


class Unprintable(Exception):
    def __str__(self):
        raise ValueError("no")


class LooksBuiltin(Exception):
    pass


LooksBuiltin.__module__, LooksBuiltin.__name__ = "builtins", "ValueError"

RAISED = {
    "own": (QueryFailed("no table"), "RuntimeError", "QueryFailed: no table"),
    "plain": (ValueError("no such pump"), "ValueError", "no such pump"),
    "key": (KeyError("nope"), "KeyError", "'nope'"),
    "objects": (ValueError("it", Connection()), "ValueError", "('it', <"),
    "stop": (StopIteration(Connection()), "StopIteration", "<"),
    "group": (ExceptionGroup("both", [QueryFailed("x")]), "RuntimeError", "ExceptionGroup: both"),
    "exit": (SystemExit(3), "RuntimeError", "SystemExit: 3"),
    "closed": (GeneratorExit(), "RuntimeError", "GeneratorExit: "),
    "unprintable": (Unprintable(), "RuntimeError", "Unprintable: its text cannot be had"),
    "forged": (LooksBuiltin("x"), "RuntimeError", "ValueError: x"),
}

SCRIPT = """
try:
    system.test.fail()
except Exception, e:
    print e.__class__.__name__
    print str(e)
    print [n for n in ('connection', 'obj', 'exceptions', 'doc') if hasattr(e, n)]
    print [a for a in e.args if not isinstance(a, (str, unicode))]
    e.args = ()
    print getattr(e, 'value', None) is None or isinstance(e.value, (str, unicode))
"""


@pytest.mark.parametrize("case", RAISED)
def test_a_script_gets_the_words_and_none_of_the_objects(open_host, case):
    """Whatever hangs on the error, or is among its arguments, stays with the program."""
    error, name, words = RAISED[case]

    def fail():
        raise error

    host = open_host()
    host.system.provide("test.fail", fail)
    result = host.gateway.run(SCRIPT, timeout=DEADLINE)
    assert result.ok, result
    shown, text, found, others, value = result.output.splitlines()
    assert (shown, found, others, value) == (name, "[]", "[]", "True")
    assert text.startswith(words)
    assert "S3CRET" not in result.output


def test_an_error_of_the_system_is_told_with_its_number(open_host):
    """The parts of plain errors are kept where they are plain."""
    host = open_host(tier="thread")

    def fail():
        raise OSError(2, "No such file")

    host.system.provide("test.fail", fail)
    result = host.gateway.run(
        "try: system.test.fail()\nexcept OSError, e: print e.errno, e.strerror"
    )
    assert result.output == "2 No such file\n"


def test_a_tag_providers_error_is_told_in_the_same_way(open_host):
    """A provider of somebody's own raises what it likes."""

    class Provider:
        def read(self, paths):
            raise QueryFailed("offline")

        exists = browse = write = read

        def subscribe(self, paths, changed):
            return lambda: None

    host = open_host()
    host.tags = Provider()
    script = SCRIPT.replace("system.test.fail()", "system.tag.readBlocking(['a'])")
    result = host.gateway.run(script, timeout=DEADLINE)
    assert result.ok, result
    assert result.output.splitlines()[:3] == ["RuntimeError", "QueryFailed: offline", "[]"]
