"""Deadlines and memory: the operator's, which a project's own files lower and never raise."""

import json
import threading

import pytest

from runtime import ScriptHost
from runtime.executors import fleet
from runtime.limits import memory_for
from sandbox.isolation.probe import probe

DEADLINE = 20.0
LOCKABLE = probe().available
TIERS = ["thread", "process"] if LOCKABLE else ["thread"]
locked = pytest.mark.skipif(not LOCKABLE, reason="this machine cannot lock a process")
LOOP = "while True:\n\tpass"


def send(host, handler, project="X"):
    host.gateway.system.util.sendMessage(project, handler, {}, "G")


def assert_stopped(host, wanted):
    """Each handler was stopped at its own deadline; a busy machine may be late with it."""
    assert host.drain(DEADLINE)
    found = {d.message.handler: d for d in host.trace}
    assert set(found) == set(wanted)
    for handler, seconds in wanted.items():
        # In a worker that got no processor in time, the host has to end it.
        assert found[handler].status in ("stopped", "killed")
        took = found[handler].finished_at - found[handler].started_at
        assert seconds - 0.02 < took < seconds + 0.3, (handler, took)


@pytest.mark.parametrize("tier", TIERS)
def test_a_python_loop_stops_in_time(projects, open_host, tier):
    """A loop, whatever it swallows, ends within its deadline and 100 ms."""
    projects.handler("X", "G", "warm", "pass")
    projects.handler("X", "G", "loop", LOOP)
    projects.handler(
        "X", "G", "swallow", "while True:\n\ttry:\n\t\twhile True:\n\t\t\tpass\n\texcept:\n\t\tpass"
    )
    host = open_host(tier=tier, deadline=0.4)
    send(host, "warm")
    assert host.drain(DEADLINE)
    for handler in ("loop", "swallow"):
        send(host, handler)
        assert host.drain(DEADLINE)
        last = list(host.trace)[-1]
        assert last.status == "stopped"
        assert 0.35 < last.finished_at - last.started_at < 0.5


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("clause", ["nosuchname", "object", "{}['x']"])
def test_a_clause_that_fails_does_not_hide_the_stop(projects, open_host, tier, clause):
    """Looking for what a clause names raises in the place of the stop; the run was stopped."""
    text = f"try:\n\twhile True:\n\t\tpass\nexcept {clause}:\n\tpass"
    projects.handler("X", "G", "h", text)
    host = open_host(tier=tier, deadline=0.2)
    send(host, "h")
    assert host.drain(DEADLINE)
    (last,) = host.trace
    assert (last.status, last.error) == ("stopped", "the deadline has passed")
    result = host.gateway.run(text, timeout=0.2)
    assert result.stopped
    assert "Stopped: the deadline has passed" in result.traceback


@locked
@pytest.mark.parametrize(
    "body",
    [
        "x = sum(xrange(10 ** 13))",
        "x = 10 ** 10 ** 8",
        "import time\ntime.sleep(100)",
        "x = max(iter(int, 1))",
    ],
    ids=["sum", "power", "sleep", "iter"],
)
def test_anything_at_all_stops_in_time(projects, open_host, body):
    """In a worker also what never comes back from C ends within its deadline and 100 ms."""
    projects.handler("X", "G", "warm", "pass")
    projects.handler("X", "G", "h", body)
    host = open_host(tier="process", deadline=0.4)
    send(host, "warm")
    assert host.drain(DEADLINE)
    send(host, "h")
    assert host.drain(DEADLINE)
    last = list(host.trace)[-1]
    assert last.status in ("stopped", "killed", "failed")
    assert last.finished_at - last.started_at < 0.5


@pytest.mark.parametrize("tier", TIERS)
def test_a_handlers_own_file_lowers_its_deadline(projects, open_host, tier):
    """``deadline`` in resource.json holds where it is lower than the operator's."""
    projects.handler("X", "G", "low", LOOP, deadline=0.2, threadType="Dedicated")
    projects.handler("X", "G", "high", LOOP, deadline=60)
    host = open_host(tier=tier, deadline=0.6)
    send(host, "low")
    send(host, "high")
    assert_stopped(host, {"low": 0.2, "high": 0.6})


@pytest.mark.parametrize("tier", TIERS)
def test_a_project_lowers_its_deadline(projects, open_host, tier):
    """``deadline`` in project.json holds for all of its scripts, user scripts included."""
    projects.project("X", deadline=0.2)
    projects.handler("X", "G", "h", LOOP)
    host = open_host(tier=tier)
    send(host, "h")
    assert_stopped(host, {"h": 0.2})
    result = host.gateway.run("while True:\n    pass\n", project="X")
    assert result.stopped
    assert result.duration == pytest.approx(0.2, abs=0.1)
    assert host.gateway.run("print 1\n", project="X", timeout=5).ok


@pytest.mark.parametrize("tier", TIERS)
def test_the_operator_limits_single_projects(projects, open_host, tier):
    """``[limits.projects.X]`` takes the place of the host's for that project alone."""
    projects.handler("X", "G", "x", LOOP)
    projects.handler("Y", "G", "y", LOOP)
    (projects.root / "pilotlight.toml").write_text(
        "[limits]\ndeadline = 0.7\n[limits.projects.X]\ndeadline = 0.2\noutput = 10\n"
    )
    host = open_host(tier=tier)
    send(host, "x")
    send(host, "y", "Y")
    assert_stopped(host, {"x": 0.2, "y": 0.7})
    assert host.gateway.run("print 'x' * 100\n", project="X").output == "x" * 10
    assert host.gateway.run("print 'x' * 100\n", project="Y").ok


def test_a_reload_changes_the_limits(projects, open_host):
    """A saved deadline holds from the next start on."""
    projects.handler("X", "G", "h", LOOP, deadline=0.1)
    host = open_host(deadline=1.0)
    send(host, "h")
    assert_stopped(host, {"h": 0.1})
    projects.handler("X", "G", "h", LOOP, deadline=0.5)
    assert host.loader.refresh() is not None
    send(host, "h")
    assert_stopped(host, {"h": 0.5})


@pytest.mark.parametrize("value", ["soon", 0, -1, True, 10**400])
def test_a_deadline_that_is_none_is_a_diagnostic(projects, open_host, value):
    """What is no number over 0 is said, as any wrong attribute is."""
    projects.handler("X", "G", "h", "pass", deadline=value)
    host = open_host()
    assert [d.rule for d in host.diagnostics] == ["type"]


def test_memory_is_the_least_of_all(projects, open_host):
    """The operator's for the project, and the project's own where it is lower."""
    for name, own in (("X", 32), ("Y", 999)):
        projects.project(name, memory=own)
    host = open_host(memory=128, project_limits={"Y": {"memory": 64}})
    assert memory_for(host, "X", host.generation_of("X")) == 32 << 20
    assert memory_for(host, "Y", host.generation_of("Y")) == 64 << 20
    assert memory_for(host, "", None) == 128 << 20


@pytest.mark.parametrize("tier", TIERS)
def test_the_overdue_are_told_with_their_line(projects, open_host, tier):
    """An overdue handler is reported once, with its line, and goes on where nothing limits it."""
    gate, told = threading.Event(), threading.Event()
    projects.handler("X", "G", "h", "x = 1\nsystem.test.wait()")
    host = open_host(tier=tier, overdue=0.05)
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.observe(lambda event: "overdue" in str(event) and told.set())
    send(host, "h")
    assert told.wait(DEADLINE)
    gate.set()
    assert host.drain(DEADLINE)
    assert [d.status for d in host.trace] == ["done"]
    [line] = [r.message for r in host.logbook if "overdue" in r.message]
    assert "handleMessage.py:3" in line
    assert "it is not stopped, for no deadline is set" in line


@locked
def test_workers_are_replaced_after_their_share(projects, open_host):
    """After ``sandbox.recycle`` deliveries a fresh worker goes on; nothing is lost or run twice."""
    projects.handler("X", "G", "h", "system.test.say(payload['n'])")
    projects.handler("X", "G", "d", "system.test.say(payload['n'])", threadType="Dedicated")
    said = []
    host = open_host(tier="process", recycle=50)
    host.system.provide("test.say", said.append)
    processes = set()
    for n in range(400):
        host.gateway.system.util.sendMessage("X", "hd"[n % 2], {"n": n}, "G")
        if n % 100 == 99:
            assert host.drain(DEADLINE)
            processes.add(fleet.fleet_of(host)._links[0].process)
    assert sorted(said) == list(range(400))
    assert [n for n in said if n % 2] == list(range(1, 400, 2))
    assert host.trace.counters.done == 400
    assert len(processes) > 1


@locked
def test_dedicated_handlers_may_have_workers_of_their_own(projects, open_host):
    """With ``sandbox.dedicated_workers`` a hog that is killed costs nobody else's work."""
    projects.handler("X", "G", "hog", "x = 10 ** 10 ** 8", threadType="Dedicated")
    projects.handler("X", "G", "wait", "system.test.wait()\nprint 'went on'")
    gate = threading.Event()
    host = open_host(tier="process", deadline=None, dedicated_workers=True)
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    send(host, "wait")
    send(host, "hog")
    hog = next(d for d in host.trace if d.message.handler == "hog")
    end = threading.Event()
    for _ in range(200):
        if hog.status == "running":
            break
        end.wait(0.05)
    assert len(fleet.fleet_of(host)._links) == 2
    assert host.kill(hog.id)
    for _ in range(200):
        if hog.status == "killed":
            break
        end.wait(0.05)
    gate.set()
    assert host.drain(DEADLINE)
    assert {d.message.handler: d.status for d in host.trace} == {"wait": "done", "hog": "killed"}


def test_flags_lower_and_raise_as_the_operator_says(projects):
    """A flag takes the place of the file's setting: it is the operator's too."""
    projects.project("X")
    (projects.root / "pilotlight.toml").write_text("[limits]\ndeadline = 1\n")
    with ScriptHost.open(projects.root, watch=False, deadline=3.0) as host:
        assert host.deadline == 3.0
    assert json.loads((projects.root / "X" / "project.json").read_text()) == {"title": "X"}


DEPTH = "def down(n):\n\treturn down(n + 1)\n"
MEASURE = (
    "deepest = [0]\n"
    "def down(n):\n\tdeepest[0] = n\n\tdown(n + 1)\n"
    "try:\n\tdown(1)\nexcept RuntimeError, error:\n\tprint error\n"
    "import sys\nprint deepest[0], sys.getrecursionlimit()\n"
    "f = lambda n: f(n + 1)\n"
    "try:\n\tf(1)\nexcept RuntimeError, error:\n\tprint 'lambda', error\n"
    "class A(object):\n\tdef __getattr__(self, name):\n\t\treturn getattr(self, name + 'x')\n"
    "try:\n\tA().a\nexcept RuntimeError, error:\n\tprint 'attribute', error\n"
)


@pytest.mark.parametrize("tier", TIERS)
def test_calls_nest_as_deep_as_the_operator_says(projects, open_host, tier):
    """limits.recursion holds for user scripts and handlers; a project's own limit for its own."""
    for name in ("X", "Y"):
        projects.handler(name, "G", "h", MEASURE)
    host = open_host(tier=tier, recursion=300, project_limits={"Y": {"recursion": 50}})
    send(host, "h", "X")
    send(host, "h", "Y")
    assert host.drain(DEADLINE)
    texts = [d.output for d in host.trace]
    texts.append(host.gateway.run(MEASURE).output)
    texts.append(host.gateway.run(MEASURE, project="Y").output)
    for text, limit in zip(texts, (300, 50, 300, 50), strict=True):
        words, numbers, in_lambda, in_attribute = text.splitlines()
        assert words == "maximum recursion depth exceeded"
        deepest, told = map(int, numbers.split())
        assert told == limit
        # The handler's own function is one of the calls.
        assert limit - 2 <= deepest <= limit
        assert in_lambda == "lambda maximum recursion depth exceeded"
        assert in_attribute == "attribute maximum recursion depth exceeded"


def test_a_limit_of_recursion_is_no_more_than_the_interpreters(open_host):
    """More than it allows cannot be promised, and less than the helpers need cannot be kept."""
    for wrong in (5, 2000):
        with pytest.raises(ValueError, match=r"limits\.recursion"):
            open_host(recursion=wrong)


@pytest.mark.parametrize("tier", TIERS)
def test_a_flood_of_log_is_bounded_and_said(projects, open_host, tier):
    """Lines over the rate are dropped, and the log says how many were; other projects' are not."""
    for name in ("X", "Y"):
        projects.handler(name, "G", "h", "for n in range(1000):\n\tprint n")
    projects.handler("X", "G", "late", "import time\ntime.sleep(1.1)\nprint 'late'")
    host = open_host(tier=tier, log_rate=100, project_limits={"Y": {"log_rate": 2000}})
    send(host, "h")
    send(host, "h", "Y")
    send(host, "late")
    assert host.drain(DEADLINE)
    lines = [record.logger for record in host.logbook]
    assert 100 <= lines.count("X.h") <= 200
    assert lines.count("Y.h") == 1000
    told = "lines that scripts of project X logged were dropped"
    assert any(told in str(record) for record in host.logbook)


@pytest.mark.parametrize("tier", TIERS)
def test_the_size_of_what_travels_is_the_operators(projects, open_host, tier):
    """A payload, or a reply, that is larger than limits.payload is an error that names it."""
    projects.handler("X", "G", "h", "return 'x' * payload.get('n', 1)", threadType="Dedicated")
    host = open_host(tier=tier, payload=8)
    for send_it in (
        "system.util.sendMessage('X', 'h', {'a': 'x' * 9000}, 'G')",
        "system.util.sendRequest('X', 'h', {'a': 'x' * 9000})",
    ):
        result = host.gateway.run(send_it)
        assert "payload: it has 9 KiB, and limits.payload allows 8" in result.traceback
    assert host.gateway.run("print len(system.util.sendRequest('X', 'h', {'n': 8000}))").ok
    result = host.gateway.run("print len(system.util.sendRequest('X', 'h', {'n': 9000}))")
    assert "what h returned: it has 9 KiB, and limits.payload allows 8" in result.traceback
