"""A link that looks at a host and operates it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Any, Literal

import msgspec

from runtime.links.attachment import Attachment
from runtime.links.errors import LinkError
from runtime.links.protocol import VERSION, Hello, Welcome
from runtime.links.target import Finder
from runtime.links.views import LogView, MessageView


class Tool:
    """See the module; a context manager.

    Args:
        find: gives the gateway.

    Attributes:
        welcome: what the gateway said of itself.

    Raises:
        LinkError: there is no gateway, or it does not let this in.
    """

    def __init__(self, find: Finder) -> None:
        self._link = Attachment(find, Hello(VERSION, "tool"), lasting=False)
        self.welcome: Welcome = self._link.open()
        self._over = threading.Event()
        self._reason = ""
        self._link.run(self)

    def __enter__(self) -> Tool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the link."""
        self._link.close()

    def ask(self, function: str, wanted: Any = None) -> Any:
        """Ask a question; see ``Attachment.query``."""
        return self._link.query(function, wanted)

    def follow(self, what: Literal["trace", "logs"], before: int = 0) -> Iterator[tuple[Any, int]]:
        """What happens, as it happens, until the link ends.

        Args:
            what: messages, or lines of log.
            before: so many of the newest first.

        Yields:
            A ``MessageView`` or ``LogView``, and how many were missed before it; None where only
            that is told.

        Raises:
            LinkError: the gateway says no, or is gone.
        """
        decoder: Any = msgspec.msgpack.Decoder(MessageView if what == "trace" else LogView)
        news: SimpleQueue[tuple[bytes, int] | None] = SimpleQueue()
        call = self._link.watch(what, before, lambda data, missed: news.put((data, missed)))
        call.when_done(lambda _: news.put(None))
        while True:
            try:
                # In slices, so that Ctrl-C is seen.
                piece = news.get(timeout=0.5)
            except Empty:
                continue
            if piece is None:
                break
            yield decoder.decode(piece[0]) if piece[0] else None, piece[1]
        call.result()
        raise LinkError(self._reason or "the gateway ended the link")

    def take(self, message: Any) -> None:
        """A tool is told nothing else."""

    def welcomed(self, welcome: Welcome) -> None:
        """A tool's link is not opened again."""

    def cut(self, reason: str) -> None:
        """A tool's link is not opened again."""

    def over(self, reason: str) -> None:
        """The link is gone."""
        self._reason = reason
        self._over.set()
