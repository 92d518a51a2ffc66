"""Projects on disk, hosts on them, and waits with a deadline."""

import json
import os
import threading
from pathlib import Path
from time import monotonic

import pytest

from runtime import ScriptHost
from sandbox.isolation.probe import probe

CONTRACT = {
    "test_events",
    "test_failures",
    "test_inheritance",
    "test_lanes",
    "test_provided_errors",
    "test_reload",
    "test_requests",
    "test_hostile_values",
    "test_running",
    "test_send_message",
}
DEADLINE = 10.0
FOLDERS = {"G": "ignition/message", "C": "com.inductiveautomation.vision/message"}


class Projects:
    """Writes projects in Ignition 8.3's layout into a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def project(self, name, **settings):
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "project.json").write_text(json.dumps({"title": name, **settings}))
        return self

    def handler(self, project, scope, name, body, **attributes):
        """``body`` is flat text; each line goes into the handler's function."""
        if not (self.root / project / "project.json").exists():
            self.project(project)
        folder = self.root / project / FOLDERS[scope] / name
        folder.mkdir(parents=True, exist_ok=True)
        text = "def handleMessage(payload):\n" + "".join(
            f"\t{line}\n" for line in body.splitlines()
        )
        if attributes or not (folder / "resource.json").exists():
            (folder / "resource.json").write_text(
                json.dumps(
                    {
                        "scope": scope,
                        "version": 1,
                        "files": ["handleMessage.py"],
                        "attributes": {"threadType": "Shared", "enabled": True, **attributes},
                    }
                )
            )
        (folder / "handleMessage.py").write_text(text)
        return self

    def library(self, project, path, text):
        if not (self.root / project / "project.json").exists():
            self.project(project)
        folder = self.root / project / "ignition/script-python" / path.replace(".", "/")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "resource.json").write_text(
            json.dumps({"scope": "A", "version": 1, "files": ["code.py"], "attributes": {}})
        )
        (folder / "code.py").write_text(text)
        return self


@pytest.fixture
def projects(tmp_path):
    return Projects(tmp_path / "projects")


def pytest_generate_tests(metafunc):
    """Tests of the contract hold in both tiers, where this machine can lock a process."""
    module = metafunc.module.__name__.rpartition(".")[2]
    if "open_host" in metafunc.fixturenames and module in CONTRACT and probe().available:
        metafunc.parametrize("tier_under_test", ["thread", "process"], indirect=True)


@pytest.fixture
def tier_under_test(request):
    """The tier of hosts that a test opens without naming one."""
    return getattr(request, "param", os.environ.get("PILOTLIGHT_TEST_TIER"))


@pytest.fixture
def open_host(projects, tier_under_test):
    """Opens hosts on the projects; closes them all, and their books must balance."""
    opened = []

    def start(**options):
        projects.root.mkdir(parents=True, exist_ok=True)
        options.setdefault("watch", False)
        options.setdefault("tier", tier_under_test)
        host = ScriptHost.open(projects.root, **options)
        opened.append(host)
        return host

    yield start
    for host in opened:
        host.close(DEADLINE)
        assert host.trace.counters.balanced, host.trace.counters


class Heard:
    """Collects what a provided ``system.test.say`` is told, and waits for a number of calls."""

    def __init__(self) -> None:
        self.values = []
        self._more = threading.Condition()

    def __call__(self, value=None):
        with self._more:
            self.values.append(value)
            self._more.notify_all()

    def wait(self, count):
        with self._more:
            assert self._more.wait_for(lambda: len(self.values) >= count, DEADLINE), self.values
            return self.values


@pytest.fixture
def heard():
    return Heard()


def logged(host, level=None, logger=None):
    """The log's lines as text, of one level and logger."""
    return [
        str(r)
        for r in host.logbook
        if (level is None or r.level == level) and (logger is None or r.logger == logger)
    ]


def wait_for(condition):
    """Wait until something holds that nobody tells of."""
    until, pause = monotonic() + DEADLINE, threading.Event()
    while not condition():
        assert monotonic() < until, "it did not come to hold"
        pause.wait(0.005)
