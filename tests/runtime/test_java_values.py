"""Java's dates and collections in payloads: the same in either tier, and always copies."""

import msgspec
import pytest

from runtime.errors import PayloadError
from runtime.payload import copy_payload
from runtime.system.travelling import JAVA_COLLECTIONS, JAVA_MAPS
from sandbox.isolation.probe import probe
from sandbox.library import find_module

java = find_module("java.util")
ArrayList, Date, HashMap = java.ArrayList, java.Date, java.HashMap

DEADLINE = 20.0
TIERS = ["thread", "process"] if probe().available else ["thread"]

SEND = """
from java.util import ArrayList, Date, HashMap, HashSet, LinkedHashMap, LinkedList, TreeMap, Vector
sent = {'date': Date(5), 'list': ArrayList([1, 'a', ArrayList()]), 'linked': LinkedList([2]),
        'vector': Vector([3]), 'set': HashSet([4]), 'map': HashMap({'k': [1, Date(6)]}),
        'tree': TreeMap({'b': 1, 'a': 2}), 'ordered': LinkedHashMap({'z': 1})}
system.util.sendMessage('X', 'show', sent, 'G')
sent['date'].setTime(99)
sent['list'].add('late')
sent['map'].get('k')[1].setTime(99)
"""
SHOW = """
for name in sorted(payload):
    value = payload[name]
    print name, type(value).__name__, value
payload['date'].setTime(1)
print payload['list'].size(), payload['map'].get('k')[1].getTime(), payload['tree'].firstKey()
"""


@pytest.mark.parametrize("tier", TIERS)
def test_dates_and_collections_arrive_as_copies(projects, open_host, tier):
    """What the handler gets has the sender's types and none of what the sender does later."""
    projects.handler("X", "G", "show", SHOW.strip())
    host = open_host(tier=tier)
    result = host.gateway.run(SEND)
    assert result.ok, result
    assert host.drain(DEADLINE)
    [delivery] = host.trace
    lines = delivery.output.splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [
        ["date", "Date"], ["linked", "LinkedList"], ["list", "ArrayList"], ["map", "HashMap"],
        ["ordered", "LinkedHashMap"], ["set", "HashSet"], ["tree", "TreeMap"],
        ["vector", "Vector"],
    ]  # fmt: skip
    assert lines[2] == "list ArrayList [1, a, []]"
    assert lines[-1] == "3 6 a"


@pytest.mark.parametrize("kind", [*JAVA_COLLECTIONS, *JAVA_MAPS])
def test_nothing_is_shared(kind):
    """A container that holds a mutable value is copied with it."""
    date = Date(1)
    one = kind({"a": date}) if kind in JAVA_MAPS else kind([date])
    copied = copy_payload({"x": one})["x"]
    assert type(copied) is kind
    assert copied.toString() == one.toString()
    date.setTime(10**12)
    assert copied.toString() != one.toString()


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (ArrayList([1, len]), "payload['x'][1]: a function"),
        (HashMap({"k": ArrayList([len])}), "payload['x']['k'][0]: a function"),
    ],
)
def test_what_cannot_travel_is_named_inside_them(value, path):
    """The error names the place inside a Java container too."""
    with pytest.raises(PayloadError, match="cannot be sent") as refused:
        copy_payload({"x": value})
    assert str(refused.value).startswith(path)


ONLY_COMPARED = """
from java.util import Comparator, TreeMap, TreeSet
class ByText(Comparator):
    def compare(self, a, b):
        return cmp(str(a), str(b))
"""
MIXED = {
    "set": "mixed = TreeSet(ByText())\nmixed.add(1)\nmixed.add('a')\n",
    "map": "mixed = TreeMap(ByText())\nmixed.put(1, 1)\nmixed.put('a', 1)\n",
    "within": "mixed = TreeSet(ByText())\nmixed.add(1)\nmixed.add('a')\nmixed = [{'k': mixed}]\n",
}


@pytest.mark.parametrize("mixed", MIXED)
@pytest.mark.parametrize("tier", TIERS)
def test_what_only_a_comparator_sorts_is_refused(projects, open_host, tier, mixed):
    """It is the sender's error, at once: nobody who receives it could read it."""
    body = ONLY_COMPARED + MIXED[mixed]
    sent = "system.util.sendMessage('X', 'h', {'t': mixed}, 'G')"
    projects.handler("X", "G", "send", body + sent)
    projects.handler("X", "G", "write", body + "system.tag.write('[default]T', mixed)")
    projects.handler("X", "G", "give", body + "return mixed")
    projects.handler("X", "G", "ask", "print system.util.sendRequest('X', payload['h'], {})")
    projects.handler("X", "G", "h", "print payload")
    host = open_host(tier=tier, deadline=DEADLINE)
    host.tags.define("[default]T", 1)
    for handler in ("send", "write", "give", "h"):
        host.gateway.system.util.sendMessage("X", handler, {}, "G")
    assert host.drain(DEADLINE)
    found = {delivery.message.handler: delivery for delivery in host.trace}
    assert [found[one].status for one in ("send", "write", "h")] == ["failed", "failed", "done"]
    assert len(found) == 4
    assert host.tags.read(["[default]T"])[0].value == 1
    said = "that only a comparator can sort" if tier == "thread" else "cannot be cast"
    assert said in found["send"].error


@pytest.mark.parametrize("kind", [java.TreeSet, java.TreeMap])
def test_bytes_that_no_order_sorts_are_no_payload(kind):
    """Whatever a collection's items are, decoding them or reading them raises nothing of Java's."""
    from runtime.executors.values import CODEC
    from sandbox.isolation.errors import PayloadRefused

    items = {1: 0, "a": 0} if kind is java.TreeMap else [1, "a"]
    code = next(one.code for one in CODEC._by_code.values() if one.kind is kind)
    ext = msgspec.msgpack.Ext
    inside = CODEC.encode(items)
    bad = ext(code, inside)
    for data in (bad, ext(2, msgspec.msgpack.encode([bad, bad])), [bad]):
        with pytest.raises(PayloadRefused, match="cannot be cast"):
            CODEC.decode(msgspec.msgpack.encode(data))
    good = CODEC.decode(CODEC.encode(kind({3: 0, 1: 0} if kind is java.TreeMap else [3, 1])))
    assert type(good) is kind
    assert good.toString() == ("{1=0, 3=0}" if kind is java.TreeMap else "[1, 3]")


@pytest.mark.parametrize("tier", TIERS)
def test_what_ends_a_provided_function_reaches_its_script(projects, open_host, tier):
    """A Java exception is caught by its class, and no call stays open for ever."""
    from sandbox.library.java.throwables import java_exception_class

    def fail():
        raise java_exception_class("java.lang.IllegalStateException")("not now \ud800")

    projects.handler(
        "X",
        "G",
        "h",
        "from java.lang import IllegalStateException\ntry:\n\tsystem.test.fail()\n"
        "except IllegalStateException, e:\n\tprint e.getMessage()",
    )
    host = open_host(tier=tier, deadline=DEADLINE)
    host.system.provide("test.fail", fail)
    host.gateway.system.util.sendMessage("X", "h", {}, "G")
    assert host.drain(DEADLINE)
    assert [delivery.output for delivery in host.trace] == [
        "not now ?\n" if tier == "process" else "not now \ud800\n"
    ]


@pytest.mark.skipif(not probe().available, reason="this machine cannot lock a process")
def test_a_function_that_would_end_its_thread_is_answered(projects, open_host):
    """Of SystemExit, and of errors without words, a script in a worker hears as of any other."""

    class Silent(Exception):
        def __str__(self):
            raise ValueError("no words")

    def leave():
        raise SystemExit(3)

    def sulk():
        raise Silent

    body = (
        "for call in (system.test.leave, system.test.sulk):\n"
        "\ttry:\n\t\tcall()\n\texcept RuntimeError, e:\n\t\tprint e"
    )
    projects.handler("X", "G", "h", body)
    host = open_host(tier="process", deadline=DEADLINE)
    host.system.provide("test.leave", leave)
    host.system.provide("test.sulk", sulk)
    host.gateway.system.util.sendMessage("X", "h", {}, "G")
    assert host.drain(DEADLINE)
    [output] = [delivery.output for delivery in host.trace]
    assert output == "SystemExit: 3\nSilent: its text cannot be had: ValueError\n"
