"""What scripts in a worker may ask of the host, and how it answers: nothing else gets through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Lock, get_ident
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol

from runtime.chains import FREE
from runtime.errors import BadArgument, PilotlightError, TooManyCalls
from runtime.executors import protocol
from runtime.executors.answer_rules import (
    property_of,
    require_short,
    texts_of,
)
from runtime.executors.handed_over import HandedOver
from runtime.executors.known import Known
from runtime.executors.outcome import MISSING_LOGGER, tell_missing
from runtime.executors.values import CODEC, HOST_BYTES
from runtime.folders import folder_function
from runtime.logbook import LEVELS, script_logger
from runtime.message import NO_FILTER, Delivery, Filter, Message
from runtime.requests import Request, ask
from runtime.requests import _claim as claim
from runtime.system.arguments import LONGEST
from runtime.system.asynchronous import require_own_logger
from runtime.system.capabilities import require
from runtime.system.embedder import plain_error, words_of
from runtime.system.sessions import session_rows
from sandbox import Run, set_current_run
from sandbox.isolation.errors import PayloadRefused
from sandbox.library.java.base import java_name
from sandbox.library.java.throwables import JavaThrowable

if TYPE_CHECKING:
    from runtime.calls import ScriptCall
    from runtime.contracts import Receiver
    from runtime.executors.remote_lane import RemoteLane

OUTSTANDING: Final = 256
"""Calls that one worker may have open; a script's thread waits for its call, so few need more."""

CHANGES: Final = 200_000
"""Times in a second that one worker may say that something of it begins or ends."""


class Asking(Protocol):
    """One end that asks: a worker, or a process attached to the host.

    Attributes:
        host: the host that is asked.
        receivers: the scopes it may speak for, by session id.
        known: what it was given to run.
    """

    host: Any
    receivers: Any
    known: Known

    @property
    def fleet(self) -> Any:
        """Has ``run``, for what may take its time."""

    def send(self, *messages: Any) -> None:
        """Send it an answer."""


EARLIER: Final = "an earlier handler"
"""What a handler is called that is not known any more."""


class _Place:
    """Where such a handler ran; nothing is delivered there."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver


@contextmanager
def _as_thread_of(
    lane: RemoteLane | None, delivery: Delivery | None, call: int
) -> Iterator[None]:
    """Be the thread of the lane that asks; that it waits then is said of this call of it."""
    if lane is None or delivery is None:
        yield
        return
    me = get_ident()
    lane.running[me] = delivery
    try:
        yield
    except BaseException:
        lane.goes_on()
        raise
    finally:
        lane.running.pop(me, None)
    lane.waits = (delivery, call) if lane.waits_for is not None else None


class Answers:
    """Serves one link's worker.

    A worker names who asks; it is believed only as far as its own receivers and the deliveries it
    was given.

    Args:
        link: who asks.
        of_worker: scripts ask, from a locked worker: calls have a rate, and none of their text is
            an expression that the host would run.
        script: the user script that the worker runs, where it runs one.
    """

    def __init__(
        self, link: Asking, of_worker: bool = False, script: ScriptCall | None = None
    ) -> None:
        self._link = link
        self._of_worker = of_worker
        self._script = script
        self._host = link.host
        self._lock = Lock()
        self._open = 0
        self._pending = 0
        self._requests: dict[int, Request] = {}
        self._handed_over = HandedOver(self._host)
        self._changed = 0.0
        self._changes_in = 0
        self._changes = 0
        self._calls_in = 0
        self._calls = 0

    def take(
        self, message: protocol.Log | protocol.Ask | protocol.Pending | protocol.CallEnded
    ) -> bool:
        """Do what a message says; False when no worker of ours would send it."""
        if isinstance(message, protocol.Ask):
            return self._ask(message)
        if type(message) is protocol.Log:
            self._log(message)
            return True
        if type(message) is protocol.Pending:
            return self._pend(message.change)
        if type(message) is protocol.CallEnded:
            self._handed_over.ended(message)
            return True
        return False

    @property
    def pending(self) -> int:
        """What the worker's scripts started and is not over."""
        return self._pending

    def unmoved(self, now: float) -> float:
        """Seconds since anything of that began or ended, 0.0 where requests are all of it.

        Args:
            now: ``time.monotonic()`` seconds.
        """
        with self._lock:
            return now - self._changed if self._pending > len(self._requests) else 0.0

    def lost(self) -> None:
        """The worker is gone: nothing of it is awaited any more."""
        with self._lock:
            # What a link has open stays counted until it has ended: it takes up threads all the
            # same, and the link may come back.
            pending, self._pending = self._pending, 0
            if self._of_worker:
                self._open = 0
            self._requests.clear()
        self._handed_over.lost()
        for _ in range(pending):
            self._host.activities.end()

    def _log(self, message: protocol.Log) -> None:
        receiver = self._link.receivers.get(message.receiver)
        if receiver is None:
            return
        _, delivery = self._link.known.find(message.delivery)
        name = delivery.message.handler if delivery is not None else ""
        number = delivery.id if delivery is not None else 0
        origin = receiver.origin(name, number)
        if message.logger == MISSING_LOGGER and message.level == "ERROR" and delivery is not None:
            # It is in the worker that a missing handler is noticed, and here that it is said.
            tell_missing(receiver, delivery)
            return
        logger = script_logger(message.logger, receiver.project)
        self._host.logbook.write(message.level, logger, message.message, message.detail, origin)

    def _pend(self, change: int) -> bool:
        with self._lock:
            now = monotonic()
            if int(now) != self._changes_in:
                self._changes_in, self._changes = int(now), 0
            self._changes += 1
            if self._changes > CHANGES:
                return False
            self._pending += change
            self._changed = now
            if not 0 <= self._pending <= 100_000:
                self._pending -= change
                return False
        if change > 0:
            self._host.activities.begin()
        else:
            self._host.activities.end()
        return True

    def _cause(
        self, message: protocol.Ask, receiver: Receiver | None, delivery: Delivery | None
    ) -> Delivery | ScriptCall | None:
        """What a call is caused by, as far as can be said."""
        found = delivery or self._script
        if found is not None or receiver is None or not (message.delivery or self._of_worker):
            return found
        # A thread or a callback of a handler that ended long ago, or so the worker says: what it
        # sends counts as that of a chain which is long already.
        where = receiver.label
        project, letter = receiver.project, receiver.letter
        earlier = Message(0, project, EARLIER, None, letter, NO_FILTER, where, None, 0.0)
        earlier.path = (EARLIER,) * FREE
        place: Any = _Place(receiver)
        return Delivery(0, earlier, where, place, 0.0)

    def _ask(self, message: protocol.Ask) -> bool:
        with self._lock:
            many = self._open >= OUTSTANDING
            if not many:
                self._open += 1
        if many:
            if self._of_worker:
                return False
            text = f"this process has {OUTSTANDING} calls open; nothing was done"
            self._send_refusal(message.call, TooManyCalls.java_name, text)
            return True
        if self._of_worker and self._hurries():
            # Told when the second is over: who asks again at once would keep the host busy.
            self._host.timers.after(1.0 - monotonic() % 1.0, partial(self._slow_down, message))
            return True
        receiver = self._link.receivers.get(message.receiver)
        lane, delivery = self._link.known.find(message.delivery)
        cause = self._cause(message, receiver, delivery)
        own = False
        if type(message) is protocol.WorkerAsk:
            own = message.own
            if message.run and receiver is not None and message.function in protocol.SENDS:
                cause = self._handed_over.sender(message, receiver, cause)
        if not own:
            # Its lane goes on while it waits.
            lane = None
        if lane is not None:
            # Who asks has not been waiting any more.
            lane.goes_on()
        set_current_run(Run(context=cause))
        try:
            if receiver is None:
                raise BadArgument("the session was closed")
            if not message.function.startswith(("session.", "folder.")):
                require(self._host.config, receiver.project, message.function)
                receiver.require_calling(message.function)
            elif not self._of_worker:
                raise BadArgument(f"{message.function[:100]} is for workers of this host alone")
            arguments, keywords = self._arguments(message)
            if message.function == "sendMessage":
                self._return(message.call, self._send(receiver, *arguments))
            elif message.function == "sendRequest":
                self._request(message.call, receiver, lane, delivery, arguments)
            elif message.function == "request.wait":
                self._claim(lane, delivery, *arguments)
                self._return(message.call, None)
            elif message.function in ("session.read", "session.write"):
                self._return(message.call, property_of(receiver, message.function, *arguments))
            elif message.function == "getSessionInfo":
                # Filters are expressions: whoever asks matches them, in its own time.
                rows = session_rows(self._host, "", "")
                self._return(message.call, [list(row) for row in rows])
            elif message.function == "setLoggingLevel":
                self._set_level(receiver.project, *arguments)
                self._return(message.call, None)
            elif message.function.startswith("folder."):
                function = folder_function(self._host, receiver.project, message.function)
                self._later(message.call, cause, function, arguments, keywords)
            else:
                function = self._function(message.function)
                self._later(message.call, cause, function, arguments, keywords)
        except PilotlightError as error:
            self._refuse(message.call, error.java_name, str(error))
        except (PayloadRefused, TypeError, ValueError, OverflowError, JavaThrowable) as error:
            self._refuse(message.call, BadArgument.java_name, str(error))
        finally:
            set_current_run(None)
        return True

    def _hurries(self) -> bool:
        """Whether a call is one too many in this second."""
        second = int(monotonic())
        if second != self._calls_in:
            self._calls_in, self._calls = second, 0
        self._calls += 1
        return self._calls > int(self._host.config.calls)

    def _slow_down(self, message: protocol.Ask) -> None:
        receiver = self._link.receivers.get(message.receiver)
        whose = receiver.project if receiver is not None else "a closed session"
        text = (
            f"scripts of project {whose} called the host more than {self._host.config.calls} "
            "times in a second (limits.calls)"
        )
        self._refuse(message.call, TooManyCalls.java_name, text)

    def _set_level(self, project: str, logger: Any, level: Any) -> None:
        logbook = self._host.logbook
        if type(logger) is not str or level not in LEVELS:
            raise BadArgument("setLoggingLevel(): a logger and a level are needed")
        require_own_logger(self._host, project, logger)
        refusal = logbook.refuses(logger, project)
        if refusal:
            raise BadArgument(f"setLoggingLevel(): {refusal}")
        logbook.set_level(logger, level, project)

    @staticmethod
    def _arguments(message: protocol.Ask) -> tuple[list[Any], dict[str, Any]]:
        decoded = CODEC.decode(message.data, HOST_BYTES)
        if type(decoded) is not tuple or list(map(type, decoded)) != [list, dict]:
            raise ValueError("no arguments")
        if not all(type(key) is str for key in decoded[1]):
            raise ValueError("no keywords")
        return decoded

    def _send(
        self,
        receiver: Receiver,
        project: str,
        handler: str,
        payload: Any,
        scope: str,
        filters: Any,
        servers: Any,
    ) -> list[str]:
        texts = (project, handler, scope, *filters, *servers)
        if not all(type(text) is str for text in texts):
            raise ValueError("sendMessage(): names must be text")
        require_short("sendMessage", texts)
        wanted = Filter(*filters)
        entries: list[str] = self._host.dispatcher.send(
            receiver, project, handler, payload, scope, wanted, servers
        )
        return entries

    def _request(
        self,
        call: int,
        receiver: Receiver,
        lane: RemoteLane | None,
        delivery: Delivery | None,
        arguments: list[Any],
    ) -> None:
        project, handler, payload, server, timeout, waiting = arguments
        if not all(type(text) is str for text in (project, handler, server)):
            raise ValueError("sendRequest(): names must be text")
        require_short("sendRequest", (project, handler, server))
        if type(timeout) not in (int, float) or type(waiting) is not bool:
            raise ValueError("sendRequest(): timeoutSec must be a number")
        if not 0 < timeout < LONGEST:
            raise ValueError("sendRequest(): timeoutSec must be above zero")
        with _as_thread_of(lane, delivery, call):
            request = ask(receiver, project, handler, payload, server, timeout, waiting)
        with self._lock:
            self._requests[call] = request

        def answer(ended: Request) -> None:
            with self._lock:
                self._requests.pop(call, None)
            if lane is not None:
                lane.answered(call)
            error = ended.wait()
            if error is not None:
                self._refuse(call, error.java_name, str(error))
                return
            try:
                self._return(call, ended.result())
            except PayloadRefused as refusal:
                self._refuse(call, BadArgument.java_name, str(refusal))

        request.when_done(answer)

    def _claim(self, lane: RemoteLane | None, delivery: Delivery | None, call: int) -> None:
        """A script is going to wait for a request it made; raises when that would be for ever."""
        with self._lock:
            request = self._requests.get(call)
        if request is None or request.lane is None or lane is None or delivery is None:
            return
        with _as_thread_of(lane, delivery, call):
            claim(request.handler, request.lane)
        if request.done:
            # It was answered meanwhile.
            lane.goes_on()

    def _function(self, name: str) -> Callable[..., Any]:
        """What a worker may have called beside messages and sessions: tags, what was provided."""
        tags = self._host.tags
        if name == "tags.read":
            return lambda paths: tags.read(texts_of(paths))
        if name == "tags.write":
            return lambda paths, values: tags.write(texts_of(paths), values)
        if name == "tags.exists":
            return lambda path: tags.exists(*texts_of([path]))
        if name == "tags.browse":
            return lambda path: [
                [entry.name, entry.path, entry.folder, entry.value]
                for entry in tags.browse(*texts_of([path]))
            ]
        found: Callable[..., Any] | None = self._host.system.find(name)
        if found is None:
            raise BadArgument(f"{name[:100]} is not available in this host")
        return found

    def _later(
        self,
        call: int,
        cause: Delivery | ScriptCall | None,
        function: Callable[..., Any],
        arguments: list[Any],
        keywords: dict[str, Any],
    ) -> None:
        """Call something that may take its time, on a thread of the fleet."""

        def work() -> None:
            set_current_run(Run(context=cause))
            try:
                self._return(call, function(*arguments, **keywords))
            except PilotlightError as error:
                self._refuse(call, error.java_name, str(error))
            except PayloadRefused as error:
                self._refuse(call, BadArgument.java_name, str(error))
            except JavaThrowable as error:
                self._refuse(call, f"{protocol.JAVA}{java_name(type(error))}", error._message or "")
            except BaseException as error:
                # Even one that would end a thread of the pool: the script that waits is told.
                plain = plain_error(error)
                only = plain.args[0] if len(plain.args) == 1 else None
                # The text of a KeyError is that of its key.
                text = only if type(only) is str else words_of(plain)
                self._refuse(call, protocol.PYTHON + type(plain).__name__, text)
            finally:
                set_current_run(None)

        self._link.fleet.run(work)

    def _return(self, call: int, value: Any) -> None:
        data = CODEC.encode(value, "the result")
        self._close()
        self._link.send(protocol.Return(call, data, "", ""))

    def _refuse(self, call: int, java_name: str, text: str) -> None:
        self._close()
        self._send_refusal(call, java_name, text)

    def _send_refusal(self, call: int, java_name: str, text: str) -> None:
        self._link.send(protocol.Return(call, None, java_name, protocol.clean(text)[:10_000]))

    def _close(self) -> None:
        with self._lock:
            self._open = max(0, self._open - 1)
