"""A client session in another process, as the gateway's deliveries see it."""

from __future__ import annotations

import threading
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, Final

from runtime.errors import BadArgument
from runtime.executors.base import Executor, Running
from runtime.executors.values import CODEC
from runtime.lanes import Accepted
from runtime.links import protocol
from runtime.links.lane import LinkLane
from runtime.message import Delivery, Identity
from runtime.scopes import ClientSession, Kind, RunResult, ScriptScope

if TYPE_CHECKING:
    from collections.abc import Callable

    from project_store.model import ThreadType
    from runtime.calls import Call
    from runtime.host import ScriptHost
    from runtime.links.peer import Peer
    from runtime.spaces import ProjectSpace


class LinkExecutor:
    """Sends one receiver's deliveries to the process that is attached for it."""

    __slots__ = ("_closed", "_lanes", "_lock", "host", "peer", "receiver")

    codec: Final = CODEC
    """Its lanes make the bytes, for the peers that want them."""

    def __init__(self, receiver: AttachedClient, peer: Peer) -> None:
        self.receiver = receiver
        self.host = receiver.host
        self.peer = peer
        self._lock = threading.Lock()
        self._lanes: dict[str, LinkLane] = {}
        self._closed = ""

    def submit(self, delivery: Delivery) -> Accepted:
        """Queue a delivery in its handler's lane."""
        lane = self.lane_of(delivery.message.handler)
        delivery.lane = lane
        return lane.put(delivery)

    def submit_call(self, call: Call) -> Accepted:
        """Queue a function of the gateway's own program, on the host's lane."""
        self.host.submit_call(call)
        return "queued"

    def lane_of(self, handler: str) -> LinkLane:
        """The lane that a handler's threading setting names; Shared for one that is not there."""
        generation = self.receiver.generation()
        found = generation.handlers.get(("C", handler)) if generation is not None else None
        kind: ThreadType = found.handler.thread_type if found is not None else "Shared"
        name = f"dedicated {handler}" if kind == "Dedicated" else kind
        lane = self._lanes.get(name)
        if lane is not None:
            return lane
        with self._lock:
            if name not in self._lanes:
                lane = LinkLane(f"{self.receiver.project} {self.receiver.label} {name}", self.peer)
                if self._closed:
                    lane.close(self._closed)
                self.host.accounts.open(lane)
                self._lanes[name] = lane
            return self._lanes[name]

    def perform(self, delivery: Delivery) -> None:
        """Lanes of attached sessions perform nothing in the gateway."""
        raise RuntimeError("a delivery to an attached session runs in its process")

    def settled(self, delivery: Delivery) -> None:
        """Tell whoever watches the host."""
        if self.host.observers:
            self.host.tell(delivery)

    def log_line(self, delivery: Delivery, line: str) -> None:
        """The session's process logs what its handlers print."""

    def follow(self) -> None:
        """Nothing to do: whoever is attached follows the versions by itself."""

    def running(self) -> list[Running]:
        """What the session runs now; on which line, its process knows alone."""
        found = []
        for lane in self.lanes():
            for item in list(lane.running.values()):
                if isinstance(item, Delivery):
                    found.append(
                        Running(
                            item.id,
                            item.message.project,
                            item.message.handler,
                            self.receiver.label,
                            self.peer.where,
                            perf_counter() - (item.started_at or perf_counter()),
                            "",
                            0,
                        )
                    )
        return found

    def stop_running(self, delivery: Delivery, reason: str) -> bool:
        """Have the session stop it; False when it is not there to do it."""
        lane = delivery.lane
        number = lane.number_of(delivery) if isinstance(lane, LinkLane) else 0
        if not number or not self.peer.attached:
            return False
        self.peer.send(protocol.Stop(number, reason[:1000]))
        return True

    def close(self, reason: str) -> int:
        """Take nothing more; what was not sent ends as undelivered."""
        with self._lock:
            self._closed = reason
        undelivered = 0
        for lane in self.lanes():
            undelivered += len(lane.close(reason))
            self.host.accounts.retire(lane)
        return undelivered

    def lanes(self) -> list[LinkLane]:
        """Every lane there is."""
        with self._lock:
            return list(self._lanes.values())


class AttachedClient(ClientSession):
    """A client session whose handlers run in a process of its own."""

    __slots__ = ("_peer",)

    def __init__(
        self, host: ScriptHost, space: ProjectSpace, identity: Identity, peer: Peer
    ) -> None:
        super().__init__(host, space, identity)
        self._peer = peer

    @property
    def executor(self) -> Executor:
        """What sends deliveries over the link; made when the first message comes."""
        found = self._executor
        if found is None:
            self._peer.host.monitor.start()
            with self._lock:
                if self._executor is None:
                    self._executor = LinkExecutor(self, self._peer)
                found = self._executor
        return found

    def link_lanes(self) -> list[LinkLane]:
        """The lanes there are."""
        executor = self._executor
        return executor.lanes() if isinstance(executor, LinkExecutor) else []

    def follow_events(self) -> None:
        """The session's own process runs its event scripts; it is sent the new version."""
        self._peer.wake()

    def renew_system(self) -> None:
        """What is provided is told to the session's process."""
        super().renew_system()
        self._peer.wake()

    def run(
        self,
        source: str,
        filename: str = "<script>",
        project: str | None = None,
        timeout: float | None = None,
        *,
        output: Callable[[str], object] | None = None,
    ) -> RunResult:
        """Its scripts run in its own process.

        Raises:
            BadArgument: always.
        """
        raise BadArgument(f"session {self.id} runs in another process: run the script there")

    def close(self) -> None:
        """End the session, and tell its process."""
        if not self.closed:
            super().close()
            self._peer.dismiss(f"client session {self.id} was closed")


class AttachedScript(ScriptScope):
    """Gateway scope of a user script that runs in a process of its own."""

    kind: ClassVar[Kind] = "Gateway"

    __slots__ = ("id",)

    def __init__(self, host: ScriptHost, project: str, id: str) -> None:
        super().__init__(host, project, f"script {id}")
        self.id = id
