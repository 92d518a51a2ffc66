"""Which host a command means, who may do what there, and the exit codes of what is not so."""

import hashlib

import pytest

from tests.cli.conftest import Line1, Program, Start, invoke


def test_hosts_of_one_name_are_told_apart_by_url(
    line1: Line1, served: Program, program: Start
) -> None:
    """Every command exits 2 and lists address and folder of each; a wrong name lists them too."""
    other = program("serve", line1.folder, "--tier", "thread")
    other.wait_for("serving")
    urls = [
        line.rpartition(" ")[2] for s in (served, other) for line in s.lines if "attach at" in line
    ]
    for arguments in (("status",), ("run", str(line1.script))):
        refused = invoke(*arguments)
        assert refused.exit_code == 2
        assert "choose one with --url" in refused.stderr
        assert "Usage:" not in refused.stderr
        for text in (*urls, str(line1.folder / "projects")):
            assert text in refused.stderr
    unknown = invoke("status", "--gateway", "Nix")
    assert unknown.exit_code == 4
    assert all(url in unknown.stderr for url in urls)
    assert invoke("status", "--url", urls[0]).exit_code == 0


def test_a_project_that_is_not_there_is_exit_2(line1: Line1, served: Program) -> None:
    """As with a host of the command's own, in every scope; the nearest name is offered."""
    for options in ((), ("--projects", str(line1.folder))):
        for scope in ("gateway", "client", "designer"):
            said = invoke("run", "-", "--scope", scope, "--project", "Lin1", *options, text="1")
            assert said.exit_code == 2, said.stderr
            assert 'did you mean "Line1"?' in said.stderr
            assert "Usage:" not in said.stderr
    sent = invoke("send", "--project", "Lin1", "--handler", "AlarmRaised")
    assert 'there is no project "Lin1"; did you mean "Line1"?' in sent.stderr


def test_who_lacks_a_right_is_told_so_with_exit_4(
    line1: Line1, program: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not let in, which is no fault of usage."""
    digest = hashlib.sha256(b"looks").hexdigest()
    (line1.folder / "pilotlight.toml").write_text(
        f'[tokens.prometheus]\nsha256 = "{digest}"\nrights = ["view"]\n', encoding="utf-8"
    )
    program("serve", line1.folder, "--tier", "thread").wait_for("serving")
    monkeypatch.setenv("PILOTLIGHT_TOKEN", "looks")
    assert invoke("status").exit_code == 0
    for arguments in (
        ("kill", "1"),
        ("request", "--project", "Line1", "--handler", "AlarmRaised"),
    ):
        refused = invoke(*arguments)
        assert refused.exit_code == 4
        assert "lacks the right to operate" in refused.stderr
        assert "Usage:" not in refused.stderr


def test_a_request_that_meets_no_handler_says_what_may_have_been_meant(
    line1: Line1, served: Program
) -> None:
    """A handler of clients only, one nearly of that name, a project nearly of that name."""
    for project, handler, hint in (
        ("Line1", "ShowAlarm", "ShowAlarm exists in Client scope only"),
        ("Line1", "AlarmRaise", 'did you mean "AlarmRaised"?'),
        ("Lin1", "AlarmRaised", 'did you mean "Line1"?'),
    ):
        asked = invoke("request", "--project", project, "--handler", handler)
        assert asked.exit_code == 3
        assert hint in asked.stderr


@pytest.mark.parametrize("own", [False, True])
def test_a_script_in_client_scope_is_whom_it_is_told_to_be(
    line1: Line1, served: Program, own: bool
) -> None:
    """--user, --role and --host-name are those of the session that is opened for the script."""
    script = (
        "for entry in system.util.sendMessage('Line1', 'ShowAlarm', {'text': 'x'}, "
        "hasRole='Operator'):\n\tprint entry"
    )
    options = ("--projects", str(line1.folder)) if own else ()
    result = invoke(
        *("run", "-", "--scope", "client", "--project", "Line1", *options),
        *("--user", "eve", "--role", "Operator", "--host-name", "PANEL-9"),
        text=script,
    )
    assert "clientHostName=PANEL-9" in result.stdout, result.stderr
    assert "eve@PANEL-9  done" in result.stderr
    assert invoke("run", "-", "--user", "eve", text="1").exit_code == 2


def test_a_message_that_is_not_there_is_exit_1(served: Program) -> None:
    """One line, without the usage."""
    refused = invoke("trace", "--message", "999")
    assert refused.exit_code == 1
    assert refused.stderr == "Error: the trace has no message 999 (any more)\n"
