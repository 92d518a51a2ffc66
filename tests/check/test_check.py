"""What `pilotlight check` finds out of scripts: names, functions, comments; and what it keeps."""

import ast
import json
import re
from pathlib import Path

import pytest

from runtime.check import RULES, check_folder, outlines
from runtime.check.functions import CLIENT_ONLY, FUNCTIONS, MODULES, SINCE_8, UNTIL_7_9
from runtime.check.rules import FIRM, GROUPS, page
from sandbox import CodeCache
from sandbox.policy_diagnostics import RULES as POLICY_RULES
from tests.runtime.conftest import Projects

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def projects(tmp_path: Path) -> Projects:
    """Line1: a Gateway handler AlarmRaised, a Client handler ShowAlarm, a library alarms."""
    made = Projects(tmp_path / "projects")
    made.project("Line1")
    made.handler("Line1", "G", "AlarmRaised", "pass")
    made.handler("Line1", "C", "ShowAlarm", "pass")
    made.library("Line1", "alarms.text", "def say(): return 1\n")
    made.library("Line1", "alarms.colours", "red = 1\n")
    return made


def found(projects, body, *, scope="G", profile="7.9", **options):
    """What there is to say of a handler with that body: (rule, line, column)."""
    projects.handler("Line1", scope, "Tried", body)
    report = check_folder(projects.root, profile, **options)
    return [(d.rule, d.line, d.column) for d in report.diagnostics]


def rules(projects, body, **options):
    return [rule for rule, _, _ in found(projects, body, **options)]


SHOWN = [
    rule
    for rule in RULES.values()
    if rule.group in ("script", "names", "messages", "jython")
    and not rule.example.startswith(("a ", "an ", "in generated"))
    and rule.name not in ("host-name", "class-keyword")
]
# What is left out cannot be written as text: the parser, or the tokenizer, refuses it before.


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.name)
def test_the_example_of_a_rule_is_reported_by_it(projects, rule):
    """The list is no promise that nothing keeps."""
    report = check_folder(_with(projects, rule.example).root, "7.9")
    severities = {d.rule: d.severity for d in report.diagnostics}
    assert severities.get(rule.name) == rule.severity, report.diagnostics


def _with(projects, body):
    projects.handler("Line1", "G", "Tried", body)
    return projects


def test_every_rule_that_the_code_names_is_listed():
    """Rules of the sandbox, of the dialect's profiles, of the store and of the check itself."""
    named = set(POLICY_RULES) | {"syntax"}
    profiles = (ROOT / "sandbox/dialect/profiles.py").read_text()
    named |= set(re.findall(r'\w+, "([a-z]+(?:-[a-z]+)+)"', profiles))
    for path in [*ROOT.glob("project_store/**/*.py"), ROOT / "runtime/inheritance.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                index = {"ReadFault": 0, "warn": 0, "ResourceDiagnostic": 3, "_complaint": 1}
                place = index.get(name)
                if place is not None and len(node.args) > place:
                    given = node.args[place]
                    if isinstance(given, ast.Constant) and isinstance(given.value, str):
                        named.add(given.value)
    assert named - set(RULES) == set()
    assert len(named) > 40


def test_the_rules_are_whole():
    for rule in RULES.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
        assert rule.group in GROUPS
        assert rule.what.endswith(".")
        assert rule.remedy.endswith(".")
        assert rule.example
    assert set(RULES) >= FIRM


def test_the_documentation_lists_the_rules_as_they_are():
    """Between its marks, docs/check.md is what the table says."""
    text = (ROOT / "docs/check.md").read_text()
    listed = text.partition("<!-- rules -->\n")[2].partition("<!-- end of rules -->")[0]
    assert listed.strip() == page().strip(), "write it anew: python -m runtime.check.rules"


@pytest.mark.parametrize(
    ("body", "profile", "expected"),
    [
        ("return project.alarms.text.say()", "7.9", []),
        ("return alarms.text.say()", "7.9", ["library-name"]),
        ("return alarms.text.say()", "8.1", []),
        ("return project.alarms.text.say()", "8.1", ["library-name"]),
        ("return project.alarm.text.say()", "7.9", ["unknown-library"]),
        ("return project.alarms.txt.say()", "7.9", ["unknown-library"]),
        ("return alarms.txt.say()", "8.1", ["unknown-library"]),
        ("return alarms.text.anything", "8.1", []),
        ("return alarm.text.say()", "8.1", ["undefined-name"]),
        ("import project.alarms.txt", "7.9", ["unknown-library"]),
        ("from alarms import txt", "8.1", ["unknown-library"]),
        ("from alarms import text\nreturn text.say()", "8.1", []),
        ("import alarms.text as t\nreturn t.say()", "8.1", []),
        ("import some.java.Thing\nreturn some.java.Thing()", "8.1", []),
        ("return shared.anything.at.all()", "7.9", []),
        ("alarms = payload\nreturn alarms.txt", "8.1", []),
        ("return app.legacy.thing()", "7.9", []),
        ("project = 1\nreturn project.nothing", "7.9", []),
    ],
)
def test_library_names(projects, body, profile, expected):
    assert rules(projects, body, profile=profile) == expected


def test_shared_is_looked_up_where_there_is_one(projects):
    projects.library("global", "util.text", "x = 1\n")
    assert rules(projects, "return shared.util.text.x") == []
    assert rules(projects, "return shared.utl.text.x") == ["unknown-library"]
    projects.project("Line1", parent="Up")
    projects.project("Up", inheritable=True)
    projects.library("Up", "shared.mine", "x = 1\n")
    assert rules(projects, "return shared.mine.x", profile="8.1") == []
    assert rules(projects, "return shared.util.text.x", profile="8.1") == ["unknown-library"]


def test_inherited_libraries_and_handlers_are_there(projects):
    projects.project("Base", inheritable=True)
    projects.project("Line1", parent="Base")
    projects.library("Base", "base.lib", "x = 1\n")
    projects.handler("Base", "G", "Inherited", "pass")
    send = "system.util.sendMessage('Line1', 'Inherited', {}, 'G')"
    assert rules(projects, f"return base.lib.x, {send}", profile="8.1") == []
    assert rules(projects, send, profile="7.9") == ["unknown-handler"]


def test_nothing_is_undefined_while_a_parent_is_missing(projects):
    """What it would bring is not known, and no false word is said."""
    projects.project("Line1", parent="Elsewhere")
    assert rules(projects, "return base.lib.x, project.none", profile="8.1") == ["parent-missing"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return pyload", [("undefined-name", 2, 9)]),
        ("print payload, undefined", [("undefined-name", 2, 17)]),
        ("global x\nx = 1\nreturn x", []),
        ("exec 'y = 1'\nreturn y", []),
        ("return [q for q in payload], q", []),
        ("return lambda a, *b, **c: (a, b, c, d)", [("undefined-name", 2, 38)]),
        ("def f((a, b)):\n\treturn a, b\nreturn f", []),
        ("try:\n\tpass\nexcept ValueError, (code, text):\n\tprint code, text", []),
        ("class A:\n\tx = 1\n\tdef f(self):\n\t\treturn self.x, __name__\nreturn A", []),
        ("for i in range(3):\n\tpass\nreturn i, unicode, xrange, True, None, reload, buffer", []),
        ("with payload as (a, b):\n\tprint a, b", [("with-without-future", 2, 2)]),
        ("import java.lang\nreturn java.lang.Exception", []),
        ("return u'\\u00e4\\u00f6' + missing", [("undefined-name", 2, 27)]),
        ("return 'ä' + missing", [("undefined-name", 2, 15)]),
        ("del payload\nreturn payload", []),
        ("print >>out, 1", [("undefined-name", 2, 10)]),
        ("return `missing`", [("undefined-name", 2, 10)]),
    ],
)
def test_names_that_nothing_binds(projects, body, expected):
    assert found(projects, body) == expected


def test_import_star_binds_what_cannot_be_seen(projects):
    projects.library("Line1", "stars", "from math import *\nx = pi\n")
    assert rules(projects, "pass") == []


def test_what_event_scripts_are_given_is_defined(projects, tmp_path):
    """Bodies of tag change scripts read names that Ignition injects."""
    folder = projects.root / "Line1/ignition/tag-change/T"
    folder.mkdir(parents=True)
    (folder / "onTagChange.py").write_text(
        "if not initialChange:\n\tprint newValue.value, previousValue, event, executionCount, no\n"
    )
    (folder / "resource.json").write_text('{"files": ["onTagChange.py"]}')
    report = check_folder(projects.root)
    assert [(d.rule, d.message[:2]) for d in report.diagnostics] == [("undefined-name", "no")]


@pytest.mark.parametrize(
    ("body", "profile", "scope", "expected"),
    [
        ("system.util.sendMesage('a', 'b')", "7.9", "G", ["unknown-function"]),
        ("from system.util import getLoger", "7.9", "G", ["unknown-function"]),
        ("import system\nsystem.date.nwo()", "7.9", "G", ["unknown-function"]),
        ("system.utl.getLogger('a')", "7.9", "G", ["unknown-function"]),
        ("system.mes.analysis.executeAnalysis()", "7.9", "G", []),
        ("system.kafka.anything()", "8.3", "G", []),
        ("return system.db.VARCHAR", "7.9", "G", []),
        ("system = payload\nsystem.util.nothing()", "7.9", "G", []),
        ("system.gui.messageBox('a')", "7.9", "G", ["function-scope"]),
        ("system.gui.messageBox('a')", "7.9", "C", []),
        ("system.nav.openWindow('a')", "8.1", "G", ["function-scope"]),
        ("system.perspective.print('a')", "8.1", "C", ["function-scope"]),
        ("system.perspective.print('a')", "8.1", "G", []),
        ("system.perspective.workstation.exit()", "8.1", "G", []),
        ("system.perspective.print('a')", "7.9", "G", ["function-profile"]),
        ("system.tag.writeBlocking(['a'], [1])", "7.9", "G", ["function-profile"]),
        ("system.tag.writeBlocking(['a'], [1])", "8.1", "G", []),
        ("system.tag.addTag('a')", "8.1", "G", ["function-profile"]),
        ("system.tag.addTag('a')", "7.9", "G", []),
        ("return system.util", "7.9", "G", []),
        ("return system", "7.9", "G", []),
    ],
)
def test_functions_of_system(projects, body, profile, scope, expected):
    assert rules(projects, body, profile=profile, scope=scope) == expected


def test_a_library_runs_in_any_scope(projects):
    projects.library("Line1", "gui", "system.gui.messageBox('a')\nsystem.perspective.print('a')\n")
    assert rules(projects, "pass", profile="8.1") == []


def test_the_table_of_functions_holds_together():
    """Whatever the other sets name is in it."""
    for each in (*SINCE_8, *UNTIL_7_9, *CLIENT_ONLY):
        module, _, function = each.partition(".")
        assert module in MODULES, each
        assert function == "*" or function in FUNCTIONS[module], each
    known = {"util.sendMessage", "tag.readBlocking", "date.now", "db.runPrepQuery", "alarm.shelve"}
    assert all(each.split(".")[1] in FUNCTIONS[each.split(".")[0]] for each in known)


def test_the_hosts_own_functions_are_in_the_table():
    from runtime.system.namespace import SERVED

    for module, kind in SERVED.items():
        own = {name for name in vars(kind) if not name.startswith("_") and name != "path"}
        assert own - FUNCTIONS[module] == set()


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# pilotlight: ignore[undefined-name]", []),
        ("# pilotlight: ignore", []),
        ("#pilotlight:ignore[ undefined-name , one-scope ]", []),
        ("# why: see above  # pilotlight: ignore[undefined-name]", []),
        ("# pilotlight: ignore[one-scope]", ["undefined-name"]),
        ("# pilotlight: ignore[undefind-name]", ["undefined-name", "unknown-rule"]),
        ("# ignore[undefined-name]", ["undefined-name"]),
        ("; 'x  # pilotlight: ignore[undefined-name]'", ["undefined-name"]),
    ],
)
def test_comments_silence_rules_on_their_line(projects, comment, expected):
    assert rules(projects, f"print missing {comment}") == expected


def test_a_comment_does_not_reach_another_line(projects):
    assert rules(projects, "# pilotlight: ignore[undefined-name]\nprint missing") == [
        "undefined-name"
    ]


def test_syntax_errors_cannot_be_silenced(projects):
    assert rules(projects, "print (  # pilotlight: ignore") == ["syntax"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 1  # pilotlight: ignore", ["unused-ignore"]),
        ("return 1  # pilotlight: ignore[one-scope]", ["unused-ignore"]),
        ("return x  # pilotlight: ignore[one-scope, undefined-name]", ["unused-ignore"]),
        ("return x  # pilotlight: ignore", []),
        ("return 1  # pilotlight: ignore[nonsense]", ["unknown-rule"]),
    ],
)
def test_comments_that_silence_nothing_are_told_when_asked(projects, body, expected):
    assert rules(projects, body, unused_ignores=True) == expected
    assert rules(projects, body) == [rule for rule in expected if rule != "unused-ignore"]


def test_a_schedule_that_cannot_be_read(projects):
    folder = projects.root / "Line1/ignition/scheduled/S"
    folder.mkdir(parents=True)
    (folder / "handleScheduleEvent.py").write_text("def handleScheduleEvent():\n\tpass\n")
    settings = {"files": ["handleScheduleEvent.py"], "attributes": {"cronExpression": "daily"}}
    (folder / "resource.json").write_text(json.dumps(settings))
    (diagnosis,) = check_folder(projects.root).diagnostics
    assert diagnosis.rule == "schedule"
    assert "daily" in diagnosis.message


def test_a_second_check_reads_no_script_again(projects, tmp_path, monkeypatch):
    """What was found out of an unchanged text is kept, warnings, sends and comments included."""
    projects.handler("Line1", "G", "a", "system.util.sendMessage('Line1', 'ShowAlarm')")
    projects.handler("Line1", "G", "b", "print missing\nprint other  # pilotlight: ignore")
    cache = CodeCache(tmp_path / "cache")
    first = check_folder(projects.root, cache=cache)
    assert {d.rule for d in first.diagnostics} == {"one-scope", "undefined-name"}

    made = []
    real = outlines.outline_of
    monkeypatch.setattr(outlines, "outline_of", lambda *a: made.append(a[2]) or real(*a))
    assert check_folder(projects.root, cache=cache) == first
    assert made == []
    projects.handler("Line1", "G", "b", "print payload")
    assert [d.rule for d in check_folder(projects.root, cache=cache).diagnostics] == ["one-scope"]
    assert made == ["Line1/ignition/message/b/handleMessage.py"]


def test_what_is_kept_means_what_the_other_projects_say_now(projects, tmp_path):
    """Names are looked up anew at each check."""
    projects.handler("Line1", "G", "a", "system.util.sendMessage('Line1', 'Later', scope='G')")
    cache = CodeCache(tmp_path / "cache")
    assert [d.rule for d in check_folder(projects.root, cache=cache).diagnostics] == [
        "unknown-handler"
    ]
    projects.handler("Line1", "G", "Later", "pass")
    assert check_folder(projects.root, cache=cache).diagnostics == ()


def test_profiles_are_kept_apart(projects, tmp_path):
    projects.handler("Line1", "G", "a", "return {1}")
    cache = CodeCache(tmp_path / "cache")
    for profile, expected in (("7.9", ["set-literal"]), ("8.1", []), ("7.9", ["set-literal"])):
        report = check_folder(projects.root, profile, cache=cache)
        assert [d.rule for d in report.diagnostics] == expected


def test_a_tampered_cache_is_not_believed(projects, tmp_path):
    projects.handler("Line1", "G", "a", "print missing")
    cache = CodeCache(tmp_path / "cache")
    first = check_folder(projects.root, cache=cache)
    for path in (tmp_path / "cache").glob("*/*"):
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
    assert check_folder(projects.root, cache=cache) == first


def test_several_processes_find_the_same(projects, monkeypatch, tmp_path):
    """Divided or not, in the same order."""
    for number in range(30):
        body = f"x = {number}\nprint missing{number}, u'ä'"
        projects.handler("Line1", "G", f"h{number}", body)
    monkeypatch.setattr(outlines, "WORTH_DIVIDING", 10)
    monkeypatch.setattr(outlines, "_CHUNK", 7)
    alone = check_folder(projects.root)
    assert len(alone.diagnostics) == 30
    assert check_folder(projects.root, workers=2, cache=CodeCache(tmp_path / "c")) == alone
