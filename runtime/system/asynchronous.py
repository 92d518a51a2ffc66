"""What ``system.util`` starts and does not wait for: threads, EDT calls, request callbacks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from runtime.calls import LABEL, Call, ScriptCall, title_of
from runtime.dispatch import current_delivery
from runtime.errors import BadArgument, PilotlightError, WrongScope
from runtime.logbook import HOST_LOGGERS, LEVELS, LINE, shown
from runtime.system.arguments import LONGEST, exact_number, is_text, plain_text
from runtime.system.exceptions import for_scripts, java_exception
from runtime.underway import owner_of
from sandbox import Facade, Run, current_run, format_script_traceback
from sandbox.guards_base import plain_keywords
from sandbox.library.hooks import checkpoint, wait_until
from sandbox.library.threads import COUNT
from sandbox.limits_stack import start_for_scripts
from sandbox.nesting import require_frames

if TYPE_CHECKING:
    from runtime.contracts import Scope
    from runtime.message import Delivery
    from runtime.requests import Request

_set = object.__setattr__

MILLIS: Final = 1000.0

_numbers = count(1)


def require_session(scope: Scope, function: str) -> None:
    """Check that the scope is a client or designer session.

    Raises:
        WrongScope: on the Gateway.
    """
    if not scope.session_id:
        raise WrongScope(f"system.util.{function} is not available in Gateway scope")


def require_own_logger(host: Any, project: str, logger: str) -> None:
    """Check that a script of a project may set what a logger keeps.

    A project's lines are logged by its name, the host's reports of its failures included. That a
    script silences neither another project nor the host is our choice.

    Raises:
        BadArgument: the host, or another project, logs by that name or below it.
    """
    if logger in HOST_LOGGERS:
        raise BadArgument(f"setLoggingLevel(): {logger} is the host's own logger")
    # A worker knows no other project; its host checks this again.
    named = [name for name in list(getattr(host, "spaces", ())) if _is_at(logger, name)]
    owner = max(named, key=len, default="")
    below = [
        name
        for name in list(getattr(host, "spaces", ()))
        if name.startswith(f"{logger}.") and name != project
    ]
    if (owner and owner != project) or below:
        raise BadArgument(
            f"setLoggingLevel(): {logger} is the logger of project {(below or [owner])[0]}"
        )


def _is_at(logger: str, name: str) -> bool:
    return logger == name or logger.startswith(f"{name}.")


def set_level(scope: Scope, logger: str, level: str) -> None:
    """Set what a logger keeps.

    Raises:
        BadArgument: no such level, or a logger of the host's or another project's, or one that can
            have none.
    """
    scope.require_calling("setLoggingLevel")
    require_own_logger(scope.host, scope.project, logger)
    wanted = level.upper()
    if wanted not in LEVELS:
        raise BadArgument(f'"{level:.100}" is none of {", ".join(LEVELS).lower()}')
    refusal = scope.host.logbook.refuses(logger, scope.project)
    if refusal:
        raise BadArgument(f"setLoggingLevel(): {refusal}")
    scope.host.logbook.set_level(logger, wanted, scope.project)


def invoke_later(scope: Scope, function: Any, delay: Any) -> None:
    """Queue a function on the client's EDT, now or after ``delay`` milliseconds.

    Raises:
        WrongScope: outside of a client (our choice of error).
        TypeError: not a function, or not a number.
    """
    if scope.kind != "Client":
        raise WrongScope(
            f"system.util.invokeLater needs a client's event thread; this is {scope.kind} scope: "
            "use system.util.invokeAsynchronous"
        )
    _require_callable(function, "invokeLater")
    millis = exact_number(delay)
    if millis is None or not 0 <= millis < LONGEST * MILLIS:
        raise TypeError("invokeLater(): delay must be a number of milliseconds, 0 or more")
    queue = _queued(scope, function, (), "invokeLater", current_run(), current_delivery())
    if millis:
        scope.host.timers.after(millis / MILLIS, queue)
    else:
        queue()


def invoke_asynchronous(
    scope: Scope, function: Any, args: Any, kwargs: Any, description: Any
) -> ScriptThread:
    """Start a thread that calls a script's function.

    Raises:
        TypeError: not a function, or arguments that are not a list and a dict.
    """
    _require_callable(function, "invokeAsynchronous")
    if args is not None and type(args) not in (list, tuple):
        raise TypeError("invokeAsynchronous(): args must be a list")
    if kwargs is not None and type(kwargs) is not dict:
        raise TypeError("invokeAsynchronous(): kwargs must be a dictionary")
    named = plain_keywords(kwargs or {})
    label = shown(plain_text(description)[:LABEL]) if is_text(description) else ""
    label = label or "invokeAsynchronous"
    parent = current_run()
    cause = current_delivery()
    host = scope.host
    host.require_open()
    require_frames()
    owner = owner_of(scope)
    COUNT.enter(owner)
    host.activities.begin()

    def work() -> None:
        try:
            _call(scope, function, tuple(args or ()), named, label, parent, cause)
        finally:
            COUNT.leave(owner)
            host.activities.end()

    try:
        thread = threading.Thread(target=work, name=f"{scope.label}-{label}", daemon=True)
        start_for_scripts(thread, many=True)
    except BaseException:
        COUNT.leave(owner)
        host.activities.end()
        raise
    return ScriptThread(thread)


class ScriptThread(Facade):
    """The thread that ``invokeAsynchronous`` returns, as a script may hold it."""

    __slots__ = ("_thread",)

    _thread: threading.Thread

    def __init__(self, thread: threading.Thread) -> None:
        _set(self, "_thread", thread)

    def getName(self) -> str:
        """Its name."""
        return self._thread.name

    def isAlive(self) -> bool:
        """Whether the function is still running."""
        return self._thread.is_alive()

    def join(self, millis: Any = 0) -> None:
        """Wait until the function has ended, at most so many milliseconds (0: without bound)."""
        longest = exact_number(millis)
        if longest is None or not 0 <= longest < LONGEST * MILLIS:
            raise TypeError("join(): a number of milliseconds is needed, 0 or more")
        thread = self._thread

        def ended(left: float) -> bool:
            thread.join(left)
            return not thread.is_alive()

        wait_until(ended, longest / MILLIS if longest else None)


class RequestHandle(Facade):
    """What ``sendRequestAsync`` returns (Ignition 7.9 manual, since 7.9.3)."""

    __slots__ = ("_cause", "_on_error", "_on_success", "_parent", "_request", "_scope")

    _cause: Delivery | None
    _on_error: Callable[[Any], object] | None
    _parent: Run | None
    _on_success: Callable[[Any], object] | None
    _request: Request
    _scope: Scope

    def __init__(
        self, scope: Scope, request: Request, on_success: Any, on_error: Any
    ) -> None:
        _set(self, "_scope", scope)
        _set(self, "_request", request)
        # The reply comes on another thread; its callbacks belong to the script that asked.
        _set(self, "_parent", current_run())
        _set(self, "_cause", current_delivery())
        _set(self, "_on_success", None)
        _set(self, "_on_error", None)
        if on_success is not None:
            self.onSuccess(on_success)
        if on_error is not None:
            self.onError(on_error)
        request.when_done(self._done)

    @for_scripts
    def get(self) -> Any:
        """Wait for the result; raises why there is none."""
        return self._request.result()

    @for_scripts
    def block(self) -> bool:
        """Wait for the end; gives whether it went well."""
        return self._request.wait() is None

    @for_scripts
    def getError(self) -> Any:
        """Wait for the end; gives the exception, or None."""
        error = self._request.wait()
        return None if error is None else java_exception(error)

    def cancel(self) -> None:
        """End it as cancelled: callbacks get a CancellationException."""
        self._request.cancel()

    def getLongId(self) -> int:
        """A number of its own."""
        return self._request.id

    def onSuccess(self, function: Any) -> None:
        """Set what is called with the result."""
        _require_callable(function, "onSuccess")
        _set(self, "_on_success", function)

    def onError(self, function: Any) -> None:
        """Set what is called with the exception."""
        _require_callable(function, "onError")
        _set(self, "_on_error", function)

    def _done(self, request: Request) -> None:
        error = request.wait()
        function = self._on_success if error is None else self._on_error
        if function is None:
            return
        argument = request.result() if error is None else java_exception(error)
        label = "request callback"
        _queued(self._scope, function, (argument,), label, self._parent, self._cause)()


def _require_callable(function: Any, name: str) -> None:
    if not callable(function):
        raise TypeError(f"{name}(): a function is needed, not {type(function).__name__}")


def _queued(
    scope: Scope,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    label: str,
    parent: Run | None,
    cause: Delivery | None,
) -> Callable[[], None]:
    """Something that queues the function on the scope's own lane, when called."""
    host = scope.host
    require_frames()
    host.activities.begin()

    def run() -> None:
        _call(scope, function, args, {}, label, parent, cause)

    def queue() -> None:
        try:
            scope.submit_call(Call(run, label))
        finally:
            host.activities.end()

    return queue


def _call(
    scope: Scope,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    keywords: dict[str, Any],
    label: str,
    parent: Run | None,
    cause: Any,
) -> None:
    host = scope.host
    if cause is not None:
        name = f"{cause.message.project}.{cause.message.handler}"
    else:
        # A label is the script's own word: below its project's name it is nobody else's.
        name = f"{scope.project or 'script'}.{label}"
    origin = scope.origin(cause.message.handler if cause is not None else "")
    pending = ""

    def write(text: str) -> None:
        nonlocal pending
        *lines, pending = (pending + text).split("\n")
        if len(pending) > LINE:
            # The log keeps no more of a line: it need not be waited for.
            lines.append(pending)
            pending = ""
        for line in lines:
            host.logbook.write("INFO", name, line, origin=origin)

    run = parent.child(label) if parent is not None else Run(label=label)
    run.sink = run.output = write
    call = ScriptCall(scope, label, cause, next(_numbers))
    run.context = call
    with host.activities.one(call, run), run:
        try:
            # A function of the host's own looks at no stop.
            checkpoint()
            function(*args, **keywords)
        except BaseException as error:
            if isinstance(error, PilotlightError):
                error = java_exception(error)
            text = format_script_traceback(error).rstrip()
            host.logbook.write(
                "ERROR", name, f"{label} failed: {text.rpartition(chr(10))[2]}", text, origin
            )
        finally:
            if pending:
                write("\n")
            if call.sent is not None:
                host.run_ended(call, title_of(label, cause), origin, run.token.stopped)
