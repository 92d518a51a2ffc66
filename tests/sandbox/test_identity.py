"""``id`` and ``hash``: as steady as Jython's, and no address of the host's."""

from __future__ import annotations

import threading
from typing import Literal

import pytest

from sandbox import Environment, Policy, Run, Sandbox
from tests.sandbox.attack_host import attack

SAME = """
import copy, decimal, thread, threading
class A(object): pass
class B(object):
    def __hash__(self): return 7
class C(object):
    def __eq__(self, other): return True
class D(object):
    def __deepcopy__(self, memo):
        memo[id(self)] = 5
        return 5
a, b, d = A(), A(), D()
assert id(a) == id(a) != id(b) and id(5) == id(5)
assert hash(a) == hash(a) == a.__hash__() == object.__hash__(a) == super(A, a).__hash__() != hash(b)
assert hash((a, 1)) == hash((a, 1)) == (a, 1).__hash__() == tuple.__hash__((a, 1))
assert hash(B()) == B().__hash__() == B.__hash__(B()) == 7
assert hash(5) == 5 == hash(5.0) == hash(decimal.Decimal(5)) == hash(True) + 4
assert hash('a') == hash(u'a') and hash(None) == hash(None) and hash(A) == hash(A)
assert {C(): 1} and hash(C())
assert copy.deepcopy([d, d]) == [5, 5]
assert thread.get_ident() == threading.currentThread().ident
print 'done'
"""
ASKED = """
import thread
from java.lang import Object, System
from java.util import ArrayList
class A(object): pass
class C(object):
    def __eq__(self, other): return True
a, o, c, f, t = A(), Object(), C(), lambda: 1, (A,)
things = [a, o, c, f, t, A, C, len, None, a.__init__, ArrayList]
found = [id(one) for one in things] + [hash(one) for one in things]
found += [one.__hash__() for one in (a, c, t, None)] + [object.__hash__(one) for one in (a, c)]
found += [tuple.__hash__(t), o.hashCode(), A.__hash__(a)]
found += [System.identityHashCode(one) for one in (a, o)] + [hash(a.__hash__), thread.get_ident()]
found += [int(repr(one).split(' at 0x')[1].split('>')[0], 16) for one in (a, c, f)]
"""


def test_they_stay_and_agree() -> None:
    """Equal numbers have equal hashes, and each way to ask gives the same."""
    assert attack(SAME) == ("held", "")


@pytest.mark.parametrize("tier", ["thread", "process"])
def test_no_number_is_an_address_or_made_of_one(tier: Literal["thread", "process"]) -> None:
    """Nor its low bits: what a script gets of an object says nothing of where it is."""
    policy = Policy(tier=tier)
    script = Sandbox(policy).compile(ASKED, "asked.py").script
    assert script is not None
    environment = Environment(policy)
    namespace = environment.namespace(script=script)
    with Run():
        environment.execute(script, namespace)
    places = {id(one) for one in namespace["things"]} | {threading.get_ident()}
    places |= {hash(one) for one in namespace["things"] if one is not namespace["o"]}
    places |= {part >> by for part in places for by in (0, 4)}
    places |= {part & mask for part in places for mask in (0xFFFFFF, 0x7FFFFFFF, (1 << 62) - 1)}
    assert len(namespace["found"]) > 30
    assert places.isdisjoint(namespace["found"])


def test_a_hash_of_ones_own_may_ask_its_base() -> None:
    """By whatever way it asks: the class that is asked answers, not the one that asks."""
    source = """
class N(object):
    __hash__ = object.__hash__
class M(object):
    def __hash__(self): return super(M, self).__hash__()
class O(object):
    def __hash__(self): return object.__hash__(self)
class S(str):
    def __hash__(self): return str.__hash__(self)
class T(tuple):
    def __hash__(self): return tuple.__hash__(self)
class F(float):
    def __hash__(self): return float.__hash__(self)
class I(int):
    __hash__ = int.__hash__
class L(list):
    def __hash__(self): return object.__hash__(self)
class Z(frozenset):
    def __hash__(self): return frozenset.__hash__(self) + 1
for made in (N(), M(), O(), S('a'), T((1,)), F(2), I(3), L(), Z()):
    assert {made: 1}[made] == 1 and hash(made) == hash(made) == made.__hash__()
assert hash(S('a')) == hash('a') and hash(F(2)) == 2 and hash(I(3)) == 3
assert hash(float('nan')) == 0
from java.util import HashSet
l = [1]
places = HashSet([l, True, 1])
assert places.contains(l) and not places.contains([1]) and places.size() == 3
assert not places.contains(('id', id(l))) and not places.contains(('bool', True))
print 'done'
"""
    assert attack(source) == ("held", "")
