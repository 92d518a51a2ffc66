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


NAMES = """
class K(object):
    def __getattribute__(self, name): return object.__getattribute__(self, name)
class J(object): pass
k, j, l = K(), J(), [1]
k.encode = 'abc'.upper
k.sort = k.join = j.join = l.append
j.keys = {1: 2}.get
k.index = l.count
k.sort(1)
k.join(5)
j.join(6)
print k.encode(), k.index(1), l, j.keys(1)
class P(object):
    def close(self): return 'closed'
    def update(self): return 'u'
    def clear(self): return 'c'
    def replace(self): return 'r'
    def format(self): return 'f'
    def __repr__(self): return 'repr'
    def fromkeys(self): return 'fk'
    def __getattribute__(self, name): return super(P, self).__getattribute__(name)
p = P()
p.func, p.obj, p.maps = 1, 2, 3
print p.close(), p.update(), p.clear(), p.replace(), p.format(), p.__repr__(), p.fromkeys(), p
print p.func, p.obj, p.maps
class S(set):
    def __getattribute__(self, name): return object.__getattribute__(self, name)
s = S([1])
s.update([3])
s.add(4)
print sorted(s), sorted(s.__or__(set([9])))
class Thing(object):
    def encode(self): return 'encoded'
    def decode(self, a, b=5): return a, b
    def translate(self): return 'tr'
    def format(self): return 'fo'
    def sort(self): return 'so'
    def index(self): return 'ix'
    def has_key(self): return 'hk'
    def keys(self): return 'ks'
    def items(self, n): return n
    def iteritems(self, n=1): return n
    def join(self): return 'jo'
    def setdefault(self): return 'sd'
    def add(self): return 'ad'
t = Thing()
print t.encode(), t.decode(1), t.decode('a', 'strict'), t.translate(), t.format(), t.sort()
print t.index(), t.has_key(), t.keys(), t.items(3)
print t.iteritems(4), t.join(), t.setdefault(), t.add()
def f(): return 1
try: f.func_code = 5
except TypeError: print 'TypeError', f()
"""
ANSWERS = [
    "ABC 2 [1, 1, 5, 6] 2",
    "closed u c r f repr fk repr",
    "1 2 3",
    "[1, 3, 4] [1, 3, 4, 9]",
    "encoded (1, 5) ('a', 'strict') tr fo so",
    "ix hk ks 3",
    "4 jo sd ad",
    "TypeError 1",
]


def test_names_of_the_hosts_methods_are_a_scripts_to_use() -> None:
    """A method is what it is, whatever it is kept or defined as; as Jython 2.7.3 prints it."""
    assert printed(NAMES).splitlines() == ANSWERS


def test_the_unicode_of_an_error_is_its_words() -> None:
    """Where they are outside ASCII as well; ``str`` of it raises, as in Jython."""
    source = (
        "e = ValueError(u'\\xe9')\n"
        "print repr(unicode(e)), repr(u'%s!' % e), repr(u'a' + unicode(e))\n"
        "try: str(e)\n"
        "except UnicodeEncodeError: print 'refused'\n"
    )
    assert printed(source) == "u'\\xe9' u'\\xe9!' u'a\\xe9'\nrefused\n"
