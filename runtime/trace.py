"""The trace: a bounded ring of what was sent and delivered, with exact counters beside it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from sys import getsizeof
from typing import TYPE_CHECKING, Final, TypeVar

from runtime.message import FINAL, Delivery, Message

if TYPE_CHECKING:
    from runtime.lanes import Lane

T = TypeVar("T")

HEAVY_BYTES: Final = 256 * 1024 * 1024
"""Memory that what handlers printed and raised may take in the trace; the oldest is cut first."""

LIGHT: Final = 1_000
"""Characters of output that are not worth counting."""

_CUT: Final = "\n... left out, for what the trace keeps has a bound\n"


@dataclass(frozen=True, slots=True)
class Counters:
    """How everything that was ever accepted stands, at one moment.

    ``accepted`` equals the sum of all others but ``rejected``, always.
    """

    accepted: int = 0
    done: int = 0
    failed: int = 0
    stopped: int = 0
    killed: int = 0
    no_handler: int = 0
    undelivered: int = 0
    unknown: int = 0
    queued: int = 0
    running: int = 0
    rejected: int = 0

    @property
    def balanced(self) -> bool:
        """Whether every accepted delivery is accounted for."""
        ended: int = sum(getattr(self, status) for status in FINAL)
        return self.accepted == ended + self.queued + self.running


class Accounts:
    """All lanes of a host and what the lanes that are gone have counted."""

    def __init__(self) -> None:
        self._lanes: dict[Lane, None] = {}
        self._leaving: dict[Lane, None] = {}
        self._gone: dict[str, int] = {}
        self._lock = threading.Lock()

    def open(self, lane: Lane) -> None:
        """Count a lane in from now on."""
        with self._lock:
            self._lanes[lane] = None

    def retire(self, lane: Lane) -> None:
        """Keep only what the (closed) lane counted, once its last running item has ended."""
        with self._lock:
            if self._lanes.pop(lane, self) is None:
                self._leaving[lane] = None

    def lanes(self) -> list[Lane]:
        """Every lane that may still hold work."""
        with self._lock:
            return [*self._lanes, *self._leaving]

    def counters(self) -> Counters:
        """Add up all lanes; exact for each lane, and for all of them when the host is at rest."""
        with self._lock:
            totals = dict(self._gone)
            settled = []
            for lane in (*self._lanes, *self._leaving):
                accepted, counts, queued, running = lane.snapshot()
                part: dict[str, int] = {
                    "accepted": accepted,
                    "rejected": lane.rejected,
                    "queued": queued,
                    "running": running,
                    **{str(status): n for status, n in counts.items()},
                }
                for key, value in part.items():
                    totals[key] = totals.get(key, 0) + value
                if lane in self._leaving and not queued and not running:
                    settled.append((lane, part))
            for lane, part in settled:
                del self._leaving[lane]
                for key, value in part.items():
                    self._gone[key] = self._gone.get(key, 0) + value
        return Counters(**totals)

    @property
    def at_rest(self) -> bool:
        """No lane has anything waiting or running (each looked at in turn)."""
        return all(lane.at_rest for lane in self.lanes())

    @property
    def accepted(self) -> int:
        """How many items all lanes ever accepted; it grows, so two equal readings mean a pause."""
        with self._lock:
            return self._gone.get("accepted", 0) + sum(
                lane.accepted for lane in (*self._lanes, *self._leaving)
            )


class Trace:
    """The newest messages and deliveries of a host, oldest first.

    Iterating it gives deliveries in the order they were accepted. What falls out of the ring is
    gone from here, and a message that did has no ``deliveries`` and no ``parent`` any more; the
    counters stay exact.

    Args:
        size: how many messages, and how many deliveries, are kept.
    """

    def __init__(self, size: int, accounts: Accounts) -> None:
        self._size = size
        self._deliveries: deque[Delivery] = deque(maxlen=size)
        self._messages: deque[Message] = deque()
        self._accounts = accounts
        self._heavy: deque[tuple[Delivery, int]] = deque()
        self._heavy_bytes = 0
        self._lock = threading.Lock()
        self._shared: deque[Message] = deque()

    def __iter__(self) -> Iterator[Delivery]:
        return iter(_settled_copy(self._deliveries))

    def __len__(self) -> int:
        return len(self._deliveries)

    def record(self, message: Message) -> None:
        """Add a message and the deliveries it made."""
        messages = self._messages
        messages.append(message)
        if len(messages) > self._size:
            # Let go of both ends: messages and deliveries refer to each other, and parents form a
            # chain without end. Freed at once, they also cost the garbage collector nothing.
            old = messages.popleft()
            old.deliveries = ()
            old.parent = None
        deliveries = message.deliveries
        if deliveries:
            self._deliveries.extend(deliveries)

    def weigh(self, delivery: Delivery) -> None:
        """Count what an ended delivery printed and raised; call it once, where there is any.

        Over ``HEAVY_BYTES`` the oldest lose most of their words.
        """
        size = getsizeof(delivery.output) + getsizeof(delivery.traceback)
        with self._lock:
            heavy = self._heavy
            heavy.append((delivery, size))
            self._heavy_bytes += size
            while len(heavy) > self._size:
                self._heavy_bytes -= heavy.popleft()[1]
            while self._heavy_bytes > HEAVY_BYTES:
                old, size = heavy.popleft()
                self._heavy_bytes -= size
                if len(old.output) > LIGHT:
                    old.output = old.output[:LIGHT] + _CUT
                if old.traceback is not None and len(old.traceback) > LIGHT:
                    old.traceback = _CUT + old.traceback[-LIGHT:]

    def share(self, message: Message) -> None:
        """A message has several receivers: its payload can go only when the last one has ended."""
        self._shared.append(message)

    def sweep(self) -> None:
        """Let go of the payloads that were shared and are not wanted any more."""
        shared = self._shared
        for _ in range(len(shared)):
            message = shared.popleft()
            deliveries = message.deliveries
            # One that left the ring goes with the last lane that holds it.
            if not deliveries:
                continue
            if any(each.status in ("queued", "running") for each in deliveries):
                shared.append(message)
            else:
                message.payload = None

    @property
    def messages(self) -> list[Message]:
        """The messages, those that selected nobody included."""
        return _settled_copy(self._messages)

    @property
    def counters(self) -> Counters:
        """How everything ever accepted stands."""
        return self._accounts.counters()

    def message(self, id: int) -> Message | None:
        """The message of that id, None when it is not (or no longer) in the ring."""
        return next((m for m in self.messages if m.id == id), None)

    def caused_by(self, delivery: Delivery) -> list[Message]:
        """The messages that the delivery's handler sent, in order."""
        return [m for m in self.messages if m.parent is delivery]


def _settled_copy(ring: deque[T]) -> list[T]:
    while True:
        try:
            return list(ring)
        except RuntimeError:  # a sender appended while we read
            continue
