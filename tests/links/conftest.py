"""Served hosts, attached processes that can be killed or frozen, and links that can be cut."""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic

import msgspec
import pytest
from websockets.sync.client import connect

from runtime import ScriptHost
from runtime.executors.protocol import Ask
from runtime.executors.values import CODEC
from runtime.links import (
    LinkServer,
    Tool,
    attach_client,
    attach_designer,
    attach_script,
    finder,
)
from runtime.links import protocol as p
from tests.runtime.conftest import Heard, Projects

DEADLINE = 15.0
ROOT = Path(__file__).resolve().parents[2]


def eventually(check, what="it"):
    """Wait, with a deadline, until a check holds; gives what it gave."""
    pause = threading.Event()
    end = monotonic() + DEADLINE
    while not (found := check()):
        assert monotonic() < end, f"{what} did not come about"
        pause.wait(0.005)
    return found


@pytest.fixture
def projects(tmp_path):
    return Projects(tmp_path / "projects")


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def serve(projects):
    """Opens hosts with a server; their books must balance at the end."""
    opened = []

    def start(**options):
        projects.root.mkdir(parents=True, exist_ok=True)
        options.setdefault("watch", False)
        host = ScriptHost.open(projects.root, **options)
        opened.append(host)
        return host, LinkServer.start(host)

    yield start
    for host in opened:
        host.close(5.0)
        assert host.trace.counters.balanced, host.trace.counters
        assert not host.trace.counters.queued + host.trace.counters.running, host.trace.counters


@pytest.fixture
def attach():
    """Attaches sessions in this process: kind, project and options; closes them all."""
    opened = []
    kinds = {"client": attach_client, "designer": attach_designer, "script": attach_script}

    def start(kind, project="X", **options):
        host = kinds[kind](project, **options)
        opened.append(host)
        return host

    yield start
    for host in opened:
        host.close(0.5)


class Proxy:
    """A TCP connection to a server that can be cut, and refused, at any moment."""

    def __init__(self, port):
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._pairs = []
        self._lock = threading.Lock()
        self._closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while not self._closed:
            try:
                near, _ = self._listener.accept()
                if self._closed:
                    near.close()
                    return
                far = socket.create_connection(("127.0.0.1", self._port))
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError:
                return
            with self._lock:
                self._pairs.append((near, far))
            threading.Thread(target=self._pump, args=(near, far), daemon=True).start()

    @staticmethod
    def _pump(near, far):
        with selectors.DefaultSelector() as selector:
            try:
                selector.register(near, selectors.EVENT_READ, far)
                selector.register(far, selectors.EVENT_READ, near)
                while True:
                    for key, _ in selector.select():
                        data = key.fileobj.recv(65536)
                        if not data:
                            return
                        key.data.sendall(data)
            except (OSError, ValueError):
                return
            finally:
                near.close()
                far.close()

    def cut(self):
        """Break every connection there is; what is under way is lost."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
        return len(pairs)

    def close(self):
        self._closed = True
        # A thread that waits in accept() would take one connection more.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()


@pytest.fixture
def proxy():
    """Makes proxies to served hosts."""
    made = []

    def start(server):
        made.append(Proxy(int(server.url.rpartition(":")[2])))
        return made[-1]

    yield start
    for each in made:
        each.close()


def through(proxy, server):
    """What finds the gateway behind a proxy."""
    return finder(f"ws://127.0.0.1:{proxy.port}", token=server.owner_token)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def raw(server):
    """A link with the owner's token, before its Hello."""
    return connect(
        server.url + p.PATH,
        additional_headers=bearer(server.owner_token),
        compression=None,
        proxy=None,
    )


class Bare:
    """A link by hand, that says whatever a test wants said."""

    def __init__(self, server, kind="tool", project="X", token=None, **hello):
        # It lives longer than a block.
        self.socket = connect(
            server.url + p.PATH,
            additional_headers=bearer(token or server.owner_token),
            compression=None,
            proxy=None,
            max_size=None,
            ping_interval=None,
        ).__enter__()
        self._read = msgspec.msgpack.Decoder(list[p.ToPeer]).decode
        self._calls = 0
        self._came = []
        self.send(p.Hello(1, kind, project if kind != "tool" else "", **hello))
        self.first = self._read(self.socket.recv(timeout=DEADLINE))[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *messages):
        self.socket.send(p.encode(list(messages)))

    def until(self, wanted):
        """The next message that is wanted."""
        end = monotonic() + DEADLINE
        while True:
            while self._came:
                if wanted(message := self._came.pop(0)):
                    return message
            self._came += self._read(self.socket.recv(timeout=max(0.01, end - monotonic())))

    def asking(self, function, *arguments, data=None):
        """An Ask, not sent yet."""
        self._calls += 1
        data = CODEC.encode((list(arguments), {})) if data is None else data
        return Ask(self._calls, self.first.session, 0, function, data)

    def ask(self, function, *arguments):
        """The Return of a call."""
        call = self.asking(function, *arguments)
        self.send(call)
        return self.until(lambda m: getattr(m, "call", 0) == call.call)


def still_serves(host, server):
    """The host takes messages, tools get in, and nothing was logged as its own defect."""
    with Tool(finder(server.url)) as tool:
        assert tool.ask("status").ready
    assert not [r for r in host.logbook if "defect" in r.message]


CHILD = """
import signal, sys
from runtime.links import attach_client
host = attach_client("X", user=sys.argv[1], tier=sys.argv[2])
print(host.session.id, flush=True)
host.ended.wait()
"""


class Child:
    """A client session in a process of its own, to be killed or frozen."""

    def __init__(self, user="", tier="thread"):
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD, user, tier],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.id = self.process.stdout.readline().strip()
        assert self.id

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait(DEADLINE)
        self.process.stdout.close()


@pytest.fixture
def child():
    """Starts client processes; whatever still runs at the end is killed."""
    started = []

    def start(*arguments):
        started.append(Child(*arguments))
        return started[-1]

    yield start
    for each in started:
        each.close()


SEND = ("X", "h", {}, "G", ("", "", "", ""))
"""What sendMessage is asked for by hand: to the Gateway's handler ``h`` of project X."""


@pytest.fixture
def gateway(projects, serve):
    """Serves project X, whose handler ``h`` is there for the Gateway and for clients."""
    projects.handler("X", "G", "h", "return payload.get('n')").handler("X", "C", "h", "pass")

    def start(**options):
        return serve(**options)

    return start
