"""Whatever becomes of a script that writes a tag, who follows the tag hears of its last value."""

import json
import threading
from sys import getrefcount

import pytest

from runtime.events import changes
from runtime.executors import remote_lane
from sandbox.isolation.probe import probe
from tests.runtime.conftest import DEADLINE, wait_for

TIERS = ["thread", "process"] if probe().available else ["thread"]

pytestmark = pytest.mark.parametrize("tier", TIERS)


@pytest.fixture
def follow(projects):
    """Has a script of project Y follow the tag ``T``; each of its runs waits for the gate."""
    folder = projects.project("Y").root / "Y/ignition/tag-change/watch"
    folder.mkdir(parents=True)
    (folder / "resource.json").write_text(
        json.dumps({"scope": "G", "files": ["onTagChange.py"], "attributes": {"paths": ["T"]}})
    )
    (folder / "onTagChange.py").write_text(
        "def onTagChange(initialChange, newValue, previousValue, event, executionCount):\n"
        "\tsystem.test.wait()\n"
        "\tsystem.test.say([previousValue.value, newValue.value, executionCount])\n"
    )


@pytest.fixture
def gate():
    return threading.Event()


@pytest.fixture
def start(open_host, heard, gate, tier):
    def opened(**options):
        host = open_host(tier=tier, **options)
        host.system.provide("test.say", heard)
        host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
        host.tags.define("T", 0)
        return host

    return opened


def test_a_change_is_told_though_its_writer_is_stopped(
    projects, follow, start, heard, gate, tier
):
    """A flood of changes has no sender whose end lets it go: it has happened."""
    projects.handler(
        "X",
        "G",
        "a",
        "for n in range(1, 50):\n\tsystem.tag.write('T', n)\n"
        "system.util.sendMessage('X', 'done', {}, 'G')\nwhile True:\n\tpass",
    )
    projects.handler("X", "G", "done", "print 'told'", threadType="Dedicated")
    host = start()
    host.gateway.system.util.sendMessage("X", "a", {}, "G")
    wait_for(lambda: any(each.output == "told\n" for each in host.trace))
    (writer,) = [each for each in host.trace if each.message.handler == "a"]
    assert host.kill(writer.id)
    wait_for(lambda: writer.status in {"stopped", "killed"})
    gate.set()
    assert host.drain(DEADLINE)
    assert [value for _, value, _ in heard.values] == list(range(50))


@pytest.mark.parametrize("how", ["many", "full", "large"])
def test_of_too_many_changes_the_newest_is_told(
    projects, follow, start, heard, gate, tier, how, monkeypatch
):
    """Neither a full lane nor a bound keeps it back; what it was is what was told before."""
    monkeypatch.setattr(remote_lane, "WINDOW", 1)
    host = start(queue=5 if how == "full" else 1000, queue_memory=4)
    wait_for(host.running)
    if how == "many":
        monkeypatch.setattr(changes, "MOST", 3)
    elif how == "large":
        # Of four values each, which is a MiB.
        monkeypatch.setattr(changes, "weight_of", lambda value: 1 << 18)
    else:
        projects.handler("Y", "G", "h", "pass")
        assert host.loader.refresh() is not None
        for _ in range(10):
            host.gateway.system.util.sendMessage("Y", "h", {}, "G")
    for n in range(1, 100):
        host.tags.define("T", n)
    gate.set()
    assert host.drain(DEADLINE)
    told = [value for _, value, _ in heard.values]
    assert told[0] == 0
    assert told[-1] == 99
    assert 2 <= len(told) <= 5
    assert [before for before, _, _ in heard.values][1:] == told[:-1]
    assert heard.values[-1][2] == 100


def test_a_chain_that_is_too_long_hides_no_change(projects, follow, start, heard, gate, tier):
    """What one project's handlers have sent too much of is nothing to another that follows."""
    for n in range(9):
        projects.handler(
            "X", "G", f"a{n}", f"system.util.sendMessage('X', 'a{n + 1}', {{}}, 'G')"
        )
    projects.handler(
        "X",
        "G",
        "a9",
        "try:\n"
        "\tfor n in range(100):\n\t\tsystem.util.sendMessage('X', 'a9', {}, 'G')\n"
        "except:\n\tsystem.tag.write('T', 'over')",
    )
    gate.set()
    host = start(chain=20)
    host.gateway.system.util.sendMessage("X", "a0", {}, "G")
    assert host.drain(DEADLINE)
    assert heard.values[-1][1] == "over"


def test_no_end_of_a_stack_hides_a_change(follow, start, heard, gate, tier):
    """A tag is set where there is room to tell of it, and not where there is none."""
    gate.set()
    host = start()
    ran = host.gateway.run(
        "def deeper(n):\n"
        "\ttry:\n\t\tdeeper(n + 1)\n\texcept RuntimeError:\n\t\tpass\n"
        "\ttry:\n"
        "\t\tif not system.tag.read('T').value:\n\t\t\tsystem.tag.write('T', n)\n"
        "\texcept RuntimeError:\n\t\tpass\n"
        "deeper(1)\n"
    )
    assert ran.ok, ran
    assert host.drain(DEADLINE)
    assert heard.values[-1][1] == host.tags.read(["T"])[0].value


def test_what_was_told_is_kept_by_nothing(follow, start, heard, gate, tier):
    """Neither while a worker has it nor afterwards, for the trace keeps the message for long."""
    gate.set()
    host = start()
    copied = []
    assert host.drain(DEADLINE)
    arguments = changes.change_arguments

    def noted(change, count):
        made = arguments(change, count)
        copied.append(made[1])
        return made

    changes.change_arguments = noted
    try:
        host.tags.define("T", ["large"])
    finally:
        changes.change_arguments = arguments
    assert host.drain(DEADLINE)
    assert heard.values[-1][1] == ["large"]
    (value,) = copied
    wait_for(lambda: getrefcount(value) <= 3)
