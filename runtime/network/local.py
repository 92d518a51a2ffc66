"""The gateway network of hosts in one process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from runtime.errors import NetworkError, PilotlightError
from runtime.lanes import Accepted, Lane
from runtime.message import Delivery

if TYPE_CHECKING:
    from runtime.contracts import Host, Network


class Member(Protocol):
    """A host as a network takes it in."""

    network: Network | None

    @property
    def name(self) -> str: ...


class GatewayNetwork:
    """Hosts of this process that reach each other by their gateway names.

    A message to a remote server goes through one serial lane for each pair of gateways, so that a
    slow gateway never holds up another one. Nothing is kept for a gateway that is not connected
    (no source says that Ignition keeps it).
    """

    def __init__(self) -> None:
        self._hosts: dict[str, Any] = {}
        self._lock = threading.Lock()

    def join(self, *hosts: Member) -> GatewayNetwork:
        """Connect hosts; each is called by the name it was opened with.

        Raises:
            NetworkError: two gateways of one name, or a host that is in a network already.
        """
        with self._lock:
            for host in hosts:
                if self._hosts.get(host.name, host) is not host:
                    raise NetworkError(
                        f'the network has a gateway "{host.name}" already: open the host with '
                        "another name"
                    )
                if host.network is not None and host.network is not self:
                    raise NetworkError(f'gateway "{host.name}" is in another network')
                self._hosts[host.name] = host
                host.network = self
        return self

    def leave(self, host: Member) -> None:
        """Disconnect a host; messages to it are NOT_CONNECTED from now on."""
        with self._lock:
            if self._hosts.get(host.name) is host:
                del self._hosts[host.name]
            host.network = None

    def find(self, name: str) -> Host | None:
        """The connected gateway of exactly that name, or None."""
        return self._hosts.get(name)

    @property
    def servers(self) -> tuple[str, ...]:
        """The names of the connected gateways."""
        return tuple(sorted(self._hosts))


class RemoteServer:
    """One remote gateway as this host's deliveries see it.

    Args:
        host: the gateway that sends.
        server: name of the other one.
        known: there is such a gateway; one that nobody knows has no lane.
    """

    def __init__(self, host: Host, server: str, known: bool = True) -> None:
        self.host = host
        self.server = server
        self._lane: Lane | None = None
        if known:
            self._lane = self._new_lane()

    def _new_lane(self) -> Lane:
        host = self.host
        lane = Lane(
            f"link to {self.server}",
            host.pool,
            limit=host.config.queue,
            warn_at=host.config.queue_warning,
            on_backlog=host.report_backlog,
            on_rest=host.rested,
        )
        host.accounts.open(lane)
        return lane

    def submit(self, delivery: Delivery) -> str:
        """Hand a delivery to the link; gives the entry's ``sendStatus``."""
        lane = self._lane
        if lane is None or self.host.peer(self.server) is None:
            reason = f"gateway {self.server} is not connected"
            delivery.lane = self.host.no_link
            self.host.no_link.put(delivery)
            delivery.error = reason
            self.host.logbook.write("WARN", "GatewayNetwork", reason)
            return "NOT_CONNECTED"
        delivery.lane = lane
        outcome: Accepted = lane.put(delivery)
        if outcome == "rejected":
            delivery.end("rejected", "the link's queue is full")
            return "REJECTED"
        return "SENT"

    def perform(self, delivery: Delivery) -> None:
        """Have the other gateway distribute the message; done when it has."""
        delivery.status = "running"
        delivery.started_at = self.host.clock()
        peer = self.host.peer(self.server)
        if peer is None:
            delivery.end("undelivered", f"gateway {self.server} is not connected any more")
            return
        try:
            peer.dispatcher.receive(delivery.message)
        except PilotlightError as error:
            delivery.end("undelivered", f"gateway {self.server}: {error}")
        else:
            delivery.finished_at = self.host.clock()
            delivery.end("done")

    def settled(self, delivery: Delivery) -> None:
        """Tell whoever watches the host."""
        if self.host.observers:
            self.host.tell(delivery)

    def log_line(self, delivery: Delivery, line: str) -> None:
        """A link prints nothing."""

    def close(self, reason: str) -> int:
        """Hand nothing more over."""
        lane = self._lane
        if lane is None:
            return 0
        undelivered = len(lane.close(reason))
        self.host.accounts.retire(lane)
        return undelivered
