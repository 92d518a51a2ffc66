"""The attack corpus against real hosts: as user scripts and as handlers, in both tiers."""

import gc
import os
import threading
import time
from pathlib import Path

import pytest

from sandbox.isolation.probe import probe

DEADLINE = 20.0
ROOT = Path(__file__).parents[1] / "fixtures" / "attacks"
FILES = sorted(ROOT.glob("*/*.py2"))
TIERS = ["thread", "process"] if probe().available else ["thread"]
SECRET = "S3CRET-of-the-host"
# What the corpus calls its prey, as a host's scripts have it.
PRELUDE = "host = system.prey\nwin = system.prey.win\nlate = system.prey.late\nkeep = []\n"


class Prey:
    """A host with something to steal, something to change, and something to set off."""

    def __init__(self, open_host, projects, tier):
        projects.project("P").library("P", "poison", "__all__ = ['__builtins__']\n")
        self.won, self.late = [], []
        self.items, self.table = [1, 2, 3], {"a": 1}
        self.secret = SECRET
        self.host = open_host(tier=tier, profile="8.1", deadline=2.0)
        provide = self.host.system.provide
        provide("prey.win", lambda *_: self.won.append(1))
        provide("prey.late", lambda *_: self.late.append(1))
        provide("prey.greet", lambda name="you": f"hello {name}")
        provide("prey.items", lambda: self.items)
        provide("prey.table", lambda: self.table)
        provide("prey.proxy", lambda: self.table)
        provide("prey.check", lambda value: type(value) is str and value == self.secret)
        provide("prey.amount", lambda value: type(value) is int and value > 1000 and False)
        provide("prey.path", lambda value: False)
        provide("prey.read", lambda path: "")
        provide("prey.keep", lambda value: None)
        provide("prey.fail", self._fail)

    def _fail(self):
        secret = self.secret
        raise ValueError("it failed") from RuntimeError(secret)

    def verdict(self, shown):
        """Why the last attack won; empty when it did not."""
        if self.host.tier == "thread":
            gc.collect()
        reasons = []
        if self.won:
            reasons.append("it called win()")
        if SECRET in shown:
            reasons.append("it shows the secret")
        if (self.items, self.table, self.secret) != ([1, 2, 3], {"a": 1}, SECRET):
            reasons.append("it changed what is the host's")
        self.won.clear()
        return "; ".join(reasons)


@pytest.fixture(params=TIERS)
def prey(request, open_host, projects, monkeypatch):
    """A host of each tier; its environment has a secret of its own."""
    monkeypatch.setenv("PILOTLIGHT_SECRET", SECRET)
    found = Prey(open_host, projects, request.param)
    # What the tests hold need not be looked through at every collection.
    gc.freeze()
    yield found
    gc.unfreeze()
    assert os.environ["PILOTLIGHT_SECRET"] == SECRET
    assert found.host.gateway.run("print 6 * 7").output == "42\n"
    assert {t.name for t in threading.enumerate() if t.name == "stray"} == set()


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_user_script_wins(prey):
    """Each attack is refused or ends in a result; none reaches the host, then or later."""
    winners = {}
    for path in FILES:
        source = PRELUDE + path.read_text()
        began = time.monotonic()
        result = prey.host.gateway.run(source, path.name, project="P", timeout=2.0)
        assert time.monotonic() - began < 4.0, path.stem
        ended = len(prey.late)
        why = prey.verdict(f"{result.output}{result.traceback}{result.diagnostics}")
        if len(prey.late) > ended:
            why += "; it ran code after its run"
        if why:
            winners[path.stem] = why
    assert prey.host.drain(DEADLINE)
    assert winners == {}


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_handler_wins(prey, projects):
    """The same within handlers, which share their libraries and worker with each other."""
    for number, path in enumerate(FILES):
        projects.handler("P", "G", f"a{number}", "pass")
        text = f"{PRELUDE}{path.read_text()}\ndef handleMessage(payload):\n\tpass\n"
        (projects.root / f"P/ignition/message/a{number}/handleMessage.py").write_text(text)
    prey.host.loader.refresh()
    winners = {}
    for number, path in enumerate(FILES):
        prey.host.gateway.system.util.sendMessage("P", f"a{number}", {}, "G")
        assert prey.host.drain(DEADLINE), path.stem
        (delivery,) = prey.host.trace.messages[-1].deliveries
        why = prey.verdict(
            f"{delivery.output}{delivery.traceback}{delivery.error}{delivery.returned}"
        )
        if why:
            winners[path.stem] = why
    assert winners == {}
