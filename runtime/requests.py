"""Requests: a message to a Gateway handler whose ``return`` comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from threading import get_ident
from typing import TYPE_CHECKING, Any, Final

from runtime.dispatch import current_delivery
from runtime.errors import (
    PilotlightError,
    RequestCancelled,
    RequestDeadlock,
    RequestFailed,
    RequestTimeout,
    UnknownHandler,
    UnknownProject,
)
from runtime.executors.outcome import MISSING
from runtime.lanes import Lane
from runtime.message import Delivery
from runtime.payload import copy_payload
from runtime.timers import Timer
from sandbox import ScriptStopped, current_run
from sandbox.library.hooks import checkpoint
from sandbox.nesting import FRAMES, require_frames

if TYPE_CHECKING:
    from runtime.contracts import Host, Scope

DEFAULT_TIMEOUT: Final = 15.0
"""Seconds; Ignition's default."""

_waiting = threading.Lock()

Callback = Callable[["Request"], None]


class Request:
    """One request on its way: what ``sendRequestAsync`` hands out and ``sendRequest`` waits for.

    Attributes:
        id: counts up in the host that asks.
        handler: the handler that was asked.
    """

    def __init__(self, host: Host, id: int, handler: str, timeout: float) -> None:
        self.id = id
        self.handler = handler
        self.lane: Lane | None = None
        self._host = host
        self._timeout = timeout
        self.ended = threading.Event()
        self._lock = threading.Lock()
        self._result: Any = None
        self._error: PilotlightError | None = None
        self._callbacks: list[Callback] = []
        require_frames()
        host.activities.begin()
        try:
            self._timer: Timer = host.timers.after(timeout, self._time_out)
        except BaseException:
            host.activities.end()
            raise

    @property
    def done(self) -> bool:
        """Whether it ended, well or not."""
        return self.ended.is_set()

    def when_done(self, callback: Callback) -> None:
        """Call ``callback`` with the request once it ended, at once if it has."""
        with self._lock:
            if not self.ended.is_set():
                self._callbacks.append(callback)
                return
        callback(self)

    def finish(self, result: Any = None, error: PilotlightError | None = None) -> bool:
        """Give it its end; False when it had one already."""
        with self._lock:
            if self.ended.is_set():
                return False
            self._result, self._error = result, error
            callbacks, self._callbacks = self._callbacks, []
            self.ended.set()
        try:
            self._timer.cancel()
            _tell(self, callbacks)
        finally:
            self._host.activities.end()
        return True

    def cancel(self) -> bool:
        """End it as cancelled, if it has not ended; a handler that runs is not stopped."""
        # Callbacks are queued on the way, which ask for room of their own.
        require_frames(2 * FRAMES)
        return self.finish(error=RequestCancelled(f"the request to {self.handler} was cancelled"))

    def wait(self) -> PilotlightError | None:
        """Block until it ended; gives its error, or None.

        Raises:
            RequestDeadlock: it would wait for the caller's own lane, directly or in a ring.
        """
        if not self.ended.is_set():
            _wait(self)
        return self._error

    def result(self) -> Any:
        """Block until it ended; gives what the handler returned.

        Raises:
            PilotlightError: why there is no result.
        """
        error = self.wait()
        if error is not None:
            raise error
        return self._result

    def _time_out(self) -> None:
        self.finish(
            error=RequestTimeout(
                f"no reply from message handler '{self.handler}' within {self._timeout:g} seconds"
            )
        )


def ask(
    scope: Scope,
    project: str,
    handler: str,
    payload: Any,
    remote_server: str = "",
    timeout: float = DEFAULT_TIMEOUT,
    waiting: bool = False,
) -> Request:
    """Start a request to a Gateway handler.

    Args:
        scope: whose script asks.
        project, handler: names, not empty.
        payload: None or a dict; copied here.
        remote_server: name of the gateway to ask; empty for this one.
        timeout: seconds.
        waiting: the caller will wait for it at once.

    Raises:
        PilotlightError: it cannot be asked; nothing was queued then. With ``waiting`` also
            RequestDeadlock: it would wait for the caller's own lane, directly or in a ring.
    """
    host = scope.host
    checkpoint()
    scope.require_sending()
    if host.upstream is not None:
        asked_there: Request = host.upstream.request(
            scope, project, handler, payload, remote_server, timeout
        )
        return asked_there
    asked = host
    away = bool(remote_server) and remote_server != host.name
    if away:
        # What the other gateway gets is what was sent, whatever the script changes meanwhile.
        payload = copy_payload(payload, host.payload_depth)
    message = host.dispatcher.message(scope, project, handler, payload)
    if away:
        found = host.peer(remote_server)
        if found is None:
            raise RequestTimeout(f"gateway {remote_server} is not connected")
        asked = found
        message.note = f"a request to gateway {remote_server}"
        host.dispatcher.record(message, ())
        message = asked.dispatcher.message(scope, project, handler, payload)
    space = asked.spaces.get(project)
    if space is None or space.current is None:
        raise UnknownProject(asked.why_no_project(project))
    lane = space.gateway.executor.lane_of(handler)
    if waiting:
        _claim(handler, lane)
    request = Request(host, message.id, handler, timeout)
    request.lane = lane
    delivery = asked.dispatcher.delivery(message, "Gateway", space.gateway.executor)
    delivery.wants_result = True
    delivery.when_settled(lambda ended: _reply(request, ended))
    asked.dispatcher.record(message, (delivery,))
    if space.gateway.executor.submit(delivery) == "rejected":
        delivery.end("rejected", "the lane is full")
        request.finish(error=RequestFailed(f"message handler '{handler}': its lane is full"))
    return request


def _tell(request: Request, callbacks: list[Callback]) -> None:
    """Call all of them, whatever one raises."""
    while callbacks:
        try:
            callbacks.pop(0)(request)
        except BaseException:
            _tell(request, callbacks)
            raise


def _reply(request: Request, delivery: Delivery) -> None:
    if delivery.status == "done":
        result, delivery.result = delivery.result, None
        request.finish(result)
    elif delivery.status == "no_handler":
        request.finish(error=UnknownHandler(MISSING.format(name=request.handler)))
    else:
        request.finish(
            error=RequestFailed(
                f"message handler '{request.handler}' {delivery.status}: {delivery.error}"
            )
        )


def _wait(request: Request) -> None:
    lane = _lane_of_caller()
    if lane is None:
        _wait_for(request)
        return
    if request.lane is not None and lane.waits_for is not request.lane:
        _claim(request.handler, request.lane)
    try:
        with lane.pool.blocking():
            _wait_for(request)
    finally:
        lane.waits_for = None


def _wait_for(request: Request) -> None:
    run = current_run()
    if run is None:
        request.ended.wait()
        return
    # In slices, so that a stop of the waiting handler is seen.
    while not request.ended.wait(0.05):
        if run.token.stopped:
            raise ScriptStopped(run.token.reason)


def _lane_of_caller() -> Lane | None:
    caller = current_delivery()
    lane: Lane | None = caller.lane if caller is not None else None
    return lane if lane is not None and lane.running.get(get_ident()) is caller else None


def _claim(handler: str, target: Lane) -> None:
    """Note that the caller's lane waits for ``target``, unless that closes a ring."""
    mine = _lane_of_caller()
    if mine is None or mine.width != 1:
        return
    with _waiting:
        chain: list[Lane] = []
        lane: Lane | None = target
        while lane is not None and lane.width == 1 and lane not in chain:
            if lane is mine:
                raise RequestDeadlock(_ring(handler, mine, chain))
            chain.append(lane)
            lane = lane.waits_for
        mine.waits_for = target


def _ring(handler: str, mine: Lane, between: list[Lane]) -> str:
    asking = _running_in(mine)
    steps = [asking, handler, *(_running_in(lane) for lane in between if lane is not mine)]
    path = " -> ".join([*dict.fromkeys(steps), asking])
    return (
        f"the request from {asking} to {handler} would wait for ever ({path}): "
        f"{handler} needs the lane that {asking} is running on ({mine.name}). Remedy: set the "
        f"threading of {handler} or {asking} to Dedicated, or use sendRequestAsync with a callback"
    )


def _running_in(lane: Lane) -> str:
    for item in list(lane.running.values()):
        if isinstance(item, Delivery):
            return item.message.handler
    return lane.name
