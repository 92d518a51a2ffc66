"""Compiling in a locked process: the same diagnostics, no code, and no harm from any source."""

import pytest

from runtime.executors import locked_compiler
from runtime.executors.locked_compiler import LockedCompiler
from sandbox import Policy, Sandbox
from sandbox.isolation.probe import probe

pytestmark = pytest.mark.skipif(
    not probe().available, reason=f"this machine cannot lock a process: {probe().missing}"
)


@pytest.fixture(scope="module")
def compiler():
    made = LockedCompiler("7.9")
    yield made
    made.close()


@pytest.mark.parametrize(
    "source",
    ["x = 1\n", "x = (\n", "import socket\n", "print 'a', x.__class__\n", "", "\tx = 1\n"],
)
def test_diagnostics_are_the_sandboxs(compiler, source):
    """A source gets the diagnostics in the lock that it gets outside."""
    inside = compiler.compile(source, "a.py", entry="handleMessage", parameters=("payload",))
    outside = Sandbox(Policy(tier="process")).compile(
        source, "a.py", entry="handleMessage", parameters=("payload",)
    )
    assert inside.diagnostics == outside.diagnostics
    assert (inside.script is None) == (outside.script is None)


def test_no_code_comes_back(compiler):
    """The host gets the source and the name; the code stays where it was compiled."""
    script = compiler.compile("x = 1\n", "a.py").script
    assert (script.source, script.filename) == ("x = 1\n", "a.py")
    assert script.code.co_names == ()


def test_a_source_that_takes_too_long_costs_one_worker(compiler, monkeypatch):
    """A source over the time is a diagnostic, and the next one is compiled as ever."""
    monkeypatch.setattr(locked_compiler, "SECONDS", 0.05)
    slow = "\n".join(f"x{n} = [{n}, {{'a': {n}}}]" for n in range(20_000))
    [diagnostic] = compiler.compile(slow, "slow.py").diagnostics
    assert diagnostic.rule == "compile-limit"
    assert "more than 0.05 s" in diagnostic.message
    monkeypatch.undo()
    assert compiler.compile("x = 1\n", "a.py").diagnostics == ()
