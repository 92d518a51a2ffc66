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


def test_sarif_is_for_code_hosts(line1: Line1) -> None:
    """SARIF 2.1.0: each result names a listed rule, its level, and a place that a host can show."""
    line1.library.write_text("x = (1,\n")
    line1.handler("Größe", "\tprint 'ä', missing\n")
    result = invoke("check", line1.folder, "--format", "sarif")
    assert result.exit_code == 1
    log = json.loads(result.stdout)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    listed = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in listed}) == len(listed)
    found = {result["ruleId"]: result for result in run["results"]}
    assert set(found) == {"syntax", "undefined-name"}
    for rule, each in found.items():
        assert listed[each["ruleIndex"]]["id"] == rule
        assert each["message"]["text"]
        place = each["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].isascii()
    assert found["syntax"]["level"] == "error"
    assert found["undefined-name"]["level"] == "warning"
    region = found["undefined-name"]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 13}


def test_the_rules_are_listed() -> None:
    """As text for people, as JSON for programs; nothing is checked."""
    result = invoke("check", "--rules")
    assert result.exit_code == 0
    assert "one-scope" in result.stdout
    listed = json.loads(invoke("check", "--rules", "--json").stdout)
    assert {"name", "severity", "what", "remedy", "example"} <= set(listed[0])


def test_comments_that_silence_nothing_are_told_when_asked(line1: Line1) -> None:
    """And only then; with --strict they fail the check."""
    line1.handler("Quiet", "\tprint payload  # pilotlight: ignore[one-scope]\n")
    assert invoke("check", line1.folder, "--strict").exit_code == 0
    result = invoke("check", line1.folder, "--strict", "--unused-ignores")
    assert result.exit_code == 1
    assert "warning[unused-ignore]" in result.stdout


def test_the_cache_may_be_left_alone(
    line1: Line1, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Used where the user keeps such things, unless told otherwise by flag or file."""
    home = tmp_path / "home"
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    assert invoke("check", line1.folder, "--no-cache").exit_code == 0
    assert not home.exists()
    (line1.folder / "pilotlight.toml").write_text('[sandbox]\ncache = "off"\n')
    assert invoke("check", line1.folder).exit_code == 0
    assert not home.exists()
    (line1.folder / "pilotlight.toml").write_text("")
    assert invoke("check", line1.folder).exit_code == 0
    assert (home / "pilotlight/code/key").is_file()
    assert (home / "pilotlight/code").stat().st_mode & 0o077 == 0


def test_a_cache_that_others_can_reach_is_not_used(
    line1: Line1, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's own: a notice, and on it goes. One that the configuration names: an error."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    shared = tmp_path / "home/pilotlight/code"
    shared.mkdir(parents=True)
    shared.chmod(0o777)
    result = invoke("check", line1.folder)
    assert result.exit_code == 0
    assert "no code cache" in result.stderr
    (line1.folder / "pilotlight.toml").write_text(f'[sandbox]\ncache = "{shared}"\n')
    result = invoke("check", line1.folder)
    assert result.exit_code == 2
    assert "open to other users" in result.stderr


def test_the_hook_for_pre_commit_names_a_command_that_is_there() -> None:
    """Its entry, with its arguments, is an invocation of `pilotlight check`."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert "entry: pilotlight check\n" in text
    assert 'args: ["."]' in text
    assert "pass_filenames: false" in text
