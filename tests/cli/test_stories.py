"""What `run`, `send` and `trace` tell of a served host, however much it is."""

import json
import re
import signal
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from runtime import ScriptHost
from runtime.links import protocol, watching
from runtime.links.views import message_view
from runtime.links.watching import Watchers
from tests.cli.conftest import Line1, Program, Start, invoke, panel

LOUD = """\
\tif payload['n'] in (3, 4): raise ValueError(payload['n'])
\tprint "x" * 3000
"""

MANY = """\
for n in range(1600):
\tsystem.util.sendMessage("Line1", "Loud", {'n': n}, "G")
"""


def test_a_story_of_many_megabytes_is_whole(line1: Line1, served: Program) -> None:
    """Every message is in the document, and what failed first has its exit code."""
    line1.handler("Loud", LOUD)
    served.wait_for("Line1/G/Loud")
    result = invoke("run", "-", "--json", text=MANY)
    document = json.loads(result.stdout)
    assert (result.exit_code, document["exit_code"]) == (3, 3)
    assert (len(document["messages"]), document["left_out"]) == (1600, 0)
    assert "and 1100 messages more, which --json has" in result.stderr


def test_what_does_not_fit_is_said_and_counted(
    line1: Line1, served: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code goes by all deliveries, though the first page alone is told."""
    monkeypatch.setattr("runtime.cli.attached._PAGES", 0)
    line1.handler("Loud", LOUD.replace("(3, 4)", "(1598, 1599)"))
    served.wait_for("Line1/G/Loud")
    result = invoke("run", "-", "--json", text=MANY)
    document = json.loads(result.stdout)
    assert result.exit_code == 3
    assert document["left_out"] == 1600 - len(document["messages"]) > 0
    assert f"and {document['left_out']} messages more that did not fit" in result.stderr


@pytest.mark.parametrize("own", [False, True])
def test_what_the_trace_has_forgotten_is_counted_all_the_same(
    line1: Line1, program: Start, own: bool
) -> None:
    """A trace of 20 cannot tell of 200 messages; that early ones failed is known by counters."""
    settings = "[limits]\ntrace = 20\n"
    (line1.folder / "pilotlight.toml").write_text(settings, encoding="utf-8")
    line1.handler("Loud", LOUD)
    if not own:
        program("serve", line1.folder, "--tier", "thread").wait_for("serving")
    options = ("--projects", str(line1.folder)) if own else ()
    result = invoke("run", "-", "--json", *options, text=MANY.replace("1600", "200"))
    document = json.loads(result.stdout)
    assert result.exit_code == 3
    assert (len(document["messages"]), document["forgotten"]) == (20, 180)
    assert "180 messages of this time, of whomever, left the trace" in result.stderr


def test_a_watched_script_has_a_story_a_run(line1: Line1, served: Program) -> None:
    """A second run on the same link tells nothing of the first."""
    first = invoke("run", line1.script)
    second = invoke("run", line1.script)
    assert first.stderr.count("→ Line1/AlarmRaised") == 1
    assert second.stderr.count("→ Line1/AlarmRaised") == 1


def test_one_message_has_its_cause_time_and_reasons(line1: Line1, served: Program) -> None:
    """The whole story of a caused message says by what it was caused, when and why."""
    ran = invoke("run", line1.script)
    (first, second) = map(int, re.findall(r"#(\d+)$", ran.stderr, re.MULTILINE))
    story = invoke("trace", "--message", str(second)).stdout
    assert f"caused by #{first} Line1/AlarmRaised on Gateway" in story
    assert re.search(r"sent \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$", story, re.MULTILINE)
    assert "payload: no longer kept: it was handed over" in story
    (document,) = json.loads(invoke("trace", "--message", str(second), "--json").stdout)
    (cause, *_) = json.loads(invoke("trace", "--message", str(first), "--json").stdout)
    assert document["parent"] == cause["deliveries"][0]["id"]
    assert document["caused_by"] == first
    assert document["filter"]["hasRole"] == "Operator"


def test_a_payload_is_shown_while_the_host_has_it(
    line1: Line1, served: Program, program: Start
) -> None:
    """What waits in a lane still has its payload."""
    line1.handler("Endless", "\twhile 1:\n\t\tpass\n")
    served.wait_for("Line1/G/Endless")
    send = ("send", "--project", "Line1", "--handler", "Endless", "--scope", "G", "--wait", "0")
    assert invoke(*send).exit_code == 3
    assert invoke(*send, "--payload", '{"n": 77}').exit_code == 3
    newest = json.loads(invoke("trace", "--json", "--last", "1").stdout)[0]["id"]
    assert "'n': 77" in invoke("trace", "--message", str(newest)).stdout
    for one in json.loads(invoke("running", "--json").stdout):
        assert invoke("kill", str(one["delivery"])).exit_code == 0


def test_a_request_and_other_gateways_are_marked(line1: Line1, served: Program) -> None:
    """The headline says that somebody waits for the reply, and which gateways were named."""
    invoke("request", "--project", "Line1", "--handler", "AlarmRaised")
    assert "Line1/AlarmRaised  scope G, a request" in invoke("trace").stdout
    sent = invoke("send", "--project", "Line1", "--handler", "X", "--remote-server", "agent-8088")
    assert "remoteServers=[agent-8088]" in sent.stderr


def test_those_who_have_left_keep_their_names(
    line1: Line1, served: Program, program: Start
) -> None:
    """The trace knows user and host of sessions that are over, receivers and others alike."""
    alice = panel(program, "alice", "Operator", "PANEL-1")
    bob = panel(program, "bob", "Viewer", "PANEL-2")
    assert invoke("run", line1.script).exit_code == 0
    assert alice.end(signal.SIGTERM) == bob.end(signal.SIGTERM) == 0
    for arguments in (("trace",), ("trace", "--message", "1")):
        told = invoke(*arguments).stdout
        assert "alice@PANEL-1  done" in told
        assert "bob@PANEL-2  not selected" in told


def test_a_client_cannot_steer_an_operators_terminal(
    line1: Line1, served: Program, program: Start
) -> None:
    """Escape sequences in names of users, hosts, projects and handlers are spelled out."""
    escape = "\x1b]0;OWNED\x07"
    client = panel(program, "u", "r", "h")
    refused = program("client", "--project", "Line1", "--host-name", f"h{escape}\nFAKE0001  root")
    refused.wait_for("a host name cannot have")
    invoke("send", "--project", "Line1", "--handler", f"x{escape}", "--scope", "CG")
    invoke("send", "--project", "Line1", "--handler", "x", "--user", f"zz{escape}")
    invoke("send", "--project", f"Line1{escape}", "--handler", "x")
    for arguments in (
        *(("sessions",), ("trace",), ("trace", "--message", "1"), ("trace", "--message", "2")),
        *(("trace", "--message", "3"), ("logs",), ("status",), ("running",)),
    ):
        said = invoke(*arguments).output
        assert "\x1b]" not in said
        assert not re.search("^FAKE0001", said, re.MULTILINE)
    assert not any("\x1b]" in line for line in (*served.lines, *client.lines, *refused.lines))


def test_a_message_with_many_loud_receivers_still_fits(line1: Line1) -> None:
    """What each printed is cut to its share, and says so: a link carries no more than 8 MiB."""
    with ScriptHost.open(line1.folder, watch=False) as host:
        host.gateway.system.util.sendMessage("Line1", "Nobody", {}, "G")
        (message,) = host.trace.messages
        (delivery,) = message.deliveries
        message.deliveries = (delivery,) * 200
        delivery.output = "\u20ac" * 64_000
        view = message_view(host, message)
    assert len(msgspec.msgpack.encode(view)) < 4 * 1024 * 1024
    assert view.deliveries[0].output.endswith("characters more)")


def test_nothing_to_show_is_said(served: Program) -> None:
    """An empty trace, and one of a project whose name is nearly that of another."""
    assert "there are no messages in the trace" in invoke("trace").stderr
    assert 'did you mean "Line1"?' in invoke("trace", "--project", "Lin1").stderr


def test_a_watcher_is_told_what_it_missed_though_nothing_follows() -> None:
    """The count comes with the next look once there is room, not with the next message."""
    sent: list[Any] = []
    unread = [10 * 1024 * 1024]
    outbox = SimpleNamespace(unread=lambda connection: unread[0])
    peer: Any = SimpleNamespace(connection=object(), send=sent.append, outbox=outbox)
    watch = watching._Watch(peer, 7)
    watch.missed = 1
    watchers = Watchers(SimpleNamespace(host=None))  # type: ignore[arg-type]
    watchers._logs = (watch,)
    watchers.look()
    assert sent == []
    unread[0] = 0
    watchers.look()
    watchers.look()
    assert sent == [protocol.News(7, b"", 1)]
