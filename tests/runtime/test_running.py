"""What an operator sees of a host, and stops: handlers, user scripts, and what those started."""

import subprocess
import sys
import threading
import weakref
from time import perf_counter

import pytest

from runtime.executors.base import Running
from runtime.monitor import Monitor
from runtime.underway import Numbers, Script
from sandbox.isolation.probe import probe
from tests.runtime.conftest import DEADLINE

LOOP = "while True:\n\tpass\n"
ENDLESS = {
    "invokeAsynchronous": "def forever():\n\twhile True: pass\n"
    "system.util.invokeAsynchronous(forever)\n",
    "threading": "import threading\ndef forever():\n\twhile True: pass\n"
    "threading.Thread(target=forever, name='spinner').start()\n",
    "java": "from java.lang import Thread\nclass T(Thread):\n\tdef run(self):\n"
    "\t\twhile True: pass\nT().start()\n",
}


def seen(host, check, count=1):
    """Look until so many of what runs pass the check; gives them."""
    pause = threading.Event()
    for _ in range(1000):
        found = [one for one in host.running() if check(one)]
        if len(found) == count:
            return found
        pause.wait(0.01)
    raise AssertionError(f"never {count}: {host.running()}")


def until(check):
    """Look until the check passes; False when it never does."""
    pause = threading.Event()
    return any(check() or pause.wait(0.01) for _ in range(1000))


def test_a_user_script_is_listed_with_its_line_and_can_be_stopped(projects, open_host):
    """It has a number of its own, which no delivery has, and ends with the operator's reason."""
    projects.handler("X", "G", "h", "pass")
    host = open_host()
    host.gateway.system.util.sendMessage("X", "h")
    results = []
    thread = threading.Thread(
        target=lambda: results.append(host.gateway.run("x = 1\n" + LOOP, "mine.py", project="X"))
    )
    thread.start()
    (script,) = seen(host, lambda one: one.file == "mine.py" and one.line > 1)
    assert (script.delivery, script.project, script.receiver) == (0, "X", "Gateway")
    assert script.script not in [d.id for d in host.trace]
    assert [one.script for one in host.running() if one.file == "mine.py"] == [script.script]
    assert host.kill(script.number, "enough of it")
    thread.join(DEADLINE)
    (result,) = results
    assert (result.ok, result.stopped) == (False, True)
    assert "enough of it" in result.traceback
    assert host.kill(script.number) is False


@pytest.mark.parametrize("how", ENDLESS)
def test_what_a_handler_started_is_listed_and_can_be_stopped(projects, open_host, how):
    """Threads that outlive their handler stay within the operator's reach."""
    projects.handler("X", "G", "h", ENDLESS[how])
    host = open_host()
    host.gateway.system.util.sendMessage("X", "h")
    assert seen(host, lambda one: one.delivery, 0) == []
    (left,) = seen(host, lambda one: one.script and one.line)
    # A worker reports the end of a handler a little later than it starts the next thing.
    assert until(lambda: [d.status for d in host.trace] == ["done"])
    assert (left.project, left.receiver, left.delivery) == ("X", "Gateway", 0)
    assert left.file == "X/ignition/message/h/handleMessage.py"
    assert host.kill(left.number, "enough")
    assert seen(host, lambda one: one.script, 0) == []
    assert host.drain(DEADLINE)


def test_what_a_user_script_left_running_is_within_reach(projects, open_host):
    """A script that has ended, and whose thread has not."""
    projects.project("X")
    host = open_host()
    assert host.gateway.run(ENDLESS["invokeAsynchronous"], "mine.py", project="X").ok
    (left,) = seen(host, lambda one: one.script and one.line)
    assert left.file == "mine.py"
    assert host.kill(left.number, "enough")
    assert seen(host, lambda one: one.script, 0) == []


def test_nobody_sees_the_scripts_of_another_host(projects, open_host):
    """Hosts of one process have lists of their own."""
    projects.handler("X", "G", "h", ENDLESS["threading"])
    host, other = open_host(), open_host()
    host.gateway.system.util.sendMessage("X", "h")
    (left,) = seen(host, lambda one: one.script)
    assert other.running() == []
    assert other.kill(left.number) is False
    assert host.kill(left.number)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("return {'a': [1, 2L, u'x', (3,)], 'b': None}", "{'a': [1, 2L, u'x', (3,)], 'b': None}"),
        ("return 'x' * 5000", "'" + "x" * 999 + "…"),
        ("return range(10 ** 6)", str(list(range(1000)))[:1000] + "…"),
        ("return set([1.5])", "set([1.5])"),
        ("from java.util import ArrayList\nreturn ArrayList([1, u'a'])", "ArrayList[1, u'a']"),
        ("a = []\na.append(a)\nreturn a", "[" * 21 + "…" + "]" * 21),
        ("return 2 ** 20000", "<a number of 20001 bits>"),
        ("return len", "<function>"),
        ("class A(object):\n\tdef __repr__(self):\n\t\traise ValueError\nreturn A()",
         "<object of type A>"),
        ("return", ""),
        ("return False", "False"),
    ],
)
def test_the_trace_shows_what_a_handler_returned(projects, open_host, body, shown):
    """Python 2's words, bounded; nothing of the script runs for it."""
    projects.handler("X", "G", "h", body)
    host = open_host()
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(DEADLINE)
    (delivery,) = host.trace
    assert delivery.status == "done", delivery.traceback
    assert delivery.returned == shown


@pytest.mark.skipif(not probe().available, reason="this machine cannot lock a process")
def test_looking_again_and_again_harms_no_worker(projects, open_host):
    """What handlers do meanwhile, their workers go on, and each line shown is one of theirs."""
    body = (
        "def numbers(upto):\n\tfor n in range(upto):\n\t\tyield n\n"
        "\t\tfor m in numbers(n):\n\t\t\tyield m\n"
        "while True:\n\tsum(numbers(5))\n"
        "\tx = dict((n, [str(m) for m in range(n)]) for n in range(9))"
    )
    for name in ("a", "b"):
        projects.handler("X", "G", name, body, threadType="Dedicated")
    host = open_host(tier="process")
    for name in ("a", "b"):
        host.gateway.system.util.sendMessage("X", name)
    seen(host, lambda one: one.line, 2)
    shown = 0
    for _ in range(300):
        running = host.running()
        assert len(running) == 2
        for one in running:
            # Line 1 is that of the function around the body.
            assert one.line <= len(body.splitlines()) + 1, one
            shown += one.line > 0
    assert shown > 300
    assert {d.status for d in host.trace} == {"running"}
    for one in host.running():
        assert host.kill(one.number)
    assert host.drain(DEADLINE)


def test_the_overdue_are_those_of_two_looks(projects, open_host):
    """What ended while this process was frozen is not overdue; what goes on is told once."""
    gate, begun = threading.Event(), threading.Event()
    projects.handler("X", "G", "h", "system.test.wait()")
    host = open_host(overdue=0.01)
    host.monitor.close()
    host.system.provide("test.wait", lambda: begun.set() or (gate.wait(DEADLINE) and None))

    def told():
        return [r.message for r in host.logbook if r.message.startswith("overdue")]

    def late():
        pause = threading.Event()
        while not (d := next(iter(host.trace))).started_at or perf_counter() - d.started_at < 0.02:
            pause.wait(0.005)

    host.gateway.system.util.sendMessage("X", "h")
    assert begun.wait(DEADLINE)
    late()
    monitor = Monitor(host, lambda: 0)
    monitor.look()
    assert told() == []
    for _ in range(3):
        monitor.look()
    assert len(told()) == 1

    frozen = Monitor(host, lambda: 0)
    frozen.look()
    gate.set()
    assert host.drain(DEADLINE)
    frozen.look()
    assert len(told()) == 1


def test_an_attached_process_leaves_it_to_its_gateway(projects, open_host, monkeypatch):
    """Both of them see that a handler is overdue; one of them says so."""
    gate, begun = threading.Event(), threading.Event()
    projects.handler("X", "G", "h", "system.test.wait()")
    host = open_host(overdue=0.0001)
    host.monitor.close()
    host.system.provide("test.wait", lambda: begun.set() or (gate.wait(DEADLINE) and None))
    host.gateway.system.util.sendMessage("X", "h")
    assert begun.wait(DEADLINE)
    monkeypatch.setattr(host, "upstream", object())
    monitor = Monitor(host, lambda: 0)
    for _ in range(3):
        monitor.look()
    assert not [r for r in host.logbook if r.message.startswith("overdue")]
    monkeypatch.undo()
    gate.set()


def test_a_number_stays_and_keeps_nothing_alive():
    """A thing has one number at every look, and is let go some time after it was seen last."""

    class Key:
        pass

    running = Running(0, "X", "h", "Gateway", "t", 1.0, "", 0)
    numbers = Numbers()
    lasting, passing = Key(), Key()
    gone = weakref.ref(passing)
    scripts = [Script(lasting, running, bool), Script(passing, running, bool)]
    assert {one.key: n for n, one in numbers.given(scripts).items()} == {lasting: 1, passing: 2}
    del scripts[1], passing
    for _ in range(200):
        assert list(numbers.given(scripts)) == [1]
    assert gone() is None


@pytest.mark.parametrize(
    "call",
    [
        "system.util.sendRequestAsync('X', 'ask', {}, onSuccess=partial(system.test.say, 1))",
        "system.util.sendRequestAsync('X', 'ask', {}, onSuccess=log.error)",
        "system.util.sendRequestAsync('X', 'ask', {}, onSuccess=partial(system.tag.write, 'T'))",
        "system.util.sendRequestAsync('X', 'ask', {}, "
        "onSuccess=partial(system.util.sendMessage, 'X'))",
        "threading.Timer(0.3, system.tag.write, ['T', 'ran']).start()",
    ],
)
def test_what_a_stopped_run_handed_over_does_nothing_more(projects, open_host, heard, call):
    """A function of the host's own is called for no run that has been stopped."""
    gate = threading.Event()
    projects.handler("X", "G", "ask", "system.test.wait()\nreturn 'ran'", threadType="Dedicated")
    projects.handler("X", "G", "ran", "system.test.say('sent')")
    host = open_host()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.system.provide("test.say", heard)
    host.tags.define("T", "before")
    source = (
        "import threading\nfrom functools import partial\nlog = system.util.getLogger('late')\n"
        f"{call}\n{LOOP}"
    )
    projects.handler("X", "G", "bad", source)
    host.loader.refresh()
    host.gateway.system.util.sendMessage("X", "bad")
    (script,) = seen(host, lambda one: one.handler == "bad" and one.line > 5)
    assert host.kill(script.number)
    assert until(lambda: "stopped" in [d.status for d in host.trace if d.message.handler == "bad"])
    gate.set()
    assert host.drain(DEADLINE)
    assert heard.values == []
    assert host.tags.read(["T"])[0].value == "before"
    assert [r for r in host.logbook if r.logger == "late"] == []


@pytest.mark.parametrize(
    "start",
    ["threading.Thread(target=hold).start()", "system.util.invokeAsynchronous(hold)"],
)
def test_each_project_has_so_many_threads_of_its_own(projects, open_host, start):
    """What one project starts is bounded, whichever way it starts it, and takes nobody's."""
    gate = threading.Event()
    source = (
        "import threading\ndef hold(): system.test.wait()\n"
        f"for i in xrange({{}}):\n\ttry: {start}\n"
        "\texcept RuntimeError, e:\n\t\tprint i, e\n\t\tbreak\n"
    )
    projects.handler("X", "G", "h", source.format(100))
    projects.handler("Y", "G", "h", source.format(1))
    host = open_host(tier="thread")
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    for project in ("X", "Y"):
        host.gateway.system.util.sendMessage(project, "h", {}, "G")
        assert until(lambda: all(d.status == "done" for d in host.trace))
    assert [d.output for d in host.trace] == [
        "64 can't start new thread: scripts may have 64 here\n",
        "",
    ]
    gate.set()
    assert host.drain(DEADLINE)
    host.gateway.system.util.sendMessage("X", "h", {}, "G")
    assert host.drain(DEADLINE)


ROOMY = """
import resource, threading
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from sandbox.limits_stack import start_for_scripts
gate = threading.Event()
started = 0
try:
    while started < 1000:
        start_for_scripts(threading.Thread(target=gate.wait, daemon=True), many=True)
        started += 1
except RuntimeError:
    pass
own = threading.Thread(target=gate.wait, daemon=True)
own.start()
room = bytearray(100 << 20)
gate.set()
own.join()
print(50 < started < 1000)
"""


def test_threads_of_scripts_leave_the_host_room_of_its_own():
    """Where address space is bounded, what scripts start does not take the last of it."""
    done = subprocess.run([sys.executable, "-c", ROOMY], capture_output=True, text=True, timeout=60)
    assert done.stdout == "True\n", done.stderr


def test_nobody_waits_for_a_top_level_to_end(projects, open_host):
    """While a handler's file is run for the first time, others of its project run as ever."""
    gate, begun = threading.Event(), threading.Event()
    projects.handler("X", "G", "h", "pass").handler(
        "X", "G", "i", "return 7", threadType="Dedicated"
    )
    file = projects.root / "X/ignition/message/h/handleMessage.py"
    file.write_text("system.test.wait()\n" + file.read_text())
    host = open_host(tier="thread")

    def wait():
        begun.set()
        gate.wait(DEADLINE)

    host.system.provide("test.wait", wait)
    host.gateway.system.util.sendMessage("X", "h", {}, "G")
    assert begun.wait(DEADLINE)
    assert host.gateway.run("print 1", "w.py", project="X", timeout=DEADLINE).output == "1\n"
    assert host.gateway.system.util.sendRequest("X", "i", {}, timeoutSec=DEADLINE) == 7
    gate.set()
    assert host.drain(DEADLINE)
