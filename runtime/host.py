"""``ScriptHost``: a gateway's script side in one process, and the sessions attached to it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from os import PathLike
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Literal

from project_store.model import Snapshot
from project_store.store import ProjectStore
from runtime.activities import Activities
from runtime.calls import Call, ScriptCall
from runtime.code_cache import open_cache
from runtime.config import HostConfig, Tier
from runtime.dispatch import Dispatcher
from runtime.errors import HostClosed
from runtime.executors import new_executor
from runtime.executors.base import Executor, Running
from runtime.folders import granted_folders
from runtime.generation import Compiler, Generation
from runtime.lanes import Lane, LanePool, age_of
from runtime.libraries import GLOBAL_PROJECT, Libraries
from runtime.logbook import HOST, LogBook, Origin
from runtime.message import Delivery, Identity
from runtime.monitor import Monitor
from runtime.network.local import RemoteServer
from runtime.opening import Opening
from runtime.perspective import PerspectiveSession
from runtime.reload import AnyDiagnostic, Loader
from runtime.scopes import (
    ClientSession,
    Comm,
    DesignerSession,
    GatewayScope,
    Receiver,
)
from runtime.sent import let_go
from runtime.shutdown import Shutdown, ShutdownReport
from runtime.spaces import ProjectSpace
from runtime.suggest import nearest
from runtime.system.registry import SystemRegistry
from runtime.tags import MemoryTags, TagProvider
from runtime.timers import Timers
from runtime.trace import Accounts, Trace
from runtime.upstream import Upstream
from sandbox import Limits, Policy, Sandbox, current_run
from sandbox.folders import Folders

if TYPE_CHECKING:
    from runtime import contracts
    from runtime.contracts import Host, Network
    from runtime.scopes import ScriptScope

POOL_THREADS: Final = 32
"""Threads that all Shared lanes of a host run on, at most."""

SWITCH_INTERVAL: Final = 0.0005
"""Seconds; with Python's default a busy script costs every other dispatch up to 12 ms."""

Observer = Callable[[object], None]


class ScriptHost:
    """Runs the message handlers of a folder of projects; make one with ``open``.

    Importing this module lowers the interpreter's switch interval to 0.5 ms, and leaves it there;
    the first has ``sys.unraisablehook`` and ``warnings.showwarning`` tell nothing about scripts.

    Attributes:
        name: the gateway's name on its network.
        profile: whose messaging rules apply: ``7.9``, ``8.1`` or ``8.3``.
        config: everything it was started with.
        gateway: the Gateway scope.
        trace: the newest deliveries, with exact counters.
        logbook: what scripts and host logged.
        system: supplies functions of the ``system`` namespace.
        tags: the tag provider that ``system.tag`` and tag change scripts see.
        network: the gateway network it joined, or None.
    """

    def __init__(
        self,
        config: HostConfig,
        store: ProjectStore | None = None,
        strict: bool = False,
        events: bool = True,
    ) -> None:
        self.config = config
        self.name = config.name
        self.profile = config.profile
        self.strict = strict
        self.runs_events = events
        self.deadline: float | None = config.deadline
        self.payload_depth = config.payload_depth
        self.output_limit: int | None = config.output
        self.tier: Tier = config.tier or "thread"
        self.closers: list[Callable[[], object]] = []
        self.policy = Policy(
            tier=self.tier,
            limits=Limits(deadline=config.deadline, recursion=config.recursion),
            counting=any(limits.recursion for limits in config.project_limits.values()),
        )
        self.sandbox: Compiler = self._new_compiler()
        self.logbook = LogBook(config.trace, self._log_rate)
        self.accounts = Accounts()
        self.trace = Trace(config.trace, self.accounts)
        self.activities = Activities()
        self.pool = LanePool(POOL_THREADS, f"{config.name}-lane")
        self.timers = Timers(f"{config.name}-timers", self._tell_defect)
        self.system = SystemRegistry()
        self.system.when_provided(self._renew_systems)
        self.tags: TagProvider = MemoryTags(self.script_date)
        self.spaces: dict[str, ProjectSpace] = {}
        self.designers: dict[str, DesignerSession] = {}
        self.observers: tuple[Observer, ...] = ()
        self.network: Network | None = None
        self.upstream: Upstream | None = None
        self.gateway = GatewayScope(self)
        self.dispatcher = Dispatcher(self)
        self.folder = store.folder if store is not None else None
        self.loader = Loader(self, store)
        self.monitor = Monitor(self, self.dispatcher.new_number)
        self.no_link = Lane("no link", self.pool)
        self.no_link.close("not connected")
        self.accounts.open(self.no_link)
        self._folders = granted_folders(config)
        self._callbacks: Lane | None = None
        self._servers: dict[str, RemoteServer] = {}
        self._lock = threading.Lock()
        self._opening = Opening(self)
        self._shutdown = Shutdown(self)

    @classmethod
    def open(
        cls,
        folder: str | PathLike[str] | None = None,
        *,
        name: str | None = None,
        profile: str | None = None,
        tier: Literal["thread", "process"] | None = None,
        watch: bool = True,
        strict: bool = False,
        events: bool = True,
        config: HostConfig | None = None,
        **overrides: object,
    ) -> ScriptHost:
        """Load a folder of projects and start a host on it.

        Args:
            folder: the projects folder itself, or one that holds ``projects/``; None is a host
                without projects. A ``pilotlight.toml`` beside the projects is read.
            name: the gateway's name; ``Gateway`` unless the configuration names it.
            profile: ``7.9`` (default), ``8.1`` or ``8.3``.
            tier: ``thread`` (default) or ``process``; see SECURITY.md.
            watch: follow changes of the folder while the host is open.
            strict: raise where Ignition is silent: unknown projects and handlers (for tests).
            events: run startup and shutdown scripts, timers, schedules and tag changes, as a
                gateway does; False runs message handlers alone.
            config: use this instead of reading one.
            overrides: fields of ``HostConfig`` by name, such as ``deadline=2.0``.

        Raises:
            FileNotFoundError: there is no such folder.
            ConfigError: the configuration, or an override, cannot be used.
        """
        path = Path(folder) if folder is not None else None
        if path is not None and not path.is_dir():
            raise FileNotFoundError(f"there is no projects folder {path}")
        given = {"name": name, "profile": profile, "tier": tier, **overrides}
        if config is None:
            config = HostConfig.load(path, _by_key(given))
        host = cls(config, ProjectStore(path) if path is not None else None, strict, events)
        host.loader.load()
        if watch:
            host.loader.watch()
        for client in config.clients:
            host.open_client(
                client.project,
                user=client.user,
                roles=client.roles,
                host_name=client.host,
                address=client.address,
            )
        return host

    def __enter__(self) -> ScriptHost:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<ScriptHost {self.name} profile {self.profile}, {len(self.spaces)} projects>"

    # Sessions

    def open_client(
        self,
        project: str,
        *,
        user: str = "",
        roles: Iterable[str] = (),
        host_name: str = "",
        address: str = "",
        kind: Callable[[ScriptHost, ProjectSpace, Identity], ClientSession] = ClientSession,
    ) -> ClientSession:
        """Open a Client session of a project in this process.

        Args:
            project: the project it runs; the only one whose messages it receives.
            user: who is logged in; empty for nobody.
            roles: that user's roles.
            host_name: the network host name it reports.
            address: its network address.
            kind: makes the session.

        Raises:
            UnknownProject: no such enabled project is loaded.
        """
        return self._opening.client(project, user, roles, host_name, address, kind)

    def open_designer(
        self,
        project: str,
        *,
        user: str = "",
        comm: Comm = "read-only",
        roles: Iterable[str] = (),
        host_name: str = "",
        address: str = "",
    ) -> DesignerSession:
        """Open a Designer session: it sends in ``read-write`` and never receives.

        Args:
            project: the project it has open.
            user: who is logged in.
            comm: ``off``, ``read-only`` (Ignition's default) or ``read-write``.
            roles, host_name, address: as for a client.

        Raises:
            UnknownProject: no such enabled project is loaded.
            BadArgument: no such communication mode.
        """
        return self._opening.designer(project, user, comm, roles, host_name, address)

    def open_perspective(
        self,
        project: str,
        *,
        user: str = "",
        roles: Iterable[str] = (),
        host_name: str = "",
        address: str = "",
        props: Mapping[str, object] | None = None,
        custom: Mapping[str, object] | None = None,
    ) -> PerspectiveSession:
        """Open a stand-in for a Perspective session: it receives messages of scope ``S``.

        Args:
            project: the project it runs; the only one whose messages it receives.
            user, roles, host_name, address: as for a client; filters of messages match them, and
                scripts see them in ``session.props`` (both our choice).
            props: what else ``session.props`` holds, as plain data.
            custom: what ``session.custom`` holds.

        Raises:
            UnknownProject: no such enabled project is loaded.
            BadArgument: the profile has no Perspective sessions, or a value is no plain data.
        """
        return self._opening.perspective(project, user, roles, host_name, address, props, custom)

    @property
    def perspectives(self) -> list[PerspectiveSession]:
        """All Perspective sessions, in the order of their projects and of opening."""
        spaces = list(self.spaces.values())
        return [session for space in spaces for session in list(space.perspectives.values())]

    @property
    def clients(self) -> list[ClientSession]:
        """All client sessions, in the order of their projects and of opening."""
        return [s for space in list(self.spaces.values()) for s in list(space.sessions.values())]

    @property
    def sessions(self) -> list[ClientSession | DesignerSession]:
        """All sessions: clients first, then designers."""
        return [*self.clients, *list(self.designers.values())]

    # What users watch

    def observe(self, observer: Observer) -> None:
        """Have ``observer`` called with what happens, as it happens.

        It gets a ``Message`` when it is sent, a ``Delivery`` when it starts and when it has ended,
        a ``LogRecord`` for each line of log, a ``ReloadReport`` for each load and reload; on the
        thread where it happens, so it must be quick, and what it raises is logged and dropped.
        """
        self.observers = (*self.observers, observer)
        self.logbook.listen(observer)

    def tell(self, event: object) -> None:
        """Pass something that happened to the observers."""
        for observer in self.observers:
            try:
                observer(event)
            except Exception as error:  # an observer's fault must not reach a lane
                print(f"pilotlight: observer {observer!r} failed: {error!r}", file=sys.stderr)

    @property
    def diagnostics(self) -> tuple[AnyDiagnostic, ...]:
        """Everything there is to say about the projects as they stand on disk."""
        return self.loader.diagnostics()

    @property
    def snapshot(self) -> Snapshot:
        """The projects as the store last read them."""
        return self.loader.snapshot

    def running(self) -> list[Running]:
        """Every handler and script that runs now, with the line it is on."""
        return self.monitor.running()

    def kill(self, number: int, reason: str = "killed by the operator") -> bool:
        """Stop a handler or another script that runs; False when it does not run (any more).

        In the thread tier it stops at its next checkpoint, which a single long C call delays. With
        a script ends whatever shares its run: the threads that it started, or was started by.

        Args:
            number: id of a delivery, or the ``script`` number that ``running`` gave.
            reason: told to the script and in the trace.
        """
        return self.monitor.kill(number, reason)

    # Life

    def drain(self, timeout: float | None = None) -> bool:
        """Wait for everything accepted, and for what that caused.

        Args:
            timeout: seconds; None waits without bound.

        Returns:
            Whether the host came to rest.

        Raises:
            CalledFromLane: from a handler or another script, which would wait for itself.
        """
        return self._shutdown.drain(timeout)

    def close(self, timeout: float = 5.0) -> ShutdownReport:
        """Shut down: take nothing more, let what is queued run, then stop what runs.

        Args:
            timeout: seconds that queued and running work gets.

        Returns:
            What could not be brought to an end; every such delivery is ``undelivered`` in the
            trace, and logged.
        """
        return self._shutdown.close(timeout)

    def stop_receiving(self, reason: str) -> int:
        """Take nothing more; gives how many deliveries ended undelivered by that."""
        undelivered = sum(receiver.stop(reason) for receiver in self.receivers())
        return undelivered + sum(server.close(reason) for server in self._servers.values())

    def when_closed(self, closer: Callable[[], object]) -> None:
        """Have ``closer`` called at the end of ``close``, after everything that ran."""
        self.closers.append(closer)

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called."""
        return self._shutdown.begun

    def require_open(self) -> None:
        """Check that the host takes work.

        Raises:
            HostClosed: it was closed, and the caller is no handler that still runs.
        """
        if self.closed and current_run() is None:
            raise HostClosed(f'host "{self.name}" is closed')

    # What the rooms of the runtime ask of each other

    def space(self, name: str) -> ProjectSpace:
        """The space of a project, made when it is first named by the store."""
        found = self.spaces.get(name)
        if found is None:
            with self._lock:
                found = self.spaces.get(name)
                if found is None:
                    found = ProjectSpace(self, name)
                    self.spaces = {**self.spaces, name: found}
        return found

    def generation_of(self, project: str) -> Generation | None:
        """The generation of a project that runs now, or None."""
        space = self.spaces.get(project)
        return space.current if space is not None else None

    def folders_of(self, project: str) -> Folders | None:
        """The files that scripts of a project were granted, or None."""
        return self._folders.get(project)

    def libraries_of(self, own: Generation | None) -> Libraries:
        """What libraries scripts of this generation see: its own and inherited, and ``shared``."""
        return Libraries(own, self.generation_of(GLOBAL_PROJECT))

    def _log_rate(self, project: str) -> int:
        limits = self.config.project_limits.get(project)
        return (limits.log_rate if limits is not None else None) or self.config.log_rate

    def _new_compiler(self) -> Compiler:
        """What compiles scripts; in tier ``process`` no text of theirs is parsed here."""
        if self.tier == "thread":
            return Sandbox(self.policy, self.profile, open_cache(self.config.cache))
        from runtime.executors.locked_compiler import LockedCompiler

        compiler = LockedCompiler(self.profile)
        self.when_closed(compiler.close)
        return compiler

    def new_executor(self, receiver: contracts.Receiver) -> Executor:
        """What will run a receiver's handlers, by the host's tier."""
        self.monitor.start()
        return new_executor(self.tier, receiver)

    def remote_target(self, server: str) -> RemoteServer:
        """The link to a gateway of the network, connected or not."""
        with self._lock:
            found = self._servers.get(server)
            if found is None:
                known = self.peer(server) is not None
                found = RemoteServer(self, server, known)
                # Names that nobody has are without end: they leave nothing behind.
                if known:
                    self._servers[server] = found
        return found

    def peer(self, name: str) -> Host | None:
        """The open host of that gateway name: itself, or one in its network."""
        if name == self.name:
            return self
        found = self.network.find(name) if self.network is not None else None
        return None if found is None or found.closed else found

    def callbacks(self) -> Lane:
        """The lane for callbacks of scopes that have no handlers."""
        with self._lock:
            if self._callbacks is None:
                self._callbacks = Lane(
                    f"{self.name} callbacks",
                    LanePool(1, f"{self.name}-callbacks"),
                    on_rest=self.rested,
                )
                self.accounts.open(self._callbacks)
            return self._callbacks

    def submit_call(self, call: Call) -> None:
        """Queue a script's function that belongs to no receiver."""
        self.callbacks().put(call)

    def why_no_project(self, name: str) -> str:
        """A sentence about a project that is not there."""
        stored = self.loader.snapshot.projects.get(name)
        if stored is not None and not stored.enabled:
            return f'project "{name}" is disabled in its project.json'
        known = [n for n, space in self.spaces.items() if space.current is not None]
        return f'there is no project "{name}"{nearest(name, known)}'

    def origin_now(self) -> Origin:
        """Who is running on this thread, for a line of log."""
        run = current_run()
        context = run.context if run is not None else None
        if isinstance(context, Delivery):
            receiver: Any = context.target
            found: Origin = receiver.receiver.origin(context.message.handler, context.id)
            return found
        scope: ScriptScope | None = getattr(context, "scope", None)
        return scope.origin() if scope is not None else HOST

    def run_ended(
        self, sender: Delivery | ScriptCall, name: str, origin: Origin, stopped: bool = True
    ) -> None:
        """A run has ended: what waits of a flood of one that was stopped is let go."""
        if stopped:
            let_go(self, sender.sent, name, origin)

    def report_backlog(self, lane: Lane) -> None:
        """Warn that a lane falls behind."""
        oldest = lane.oldest()
        runs = [
            f"{item.message.handler} ({item.message.project})"
            for item in list(lane.running.values())
            if isinstance(item, Delivery)
        ]
        self.logbook.write(
            "WARN",
            "Lanes",
            f"{len(lane)} messages wait in lane {lane.name}; it is running "
            f"{', '.join(runs) or 'nothing yet'}"
            + (f"; the oldest has waited {age_of(oldest):.1f} s" if oldest is not None else ""),
        )

    def rested(self) -> None:
        """A lane has nothing left; called on the lane's thread, for every lane that rests."""
        if self._shutdown.draining:
            self.activities.notify()

    @staticmethod
    def clock() -> float:
        """Seconds of the clock that deliveries are timed with."""
        return perf_counter()

    @staticmethod
    def script_date(moment: datetime) -> Any:
        """A moment as scripts see dates: a ``java.util.Date``."""
        from sandbox.library.java.dates import Date

        return Date(int(moment.timestamp() * 1000))

    def _tell_defect(self, error: BaseException) -> None:
        self.logbook.write("ERROR", "Host", f"a defect of the host: {error!r}")

    def _renew_systems(self) -> None:
        for scope in (self.gateway, *self.receivers(), *list(self.designers.values())):
            scope.renew_system()

    def receivers(self) -> list[Receiver]:
        """Everything that runs handlers: the Gateway's side of each project, and its sessions."""
        found: list[Receiver] = []
        for space in list(self.spaces.values()):
            found += space.receivers
        return found


def _by_key(given: Mapping[str, object]) -> dict[str, object]:
    """Field names of the configuration as its dotted keys."""
    keys = HostConfig.keys()
    unknown = [name for name in given if name not in keys]
    if unknown:
        raise TypeError(
            f"open() got an unexpected keyword argument '{unknown[0]}'{nearest(unknown[0], keys)}"
        )
    return {keys[name]: value for name, value in given.items()}


if sys.getswitchinterval() > SWITCH_INTERVAL:
    sys.setswitchinterval(SWITCH_INTERVAL)
