"""The receivers of a project inside a worker: scopes whose versions and settings are the host's."""

from __future__ import annotations

import threading
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

from runtime.calls import Call
from runtime.executors.inside_host import WorkerHost
from runtime.executors.inside_system import RemoteSystem
from runtime.executors.thread import ThreadExecutor
from runtime.generation import (
    Generation,
)
from runtime.libraries import Libraries
from runtime.message import Identity
from runtime.perspective import SessionReceiver
from runtime.scopes import ClientSession, DesignerSession, GatewayProject, Receiver
from sandbox.isolation.worker_process import end_worker


class InsideExecutor(ThreadExecutor):
    """Runs deliveries as the thread tier does, on the worker's slots."""

    __slots__ = ("calls", "left")

    calls: SimpleQueue[Call | None]
    left: bool

    def submit_call(self, call: Call) -> Any:
        """Queue a script's function on the thread of the scope's own lane."""
        # Counted here, before whoever queues it stops counting: a drain sees no gap.
        self.host.activities.begin()
        self.calls.put(call)
        if self.left:
            # The session is closed, and its own thread has ended with it.
            self.calls.put(None)
            self.serve()
        return "queued"

    def serve(self) -> None:
        """Start a thread that runs what is queued, until it is told to end."""
        threading.Thread(target=_serve, args=(self,), daemon=True).start()

    def leave(self) -> None:
        """Have the thread end: what comes still is rare."""
        self.left = True
        self.calls.put(None)


class _Space:
    """Stands for the project space of a client session, which is the host's."""

    current = None


class _Followed:
    """A receiver whose versions are those the host named last."""

    __slots__ = ()

    def generation(self: Any) -> Generation | None:
        """The version this receiver runs now."""
        followed = self.host.followed.get(self.session_id)
        return followed.own if followed is not None else None

    def libraries(self: Any) -> Libraries:
        """The libraries this receiver's scripts see now."""
        found: Libraries = self.host.followed.get(self.session_id) or Libraries(None)
        return found


class InsideGateway(_Followed, GatewayProject):
    """The Gateway's side of the project, inside."""

    __slots__ = ()


class InsidePerspective(_Followed, SessionReceiver):
    """A Perspective session, inside."""

    __slots__ = ()


class RemoteProperties:
    """The properties of a Perspective session, which are the host's."""

    def __init__(self, session: InsidePerspective) -> None:
        self._session = session

    def read(self, path: tuple[str, ...]) -> tuple[str, Any]:
        """See ``runtime.perspective.Properties``."""
        host: Any = self._session.host
        kind, value = host.ask(self._session, "session.read", (list(path),)).result()
        return kind, value

    def write(self, path: tuple[str, ...], value: Any) -> None:
        """See ``runtime.perspective.Properties``."""
        host: Any = self._session.host
        host.ask(self._session, "session.write", (list(path), value)).result()


class InsideClient(_Followed, ClientSession):
    """A client session, inside."""

    __slots__ = ()


class InsideDesigner(_Followed, DesignerSession):
    """A designer session, inside; the host knows its communication mode."""

    __slots__ = ()

    def require_calling(self, function: str) -> None:
        """The host checks it."""


def _serve(executor: InsideExecutor) -> None:
    try:
        while (call := executor.calls.get()) is not None:
            try:
                call.perform()
            finally:
                executor.host.activities.end()
    except BaseException:
        # What is queued here would never run, and the host would wait for it.
        end_worker()


def open_receiver(worker_host: WorkerHost, name: str) -> Any:
    """The scope of that session id, with what its scripts see of the host."""
    settings = worker_host.settings
    host: Any = worker_host
    space: Any = _Space()
    identity = Identity(name, settings.project)
    if settings.kind == "Designer":
        designer = InsideDesigner(host, identity, "read-only")
        designer._system = RemoteSystem(designer)
        return designer
    receiver: Receiver
    if settings.kind == "Gateway":
        receiver = InsideGateway(host, settings.project)
    elif settings.kind == "Perspective":
        receiver = InsidePerspective(host, replace(identity, letter="S"))
        receiver.properties = RemoteProperties(receiver)
    else:
        receiver = InsideClient(host, space, identity)
    receiver._system = RemoteSystem(receiver)
    executor = InsideExecutor(receiver)
    receiver._executor = executor
    executor.calls = SimpleQueue()
    executor.left = False
    executor.serve()
    return receiver
