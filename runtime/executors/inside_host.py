"""What stands for the host inside a locked worker: everything it does not do itself it asks for.

The rooms of the runtime that scripts touch (``system``, instances, the thread executor) run here
unchanged; this has the attributes of ``ScriptHost`` that they use.
"""

from __future__ import annotations

import builtins
import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from runtime.activities import Activities
from runtime.calls import Call, ScriptCall
from runtime.config import Grant, HostConfig
from runtime.dispatch import current_delivery
from runtime.errors import BadArgument, NamedError, RequestCancelled, TooManyCalls
from runtime.executors import protocol
from runtime.executors.inside_log import RemoteLog
from runtime.executors.protocol import clean
from runtime.executors.values import CODEC
from runtime.generation import Generation
from runtime.lanes import LanePool
from runtime.libraries import Libraries
from runtime.logbook import HOST, Origin
from runtime.message import Delivery, Filter
from runtime.payload import copy_payload
from runtime.sent import one_more
from runtime.system.exceptions import to_caller
from runtime.system.registry import SystemRegistry
from runtime.tags.provider import Browsed
from runtime.tags.values import QualifiedValue, QualityCode
from runtime.timers import Timers
from runtime.trace import Accounts
from sandbox import Limits, Policy, Sandbox, ScriptStopped, current_run
from sandbox.dialect.meaning.errors import IOError as ScriptIOError
from sandbox.isolation.errors import PayloadRefused
from sandbox.isolation.worker_process import WorkerContext
from sandbox.library.hooks import checkpoint
from sandbox.nesting import FRAMES, require_frames

if TYPE_CHECKING:
    from runtime.contracts import Scope


class HostError(NamedError):
    """An error of the host, to be raised in a script as the Java exception it says."""


class JavaRaised(HostError):
    """A Java exception that a function of the embedding program raised."""


def error_of(java_name: str, text: str) -> Exception:
    """The error that a call ended with, as the host named it."""
    if java_name.startswith(protocol.JAVA):
        return JavaRaised(java_name.removeprefix(protocol.JAVA), text)
    name = java_name.removeprefix(protocol.PYTHON)
    found = getattr(builtins, name, None) if name != java_name else None
    if isinstance(found, type) and issubclass(found, Exception):
        try:
            return found(text)
        except TypeError:
            # Not all of them can be made of a text alone.
            return RuntimeError(text)
    return HostError(java_name, text)


class Reply:
    """The end of one call, when it comes: what ``runtime.requests.Request`` is in the host."""

    def __init__(self, host: WorkerHost, id: int, holds: bool = False) -> None:
        self.id = id
        self.claims = False
        self._holds = holds
        self.ended = threading.Event()
        self._host = host
        self._lock = threading.Lock()
        self._data: bytes | None = None
        self._error: Exception | None = None
        self._callbacks: list[Callable[[Any], None]] = []

    @property
    def done(self) -> bool:
        """Whether it ended, well or not."""
        return self.ended.is_set()

    def when_done(self, callback: Callable[[Any], None]) -> None:
        """Call ``callback`` with this once it ended, at once if it has."""
        with self._lock:
            if not self.ended.is_set():
                self._callbacks.append(callback)
                return
        callback(self)

    def finish(self, data: bytes | None, error: Exception | None) -> None:
        """Give it its end, unless it has one."""
        with self._lock:
            if self.ended.is_set():
                return
            self._data, self._error = data, error
            callbacks, self._callbacks = self._callbacks, []
            self.ended.set()
        try:
            for callback in callbacks:
                callback(self)
        finally:
            if self._holds:
                # What its callbacks queued is counted by now.
                self._host.activities.end()

    def cancel(self) -> bool:
        """End it as cancelled, if it has not ended."""
        # Callbacks are queued on the way, which ask for room of their own.
        require_frames(2 * FRAMES)
        before = self.ended.is_set()
        self.finish(None, RequestCancelled("the request was cancelled"))
        return not before

    def wait(self) -> Exception | None:
        """Block until it ended, or the caller's run is stopped; gives its error, or None."""
        if self.claims and not self.ended.is_set():
            error = self._host.ask(None, "request.wait", (self.id,)).wait()
            if error is not None:
                raise error
        run = current_run()
        if run is None:
            self.ended.wait()
        else:
            while not self.ended.wait(0.05):
                if run.token.stopped:
                    raise ScriptStopped(run.token.reason)
        return self._error

    def result(self) -> Any:
        """Block until it ended; gives the value, or raises its error."""
        error = self.wait()
        if isinstance(error, JavaRaised):
            raise to_caller(error)
        if error is not None:
            raise error
        return CODEC.decode(self._data) if self._data is not None else None


class RemoteActivities(Activities):
    """Tells the host what its drain has to wait for."""

    def __init__(self, host: WorkerHost) -> None:
        super().__init__()
        self._host = host

    def begin(self) -> None:
        """Something will happen later."""
        super().begin()
        self._host.channel.send(protocol.Pending(1))

    def end(self) -> None:
        """It happened, or will not."""
        super().end()
        self._host.channel.send(protocol.Pending(-1))


class RemoteRegistry(SystemRegistry):
    """The functions that the embedding program supplies, called over the channel."""

    def __init__(self, host: WorkerHost) -> None:
        super().__init__()
        self._host = host

    def renew(self, names: Sequence[str]) -> None:
        """Take the names that there are now."""
        self._provided.clear()
        for name in names:
            self.provide(name, partial(self._call, name))

    def _call(self, name: str, *args: Any, **keywords: Any) -> Any:
        return self._host.ask(None, name, args, keywords).result()


class RemoteDispatcher:
    """Sends messages by asking the host to."""

    def __init__(self, host: WorkerHost) -> None:
        self._host = host

    def send(
        self,
        sender: Scope,
        project: str,
        handler: str,
        payload: Any = None,
        scope: str = "",
        wanted: Filter | None = None,
        remote_servers: Sequence[str] = (),
    ) -> list[str]:
        """Send one message; see ``runtime.dispatch.Dispatcher.send``."""
        f = wanted or Filter()
        filters = (f.client_session_id, f.user, f.has_role, f.host_name)
        arguments = (project, handler, payload, scope, filters, tuple(remote_servers))
        found: list[str] = self._host.ask(sender, "sendMessage", arguments).result()
        return found


class RemoteTags:
    """The host's tags, read and written over the channel."""

    def __init__(self, host: WorkerHost) -> None:
        self._host = host

    def read(self, paths: Sequence[str]) -> list[QualifiedValue]:
        """The value of each."""
        found: list[QualifiedValue] = self._ask("tags.read", list(paths))
        return found

    def write(self, paths: Sequence[str], values: Sequence[Any]) -> list[QualityCode]:
        """Set each; gives how that went."""
        found: list[QualityCode] = self._ask("tags.write", list(paths), list(values))
        return found

    def exists(self, path: str) -> bool:
        """Whether there is a tag or folder of that path."""
        return bool(self._ask("tags.exists", path))

    def browse(self, path: str) -> list[Browsed]:
        """What lies directly below a folder."""
        return [Browsed(*entry) for entry in self._ask("tags.browse", path)]

    def _ask(self, function: str, *arguments: Any) -> Any:
        return self._host.ask(None, function, arguments).result()


class NoTrace:
    """The trace is the host's."""

    def weigh(self, delivery: Delivery) -> None:
        """The host weighs what it is told."""


class RemoteFolders:
    """The granted folders of the worker's project: the host reads and writes there."""

    def __init__(self, host: WorkerHost) -> None:
        self._host = host

    def read(self, path: str) -> bytes:
        """All of a file."""
        return bytes(self._ask("folder.read", path))

    def write(self, path: str, data: bytes, append: bool) -> None:
        """Put bytes in the place of a file's, or behind them."""
        self._ask("folder.write", path, data, append)

    def names(self, path: str) -> list[str]:
        """What is in a folder."""
        return list(self._ask("folder.names", path))

    def size(self, path: str) -> int | None:
        """Bytes of a file, -1 for a folder, None where there is neither."""
        found: int | None = self._ask("folder.size", path)
        return found

    def _ask(self, function: str, path: str, *arguments: Any) -> Any:
        # Failures come as values: as errors they would be Java's.
        failure, value = self._host.ask(None, function, (path, *arguments)).result()
        if failure is not None:
            raise ScriptIOError(*failure, path)
        return value


MOST_CALLS: Final = 200
"""Calls that scripts may have open: the host ends a worker that has more than ``OUTSTANDING``."""


class WorkerHost:
    """See the module."""

    strict = False
    tier = "thread"
    """Where scripts run, seen from inside: here."""
    observers: tuple[Any, ...] = ()

    def __init__(self, context: WorkerContext, settings: protocol.Settings) -> None:
        self.channel = context.channel
        self.settings = settings
        self.name = settings.name
        self.profile = settings.profile
        self.deadline = settings.deadline
        self.output_limit = settings.output_limit
        granted = settings.granted
        grants = {settings.project: Grant(system=tuple(granted))} if granted is not None else {}
        self.config = HostConfig(
            name=settings.name,
            deadline=settings.deadline,
            payload_depth=settings.payload_depth,
            payload=settings.payload,
            recursion=settings.recursion,
            grants=grants,
        )
        limits = Limits(deadline=settings.deadline, recursion=settings.recursion)
        self.policy = Policy(tier="process", limits=limits)
        self.sandbox = Sandbox(self.policy, profile=settings.profile)
        self.logbook = RemoteLog(context.channel)
        self.accounts = Accounts()
        self.trace = NoTrace()
        self.activities = RemoteActivities(self)
        self.pool = LanePool(4, "lane")
        self.timers = Timers("timers")
        self.system = RemoteRegistry(self)
        self.dispatcher = RemoteDispatcher(self)
        self.tags = RemoteTags(self)
        self._folders = RemoteFolders(self) if settings.folders else None
        self.followed: dict[str, Libraries] = {}
        self.scopes: dict[str, Any] = {}
        self._calls: dict[int, Reply] = {}
        self._numbers = itertools.count(1)

    def ask(
        self,
        scope: Scope | None,
        function: str,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any] | None = None,
        holds: bool = False,
    ) -> Reply:
        """Call a function of the host; everything sent before it is written with it.

        Args:
            scope: whose script asks; None for that of the run.
            function, arguments, keywords: what to call.
            holds: a drain waits for the end of this call, though nothing that runs does.

        Raises:
            BadArgument: for an argument that cannot travel; the message names where it stands.
            TooManyCalls: too many are open.
            ScriptStopped: the run of the script is stopped; the host is not asked.
        """
        checkpoint()
        if len(self._calls) >= MOST_CALLS and function != "request.wait":
            raise TooManyCalls(
                f"{MOST_CALLS} calls and requests of this worker's scripts wait for their answers; "
                "this one is not made. Remedy: wait for some of them first"
            )
        run = current_run()
        context = run.context if run is not None else None
        delivery = current_delivery()
        if scope is None:
            target = getattr(context, "target", None)
            scope = getattr(context, "scope", None) or getattr(target, "receiver", None)
        reply = Reply(self, next(self._numbers), holds)
        try:
            data = CODEC.encode((list(arguments), dict(keywords or {})), function)
        except PayloadRefused as error:
            for given in (*arguments, *(keywords or {}).values()):
                if type(given) in (dict, list):
                    # In the words that the other tier has for it.
                    copy_payload(given, self.config.payload_depth)
            raise BadArgument(str(error)) from None
        self._calls[reply.id] = reply
        if holds:
            self.activities.begin()
        receiver = scope.session_id if scope is not None else ""
        number = delivery.id if delivery is not None else 0
        handed = 0
        if isinstance(context, ScriptCall) and context.number:
            handed = context.number
            if function in protocol.SENDS:
                # The host counts; here it says that the host is to hear of the end.
                one_more(context)
        # A thread that the handler started has a run of its own, and holds no lane.
        own = delivery is not None and delivery.run is run
        self.channel.send(
            protocol.WorkerAsk(reply.id, receiver, number, function, data, handed, own)
        )
        return reply

    def returned(self, message: protocol.Return) -> None:
        """The host answers a call."""
        reply = self._calls.pop(message.call, None)
        if reply is not None:
            error = error_of(message.error, message.text) if message.error else None
            reply.finish(message.data, error)

    def folders_of(self, project: str) -> RemoteFolders | None:
        """The files that its scripts were granted, which the host reads and writes."""
        return self._folders if project == self.settings.project else None

    def generation_of(self, project: str) -> Generation | None:
        """The generation of a project that runs now, where the worker has it."""
        for libraries in self.followed.values():
            if libraries.own is not None and libraries.own.project.name == project:
                return libraries.own
        return None

    def libraries_of(self, own: Generation | None) -> Libraries:
        """What libraries scripts of this generation see."""
        for libraries in self.followed.values():
            if libraries.own is own:
                return libraries
        return Libraries(own)

    def require_open(self) -> None:
        """A worker is open until it is killed."""

    def tell(self, event: object) -> None:
        """Nobody watches here."""

    def run_ended(
        self, sender: Delivery | ScriptCall, name: str, origin: Origin, stopped: bool = True
    ) -> None:
        """A run that is no lane's has ended: the host, which counts what it sent, is told."""
        if isinstance(sender, ScriptCall) and sender.number:
            number = sender.delivery.id if sender.delivery is not None else 0
            label = clean(sender.label[:1000])
            self.channel.send(protocol.CallEnded(number, sender.number, label, stopped))

    def report_backlog(self, lane: Any) -> None:
        """The host counts what waits."""

    def rested(self) -> None:
        """The host counts what runs."""

    def submit_call(self, call: Call) -> None:
        """Run a function of a scope without a lane."""
        self.activities.begin()

        def work() -> None:
            try:
                call.perform()
            finally:
                self.activities.end()

        threading.Thread(target=work, name=call.label, daemon=True).start()

    def origin_now(self) -> Origin:
        """Who is running on this thread."""
        run = current_run()
        context = run.context if run is not None else None
        if isinstance(context, Delivery):
            target: Any = context.target
            found: Origin = target.receiver.origin(context.message.handler, context.id)
            return found
        return context.scope.origin() if isinstance(context, ScriptCall) else HOST

    @staticmethod
    def clock() -> float:
        """Seconds of a monotonic clock."""
        return monotonic()
