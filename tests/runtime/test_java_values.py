"""Java's dates and collections in payloads: the same in either tier, and always copies."""

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
