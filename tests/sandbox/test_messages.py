"""Messages of the interpreter's own: none has the text of a script's object in it."""

from __future__ import annotations

import marshal
from typing import Any

import pytest

from sandbox import Policy, Sandbox
from sandbox.dialect.meaning import objects_shown
from tests.sandbox.attack_host import attack, printed

NAMES = """
import abc, collections, functools, itertools, operator, threading
from java.util import ArrayList
class X(object):
    def __repr__(self): return 'X'
    def __str__(self): return 'X'
    def __call__(self, *args, **named): return args
    def __getattr__(self, name):
        if name[:2] == '__': seen.append(name)
        raise AttributeError(name)
class L(list):
    def method(self): return super(L, self).index
class A(object):
    def __radd__(self, found): return found
    def __rsub__(self, found): return found
class M(type):
    def __repr__(cls): return 'M'
class E(Exception):
    __metaclass__ = M
    def __new__(cls, *args): return x
x, l, seen = X(), L([X()]), []
def f(*args, **named): pass
read = l.index
for asked in (
    {body},
):
    try: asked()
    except Exception, e: pass
assert not seen, seen
"""
BODIES = [
    "lambda: [].index(x), lambda: [].index([x]), lambda: [].index(slice(x, x))",
    "lambda: l.index(5.5), lambda: [].index(x, 0), lambda: [].index(x, 0, -1)",
    "lambda: list.index([], x), lambda: L.index(l, [x]), lambda: map([].index, [x])",
    "lambda: getattr([], 'index')(x), lambda: operator.methodcaller('index', x)([])",
    "lambda: operator.attrgetter('index')([])(x), lambda: l.method()([x])",
    "lambda: read([x]), lambda: [m([x]) for m in [l.index]], lambda: apply(l.index, ([x],))",
    "lambda: [].index(*([x],)), lambda: super(L, l).index([x]), lambda: L().index([x])",
    "lambda: collections.deque().index([x]), lambda: ArrayList().index([x])",
    "lambda: x(*5), lambda: x(*None), lambda: [x][0](*5), lambda: (lambda: x)()(*5)",
    "lambda: x(1, *5), lambda: x(a=1, *5), lambda: l(*5), lambda: x(*x), lambda: f(*x)",
    "lambda: x(**5), lambda: x(**x), lambda: x(a=1, **{'a': 2}), lambda: l(a=1, **{'a': 2})",
    "lambda: apply(x, 5), lambda: apply(x, (), 5), lambda: list(itertools.starmap(x, [5]))",
    "lambda: functools.partial(x, 1)(*5), lambda: threading.Thread(target=x, args=5)",
]


@pytest.mark.parametrize("tier", ["thread", "process"])
@pytest.mark.parametrize("body", BODIES)
def test_no_message_asks_for_a_text(
    body: str, tier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not found in a list, and what was called with something that is no sequence."""
    asked: list[object] = []

    def unasked(value: object) -> str:
        asked.append(type(value))
        return "?"

    monkeypatch.setattr(objects_shown, "unasked_text", unasked)
    source = NAMES.replace("{body}", body)
    assert attack(source, Policy(tier=tier)) == ("held", "")  # type: ignore[arg-type]
    assert asked == []


@pytest.mark.parametrize("statement", ["l.index += A()", "l.index -= A()"])
def test_a_method_that_is_read_to_be_stored_is_ours_as_well(statement: str) -> None:
    """An operator of a script's gets what the name gave."""
    made: Any = printed(
        NAMES.replace("{body}", "len")
        + "class H(object): pass\n"
        + "h = H(); h.index = l.index\n"
        + "def change(): "
        + statement.replace("l.", "h.")
        + "\nchange()\nprint h.index, h.index == l.index\n"
        + statement.replace("l.", "h.")
        + "\nprint h.index([x]) if [x] in l else h.index.__name__\n"
    )
    assert made == "<built-in method index of L object> True\nindex\n"


def test_an_index_counts_and_finds_as_before() -> None:
    """Attributes of that name, bounds, heirs, and what equals by a method of a script's."""
    words = printed(
        "class C(object):\n"
        "    index = 0\n"
        "    def go(self):\n"
        "        for i in range(4):\n"
        "            self.index += i\n"
        "            self.index *= 2\n"
        "        self.index -= 1\n"
        "        return self.index\n"
        "class E(object):\n    def __eq__(self, other): return other == 3\n"
        "l = [1, (2,), 3, (2,), None]\n"
        "print C().go(), l.index((2,)), l.index((2,), 2), l.index((2,), -2, 100), l.index(E())\n"
        "print list.index(l, None), map(l.index, [1, 3]), 'abc'.index('c'), (1, 2).index(2)\n"
        "class L(list):\n"
        "    def index(self, x): return -list.index(self, x) + super(L, self).index(x)\n"
        "print L(l).index((2,)), l.index == l.index, {l.index: 1}[l.index]\n"
        "class B(object):\n    def __eq__(self, other): raise ValueError('mine')\n"
        "for ask in (lambda: l.index([]), lambda: l.index(None, 0, 2), lambda: l.index(B()),\n"
        "            lambda: l.index(()), lambda: l.index([], None), lambda: l.index()):\n"
        "    try: ask()\n"
        "    except Exception, e: print e\n"
    )
    assert words == (
        "21 1 3 3 2\n4 [0, 2] 2 1\n0 True 1\n"
        "list.index(x): x not in list\nlist.index(x): x not in list\nmine\n"
        "list.index(x): x not in list\n"
        "slice indices must be integers or have an __index__ method\n"
        "index() takes 2-4 arguments (0 given)\n"
    )


def test_arguments_that_are_none_are_refused_by_name() -> None:
    """The words are Python 2's, in either tier, and a script's own error passes."""
    words = printed(
        "class C(object):\n    def m(self, *args, **named): return args\n"
        "class I(object):\n    def __iter__(self): raise TypeError('mine')\n"
        "class G(object):\n    def __getitem__(self, at): return [1, 2][at]\n"
        "c = C()\n"
        "def f(*args, **named): return args\n"
        "for ask in (lambda: f(*5), lambda: f(1, *5), lambda: c.m(*5), lambda: f(**5),\n"
        "            lambda: f(a=1, **{'a': 2}), lambda: f(*I()), lambda: f(*G())):\n"
        "    try: print ask()\n"
        "    except TypeError, e: print e\n"
    )
    assert words == (
        "f() argument after * must be a sequence\nf() argument after * must be a sequence\n"
        "m() argument after * must be a sequence\nf() argument after ** must be a mapping\n"
        "f() got multiple values for keyword argument 'a'\nmine\n(1, 2)\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "x" + ".index(a)" * 60,
        "x.index(a" + ").index(a" * 60 + ")",
        "f(*" * 60 + "x" + ")" * 60,
        "f(a=1, **" * 60 + "x" + ")" * 60,
    ],
)
@pytest.mark.parametrize("shape", ["{}\n", "def g(x, a, f):\n    return {}\n"])
def test_a_chain_of_such_calls_is_compiled_once(text: str, shape: str) -> None:
    """Where an expression would stand twice in the code, each link would double what is there."""
    before = "x = a = f = 1\n"
    script = Sandbox(Policy()).compile(before + shape.format(text)).script
    assert script is not None
    assert len(marshal.dumps(script.code)) < 60_000


CHANGED = """
class X(object):
    def __repr__(self): return 'shown'
class H(object):
    def foo(self):
        global v
        v = [X()]
        return []
    foo = property(foo)
    def __getitem__(self, place): return self.foo
    def __add__(self, other): return self.foo
h = H()
for ask in (lambda: h.foo.index(v), lambda: h[0].index(v), lambda: (h + 1).index(v)):
    v = 1
    try: ask()
    except ValueError, e: print e
"""


def test_what_an_owner_puts_in_its_place_is_looked_at() -> None:
    """The value is looked at when everything before it has been evaluated."""
    assert printed(CHANGED) == "list.index(x): x not in list\n" * 3
