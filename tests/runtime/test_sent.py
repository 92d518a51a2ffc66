"""What waits of a flood goes with the run that is stopped; what others sent does not."""

import threading

import pytest

from runtime.executors import fleet
from runtime.sent import FLOOD
from sandbox.isolation.probe import probe
from tests.runtime.conftest import DEADLINE, logged, wait_for

TIERS = ["thread", "process"] if probe().available else ["thread"]
FLOODS = {
    "messages": "while True:\n\tsystem.util.sendMessage('X', 'a', {}, 'G')",
    "requests": "while True:\n\tsystem.util.sendRequestAsync('X', 'a', {})",
    "swallows": (
        "while True:\n\ttry:\n\t\twhile True:\n\t\t\tsystem.util.sendMessage('X', 'a', {}, 'G')\n"
        "\texcept:\n\t\tpass"
    ),
    "thread": (
        "def flood():\n\twhile True:\n\t\tsystem.util.sendMessage('X', 'a', {}, 'G')\n"
        "system.util.invokeAsynchronous(flood)"
    ),
}


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(
    ("flood", "thread_type"),
    [("messages", "Dedicated"), *((flood, "Shared") for flood in FLOODS)],
)
def test_a_flood_ends_with_its_run(projects, open_host, tier, flood, thread_type):
    """A script that sends without end, to a handler that does the same, is over when stopped."""
    again = FLOODS["messages" if flood == "thread" else flood]
    projects.handler("X", "G", "a", again, threadType=thread_type)
    projects.handler("Y", "G", "other", "print 'well'")
    chain = 2_000 if flood == "requests" else 20_000
    host = open_host(tier=tier, deadline=0.4, chain=chain)
    result = host.gateway.run(FLOODS[flood], project="X")
    assert result.stopped or flood in {"thread", "requests"}
    assert host.gateway.run("system.util.sendMessage('Y', 'other', {}, 'G')").ok
    assert host.drain(DEADLINE)
    counters = host.trace.counters
    assert counters.accepted > FLOOD
    if flood == "requests":
        # They are a ring, or too many at a time: each run fails at once.
        return
    # Without this a run of 0.4 s would follow for each of them.
    assert counters.undelivered >= counters.accepted - 2 * FLOOD
    told = [line for line in logged(host, "WARN", "MessageDispatchManager") if "still wait" in line]
    assert told


@pytest.mark.parametrize("tier", TIERS)
def test_what_others_sent_is_delivered(projects, open_host, tier):
    """Only messages of the run that was stopped are let go."""
    projects.handler("X", "G", "a", "pass")
    projects.handler("X", "G", "flood", FLOODS["messages"], threadType="Dedicated")
    host = open_host(tier=tier, deadline=0.4, trace=100_000)
    host.gateway.system.util.sendMessage("X", "flood", {}, "G")
    for _ in range(100):
        host.gateway.system.util.sendMessage("X", "a", {}, "G")
    assert host.drain(DEADLINE)
    mine = [d for d in host.trace if d.message.handler == "a" and d.parent is None]
    assert [d.status for d in mine] == ["done"] * 100


@pytest.mark.parametrize("tier", TIERS)
def test_a_few_messages_are_delivered_whatever_becomes_of_their_run(projects, open_host, tier):
    """A handler that is stopped has said what it said: no flood, nothing is let go."""
    projects.handler("X", "G", "a", "pass", threadType="Dedicated")
    projects.handler(
        "X",
        "G",
        "overdue",
        f"for n in range({FLOOD}):\n\tsystem.util.sendMessage('X', 'a', {{}}, 'G')\n"
        "while True:\n\tpass",
    )
    host = open_host(tier=tier, deadline=1.0)
    host.gateway.system.util.sendMessage("X", "overdue", {}, "G")
    assert host.drain(DEADLINE)
    assert host.trace.counters.done == FLOOD
    # On a busy machine a worker may not have said in time that it stopped it.
    assert host.trace.counters.stopped + host.trace.counters.killed == 1


@pytest.mark.parametrize("kind", ["script", "handler"])
@pytest.mark.skipif("process" not in TIERS, reason="this kernel cannot lock a process")
def test_too_many_open_requests_are_refused_and_harm_nobody(projects, open_host, kind):
    """A script that starts more requests than may be open is told so; its worker lives on."""
    first = "if payload['n'] == 0:\n\timport time\n\ttime.sleep(0.5)"
    projects.handler("X", "G", "slow", first)
    many = (
        "started = 0\ntry:\n\tfor n in range(1000):\n"
        "\t\tsystem.util.sendRequestAsync('X', 'slow', {'n': n})\n\t\tstarted += 1\n"
        "except java.lang.IllegalStateException, error:\n"
        "\tprint started >= 200, 'wait for some of them first' in str(error)"
    )
    text = f"import java.lang\n{many}\nreturn started"
    projects.handler("X", "G", "many", text, threadType="Dedicated")
    host = open_host(tier="process", deadline=2.0)
    if kind == "script":
        result = host.gateway.run(f"import java.lang\n{many}", project="X", timeout=2.0)
        assert result.output == "True True\n"
    else:
        assert 200 <= host.gateway.system.util.sendRequest("X", "many", {}) < 256
    assert not [line for line in logged(host, "ERROR", "Workers") if "G" in line]


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("own", [0, FLOOD + 5])
def test_a_thread_that_is_stopped_takes_what_it_sent_alone(projects, open_host, heard, tier, own):
    """What the handler sent that started it is delivered: that handler ended well."""
    many = FLOOD + 10
    projects.handler(
        "X",
        "G",
        "d",
        "def background():\n"
        f"\tfor n in range({own}):\n\t\tsystem.util.sendMessage('Y', 'slow', {{'by': 'it'}}, 'G')\n"
        "\tsystem.test.say('sent')\n"
        "\twhile True:\n\t\tpass\n"
        f"for n in range({many}):\n\tsystem.util.sendMessage('Y', 'slow', {{'by': 'd'}}, 'G')\n"
        "system.util.invokeAsynchronous(background, description='Y was taken over and')",
    )
    projects.handler("Y", "G", "slow", "system.test.wait()\nprint payload['by']")
    gate, over = threading.Event(), threading.Event()
    host = open_host(tier=tier)
    host.system.provide("test.say", heard)
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.logbook.listen(lambda line: over.set() if "taken over and failed" in str(line) else None)
    host.gateway.system.util.sendMessage("X", "d", {}, "G")
    heard.wait(1)
    (script,) = [each for each in host.running() if each.script]
    assert host.kill(script.number)
    assert over.wait(DEADLINE)
    if own:
        wait_for(lambda: logged(host, "WARN", "MessageDispatchManager"))
    gate.set()
    assert host.drain(DEADLINE)
    printed = [each.output for each in host.trace if each.message.handler == "slow"]
    assert printed.count("d\n") == many
    assert printed.count("it\n") == 0
    lines = [line for line in host.logbook if line.logger == "MessageDispatchManager"]
    assert [line.message for line in lines] == [
        f'"Y was taken over and" of d was stopped after it had sent {own} messages: those that '
        "still wait are not delivered"
    ] * bool(own)
    assert all((line.origin.project, line.origin.handler) == ("X", "d") for line in lines)


@pytest.mark.skipif("process" not in TIERS, reason="this kernel cannot lock a process")
def test_what_ends_with_its_worker_takes_its_flood_along(projects, open_host, heard):
    """A thread whose worker is lost is stopped as well; one that ended before has sent for good."""
    sends = (
        f"for n in range({FLOOD + 5}):\n"
        "\t\tsystem.util.sendMessage('Y', 'slow', {'by': '%s'}, 'G')\n"
    )
    projects.handler(
        "X",
        "G",
        "d",
        f"def ends():\n\t{sends % 'ends'}\tsystem.test.say(1)\n"
        f"def stays():\n\t{sends % 'stays'}\tsystem.test.say(2)\n\tsystem.test.stay()\n"
        "system.util.invokeAsynchronous(ends).join()\n"
        "system.util.invokeAsynchronous(stays)",
    )
    projects.handler("Y", "G", "slow", "system.test.wait()\nprint payload['by']")
    gate = threading.Event()
    host = open_host(tier="process")
    host.system.provide("test.say", heard)
    for name in ("test.wait", "test.stay"):
        host.system.provide(name, lambda: gate.wait(DEADLINE) and None)
    host.gateway.system.util.sendMessage("X", "d", {}, "G")
    heard.wait(2)
    wait_for(lambda: next(iter(host.trace)).status == "done")
    [link] = [each for each in fleet.fleet_of(host)._links if each.project == "X"]
    link.end("for a test")
    wait_for(lambda: logged(host, "WARN", "MessageDispatchManager"))
    gate.set()
    assert host.drain(DEADLINE)
    printed = [each.output for each in host.trace if each.message.handler == "slow"]
    assert (printed.count("ends\n"), printed.count("stays\n")) == (FLOOD + 5, 0)
    (told,) = logged(host, "WARN", "MessageDispatchManager")
    assert '"a function" of d was ended with its worker after it had sent 25 messages' in told
