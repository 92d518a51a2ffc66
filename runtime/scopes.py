"""Where scripts run: the Gateway, client sessions, designer sessions; what callers hold of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, get_args

from project_store.model import Scope
from runtime.calls import Call, ScriptCall
from runtime.errors import BadArgument, CommModeError, SessionClosed, UnknownProject
from runtime.events.runner import EventRunner
from runtime.executors.base import Executor
from runtime.executors.outcome import as_stop
from runtime.generation import Generation
from runtime.instance import Instance
from runtime.libraries import Libraries
from runtime.limits import deadline_for, output_for, recursion_for
from runtime.logbook import Origin
from runtime.message import Identity
from runtime.system.namespace import System
from sandbox import Diagnostic, Run, Script, StopToken, current_run, format_script_traceback

if TYPE_CHECKING:
    from runtime.contracts import Host, Space

SHUTDOWN_SECONDS: Final = 5.0
"""What a closing session waits for its shutdown script (our choice)."""

_LOOKS: Final = frozenset({"tags.read", "tags.exists", "tags.browse"})
# Sending is checked where it is done, in words of its own.
_ALWAYS: Final = frozenset({"getSessionInfo", "sendMessage", "sendRequest", "request.wait"})

Comm = Literal["off", "read-only", "read-write"]
Kind = Literal["Gateway", "Client", "Designer", "Perspective"]


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a user script ended; a script that fails or does not compile is a value.

    Args:
        ok: it compiled and ran to its end.
        output: what it printed.
        traceback: the script's own, in Python 2's form, when it raised or was stopped; else None.
        diagnostics: what compiling it had to say.
        duration: seconds it ran, 0.0 when it did not compile.
        stopped: it was stopped, by its deadline or by an operator.
    """

    ok: bool
    output: str = ""
    traceback: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    duration: float = 0.0
    stopped: bool = False


class ScriptScope:
    """A scope of the host that scripts run in, with the ``system`` namespace they see there."""

    kind: ClassVar[Kind]
    letter: ClassVar[Scope] = "G"

    __slots__ = ("_instance", "_lock", "_system", "host", "label", "project")

    def __init__(self, host: Host, project: str, label: str) -> None:
        self.host = host
        self.project = project
        self.label = label
        self._lock = threading.Lock()
        self._instance: Instance | None = None
        self._system: System | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.label} {self.project}>"

    @property
    def system(self) -> System:
        """The ``system`` namespace of this scope, as its scripts see it."""
        found = self._system
        if found is None:
            with self._lock:
                if self._system is None:
                    self._system = System(self)
                found = self._system
        return found

    def renew_system(self) -> None:
        """See what was provided since ``system`` was made here."""
        if self._system is not None:
            self._system._renew()

    @property
    def instance(self) -> Instance:
        """The scripts of the scope's project, alive here."""
        found = self._instance
        if found is None:
            system = self.system
            with self._lock:
                if self._instance is None:
                    self._instance = Instance(
                        self.libraries,
                        {"system": system},
                        self.host.policy,
                        self.host.profile,
                        self.host.folders_of(self.project),
                    )
                found = self._instance
        return found

    def generation(self) -> Generation | None:
        """The version of the project that this scope runs now; None when it is not loaded."""
        return self.host.generation_of(self.project)

    def libraries(self) -> Libraries:
        """The libraries that this scope's scripts see now."""
        return self.host.libraries_of(self.generation())

    def origin(self, handler: str = "", delivery: int = 0) -> Origin:
        """Who this scope is, for a line of log."""
        return Origin(self.kind, self.project, self.session_id, handler, delivery)

    @property
    def session_id(self) -> str:
        """The session's id; empty for the Gateway."""
        return ""

    def require_sending(self) -> None:
        """Check that scripts of this scope may send now.

        Raises:
            PilotlightError: they may not; it says why and what to do.
        """
        self.host.require_open()

    def require_calling(self, function: str) -> None:
        """Check that scripts of this scope may call a function of the host now.

        Args:
            function: such as ``tags.write``, or the whole name of one that was provided.

        Raises:
            PilotlightError: they may not; it says why and what to do.
        """

    def run(
        self,
        source: str,
        filename: str = "<script>",
        project: str | None = None,
        timeout: float | None = None,
        *,
        output: Callable[[str], object] | None = None,
    ) -> RunResult:
        """Run a user script in this scope, on the calling thread.

        Args:
            source: Python 2 text.
            filename: the name shown in its traceback and diagnostics.
            project: whose libraries it sees; a session's own when None.
            timeout: seconds; None is the host's configured limit.
            output: called with each piece of text that the script prints, as it prints it.

        Returns:
            How it ended; never an exception for a fault of the script.

        Raises:
            UnknownProject: no such project is loaded.
        """
        self.host.require_open()
        scope = self._running_in(project)
        if self.host.tier == "process":
            return run_locked(scope, source, filename, timeout, output)
        return scope._run(source, filename, timeout, output)

    def submit_call(self, call: Call) -> None:
        """Queue a function of this scope's scripts on the scope's own lane."""
        self.host.submit_call(call)

    def _running_in(self, project: str | None) -> ScriptScope:
        if project is not None and project != self.project:
            raise BadArgument(f"this session runs project {self.project}, not {project}")
        return self

    def _run(
        self,
        source: str,
        filename: str,
        timeout: float | None,
        output: Callable[[str], object] | None,
    ) -> RunResult:
        compiled = self.host.sandbox.compile(source, filename)
        if compiled.script is None:
            return RunResult(False, diagnostics=compiled.diagnostics)
        return self._execute(compiled.script, compiled.diagnostics, timeout, output)

    def _execute(
        self,
        script: Script,
        diagnostics: tuple[Diagnostic, ...],
        timeout: float | None,
        output: Callable[[str], object] | None,
        keep: bool = True,
        into: dict[str, Any] | None = None,
    ) -> RunResult:
        host = self.host
        filename = script.filename
        printed: list[str] = []

        def take(text: str) -> None:
            if keep:
                printed.append(text)
            if output is not None:
                output(text)

        limit = deadline_for(host, self.project, self.generation())
        seconds = timeout if timeout is not None else limit
        started = perf_counter()
        context = ScriptCall(self, filename)
        run = Run(
            take,
            StopToken(),
            monotonic() + seconds if seconds is not None else None,
            filename,
            self.instance.environment,
            output_for(host, self.project),
            context,
            recursion_for(host, self.project),
        )
        traceback: str | None = None
        stopped = False
        with host.activities.one(context, run), run:
            try:
                namespace = into if into is not None else self.instance.namespace(script)
                # Libraries that are seen for the first time bring an environment of their own.
                run.environment = self.instance.environment
                self.instance.environment.execute(script, namespace)
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt) and not run.token.stopped:
                    raise
                stopped = run.token.stopped
                traceback = format_script_traceback(as_stop(error, run))
        if stopped and context.sent is not None:
            host.run_ended(context, filename, self.origin())
        return RunResult(
            traceback is None,
            "".join(printed),
            traceback,
            diagnostics,
            perf_counter() - started,
            stopped,
        )


def run_locked(
    scope: ScriptScope,
    source: str,
    filename: str,
    timeout: float | None,
    output: Callable[[str], object] | None,
) -> RunResult:
    """Run a user script in a locked worker of its own (tier ``process``)."""
    from runtime.executors.scripts import UserScript

    return UserScript(scope, source, filename, timeout, output).run()


class Receiver(ScriptScope):
    """A scope that message handlers run in."""

    __slots__ = ("_events", "_executor")

    def __init__(self, host: Host, project: str, label: str) -> None:
        super().__init__(host, project, label)
        self._executor: Executor | None = None
        self._events: EventRunner | None = None

    @property
    def executor(self) -> Executor:
        """What runs this scope's handlers; made when the first message comes."""
        found = self._executor
        if found is None:
            with self._lock:
                if self._executor is None:
                    self._executor = self.host.new_executor(self)
                found = self._executor
        return found

    def submit_call(self, call: Call) -> None:
        """Queue a function on the EDT of a client, or on the callback lane of the Gateway."""
        self.executor.submit_call(call)

    def stop(self, reason: str) -> int:
        """Take no message more; gives how many that waited ended undelivered."""
        return self.executor.close(reason) if self._executor is not None else 0

    def follow_events(self) -> None:
        """Bring startup scripts, timers and the like in step with the generation that runs now."""
        if not self.host.runs_events:
            return
        generation = self.generation()
        if self._events is None:
            if generation is None or not any(key[0] == self.letter for key in generation.events):
                return
            self._events = EventRunner(self)
        self._events.follow(generation)

    def stop_events(self, wait: float = 0.0) -> None:
        """Let nothing more happen by itself; the shutdown script is queued.

        Args:
            wait: seconds to wait for its end at most; never waited from within a script.
        """
        if self._events is None:
            return
        ended = threading.Event()
        if self._events.stop(ended) and wait and current_run() is None:
            ended.wait(wait)

    def started_executor(self) -> Executor | None:
        """The executor, if a message ever needed one."""
        return self._executor


class GatewayProject(Receiver):
    """The Gateway's side of one project."""

    kind = "Gateway"
    letter: ClassVar[Scope] = "G"

    __slots__ = ()

    def __init__(self, host: Host, project: str) -> None:
        super().__init__(host, project, "Gateway")


class GatewayScope(ScriptScope):
    """The Gateway as a script of no particular project sees it."""

    kind = "Gateway"

    __slots__ = ()

    def __init__(self, host: Host) -> None:
        super().__init__(host, "", "Gateway")

    def _running_in(self, project: str | None) -> ScriptScope:
        if project is None:
            return self
        space = self.host.spaces.get(project)
        if space is None or space.current is None:
            raise UnknownProject(self.host.why_no_project(project))
        gateway: ScriptScope = space.gateway
        return gateway


class ClientSession(Receiver):
    """One Vision client in this process: it receives messages of its project and can send."""

    kind = "Client"
    letter: ClassVar[Scope] = "C"

    __slots__ = ("_pinned", "closed", "identity", "opened_at", "space")

    def __init__(self, host: Host, space: Space, identity: Identity) -> None:
        super().__init__(host, identity.project, identity.id)
        self.identity = identity
        self.space = space
        self.opened_at = datetime.now(UTC)
        self.closed = False
        self._pinned: Generation | None = None
        if host.config.client_updates == "manual":
            self._pinned = space.current

    @property
    def id(self) -> str:
        """The session's id, 8 upper-case hex digits."""
        return self.identity.id

    @property
    def session_id(self) -> str:
        """The session's id."""
        return self.identity.id

    def generation(self) -> Generation | None:
        """The version this client runs: the newest, or the one it last updated to."""
        return self._pinned if self._pinned is not None else self.space.current

    def update(self) -> None:
        """Go to the newest version of the project (where ``client_updates`` is ``manual``)."""
        if self._pinned is not None:
            self._pinned = self.space.current
            self.follow_events()

    def login(self, user: str, roles: Iterable[str] = ()) -> None:
        """Change who is logged in; the session's id stays.

        Args:
            user: empty for nobody.
            roles: the user's roles.
        """
        self.identity = replace(self.identity, user=user, roles=role_set(roles))
        self.space.renamed()

    def require_sending(self) -> None:
        """Check that the session and its host are open."""
        super().require_sending()
        if self.closed:
            raise SessionClosed(f"client session {self.id} is closed")

    def close(self) -> None:
        """End the session: its shutdown script runs, what else waits ends as undelivered."""
        if not self.closed:
            self.closed = True
            self.space.leave(self.id)
            self.stop_events(SHUTDOWN_SECONDS)
            self.stop(f"client session {self.id} was closed")

    def __enter__(self) -> ClientSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class DesignerSession(ScriptScope):
    """A Designer in this process: it sends in communication mode read/write, and never receives.

    Source: Ignition 7.9 manual. That the other modes raise an error is our choice.
    """

    kind = "Designer"

    __slots__ = ("_comm", "closed", "identity", "opened_at")

    def __init__(self, host: Host, identity: Identity, comm: Comm) -> None:
        super().__init__(host, identity.project, identity.id)
        self.identity = identity
        self.opened_at = datetime.now(UTC)
        self.closed = False
        self.comm = comm

    @property
    def id(self) -> str:
        """The session's id, 8 upper-case hex digits."""
        return self.identity.id

    @property
    def session_id(self) -> str:
        """The session's id."""
        return self.identity.id

    @property
    def comm(self) -> Comm:
        """The communication mode: ``off``, ``read-only`` or ``read-write``."""
        return self._comm

    @comm.setter
    def comm(self, mode: Comm) -> None:
        if mode not in get_args(Comm):
            raise BadArgument(
                f'communication mode "{mode}" is none of {", ".join(get_args(Comm))}'
            )
        self._comm = mode

    def require_sending(self) -> None:
        """Check that the communication mode lets scripts send."""
        super().require_sending()
        if self.closed:
            raise SessionClosed(f"designer session {self.id} is closed")
        if self._comm != "read-write":
            raise CommModeError(
                f"the Designer's communication mode is {self._comm}: messages can be sent only in "
                "read-write; nothing was sent"
            )

    def require_calling(self, function: str) -> None:
        """Check that the communication mode lets scripts call a function of the host.

        Source: none; that ``off`` allows nothing but ``getSessionInfo``, and ``read-only`` reading
        of tags beside it, is our choice.
        """
        mode = self._comm
        if mode == "read-write" or function in _ALWAYS:
            return
        looks = function in _LOOKS
        if mode == "read-only" and looks:
            return
        needed = "read-only or read-write" if looks else "read-write"
        raise CommModeError(
            f"the Designer's communication mode is {mode}: {function[:100]} needs {needed}; "
            "nothing was done"
        )

    def close(self) -> None:
        """End the session."""
        if not self.closed:
            self.closed = True
            self.host.designers.pop(self.id, None)
            self.host.space(self.project).remember(self.identity)

    def __enter__(self) -> DesignerSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def role_set(roles: Iterable[str]) -> frozenset[str]:
    """The roles as a set.

    Raises:
        BadArgument: for a single string, which would be taken letter by letter.
    """
    if isinstance(roles, str):
        raise BadArgument(f'roles must be a list of names: write ["{roles}"]')
    return frozenset(roles)
