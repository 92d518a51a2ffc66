"""The texts of values that scripts ask for by name are Jython's, and made by code of ours."""

import pytest

from sandbox import Environment, Policy, Run, Sandbox
from tests.sandbox.attack_host import attack, printed


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("list.__repr__([1L, u'a'])", "[1L, u'a']"),
        ("map(list.__str__, [[1L]])", "['[1L]']"),
        ("frozenset.__str__(frozenset([1L]))", "frozenset([1L])"),
        ("object.__str__(u'a'), (0.1 + 0.2).__str__(), (5L).__repr__()", "u'a' 0.3 5L"),
        ("slice(1, 2L).__repr__()", "slice(1, 2L, None)"),
        ("KeyError(u'a').__str__()", "u'a'"),
        ("ValueError('x').__repr__()", "ValueError('x',)"),
        ("list.__repr__ is list.__repr__, list.__repr__ is object.__repr__", "True False"),
        ("list.__repr__", "<method '__repr__' of 'list' objects>"),
        ("type(list.__repr__)", "<type 'method_descriptor'>"),
    ],
)
def test_a_text_that_is_asked_for_by_name_is_the_dialects(expression: str, shown: str) -> None:
    """``__repr__`` and ``__str__`` of a value or its class do what ``repr`` and ``str`` do."""
    assert printed(f"print {expression}") == shown + "\n"


@pytest.mark.parametrize(
    ("base", "value", "shown"),
    [
        ("list", "[1L, u'a']", "[1L, u'a']"),
        ("tuple", "(1L, 2)", "(1L, 2)"),
        ("dict", "{1: u'a'}", "{1: u'a'}"),
        ("unicode", "'a'", "u'a'"),
        ("Exception", "u'a'", "C(u'a',)"),
    ],
)
def test_a_method_may_ask_the_one_of_its_base(base: str, value: str, shown: str) -> None:
    """By ``super`` or by name; neither comes back to the method itself."""
    words = printed(
        f"class C({base}):\n"
        "    def __repr__(self): return '1' + super(C, self).__repr__()\n"
        f"print repr(C({value}))\n"
        f"class C({base}):\n"
        f"    def __repr__(self): return '2' + {base}.__repr__(self)\n"
        f"print repr(C({value}))\n"
    )
    assert words == f"1{shown}\n2{shown}\n"


def test_a_script_reads_and_calls_its_own_methods() -> None:
    """What a class holds for the host is not what its script reads there."""
    words = printed(
        "class C(object):\n"
        "    def __repr__(self): return 'C!'\n"
        "    __str__ = __repr__\n"
        "c = C()\n"
        "print c, [c], c.__repr__(), C.__str__(c), C.__dict__['__repr__'](c), '%s %r' % (c, c)\n"
        "class D(C):\n"
        "    def __repr__(self): return 'D' + super(D, self).__repr__()\n"
        "print [D()], D.__repr__.im_class, c.__repr__.im_self is c\n"
        "C.__repr__ = lambda self: 'new'\n"
        "print [D()], object.__getattribute__(c, '__repr__')()\n"
        "class M(type):\n"
        "    def __repr__(cls): return 'M:' + cls.__name__\n"
        "class E: __metaclass__ = M\n"
        "print E, [E]\n"
    )
    assert words == (
        "C! [C!] C! C! C! C! C!\n"
        "[DC!] <class '__main__.D'> True\n"
        "[Dnew] new\n"
        "M:E [M:E]\n"
    )


def test_an_heir_of_a_librarys_container_shows_its_items() -> None:
    """As Jython writes them, with no address of the host's memory."""
    words = printed(
        "import collections\n"
        "class D(collections.deque): pass\n"
        "class F(collections.defaultdict): pass\n"
        "print D([1L, u'a']), [D([0.1])], F(list, {1L: 2}).__repr__()\n"
    )
    assert words == (
        "deque([1L, u'a']) [deque([0.1])] defaultdict(<type 'list'>, {1L: 2})\n"
    )


@pytest.mark.parametrize("name", ["oct", "hex"])
def test_a_method_of_a_number_gives_a_text(name: str) -> None:
    """``__oct__`` and ``__hex__`` that give something else are errors."""
    words = printed(
        "class A:\n"
        f"    def __{name}__(self): return 5\n"
        "class B(object):\n"
        f"    def __{name}__(self): return A\n"
        "for one in (A(), B()):\n"
        f"    try: print {name}(one)\n"
        "    except TypeError, e: print e\n"
    )
    assert words == (
        f"__{name}__() should return a string\n"
        f"__{name}__ returned non-string (type classobj)\n"
    )


def test_the_interpreters_own_text_asks_no_script() -> None:
    """What the program that runs a script shows of its values runs nothing of the script's."""
    sandbox = Sandbox(Policy())
    result = sandbox.compile(
        "class C(object):\n"
        "    def __repr__(self): raise ValueError('asked')\n"
        "    __str__ = __repr__\n"
        "class E(Exception):\n"
        "    def __str__(self): raise ValueError('asked')\n"
        "value, error, odd = [C()], E('words'), E(C())\n"
    )
    assert result.script is not None
    environment = Environment(sandbox.policy)
    names = environment.namespace(script=result.script)
    with Run(environment=environment):
        environment.execute(result.script, names)
    assert str(names["value"]).startswith("[<__main__.C object at 0x")
    assert str(names["error"]) == "words"
    assert str(names["odd"]).startswith("<__main__.E object at 0x")


def test_words_of_the_interpreter_tell_no_address() -> None:
    """None of its messages shows an object; a text of a script's is shown as it is."""
    words = printed(
        "class C(object): pass\n"
        "def f(): pass\n"
        "for one in (C(), f):\n"
        "    try: [one](*5)\n"
        "    except TypeError, e: print 'at 0x' in e.args[0], str(e) == e.message\n"
        "print ValueError('at 0x123456789abc'),\n"
        "try: raise ValueError('at 0x123456789abc')\n"
        "except ValueError, e: print e\n"
    )
    assert words == "False True\n" * 2 + "at 0x123456789abc at 0x123456789abc\n"


def test_heirs_of_texts_and_numbers_show_as_in_python_2() -> None:
    """Made of an object they ask it; ``format`` and ``unicode`` take what they are."""
    source = """
class X(object):
    def __str__(self): return 'STR'
class S(str):
    def __str__(self): return 'OWN'
class U(str):
    def __new__(cls, value): return str.__new__(cls, value)
class V(U): pass
class I(int):
    def __str__(self): return 'I'
assert S(X()) + '' == U(X()) + '' == V(X()) + '' == 'STR' and S() + S('a') + S(5) == 'a5'
assert ['{0}'.format(S('a')), format(S('a')), unicode(S('a'))] + map(unicode, [S('a')]) == ['a'] * 4
assert ('%s' % S('a'), str(S('a')), str(I(1)), '{0}'.format(I(1))) == ('a', 'OWN', 'I', '1')
assert '__new__' not in S.__dict__
print 'done'
"""
    assert attack(source) == ("held", "")


def test_texts_may_be_made_by_whatever_can_be_called() -> None:
    """Properties, static methods and objects, as in Jython."""
    source = """
class C(object):
    def __call__(self, *given): return 'CC'
class P(object):
    __repr__ = C()
class Q(object):
    @property
    def __repr__(self): return lambda: 'QQ'
class R(object):
    @staticmethod
    def __repr__(): return 'RR'
    @classmethod
    def __str__(cls): return cls.__name__
assert [repr(P()), repr(Q()), repr(R()), str(R()), str(P())] == ['CC', 'QQ', 'RR', 'R', 'CC']
assert R.__repr__() == 'RR' and P.__repr__() == 'CC' and R.__str__() == 'R'
print 'done'
"""
    assert attack(source) == ("held", "")


def test_a_set_of_ones_own_shows_by_what_its_classes_have_now() -> None:
    """A mixin may get its text after the class was made, and lose it again."""
    source = """
class Mixin(object): pass
class S(Mixin, set): pass
class T(S): pass
assert repr(S([1])) == 'S([1])' and '__repr__' not in S.__dict__
Mixin.__repr__ = lambda self: 'mine'
assert repr(S([1])) == repr(T([1])) == 'mine' and '__repr__' not in T.__dict__
del Mixin.__repr__
assert (repr(S([1])), repr(T([1]))) == ('S([1])', 'T([1])')
T.__repr__ = lambda self: 'own'
assert (repr(S([1])), repr(T([1]))) == ('S([1])', 'own')
try: del S.__repr__
except AttributeError: print 'done'
"""
    assert attack(source) == ("held", "")


def test_the_parents_of_types_are_those_of_python_2() -> None:
    """As Jython shows them: no number or text extends another but ``bool``."""
    source = (
        "import datetime\n"
        "class X(int): pass\n"
        "for cls in (int, long, str, unicode, bool, X, dict, datetime.datetime, IOError):\n"
        "    assert cls.mro()[0] is cls and cls.__mro__ == tuple(cls.mro())\n"
        "    print cls.mro()[1:-1], cls.__bases__\n"
    )
    assert printed(source).splitlines() == [
        "[] (<type 'object'>,)",
        "[] (<type 'object'>,)",
        "[<type 'basestring'>] (<type 'basestring'>,)",
        "[<type 'basestring'>] (<type 'basestring'>,)",
        "[<type 'int'>] (<type 'int'>,)",
        "[<type 'int'>] (<type 'int'>,)",
        "[] (<type 'object'>,)",
        "[<class 'datetime.date'>] (<class 'datetime.date'>,)",
        "[<type 'exceptions.EnvironmentError'>, <type 'exceptions.StandardError'>, "
        "<type 'exceptions.Exception'>, <type 'exceptions.BaseException'>] "
        "(<type 'exceptions.EnvironmentError'>,)",
    ]
