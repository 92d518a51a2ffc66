"""What waits for a worker, or for an attached session, is bounded in bytes."""

import threading
from itertools import cycle
from time import monotonic
from types import SimpleNamespace

import pytest

from runtime.executors.known import Known
from runtime.executors.remote_lane import RemoteLane
from runtime.links.lane import LinkLane
from runtime.message import NO_FILTER, Delivery, Message
from runtime.system.dataset import PyDataSet
from runtime.waiting import DRAWN, WEIGHED, Waiting, weight_of
from sandbox.isolation.probe import probe
from sandbox.library.java.lists import ArrayList
from tests.runtime.conftest import DEADLINE

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
    # The worker has some (4 MiB and one more), the first few are not weighed, the rest waits.
    assert 64 <= accepted <= 64 + 65 + WEIGHED
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
