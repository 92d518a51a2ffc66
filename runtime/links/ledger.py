"""What the log says of links: who came, who left, who was refused; a flood of them in one line."""

from __future__ import annotations

from collections.abc import Hashable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from runtime.logbook import Level

SECONDS: Final = 10.0
"""For so long, what repeats is counted."""

_KEPT: Final = 1_000


class _Entry:
    __slots__ = ("level", "more", "said", "since", "text")

    def __init__(self, level: Level, text: str, since: float) -> None:
        self.level = level
        self.text = text
        self.since = since
        self.said = 0
        self.more = 0


class Ledger:
    """Writes to a host's log; on the server's thread.

    Args:
        host: whose log.
    """

    def __init__(self, host: Any) -> None:
        self._host = host
        self._entries: dict[Hashable, _Entry] = {}

    def say(self, key: Hashable, level: Level, text: str, few: int = 1) -> None:
        """Log a line, unless as many of its key were logged a moment ago: then it is counted.

        Args:
            key: what is one kind of event, such as a refusal for a reason at an address.
            level, text: the line.
            few: lines of this key that are written before they are counted.
        """
        if key not in self._entries and len(self._entries) >= _KEPT:
            key = None
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry(level, text, monotonic())
        if entry.said < few:
            entry.said += 1
            self._host.logbook.write(level, "Links", text)
        else:
            entry.more += 1
            entry.level, entry.text = level, text

    def tell(self, all: bool = False) -> None:
        """Say how many more there were, of what began long enough ago."""
        now = monotonic()
        for key, entry in list(self._entries.items()):
            if not all and now - entry.since < SECONDS:
                continue
            del self._entries[key]
            if entry.more:
                self._host.logbook.write(
                    entry.level,
                    "Links",
                    f"{entry.text} ({entry.more} like it within {now - entry.since:.0f} s)",
                )
