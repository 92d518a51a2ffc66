"""Re-reading only what was touched gives what reading everything anew would give."""

import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from project_store.store import ProjectStore


@pytest.fixture
def two(plant):
    for project in ("X", "Y"):
        plant.project(project)
        plant.handler("H", project=project)
        plant.library("pkg.mod", project=project)
    return plant


def test_nothing_changed(two):
    """A touched file with the same content is no change, and the snapshot stays the same."""
    store = two.store()
    before = store.snapshot
    file = two.handler("H")
    assert not store.refresh([file])
    assert not store.refresh()
    assert store.snapshot is before


def test_changed_handler(two):
    """A change names the handler, and shares every other project with the snapshot before."""
    store = two.store()
    file = two.handler("H", source="def handleMessage(payload):\n\tpass\n")
    change = store.refresh([file])
    assert change.handlers == {("X", "G", "H")}
    assert not change.projects
    assert not change.modules
    assert change.after is store.snapshot
    assert change.after.projects["Y"] is change.before.projects["Y"]
    assert "print" in change.before.projects["X"].handlers["G", "H"].source
    assert "pass" in change.after.projects["X"].handlers["G", "H"].source


def test_paths_may_be_relative(two):
    """Paths are absolute or relative to the projects folder; others are passed over."""
    store = two.store()
    two.handler("H", source="def handleMessage(payload):\n\tpass\n")
    assert not store.refresh(["Y/project.json", "/elsewhere/x", "../outside", "X/readme.md"])
    assert store.refresh(["X/ignition/message/H/handleMessage.py"]).handlers == {("X", "G", "H")}


def test_settings_change_the_handler(two):
    """A change of resource.json is a change of its handler."""
    store = two.store()
    file = two.handler("H", attributes={"enabled": False})
    change = store.refresh([file.with_name("resource.json")])
    assert change.handlers == {("X", "G", "H")}


def test_project_settings_change(two):
    """A change of project.json is a change of the project and of nothing in it."""
    store = two.store()
    two.project("X", parent="Y")
    change = store.refresh(["X/project.json"])
    assert (change.projects, change.handlers, change.modules) == ({"X"}, frozenset(), frozenset())


def test_broken_handler_vanishes_and_is_named(two):
    """A broken resource is left out, its key is in broken, and mending it brings it back."""
    store = two.store()
    file = two.handler("H", source=b"\xff")
    change = store.refresh([file])
    project = change.after.projects["X"]
    assert change.handlers == {("X", "G", "H")}
    assert change.diagnosed == {"X"}
    assert project.broken == {("G", "H")}
    assert ("G", "H") not in project.handlers
    two.handler("H")
    change = store.refresh([file])
    assert change.after.projects["X"].broken == frozenset()
    assert ("G", "H") in change.after.projects["X"].handlers


def test_broken_library_is_named(two):
    """A broken library is left out and named likewise."""
    store = two.store()
    file = two.library("pkg.mod", b"\xff")
    project = store.refresh([file]).after.projects["X"]
    assert project.broken == {("library", "pkg.mod")}
    assert not project.modules


def test_diagnostics_alone_are_a_change(two):
    """A receiver hears of new diagnostics even where nothing that runs changed."""
    store = two.store()
    file = two.handler("H", description='{"files": []}')
    change = store.refresh([file])
    assert change
    assert change.diagnosed == {"X"}
    assert not change.handlers


def test_broken_settings_keep_the_last_good_ones(two):
    """While project.json is broken the settings read last hold."""
    two.project("X", parent="Y", enabled=False)
    store = two.store()
    two.write("X/project.json", "{")
    change = store.refresh(["X/project.json"])
    assert change.diagnosed == {"X"}
    assert not change.projects
    assert (change.after.projects["X"].parent, change.after.projects["X"].enabled) == ("Y", False)


def test_folder_moved(two):
    """A renamed handler folder is one handler gone and one come."""
    store = two.store()
    base = two.root / "X/ignition/message"
    (base / "H").rename(base / "K")
    change = store.refresh([base / "H", base / "K"])
    assert change.handlers == {("X", "G", "H"), ("X", "G", "K")}
    assert set(change.after.projects["X"].handlers) == {("G", "K")}


def test_package_moved(two):
    """A renamed package takes the libraries below it along."""
    store = two.store()
    base = two.root / "X/ignition/script-python"
    (base / "pkg").rename(base / "other")
    change = store.refresh([base / "pkg", base / "other"])
    assert change.modules == {("X", "pkg.mod"), ("X", "other.mod")}


@pytest.mark.parametrize("path", ["X/ignition", "X/ignition/message", "X", ""])
def test_whole_subtrees(two, path):
    """A path higher up stands for all that lies below it, there or gone."""
    store = two.store()
    aside = two.root.parent / "aside"
    (two.root / "X").rename(aside) if path == "X" else shutil.rmtree(
        two.root / "X/ignition/message"
    )
    change = store.refresh([path])
    assert ("X", "G", "H") in change.handlers
    assert ("X" in change.projects) == (path == "X")


def test_project_added_and_removed(two):
    """A project that comes or goes is named with all that it holds."""
    store = two.store()
    two.project("Z")
    two.handler("new", project="Z")
    change = store.refresh(["Z/ignition/message/new/handleMessage.py"])
    assert (change.projects, change.handlers) == ({"Z"}, {("Z", "G", "new")})
    shutil.rmtree(two.root / "Z")
    change = store.refresh(["Z/ignition/message/new"])
    assert change.handlers == {("Z", "G", "new")}
    change = store.refresh(["Z"])
    assert change.projects == {"Z"}
    assert set(change.after.projects) == {"X", "Y"}


def test_root_removed_and_back(two):
    """Without its root the store is empty and says so, and it comes back."""
    store = two.store()
    before = store.snapshot
    aside = two.root.parent / "aside"
    two.root.rename(aside)
    change = store.refresh()
    assert change.projects == {"X", "Y"}
    assert [d.rule for d in change.after.diagnostics] == ["missing"]
    aside.rename(two.root)
    change = store.refresh()
    assert change.after == before


def test_case_clash_comes_and_goes(two):
    """A handler that runs already is not displaced by one that differs in case only."""
    two.handler("later")
    store = two.store()
    two.handler("LATER")
    base = two.root / "X/ignition/message"
    change = store.refresh([base / "LATER"])
    project = change.after.projects["X"]
    assert ("G", "later") in project.handlers
    assert project.broken == {("G", "LATER")}
    shutil.rmtree(base / "later")
    change = store.refresh([base / "later"])
    assert change.handlers == {("X", "G", "later"), ("X", "G", "LATER")}
    assert change.after.projects["X"].diagnostics == ()


def test_link_target_changes(two):
    """A change of what a link points to is a change of the linked resource."""
    target = two.write("common/handle.py", "def handleMessage(payload):\n\tpass # 1\n")
    two.handler("L", source=None)
    (two.root / "X/ignition/message/L/handleMessage.py").symlink_to(target)
    store = two.store()
    assert store.watched_links() == ("common",)
    target.write_text("def handleMessage(payload):\n\tpass # 2\n")
    assert store.refresh([target]).handlers == {("X", "G", "L")}


@pytest.mark.parametrize("part", ["handleMessage.py", "resource.json", ""])
def test_half_of_a_save_is_held(two, part):
    """What lost a part may be half of a save: held back once, believed when told again."""
    store = two.store()
    folder = two.root / "X/ignition/message/H"
    if part:
        (folder / part).unlink()
    else:
        shutil.rmtree(folder)
    change, held = store.settle([folder], hold=True)
    assert not change
    assert held
    change, held = store.settle(held, hold=False)
    assert change
    assert not held


def test_emptied_file_is_held(two):
    """A file that became empty is between the truncation and the write of a save."""
    store = two.store()
    file = two.handler("H")
    file.write_text("")
    assert store.settle([file], hold=True)[1]
    file.write_text("def handleMessage(payload):\n\tpass\n")
    change, held = store.settle([file], hold=True)
    assert change.handlers == {("X", "G", "H")}
    assert not held


def test_new_bare_handler_is_not_held(two):
    """A new handler without resource.json shows at once."""
    store = two.store()
    file = two.handler("new", description=None)
    change, held = store.settle([file], hold=True)
    assert change.handlers == {("X", "G", "new")}
    assert not held


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "break", "delete", "bare", "library", "package", "project"]),
        st.sampled_from(["a", "A", "b"]),
        st.sampled_from(["X", "Y"]),
        st.integers(0, 3),
    ),
    max_size=12,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_refresh_equals_load(tmp_path_factory, steps):
    """Property: after any edits, refreshing what was touched equals reading everything anew.

    Only which of two clashing names stays may depend on history, so clashes are left out.
    """
    from tests.project_store.conftest import Plant

    plant = Plant(tmp_path_factory.mktemp("edits"))
    store = ProjectStore(plant.root)
    store.load()
    for what, name, project, number in steps:
        touched = apply_step(plant, what, name, project, number)
        store.refresh([touched])
    fresh = ProjectStore(plant.root).load()
    if any(d.rule == "case" for p in fresh.projects.values() for d in p.diagnostics):
        return
    assert set(store.snapshot.projects) == set(fresh.projects)
    for name, project in fresh.projects.items():
        kept = store.snapshot.projects[name]
        assert (kept.handlers, kept.modules) == (project.handlers, project.modules)
        assert kept.diagnostics == project.diagnostics
        assert project.broken <= kept.broken


def apply_step(plant, what, name, project, number):
    source = f"def handleMessage(payload):\n\tpass # {number}\n"
    if what == "write":
        return plant.handler(name, source=source, project=project)
    if what == "break":
        return plant.handler(name, source=b"\xff", project=project)
    if what == "bare":
        return plant.handler(name, source=source, description=None, project=project)
    if what == "library":
        return plant.library(f"{name}.m{number}", f"x = {number}\n", project=project)
    if what == "project":
        plant.project(project, title=str(number))
        return plant.root / project / "project.json"
    kind = "message" if what == "delete" else "script-python"
    folder = plant.root / project / "ignition" / kind / name
    if folder.exists():
        shutil.rmtree(folder)
    return os.fspath(folder)
