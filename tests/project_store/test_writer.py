"""What the writer makes, the store reads back without a word; it replaces nothing."""

import json
import os

import pytest

from project_store.errors import NameRefusedError, WriteRefusedError
from project_store.store import ProjectStore
from project_store.writer import new_handler, new_library, new_project, write_new


@pytest.fixture
def project(tmp_path):
    return new_project(tmp_path / "projects", "X", title="T", parent="Base")


def load(project):
    return ProjectStore(project.parent).load().projects["X"]


def test_new_project(project):
    """A new project has all settings that Ignition writes."""
    loaded = load(project)
    assert (loaded.title, loaded.parent, loaded.enabled) == ("T", "Base", True)
    assert loaded.diagnostics == ()


@pytest.mark.parametrize("scope", ["G", "C", "S"])
def test_new_handler(project, scope):
    """A new handler reads back with its settings and without a diagnostic."""
    file = new_handler(project, "H", scope, thread_type="Dedicated", enabled=False)
    loaded = load(project)
    handler = loaded.handlers[scope, "H"]
    assert handler.source == file.read_text()
    assert (handler.thread_type, handler.enabled) == ("Dedicated", False)
    assert handler.source.startswith(
        "def handleMessage(session, payload):" if scope == "S" else "def handleMessage(payload):"
    )
    assert loaded.diagnostics == ()


def test_new_library(project):
    """A new library reads back under its dotted path."""
    new_library(project, "pkg.mod", source="x = 1\n")
    new_library(project, "pkg", source="y = 1\n")
    loaded = load(project)
    assert loaded.modules["pkg.mod"].source == "x = 1\n"
    assert loaded.modules["pkg"].source == "y = 1\n"
    assert loaded.diagnostics == ()


def test_description_is_ignitions(project):
    """resource.json has the members that a real gateway writes."""
    file = new_handler(project, "H")
    described = json.loads(file.with_name("resource.json").read_text())
    assert described == {
        "scope": "G",
        "version": 1,
        "restricted": False,
        "overridable": True,
        "files": ["handleMessage.py"],
        "attributes": {"threadType": "Shared", "enabled": True},
    }


def test_nothing_is_replaced(project):
    """What exists, in any case of letters, is left as it is."""
    file = new_handler(project, "H")
    new_library(project, "Pkg.mod")
    before = file.read_bytes()
    for attempt in (
        lambda: new_handler(project, "H"),
        lambda: new_handler(project, "h"),
        lambda: new_library(project, "Pkg.mod"),
        lambda: new_library(project, "pkg.other"),
        lambda: new_project(project.parent, "X"),
        lambda: new_project(project.parent, "x"),
        lambda: write_new(file, "other"),
    ):
        with pytest.raises(WriteRefusedError):
            attempt()
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "name", ["", " ", "a/b", "a\\b", "..", ".hidden", "x\n", "y" * 300, "\ud800"]
)
def test_names_are_checked(project, name):
    """A name that the store would refuse is refused before anything is written."""
    before = sorted(os.listdir(project.parent))
    for make in (
        lambda: new_project(project.parent, name),
        lambda: new_handler(project, name),
        lambda: new_library(project, name),
    ):
        with pytest.raises(NameRefusedError):
            make()
    assert sorted(os.listdir(project.parent)) == before
    assert os.listdir(project) == ["project.json"]


def test_thread_types_are_checked(project):
    """An unknown thread type names the nearest; EDT is for clients."""
    with pytest.raises(NameRefusedError, match="'Shared'"):
        new_handler(project, "H", thread_type="shard")
    with pytest.raises(NameRefusedError, match="EDT"):
        new_handler(project, "H", thread_type="EDT")
    new_handler(project, "H", "C", thread_type="EDT")


def test_project_must_exist(tmp_path):
    """A handler is not written beside a project that is not there."""
    with pytest.raises(WriteRefusedError):
        new_handler(tmp_path / "no", "H")


def test_links_out_are_refused(project, tmp_path):
    """Nothing is written through a link that leaves the project."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (project / "ignition").symlink_to(outside)
    with pytest.raises(WriteRefusedError):
        new_handler(project, "H")
    assert list(outside.iterdir()) == []


def test_no_half_files_stay(project, monkeypatch):
    """When writing fails nothing is left behind."""
    folder = project / "ignition/message/H"

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        new_handler(project, "H")
    assert list(folder.iterdir()) == []
