"""Who is let in, and what the HTTP side answers to everybody else."""

import http.client
import json
import socket
import stat
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from runtime import ScriptHost
from runtime.config import HostConfig, TokenConfig, UserConfig
from runtime.links import LinkError, LinkServer, Refused, ServerRefusal, Tool, finder, places
from runtime.links import protocol as p
from runtime.links.credentials import FAILURES, basic, hash_password, new_token
from runtime.links.doorkeeper import split_address
from tests.links.conftest import bearer, eventually, raw, still_serves

ALICE = UserConfig(hash_password("wonder"), ("Operator",), ("client",))


def get(server, path, headers=None, host=None, method="GET"):
    """Status and body of one request."""
    port = int(server.url.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host if host is not None else f"127.0.0.1:{port}")
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_health_is_for_everybody_and_metrics_are_not(serve, projects):
    """/live and /ready tell nothing; /metrics needs the right to view."""
    projects.handler("X", "G", "h", "pass")
    token, digest = new_token()
    blind, blind_digest = new_token()
    host, server = serve(
        tokens={
            "prometheus": TokenConfig(digest),
            "blind": TokenConfig(blind_digest, rights=("client",)),
        }
    )
    host.gateway.system.util.sendMessage("X", "h")
    host.drain(5)
    assert get(server, "/live")[0] == 200
    assert get(server, "/ready")[0] == 200
    assert get(server, "/metrics")[0] == 401
    assert get(server, "/metrics", bearer(blind))[0] == 403
    status, text = get(server, "/metrics", bearer(token))
    assert status == 200
    assert 'pilotlight_deliveries_ended_total{status="done"} 1.0' in text
    assert "pilotlight_deliveries_total 1.0" in text
    assert "pilotlight_deliveries_rejected_total 0.0" in text
    assert 'pilotlight_log_lines_total{level="INFO"}' in text
    assert get(server, "/")[0] == 404
    assert get(server, "/live", method="POST")[0] == 405
    assert get(server, "/link/99", bearer(token))[0] == 404


@pytest.mark.parametrize(
    ("headers", "host", "status"),
    [
        ({"Origin": "http://evil.example"}, None, 403),
        ({"Origin": "null"}, None, 403),
        ({}, "evil.example", 421),
        ({}, "evil.example:80", 421),
        ({}, "127.0.0.1.evil.example", 421),
        ({}, "", 421),
    ],
)
def test_web_pages_and_rebound_names_are_refused_whatever_they_show(serve, headers, host, status):
    """A good token does not help a browser's page, nor another Host."""
    _, server = serve()
    shown = {**bearer(server.owner_token), **headers}
    for path in ("/live", "/metrics", p.PATH):
        assert get(server, path, shown, host)[0] == status


def test_a_wrong_token_is_refused_and_guessing_is_slow(serve):
    """401, then 429 for everything but a good token."""
    _, server = serve()
    for _ in range(FAILURES):
        assert get(server, "/metrics", bearer("wrong"))[0] == 401
    assert get(server, "/metrics", bearer("wrong"))[0] == 429
    assert get(server, "/metrics", {"Authorization": basic("a", "b")})[0] == 429
    assert get(server, "/metrics", bearer(server.owner_token))[0] == 200
    with pytest.raises(Refused, match="429"):
        Tool(finder(server.url, token="wrong"))


def test_a_user_is_who_the_configuration_says(serve, projects, attach):
    """A password gives the configured roles; nobody attaches as somebody else, or with more."""
    projects.handler("X", "C", "h", "print 'hello'")
    host, server = serve(users={"alice": ALICE})
    find = finder(server.url, user="alice", password="wonder")
    client = attach("client", find=find)
    assert host.clients[0].identity.user == "alice"
    assert host.clients[0].identity.roles == {"Operator"}
    assert client.session.identity.roles == {"Operator"}
    for claim in ({"user": "bob"}, {"roles": ["Administrator"]}):
        with pytest.raises(Refused, match="cannot attach as somebody else"):
            attach("client", find=find, **claim)
    with pytest.raises(Refused, match="lacks the right to designer"):
        attach("designer", find=find)
    with pytest.raises(Refused, match="lacks the right to operate"):
        attach("script", find=find)
    with Tool(find) as tool, pytest.raises(Exception, match="lacks the right to view"):
        tool.ask("status")
    with pytest.raises(Refused, match="401"):
        attach("client", find=finder(server.url, user="alice", password="blunder"))


def test_another_user_logs_in_with_a_password_and_the_session_stays(serve, projects, attach):
    """login() in a client: the gateway checks the password and says the roles."""
    projects.handler("X", "C", "h", "pass")
    bob = UserConfig(hash_password("builder"), ("Viewer",))
    host, server = serve(users={"alice": ALICE, "bob": bob})
    client = attach("client", find=finder(server.url, user="alice", password="wonder"))
    with pytest.raises(Exception, match="wrong password"):
        client.session.login("bob", password="wonder")
    assert host.clients[0].identity.user == "alice"
    client.session.login("bob", password="builder")
    assert (host.clients[0].id, host.clients[0].identity.user) == (client.session.id, "bob")
    assert host.clients[0].identity.roles == {"Viewer"}


def test_the_owners_file_is_the_owners_alone(serve):
    """0600 in 0700; gone when the host is closed; one that others could write is not believed."""
    host, server = serve()
    (path,) = places.places_folder().glob("*.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert json.loads(path.read_text())["url"] == server.url
    assert places.find().token == server.owner_token
    path.chmod(0o666)
    assert places.find() is None
    path.chmod(0o600)
    host.close()
    assert not path.exists()


def test_a_file_of_a_dead_host_is_removed(serve):
    """A host that was killed leaves its file: it is not taken for a running one."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    path = places.publish(places.Place("ws://127.0.0.1:1", "t", gone.pid, "Old"))
    assert places.find() is None
    assert not path.exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"listen": "0.0.0.0:0"}, "without TLS"),
        ({"listen": "[::]:0"}, "without TLS"),
        ({"listen": "0.0.0.0:0", "certificate": "x.pem"}, "nobody could log in"),
        ({"listen": "nonsense"}, "not host:port"),
        ({"certificate": "missing.pem"}, "cannot be used"),
        ({"users": {"alice": UserConfig("wonder")}}, "no argon2 hash"),
        ({"listen": "203.0.113.7:1"}, "without TLS"),
    ],
)
def test_it_refuses_to_start_where_it_would_be_open_and_says_why(options, reason):
    """Off loopback it needs TLS and users; a password is never stored as it is."""
    with (
        ScriptHost.open(config=HostConfig(**options)) as host,
        pytest.raises(ServerRefusal, match=reason),
    ):
        LinkServer.start(host)


def test_a_client_sends_no_password_in_the_open():
    """ws:// to another machine is refused before anything is sent."""
    with pytest.raises(LinkError, match="without TLS"):
        finder("ws://gateway.example:8088", user="alice", password="wonder")()


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1, and its key."""
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "1", "-subj", "/CN=t"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("no openssl to make a certificate with")
    return str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")


def test_tls_serves_every_address_and_is_checked(
    serve, projects, attach, certificate, monkeypatch, tmp_path
):
    """With TLS and users it listens anywhere; a client trusts what it was told to trust."""
    projects.handler("X", "G", "h", "return 1")
    cert, key = certificate
    host, server = serve(
        listen="0.0.0.0:0",
        server_hosts=("127.0.0.1",),
        certificate=cert,
        certificate_key=key,
        users={"alice": ALICE},
    )
    url = server.url.replace("0.0.0.0", "127.0.0.1")
    assert url.startswith("wss://")
    client = attach("client", find=finder(url, user="alice", password="wonder", ca=cert))
    assert client.session.run('print system.util.sendRequest("X", "h")').output == "1\n"
    # Another user of the machine, to whom no file says which certificate it has.
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "theirs"))
    with pytest.raises(LinkError, match="certificate"):
        attach("client", find=finder(url, user="alice", password="wonder"))
    port = int(url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.sendall(b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200 OK" not in plain.recv(1000)
    assert host.clients


def test_too_many_links_are_turned_away(serve, projects, attach):
    """Beyond server.connections it is 503."""
    projects.handler("X", "C", "h", "pass")
    serve(connections=1)
    attach("client")
    with pytest.raises((Refused, LinkError), match="503"):
        Tool(finder())


_fields = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)
_tags = st.sampled_from([1, 2, 3, 4, 20, 21, 22, 23, 24, 25, 26, 27, 28, 99])
_frames = (
    st.binary(max_size=200)
    | st.text(max_size=50)
    | st.lists(
        st.tuples(_tags, st.lists(_fields, max_size=8)).map(lambda t: [t[0], *t[1]]), max_size=4
    ).map(p.encode)
    | st.sampled_from(
        [
            p.Started(1),
            p.Done(7, "done", 1.0),
            p.Login(1, "bob", "x"),
            p.Comm("off"),
            p.Query(1, "status"),
            p.Query(2, "kill", b"\x81\xa8delivery\x05"),
            p.Query(3, "messages", b"\xff"),
            p.Query(4, "no such thing"),
            p.Query(5, "send", b"\x90"),
            p.Watch(6, "trace", 10),
            p.Watch(7, "logs", 100_000),
            p.Hello(1, "tool"),
            p.Bye(),
        ]
    ).map(lambda m: p.encode([m]))
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    kind=st.sampled_from(["client", "designer", "script", "tool"]),
    frames=st.lists(_frames, min_size=1, max_size=4),
    greet=st.booleans(),
)
def test_no_frame_harms_the_host(fuzzed, kind, frames, greet):
    """Any frames, after a Hello or in its place: an answer or an end, never a defect or a hang."""
    host, server = fuzzed
    with raw(server) as socket_:
        try:
            if greet:
                socket_.send(p.encode([p.Hello(1, kind, "X")]))
            for frame in frames:
                socket_.send(frame)
        except ConnectionClosed:
            pass
    assert not [r for r in host.logbook if "defect" in r.message]
    assert host.gateway.system.util.sendMessage("X", "h", {}, "G")


@pytest.fixture
def fuzzed(serve, projects):
    projects.handler("X", "G", "h", "pass").handler("X", "C", "h", "pass")
    host, server = serve(resume=0.2)
    yield host, server
    eventually(lambda: not server.peers(), "the end of all sessions")
    still_serves(host, server)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    data=st.binary(max_size=400)
    | st.lists(
        st.sampled_from(
            [
                b"GET / HTTP/1.1\r\n",
                b"POST /metrics HTTP/1.1\r\n",
                b"GET /link/1 HTTP/1.1\r\n",
                b"Host: 127.0.0.1\r\n",
                b"Host: x\r\nHost: y\r\n",
                b"Upgrade: websocket\r\n",
                b"Connection: Upgrade\r\n",
                b"Sec-WebSocket-Version: 13\r\n",
                b"Authorization: Basic AAAA\r\n",
                b"Authorization: Bearer \r\n",
                b"Content-Length: 99999999\r\n",
                b"Transfer-Encoding: chunked\r\n",
                b"X: " + b"a" * 9000,
                b"\r\n",
                b"\x00",
            ]
        ),
        max_size=8,
    ).map(b"".join)
)
def test_no_request_harms_the_host(fuzzed, data):
    """Any bytes in the place of HTTP: an error or an end, never more."""
    _, server = fuzzed
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as plain:
        plain.settimeout(10)
        plain.sendall(data)
        plain.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while chunk := plain.recv(4096):
                answer += chunk
        except ConnectionError:
            pass
    assert not answer.startswith(b"HTTP/1.1 101")
    assert not server.peers()


def test_an_oversized_frame_ends_its_link_alone(serve, projects, attach):
    """Over server.frame the link is closed before the frame is taken in."""
    projects.handler("X", "C", "h", "pass")
    host, server = serve(frame=16)
    client = attach("client")
    with raw(server) as big:
        big.send(p.encode([p.Hello(1, "tool")]))
        big.recv(timeout=5)
        big.send(b"\x00" * 20_000)
        eventually(lambda: big.close_code is not None, "the end of the link")
        assert big.close_code == 1009
    assert client.link.attached
    still_serves(host, server)


def test_a_half_sent_frame_holds_up_nobody(serve, projects, attach):
    """A link that begins a frame and stops counts as silent, and is cut."""
    projects.handler("X", "G", "h", "return 7")
    host, server = serve(heartbeat=0.2, resume=0.2)
    with raw(server) as half:
        half.send(p.encode([p.Hello(1, "tool")]))
        half.recv(timeout=5)
        half.socket.sendall(b"\x82\xfe\x10\x00abcd")
        client = attach("client")
        assert client.session.run('print system.util.sendRequest("X", "h")').output == "7\n"
        eventually(lambda: len(server.peers()) == 1, "the cut")
    assert host.clients


def test_a_consumer_that_does_not_read_is_cut_off(serve, projects):
    """Beyond server.backlog the link is cut; the host goes on."""
    projects.handler("X", "G", "h", "print 'x' * 60000")
    host, server = serve(backlog=64, heartbeat=30.0)
    with raw(server) as slow:
        slow.send(p.encode([p.Hello(1, "tool")]))
        slow.recv(timeout=5)
        host.gateway.system.util.sendMessage("X", "h", {}, "G")
        host.drain(5)
        question = p.encode([p.Query(n, "messages") for n in range(1, 21)])
        try:
            for _ in range(400):
                slow.send(question)
        except ConnectionClosed:
            pass
        eventually(lambda: not server.peers(), "the cut")
    still_serves(host, server)


def test_without_a_hello_a_link_is_nothing(serve, monkeypatch):
    """Another first message, or none in time, ends it."""
    monkeypatch.setattr("runtime.links.server.HELLO_SECONDS", 0.2)
    _, server = serve()
    with raw(server) as silent, pytest.raises(ConnectionClosed):
        silent.recv(timeout=5)
    with raw(server) as rude:
        rude.send(p.encode([p.Started(1)]))
        assert b"Hello" in rude.recv(timeout=5)


def test_another_version_is_refused_by_name(serve):
    """The Hello names the version; the gateway names its own."""
    _, server = serve()
    with raw(server) as late:
        late.send(p.encode([p.Hello(2, "tool")]))
        assert b"version 1 of the protocol" in late.recv(timeout=5)


def test_a_session_is_resumed_by_its_key_alone(serve, projects, attach):
    """Knowing a session's id is not enough."""
    projects.handler("X", "C", "h", "pass")
    host, server = serve()
    client = attach("client")
    with raw(server) as thief:
        hello = p.Hello(1, "client", "X", resume=client.session.id, key="guess")
        thief.send(p.encode([hello]))
        thief.recv(timeout=5)
        assert len(host.clients) == 2
    assert client.link.attached


@pytest.mark.parametrize("text", ["", "host", "host:", ":80", "h:x", "h:70000", "::1:80"])
def test_an_address_is_host_and_port(text):
    """What cannot be an address is refused, never guessed at."""
    with pytest.raises(ValueError, match=r"host:port|brackets"):
        split_address(text)


def test_no_credentials_no_link(serve):
    """Without a header it is 401."""
    _, server = serve()
    with pytest.raises(InvalidStatus), connect(server.url + p.PATH, proxy=None):
        pass
    assert server.refusals["credentials"] == 1
