"""What Ignition 8.3's folder layout means, good input."""

import pytest

from project_store.model import MessageHandler, ScriptModule


def test_gateway_client_and_session_handlers_load(plant):
    """Each scope's message handlers lie in that scope's own area of a project."""
    plant.project()
    for scope in "GCS":
        plant.handler("H", scope, source=f"def handleMessage(payload):\n\tpass # {scope}\n")
    project = plant.load()
    assert set(project.handlers) == {("G", "H"), ("C", "H"), ("S", "H")}
    for scope in "GCS":
        handler = project.handlers[scope, "H"]
        assert isinstance(handler, MessageHandler)
        assert handler.source == f"def handleMessage(payload):\n\tpass # {scope}\n"
        assert (handler.project, handler.scope, handler.name) == ("X", scope, "H")
    assert project.diagnostics == ()
    assert project.broken == frozenset()


def test_file_is_relative_to_the_projects_folder(plant):
    """A handler's file is told with slashes, relative to the projects folder."""
    plant.project()
    plant.handler()
    handler = plant.load().handlers["G", "testHandler"]
    assert handler.file == "X/ignition/message/testHandler/handleMessage.py"


@pytest.mark.parametrize("thread_type", ["Shared", "Dedicated"])
@pytest.mark.parametrize("enabled", [True, False])
def test_settings_come_from_the_attributes(plant, thread_type, enabled):
    """threadType and enabled stand in the attributes of resource.json."""
    plant.project()
    plant.handler(attributes={"threadType": thread_type, "enabled": enabled})
    handler = plant.load().handlers["G", "testHandler"]
    assert (handler.thread_type, handler.enabled) == (thread_type, enabled)


def test_client_handler_may_run_on_the_edt(plant):
    """Only Client handlers may have thread type EDT."""
    plant.project()
    plant.handler("H", "C", attributes={"threadType": "EDT"})
    assert plant.load().handlers["C", "H"].thread_type == "EDT"


def test_settings_default_to_shared_and_enabled(plant):
    """Absent attributes mean Shared and enabled."""
    plant.project()
    plant.handler(description="{}")
    handler = plant.load().handlers["G", "testHandler"]
    assert (handler.thread_type, handler.enabled) == ("Shared", True)


def test_project_settings(plant):
    """project.json holds title, description, enabled, inheritable and parent."""
    plant.project(title="T", description="D", enabled=False, inheritable=True, parent="Base")
    project = plant.load()
    assert (project.title, project.description, project.parent) == ("T", "D", "Base")
    assert (project.enabled, project.inheritable) == (False, True)


def test_null_parent_is_none(plant):
    """A null in project.json counts as absent."""
    plant.project(parent=None, description=None)
    assert plant.load().parent == ""


def test_libraries_have_dotted_paths(plant):
    """script-python folders nest, and a module's path is dotted."""
    plant.project()
    plant.library("text", "a = 1\n")
    plant.library("pkg.mod", "b = 1\n")
    plant.library("pkg", "c = 1\n")
    modules = plant.load().modules
    assert set(modules) == {"text", "pkg.mod", "pkg"}
    assert isinstance(modules["pkg.mod"], ScriptModule)
    assert modules["pkg.mod"].file == "X/ignition/script-python/pkg/mod/code.py"


def test_an_empty_library_is_a_library(plant):
    """A library may be empty (unlike a handler)."""
    plant.project()
    plant.library("empty", "")
    project = plant.load()
    assert project.modules["empty"].source == ""
    assert project.diagnostics == ()


def test_line_ends_are_normalised(plant):
    """CRLF and CR become LF, so that positions and digests do not depend on the editor."""
    plant.project()
    plant.handler(source=b"def handleMessage(payload):\r\n\tx = 1\r\n\ty = 2\r\tz = 3\n")
    handler = plant.load().handlers["G", "testHandler"]
    assert handler.source == "def handleMessage(payload):\n\tx = 1\n\ty = 2\n\tz = 3\n"


def test_digest_tells_what_matters(plant):
    """The digest changes with the text and the settings, and not with the line ends."""
    plant.project()
    plant.handler("a")
    base = plant.load().handlers["G", "a"].digest
    plant.handler("a", attributes={"enabled": False})
    disabled = plant.load().handlers["G", "a"].digest
    plant.handler("a", attributes={"threadType": "Dedicated"})
    dedicated = plant.load().handlers["G", "a"].digest
    plant.handler("a", source=b"def handleMessage(payload):\r\n\tprint payload\r\n")
    assert len({base, disabled, dedicated}) == 3
    assert plant.load().handlers["G", "a"].digest == base


def test_names_may_be_any_text(plant):
    """Spaces, dots inside, and letters of any script are fine in a handler's name."""
    plant.project()
    for name in ("Alarm raised", "Störung", "v1.2", "报警"):
        plant.handler(name)
    project = plant.load()
    assert {name for _, name in project.handlers} == {"Alarm raised", "Störung", "v1.2", "报警"}
    assert project.diagnostics == ()


def test_foreign_files_and_folders_are_passed_over(plant):
    """What is no script resource is not ours to judge."""
    plant.project()
    plant.handler()
    plant.write("X/com.inductiveautomation.vision/windows/Main/window.bin", b"\xff\xfe")
    plant.write("X/ignition/global-props/data.bin", b"\0")
    plant.write("X/ignition/message/testHandler/handleMessage.py.swp", b"\xff")
    plant.write("X/ignition/message/README.md", "text")
    plant.write("docs/notes.txt", "no project")
    plant.write(".git/HEAD", "ref")
    store = plant.store()
    assert set(store.snapshot.projects) == {"X"}
    assert store.snapshot.projects["X"].diagnostics == ()
    assert store.snapshot.diagnostics == ()


def test_snapshots_are_frozen(plant):
    """Nobody changes a snapshot."""
    plant.project()
    plant.handler()
    snapshot = plant.store().snapshot
    with pytest.raises(TypeError):
        snapshot.projects["Y"] = None
    with pytest.raises(TypeError):
        snapshot.projects["X"].handlers["G", "H"] = None
