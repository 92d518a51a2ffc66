"""What profile 7.9 warns of: the language and library that Jython 2.5 lacks."""

import pytest

from sandbox.dialect import parse
from sandbox.dialect.profiles import profile_warnings

NEW = [
    ("try: a\nexcept E as e: b\n", "except-as", 2, 1, 17),
    ("with a: b\n", "with-without-future", 1, 1, 10),
    ("from __future__ import with_statement\nwith a, b: c\n", "with-several", 2, 1, 13),
    ("x = {1, 2}\n", "set-literal", 1, 5, 11),
    ("x = {a for a in b}\n", "set-comprehension", 1, 5, 19),
    ("x = {a: 1 for a in b}\n", "dict-comprehension", 1, 5, 22),
    ("x = b'a'\n", "bytes-literal", 1, 5, 9),
    ("x = 0o17\n", "number-prefix", 1, 5, 9),
    ("x = u'é', 0B11L\n", "number-prefix", 1, 11, 16),
    ("@a\nclass B: pass\n", "class-decorator", 1, 2, 3),
    ("class A:\n  @x.setter\n  def x(self, v): pass\n", "property-setter", 2, 4, 12),
    ("f(*a, b=1)\n", "keyword-after-star", 1, 7, 10),
    ("'{}'.format(1)\n", "str-format", 1, 1, 12),
    ("from __future__ import print_function\n", "future-import", 1, 24, 38),
    ("from __future__ import unicode_literals\n", "future-import", 1, 24, 40),
    ("import json\n", "new-library", 1, 8, 12),
    ("from collections import namedtuple\n", "new-library", 1, 25, 35),
    ("x = next(y)\n", "new-builtin", 1, 5, 9),
]

OLD = """\
'''doc'''
from __future__ import with_statement, division, absolute_import
import re, os.path as path, collections
from collections import defaultdict
from .. import a
with a as b:
    c
with d: e
try: a
except (B, C), d: e
except: f
else: g
finally: h
def f(a, (b, c)=1, *d, **e):
    x = yield a
    return
class A(): pass
class B(A):
    x = property(a, b)
    @staticmethod
    def m(): pass
f(b=1, *c, **d)
x = a if b else c
y = [a for a in 1, 2 if b], (c for c in d), {1: 2}
print >>z, 017, 0x1F, 10L, u'a', ur'b', 'a' % b
exec 'a' in b, c
a.print(`b`), a <> b, system.date.format(d, 'HH:mm'), it.next()
raise A, b, c
def next(x): return format
def g(format): return format
"""


@pytest.mark.parametrize("case", NEW, ids=lambda case: repr(case[0]))
def test_new(case: tuple[str, str, int, int, int]) -> None:
    """Each thing newer than Python 2.5 has one warning, with its rule, place and a remedy."""
    source, rule, line, column, end = case
    found = profile_warnings(parse(source), source, "7.9")
    assert [(w.rule, w.line, w.column, w.end) for w in found] == [(rule, line, column, end)]
    assert found[0].message
    assert found[0].remedy


def test_old() -> None:
    """What Python 2.5 has gives no warning."""
    assert profile_warnings(parse(OLD), OLD, "7.9") == []


@pytest.mark.parametrize("profile", ["8.1", "8.3"])
def test_later_profiles(profile: str) -> None:
    """Ignition 8 has Jython 2.7, so nothing is too new."""
    for source, *_ in NEW:
        assert profile_warnings(parse(source), source, profile) == []


def test_order() -> None:
    """Warnings come in the order of the text."""
    source = "x = {1}\ntry: {a for a in b}\nexcept E as e: {c: d for c in e}\nimport json\n"
    found = profile_warnings(parse(source), source, "7.9")
    assert [w.rule for w in found] == [
        "set-literal", "set-comprehension", "except-as", "dict-comprehension", "new-library",
    ]  # fmt: skip
