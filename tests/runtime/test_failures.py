"""What a script's failure looks like: its own traceback, the trace, the log; never ours."""

import threading

import pytest

from runtime import PilotlightError
from runtime.errors import CalledFromLane, HostClosed
from tests.runtime.conftest import DEADLINE, logged


def test_a_handler_that_raises_is_logged_with_its_own_lines(projects, open_host):
    projects.library("X", "calc.level", "def percent(a, b):\n\treturn a / b\n")
    projects.handler("X", "G", "h", "print 'before'\nproject.calc.level.percent(1, 0)")
    host = open_host()
    entries = host.gateway.system.util.sendMessage("X", "h")
    assert len(entries) == 1
    assert host.drain(DEADLINE)
    (delivery,) = host.trace
    assert delivery.status == "failed"
    assert delivery.error == "ZeroDivisionError: integer division or modulo by zero"
    assert delivery.output == "before\n"
    text = delivery.traceback
    assert text.startswith("Traceback (most recent call last):")
    assert 'File "X/ignition/message/h/handleMessage.py", line 3, in handleMessage' in text
    assert "project.calc.level.percent(1, 0)" in text
    assert 'File "X/ignition/script-python/calc/level/code.py", line 2, in percent' in text
    assert "return a / b" in text
    assert "runtime" not in text
    assert "sandbox" not in text
    (line,) = logged(host, "ERROR")
    assert text.strip() in line


def test_print_goes_to_the_log_of_its_handler(projects, open_host):
    projects.handler("X", "G", "h", "print 'level', 5\nprint 'no end',")
    host = open_host()
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(DEADLINE)
    assert logged(host, "INFO", "X.h") == ["INFO [X.h] level 5", "INFO [X.h] no end"]
    assert [r.origin.handler for r in host.logbook if r.logger == "X.h"] == ["h", "h"]


def test_a_logger_takes_unicode(open_host):
    """As a Java method does: nothing has to fit into ASCII."""
    host = open_host()
    result = host.gateway.run(
        "log = system.util.getLogger(u'caf\\xe9')\nlog.info(u'\\xe9\\u20ac')\n"
        "log.infof(u'\\xe9 %d', 3)\nlog.warn(5)\n"
    )
    assert result.ok, result.traceback
    assert [(r.logger, r.message) for r in host.logbook if r.logger != "Reload"] == [
        ("caf\xe9", "\xe9\u20ac"),
        ("caf\xe9", "\xe9 3"),
        ("caf\xe9", "5"),
    ]


def test_a_script_that_does_not_compile_is_a_value(open_host):
    result = open_host().gateway.run("x = = 1\n", "bad.py")
    assert not result.ok
    (diagnostic,) = [d for d in result.diagnostics if d.severity == "error"]
    assert (diagnostic.file, diagnostic.line, diagnostic.rule) == ("bad.py", 1, "syntax")


def test_a_script_that_raises_is_a_value(open_host):
    result = open_host().gateway.run("print 'a'\nraise ValueError('b')\n", "bad.py")
    assert (result.ok, result.output) == (False, "a\n")
    assert result.traceback.endswith("ValueError: b\n")
    assert 'File "bad.py", line 2, in <module>' in result.traceback


def test_a_missing_system_function_names_itself_and_the_remedy(open_host):
    host = open_host()
    result = host.gateway.run("print system.tag.queryTagHistory(['a'])\n")
    assert 'host.system.provide("tag.queryTagHistory", f)' in result.traceback
    host.system.provide("tag.queryTagHistory", lambda paths: [p.upper() for p in paths])
    assert host.gateway.run("print system.tag.queryTagHistory(['a'])[0]\n").output == "A\n"


def test_what_is_provided_must_give_plain_data(open_host):
    host = open_host()
    host.system.provide("tag.read", lambda path: open)
    result = host.gateway.run("system.tag.read('a')\n")
    assert "result of system.tag.read: a function cannot be sent" in result.traceback


@pytest.mark.parametrize("name", ["tag", "tag.", ".read", "tag._read", "tag read"])
def test_what_cannot_be_provided_is_refused(open_host, name):
    with pytest.raises(ValueError, match=r"form module\.function"):
        open_host().system.provide(name, print)


def test_drain_from_a_handler_is_refused(projects, open_host):
    """It would wait for the handler that called it."""
    projects.handler("X", "G", "h", "system.test.drain()")
    host = open_host()
    seen = []

    def drain():
        try:
            host.drain(1)
        except CalledFromLane as error:
            seen.append(str(error))

    host.system.provide("test.drain", drain)
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(DEADLINE)
    assert len(seen) == 1


def test_drain_gives_up_in_time(projects, open_host):
    gate = threading.Event()
    projects.handler("X", "G", "h", "system.test.wait()")
    host = open_host()
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(0.05) is False
    gate.set()
    assert host.drain(DEADLINE) is True


def test_drain_waits_for_what_was_caused(projects, open_host):
    """A chain of a hundred messages, each sent by the handler of the one before."""
    projects.handler(
        "X",
        "G",
        "h",
        "if payload['n']: system.util.sendMessage('X', 'h', {'n': payload['n'] - 1}, 'G')",
    )
    host = open_host()
    host.gateway.system.util.sendMessage("X", "h", {"n": 100}, "G")
    assert host.drain(DEADLINE)
    assert host.trace.counters.done == 101


def test_a_runaway_handler_is_stopped_at_its_deadline(projects, open_host):
    projects.handler("X", "G", "h", "while True:\n\ttry:\n\t\tx = 1\n\texcept:\n\t\tpass")
    host = open_host(deadline=0.1)
    host.gateway.system.util.sendMessage("X", "h")
    assert host.drain(DEADLINE)
    (delivery,) = host.trace
    assert delivery.status == "stopped"
    assert delivery.duration < 2


def test_a_runaway_script_is_stopped_at_its_timeout(open_host):
    result = open_host().gateway.run("while True: pass\n", timeout=0.1)
    assert not result.ok
    assert result.stopped
    assert result.duration < 2


def test_an_operator_sees_and_kills(projects, open_host, heard):
    projects.handler("X", "G", "h", "system.test.say('go')\nwhile True:\n\tpass")
    host = open_host()
    host.system.provide("test.say", heard)
    host.gateway.system.util.sendMessage("X", "h")
    heard.wait(1)
    (running,) = [r for r in host.running() if r.delivery]
    assert (running.project, running.handler, running.receiver) == ("X", "h", "Gateway")
    assert running.file == "X/ignition/message/h/handleMessage.py"
    assert running.line in (2, 3, 4)
    assert host.kill(running.delivery)
    assert host.drain(DEADLINE)
    assert [d.status for d in host.trace] == ["stopped"]
    assert host.kill(running.delivery) is False


def test_an_overdue_handler_is_reported_and_not_stopped(projects, open_host):
    gate, told = threading.Event(), threading.Event()
    projects.handler("X", "G", "h", "system.test.wait()")
    host = open_host(overdue=0.05)
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    host.observe(lambda event: "overdue" in str(event) and told.set())
    host.gateway.system.util.sendMessage("X", "h")
    assert told.wait(DEADLINE)
    gate.set()
    assert host.drain(DEADLINE)
    assert [d.status for d in host.trace] == ["done"]
    (line,) = logged(host, "WARN", "Monitor")
    assert "X/h on Gateway" in line
    assert "handleMessage.py:2" in line


def test_shutdown_reports_what_it_could_not_deliver(projects, open_host, heard):
    projects.handler("X", "G", "h", "system.test.say('go')\nwhile True:\n\tpass")
    host = open_host()
    host.system.provide("test.say", heard)
    for _ in range(5):
        host.gateway.system.util.sendMessage("X", "h")
    heard.wait(1)
    report = host.close(timeout=0.1)
    assert report.undelivered == 4
    assert sorted(d.status for d in host.trace) == ["stopped"] + ["undelivered"] * 4
    assert any("4 messages undelivered" in line for line in logged(host, "WARN", "Host"))
    with pytest.raises(HostClosed):
        host.gateway.system.util.sendMessage("X", "h")


def test_a_closed_session_receives_nothing_more(projects, open_host):
    projects.handler("X", "C", "h", "pass")
    host = open_host()
    panel = host.open_client("X")
    panel.close()
    assert host.gateway.system.util.sendMessage("X", "h", scope="C") == []
    with pytest.raises(PilotlightError, match="is closed"):
        panel.system.util.sendMessage("X", "h")


def test_the_loggers_java_forms(open_host):
    host = open_host()
    result = host.gateway.run(
        "log = system.util.getLogger('Line1.Pump')\n"
        "log.infof('%s at %.1f %%', 'P1', 81.25)\n"
        "log.warn('plain')\n"
        "log.debug('not kept')\n"
        "system.util.setLoggingLevel('Line1', 'debug')\n"
        "log.debug('kept')\n"
        "print log.isTraceEnabled(), log.getName()\n"
    )
    assert result.ok, result
    assert result.output == "False Line1.Pump\n"
    lines = [f"{r.level} {r.message}" for r in host.logbook if r.logger == "Line1.Pump"]
    assert lines == ["INFO P1 at 81.3 %", "WARN plain", "DEBUG kept"]


def test_session_info_lists_clients_and_designers(projects, open_host):
    projects.project("X")
    host = open_host()
    host.open_client("X", user="alice", address="10.0.0.5")
    host.open_designer("X", user="bob")
    result = host.gateway.run(
        "for s in system.util.getSessionInfo():\n"
        "    print s['username'], s['project'], s['address'], s['isDesigner'], s[3]\n"
        "print len(system.util.getSessionInfo('al.*')), len(system.util.getSessionInfo('a'))\n"
    )
    assert result.ok, result
    assert result.output == "alice X 10.0.0.5 False False\nbob X  True True\n1 0\n"


def test_the_small_functions(projects, open_host):
    projects.project("X")
    host = open_host()
    panel = host.open_client("X")
    script = (
        "u = system.util\n"
        "print u.getProjectName(), u.getClientId(), u.getSystemFlags()\n"
        "print u.jsonEncode({'a': [1, None, True]}), u.jsonDecode('{\"a\": 1}')['a']\n"
        "print u.jsonDecode('no json')\n"
        "u.getGlobals()['n'] = 5\n"
    )
    result = panel.run(script)
    assert result.ok, result
    assert result.output == f'X {panel.id} 4\n{{"a":[1,null,true]}} 1\nno json\n'
    if host.tier == "thread":
        # In a worker of its own, a user script shares no state with the one before.
        assert panel.run("print system.util.getGlobals()['n']\n").output == "5\n"
    assert (
        "not available in Gateway scope" in host.gateway.run("system.util.getClientId()").traceback
    )


@pytest.mark.parametrize(
    "call",
    [
        "[1], 1001",
        "[1], 5 * 10 ** 7",
        "[[[['x']] * 100] * 100], 1000",
        "['x' * 100000] * 300",
        "['x' * 100000] * 300, 1",
    ],
)
def test_json_text_has_a_longest_one(open_host, call):
    """However it is indented, what nobody could use is refused before it is made."""
    result = open_host().gateway.run(f"system.util.jsonEncode({call})")
    assert "larger than a script may make" in result.traceback


def test_json_text_is_indented_as_asked(open_host):
    """None, no and a negative number of spaces."""
    result = open_host().gateway.run(
        "for n in (None, 2, 0, -3): print repr(system.util.jsonEncode({'a': 1}, n))"
    )
    assert result.output.replace("u'", "'").splitlines() == [
        "'{\"a\":1}'",
        "'{\\n  \"a\": 1\\n}'",
        "'{\\n\"a\": 1\\n}'",
        "'{\\n\"a\": 1\\n}'",
    ]


def test_what_is_provided_takes_the_place_of_the_hosts_own(open_host):
    host = open_host()
    assert host.gateway.run("print system.tag.read('a').quality\n").output == "Bad_NotFound\n"
    host.system.provide("tag.read", lambda path: path * 2)
    host.system.provide("util.getProjectName", lambda: "fake")
    script = "print system.tag.read('a'), system.util.getProjectName(), system.tag.exists('a')\n"
    assert host.gateway.run(script).output == "aa fake False\n"
