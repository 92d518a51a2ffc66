"""The manual's page on sendMessage, with a gateway, three clients and a designer as processes."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Program, invoke

Start = Callable[..., Program]

FILTERS = {
    # The parameters, and who receives the message: the Gateway, or users of sessions.
    "": ["Gateway", "alice", "bob", "carol"],
    ", scope='C'": ["alice", "bob", "carol"],
    ", scope='G'": ["Gateway"],
    ", scope='gc'": ["Gateway", "alice", "bob", "carol"],
    ", user='alice'": ["alice"],
    ", user='Bob'": ["bob"],
    ", hasRole='Operator'": ["alice", "bob"],
    ", hasRole='operator'": [],
    ", hostName='PANEL-3'": ["carol"],
    ", hasRole='Operator', hostName='panel-2'": ["bob"],
    ", user='alice', hostName='PANEL-2'": [],
    ", scope='CG', user='carol'": ["Gateway", "carol"],
    ", clientSessionId=id('alice')": ["Gateway", "alice"],
    ", scope='C', clientSessionId=id('bob')": ["bob"],
    ", scope='C', clientSessionId='00000000'": [],
}
SCRIPT = """\
rows = system.util.getSessionInfo()
def id(user):
\treturn [row['clientId'] for row in rows if row['username'] == user][0]
for entry in system.util.sendMessage("X", "testHandler", {'first': "Hello", 'second': "World"}%s):
\tprint entry
"""
ROLES = {"alice": ["Operator"], "bob": ["Operator", "Viewer"], "carol": []}


@pytest.fixture
def designer() -> Iterator[Callable[[], int]]:
    """Starts a designer's console at a terminal; ends it."""
    started: list[tuple[int, subprocess.Popen[bytes]]] = []

    def start() -> int:
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "runtime.cli", "designer", "--project", "X"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm"},
        )
        os.close(theirs)
        started.append((ours, process))
        return ours

    yield start
    for ours, process in started:
        process.kill()
        process.wait(10)
        os.close(ours)


@pytest.fixture
def plant(tmp_path: Path, program: Start, designer: Callable[[], int]) -> dict[str, str]:
    """All of it, running; user -> session id."""
    assert invoke("new", "project", "X", "--projects", tmp_path).exit_code == 0
    for scope in ("gateway", "client"):
        options = ("--scope", scope, "--projects", tmp_path)
        assert invoke("new", "handler", "X", "testHandler", *options).exit_code == 0
    body = "\tprint payload['first'], payload['second']\n"
    for path in tmp_path.rglob("handleMessage.py"):
        path.write_text(f"def handleMessage(payload):\n{body}")
    serving = program("serve", tmp_path)
    serving.wait_for("attach at ws://127.0.0.1:")
    for number, (user, roles) in enumerate(ROLES.items(), 1):
        given = [part for role in roles for part in ("--role", role)]
        host = ("--host-name", f"PANEL-{number}")
        panel = program("client", "--project", "X", "--user", user, *given, *host)
        panel.wait_for("client session")
    terminal = designer()
    found: list[dict[str, str]] = []
    while len(found) < 4:
        # Its prompt comes once it is attached.
        os.read(terminal, 4096)
        found = json.loads(invoke("sessions", "--json").stdout)
    assert [(one["kind"], one["user"]) for one in found][:3] == [
        ("Client", "alice"),
        ("Client", "bob"),
        ("Client", "carol"),
    ]
    assert found[3]["kind"] == "Designer"
    return {one["user"]: one["id"] for one in found[:3]}


@pytest.mark.timeout(180)
def test_every_filter_of_the_manual(plant: dict[str, str]) -> None:
    """What is returned, exactly, and who ran the handler; the designer never receives."""
    names = {identity: user for user, identity in plant.items()}
    for parameters, expected in FILTERS.items():
        result = invoke("run", "-", text=SCRIPT % parameters)
        assert result.exit_code == 0, (parameters, result.stderr)
        entries = result.stdout.splitlines()
        receivers = [
            "Gateway"
            if entry.startswith("type=Gateway,")
            else names[entry.partition("sessionId=")[2].partition(",")[0]]
            for entry in entries
        ]
        assert receivers == expected, parameters
        assert all(entry.endswith("},sendStatus=SENT") for entry in entries)
        (message,) = json.loads(invoke("trace", "--json", "--last", "1").stdout)
        ran = [
            (names.get(one["receiver"], one["receiver"]), one["status"], one["output"])
            for one in message["deliveries"]
        ]
        assert ran == [(who, "done", "Hello World\n") for who in expected], parameters
    whole = invoke("run", "-", text=SCRIPT % "").stdout.splitlines()
    tail = "filterParams={hostName=, clientSessionId=, scope=CG, user=, hasRole=},sendStatus=SENT"
    assert whole[0] == f"type=Gateway,project=X,messageHandler=testHandler,{tail}"
    assert whole[1] == (
        f"type=Client,sessionId={plant['alice']},clientAddress=127.0.0.1,clientHostName=PANEL-1,"
        f"project=X,messageHandler=testHandler,{tail}"
    )


@pytest.mark.timeout(180)
def test_remote_servers_and_the_designer(plant: dict[str, str]) -> None:
    """One entry a server, none of them connected; a designer sends in read-write alone."""
    result = invoke("run", "-", text=SCRIPT % ", remoteServers=['agent-8088', 'agent-9000']")
    assert [entry.partition(",project")[0] for entry in result.stdout.splitlines()] == [
        "type=RemoteServer,serverName=agent-8088",
        "type=RemoteServer,serverName=agent-9000",
    ]
    assert all(e.endswith("sendStatus=NOT_CONNECTED") for e in result.stdout.splitlines())
    for comm, expected in (("read-only", 0), ("off", 0), ("read-write", 4)):
        sent = invoke("designer", "--project", "X", "--comm", comm, text=SCRIPT % "")
        assert sent.stdout.count("sendStatus=SENT") == expected, sent.stderr
        if not expected:
            assert f"communication mode is {comm}" in sent.stderr
    rows = "for row in system.util.getSessionInfo():\n\tprint row['username'], row['isDesigner']\n"
    listed = invoke("run", "-", text=rows).stdout.splitlines()
    assert listed[:3] == ["alice False", "bob False", "carol False"]
    assert listed[3].endswith(" True")
