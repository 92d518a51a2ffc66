"""The seam between what sees changes below a folder and what is told of them."""

from collections.abc import Iterable
from typing import Protocol

from project_store.errors import ProjectStoreError


class NotifierError(ProjectStoreError):
    """This way of being told cannot be had here; the message says why and what helps."""


class Listener(Protocol):
    """What a notifier tells; called from any thread, must return fast."""

    def touched(self, paths: Iterable[str]) -> None:
        """Something happened at these paths (relative to the watched folder, with ``/``)."""

    def lost(self, why: str) -> None:
        """Events were lost: everything must be read again."""

    def exhausted(self, why: str) -> None:
        """This notifier cannot see everything any more: another must take over."""


class Notifier(Protocol):
    """A source of events below one folder."""

    def start(self, folder: str, listener: Listener) -> None:
        """Begins to tell; everything that happens after the return is told.

        Raises:
            NotifierError: it cannot be had here.
        """

    def also(self, folders: Iterable[str]) -> None:
        """Watches more folders (relative) that are outside the usual places."""

    def stop(self) -> None:
        """Ends; nothing is told after the return."""
