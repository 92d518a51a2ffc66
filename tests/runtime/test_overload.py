"""Handlers that take their worker along cost themselves alone."""

import pytest

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
