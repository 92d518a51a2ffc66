"""What one script sends, names or says costs nobody else their worker, and the host no memory."""

import os
import threading
from time import process_time, thread_time

import msgspec
import pytest

from runtime.errors import RequestFailed
from runtime.executors import answers, fleet, metering, protocol, sources
from runtime.executors.judging import DEADLINE_GRACE, UNBEGUN_GRACE, Judge
from runtime.executors.losing import recover
from runtime.executors.remote_lane import WINDOW_BYTES, RemoteLane
from runtime.executors.values import CODEC, HOST_BYTES
from runtime.logbook import LOGGER_NAME
from sandbox.isolation.errors import PayloadRefused
from sandbox.isolation.probe import probe
from sandbox.isolation.progress import OUTCOMES, SlotState
from sandbox.isolation.worker import WorkerExit
from tests.runtime.conftest import DEADLINE

LOCKABLE = probe().available
TIERS = ["thread", "process"] if LOCKABLE else ["thread"]
locked = pytest.mark.skipif(not LOCKABLE, reason="this machine cannot lock a process")


def send(host, handler, payload=None, project="X"):
    host.gateway.system.util.sendMessage(project, handler, payload, "G")


def slot(started=0, finished=0, since=0.0):
    return SlotState(started, finished, 0, 0, since, bytes(OUTCOMES))


@pytest.mark.parametrize("tier", TIERS)
def test_a_loggers_name_is_bounded(projects, open_host, tier):
    """Levels of long names are refused where they are set, and nobody's worker gets them."""
    projects.handler("X", "G", "h", "pass")
    projects.handler("X", "G", "ok", "system.util.setLoggingLevel('n' * 256, 'debug')")
    projects.handler(
        "X",
        "G",
        "levels",
        "for i in range(100): system.util.setLoggingLevel(str(i) + 'n' * 90000, 'debug')",
    )
    host = open_host(tier=tier)
    for handler in ("levels", "ok", "h"):
        send(host, handler)
    assert host.drain(DEADLINE)
    found = {d.message.handler: d for d in host.trace}
    assert [found[name].status for name in ("levels", "ok", "h")] == ["failed", "done", "done"]
    assert "a logger's name has 256 characters at most, not 90001" in found["levels"].error
    assert list(host.logbook.levels("X")) == ["n" * LOGGER_NAME]


@locked
def test_levels_of_the_embedding_program_harm_no_worker(projects, open_host):
    """Names that no message has room for stay in the host; all others reach the workers."""
    projects.handler("X", "G", "h", "system.util.getLogger('quiet.one').info('no')\nprint 'ran'")
    host = open_host(tier="process")
    for number in range(10):
        host.logbook.set_level(f"{number}" + "n" * 1_000_000, "DEBUG")
    for number in range(3_000):
        host.logbook.set_level(f"logger.{number}", "DEBUG")
    host.logbook.set_level("quiet", "ERROR")
    send(host, "h")
    assert host.drain(DEADLINE)
    assert [(d.status, d.output) for d in host.trace] == [("done", "ran\n")]
    assert not [record for record in host.logbook if record.message == "no"]


@locked
def test_a_project_of_any_size_is_loaded(projects, open_host):
    """Scripts of more than one frame takes go to the worker in parts, each of them once."""
    for number in range(6):
        projects.library("X", f"lib{number}", f"# {'x' * 1_600_000}\ndef f():\n\treturn {number}\n")
    projects.handler("X", "G", "h", "print [project.lib0.f(), project.lib3.f(), project.lib5.f()]")
    host = open_host(tier="process")
    send(host, "h")
    assert host.drain(DEADLINE)
    projects.library("X", "lib3", "def f():\n\treturn 33\n")
    assert host.loader.refresh() is not None
    send(host, "h")
    assert host.drain(DEADLINE)
    assert [d.output for d in host.trace] == ["[0, 3, 5]\n", "[0, 33, 5]\n"]


@locked
def test_what_cannot_be_sent_ends_with_its_reason(projects, open_host, monkeypatch):
    """Where a worker cannot be told what it needs, work ends and says so; no worker is left."""
    projects.handler("X", "G", "h", "pass")
    host = open_host(tier="process")
    monkeypatch.setattr(
        host.system, "names", lambda: tuple(f"{n}.{'x' * 1_000_000}" for n in range(9))
    )
    for _ in range(3):
        send(host, "h")
        assert host.drain(DEADLINE)
    assert {d.status for d in host.trace} == {"undelivered"}
    assert all("its worker cannot be given what it needs" in d.error for d in host.trace)
    assert len(fleet.fleet_of(host)._links) == 1


@locked
def test_a_script_that_cannot_be_sent_leaves_no_worker(open_host):
    """A user script larger than a message may be does not run, and its worker is ended."""
    host = open_host(tier="process")
    result = host.gateway.run("# " + "x" * 9_000_000)
    assert "it could not be run in a locked process" in result.diagnostics[0].message
    pause = threading.Event()
    for _ in range(500):
        if not fleet.fleet_of(host)._scripts:
            break
        pause.wait(0.01)
    assert not fleet.fleet_of(host)._scripts


@locked
def test_large_payloads_wait_in_the_host(projects, open_host):
    """However much is queued, a worker has a few megabytes of it, and none is lost for it."""
    projects.handler("X", "G", "hold", "system.test.hold()")
    projects.handler("X", "G", "h", "system.test.say(payload['n'])")
    gate, begun, said = threading.Event(), threading.Event(), []
    host = open_host(tier="process")
    host.system.provide("test.say", said.append)
    host.system.provide("test.hold", lambda: begun.set() or (gate.wait(DEADLINE) and None))
    send(host, "hold")
    assert begun.wait(DEADLINE)
    link = fleet.fleet_of(host)._links[0]
    process = link.process
    for number in range(90):
        send(host, "h", {"n": number, "b": "x" * 900_000})
    assert all(lane._bytes < WINDOW_BYTES + 1_000_000 for lane in link.lanes.values())
    gate.set()
    assert host.drain(DEADLINE)
    assert said == list(range(90))
    assert link.process == process
    assert {d.status for d in host.trace} == {"done"}
    assert all(lane._bytes == 0 for lane in link.lanes.values())


def test_work_is_judged_by_the_hosts_clock():
    """A record that says the work began later, or just now again, wins nothing by it."""
    judge = Judge()
    now = 100.0
    assert judge.overdue(0, slot(1, 0, now), (0, 5), 1.0, False, now) == ""
    late = now + 1.0 + DEADLINE_GRACE + 0.01
    told = judge.overdue(0, slot(1, 0, late), (0, 5), 1.0, False, late)
    assert told == "its deadline of 1 s passed"
    # Told earlier than the host first saw it: the record is exact where it costs time.
    assert judge.overdue(1, slot(1, 0, now - 2), (0, 5), 1.0, False, now)


@pytest.mark.parametrize("state", [slot(), slot(3, 1), slot(9, 8), slot(2, 2)])
def test_a_record_that_shows_no_work_is_not_believed_for_ever(state):
    """Work that is never begun is overdue too, unless another lane keeps it waiting."""
    judge = Judge()
    limit = 1.0 + UNBEGUN_GRACE
    assert judge.overdue(0, state, (2, 5), 1.0, False, 100.0) == ""
    assert judge.overdue(0, state, (2, 5), 1.0, False, 100.0 + limit - 0.1) == ""
    assert judge.overdue(0, state, (2, 5), 1.0, True, 100.0 + limit + 0.1) == ""
    assert judge.overdue(0, state, (2, 5), 1.0, False, 100.0 + limit + 0.2) == ""
    assert "did not begin it" in judge.overdue(0, state, (2, 5), 1.0, False, 100.2 + 2 * limit)


def test_a_stop_holds_for_the_work_it_was_meant_for():
    """It needs no word of the record, and is nothing to what runs after."""
    judge = Judge()
    judge.stop(0, 3, "the operator")
    assert judge.stopped(0, 3, 0.0) == ""
    assert judge.stopped(0, 3, 1e12) == "the operator"
    assert judge.stopped(1, 3, 1e12) == ""
    assert judge.stopped(0, 4, 1e12) == ""
    assert not judge.stops(0)


@locked
def test_what_a_worker_was_ended_for_ends_with_it(projects, open_host):
    """The work that a worker was ended for is killed, begun or not; what waited waits again."""
    projects.handler("X", "G", "h", "pass")
    host = open_host(tier="process")
    send(host, "h")
    assert host.drain(DEADLINE)
    link = fleet.fleet_of(host)._links[0]
    # On a slot that the worker never heard of, so that nothing but this test says how it ends.
    lane = RemoteLane("a lane", link, 500, "")
    for number in (1, 2):
        message = host.dispatcher.message(host.gateway, "X", "h", {})
        work = host.dispatcher.delivery(message, "Gateway", host.space("X").gateway.executor)
        lane._flight.append((number, work, lane._start(work)))
        lane.accepted += 1
    waits = lane._flight[1][1]
    first = lane._flight[0][1]
    end = WorkerExit(-9, "", "", [slot()] * 501, None)
    assert recover({500: lane}, end, (500, "it had its time")) == 1
    assert (first.status, first.error) == ("killed", "it had its time")
    assert waits.status == "queued"
    assert len(lane) == 1


def test_parts_carry_all_of_it():
    """The parts of a load hold every script once, and each is a change of the one before."""
    from runtime.executors import protocol

    modules = [protocol.ModuleText(f"m{n}", "x" * 400_000, "f", "") for n in range(7)]
    handlers = [protocol.HandlerText("G", "h", "y" * 5_000_000, "f", "Shared", True, "")]
    load = protocol.Load(7, 3, "X", "", 1, 1, handlers, modules, [("G", "gone")], [], [], [])
    parts = sources.parts_of(load)
    assert [part.key for part in parts] == [7] * len(parts)
    assert [part.base for part in parts] == [3] + [7] * (len(parts) - 1)
    assert [m.path for part in parts for m in part.modules] == [f"m{n}" for n in range(7)]
    assert sum(len(part.handlers) for part in parts) == 1
    assert [part.gone_handlers for part in parts if part.gone_handlers] == [[("G", "gone")]]


@pytest.mark.parametrize("code", [69, 70, 71, 96, 97, 98, 99])
def test_what_a_java_collection_compares_costs_bounded_time(code):
    """Sets and maps of keys made to collide are refused, as Python's own are."""
    count, modulus = 30_000, 2**61 - 1
    encode = msgspec.msgpack.Encoder().encode
    keys = [
        msgspec.msgpack.Ext(4, (n * modulus).to_bytes(12, "little", signed=True))
        for n in range(1, count)
    ]
    inside = encode(keys)
    if code >= 96:
        flat = []
        for key in keys:
            flat += (key, 0)
        inside = encode(msgspec.msgpack.Ext(11, encode(flat)))
    began = thread_time()
    with pytest.raises(PayloadRefused):
        CODEC.decode(encode(msgspec.msgpack.Ext(code, inside)), HOST_BYTES)
    assert thread_time() - began < 1.5


@locked
@pytest.mark.parametrize("lines", [3, 2_000])
def test_what_a_killed_handler_printed_is_kept(projects, open_host, lines):
    """Lines reach the host while the handler runs: its log and its trace have them after a kill."""
    projects.handler("X", "G", "warm", "pass")
    projects.handler(
        "X",
        "G",
        "h",
        f"for i in range({lines}):\n\tprint 'line', i\n"
        + ("" if lines < 10 else "import time\ntime.sleep(0.3)\n")
        + "x = sum(xrange(10 ** 13))",
    )
    host = open_host(tier="process", deadline=1.0)
    for handler in ("warm", "h"):
        send(host, handler)
        assert host.drain(DEADLINE)
    last = list(host.trace)[-1]
    assert last.status == "killed"
    wanted = [f"line {n}" for n in range(lines)]
    assert [r.message for r in host.logbook if r.logger == "X.h"] == wanted
    assert last.output == "".join(f"{line}\n" for line in wanted)


def test_a_worker_is_metered_by_what_ran_in_it(monkeypatch):
    """It may use what its work takes, and little beside that."""
    used = {"seconds": 0.0}
    monkeypatch.setattr(metering, "used_by", lambda process: used["seconds"])
    meter = metering.Meter(1, 100.0)
    assert not meter.overspent(True, 100.0)
    used["seconds"] = metering.STARTED + 0.1
    assert meter.overspent(True, 100.0)
    # A share of the time, work, and a version to compile are its due.
    assert not meter.overspent(True, 110.0)
    meter.wake(110.0)
    used["seconds"] += 3.0
    assert not meter.overspent(False, 111.0)
    assert not meter.overspent(True, 115.0)
    used["seconds"] += 100.0
    assert not meter.overspent(False, 116.0)
    assert meter.overspent(True, 116.0)
    for _ in range(20):
        meter.grant(metering.LOADED)
    assert not meter.overspent(True, 116.0)


def test_what_work_did_not_take_is_not_kept(monkeypatch):
    """Handlers that sleep buy no time for what goes on after them."""
    used = {"seconds": 0.0}
    monkeypatch.setattr(metering, "used_by", lambda process: used["seconds"])
    meter = metering.Meter(1, 0.0)
    assert not meter.overspent(False, 1_000.0)
    assert not meter.overspent(True, 1_000.0)
    used["seconds"] = metering.STARTED
    assert not meter.overspent(True, 1_001.0)
    used["seconds"] += 1.0
    assert meter.overspent(True, 1_001.0)


def test_the_processor_time_of_a_process_is_told():
    """By the kernel, of any process of ours; of one that is gone there is none."""
    assert 0.0 < metering.used_by(os.getpid()) <= process_time() + 1.0
    assert metering.used_by(2**22 + 1) == 0.0


@locked
def test_a_worker_that_goes_on_at_rest_is_ended(projects, open_host, monkeypatch):
    """What is not used for work ends the worker, and never while something runs."""
    projects.handler("X", "G", "h", "pass")
    projects.handler("X", "G", "hold", "system.test.hold()")
    gate, begun = threading.Event(), threading.Event()
    host = open_host(tier="process", deadline=DEADLINE)
    host.system.provide("test.hold", lambda: begun.set() or (gate.wait(DEADLINE) and None))
    send(host, "hold")
    assert begun.wait(DEADLINE)
    [link] = fleet.fleet_of(host)._links
    worker = link.worker
    monkeypatch.setattr(metering, "used_by", lambda process: 1e9)
    assert not link.tick() or worker.alive
    gate.set()
    assert host.drain(DEADLINE)
    link.rest()
    end = worker.wait(DEADLINE)
    assert "used the processor though nothing of it ran" in end.reason
    monkeypatch.undo()
    send(host, "h")
    assert host.drain(DEADLINE)
    assert [d.status for d in host.trace] == ["done", "done"]


@locked
def test_threads_that_outlive_the_deadline_do_not_count_as_work(projects, open_host, monkeypatch):
    """A worker that says of something that it is still to come is metered all the same."""
    projects.handler("X", "G", "h", "pass")
    host = open_host(tier="process", deadline=1.0)
    send(host, "h")
    assert host.drain(DEADLINE)
    [link] = fleet.fleet_of(host)._links
    worker = link.worker
    link._answers.take(protocol.Pending(1))
    monkeypatch.setattr(metering, "used_by", lambda process: 1e9)
    link.rest()
    assert worker.exit is None or not worker.exit.reason
    link._ran -= 10.0
    link.rest()
    assert "used the processor" in worker.wait(DEADLINE).reason


@locked
@pytest.mark.parametrize("flood", ["pending", "seen"])
def test_what_nobody_asked_for_ends_a_worker(projects, open_host, flood):
    """Answers without a question, and beginnings without end, are no honest worker's."""
    projects.handler("X", "G", "h", "pass")
    host = open_host(tier="process")
    send(host, "h")
    assert host.drain(DEADLINE)
    [link] = fleet.fleet_of(host)._links
    worker = link.worker
    flooded = [protocol.Pending(1), protocol.Pending(-1)] * (answers.CHANGES + 1)
    batch = [protocol.Seen(1, [])] if flood == "seen" else flooded
    link._take(link._life, batch)
    assert "it broke the protocol" in worker.wait(DEADLINE).reason
    assert host.drain(DEADLINE)


@locked
def test_a_late_answer_to_a_look_is_due(projects, open_host):
    """A look that was given up is answered all the same, once."""
    projects.handler("X", "G", "h", "pass")
    host = open_host(tier="process")
    send(host, "h")
    assert host.drain(DEADLINE)
    [link] = fleet.fleet_of(host)._links
    for _ in range(70):
        link._looked.ask(lambda seen: None)
    assert all(link._looked.take(protocol.Seen(number, [])) for number in range(1, 71))
    assert not link._looked.take(protocol.Seen(70, []))


@locked
def test_a_result_without_room_is_no_end_of_its_lane(projects, open_host):
    """What a handler returned may fit in memory and its text no more: it fails, and is told."""
    projects.handler("X", "G", "next", "return 'here'")
    projects.handler(
        "X",
        "G",
        "h",
        "found = (u'\\u1234' * 1200000,)\nkeep = system.util.getGlobals().setdefault('keep', [])\n"
        "for size in (1 << 22, 1 << 20, 1 << 18):\n\ttry:\n\t\twhile True: "
        "keep.append('x' * size)\n\texcept MemoryError: pass\nreturn found",
    )
    host = open_host(tier="process", memory=64)
    ask = host.gateway.system.util.sendRequest
    with pytest.raises(RequestFailed, match=r"'h' (failed|killed)"):
        ask("X", "h", timeoutSec=2 * DEADLINE)
    send(host, "next")
    assert host.drain(DEADLINE)
    assert next(iter(host.trace)).status in ("failed", "killed")


@locked
@pytest.mark.parametrize(
    "body",
    [
        "return 'x' * 900000",
        "big = 'x' * 1800000\ntry: raise ValueError('v')\nexcept ValueError, e: kept = e\nreturn 1",
        "big = [payload]\nbig.append(big)",
    ],
    ids=["result", "exception", "cycle"],
)
def test_what_handlers_returned_or_were_sent_leaves_their_worker(projects, open_host, body):
    """Work of any size and number ends well in a worker with little memory."""
    projects.handler("X", "G", "h", body)
    host = open_host(tier="process", memory=64)
    for _ in range(120):
        host.gateway.system.util.sendRequest("X", "h", {"text": "x" * 900_000})
    assert {d.status for d in host.trace} == {"done"}


@locked
def test_a_worker_says_in_the_hosts_name_what_the_host_says(projects, open_host):
    """Lines of the one logger that a worker shares with the host are the host's own words."""
    projects.handler("X", "G", "h", "pass")
    host = open_host(tier="process")
    send(host, "nope")
    assert host.drain(DEADLINE)
    [link] = fleet.fleet_of(host)._links
    number = next(iter(host.trace)).id
    for delivery in (number, 0):
        link._answers.take(
            protocol.Log("ERROR", "MessageDispatchManager", "forged", "forged", "", delivery)
        )
    lines = [r for r in host.logbook if r.logger == "MessageDispatchManager"]
    assert [r.message for r in lines] == [lines[0].message] * len(lines)
    assert "message handler 'nope'" in lines[0].message
    assert "forged" not in lines[-1].detail


def test_a_worker_is_sent_no_handlers_of_other_projects(projects, open_host):
    """Of the shared project it gets the libraries, which are what scripts see."""
    projects.library("global", "lib", "y = 2\n")
    for name in ("global", "X"):
        projects.handler(name, "G", f"h_{name}", "pass")
    host = open_host(tier="thread", profile="8.1")
    sent = sources.Shipped().update("", host.spaces["X"].gateway.libraries())
    loads = {load.project: load for load in sent if type(load) is protocol.Load}
    assert [module.path for module in loads["global"].modules] == ["lib"]
    assert {name for name, load in loads.items() if load.handlers} == {"X"}
    of_global = sources.Shipped().update("", host.spaces["global"].gateway.libraries())
    assert [h.name for h in of_global[0].handlers] == ["h_global"]


def test_the_threads_of_a_process_are_counted():
    """The kernel's own count: a worker that has more than scripts may start is ended."""
    assert not metering.crowded(os.getpid(), 0)
    assert not metering.crowded(2**22 + 1, 0)
    assert metering.crowded(os.getpid(), -metering._BESIDE)


@locked
def test_a_worker_with_too_many_threads_is_ended(projects, open_host, monkeypatch):
    """They are the machine's, which has so many for all: work in it is killed, the next runs."""
    projects.handler("X", "G", "h", "system.test.hold()")
    gate, begun = threading.Event(), threading.Event()
    host = open_host(tier="process")
    host.system.provide("test.hold", lambda: begun.set() or (gate.wait(DEADLINE) and None))
    send(host, "h")
    assert begun.wait(DEADLINE)
    [link] = fleet.fleet_of(host)._links
    worker = link.worker
    monkeypatch.setattr(metering, "_BESIDE", -100_000)
    link.tick()
    assert "more threads than scripts may have" in worker.wait(DEADLINE).reason
    monkeypatch.undo()
    gate.set()
    send(host, "h")
    assert host.drain(DEADLINE)
    assert [d.status for d in host.trace] == ["killed", "done"]


@pytest.mark.parametrize("tier", TIERS)
def test_a_call_without_room_on_the_stack_says_so(open_host, tier):
    """At the end of its stack a script gets the error it knows, wherever the call goes."""
    host = open_host(tier=tier)
    host.tags.define("T", 0)
    found = host.gateway.run(
        "seen = set()\ndef f():\n\ttry: f()\n\texcept RuntimeError:\n"
        "\t\ttry: system.tag.write('T', [[[1]]])\n"
        "\t\texcept RuntimeError, e: seen.add(str(e)[:23])\n"
        "\t\traise\ntry: f()\nexcept RuntimeError: print seen"
    )
    assert found.output == "set(['maximum recursion depth'])\n", found.traceback
