"""Classes that a script makes by calling a metaclass, and names that ``exec`` binds in a body."""

from __future__ import annotations

import pytest

from tests.sandbox.attack_host import printed

MADE = {
    "ABCMeta": "abc.ABCMeta('N', (object,), names)",
    "its heir": "M('N', (object,), names)",
    "ABCMeta by __new__": "abc.ABCMeta.__new__(abc.ABCMeta, 'N', (object,), names)",
    "a metaclass": "P('N', (object,), names)",
    "type by __new__": "type.__new__(P, 'N', (object,), names)",
    "type": "type('N', (object,), names)",
}


@pytest.mark.parametrize("call", MADE.values(), ids=MADE)
def test_a_class_from_a_call_is_as_one_from_a_statement(call: str) -> None:
    """Its module, the special methods of Python 2, its hash and copies of what it makes."""
    words = printed(
        "import abc, copy\n"
        "class M(abc.ABCMeta): pass\n"
        "class P(type): pass\n"
        "names = {'__nonzero__': lambda s: False, '__eq__': lambda a, b: True,\n"
        "         '__getslice__': lambda s, a, b: (a, b), '__getitem__': lambda s, i: i}\n"
        f"N = {call}\n"
        "x = N(); x.a = []\n"
        "print N, N.__module__, bool(x), x != N(), hash(x) != 0, x[1:2], x[3]\n"
        "y, z = copy.copy(x), copy.deepcopy(x)\n"
        "print y is x, z is x, y.a is x.a, z.a is x.a\n"
    )
    assert words == (
        "<class '__main__.N'> __main__ False True True (1, 2) 3\nFalse False True False\n"
    )


@pytest.mark.parametrize("base", ["HashMap", "IOError", "dict"])
def test_an_abstract_class_from_a_call_extends_what_one_from_a_statement_does(base: str) -> None:
    """The metaclass of such a base joins."""
    words = printed(
        "import abc\n"
        "from java.util import HashMap\n"
        f"N = abc.ABCMeta('N', ({base},), {{'f': abc.abstractmethod(lambda s: 1)}})\n"
        "class A(N):\n    def f(self): return 2\n"
        "print type(N), A().f()\n"
    )
    assert words == "<class 'abc.ABCMeta'> 2\n"


def test_what_a_class_says_of_its_module_does_not_make_it_the_hosts() -> None:
    """Its objects are copied, whatever the text."""
    words = printed(
        "import copy\n"
        "class C(object):\n    __module__ = 'sandbox.library'\n"
        "x = C(); x.a = []\n"
        "print copy.copy(x) is x, copy.deepcopy(x).a is x.a\n"
    )
    assert words == "False False\n"


def test_a_text_method_by_super_of_a_class_is_for_its_own_instances() -> None:
    """What the host's class has runs on no other object, as any method of it."""
    words = printed(
        "import collections\n"
        "from java.util import HashMap\n"
        "from java.lang import Object\n"
        "class Fake(object):\n"
        "    def _pairs(self): return [(1, 2)]\n"
        "    def toString(self): return 'fake'\n"
        "for base in (HashMap, Object):\n"
        "    class X(base): pass\n"
        "    for name in ('__repr__', '__str__'):\n"
        "        method = getattr(super(X, X), name)\n"
        "        assert method(X())\n"
        "        try: print method(Fake())\n"
        "        except TypeError, e: print 'refused'\n"
    )
    assert words == "refused\n" * 4
