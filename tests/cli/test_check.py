"""`pilotlight check`: everything compiles, literal sends find their handlers, exit codes."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, SAMPLES, Line1, invoke


@pytest.mark.parametrize("folder", [".", "plant/line", "plant/office"])
def test_the_samples_have_nothing_to_say(folder: str) -> None:
    """The samples are clean, warnings included."""
    result = invoke("check", ROOT / "samples" / folder, "--strict")
    assert result.exit_code == 0, result.stdout
    assert result.stdout.strip() == ""
    assert "0 errors, 0 warnings" in result.stderr


def test_the_readmes_project_passes(line1: Line1) -> None:
    """Line1 as its reader has made it."""
    result = invoke("check", line1.folder, "--strict")
    assert result.exit_code == 0, result.stdout
    assert "1 project, 2 handlers, 1 library" in result.stderr


def test_every_error_is_reported_with_its_place(line1: Line1) -> None:
    """file:line:column for handlers, libraries and settings alike; exit 1."""
    line1.raised.write_text("def handleMessage(payload):\n\tif payload\n\t\tpass\n")
    line1.library.write_text("x = (1,\n")
    (line1.show.parent / "resource.json").write_text("{")
    result = invoke("check", line1.folder)
    assert result.exit_code == 1
    place = f"{line1.raised}:2:"
    assert any(line.startswith(place) for line in result.stdout.splitlines())
    assert f"{line1.library}:" in result.stdout
    assert f"{line1.show.parent}" in result.stdout
    lines = result.stdout.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(place))
    assert "if payload" in lines[at + 1]
    assert lines[at + 2].rstrip().endswith("^")


def test_json_is_for_programs(line1: Line1) -> None:
    """One array of objects, nothing else on standard output."""
    line1.library.write_text("x = (1,\n")
    for options in (("--format", "json"), ("--json",)):
        result = invoke("check", line1.folder, *options)
        (found,) = json.loads(result.stdout)
        assert found["file"] == str(line1.library)
        assert found["severity"] == "error"
        assert found["rule"] == "syntax"
        assert found["line"] >= 1


def test_github_annotations_are_escaped(line1: Line1) -> None:
    """One workflow command a diagnostic."""
    line1.library.write_text("x = (1,\n")
    result = invoke("check", line1.folder, "--format", "github")
    assert result.stdout.startswith(f"::error file={line1.library},line=")
    assert "title=pilotlight syntax::" in result.stdout


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        ('sendMessage("Line1", "ShowAlarm", {})', "one-scope"),
        ('sendMessage("Line1", "ShowAlarm", {}, "CG")', "one-scope"),
        ('sendMessage("Line1", "AlarmRaised", hasRole="Operator")', "one-scope"),
        ('sendRequest("Line1", "ShowAlarm")', "one-scope"),
        ('sendMessage("Line1", "ShowAlarms", scope="C")', "unknown-handler"),
        ('sendMessage(project="Lime1", messageHandler="ShowAlarm")', "unknown-project"),
    ],
)
def test_a_literal_send_that_misses_is_a_warning(line1: Line1, call: str, rule: str) -> None:
    """It names the place and what to do, and exits 0: the project does run."""
    line1.handler("Sender", f"\tsystem.util.{call}\n")
    result = invoke("check", line1.folder)
    assert result.exit_code == 0
    (head,) = [line for line in result.stdout.splitlines() if "warning[" in line]
    assert f"warning[{rule}]" in head
    assert "Sender/handleMessage.py:2:2:" in head
    assert "help:" in result.stdout
    assert invoke("check", line1.folder, "--strict").exit_code == 1


@pytest.mark.parametrize(
    "call",
    [
        'sendMessage("Line1", "ShowAlarm", {}, "C")',
        'sendMessage("Line1", "ShowAlarm", {}, hasRole="Operator")',
        'sendMessage("Line1", "ShowAlarm", {}, hostName=payload["host"], scope="C")',
        'sendMessage("Line1", "AlarmRaised", {}, scope="g")',
        'sendMessage("Line1", payload["handler"])',
        'sendMessage(payload["project"], "Nothing")',
        'sendMessage("Line1", "ShowAlarm", {}, payload["scope"])',
        'sendMessage("Line1", "ShowAlarm", **payload)',
        'sendMessage("Elsewhere", "Other", {}, remoteServers=["agent-8088"])',
        'sendRequest("Line1", "AlarmRaised")',
    ],
)
def test_what_the_text_does_not_settle_is_passed_over(line1: Line1, call: str) -> None:
    """A send that fits, or that is computed, is no warning."""
    line1.handler("Sender", f"\tsystem.util.{call}\n")
    result = invoke("check", line1.folder, "--strict")
    assert result.exit_code == 0, result.stdout


def test_a_folder_of_no_projects_is_a_usage_error(tmp_path: Path) -> None:
    """One project's own folder is not the projects folder."""
    result = invoke("check", SAMPLES / "projects" / "X")
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("profile", "name", "remedy"),
    [
        ("7.9", "alarms.text", "write project.alarms"),
        ("8.1", "project.alarms.text", "write alarms"),
        ("8.3", "project.alarms.text", "write alarms"),
    ],
)
def test_a_library_name_that_a_gateway_would_not_resolve(
    line1: Line1, profile: str, name: str, remedy: str
) -> None:
    """The host takes both ways; `check` warns of the one that the profile's Ignition lacks."""
    line1.raised.write_text(f"def handleMessage(payload):\n\treturn {name}(payload)\n")
    result = invoke("check", line1.folder, "--profile", profile)
    assert result.exit_code == 0
    assert f"{line1.raised}:2:9: warning[library-name]" in result.stdout
    assert f"help: {remedy}" in result.stdout


@pytest.mark.parametrize(
    ("profile", "body"),
    [
        ("7.9", "return project.alarms.text(payload)"),
        ("8.1", "return alarms.text(payload)"),
        ("7.9", "alarms = payload; return alarms.text"),
        ("7.9", "import alarms; return alarms.text"),
        ("8.1", "project = payload; return project.alarms"),
    ],
)
def test_names_that_resolve_or_are_the_scripts_own_are_no_warning(
    line1: Line1, profile: str, body: str
) -> None:
    """Only names that mean the library are looked at."""
    line1.raised.write_text(f"def handleMessage(payload):\n\t{body}\n")
    result = invoke("check", line1.folder, "--profile", profile, "--strict")
    assert result.exit_code == 0, result.stdout
