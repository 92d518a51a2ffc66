"""Clients that are killed or frozen, links that are cut: every delivery is accounted for, once."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from runtime.links import Tool, finder, places, queries
from runtime.links.lane import UNANSWERED
from sandbox.isolation.probe import probe
from tests.links.conftest import ROOT, eventually, through

SAY = "system.test.say(payload['n'])"
SHORT = {"heartbeat": 0.3, "resume": 0.4}


def send(host, count, first=0):
    """So many numbered messages to the clients of X."""
    for n in range(first, first + count):
        host.gateway.system.util.sendMessage("X", "h", {"n": n}, "C")


def outcomes(host):
    """Number -> status, of the deliveries to clients."""
    found = {}
    for number, delivery in enumerate(d for d in host.trace if d.message.handler == "h"):
        found[number] = delivery.status
    return found


def check(host, heard, count):
    """Each message has one end, none ran twice, and what is said of it is true."""
    ends = outcomes(host)
    assert len(ends) == count
    runs = Counter(heard.values)
    assert max(runs.values(), default=0) <= 1, "a delivery ran twice"
    for n, status in ends.items():
        if status == "done":
            assert runs[n] == 1, f"{n} is done, and did not run"
        elif status == "undelivered":
            assert runs[n] == 0, f"{n} is undelivered, and ran"
        else:
            assert status == "unknown", status
    counters = host.trace.counters
    assert counters.balanced
    assert not counters.queued + counters.running
    return Counter(ends.values())


@pytest.fixture
def gateway(projects, serve, heard):
    projects.handler("X", "C", "h", SAY)

    def start(**options):
        host, server = serve(**{**SHORT, **options})
        host.system.provide("test.say", heard)
        return host, server

    return start


def gone(server):
    return lambda: not server.peers()


@pytest.mark.parametrize("after", [0, 1, 40])
def test_a_killed_client_leaves_no_delivery_open(gateway, heard, child, after):
    """Sent and unanswered is unknown, never sent is undelivered, answered is done."""
    host, server = gateway()
    victim = child("alice")
    send(host, 600)
    heard.wait(after)
    victim.signal(signal.SIGKILL)
    eventually(gone(server), "the end of the session")
    ends = check(host, heard, 600)
    assert ends["done"] >= max(0, after - 1)
    assert ends["unknown"], "some were sent and not answered"
    assert ends["undelivered"], "more were sent than a session has at a time"
    unknown = next(d for d in host.trace if d.status == "unknown")
    assert unknown.error.startswith(UNANSWERED)


def test_a_frozen_client_is_cut_off_and_may_run_only_what_is_unknown(gateway, heard, child):
    """No heartbeat: its link is cut, its session ends; thawed, it is a new session."""
    host, _ = gateway()
    victim = child("alice")
    send(host, 1)
    heard.wait(1)
    victim.signal(signal.SIGSTOP)
    send(host, 400, 1)
    eventually(lambda: victim.id not in [s.id for s in host.clients], "the end of the session")
    victim.signal(signal.SIGCONT)
    eventually(lambda: [s for s in host.clients if s.id != victim.id], "a new session")
    send(host, 1, 401)
    eventually(lambda: 401 in heard.values, "its first delivery")
    eventually(lambda: host.drain(5), "rest")
    ends = check(host, heard, 402)
    # The first may have ended, and not have said so, when it froze.
    assert ends["done"] in (1, 2)
    assert outcomes(host)[401] == "done"


def test_cut_links_lose_and_repeat_nothing(gateway, heard, attach, proxy):
    """A session that comes back in time goes on where it was: all done, each once."""
    host, server = gateway(resume=30.0)
    middle = proxy(server)
    client = attach("client", find=through(middle, server))
    session = client.session.id
    cuts = 0
    for start in range(0, 1200, 100):
        send(host, 100, start)
        heard.wait(start + 20)
        cuts += middle.cut()
        assert client.link.wait_attached(10)
    assert host.drain(15)
    ends = Counter(outcomes(host).values())
    # What a handler asked as the link was cut failed in the handler: it is told, not repeated.
    assert set(ends) <= {"done", "failed"}
    assert sum(ends.values()) == 1200
    assert max(Counter(heard.values).values()) == 1
    for delivery in host.trace:
        if delivery.status == "failed":
            assert "not known whether this was done" in delivery.traceback
    assert ends["failed"] <= cuts
    assert cuts >= 10
    assert [s.id for s in host.clients] == [session]


def test_while_a_link_is_cut_the_list_says_queued(gateway, heard, attach, proxy):
    """sendStatus is SENT for a session that is there, QUEUED while its link is cut."""
    host, server = gateway(resume=30.0)
    middle = proxy(server)
    attach("client", find=through(middle, server))
    entry = host.gateway.system.util.sendMessage("X", "h", {"n": 0}, "C")[0]
    assert entry.endswith("sendStatus=SENT")
    heard.wait(1)
    middle.close()
    eventually(lambda: server.cut, "the cut")
    entry = host.gateway.system.util.sendMessage("X", "h", {"n": 1}, "C")[0]
    assert entry.endswith("sendStatus=QUEUED")
    # The session is over before the link is back: what waited is undelivered, and the trace says.
    host.clients[0].close()
    eventually(lambda: outcomes(host)[1] == "undelivered")
    assert host.gateway.system.util.sendMessage("X", "h", {"n": 2}, "C") == []


def test_a_closed_gateway_says_unknown_of_what_was_not_answered(gateway, projects, heard, attach):
    """Shutdown: what a session was sent and has not answered is unknown, the rest undelivered."""
    projects.handler("X", "C", "h", "while 1:\n\tpass")
    host, _ = gateway()
    client = attach("client")
    send(host, 300)
    eventually(lambda: any(d.status == "running" for d in host.trace))
    host.close(0.2)
    ends = Counter(outcomes(host).values())
    assert sum(ends.values()) == 300
    assert ends["undelivered"] >= 300 - 256
    assert set(ends) <= {"undelivered", "unknown", "stopped"}
    client.link.close()


def test_a_script_learns_that_its_send_is_unknown(projects, serve, attach, proxy, heard):
    """Cut after a send and before its answer: a Java exception says that nobody knows."""
    projects.handler("X", "G", "slow", "pass")
    host, server = serve(resume=30.0)
    middle = proxy(server)
    host.system.provide("test.cut", lambda: middle.cut() and None)
    client = attach("client", find=through(middle, server))
    result = client.session.run("system.test.cut()")
    assert not result.ok
    assert "it is not known whether this was done" in result.traceback
    assert client.link.wait_attached(10)
    assert client.session.run('system.util.sendMessage("X", "slow", {}, "G")').ok


def test_without_a_link_nothing_is_sent_and_the_script_is_told(gateway, attach, proxy):
    """A send while the link is cut fails at once."""
    host, server = gateway(resume=30.0)
    middle = proxy(server)
    client = attach("client", find=through(middle, server))
    middle.close()
    eventually(lambda: not client.link.attached)
    result = client.session.run('system.util.sendMessage("X", "h", {"n": 1})')
    assert "nothing was sent" in result.traceback
    assert not len(host.trace)


def test_a_client_of_a_killed_gateway_says_what_is_not_known_and_goes_to_the_next(projects, attach):
    """kill -9 of the gateway: ends that cannot be reported are told; the next one is found."""
    projects.handler("X", "C", "h", "while not system.test.go():\n\tpass")
    first = served(projects.root)
    try:
        client = attach("client")
        go = []
        client.system.provide("test.go", lambda: bool(go))
        old = client.session.id
        with Tool(finder()) as tool:
            tool.ask("send", queries.Send("X", "h", b"\x80", "C"))
        eventually(lambda: any(d.status == "running" for d in client.trace), "the delivery")
    finally:
        first.kill()
        first.wait()
    eventually(lambda: not client.link.attached)
    go.append(1)
    eventually(lambda: client.trace.counters.done == 1, "its end")
    second = served(projects.root)
    try:
        eventually(lambda: client.session.id != old, "a new session")
        assert client.link.attached
        lines = [r.message for r in client.logbook if r.logger == "Links"]
        assert any("the ends of 1 deliveries could not be reported" in line for line in lines)
        with Tool(finder()) as tool:
            assert [who.id for who in tool.ask("sessions")] == [client.session.id]
    finally:
        client.close(0.5)
        second.kill()
        second.wait()


def served(folder):
    """`pilotlight serve` of a folder, once it can be found."""
    process = subprocess.Popen(
        [sys.executable, "-m", "runtime.cli", "serve", str(folder), "--tier", "thread"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    eventually(lambda: [p for p in places.here() if p.pid == process.pid], "the gateway")
    return process


def test_a_killed_worker_of_a_client_is_told_to_the_gateway(gateway, heard, child, projects):
    """In the process tier of a client: what ran is killed, what waited runs in the next worker."""
    if not probe().available:
        pytest.skip("this machine cannot lock a process")
    projects.handler("X", "C", "h", "system.test.say(payload['n'])\nwhile payload['n'] == 0:\n\t1")
    host, _ = gateway(heartbeat=5.0, resume=5.0)
    victim = child("alice", "process")
    send(host, 5)
    heard.wait(1)
    workers = _descendants(victim.process.pid)
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: Counter(outcomes(host).values())["done"] == 4, "the next worker")
    assert outcomes(host)[0] == "killed"
    assert sorted(heard.values) == [0, 1, 2, 3, 4]


def _descendants(pid):
    """The processes that have no children, below a process."""
    below = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for each in map(int, path.read_text().split()):
            below += _descendants(each) or [each]
    return below
