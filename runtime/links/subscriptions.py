"""The tags that an attached client follows for its tag change scripts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final

from project_store.model import TagChangeScript
from runtime.executors.values import CODEC
from runtime.links import protocol
from runtime.links.outbox import size_of
from runtime.system.capabilities import allowed
from sandbox.isolation.errors import PayloadRefused

if TYPE_CHECKING:
    from runtime.links.peer import Peer
    from runtime.tags.provider import Change

MOST: Final = 100
"""Subscriptions of one session."""

CHARACTERS: Final = 1_000_000
"""Characters that the paths of one session's subscriptions have, all together."""

WAITING: Final = 1_000
"""Changes that wait for a slow link; of more, the oldest are missed."""


class Subscriptions:
    """Those of one link. They end when it is cut: a client subscribes again when it is back.

    Args:
        peer: the link.
    """

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._lock = Lock()
        self._ends: dict[int, Callable[[], object]] = {}
        self._sizes: dict[int, int] = {}
        self._waiting: deque[tuple[int, Change]] = deque(maxlen=WAITING)
        self._missed = 0
        self._epoch = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def change(self, wanted: protocol.Subscribe) -> None:
        """Begin or end one; on the server's thread."""
        # Providers may take their time, and a subscription begins with every present value.
        size = sum(map(len, wanted.paths))
        self._peer.later(size, partial(self._change, wanted, size, self._epoch))

    def take(self, room: int) -> list[protocol.Changed]:
        """Changes for about that many bytes."""
        taken: list[protocol.Changed] = []
        while self._waiting and room > 0:
            with self._lock:
                if not self._waiting:
                    break
                call, change = self._waiting.popleft()
                missed, self._missed = self._missed, 0
            told = (change.path, change.before, change.after, sorted(change.kinds), change.initial)
            try:
                data = CODEC.encode(told, "a tag's value")
            except PayloadRefused as error:
                self._peer.log("WARN", f"{change.path} is not told to {self._peer.id}: {error}")
                continue
            taken.append(protocol.Changed(call, data, missed))
            room -= size_of(taken[-1])
        return taken

    def clear(self) -> None:
        """End them all."""
        with self._lock:
            self._epoch += 1
            ends, self._ends, self._sizes = list(self._ends.values()), {}, {}
            self._waiting.clear()
            self._missed = 0
        for end in ends:
            end()

    def _change(self, wanted: protocol.Subscribe, size: int, epoch: int) -> None:
        with self._lock:
            before = self._ends.pop(wanted.call, None)
            self._sizes.pop(wanted.call, None)
            room = CHARACTERS - sum(self._sizes.values())
        if before is not None:
            before()
        if not wanted.paths or epoch != self._epoch:
            return
        if len(self._ends) >= MOST:
            self._peer.log("WARN", f"{self._peer.title}: more than {MOST} subscriptions of tags")
            return
        if size > room:
            text = f"{self._peer.title}: paths of tags with more than {CHARACTERS} characters"
            self._peer.log("WARN", text)
            return
        if not self._permitted(wanted.paths):
            text = f"{self._peer.title} asks for tags that no script of its follows"
            self._peer.log("WARN", text)
            return
        tags = self._peer.host.tags
        end = tags.subscribe(wanted.paths, partial(self._changed, wanted.call, epoch))
        with self._lock:
            late = epoch != self._epoch
            if not late:
                self._ends[wanted.call] = end
                self._sizes[wanted.call] = size
        if late:
            end()

    def _permitted(self, paths: list[str]) -> bool:
        """Any tag where its scripts may read tags; else those that its tag change scripts name."""
        scope = self._peer.receiver
        if scope is None:
            return False
        if allowed(self._peer.host.config, scope.project, "tag.read"):
            return True
        generation = scope.generation()
        events = [found.event for found in generation.events.values()] if generation else []
        own = {path for e in events if isinstance(e, TagChangeScript) for path in e.paths}
        return own.issuperset(paths)

    def _changed(self, call: int, epoch: int, change: Change) -> None:
        with self._lock:
            if epoch != self._epoch:
                return
            if len(self._waiting) == WAITING:
                self._missed += 1
            self._waiting.append((call, change))
        self._peer.wake()
