"""User scripts of the process tier: a locked worker each, and a value whatever they do."""

import os
import threading
import time
from pathlib import Path

import pytest

from runtime.executors import fleet, protocol, scripts
from sandbox.isolation.probe import probe
from tests.runtime.conftest import wait_for

DEADLINE = 20.0
FIXTURES = Path(__file__).parents[1] / "fixtures"

pytestmark = pytest.mark.skipif(
    not probe().available, reason=f"this machine cannot lock a process: {probe().missing}"
)


@pytest.fixture
def host(open_host):
    def start(**options):
        return open_host(tier="process", **options)

    return start


def answers(host):
    """Whether the host still runs scripts."""
    return host.gateway.run("print 6 * 7\n", timeout=5).output == "42\n"


def test_nothing_of_it_runs_or_compiles_in_the_host(projects, host, monkeypatch):
    """Neither user scripts nor a project's texts are parsed in the host's process."""
    from sandbox import Sandbox

    def refuse(*args, **keywords):
        raise AssertionError("compiled in the host")

    monkeypatch.setattr(Sandbox, "compile", refuse)
    projects.library("X", "lib", "n = 5\n")
    projects.handler("X", "G", "h", "print project.lib.n")
    projects.handler("X", "G", "broken", "x = (")
    own = host()
    assert own.gateway.run("print project.lib.n\n", project="X").output == "5\n"
    own.gateway.system.util.sendMessage("X", "h")
    assert own.drain(DEADLINE)
    assert [d.output for d in own.trace] == ["5\n"]
    assert [d.rule for d in own.diagnostics] == ["syntax"]


def test_output_streams_while_it_runs(host, heard):
    """What a script prints is passed on before it ends, on the thread that runs it."""
    own = host()
    own.system.provide("test.wait", lambda: heard.wait(1) and None)
    threads = set()

    def take(text):
        threads.add(threading.get_ident())
        heard(text)

    result = own.gateway.run("print 'first'\nsystem.test.wait()\nprint 'last'\n", output=take)
    assert result.ok, result
    assert "".join(heard.values) == result.output == "first\nlast\n"
    assert threads == {threading.get_ident()}


@pytest.mark.parametrize("scope", ["gateway", "client", "designer"])
def test_each_scope_sees_its_own_system(projects, host, scope):
    """Gateway, client and designer scripts know who they are and whose libraries they see."""
    projects.library("X", "lib", "def kind():\n    return system.util.getSystemFlags()\n")
    own = host()
    ids = {"gateway": ""}
    if scope == "gateway":
        run = lambda text: own.gateway.run(text, project="X")  # noqa: E731
    else:
        open_ = own.open_client if scope == "client" else own.open_designer
        session = open_("X")
        run, ids[scope] = session.run, session.id
    text = "print project.lib.kind(), system.util.getProjectName()\n"
    assert run(text).output == {"gateway": "0 X\n", "client": "4 X\n", "designer": "1 X\n"}[scope]
    if scope != "gateway":
        assert run("print system.util.getClientId()\n").output == f"{ids[scope]}\n"


def test_a_designer_is_held_to_its_mode(projects, host):
    """The host, not the worker, decides whether a designer may send."""
    projects.handler("X", "G", "h", "pass")
    own = host()
    designer = own.open_designer("X", comm="read-only")
    text = "print len(system.util.sendMessage('X', 'h', scope='G'))\n"
    assert "communication mode is read-only" in designer.run(text).traceback
    designer.comm = "read-write"
    assert designer.run(text).output == "1\n"
    assert own.drain(DEADLINE)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("while True:\n    pass\n", 'File "a b.py", line 2'),
        ("def f():\n    return sum(xrange(10 ** 13))\nf()\n", 'File "a b.py", line 3'),
        ("import time\ntime.sleep(100)\n", 'File "a b.py", line 3'),
        ("x = max(iter(int, 1))\n", 'File "a b.py", line 2'),
    ],
    ids=["loop", "c-call", "sleep", "iterator"],
)
def test_a_script_ends_at_its_deadline(host, body, line):
    """Python or C, a script is stopped within its timeout and 100 ms; its output is kept."""
    own = host()
    assert answers(own)
    result = own.gateway.run("print 'in'\n" + body, "a b.py", timeout=0.3)
    assert (result.ok, result.stopped, result.output) == (False, True, "in\n")
    assert 0.25 < result.duration < 0.4
    assert line in result.traceback
    assert result.traceback.endswith("Stopped: the deadline has passed\n")
    assert answers(own)


def test_values_have_a_size(host):
    """What would take for ever to compute is an error at once, with no timeout at all."""
    result = host().gateway.run("x = 9 ** 9 ** 9\n", timeout=None)
    assert not result.ok
    assert "x = 9 ** 9 ** 9" in result.traceback


def test_memory_ends_as_a_failure_of_the_script(host):
    """A script that takes all memory fails as scripts do, in its own words or in its worker's."""
    own = host(memory=64)
    result = own.gateway.run("x = []\nwhile True:\n    x.append('x' * 100000 + str(len(x)))\n")
    assert not result.ok
    assert "MemoryError" in result.traceback or "memory" in result.traceback
    assert answers(own)


def test_a_worker_that_dies_is_a_failed_script(host, heard):
    """Whatever ends the worker, the run is a value that says so."""
    own = host()
    own.system.provide("test.say", heard)
    results = []
    text = "system.test.say(1)\nwhile True:\n    pass\n"
    thread = threading.Thread(target=lambda: results.append(own.gateway.run(text)))
    thread.start()
    heard.wait(1)
    [script] = fleet.fleet_of(own)._scripts
    os.kill(script._worker.process, 9)
    thread.join(DEADLINE)
    assert not results[0].ok
    assert "ended by SIGKILL" in results[0].traceback
    assert answers(own)


def test_running_shows_it_and_close_ends_it(host, heard):
    """An operator sees a user script with the line it is on; closing the host stops it."""
    own = host()
    own.system.provide("test.say", heard)
    results = []
    text = "system.test.say(1)\nx = sum(xrange(10 ** 13))\n"
    thread = threading.Thread(target=lambda: results.append(own.gateway.run(text, "slow.py")))
    thread.start()
    heard.wait(1)
    [running] = own.running()
    while running.line == 1:
        [running] = own.running()
    assert (running.handler, running.file, running.line) == ("slow.py", "slow.py", 2)
    own.close(0.1)
    thread.join(DEADLINE)
    assert results[0].stopped


def test_what_it_started_goes_on_and_is_waited_for(projects, host):
    """Callbacks and threads outlive the script; a drain waits for them, whenever they come."""
    projects.handler("X", "G", "double", "return 2 * payload['n']")
    own = host()
    text = (
        "def show(value):\n    print 'got', value\n"
        "for n in range(10):\n"
        "    system.util.sendRequestAsync('X', 'double', {'n': n}, onSuccess=show)\n"
        "system.util.invokeAsynchronous(lambda: show('thread'))\n"
    )
    for _ in range(5):
        before = len(own.logbook)
        assert own.gateway.run(text, project="X").ok
        assert own.drain(DEADLINE)
        lines = sorted(str(r).rpartition(" got ")[2] for r in list(own.logbook)[before:])
        assert lines == sorted([*(str(2 * n) for n in range(10)), "thread"])


def test_what_it_left_running_ends_in_time(host):
    """A thread that a script left is ended with its timeout, in C too, and then nothing is left."""
    own = host()
    text = "def hog():\n    sum(xrange(10 ** 13))\nsystem.util.invokeAsynchronous(hog)\n"
    began = time.monotonic()
    own.gateway.run(text, timeout=0.3)
    assert own.drain(DEADLINE)
    assert time.monotonic() - began < 3
    assert answers(own)


def test_a_flood_of_output_is_bounded(host):
    """A script prints as much as it may, and is stopped then."""
    own = host(output=100_000)
    result = own.gateway.run("while True:\n    print 'x' * 1000\n", timeout=10)
    assert result.stopped
    assert len(result.output) == 100_000
    assert "printed more than 100000 characters" in result.traceback


def test_a_source_that_does_not_come_to_an_end_is_a_diagnostic(host, monkeypatch):
    """Compiling has a time of its own, after which the worker is ended."""
    monkeypatch.setattr(scripts, "COMPILE_SECONDS", 0.05)
    own = host()
    slow = "\n".join(f"x{n} = [{n}, {{'a': {n}}}]" for n in range(15_000))
    [diagnostic] = own.gateway.run(slow).diagnostics
    assert diagnostic.rule == "compile-limit"
    assert answers(own)


def test_texts_that_utf8_cannot_carry(projects, host):
    """A lone surrogate in what is printed or raised ends nothing."""
    body = "print unichr(0xD800)\n"
    own = host()
    projects.handler("X", "G", "h", body + "raise ValueError(unichr(0xD800))")
    own.loader.refresh()
    result = own.gateway.run(body)
    assert (result.ok, result.output) == (True, "?\n")
    own.gateway.system.util.sendMessage("X", "h")
    assert own.drain(DEADLINE)
    assert [d.status for d in own.trace] == ["failed"]


def test_runs_leave_nothing(host):
    """Many runs, killed ones among them, leave no descriptor, thread or worker."""
    own = host()
    texts = ["x = 1\n", "raise SystemExit\n", "x = (\n", "print 'x' * 10000\n"]
    for text in texts:
        own.gateway.run(text, timeout=1)
    own.gateway.run("sum(xrange(10 ** 13))\n", timeout=0.05)

    def left():
        return len(os.listdir("/proc/self/fd")), threading.active_count()

    settle(own)
    before = left()
    for n in range(100):
        own.gateway.run(texts[n % 4], timeout=1)
        if n % 20 == 0:
            own.gateway.run("sum(xrange(10 ** 13))\n", timeout=0.05)
    settle(own)
    assert left() <= before


def settle(host):
    end = time.monotonic() + DEADLINE
    while fleet.fleet_of(host)._scripts:
        assert time.monotonic() < end
        threading.Event().wait(0.01)
    for thread in threading.enumerate():
        if thread.name.startswith("worker script"):
            thread.join(DEADLINE)


ABUSES = sorted(FIXTURES.glob("abuses/*.py2"))
PARTS = 16


@pytest.mark.parametrize("part", range(PARTS))
def test_abuses_end_and_the_host_answers(host, part):
    """Each of the corpus ends in time, and the host answers after it."""
    own = host()
    late = {}
    for path in ABUSES[part::PARTS]:
        began = time.monotonic()
        own.gateway.run(path.read_text(), path.name, timeout=0.15)
        took = time.monotonic() - began
        assert answers(own), path.name
        # Compiling and forking, on a machine that does other things too, are in it.
        if took > 1.5:
            late[path.name] = took
    assert late == {}
    assert own.drain(DEADLINE)


@pytest.mark.parametrize("text", ["while True: print 'x'\n", "while True: print 'x' * 99\n"])
def test_slow_output_puts_off_no_deadline(host, text):
    """Whoever takes the output may be slow: what came meanwhile comes in one piece."""
    own = host()
    assert answers(own)
    pause, pieces = threading.Event(), []

    def take(text):
        pieces.append(text)
        pause.wait(0.002)

    began = time.monotonic()
    result = own.gateway.run(text, timeout=0.5, output=take)
    assert time.monotonic() - began < 2.0
    assert result.stopped
    assert "".join(pieces) == result.output


def test_output_that_is_never_taken_puts_off_no_deadline(host):
    """The worker is ended at its time though the thread that runs the script is held up."""
    own = host()
    assert answers(own)

    def take(text):
        wait_for(lambda: not fleet.fleet_of(own)._scripts)

    result = own.gateway.run("print 1\nwhile True:\n    pass\n", timeout=0.3, output=take)
    assert result.stopped
    assert result.traceback.endswith("Stopped: the deadline has passed\n")


def test_an_end_before_its_output_is_taken_is_an_end(host):
    """What ended in time did, however long it takes until somebody sees it."""
    own = host()
    assert answers(own)
    held = []

    def take(text):
        if not held:
            (script,) = fleet.fleet_of(own)._scripts
            held.append(script)
            wait_for(script._ended.is_set)
            script._until = time.monotonic()

    result = own.gateway.run("print 1\nprint 2\n", timeout=5, output=take)
    assert result.ok, result
    assert result.output == "1\n2\n"


PRINTED, END = protocol.Printed("x"), protocol.ScriptEnd(None, False, 0.0, [])


@pytest.mark.parametrize(
    "said",
    [
        [PRINTED],
        [protocol.Begun(), protocol.Printed("")],
        [protocol.Begun(), protocol.Begun()],
        [END, protocol.Begun()],
        [protocol.Begun(), END, END],
        [protocol.Begun(), END, *[protocol.Printed("x" * 100_000)] * 3],
    ],
    ids=["unbegun", "empty", "begun", "late", "ended", "after"],
)
def test_what_no_script_would_say_ends_its_worker(host, said):
    """It is told from what an honest one says, and nothing is kept of what comes after it."""
    script = scripts.UserScript(host(output=1_000).gateway, "", "f.py", None, None)
    faults = [script._fault(message, []) for message in said]
    assert faults[:-1] == [""] * (len(said) - 1)
    assert faults[-1]
    other = scripts.UserScript(host().gateway, "", "f.py", None, None)
    other._take([protocol.Begun(), protocol.Printed(""), *[PRINTED] * 1_000])
    assert type(other._came.get(0.0)) is protocol.Begun
    assert other._came.get(0.0) is None
