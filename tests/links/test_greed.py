"""Links that want more than their share: they end or wait, and nobody else notices."""

import resource
import socket
import struct
import subprocess
import sys
import threading
from time import monotonic

import msgspec
import pytest

from runtime.config import TokenConfig, UserConfig
from runtime.links import Tool, finder, gate, queries
from runtime.links import protocol as p
from runtime.links.credentials import FAILURES, hash_password, new_token
from runtime.links.outbox import SLOW_SECONDS
from runtime.links.rates import Rate, Rates
from runtime.links.reading import MESSAGES
from runtime.links.watching import EACH
from runtime.links.workers import Workers
from tests.links.conftest import (
    DEADLINE,
    ROOT,
    SEND,
    Bare,
    bearer,
    eventually,
    raw,
    still_serves,
)


def repr_of(value):
    return repr(value)[:8]


def with_token(*rights):
    """A token, and the option that lets it in with these rights."""
    token, digest = new_token()
    return token, {"tokens": {"it": TokenConfig(digest, rights=rights)}}


def test_a_filter_of_a_link_is_no_expression_of_the_gateway(gateway, attach):
    """getSessionInfo answers all rows; whoever asked matches them itself, within a bound."""
    _, server = gateway()
    with Bare(server, "client") as bare:
        pattern = "(?:" + "|".join(["(.)"] * 45) + "){100}(?<!e)"
        begun = monotonic()
        answer = bare.ask("getSessionInfo", pattern, "")
        assert answer.data is not None
        assert monotonic() - begun < 2
    client = attach("client", user="alice" * 20)
    rows = client.session.run("print len(system.util.getSessionInfo('alice.*'))")
    assert rows.output == "1\n"
    slow = client.session.run(f"system.util.getSessionInfo({pattern!r})")
    assert "takes more than" in slow.traceback
    wrong = client.session.run("system.util.getSessionInfo('(')")
    assert "usernameFilter" in wrong.traceback


def test_sends_of_a_session_keep_their_order(gateway, projects):
    """Small sends and large ones, decoded in different places, arrive as they were sent."""
    host, server = gateway()
    with Bare(server, "client") as bare:
        for start in range(0, 200, 50):
            bare.send(
                *[
                    bare.asking(
                        "sendMessage", "X", "h", {"n": n, "x": "x" * (n % 7 * 2000)}, *SEND[3:], ()
                    )
                    for n in range(start, start + 50)
                ]
            )
        bare.until(lambda m: getattr(m, "call", 0) == 200)
    assert host.drain(10)
    assert [d.returned for d in host.trace] == [str(n) for n in range(200)]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((*SEND, [f"g{n}" for n in range(101)]), "at most 100 remoteServers"),
        ((*SEND, ["g" * 257]), "257 characters"),
        (("X" * 300, *SEND[1:], []), "300 characters"),
        (("X", "h" * 300, *SEND[2:], []), "300 characters"),
        ((*SEND[:4], ("", "u" * 300, "", ""), []), "300 characters"),
    ],
)
def test_names_have_a_bound_and_unknown_gateways_leave_nothing(gateway, arguments, why):
    """No list of gateways and no name is longer than anybody needs."""
    host, server = gateway()
    lanes = len(host.accounts.lanes())
    with Bare(server, "client") as bare:
        refusal = bare.ask("sendMessage", *arguments)
        assert why in refusal.text
        entries = bare.ask("sendMessage", *SEND, [f"g{n}" for n in range(100)])
        assert entries.data is not None
    assert host.drain(5)
    assert len(host.accounts.lanes()) <= lanes + 1
    assert host.trace.counters.undelivered == 100


@pytest.mark.parametrize("timeout", [float("nan"), float("inf"), -5, 0, 10**400], ids=repr_of)
def test_a_timeout_is_a_time(gateway, timeout):
    """sendRequest over a link with no number of seconds: refused, and nothing is left open."""
    host, server = gateway()
    with Bare(server, "client") as bare:
        refusal = bare.ask("sendRequest", "X", "h", {}, "", timeout, False)
        assert "timeoutSec must be above zero" in refusal.text
        assert host.drain(1)


def test_one_frame_has_no_million_messages(gateway):
    """The count in a frame's head is checked before any of it is decoded."""
    host, server = gateway()
    one = p.encode([p.Started(1)])[1:]
    with Bare(server, "client") as bare:
        bare.socket.send(b"\xdd" + struct.pack(">I", MESSAGES) + one * MESSAGES)
        assert bare.ask("sendMessage", *SEND, ()).data is not None
        bare.socket.send(b"\xdd" + struct.pack(">I", MESSAGES + 1) + one * (MESSAGES + 1))
        assert "messages in a frame" in bare.until(lambda m: type(m) is p.Goodbye).reason
    assert host.drain(5)
    still_serves(host, server)


def test_who_attaches_anew_has_the_rate_of_before():
    """A debt of messages is a person's, and outlives the link."""
    rates = Rates(1000.0)
    first = rates.of("alice")
    assert first.charge(500) == 0.0
    assert 1.0 < first.charge(2000) < 1.6
    rates.ended("alice", first)
    assert rates.of("alice").charge(1) > 1.0
    assert rates.of("bob").charge(1000) == 0.0
    assert Rate(10.0).charge(0) == 0.0


def test_a_burst_of_the_gateway_cuts_nobody(projects, serve, attach):
    """Many full lanes at once: a healthy client is given what it has room for, and no more."""
    for n in range(8):
        projects.handler("X", "C", f"d{n}", "pass", threadType="Dedicated")
    host, _ = serve(backlog=256)
    attach("client")
    for _ in range(4):
        for n in range(8):
            host.gateway.system.util.sendMessage("X", f"d{n}", {"b": "x" * 500_000}, "C")
    assert host.drain(15)
    assert host.trace.counters.done == 32
    assert not [r for r in host.logbook if "too slowly" in r.message]


def test_pings_that_are_not_read_end_the_link(gateway):
    """Each ping is answered: who does not read the answers is cut before they pile up."""
    host, server = gateway()
    ping = b"\x89\xfd" + b"\0" * 4 + b"a" * 125
    with _unread(server) as silent, pytest.raises(ConnectionError):
        _send_on(silent, ping * 1000)
    still_serves(host, server)


def _send_on(plain, data):
    for _ in range(20_000):
        plain.sendall(data)


def _unread(server):
    """A bare socket that has said Hello and never reads again."""
    port = int(server.url.rpartition(":")[2])
    plain = socket.create_connection(("127.0.0.1", port))
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.settimeout(DEADLINE)
    lines = [
        f"GET {p.PATH} HTTP/1.1",
        "Host: 127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        f"Authorization: {bearer(server.owner_token)['Authorization']}",
    ]
    plain.sendall("\r\n".join([*lines, "", ""]).encode())
    assert plain.recv(12) == b"HTTP/1.1 101"
    hello = p.encode([p.Hello(1, "tool")])
    plain.sendall(b"\x82" + bytes([0x80 | len(hello)]) + b"\0" * 4 + hello)
    return plain


def _long_lines(host):
    """More to read than any socket's buffers take."""
    for _ in range(3):
        host.logbook.write("INFO", "x", "x" * 100_000)


def test_a_slow_link_is_judged_by_time(gateway):
    """More than the backlog unread for some seconds, and less than that read meanwhile: cut."""
    host, server = gateway(backlog=64, heartbeat=60.0)
    _long_lines(host)
    silent = _unread(server)
    with silent:
        frame = p.encode([p.Query(n, "logs", b"\x80") for n in range(1, 33)])
        head = b"\x82\xfe" + struct.pack(">H", len(frame)) + b"\0" * 4
        eventually(server.peers, "the link")
        begun = monotonic()
        silent.sendall(head + frame)
        eventually(lambda: not server.peers(), "the cut")
        assert monotonic() - begun > SLOW_SECONDS - 1
    still_serves(host, server)


def test_a_host_closes_though_a_link_does_not_read(gateway):
    """Who is waited for because it has much to read is not waited for any more."""
    host, server = gateway(backlog=64, heartbeat=60.0)
    _long_lines(host)
    with _unread(server) as silent:
        frame = p.encode([p.Query(n, "logs", b"\x80") for n in range(1, 33)])
        eventually(server.peers, "the link")
        silent.sendall(b"\x82\xfe" + struct.pack(">H", len(frame)) + b"\0" * 4 + frame)
        eventually(lambda: server.peers()[0].behind)
        silent.sendall(b"\x82\xfe" + struct.pack(">H", len(frame)) + b"\0" * 4 + frame)
        begun = monotonic()
        host.close(0.1)
        assert monotonic() - begun < 5
        assert not server._thread.is_alive()


def test_watches_are_few_and_end_with_their_link(gateway):
    """A flood of them, also behind a Bye, leaves nothing."""
    host, server = gateway()
    with Bare(server) as bare:
        bare.send(*[p.Watch(n, "trace", 100_000) for n in range(1, EACH + 2)])
        refusal = bare.until(lambda m: type(m) is p.Answer)
        assert (refusal.call, refusal.error) == (EACH + 1, f"a link has at most {EACH} watches")
        bare.send(p.Bye(), *[p.Watch(n, "logs") for n in range(20)])
        eventually(lambda: not server.peers(), "the end")
    assert not server.watchers._trace
    assert not server.watchers._logs
    still_serves(host, server)


def test_the_past_is_told_whole_and_in_order(gateway):
    """A watch with many pieces before it gets them in several turns, then what is new."""
    host, server = gateway()
    for n in range(1000):
        host.logbook.write("INFO", "count", str(n))
    with Tool(finder(server.url)) as tool:
        news = tool.follow("logs", before=100_000)
        found = [next(news)[0] for _ in range(1001)]
        assert [r.message for r in found if r.logger == "count"] == [str(n) for n in range(1000)]
        host.logbook.write("INFO", "count", "new")
        for record, _ in news:
            if record.message == "new":
                break


def test_calls_that_hang_hold_up_neither_tools_nor_others(gateway, attach):
    """Functions of the host have threads of their own, a few for each session."""
    host, server = gateway(resume=30.0)
    free = threading.Event()
    host.system.provide("test.block", lambda: free.wait(DEADLINE) and None)
    try:
        with Bare(server, "client") as bare:
            bare.send(*[bare.asking("system.test.block") for _ in range(200)])
            with Tool(finder(server.url)) as tool:
                begun = monotonic()
                assert tool.ask("status").ready
                assert monotonic() - begun < 2
            other = attach("client")
            assert other.session.run("print system.tag.exists('[default]x')").output == "False\n"
            # A cut does not make them fewer.
            key, session = bare.first.key, bare.first.session
        with Bare(server, "client", resume=session, key=key) as bare:
            assert bare.first.resumed
            bare._calls = 200
            bare.send(*[bare.asking("system.test.block") for _ in range(56)])
            refusal = bare.ask("system.test.block")
            assert "256 calls open" in refusal.text
    finally:
        free.set()


def test_a_host_ends_though_calls_hang(projects, tmp_path):
    """What waits on a thread of links does not keep the process."""
    script = (
        "import threading\nfrom runtime import ScriptHost\n"
        "from runtime.links import LinkServer, attach_script\n"
        "host = ScriptHost.open(None)\nserver = LinkServer.start(host)\nhere = threading.Event()\n"
        "host.system.provide('test.block', lambda: here.set() or threading.Event().wait())\n"
        "other = attach_script()\n"
        "threading.Thread(target=other.scope.run, args=('system.test.block()',), daemon=True)"
        ".start()\nhere.wait()\nhost.close(0.1)\nprint('end')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=DEADLINE * 2,
        cwd=ROOT,
        check=False,
    )
    assert done.stdout == "end\n", done.stderr


def test_logins_are_checked_one_at_a_time_and_guessing_is_slow(projects, serve):
    """A burst of them on one link is refused, whatever the passwords are."""
    projects.handler("X", "C", "h", "pass")
    users = {"alice": UserConfig(hash_password("wonder"), (), ("client",))}
    token, options = with_token("client")
    _, server = serve(users=users, **options)
    with Bare(server, "client", token=token) as bare:
        bare.send(*[p.Login(n, "alice", "wrong") for n in range(1, 11)])
        said = {n: bare.until(lambda m, n=n: getattr(m, "call", 0) == n) for n in (10,)}
        assert said[10].error == "one login at a time"
        for n in range(11, 11 + FAILURES + 1):
            eventually(lambda: not server.peers()[0].logging_in)
            bare.send(p.Login(n, "alice", "wrong"))
            last = bare.until(lambda m, n=n: getattr(m, "call", 0) == n)
        assert last.error == "too many failures, try later"


def test_a_request_of_a_tool_takes_no_thread(gateway, projects):
    """Many that wait for a handler leave questions their threads."""
    projects.handler("X", "G", "wait", "while not system.test.go():\n\tpass\nreturn 5")
    host, server = gateway()
    go = []
    host.system.provide("test.go", lambda: bool(go))
    asked = queries.AskHandler("X", "wait", b"\x80")
    with Bare(server) as bare:
        bare.send(*[p.Query(n, "request", msgspec.msgpack.encode(asked)) for n in range(1, 31)])
        with Tool(finder(server.url)) as tool:
            assert tool.ask("status").ready
        go.append(1)
        answer = bare.until(lambda m: getattr(m, "call", 0) == 30)
        assert answer.data is not None, answer.error
    assert host.drain(10)


def test_threads_take_turns_between_owners():
    """Each owner's functions run in their order, as many at a time as it may have."""
    failed = []
    workers = Workers("test", 2, 1, failed.append)
    ran, free, done = [], threading.Event(), threading.Event()
    workers.run("a", lambda: free.wait(DEADLINE))
    for n in range(3):
        workers.run("a", lambda n=n: ran.append(n))
    workers.run("b", lambda: 1 / 0)
    workers.run("b", done.set)
    assert done.wait(DEADLINE)
    assert (ran, workers.waiting("a")) == ([], 4)
    free.set()
    eventually(lambda: ran == [0, 1, 2])
    assert [type(error) for error in failed] == [ZeroDivisionError]
    workers.close()
    workers.run("a", lambda: ran.append(3))
    assert not workers.waiting("a")


def test_silent_connections_leave_room_for_others(serve):
    """Who says nothing goes first, from the address that has the most of them."""
    host, server = serve()
    port = int(server.url.rpartition(":")[2])
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(gate.SILENT_EACH * 2)]
    try:
        with Tool(finder(server.url)) as tool:
            assert tool.ask("status").ready
        eventually(lambda: server.refusals.get("silent", 0) >= gate.SILENT_EACH)
        assert [r for r in host.logbook if "said nothing were closed" in r.message]
        assert len(server.gate._open) <= gate.SILENT_EACH + 1
    finally:
        for each in silent:
            each.close()
    eventually(lambda: not server.gate._open, "the end of all of them")


def test_descriptors_bound_the_links(monkeypatch):
    """Fewer links than configured where the system gives few descriptors; the limit is raised."""
    limits = [(1024, 4096)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limits.append(new))
    assert gate.room_for(10_000) == 4096 - gate.RESERVE - gate.SILENT
    assert limits[-1] == (4096, 4096)
    assert gate.room_for(100) == 100


def test_sessions_whose_links_are_cut_are_bounded_too(projects, serve):
    """server.connections holds for those that may come back: one's own oldest makes room."""
    projects.handler("X", "C", "h", "pass")
    token, options = with_token("client")
    host, server = serve(connections=3, resume=60.0, **options)
    for _ in range(8):
        with Bare(server, "client", token=token):
            pass
    eventually(lambda: not server.connected)
    assert len(host.clients) == 3
    with Bare(server, "client") as other:
        assert "too many sessions" in other.first.reason


def test_a_link_begins_with_one_message(gateway):
    """The first frame has one, by its head: nothing else of it is decoded."""
    _, server = gateway()
    with raw(server) as rude:
        rude.send(p.encode([p.Hello(1, "tool"), p.Watch(1, "logs")]))
        assert b"begins with one Hello" in rude.recv(timeout=DEADLINE)
