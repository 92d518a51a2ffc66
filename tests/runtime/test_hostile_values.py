"""Values of scripts that lie: what they answer reaches nobody but their own run."""

import gc
import json
import threading
import time

import pytest

from sandbox.library.java import throwables
from tests.runtime.conftest import DEADLINE

LIAR = (
    "class F(float):\n"
    "\tdef __gt__(s, o): return True\n"
    "\tdef __lt__(s, o): return True\n"
    "\tdef __eq__(s, o): return False\n"
    "\tdef __float__(s): return float('inf')\n"
)
ASK = (
    "try:\n\tsystem.util.sendRequest('X', 'slow', {}, timeoutSec=0.2)\n"
    "except:\n\timport sys\n\tprint sys.exc_info()[1]\n"
)


@pytest.mark.parametrize(
    "call",
    [
        "system.util.sendRequestAsync('X', 'slow', {}, timeoutSec=F(1))",
        "system.util.sendRequestAsync('X', 'slow', {}, timeoutSec=float('inf'))",
        "system.util.sendRequestAsync('X', 'slow', {}, timeoutSec=float('nan'))",
        "system.util.sendRequestAsync('X', 'slow', {}, timeoutSec=-5)",
        "system.util.sendRequestAsync('X', 'slow', {}, timeoutSec=10 ** 400)",
        "system.util.sendRequest('X', 'slow', {}, timeoutSec=F(1))",
    ],
)
def test_a_time_that_is_none_is_refused_and_all_others_still_run_out(projects, open_host, call):
    """The one thread that ends requests outlives whatever a script asks of it."""
    projects.handler("X", "G", "slow", "import time\ntime.sleep(1)", threadType="Dedicated")
    projects.project("Y")
    host = open_host()
    result = host.gateway.run(LIAR + call, project="X", timeout=5)
    assert "timeoutSec must be" in result.traceback
    assert "no reply" in host.gateway.run(ASK, project="Y", timeout=5).output


@pytest.mark.parametrize("delay", ["F(5)", "float('inf')", "float('nan')", "-1", "True", "'5'"])
def test_a_delay_that_is_none_is_refused(projects, open_host, delay):
    """invokeLater takes milliseconds; nothing of a script runs on the host's timer thread."""
    projects.handler(
        "X",
        "C",
        "h",
        LIAR + f"def f(): pass\nsystem.util.invokeLater(f, {delay})",
    )
    host = open_host()
    host.open_client("X")
    host.gateway.system.util.sendMessage("X", "h", {}, "C")
    assert host.drain(DEADLINE)
    (delivery,) = host.trace
    assert "delay must be a number of milliseconds" in delivery.error


@pytest.mark.parametrize(
    "body",
    [
        "import java.lang\nclass M(type):\n\t@property\n\tdef __name__(cls):\n"
        "\t\traise java.lang.Error('x')\nclass E(Exception):\n\t__metaclass__ = M\nraise E()",
        "class S(str):\n\tdef __add__(self, o): return 5\n\tdef __format__(self, s): return 'x'\n"
        "class E(Exception): pass\nE.__name__ = S('boo')\nraise E()",
        "class E(Exception):\n\tdef __str__(self): raise KeyboardInterrupt()\nraise E()",
    ],
    ids=["metaclass", "name", "str"],
)
def test_an_error_that_cannot_be_told_harms_nobody(projects, open_host, body):
    """A report that a script breaks: the delivery fails, the lane and the embedder go on."""
    projects.handler("X", "G", "bad", body)
    projects.handler("X", "G", "good", "print 'good'")
    host = open_host()
    for _ in range(3):
        host.gateway.system.util.sendMessage("X", "bad", {}, "G")
    host.gateway.system.util.sendMessage("X", "good", {}, "G")
    assert host.drain(DEADLINE)
    assert [d.status for d in host.trace] == ["failed"] * 3 + ["done"]
    result = host.gateway.run(body)
    assert not result.ok
    assert result.traceback


@pytest.mark.parametrize("logger", ["B", "B.h", "B.x", "B.C.h", "B.C", "P", "P.Q"])
def test_no_project_silences_another(projects, open_host, logger):
    """Its log, and the host's reports of its failures, are its own affair."""
    for name in ("A", "A.own", "B", "B.C", "P.Q.R"):
        projects.handler(name, "G", "h", "raise ValueError('broken')")
    host = open_host()
    refused = host.gateway.run(f"system.util.setLoggingLevel('{logger}', 'fatal')", project="A")
    assert f"{logger} is the logger of project" in refused.traceback
    host.gateway.system.util.sendMessage("B", "h", {}, "G")
    assert host.drain(DEADLINE)
    assert [r.level for r in host.logbook if r.logger == "B.h"] == ["ERROR"]


@pytest.mark.parametrize("logger", ["A", "A.h", "A.own.x", "Bx", "com.plant"])
def test_a_project_sets_its_own_loggers(projects, open_host, logger):
    """Those of its name, and those of nobody's."""
    own = "A.own" if logger == "A.own.x" else "A"
    for name in (own, "B"):
        projects.project(name)
    host = open_host()
    result = host.gateway.run(f"system.util.setLoggingLevel('{logger}', 'warn')", project=own)
    assert result.ok, result.traceback
    assert host.logbook.levels(own)[logger] == "WARN"


def test_a_script_speaks_in_no_name_of_the_hosts(projects, open_host):
    """Its lines say whose they are, and a name is one line of plain characters."""
    projects.project("A")
    host = open_host()
    result = host.gateway.run(
        "for name in ('Host', 'Links', 'x\\nERROR [Host] forged', '\\x1b[2J', 'Pump 1'):\n"
        "\tsystem.util.getLogger(name).info('here')\n",
        project="A",
    )
    assert result.ok, result.traceback
    assert [r.logger for r in host.logbook if r.message == "here"] == [
        "A.Host",
        "A.Links",
        "x\\nERROR [Host] forged",
        "\\x1b[2J",
        "Pump 1",
    ]


@pytest.mark.parametrize("call", ["sendMessage", "sendRequest"])
def test_names_of_messages_are_one_line(projects, open_host, call):
    """What is logged and traced of a message forges no line."""
    projects.project("A")
    host = open_host()
    result = host.gateway.run(f"system.util.{call}('A', 'x\\nERROR [Host] forged', {{}})")
    assert "messageHandler holds a control character" in result.traceback
    assert host.gateway.run("system.util.sendMessage('A', u'h\\xa01', {}, 'G')").ok


def test_the_names_of_arguments_are_exact_text(projects, open_host):
    """A str of a script's own kind that equals everything binds to no parameter."""
    got = []
    host = open_host()
    host.system.provide("test.f", lambda path="p", **more: got.append((path, more)))
    result = host.gateway.run(
        "class S(str):\n\tdef __eq__(self, o): return True\n"
        "\tdef __hash__(self): return str.__hash__('path')\n"
        "system.test.f(**{S('other'): 'x'})\n"
    )
    assert result.ok, result.traceback
    ((path, more),) = got
    assert (path, more) == ("p", {"other": "x"})
    assert [type(name) for name in more] == [str]


def test_an_object_that_says_it_is_the_hosts_is_not_handed_over(open_host):
    """What a provided function gets is decided by the type of a value, not by its word."""
    got = []
    host = open_host()
    host.system.provide("test.see", got.append)
    result = host.gateway.run(
        "import thread\nclass M(object):\n\tdef __getattribute__(self, n):\n"
        "\t\tif n == '__class__': return thread.LockType\n"
        "\t\treturn object.__getattribute__(self, n)\nsystem.test.see(M())\n"
    )
    assert "cannot be sent" in result.traceback
    assert got == []


def test_output_is_exact_text_and_counted(open_host):
    """Neither the embedder nor the limit sees a script's own kind of text."""
    host = open_host(output=1000)
    kinds = set()
    result = host.gateway.run(
        "class S(str):\n\tdef __str__(self): return self\n\tdef isascii(self): return True\n"
        "\tdef __add__(self, o): return self\n\tdef __len__(self): return 0\n"
        "big = S('x' * 400)\nfor n in range(10): print big\n",
        output=lambda text: kinds.add(type(text)),
    )
    assert kinds == {str}
    assert "printed more than 1000 characters" in result.traceback
    assert len(result.output) == 1000


def test_what_a_run_does_to_sys_ends_with_it(projects, open_host):
    """The next run of the project prints where it should."""
    projects.project("X")
    host = open_host()
    heard = []
    host.system.provide("test.say", heard.append)
    host.gateway.run(
        "import sys\nclass W(object):\n\tdef write(self, s): system.test.say(s)\n"
        "sys.stdout = W()\nsys.stderr = None\nprint 'mine'\n",
        project="X",
    )
    assert "".join(heard) == "mine\n"
    result = host.gateway.run("import sys\nprint 'theirs', sys.stderr is None", project="X")
    assert result.output == "theirs False\n"


def test_a_thread_gives_back_no_output_of_a_run_that_has_ended(projects, open_host):
    """What its run put for sys.stdout went with that run, before the thread put its own there."""
    projects.project("X")
    host = open_host()
    heard = []
    host.system.provide("test.say", heard.append)
    host.gateway.run(
        "import sys, threading, time\nclass W(object):\n"
        "\tdef write(self, s): system.test.say(s)\n"
        "sys.stdout = W()\ndef f():\n\tsys.stdout = W()\n\ttime.sleep(0.3)\n"
        "threading.Thread(target=f).start()\ntime.sleep(0.1)\n",
        project="X",
    )
    assert host.drain(DEADLINE)
    assert host.gateway.run("print 'theirs'", project="X").output == "theirs\n"
    assert heard == []


def test_a_thread_leaves_its_run_the_output_it_put_there(projects, open_host):
    """What a thread put for sys.stdout ends with it; what its run put there goes on."""
    projects.project("X")
    host = open_host()
    heard = []
    host.system.provide("test.say", heard.append)
    host.gateway.run(
        "import sys, threading\nclass W(object):\n"
        "\tdef __init__(self, n): self.n = n\n"
        "\tdef write(self, s): system.test.say(self.n + s)\n"
        "sys.stdout = W('run ')\n"
        "def f():\n\tsys.stdout = W('thread ')\n\tsys.stdout.write('a')\n"
        "t = threading.Thread(target=f)\nt.start()\nt.join()\n"
        "import time\ntime.sleep(0.2)\nsys.stdout.write('b')\n",
        project="X",
    )
    assert heard == ["thread a", "run b"]


def test_the_threads_of_a_run_share_its_output_limit(open_host):
    """A run prints no more for having it done by others."""
    host = open_host(output=1000)
    result = host.gateway.run(
        "import threading\ndef f(): print 'x' * 900\nfor i in range(20):\n"
        "\tt = threading.Thread(target=f)\n\tt.start()\n\tt.join()\n"
    )
    assert "printed more than 1000 characters" in result.traceback
    assert len(result.output) == 1000


def test_what_an_asynchronous_function_prints_is_logged_without_waiting_for_its_line(open_host):
    """A line that never ends is not kept in memory until it does."""
    host = open_host()
    host.gateway.run(
        "import time\ndef f():\n\tfor i in range(3):\n\t\tprint 'x' * 150000,\n"
        "\ttime.sleep(1)\nsystem.util.invokeAsynchronous(f)\ntime.sleep(0.5)\n"
    )
    assert len([r for r in host.logbook if r.message.startswith((" x", "x"))]) == 3


@pytest.mark.parametrize(
    "start",
    [
        "threading.Thread(target=f, name=S('mine')).start()",
        "t = threading.Thread(target=f)\nt.setName(S('mine'))\nt.start()",
        "class J(java.lang.Thread):\n\tdef run(self): f()\nJ(S('mine')).start()",
    ],
)
def test_the_name_of_a_thread_is_exact_text(open_host, start):
    """Whoever shows what runs is not asked by a script how."""
    host = open_host()
    gate = threading.Event()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    told = threading.Thread(
        target=host.gateway.run,
        args=(
            "import threading, java.lang.Thread\nclass S(str):\n"
            "\tdef __str__(self): return self\n"
            f"def f(): system.test.wait()\n{start}\nf()\n",
        ),
    )
    told.start()
    pause, end = threading.Event(), time.monotonic() + DEADLINE
    running = host.running()
    while "mine" not in [one.handler for one in running]:
        assert time.monotonic() < end, running
        pause.wait(0.01)
        running = host.running()
    gate.set()
    told.join()
    assert {type(one.handler) for one in running} == {str}


def test_a_property_has_an_exact_name(projects, open_host):
    """session.custom of a stand-in for Perspective keeps no key that runs code later."""
    folder = projects.project("X").root / "X/com.inductiveautomation.perspective/message/h"
    folder.mkdir(parents=True)
    (folder / "resource.json").write_text(
        json.dumps({"scope": "G", "version": 1, "files": ["handleMessage.py"], "attributes": {}})
    )
    (folder / "handleMessage.py").write_text(
        "def handleMessage(session, payload):\n"
        "\tclass S(str):\n\t\tdef __str__(self): return self\n"
        "\t\tdef startswith(self, *a): return False\n"
        "\t\tdef __eq__(self, o): return True\n\t\tdef __hash__(self): return 1\n"
        "\tsession.custom[S('mine')] = 1\n"
        "\tsession.custom[S('_evil')] = 1\n"
    )
    host = open_host(profile="8.1")
    session = host.open_perspective("X")
    host.gateway.system.util.sendMessage("X", "h", {}, "S")
    assert host.drain(DEADLINE)
    assert [d.status for d in host.trace] == ["failed"]
    assert [(type(k), k, v) for k, v in session.custom.items()] == [(str, "mine", 1)]


def test_a_thread_of_a_script_belongs_to_its_run(projects, open_host):
    """A drain waits for it, and its deadline ends it, its last words included."""
    projects.handler(
        "X",
        "G",
        "h",
        "import threading\nclass Bad(Exception):\n\tdef __str__(self):\n\t\twhile True: pass\n"
        "def f(): raise Bad()\nthreading.Thread(target=f, name='stray').start()",
    )
    host = open_host(deadline=0.3)
    host.gateway.system.util.sendMessage("X", "h", {}, "G")
    assert host.drain(DEADLINE)
    assert [t.name for t in threading.enumerate() if t.name == "stray"] == []


def test_errors_of_provided_functions_are_the_same_in_both_tiers(open_host):
    """A script catches what a provided function raised by its name."""

    def fail():
        raise ValueError("no such thing")

    host = open_host()
    host.system.provide("test.fail", fail)
    result = host.gateway.run("try:\n\tsystem.test.fail()\nexcept ValueError, e:\n\tprint e\n")
    assert result.output == "no such thing\n"


def test_a_generator_that_outlives_its_run_is_closed_in_silence(open_host, capfd):
    """Its ``finally`` does not run, and nothing of ours is told on standard error."""
    host = open_host()
    kept = []
    host.system.provide("test.keep", lambda: None)
    result = host.gateway.run(
        "def g():\n\ttry:\n\t\tyield 1\n\tfinally:\n\t\tprint 'late'\nx = g()\nx.next()\n",
        output=kept.append,
    )
    assert result.ok
    gc.collect()
    assert kept == []
    assert capfd.readouterr().err == ""


FORGED = """
from java.util import HashMap
class Name(object):
    def __hash__(self): return hash('java.util.concurrent.CancellationException')
    def __eq__(self, other):
        SAID.append(other)
        return False
    def rpartition(self, sep): return ('java.lang', '.', 'Forged')
SAID = []
def bad(call):
    try:
        call()
    except:
        e = sys.exc_info()[1]
        for name in ('java_name', 'args', 'path'):
            try: setattr(e, name, Name())
            except (AttributeError, TypeError): pass
        raise e
class Key(object):
    def __hash__(self):
        return bad(CALL) if ARMED else 1
ARMED = []
table = HashMap()
table.put(Key(), 1)
ARMED.append(1)
"""


@pytest.mark.parametrize(
    "call",
    [
        "system.util.jsonEncode(len)",
        "system.util.getSessionInfo('(')",
        "system.test.say(len)",
        "system.util.sendMessage('X', 'h', [])",
        "system.util.sendRequest('X', 'nope')",
    ],
)
def test_no_word_of_a_script_becomes_the_name_of_an_error(projects, open_host, heard, call):
    """Errors of the host are the host's: what a script hangs on one is asked by nobody later."""
    projects.handler("X", "G", "h", "pass")
    host = open_host()
    host.system.provide("test.say", heard)
    source = (
        f"import sys\nCALL = lambda: {call}\n{FORGED}"
        "system.util.invokeAsynchronous(lambda: bad(CALL)).join(5000)\n"
        "try: system.util.sendMessage('X', 'h', {'m': table})\nexcept: print sys.exc_info()[0]\n"
        "h = system.util.sendRequestAsync('X', 'h', {})\nh.cancel()\nh.getError()\nprint SAID"
    )
    found = host.gateway.run(source, project="X")
    assert found.ok, found.traceback
    assert found.output.splitlines()[-1] == "[]"
    assert {type(name) for name in throwables._CLASSES} == {str}
    assert "java.lang.Forged" not in {
        f"{cls.__module__}.{cls.__name__}" for cls in throwables._CLASSES.values()
    }


def test_a_tags_value_that_cannot_be_compared_is_the_next_writers_no_fault(projects, open_host):
    """A signalling NaN is another value than any, and whoever follows the tag is told."""
    told = []
    host = open_host()
    host.tags.define("T", 0)
    host.tags.subscribe(["T"], told.append)
    number = "from decimal import Decimal\nsystem.tag.write('T', {})"
    for value in ("Decimal('sNaN')", "[Decimal('sNaN')]", "[Decimal('sNaN')]", "5"):
        found = host.gateway.run(number.format(value))
        assert found.ok, found.traceback
    host.tags.write(["T"], [7])
    assert ["ValueChange" in change.kinds for change in told] == [True] * 6
    assert told[-1].after.value == 7
