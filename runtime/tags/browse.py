"""What ``system.tag.browse`` returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from runtime.tags.provider import Browsed
from runtime.tags.values import own
from sandbox import Facade

_set = object.__setattr__


class BrowseResults(Facade):
    """The entries of one folder: iterate it, or ask ``getResults()``."""

    __slots__ = ("_entries",)

    _entries: tuple[dict[str, Any], ...]

    def __init__(self, entries: tuple[dict[str, Any], ...]) -> None:
        _set(self, "_entries", entries)

    def getResults(self) -> list[dict[str, Any]]:
        """Dicts with ``name``, ``fullPath``, ``hasChildren``, ``tagType``, a tag's ``value``."""
        return [dict(entry) for entry in self._entries]

    results = property(getResults)

    def getReturnedSize(self) -> int:
        """How many there are."""
        return len(self._entries)

    returnedSize = property(getReturnedSize)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.getResults())

    def __len__(self) -> int:
        return len(self._entries)


def results_of(entries: Sequence[Browsed]) -> BrowseResults:
    """Browsed entries as one script reads them.

    Raises:
        PayloadError: a tag holds what cannot travel.
    """
    return BrowseResults(
        tuple(
            {
                "name": entry.name,
                "fullPath": entry.path,
                "hasChildren": entry.folder,
                "tagType": "Folder" if entry.folder else "AtomicTag",
                **({"value": own(entry.value)} if entry.value is not None else {}),
            }
            for entry in entries
        )
    )
