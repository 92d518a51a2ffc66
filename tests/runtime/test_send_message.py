"""``system.util.sendMessage``: the contract of profile 7.9, line by line."""

import pytest

from runtime import PilotlightError, why_not
from tests.runtime.conftest import DEADLINE, logged

FILTERS = "filterParams={hostName=, clientSessionId=, scope=CG, user=, hasRole=}"


@pytest.fixture
def manual(projects):
    """The manual's project: ``testHandler`` in both scopes."""
    projects.handler("X", "G", "testHandler", "system.test.say(['G', payload])")
    projects.handler("X", "C", "testHandler", "system.test.say(['C', payload])")
    return projects


@pytest.fixture
def host(manual, open_host, heard):
    host = open_host()
    host.system.provide("test.say", heard)
    return host


def send(host, *args, **keywords):
    return host.gateway.system.util.sendMessage(*args, **keywords)


def test_the_manuals_example(host, heard):
    """One client: exactly the two strings of the manual page, and both handlers run."""
    panel = host.open_client("X")
    payload = {"first": "Hello", "second": "World"}
    assert send(host, "X", "testHandler", payload) == [
        f"type=Gateway,project=X,messageHandler=testHandler,{FILTERS},sendStatus=SENT",
        f"type=Client,sessionId={panel.id},clientAddress=,clientHostName=,project=X,"
        f"messageHandler=testHandler,{FILTERS},sendStatus=SENT",
    ]
    assert host.drain(DEADLINE)
    assert sorted(heard.values) == [["C", payload], ["G", payload]]
    assert [(d.receiver, d.status) for d in host.trace] == [("Gateway", "done"), (panel.id, "done")]
    assert all(d.duration > 0 and d.error is None for d in host.trace)


def test_a_script_gets_the_same_list(host):
    result = host.gateway.run(
        "print system.util.sendMessage('X', 'testHandler', {'first': 'Hello'})[0]"
    )
    assert result.ok, result
    assert result.output == (
        f"type=Gateway,project=X,messageHandler=testHandler,{FILTERS},sendStatus=SENT\n"
    )


@pytest.mark.parametrize("unset", [None, ""])
def test_none_and_empty_text_are_unset_for_every_optional_argument(host, heard, unset):
    host.open_client("X")
    positional = send(host, "X", "testHandler", None, unset, unset, unset, unset, unset, None)
    keyword = send(
        host,
        project="X",
        messageHandler="testHandler",
        scope=unset,
        clientSessionId=unset,
        user=unset,
        hasRole=unset,
        hostName=unset,
    )
    assert positional == keyword
    assert len(positional) == 2
    assert host.drain(DEADLINE)
    assert all(payload == {} for _, payload in heard.values)


def test_scope_letters_print_canonically(host):
    assert "scope=CG," in send(host, "X", "testHandler", scope="gc")[0]
    assert "scope=G," in send(host, "X", "testHandler", scope="g")[0]


def test_filters_never_limit_the_gateway(host):
    alice = host.open_client("X", user="alice", roles=["Operator"], host_name="PANEL-1")
    host.open_client("X", user="bob", roles=["Viewer"], host_name="PANEL-2")
    entries = send(host, "X", "testHandler", scope="CG", user="ALICE", hostName="panel-1")
    assert [e.split(",")[:2] for e in entries] == [
        ["type=Gateway", "project=X"],
        ["type=Client", f"sessionId={alice.id}"],
    ]


def test_only_clients_of_the_project_receive(manual, host):
    manual.project("Y")
    host.loader.refresh()
    host.open_client("Y")
    assert len(send(host, "X", "testHandler", scope="C")) == 0


def test_designers_never_receive(host):
    host.open_designer("X", comm="read-write")
    assert send(host, "X", "testHandler", scope="C") == []


def test_nobody_selected_is_an_empty_list_and_the_trace_says_why(host):
    bob = host.open_client("X", user="bob", roles=["Viewer"], host_name="PANEL-2")
    assert send(host, "X", "testHandler", hasRole="Viewer", hostName="PANEL-1") == []
    assert list(why_not(host.trace.messages[-1])) == [f"{bob.id}: host PANEL-2 is not PANEL-1"]


def test_every_reason_is_given(host):
    bob = host.open_client("X", user="bob", roles=["Viewer"], host_name="PANEL-2")
    send(host, "X", "testHandler", hasRole="Operator", hostName="PANEL-1")
    assert list(why_not(host.trace.messages[-1])) == [
        f"{bob.id}: user bob has Viewer, not Operator; host PANEL-2 is not PANEL-1"
    ]


def test_a_login_changes_who_matches_and_keeps_the_id(host):
    panel = host.open_client("X", user="alice")
    before = panel.id
    panel.login("bob", ["Operator"])
    assert panel.id == before
    assert send(host, "X", "testHandler", user="alice") == []
    assert len(send(host, "X", "testHandler", user="bob", hasRole="Operator")) == 1


def test_messages_to_one_lane_run_in_the_order_they_were_sent(host, heard):
    for n in range(500):
        send(host, "X", "testHandler", {"n": n}, "G")
    assert host.drain(DEADLINE)
    assert [payload["n"] for _, payload in heard.values] == list(range(500))


def test_the_receiver_gets_a_copy(projects, open_host):
    """What the handler changes, neither the sender nor another receiver sees."""
    body = "payload['rows'].append(payload['who'])\nsystem.test.say(payload['rows'])"
    projects.handler("X", "G", "h", body)
    projects.handler("X", "C", "h", body)
    host = open_host()
    seen = []
    host.system.provide("test.say", seen.append)
    host.open_client("X")
    rows = [1]
    send(host, "X", "h", {"rows": rows, "who": "me"})
    assert host.drain(DEADLINE)
    assert rows == [1]
    assert seen == [[1, "me"], [1, "me"]]


def test_the_payload_is_that_of_the_call(host, heard):
    """What the sender changes after the call does not travel."""
    result = host.gateway.run(
        "p = {'n': 1}\nsystem.util.sendMessage('X', 'testHandler', p, 'G')\np['n'] = 2\n"
    )
    assert result.ok, result
    assert host.drain(DEADLINE)
    assert heard.values == [["G", {"n": 1}]]


def test_what_cannot_travel_is_an_error_at_the_call(host):
    with pytest.raises(PilotlightError, match=r"payload\['rows'\]\[3\]: a function cannot be sent"):
        send(host, "X", "testHandler", {"rows": [0, 1, 2, print]})
    assert host.trace.messages == []


def test_to_a_script_it_is_a_java_exception(host):
    """``except Exception`` misses errors of ``system.*``; java.lang.Exception catches them."""
    result = host.gateway.run(
        "import java.lang.Exception\n"
        "def f(): pass\n"
        "try:\n"
        "    try:\n"
        "        system.util.sendMessage('X', 'testHandler', {'f': f})\n"
        "    except Exception, e:\n"
        "        print 'python', e\n"
        "except java.lang.Exception, e:\n"
        "    print e.getMessage()\n"
    )
    assert result.ok, result
    assert result.output == "payload['f']: a function cannot be sent\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "project is required"),
        ({"project": "X"}, "messageHandler is required"),
        ({"project": 5, "messageHandler": "h"}, "project must be a string, not int"),
        ({"project": "X", "messageHandler": "h", "user": 5}, "user must be a string, not int"),
        ({"project": "X", "messageHandler": "h", "payload": 5}, "it must be a dictionary"),
        (
            {"project": "X", "messageHandler": "h", "remoteServers": "agent"},
            r"not a single string: write remoteServers=\['agent'\]",
        ),
        ({"project": "X", "messageHandler": "h", "remoteServers": [5]}, r"remoteServers\[0\]"),
        ({"project": "X", "messageHandler": "h", "nosuch": 5}, "nosuch"),
    ],
)
def test_wrong_arguments_are_type_errors(host, arguments, message):
    with pytest.raises(TypeError, match=message):
        send(host, **arguments)
    assert host.trace.messages == []


def test_a_wrong_scope_names_the_letter(host):
    with pytest.raises(PilotlightError, match='"X"'):
        send(host, "X", "testHandler", scope="CX")
    with pytest.raises(PilotlightError, match=r"8\.0\.7"):
        send(host, "X", "testHandler", scope="S")


def test_profile_8_knows_sessions(manual, open_host):
    host = open_host(profile="8.1")
    assert "scope=CGS," in send(host, "X", "testHandler")[0]


def test_a_handler_in_one_scope_only_logs_the_exact_error_and_a_hint(projects, open_host):
    """The commonest error in the field: the default scope reaches the Gateway as well."""
    projects.handler("X", "C", "ShowAlarm", "pass")
    host = open_host()
    assert len(send(host, "X", "ShowAlarm")) == 1
    assert host.drain(DEADLINE)
    (line,) = logged(host, "ERROR", "MessageDispatchManager")
    assert (
        "Gateway script MessageHandlerException, project 'X', message handler 'ShowAlarm'" in line
    )
    assert (
        'The message handler "ShowAlarm" could not be found! Check your event script message '
        "handlers." in line
    )
    assert (
        "ShowAlarm exists in Client scope only; the default scope CG includes the Gateway: use "
        'scope="C"' in line
    )
    assert [d.status for d in host.trace] == ["no_handler"]


def test_a_client_without_the_handler_says_client(projects, open_host):
    projects.handler("X", "G", "h", "pass")
    host = open_host()
    host.open_client("X")
    send(host, "X", "h", scope="C")
    assert host.drain(DEADLINE)
    (line,) = logged(host, "ERROR", "MessageDispatchManager")
    assert "Client script MessageHandlerException, project 'X', message handler 'h'" in line


def test_a_disabled_handler_is_like_a_missing_one(projects, open_host):
    projects.handler("X", "G", "h", "pass", enabled=False)
    host = open_host()
    assert len(send(host, "X", "h")) == 1
    assert host.drain(DEADLINE)
    (line,) = logged(host, "ERROR", "MessageDispatchManager")
    assert "could not be found!" in line
    assert "h is disabled" in line


def test_an_unknown_project_is_an_empty_list_and_a_warning(host):
    assert send(host, "x", "testHandler") == []
    (line,) = logged(host, "WARN", "MessageDispatchManager")
    assert 'there is no project "x"; did you mean "X"?' in line


def test_a_strict_host_raises_instead(manual, open_host):
    host = open_host(strict=True)
    with pytest.raises(PilotlightError, match='did you mean "X"'):
        send(host, "x", "testHandler")
    with pytest.raises(PilotlightError, match=r'"testhandler".*did you mean "testHandler"'):
        send(host, "X", "testhandler")
    assert host.trace.counters.accepted == 0


@pytest.mark.parametrize("comm", ["off", "read-only"])
def test_a_designer_sends_in_read_write_only(host, comm):
    designer = host.open_designer("X", user="bob", comm=comm)
    result = designer.run("system.util.sendMessage('X', 'testHandler')")
    assert not result.ok
    assert comm in result.traceback
    assert "read-write" in result.traceback
    assert host.trace.messages == []
    designer.comm = "read-write"
    assert designer.run("system.util.sendMessage('X', 'testHandler')").ok
    assert host.drain(DEADLINE)
    assert [d.receiver for d in host.trace] == ["Gateway"]


def test_a_full_lane_rejects_in_the_entry(projects, open_host, heard):
    import threading

    gate = threading.Event()
    projects.handler("X", "G", "h", "system.test.wait()")
    host = open_host(queue=3, queue_warning=2)
    host.system.provide("test.wait", lambda: gate.wait(DEADLINE) and None)
    entries = [send(host, "X", "h")[0] for _ in range(6)]
    gate.set()
    assert host.drain(DEADLINE)
    assert sum(e.endswith("sendStatus=REJECTED") for e in entries) in (2, 3)
    counters = host.trace.counters
    assert counters.accepted + counters.rejected == 6
    assert counters.done == counters.accepted
    assert any("messages wait in lane X Gateway shared" in line for line in logged(host, "WARN"))


def test_a_deliverys_parent_is_the_handler_that_sent(projects, open_host):
    projects.handler("X", "G", "a", "system.util.sendMessage('X', 'b', {}, 'G')")
    projects.handler("X", "G", "b", "pass")
    host = open_host()
    send(host, "X", "a", scope="G")
    assert host.drain(DEADLINE)
    first, second = host.trace
    assert first.message.handler == "a"
    assert second.parent is first
    assert [m.handler for m in host.trace.caused_by(first)] == ["b"]


@pytest.mark.parametrize(
    ("comm", "allowed"),
    [
        ("off", {"session"}),
        ("read-only", {"session", "read", "exists", "browse"}),
        (
            "read-write",
            {"session", "read", "exists", "browse", "write", "level", "own", "over"},
        ),
    ],
)
def test_a_designers_mode_says_what_its_scripts_may_call(
    projects, open_host, heard, comm, allowed
):
    """What is served to a Designer of another process is what this one's scripts get."""
    projects.handler("X", "G", "h", "pass")
    host = open_host()
    host.tags.define("T", 0)
    host.system.provide("test.say", heard)
    host.system.provide("util.audit", heard)
    host.system.provide("util.getProjectName", heard)
    calls = {
        "session": "system.util.getSessionInfo('nobody')",
        "read": "system.tag.read('T')",
        "exists": "system.tag.exists('T')",
        "browse": "system.tag.browse('')",
        "write": "system.tag.writeAll(['T'], [1])",
        "level": "system.util.setLoggingLevel('mine', 'warn')",
        "own": "system.test.say(1), system.util.audit(1)",
        "over": "system.util.getProjectName()",
    }
    designer = host.open_designer("X", comm=comm)
    for name, call in calls.items():
        found = designer.run(call)
        assert found.ok == (name in allowed), (name, found.traceback)
        if not found.ok:
            assert f"communication mode is {comm}" in found.traceback
    assert host.tags.read(["T"])[0].value == ("write" in allowed)
    assert host.logbook.levels("X") == ({"mine": "WARN"} if "level" in allowed else {})
    assert len(heard.values) == (3 if "own" in allowed else 0)
