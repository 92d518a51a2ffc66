"""Event scripts of 8.0 and 8.1: what their bundles mean, and that they are served in place."""

import gzip
import json
import random
from dataclasses import replace

import pytest

from project_store.errors import FormatError
from project_store.formats import objects
from project_store.formats.binary_xml import ClassName, Element
from project_store.formats.bundle import scripts_in
from project_store.formats.config import bundle_of
from project_store.formats.events import Script
from project_store.model import TimerScript
from tests.project_store.bundles import (
    BODY,
    CONFIG,
    bean,
    binary,
    call,
    handlers,
    put_bundle,
    text,
)


def test_message_handlers_of_a_bundle():
    """Handlers are entries of a map; only settings that are not default are written."""
    data = binary(
        handlers(
            ([call("setName", text("A"))], text(BODY)),
            ([call("setName", text("B")), call("setThreadType", text("Dedicated"))], text(BODY)),
        )
    )
    found = scripts_in(data, "G")
    assert [(s.name, dict(s.settings)) for s in found.scripts] == [
        ("A", {}),
        ("B", {"threadType": "Dedicated"}),
    ]
    assert found.left == []


def test_a_name_in_a_bundle_can_be_shown(plant):
    """One that forges a line of log is left out and told."""
    plant.project()
    put_bundle(plant, [Script("timer", "a\nERROR", "pass", {}), Script("timer", "b", "pass", {})])
    project = plant.load()
    assert [name for _, _, name in project.event_scripts] == ["b"]
    [fault] = [d for d in project.diagnostics if d.rule == "name"]
    assert "timer 'a\\nERROR' cannot be shown" in fault.message


def test_names_that_come_again_are_numbered_at_once():
    """However often one comes, finding a free name for it is one step."""
    taken = {}
    free = [objects._free_name("x", taken) for _ in range(20_000)]
    assert (free[:3], free[-1]) == (["x", "x (2)", "x (3)"], "x (20000)")
    assert objects._free_name("X (3)", taken) == "X (3) (2)"
    assert objects._free_name("y (2)", taken) == "y (2)"
    assert [objects._free_name("y", taken) for _ in range(2)] == ["y", "y (3)"]


def test_texts_that_scripts_share_count_for_each():
    """A small file that stands for a large amount of text is refused."""
    entries = [([call("setName", text("h0"))], text("x" * 100_000, 7))]
    for number in range(1, 200):
        entries.append(([call("setName", text(f"h{number}"))], Element(reference=7)))
    with pytest.raises(FormatError, match="16384 KiB together"):
        scripts_in(binary(handlers(*entries)), "G")


def test_a_number_in_a_bundle_has_a_largest_one(plant):
    """A delay that no clock counts is left out and told."""
    plant.project()
    put_bundle(plant, [Script("timer", "a", "pass", {"delay": 10**12})])
    project = plant.load()
    assert not project.event_scripts
    assert "more than 12 digits" in project.diagnostics[0].message


def test_code_may_be_a_back_reference():
    """Two handlers with the same text share it by a reference, and so may names."""
    data = binary(
        handlers(
            ([call("setName", text("A", 5))], text(BODY, 6)),
            ([call("setName", text("B"))], Element(reference=6)),
        )
    )
    assert [s.source for s in scripts_in(data, "G").scripts] == [BODY, BODY]


@pytest.mark.parametrize("number", [7, -1])
def test_references_to_nothing(number):
    """A reference to an object that was not seen is an error."""
    with pytest.raises(FormatError, match="refers to"):
        scripts_in(binary(handlers(([], Element(reference=number)))), "G")


def test_objects_that_hold_themselves():
    """A menu whose entry is the menu itself ends at a depth, not in a hang."""
    node = "com.inductiveautomation.factorypmi.application.script.MenuNode"
    inner = call("add", Element(reference=1))
    menu = Element(
        "o",
        object_id=1,
        attributes={"cls": ClassName(node)},
        children=[call("setChildren", bean("java.util.LinkedList", inner, inner, inner))],
    )
    cls = "com.inductiveautomation.factorypmi.application.script.ClientScriptConfig"
    with pytest.raises(FormatError):
        scripts_in(binary(bean(cls, call("setMenuRoot", menu))), "C")


def test_enumerated_values_and_foreign_spellings():
    """Enumerated values, numbers as text and truth values as text are understood."""
    change = Element("enum", attributes={"cls": ClassName("x.ChangeType"), "n": "ValueChange"})
    script = bean(
        "x.TagChangeScript",
        call("setName", text("T")),
        call("setPaths", bean("java.util.ArrayList", call("add", text("[default]a")))),
        call("setChangeTypes", bean("java.util.HashSet", call("add", change))),
        call("setEnabled", Element("bool", content="false")),
        call("setScript", text("print event\n")),
    )
    timer = bean(
        "x.TimerKey", call("setName", text("t")), call("setDelay", Element("int", content="250"))
    )
    config = bean(
        CONFIG,
        call("setTagChangeScripts", bean("java.util.ArrayList", call("add", script))),
        call("setTimerScripts", bean("java.util.HashMap", call("put", timer, text("tick()")))),
    )
    found = {s.kind: s for s in scripts_in(binary(config), "G").scripts}
    assert dict(found["tag-change"].settings) == {
        "paths": ("[default]a",),
        "changeTypes": ("ValueChange",),
        "enabled": False,
    }
    assert dict(found["timer"].settings) == {"delay": 250}


def test_unknown_parts_are_left_and_named():
    """What is not understood is told, and the rest is taken."""
    config = bean(
        CONFIG, call("setFancyScripts", text("x")), call("setStartupScript", text("start()"))
    )
    found = scripts_in(binary(config), "G")
    assert found.left == ["FancyScripts: not known"]
    assert [s.kind for s in found.scripts] == ["startup"]


def test_text_form_of_a_bundle():
    """A bundle may hold the text form, compressed or not."""
    xml = (
        b"<?xml version='1.0' encoding='UTF-8'?><objects><o cls='x.ScriptConfig'>"
        b"<o-c m='setStartupScript' s='1;str'><str id='0'>a &lt; b</str></o-c>"
        b"<o-c m='setShutdownScript' s='1;str'><ref>0</ref></o-c></o></objects>"
    )
    for data in (xml, gzip.compress(xml)):
        assert [s.source for s in scripts_in(data, "G").scripts] == ["a < b", "a < b"]


def test_session_scripts():
    """Perspective session scripts are JSON; unknown members are left and named."""
    value = {
        "onStartup": "\tpass",
        "onBarcodeDataReceived": {"script": "\tx = 1", "enabled": False},
        "onShutdown": "",
        "messageHandlers": [{"name": "M", "script": "\tpass", "threadType": "Dedicated"}],
        "somethingNew": 3,
    }
    found = scripts_in(json.dumps(value).encode(), "S")
    assert [(s.kind, s.name, dict(s.settings)) for s in found.scripts] == [
        ("startup", "", {}),
        ("barcode", "", {"enabled": False}),
        ("message", "M", {"threadType": "Dedicated"}),
    ]
    assert found.left == ["somethingNew: not known"]


@pytest.mark.parametrize("data", [b"", b"\0", b"{", b"[]", b"PK\3\4", gzip.compress(b"x", mtime=0)])
@pytest.mark.parametrize("scope", ["G", "C", "S"])
def test_what_is_no_bundle(data, scope):
    """Anything else is an error that says so."""
    with pytest.raises(FormatError):
        scripts_in(data, scope)


# 8.1 projects served in place.


def test_bundles_are_served_in_place(plant):
    """A project of 8.1 loads as it is: handlers and events of all three scopes."""
    plant.project()
    message = Script("message", "H", BODY, {"threadType": "Dedicated"})
    put_bundle(plant, [message, Script("timer", "T", "tick()", {"delay": 5})])
    vision = "com.inductiveautomation.vision/client-event-scripts"
    put_bundle(
        plant, [Script("message", "H", BODY, {"threadType": "EDT"})], folder=vision, scope="C"
    )
    session = "com.inductiveautomation.perspective/session-scripts"
    put_bundle(plant, [Script("startup", "", "\tpass")], folder=session, scope="S")
    project = plant.load()
    assert project.handlers["G", "H"].thread_type == "Dedicated"
    assert project.handlers["C", "H"].thread_type == "EDT"
    assert project.handlers["G", "H"].file == "X/ignition/event-scripts/data.bin"
    timer = project.event_scripts["G", "timer", "T"]
    assert isinstance(timer, TimerScript)
    assert (timer.delay, timer.fixed_delay, timer.shared_thread) == (5, True, True)
    assert project.event_scripts["S", "startup", ""].source == "\tpass"
    assert project.diagnostics == ()


def test_a_changed_bundle_names_what_changed(plant):
    """Of a bundle that is written anew only what differs is a change."""
    plant.project()
    scripts = [Script("message", name, BODY) for name in "AB"]
    file = put_bundle(plant, scripts)
    store = plant.store()
    put_bundle(
        plant, [scripts[0], replace(scripts[1], source=BODY + "\n"), Script("startup", "", "x")]
    )
    change = store.refresh([file])
    assert change.handlers == {("X", "G", "B")}
    assert change.event_scripts == {("X", "G", "startup", "")}


def test_a_broken_bundle_breaks_what_it_held(plant):
    """While a bundle cannot be read, all that it held is named as broken."""
    plant.project()
    file = put_bundle(plant, [Script("message", "A", BODY), Script("startup", "", "x")])
    store = plant.store()
    file.write_bytes(file.read_bytes()[:40])
    project = store.refresh([file]).after.projects["X"]
    assert project.broken == {("G", "A"), ("startup:G", "")}
    assert project.diagnostics[0].rule == "format"
    assert "at byte" in project.diagnostics[0].message


def test_faults_inside_a_bundle_are_of_one_script(plant):
    """A bad script in a bundle is one diagnostic, and the others load."""
    plant.project()
    put_bundle(
        plant,
        [
            Script("message", "good", BODY),
            Script("message", "edt", BODY, {"threadType": "EDT"}),
            Script("message", "empty", " "),
        ],
    )
    project = plant.load()
    assert set(project.handlers) == {("G", "good")}
    assert project.broken == {("G", "edt"), ("G", "empty")}
    assert {d.rule for d in project.diagnostics} == {"thread-type", "empty"}


def test_text_wins_over_a_bundle(plant):
    """Where both generations hold a handler the text one is taken, with a warning."""
    plant.project()
    put_bundle(plant, [Script("message", "H", BODY + "# old\n")])
    plant.handler("H", source=BODY)
    project = plant.load()
    assert project.handlers["G", "H"].source == BODY
    assert [(d.rule, d.severity) for d in project.diagnostics] == [("twice", "warning")]


def rich_bundle(scope):
    scripts = [
        Script("message", "H", BODY, {"threadType": "Dedicated", "enabled": False}),
        Script("timer", "T", "tick()", {"delay": 5, "fixedDelay": False}),
        Script("tag-change", "C", "x", {"paths": ("a", "b"), "changeTypes": ("ValueChange",)}),
        Script("scheduled", "S", "x", {"cronExpression": "* * * * *"}),
        Script("startup", "", "x"),
        Script("menubar", "M", "", {"path": ("M",), "position": (0,)}),
        Script("menubar", "M/N", "go()", {"path": ("M", "N"), "position": (0, 0)}),
        Script("keystroke", "F1", "k()", {"keystroke": (("display", "F1"),)}),
    ]
    return gzip.decompress(bundle_of(scripts, scope))


@pytest.mark.parametrize("scope", ["G", "C"])
def test_mutated_bundles_never_crash(scope):
    """Whatever is changed in a bundle's bytes, it gives scripts or an error of format."""
    chance = random.Random(11)
    base = rich_bundle(scope)
    taken = 0
    for _ in range(4000):
        data = bytearray(base)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data))
            if chance.random() < 0.7:
                # Identifiers are small numbers in the last byte of four: swap what is said.
                data[at] = chance.choice([data[chance.randrange(len(data))], chance.randrange(60)])
            else:
                del data[at : at + chance.randint(1, 5)]
        try:
            taken += len(scripts_in(bytes(data), scope).scripts)
        except FormatError:
            continue
    assert taken > 100


def test_mutated_text_never_crashes():
    """The same holds for the text form."""
    chance = random.Random(12)
    base = (
        b"<objects><o cls='x.ScriptConfig' id='0'><o-c m='setTimerScripts' s='1;O'>"
        b"<o cls='java.util.HashMap'><o-c m='put' s='2;O;O'><o cls='x.TimerKey'>"
        b"<o-c m='setName' s='1;str'><str id='1'>T</str></o-c><o-c m='setDelay' s='1;l'>"
        b"<lng>250</lng></o-c></o><str>tick()</str></o-c></o></o-c>"
        b"<o-c m='setStartupScript' s='1;str'><ref>1</ref></o-c></o></objects>"
    )
    words = [b"<ref>0</ref>", b"<null/>", b"<o/>", b"<str/>", b"'1'", b"put", b"add", b"<o-c/>"]
    taken = 0
    for _ in range(4000):
        data = bytearray(base)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data))
            size = chance.choice([0, 1, 1, 5, 20])
            data[at : at + size] = chance.choice([b"", *words, base[at : at + 30]])
        try:
            taken += len(scripts_in(bytes(data), "G").scripts)
        except FormatError:
            continue
    assert taken > 20
