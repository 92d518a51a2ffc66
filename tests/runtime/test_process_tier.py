"""The process tier: what the thread tier does, and what only a locked worker can hold."""

import os
import random
import signal
import threading
import time

import pytest

from runtime.executors import fleet, link, losing, protocol, remote_lane
from runtime.executors.remote_lane import RemoteLane
from runtime.executors.values import CODEC
from sandbox.isolation.payload import PayloadCodec
from sandbox.isolation.probe import probe
from sandbox.isolation.progress import OUTCOMES, SlotState
from sandbox.isolation.worker import WorkerExit

DEADLINE = 20.0

pytestmark = pytest.mark.skipif(
    not probe().available, reason=f"this machine cannot lock a process: {probe().missing}"
)


@pytest.fixture
def host(open_host):
    def start(**options):
        return open_host(tier="process", **options)

    return start


def send(host, handler, payload=None, scope="G", project="X"):
    return host.gateway.system.util.sendMessage(project, handler, payload, scope)


def statuses(host, handler=None):
    return [d.status for d in host.trace if handler in (None, d.message.handler)]


def until(host, condition):
    """Wait for the host's next events until the condition holds."""
    happened = threading.Event()
    host.observe(lambda event: happened.set())
    end = time.monotonic() + DEADLINE
    while not condition():
        assert happened.wait(0.05) or time.monotonic() < end, "it did not come to be"
        happened.clear()


def worker_of(host, letter="G"):
    [link] = [one for one in fleet.fleet_of(host)._links if one.letter == letter]
    return link.worker


def test_handlers_run_in_another_process(projects, host):
    """A handler sees payload, libraries and system, in a process that is not the host's."""
    projects.library("X", "lib", "def double(n):\n    return 2 * n\n")
    projects.handler("X", "G", "h", "print project.lib.double(payload['n'])")
    own = host()
    send(own, "h", {"n": 21})
    assert own.drain(DEADLINE)
    [delivery] = own.trace
    assert (delivery.status, delivery.output) == ("done", "42\n")
    assert worker_of(own).process != os.getpid()


def test_types_of_scripts_come_back(projects, host):
    """long, unicode, tuples and sets keep their types through a request and its reply."""
    projects.handler("X", "G", "echo", "return payload", threadType="Dedicated")
    projects.handler(
        "X",
        "G",
        "ask",
        "sent = {'a': (1, 2L, u'x'), 's': set([1]), 5: None, 'b': 2 ** 70}\n"
        "got = system.util.sendRequest('X', 'echo', sent)\n"
        "print got == sent, [type(x).__name__ for x in got['a']]",
    )
    own = host()
    send(own, "ask")
    assert own.drain(DEADLINE)
    output = next(d.output for d in own.trace if d.message.handler == "ask")
    assert output.startswith("True ['int', 'long', 'unicode']")


@pytest.mark.parametrize(
    "body",
    [
        "sum(xrange(10 ** 12))",
        "x = 10 ** 10 ** 8",
        "while True:\n\ttry:\n\t\twhile True:\n\t\t\tpass\n\texcept:\n\t\tpass",
    ],
    ids=["sum", "power", "swallow"],
)
def test_any_runaway_ends_at_its_deadline(projects, host, body):
    """Whatever a handler does, it ends within its deadline and 100 ms, and others go on."""
    projects.handler("X", "G", "h", body)
    projects.handler("X", "G", "warm", "pass")
    projects.handler("X", "G", "next", "pass")
    own = host(deadline=0.5)
    send(own, "warm")
    assert own.drain(DEADLINE)
    send(own, "h")
    send(own, "next")
    assert own.drain(DEADLINE)
    first, second = list(own.trace)[1:]
    assert first.status in ("stopped", "killed", "failed")
    assert first.finished_at - first.started_at < 0.5 + 0.25
    assert second.status == "done"


def test_the_lane_at_fault_is_named_and_the_rest_is_exact(projects, host, heard):
    """A kill ends what ran, names the culprit's line, and runs what waited once, in order."""
    projects.handler("X", "G", "hog", "system.test.say('hog')\nx = sum(xrange(10 ** 13))")
    projects.handler("X", "G", "sleep", "import time\ntime.sleep(30)", threadType="Dedicated")
    projects.handler("X", "G", "count", "system.test.count(payload['n'])")
    counted = []
    own = host()
    own.system.provide("test.say", heard)
    own.system.provide("test.count", lambda n: counted.append(n))
    for n in range(20):
        send(own, "count", {"n": n})
    send(own, "sleep")
    send(own, "hog")
    for n in range(20, 40):
        send(own, "count", {"n": n})
    heard.wait(1)
    hog = next(d for d in own.trace if d.message.handler == "hog")
    until(own, lambda: hog.status == "running")
    assert own.kill(hog.id, "enough")
    assert own.drain(DEADLINE)
    assert counted == list(range(40))
    assert statuses(own, "count") == ["done"] * 40
    assert hog.status == "killed"
    assert hog.error == "enough at X/ignition/message/hog/handleMessage.py:3"
    slept = next(d for d in own.trace if d.message.handler == "sleep")
    assert slept.status == "killed"
    assert "because of lane X Gateway shared: enough at" in slept.error


def test_a_worker_that_dies_is_replaced(projects, host, heard):
    """A worker killed from outside costs what it ran, and nothing that waited."""
    projects.handler("X", "G", "h", "system.test.say('h')\nwhile payload['stay']:\n\tpass")
    own = host()
    own.system.provide("test.say", heard)
    for n in range(10):
        send(own, "h", {"stay": n == 0})
    heard.wait(1)
    os.kill(worker_of(own).process, signal.SIGKILL)
    assert own.drain(DEADLINE)
    assert statuses(own) == ["killed"] + ["done"] * 9
    assert "ended by SIGKILL" in next(iter(own.trace)).error


def test_memory_is_bounded(projects, host):
    """A handler that takes all memory fails or loses its worker; the host goes on."""
    projects.handler("X", "G", "h", "x = []\nwhile True:\n\tx.append('x' * 1000000 + str(len(x)))")
    projects.handler("X", "G", "next", "pass")
    own = host(memory=64)
    send(own, "h")
    send(own, "next")
    assert own.drain(DEADLINE)
    assert statuses(own, "h")[0] in ("failed", "killed")
    assert statuses(own, "next") == ["done"]


def test_a_reload_reaches_what_waits(projects, host, heard):
    """What is queued when a handler changes runs its new version, in a worker too."""
    projects.handler("X", "G", "h", "system.test.say('old')\nwhile payload['stay']:\n\tpass")
    own = host()
    own.system.provide("test.say", heard)
    send(own, "h", {"stay": True})
    heard.wait(1)
    send(own, "h", {"stay": False})
    projects.handler("X", "G", "h", "system.test.say('new')")
    assert own.loader.refresh() is not None
    send(own, "h", {})
    own.kill(next(iter(own.trace)).id)
    assert own.drain(DEADLINE)
    assert heard.values == ["old", "new", "new"]


def test_calls_need_a_capability(projects, host):
    """A worker may have called what is provided and nothing else, whatever it names."""
    projects.handler("X", "G", "h", "pass")
    own = host()
    send(own, "h")
    assert own.drain(DEADLINE)
    [asked] = fleet.fleet_of(own)._links
    sent = []
    asked.send = lambda *messages, flush=True: sent.extend(messages)
    for function in ("os.system", "close", "_send", "tags.subscribe", ""):
        data = CODEC.encode((["x"], {}))
        assert asked._answers.take(protocol.Ask(1, "", 0, function, data))
        assert "is not available in this host" in sent[-1].text
    for data in (b"", b"\xc1", PayloadCodec().encode([1]), CODEC.encode((["x"] * 9, {}))):
        assert asked._answers.take(protocol.Ask(1, "", 0, "sendMessage", data))
        assert sent[-1].error
    assert asked._answers.take(protocol.Ask(1, "no such session", 0, "sendMessage", b""))
    assert "session was closed" in sent[-1].text
    assert not asked._answers.take(protocol.Pending(-1))


def test_a_report_that_was_not_due_ends_the_worker(projects, host, heard):
    """A worker that reports what it was not given is ended, and its work is killed."""
    projects.handler("X", "G", "h", "system.test.say('h')\nwhile True:\n\tpass")
    own = host()
    own.system.provide("test.say", heard)
    send(own, "h")
    heard.wait(1)
    [asked] = fleet.fleet_of(own)._links
    asked._take(asked._life, [protocol.Done(0, 77, "done", 0.0)])
    assert own.drain(DEADLINE)
    assert statuses(own) == ["killed"]
    assert "broke the protocol" in next(iter(own.trace)).error


@pytest.mark.parametrize("reports", [[0], [1, 1], [1, 0]])
def test_a_report_that_ends_nothing_is_not_due(projects, host, reports):
    """Numbers that were never given, or were told already, make no worker look useful."""
    projects.handler("X", "G", "h", "pass")
    own = host()
    message = own.dispatcher.message(own.gateway, "X", "h", {})
    work = own.dispatcher.delivery(message, "Gateway", own.space("X").gateway.executor)
    lane = RemoteLane("a lane", work.target.lane_of("h").link, 500, "")
    lane.accepted = 1
    lane._flight.append((1, work, lane._start(work)))
    assert lane.take([protocol.Done(500, n, "done", 0.0) for n in reports]) == -1


def test_late_reports_of_what_the_record_told_are_due_once(projects, host):
    """What was settled by the record is reported all the same."""
    projects.handler("X", "G", "h", "pass")
    own = host()
    lane = RemoteLane("a lane", own.space("X").gateway.executor.lane_of("h").link, 500, "")
    for number in (1, 2):
        message = own.dispatcher.message(own.gateway, "X", "h", {})
        work = own.dispatcher.delivery(message, "Gateway", own.space("X").gateway.executor)
        lane._flight.append((number, work, lane._start(work)))
        lane.accepted += 1
    lane.settle_ended(SlotState(2, 2, 0, 0, 0.0, bytes(OUTCOMES)))
    reports = [protocol.Done(500, n, "done", 0.0) for n in (1, 2)]
    assert lane.take(reports) == 2
    assert lane.take(reports[1:]) == -1


def test_work_that_no_worker_ever_begins_ends(projects, host):
    """Workers that are lost with it before it began have another one try, but not for ever."""
    projects.handler("X", "G", "h", "pass")
    own = host()
    message = own.dispatcher.message(own.gateway, "X", "h", {})
    work = own.dispatcher.delivery(message, "Gateway", own.space("X").gateway.executor)
    lane = RemoteLane("a lane", work.target.lane_of("h").link, 500, "")
    lane.accepted = 1
    for life in range(remote_lane.LIVES):
        assert work.status == "queued", life
        lane._queue.clear()
        lane._flight.append((1, work, lane._start(work)))
        end = WorkerExit(-9, "", "", [SlotState(0, 0, 0, 0, 0.0, bytes(OUTCOMES))] * 501, None)
        losing.recover({500: lane}, end, None)
    assert (work.status, len(lane)) == ("undelivered", 0)
    assert "was lost 10 times before it began" in work.error


def test_a_record_without_its_report_ends_plain_work_alone(projects, host):
    """What has an answer, or printed, is ended by its report, however late that comes."""
    projects.handler("X", "G", "ask", "print 'x'\nreturn payload['n']")
    projects.handler("X", "G", "plain", "pass")
    own = host()
    message = own.dispatcher.message(own.gateway, "X", "ask", {"n": 5})
    work = own.dispatcher.delivery(message, "Gateway", own.space("X").gateway.executor)
    # Sent to a worker that there is not, so that nothing but this test says how it ends.
    lane = RemoteLane("a lane", work.target.lane_of("ask").link, 500, "")
    lane.accepted = 1
    lane._flight.append((1, work, None))
    lane._number = 1
    outcomes = bytearray(OUTCOMES)
    outcomes[1] = protocol.TOLD
    state = SlotState(1, 1, 0, 0, 0.0, bytes(outcomes))
    lane.settle_ended(state)
    assert work.status in ("queued", "running")
    work.wants_result = True
    lane.recover({1: losing._unreported(protocol.TOLD)})
    assert (work.status, work.error) == ("killed", "its report was lost with the worker")


def test_client_sessions_share_a_worker_and_nothing_else(projects, host):
    """Sessions of one project run in one worker, each with library state of its own."""
    projects.library("X", "lib", "seen = []\n")
    projects.handler(
        "X",
        "C",
        "h",
        "project.lib.seen.append(1)\nprint len(project.lib.seen), system.util.getClientId()",
    )
    own = host()
    panels = [own.open_client("X") for _ in range(3)]
    send(own, "h", scope="C")
    send(own, "h", scope="C")
    assert own.drain(DEADLINE)
    assert sorted(d.output for d in own.trace) == sorted(
        f"{n} {panel.id}\n" for panel in panels for n in (1, 2)
    )
    assert len({worker_of(own, "C").process}) == 1


def threads_of(worker):
    return len(os.listdir(f"/proc/{worker.process}/task"))


def test_threads_of_closed_sessions_end(projects, host):
    """A worker that some session keeps alive grows by none that came and went."""
    projects.handler("X", "C", "h", "pass")
    own = host()
    own.open_client("X")
    send(own, "h", scope="C")
    assert own.drain(DEADLINE)
    worker = worker_of(own, "C")
    for _ in range(12):
        session = own.open_client("X")
        send(own, "h", scope="C")
        assert own.drain(DEADLINE)
        session.close()
    send(own, "h", scope="C")
    assert own.drain(DEADLINE)
    assert worker_of(own, "C") is worker
    until(own, lambda: threads_of(worker) < 10)


def test_a_thread_too_many_fails_its_own_work_alone(projects, host):
    """Where a worker's memory takes no more of them, what asked for one says so."""
    for number in range(60):
        projects.handler("X", "G", f"h{number}", "pass", threadType="Dedicated")
    projects.handler("X", "G", "shared", "pass")
    own = host(memory=24)
    send(own, "shared")
    assert own.drain(DEADLINE)
    worker = worker_of(own)
    for number in range(60):
        send(own, f"h{number}")
    send(own, "shared")
    assert own.drain(DEADLINE)
    assert worker_of(own) is worker
    assert statuses(own, "shared") == ["done", "done"]
    ended = {d.status: d.error for d in own.trace if d.message.handler != "shared"}
    assert set(ended) == {"done", "failed"}
    assert "no room for one thread more" in ended["failed"]


def test_workers_end_with_their_host(projects, host):
    """Closing a host leaves no worker."""
    projects.handler("X", "G", "h", "pass")
    own = host()
    send(own, "h")
    assert own.drain(DEADLINE)
    worker = worker_of(own)
    own.close()
    assert worker.wait(DEADLINE) is not None


def test_where_nothing_can_be_locked_it_is_said(projects, open_host, monkeypatch):
    """Without a lock nothing runs: deliveries end as undelivered and the log says what to do."""
    from sandbox.isolation import landlock

    projects.handler("X", "G", "h", "pass")
    monkeypatch.setattr(fleet, "_zygotes", [])
    monkeypatch.setattr(landlock, "abi", lambda machine: 0)
    own = open_host(tier="process")
    send(own, "h")
    assert own.drain(DEADLINE)
    [delivery] = own.trace
    assert delivery.status == "undelivered"
    assert "Landlock is off" in delivery.error


def test_random_kills_lose_nothing_and_run_nothing_twice(projects, host, monkeypatch):
    """Whenever its worker is killed, each message ends once: done ones ran once, none ran twice."""
    # On a busy machine three workers may well die before the first message of each.
    monkeypatch.setattr(link, "_BARREN", 1_000)
    projects.handler("X", "G", "h", "system.test.ran(payload['n'])")
    projects.handler("X", "G", "d", "system.test.ran(payload['n'])", threadType="Dedicated")
    projects.handler("X", "G", "quick", "x = payload['n']")
    ran = []
    own = host()
    own.system.provide("test.ran", ran.append)
    chance = random.Random(7)
    expected = 0
    for _ in range(25):
        for _ in range(60):
            send(own, chance.choice(["h", "d", "quick", "quick"]), {"n": expected})
            expected += 1
        worker = worker_of(own)
        if worker is not None:
            # Not to wait for anything: to strike at any point of what it does.
            threading.Event().wait(chance.random() * 0.01)
            worker.kill("the test")
    assert own.drain(DEADLINE)
    ended = {d.message.id: d.status for d in own.trace}
    assert len(ended) == expected
    assert set(ended.values()) <= {"done", "killed"}
    assert list(ended.values()).count("killed") <= 2 * 25
    assert len(ran) == len(set(ran))
    done = {n for n, status in enumerate(ended.values()) if status == "done"}
    slow = {n for n, d in enumerate(own.trace) if d.message.handler != "quick" and n in done}
    assert slow <= set(ran)


def test_a_worker_that_never_starts_well_is_given_up(projects, host, monkeypatch):
    """Workers that end before they do anything are given up: messages end, and it is said."""
    projects.handler("X", "G", "h", "pass")
    own = host()
    real = link.Shipped.update

    def broken(self, receiver, libraries):
        return [protocol.Follow("", 99_999, 0, [99_999]), *real(self, receiver, libraries)]

    monkeypatch.setattr(link.Shipped, "update", broken)
    send(own, "h")
    assert own.drain(DEADLINE)
    [delivery] = own.trace
    assert delivery.status == "undelivered"
    assert "lost 3 times before it did anything" in delivery.error
