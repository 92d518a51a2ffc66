"""How commands end: Ctrl-C, a second one, a closed pipe, and what programs are told."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import ROOT, Line1, Program, Start, invoke, panel

ENDLESS = "\twhile 1:\n\t\tpass\n"
SEND = ("send", "--project", "Line1", "--handler", "Endless", "--scope", "G")


def waiting(started: Program) -> None:
    """Wait until the handler that it sent to runs."""
    while not json.loads(invoke("running", "--json").stdout):
        assert started.process.poll() is None


def test_ctrl_c_tells_the_story_so_far(line1: Line1, served: Program, program: Start) -> None:
    """Exit code 130, and a note that what was sent goes on; it does."""
    line1.handler("Endless", ENDLESS)
    served.wait_for("Line1/G/Endless")
    sending = program(*SEND)
    waiting(sending)
    assert sending.end(signal.SIGINT) == 130
    assert any("→ Line1/Endless" in line for line in sending.lines)
    assert "what was sent goes on in the gateway" in sending.lines[-1]
    (left,) = json.loads(invoke("running", "--json").stdout)
    asking = program("request", "--project", "Line1", "--handler", "Endless")
    while len(json.loads(invoke("trace", "--json").stdout)) < 2:
        assert asking.process.poll() is None
    assert asking.end(signal.SIGINT) == 130
    assert "the handler goes on in the gateway" in asking.lines[-1]
    assert invoke("kill", str(left["delivery"])).exit_code == 0


def test_ctrl_c_ends_a_host_of_its_own(line1: Line1, program: Start) -> None:
    """The story so far, and what becomes of the rest."""
    line1.handler("Endless", '\tsystem.util.getLogger("L").info("begun")\n' + ENDLESS)
    running = program(*SEND, "--projects", line1.folder, "--tier", "thread")
    running.wait_for("begun")
    assert running.end(signal.SIGINT) == 130
    assert "this command's own host ends here" in running.lines[-1]


def test_a_second_ctrl_c_ends_a_client_at_once(
    line1: Line1, served: Program, program: Start
) -> None:
    """The first says what is waited for; the next does not wait."""
    line1.handler("Endless", ENDLESS, "--scope", "client")
    served.wait_for("Line1/C/Endless")
    client = panel(program, "alice", "Operator", "PANEL-1", "--grace", "3000")
    invoke("send", "--project", "Line1", "--handler", "Endless", "--scope", "C", "--wait", "0")
    waiting(client)
    client.process.send_signal(signal.SIGINT)
    client.wait_for("waiting up to 3000 s for 1 delivery (Line1/Endless)")
    code = None
    while code is None:
        client.process.send_signal(signal.SIGINT)
        try:
            code = client.process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    assert code == 130
    client.wait_for("ended at once")


def test_a_gateway_outlives_the_reader_of_its_view(line1: Line1, served: Program) -> None:
    """`serve . | head -1` goes on serving, and ends in order."""
    serving = subprocess.Popen(
        [
            *(sys.executable, "-m", "runtime.cli", "serve", line1.folder),
            *("--tier", "thread", "--name", "Piped"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert serving.stdout is not None
        while b"serving" not in serving.stdout.readline():
            assert serving.poll() is None
        serving.stdout.close()
        for _ in range(3):
            sent = invoke("send", "--gateway", "Piped", "--project", "Line1", "--handler", "Nobody")
            assert sent.exit_code == 3
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(20) == 0
    finally:
        serving.kill()
        serving.wait(20)


def test_the_json_log_has_start_deliveries_and_end(line1: Line1, program: Start) -> None:
    """A program learns the address, every message, and how it ended."""
    serving = program("serve", line1.folder, "--tier", "thread", "--log-format", "json")
    serving.wait_for('"event": "started"')
    started = json.loads(serving.lines[0])
    sent = invoke("send", "--url", started["url"], "--project", "Line1", "--handler", "Nobody")
    assert sent.exit_code == 3
    serving.wait_for('"event": "message"')
    assert serving.end(signal.SIGTERM) == 0
    lines = [json.loads(line) for line in serving.lines]
    assert started["projects"] == ["Line1"]
    (message,) = [line for line in lines if line["event"] == "message"]
    assert {d["status"] for d in message["deliveries"]} == {"no_handler"}
    assert lines[-1]["event"] == "ended"
    assert lines[-1]["counters"]["no_handler"] == 3


def test_a_port_that_is_taken_is_one_line(line1: Line1, served: Program) -> None:
    """No usage, for it was not at fault, and no account of a host that never served."""
    (line,) = [line for line in served.lines if "attach at" in line]
    address = line.rpartition("//")[2]
    refused = invoke("serve", line1.folder, "--tier", "thread", "--listen", address)
    assert refused.exit_code == 2
    assert len(refused.stderr.splitlines()) == 1
    assert "cannot listen" in refused.stderr


def test_ctrl_c_while_it_starts_is_silent(tmp_path: Path) -> None:
    """The console script ends by the signal, without a traceback of its imports."""
    package = tmp_path / "runtime/cli"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("")
    command = (ROOT / "runtime/command.py").read_text()
    (package.parent / "command.py").write_text(command)
    text = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nraise ImportError\n"
    (package / "__init__.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", "from runtime.command import main; main()"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")


def test_the_help_tells_every_exit_code() -> None:
    """4 and 130 among them."""
    said = invoke("--help").stdout
    assert "4 no such running host" in " ".join(said.split())
    assert "130 Ctrl-C" in said
