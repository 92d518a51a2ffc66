"""What a link may be called, do and learn: no more than its rights and its mode say."""

import msgspec
import pytest

from runtime.config import TokenConfig
from runtime.links import Tool, finder, queries
from runtime.links import protocol as p
from runtime.links.credentials import new_token
from tests.links.conftest import SEND, Bare


def with_token(*rights):
    """A token, and the option that lets it in with these rights."""
    token, digest = new_token()
    return token, {"tokens": {"it": TokenConfig(digest, rights=rights)}}


def test_no_text_of_a_hello_looks_like_another_part_of_a_list(gateway):
    """Names with commas, braces or control characters are refused, and say which."""
    host, server = gateway()
    bad = ["PANEL,project=Evil", "a}", "{a", "a\nb", "\x1b[31m", "a\u202eb"]
    for text in bad:
        for field in ("host_name", "user"):
            with Bare(server, "client", **{field: text}) as bare:
                assert "cannot have" in bare.first.reason
    with Bare(server, "client", roles=["a\nb"]) as bare:
        assert "role cannot have" in bare.first.reason
    with Bare(server, "client", user="Zoë O'Neil", host_name="PANEL 1") as bare:
        bare.send(p.Login(1, "a,b"))
        assert "cannot have" in bare.until(lambda m: type(m) is p.Answer).error
    assert not [r for r in host.logbook if "\x1b" in r.message]


def test_folders_are_for_workers_of_the_host(gateway, tmp_path):
    """A link has no business in folders that the operator granted to the gateway's scripts."""
    _, server = gateway()
    with Bare(server, "client") as bare:
        for function in ("folder.read", "folder.write", "folder.names", "session.read"):
            assert "workers of this host" in bare.ask(function, str(tmp_path)).text


@pytest.mark.parametrize(
    ("mode", "allowed"),
    [
        ("off", {"getSessionInfo"}),
        ("read-only", {"getSessionInfo", "tags.exists"}),
        ("read-write", {"getSessionInfo", "tags.exists", "system.test.say", "setLoggingLevel"}),
    ],
)
def test_a_designers_mode_says_what_it_may_do(gateway, heard, mode, allowed):
    """Beside sending: writing, functions of the host and levels need read-write."""
    host, server = gateway()
    host.system.provide("test.say", heard)
    asked = {
        "getSessionInfo": ("", ""),
        "tags.exists": ("[default]a",),
        "system.test.say": (1,),
        "setLoggingLevel": ("mine", "WARN"),
    }
    with Bare(server, "designer", comm=mode) as bare:
        for function, arguments in asked.items():
            answer = bare.ask(function, *arguments)
            assert (answer.data is not None) == (function in allowed), answer
            if function not in allowed:
                assert f"communication mode is {mode}" in answer.text
        assert "tags.write" in bare.ask("tags.write", ["[default]a"], [1]).text or (
            mode == "read-write"
        )


def test_scripts_do_not_silence_the_host(gateway, attach):
    """setLoggingLevel leaves the host's own loggers alone."""
    host, _ = gateway()
    client = attach("client")
    for name in ("Links", "Host", "MessageDispatchManager"):
        refused = client.session.run(f"system.util.setLoggingLevel('{name}', 'fatal')")
        assert "the host's own logger" in refused.traceback
        refused = host.gateway.run(f"system.util.setLoggingLevel('{name}', 'fatal')")
        assert "the host's own logger" in refused.traceback
    assert not host.logbook.levels()


def test_the_log_says_who_came_and_a_flood_is_one_line(gateway):
    """With address and user; refusals that repeat are counted."""
    host, server = gateway()
    with Bare(server, "client", user="alice", host_name="PANEL-1"):
        pass
    for _ in range(40):
        with pytest.raises(Exception, match="HTTP"):
            Bare(server, token="wrong")
    server.credentials._failures.clear()
    with pytest.raises(Exception, match="401"):
        Tool(finder(server.url, user="mallory", password="x"))
    server.ledger.tell(all=True)
    lines = [r.message for r in host.logbook if r.logger == "Links"]
    assert [line for line in lines if "as alice" in line and "PANEL-1" in line]
    assert all("127.0.0.1" in line for line in lines)
    assert len([line for line in lines if "401" in line]) == 2
    assert [line for line in lines if "wrong password of 'mallory'" in line]
    assert [line for line in lines if "429" in line and "like it within" in line]


def test_a_story_tells_of_nobody_else(gateway, projects):
    """Without the right to look: who received what one sent, and not what they printed."""
    projects.handler("X", "G", "h", "print 'secret'\nraise ValueError('it')")
    token, options = with_token("client")
    nobody, digest = new_token()
    options["tokens"]["nobody"] = TokenConfig(digest, rights=())
    host, server = gateway(**options)
    host.open_client("X", user="bystander")
    host.open_client("Y" if "Y" in host.spaces else "X", user="reader")
    with Bare(server, "client", token=token) as bare:
        bare.ask("sendMessage", *SEND, ())
        assert host.drain(5)
        bare.send(p.Query(99, "story", msgspec.msgpack.encode(queries.Story(0))))
        data = bare.until(lambda m: getattr(m, "call", 0) == 99).data
        story = msgspec.msgpack.decode(data, type=queries.StoryView)
        assert [who.id for who in story.people] == [bare.first.session]
        (message,) = story.messages
        assert not message.skipped
        assert [(d.status, d.output, d.traceback) for d in message.deliveries] == [
            ("failed", "", None)
        ]
    with Bare(server, token=nobody) as bare:
        bare.send(p.Query(1, "story", b"\x81\xa5after\x00"), p.Query(2, "newest", b"\x80"))
        for n in (1, 2):
            assert "lacks the right" in bare.until(lambda m, n=n: m.call == n).error
