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


def test_a_worker_sees_one_projects_sources(monkeypatch):
    """Sources of two projects never meet in one process, however they come."""
    seen: list[tuple[str, str]] = []
    real = locked_compiler._Bench._send

    def send(self, jobs):
        seen.extend((self.worker.process, source[1].partition("/")[0]) for source, _ in jobs)
        real(self, jobs)

    monkeypatch.setattr(locked_compiler._Bench, "_send", send)
    one = LockedCompiler("7.9", workers=1)
    sources = [(f"x = {n}\n", f"{'ABC'[n % 3]}/{n}.py", None, ()) for n in range(12)]
    one.ahead(sources[:9])
    for source, name, _, _ in [*sources, *sources[:3]]:
        assert one.compile(source, name).diagnostics == ()
    one.close()
    assert len(seen) == 15
    for process in {process for process, _ in seen}:
        assert len({project for at, project in seen if at == process}) == 1


def test_a_worker_says_nothing_of_what_it_was_not_given(monkeypatch):
    """An answer to a source that waits for another worker ends the one that gives it."""
    one = LockedCompiler("7.9", workers=1)
    [bench] = one._benches
    monkeypatch.setattr(locked_compiler._Bench, "_send", lambda self, jobs: None)
    with one._changed:
        one._give(bench, [("x = 1\n", "A/a.py", None, ())])
        worker = bench.worker
    bench._take([worker], [locked_compiler.Verdict(1, True, [])])
    end = worker.wait(20.0)
    assert "it answered what it was not asked" in end.reason
    one.close()


def test_a_diagnostic_is_of_the_source_that_was_asked_for(monkeypatch):
    """Whatever file a worker names, it is the one that was compiled."""
    one = LockedCompiler("7.9", workers=1)
    found = locked_compiler.Found("B/b.py", 1, 1, "rule", "error", "forged", "")
    key = ("x = 1\n", "A/a.py", None, ())
    one._verdicts[key] = locked_compiler.Verdict(1, False, [found])
    one._where[key] = one._benches[0]
    assert [d.file for d in one.compile("x = 1\n", "A/a.py").diagnostics] == ["A/a.py"]
