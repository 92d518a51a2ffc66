"""Handlers that take their worker along cost themselves alone."""

import threading

import pytest

from runtime.executors.link import Link
from sandbox.isolation.probe import probe
from tests.runtime.conftest import DEADLINE

pytestmark = pytest.mark.skipif(
    not probe().available, reason=f"this machine cannot lock a process: {probe().missing}"
)


@pytest.mark.parametrize("body", ["x = sum(xrange(10 ** 13))", "x = 'x' * 10 ** 12"])
def test_runaways_in_a_row_lose_nothing_of_others(projects, open_host, body):
    """However many of them end their worker one after another, what waits behind them runs."""
    projects.handler("X", "G", "bad", body)
    projects.handler("X", "G", "good", "print 'well'")
    host = open_host(tier="process", deadline=0.3)
    wanted = ["bad"] * 5 + ["good"] * 5
    for handler in wanted:
        host.gateway.system.util.sendMessage("X", handler, {}, "G")
    assert host.drain(2 * DEADLINE)
    ends = [(each.message.handler, each.status) for each in host.trace]
    assert [end for end in ends if end[0] != "bad"] == [(name, "done") for name in wanted[5:]]
    assert all(status in {"killed", "failed"} for name, status in ends if name == "bad")


def test_what_runs_after_a_loss_is_looked_after(projects, open_host, monkeypatch):
    """A look at the workers while there is none, between two of them, is not the last one."""
    projects.handler("X", "G", "bad", "x = sum(xrange(10 ** 13))")
    looked = threading.Event()
    tick, again = Link.tick, Link._again

    def look(link):
        more = tick(link)
        if link.worker is None and not more:
            looked.set()
        return more

    def go_on(link):
        assert looked.wait(DEADLINE)
        again(link)

    host = open_host(tier="process", deadline=0.3)
    monkeypatch.setattr(Link, "tick", look)
    monkeypatch.setattr(Link, "_again", go_on)
    for _ in range(2):
        host.gateway.system.util.sendMessage("X", "bad", {}, "G")
    assert host.drain(2 * DEADLINE)
    assert [each.status for each in host.trace] == ["killed", "killed"]
