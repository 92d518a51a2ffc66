"""The server of a host: one thread, one event loop, every link of other processes.

The thread that sends a message only queues it and wakes the loop, once for any number of sessions;
frames are packed and written here.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

from websockets.asyncio.server import Server, serve

from runtime.executors.values import CODEC
from runtime.links import protocol
from runtime.links.admission import unfit, unfit_roles
from runtime.links.connection import Connection
from runtime.links.credentials import Credentials
from runtime.links.doorkeeper import Doorkeeper, Held
from runtime.links.errors import LinkError, ServerRefusal
from runtime.links.gate import SILENT, Gate, room_for
from runtime.links.ledger import Ledger
from runtime.links.listening import address_of, loop_factory, near_url, tls_of
from runtime.links.looking import scripts_of
from runtime.links.metrics import LogLines
from runtime.links.peer import Breach, Peer
from runtime.links.places import Place, publish
from runtime.links.quiet import QUIET
from runtime.links.rates import Rates
from runtime.links.reading import Reader
from runtime.links.upkeep import sweep
from runtime.links.watching import Watchers
from runtime.links.workers import Workers
from runtime.waiting import Refused
from sandbox.isolation.errors import PayloadRefused

if TYPE_CHECKING:
    from runtime.host import ScriptHost
    from runtime.message import Message

HELLO_SECONDS: Final = 10.0
"""How long a connection has for its handshake, and then for its ``Hello``."""

CALLS: Final = 64
"""Threads for functions of the host that sessions call, which may wait for ever."""

CALLS_EACH: Final = 8
"""Of those, for one session."""

ASKS: Final = 4
"""Threads that decode and begin what sessions ask; for one session one, in its order."""

QUESTIONS: Final = 8
"""Threads for questions of tools, which all have an end."""

QUESTIONS_EACH: Final = 2


class LinkServer:
    """Lets other processes attach to a host; ``start`` makes one.

    Attributes:
        host: the host they attach to.
        url: where it listens.
        place: what the owner's tools read, None when no file was written.
        refusals: connections that were refused, by why.
        ready: whether the host takes work.
        attached: what is attached, by id.
        connected: connections that are links, or about to be.
        room: links that there may be, and sessions.
        gate: counts connections before they are links.
        calls, asks, questions: threads for what takes its time.
        patience: seconds that a connection has for its first message.
    """

    def __init__(self, host: ScriptHost, publish_place: bool = True) -> None:
        config = host.config
        self.host = host
        self.url = ""
        self.place: Place | None = None
        self.refusals: dict[str, int] = {}
        self.started_at = monotonic()
        self.backlog_bytes = config.backlog * 1024
        self.owner_token = secrets.token_urlsafe(32)
        self.credentials = Credentials(config, self.owner_token)
        self._where, self._port = address_of(host)
        self._tls = tls_of(host)
        self._publish = publish_place
        self._place_file: Path | None = None
        self.attached: dict[str, Peer] = {}
        self.connected: set[Connection] = set()
        self.room = room_for(config.connections)
        self.rates = Rates(float(config.rate))
        self.ledger = Ledger(host)
        self.lines = LogLines(host.logbook)
        self.gate = Gate(self.room + SILENT)
        self._awake: deque[Peer] = deque()
        self._scheduled = False
        self._packed: tuple[Message | None, bytes] = (None, b"")
        self.patience = HELLO_SECONDS
        self.watchers = Watchers(self)
        self._reader = Reader(self)
        self._door = Doorkeeper(self, self._where, self.gate)
        self._logins: set[asyncio.Task[None]] = set()
        name = f"{host.name}-links"
        self.calls = Workers(f"{name}-calls", CALLS, CALLS_EACH, self.defect)
        self.asks = Workers(f"{name}-asks", ASKS, 1, self.defect)
        self.questions = Workers(f"{name}-tools", QUESTIONS, QUESTIONS_EACH, self.defect)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._server: Server | None = None
        self._listening = threading.Event()
        self._failure: BaseException | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=f"{host.name}-links", daemon=True)

    @classmethod
    def start(cls, host: ScriptHost, *, publish_place: bool = True) -> LinkServer:
        """Listen as the host's configuration says, until the host or the server is closed.

        Args:
            host: what to attach to.
            publish_place: write the file by which the same user's tools find the host.

        Raises:
            ServerRefusal: off loopback without TLS or users, or the address cannot be used.
        """
        server = cls(host, publish_place)
        server._thread.start()
        server._listening.wait()
        if server._failure is not None:
            raise ServerRefusal(f"cannot listen on {host.config.listen}: {server._failure}")
        host.system.when_provided(server.wake_all)
        host.when_closed(server.close)
        host.monitor.also(lambda: scripts_of(server))
        return server

    def __enter__(self) -> LinkServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every session and listen no more; what was sent and not answered is unknown."""
        if self._closed:
            return
        self._closed = True
        if self._place_file is not None:
            self._place_file.unlink(missing_ok=True)
        loop, stopping = self._loop, self._stopping
        if loop is not None and stopping is not None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(stopping.set)
        self._thread.join(10.0)
        for workers in (self.calls, self.asks, self.questions):
            workers.close()
        for peer in list(self.attached.values()):
            peer.end("the gateway was shut down")
        self.ledger.tell(all=True)

    @property
    def ready(self) -> bool:
        """Whether links are let in and the host takes work."""
        return self._listening.is_set() and not self._closed and not self.host.closed

    @property
    def links(self) -> int:
        """Links with a connection."""
        return sum(peer.attached for peer in list(self.attached.values()))

    @property
    def cut(self) -> int:
        """Sessions whose link is cut, and who may come back."""
        return sum(not peer.attached for peer in list(self.attached.values()))

    @property
    def has_room(self) -> bool:
        """Whether one more connection may be a link."""
        return len(self.connected) < self.room

    def peers(self) -> list[Peer]:
        """Everything that is attached, or was until a moment ago."""
        return list(self.attached.values())

    # From any thread

    def wake(self, peer: Peer) -> None:
        """Have the peer flushed soon; many wakes cost one."""
        self._awake.append(peer)
        if not self._scheduled:
            self._scheduled = True
            self.run_soon(self._flush)

    def wake_all(self) -> None:
        """Look whether there is anything to tell anybody."""
        for peer in self.peers():
            peer.wake()

    def run_soon(self, function: Callable[[], object]) -> None:
        """Call a function on the server's thread; not at all once it has ended."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(function)

    def defect(self, error: BaseException) -> None:
        """Something raised that must not."""
        self.host.logbook.write("ERROR", "Links", f"a defect of the host: {error!r}")

    # On the server's thread

    def pack(self, message: Message) -> bytes:
        """A payload as it travels; the last one is kept for the next session of a fan-out."""
        last, packed = self._packed
        if last is message:
            return packed
        payload = message.payload
        if type(payload) is Refused:
            raise PayloadRefused(payload.why)
        data = payload if type(payload) is bytes else CODEC.encode(payload)
        self._packed = (message, data) if len(message.deliveries) > 1 else (None, b"")
        return data

    def watch(self, peer: Peer, watch: protocol.Watch) -> None:
        """Have a tool told what happens."""
        self.watchers.add(peer, watch)

    def forget(self, peer: Peer) -> None:
        """The peer has ended."""
        self.attached.pop(peer.id, None)
        self.watchers.drop(peer)
        self.rates.ended(peer.principal.name, peer.rate)
        for workers in (self.calls, self.asks, self.questions):
            workers.drop(peer)

    def refused(self, reason: str, address: str, text: str) -> None:
        """A connection is not let in."""
        self.refusals[reason] = self.refusals.get(reason, 0) + 1
        self.ledger.say(("refused", reason, address), "WARN", f"refused {address}: {text}")

    def login(self, peer: Peer, wanted: protocol.Login) -> None:
        """Log somebody else in at a session."""
        login = getattr(peer.scope, "login", None)
        if login is None:
            raise Breach("only a client session has a login")
        text = unfit(wanted.user, "user name") or unfit_roles(wanted.roles)
        if text:
            peer.send(protocol.Answer(wanted.call, None, text))
        elif peer.principal.owner or not wanted.user:
            login(wanted.user, wanted.roles if wanted.user else ())
            peer.send(protocol.Answer(wanted.call, b""))
        elif peer.logging_in:
            peer.send(protocol.Answer(wanted.call, None, "one login at a time"))
        else:
            peer.logging_in = True
            task = asyncio.get_running_loop().create_task(self._login(peer, wanted, login))
            self._logins.add(task)
            task.add_done_callback(self._logins.discard)

    async def _login(
        self, peer: Peer, wanted: protocol.Login, login: Callable[..., object]
    ) -> None:
        try:
            found = await self._door.password(peer.where, wanted.user, wanted.password)
        except Held as held:
            peer.send(protocol.Answer(wanted.call, None, str(held)))
            return
        finally:
            peer.logging_in = False
        if found is None or "client" not in found.rights:
            self._door.failed(peer.where, f"login of {wanted.user!r} at {peer.title}")
            text = "no such user, or a wrong password"
            peer.send(protocol.Answer(wanted.call, None, text))
            return
        login(found.name, found.roles)
        self.ledger.say(
            ("login", peer.where), "INFO", f"{peer.title}: {found.name} is logged in now", 20
        )
        peer.send(protocol.Answer(wanted.call, b""))

    def _flush(self) -> None:
        self._scheduled = False
        awake = self._awake
        while awake:
            peer = awake.popleft()
            peer.woken = False
            try:
                peer.flush()
            except Exception as error:
                self.defect(error)
        self._packed = (None, b"")

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                runner.run(self._main())
        except BaseException as error:
            self._failure = error
        finally:
            self._loop = None
            self._listening.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        config = self.host.config
        tls: dict[str, Any] = {}
        if self._tls is not None:
            tls = {"ssl": self._tls, "ssl_handshake_timeout": HELLO_SECONDS}
        async with serve(
            cast(Any, self._reader.serve),
            sock=self.gate.listen(self._where.strip("[]"), self._port),
            process_request=cast(Any, self._door),
            create_connection=Connection,
            subprotocols=None,
            compression=None,
            server_header=None,
            open_timeout=HELLO_SECONDS,
            ping_interval=None,
            close_timeout=2,
            max_size=config.frame * 1024,
            max_queue=4,
            write_limit=4096,
            logger=QUIET,
            backlog=1024,
            **tls,
        ) as server:
            self._server = server
            server.admit = self._admit_connection  # type: ignore[attr-defined]
            port = next(iter(server.sockets)).getsockname()[1]
            scheme = "wss" if self._tls is not None else "ws"
            self.url = f"{scheme}://{self._where}:{port}"
            if self._publish:
                self._write_place()
            self._listening.set()
            sweeper = asyncio.create_task(sweep(self))
            try:
                await self._stopping.wait()
            finally:
                sweeper.cancel()
                for peer in self.peers():
                    with contextlib.suppress(Exception):
                        peer.flush([protocol.Goodbye("the gateway was shut down", True)])

    def _write_place(self) -> None:
        folder = self.host.folder
        self.place = Place(
            near_url(self.url),
            self.owner_token,
            os.getpid(),
            self.host.name,
            str(folder.resolve()) if folder is not None else "",
            str(Path(self.host.config.certificate).resolve()) if self._tls is not None else "",
        )
        try:
            self._place_file = publish(self.place)
        except (OSError, LinkError) as error:
            self.host.logbook.write(
                "WARN", "Links", f"tools of this machine cannot find this host: {error}"
            )

    def _admit_connection(self) -> bool:
        # Those that have not shown who they are may be a few more than links.
        server = self._server
        return server is None or len(server.handler_tasks) < self.room + SILENT
