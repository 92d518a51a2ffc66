"""What a project may call: all of ``system``, or what the operator named, in either tier."""

import pytest

from runtime.executors import answers, fleet, protocol
from runtime.executors.values import CODEC
from sandbox.isolation.probe import probe

DEADLINE = 20.0
LOCKABLE = probe().available
TIERS = ["thread", "process"] if LOCKABLE else ["thread"]
locked = pytest.mark.skipif(not LOCKABLE, reason="this machine cannot lock a process")

TRY = """
import java.lang
def attempt(f, *args):
    try:
        return f(*args)
    except java.lang.SecurityException, e:
        return e.getMessage()
print attempt(system.util.sendMessage, 'X', 'h')
print attempt(system.util.getProjectName)
print attempt(system.tag.exists, 'a')
print attempt(system.db.query, 'q')
print attempt(system.db.update, 'u')
"""


@pytest.mark.parametrize("tier", TIERS)
def test_what_is_not_granted_is_refused_by_name(projects, open_host, tier):
    """A function outside of the grant raises a SecurityException that names the setting."""
    projects.handler("X", "G", "h", "pass")
    projects.project("Y")
    grants = {"X": {"system": ["util.getProjectName", "tag", "db.query"]}}
    host = open_host(tier=tier, grants=grants)
    host.system.provide("db.query", lambda q: q * 2)
    host.system.provide("db.update", lambda q: 1)
    lines = host.gateway.run(TRY, project="X").output.splitlines()
    assert lines[1:4] == ["X", "False", "qq"]
    for line, name in ((lines[0], "util.sendMessage"), (lines[4], "db.update")):
        assert f"system.{name} is not granted to project X" in line
        assert f'[sandbox.grants.X] system = ["{name}", ...]' in line
    lines = host.gateway.run(TRY, project="Y").output.splitlines()
    assert lines[1:] == ["Y", "False", "qq", "1"]
    assert "sendStatus=SENT" in lines[0]
    assert host.drain(DEADLINE)


@locked
def test_the_host_holds_a_worker_to_it(projects, open_host):
    """A worker that asks all the same is refused by the host."""
    projects.handler("X", "G", "h", "pass")
    host = open_host(tier="process", grants={"X": {"system": ["util.sendMessage"]}})
    host.system.provide("db.query", lambda: 1)
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(DEADLINE)
    [link] = fleet.fleet_of(host)._links
    sent, send = [], link.send

    def tap(*messages, flush=True):
        sent.extend(one for one in messages if type(one) is protocol.Return)
        send(*(one for one in messages if type(one) is not protocol.Return), flush=flush)

    link.send = tap
    for asked in ("sendRequest", "getSessionInfo", "tags.write", "db.query", "request.wait"):
        assert link._answers.take(protocol.Ask(1, "", 0, asked, CODEC.encode(([], {}))))
        assert sent[-1].error == "java.lang.SecurityException"
    arguments = ("X", "h", None, "G", ("", "", "", ""), ())
    data = CODEC.encode((list(arguments), {}))
    assert link._answers.take(protocol.Ask(1, "", 0, "sendMessage", data))
    assert not sent[-1].error
    assert host.drain(DEADLINE)


@locked
def test_calls_have_a_rate(projects, open_host):
    """Calls over ``limits.calls`` in a second raise in the script, and the setting is named."""
    projects.handler("X", "G", "h", "for n in range(100):\n\tsystem.tag.exists('a')")
    host = open_host(tier="process", calls=20)
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(DEADLINE)
    [delivery] = host.trace
    assert delivery.status == "failed"
    assert "more than 20 times in a second (limits.calls)" in delivery.error


@locked
def test_no_expression_of_a_script_runs_in_the_host(projects, open_host, monkeypatch):
    """The filters of getSessionInfo are applied in the worker."""
    projects.project("X")
    host = open_host(tier="process")
    host.open_client("X", user="alice")
    host.open_designer("X", user="bob")
    given = []
    rows = answers.session_rows
    monkeypatch.setattr(
        answers, "session_rows", lambda host, *f: given.append(f) or rows(host, *f)
    )
    text = "print [s['username'] for s in system.util.getSessionInfo('.*o.*', 'X')]\n"
    assert host.gateway.run(text).output == "['bob']\n"
    [link] = [*fleet.fleet_of(host)._links, None][:1]
    assert link is None
    assert given == [("", "")]


@locked
def test_levels_reach_every_worker(projects, open_host):
    """A level set by one script holds for the handlers of all."""
    projects.handler("X", "G", "h", "system.util.getLogger('Line1.Pump').debug('kept')")
    host = open_host(tier="process")
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(DEADLINE)
    assert host.gateway.run("system.util.setLoggingLevel('Line1', 'debug')\n").ok
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(DEADLINE)
    assert [r.message for r in host.logbook if r.logger == "Line1.Pump"] == ["kept"]
