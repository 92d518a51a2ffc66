"""Real projects in, and out again: nothing is lost on the way that could be kept."""

import json
import os
import shutil
import tempfile
import uuid
import zipfile
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from project_store.errors import FormatError, ProjectsFolderError, WriteRefusedError
from project_store.formats.bodies import as_body, as_function
from project_store.formats.events import Script, make_event, make_handler
from project_store.layout import PLACES, text_place
from project_store.model import Project, ScriptModule, TagChangeScript
from project_store.records import digest_of
from project_store.store import ProjectStore
from project_store.transfer import export_project, import_projects, read_source
from project_store.writer import folder_name
from tests.project_store.bundles import (
    BODY,
    ROOT,
    binary,
    proj,
    put_bundle,
    resource,
    text,
)


def build(project, events=(), modules=()):
    name, message_scripts = project
    handlers = {
        (scope, script.name): make_handler(
            name, scope, script.name, script.source, "", script.settings
        )
        for scope, script in message_scripts
    }
    scripts = {
        (scope, script.kind, script.name): make_event(
            name, scope, script.kind, script.name, script.source, "", script.settings
        )
        for scope, script in events
    }
    libraries = {p: ScriptModule(name, p, s, "", digest_of(p, s)) for p, s in modules}
    return Project(
        name,
        handlers=MappingProxyType(handlers),
        event_scripts=MappingProxyType(scripts),
        modules=MappingProxyType(libraries),
    )


def essence(project):
    """A project without where its files lie."""
    return (
        (project.name, project.title, project.description, project.enabled),
        (project.inheritable, project.parent),
        {key: replace(value, file="") for key, value in project.handlers.items()},
        {key: replace(value, file="") for key, value in project.event_scripts.items()},
        {key: replace(value, file="") for key, value in project.modules.items()},
    )


BODIES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=40
).map(lambda body: f"\t'''{body}'''\n")
TEXTS = BODIES.map(lambda body: "def f():\n" + body)
SHOWN = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
NAMES = st.text(SHOWN, min_size=1, max_size=12)
FLAGS = st.booleans()


def function(kind, scope, body):
    place = text_place(kind, scope)
    return f"def {place.entry}({', '.join(place.parameters)}):\n{body}"


def named(kind, scopes, settings_of_it):
    return st.builds(
        lambda scope, name, body, values: (
            scope,
            Script(kind, name, function(kind, scope, body), values),
        ),
        st.sampled_from(scopes),
        NAMES,
        BODIES,
        settings_of_it,
    )


def single(kind, scopes):
    return st.builds(
        lambda scope, body: (scope, Script(kind, "", function(kind, scope, body))),
        st.sampled_from(scopes),
        BODIES,
    )


STROKES = st.fixed_dictionaries(
    {"display": st.text(SHOWN, min_size=1, max_size=5)},
    optional={"stroke": st.just("ctrl F1")},
).map(lambda value: tuple(value.items()))
MESSAGES = st.one_of(
    named(
        "message",
        "GS",
        st.fixed_dictionaries(
            {}, optional={"threadType": st.sampled_from(["Shared", "Dedicated"]), "enabled": FLAGS}
        ),
    ),
    named("message", "C", st.fixed_dictionaries({"threadType": st.just("EDT"), "enabled": FLAGS})),
)
EVENTS = st.one_of(
    named(
        "timer",
        "GC",
        st.fixed_dictionaries(
            {
                "delay": st.integers(0, 10**12 - 1),
                "fixedDelay": FLAGS,
                "sharedThread": FLAGS,
                "enabled": FLAGS,
            }
        ),
    ),
    named(
        "tag-change",
        "GC",
        st.fixed_dictionaries(
            {
                "paths": st.lists(NAMES, max_size=3, unique=True).map(tuple),
                "changeTypes": st.sampled_from(
                    [("ValueChange",), ("ValueChange", "QualityChange")]
                ),
                "enabled": FLAGS,
            }
        ),
    ),
    named("scheduled", "G", st.fixed_dictionaries({"cronExpression": NAMES, "enabled": FLAGS})),
    st.sampled_from(["startup", "shutdown"]).flatmap(lambda kind: single(kind, "GCS")),
    single("update", "G"),
    single("shutdown-intercept", "C"),
    st.sampled_from(["page-startup", "barcode", "key-event"]).flatmap(lambda k: single(k, "S")),
)
PARTS = st.sampled_from(["a", "b", "alarms", "text"])
MODULES = st.dictionaries(st.lists(PARTS, min_size=1, max_size=3).map(".".join), TEXTS, max_size=4)


def unique(pairs):
    seen, kept = set(), []
    for scope, script in pairs:
        key = (scope, script.kind, script.name.casefold(), folder_name(script.name).casefold())
        if key[:3] not in seen and (*key[:2], key[3]) not in seen:
            seen |= {key[:3], (*key[:2], key[3])}
            kept.append((scope, script))
    return kept


def menu(labels):
    scripts = []
    for index, label in enumerate(labels):
        entry = {"path": (label,), "position": (index,)}
        below = {"path": (label, "go"), "position": (index, 0), "mnemonic": "G"}
        scripts.append(("C", Script("menubar", label, "", entry)))
        scripts.append(
            ("C", Script("menubar", f"{label}/go", function("menubar", "C", "\tgo()\n"), below))
        )
    return scripts


def press(stroke):
    source = function("keystroke", "C", "\tk()\n")
    return Script("keystroke", dict(stroke)["display"], source, {"keystroke": stroke})


PROJECTS = st.builds(
    lambda messages, events, modules, labels, stroke: build(
        ("X", unique(messages)),
        [
            *unique(events),
            *menu(labels),
            ("C", press(stroke)),
        ],
        modules.items(),
    ),
    st.lists(MESSAGES, max_size=4),
    st.lists(EVENTS, max_size=5),
    MODULES,
    st.lists(st.sampled_from(["File", "Edit", "View"]), max_size=3, unique=True),
    STROKES,
)


@pytest.fixture
def memory_folder(tmp_path, monkeypatch):
    """A folder in memory where the system has one: thousands of small files come and go."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    shutil.rmtree(folder)


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(project=PROJECTS, generation=st.sampled_from(["8.1", "8.3", "zip"]))
@pytest.mark.timeout(600)
def test_import_after_export_is_the_identity(memory_folder, project, generation):
    """Property: a project exported and imported again is the same, in every format."""
    place = memory_folder / uuid.uuid4().hex
    place.mkdir()
    target = place / ("X.zip" if generation == "zip" else "out")
    assert export_project(project, target, generation) == ()
    (found,) = read_source(target)
    assert found.left == ()
    if generation != "8.1":
        assert essence(found.project) == essence(project)
    (report,) = import_projects(target, place / "in")
    assert report.left == ()
    again = ProjectStore(place / "in").load().projects["X"]
    assert essence(again) == essence(project)
    assert [d for d in again.diagnostics if d.severity == "error"] == []
    count = len(project.handlers) + len(project.event_scripts) + len(project.modules)
    assert len(report.taken) == count


@pytest.fixture
def sample():
    return build(
        ("X", [("G", Script("message", "H", BODY)), ("C", Script("message", "a/b", BODY))]),
        [("G", Script("timer", "T", "tick()", {"delay": 5}))],
        [("pkg.mod", "x = 1\n")],
    )


@pytest.mark.parametrize("generation", ["8.1", "zip"])
def test_export_is_deterministic(tmp_path, sample, generation):
    """The same project gives the same bytes."""
    contents = []
    for number in range(2):
        target = tmp_path / f"{number}"
        export_project(sample, target, generation)
        files = (
            [target] if target.is_file() else sorted(f for f in target.rglob("*") if f.is_file())
        )
        contents.append([file.read_bytes() for file in files])
    assert contents[0] == contents[1]


def test_names_that_cannot_be_shown_are_left_out(tmp_path, sample):
    """A name that forges a line of log is told, and not taken."""
    script = Script("timer", "T\nERROR", "tick()", {"delay": 5})
    project = build(("X", []), [("G", Script("timer", "U", "tick()", {})), ("G", script)], [])
    export_project(project, tmp_path / "out", "8.1")
    (report,) = import_projects(tmp_path / "out", tmp_path / "in")
    assert [taken.name for taken in report.taken] == ["U"]
    [left] = report.left
    assert "control character" in left.why


def test_names_that_are_no_folder_names(tmp_path, sample):
    """A name that no folder can have is kept in the attributes of an escaped folder."""
    export_project(sample, tmp_path / "out", "8.3")
    base = tmp_path / "out/X/com.inductiveautomation.vision/message"
    assert [folder.name for folder in base.iterdir()] == ["a%2Fb"]
    loaded = ProjectStore(tmp_path / "out").load().projects["X"]
    assert ("C", "a/b") in loaded.handlers


def test_report_names_what_was_taken(tmp_path, sample):
    """A report lists every script with its settings and file."""
    export_project(sample, tmp_path / "out", "8.1")
    (report,) = import_projects(tmp_path / "out", tmp_path / "in")
    taken = {(t.kind, t.scope, t.name): t for t in report.taken}
    assert set(taken) == {
        ("message", "G", "H"),
        ("message", "C", "a/b"),
        ("timer", "G", "T"),
        ("library", "", "pkg.mod"),
    }
    assert taken["timer", "G", "T"].settings["delay"] == 5
    for each in report.taken:
        assert (tmp_path / "in" / each.file).is_file()


def test_what_is_left_is_told(plant, tmp_path):
    """Resources that hold no event script, and broken ones, are listed with the reason."""
    plant.project()
    plant.handler("good")
    plant.handler("bad", source=b"\xff")
    plant.write("X/com.inductiveautomation.vision/windows/Main/resource.json", "{}")
    (report,) = import_projects(plant.root, tmp_path / "in")
    assert [t.name for t in report.taken] == ["good"]
    reasons = {left.what: left.why for left in report.left}
    assert reasons["1 x com.inductiveautomation.vision/windows"] == "holds no event script"
    assert "not UTF-8" in reasons["X/ignition/message/bad/handleMessage.py"]


def test_a_whole_projects_folder(plant, tmp_path):
    """Every project of a folder is imported; one project's own folder is enough too."""
    for name in ("X", "Y"):
        plant.project(name)
        plant.handler("H", project=name)
    assert [r.project for r in import_projects(plant.root, tmp_path / "all")] == ["X", "Y"]
    (report,) = import_projects(plant.root / "Y", tmp_path / "one", name="Z")
    assert report.project == "Z"
    assert set(ProjectStore(tmp_path / "one").load().projects) == {"Z"}


def test_existing_projects_are_not_replaced(tmp_path, sample):
    """An import or export into what exists is refused."""
    export_project(sample, tmp_path / "out", "8.3")
    for generation in ("8.1", "8.3"):
        with pytest.raises(WriteRefusedError):
            export_project(sample, tmp_path / "out", generation)
    (tmp_path / "x.zip").write_text("")
    with pytest.raises(WriteRefusedError):
        export_project(sample, tmp_path / "x.zip", "zip")


def archive(tmp_path, entries):
    file = tmp_path / "some.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in entries:
            out.writestr(name, data)
    return file


def test_zip_of_several_projects(tmp_path):
    """A zip may hold several projects, or 7.x exports."""
    entries = [
        ("A/project.json", "{}"),
        ("A/ignition/message/H/handleMessage.py", BODY),
        ("B/project.json", "{}"),
        ("old.proj", proj(resource("sr.script.project", binary(text("x")), "m", ROOT))),
    ]
    found = read_source(archive(tmp_path, entries))
    assert [each.project.name for each in found] == ["A", "B", "Line"]


@pytest.mark.parametrize("name", ["../out.proj", "/../../out.proj", "a/../../b/project.json"])
def test_zip_that_climbs_out(tmp_path, name):
    """An entry that names a file outside of the archive is refused."""
    with pytest.raises(FormatError, match="outside"):
        read_source(archive(tmp_path, [("A/project.json", "{}"), (name, "x")]))


def test_zip_bomb_and_broken_zip(tmp_path):
    """An archive that unpacks to a multiple beyond reason, or is broken, is an error."""
    entries = [("A/project.json", "{}"), ("A/ignition/message/H/handleMessage.py", bytes(10**8))]
    with pytest.raises(FormatError, match="too much"):
        read_source(archive(tmp_path, entries))
    file = archive(tmp_path, entries[:1])
    file.write_bytes(file.read_bytes()[:30])
    with pytest.raises(FormatError):
        read_source(file)


def test_missing_source(tmp_path):
    """A source that does not exist is said so; an empty folder holds no project."""
    with pytest.raises(ProjectsFolderError):
        read_source(tmp_path / "no")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match="no project"):
        read_source(tmp_path / "empty")


def test_event_scripts_of_the_text_layout(plant):
    """8.3's own places of event scripts load with their settings."""
    plant.project()
    plant.write("X/ignition/startup/onStartup.py", "def onStartup():\n\tpass\n")
    plant.write("X/ignition/startup/resource.json", "{}")
    attributes = {"paths": ["[default]a"], "changeTypes": ["ValueChange"], "enabled": False}
    plant.write("X/ignition/tag-change/T/onTagChange.py", "def onTagChange():\n\tpass\n")
    plant.write("X/ignition/tag-change/T/resource.json", json.dumps({"attributes": attributes}))
    project = plant.load()
    assert project.diagnostics == ()
    assert project.event_scripts["G", "startup", ""].source.startswith("def onStartup")
    script = project.event_scripts["G", "tag-change", "T"]
    assert isinstance(script, TagChangeScript)
    assert (script.paths, script.change_types) == (("[default]a",), ("ValueChange",))
    assert not script.enabled


@pytest.mark.parametrize(
    "attributes",
    [{"delay": "1"}, {"delay": 1.5}, {"delay": True}, {"fixedDelay": 1}, {"sharedThread": None}],
)
def test_wrong_settings_of_event_scripts(plant, attributes):
    """A setting of the wrong type is an error of that script."""
    plant.project()
    plant.write("X/ignition/timer/T/handleTimerEvent.py", "tick()\n")
    plant.write("X/ignition/timer/T/resource.json", json.dumps({"attributes": attributes}))
    project = plant.load()
    assert [d.rule for d in project.diagnostics] == ["type"]
    assert project.broken == {("timer:G", "T")}


STARTUP = text_place("startup", "G")


@pytest.mark.parametrize(
    ("body", "function_text"),
    [
        ("x = 1\nif x:\n\ty = 2\n", "def onStartup():\n\tx = 1\n\tif x:\n\t\ty = 2\n"),
        ("\tx = 1\n", "def onStartup():\n\tx = 1\n"),
        ("# why\n\tx = 1\n", "def onStartup():\n# why\n\tx = 1\n"),
        ("s = '''a\nb'''\nt\n", "def onStartup():\n\ts = '''a\nb'''\n\tt\n"),
        ("s = 'a\\\nb'\n\nt\n", "def onStartup():\n\ts = 'a\\\nb'\n\n\tt\n"),
        ("s = 'it'  # don't\nt\n", "def onStartup():\n\ts = 'it'  # don't\n\tt\n"),
        ("def helper():\n\tpass\nhelper()\n", None),
        ("def onStartup():\n\tpass\n", "def onStartup():\n\tpass\n"),
        ("", ""),
    ],
)
def test_bodies_become_functions(body, function_text):
    """A flat body is indented but for what lies inside strings; an indented one gets its def."""
    text_of_it = as_function(body, STARTUP)
    if function_text is not None:
        assert text_of_it == function_text
    else:
        assert text_of_it.startswith("def onStartup():\n\tdef helper():\n\t\tpass\n\thelper()")


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("def onStartup():\n\tx = 1\n", "\tx = 1\n"),
        ("x = 1\n", "x = 1\n"),
        (
            "import a\ndef onStartup():\n\ta.b()",
            "import a\ndef onStartup():\n\ta.b()\nonStartup()\n",
        ),
        ("def onStartup():\n\tx\ny = 1\n", "def onStartup():\n\tx\ny = 1\nonStartup()\n"),
        ("def onStartup( ):\n\tx\n", "def onStartup( ):\n\tx\nonStartup()\n"),
    ],
)
def test_functions_become_bodies(source, body):
    """What only defines the function becomes its body; other text gets a call at its end."""
    assert as_body(source, STARTUP) == body


@given(st.sampled_from([p for p in PLACES if p.entry]), st.text(max_size=60))
def test_functions_survive_8_1(place, rest):
    """Property: a function that was made a body and a function again is the same text."""
    source = f"def {place.entry}({', '.join(place.parameters)}):\n{rest}\n"
    assert as_function(as_body(source, place), place) == source


def test_flat_bodies_are_imported_as_functions(plant, tmp_path):
    """What 8.3 calls by name is written so that it can be called."""
    plant.project()
    put_bundle(plant, [Script("startup", "", "start()\n"), Script("timer", "T", "\ttick()\n")])
    import_projects(plant.root, tmp_path / "in")
    scripts = ProjectStore(tmp_path / "in").load().projects["X"].event_scripts
    assert scripts["G", "startup", ""].source == "def onStartup():\n\tstart()\n"
    assert scripts["G", "timer", "T"].source == "def handleTimerEvent():\n\ttick()\n"


def test_zip_whose_entries_contradict(tmp_path):
    """A name that is a file and a folder is an error of the archive."""
    entries = [
        ("A/project.json", "{}"),
        ("A/ignition/message", "a file"),
        ("A/ignition/message/H/handleMessage.py", BODY),
    ]
    with pytest.raises(FormatError, match="cannot be read"):
        read_source(archive(tmp_path, entries))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_zip_that_is_packed_in_another_way(tmp_path, method):
    """Gateways store or deflate; the others take the memory that the archive asks for."""
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w", method) as made:
        made.writestr("A/project.json", "{}")
    with pytest.raises(FormatError, match="packed in a way that is not read"):
        read_source(file)


def test_zip_with_an_entry_without_a_name(tmp_path):
    """It is none of a project's."""
    file = archive(tmp_path, [("A/project.json", "{}")])
    with zipfile.ZipFile(file, "a") as made:
        made.writestr(zipfile.ZipInfo(""), "x")
    found = read_source(file)
    assert [each.project.name for each in found] == ["A"]


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "link out"])
def test_an_export_that_is_no_file_is_said_so(tmp_path, kind):
    """It is not waited for, nor read without end, nor read from somewhere else."""
    source = tmp_path / "source"
    (source / "A").mkdir(parents=True)
    (source / "A/project.json").write_text("{}")
    export = source / "x.proj"
    if kind == "pipe":
        os.mkfifo(export)
    elif kind == "folder":
        export.mkdir()
    else:
        export.symlink_to("/dev/zero" if kind == "device" else __file__)
    with pytest.raises(FormatError, match=r"x\.proj is "):
        read_source(source)
