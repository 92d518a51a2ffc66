"""`pilotlight import` and `export`: there and back, and what is said about it."""

import json
import zipfile
from pathlib import Path

import pytest

from project_store.formats.config import bundle_of
from project_store.formats.events import Script
from tests.cli.conftest import ROOT, Line1, invoke
from tests.project_store.bundles import ROOT as PROJ_ROOT
from tests.project_store.bundles import binary, proj, resource, text

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


KINDS = {
    "message": ("Ask", {"threadType": "Dedicated", "enabled": False}),
    "timer": ("Poll", {"delay": 250, "fixedDelay": False, "sharedThread": False, "enabled": True}),
    "tag-change": (
        "Level",
        {"paths": ["[default]a", "b/*"], "changeTypes": ["ValueChange"], "enabled": True},
    ),
    "scheduled": ("Nightly", {"cronExpression": "0 3 * * *", "enabled": False}),
    "startup": ("", {"enabled": True}),
    "shutdown": ("", {"enabled": True}),
    "update": ("", {"enabled": True}),
}


def body(kind: str) -> str:
    if kind == "message":
        return "def handleMessage(payload):\n\treturn payload\n"
    return f"# {kind}\nprint 'runs', system.util.getProjectName()\n"


def every_kind() -> list[Script]:
    return [Script(kind, name, body(kind), given) for kind, (name, given) in KINDS.items()]


def exports(folder: Path) -> dict[str, Path]:
    """One project as 7.x, 8.1 and a zip of 8.1 hold it, made by hand."""
    gateway, library = bundle_of(every_kind(), "G"), binary(text("level = 1\n"))
    old = proj(
        resource("event.scripts", gateway),
        resource("sr.script.project", library, "stock", PROJ_ROOT, 7),
        resource("client.event.scripts", bundle_of([Script("startup", "", "print 1\n")], "C")),
    )
    files = {"project.json": b'{"title": "A & B", "enabled": true}'}
    for path, data in (
        ("ignition/event-scripts/data.bin", gateway),
        ("ignition/script-python/stock/code.py", b"level = 1\n"),
        (
            "com.inductiveautomation.vision/client-event-scripts/data.bin",
            bundle_of([Script("startup", "", "print 1\n")], "C"),
        ),
    ):
        files[path] = data
        files[path.rpartition("/")[0] + "/resource.json"] = json.dumps(
            {"scope": "A", "version": 1, "files": [path.rpartition("/")[2]]}
        ).encode()
    for path, data in files.items():
        place = folder / "81/Line" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (folder / "Line.proj").write_text(old, encoding="utf-8")
    with zipfile.ZipFile(folder / "Line.zip", "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return {"proj": folder / "Line.proj", "8.1": folder / "81/Line", "zip": folder / "Line.zip"}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("form", ["proj", "8.1", "zip"])
def test_every_event_script_is_listed_with_its_settings(tmp_path: Path, form: str) -> None:
    """From any form; the texts that it writes compile, and run by the names 8.3 calls them."""
    taken = invoke("import", exports(tmp_path)[form], tmp_path / "projects", "--json")
    assert taken.exit_code == 0, taken.stderr
    (report,) = json.loads(taken.stdout)
    assert report["left"] == []
    listed = {
        (each["kind"], each["scope"]): (each["name"], each["settings"]) for each in report["taken"]
    }
    assert listed.pop(("library", "")) == ("stock", {})
    assert listed.pop(("startup", "C")) == ("", {"enabled": True})
    assert listed == {(kind, "G"): each for kind, each in KINDS.items()}
    for each in report["taken"]:
        assert (tmp_path / "projects" / each["file"]).is_file()
    checked = invoke("check", tmp_path / "projects", "--strict")
    assert checked.exit_code == 0, checked.stdout


@pytest.mark.parametrize("form", ["proj", "8.1", "zip"])
@pytest.mark.parametrize("way", ["8.1", "8.3", "zip"])
def test_import_after_export_is_the_identity(tmp_path: Path, form: str, way: str) -> None:
    """Byte for byte, resource.json and project.json included, whichever way it went."""
    assert invoke("import", exports(tmp_path)[form], tmp_path / "one").exit_code == 0
    sent = invoke("export", tmp_path / "one", "--format", way, "--to", tmp_path / "out")
    assert sent.exit_code == 0, sent.stderr
    assert "left out" not in sent.stderr
    (name,) = [path.name for path in (tmp_path / "one").iterdir()]
    (place,) = sent.stdout.splitlines()
    again = invoke("import", place, tmp_path / "two", "--name", name)
    assert again.exit_code == 0, again.stderr
    assert tree(tmp_path / "two") == tree(tmp_path / "one")
