"""What the host keeps is bounded by its size, not only by its count."""

import gc
import queue
import threading
from functools import partial

import pytest

from runtime import logbook, trace
from runtime.logbook import LINE, LogBook, Origin
from runtime.message import LINES_AT_ONCE, OUTPUT_KEPT
from runtime.requests import Request
from runtime.timers import Timers
from sandbox.library.threads import COUNT
from tests.runtime.conftest import DEADLINE


def test_the_log_is_bounded_by_its_size(monkeypatch):
    """The oldest lines go first; what is kept is what came last."""
    monkeypatch.setattr(logbook, "KEPT_BYTES", 1_000_000)
    book = LogBook()
    for number in range(100):
        book.write("INFO", "l", f"{number} {'x' * 50_000}")
    kept = list(book)
    assert 15 <= len(kept) <= 20
    assert kept[-1].message.startswith("99 ")
    for _ in range(10_000):
        book.write("INFO", "l", "short")
    assert {record.message for record in book} == {"short"}
    book.write("INFO", "l", "y" * 50_000)
    assert (len(book), book._bytes < 51_000) == (10_000, True)


def test_a_line_has_a_longest_one():
    """A line and its detail are cut, and say so."""
    book = LogBook()
    book.write("INFO", "n" * 10_000_000, "x" * 9_000_000, "first" + "d" * 9_000_000 + "last")
    [record] = book
    assert record.message == "x" * LINE + "… (8900000 characters more)"
    assert record.detail.startswith("first")
    assert record.detail.endswith("last")
    assert len(record.detail) < LINE + 10
    assert len(record.logger) == 1_000


def test_a_flood_of_long_lines_is_bounded(monkeypatch):
    """Characters count as lines do: over their rate lines are dropped, and that is said."""
    seconds = iter([10.0] * 100 + [11.0] * 10)
    monkeypatch.setattr(logbook.time, "monotonic", lambda: next(seconds))
    monkeypatch.setattr(logbook, "RATE_BYTES", 1_000_000)
    book = LogBook(rate=lambda project: 1_000)
    for _ in range(100):
        book.write("INFO", "l", "x" * 50_000, origin=Origin(project="X"))
    assert len(book) == 20
    book.write("INFO", "l", "next", origin=Origin(project="X"))
    assert "80 lines that scripts of project X logged were dropped" in list(book)[-2].message


def test_output_without_an_end_of_line_is_bounded(projects, open_host):
    """What is printed without a line's end is logged in pieces, and kept up to a bound."""
    projects.handler("X", "G", "h", "for i in range(100):\n\tprint 'x' * 50000,")
    projects.handler("X", "G", "big", "print 'x' * 9000000")
    host = open_host()
    for handler in ("h", "big"):
        host.gateway.system.util.sendMessage("X", handler)
    assert host.drain(DEADLINE)
    assert [(d.status, len(d.output)) for d in host.trace] == [("done", OUTPUT_KEPT)] * 2
    assert max(len(record.message) for record in host.logbook) < 2 * LINE


def test_the_trace_is_bounded_by_its_size(projects, open_host, monkeypatch):
    """Where handlers print and raise much, the oldest lose their words and stay in the trace."""
    monkeypatch.setattr(trace, "HEAVY_BYTES", 1_000_000)
    projects.handler("X", "G", "h", "print 'x' * 60000\nprint payload['n']")
    projects.handler("X", "G", "raise", "raise ValueError('y' * 60000)")
    host = open_host()
    for number in range(50):
        host.gateway.system.util.sendMessage("X", "h", {"n": number})
        host.gateway.system.util.sendMessage("X", "raise", {"n": number})
    assert host.drain(DEADLINE)
    kept = list(host.trace)
    assert len(kept) == 100
    assert sum(len(d.output) + len(d.traceback or "") for d in kept) < 1_500_000
    assert kept[-2].output.endswith("\n49\n")
    assert "left out" in kept[0].output
    assert all(d.traceback.endswith("y\n") for d in kept if d.traceback)
    assert all(len(d.error) <= 10_000 for d in kept if d.error)


def test_names_have_a_longest_one(projects, open_host):
    """Names of projects, of handlers and in filters are refused where they are too long."""
    projects.handler("X", "G", "h", "pass")
    host = open_host()
    for call in (
        "sendMessage('X', 'h' * 1001)",
        "sendMessage('X' * 1001, 'h')",
        "sendMessage('X', 'h', {}, 'C', user='u' * 1001)",
        "sendRequest('X', 'h' * 1001)",
    ):
        result = host.gateway.run(f"system.util.{call}")
        assert "has 1001 characters, and may have 1000" in result.traceback
    assert host.gateway.run("system.util.sendMessage('X', 'h' * 1000)").ok


def test_a_payload_that_nobody_will_read_is_let_go(projects, open_host):
    """The trace keeps no payload of what never ran, nor of what all its receivers have had."""
    gate = threading.Event()
    projects.handler("X", "G", "h", "system.test.wait()")
    projects.handler("X", "C", "h", "pass")
    host = open_host(queue=2)
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.open_client("X")
    send = host.gateway.system.util.sendMessage
    for _ in range(6):
        send("X", "h", {"a": 1}, "G")
    send("X", "nobody", {"a": 1}, "C")
    gate.set()
    assert host.drain(DEADLINE)
    for _ in range(3):
        send("X", "h", {"a": 1}, "CG")
    assert host.drain(DEADLINE)
    host.trace.sweep()
    assert {d.status for d in host.trace} == {"done", "rejected", "no_handler"}
    assert [m.payload for m in host.trace.messages if m.payload is not None] == []


@pytest.mark.parametrize("ended", [False, True])
def test_a_shared_payload_stays_while_it_is_wanted(projects, open_host, ended):
    """It goes when the last receiver has ended, and no sooner."""
    gate = threading.Event()
    projects.handler("X", "G", "h", "system.test.wait()")
    projects.handler("X", "C", "h", "pass")
    host = open_host()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.open_client("X")
    host.gateway.system.util.sendMessage("X", "h", {"a": 1}, "CG")
    if ended:
        gate.set()
        assert host.drain(DEADLINE)
    host.trace.sweep()
    [message] = host.trace.messages
    assert message.payload == (None if ended else {"a": 1})
    gate.set()
    assert host.drain(DEADLINE)


def test_lines_that_are_printed_at_once_are_counted_beyond_a_bound(projects, open_host):
    """A text of a million lines is logged in part, and the rest as a number."""
    projects.handler("X", "G", "h", "print 'a\\n' * 1000000 + 'end'")
    host = open_host(tier="thread", log_rate=50_000)
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(DEADLINE)
    lines = [r.message for r in host.logbook if r.logger == "X.h"]
    assert lines[-2:] == ["a", f"({1_000_001 - LINES_AT_ONCE} lines more, printed at once)"]


def test_a_loggers_name_of_dots_is_walked_no_further_than_it_is_kept():
    """Levels go by what stands before the dots; of a long name only the first part counts."""
    book = LogBook()
    book.set_level("a", "DEBUG")
    book.write("DEBUG", "a." * 5_000_000, "kept")
    assert [record.message for record in book] == ["kept"]


def test_a_call_has_so_many_tags_and_a_path_so_many_characters(projects, open_host):
    """Neither holds the provider up for others, in either tier."""
    host = open_host()
    for call, told in {
        "readBlocking(['T'] * 100001)": "100001 tagPaths, and one call may have 100000",
        "readAll(['T'] * 20000000)": "20000000 tagPaths, and one call may have 100000",
        "writeBlocking(['T'] * 100001, [1] * 100001)": "100001 tagPaths",
        "readBlocking(['x' * 4001])": "a tag path of 4001 characters, and it may have 4000",
        "exists('x' * 4001)": "a tag path of 4001 characters",
        "browse('x' * 4001)": "a tag path of 4001 characters",
    }.items():
        result = host.gateway.run(f"system.tag.{call}")
        assert not result.ok
        assert told in result.traceback


@pytest.mark.parametrize(
    "call",
    [
        "system.util.invokeAsynchronous(g)",
        "threading.Thread(target=g).start()",
        "threading.Timer(0.001, g).start()",
        "system.util.sendRequestAsync('X', 'echo', {}, onSuccess=g)",
        "system.util.sendMessage('X', 'echo', {}, 'G')",
    ],
)
def test_what_is_asked_for_at_the_end_of_the_stack_is_not_counted(projects, open_host, call):
    """A script that has no calls left changes nothing half way: the host comes to rest."""
    projects.handler("X", "G", "echo", "return payload")
    host = open_host(tier="thread")
    source = (
        "import threading\ndef g(*a): pass\ndef f():\n\ttry: f()\n\texcept RuntimeError:\n"
        f"\t\ttry: {call}\n\t\texcept Exception: pass\n\t\traise\n"
        "for i in range(3):\n\ttry: f()\n\texcept RuntimeError: pass\n"
    )
    host.gateway.run(source, project="X")
    assert host.drain(DEADLINE)
    assert [d for d in host.trace if d.status in ("queued", "running")] == []
    for thread in threading.enumerate():
        if thread.daemon and thread.name.startswith("Thread-"):
            thread.join(DEADLINE)
    assert COUNT.live == 0


def test_requests_that_have_ended_are_not_held_until_their_time_out(projects, open_host):
    """The host lets go of what was asked, however long it might have waited for it."""
    projects.handler("X", "G", "echo", "return payload")
    host = open_host()
    for number in range(1_000):
        host.gateway.system.util.sendRequest("X", "echo", {"n": number}, timeoutSec=900_000_000)
    assert host.drain(DEADLINE)
    assert len(host.timers._heap) < 100
    assert len([kept for kept in gc.get_objects() if type(kept) is Request]) < 100


def test_a_cancelled_timer_leaves_the_others_in_their_order():
    """Cancelled timers are swept away; what is left still comes, the earliest first."""
    heard = queue.SimpleQueue()
    timers = Timers("test")
    try:
        far = [timers.after(1_000 + n, lambda: None) for n in range(500)]
        for n in (3, 1, 2):
            timers.after(0.02 * n, partial(heard.put, n))
        assert all(timer.cancel() for timer in far)
        assert not any(timer.cancel() for timer in far)
        assert len(timers._heap) < 100
        assert [heard.get(timeout=DEADLINE) for _ in range(3)] == [1, 2, 3]
    finally:
        timers.close()


def test_a_message_goes_to_so_many_gateways(projects, open_host):
    """The same in either tier, however the message is sent."""
    projects.handler("X", "G", "h", "pass")
    host = open_host()
    assert host.gateway.run("system.util.sendMessage('X', 'h', {}, remoteServers=['a'])").ok
    for servers, told in (("['a'] * 101", "101 remoteServers"), ("['x'] * 10**7", "10000000 rem")):
        call = f"system.util.sendMessage('X', 'h', {{}}, remoteServers={servers})"
        result = host.gateway.run(call)
        assert told in result.traceback
        assert result.duration < 1.0
    assert len(host.trace.messages) == 1


def test_each_project_has_levels_of_its_own(projects, open_host):
    """What one sets holds for its own lines, takes nobody's room, and silences none to come."""
    projects.handler("A", "G", "h", "pass")
    projects.handler("B", "G", "h", "system.util.getLogger('plant').info('told')")
    host = open_host()
    result = host.gateway.run(
        "for i in range(998): system.util.setLoggingLevel('a%d' % i, 'warn')\n"
        "for name in ('plant', 'New'): system.util.setLoggingLevel(name, 'fatal')\n"
        "system.util.getLogger('plant').info('not told')\n"
        "system.util.setLoggingLevel('more', 'warn')",
        project="A",
    )
    assert "1000 loggers have a level already" in result.traceback
    assert host.gateway.run("system.util.setLoggingLevel('b', 'warn')", project="B").ok
    projects.handler("New", "G", "h", "raise ValueError('broken')")
    host.loader.refresh()
    for project in ("B", "New"):
        host.gateway.system.util.sendMessage(project, "h", {}, "G")
    assert host.drain(DEADLINE)
    assert [r.message for r in host.logbook if r.logger == "plant"] == ["told"]
    assert [r.level for r in host.logbook if r.logger == "New.h"] == ["ERROR"]
    assert host.logbook.levels("B") == {"b": "WARN"}
