"""Benign scripts mean the same with the policy and without it."""

from __future__ import annotations

import builtins
import contextlib
import io
from typing import Any

import pytest

from sandbox import Environment, Policy, Run, Sandbox

# Python that reads the same in both languages, so that it runs without any of ours as well.
SCRIPTS = {
    "classes": """
class Base(object):
    count = 0
    def __init__(self, name):
        self._name = name
        self.__hidden = 1
        Base.count += 1
    def __repr__(self):
        return 'Base(%s)' % self._name
    def __eq__(self, other):
        return self._name == other._name
    def __hash__(self):
        return hash(self._name)
    def hidden(self):
        self.__hidden += 1
        return self.__hidden
class Child(Base):
    __slots__ = ('extra',)
    def __init__(self, name, extra):
        super(Child, self).__init__(name)
        self.extra = extra
    def __getattr__(self, name):
        if name.startswith('x_'):
            return name[2:]
        raise AttributeError(name)
a, b = Base('a'), Child('b', [1])
out(repr([a, b]), a == Base('a'), len({a, Base('a')}), b.x_y, hasattr(b, 'y'), Base.count)
out(a.hidden(), a.hidden(), b.extra, b.__class__.__name__, isinstance(b, Base))
out(sorted(a.__dict__), getattr(b, '_name'), getattr(b, 'none', 'default'))
setattr(a, 'late', 3)
out(a.late)
del a.late
out(hasattr(a, 'late'))
""",
    "closures": """
def counter():
    state = {'n': 0}
    def up(by=1):
        state['n'] += by
        return state['n']
    up.label = 'up'
    return up
c = counter()
out(c(), c(5), c.label, c.__name__, (lambda x, *a, **k: (x, a, k))(1, 2, y=3))
out([f(2) for f in [lambda v: v + 1, lambda v: v * v]])
""",
    "generators": """
def numbers(n):
    try:
        i = 0
        while i < n:
            got = yield i
            i += got or 1
    finally:
        out('closed')
out(list(numbers(3)))
g = numbers(10)
out(next(g), g.send(4))
g.close()
out(sum(x * x for x in range(5)), dict((k, v) for k, v in [(1, 2)]))
class Manager(object):
    def __enter__(self): return 'in'
    def __exit__(self, *error): out('exit', error[0] is None)
def managed():
    with Manager() as m:
        yield m
out(list(managed()))
""",
    "errors": """
class Mine(ValueError):
    pass
def risky(kind):
    try:
        if kind == 1: raise Mine('one')
        if kind == 2: return {}['k']
        if kind == 3: return [][0]
        return 'fine'
    except Mine as e:
        return 'mine', str(e), e.args
    except (KeyError, IndexError) as e:
        return type(e) is KeyError or 'index'
    finally:
        out('finally', kind)
for kind in range(4):
    out(risky(kind))
try:
    None.x
except AttributeError:
    out('no attribute')
""",
    "targets": """
a, (b, c), [d, e] = 1, (2, 3), [4, 5]
x = y = []
x += [1]
out(a, b, c, d, e, y)
class O(object): pass
o = O()
o.p, o._q = 1, 2
o.p += 5
o._q *= 3
for o.i in [7, 8]: pass
d = {'k': 1}
d['k'] += 1
d['z'] = d['k'] ** 2
del d['k']
l = [0, 1, 2, 3]
l[1:3] = ['x']
out(o.p, o._q, o.i, d, l, l[::-1], l[-1])
""",
    "text": """
out('%s|%5.2f|%03d|%r' % ('a', 1.5, 7, 'q'), '{0}-{1}'.format(1, 'b'), ','.join(['x', 'y']))
out('abc'.upper().replace('B', '--'), 'a b'.split(), 'x' * 3, 'abc'[1:], 'b' in 'abc')
out(sorted({'b': 1, 'a': 2}.items()), max([3, 1]), min(4, 2), sum([1, 2]), abs(-3), len('abc'))
""",
    "metaclass": """
def make(name, bases, body):
    body['tag'] = name.lower()
    return type(name, bases, body)
T = make('Thing', (object,), {'f': lambda self: self.tag})
out(T().f(), T.__name__, T.tag, isinstance(T(), T), issubclass(T, object))
""",
}


def plain(source: str) -> str:
    """What Python prints for it, with nothing of ours."""
    text = io.StringIO()

    def out(*values: Any) -> None:
        text.write(" ".join(map(repr, values)) + "\n")

    with contextlib.redirect_stdout(text):
        builtins.exec(compile(source, "plain", "exec"), {"__name__": "plain", "out": out})
    return text.getvalue()


def guarded(source: str, policy: Policy) -> str:
    """What it prints under the policy."""
    result = Sandbox(policy).compile(source, "script")
    assert result.script is not None, result.diagnostics
    text: list[str] = []

    def out(*values: Any) -> None:
        text.append(" ".join(map(repr, values)) + "\n")

    environment = Environment(policy)
    names = {"out": out}
    with Run():
        environment.execute(
            result.script, environment.namespace("plain", script=result.script, names=names)
        )
    return "".join(text)


@pytest.mark.parametrize("tier", ["thread", "process"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_the_policy_changes_nothing_for_benign_scripts(name: str, tier: str) -> None:
    """Line by line the same output in both tiers as plain Python."""
    source = SCRIPTS[name]
    assert guarded(source, Policy(tier=tier)) == plain(source)  # type: ignore[arg-type]
