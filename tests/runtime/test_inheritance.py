"""Inheritance between projects, and libraries by every name that Ignition gives them."""

import json
import os
import textwrap

import pytest

from tests.runtime.conftest import DEADLINE

pytestmark = pytest.mark.filterwarnings("error")


def ask(host, project, handler, payload=None):
    """What a Gateway handler returns."""
    source = f"print repr(system.util.sendRequest({project!r}, {handler!r}, {payload!r}))"
    result = host.gateway.run(source)
    assert result.ok, result.traceback
    return result.output.strip()


def event(projects, project, place, text, **attributes):
    path = projects.root / project / place
    path.parent.mkdir(parents=True, exist_ok=True)
    overridable = attributes.pop("overridable", True)
    description = {"files": [path.name], "attributes": attributes, "overridable": overridable}
    (path.parent / "resource.json").write_text(json.dumps(description))
    path.write_text(text)


def fixed(projects, project, folder):
    """Make a resource one that children cannot override."""
    path = projects.root / project / folder / "resource.json"
    description = json.loads(path.read_text())
    path.write_text(json.dumps({**description, "overridable": False}))


def rules(host):
    return sorted(d.rule for d in host.diagnostics)


@pytest.fixture
def family(projects):
    """Base, inheritable, with a handler and a library; Child inherits from it."""
    projects.project("Base", inheritable=True)
    projects.library("Base", "lib", "who = 'base'\n")
    projects.handler("Base", "G", "h", "return lib.who")
    projects.project("Child", parent="Base")
    return projects


@pytest.mark.parametrize("profile", ["8.1", "8.3"])
def test_a_childs_handlers_are_its_own_and_its_parents(family, open_host, profile):
    """The parent's handler runs as the child's: with the child's libraries, in its lanes."""
    family.library("Child", "lib", "who = 'child'\n")
    host = open_host(profile=profile)
    assert ask(host, "Base", "h") == "'base'"
    assert ask(host, "Child", "h") == "'child'"
    assert host.diagnostics == ()


def test_profile_7_9_inherits_libraries_alone(family, open_host):
    """7.9 has no inheritance; that libraries resolve is our choice."""
    family.handler("Child", "G", "use", "return lib.who")
    host = open_host()
    assert ask(host, "Child", "use") == "'base'"
    assert host.gateway.run("system.util.sendMessage('Child', 'h', scope='G')").ok
    assert host.drain(DEADLINE)
    assert [d.status for d in host.trace][-1] == "no_handler"


def test_the_nearest_of_a_chain_wins(family, open_host):
    family.project("Child", parent="Base", inheritable=True)
    family.project("Grandchild", parent="Child")
    family.handler("Child", "G", "h", "return 'from child'")
    family.handler("Base", "G", "deep", "return 'from base'")
    host = open_host(profile="8.1")
    assert ask(host, "Grandchild", "h") == "'from child'"
    assert ask(host, "Grandchild", "deep") == "'from base'"


def test_a_disabled_handler_of_the_child_shadows_the_parents(family, open_host):
    family.handler("Child", "G", "h", "pass", enabled=False)
    host = open_host(profile="8.1")
    host.gateway.run("system.util.sendMessage('Child', 'h', scope='G')")
    assert host.drain(DEADLINE)
    assert [d.status for d in host.trace] == ["no_handler"]


def test_what_is_not_overridable_is_not_overridden(family, open_host):
    """A child's own version is passed over, and that is said of its file."""
    fixed(family, "Base", "ignition/message/h")
    fixed(family, "Base", "ignition/script-python/lib")
    family.handler("Child", "G", "h", "return 'own ' + lib.who")
    family.library("Child", "lib", "who = 'child'\n")
    host = open_host(profile="8.1")
    assert ask(host, "Child", "h") == "'base'"
    assert rules(host) == ["not-overridable", "not-overridable"]
    assert {d.file for d in host.diagnostics} == {
        "Child/ignition/message/h/handleMessage.py",
        "Child/ignition/script-python/lib/code.py",
    }


def test_event_scripts_run_in_each_child(family, open_host, heard):
    """Startup of the parent runs in the parent and in each child, as that project."""
    text = "def onStartup():\n\tsystem.test.say([system.util.getProjectName(), lib.who])\n"
    event(family, "Base", "ignition/startup/onStartup.py", text)
    family.library("Child", "lib", "who = 'child'\n")
    host = open_host(profile="8.1", events=False)
    host.system.provide("test.say", heard)
    host.runs_events = True
    host.loader._follow(host.spaces)
    assert host.drain(DEADLINE)
    assert sorted(heard.values) == [["Base", "base"], ["Child", "child"]]


@pytest.mark.parametrize("what", ["handler", "library"])
def test_a_change_of_the_parent_reaches_its_children(family, open_host, what):
    family.project("Child", parent="Base", inheritable=True)
    family.project("Grandchild", parent="Child")
    host = open_host(profile="8.1")
    assert ask(host, "Grandchild", "h") == "'base'"
    if what == "handler":
        family.handler("Base", "G", "h", "return 'new'")
    else:
        family.library("Base", "lib", "who = 'new'\n")
    host.loader.refresh()
    assert ask(host, "Grandchild", "h") == "'new'"


def test_an_overriding_child_is_not_touched_by_a_change_of_the_parent(family, open_host):
    family.handler("Child", "G", "h", "return 1")
    host = open_host(profile="8.1")
    before = host.spaces["Child"].current
    family.handler("Base", "G", "h", "return 2")
    host.loader.refresh()
    assert host.spaces["Child"].current is before


def test_the_last_good_version_runs_on_in_children_too(family, open_host):
    host = open_host(profile="8.1")
    (family.root / "Base/ignition/message/h/handleMessage.py").write_text("def (\n")
    host.loader.refresh()
    assert ask(host, "Child", "h") == "'base'"
    assert rules(host) == ["syntax"]


def test_an_unreadable_parents_resource_keeps_its_last_good_version(family, open_host):
    host = open_host(profile="8.1")
    (family.root / "Base/ignition/message/h/resource.json").write_text("{")
    host.loader.refresh()
    assert ask(host, "Child", "h") == "'base'"


def test_a_missing_parent_is_named_and_may_come_later(projects, open_host):
    projects.project("Child", parent="Bass")
    projects.project("Base", inheritable=True)
    host = open_host(profile="8.1")
    (found,) = host.diagnostics
    assert (found.rule, found.severity, found.file) == (
        "parent-missing", "warning", "Child/project.json",
    )  # fmt: skip
    assert "'Base'" in found.remedy
    projects.project("Bass", inheritable=True)
    projects.handler("Bass", "G", "h", "return 3")
    host.loader.refresh()
    assert host.diagnostics == ()
    assert ask(host, "Child", "h") == "3"


def test_a_parent_that_vanishes_takes_its_resources_along(family, open_host):
    host = open_host(profile="8.1")
    assert ask(host, "Child", "h") == "'base'"
    for path in sorted((family.root / "Base").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    os.rmdir(family.root / "Base")
    host.loader.refresh()
    assert rules(host) == ["parent-missing"]
    assert not host.spaces["Child"].current.handlers


def test_a_parent_that_is_not_inheritable_gives_libraries_alone(family, open_host):
    family.project("Base", inheritable=False)
    family.handler("Child", "G", "use", "return lib.who")
    host = open_host(profile="8.1")
    assert rules(host) == ["parent-not-inheritable"]
    assert ask(host, "Child", "use") == "'base'"
    assert ("G", "h") not in host.spaces["Child"].current.handlers


@pytest.mark.parametrize("loop", [["A"], ["A", "B"], ["A", "B", "C"]])
def test_a_loop_of_parents_is_an_error_of_each(projects, open_host, loop):
    """Every project of the loop runs; the loop is named with the way it goes."""
    for name, parent in zip(loop, [*loop[1:], loop[0]], strict=True):
        projects.project(name, parent=parent, inheritable=True)
        projects.handler(name, "G", f"h{name}", f"return {name!r}")
    host = open_host(profile="8.1")
    assert rules(host) == ["parent-loop"] * len(loop)
    assert all("->" in d.message for d in host.diagnostics)
    for name in loop:
        assert ask(host, name, f"h{name}") == repr(name)


def test_a_disabled_parent_is_inherited_from(family, open_host):
    """Our choice: it does not run, and its children do."""
    family.project("Base", inheritable=True, enabled=False)
    host = open_host(profile="8.1")
    assert ask(host, "Child", "h") == "'base'"


def test_an_upgraded_package_named_shared_is_shared(projects, open_host):
    """The upgrade to 8 makes a project whose libraries are in a package `shared`, the parent."""
    projects.project("global", inheritable=True)
    projects.library("global", "shared.text.util", "n = [0]\n")
    projects.project("X", parent="global")
    projects.handler("X", "G", "a", "shared.text.util.n[0] += 1\nreturn shared.text.util.n[0]")
    projects.handler("X", "G", "b", """from shared.text import util\nreturn util.n[0]""")
    projects.handler("X", "G", "c", """import shared.text.util as u\nreturn u.n[0]""")
    projects.handler("X", "G", "d", "return project.shared.text.util.n[0]")
    projects.project("Y")
    projects.handler("Y", "G", "a", "return shared.text.util.n[0]")
    host = open_host(profile="8.1")
    assert ask(host, "X", "a") == "1"
    assert [ask(host, "X", name) for name in "bcd"] == ["1", "1", "1"]
    assert ask(host, "Y", "a") == "0"


def test_shared_and_project_are_one_in_the_project_global(projects, open_host):
    projects.library("global", "util", "n = [0]\n")
    projects.handler("global", "G", "h", "shared.util.n[0] += 1\nreturn project.util.n, util.n")
    assert ask(open_host(), "global", "h") == "([1], [1])"


IMPORTS = {
    "import system": "import system\nreturn system.util.getProjectName()",
    "import system.util": "import system.util\nreturn system.util.getProjectName()",
    "from system.util": "from system.util import getProjectName\nreturn getProjectName()",
    "from system import": "from system import util\nreturn util.getProjectName()",
    "import system as": "import system as s\nreturn s.util.getProjectName()",
    "import project": "import project\nreturn project.pkg.mod.name",
    "import project.pkg": "import project.pkg.mod\nreturn project.pkg.mod.name",
    "from project": "from project.pkg import mod\nreturn mod.name",
    "from project.pkg.mod": "from project.pkg.mod import name\nreturn name",
    "bare": "import pkg.mod\nreturn pkg.mod.name",
    "bare as": "import pkg.mod as m\nreturn m.name",
    "from bare": "from pkg import mod as m\nreturn m.name",
    "shared": "from shared.x import y\nreturn y",
    "shared star": "import shared\nreturn shared.x.y",
}


@pytest.mark.parametrize("profile", ["7.9", "8.1"])
@pytest.mark.parametrize("form", IMPORTS)
def test_imports_of_every_form(projects, open_host, form, profile):
    projects.library("X", "pkg.mod", "name = 'X'\n")
    projects.library("global", "x", "y = 'X'\n")
    projects.handler("X", "G", "h", IMPORTS[form])
    assert ask(open_host(profile=profile), "X", "h") == "'X'"


def test_a_cycle_of_imports_sees_what_is_bound_so_far(projects, open_host):
    """As Jython: who closes the cycle sees the names that stand above the import."""
    projects.library("X", "a", "order = ['a']\nfirst = 1\nimport b\nsecond = b.seen\n")
    projects.library("X", "b", "import a\na.order.append('b')\nseen = hasattr(a, 'second')\n")
    projects.handler("X", "G", "h", "import a\nreturn a.order, a.first, a.second")
    assert ask(open_host(profile="8.1"), "X", "h") == "(['a', 'b'], 1, False)"


def test_a_from_import_that_closes_a_cycle_too_early_fails(projects, open_host):
    projects.library("X", "a", "import b\nlate = 1\n")
    projects.library("X", "b", "from a import late\n")
    projects.handler(
        "X", "G", "h", "try:\n\timport a\n\ta.late\nexcept ImportError, e:\n\treturn str(e)"
    )
    assert ask(open_host(profile="8.1"), "X", "h") == "'cannot import name late'"


def test_modules_run_in_the_order_of_their_first_use(projects, open_host, heard):
    projects.library("X", "one", "system.test.say('one')\n")
    projects.library("X", "two", "import one\nsystem.test.say('two')\nx = 1\n")
    projects.handler("X", "G", "h", "import two\nimport one\nreturn two.x")
    host = open_host(profile="8.1")
    host.system.provide("test.say", heard)
    assert heard.values == []
    assert ask(host, "X", "h") == "1"
    ask(host, "X", "h")
    assert heard.values == ["one", "two"]


def test_a_modules_state_lasts_a_generation_of_the_libraries(projects, open_host):
    projects.library("X", "state", "n = [0]\n")
    projects.library("X", "other", "import state\n")
    projects.handler("X", "G", "h", "state.n[0] += 1\nreturn other.state.n[0]")
    projects.handler("X", "G", "i", "from project import state\nreturn state.n[0]")
    host = open_host(profile="8.1")
    assert [ask(host, "X", name) for name in "hhi"] == ["1", "2", "2"]
    projects.handler("X", "G", "i", "return 100 + state.n[0]")
    host.loader.refresh()
    assert ask(host, "X", "i") == "102"
    projects.library("X", "other", "import state\nx = 1\n")
    host.loader.refresh()
    assert ask(host, "X", "h") == "1"


def test_a_bundle_of_the_child_hides_the_whole_bundle_of_the_parent(tmp_path):
    """8.0 and 8.1 have one resource of event scripts, which is overridden whole."""
    from project_store.model import Project, TimerScript
    from runtime.inheritance import inherited

    def timer(project, name, file):
        return TimerScript(project, "G", "timer", name, "pass", f"{project}/{file}")

    bundle = "ignition/event-scripts/data.bin"
    parent = Project(
        "P",
        inheritable=True,
        event_scripts={
            ("G", "timer", "a"): timer("P", "a", bundle),
            ("G", "timer", "t"): timer("P", "t", "ignition/timer/t/handleTimerEvent.py"),
        },
    )
    plain = Project("C", parent="P")
    projects = {"P": parent, "C": plain}
    assert {key[2] for key in inherited(plain, projects, "8.1").event_scripts} == {"a", "t"}
    own = Project("C", parent="P", event_scripts={("G", "timer", "b"): timer("C", "b", bundle)})
    found = inherited(own, {"P": parent, "C": own}, "8.1").event_scripts
    assert {key[2] for key in found} == {"b", "t"}
    assert {each.project for each in found.values()} == {"C"}


def test_what_is_not_overridable_survives_export_and_import(family, tmp_path):
    from project_store.store import ProjectStore
    from project_store.transfer import export_project, import_projects

    fixed(family, "Base", "ignition/message/h")
    fixed(family, "Base", "ignition/script-python/lib")
    before = ProjectStore(family.root).load().projects["Base"]
    assert not before.handlers["G", "h"].overridable
    assert not before.modules["lib"].overridable
    for generation in ("8.3", "8.1", "zip"):
        where = tmp_path / generation.replace(".", "")
        where.mkdir()
        target = where / "Base.zip" if generation == "zip" else where
        export_project(before, target, generation)
        again = tmp_path / f"again-{generation}"
        import_projects(target if generation == "zip" else where / "Base", again)
        after = ProjectStore(again).load().projects["Base"]
        assert not after.handlers["G", "h"].overridable
        assert not after.modules["lib"].overridable
        assert after.handlers["G", "h"].source == textwrap.dedent(before.handlers["G", "h"].source)
