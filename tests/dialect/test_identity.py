"""Our tree is the tree: CPython 2.7's own, and the host's where both languages agree.

``PILOTLIGHT_FULL_IDENTITY=1`` compares the whole of CPython 2.7's library, not a sample.
"""

import os
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from sandbox.dialect import DialectError, parse
from tests.dialect.canonical import difference, ours, theirs
from tests.dialect.host_shape import NotShared, dump_host, dump_ours
from tests.dialect.programs import PROGRAMS
from tests.oracle.python27 import Python27Oracle, python27_path

PYTHON27 = python27_path()
needs_python27 = pytest.mark.skipif(PYTHON27 is None, reason="no CPython 2.7 here")
COOKIE = re.compile(rb"coding[:=]\s*([-\w.]+)")
SAMPLE = 150

CONSTRUCTS = """
x = -5 + - 5 - -(5) ** 2
x[1], x[1:2], x[::2], x[1:2, ..., ::3], x[a, b], x[:, 1]
f(a, b=1, *c, **d)(e)[g].h
print >>f, a, 'b' u'c',
print
exec 'a' in b, c
exec('a', b)
`a, b`
a if b else c or d and not e
lambda a, (b, c)=1, *d, **e: (yield)
{1: 2, 3: 4}, {1, 2}, {a for a in b}, {a: b for a, b in c}, [a for a in 1, 2 if b], (a for a in b)
a < b <> c != d in e not in f is g is not h
1 << 2 >> 3 & 4 | 5 ^ 6 // 7 % ~8
0777, 0o17, 0xFFL, 0b11, 1e5, 1.5j, 10L
'a\\x41\\101\\n\\u1234', u'\\u1234\\x41\\N{BULLET}', ur'\\u0041\\n', b'\\x00', r'\\n', 'é', u'é'
a = b, c = [d, e] = f
a += 1; b.c **= 2; d[e] //= 3
del a, (b, [c]), d.e, f[g]
assert a, b
raise A, b, c
import a.b.c as d, e
from .. import a as b, c
from a.b import (c,)
global a, b
"""

BLOCKS = """
if a: b
elif c:
    d
else:
\te
while a:
    if b: break
    continue
else:
    c
for a, (b, c) in d: e
try:
    a
except B, c:
    d
except (E, F) as g.h:
    i
except:
    j
else: k
finally:
    l
try: a
finally: b
with a as b, c as (d, e):
    pass
@a.b
@c(d)
def f(a, (b, c)=1, *d, **e):
    '''doc
    string'''
    return
@a
class B(C, D):
    x = 1
    def m(self): yield self
class E: pass
"""


@pytest.fixture(scope="module")
def python27() -> Iterator[Python27Oracle]:
    assert PYTHON27 is not None
    with Python27Oracle(PYTHON27) as oracle:
        yield oracle


def compare(oracle: Python27Oracle, source: bytes) -> str | None:
    """The first difference to CPython 2.7's tree of an accepted text, or None."""
    reply = oracle.ask(source)
    if "error" in reply:
        return f"CPython 2.7: {reply['error']}"
    return difference(ours(parse(source.decode("utf-8"))), theirs(reply["tree"]))


@needs_python27
@pytest.mark.parametrize("line", [x for x in CONSTRUCTS.split("\n") if x])
def test_statements(python27: Python27Oracle, line: str) -> None:
    """Each kind of simple statement and expression has CPython 2.7's tree and positions."""
    assert compare(python27, b"# coding: utf-8\n" + line.encode() + b"\n") is None


@needs_python27
def test_blocks(python27: Python27Oracle) -> None:
    """Each kind of compound statement has CPython 2.7's tree and positions."""
    assert compare(python27, BLOCKS.encode()) is None


def library27() -> list[Path]:
    """Files of CPython 2.7's library, a spread sample unless all are asked for."""
    assert PYTHON27 is not None
    root = Path(PYTHON27).resolve().parent.parent / "lib" / "python2.7"
    paths = sorted(path for path in root.rglob("*.py") if "site-packages" not in path.parts)
    if os.environ.get("PILOTLIGHT_FULL_IDENTITY"):
        return paths
    return paths[:: max(1, len(paths) // SAMPLE)]


@needs_python27
@pytest.mark.timeout(600)
def test_library(python27: Python27Oracle) -> None:
    """CPython 2.7's own library: every text that Jython takes too has the same tree."""
    compared = 0
    faults = []
    for path in library27():
        data = path.read_bytes()
        cookie = COOKIE.search(b"\n".join(data.split(b"\n")[:2]))
        if cookie and cookie.group(1).lower() not in (b"utf-8", b"utf8", b"ascii"):
            continue
        try:
            tree = parse(data.decode("utf-8"), str(path))
        except (UnicodeDecodeError, DialectError):
            continue
        reply = python27.ask(data)
        if "error" in reply:
            faults.append(f"{path}: accepted, but CPython 2.7 says {reply['error']}")
            continue
        compared += 1
        found = difference(ours(tree), theirs(reply["tree"]))
        if found:
            faults.append(f"{path}: {found}")
    assert faults == []
    assert compared == 0 or compared > SAMPLE // 2


@needs_python27
@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(source=PROGRAMS)
def test_generated(python27: Python27Oracle, source: str) -> None:
    """A generated program that both take has the same tree.

    CPython 2.7 has no keywords as attributes and other rules of the compile stage.
    """
    data = b"# coding: utf-8\n" + source.encode()
    reply = python27.ask(data)
    try:
        tree = parse(data.decode())
    except DialectError:
        return
    if "tree" in reply:
        assert difference(ours(tree), theirs(reply["tree"])) is None


def host_files() -> list[Path]:
    """Some of the host's own library."""
    root = Path(sysconfig.get_paths()["stdlib"])
    return sorted(root.glob("*.py"))[::3] + sorted((root / "json").glob("*.py"))


@pytest.mark.filterwarnings("ignore")
def test_host_shape() -> None:
    """Where a text means the same in Python 3, the tree is the host's, ends included."""
    compared = 0
    for path in host_files():
        source = path.read_text("utf-8")
        try:
            mine = dump_ours(parse(source))
            host = dump_host(source)
        except (DialectError, NotShared, SyntaxError):
            continue
        compared += 1
        assert mine == host, path
    assert compared > 5


@pytest.mark.parametrize(
    "source",
    [
        "x = (a,\n  'é' )[1:2, 3](b, *c, **d).e\n",
        "f(x for x in y)\n(x for x in y)\n[a, (b), (c + d) * e,]\n",
        "if a:\n  b;\nelif c: d\nelse:\n  '''x\n  y'''\n",
        "@a.b(c)\ndef f(a, b=1, *c, **d):\n  return lambda x, y=2: x\n",
        "class A(B, object):\n\n  x = -1 ** 2\n  # end\ny = not a < b is not c\n",
        "try:\n  a\nexcept (B, C) as d: e\nelse: f\nfinally:\n  g\n",
        "with a as (b, c), d:\n  for e, in f: g\n  else: h\nwhile i: j\n",
        "a = b, c = d\na.b[c] += 1\ndel a, b.c\nassert a, b\nimport a.b as c\nfrom . import d\n",
        "x = {a: b for a, b in c if d if e}, {f}, {g: h}, [i for j in k for l in m]\n",
        "x = u'𝄞é' + é_ if False else 1\n".replace("é_", "e"),
    ],
)
def test_host_positions(source: str) -> None:
    """Starts and ends, in UTF-8 bytes, are the host's."""
    assert dump_ours(parse(source)) == dump_host(source)
