"""The attached end of a link: connects, connects again, calls the gateway and is called."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Mapping
from itertools import count
from time import monotonic
from typing import Any, Final, Protocol

import msgspec
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from runtime.errors import BadArgument
from runtime.executors.inside_host import error_of
from runtime.executors.protocol import Ask, Return
from runtime.executors.values import CODEC
from runtime.links import protocol
from runtime.links.call import Call
from runtime.links.errors import LinkError, NoAnswer, Refused
from runtime.links.outbox import frames
from runtime.links.queries import QUESTIONS
from runtime.links.quiet import QUIET
from runtime.links.target import Finder
from sandbox.isolation.errors import FrameError, PayloadRefused
from sandbox.isolation.frames import MessageDecoder

OPEN_SECONDS: Final = 10.0

PATIENCE: Final = 2.0
"""Seconds that a call waits for a link that is cut, before it fails with nothing sent."""

_FRAME_BYTES: Final = 128 * 1024 * 1024
_PAUSES: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
_CUT: Final = (
    "the link to the gateway was cut before it answered: it is not known whether this was done"
)
_NOTHING: Final = "there is no link to the gateway at the moment; nothing was sent"
_MISSED: Final = 2.5


class Client(Protocol):
    """Whoever is attached."""

    def take(self, message: Any) -> None:
        """Something came from the gateway; on the link's thread."""

    def welcomed(self, welcome: protocol.Welcome) -> None:
        """The link is there again; on the link's thread."""

    def cut(self, reason: str) -> None:
        """The link is gone, and will be tried again; on the link's thread."""

    def over(self, reason: str) -> None:
        """The session is over for good; on the link's thread."""


class Attachment:
    """One link, over as many connections as it takes.

    Args:
        find: gives the gateway to connect to.
        hello: what to be there.
        lasting: connect again when the link is cut, until closed.

    Attributes:
        welcome: what the gateway said last.
        received: number of the last delivery that was taken.
        gateway_ended: why the gateway ended the session, empty while it did not.
    """

    def __init__(self, find: Finder, hello: protocol.Hello, lasting: bool = True) -> None:
        self._find = find
        self._hello = hello
        self._lasting = lasting
        self._decoder: MessageDecoder[Any] = MessageDecoder(protocol.ToPeer)
        self._calls: dict[int, Call] = {}
        self._numbers = count(1)
        self._out: deque[Any] = deque()
        self._writing = threading.Lock()
        self._state = threading.Condition()
        self._socket: ClientConnection | None = None
        self._closing = threading.Event()
        self._client: Client | None = None
        self._thread: threading.Thread | None = None
        self._watches: dict[int, Callable[[bytes, int], None]] = {}
        self.welcome: Any = None
        self.received = 0
        self.gateway_ended = ""
        self._said = ""
        self.unknown_calls = 0

    @property
    def attached(self) -> bool:
        """Whether there is a connection now."""
        return self._socket is not None

    def open(self) -> protocol.Welcome:
        """Connect for the first time.

        Raises:
            Refused: the gateway does not let this in, and says why.
            LinkError: there is no gateway.
        """
        self._socket, self.welcome = self._connect()
        found: protocol.Welcome = self.welcome
        return found

    def run(self, client: Client) -> None:
        """Take what comes, on a thread of the link's own, for ``client``."""
        self._client = client
        self._thread = threading.Thread(target=self._work, name="link", daemon=True)
        self._thread.start()

    def wait_attached(self, timeout: float) -> bool:
        """Wait until there is a connection; gives whether there is."""
        with self._state:
            return self._state.wait_for(lambda: self._socket is not None, timeout)

    def close(self) -> None:
        """Say goodbye and end the link."""
        if self._closing.is_set():
            return
        self._closing.set()
        socket = self._socket
        if socket is not None:
            self.send(protocol.Bye())
            with contextlib.suppress(Exception):
                socket.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(5.0)
        self._fail_calls("the link was closed")

    # Calling

    def ask(
        self,
        delivery: int,
        function: str,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any] | None = None,
    ) -> Call:
        """Call a function of the ``system`` namespace in the gateway.

        Args:
            delivery: the gateway's id of the delivery that asks, 0 for none.
            function, arguments, keywords: see ``runtime.executors.answers``.

        Raises:
            BadArgument: an argument cannot travel; the message names where it stands.
            LinkError: there is no link now; nothing was sent.
        """
        try:
            data = CODEC.encode((list(arguments), dict(keywords or {})), function)
        except PayloadRefused as error:
            raise BadArgument(str(error)) from None
        call = self._new_call(CODEC.decode)
        self.send(Ask(call.id, self.welcome.session, delivery, function, data))
        return call

    def query(self, function: str, wanted: Any = None) -> Any:
        """Ask a tool's question and wait for the answer.

        Args:
            function: its name in ``runtime.links.queries``.
            wanted: that question's structure; None where it takes nothing.

        Raises:
            PilotlightError: why there is no answer.
        """
        question = QUESTIONS[function]
        given = wanted if wanted is not None else question.takes()
        call = self._new_call(msgspec.msgpack.Decoder(question.gives).decode)
        self.send(protocol.Query(call.id, function, msgspec.msgpack.encode(given)))
        return call.result()

    def login(self, user: str, password: str, roles: list[str]) -> None:
        """Have somebody else logged in at the session.

        Raises:
            PilotlightError: the gateway says no.
        """
        call = self._new_call(bytes)
        self.send(protocol.Login(call.id, user, password, roles))
        call.result()

    def watch(self, what: Any, before: int, told: Callable[[bytes, int], None]) -> Call:
        """Have ``told`` called with each piece of news and how many were missed before it.

        Returns:
            A call that ends with an error when there will be no more.
        """
        call = self._new_call(bytes)
        self._watches[call.id] = told
        self.send(protocol.Watch(call.id, what, before))
        return call

    def send(self, *messages: Any) -> None:
        """Send; without a link it goes nowhere."""
        self._out.extend(messages)
        # Whoever holds the lock sends what the others have put there meanwhile.
        while self._out and self._writing.acquire(blocking=False):
            try:
                self._write()
            finally:
                self._writing.release()

    def _write(self) -> None:
        batch = self._taken()
        socket = self._socket
        if socket is None:
            self._drop(batch)
            return
        try:
            for frame in frames(batch):
                socket.send(frame)
        except (ConnectionClosed, OSError):
            # The reader sees it too, says so to those who wait, and connects again.
            with self._state:
                if self._socket is socket:
                    self._socket = None

    def _taken(self) -> list[Any]:
        batch: list[Any] = []
        with contextlib.suppress(IndexError):
            while True:
                batch.append(self._out.popleft())
        return batch

    def _drop(self, messages: list[Any]) -> None:
        """These are not sent: calls among them end, and may be made again."""
        for message in messages:
            call = self._calls.pop(getattr(message, "call", 0), None)
            if call is not None:
                call.finish(None, LinkError(_NOTHING))

    def _new_call(self, decode: Callable[[bytes], Any]) -> Call:
        # Nothing was sent yet, so a short cut need not be the caller's trouble.
        if self._socket is None and self._lasting and not self.gateway_ended:
            self.wait_attached(PATIENCE)
        call = Call(next(self._numbers), decode)
        self._calls[call.id] = call
        if self._socket is None:
            self._calls.pop(call.id, None)
            ended = self.gateway_ended
            raise LinkError(f"{ended}; nothing was sent" if ended else _NOTHING)
        return call

    def _fail_calls(self, reason: str) -> None:
        calls = list(self._calls.values())
        self._calls.clear()
        self._watches.clear()
        self.unknown_calls += len(calls)
        for call in calls:
            call.finish(None, LinkError(reason))

    # The link's thread

    def _work(self) -> None:
        client = self._client
        assert client is not None
        while True:
            socket = self._socket
            reason = self._read(client, socket)
            with self._state:
                self._socket = None
            if socket is not None:
                with contextlib.suppress(Exception):
                    socket.socket.close()
            self._fail_calls(_CUT)
            if self._closing.is_set():
                return
            if self.gateway_ended or not self._lasting:
                client.over(self.gateway_ended or reason)
                return
            client.cut(reason)
            if not self._again(client):
                return

    def _read(self, client: Client, socket: ClientConnection | None) -> str:
        beat = self.welcome.heartbeat
        if socket is None:
            return "no connection"
        self._said = ""
        next_ping = monotonic() + beat
        pong: threading.Event | None = None
        asked = 0.0
        try:
            while True:
                now = monotonic()
                if pong is not None and pong.is_set():
                    pong = None
                if now >= next_ping:
                    if pong is not None and now - asked > beat * (_MISSED - 1):
                        return "the gateway gives no sign of life"
                    if pong is None:
                        pong, asked = socket.ping(), now
                    next_ping = now + beat
                try:
                    frame = socket.recv(timeout=max(0.0, next_ping - now))
                except TimeoutError:
                    continue
                if isinstance(frame, str):
                    return "the gateway sent text"
                for message in self._decoder.decode(frame):
                    self._take(client, message)
                if self.gateway_ended:
                    return self.gateway_ended
        except (ConnectionClosed, OSError):
            return self._said or "the connection was lost"
        except FrameError as error:
            return f"the gateway broke the protocol: {error}"
        except Exception as error:
            # Tried again it would fail again.
            self.gateway_ended = f"what the gateway sent cannot be used here: {error!r}"
            return self.gateway_ended

    def _take(self, client: Client, message: Any) -> None:
        kind = type(message)
        if kind is Return:
            call = self._calls.pop(message.call, None)
            if call is not None:
                error = error_of(message.error, message.text) if message.error else None
                call.finish(message.data, error)
        elif kind is protocol.Answer:
            call = self._calls.pop(message.call, None)
            if call is not None:
                refusal = NoAnswer(message.error) if message.data is None else None
                call.finish(message.data, refusal)
        elif kind is protocol.News:
            told = self._watches.get(message.call)
            if told is not None:
                told(message.data, message.missed)
        elif kind is protocol.Goodbye:
            if message.again and self._lasting:
                self._said = message.reason
                return
            self.gateway_ended = message.reason
        else:
            client.take(message)

    def _again(self, client: Client) -> bool:
        """Connect again; False when the session is over instead."""
        attempt = 0
        while not self._closing.wait(_PAUSES[min(attempt, len(_PAUSES) - 1)]):
            attempt += 1
            try:
                socket, welcome = self._connect()
            except Refused as refusal:
                self.gateway_ended = str(refusal)
                client.over(str(refusal))
                return False
            except LinkError:
                continue
            self.welcome = welcome
            # What was to be said in the session that there was then.
            self._drop(self._taken())
            with self._state:
                self._socket = socket
                self._state.notify_all()
            if self._closing.is_set():
                socket.close()
                return False
            client.welcomed(welcome)
            return True
        return False

    def _connect(self) -> tuple[ClientConnection, protocol.Welcome]:
        target = self._find()
        before = self.welcome
        hello = self._hello
        if before is not None:
            hello = msgspec.structs.replace(
                hello, resume=before.session, key=before.key, received=self.received
            )
        try:
            # It lives longer than a block: closed by whoever sees its end.
            opened = connect(
                target.url + protocol.PATH,
                ssl=target.tls,
                additional_headers={"Authorization": target.authorization},
                compression=None,
                proxy=None,
                open_timeout=OPEN_SECONDS,
                ping_interval=None,
                close_timeout=2,
                max_size=_FRAME_BYTES,
                logger=QUIET,
            )
            socket: ClientConnection = opened.__enter__()
        except InvalidStatus as error:
            response = error.response
            said = (response.body or b"").decode("utf-8", "replace").strip()
            text = f"{target.url} says {response.status_code}: {said}"
            # A gateway that has just started again has a new token: that is looked for again.
            retry = response.status_code >= 500 or (
                before is not None and response.status_code == 401
            )
            raise (LinkError if retry else Refused)(text) from None
        except (OSError, InvalidHandshake, TimeoutError, EOFError) as error:
            raise LinkError(f"no gateway answers at {target.url}: {error}") from None
        try:
            socket.send(protocol.encode([hello]))
            frame = socket.recv(timeout=OPEN_SECONDS)
            messages = self._decoder.decode(frame) if isinstance(frame, bytes) else []
        except (ConnectionClosed, OSError, TimeoutError, FrameError) as error:
            raise LinkError(f"the gateway at {target.url} did not answer: {error}") from None
        first = messages[0] if messages else None
        if isinstance(first, protocol.Goodbye):
            with contextlib.suppress(Exception):
                socket.close()
            raise Refused(first.reason)
        if len(messages) != 1 or not isinstance(first, protocol.Welcome):
            raise LinkError(f"what answers at {target.url} is no gateway")
        return socket, first
