"""What the facades never do: lead out, take stores, share state, hold the host up."""

import contextlib
import threading
import time
import types
from collections import deque
from typing import Any

import pytest

from sandbox import Environment, Run, Sandbox, ScriptStopped
from sandbox.library import Library, ModuleRefused
from sandbox.library.java.packages import _INDEX, find_class
from sandbox.library.java.throwables import known_exceptions
from sandbox.library.registry import MODULES, REFUSED
from sandbox.policy import Policy

FORBIDDEN = (types.ModuleType, types.FrameType, types.CodeType, types.TracebackType)


def run(source: str, seconds: float | None = None) -> str:
    """The output of a script, and the text of its error."""
    result = Sandbox(Policy()).compile(source, "<script>")
    assert result.script is not None, result.diagnostics
    output: list[str] = []
    environment = Environment(Policy())
    deadline = None if seconds is None else time.monotonic() + seconds
    with Run(output=output.append, environment=environment, deadline=deadline):
        try:
            environment.execute(result.script, environment.namespace(script=result.script))
        except ScriptStopped:
            output.append("STOPPED")
        except Exception as error:
            output.append(f"{type(error).__name__}: {error}")
    return "".join(output)


def roots() -> list[tuple[str, Any]]:
    library = Library()
    found = [(name, library.find_module(name)) for name in MODULES]
    found += [(name, find_class(name)) for name in _INDEX]
    return found + list(known_exceptions().items())


def crawl() -> list[tuple[str, Any]]:
    """Everything that attributes without an underscore lead to, five steps deep."""
    pending = deque((name, value, 0) for name, value in roots())
    seen: dict[Any, Any] = {}
    found = []
    while pending:
        path, value, depth = pending.popleft()
        key = (type(value), id(getattr(value, "__self__", None)), getattr(value, "__name__", None))
        key = key if isinstance(value, types.MethodType) else id(value)
        if key in seen:
            continue
        seen[key] = value
        found.append((path, value))
        if depth >= 5 or isinstance(value, (str, int, float, bytes, type(None))):
            continue
        for name in dir(value):
            if name.startswith("_"):
                continue
            with contextlib.suppress(BaseException):
                pending.append((f"{path}.{name}", getattr(value, name), depth + 1))
    return found


@pytest.fixture(scope="module")
def reached() -> list[tuple[str, Any]]:
    return crawl()


def test_no_facade_leads_to_the_interpreter(reached: list[tuple[str, Any]]) -> None:
    """No public attribute gives a module, frame, code object or traceback."""
    assert len(reached) > 2000
    assert [path for path, value in reached if isinstance(value, FORBIDDEN)] == []
    assert [path for path, value in reached if value is type or value is BaseException] == []


def test_no_facade_gives_a_plain_function(reached: list[tuple[str, Any]]) -> None:
    """Functions are bound: a plain one would take stores that other projects see."""
    assert [path for path, value in reached if type(value) is types.FunctionType] == []


def test_facades_and_classes_refuse_stores() -> None:
    """A store on a module or on a Java class fails."""
    for path, value in roots():
        with pytest.raises((AttributeError, TypeError)):
            value.poison = 1
        assert not hasattr(value, "poison"), path


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused_modules_say_what_to_do(name: str) -> None:
    """An import of files, processes, sockets or the interpreter names the remedy."""
    with pytest.raises(ModuleRefused, match=r"not available here: .{20}"):
        Library().find_module(name)


def test_unknown_modules_are_unknown() -> None:
    """What is neither served nor refused is None, so that the import says so."""
    assert Library().find_module("no_such_module") is None
    assert Library().find_module("java.util.NoSuchThing") is None


def test_from_import_never_reaches_a_real_submodule() -> None:
    """The interpreter answers a missing name with the real ``json.decoder``; ours does not."""
    for module, name in (("json", "decoder"), ("json", "scanner"), ("collections", "abc")):
        words = run(
            f"try:\n    from {module} import {name}\n    print {name}\n"
            "except ImportError, e:\n    print 'refused', e\n"
        )
        assert words == f"refused cannot import name {name}\n"


def test_java_imports_name_the_class_and_the_remedy() -> None:
    """An import of a class that is not served says which and what to use instead."""
    words = run("try:\n    from java.io import File\nexcept ImportError, e:\n    print e\n")
    assert "java.io.File" in words
    assert "system.file" in words


def test_environments_share_no_state() -> None:
    """Random generators, csv dialects and log levels are an environment's own."""
    one, other = Library(), Library()
    one.find_module("random").seed(1)
    first = one.find_module("random").random()
    other.find_module("random").seed(2)
    one.find_module("random").seed(1)
    assert one.find_module("random").random() == first
    one.find_module("csv").register_dialect("mine", delimiter=";")
    assert "mine" not in other.find_module("csv").list_dialects()
    one.find_module("calendar").setfirstweekday(6)
    assert other.find_module("calendar").firstweekday() == 0


def test_a_pattern_that_backtracks_ends_and_lets_others_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A catastrophic pattern raises within its limit; other threads run meanwhile."""
    from sandbox.library import re_pattern

    monkeypatch.setattr(re_pattern, "TIME_LIMIT", 0.5)
    ticks: list[float] = []
    ended = threading.Event()

    def count() -> None:
        while not ended.wait(0.02):
            ticks.append(time.monotonic())

    counter = threading.Thread(target=count)
    counter.start()
    started = time.monotonic()
    words = run("import re\nre.match('(a|a)*b' + '$', 'a' * 60 + 'c')\nprint 'done'\n")
    ended.set()
    counter.join()
    assert words == "done\n" or "took too long" in words
    assert time.monotonic() - started < 5
    if "took" in words:
        assert len(ticks) > 5


@pytest.mark.parametrize(
    "body",
    [
        "import time\ntime.sleep(60)",
        "import threading\nthreading.Event().wait()",
        "import threading\nl = threading.Lock()\nl.acquire()\nl.acquire()",
        "import Queue\nQueue.Queue().get()",
        "import itertools\nfor i in itertools.count(): pass",
        "import itertools\nlist(itertools.islice(itertools.count(), 10 ** 12, 10 ** 12 + 1))",
        "from java.lang import Thread\nThread.sleep(60000)",
        "from java.util.concurrent import CountDownLatch\nCountDownLatch(1).await()",
        "import threading\nt = threading.Thread(target=lambda: threading.Event().wait())\n"
        "t.start()\nt.join()",
    ],
)
def test_every_wait_ends_when_the_run_is_stopped(body: str) -> None:
    """Sleeps, locks, queues and endless iterators stop at the deadline."""
    started = time.monotonic()
    assert run(body + "\nprint 'never'\n", seconds=0.2) == "STOPPED"
    assert time.monotonic() - started < 3


def test_deep_chains_of_iterators_raise_instead_of_crashing() -> None:
    """Nests of itertools beyond the recursion limit are an error, not a dead process."""
    words = run(
        "import itertools\nx = []\n"
        "try:\n    for i in range(50000): x = itertools.chain(x, [i])\n    print len(list(x))\n"
        "except RuntimeError, e:\n    print 'refused'\n"
    )
    assert words == "refused\n"


@pytest.mark.parametrize(
    "expression",
    [
        "operator.mul('a', 10 ** 10)",
        "operator.pow(10, 10 ** 9)",
        "operator.lshift(1, 10 ** 12)",
        "string.ljust('a', 10 ** 10)",
        "math.factorial(10 ** 9)",
        "struct.pack('%dx' % 10 ** 7 + '0', 1) and struct.calcsize('999999999s')",
        "StringBuilder('x' * 10 ** 6).append('y' * 10 ** 7).append('z' * 10 ** 7).toString()",
        "String('ab').repeat(2147483647)",
        "array.zeros('d', 10 ** 10)",
        "os.urandom(10 ** 9)",
        "list(collections.Counter({'a': 10 ** 12}).elements())",
        "operator.mod('%999999999d', 1)",
        "locale.format('%999999999d', 1)",
        "re.escape('.' * 10 ** 7 + 'x')",
    ],
)
def test_sizes_are_checked_before_the_work(expression: str) -> None:
    """A huge result is refused at once instead of filling the memory."""
    head = (
        "import operator, string, math, struct, array, os, collections, locale, re\n"
        "from java.lang import StringBuilder, String\n"
    )
    started = time.monotonic()
    words = run(
        f"{head}try:\n    x = {expression}\n    print 'made'\nexcept:\n    print 'refused'\n"
    )
    assert words == "refused\n"
    assert time.monotonic() - started < 3


def test_attrgetter_and_its_kin_are_guarded() -> None:
    """``operator`` reads attributes as the policy lets scripts read them."""
    words = run(
        "import operator\n"
        "for name in ('__class__.__bases__', '__globals__', 'upper.__self__', 'func_globals'):\n"
        "    try:\n        print operator.attrgetter(name)('x')\n"
        "    except Exception, e: print type(e).__name__\n"
        "try:\n    print operator.methodcaller('__reduce__')('x')\n"
        "except Exception, e: print type(e).__name__\n"
    )
    assert "function" not in words
    assert "built-in" not in words


def test_bean_properties_of_java_objects() -> None:
    """``x.time`` reads and ``x.time = 5`` writes through getter and setter; classes too."""
    words = run(
        "from java.util import Date, Calendar, Locale\n"
        "d = Date(0)\nd.time = 5\nprint d.time, repr(d.getTime()), Locale.US.country\n"
        "try:\n    d.nothing = 1\nexcept AttributeError, e: print e\n"
        "try:\n    Date.getTime = 1\nexcept AttributeError, e: print 'sealed'\n"
        "c = Calendar.getInstance()\nc.time = Date(0)\nprint c.timeInMillis\n"
    )
    assert words == ("5 5L US\n'java.util.Date' object has no attribute 'nothing'\nsealed\n0\n")


def test_java_throwables_are_no_python_exceptions() -> None:
    """``except Exception`` misses a Java error; its own class and a bare except catch it."""
    words = run(
        "import java.lang.Exception as JEx\nfrom java.lang import RuntimeException, Throwable\n"
        "for kind in (JEx, RuntimeException):\n"
        "    try:\n        try:\n            raise kind('boom')\n"
        "        except Exception, e: print 'python'\n"
        "    except Throwable, e: print e, e.message, e.cause\n"
        "class Mine(JEx):\n    def __init__(self, m): JEx.__init__(self, m + '!')\n"
        "try: raise Mine('x')\nexcept JEx, e: print e.getMessage()\n"
    )
    assert words == (
        "java.lang.Exception: boom boom None\njava.lang.RuntimeException: boom boom None\nx!\n"
    )


def test_heirs_that_compare_in_their_own_way_hash_as_their_base_does() -> None:
    """``__eq__`` alone leaves the hash of a Java base as it was."""
    words = run(
        "from java.util import ArrayList\n"
        "class A(ArrayList):\n    def __eq__(self, other): return True\n"
        "print hash(A([1])) == hash(ArrayList([1])), hash(A([1])) == hash(A([2]))\n"
    )
    assert words == "True False\n"


NESTS = [
    "chain(x, [1])", "chain([1], x)", "chain.from_iterable([x])", "cycle(x)", "islice(x, 5)",
    "imap(None, x)", "izip(x, x)", "izip_longest(x)", "ifilter(None, x)", "ifilterfalse(None, x)",
    "takewhile(None, x)", "dropwhile(None, x)", "groupby(x)", "starmap(None, x)",
    "compress(x, [1])", "tee(x)[0]",
]  # fmt: skip


@pytest.mark.parametrize("nest", NESTS)
def test_iterators_are_nested_no_deeper_than_any_stack(nest: str) -> None:
    """What no item can be taken of is refused while it is made: to free it takes its time."""
    out = run(
        "import itertools\nx = iter([1])\nn = 0\ntry:\n\twhile n < 100000:\n"
        f"\t\tx = itertools.{nest}\n\t\tn += 1\nexcept RuntimeError, e: print n <= 1000, e\n"
        "x = itertools.chain(xrange(3), itertools.chain([7], itertools.count()))\nprint next(x)"
    )
    assert out == "True maximum recursion depth exceeded\n0\n"


def test_heirs_answer_for_missing_names_by_getattr() -> None:
    """``__getattr__`` of an heir works as ever, through ``super`` too, but for the host's names."""
    words = run(
        "from java.util import ArrayList\n"
        "class A(ArrayList):\n"
        "    def __getattr__(self, name):\n"
        "        if name == 'one': return 'A'\n"
        "        raise AttributeError(name)\n"
        "class B(A):\n"
        "    def __init__(self): pass\n"
        "    def __getattr__(self, name):\n"
        "        return name == 'two' and 'B' or super(B, self).__getattr__(name)\n"
        "b = B()\n"
        "print b.one, b.two, hasattr(b, 'three'), b.__getattr__('one'), A.__getattr__\n"
        "try: b.size()\n"
        "except AttributeError, e: print e\n"
    )
    assert words == (
        "A B False A <unbound method A.__getattr__>\n"
        "'_items' of a 'B' object is not set: call the __init__ of its base\n"
    )
