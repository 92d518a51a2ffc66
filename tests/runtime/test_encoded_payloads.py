"""A payload that only a worker wants is taken as bytes at the call; nobody can tell."""

import threading

import pytest

from runtime import GatewayNetwork
from runtime.dispatch import Dispatcher
from runtime.errors import PayloadError
from runtime.executors.process import ProcessExecutor
from runtime.executors.remote_lane import WINDOW
from runtime.links.views import message_view
from runtime.waiting import WEIGHED
from sandbox.dialect.meaning.kinds import unicode
from sandbox.isolation.payload import PayloadCodec
from sandbox.isolation.probe import probe
from tests.runtime.conftest import DEADLINE

locked = pytest.mark.skipif(not probe().available, reason="this machine cannot lock a process")


@pytest.fixture
def host(projects, open_host):
    projects.handler("X", "G", "h", "print payload")
    host = open_host(tier="process", payload=4, payload_depth=3)
    # Its worker's side is there only after the first.
    host.gateway.system.util.sendMessage("X", "h", {})
    assert host.drain(DEADLINE)
    return host


def answer(host, payload):
    host.gateway.system.util.sendMessage("X", "h", payload, "G")
    assert host.drain(DEADLINE)
    return list(host.trace)[-1].output.strip()


@locked
def test_what_the_sender_changes_afterwards_is_not_delivered(host):
    inner = [1]
    payload = {"a": inner}
    host.gateway.system.util.sendMessage("X", "h", payload)
    inner.append(2)
    payload["b"] = 3
    assert host.drain(DEADLINE)
    assert list(host.trace)[-1].output.strip() == "{'a': [1]}"


@locked
@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ({"a": [1.5, None, True, {"b": "c"}]}, "{'a': [1.5, None, True, {'b': 'c'}]}"),
        ({}, "{}"),
        (None, "{}"),
        ({1: 2}, "{1: 2}"),
        ({"a": (1, 2)}, "{'a': (1, 2)}"),
        ({"a": 2**70}, f"{{'a': {2**70}L}}"),
        ({"a": unicode("b")}, "{'a': u'b'}"),
        ({"a": "\ud800"}, "{'a': u'\\ud800'}"),
    ],
)
def test_plain_and_other_payloads_arrive_alike(host, payload, shown):
    assert answer(host, payload) == shown


@locked
@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"a": [object()]}, r"payload\['a'\]\[0\]"),
        ({"a": [[[1]]]}, "nested deeper"),
        ({"a": "x" * 5000}, "limits.payload"),
        ([1], "it must be a dictionary"),
        ("abc", "it must be a dictionary"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_the_call(host, payload, message):
    with pytest.raises(PayloadError, match=message):
        host.gateway.system.util.sendMessage("X", "h", payload, "G")


@locked
def test_who_watches_is_shown_the_payload(host):
    seen = []
    host.observe(lambda event: seen.append(getattr(event, "payload", None)))
    host.gateway.system.util.sendMessage("X", "h", {"a": 1}, "G")
    assert host.drain(DEADLINE)
    assert {"a": 1} in seen


@locked
def test_a_plain_payload_is_encoded_once_and_never_copied(host, monkeypatch):
    """The rule is one of speed: the copy and a second encoding cost a sixth of the whole."""
    encoded = []
    plain = PayloadCodec.encode_plain

    def counted(self, value, depth):
        encoded.append(plain(self, value, depth))
        return encoded[-1]

    monkeypatch.setattr(PayloadCodec, "encode_plain", counted)
    monkeypatch.setattr(PayloadCodec, "encode", None)
    monkeypatch.setattr("runtime.dispatch.copy_payload", None)
    host.gateway.system.util.sendMessage("X", "h", {"a": 1}, "G")
    assert host.drain(DEADLINE)
    assert encoded == [b"\x81\xa1a\x01"]
    assert list(host.trace)[-1].output.strip() == "{'a': 1}"


@locked
def test_what_a_script_holds_is_copied_first(projects, open_host, monkeypatch):
    """Its other threads could change it between the look at it and the encoding, which is C."""
    projects.handler("X", "G", "h", "return payload['a']")
    there = open_host(tier="process", name="there")
    here = open_host(tier="thread", name="here")
    GatewayNetwork().join(here, there)
    there.gateway.system.util.sendMessage("X", "h", {"a": 1})
    assert there.drain(DEADLINE)
    encoded = []
    plain = PayloadCodec.encode_plain

    def noted(self, value, depth):
        encoded.append(id(value))
        return plain(self, value, depth)

    monkeypatch.setattr(PayloadCodec, "encode_plain", noted)
    result = here.gateway.run(
        "p = {'a': 1}\n"
        "print system.util.sendRequest('X', 'h', p, remoteServer='there')\n"
        "print system.util.sendMessage('X', 'h', p, remoteServers=['there'])[0][-4:]\n"
    )
    assert result.output == "1\nSENT\n"
    assert encoded == []


@locked
def test_a_tool_is_shown_what_waits_encoded(projects, open_host):
    """Where it is short; decoding all of many long ones would hold the host up."""
    projects.handler("X", "G", "waits", "system.test.wait()")
    host = open_host(tier="process")
    gate = threading.Event()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    short, long = {"a": "b"}, {"a": [[]] * 20_000}
    # The worker has some of them, and is given the rest when it has done those.
    for payload in [short] * (WINDOW + WEIGHED) + [short, long]:
        host.gateway.system.util.sendMessage("X", "waits", payload)
    *_, one, other = host.trace.messages
    shown = [message_view(host, each, payload=True).payload for each in (one, other)]
    gate.set()
    assert shown[0] == "{'a': 'b'}"
    assert shown[1] == f"({len(ProcessExecutor.codec.encode(long))} bytes)"
    assert host.drain(DEADLINE)


@locked
def test_who_begins_to_watch_during_a_send_is_shown_the_payload(host, monkeypatch):
    seen = []
    record = Dispatcher.record

    def watched(self, message, deliveries):
        host.observe(lambda event: seen.append(getattr(event, "payload", None)))
        record(self, message, deliveries)

    monkeypatch.setattr(Dispatcher, "record", watched)
    host.gateway.system.util.sendMessage("X", "h", {"a": 1}, "G")
    assert host.drain(DEADLINE)
    assert seen[0] == {"a": 1}
    assert list(host.trace)[-1].output.strip() == "{'a': 1}"
