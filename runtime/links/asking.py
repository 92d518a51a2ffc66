"""What one link asks of the host, in its order: small sends at once, the rest on a thread."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from runtime.executors.answers import Answers
    from runtime.executors.protocol import Ask
    from runtime.links.peer import Peer

INLINE: Final = 2048
"""Bytes of arguments of a send that are decoded where they are read: a thread would cost more."""

MOST: Final = 256
MOST_BYTES: Final = 8 * 1024 * 1024
"""Calls, and bytes of theirs, that wait to be decoded before no more are read."""


class Asked:
    """The calls of one link that are not begun yet.

    Args:
        peer: the link.
        answers: begins them.
        run: calls a function on a thread, after those that it was given before.
    """

    def __init__(
        self, peer: Peer, answers: Answers, run: Callable[[Peer, Callable[[], object]], object]
    ) -> None:
        self._peer = peer
        self._answers = answers
        self._run = run
        self._lock = Lock()
        self._calls = 0
        self._bytes = 0

    @property
    def many(self) -> bool:
        """Whether no more should be taken from the link now."""
        return self._calls > MOST or self._bytes > MOST_BYTES

    def take(self, ask: Ask) -> None:
        """Begin a call, once those before it are begun; on the server's thread."""
        if not self._calls and ask.function == "sendMessage" and len(ask.data) <= INLINE:
            self._answers.take(ask)
            return
        self.later(len(ask.data), lambda: self._answers.take(ask))

    def later(self, size: int, function: Callable[[], object]) -> None:
        """Have something called that is so many bytes, after what came before it."""
        with self._lock:
            self._calls += 1
            self._bytes += size

        def work() -> None:
            try:
                function()
            finally:
                with self._lock:
                    self._calls -= 1
                    self._bytes -= size

        self._run(self._peer, work)
