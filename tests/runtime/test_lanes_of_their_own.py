"""A Dedicated handler that found no lane of its own gets one when there is room."""

import shutil
import threading

import pytest

from runtime.executors import base
from tests.runtime.conftest import DEADLINE, FOLDERS


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
