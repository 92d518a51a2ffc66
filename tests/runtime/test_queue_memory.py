"""What waits for a worker, or for an attached session, is bounded in bytes."""

import threading
from itertools import cycle
from time import monotonic
from types import SimpleNamespace

import pytest

from runtime.executors import remote_lane
from runtime.executors.known import Known
from runtime.executors.remote_lane import RemoteLane
from runtime.links.lane import LinkLane
from runtime.message import NO_FILTER, Delivery, Message
from runtime.system.dataset import PyDataSet
from runtime.waiting import DRAWN, WEIGHED, Refused, Waiting, weight_of
from sandbox.isolation.probe import probe
from sandbox.library.java.lists import ArrayList
from tests.runtime.conftest import DEADLINE, wait_for

locked = pytest.mark.skipif(not probe().available, reason="this machine cannot lock a process")
PIECE = "x" * 64 * 1024


@locked
@pytest.mark.parametrize("scope", ["G", "CG"])
def test_a_worker_is_kept_waiting_by_so_many_bytes(projects, open_host, scope):
    """Over the bound a send is rejected and says so; what was accepted is all delivered."""
    waits = "system.test.wait()"
    projects.handler("X", "G", "h", waits).handler("X", "C", "h", waits)
    host = open_host(tier="process", queue_memory=4)
    gate = threading.Event()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.open_client("X")
    send = host.gateway.system.util.sendMessage
    accepted = refused = 0
    until = monotonic() + DEADLINE
    # The worker takes its share when it gets to it: so many in a row, and nothing is on its way.
    while refused < 200 and monotonic() < until:
        sent = send("X", "h", {"x": PIECE}, scope)[0].endswith("=SENT")
        accepted += sent
        refused = 0 if sent else refused + 1
    assert refused == 200
    # The worker has some (4 MiB and one more), or is only about to; the rest waits.
    assert 63 <= accepted <= 63 + 65
    gate.set()
    assert host.drain(DEADLINE)
    gateway = [d for d in host.trace if d.receiver == "Gateway"]
    assert [d.status for d in gateway].count("done") == accepted
    assert send("X", "h", {"x": PIECE}, scope)[0].endswith("=SENT")
    assert host.drain(DEADLINE)
    lanes = [lane for lane in host.accounts.lanes() if isinstance(lane, RemoteLane)]
    assert lanes
    assert {lane.link.waiting.bytes for lane in lanes} == {0}


def test_a_session_is_kept_waiting_by_so_many_bytes():
    """A session that does not read holds no more than its share in the gateway."""
    config = SimpleNamespace(queue=1000, queue_warning=1000)
    host = SimpleNamespace(config=config, pool=None, report_backlog=None, rested=None)
    peer = SimpleNamespace(
        host=host,
        attached=False,
        waiting=Waiting(10 * 1000),
        known=Known(),
        wake=lambda: None,
        pack=lambda message: b"x" * 1000,
    )
    lane = LinkLane("X client", peer)

    def put(number):
        message = Message(number, "X", "h", {"n": 1}, "C", NO_FILTER, "Gateway", None, 0.0)
        return lane.put(Delivery(number, message, "it", SimpleNamespace(settled=print), 0.0))

    outcomes = [put(number) for number in range(WEIGHED + 20)]
    assert {item.message.payload is None for item in list(lane._queue)} == {True}
    assert outcomes == ["waiting"] * (WEIGHED + 10) + ["rejected"] * 10
    assert len(lane.close("enough")) == WEIGHED + 10
    assert peer.waiting.bytes == 0


def test_one_payload_may_be_larger_than_the_bound():
    """A bound on the sum is none on the size: limits.payload is."""
    waiting = Waiting(10)
    assert waiting.take(100)
    assert not waiting.take(1)
    waiting.give(100)
    assert waiting.take(10)
    assert not waiting.take(1)


def test_a_receiver_of_the_thread_tier_is_kept_waiting_by_so_many_bytes(
    projects, open_host, monkeypatch
):
    """All its lanes share the bound; what is under it is delivered, and makes room."""
    drawn = cycle([0.9] * (DRAWN - 1) + [0.0])
    monkeypatch.setattr("runtime.lanes.random", lambda: next(drawn))
    projects.handler("X", "G", "h", "system.test.wait()", threadType="Dedicated")
    projects.handler("X", "G", "i", "system.test.wait()", threadType="Dedicated")
    host = open_host(tier="thread", queue_memory=8)
    gate = threading.Event()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    send = host.gateway.system.util.sendMessage
    entries = [send("X", name, {"x": [PIECE, {"y": 1}]})[0] for name in "hi" * 100]
    accepted = sum(entry.endswith("=SENT") for entry in entries)
    # Each that is weighed stands for 4 MiB.
    assert accepted == 2 * WEIGHED + 2 + 2 * DRAWN
    assert entries[-1].endswith("sendStatus=REJECTED")
    gate.set()
    assert host.drain(DEADLINE)
    assert [d.status for d in host.trace].count("done") == accepted
    assert {lane._waiting.bytes for lane in host.accounts.lanes() if lane._waiting} == {0}


def test_what_waits_unencoded_is_estimated():
    """Text counts by its length wherever it is."""
    inside = [PIECE, {"a": (PIECE, 1)}, PyDataSet(["c"], [[PIECE]]), ArrayList([PIECE])]
    assert 4 * len(PIECE) < weight_of({"x": inside}) < 4 * len(PIECE) + 2000
    assert weight_of(None) < 100


@locked
@pytest.mark.parametrize("scope", ["G", "CG"])
def test_a_payload_waits_for_a_worker_as_bytes(projects, open_host, monkeypatch, scope):
    """However few wait: as objects one may take a hundred times its bytes in the host."""
    monkeypatch.setattr(remote_lane, "WINDOW", 1)
    waits = "system.test.wait()"
    projects.handler("X", "G", "h", waits).handler("X", "C", "h", waits)
    projects.handler(
        "Y", "G", "go", f"system.util.sendMessage('X', 'h', {{'t': (1, ['ab'] * 9)}}, '{scope}')"
    )
    host = open_host(tier="process")
    gate = threading.Event()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.open_client("X")
    send = host.gateway.system.util.sendMessage
    send("X", "h", {}, scope)
    send("Y", "go", {}, "G")
    wait_for(lambda: any(m.handler == "h" and m.parent is not None for m in host.trace.messages))
    (sent,) = [m for m in host.trace.messages if m.handler == "h" and m.parent is not None]
    wait_for(lambda: sent.entries)
    assert type(sent.payload) is bytes
    gate.set()
    assert host.drain(DEADLINE)
    assert {each.status for each in sent.deliveries} == {"done"}


@locked
def test_a_large_payload_is_weighed_however_few_wait(projects, open_host, monkeypatch):
    monkeypatch.setattr(remote_lane, "WINDOW", 1)
    projects.handler("X", "G", "h", "system.test.wait()")
    host = open_host(tier="process", queue_memory=1)
    gate, began = threading.Event(), threading.Event()
    host.system.provide("test.wait", lambda: (began.set(), gate.wait(DEADLINE), None)[-1])
    send = host.gateway.system.util.sendMessage
    send("X", "h", {}, "G")
    assert began.wait(DEADLINE)
    entries = [send("X", "h", {"x": (PIECE, 1)}, "G")[0] for _ in range(WEIGHED)]
    accepted = sum(entry.endswith("=SENT") for entry in entries)
    gate.set()
    assert host.drain(DEADLINE)
    assert accepted == 15


@locked
def test_what_cannot_be_given_to_a_worker_waits_without_its_payload(
    projects, open_host, monkeypatch
):
    monkeypatch.setattr(remote_lane, "WINDOW", 1)
    projects.handler("X", "G", "h", "system.test.wait()").handler("X", "C", "h", "pass")
    host = open_host(tier="process")
    gate = threading.Event()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.open_client("X")
    for scope in ("G", "G", "CG"):
        payload = {"x": 80 * [PIECE]} if scope != "G" or len(host.trace) else {}
        host.gateway.system.util.sendMessage("X", "h", payload, scope)
    assert [type(m.payload) for m in host.trace.messages][1:] == [Refused, Refused]
    gate.set()
    assert host.drain(DEADLINE)
    failed = list(host.trace)[1:]
    assert [each.status for each in failed] == ["failed"] * 3
    assert all("over the limit" in each.error for each in failed)
