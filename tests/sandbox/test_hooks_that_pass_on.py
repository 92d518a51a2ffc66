"""A ``__getattribute__`` that passes on: the idiom of proxies and of containers that are traced."""

from __future__ import annotations

from tests.sandbox.attack_host import printed

SCRIPT = """
class B(dict):
    def __getattribute__(self, name):
        return dict.__getattribute__(self, name)
b = B(x=1)
print b.items(), b.keys(), b.values(), b.has_key('x'), list(b.iteritems()), list(b.viewitems())
print list(b.iterkeys()), list(b.itervalues()), b.copy(), b.get('x'), b.pop('x')
print b.setdefault('y', 2), b.update({'z': 1}), len(b), b.clear(), b
class S(str):
    def __getattribute__(self, name):
        return object.__getattribute__(self, name)
s = S('abc')
print s.upper(), s.encode('hex'), s.decode('ascii'), s.format(), s.translate(None, 'a')
print s.replace('a', 'b'), s.join(['x', 'y']), s.split('b'), s[1:]
class L(list):
    def __getattribute__(self, name):
        return super(L, self).__getattribute__(name)
l = L([3, 1])
l.sort()
l.append(5)
print l, l.index(3), l.count(1), l[0:1], l.pop(), l.reverse(), l
class E(ValueError):
    def __getattribute__(self, name):
        return ValueError.__getattribute__(self, name)
e = E('m', 1)
print e.args, repr(e.message), E('m').message, str(e)
class A(object):
    def __getattribute__(self, name):
        if name == 'x': return 5
        return object.__getattribute__(self, name)
    def f(self): return self.x
print A().f(), A().x, A().__class__.__name__, sorted(A().__dict__)
"""
JYTHON = [
    "[('x', 1)] ['x'] [1] True [('x', 1)] [('x', 1)]",
    "['x'] [1] {'x': 1} 1 1",
    "2 None 2 None {}",
    "ABC 616263 abc abc bc",
    "bbc xabcy ['a', 'c'] bc",
    "[1, 3, 5] 1 1 [1] 5 None [3, 1]",
    "('m', 1) '' m ('m', 1)",
    "5 5 A []",
]


def test_what_it_passes_on_is_what_there_is_without_it() -> None:
    """As Jython 2.7.3 prints it, for heirs of containers, texts and errors."""
    assert printed(SCRIPT).splitlines() == JYTHON
