"""Handlers that cause each other without end are stopped; chains that end, or are slow, are not."""

import json
import threading

import pytest

from runtime.chains import GROWTH, VISITS, Chains
from runtime.errors import EndlessChain
from runtime.executors import known
from runtime.message import NO_FILTER, Delivery, Message
from sandbox.isolation.probe import probe
from tests.runtime.conftest import DEADLINE, logged

TIERS = ["thread", "process"] if probe().available else ["thread"]
LIMIT = 200
RINGS = {
    "messages": "system.util.sendMessage('X', 'a', {}, 'G')",
    "requests": "system.util.sendRequestAsync('X', 'a', {})",
    "threads": (
        "def later():\n\tsystem.util.sendMessage('X', 'a', {}, 'G')\n"
        "system.util.invokeAsynchronous(later)"
    ),
    "callbacks": (
        "if payload.get('n'):\n\treturn\n"
        "def later(answer):\n\tsystem.util.sendMessage('X', 'a', {}, 'G')\n"
        "system.util.sendRequestAsync('X', 'a', {'n': 1}, onSuccess=later)"
    ),
}


def send(host, payload=None):
    host.gateway.system.util.sendMessage("X", "a", payload or {}, "G")


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(
    ("ring", "fan"), [(ring, 1) for ring in RINGS] + [("messages", 2), ("requests", 2)]
)
def test_a_ring_ends_and_says_so(projects, open_host, tier, ring, fan):
    """Messages, requests, threads and callbacks that go round are counted, many rings as one."""
    projects.handler("X", "G", "a", "\n".join([RINGS[ring]] * fan))
    projects.handler("X", "G", "other", "print 'well'")
    host = open_host(tier=tier, chain=LIMIT)
    for _ in range(10):
        send(host)
    assert host.drain(DEADLINE)
    accepted = host.trace.counters.accepted
    # The first few steps of each ring are not counted, and some rings pass by another handler.
    assert LIMIT <= accepted <= 2 * LIMIT + 10 * 2 * VISITS
    told = "a -> a: handlers of project X that cause each other have sent more than 200 messages"
    (warning,) = logged(host, "WARN", "MessageDispatchManager")
    assert told in warning
    assert host.gateway.run("system.util.sendMessage('X', 'other', {}, 'G')").ok
    assert host.drain(DEADLINE)
    assert list(host.trace)[-1].output == "well\n"


@pytest.mark.parametrize("tier", TIERS)
def test_a_ring_of_tags_ends_and_says_so(projects, open_host, tier):
    """A tag change script that writes its own tag goes round as well; the tag keeps its value."""
    folder = projects.project("X").root / "X/ignition/tag-change/t"
    folder.mkdir(parents=True)
    (folder / "resource.json").write_text(
        json.dumps({"scope": "G", "files": ["onTagChange.py"], "attributes": {"paths": ["a"]}})
    )
    (folder / "onTagChange.py").write_text(
        "def onTagChange(initialChange, newValue, previousValue, event, executionCount):\n"
        "\tsystem.tag.writeBlocking(['a'], [(newValue.value or 0) + 1])\n"
    )
    host = open_host(tier=tier, chain=LIMIT)
    host.tags.define("a", 1)
    assert host.drain(DEADLINE)
    assert LIMIT <= host.trace.counters.accepted <= 2 * LIMIT
    (warning,) = logged(host, "WARN", "MessageDispatchManager")
    assert "handlers of project X that cause each other have sent more than 200 messages" in warning


@pytest.mark.parametrize("tier", TIERS)
def test_a_burst_that_is_passed_on_is_no_ring(projects, open_host, tier):
    """However many messages one handler sends, and others pass on: they are not counted."""
    burst = f"for n in range({3 * LIMIT}):\n\tsystem.util.sendMessage('X', 'b', {{}}, 'G')"
    projects.handler("X", "G", "a", burst)
    projects.handler("X", "G", "b", "system.util.sendMessage('X', 'c', {}, 'G')")
    projects.handler("X", "G", "c", "pass")
    host = open_host(tier=tier, chain=LIMIT)
    send(host)
    assert host.drain(DEADLINE)
    assert host.trace.counters.done == 6 * LIMIT + 1


@pytest.mark.parametrize("tier", TIERS)
def test_what_goes_round_is_refused_and_nothing_else(projects, open_host, tier):
    """A message that is refused takes its ring along; what the run sends to others arrives."""
    alert = "system.util.sendMessage('Y', 'alert', {}, 'G')"
    projects.handler(
        "X",
        "G",
        "a",
        f"{alert}\nfor n in range(100):\n"
        "\ttry:\n\t\tsystem.util.sendMessage('X', 'a', {}, 'G')\n\texcept:\n\t\tpass\n"
        f"{alert}\nprint system.util.sendRequest('Y', 'ask')",
    )
    projects.handler("Y", "G", "alert", "pass")
    projects.handler("Y", "G", "ask", "return 'well'", threadType="Dedicated")
    host = open_host(tier=tier, chain=50)
    send(host)
    assert host.drain(DEADLINE)
    ran = [each for each in host.trace if each.message.handler == "a" and each.status == "done"]
    assert {each.output for each in ran} == {"well\n"}
    others = [each.status for each in host.trace if each.message.project == "Y"]
    assert others == ["done"] * 3 * len(ran)
    lost = [each for each in host.trace if each.status == "undelivered"]
    assert {each.message.handler for each in lost} == {"a"}
    assert "a was refused a message after it had sent" in lost[0].error


@pytest.mark.parametrize("tier", TIERS)
def test_a_ring_that_grows_ends_however_fast_it_is_run(projects, open_host, tier):
    """A handler that sends itself twice does not fill its lane; one that sends much on may."""
    projects.handler("X", "G", "a", "\n".join([RINGS["messages"]] * 2))
    projects.handler("X", "G", "b", "pass")
    many = f"for n in range({2 * GROWTH}):\n\tsystem.util.sendMessage('X', 'b', {{}}, 'G')"
    projects.handler("Y", "G", "b", many)
    host = open_host(tier=tier)
    send(host)
    assert host.drain(3 * DEADLINE)
    assert GROWTH <= host.trace.counters.accepted <= 8 * GROWTH
    (warning,) = logged(host, "WARN", "MessageDispatchManager")
    assert "send more than one message each" in warning
    before = host.trace.counters.done
    host.gateway.system.util.sendMessage("Y", "b", {}, "G")
    assert host.drain(3 * DEADLINE)
    assert host.trace.counters.done == before + 1 + 2 * GROWTH


def test_a_slow_chain_goes_on(monkeypatch):
    """What counts is how many there are in ten seconds."""
    now = [100.0]
    monkeypatch.setattr("runtime.chains.monotonic", lambda: now[0])
    message = Message(1, "X", "a", None, "G", NO_FILTER, "Gateway", None, 0.0)
    message.path = ("a", "a")
    cause = Delivery(1, message, "Gateway", None, 0.0)
    chains = Chains(2)
    assert chains.next_path(cause, "b") == ("a", "a", "b")
    assert [chains.next_path(cause, "a"), chains.next_path(cause, "a")] == [("a", "a")] * 2
    for first in (True, False):
        with pytest.raises(EndlessChain) as told:
            chains.next_path(cause, "a")
        assert told.value.first is first
    now[0] += 10.1
    assert chains.next_path(cause, "a") == ("a", "a")


@pytest.mark.parametrize("tier", TIERS)
def test_callbacks_have_the_deadline_of_who_asked(projects, open_host, tier):
    """The reply comes on another thread; the stop that was meant for the asking script holds."""
    projects.handler("X", "G", "slow", "import time\ntime.sleep(0.3)", threadType="Dedicated")
    projects.handler(
        "X",
        "G",
        "a",
        "def later(answer):\n\twhile True:\n\t\tpass\n"
        "system.util.sendRequestAsync('X', 'slow', {}, onSuccess=later)",
    )
    host = open_host(tier=tier, deadline=1.0)
    send(host)
    assert host.drain(DEADLINE)
    assert any("request callback" in line for line in logged(host))


@pytest.mark.skipif("process" not in TIERS, reason="this machine cannot lock a process")
@pytest.mark.parametrize(
    "call", ["sendMessage('X', 'a', {'n': 9}, 'G')", "sendRequestAsync('X', 'a', {'n': 9})"]
)
def test_what_a_forgotten_handler_sends_is_counted(projects, open_host, monkeypatch, call):
    """A thread may outlive all that is remembered of its handler: its ring ends like any other."""
    monkeypatch.setattr(known, "PAST", 5)
    projects.handler(
        "X",
        "G",
        "a",
        "import threading\ndef later():\n\tsystem.test.wait()\n"
        f"\tfor n in xrange(20): system.util.{call}\n"
        "if payload['n'] < 3: threading.Thread(target=later).start()",
    )
    gate = threading.Event()
    host = open_host(tier="process", chain=30)
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    for n in range(20):
        send(host, {"n": n})
    assert until_done(host, 20)
    gate.set()
    assert host.drain(DEADLINE)
    assert host.trace.counters.accepted == 20 + 30
    (warning,) = logged(host, "WARN", "MessageDispatchManager")
    assert "an earlier handler -> a: handlers of project X" in warning
    assert {m.parent for m in host.trace.messages} == {None}


def until_done(host, count):
    """Wait until so many deliveries have ended."""
    pause = threading.Event()
    return any(host.trace.counters.done >= count or pause.wait(0.01) for _ in range(1_000))
