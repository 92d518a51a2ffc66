"""Hot reload as handlers see it: newest version, last good version, libraries, generations."""

import threading

import pytest

from tests.runtime.conftest import DEADLINE, logged


def send(host, *args, **keywords):
    return host.gateway.system.util.sendMessage(*args, **keywords)


def ask(host, handler, **payload):
    return host.gateway.system.util.sendRequest("X", handler, payload)


def test_a_save_becomes_the_running_version(projects, open_host):
    projects.handler("X", "G", "h", "return 1")
    host = open_host()
    assert ask(host, "h") == 1
    projects.handler("X", "G", "h", "return 2")
    report = host.loader.refresh()
    assert report.handlers == ("X/G/h",)
    assert ask(host, "h") == 2


def test_the_last_good_version_runs_until_a_broken_one_is_mended(projects, open_host):
    projects.handler("X", "G", "h", "return 1")
    host = open_host()
    projects.handler("X", "G", "h", "return (")
    host.loader.refresh()
    assert ask(host, "h") == 1
    assert [d.file for d in host.diagnostics] == ["X/ignition/message/h/handleMessage.py"]
    assert any("last good version" in line for line in logged(host, "ERROR", "Reload"))
    projects.handler("X", "G", "h", "return 3")
    host.loader.refresh()
    assert ask(host, "h") == 3
    assert host.diagnostics == ()


def test_a_resource_the_store_cannot_read_keeps_its_last_good_version(projects, open_host):
    projects.handler("X", "G", "h", "return 1")
    host = open_host()
    path = projects.root / "X/ignition/message/h/handleMessage.py"
    path.write_bytes(b"def handleMessage(payload):\n\treturn '\xff'\n")
    host.loader.refresh()
    assert ask(host, "h") == 1
    assert len(host.diagnostics) == 1


def test_a_broken_library_keeps_its_last_good_version(projects, open_host):
    projects.library("X", "alarms.text", "def say(): return 1\n")
    projects.handler("X", "G", "h", "return project.alarms.text.say()")
    host = open_host()
    projects.library("X", "alarms.text", "def say( return 2\n")
    host.loader.refresh()
    assert ask(host, "h") == 1
    projects.library("X", "alarms.text", "def say(): return 3\n")
    host.loader.refresh()
    assert ask(host, "h") == 3


def test_a_changed_handler_keeps_library_state(projects, open_host):
    projects.library("X", "state", "n = [0]\n")
    count = "project.state.n[0] += 1\nreturn project.state.n[0]"
    projects.handler("X", "G", "h", count)
    host = open_host()
    assert [ask(host, "h"), ask(host, "h")] == [1, 2]
    projects.handler("X", "G", "h", count + "  # changed")
    host.loader.refresh()
    assert ask(host, "h") == 3


def test_a_changed_library_gives_fresh_instances(projects, open_host):
    projects.library("X", "state", "n = [0]\n")
    projects.library("X", "other", "x = 1\n")
    projects.handler("X", "G", "h", "project.state.n[0] += 1\nreturn project.state.n[0]")
    host = open_host()
    assert [ask(host, "h"), ask(host, "h")] == [1, 2]
    projects.library("X", "other", "x = 2\n")
    host.loader.refresh()
    assert ask(host, "h") == 1


def test_reload_project_rebuilds_everything_at_each_save(projects, open_host):
    """As a real gateway does."""
    projects.library("X", "state", "n = [0]\n")
    projects.handler("X", "G", "h", "project.state.n[0] += 1\nreturn project.state.n[0]")
    projects.handler("X", "G", "i", "pass")
    host = open_host(reload="project")
    assert [ask(host, "h"), ask(host, "h")] == [1, 2]
    projects.handler("X", "G", "i", "return 1")
    host.loader.refresh()
    assert ask(host, "h") == 1


@pytest.mark.parametrize(
    "use",
    [
        "return project.alarms.text.say()",
        "return alarms.text.say()",
        "import project.alarms.text\n\treturn project.alarms.text.say()",
        "import alarms.text as t\n\treturn t.say()",
        "from alarms.text import say\n\treturn say()",
        "from project.alarms import text\n\treturn text.say()",
    ],
)
def test_libraries_resolve_with_and_without_project(projects, open_host, use):
    projects.library("X", "alarms.text", "def say(): return 'hi'\n")
    projects.handler("X", "G", "h", use.replace("\n\t", "\n"))
    assert ask(open_host(), "h") == "hi"


def test_shared_comes_from_the_project_global(projects, open_host):
    projects.library("global", "util", "def say(): return 'shared'\n")
    projects.handler("X", "G", "h", "return shared.util.say()")
    host = open_host()
    assert ask(host, "h") == "shared"
    projects.library("global", "util", "def say(): return 'new'\n")
    host.loader.refresh()
    assert ask(host, "h") == "new"


def test_a_child_inherits_and_overrides_libraries(projects, open_host):
    projects.project("Base", inheritable=True)
    projects.library("Base", "a", "def say(): return 'base a'\n")
    projects.library("Base", "b", "def say(): return 'base b'\n")
    projects.project("X", parent="Base")
    projects.library("X", "b", "def say(): return 'own b'\n")
    projects.handler("X", "G", "h", "return a.say(), b.say()")
    assert ask(open_host(profile="8.1"), "h") == ("base a", "own b")


def test_a_library_that_fails_on_first_use_fails_that_delivery(projects, open_host):
    projects.library("X", "bad", "x = 1 / 0\n")
    projects.handler("X", "G", "h", "return project.bad.x")
    projects.handler("X", "G", "i", "return 5")
    host = open_host()
    send(host, "X", "h")
    assert host.drain(DEADLINE)
    (delivery,) = host.trace
    assert delivery.status == "failed"
    assert "script-python/bad/code.py" in delivery.traceback
    assert ask(host, "i") == 5


def test_each_client_session_has_libraries_of_its_own(projects, open_host, heard):
    projects.library("X", "state", "n = [0]\n")
    projects.handler("X", "C", "h", "project.state.n[0] += 1\nsystem.test.say(project.state.n[0])")
    host = open_host()
    host.system.provide("test.say", heard)
    host.open_client("X")
    host.open_client("X")
    send(host, "X", "h", scope="C")
    send(host, "X", "h", scope="C")
    assert host.drain(DEADLINE)
    assert sorted(heard.values) == [1, 1, 2, 2]


def test_clients_update_when_told_in_manual_mode(projects, open_host, heard):
    """As Vision clients do: they keep their version until they update."""
    projects.handler("X", "C", "h", "system.test.say(1)")
    host = open_host(client_updates="manual")
    host.system.provide("test.say", heard)
    panel = host.open_client("X")
    projects.handler("X", "C", "h", "system.test.say(2)")
    host.loader.refresh()
    send(host, "X", "h", scope="C")
    assert host.drain(DEADLINE)
    panel.update()
    send(host, "X", "h", scope="C")
    assert host.drain(DEADLINE)
    assert heard.values == [1, 2]


def test_a_call_in_flight_finishes_on_its_generation(projects, open_host, heard):
    gate = threading.Event()
    projects.library("X", "v", "n = 1\n")
    body = "system.test.say('in')\nsystem.test.wait()\nsystem.test.say(project.v.n)"
    projects.handler("X", "G", "h", body)
    host = open_host()
    host.system.provide("test.say", heard)
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    send(host, "X", "h")
    heard.wait(1)
    projects.library("X", "v", "n = 2\n")
    host.loader.refresh()
    gate.set()
    send(host, "X", "h")
    assert host.drain(DEADLINE)
    assert heard.values == ["in", 1, "in", 2]


def test_a_queued_message_runs_the_newest_version(projects, open_host, heard):
    gate = threading.Event()
    projects.handler("X", "G", "block", "system.test.wait()")
    projects.handler("X", "G", "h", "system.test.say(1)")
    host = open_host()
    host.system.provide("test.say", heard)
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    send(host, "X", "block")
    send(host, "X", "h")
    projects.handler("X", "G", "h", "system.test.say(2)")
    host.loader.refresh()
    gate.set()
    assert host.drain(DEADLINE)
    assert heard.values == [2]


def test_projects_come_and_go(projects, open_host):
    import shutil

    projects.handler("X", "G", "h", "return 1")
    host = open_host()
    projects.handler("Y", "G", "h", "return 1")
    assert host.loader.refresh().projects == ("Y",)
    assert len(send(host, "Y", "h")) == 1
    shutil.rmtree(projects.root / "Y")
    assert host.loader.refresh().removed == ("Y",)
    assert send(host, "Y", "h") == []
    projects.project("X", enabled=False)
    host.loader.refresh()
    assert send(host, "X", "h") == []
    assert any('project "X" is disabled' in line for line in logged(host, "WARN"))


def test_flat_and_indented_bodies_run(projects, open_host):
    projects.handler("X", "G", "flat", "pass")
    projects.handler("X", "G", "tabbed", "pass")
    folder = projects.root / "X/ignition/message"
    (folder / "flat/handleMessage.py").write_text("n = payload['n']\nreturn n + 1\n")
    (folder / "tabbed/handleMessage.py").write_text("\tn = payload['n']\n\treturn n + 2\n")
    host = open_host()
    assert (ask(host, "flat", n=1), ask(host, "tabbed", n=1)) == (2, 3)


def test_a_watched_folder_follows_saves_under_load(projects, open_host):
    """Ten thousand messages while files change 200 times: every one is accounted for."""
    projects.library("X", "v", "n = 0\n")
    projects.handler("X", "G", "h", "return (payload['n'], project.v.n)")
    host = open_host(watch=True)
    assert host.loader.wait_until_watching(DEADLINE)
    reloads = threading.Semaphore(0)
    host.observe(lambda event: type(event).__name__ == "ReloadReport" and reloads.release())
    stop = threading.Event()

    def save():
        n = 0
        while not stop.is_set():
            n += 1
            if n % 2:
                broken = " (" if n % 10 == 5 else ""
                projects.library("X", "v", f"n = {n}{broken}\n")
            else:
                projects.handler("X", "G", "h", f"return (payload['n'], project.v.n, {n})")
            reloads.acquire(timeout=1.0)
            if n >= 200:
                stop.set()

    saver = threading.Thread(target=save)
    saver.start()
    sent = 0
    while sent < 10_000 or not stop.is_set():
        assert len(send(host, "X", "h", {"n": sent}, "G")) == 1
        sent += 1
        if sent % 200 == 0:
            assert host.drain(60)
    saver.join(60)
    assert host.drain(60)
    counters = host.trace.counters
    assert counters.accepted == counters.done == sent
