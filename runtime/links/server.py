"""The server of a host: one thread, one event loop, every link of other processes.

The thread that sends a message only queues it and wakes the loop, once for any number of sessions;
frames are packed and written here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

from websockets.asyncio.server import Server, serve
from websockets.exceptions import ConnectionClosed

from runtime.executors.values import CODEC
from runtime.links import protocol
from runtime.links.admission import Admission
from runtime.links.connection import Connection
from runtime.links.credentials import Credentials
from runtime.links.doorkeeper import Doorkeeper
from runtime.links.errors import LinkError, Refused, ServerRefusal
from runtime.links.listening import address_of, loop_factory, tls_of
from runtime.links.looking import scripts_of
from runtime.links.peer import Breach, Peer
from runtime.links.places import Place, publish
from runtime.links.watching import Watchers
from sandbox.isolation.errors import FrameError
from sandbox.isolation.frames import MessageDecoder

if TYPE_CHECKING:
    from runtime.host import ScriptHost
    from runtime.message import Message

HELLO_SECONDS: Final = 10.0
"""How long a connection has for its handshake, and then for its ``Hello``."""

SWEEP_SECONDS: Final = 0.25
_MISSED: Final = 2.5
"""Heartbeats without a sign of life after which a link counts as cut."""

_THREADS: Final = 16

_quiet = logging.getLogger("pilotlight.websockets")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False


class LinkServer:
    """Lets other processes attach to a host; ``start`` makes one.

    Attributes:
        host: the host they attach to.
        url: where it listens.
        place: what the owner's tools read, None when no file was written.
        refusals: connections that were refused, by why.
        ready: whether the host takes work.
        attached: what is attached, by id.
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
        self._open: set[Connection] = set()
        self._awake: deque[Peer] = deque()
        self._scheduled = False
        self._packed: tuple[Message | None, bytes] = (None, b"")
        self.decoder: MessageDecoder[Any] = MessageDecoder(protocol.ToGateway)
        self.patience = HELLO_SECONDS
        self._watchers = Watchers(self)
        self._admission = Admission(self)
        self._pool: ThreadPoolExecutor | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._server: Server | None = None
        self._listening = threading.Event()
        self._failure: BaseException | None = None
        self._closed = False
        self._thread = threading.Thread(
            target=self._run, name=f"{host.name}-links", daemon=True
        )

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
        for peer in list(self.attached.values()):
            peer.end("the gateway was shut down")
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

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
        return len(self._open) < self.host.config.connections

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

    def run(self, function: Callable[[], object]) -> None:
        """Call a function that takes its time on a thread of the server's pool."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_THREADS, f"{self.host.name}-links")

        def guarded() -> None:
            try:
                function()
            except Exception as error:
                self.host.logbook.write("ERROR", "Links", f"a defect of the host: {error!r}")

        with contextlib.suppress(RuntimeError):
            self._pool.submit(guarded)

    # On the server's thread

    def pack(self, message: Message) -> bytes:
        """A payload as it travels; the last one is kept for the next session of a fan-out."""
        if self._packed[0] is message:
            return self._packed[1]
        payload = message.payload
        data = payload if type(payload) is bytes else CODEC.encode(payload)
        self._packed = (message, data) if len(message.deliveries) > 1 else (None, b"")
        return data

    def watch(self, peer: Peer, watch: protocol.Watch) -> None:
        """Have a tool told what happens."""
        self._watchers.add(peer, watch)

    def forget(self, peer: Peer) -> None:
        """The peer has ended."""
        self.attached.pop(peer.id, None)
        self._watchers.drop(peer)

    def login(self, peer: Peer, wanted: protocol.Login) -> None:
        """Log somebody else in at a session."""
        scope = peer.scope
        login = getattr(scope, "login", None)
        if login is None:
            raise Breach("only a client session has a login")
        if peer.principal.owner or not wanted.user:
            login(wanted.user, wanted.roles if wanted.user else ())
            peer.send(protocol.Answer(wanted.call, b""))
            return

        def check() -> None:
            address = peer.where
            if self.credentials.locked(address):
                peer.send(protocol.Answer(wanted.call, None, "too many failures, try later"))
                return
            found = self.credentials.password(wanted.user, wanted.password)
            if found is None or "client" not in found.rights:
                self.credentials.failed(address)
                peer.send(protocol.Answer(wanted.call, None, "no such user, or a wrong password"))
                return
            login(found.name, found.roles)
            peer.send(protocol.Answer(wanted.call, b""))

        self.run(check)

    def _flush(self) -> None:
        self._scheduled = False
        awake = self._awake
        while awake:
            peer = awake.popleft()
            peer.woken = False
            try:
                peer.flush()
            except Exception as error:
                self.host.logbook.write("ERROR", "Links", f"a defect of the host: {error!r}")
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
        door = Doorkeeper(self, self._where)
        async with serve(
            cast(Any, self._serve),
            self._where.strip("[]"),
            self._port,
            ssl=self._tls,
            process_request=cast(Any, door),
            create_connection=Connection,
            subprotocols=None,
            compression=None,
            server_header=None,
            open_timeout=HELLO_SECONDS,
            ping_interval=None,
            close_timeout=2,
            max_size=config.frame * 1024,
            max_queue=4,
            logger=_quiet,
            backlog=1024,
        ) as server:
            self._server = server
            server.admit = self._admit_connection  # type: ignore[attr-defined]
            port = next(iter(server.sockets)).getsockname()[1]
            scheme = "wss" if self._tls is not None else "ws"
            self.url = f"{scheme}://{self._where}:{port}"
            if self._publish:
                self._write_place()
            self._listening.set()
            sweeper = asyncio.create_task(self._sweep())
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
            self.url,
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
        return server is None or len(server.handler_tasks) < self.host.config.connections + 128

    async def _sweep(self) -> None:
        config = self.host.config
        beat = min(SWEEP_SECONDS, config.heartbeat / 2, config.resume / 2)
        while True:
            await asyncio.sleep(beat)
            now = monotonic()
            silent = config.heartbeat * _MISSED
            for peer in self.peers():
                try:
                    connection = peer.connection
                    if connection is None:
                        if now - peer.cut_at > config.resume:
                            peer.end(f"its link was cut {config.resume:g} s ago")
                    elif now - connection.heard > silent:
                        peer.log("WARN", f"{peer.kind} {peer.id}: no sign of life, link cut")
                        self._lose(peer, connection)
                        connection.cut()
                    elif peer.kind != "client":
                        # Clients are told by the reload itself.
                        peer.wake()
                except Exception as error:
                    self.host.logbook.write("ERROR", "Links", f"a defect of the host: {error!r}")
            self._watchers.look()

    async def _serve(self, connection: Connection) -> None:
        self._open.add(connection)
        peer: Peer | None = None
        try:
            peer = await self._admission.greet(connection)
            await self._listen(connection, peer)
        except Refused as refusal:
            self.refusals["hello"] = self.refusals.get("hello", 0) + 1
            await self._turn_away(connection, str(refusal))
        except (Breach, FrameError) as breach:
            what = peer.who if peer is not None else connection.address
            self.host.logbook.write("WARN", "Links", f"{what} broke the protocol: {breach}")
            if peer is not None and peer.connection is connection:
                peer.end(f"it broke the protocol: {breach}")
            await self._turn_away(connection, f"protocol: {breach}"[:1000])
        except (ConnectionClosed, TimeoutError):
            pass
        finally:
            self._open.discard(connection)
            if peer is not None:
                self._lose(peer, connection)

    def _lose(self, peer: Peer, connection: Connection) -> None:
        """A connection is gone: sessions may come back, scripts and tools not."""
        if peer.detach(connection) and peer.kind not in ("client", "designer"):
            peer.end("its link was closed")

    async def _turn_away(self, connection: Connection, reason: str) -> None:
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(2.0):
                await connection.send(protocol.encode([protocol.Goodbye(reason)]))
                await connection.close(1008)

    async def _listen(self, connection: Connection, peer: Peer) -> None:
        rate = float(self.host.config.rate)
        allowed, last = rate, monotonic()
        async for frame in connection:
            if isinstance(frame, str):
                raise Breach("text")
            messages = self.decoder.decode(frame)
            if peer.connection is not connection or peer.ended:
                return
            peer.take(messages)
            now = monotonic()
            allowed = min(rate, allowed + (now - last) * rate) - len(messages)
            last = now
            if allowed < 0:
                # Not read, not answered: the sender's own buffers fill up, and it waits.
                await asyncio.sleep(-allowed / rate)
