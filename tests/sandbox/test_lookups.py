"""What a script may not change while the interpreter may be searching a dictionary or set."""

from __future__ import annotations

import threading

import pytest

from sandbox import Environment, Policy, Run, Sandbox
from sandbox.limits import MOST_LENT, outlive
from tests.sandbox.attack_host import attack

KEY = """
class K(object):
    def __hash__(self):
        return hash('one')
    def __eq__(self, other):
        # A search may come to the same place again.
        if not asked:
            asked.append(1)
            {body}
        return False
asked = []
d, s = {{'one': 1}}, set(['one'])
from collections import defaultdict, Counter, OrderedDict
import operator
from java.util import HashMap, HashSet
many, named, table, places = defaultdict(list), OrderedDict(one=1), HashMap(), HashSet()
counts = Counter('a')
adding, setting = s.add, d.setdefault
def drip(where):
    place = yield
    while True:
        where[place] = (yield)
def fill(what):
    while True:
        what.add((yield))
waiting, filling = drip(d), fill(s)
waiting.next(); waiting.send('three'); filling.next()
class Empty(object):
    pass
seen, shown = Empty(), Empty()
held = shown.__dict__
def mark(): pass
marks = mark.__dict__
"""
ASK = "\nd.get(K())\nprint 'done'\n"


def outcome(body: str, tier: str, ask: str = ASK) -> tuple[str, str]:
    verdict, detail = attack(KEY.format(body=body) + ask, Policy(tier=tier))  # type: ignore[arg-type]
    return verdict, detail


@pytest.mark.parametrize("tier", ["thread", "process"])
@pytest.mark.parametrize(
    "body",
    [
        "d['two'] = 2",
        "d[K] = 2",
        "d['two'] = d['three'] = 2",
        "for d['two'] in [1]: pass",
        "[0 for d['two'] in [1]]",
        "d.setdefault('two', 2)",
        "setting('two', 2)",
        "getattr(d, 'setdefault')('two', 2)",
        "dict.setdefault(d, 'two', 2)",
        "d.clear()",
        "d.update(two=2)",
        "d.popitem()",
        "d.__setitem__('two', 2)",
        "dict.__setitem__(d, 'two', 2)",
        "operator.setitem(d, 'two', 2)",
        "exec 'two = 2' in d",
        "waiting.send(2)",
        "many['two']",
        "many['two'].append(1)",
        "counts.update('b')",
        "counts['b'] += 1",
        "named['two'] = 2",
        "named.update(two=2)",
        "table.put('two', 2)",
        "table['two'] = 2",
        "places.add('two')",
        "s.add('two')",
        "adding('two')",
        "map(s.add, ['two'])",
        "filling.send('two')",
        "set.add(s, 'two')",
        "s.update(['two'])",
        "s.__ior__(set(['two']))",
        "set.__ior__(s, set(['two']))",
        "global s; s |= set(['two'])",
        "global s; s -= set(['two'])",
        "global s; s &= set(['two'])",
        "global s; s ^= set(['two'])",
        "operator.ior(s, set(['two']))",
        "operator.isub(s, set(['two']))",
        "operator.iand(s, set(['two']))",
        "operator.ixor(s, set(['two']))",
        "s.difference_update(['two'])",
        "s.__isub__(set(['two']))",
        "s.intersection_update(['two'])",
        "s.symmetric_difference_update(['two'])",
        "shown.two = 2",
        "shown._two = 2",
        "setattr(shown, 'two', 2)",
        "object.__setattr__(shown, 'two', 2)",
        "held['two'] = 2",
        "mark.two = 2",
    ],
)
def test_what_could_move_a_table_is_refused(body: str, tier: str) -> None:
    """However a dictionary or set comes to have more, or other, items: not within ``__eq__``."""
    verdict, detail = outcome(body, tier)
    assert verdict == "blocked"
    assert "cannot be changed within __eq__ or __cmp__" in detail


@pytest.mark.parametrize("tier", ["thread", "process"])
@pytest.mark.parametrize(
    "body",
    [
        "d['one'] = 2",
        "d['one'] += 1",
        "del d['one']",
        "d.pop('one')",
        "s.discard('one')",
        "s.remove('one')",
        "d.get('one'), d.keys(), 'one' in s",
        "mine = {}",
        "mine = dict(d, two=2), set(s), s | set(['two']), d.copy()",
        "l = []; l.append(1); l[0] = 2; l[:] = [3]; l += [4]",
        "n = 5; n -= 2; n &= 1; n ^= n",
        "seen.asked = seen.__class__",
        "self.asked = 1",
        "class C(object): x = {1: 2}",
        "import copy; copy.copy({1: 2})",
    ],
)
def test_what_leaves_tables_where_they_are_is_allowed(body: str, tier: str) -> None:
    """Replacing and taking out items, attributes of instances, values of its own, lists."""
    assert outcome(body, tier) == ("held", "")


def test_it_holds_for_comparisons_by_cmp_and_by_equals() -> None:
    """``__cmp__`` and Java's ``equals`` are asked in a search as well."""
    for method in ("__cmp__", "equals"):
        base = "object" if method == "__cmp__" else "Object"
        source = (
            "from java.lang import Object\n"
            "d = {'one': 1}\n"
            f"class K({base}):\n"
            "    def __hash__(self): return hash('one')\n"
            "    def hashCode(self): return hash('one')\n"
            f"    def {method}(self, other):\n        d['two'] = 2\n        return 1\n"
            "d.get(K())\n"
        )
        verdict, detail = attack(source)
        assert (verdict, "cannot be changed within" in detail) == ("blocked", True), method


def test_a_script_sees_its_own_methods() -> None:
    """What stands in the class for ``__eq__`` is not to be seen, and not called by name."""
    source = """
d = {}
class K(object):
    def __eq__(self, other):
        d[other] = 1
        return True
class L(K):
    def __eq__(self, other):
        return super(L, self).__eq__(other)
assert K.__eq__.im_func is K.__dict__['__eq__'], K.__eq__
assert K().__eq__(1) and K.__eq__(K(), 2) and L().__eq__(3) and getattr(K(), '__eq__')(4)
assert d == {1: 1, 2: 1, 3: 1, 4: 1}
def other(self, other):
    return NotImplemented
K.__eq__ = other
assert K.__dict__['__eq__'] is other
assert not K() == 1
class M(object):
    __eq__ = other
    again = other
assert M.__dict__['__eq__'] is M.__dict__['again'] is other
assert type('N', (object,), dict(K.__dict__)).__dict__['__eq__'] is other
class P(object):
    __eq__ = None
class Q(object):
    @property
    def __eq__(self):
        return lambda other: other == 7
assert Q() == 7 and not Q() == 8
print 'done'
"""
    assert attack(source) == ("held", "")


OTHERS = {
    "the truth of an answer": """
class Answer(object):
    def __nonzero__(self): d['two'] = 2
class K(object):
    def __hash__(self): return hash('one')
    def __eq__(self, other): return Answer()
d.get(K())
""",
    "the length of an answer by cmp": """
class Answer(object):
    def __eq__(self, other): return self
    def __len__(self): d['two'] = 2
class K(object):
    def __hash__(self): return hash('one')
    def __cmp__(self, other): return Answer()
d.get(K())
""",
    "equals as a property": """
from java.lang import Object
class K(Object):
    def hashCode(self): return hash('one')
    __hash__ = hashCode
    @property
    def equals(self): d['two'] = 2
d.get(K())
""",
    "the parts of a number": """
from fractions import Fraction
class I(int):
    numerator = property(lambda self: d.update(two=2))
    denominator = property(lambda self: d.update(two=2))
d[Fraction(5, 1)] = 1
d.get(I(5))
d['two'] = 2
raise RuntimeError('a dictionary cannot be changed within __eq__ or __cmp__: never asked')
""",
    "a dictionary of its own names": """
class D(dict): pass
e = D(one=1)
e.__dict__ = e
class K(object):
    def __hash__(self): return hash('one')
    def __eq__(self, other): e.two = 1
e.get(K())
""",
    "a key that changes its mind": """
class Two(object):
    said = []
    def __hash__(self): return hash('two')
    def __eq__(self, other):
        self.said.append(1)
        return len(self.said) == 1
d[Two()] = 1
class K(object):
    def __hash__(self): return hash('one')
    def __eq__(self, other): d['two'] = 2
d.get(K())
""",
    "a constructor of the host's": """
import json
class E(json.JSONEncoder): pass
e = E()
e.__dict__['one'] = 1
class K(object):
    def __hash__(self): return hash('one')
    def __eq__(self, other): e.__init__()
e.__dict__.get(K())
""",
    "a method of the host's": """
import calendar
class C(calendar.Calendar): pass
e = C()
e.__dict__['one'] = 1
class K(object):
    def __hash__(self): return hash('one')
    def __eq__(self, other):
        del e._firstweekday
        e.setfirstweekday(3)
e.__dict__.get(K())
""",
    "keys of an heir that gives another": """
class D(dict):
    def __new__(cls, *given): return d
class K(object):
    def __hash__(self): return hash('one')
    def __eq__(self, other): D.fromkeys(['two'])
d.get(K())
""",
    "a copy that is another": """
import copy
class D(dict):
    def __new__(cls, *given): return pool[0] if pool else dict.__new__(cls)
pool = []
e, more = D(), D()
e['one'], more['two'] = 1, 2
pool.append(e)
class K(object):
    def __hash__(self): return hash('one')
    def __eq__(self, other): copy.copy(more)
e.get(K())
""",
    "a name that asks": """
class O(object): pass
o = O()
class K(object):
    def __hash__(self): return hash('one')
    def __eq__(self, other): o.two = 2
o.__dict__[K()] = 1
o.one = 1
""",
    "attributes of an element": """
from xml.etree import ElementTree
e = ElementTree.Element('e', {'one': 1})
class K(object):
    def __hash__(self): return hash('one')
    def __eq__(self, other): e.set('two', 2)
e.attrib.get(K())
""",
}


@pytest.mark.parametrize("tier", ["thread", "process"])
@pytest.mark.parametrize("way", OTHERS)
def test_whatever_is_asked_in_a_search(way: str, tier: str) -> None:
    """Truths of answers, Java's methods, parts of numbers: they change no table either."""
    verdict, detail = attack("d = {'one': 1}\n" + OTHERS[way], Policy(tier=tier))  # type: ignore[arg-type]
    assert verdict == "blocked"
    assert "cannot be changed within __eq__ or __cmp__" in detail


@pytest.mark.parametrize(
    "change",
    [
        "d['two'] = 2",
        "d.update(two=2)",
        "d.setdefault('two', 2)",
        "d.setdefault('two', late())",
        "d[late()] = 2",
        "s.add(late())",
        "shown.two = 2",
        "shown.one += late()",
        "shown.keep(2)",
        "d['one'] += late()",
    ],
)
def test_other_threads_wait_for_a_search(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They share its dictionaries: one that the search itself waits for ends with an error."""
    monkeypatch.setattr("sandbox.lookups._WAITED", 0.1)
    source = f"""
import threading
d, s = {{'one': 1}}, set(['one'])
class Shown(object):
    one = 1
    def keep(self, value):
        go.set(); begun.wait(10)
        self.two = value
shown = Shown()
held = shown.__dict__
go, begun = threading.Event(), threading.Event()
said = []
def late():
    go.set(); begun.wait(10)
    return 3
def put():
    try:
        {change}
    except RuntimeError, e:
        said.append(str(e))
class K(object):
    def __hash__(self): return hash('one')
    def __eq__(self, other):
        begun.set()
        thread.join(10)
        return False
thread = threading.Thread(target=put)
if 'late' in {change!r} or 'keep' in {change!r}:
    thread.start()
    go.wait(10)
else:
    begun.set()
    # A search may come to the same place again.
    asked = []
    def meet(self, other):
        if not asked:
            asked.append(1)
            thread.start()
            thread.join(10)
        return False
    K.__eq__ = meet
d.get(K())
assert said == ['another thread is in an __eq__ or __cmp__ that does not end'], said
assert 'two' not in d and 'two' not in held and 3 not in s and 3 not in d and d['one'] == 1
"""
    assert attack(source) == ("held", "")


def test_an_object_that_is_an_answer_stays_one() -> None:
    """``a == b`` gives what ``__eq__`` gives, unless asking for its truth runs code."""
    source = """
class Query(object):
    def __eq__(self, other): return ('=', other)
class Answer(object): pass
class Asked(object):
    def __eq__(self, other): return Answer()
assert (Query() == 1) == ('=', 1) and type(Asked() == 1) is Answer
print 'done'
"""
    assert attack(source) == ("held", "")


def test_what_one_run_replaces_is_held_for_those_that_go_on():
    """Another run may be at work on it: it has the same objects, and may end later."""
    source = (
        "class A(object): pass\n"
        "class B(object): pass\n"
        "def f(): pass\n"
        "a = A()\n"
        "a.x = 1\n"
        "f.x = 1\n"
        "held = [a.__dict__, f.__dict__, A]\n"
        "def replace():\n"
        "    a.__dict__ = {}\n"
        "    a.__class__ = B\n"
        "    f.func_dict = {}\n"
    )
    environment = Environment()
    compiled = Sandbox().compile(source)
    names = environment.namespace(script=compiled.script)
    with Run(environment=environment):
        environment.execute(compiled.script, names)
    goes_on, go = threading.Event(), threading.Event()
    other = Run(environment=environment)

    def work():
        with other:
            goes_on.set()
            assert go.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    assert goes_on.wait(10)
    with Run(environment=environment):
        names["replace"]()
    kept = list(other.token.lent or ())
    with Run(environment=Environment()) as stranger:
        for _ in range(2 * MOST_LENT):
            outlive([])
    go.set()
    thread.join()
    for value in names["held"]:
        assert any(one is value for one in kept)
    # Another project's take no room, and nobody is refused for what others replace.
    assert list(other.token.lent or ()) == kept
    assert stranger.token.lent is None
