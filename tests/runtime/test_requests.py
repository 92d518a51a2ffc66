"""``sendRequest`` and ``sendRequestAsync``: replies, failures, time-outs and rings."""

import threading
from time import perf_counter

import pytest

from runtime import GatewayNetwork, PilotlightError
from runtime.errors import RequestDeadlock, RequestFailed, RequestTimeout, UnknownHandler
from tests.runtime.conftest import DEADLINE, logged, wait_for


def ask(host, *args, **keywords):
    return host.gateway.system.util.sendRequest(*args, **keywords)


def test_the_reply_is_what_the_handler_returned(projects, open_host):
    projects.handler("X", "G", "sum", "return {'sum': payload['a'] + payload['b']}")
    host = open_host()
    assert ask(host, "X", "sum", {"a": 2, "b": 3}) == {"sum": 5}
    assert [d.status for d in host.trace] == ["done"]


def test_a_handler_without_a_return_replies_none(projects, open_host):
    projects.handler("X", "G", "h", "pass")
    assert ask(open_host(), "X", "h") is None


def test_undocumented_keywords_are_tolerated(projects, open_host):
    """Two public 7.x code bases pass ``scope=``, which Ignition ignores."""
    projects.handler("X", "G", "h", "return 1")
    assert ask(open_host(), "X", "h", scope="G") == 1


def test_a_failed_handler_fails_the_request(projects, open_host):
    projects.handler("X", "G", "h", "raise ValueError('bad level')")
    with pytest.raises(RequestFailed, match="ValueError: bad level"):
        ask(open_host(), "X", "h")


def test_a_missing_handler_fails_the_request_with_ignitions_text(projects, open_host):
    projects.handler("X", "G", "h", "pass")
    with pytest.raises(UnknownHandler, match='The message handler "nope" could not be found!'):
        ask(open_host(), "X", "nope")


def test_a_reply_that_cannot_travel_names_the_place(projects, open_host):
    projects.handler("X", "G", "h", "return {'f': [handleMessage]}")
    with pytest.raises(RequestFailed, match=r"what h returned\['f'\]\[0\]: a function cannot be"):
        ask(open_host(), "X", "h")


def test_no_reply_in_time_is_an_error(projects, open_host):
    gate = threading.Event()
    projects.handler("X", "G", "h", "system.test.wait()")
    host = open_host()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    with pytest.raises(RequestTimeout, match=r"no reply from message handler 'h' within 0\.05"):
        ask(host, "X", "h", timeoutSec=0.05)
    gate.set()


def test_to_a_script_a_time_out_is_a_java_exception(projects, open_host):
    gate = threading.Event()
    projects.handler("X", "G", "h", "system.test.wait()")
    host = open_host()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    result = host.gateway.run(
        "try:\n  system.util.sendRequest('X', 'h', timeoutSec='0.05')\n"
        "except Exception:\n  print 'python'\n"
        "except:\n  print 'java'\n"
    )
    gate.set()
    assert result.output == "java\n"


def test_a_request_to_its_own_lane_fails_at_once(projects, open_host):
    """It would wait for itself until the time-out; the error names handlers and remedy."""
    projects.handler("X", "G", "a", "return system.util.sendRequest('X', 'b')")
    projects.handler("X", "G", "b", "return 1")
    host = open_host()
    before = perf_counter()
    with pytest.raises(RequestFailed, match=r"(?s)from a to b would wait for ever.*Dedicated"):
        ask(host, "X", "a")
    assert perf_counter() - before < 5
    assert host.drain(DEADLINE)
    assert [d.message.handler for d in host.trace] == ["a"]


def test_two_shared_handlers_that_ask_each_other(projects, open_host):
    projects.handler("X", "G", "a", "return system.util.sendRequest('X', 'b')")
    projects.handler("X", "G", "b", "return system.util.sendRequest('X', 'a')")
    host = open_host()
    with pytest.raises(RequestFailed, match="would wait for ever"):
        ask(host, "X", "a")


def test_a_ring_of_lanes_is_found(projects, open_host):
    """Shared asks Dedicated, which asks Shared: a ring of two lanes."""
    projects.handler("X", "G", "a", "return system.util.sendRequest('X', 'd')")
    projects.handler(
        "X", "G", "d", "return system.util.sendRequest('X', 'b')", threadType="Dedicated"
    )
    projects.handler("X", "G", "b", "return 1")
    with pytest.raises(RequestFailed, match="from d to b would wait for ever"):
        ask(open_host(), "X", "a")


def test_a_ring_is_found_behind_work_that_was_not_reported_yet(projects, open_host):
    """The host knows who asks though it has not heard of the ends of what ran before."""
    projects.handler("X", "G", "q", "pass")
    projects.handler("X", "G", "a", "return system.util.sendRequest('X', 'd')")
    projects.handler(
        "X", "G", "d", "return system.util.sendRequest('X', 'b')", threadType="Dedicated"
    )
    projects.handler("X", "G", "b", "return 1")
    host = open_host()
    for _ in range(5):
        for _ in range(200):
            host.gateway.system.util.sendMessage("X", "q")
        with pytest.raises(RequestFailed, match="from d to b would wait for ever"):
            ask(host, "X", "a")


def test_a_dedicated_handler_may_be_asked_from_the_shared_lane(projects, open_host):
    projects.handler("X", "G", "a", "return system.util.sendRequest('X', 'd') + 1")
    projects.handler("X", "G", "d", "return 1", threadType="Dedicated")
    assert ask(open_host(), "X", "a") == 2


def test_more_waiting_handlers_than_threads(projects, open_host):
    """Handlers that wait for a reply do not use up the pool's threads."""
    for n in range(40):
        projects.handler(f"P{n}", "G", "a", "return system.util.sendRequest('Z', 'z')")
    projects.handler("Z", "G", "z", "return 1")
    host = open_host()
    replies = []
    threads = [
        threading.Thread(target=lambda n=n: replies.append(ask(host, f"P{n}", "a")))
        for n in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert replies == [1] * 40


def test_asynchronous_requests_answer_by_callback(projects, open_host, heard):
    projects.handler("X", "G", "h", "return payload['n'] * 2")
    projects.handler("X", "G", "bad", "raise ValueError('no')")
    host = open_host()
    host.system.provide("test.say", heard)
    result = host.gateway.run(
        "def good(value): system.test.say(value)\n"
        "def bad(error): system.test.say(error.getMessage())\n"
        "system.util.sendRequestAsync('X', 'h', {'n': 4}, onSuccess=good, onError=bad)\n"
        "system.util.sendRequestAsync('X', 'bad', onSuccess=good, onError=bad)\n"
    )
    assert result.ok, result
    assert host.drain(DEADLINE)
    assert heard.values[0] == 8
    assert "ValueError: no" in heard.values[1]


def test_a_handle_blocks_for_the_result(projects, open_host):
    projects.handler("X", "G", "h", "return 7")
    host = open_host()
    handle = host.gateway.system.util.sendRequestAsync("X", "h")
    assert handle.block() is True
    assert handle.get() == 7
    assert handle.getError() is None


def test_a_cancelled_request_says_so(projects, open_host):
    gate = threading.Event()
    projects.handler("X", "G", "h", "system.test.wait()")
    host = open_host()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    handle = host.gateway.system.util.sendRequestAsync("X", "h")
    handle.cancel()
    assert handle.block() is False
    with pytest.raises(PilotlightError, match="cancelled"):
        handle.get()
    gate.set()


def test_a_handle_that_waits_for_its_own_lane_is_refused(projects, open_host):
    projects.handler("X", "G", "a", "return system.util.sendRequestAsync('X', 'b').get()")
    projects.handler("X", "G", "b", "return 1")
    host = open_host()
    with pytest.raises(RequestFailed, match="would wait for ever"):
        ask(host, "X", "a")


@pytest.mark.parametrize("how", ["thread", "stopped"])
def test_a_lane_that_does_not_wait_may_be_asked(projects, open_host, heard, how):
    """Only what a lane runs holds it: no thread of a handler, and nothing that was stopped."""
    asks = "def background():\n\tsystem.util.sendRequest('Y', 'b')\n\tsystem.test.say('well')\n"
    calls = "background()" if how == "stopped" else "system.util.invokeAsynchronous(background)"
    projects.handler("X", "G", "a", asks + calls)
    projects.handler("X", "G", "c", "return 'fine'")
    projects.handler(
        "Y", "G", "b", "system.test.wait()\nsystem.test.say(system.util.sendRequest('X', 'c'))"
    )
    gate = threading.Event()
    host = open_host()
    host.system.provide("test.say", heard)
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.gateway.system.util.sendMessage("X", "a")
    wait_for(lambda: any(each.handler == "b" for each in host.running()))
    if how == "stopped":
        assert host.kill(next(iter(host.trace)).id)
    wait_for(lambda: next(iter(host.trace)).status in {"done", "stopped", "killed"})
    gate.set()
    assert host.drain(DEADLINE)
    assert heard.values == ["fine", "well"][: 1 if how == "stopped" else 2]


def test_a_thread_may_wait_beside_its_handler(projects, open_host):
    """Two threads of a handler wait at a time: what one waits for is nothing to the other."""
    projects.handler(
        "X",
        "G",
        "a",
        "def background():\n\tsystem.util.sendRequest('Y', 'b')\n"
        "thread = system.util.invokeAsynchronous(background)\n"
        "system.test.begun()\n"
        "try:\n\treturn system.util.sendRequest('Z', 'd')\n"
        "finally:\n\tsystem.test.open()\n",
    )
    projects.handler("X", "G", "c", "return 1")
    projects.handler("Y", "G", "b", "system.test.wait()")
    projects.handler("Z", "G", "d", "return system.util.sendRequest('X', 'c')")
    gate, begun = threading.Event(), threading.Event()
    host = open_host()
    host.system.provide("test.wait", lambda: begun.set() or (gate.wait(DEADLINE) and None))
    host.system.provide("test.begun", lambda: begun.wait(DEADLINE) and None)
    host.system.provide("test.open", gate.set)
    with pytest.raises(RequestFailed, match="from d to c would wait for ever"):
        ask(host, "X", "a")
    assert host.drain(DEADLINE)


def test_another_gateway_replies(projects, open_host):
    projects.handler("X", "G", "h", "return payload['n'] + 1")
    here, there = open_host(name="here"), open_host(name="there")
    GatewayNetwork().join(here, there)
    assert ask(here, "X", "h", {"n": 1}, remoteServer="there") == 2
    assert [d.status for d in there.trace] == ["done"]
    with pytest.raises(RequestTimeout, match="nowhere is not connected"):
        ask(here, "X", "h", remoteServer="nowhere")


def test_the_ring_error_is_the_documented_class():
    assert issubclass(RequestDeadlock, PilotlightError)


def test_invoke_later_needs_a_client(projects, open_host, heard):
    projects.handler("X", "G", "h", "pass")
    host = open_host()
    host.system.provide("test.say", heard)
    script = "def f(): system.test.say(1)\nsystem.util.invokeLater(f, 5)\n"
    result = host.gateway.run(script)
    assert not result.ok
    assert "invokeLater needs a client's event thread" in result.traceback
    panel = host.open_client("X")
    assert panel.run(script).ok
    assert host.drain(DEADLINE)
    assert heard.values == [1]


def test_invoke_asynchronous_runs_beside_and_is_waited_for(projects, open_host, heard):
    projects.handler(
        "X",
        "G",
        "h",
        "def f(n): system.test.say(n)\nsystem.util.invokeAsynchronous(f, [5])",
    )
    host = open_host()
    host.system.provide("test.say", heard)
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(DEADLINE)
    assert heard.values == [5]


def test_a_failing_asynchronous_function_is_logged(projects, open_host):
    projects.handler("X", "G", "h", "def f(): raise ValueError('late')\n"
                     "system.util.invokeAsynchronous(f)")  # fmt: skip
    host = open_host()
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(DEADLINE)
    (line,) = logged(host, "ERROR")
    assert "ValueError: late" in line
    assert "handleMessage.py" in line
    assert "runtime/" not in line


def test_a_description_speaks_in_nobody_elses_name(projects, open_host):
    """What a script calls its thread is one line that can be shown, below its project's name."""
    projects.handler("X", "G", "h", "pass")
    projects.handler("Y", "G", "h", "pass")
    host = open_host()
    found = host.gateway.run(
        "def f():\n\tprint 'said'\n\traise ValueError('late')\n"
        "for name in ('Host', 'MessageDispatchManager', 'Y.h', u'a\\n\\x1b[31mERROR [Host] b'):\n"
        "\tprint system.util.invokeAsynchronous(f, description=name).getName()",
        project="X",
    )
    assert found.ok, found.traceback
    assert len(found.output.splitlines()) == 4
    assert host.drain(DEADLINE)
    lines = [r for r in host.logbook if "said" in r.message or "late" in r.message]
    assert sorted({r.logger for r in lines}) == [
        "X.Host",
        "X.MessageDispatchManager",
        "X.Y.h",
        r"X.a\n\x1b[31mERROR [Host] b",
    ]
    assert all(r.message.isprintable() for r in lines)


def test_a_request_that_is_cancelled_at_the_end_of_the_stack_ends_whole(projects, open_host, heard):
    """A script that has no calls left cancels nothing half way: the host comes to rest."""
    gate = threading.Event()
    projects.handler("X", "G", "slow", "system.test.wait()")
    projects.handler(
        "X",
        "G",
        "h",
        "done = lambda e: system.test.say('told')\n"
        "h = system.util.sendRequestAsync('X', 'slow', {}, timeoutSec=100, onError=done)\n"
        "def f():\n\ttry: f()\n\texcept RuntimeError:\n\t\ttry: h.cancel()\n"
        "\t\texcept RuntimeError: raise\nf()",
        threadType="Dedicated",
    )
    host = open_host()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.system.provide("test.say", heard)
    host.gateway.system.util.sendMessage("X", "h")
    assert heard.wait(1) == ["told"]
    gate.set()
    assert host.drain(DEADLINE)
    assert host.activities._pending == 0


def test_a_top_level_may_wait_for_another_handler_of_its_project(projects, open_host):
    """Neither has run before: the one that waits keeps the other from nothing."""
    asks = "X = system.util.sendRequest('X', 'answer', {})\n"
    asks += "def handleMessage(payload):\n\treturn X\n"
    projects.handler("X", "G", "ask", "pass").handler("X", "G", "answer", "return 7")
    (projects.root / "X/ignition/message/ask/handleMessage.py").write_text(asks)
    host = open_host(profile="8.1", deadline=DEADLINE)
    assert ask(host, "X", "ask", {}, timeoutSec=DEADLINE) == 7
    assert ask(host, "X", "answer", {}, timeoutSec=DEADLINE) == 7
