"""Errors whose class answers for what the interpreter keeps of them: the host asks that alone."""

import pytest

from tests.runtime.conftest import DEADLINE

ERROR = """class E(ValueError):
    def __getattribute__(self, name):
        if name in ('__traceback__', '__context__', 'args'):
            system.test.note('asked for ' + name)
            return 5
        return ValueError.__getattribute__(self, name)
    def __setattr__(self, name, value):
        system.test.note('told of ' + name)
raise E('x')
"""


@pytest.fixture
def noted(projects, open_host):
    projects.handler("X", "G", "h", ERROR)
    host = open_host(tier="thread")
    notes = []
    host.system.provide("test.note", notes.append)
    return host, notes


def test_a_handlers_error_is_told_from_what_the_interpreter_keeps(noted):
    """Nothing of the script runs for it, not after its delivery has ended either."""
    host, notes = noted
    host.gateway.system.util.sendMessage("X", "h", {})
    assert host.drain(DEADLINE)
    [delivery] = host.trace
    assert delivery.status == "failed"
    assert delivery.traceback.endswith("E: x\n")
    assert "raise E('x')" in delivery.traceback
    assert notes == []


def test_a_user_scripts_error_is_a_value(noted):
    """Whatever its class answers, the embedding program gets no exception."""
    host, notes = noted
    result = host.gateway.run(ERROR)
    assert "E: x" in result.traceback
    assert notes == []
