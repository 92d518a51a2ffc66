"""Tag change scripts of attached clients: told over the link, within bounds, anew after a cut."""

import json
import threading
from types import SimpleNamespace

import pytest

from runtime.config import Grant, HostConfig
from runtime.links import protocol as p
from runtime.links.outbox import Outbox
from runtime.links.subscriptions import WAITING, Subscriptions
from runtime.tags.provider import Change
from runtime.tags.values import GOOD, QualifiedValue
from tests.links.conftest import DEADLINE, Bare, eventually, still_serves, through

SAY = "system.test.say([str(event.tagPath), newValue.value, bool(initialChange)])\n"


@pytest.fixture
def gateway(projects, serve, heard):
    """A gateway with a client tag change script on everything below Line1."""
    path = projects.project("X").root / "X/com.inductiveautomation.vision/tag-change/L"
    path.mkdir(parents=True)
    (path / "onTagChange.py").write_text(SAY)
    about = {"files": ["onTagChange.py"], "attributes": {"paths": ["Line1/*"]}}
    (path / "resource.json").write_text(json.dumps(about))
    projects.handler("X", "C", "h", "pass")

    def start(**options):
        host, server = serve(**options)
        host.system.provide("test.say", heard)
        host.tags.define("Line1/a", 1)
        host.tags.define("Other/b", 1)
        return host, server

    return start


@pytest.mark.parametrize("tier", ["thread", "process"])
def test_a_clients_tag_change_script_runs_in_its_process(gateway, attach, heard, tier):
    """The present values first, then each change, in order; nothing once the session is over."""
    host, server = gateway()
    client = attach("client", tier=tier)
    heard.wait(1)
    for n in range(2, 50):
        host.tags.write(["Line1/a", "Other/b"], [n, n])
    heard.wait(49)
    path = "[default]Line1/a"
    assert heard.values == [[path, 1, True], *([path, n, False] for n in range(2, 50))]
    client.close()
    eventually(lambda: not server.peers())
    assert not host.tags._listeners


def test_after_a_cut_each_tag_is_told_anew(gateway, attach, proxy, heard):
    """What changed meanwhile is seen as the present value."""
    host, server = gateway(resume=30.0)
    middle = proxy(server)
    client = attach("client", find=through(middle, server))
    heard.wait(1)
    middle.cut()
    eventually(lambda: heard.values[-1:] == [["[default]Line1/a", 1, True]] * 1)
    host.tags.write(["Line1/a"], [7])
    assert client.link.wait_attached(10)
    eventually(lambda: any(value == 7 for _, value, _ in heard.values))
    host.tags.write(["Line1/a"], [8])
    eventually(lambda: heard.values[-1][1] == 8)
    assert len(host.tags._listeners) == 1


def test_subscriptions_are_a_clients_and_bounded(gateway):
    """A tool has none; of a session's there are a hundred, and paths have a length."""
    host, server = gateway()
    with Bare(server) as bare:
        bare.send(p.Subscribe(1, ["a"]))
        assert "client's" in bare.until(lambda m: type(m) is p.Goodbye).reason
    with Bare(server, "client") as bare:
        for start in range(0, 120, 40):
            bare.send(*[p.Subscribe(n + 1, ["Line1/a"]) for n in range(start, start + 40)])
        bare.until(lambda m: getattr(m, "call", 0) == 100)
        eventually(lambda: [r for r in host.logbook if "more than 100" in r.message])
        assert len(host.tags._listeners) == 100
        bare.send(*[p.Subscribe(n + 1, []) for n in range(100)])
        eventually(lambda: not host.tags._listeners)
        bare.send(p.Subscribe(1, ["x" * 1001]))
        bare.until(lambda m: type(m) is p.Goodbye)


def test_subscriptions_that_wait_hold_up_their_link(gateway):
    """What a provider takes its time with is not kept without end; paths have a bound in all."""
    host, server = gateway()
    gate, subscribe = threading.Event(), host.tags.subscribe
    host.tags.subscribe = lambda *given: gate.wait(DEADLINE) and subscribe(*given)
    paths = ["x" * 990 + f"{n:010}" for n in range(1_000)]
    with Bare(server, "client") as bare:
        peer = server.attached[bare.first.session]
        for n in range(10):
            bare.send(p.Subscribe(n, paths))
        eventually(lambda: peer.behind)
        gate.set()
        eventually(lambda: not peer.behind)
        eventually(lambda: [r for r in host.logbook if "1000000 characters" in r.message])
        assert len(host.tags._listeners) == 1
        bare.send(p.Subscribe(0, []), p.Subscribe(99, paths))
        eventually(lambda: list(peer.subscriptions._ends) == [99])
    still_serves(host, server)


def test_a_project_that_may_read_no_tags_follows_those_of_its_scripts(gateway):
    """A process of ill will learns of no others."""
    host, server = gateway(grants={"X": Grant(system=("util",))})
    with Bare(server, "client") as bare:
        bare.send(p.Subscribe(1, ["Other/*"]), p.Subscribe(2, ["Line1/*"]))
        assert bare.until(lambda m: type(m) is p.Changed).call == 2
    assert [r for r in host.logbook if "no script of its follows" in r.message]


def test_a_slow_link_misses_the_oldest_changes_and_is_told():
    """Memory is bounded; the newest value always arrives."""
    subscribed = []
    tags = SimpleNamespace(
        subscribe=lambda paths, changed: subscribed.append(changed) or (lambda: None)
    )
    peer = SimpleNamespace(
        host=SimpleNamespace(tags=tags, config=HostConfig()),
        receiver=SimpleNamespace(project="X"),
        later=lambda size, function: function(),
        outbox=Outbox(1024),
        wake=lambda: None,
    )
    subscriptions = Subscriptions(peer)
    subscriptions.change(p.Subscribe(1, ["a"]))
    value = QualifiedValue(1, GOOD, None)
    for n in range(WAITING + 5):
        subscribed[0](Change(f"a{n}", value, value, frozenset()))
    told = subscriptions.take(10**9)
    assert (len(told), told[0].missed, told[1].missed) == (WAITING, 5, 0)
    subscriptions.clear()
    subscribed[0](Change("late", value, value, frozenset()))
    assert not subscriptions
