"""Event scripts other than message handlers: what runs them, and that they are deliveries."""

import json
import threading

import pytest

from tests.runtime.conftest import DEADLINE, logged

PLACES = {
    ("G", "startup"): "ignition/startup/onStartup.py",
    ("G", "shutdown"): "ignition/shutdown/onShutdown.py",
    ("G", "update"): "ignition/update/onUpdate.py",
    ("G", "timer"): "ignition/timer/{}/handleTimerEvent.py",
    ("G", "tag-change"): "ignition/tag-change/{}/onTagChange.py",
    ("G", "scheduled"): "ignition/scheduled/{}/handleScheduleEvent.py",
}


@pytest.fixture
def event(projects):
    """Writes an event script of project X: ``event("timer", "Poll", "body", delay=5)``."""

    def write(kind, name, text, **attributes):
        if not (projects.root / "X/project.json").exists():
            projects.project("X")
        path = projects.root / "X" / PLACES["G", kind].format(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "resource.json").write_text(
            json.dumps({"scope": "G", "files": [path.name], "attributes": attributes})
        )
        path.write_text(text)

    return write


@pytest.fixture
def start(open_host, heard):
    """Opens a host whose scripts find ``system.test.say`` from their very start."""

    def opened(**options):
        from runtime.system.registry import SystemRegistry

        before = SystemRegistry.__init__

        def prepared(self):
            before(self)
            self.provide("test.say", heard)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SystemRegistry, "__init__", prepared)
            return open_host(**options)

    return opened


def test_startup_and_shutdown_run_once(event, start, heard):
    event("startup", "", "def onStartup():\n\tsystem.test.say('up')\n")
    event("shutdown", "", "def onShutdown():\n\tsystem.test.say('down')\n")
    host = start()
    assert host.drain(DEADLINE)
    assert heard.values == ["up"]
    host.close(DEADLINE)
    assert heard.values == ["up", "down"]
    assert [(d.message.handler, d.status) for d in host.trace] == [
        ("startup", "done"),
        ("shutdown", "done"),
    ]


def test_they_run_again_when_one_of_them_changed(event, projects, start, heard):
    """Ignition 8.0 manual: a change to a Gateway event script runs the startup script again."""
    event("startup", "", "system.test.say('up 1')\n")
    event("shutdown", "", "system.test.say('down 1')\n")
    projects.handler("X", "G", "h", "pass")
    host = start()
    assert host.drain(DEADLINE)
    projects.handler("X", "G", "h", "return 1")
    host.loader.refresh()
    assert host.drain(DEADLINE)
    assert heard.values == ["up 1"]
    event("startup", "", "system.test.say('up 2')\n")
    host.loader.refresh()
    assert host.drain(DEADLINE)
    assert heard.values == ["up 1", "down 1", "up 2"]


def test_a_changed_library_runs_them_again(event, projects, start, heard):
    event("startup", "", "system.test.say(project.lib.n)\n")
    projects.library("X", "lib", "n = 1\n")
    host = start()
    projects.library("X", "lib", "n = 2\n")
    assert host.drain(DEADLINE)
    host.loader.refresh()
    assert host.drain(DEADLINE)
    assert heard.values == [1, 2]


def test_an_update_script_is_told_what_changed(event, projects, start, heard):
    event("update", "", "def onUpdate(actor, resources):\n\tsystem.test.say(resources)\n")
    projects.handler("X", "G", "h", "pass")
    host = start()
    projects.handler("X", "G", "h", "return 1")
    projects.handler("X", "G", "new", "pass")
    host.loader.refresh()
    assert host.drain(DEADLINE)
    (told,) = heard.values
    assert told["modified"] == ["X/ignition/message/h/handleMessage.py"]
    assert told["added"] == ["X/ignition/message/new/handleMessage.py"]
    assert told["removed"] == []


@pytest.mark.parametrize("fixed_delay", [True, False])
@pytest.mark.parametrize("shared", [True, False])
def test_a_timer_runs_again_and_again(event, start, heard, fixed_delay, shared):
    event("timer", "Poll", "def handleTimerEvent():\n\tsystem.test.say(1)\n",
          delay=5, fixedDelay=fixed_delay, sharedThread=shared, enabled=True)  # fmt: skip
    host = start()
    heard.wait(3)
    names = {r.receiver for r in host.trace}
    assert names == {"Gateway"}
    host.close(DEADLINE)
    seen = len(heard.values)
    assert host.trace.counters.accepted >= seen


def test_a_timer_that_fails_goes_on_and_is_logged(event, start, heard):
    event("timer", "Poll", "system.test.say(1)\nraise ValueError('no')\n", delay=5)
    host = start()
    heard.wait(2)
    assert any("Event script 'timer Poll'" in line for line in logged(host, "ERROR"))


def test_a_disabled_timer_never_runs(event, start, heard):
    event("timer", "Off", "system.test.say('off')\n", delay=1, enabled=False)
    event("timer", "On", "system.test.say('on')\n", delay=5)
    start()
    heard.wait(3)
    assert set(heard.values) == {"on"}


def test_an_unchanged_timer_is_left_alone_by_a_reload(event, projects, start, heard):
    event("timer", "Slow", "system.test.say(1)\n", delay=3_600_000)
    projects.handler("X", "G", "h", "pass")
    host = start()
    before = host.spaces["X"].gateway._events._active
    kept = dict(before)
    projects.handler("X", "G", "h", "return 1")
    host.loader.refresh()
    assert dict(host.spaces["X"].gateway._events._active) == kept != {}


def test_tag_changes_run_their_scripts(event, start, heard):
    event(
        "tag-change",
        "Level",
        "def onTagChange(initialChange, newValue, previousValue, event, executionCount):\n"
        "\tsystem.test.say([initialChange, newValue.value, previousValue.value,"
        " str(event.tagPath), executionCount])\n",
        paths=["[default]Line1/Level"],
        changeTypes=["ValueChange"],
    )
    host = start()
    host.tags.define("Line1/Level", 1)
    result = host.gateway.run(
        "print system.tag.writeBlocking(['[default]Line1/Level', 'nope'], [2, 3])\n"
        "print system.tag.readBlocking(['Line1/Level'])[0].value, system.tag.exists('Line1')\n"
        "print system.tag.write('Line1/Level', 2)\n"
        "print [t['name'] for t in system.tag.browse('Line1')]\n"
    )
    assert result.output == "[Good, Bad_NotFound]\n2 True\n1\n[u'Level']\n" or (
        result.output == "[Good, Bad_NotFound]\n2 True\n1\n['Level']\n"
    ), result
    assert host.drain(DEADLINE)
    path = "[default]Line1/Level"
    assert heard.values == [[False, 1, None, path, 1], [False, 2, 1, path, 2]]


def test_the_first_event_of_a_tag_that_is_there_is_initial(event, start, projects, heard):
    projects.project("X")
    host = start()
    host.tags.define("a", 5)
    event("tag-change", "A", "system.test.say([initialChange, newValue.value])\n", paths=["a"])
    host.loader.refresh()
    assert host.drain(DEADLINE)
    assert heard.values == [[True, 5]]


def test_a_bad_schedule_is_named(event, start):
    event("scheduled", "Nightly", "pass\n", cronExpression="not cron")
    host = start()
    assert any("Nightly" in str(d) or "Nightly" in line
               for d in [*host.diagnostics, ""] for line in [*logged(host, "ERROR"), ""])  # fmt: skip


def test_client_startup_runs_in_its_session(projects, start, heard):
    folder = projects.project("X").root / "X/com.inductiveautomation.vision/startup"
    folder.mkdir(parents=True)
    (folder / "onStartup.py").write_text("system.test.say(system.util.getClientId())\n")
    host = start()
    panel = host.open_client("X")
    assert host.drain(DEADLINE)
    assert heard.values in ([panel.id], [])


def test_a_host_may_be_opened_without_them(event, start, heard):
    event("startup", "", "system.test.say('up')\n")
    host = start(events=False)
    assert host.drain(DEADLINE)
    assert heard.values == []


def test_qualified_values_travel(projects, open_host):
    projects.handler("X", "G", "h", "return payload['v'].value")
    host = open_host()
    host.tags.define("a", 7)
    result = host.gateway.run(
        "v = system.tag.readBlocking(['a'])[0]\n"
        "print system.util.sendRequest('X', 'h', {'v': v})\n"
    )
    assert result.output == "7\n", result


def test_timers_of_many_threads_do_not_lose_runs(event, start, heard):
    """A dedicated timer whose script blocks does not hold the others up."""
    gate = threading.Event()
    event("timer", "Block", "system.test.wait()\n", delay=1, sharedThread=False)
    event("timer", "Run", "system.test.say(1)\n", delay=5)
    host = start()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    heard.wait(3)
    gate.set()
