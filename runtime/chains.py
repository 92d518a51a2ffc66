"""Chains: messages that handlers send because of a message, without end where they form a ring."""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING, Final

from runtime.errors import EndlessChain

if TYPE_CHECKING:
    from runtime.message import Delivery

FREE: Final = 8
"""Steps of a chain that are not counted: a burst that each handler passes on once is no ring."""

VISITS: Final = 2
"""Times that a chain comes to the same handler uncounted: an answer to it may be one of them."""

FAN: Final = 20
"""Messages that one run sends before those to handlers of its own chain are counted."""

GROWTH: Final = 1_000
"""Messages that may wait while runs of a ring send more than one message each."""

WINDOW: Final = 10.0
"""Seconds in which the handlers of a project may send so many."""


class Chains:
    """Counts, for each project, what its handlers send in long chains and in rings.

    Ignition has no such bound: there a ring of handlers keeps a gateway busy until it is restarted.
    That fast ones end, and that slow ones go on, is our choice. It is counted by project and not by
    chain, for many rings at a time are slow each and fast together.

    Args:
        limit: messages within ``WINDOW``.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[float, int]] = {}

    def next_path(
        self, cause: Delivery, handler: str, sent: int = 1, step: str = ""
    ) -> tuple[str, ...]:
        """The first handlers of the chain of a message that the handler of ``cause`` sends.

        Args:
            cause: whose handler sends.
            handler: what it sends to.
            sent: messages that the run has sent, this one among them.
            step: what paths call that handler, empty for its name.

        Raises:
            EndlessChain: the handlers of its project have sent too many that go on so long.
        """
        message = cause.message
        path = message.path or (message.handler,)
        if len(path) < FREE:
            step = step or handler
            visits = path.count(step)
            if not visits:
                return (*path, step)
            if visits < VISITS and sent <= FAN and not self._over(message.project):
                return (*path, step)
        count = self._one_more(message.project)
        if count > self._limit:
            raise EndlessChain(
                f"{message.handler} -> {handler}: handlers of project {message.project} that cause "
                f"each other have sent more than {self._limit} messages within {WINDOW:g} seconds "
                "(limits.chain); this one is not sent. Remedy: let the chain end, or have a timer "
                "event send",
                first=count == self._limit + 1,
            )
        return path

    @staticmethod
    def goes_round(cause: Delivery, handler: str) -> bool:
        """Whether a message to a handler may close a ring, as far as is known of its chain."""
        message = cause.message
        path = message.path or (message.handler,)
        return len(path) >= FREE or handler in path

    def require_end(self, cause: Delivery, handler: str, waiting: int) -> None:
        """Check that a ring does not grow: a run of it has sent more than one message.

        However fast they are run, what waits of a ring that grows does so until a lane is full.

        Args:
            cause: whose handler sends.
            handler: what it sends to.
            waiting: messages that wait where that runs.

        Raises:
            EndlessChain: too many do; its project sends in rings no more until the window is over.
        """
        message = cause.message
        path = message.path or (message.handler,)
        if waiting <= GROWTH or (len(path) < FREE and path.count(handler) < VISITS):
            return
        project = message.project
        now = monotonic()
        with self._lock:
            since, count = self._counts.get(project, (now, 0))
            first = count <= self._limit or now - since > WINDOW
            self._counts[project] = (now, self._limit + 1)
        raise EndlessChain(
            f"{message.handler} -> {handler}: handlers of project {project} that cause each other "
            f"send more than one message each, and {waiting} wait for {handler}; this one is not "
            f"sent, and what goes round is not for {WINDOW:g} seconds (limits.chain). Remedy: let "
            "the chain end, or have a timer event send",
            first=first,
        )

    def _over(self, project: str) -> bool:
        since, count = self._counts.get(project, (0.0, 0))
        return count > self._limit and monotonic() - since <= WINDOW

    def _one_more(self, project: str) -> int:
        now = monotonic()
        with self._lock:
            since, count = self._counts.get(project, (now, 0))
            if now - since > WINDOW:
                since, count = now, 0
            self._counts[project] = (since, count + 1)
        return count + 1
