"""The commands that attach to a served host, called as a new user would call them."""

import json
import signal
from typing import Any

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from runtime.cli.designer import DesignerConsole, ScriptCompleter
from runtime.links import attach_designer
from runtime.links.console import Console
from tests.cli.conftest import Line1, Program, Start, invoke, panel


def test_the_readme_with_panels_in_processes_of_their_own(
    line1: Line1, served: Program, program: Start
) -> None:
    """run finds the served host; alice's handler prints in alice's process, bob is not selected."""
    alice = panel(program, "alice", "Operator", "PANEL-1")
    bob = panel(program, "bob", "Viewer", "PANEL-2")
    result = invoke("run", line1.script)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("type=Gateway,project=Line1,messageHandler=AlarmRaised")
    assert "alice@PANEL-1  done" in result.stderr
    assert "user bob has Viewer, not Operator; host PANEL-2 is not PANEL-1" in result.stderr
    alice.wait_for("*** Filler/Pressure: 6.3 bar is over 6.0 ***")
    assert bob.end(signal.SIGTERM) == 0
    listed = json.loads(invoke("sessions", "--json").stdout)
    assert [who["user"] for who in listed] == ["alice"]
    served.wait_for("sent by AlarmRaised")


def test_exit_codes_are_those_of_an_own_host(line1: Line1, served: Program) -> None:
    """0, 1 the script, 2 it does not compile, 3 a handler; 4 for a gateway that is not there."""
    assert invoke("run", "-", text="print 1").exit_code == 0
    assert invoke("run", "-", text="1/0").exit_code == 1
    assert invoke("run", "-", text="print (").exit_code == 2
    failing = 'system.util.sendMessage("Line1", "AlarmRaised", {}, "G")'
    result = invoke("run", "-", text=failing)
    assert result.exit_code == 3
    assert "KeyError: 'tag'" in result.stderr
    assert invoke("run", "-", "--gateway", "Nobody", text="1").exit_code == 4
    assert invoke("status", "--url", "ws://127.0.0.1:1").exit_code == 4
    sent = invoke("send", "--project", "Line1", "--handler", "AlarmRaised", "--scope", "G")
    assert sent.exit_code == 3
    assert sent.stdout.startswith("type=Gateway")
    mixed = invoke("run", "-", "--gateway", "Gateway", "--projects", line1.folder, text="1")
    assert mixed.exit_code == 2


def test_scopes_of_a_script_on_a_running_host(served: Program) -> None:
    """client and designer scope: a session for the time of the script; read-only cannot send."""
    who = "print system.util.getClientId() == system.util.getSessionInfo()[0]['clientId']"
    for scope in ("client", "designer"):
        result = invoke("run", "-", "--scope", scope, "--project", "Line1", text=who)
        assert result.stdout == "True\n", result.stderr
    send = 'system.util.sendMessage("Line1", "AlarmRaised")'
    refused = invoke("run", "-", "--scope", "designer", "--project", "Line1", text=send)
    assert refused.exit_code == 1
    assert "communication mode is read-only" in refused.stderr


def test_the_tools_tell_people_and_programs(line1: Line1, served: Program) -> None:
    """Each tool has a table and a JSON document."""
    line1.handler("Answer", "\treturn {'n': payload['n'] + 1}\n")
    served.wait_for("Line1/G/Answer")
    ask = ("request", "--project", "Line1", "--handler")
    asked = invoke(*ask, "Answer", "--payload", '{"n": 1}')
    assert json.loads(asked.stdout) == {"n": 2}
    assert invoke(*ask, "Nobody").exit_code == 3
    assert "Line1" in invoke("status").stdout
    assert json.loads(invoke("status", "--json").stdout)["counters"]["done"] == 1
    assert "AlarmRaised" in invoke("handlers").stdout
    assert "Line1/Answer" in invoke("trace").stdout
    told = json.loads(invoke("trace", "--json").stdout)
    story = invoke("trace", "--message", str(told[0]["id"])).stdout
    assert "Line1/Answer" in story
    assert "Reload" in invoke("logs").stdout
    assert json.loads(invoke("running", "--json").stdout) == []
    assert invoke("kill", "999").exit_code == 1


def test_a_running_handler_is_listed_and_killed(
    line1: Line1, served: Program, program: Start
) -> None:
    """running shows its line; kill stops it; the story says who did."""
    line1.handler("Endless", "\twhile 1:\n\t\tpass\n")
    served.wait_for("Line1/G/Endless")
    sending = program("send", "--project", "Line1", "--handler", "Endless", "--scope", "G")
    found: list[Any] = []
    # At its very first moment a handler is on no line yet.
    while not (found and found[0]["file"]):
        assert sending.process.poll() is None
        found = json.loads(invoke("running", "--json").stdout)
    assert found[0]["file"].endswith("Endless/handleMessage.py")
    assert invoke("kill", str(found[0]["delivery"]), "--reason", "enough").exit_code == 0
    sending.wait_for("stopped")
    sending.wait_for("enough")
    assert sending.process.wait(20) == 3


def test_follow_goes_on(served: Program, program: Start) -> None:
    """trace --follow and logs --follow print what happens, until Ctrl-C."""
    trace = program("trace", "--follow", "--json")
    logs = program("logs", "--follow")
    logs.wait_for("loaded Line1")
    invoke("send", "--project", "Line1", "--handler", "Nobody", "--scope", "G")
    trace.wait_for('"handler": "Nobody"')
    logs.wait_for("could not be found")
    assert trace.end(signal.SIGINT) == 0
    assert logs.end(signal.SIGINT) == 0


def test_a_designer_types(
    line1: Line1, served: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    """Blocks over several lines, values, completion, and the mode by a command."""
    typed = (
        "x = 20\r"
        "x + 1\r"
        "for i in range(2):\rprint i\r\r"
        ":comm read-write\r"
        "len(system.util.sendMessage('Line1', 'AlarmRaised', {}, 'G'))\r"
        ":quit\r"
    )
    host = attach_designer("Line1", user="dave")
    try:
        with create_pipe_input() as keys:
            keys.send_text(typed)
            console = DesignerConsole(host, InMemoryHistory(), input=keys, output=DummyOutput())
            console.run()
        said = capsys.readouterr()
        assert said.out.startswith("21\n0\n1\n1\n")
        assert "→ Line1/AlarmRaised" in said.err
        assert "KeyError: 'tag'" in said.err
        completer = ScriptCompleter(Console(host.session))
        for text, expected in (
            ("x = project.alarms.te", ["text"]),
            ("system.util.sendM", ["sendMessage"]),
            (":comm o", [":comm off"]),
        ):
            offered = completer.get_completions(Document(text), CompleteEvent())
            assert [completion.text for completion in offered] == expected
        assert host.session.comm == "read-write"
    finally:
        host.close(1.0)


def test_a_designers_script_from_a_pipe(served: Program) -> None:
    """Where standard input is no terminal, it is one script, with its story and exit code."""
    result = invoke("designer", "--project", "Line1", text="print 6 * 7")
    assert (result.exit_code, result.stdout) == (0, "42\n")
    failing = 'system.util.sendMessage("Line1", "AlarmRaised", {}, "G")'
    result = invoke("designer", "--project", "Line1", "--comm", "read-write", text=failing)
    assert result.exit_code == 3
    assert "KeyError: 'tag'" in result.stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("comm foo", ":comm off, :comm read-only or :comm read-write"),
        ("frob", "there is no command :frob"),
        ("logs", ":logs on or :logs off"),
        ("run", ":run FILE"),
        ("run nowhere.py", "nowhere.py: there is no such file"),
    ],
)
def test_a_wrong_command_of_the_console_says_what_is_wrong(
    served: Program, capsys: pytest.CaptureFixture[str], typed: str, said: str
) -> None:
    """One line that names the fault, and not the whole help."""
    host = attach_designer("Line1", user="dave")
    try:
        with create_pipe_input() as keys:
            console = DesignerConsole(host, InMemoryHistory(), input=keys, output=DummyOutput())
            assert console.command(typed.split())
    finally:
        host.close(1.0)
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_serve_refuses_to_be_open(line1: Line1) -> None:
    """Off loopback without TLS and users: exit 2, and what is missing."""
    result = invoke("serve", line1.folder, "--tier", "thread", "--listen", "0.0.0.0:0")
    assert result.exit_code == 2
    assert "without TLS" in result.stderr


def test_password_and_token_print_what_the_file_takes() -> None:
    """A hash on standard output; a token there and its digest beside."""
    made = invoke("password", text="wonder\nwonder\n")
    assert made.stdout.startswith("$argon2id$")
    token = invoke("token")
    assert len(token.stdout.strip()) > 30
    assert "sha256 = " in token.stderr


def test_a_password_comes_from_a_pipe_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal: the first line of standard input, or PILOTLIGHT_PASSWORD, or an error."""
    assert invoke("password", text="wonder\n").stdout.startswith("$argon2id$")
    refused = invoke("password", text="")
    assert refused.exit_code == 2
    assert "set PILOTLIGHT_PASSWORD" in refused.stderr
    monkeypatch.setenv("PILOTLIGHT_PASSWORD", "wonder")
    assert invoke("password", text="").stdout.startswith("$argon2id$")
