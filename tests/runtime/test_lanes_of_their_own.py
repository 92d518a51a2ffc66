"""A Dedicated handler that found no lane of its own gets one when there is room."""

import shutil
import threading

import pytest

from runtime.executors import base, fleet, link
from sandbox.isolation.probe import probe
from tests.runtime.conftest import DEADLINE, FOLDERS, wait_for

locked = pytest.mark.skipif(not probe().available, reason="this machine cannot lock a process")


@pytest.mark.parametrize("tier", ["thread", "process"])
def test_a_lane_that_stands_in_is_not_kept(projects, open_host, monkeypatch, tier):
    """What is asked about a handler's lane, and what a message is queued in, are the same."""
    monkeypatch.setattr(base, "OWN_LANES", 1)
    projects.handler("X", "G", "old", "system.test.wait()", threadType="Dedicated")
    host = open_host(tier=tier)
    gate, began = threading.Event(), threading.Event()
    host.system.provide("test.wait", lambda: (began.set(), gate.wait(DEADLINE), None)[-1])
    host.gateway.system.util.sendMessage("X", "old")
    assert began.wait(DEADLINE)
    shutil.rmtree(projects.root / "X" / FOLDERS["G"] / "old")
    projects.handler("X", "G", "new", "pass", threadType="Dedicated")
    host.loader.refresh()
    executor = host.spaces["X"].gateway.executor
    lanes = []
    for _ in range(2):
        host.gateway.system.util.sendMessage("X", "new")
        lanes.append(list(host.trace)[-1].lane)
    assert lanes[0] is lanes[1]
    assert "shared" in lanes[0].name.lower()
    gate.set()
    assert host.drain(DEADLINE)
    judged = executor.lane_of("new")
    host.gateway.system.util.sendMessage("X", "new")
    assert list(host.trace)[-1].lane is judged
    assert judged is not lanes[0]
    assert host.drain(DEADLINE)


@locked
def test_slots_of_a_worker_are_used_again(projects, open_host, monkeypatch):
    """Handlers that come and go leave no worker without lanes, and lose none of their work."""
    monkeypatch.setattr(base, "OWN_LANES", 2)
    monkeypatch.setattr(link, "CROWDED", 4)
    host = open_host(tier="process")
    place = projects.root / "X" / FOLDERS["G"]
    for number in range(9):
        name = f"h{number}"
        projects.handler("X", "G", name, f"print '{name}'", threadType="Dedicated")
        host.loader.refresh()
        for _ in range(number + 1):
            host.gateway.system.util.sendMessage("X", name)
        assert host.drain(DEADLINE)
        mine = [each for each in host.trace if each.message.handler == name]
        assert [(each.status, each.output) for each in mine] == [("done", f"{name}\n")] * len(mine)
        assert mine[-1].lane.name == f"X Gateway dedicated {name}"
        shutil.rmtree(place / name)
        host.loader.refresh()
    worker = fleet.fleet_of(host)._links[0]
    assert len(worker.lanes) <= 3
    assert not [record for record in host.logbook if record.logger == "Lanes"]
    assert host.trace.counters.balanced
    assert host.trace.counters.done == sum(range(10))
    base.has_room(host.spaces["X"].gateway, "G", host.spaces["X"].gateway.executor._dedicated)
    assert any(lane.free_for("") for lane in worker.lanes.values())
    # The threads of a receiver that leaves end in the process.
    worker.leave(host.spaces["X"].gateway)
    assert not any(lane.free_for("") for lane in worker.lanes.values())


@locked
def test_sessions_that_are_gone_leave_their_slots_to_the_next_worker(projects, open_host):
    projects.handler("X", "C", "h", "pass")
    host = open_host(tier="process")
    stays = host.open_client("X")
    others = [host.open_client("X") for _ in range(3)]
    send = host.gateway.system.util.sendMessage
    send("X", "h", {}, "C")
    assert host.drain(DEADLINE)
    for session in others:
        session.close()
    (shared,) = [each for each in fleet.fleet_of(host)._links if each.letter == "C"]
    assert len(shared.lanes) == 4
    shared.end("for a test")
    wait_for(lambda: len(shared.lanes) == 1)
    again = host.open_client("X")
    send("X", "h", {}, "C")
    assert host.drain(DEADLINE)
    assert {each.receiver for each in list(host.trace)[-2:]} == {stays.id, again.id}
    assert {each.status for each in host.trace} == {"done"}
    assert sorted(shared.lanes) == [0, 1]


@locked
def test_a_worker_of_too_many_lanes_is_told_of(projects, open_host, monkeypatch):
    monkeypatch.setattr(link, "CROWDED", 1)
    projects.handler("X", "G", "h", "pass")
    projects.handler("X", "G", "own", "pass", threadType="Dedicated")
    host = open_host(tier="process")
    for name in ("h", "own"):
        host.gateway.system.util.sendMessage("X", name)
    assert host.drain(DEADLINE)
    (line,) = [record for record in host.logbook if record.logger == "Lanes"]
    assert line.message.startswith("project X (Gateway) shares a worker of 1 lanes, and gets no")
