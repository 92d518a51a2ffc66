"""`pilotlight new`: what it writes is what the store loads, and it overwrites nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from project_store.store import ProjectStore
from runtime.cli import main


def new(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["new", *arguments, "--projects", str(folder)])


def test_project_handlers_and_library_load_as_made(tmp_path: Path) -> None:
    """Everything that `new` writes loads without a diagnostic, with the settings asked for."""
    assert new(tmp_path, "project", "Line1", "--title", "Line 1").exit_code == 0
    assert new(tmp_path, "handler", "Line1", "AlarmRaised").exit_code == 0
    assert new(tmp_path, "handler", "Line1", "Ping", "--scope", "both").exit_code == 0
    made = new(tmp_path, "handler", "Line1", "Show", "--scope", "client", "--threading", "edt")
    assert made.exit_code == 0
    assert new(tmp_path, "library", "Line1", "alarms.text").exit_code == 0

    snapshot = ProjectStore(tmp_path).load()
    project = snapshot.projects["Line1"]
    assert project.title == "Line 1"
    assert {key: handler.thread_type for key, handler in project.handlers.items()} == {
        ("G", "AlarmRaised"): "Shared",
        ("G", "Ping"): "Shared",
        ("C", "Ping"): "Shared",
        ("C", "Show"): "EDT",
    }
    assert list(project.modules) == ["alarms.text"]
    assert project.diagnostics == ()


def test_resource_files_are_those_of_ignition_8_3(tmp_path: Path) -> None:
    """resource.json names its scope, files and attributes as a real gateway does."""
    new(tmp_path, "project", "X")
    new(tmp_path, "handler", "X", "H", "--threading", "Dedicated")
    path = tmp_path / "projects/X/ignition/message/H/resource.json"
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "scope": "G",
        "version": 1,
        "restricted": False,
        "overridable": True,
        "files": ["handleMessage.py"],
        "attributes": {"threadType": "Dedicated", "enabled": True},
    }


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A handler that is there in one of the scopes stops the making of both."""
    new(tmp_path, "project", "X")
    new(tmp_path, "handler", "X", "H", "--scope", "client")
    text = tmp_path / "projects/X/com.inductiveautomation.vision/message/H/handleMessage.py"
    text.write_text("mine", encoding="utf-8")
    again = new(tmp_path, "handler", "X", "H", "--scope", "both")
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert text.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "projects/X/ignition").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("handler", "Lime1", "H"), "did you mean 'Line1'?"),
        (("handler", "Line1", "a/b"), "separator"),
        (("handler", "Line1", "H", "--threading", "EDT"), "EDT is for clients"),
        (("library", "Line1", "print"), "keyword"),
        (("project", ".."), "dot"),
    ],
)
def test_what_cannot_be_made_is_a_usage_error(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """Exit code 2, with the reason and, where there is one, the nearest name."""
    new(tmp_path, "project", "Line1")
    result = new(tmp_path, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
