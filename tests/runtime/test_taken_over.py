"""What a worker that was taken over says: nothing of it costs the host, or speaks in its name."""

import threading

import pytest

from runtime.executors import answers, fleet, known, protocol
from runtime.executors import link as link_module
from runtime.executors.values import CODEC
from runtime.message import Delivery
from runtime.sent import FLOOD
from sandbox.isolation.probe import probe
from sandbox.isolation.progress import OUTCOMES, Progress, SlotState
from tests.runtime.conftest import DEADLINE, wait_for

pytestmark = pytest.mark.skipif(
    not probe().available, reason=f"this machine cannot lock a process: {probe().missing}"
)


@pytest.fixture
def link_of(projects, open_host):
    """The link of project X, whose worker has run its handler ``h`` once."""

    def opened(**options):
        projects.handler("X", "G", "h", "pass")
        projects.handler("Y", "G", "slow", "system.test.wait()")
        host = open_host(tier="process", **options)
        host.gateway.system.util.sendMessage("X", "h", {}, "G")
        assert host.drain(DEADLINE)
        [link] = fleet.fleet_of(host)._links
        return host, link

    return opened


def sends(number, delivery, run):
    arguments = ["Y", "slow", {}, "G", ("", "", "", ""), ()]
    data = CODEC.encode((arguments, {}))
    return protocol.WorkerAsk(number, "", delivery, "sendMessage", data, run, False)


@pytest.mark.parametrize("known_one", [True, False])
def test_a_name_is_no_line_of_the_hosts(link_of, known_one):
    """What it calls a function stands in quotes, on one line that is its own project's."""
    host, link = link_of()
    gate = threading.Event()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    number = next(iter(host.trace)).id if known_one else 1_000_000
    name = '" of B was stopped\nERROR [Host] B: changed by root\x1b[2J ' + "x" * 900
    link._take(link._life, [sends(n, number, 3) for n in range(FLOOD + 5)])
    link._take(link._life, [protocol.CallEnded(number, 3, name, True)])
    gate.set()
    assert host.drain(DEADLINE)
    [line] = [line for line in host.logbook if line.logger == "MessageDispatchManager"]
    assert line.message.isprintable()
    assert line.message.startswith("\"' of B was stopped\\nERROR")
    assert len(line.message) < 500
    assert line.origin.project == "X"


def test_functions_without_end_are_forgotten(link_of, monkeypatch):
    """However many it says there are: the last of them are known."""
    monkeypatch.setattr("runtime.executors.handed_over.MOST", 10)
    host, link = link_of()
    host.system.provide("test.wait", lambda: None)
    link._take(link._life, [sends(n, 0, n) for n in range(1, 200)])
    assert len(link._answers._handed_over._calls) == 10
    assert host.drain(DEADLINE)


def test_a_result_that_nobody_wants_is_not_due(projects, link_of, heard):
    """It would stay in the trace, many times as large as it came."""
    projects.handler("X", "G", "stays", "system.test.say(1)\nwhile True:\n\tpass")
    host, link = link_of()
    host.system.provide("test.say", heard)
    host.gateway.system.util.sendMessage("X", "stays", {}, "G")
    heard.wait(1)
    worker = link.worker
    [(slot, (number, delivery))] = [(n, one.head) for n, one in link.lanes.items() if one.head]
    link._take(link._life, [protocol.Done(slot, number, "done", 0.0, result=b"\xc0")])
    assert "a report that was not due" in worker.wait(DEADLINE).reason
    assert host.drain(DEADLINE)
    assert (delivery.status, delivery.result) == ("killed", None)


def test_nothing_counts_after_a_breach(link_of):
    """What it wrote before its end is left where it is."""
    host, link = link_of()
    life, lines = link._life, len(host.logbook)
    link._take(life, [protocol.Seen(1, [])])
    link._take(life, [protocol.Log("ERROR", "x", "y", "", "", 0)] * 100)
    assert life.worker.wait(DEADLINE)
    assert [line for line in list(host.logbook)[lines:] if line.logger == "x"] == []


def test_calls_beyond_their_rate_are_answered_late(link_of):
    """Who makes them has them open meanwhile, and more of them than any worker may have."""
    _, link = link_of(calls=1)
    asked = protocol.WorkerAsk(1, "no such", 7, "x", b"", 0, False)
    taken = [link._answers.take(asked) for _ in range(2 * answers.OUTSTANDING)]
    assert taken[0]
    assert not taken[-1]


def test_deliveries_are_known_by_their_id():
    """Those that a lane has, and the last that ended; to find one takes no search."""
    found, past, lane = known.Known(), known.deque(), object()
    made = [Delivery(n, None, "", None, 0.0) for n in range(known.PAST + 10)]
    for delivery in made:
        found.begin(lane, delivery)
    assert found.find(3) == (lane, made[3])
    for delivery in made:
        delivery.status = "done"
    found.end(past, made)
    assert found.find(3) == (None, None)
    assert found.find(made[-1].id) == (None, made[-1])
    assert len(past) == len(found._found) == known.PAST


def test_what_was_held_back_is_sent_however_its_sender_ends(projects, link_of, monkeypatch):
    """Its record says that it ended, and no report ever comes: what it sent waits for nothing."""
    projects.handler(
        "X", "G", "a", "system.util.sendMessage('X', 'h', {}, 'G')\nsystem.test.wait()"
    )
    host, link = link_of()
    gate, begun = threading.Event(), threading.Event()
    host.system.provide("test.wait", lambda: begun.set() or (gate.wait(DEADLINE) and None))
    host.gateway.system.util.sendMessage("X", "a", {}, "G")
    assert begun.wait(DEADLINE)
    [lane] = [each for each in link.lanes.values() if each.head]
    number = lane.head[0]
    state = SlotState(number, number, 0, 0, 0.0, bytes(OUTCOMES))
    with monkeypatch.context() as patch:
        patch.setattr(Progress, "state", lambda self, slot: state)
        wait_for(lambda: link.tick() and lane.head and lane.head[0] > number)
    assert [each.message.handler for _, each in lane.flight()] == ["h"]
    gate.set()
    assert host.drain(DEADLINE)


def test_what_pends_for_ever_ends_with_its_worker(link_of, monkeypatch):
    """A drain waits for what scripts started no longer than that may take."""
    monkeypatch.setattr(link_module, "UNBEGUN_GRACE", 0.1)
    host, link = link_of(deadline=0.2)
    worker = link.worker
    link._take(link._life, [protocol.Pending(1)])
    wait_for(lambda: link.rest() or worker.exit)
    assert "did not end in time" in worker.exit.reason
    assert host.drain(DEADLINE)
