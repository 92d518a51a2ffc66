"""Bad input is a diagnostic on the one resource; everything beside it loads."""

import os
import socket
import stat

import pytest

from project_store.errors import ProjectsFolderError
from project_store.store import ProjectStore


def faults(project):
    return [(d.rule, d.severity) for d in project.diagnostics]


@pytest.fixture
def beside(plant):
    """A good handler and a good library beside the bad one; they must load in every test."""
    plant.project()
    plant.handler("good")
    plant.library("good")
    yield plant
    project = plant.load()
    assert ("G", "good") in project.handlers
    assert "good" in project.modules


def only(project, file, rule, severity="error"):
    assert [(d.file, d.rule, d.severity) for d in project.diagnostics] == [(file, rule, severity)]
    return project.diagnostics[0]


def left_out(project, name="bad", scope="G"):
    assert (scope, name) not in project.handlers
    assert (scope, name) in project.broken


BAD = "X/ignition/message/bad"


def test_broken_json_is_told_with_line_and_column(beside):
    """Broken JSON names the place where it breaks."""
    beside.handler("bad", description='{\n  "scope": "G",\n  oops\n}')
    project = beside.load()
    fault = only(project, f"{BAD}/resource.json", "json")
    assert (fault.line, fault.column) == (3, 3)
    left_out(project)


@pytest.mark.parametrize(
    "text", ["[1, 2]", "null", '"text"', "[" * 100_000, "{" + '"a":{' * 50_000, "1" * 10_000]
)
def test_json_that_is_no_object(beside, text):
    """JSON that is no object, or nests beyond reason, is a fault and never a crash."""
    beside.handler("bad", description=text)
    project = beside.load()
    only(project, f"{BAD}/resource.json", "json")
    left_out(project)


def test_unknown_thread_type_names_the_nearest(beside):
    """An unknown thread type is told where it stands, with the nearest known one."""
    beside.handler("bad", description='{"attributes": {\n  "threadType": "dedicatd"}}')
    project = beside.load()
    fault = only(project, f"{BAD}/resource.json", "thread-type")
    assert "'Dedicated'" in fault.remedy
    assert (fault.line, fault.column) == (2, 17)
    left_out(project)


@pytest.mark.parametrize("scope", ["G", "S"])
def test_edt_belongs_to_clients(beside, scope):
    """A Gateway or session handler cannot run on an event dispatch thread."""
    beside.handler("bad", scope, attributes={"threadType": "EDT"})
    project = beside.load()
    assert faults(project) == [("thread-type", "error")]
    left_out(project, scope=scope)


@pytest.mark.parametrize(
    ("description", "member"),
    [
        ('{"attributes": {"enabled": "yes"}}', "enabled"),
        ('{"attributes": {"enabled": 1}}', "enabled"),
        ('{"attributes": {"enabled": null}}', "enabled"),
        ('{"attributes": {"threadType": 3}}', "threadType"),
        ('{"attributes": []}', "attributes"),
        ('{"files": "handleMessage.py"}', "files"),
    ],
)
def test_wrong_json_types(beside, description, member):
    """A member of the wrong JSON type is told by name and never guessed at."""
    beside.handler("bad", description=description)
    project = beside.load()
    assert f"'{member}'" in only(project, f"{BAD}/resource.json", "type").message
    left_out(project)


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        ("timer", f'{{"delay": 1{"0" * 400}}}'),
        ("timer", f'{{"delay": -1{"0" * 12}}}'),
        ("scheduled", f'{{"cronExpression": "{"9" * 5_000} * * * *"}}'),
    ],
)
def test_settings_have_a_largest_and_a_longest_one(beside, kind, attributes):
    """A number or a text that nothing could use is told, and stops nothing else."""
    files = {"timer": "handleTimerEvent.py", "scheduled": "handleScheduleEvent.py"}
    folder = f"X/ignition/{kind}/bad"
    beside.write(f"{folder}/{files[kind]}", "pass\n")
    described = f'{{"files": ["{files[kind]}"], "attributes": {attributes}}}'
    beside.write(f"{folder}/resource.json", described)
    project = beside.load()
    assert "at most" in only(project, f"{folder}/resource.json", "type").remedy
    assert not project.event_scripts


@pytest.mark.parametrize("name", ["a\nERROR [Host] forged", "\x00", "\x1b[2J", "x" * 256, "\u2028"])
def test_a_name_that_no_folder_bears_can_be_shown(beside, name):
    """It may hold separators, and nothing that a line of log or a terminal takes for more."""
    beside.handler("good", attributes={"pilotlightName": "a/b"})
    beside.handler("bad", attributes={"pilotlightName": name})
    project = beside.load()
    only(project, f"{BAD}/resource.json", "name")
    assert ("G", "a/b") in project.handlers
    left_out(project)
    beside.handler("good")


def test_names_that_differ_in_case_only(beside):
    """Of two names that differ in case only the first stays and the second is the fault."""
    beside.handler("Same")
    beside.handler("same")
    project = beside.load()
    fault = only(project, "X/ignition/message/same", "case")
    assert "'Same'" in fault.message
    assert ("G", "Same") in project.handlers
    left_out(project, "same")


def test_case_does_not_clash_across_scopes(beside):
    """The same name in two scopes is two handlers."""
    beside.handler("same", "G")
    beside.handler("SAME", "C")
    assert beside.load().diagnostics == ()


def test_text_that_is_not_utf8(beside):
    """The first byte that is not UTF-8 is told with its line, column and offset."""
    beside.handler("bad", source=b"def handleMessage(payload):\n\tx = '\xe4'\n")
    project = beside.load()
    fault = only(project, f"{BAD}/handleMessage.py", "encoding")
    assert (fault.line, fault.column) == (2, 7)
    assert "offset 34" in fault.message
    left_out(project)


def test_utf16_is_recognised(beside):
    """A UTF-16 file is no UTF-8, and the remedy says what it looks like."""
    beside.handler("bad", source="def handleMessage(payload):\n\tpass\n".encode("utf-16"))
    assert "UTF-16" in only(beside.load(), f"{BAD}/handleMessage.py", "encoding").remedy


def test_byte_order_mark_is_left_out_and_told(beside):
    """A BOM is accepted, left out of the source, and worth a warning."""
    beside.handler("bom", source=b"\xef\xbb\xbfdef handleMessage(payload):\n\tpass\n")
    project = beside.load()
    only(project, "X/ignition/message/bom/handleMessage.py", "bom", "warning")
    assert project.handlers["G", "bom"].source.startswith("def ")


@pytest.mark.parametrize("text", ["", "\n \t\n", "\ufeff"])
def test_empty_handler(beside, text):
    """A handler without any text is a fault."""
    beside.handler("bad", source=text)
    project = beside.load()
    assert ("empty", "error") in faults(project)
    left_out(project)


def test_folder_without_its_file(beside):
    """A resource folder whose text is missing is a fault."""
    beside.handler("bad", source=None)
    project = beside.load()
    only(project, f"{BAD}/handleMessage.py", "missing")
    left_out(project)


def test_empty_folder(beside):
    """A folder with nothing in it is a handler without its file."""
    (beside.root / BAD).mkdir()
    left_out(beside.load())


def test_library_described_but_missing(beside):
    """A library folder with a resource.json and no code.py is a fault; a package is none."""
    beside.write("X/ignition/script-python/pkg/mod/resource.json", "{}")
    project = beside.load()
    only(project, "X/ignition/script-python/pkg/mod/code.py", "missing")
    assert ("library", "pkg.mod") in project.broken


def test_missing_description_is_a_warning(beside):
    """Without resource.json the defaults hold, but a real gateway would ignore the folder."""
    beside.handler("bare", description=None)
    project = beside.load()
    fault = only(project, "X/ignition/message/bare", "resource-json", "warning")
    assert "gateway ignores" in fault.message
    assert project.handlers["G", "bare"].thread_type == "Shared"


def test_file_that_files_does_not_list(beside):
    """A text that 'files' does not list loads with a warning: a real gateway ignores it."""
    beside.handler("odd", description='{"files": ["other.py"]}')
    project = beside.load()
    only(project, "X/ignition/message/odd/resource.json", "files", "warning")
    assert ("G", "odd") in project.handlers


def test_link_that_leaves_the_root(beside, tmp_path):
    """A link to outside the projects folder is not followed, be it a file or a folder."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "handleMessage.py").write_text("def handleMessage(payload):\n\tpass\n")
    beside.handler("bad", source=None)
    (beside.root / BAD / "handleMessage.py").symlink_to(outside / "handleMessage.py")
    (beside.root / "X/ignition/message/bad2").symlink_to(outside)
    project = beside.load()
    assert faults(project) == [("link", "error"), ("link", "error")]
    left_out(project)
    left_out(project, "bad2")


def test_areas_and_projects_may_not_be_links_to_outside(beside, tmp_path):
    """Links higher up are held to the same rule."""
    outside = tmp_path / "outside"
    (outside / "ignition/message/H").mkdir(parents=True)
    (outside / "ignition/message/H/handleMessage.py").write_text("pass\n")
    (beside.root / "Linked").symlink_to(outside)
    (beside.root / "X/com.inductiveautomation.vision").symlink_to(outside / "ignition")
    snapshot = beside.store().snapshot
    assert not snapshot.projects["Linked"].handlers
    assert {rule for rule, _ in faults(snapshot.projects["Linked"])} >= {"link"}
    assert faults(snapshot.projects["X"]) == [("link", "error")]


def test_link_inside_the_root_is_followed(beside):
    """A link to elsewhere in the projects folder is as good as the file."""
    beside.write("common/handle.py", "def handleMessage(payload):\n\tpass # common\n")
    beside.handler("linked", source=None)
    (beside.root / "X/ignition/message/linked/handleMessage.py").symlink_to(
        beside.root / "common/handle.py"
    )
    project = beside.load()
    assert project.diagnostics == ()
    assert "common" in project.handlers["G", "linked"].source


def test_a_link_into_another_project_is_refused(beside):
    """What a project holds is its own: whoever writes one reads no other through it."""
    beside.project("Y")
    beside.library("secrets", "PASSWORD = 1\n", project="Y")
    beside.handler("secret", project="Y")
    (beside.root / "X/ignition/script-python/stolen").symlink_to(
        "../../../Y/ignition/script-python/secrets"
    )
    (beside.root / BAD).symlink_to(beside.root / "Y/ignition/message/secret")
    beside.handler("bad2", source=None)
    (beside.root / "X/ignition/message/bad2/handleMessage.py").symlink_to(
        beside.root / "Y/ignition/message/secret/handleMessage.py"
    )
    (beside.root / "Z").symlink_to("Y")
    snapshot = beside.store().snapshot
    project = snapshot.projects["X"]
    assert faults(project) == [("link", "error")] * 3
    assert all("into another project, Y" in d.message for d in project.diagnostics)
    assert "stolen" not in project.modules
    assert "secrets" in snapshot.projects["Z"].modules


@pytest.mark.parametrize("place", ["file", "folder"])
@pytest.mark.parametrize("proc", [True, False])
def test_what_changes_its_place_while_it_is_read_is_refused(
    beside, tmp_path, monkeypatch, place, proc
):
    """A link that comes between looking and opening gives nothing of what it points to."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "handleMessage.py").write_text("SECRET = 1\n")
    beside.handler("bad")
    folder = beside.root / BAD
    really_open = os.open

    def swap(path, *args, **kwargs):
        if os.fspath(path) == str(folder / "handleMessage.py") and not folder.is_symlink():
            if place == "file":
                (folder / "handleMessage.py").unlink()
                (folder / "handleMessage.py").symlink_to(outside / "handleMessage.py")
            else:
                folder.rename(tmp_path / "away")
                folder.symlink_to(outside)
        return really_open(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", swap)
    if not proc:
        monkeypatch.setattr("project_store.files._place_of", lambda descriptor: None)
    project = beside.load()
    only(project, f"{BAD}/handleMessage.py", "link")
    left_out(project)


def test_a_folder_that_becomes_a_link_is_not_listed(beside, tmp_path, monkeypatch):
    """Not even names of what lies outside are told."""
    outside = tmp_path / "outside"
    (outside / "secret name").mkdir(parents=True)
    beside.library("pkg.mod")
    folder = beside.root / "X/ignition/script-python/pkg"
    really_open = os.open

    def swap(path, *args, **kwargs):
        if os.fspath(path) == str(folder) and not folder.is_symlink():
            folder.rename(tmp_path / "away")
            folder.symlink_to(outside)
        return really_open(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", swap)
    project = beside.load()
    assert "secret" not in str(project.diagnostics)
    assert ("link", "error") in faults(project)


def test_links_in_circles(beside):
    """A link to itself, to nothing, or to a folder above it is a fault, never a loop."""
    libraries = beside.root / "X/ignition/script-python"
    (libraries / "up").symlink_to(libraries)
    (beside.root / "X/ignition/message/self").symlink_to("self")
    (beside.root / "X/ignition/message/nothing").symlink_to("nowhere")
    beside.handler("bad", source=None)
    (beside.root / BAD / "handleMessage.py").symlink_to("gone.py")
    project = beside.load()
    assert {rule for rule, _ in faults(project)} == {"link"}
    assert len(project.diagnostics) == 4


def test_unreadable_file(beside, monkeypatch):
    """A file that may not be read is a fault of its resource."""
    file = beside.handler("bad")
    file.chmod(0)
    if os.geteuid() == 0:
        really_open = os.open

        def refuse(path, *args, **kwargs):
            if os.fspath(path) == str(file):
                raise PermissionError(13, "Permission denied", str(file))
            return really_open(path, *args, **kwargs)

        monkeypatch.setattr(os, "open", refuse)
    project = beside.load()
    only(project, f"{BAD}/handleMessage.py", "unreadable")
    left_out(project)


def test_folder_where_a_file_should_be(beside):
    """A folder called handleMessage.py or resource.json is a fault."""
    (beside.root / BAD / "handleMessage.py").mkdir(parents=True)
    (beside.root / BAD / "resource.json").mkdir()
    project = beside.load()
    assert [rule for rule, _ in faults(project)] == ["kind", "kind"]
    left_out(project)


def test_pipes_and_sockets_never_block(beside, tmp_path):
    """What is no plain file is never opened, so nothing waits for its other end."""
    beside.handler("bad", source=None)
    os.mkfifo(beside.root / BAD / "handleMessage.py")
    beside.handler("bad2", description=None)
    os.mkfifo(beside.root / "X/ignition/message/bad2/resource.json")
    beside.handler("bad3", source=None)
    (beside.root / "X/ignition/message/bad3/handleMessage.py").symlink_to(
        beside.root / BAD / "handleMessage.py"
    )
    short = socket.socket(socket.AF_UNIX)
    beside.handler("bad4", source=None)
    where = os.getcwd()
    try:
        os.chdir(beside.root / "X/ignition/message/bad4")
        short.bind("handleMessage.py")
    finally:
        os.chdir(where)
        short.close()
    project = beside.load()
    assert [rule for rule, _ in faults(project)] == ["kind"] * 4
    assert stat.S_ISFIFO(os.stat(beside.root / BAD / "handleMessage.py").st_mode)


def test_huge_file(beside):
    """A file beyond any script's size is a fault, and is not read."""
    file = beside.handler("bad")
    os.truncate(file, 1 << 40)
    project = beside.load()
    only(project, f"{BAD}/handleMessage.py", "size")
    left_out(project)


@pytest.mark.parametrize("name", ["back\\slash", "bell\a", "new\nline", " padded", "padded "])
def test_names_that_cannot_be(beside, name):
    """A name with a separator, a control character or outer white space is a fault."""
    beside.handler(name)
    project = beside.load()
    assert faults(project) == [("name", "error")]
    left_out(project, name)
    assert all(char.isprintable() for char in project.diagnostics[0].file)


def test_name_that_is_not_utf8(beside):
    """A folder whose name is no UTF-8 is a fault whose text can be printed."""
    folder = os.fsencode(beside.root / "X/ignition/message") + b"/caf\xe9"
    os.mkdir(folder)
    with open(folder + b"/handleMessage.py", "w") as out:
        out.write("def handleMessage(payload):\n\tpass\n")
    project = beside.load()
    assert faults(project) == [("name", "error")]
    str(project.diagnostics[0]).encode("utf-8")


def test_handlers_do_not_nest(beside):
    """A folder between would put a separator into the name."""
    beside.handler("group/inner")
    project = beside.load()
    fault = only(project, "X/ignition/message/group/inner", "name")
    assert "separator" in fault.message
    assert not any("inner" in name for _, name in project.handlers)


@pytest.mark.parametrize("path", ["2nd", "my-lib", "my lib", "class", "a/b-c"])
def test_library_names_that_no_script_can_write(beside, path):
    """A library's path is made of identifiers."""
    beside.write(f"X/ignition/script-python/{path}/code.py", "x = 1\n")
    project = beside.load()
    assert ("name", "error") in faults(project)
    assert set(project.modules) == {"good"}


def test_broken_project_file(beside):
    """A broken project.json is told; the project's scripts load with default settings."""
    beside.write("X/project.json", '{"title": "X", }')
    project = beside.load()
    only(project, "X/project.json", "json")
    assert project.enabled


def test_wrong_types_in_the_project_file(beside):
    """Settings of the wrong type are told one by one."""
    beside.write("X/project.json", '{"enabled": "no", "parent": 3}')
    assert faults(beside.load()) == [("type", "error"), ("type", "error")]


def test_missing_project_file_is_a_warning(plant):
    """A folder with scripts and no project.json is taken, with a warning."""
    plant.handler()
    project = plant.load()
    assert faults(project) == [("project-json", "warning")]
    assert ("G", "testHandler") in project.handlers


def test_file_where_an_area_should_be(beside):
    """A file called like an area of a project is passed over."""
    beside.write("X/com.inductiveautomation.vision", "text")
    assert beside.load().diagnostics == ()


def test_file_where_a_place_should_be(beside):
    """A file where the folder of handlers should be is a fault of that folder."""
    beside.write("X/com.inductiveautomation.vision/message", "text")
    assert faults(beside.load()) == [("kind", "error")]


def test_projects_that_differ_in_case_only(plant):
    """Two projects that differ in case only both load, with a warning."""
    plant.project("Line")
    plant.project("line")
    snapshot = plant.store().snapshot
    assert set(snapshot.projects) == {"Line", "line"}
    assert [(d.file, d.rule, d.severity) for d in snapshot.diagnostics] == [
        ("line", "case", "warning")
    ]


def test_root_may_hold_projects(plant):
    """The folder given is the projects folder, or one that holds it."""
    plant.project()
    assert set(ProjectStore(plant.root.parent).load().projects) == {"X"}
    assert ProjectStore(plant.root.parent).folder == plant.root


def test_a_project_may_be_called_projects(plant):
    """A project called 'projects' is not mistaken for the folder of all."""
    plant.project("projects")
    plant.project("X")
    assert set(plant.store().snapshot.projects) == {"projects", "X"}


def test_roots_that_are_none(plant, tmp_path):
    """A root that is missing, a file, or one project's folder is refused with the reason."""
    plant.project()
    file = plant.write("file", "")
    for root, why in (
        (tmp_path / "no", "not exist"),
        (file, "no folder"),
        (plant.root / "X", "one project"),
    ):
        with pytest.raises(ProjectsFolderError, match=why):
            ProjectStore(root)
