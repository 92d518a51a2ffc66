"""Event scripts other than message handlers: what runs them, and that they are deliveries."""

import json
import threading
from itertools import pairwise

import pytest

from runtime.executors import base
from sandbox.library.java.throwables import JavaThrowable
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


def test_what_a_script_does_to_a_tags_value_stays_with_it(event, start, projects, heard):
    """A list or a date that was read, browsed or told is no way to write a tag."""
    spoil = (
        "\tfor held in given:\n"
        "\t\tif held.value is not None: held.value.append('mine')\n"
        "\t\theld.timestamp.setTime(0)\n"
    )
    for name in ("A", "B"):
        event(
            "tag-change",
            name,
            "def onTagChange(initialChange, newValue, previousValue, event, executionCount):\n"
            "\tsystem.test.say(event.currentValue.value)\n"
            "\tgiven = [newValue, previousValue]\n" + spoil,
            paths=["[default]L"],
        )
    projects.handler(
        "X",
        "G",
        "spoil",
        "given = [system.tag.read('L'), system.tag.readAll(['L'])[0],"
        " system.tag.readBlocking(['L'])[0], list(system.tag.browse(''))[0]['value']]\n"
        + spoil.replace("\t", "", 1).replace("\n\t", "\n"),
    )
    host = start()
    host.tags.define("[default]L", [1])
    host.gateway.system.util.sendMessage("X", "spoil", {}, "G")
    assert host.drain(DEADLINE)
    assert {d.status for d in host.trace} == {"done"}, [d.error for d in host.trace]
    held = host.tags.read(["[default]L"])[0]
    assert held.value == [1]
    assert held.timestamp.getTime() > 0
    assert heard.values == [[1], [1]]


def test_a_provider_is_given_plain_data(projects, open_host):
    """A provider of the embedding program's own gets no object that a script goes on using."""
    given = []
    host = open_host()
    host.tags.write = lambda paths, values: given.append(values) or []
    host.gateway.run("x = [1]\nsystem.tag.writeBlocking(['a'], [x])\nx.append(2)\n")
    refused = host.gateway.run(
        "class C(object): pass\nsystem.tag.writeBlocking(['a', 'b'], [1, C()])\n"
    )
    assert given == [[[1]]]
    assert "cannot be sent" in refused.traceback


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
    assert any("Nightly" in line for line in logged(host, "ERROR"))


def test_a_script_that_cannot_be_armed_holds_up_no_other(event, start, heard, monkeypatch):
    """Whatever is wrong with one event script, the host opens and the others run."""
    from runtime.events import runner

    real = runner._Repeating.__init__

    def broken(self, receiver, script, fire):
        if script.name == "A":
            raise OverflowError("too large")
        real(self, receiver, script, fire)

    monkeypatch.setattr(runner._Repeating, "__init__", broken)
    event("timer", "A", "system.test.say('a')\n", delay=1)
    event("timer", "B", "system.test.say('b')\n", delay=1)
    host = start()
    assert heard.wait(2)[:2] == ["b", "b"]
    assert any("timer/A" in line and "will not run" in line for line in logged(host, "ERROR"))


def test_a_timers_length_is_bounded(event, start, heard):
    """A delay that no clock can count is a fault of its own script alone."""
    event("timer", "A", "pass\n", delay=10**400)
    event("timer", "B", "system.test.say('b')\n", delay=1)
    start()
    assert heard.wait(1)[0] == "b"


def test_what_fails_later_ends_no_other(start, projects, heard):
    """A function of the host that raises is told, and the thread of all timers goes on."""
    projects.project("X")
    host = start()

    def fail():
        raise JavaThrowable("broken")

    for _ in range(2):
        host.timers.after(0, fail)
        host.timers.after(0, lambda: heard("later"))
    heard.wait(2)
    assert len([line for line in logged(host, "ERROR") if "a defect of the host" in line]) == 2


def test_threads_of_its_own_are_bounded(event, start, projects, heard):
    """What asks for one more shares one; a reload that takes some away makes room."""
    for number in range(base.OWN_LANES + 20):
        projects.handler("X", "G", f"h{number}", "system.test.say('h')", threadType="Dedicated")
    for number in range(20):
        event("timer", f"t{number}", "system.test.say('t')\n", delay=1, sharedThread=False)
    host = start()
    for number in range(base.OWN_LANES + 20):
        host.gateway.system.util.sendMessage("X", f"h{number}", {}, "G")
    heard.wait(base.OWN_LANES + 60)
    assert {"h", "t"} <= set(heard.values)
    receiver = host.spaces["X"].gateway
    executor = receiver.executor
    lanes = executor._all_lanes() if host.tier == "thread" else executor._lanes()
    assert len(lanes) <= base.OWN_LANES + 4
    assert len([line for line in logged(host, "WARN") if "threads of its own" in line]) == 1
    for number in range(30):
        (projects.root / f"X/ignition/message/h{number}/handleMessage.py").unlink()
        (projects.root / f"X/ignition/message/h{number}/resource.json").unlink()
        (projects.root / f"X/ignition/message/h{number}").rmdir()
    for number in range(20):
        event("timer", f"t{number}", "pass\n", delay=1, enabled=False)
    host.loader.refresh()
    assert host.drain(DEADLINE)
    lane = receiver.executor.lane_of(f"h{base.OWN_LANES + 19}")
    assert "dedicated" in lane.name


VISION = {
    "startup": "startup/onStartup.py",
    "shutdown": "shutdown/onShutdown.py",
    "timer": "timer/{}/handleTimerEvent.py",
    "tag-change": "tag-change/{}/onTagChange.py",
}


def client_event(projects, kind, name, text, **attributes):
    folder = projects.project("X").root / "X/com.inductiveautomation.vision"
    path = folder / VISION[kind].format(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    description = {"files": [path.name], "attributes": attributes}
    (path.parent / "resource.json").write_text(json.dumps(description))


def test_client_event_scripts_run_in_each_session(projects, start, heard):
    """Startup when it opens, shutdown when it closes, each as that session and in its books."""
    client_event(projects, "startup", "", "system.test.say(['up', system.util.getClientId()])\n")
    client_event(projects, "shutdown", "", "system.test.say(['down', system.util.getClientId()])\n")
    host = start()
    panel, other = host.open_client("X"), host.open_client("X")
    assert host.drain(DEADLINE)
    assert sorted(heard.values) == sorted([["up", panel.id], ["up", other.id]])
    panel.close()
    assert heard.values[2:] == [["down", panel.id]]
    assert {d.receiver for d in host.trace} == {panel.id, other.id}


def test_a_clients_shutdown_script_does_not_wait_behind_its_messages(projects, start, heard):
    """What waits for a session that closes is undelivered; its shutdown script is not."""
    gate = threading.Event()
    client_event(projects, "shutdown", "", "system.test.say('down')\n")
    projects.handler("X", "C", "block", "system.test.wait()")
    host = start()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    panel = host.open_client("X")
    for _ in range(3):
        host.gateway.run("system.util.sendMessage('X', 'block', scope='C')")
    panel.close()
    assert heard.values == ["down"]
    gate.set()
    assert host.drain(DEADLINE)
    ends = [d.status for d in host.trace if d.message.handler == "block"]
    assert ends.count("undelivered") == 2


def test_client_timers_and_tag_changes_end_with_the_session(projects, start, heard):
    client_event(projects, "timer", "Tick", "system.test.say(system.util.getClientId())\n", delay=5)
    client_event(projects, "tag-change", "Level", "system.test.say(newValue.value)\n", paths=["a"])
    host = start()
    host.tags.define("a", 1)
    panel = host.open_client("X")
    heard.wait(4)
    assert set(heard.values) == {1, panel.id}
    panel.close()
    assert host.drain(DEADLINE)
    heard.values.clear()
    host.tags.define("a", 2)
    assert host.drain(DEADLINE)
    assert heard.values == []


def test_a_shutdown_ends_before_the_next_startup_however_wide_the_lane(event, start, heard):
    """Profile 8.x runs Shared handlers four at a time; these are serial all the same."""
    event("startup", "", "system.test.say('up 1')\n")
    event("shutdown", "", "system.test.wait()\nsystem.test.say('down 1')\n")
    host = start(profile="8.1")
    gate = threading.Event()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    heard.wait(1)
    event("startup", "", "system.test.say('up 2')\n")
    host.loader.refresh()
    assert heard.values == ["up 1"]
    gate.set()
    assert heard.wait(3) == ["up 1", "down 1", "up 2"]


def test_reload_project_runs_them_again_at_each_save(event, projects, start, heard):
    """As a real gateway does, which makes the whole project anew."""
    event("startup", "", "system.test.say('up')\n")
    event("shutdown", "", "system.test.say('down')\n")
    projects.handler("X", "G", "h", "pass")
    host = start(reload="project")
    assert host.drain(DEADLINE)
    projects.handler("X", "G", "h", "return 1")
    host.loader.refresh()
    assert host.drain(DEADLINE)
    assert heard.values == ["up", "down", "up"]


def test_projects_of_8_1_run_and_reload_from_their_bundle(
    event, projects, open_host, heard, tmp_path
):
    """``data.bin`` is served in place: its bare bodies run, and a new one takes over."""
    import shutil

    from project_store.store import ProjectStore
    from project_store.transfer import export_project

    def bundle(text):
        event("startup", "", f"def onStartup():\n\tsystem.test.say('{text}')\n")
        target = tmp_path / text
        export_project(ProjectStore(projects.root).load().projects["X"], target, "8.1")
        return target / "X"

    event(
        "tag-change",
        "Level",
        "def onTagChange(initialChange, newValue, previousValue, event, executionCount):\n"
        "\tsystem.test.say([initialChange, newValue.value, str(event.tagPath)])\n",
        paths=["[default]a"],
    )
    event("timer", "Tick", "def handleTimerEvent():\n\tsystem.test.say('tick')\n", delay=5)
    first, second = bundle("one"), bundle("two")
    shutil.rmtree(projects.root / "X")
    shutil.copytree(first, projects.root / "X")
    assert (projects.root / "X/ignition/event-scripts/data.bin").is_file()
    host = open_host(events=False)
    host.system.provide("test.say", heard)
    host.runs_events = True
    host.loader._follow(host.spaces)
    host.tags.define("a", 3)
    heard.wait(4)
    assert "one" in heard.values
    assert [False, 3, "[default]a"] in heard.values
    assert "tick" in heard.values
    data = "ignition/event-scripts/data.bin"
    shutil.copy(second / data, projects.root / "X" / data)
    host.loader.refresh()
    assert host.drain(DEADLINE) or True
    with heard._more:
        assert heard._more.wait_for(lambda: "two" in heard.values, DEADLINE)


class _Clock:
    """Timers that are fired by hand."""

    def __init__(self):
        self.waiting = []

    def after(self, seconds, call):
        self.waiting.append((seconds, call))
        return self


def test_a_schedule_runs_once_a_moment_though_the_timer_is_early():
    """Its next moment is always later than the one that ran."""
    from types import SimpleNamespace

    from project_store.model import ScheduledScript
    from runtime.events.runner import _Scheduled

    clock, fired = _Clock(), []
    receiver = SimpleNamespace(host=SimpleNamespace(timers=clock), letter="G")
    script = ScheduledScript("X", "G", "scheduled", "s", "pass", "f", cron="*/5 * * * *")
    scheduled = _Scheduled(receiver, script, fired.append)
    moments = [scheduled._last]
    for _ in range(4):
        clock.waiting.pop()[1]()
        moments.append(scheduled._last)
    assert len(fired) == 4
    steps = {(b - a).total_seconds() for a, b in pairwise(moments)}
    assert steps == {300.0}
    assert 0 < clock.waiting[0][0] <= 1500


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
        "v = system.tag.readBlocking(['a'])[0]\nprint system.util.sendRequest('X', 'h', {'v': v})\n"
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
