"""``remoteServers``: several gateways in one process."""

import pytest

from runtime import GatewayNetwork, PilotlightError
from tests.runtime.conftest import DEADLINE, logged


@pytest.fixture
def pair(projects, open_host):
    projects.handler("X", "G", "h", "system.test.say(payload)")
    projects.handler("X", "C", "h", "system.test.say(payload)")
    here, there = open_host(name="agent-8088"), open_host(name="agent-9000")
    GatewayNetwork().join(here, there)
    for host in (here, there):
        host.said = []
        host.system.provide("test.say", host.said.append)
    return here, there


def send(host, *args, **keywords):
    return host.gateway.system.util.sendMessage(*args, **keywords)


def test_each_named_gateway_distributes_by_the_same_parameters(pair):
    here, there = pair
    here.open_client("X", user="alice")
    alice = there.open_client("X", user="alice")
    there.open_client("X", user="bob")
    entries = send(here, "X", "h", {"n": 1}, "CG", user="alice", remoteServers=["agent-9000"])
    assert entries == [
        "type=RemoteServer,serverName=agent-9000,project=X,messageHandler=h,filterParams={hostName="
        ", clientSessionId=, scope=CG, user=alice, hasRole=},sendStatus=SENT"
    ]
    assert here.drain(DEADLINE)
    assert there.drain(DEADLINE)
    assert here.said == []
    assert there.said == [{"n": 1}, {"n": 1}]
    assert [d.receiver for d in there.trace] == ["Gateway", alice.id]
    assert [(d.receiver, d.status) for d in here.trace] == [("RemoteServer agent-9000", "done")]


def test_the_local_gateway_takes_part_only_if_it_names_itself(pair):
    here, there = pair
    entries = send(here, "X", "h", remoteServers=["agent-8088", "agent-9000"])
    assert [e.split(",")[1] for e in entries] == ["serverName=agent-8088", "serverName=agent-9000"]
    assert here.drain(DEADLINE)
    assert there.drain(DEADLINE)
    assert (len(here.said), len(there.said)) == (1, 1)


def test_a_gateway_that_is_not_there_is_not_connected(pair):
    here, _ = pair
    (entry,) = send(here, "X", "h", remoteServers=["agent-1"])
    assert entry.endswith("sendStatus=NOT_CONNECTED")
    (delivery,) = here.trace
    assert (delivery.status, delivery.error) == ("undelivered", "gateway agent-1 is not connected")
    assert here.trace.counters.undelivered == 1
    assert logged(here, "WARN", "GatewayNetwork")


def test_a_closed_gateway_is_not_connected(pair):
    here, there = pair
    there.close()
    assert send(here, "X", "h", remoteServers=["agent-9000"])[0].endswith("NOT_CONNECTED")


def test_an_empty_list_is_unset(pair):
    here, _ = pair
    assert send(here, "X", "h", remoteServers=[])[0].startswith("type=Gateway")


def test_a_server_named_twice_gets_one_message(pair):
    here, there = pair
    assert len(send(here, "X", "h", remoteServers=["agent-9000", "agent-9000"])) == 1
    assert there.drain(DEADLINE)


def test_names_are_unique(projects, open_host):
    network = GatewayNetwork()
    projects.project("X")
    network.join(open_host(name="a"))
    with pytest.raises(PilotlightError, match='has a gateway "a" already'):
        network.join(open_host(name="a"))


def test_a_handler_may_forward_over_the_network(projects, open_host):
    projects.handler(
        "X",
        "G",
        "hop",
        "if payload['hops']:\n"
        "\tpayload['hops'].pop()\n"
        "\tsystem.util.sendMessage('X', 'hop', payload, 'G', remoteServers=['there'])",
    )
    here, there = open_host(name="here"), open_host(name="there")
    GatewayNetwork().join(here, there)
    send(here, "X", "hop", {"hops": [1]}, "G")
    assert here.drain(DEADLINE)
    assert there.drain(DEADLINE)
    assert [d.receiver for d in here.trace] == ["Gateway", "RemoteServer there"]
    assert [(d.message.handler, d.status) for d in there.trace] == [("hop", "done")]
