"""Stop tokens, deadlines, output and sizes of the thread tier."""

from __future__ import annotations

import decimal
import gc
import threading
import time
from typing import Any
from weakref import ref

import pytest

from sandbox import Environment, Limits, Policy, Run, Sandbox, ScriptStopped, current_run
from sandbox.limits import StopToken, set_current_run
from sandbox.limits_stack import stack_size, start_for_scripts
from sandbox.watchdog import WATCHDOG, Watchdog, release_memory

LOOPS = {
    "while": "while 1: pass",
    "for": "for i in xrange(10**12): pass",
    "recursion": "def f():\n    try: f()\n    except RuntimeError: f()\nf()",
    "lambda": "f = lambda: [f() for i in xrange(10**12)]\nwhile 1:\n    try: f()\n    except: pass",
    "comprehension": "[0 for i in xrange(10**12) if i < 0]",
    "generator": "sum(1 for i in xrange(10**12))",
    "bare except": "while 1:\n    try:\n        while 1: pass\n    except: pass",
    "finally": "def f():\n    try:\n        while 1: pass\n    finally: return 1\nwhile 1: f()",
    "base exception": "while 1:\n    try:\n        while 1: pass\n    except BaseException: pass",
    "exit": (
        "class C(object):\n    def __enter__(self): pass\n    def __exit__(self, *a): return True\n"
        "while 1:\n    with C():\n        while 1: pass"
    ),
    "range in C": "sum(xrange(10**12))",
    "sentinel in C": "list(iter(int, 1))",
    "sleep": "import time\ntime.sleep(1000)",
}


def run(source: str, *, seconds: float | None = None, limits: Limits | None = None) -> list[str]:
    """Run a script under a deadline; what it printed."""
    policy = Policy(limits=limits or Limits())
    script = Sandbox(policy).compile(source).script
    assert script is not None
    environment = Environment(policy)
    output: list[str] = []
    deadline = None if seconds is None else time.monotonic() + seconds
    with Run(output.append, deadline=deadline, output_limit=policy.limits.output):
        environment.execute(script, environment.namespace(script=script))
    return output


@pytest.mark.parametrize("name", LOOPS)
def test_loops_stop_at_their_deadline(name: str) -> None:
    """Whatever a script swallows, it ends within a tenth of a second of its deadline."""
    began = time.monotonic()
    with pytest.raises(ScriptStopped):
        run(LOOPS[name], seconds=0.2)
    # A shared machine may be busy; a loop that is not stopped never ends at all.
    assert time.monotonic() - began < 2.0


def test_the_flag_comes_down_when_the_stopped_run_has_ended() -> None:
    """Other runs pay for a stop only while it lasts."""
    environment = Environment(Policy())
    flag = environment.builtins
    token = StopToken()
    with Run(token=token):
        assert flag["$stop"] is False
        token.stop("why")
        assert flag["$stop"] is True
    assert flag["$stop"] is False


def test_a_stop_reaches_only_its_own_run() -> None:
    """A stopped run beside it leaves another run's loops alone."""
    stopped = StopToken()
    ready, done = threading.Event(), threading.Event()

    def hold() -> None:
        with Run(token=stopped):
            stopped.stop()
            ready.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    assert ready.wait(5)
    try:
        assert "".join(run("print [i for i in range(3)], (lambda a: a)(5)")) == "[0, 1, 2] 5\n"
    finally:
        done.set()
        thread.join(5)


def test_a_thread_of_a_script_inherits_the_token() -> None:
    """What a run starts dies with it."""
    script = Sandbox().compile("def f():\n    while 1: pass\n").script
    assert script is not None
    environment = Environment()
    namespace = environment.namespace(script=script)
    parent = Run()
    ended = threading.Event()

    def work() -> None:
        with parent.child("child"):
            try:
                namespace["f"]()
            except ScriptStopped:
                ended.set()

    with parent:
        environment.execute(script, namespace)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    parent.token.stop("enough")
    assert ended.wait(5)
    thread.join(5)


def test_output_stops_at_its_limit() -> None:
    """A run that prints too much is stopped; what fits was written."""
    written: list[str] = []
    script = Sandbox().compile("while 1: print 'x' * 100").script
    assert script is not None
    environment = Environment()
    run_ = Run(written.append, output_limit=1000)
    with pytest.raises(ScriptStopped, match="printed more than 1000 characters"), run_:
        environment.execute(script, environment.namespace())
    assert sum(map(len, written)) == 1000


def test_deep_recursion_is_an_error_of_the_script() -> None:
    """Python 2's RuntimeError, which the script can catch."""
    source = "def f(n): return f(n + 1)\ntry: f(0)\nexcept RuntimeError, e: print e.args[0][:32]"
    assert run(source) == ["maximum recursion depth exceeded\n"]


SIZES = (
    "'a' * 10**10",
    "[0] * 10**10",
    "x = 'a'\nx *= 10**10",
    "class C: pass\nc = C()\nc.x = 'a'\nc.x *= 10**10",
    "d = {1: 'a'}\nd[1] *= 10**10",
    "10**10**8",
    "1 << 10**11",
    "pow(3, 10**10)",
    "'%9999999999d' % 5",
    "'%*d' % (10**10, 5)",
    "f = '%' + '9' * 10 + 'd'\nx = 5\nf % x",
    "'a'.ljust(10**10)",
    "'a'.center(10**10)",
    "('a' * 10**5).replace('a', 'b' * 10**6)",
    "('a' * 10**6).join(['b'] * 10**6)",
    "range(10**10)",
    "x = 'a' * 1000\nwhile 1: x += x",
    "x = [0] * 1000\nwhile 1: x = x + x",
    "class C: pass\nc = C()\nc.x = 'ab'\nwhile 1: c.x += c.x",
    "a, b = 'a', 'b'\nwhile 1: a, b = b, a + b",
    "l = [1]\nwhile 1: l[len(l):] = l",
    "l = [1]\nwhile 1: l.extend(l)",
    "import operator\nx = 'ab'\nwhile 1: x = operator.add(x, x)",
    "getattr('a', 'ljust')(10**10)",
    "str.center('a', 10**10)",
    "class S(str):\n    def f(self): return super(S, self).ljust(10**10)\nS('a').f()",
    "'a'.__mul__(10**10)",
    "(10).__pow__(10**8)",
    "class I(object):\n    def __index__(self): return 10**10\n'a' * I()",
    "class I(int):\n    def __gt__(self, o): return False\n'a'.ljust(I(10**10))",
    "class L(list):\n    def __len__(self): return 0\nL([1] * 1000) * 10**8",
    "d = ['%2000000000d']\nd[0] %= 5",
    "'%s' * 300 % (('a' * 10**6,) * 300)",
    "('{0}' * 300).format('a' * 10**6)",
    "repr(['a' * 10**6] * 300)",
    "import json\njson.dumps(['a' * 10**6] * 300)",
    "range(10**8)",
    "bytearray(2 * 10**9)",
    "int(__import__('decimal').Decimal('1e999999999'))",
    "__import__('fractions').Fraction('1e999999999')",
    "from collections import deque\ndeque([1]) * 10**10",
    "h = 1\nfor i in range(60): h = (h, h)",
    "h = 1\nfor i in range(60): h = [h] * 2",
)


@pytest.mark.parametrize("source", SIZES)
def test_huge_values_are_refused_before_they_are_made(source: str) -> None:
    """A MemoryError or the like at once, and no gigabytes."""
    began = time.monotonic()
    with pytest.raises((MemoryError, OverflowError)):
        run(source)
    assert time.monotonic() - began < 2.0


SHARED = (
    "a = []\nb = []\nfor i in range(60):\n    c = []; c.append(a); c.append(a); a = c\n"
    "    c = []; c.append(b); c.append(b); b = c\n{compare}"
)


@pytest.mark.parametrize("compare", ["a == b", "a < b", "cmp(a, b)", "a != b", "b in [a]"])
def test_what_shares_its_parts_is_not_compared_for_ever(compare: str) -> None:
    """A RuntimeError of the script at once, where the interpreter would not come back."""
    began = time.monotonic()
    with pytest.raises(RecursionError):
        run(SHARED.format(compare=compare))
    assert time.monotonic() - began < 2.0


def test_nested_containers_of_usual_size_are_compared_and_hashed() -> None:
    """Guards let through what ends soon: tables, rows, points that occur twice."""
    source = (
        "p = (1, 2)\nrows = [[i, (p, p), {'a': [p]}] for i in range(100)]\n"
        "print rows == [list(r) for r in rows], hash((p, p)) == hash(((1, 2), (1, 2)))\n"
        "print rows < rows + [1], {(p, p): 1}[((1, 2), (1, 2))], [p] * 3, (p, p) in [(p, p)]\n"
        "print sum([1, 2]), sum([[1], [2]], []), map(str, [1, 2]), zip([1], [2]), 'ab'.strip('a')\n"
    )
    assert "".join(run(source)) == (
        "True True\nTrue 1 [(1, 2), (1, 2), (1, 2)] True\n3 [1, 2] ['1', '2'] [(1, 2)] b\n"
    )


@pytest.mark.parametrize("source", ["x = 1\n" * 10**6, "\n" * 10**6, "\\\n" * 3 * 10**6])
def test_sources_are_refused_by_their_length_before_they_are_read(source: str) -> None:
    """Characters and tokens have a bound: reading more takes longer than a run has."""
    began = time.monotonic()
    assert Sandbox().compile(source).script is None
    assert time.monotonic() - began < 3.0


def test_size_guards_keep_the_meaning_of_operators() -> None:
    """The guarded operators give what the plain ones give, in place too."""
    source = (
        "a = [1]\nb = a\na *= 3\n"
        "print b, a is b, 'ab' * 2, 2 * (1,), 7 % 3, -7 % 3, 2 ** 10, 1 << 4\n"
        "s = 'x'\ns += s\ns = s + s\nl = [1, 2]\nl += l\nl[0:1] *= 2\nn = 4\nprint s, l, n + n\n"
        "class V(object):\n    def __mul__(self, o): return 'mul', o\n"
        "    def __rmul__(self, o): return 'rmul', o\n    def __imul__(self, o): return 'imul', o\n"
        "v = V()\nprint v * 2, 2 * v\nv *= 4\nprint v, '%s-%d' % ('x', 3)\n"
        "x = 3\nx **= 2\nx <<= 1\nprint x, ', '.join(['a', 'b']), 'aXb'.replace('X', '--')\n"
    )
    policies = [Policy(tier="thread"), Policy(tier="process")]
    texts = []
    for policy in policies:
        script = Sandbox(policy).compile(source).script
        assert script is not None
        environment = Environment(policy)
        output: list[str] = []
        with Run(output.append):
            environment.execute(script, environment.namespace())
        texts.append("".join(output))
    assert texts[0] == texts[1]
    assert texts[0].splitlines()[0] == "[1, 1, 1] True abab (1, 1) 1 2 1024 16"


def test_the_watchdog_forgets_what_nobody_holds() -> None:
    """A run that ended early leaves no token behind to stop."""
    watchdog = Watchdog()
    token = StopToken()
    watchdog.watch(token, time.monotonic() + 1000)
    assert watchdog._heap[0][2]() is token
    del token
    assert watchdog._heap[0][2]() is None
    assert WATCHDOG is not watchdog


def test_the_cheap_form_sets_and_gives_back_the_run() -> None:
    """``set_current_run`` is a plain exchange."""
    run_ = Run(label="x")
    former = set_current_run(run_)
    assert current_run() is run_
    assert set_current_run(former) is run_
    assert current_run() is former


def test_limits_can_only_be_lowered() -> None:
    """The stricter of two limits holds, field by field."""
    mine = Limits(deadline=5.0, output=100)
    theirs = Limits(deadline=10.0, output=50)
    assert mine.lowered(theirs) == Limits(deadline=5.0, output=50)
    assert Limits().lowered(theirs).deadline == 10.0


_OUTLIVING = """
class C(object):
    def __enter__(self): return self
    def __exit__(self, *error): late('with')
def a():
    try: yield 1
    finally: late('finally')
def b():
    with C(): yield 1
def c():
    try: yield 1
    except GeneratorExit: late('except')
kept.extend([a(), b(), c()])
for each in kept: each.next()
"""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_generator_runs_no_code_in_the_run_that_happens_to_collect_it() -> None:
    """What a script left behind in a generator does not run when another run drops it."""
    late: list[str] = []
    kept: list[object] = []
    sandbox, environment = Sandbox(), Environment()
    maker = sandbox.compile(_OUTLIVING).script
    dropper = sandbox.compile("drop()").script
    assert maker is not None
    assert dropper is not None
    names = environment.namespace(names={"late": late.append, "kept": kept})
    with Run(environment=environment):
        environment.execute(maker, names)
    names.clear()
    with Run(environment=environment):
        environment.execute(dropper, environment.namespace(names={"drop": kept.clear}))

    assert kept == []
    assert late == []


def test_what_a_run_changes_of_its_thread_is_undone() -> None:
    """Decimal contexts belong to threads; the host's is as it was when the run has ended."""
    before = decimal.getcontext().prec
    environment = Environment()
    script = Sandbox().compile("import decimal\ndecimal.getcontext().prec = 5").script
    assert script is not None
    with Run(environment=environment):
        environment.execute(script, environment.namespace())
        assert decimal.getcontext().prec == 5

    assert decimal.getcontext().prec == before


def test_a_local_decimal_context_is_given_back_in_its_own_run_alone() -> None:
    """A generator collected after its run leaves the thread's context as the host has it."""
    before = decimal.getcontext().prec
    environment = Environment()
    script = (
        Sandbox()
        .compile(
            "import decimal\ndecimal.getcontext().prec = 2\ndef g():\n"
            "\twith decimal.localcontext():\n\t\tyield 1\nx = g()\nx.next()\n"
        )
        .script
    )
    assert script is not None
    namespace = environment.namespace(script=script)
    with Run():
        environment.execute(script, namespace)
    namespace.clear()
    gc.collect()
    assert decimal.getcontext().prec == before


def test_runs_are_stopped_when_the_process_grows_too_much() -> None:
    """A growth past the bound stops what is watched, long before its deadline."""
    used = [100]
    watchdog = Watchdog(memory=lambda: used[0], growth=1000)
    token = StopToken()
    watchdog.watch(token, time.monotonic() + 60)

    assert not token.wait(0.2)
    used[0] = 1200
    assert token.wait(5)
    assert "grew" in token.reason


def test_what_runs_leave_in_use_is_no_room_for_the_next() -> None:
    """Growth counts from before they began, until what they used had its time to be freed."""
    used, now = [100], [50.0]
    watchdog = Watchdog(clock=lambda: now[0], memory=lambda: used[0], growth=1000)

    def grown(memory: int, later: float) -> bool:
        used[0] = memory
        now[0] += later
        # As if a run began and ended in between: nothing is watched, and then something else is.
        watchdog._least = None
        watchdog._heap = [(1e9, 0, ref(token), str)]
        return watchdog._outgrown() == [token]

    token = StopToken()
    assert [grown(100, 0), grown(1050, 0.1), grown(1150, 0.1)] == [False, False, True]
    # Stopped, not freed yet; the next one begins meanwhile.
    assert [grown(1120, 0.1), grown(1000, 0.1), grown(1900, 0.1)] == [True, False, True]
    assert [grown(300, 2), grown(1150, 0.1), grown(1300, 0.1)] == [False, True, True]
    # Some keep it: what comes later may grow from there.
    assert [grown(1250, 1.1), grown(2100, 0.1), grown(2200, 0.1)] == [False, False, True]
    # After a while growth counts from what has been in use meanwhile.
    assert [grown(2200, 31), grown(2900, 31), grown(3300, 90)] == [False, False, False]


@pytest.mark.parametrize(("grown", "stopped"), [(1200, True), (400, False)])
def test_memory_is_given_back_after_the_process_grew(grown: int, stopped: bool) -> None:
    """Once nothing is watched any more, what the runs left free goes to the system."""
    used, released = [100], threading.Event()
    watchdog = Watchdog(memory=lambda: used[0], growth=1000, release=released.set)
    token = StopToken()
    watchdog.watch(token, time.monotonic() + 60)
    assert not token.wait(0.1)
    used[0] = grown
    assert token.wait(5 if stopped else 0.3) is stopped
    assert not released.is_set()
    del token
    assert released.wait(5)


def test_memory_can_be_given_back() -> None:
    """The call is there or it is not; neither is an error."""
    release_memory()


def test_a_method_is_not_bound_over_and_over() -> None:
    """Each binding copies the arguments of a call, in one step that no stop ends."""
    script = (
        Sandbox()
        .compile(
            "import types\nm = lambda *a: len(a)\n"
            "for i in range(100): m = types.MethodType(m, 1)\nn = m()\nm = types.MethodType(m, 1)\n"
        )
        .script
    )
    assert script is not None
    environment = Environment()
    namespace = environment.namespace(script=script)
    with Run(environment=environment), pytest.raises(MemoryError, match="bound 100 times"):
        environment.execute(script, namespace)

    assert namespace["n"] == 100


def test_methods_of_c_in_a_class_are_what_the_script_put_there() -> None:
    """A checkpoint before each use changes nothing that a script can see."""
    script = (
        Sandbox()
        .compile(
            "class N(object):\n"
            "    next = [1].__len__\n"
            "    __getitem__ = {1: 2}.get\n"
            "    __call__ = staticmethod(lambda: 'called')\n"
            "    __len__ = classmethod(lambda cls: 7)\n"
            "    __getattr__ = property(lambda self: lambda name: name * 2)\n"
            "class Getter(object):\n"
            "    def __call__(self, *args): return 'got'\n"
            "class D(object): __get__ = Getter()\n"
            "class H(object): x = D()\n"
            "N.__iter__ = property(lambda self: [5, 6].__iter__)\n"
            "n = N()\n"
            "seen = [n.next(), N.next(), n[1], n[2], n(), len(n), n.zz, list(n), H().x,\n"
            "        N.__dict__['__getitem__'] == N.__getitem__]\n"
        )
        .script
    )
    assert script is not None
    environment = Environment()
    namespace = environment.namespace(script=script)
    with Run(environment=environment):
        environment.execute(script, namespace)

    assert namespace["seen"] == [1, 1, 2, None, "called", 7, "zzzz", [5, 6], "got", True]


@pytest.mark.parametrize("inner", ["try: yield 1\n        finally: pass", "with M(): yield 1"])
def test_no_end_of_an_abandoned_generator_runs_in_another_run(inner: str) -> None:
    """Where a check further in has refused already, those around it refuse as well."""
    source = (
        "class M(object):\n    def __enter__(self): pass\n    def __exit__(self, *parts): late()\n"
        f"def g():\n    try:\n        {inner}\n    finally: late()\n"
        "x = g()\nx.next()\nkeep.append(x)\n"
    )
    first, second = Environment(), Environment()
    script = Sandbox().compile(source, "a.py").script
    assert script is not None
    late: list[int] = []
    kept: list[Any] = []
    names = {"late": lambda: late.append(1), "keep": kept}
    space = first.namespace(script=script, names=names)
    with Run(environment=first):
        first.execute(script, space)
    space.pop("x")
    with Run(environment=second):
        kept.clear()
        gc.collect()

    assert late == []


def test_threads_of_scripts_leave_the_size_of_stacks_as_it_was() -> None:
    """Asking ``threading`` for the size alone would set it back."""
    for size in (0, 1 << 20):
        former = threading.stack_size(size)
        try:
            assert stack_size() == size
            thread = threading.Thread(target=lambda: None)
            start_for_scripts(thread)
            thread.join()
            assert threading.stack_size(size) == size
        finally:
            threading.stack_size(former)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_no_exit_of_a_script_hears_of_the_hosts_own_errors(error: type[BaseException]) -> None:
    """The operator's interrupt ends the script, whatever its context managers would swallow."""

    def interrupt() -> None:
        raise error

    script = (
        Sandbox()
        .compile(
            "class M(object):\n    def __enter__(self): pass\n"
            "    def __exit__(self, *parts):\n        kept.append(parts)\n        return True\n"
            "with M(): interrupt()\n"
        )
        .script
    )
    assert script is not None
    environment = Environment()
    kept: list[Any] = []
    names = {"interrupt": interrupt, "kept": kept}
    with pytest.raises(error), Run(environment=environment):
        environment.execute(script, environment.namespace(script=script, names=names))

    assert kept == []


def test_errors_that_can_be_raised_nowhere_are_few_lines(caplog: pytest.LogCaptureFixture) -> None:
    """A script that makes thousands of them writes no thousands of lines."""
    script = (
        Sandbox()
        .compile(
            "def g():\n    try: yield 1\n    finally: raise ValueError(1)\n"
            "for n in range(2000):\n    x = g()\n    x.next()\n    del x\n"
        )
        .script
    )
    assert script is not None
    environment = Environment()
    with Run(environment=environment):
        environment.execute(script, environment.namespace(script=script))

    assert len(caplog.records) < 20


CLOSINGS = {
    "x.close()": True,
    "getattr(x, 'close')()": True,
    "operator.methodcaller('close')(x)": True,
    "contextlib.closing(x).__exit__(None, None, None)": True,
    "x = None": False,
    "del x": False,
    "x = [x]\nx.append(x)\ndel x": False,
}


@pytest.mark.parametrize(
    "inside",
    [
        "try:\n  yield\n finally:\n  seen.append(1)",
        "try:\n  yield\n except GeneratorExit:\n  seen.append(1)",
        "with Manager():\n  yield",
    ],
)
@pytest.mark.parametrize("closing", CLOSINGS)
def test_a_generator_is_closed_by_a_call_alone(inside: str, closing: str) -> None:
    """What the interpreter frees runs no code, for its own work may be half done then."""
    text = f"""
import contextlib, operator
seen = []
class Manager(object):
 def __enter__(self): pass
 def __exit__(self, *error): seen.append(1)
def g():
 {inside}
x = g()
x.next()
{closing}
"""
    policy = Policy()
    script = Sandbox(policy).compile(text).script
    assert script is not None
    environment = Environment(policy)
    namespace = environment.namespace(script=script)
    with Run(environment=environment):
        environment.execute(script, namespace)
        gc.collect()
    assert namespace["seen"] == [1] * CLOSINGS[closing]


def test_a_generator_of_an_earlier_run_is_closed_without_its_code() -> None:
    """A library that began one is not stopped for closing it later."""
    policy = Policy()
    begin = Sandbox(policy).compile(
        "seen = []\ndef g():\n    try: yield 1\n    finally: seen.append(1)\nx = g()\nx.next()\n"
    )
    end = Sandbox(policy).compile("x.close()\nseen.append('went on')\n")
    assert begin.script is not None
    assert end.script is not None
    environment = Environment(policy)
    namespace = environment.namespace(script=begin.script)
    for script in (begin.script, end.script):
        with Run(environment=environment):
            environment.execute(script, namespace)
    assert namespace["seen"] == ["went on"]


def test_the_qualified_name_of_a_class_is_exact_text() -> None:
    """Programs that show an error quote it, long after the script's run."""
    policy = Policy()
    made = Sandbox(policy).compile(
        "class S(str):\n    def __format__(self, spec): return 'own'\nclass M(type): pass\n"
        "F = M('F', (Exception,), {'__qualname__': S('q')})\n"
    )
    assert made.script is not None
    environment = Environment(policy)
    namespace = environment.namespace(script=made.script)
    with Run(environment=environment):
        environment.execute(made.script, namespace)
    assert type(namespace["F"].__qualname__) is str


@pytest.mark.parametrize(
    "product",
    ["x * y", "y * x", "[x][0] * y", "x * x"],
)
def test_large_numbers_are_multiplied_up_to_a_bound_whatever_they_are_called(product):
    """One under two names is squared as well."""
    source = (
        "def f():\n"
        "    x = 7 ** 2000000\n"
        "    y = x\n"
        "    try: return PRODUCT\n"
        "    except MemoryError: return 'refused'\n"
        "small = (lambda a, b: a * b)(2 ** 63, 2 ** 63)\n"
        "made = f()\n"
    )
    environment = Environment()
    compiled = Sandbox().compile(source.replace("PRODUCT", product))
    names = environment.namespace(script=compiled.script)
    with Run(environment=environment):
        environment.execute(compiled.script, names)
    assert names["made"] == "refused"
    assert names["small"] == 2**126


def test_deadlines_of_runs_that_have_ended_are_not_kept_for_one_that_goes_on(monkeypatch):
    """However long that has still to go; the others end at theirs all the same."""
    monkeypatch.setattr("sandbox.watchdog._FEW", 100)
    watchdog = Watchdog()
    eldest, youngest = StopToken(), StopToken()
    watchdog.watch(eldest, time.monotonic() + 1000)
    for _ in range(5000):
        watchdog.watch(StopToken(), time.monotonic() + 2000)
    assert len(watchdog._heap) < 500
    watchdog.watch(youngest, time.monotonic() + 0.01)
    assert youngest.wait(10)
    assert not eldest.stopped
