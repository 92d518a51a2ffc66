"""A version of a project goes when nothing of it runs or waits any more."""

import gc
from weakref import ref

import pytest

from sandbox.isolation.probe import probe
from tests.runtime.conftest import DEADLINE

TIERS = ["thread", "process"] if probe().available else ["thread"]


@pytest.mark.parametrize("tier", TIERS)
def test_a_session_that_hears_nothing_keeps_no_version(projects, open_host, tier):
    projects.handler("X", "C", "h", "pass")
    host = open_host(tier=tier, trace=1)
    versions = []
    for number in range(4):
        projects.handler("X", "C", "other", f"return {number}")
        host.loader.refresh()
        host.gateway.system.util.sendMessage("X", "h", {}, "C", host.open_client("X").identity.id)
        assert host.drain(DEADLINE)
        versions.append(ref(host.generation_of("X")))
    gc.collect()
    assert [version() is None for version in versions] == [True, True, True, False]
