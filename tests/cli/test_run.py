"""`pilotlight run`: streams, exit codes, scopes, and the story."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.isolation.probe import probe
from tests.cli.conftest import DEADLINE, ROOT, SAMPLES, Line1, Program, invoke

GATEWAY = (
    "type=Gateway,project=X,messageHandler=testHandler,filterParams={hostName=, "
    "clientSessionId=, scope=CG, user=, hasRole=},sendStatus=SENT"
)
CLIENT = (
    r"type=Client,sessionId=([0-9A-F]{8}),clientAddress=,clientHostName=,project=X,"
    r"messageHandler=testHandler,filterParams=\{hostName=, clientSessionId=, scope=CG, user=, "
    r"hasRole=\},sendStatus=SENT"
)


def test_the_manuals_example_prints_the_manuals_strings() -> None:
    """Standard output has the two entries of the manual, and nothing else."""
    result = invoke(
        "run", SAMPLES / "send.py", "--projects", SAMPLES / "projects", "--client", "project=X"
    )
    assert result.exit_code == 0, result.stderr
    first, second = result.stdout.splitlines()
    assert first == GATEWAY
    found = re.fullmatch(CLIENT, second)
    assert found is not None, second
    assert re.search(rf"✓ {found[1]} .*done", result.stderr)
    assert "│ Gateway: Hello, World!" in result.stderr
    assert "│ Client: Hello, World!" in result.stderr
    assert "profile 7.9" in result.stderr


def test_address_and_host_of_a_client_stand_in_its_entry() -> None:
    """`--client` replaces the clients of the file, and its values are what filters see."""
    client = "project=X,user=alice,roles=Operator|Maintenance,host=PANEL-1,address=10.0.0.5"
    result = invoke(
        "run", "-", "--projects", SAMPLES, "--client", client,
        text="hello = {'first': 'a', 'second': 'b'}\n"
        "print system.util.sendMessage('X', 'testHandler', hello, hasRole='Maintenance')\n",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert "clientAddress=10.0.0.5,clientHostName=PANEL-1" in result.stdout
    assert result.stdout.count("type=") == 1


def test_a_failing_script_exits_1_with_its_own_traceback(line1: Line1) -> None:
    """The traceback is the script's, with its source; what it printed before is printed."""
    result = line1.run(script="print 'before'\nx = 1 / 0\nprint 'after'\n")
    assert result.exit_code == 1
    assert result.stdout == "before\n"
    assert 'File "<stdin>", line 2' in result.stderr
    assert "x = 1 / 0" in result.stderr
    assert "ZeroDivisionError" in result.stderr
    assert "runtime/" not in result.stderr


def test_a_script_that_does_not_compile_exits_2_with_source_and_caret(line1: Line1) -> None:
    """Nothing ran; the diagnostic shows the line and a caret below the column."""
    result = line1.run(script="print 'before'\nif x\n\tprint x\n")
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("<stdin>:2:"))
    assert "error[syntax]" in lines[at]
    assert lines[at + 1].endswith("| if x")
    assert lines[at + 2].strip("| ") == "^"


def test_a_failing_handler_exits_3_and_shows_the_users_lines_only(line1: Line1) -> None:
    """The sender is untouched; the story has the handler's traceback, nothing of the host's."""
    line1.show.write_text(
        "def handleMessage(payload):\n\treturn payload['txt']\n", encoding="utf-8"
    )
    result = line1.run()
    assert result.exit_code == 3
    assert result.stdout.startswith("type=Gateway,")
    assert "message/ShowAlarm/handleMessage.py" in result.stderr
    assert "return payload['txt']" in result.stderr
    assert "KeyError" in result.stderr
    assert '.py", line 2, in handleMessage' in result.stderr
    assert "runtime/" not in result.stderr


def test_a_missing_handler_exits_3_with_the_gateways_words_and_a_hint(line1: Line1) -> None:
    """A send that reaches a scope without the handler logs the exact lines of a gateway."""
    result = line1.run(script='system.util.sendMessage("Line1", "ShowAlarm", {"text": "x"})')
    assert result.exit_code == 3
    assert (
        "Gateway script MessageHandlerException, project 'Line1', message handler 'ShowAlarm'"
        in result.stderr
    )
    assert (
        'The message handler "ShowAlarm" could not be found! '
        "Check your event script message handlers." in result.stderr
    )
    assert 'use scope="C"' in result.stderr


def test_the_story_nests_what_a_handler_sent(line1: Line1) -> None:
    """A nested message stands deeper than the delivery that sent it, with who was skipped."""
    lines = line1.run().stderr.splitlines()
    sent = next(i for i, line in enumerate(lines) if "Line1/ShowAlarm" in line)
    gateway = next(i for i, line in enumerate(lines) if "✓ Gateway" in line)
    panel = next(i for i, line in enumerate(lines) if "alice@PANEL-1  done" in line)
    skipped = next(i for i, line in enumerate(lines) if "bob@PANEL-2  not selected" in line)
    assert gateway < sent < panel < skipped

    def indent(i: int) -> int:
        return len(lines[i]) - len(lines[i].lstrip())

    assert indent(gateway) < indent(sent) < indent(panel)


def test_the_designer_delivers_nothing_in_read_only(line1: Line1) -> None:
    """Exit 1 with an error that names the mode; in read-write the same script sends."""
    refused = line1.run("--scope", "designer", "--project", "Line1", "--comm", "read-only")
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert "read-only" in refused.stderr
    assert "Line1/AlarmRaised" not in refused.stderr
    sent = line1.run("--scope", "designer", "--project", "Line1", "--comm", "read-write")
    assert sent.exit_code == 0, sent.stderr


def test_client_scope_runs_in_a_client_session_of_the_project(line1: Line1) -> None:
    """The script is in the first configured session: a message to its own id reaches it."""
    result = line1.run(
        "--scope", "client", "--project", "Line1",
        script='me = system.util.getClientId()\n'
        'print system.util.sendMessage("Line1", "ShowAlarm", {"text": "x"}, "C", me)[0]\n'
        "print me\n",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    entry, me = result.stdout.splitlines()
    assert f"sessionId={me}," in entry
    assert "clientHostName=PANEL-1" in entry


def test_libraries_of_the_named_project_are_there(line1: Line1) -> None:
    """`--project` chooses whose libraries a gateway script sees."""
    script = "print project.alarms.text({'tag': 'T', 'value': 2, 'limit': 1})"
    result = line1.run("--project", "Line1", script=script)
    assert (result.exit_code, result.stdout) == (0, "T: 2.0 bar is over 1.0\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--scope", "client"), "needs --project"),
        (("--scope", "designer", "--project", "Lime1"), 'there is no project "Lime1"'),
        (("--project", "Lime1"), "Line1"),
        (("--client", "user=alice"), "project=NAME"),
        (("--client", "project=Line1,role=x"), "unknown key 'role'"),
        (("--client", "project=Line1,roles=a,b"), "divided by |"),
        (("--client", "project=Lime1"), 'there is no project "Lime1"'),
        (("--watch",), "--watch needs a file"),
        (("--profile", "7.5"), "7.9"),
    ],
)
def test_usage_errors_exit_2_and_say_what_is_wrong(
    line1: Line1, options: tuple[str, ...], words: str
) -> None:
    """Exit code 2, before anything ran."""
    result = line1.run(*options, script="print 1")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr


def test_json_is_one_document_with_everything(line1: Line1) -> None:
    """`--json` puts the script's output and the story into one document on standard output."""
    result = line1.run("--json")
    document = json.loads(result.stdout)
    assert document["exit_code"] == 0
    assert document["profile"] == "7.9"
    assert document["output"].startswith("type=Gateway,")
    raised, shown = document["messages"]
    assert (raised["handler"], shown["handler"]) == ("AlarmRaised", "ShowAlarm")
    assert shown["parent"] == raised["deliveries"][0]["id"]
    assert [d["status"] for d in shown["deliveries"]] == ["done"]
    assert "PANEL-2" in shown["skipped"][0] or "Viewer" in shown["skipped"][0]


def test_a_handler_that_does_not_end_is_named_and_not_waited_for(line1: Line1) -> None:
    """After `--wait` seconds the command ends with 3 and says what had not ended."""
    line1.handler("Forever", "\twhile 1:\n\t\tpass\n")
    result = line1.run(
        "--wait", "0.2", script='system.util.sendMessage("Line1", "Forever", scope="G")'
    )
    assert result.exit_code == 3
    assert "1 delivery had not ended after 0.2 s" in result.stderr


def test_a_deadline_stops_a_handler(line1: Line1) -> None:
    """`--deadline` ends it, and the story says stopped."""
    line1.handler("Forever", "\twhile 1:\n\t\tpass\n")
    result = line1.run(
        "--deadline", "0.2", script='system.util.sendMessage("Line1", "Forever", scope="G")'
    )
    assert result.exit_code == 3
    assert "✗ Gateway  stopped" in result.stderr


@pytest.mark.parametrize("tier", ["thread", "process"])
def test_a_user_script_keeps_its_size_guards_in_either_tier(line1: Line1, tier: str) -> None:
    """An expression that would take for ever is an error at once, wherever the script runs."""
    if tier == "process" and not probe().available:
        pytest.skip("this machine cannot lock a process")
    result = line1.run("--tier", tier, script="x = 9 ** 9 ** 9\n")
    assert result.exit_code == 1
    assert "x = 9 ** 9 ** 9" in result.stderr


def test_colours_follow_the_terminal_and_no_color(
    line1: Line1, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No escape codes into a pipe; colours when forced; none of them with NO_COLOR."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[" not in line1.run().stderr
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[32m" in line1.run().stderr
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3\d", line1.run().stderr)


def test_control_characters_of_a_handler_do_not_reach_the_terminal(line1: Line1) -> None:
    """What a handler prints is spelled out, so that it cannot drive the reader's terminal."""
    line1.handler("Rude", '\tprint "\\x1b[2Jgone"\n')
    result = line1.run(script='system.util.sendMessage("Line1", "Rude", scope="G")')
    assert "\x1b" not in result.stderr
    assert r"\x1b[2Jgone" in result.stderr


def test_a_reader_that_goes_away_does_not_fail_the_script(line1: Line1) -> None:
    """`pilotlight run ... | head -1` runs the script to its end."""
    line1.script.write_text(
        "for n in range(20000):\n\tprint 'line', n\n"
        "print system.util.sendMessage('Line1', 'ShowAlarm', {'text': 'end'}, 'C')\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "runtime.cli", "run", line1.script]
    with subprocess.Popen(
        [*command, "--projects", line1.folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == "line 0\n"
        running.stdout.close()
        said = running.stderr.read()
        assert running.wait(DEADLINE) == 0, said
    assert "│ *** end ***" in said


def test_a_stream_that_cannot_show_a_character_spells_it() -> None:
    """A terminal of ASCII is no reason for a script to fail."""
    done = subprocess.run(
        [sys.executable, "-m", "runtime.cli", "run", "-"],
        input="print u'20 \\u20ac'\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        timeout=DEADLINE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "20 \\u20ac\n"), done.stderr


def test_a_host_without_projects_runs_scripts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a folder there are no projects, and the command says so."""
    monkeypatch.chdir(tmp_path)
    result = invoke("run", "-", text="print 7 / 2\n")
    assert (result.exit_code, result.stdout) == (0, "3\n")
    assert "no projects folder" in result.stderr


def test_watch_runs_the_script_again_at_each_save(
    line1: Line1, program: Callable[..., Program]
) -> None:
    """A save runs it again in the same host; Ctrl-C ends with the last run's code."""
    line1.script.write_text("print 'first run'\n", encoding="utf-8")
    running = program("run", line1.script, "--projects", line1.folder, "--watch")
    running.wait_for("first run")
    running.wait_for("exit code 0; watching")
    line1.script.write_text("print 'second run'\nraise ValueError('seen')\n", encoding="utf-8")
    running.wait_for("second run")
    running.wait_for("ValueError: seen")
    running.wait_for("exit code 1; watching")
    replacement = line1.script.with_name(".raise.py.swp")
    replacement.write_text("print 'third run'\n", encoding="utf-8")
    replacement.rename(line1.script)
    running.wait_for("third run")
    running.wait_for("exit code 0; watching", times=2)
    assert running.end(signal.SIGINT) == 0


def test_a_long_story_is_cut_and_still_counted(line1: Line1) -> None:
    """Handlers that send to each other a thousand times: told in part, judged as a whole."""
    line1.handler(
        "Ping",
        "\tif payload['n'] == 0:\n\t\traise ValueError('the last one')\n"
        "\tsystem.util.sendMessage('Line1', 'Ping', {'n': payload['n'] - 1}, 'G')\n",
    )
    result = line1.run(script='system.util.sendMessage("Line1", "Ping", {"n": 1500}, "G")')
    assert result.exit_code == 3
    assert "… and 1001 messages more" in result.stderr
    assert "ValueError: the last one" in result.stderr
    assert len(result.stderr.splitlines()) < 2100
