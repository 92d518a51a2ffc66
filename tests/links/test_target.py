"""How attached processes find their gateway, what they trust, and what they say when it is gone."""

import signal
import socket
import subprocess
import threading
from collections import Counter

import pytest

from runtime.config import UserConfig
from runtime.links import LinkError, Tool, finder, places
from runtime.links.credentials import hash_password
from runtime.links.listening import near_url
from tests.links.conftest import DEADLINE, eventually

ALICE = UserConfig(hash_password("wonder"), ("Operator",), ("client",))


@pytest.fixture
def certificates(tmp_path):
    """A certificate of an authority for gateway.example, and another one of the same authority."""

    def run(*arguments):
        made = subprocess.run(
            ["openssl", *arguments], cwd=tmp_path, capture_output=True, check=False
        )
        if made.returncode:
            pytest.skip("no openssl to make certificates with")

    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    run(
        *("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "1"),
        *("-subj", "/CN=authority"),
    )
    for name in ("one", "two"):
        run(
            *("req", *curve, "-keyout", f"{name}.key", "-out", f"{name}.csr"),
            *("-subj", "/CN=gateway.example"),
        )
        run(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key"),
            *("-CAcreateserial", "-out", f"{name}.only", "-days", "1"),
        )
        chain = (tmp_path / f"{name}.only").read_text() + (tmp_path / "ca.pem").read_text()
        (tmp_path / f"{name}.pem").write_text(chain)
    return tmp_path


def test_a_host_on_every_address_is_found_on_its_own_machine(serve, projects, attach, certificates):
    """The example of the docs: 0.0.0.0 with a certificate for another name, and the owner here."""
    projects.handler("X", "G", "h", "return 1").handler("X", "C", "h", "pass")
    _, server = serve(
        listen="0.0.0.0:0",
        server_hosts=("gateway.example",),
        certificate=str(certificates / "one.pem"),
        certificate_key=str(certificates / "one.key"),
        users={"alice": ALICE},
    )
    port = server.url.rpartition(":")[2]
    assert places.find().url == f"wss://127.0.0.1:{port}"
    client = attach("client")
    assert client.session.run("print system.util.sendRequest('X', 'h')").output == "1\n"
    for url in (f"wss://localhost:{port}", f"https://127.0.0.1:{port}/"):
        with Tool(finder(url)) as tool:
            assert tool.ask("status").ready


def test_only_the_certificate_of_the_owners_file_is_trusted(
    serve, projects, certificates, monkeypatch
):
    """Another one of the same authority is another gateway."""
    projects.handler("X", "G", "h", "return 1")
    serve(
        listen="0.0.0.0:0",
        certificate=str(certificates / "one.pem"),
        certificate_key=str(certificates / "one.key"),
        users={"alice": ALICE},
    )
    real = places.find()
    fake = places.Place(
        real.url, real.token, real.pid, real.gateway, real.folder, str(certificates / "two.pem")
    )
    monkeypatch.setattr(places, "here", lambda: [fake])
    with pytest.raises(LinkError, match="certificate"):
        Tool(finder())


def test_names_of_loopback_mean_the_same(serve):
    """--url with another name of this machine finds the owner's file all the same."""
    _, server = serve()
    port = server.url.rpartition(":")[2]
    for url in (f"ws://localhost:{port}", f"http://127.0.0.1:{port}", f"ws://LOCALHOST:{port}/"):
        with Tool(finder(url)) as tool:
            assert tool.ask("status").ready
    # A namesake at another address of loopback is not shown the owner's token.
    assert finder(f"ws://[::1]:{port}")().url == server.url
    assert near_url("wss://[::]:8043") == "wss://[::1]:8043"
    assert near_url("ws://127.0.0.1:1") == "ws://127.0.0.1:1"


def test_a_dead_port_and_missing_credentials_are_told_apart(serve, monkeypatch, tmp_path):
    """Nothing answers there; or something does, and wants to know who it is."""
    _, server = serve()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "theirs"))
    with pytest.raises(LinkError, match=r"no credentials for .*: give a token or a user"):
        Tool(finder(server.url))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(LinkError, match="no gateway answers at"):
        Tool(finder(f"ws://127.0.0.1:{port}"))


def test_a_gateway_that_is_shut_down_says_so(serve, projects, attach):
    """Clients and tools give its reason, not that a connection was lost."""
    projects.handler("X", "C", "h", "pass")
    host, server = serve()
    client = attach("client")
    with Tool(finder(server.url)) as tool:
        news = tool.follow("trace")
        told = []

        def follow():
            try:
                next(news)
            except LinkError as error:
                told.append(str(error))

        follower = threading.Thread(target=follow)
        follower.start()
        eventually(lambda: server.watchers._trace)
        host.close(0.2)
        follower.join(DEADLINE)
        eventually(lambda: tool._reason)
        assert "shut down" in tool._reason
    eventually(lambda: [r for r in client.logbook if "attaching again" in r.message])
    line = next(r.message for r in client.logbook if "attaching again" in r.message)
    assert line == "the gateway was shut down; attaching again"


def test_a_client_that_is_closed_is_named_in_the_trace(serve, projects, attach, heard):
    """What its lanes held is undelivered because of it, and not of the host."""
    projects.handler("X", "C", "h", "system.test.say(1)\nwhile 1:\n\tpass")
    host, _ = serve()
    host.system.provide("test.say", heard)
    client = attach("client")
    for _ in range(5):
        host.gateway.system.util.sendMessage("X", "h", {}, "C")
    heard.wait(1)
    id = client.session.id
    client.close(0.1)
    assert host.drain(10)
    ends = Counter((d.status, d.error) for d in host.trace if d.status == "undelivered")
    assert set(ends) == {("undelivered", f"client session {id} was closed")}
    assert not [d for d in host.trace if "the host was shut down" in (d.error or "")]


def test_a_thawed_client_prints_no_traceback_of_a_library(serve, projects, child, capfd):
    """Its link was cut while it slept: that is said once, in words."""
    projects.handler("X", "C", "h", "pass")
    host, server = serve(heartbeat=0.2, resume=0.3)
    victim = child("alice")
    for _ in range(3):
        before = {s.id for s in host.clients}
        victim.signal(signal.SIGSTOP)
        eventually(lambda before=before: not before & {s.id for s in host.clients})
        victim.signal(signal.SIGCONT)
        eventually(lambda: host.clients)
    assert server.peers()
    assert "Traceback" not in capfd.readouterr().err
