"""`pilotlight import` and `export`: there and back, and what is said about it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Line1, invoke

PLANT = ROOT / "samples" / "plant" / "line"


def texts(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.py")
    }


@pytest.mark.parametrize("generation", ["8.1", "8.3", "zip"])
def test_a_project_comes_back_as_it_went(tmp_path: Path, generation: str) -> None:
    """Export in any form, import it again: the same scripts, and they still compile."""
    sent = invoke("export", PLANT, "--format", generation, "--to", tmp_path / "out")
    assert sent.exit_code == 0, sent.stderr
    (place,) = sent.stdout.splitlines()
    taken = invoke("import", place, tmp_path / "projects", "--json")
    assert taken.exit_code == 0, taken.stderr
    (report,) = json.loads(taken.stdout)
    assert report["project"] == "Bottling"
    assert report["left"] == []
    assert texts(tmp_path / "projects") == texts(PLANT / "projects")
    settings = {each["name"]: each["settings"] for each in report["taken"]}
    assert settings["ShiftReport"]["threadType"] == "Dedicated"
    checked = invoke("check", tmp_path / "projects", "--profile", "8.3", "--strict")
    assert checked.exit_code == 0, checked.stdout


def test_what_was_taken_is_listed(line1: Line1, tmp_path: Path) -> None:
    """One line a script on standard output, the sum on standard error."""
    result = invoke("import", line1.folder / "projects", tmp_path / "copy")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 3
    assert "AlarmRaised" in result.stdout
    assert "Line1: 3 scripts in" in result.stderr


def test_nothing_is_overwritten(line1: Line1) -> None:
    """Importing into a folder that has the project is exit 2."""
    projects = line1.folder / "projects"
    result = invoke("import", projects / "Line1", projects)
    assert result.exit_code == 2
    assert "exists" in result.stderr


def test_an_unknown_project_names_the_nearest(line1: Line1, tmp_path: Path) -> None:
    """Before anything is written."""
    out = tmp_path / "out"
    result = invoke("export", line1.folder, "--to", out, "--project", "Lime1")
    assert result.exit_code == 2
    assert "did you mean 'Line1'?" in result.stderr
    assert not out.exists()


def test_what_is_no_project_is_a_usage_error(tmp_path: Path) -> None:
    """A file of another kind is refused with the reason."""
    other = tmp_path / "notes.txt"
    other.write_text("nothing of the kind", encoding="utf-8")
    assert invoke("import", other, tmp_path / "projects").exit_code == 2
