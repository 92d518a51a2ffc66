"""Routing: which sessions receive a message, and why the others do not."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.message import Filter, Identity, Message, canonical_scope, client_entry, gateway_entry
from runtime.routing import default_scope, known_scopes, reason_against, select, why_not


@dataclass
class Session:
    identity: Identity


ALICE = Identity("65F7A472", "X", "alice", frozenset({"Operator"}), "PANEL-1", "10.0.0.5")
BOB = Identity("0BADCAFE", "X", "bob", frozenset({"Viewer"}), "PANEL-2", "10.0.0.6")


def reason(who=ALICE, scope="CG", **wanted):
    return reason_against(scope, Filter(**wanted), who)


def test_a_message_without_filters_reaches_every_session():
    assert reason() == reason(BOB) == ""


@pytest.mark.parametrize(
    "wanted",
    [
        {"client_session_id": "65F7A472"},
        {"user": "alice"},
        {"user": "ALICE"},
        {"has_role": "Operator"},
        {"host_name": "panel-1"},
        {"user": "alice", "has_role": "Operator", "host_name": "PANEL-1"},
    ],
)
def test_every_filter_that_is_set_must_match(wanted):
    """User and host name compare without regard to case; each filter alone lets alice in."""
    assert reason(**wanted) == ""
    assert reason(BOB, **wanted) != ""


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"client_session_id": "65f7a472"}, "session 65F7A472 is not 65f7a472"),
        ({"user": "carol"}, "user alice is not carol"),
        ({"has_role": "operator"}, "user alice has Operator, not operator"),
        ({"host_name": "PANEL-9"}, "host PANEL-1 is not PANEL-9"),
    ],
)
def test_the_reason_names_both_sides(wanted, text):
    """Role and session id compare exactly."""
    assert reason(**wanted) == text


def test_clients_are_left_out_by_the_scope_first():
    assert reason(scope="G", user="alice") == "scope G does not include clients"


def test_the_session_id_alone_does_not_narrow_the_default_scope():
    """Ignition 7.9 manual: C if user, role or host is set, else CG; the id is not named there."""
    assert default_scope(Filter(client_session_id="65F7A472"), "7.9") == "CG"


@pytest.mark.parametrize("name", ["user", "has_role", "host_name"])
def test_user_role_and_host_narrow_the_default_scope(name):
    assert default_scope(Filter(**{name: "x"}), "7.9") == "C"
    assert default_scope(Filter(**{name: "x"}), "8.1") == "CS"


def test_profiles_8_add_sessions():
    assert default_scope(Filter(), "8.1") == "CGS"
    assert known_scopes("7.9") == "CG"
    assert known_scopes("8.3") == "CGS"


@pytest.mark.parametrize(
    ("given_", "canonical"), [("GC", "CG"), ("g", "G"), ("cg", "CG"), (" C ", "C"), ("GGC", "CG")]
)
def test_scope_letters_are_taken_in_any_order_and_case(given_, canonical):
    assert canonical_scope(given_, "CG") == canonical


def test_an_unknown_letter_is_named():
    with pytest.raises(ValueError, match='scope "GX" has the letter "X"'):
        canonical_scope("GX", "CG")
    with pytest.raises(ValueError, match=r"8\.0\.7"):
        canonical_scope("S", "CG")


def message(scope="CG", **wanted):
    return Message(1, "X", "testHandler", {}, scope, Filter(**wanted), "Gateway", None, 0.0)


def test_the_entries_are_those_of_the_manual():
    """Ignition 7.9 manual, the page's two strings; address and host are the session's own."""
    assert gateway_entry(message()) == (
        "type=Gateway,project=X,messageHandler=testHandler,filterParams={hostName=, "
        "clientSessionId=, scope=CG, user=, hasRole=},sendStatus=SENT"
    )
    bare = Identity("65F7A472", "X")
    assert client_entry(message(), bare) == (
        "type=Client,sessionId=65F7A472,clientAddress=,clientHostName=,project=X,"
        "messageHandler=testHandler,filterParams={hostName=, clientSessionId=, scope=CG, user=, "
        "hasRole=},sendStatus=SENT"
    )


def test_filters_stand_in_the_entry():
    entry = client_entry(message("C", user="alice", has_role="Operator"), ALICE)
    assert "clientAddress=10.0.0.5,clientHostName=PANEL-1" in entry
    assert (
        "filterParams={hostName=, clientSessionId=, scope=C, user=alice, hasRole=Operator}" in entry
    )


names = st.sampled_from(["", "a", "A", "b", "ß", "SS"])
identities = st.builds(
    Identity,
    st.sampled_from(["AAAAAAAA", "BBBBBBBB"]),
    st.just("X"),
    names,
    st.frozensets(names),
    names,
    names,
)
filters = st.builds(Filter, st.sampled_from(["", "AAAAAAAA", "BBBBBBBB"]), names, names, names)


@given(st.lists(identities, max_size=6), filters, st.sampled_from(["C", "G", "CG"]))
def test_each_session_is_selected_or_explained(who, wanted, scope):
    """Selected and others together are all sessions, in order; every other one has a reason."""
    sessions = [Session(identity) for identity in who]
    chosen, others = select(scope, wanted, sessions)
    assert [s for s in sessions if any(s is c for c in chosen)] == chosen
    assert len(chosen) + len(others) == len(sessions)
    assert all(reason_against(scope, wanted, c.identity) == "" for c in chosen)
    m = Message(1, "X", "h", {}, scope, wanted, "Gateway", None, 0.0)
    m.skipped = others
    lines = list(why_not(m))
    assert len(lines) == len(others)
    assert all(line.split(": ", 1)[1] for line in lines)


@given(identities, filters)
def test_a_wider_filter_never_loses_a_receiver(who, wanted):
    """Unsetting any one filter keeps whoever was selected."""
    if reason_against("CG", wanted, who) == "":
        for field in ("client_session_id", "user", "has_role", "host_name"):
            values = {
                f: getattr(wanted, f)
                for f in ("client_session_id", "user", "has_role", "host_name")
                if f != field
            }
            assert reason_against("CG", Filter(**values), who) == ""
