"""Perspective sessions: stand-ins that receive scope ``S`` and are seen as objects."""

import json

import pytest

from runtime import ScriptHost
from runtime.errors import BadArgument
from tests.runtime.conftest import DEADLINE, logged


@pytest.fixture
def session_handler(projects):
    """Writes a session message handler of project X."""

    def write(name, body):
        if not (projects.root / "X/project.json").exists():
            projects.project("X")
        folder = projects.root / "X/com.inductiveautomation.perspective/message" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "resource.json").write_text(json.dumps({"files": ["handleMessage.py"]}))
        lines = "".join(f"\t{line}\n" for line in body.splitlines())
        (folder / "handleMessage.py").write_text(f"def handleMessage(session, payload):\n{lines}")

    return write


@pytest.fixture
def host(session_handler, open_host, heard):
    """A host of profile 8.1 with a handler ``h`` that tells who it is called with."""
    session_handler("h", "system.test.say([session.id, payload['n']])")
    opened = open_host(profile="8.1")
    opened.system.provide("test.say", heard)
    return opened


def send(host, arguments):
    result = host.gateway.run(f"print system.util.sendMessage('X', 'h', {{'n': 1}}, {arguments})")
    assert result.ok, result.traceback
    assert host.drain(DEADLINE)
    return result.output.strip()


def test_a_session_receives_scope_s_and_is_not_in_the_list(host, heard):
    """SDK 8.1.1: recipients forwarded to Perspective are not in the returned list."""
    with host.open_perspective("X", user="alice") as session:
        assert send(host, "'S'") == "[]"
        assert heard.values == [[session.id, 1]]
        (delivery,) = host.trace
        assert (delivery.receiver, delivery.status) == (session.id, "done")


@pytest.mark.parametrize("scope", ["C", "G", "CG"])
def test_other_scopes_do_not_reach_it(host, heard, scope):
    session = host.open_perspective("X")
    host.open_client("X")
    send(host, f"'{scope}'")
    assert heard.values == []
    skipped = [who.id for message in [d.message for d in host.trace] for who in message.skipped]
    assert session.id in skipped


def test_the_default_scope_of_8_x_includes_it(host, heard):
    """8.0.8 and later: CGS, and CS with a filter of users."""
    host.open_perspective("X", user="alice")
    client = host.open_client("X", user="alice")
    entries = send(host, "user='alice'")
    assert entries.count("type=Client") == 1
    assert client.id in entries
    assert "scope=CS" in entries
    assert len(heard.values) == 1


@pytest.mark.parametrize(
    ("filters", "reached"),
    [
        ("user='ALICE'", 1),
        ("user='bob'", 0),
        ("hasRole='Operator'", 1),
        ("hasRole='Viewer'", 0),
        ("hostName='tablet'", 1),
        ("clientSessionId='nobody'", 0),
    ],
)
def test_filters_choose_among_sessions(host, heard, filters, reached):
    host.open_perspective("X", user="alice", roles=["Operator"], host_name="TABLET")
    send(host, f"'S', {filters}")
    assert len(heard.values) == reached


def test_a_session_is_chosen_by_its_id(host, heard):
    one, _ = host.open_perspective("X"), host.open_perspective("X")
    send(host, f"'S', clientSessionId='{one.id}'")
    assert heard.values == [[one.id, 1]]


def test_scripts_read_and_write_the_session(session_handler, open_host, heard):
    session_handler(
        "h",
        "session.custom.count = session.custom.count + payload['n']\n"
        "session.custom['list'] = [1, {'a': 2}]\n"
        "session.custom.nested = {'deep': {'x': 1}}\n"
        "session.custom.nested.deep.x = 5\n"
        "system.test.say([session.props.auth.user.userName, session.props.host,\n"
        "\tsession.props.theme, sorted(session.custom), 'count' in session.custom,\n"
        "\tsession.custom.nested.deep.x, session.host])",
    )
    host = open_host(profile="8.1")
    host.system.provide("test.say", heard)
    session = host.open_perspective(
        "X", user="alice", host_name="TABLET", props={"theme": "dark"}, custom={"count": 1}
    )
    send(host, "'S'")
    send(host, "'S'")
    assert [d.error for d in host.trace] == [None, None]
    names = ["count", "list", "nested"]
    assert heard.values == [["alice", "TABLET", "dark", names, True, 5, "TABLET"]] * 2
    assert session.custom == {"count": 3, "list": [1, {"a": 2}], "nested": {"deep": {"x": 5}}}
    assert session.props["auth"]["authenticated"] is True


@pytest.mark.parametrize(
    "body",
    [
        "session.props",
        "session.custom.x = lambda: 1",
        "session.other = 1",
        "session.custom._x = 1",
        "session.nothing",
        "session.custom.nothing",
        "session._properties",
        "session.custom.__class__.x = 1",
    ],
)
def test_what_cannot_be_done_to_a_session_is_an_error(session_handler, open_host, body):
    session_handler("h", body)
    host = open_host(profile="8.1")
    session = host.open_perspective("X")
    send(host, "'S'")
    (delivery,) = host.trace
    assert delivery.status == ("done" if body == "session.props" else "failed"), delivery.error
    assert session.custom == {}


def test_profile_7_9_has_no_such_sessions(projects, open_host):
    projects.project("X")
    with pytest.raises(BadArgument, match=r"7\.9"):
        open_host().open_perspective("X")


def test_a_missing_session_handler_is_logged_for_its_session(host):
    session = host.open_perspective("X")
    host.gateway.run("system.util.sendMessage('X', 'nothing', scope='S')")
    assert host.drain(DEADLINE)
    (delivery,) = host.trace
    assert (delivery.receiver, delivery.status) == (session.id, "no_handler")
    assert any("'nothing'" in line for line in logged(host, "ERROR"))


def test_sessions_are_no_clients(host):
    """8.1: getSessionInfo lists Designers and Vision clients only."""
    host.open_perspective("X", user="alice")
    assert host.clients == []
    result = host.gateway.run("print len(system.util.getSessionInfo())")
    assert result.output == "0\n"


def test_a_closed_session_receives_nothing(host, heard):
    session = host.open_perspective("X")
    session.close()
    session.close()
    send(host, "'S'")
    assert heard.values == []
    assert host.perspectives == []


def test_a_reload_reaches_open_sessions(host, session_handler, heard):
    host.open_perspective("X")
    session_handler("h", "system.test.say('new')")
    host.loader.refresh()
    send(host, "'S'")
    assert heard.values == ["new"]


def test_sessions_have_libraries_of_their_own(projects, session_handler, open_host, heard):
    projects.library("X", "state", "n = [0]\n")
    session_handler("h", "state.n[0] += 1\nsystem.test.say(state.n[0])")
    host = open_host(profile="8.1")
    host.system.provide("test.say", heard)
    host.open_perspective("X")
    host.open_perspective("X")
    send(host, "'S'")
    send(host, "'S'")
    assert sorted(heard.values) == [1, 1, 2, 2]


@pytest.mark.parametrize("tier", ["thread", "process"])
def test_both_tiers_run_them(projects, session_handler, tier):
    session_handler("h", "session.custom.seen = [payload['n'], session.props.auth.user.userName]")
    with ScriptHost.open(projects.root, profile="8.1", tier=tier, watch=False) as host:
        session = host.open_perspective("X", user="alice")
        send(host, "'S'")
        assert [(d.status, d.error) for d in host.trace] == [("done", None)]
        assert session.custom == {"seen": [1, "alice"]}


@pytest.mark.parametrize("tier", ["thread", "process"])
def test_what_scripts_keep_in_a_session_is_bounded(session_handler, open_host, tier):
    """Its properties are the host's memory, in either tier; what is let go makes room."""
    session_handler(
        "h",
        "for i in xrange(15): session.custom['k%d' % i] = 'x' * 900000 + str(i)\n"
        "for i in xrange(30): session.custom.k1 = 'y' * 900000 + str(i)\n"
        "session.custom.k1 = None\n"
        "session.custom['z'] = {'a': {}}\n"
        "session.custom.z.a = 'x' * 900000\n"
        "for i in xrange(9): session.custom['m%d' % i] = 'x' * 900000",
    )
    session_handler("name", "session.custom['n' * 257] = 1")
    session_handler(
        "deep",
        "p = session.custom\nfor i in xrange(99):\n\tp['d'] = {}\n\tp = p['d']",
    )
    host = open_host(profile="8.1", tier=tier)
    session = host.open_perspective("X")
    for handler in ("h", "name", "deep"):
        host.gateway.system.util.sendMessage("X", handler, {}, "S")
    assert host.drain(DEADLINE)
    told = {d.message.handler: d.error for d in host.trace}
    assert "the properties of a session take 16 MiB at most: custom.m" in told["h"]
    for handler in ("name", "deep"):
        assert "a name of 256 characters at most, 64 names deep" in told[handler]
    assert len(str(session.custom)) < 17 << 20
