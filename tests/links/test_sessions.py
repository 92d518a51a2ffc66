"""Clients, designers and scripts in processes of their own do as those in the host do."""

import threading
from typing import get_args

import msgspec
import pytest

from runtime import links
from runtime.links import Tool, finder, queries
from runtime.links import protocol as p
from runtime.links.console import Console
from sandbox.isolation.frames import MessageDecoder
from tests.links.conftest import ROOT, Bare, eventually, still_serves

ENTRY = (
    "type=Client,sessionId={id},clientAddress=127.0.0.1,clientHostName={host},project=X,"
    "messageHandler=h,filterParams={{hostName={wanted}, clientSessionId=, scope=C, user=, "
    "hasRole=}},sendStatus=SENT"
)


@pytest.fixture
def three(projects, serve, attach):
    """A gateway with three attached clients; the handler says who it is."""
    projects.handler("X", "C", "h", "print system.util.getClientId(), payload")
    projects.handler("X", "G", "h", "print 'gateway', payload")
    host, _ = serve()
    alice = attach("client", user="alice", roles=["Operator"], host_name="PANEL-1")
    bob = attach("client", user="bob", roles=["Viewer", "Operator"], host_name="PANEL-2")
    carol = attach("client", user="carol", host_name="panel-3")
    return host, {"alice": alice, "bob": bob, "carol": carol}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"scope": "C"}, ["alice", "bob", "carol"]),
        ({}, ["Gateway", "alice", "bob", "carol"]),
        ({"user": "BOB"}, ["bob"]),
        ({"hasRole": "Operator"}, ["alice", "bob"]),
        ({"hostName": "PANEL-3"}, ["carol"]),
        ({"hasRole": "Operator", "hostName": "PANEL-1"}, ["alice"]),
        ({"user": "nobody"}, []),
    ],
)
def test_every_filter_selects_attached_clients_as_it_selects_others(three, filters, expected):
    """The manual's filters, over links; the handler ran in the session that was selected."""
    host, clients = three
    host.gateway.system.util.sendMessage("X", "h", {"n": 1}, **filters)
    assert host.drain(10)
    names = {client.session.id: name for name, client in clients.items()}
    found = host.trace.messages[-1].deliveries
    assert [names.get(d.receiver, d.receiver) for d in found] == expected
    for delivery in found:
        who = "gateway" if delivery.receiver == "Gateway" else delivery.receiver
        assert (delivery.status, delivery.output) == ("done", f"{who} {{'n': 1}}\n")


def test_the_session_id_filter_and_the_entry(three):
    """One session by its id; its entry has the address the gateway sees and the host it told."""
    host, clients = three
    alice = clients["alice"].session
    send = host.gateway.system.util.sendMessage
    assert send("X", "h", {}, "C", clientSessionId=alice.id) == [
        ENTRY.format(id=alice.id, host="PANEL-1", wanted="").replace(
            "clientSessionId=,", f"clientSessionId={alice.id},"
        )
    ]
    assert send("X", "h", {}, hostName="PANEL-1") == [
        ENTRY.format(id=alice.id, host="PANEL-1", wanted="PANEL-1")
    ]


VALUES = """
from java.util import Date
from decimal import Decimal
import datetime
system.util.sendMessage("X", "back", {'values': [None, True, 1, 2L, 10 ** 30, 1.5, 'a', u'\\u20ac',
    (1, (2,)), set([1]), Decimal('1.10'), Date(5), {1: 'x', (1, 2): None}]}, "C")
"""


def test_payloads_keep_their_types_both_ways(projects, serve, attach):
    """What a handler in another process gets is of the types that were sent."""
    body = "for value in payload['values']:\n\tprint type(value).__name__, repr(value)"
    projects.handler("X", "C", "back", body)
    host, _ = serve()
    attach("client")
    local = host.open_client("X")
    sender = attach("client")
    assert sender.session.run(VALUES).traceback is None
    assert host.drain(10)
    outputs = {d.receiver: d.output for d in host.trace}
    assert len(outputs) == 3
    assert len(set(outputs.values())) == 1, outputs
    assert "long" in outputs[local.id]


def test_a_client_sends_requests_and_looks_around(three):
    """sendMessage, sendRequest and getSessionInfo of a client are those of the gateway."""
    host, clients = three
    alice = clients["alice"].session
    result = alice.run(
        "for entry in system.util.sendMessage('X', 'h', {'n': 2}, 'G'):\n\tprint entry\n"
        "for row in system.util.getSessionInfo('a.*'):\n\tprint row['username'], row['isDesigner']"
    )
    assert result.ok, result.traceback
    assert result.output.startswith("type=Gateway,project=X")
    assert result.output.endswith("alice False\n")
    assert host.trace.messages[-1].sender == alice.id


def test_a_handlers_messages_stand_below_it_in_the_trace(projects, serve, attach):
    """What a handler in another process sends has its delivery as parent."""
    projects.handler("X", "C", "h", "system.util.sendMessage('X', 'g', {}, 'G')")
    projects.handler("X", "G", "g", "print 'here'")
    host, _ = serve()
    client = attach("client")
    host.gateway.system.util.sendMessage("X", "h", {}, "C")
    assert host.drain(10)
    first, second = host.trace.messages
    assert second.parent is first.deliveries[0]
    assert second.sender == client.session.id


def test_a_failure_is_told_with_its_traceback(projects, serve, attach):
    """A handler that raises, one that is missing: in the trace as if it were in the host."""
    projects.handler("X", "C", "h", "print payload['colour']").handler("X", "G", "g", "pass")
    host, _ = serve()
    attach("client")
    host.gateway.system.util.sendMessage("X", "h", {}, "C")
    host.gateway.system.util.sendMessage("X", "g", {}, "C")
    assert host.drain(10)
    failed, missing = list(host.trace)
    assert failed.status == "failed"
    assert failed.error == "KeyError: 'colour'"
    assert 'handleMessage.py", line 2' in failed.traceback
    assert missing.status == "no_handler"
    assert "g exists in Gateway scope only" in missing.error


def test_an_operator_stops_a_handler_in_another_process(projects, serve, attach):
    """kill() reaches it; the delivery ends as stopped, with the reason."""
    projects.handler("X", "C", "h", "while 1:\n\tpass")
    host, _ = serve()
    attach("client")
    host.gateway.system.util.sendMessage("X", "h", {}, "C")
    (delivery,) = host.trace
    eventually(lambda: delivery.status == "running")
    assert [r.delivery for r in host.running()] == [delivery.id]
    assert host.kill(delivery.id, "enough")
    assert host.drain(10)
    assert (delivery.status, delivery.error) == ("stopped", "enough")


@pytest.mark.parametrize("tier", ["thread", "process"])
def test_an_operator_sees_the_line_in_another_process(projects, serve, attach, tier):
    """A handler, a user script and a thread of theirs in attached processes: lines, and kill."""
    projects.handler("X", "C", "h", "x = 1\nwhile 1:\n\tpass")
    host, _ = serve()
    panel = attach("client", tier=tier)
    script = attach("script")
    host.gateway.system.util.sendMessage("X", "h", {}, "C")
    results = []
    thread = threading.Thread(
        target=lambda: results.append(script.scope.run("while 1:\n\tpass\n", "mine.py"))
    )
    thread.start()

    def both():
        found = {one.file.rpartition("/")[2]: one for one in host.running()}
        return found if {"handleMessage.py", "mine.py"} <= set(found) else None

    found = eventually(both)
    handler, user = found["handleMessage.py"], found["mine.py"]
    assert handler.line in (3, 4)
    assert (handler.receiver, handler.script) == (panel.session.id, 0)
    assert user.line in (1, 2)
    assert (user.delivery, user.receiver) == (0, f"script {script.link.welcome.session}")
    with Tool(finder()) as tool:
        shown = {one.file.rpartition("/")[2] for one in tool.ask("running")}
        assert shown == {"handleMessage.py", "mine.py"}
        assert tool.ask("kill", queries.Kill(user.number, "enough"))
        assert tool.ask("kill", queries.Kill(handler.number, "enough"))
    thread.join(10)
    assert results[0].stopped
    assert "enough" in results[0].traceback
    assert host.drain(10)
    assert next(iter(host.trace)).status in ("stopped", "killed")


def test_text_that_utf_8_lacks_does_not_hold_up_a_session(projects, serve, attach):
    """A lone surrogate that a client's handler prints or logs arrives as a question mark."""
    body = (
        "x = unichr(0xd800)\nprint u'a%sb' % x\nsystem.util.getLogger(u'l' + x).info(x)\n"
        "if payload: raise ValueError(x)\nreturn x"
    )
    projects.handler("X", "C", "h", body)
    host, _ = serve()
    attach("client")
    host.gateway.system.util.sendMessage("X", "h", {}, "C")
    host.gateway.system.util.sendMessage("X", "h", {"fail": 1}, "C")
    assert host.drain(10)
    done, failed = list(host.trace)
    assert (done.status, done.output, done.returned) == ("done", "a?b\n", "u'\\ud800'")
    assert failed.status == "failed"


def test_a_save_reaches_the_clients_and_the_console(projects, serve, attach):
    """Handlers and libraries are replaced in other processes too."""
    projects.library("X", "lib", "def f():\n\treturn 1\n")
    projects.handler("X", "C", "h", "print project.lib.f(), 'old'")
    host, _ = serve()
    attach("client")
    designer = attach("designer")
    host.gateway.system.util.sendMessage("X", "h", {}, "C")
    assert host.drain(10)
    projects.library("X", "lib", "def f():\n\treturn 2\n")
    projects.handler("X", "C", "h", "print project.lib.f(), 'new'")
    host.loader.refresh()
    host.gateway.system.util.sendMessage("X", "h", {}, "C")
    assert host.drain(10)
    assert [d.output for d in host.trace] == ["1 old\n", "2 new\n"]
    eventually(lambda: designer.session.run("print project.lib.f()").output == "2\n")


def test_a_client_is_not_sent_what_is_none_of_its_business(projects, serve, attach):
    """Gateway handlers stay in the gateway."""
    projects.handler("X", "G", "secret", "pass").handler("X", "C", "h", "pass")
    serve()
    client = attach("client")
    assert set(client.generation_of("X").handlers) == {("C", "h")}
    assert not attach("designer").generation_of("X").handlers


def test_a_clients_own_events_run_in_its_process(projects, serve, attach, heard):
    """A Client startup script of an attached session runs once, there."""
    path = projects.root / "X/com.inductiveautomation.vision/startup/onStartup.py"
    projects.handler("X", "C", "h", "pass")
    path.parent.mkdir(parents=True)
    path.write_text("def onStartup():\n\tsystem.test.say(system.util.getClientId())\n")
    host, _ = serve()
    host.system.provide("test.say", heard)
    client = attach("client")
    if not client.generation_of("X").events:
        pytest.skip("this layout has no client startup script")
    assert heard.wait(1) == [client.session.id]


def test_a_designer_sends_in_read_write_alone_and_never_receives(three, attach):
    """The gateway itself checks the mode, whatever the process says."""
    host, _ = three
    designer = attach("designer", user="dave")
    send = "system.util.sendMessage('X', 'h')"
    refused = designer.session.run(send)
    assert "communication mode is read-only" in refused.traceback
    designer.session._comm = "read-write"  # what a process of ill will would do
    assert "communication mode is read-only" in designer.session.run(send).traceback
    assert not host.trace.messages
    designer.session.comm = "read-write"
    assert designer.session.run(send).ok
    assert host.drain(10)
    assert designer.session.id not in [d.receiver for d in host.trace]
    rows = host.gateway.system.util.getSessionInfo("dave")
    assert [(row[0], row[3]) for row in rows] == [("dave", True)]


def test_a_script_runs_here_with_the_libraries_from_there(projects, serve, attach):
    """Gateway scope: what it sends comes from `script ID`, and `story` tells all it caused."""
    projects.library("X", "lib", "def f():\n\treturn 5\n")
    projects.handler("X", "G", "g", "system.util.sendMessage('X', 'g2', {}, 'G')")
    projects.handler("X", "G", "g2", "print 'last'")
    host, _ = serve()
    script = attach("script")
    result = script.scope.run("print project.lib.f()\nsystem.util.sendMessage('X', 'g', {}, 'G')")
    assert result.output == "5\n"
    assert host.drain(10)
    host.gateway.system.util.sendMessage("X", "g2", {}, "G")
    story = script.link.query("story", queries.Story(0))
    assert [m.handler for m in story.messages] == ["g", "g2"]
    assert story.messages[0].sender == f"script {script.link.welcome.session}"
    assert story.ended


@pytest.mark.parametrize("payload", [b"", b"\xc1", b"\x81\xa1k" + b"\x91" * 70 + b"\xc0"])
@pytest.mark.parametrize("name", ["send", "request"])
def test_a_payload_that_cannot_be_read_is_answered(projects, serve, name, payload):
    """However many of them there are: each is told why, and none counts as open."""
    projects.handler("X", "G", "h", "pass")
    host, server = serve()
    asked = msgspec.msgpack.encode({"project": "X", "handler": "h", "payload": payload})
    with Bare(server) as bare:
        for call in range(1, 100):
            bare.send(p.Query(call, name, asked))
            answer = bare.until(lambda m, call=call: getattr(m, "call", 0) == call)
            assert answer.error
    still_serves(host, server)


def test_what_fails_while_it_is_answered_is_answered(projects, serve, monkeypatch):
    """A defect, or an exception of scripts' Java, is no silence."""
    projects.handler("X", "G", "h", "pass")
    _, server = serve()

    def fails(peer, wanted):
        raise KeyboardInterrupt

    failing = msgspec.structs.replace(queries.QUESTIONS["newest"], answer=fails)
    monkeypatch.setitem(queries.QUESTIONS, "newest", failing)
    with Bare(server) as bare:
        for call in range(1, 100):
            bare.send(p.Query(call, "newest", b"\x80"))
            answer = bare.until(lambda m, call=call: getattr(m, "call", 0) == call)
            assert answer.error == "the gateway failed: KeyboardInterrupt"


def test_tools_are_answered_and_told(projects, serve):
    """Every question has an answer of its type; following tells what happens."""
    projects.handler("X", "G", "h", "print 'hi'\nreturn 3")
    projects.handler("X", "G", "bad", "return (")
    host, _ = serve()
    with Tool(finder()) as tool:
        asked = {
            "kill": queries.Kill(999),
            "message": queries.OneMessage(1),
            "messages": queries.Messages(5),
            "story": queries.Story(0),
            "logs": queries.Logs(5),
            "send": queries.Send("X", "h", b"\x80", "G"),
            "request": queries.AskHandler("X", "h", b"\x80"),
        }
        assert tool.ask("send", asked.pop("send")).entries[0].startswith("type=Gateway")
        assert host.drain(5)
        for name in queries.QUESTIONS:
            if name != "send":
                tool.ask(name, asked.get(name))
        faults = [one.faults for one in tool.ask("handlers") if one.name == "bad"]
        assert "error[syntax]" in faults[0][0]
        news = tool.follow("trace", before=1)
        assert next(news)[0].deliveries[0].output == "hi\n"
        threading.Timer(0, lambda: host.gateway.system.util.sendMessage("X", "h")).start()
        assert next(news)[0].handler == "h"
        assert next(tool.follow("logs", before=1))[0].level in ("INFO", "ERROR")


def test_a_console_keeps_names_and_shows_values(projects, serve, attach):
    """Piece by piece: names stay, values are shown, completion knows system and the libraries."""
    projects.library("X", "pkg.lib", "def area(r):\n\treturn r * r\nRATE = 3\n")
    serve()
    console = Console(attach("designer").session)
    said = []

    def run(text):
        said.clear()
        result = console.run(text, said.append)
        return "".join(said) if result.ok else result.traceback or result.diagnostics[0].rule

    assert run("x = 4") == ""
    assert run("project.pkg.lib.area(x)") == "16\n"
    assert run("_ + 1") == "17\n"
    assert run("'a'") == "'a'\n"
    assert run("None") == ""
    assert run("def f(a):\n\treturn a / 2\n") == ""
    assert run("f(x + 1)") == "2\n"
    assert run("1 +") == "syntax"
    assert "line 1, in <module>\n    1/0\n" in run("1/0")
    assert list(console.names("system.util.sendR")) == ["sendRequest", "sendRequestAsync"]
    assert list(console.names("project.pkg.lib.")) == ["RATE", "area"]
    assert list(console.names("project.p")) == ["pkg"]
    assert "x" in list(console.names("x"))
    assert [console.complete(t) for t in ("x = 1", "if x:", "if x:\n\ty = 1", "f(1,", "x = (")] == [
        True,
        False,
        False,
        False,
        False,
    ]
    assert console.complete("if x:\n\ty = 1\n")


def test_the_protocol_is_what_its_version_says():
    """Each message on the wire, byte for byte: a change here is a new version."""
    hello = p.Hello(1, "client", "X", "alice", ["Operator"], "PANEL-1")
    assert p.encode([hello]).hex() == (
        "919b1401a6636c69656e74a158a5616c69636591a84f70657261746f72a750414e454c2d31a972656164"
        "2d6f6e6c79a0a000"
    )
    assert p.encode([p.Done(7, "done", 0.5)]).hex() == (
        "91981607a4646f6e65cb3fe0000000000000c0c0a0a0"
    )
    assert p.encode([p.Deliver(1, 2, 3, "h", "C", "Gateway", b"\x80")]).hex() == (
        "919816010203a168a143a747617465776179c40180"
    )
    up, down = MessageDecoder(p.ToGateway), MessageDecoder(p.ToPeer)
    assert up.decode(p.encode([hello])) == [hello]
    assert down.decode(p.encode([p.Goodbye("x", True)])) == [p.Goodbye("x", True)]


def test_the_page_has_every_message_with_its_fields():
    """docs/protocol.md and the code name the same messages, tags and fields."""
    page = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
    for union in (p.ToGateway, p.ToPeer):
        for kind in get_args(union):
            fields = ", ".join(f"`{name}`" for name in kind.__struct_fields__)
            assert f"| {kind.__struct_config__.tag} | `{kind.__name__}` | {fields} |" in page
    for name, question in queries.QUESTIONS.items():
        assert f"| `{name}` | {question.right or ''}".rstrip() in page


def test_the_names_are_the_contract():
    """What an embedding program calls."""
    assert {"attach_client", "attach_designer", "attach_script", "LinkServer"} <= set(links.__all__)
