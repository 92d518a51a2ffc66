"""A running gateway in the shape that `run` and `send` know hosts in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict
from time import monotonic
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from runtime import LogRecord
from runtime.cli.caused import Caused
from runtime.cli.console import visible
from runtime.cli.hosting import print_log_of_run
from runtime.cli.links import reached
from runtime.cli.problems import Problem
from runtime.links import (
    LinkedHost,
    Refused,
    attach_client,
    attach_designer,
    attach_script,
    queries,
)
from runtime.links.stories import StoryView
from runtime.links.target import Finder
from runtime.links.views import messages_of
from runtime.logbook import HOST
from runtime.scopes import Comm
from runtime.trace import Counters

_LOOK: Final = 0.02

_PAGES: Final = 16
"""Answers that a story may take; what is in none of them is counted as left out."""


class Attached:
    """Where a user script runs in this process, on a gateway that runs in another.

    Args:
        host: attached as a client, designer or script.
    """

    def __init__(self, host: LinkedHost) -> None:
        self._host = host
        self.place: Any = host.scope
        self.profile = host.profile
        self._after = 0
        self._before = Counters()
        self.begin()

    def listen(self, listener: Callable[[LogRecord], None]) -> None:
        """Have the lines that scripts log here passed on."""
        self._host.logbook.listen(
            lambda record: listener(record) if record.origin is not HOST else None
        )

    def print_header(self, console: Console) -> None:
        """Say what it is attached to."""
        welcome = self._host.link.welcome
        what, user = "script", ""
        if self._host.session is not None:
            what = self.place.kind.lower()
            user = f" of {visible(welcome.user)}" if welcome.user else ""
        console.print(
            Text(
                f"attached to gateway {visible(welcome.gateway)} (profile {welcome.profile}) as "
                f"{what} {welcome.session}{user}",
                "dim",
            )
        )

    def begin(self) -> None:
        """Take what is sent from now on as one story."""
        with reached():
            self._after = self._host.link.query("newest")
            found = self._brief()
        self._before = Counters(**found.counters)

    def caused(self) -> Caused:
        """What was sent since the beginning of the story, and all that caused."""
        with reached():
            found = self._page(0)
            views, people = list(found.messages), list(found.people)
            for _ in range(_PAGES):
                if not found.left_out:
                    break
                found = self._page(views[-1].id)
                views += found.messages
                people += found.people
        told = Caused(
            messages_of(views),
            {who.id: who.identity() for who in people},
            Counters(),
            _counters(found.totals),
            found.left_out,
            found.forgotten,
        )
        if found.forgotten:
            # Whose messages they were is not known any more, so all of that time have to count.
            told.before, told.after = self._before, Counters(**found.counters)
        return told

    def drain(self, timeout: float) -> bool:
        """Wait until all of that has ended; gives whether it did in time."""
        end = monotonic() + timeout
        rested = self._host.drain(timeout)
        return self.settle(end - monotonic()) and rested

    def settle(self, timeout: float) -> bool:
        """Wait until what was sent has ended in the gateway; gives whether it did in time."""
        end = monotonic() + timeout
        pause = threading.Event()
        with reached():
            while not (ended := self._brief().ended) and monotonic() < end:
                pause.wait(_LOOK)
        return ended

    def close(self, timeout: float) -> None:
        """End the session or script."""
        self._host.close(timeout)

    def _brief(self) -> StoryView:
        found: StoryView = self._host.link.query("story", queries.Story(self._after, brief=True))
        return found

    def _page(self, seen: int) -> StoryView:
        found: StoryView = self._host.link.query("story", queries.Story(self._after, seen))
        return found


def attached_for_run(
    find: Finder,
    scope: str,
    project: str | None,
    console: Console,
    *,
    comm: Comm = "off",
    user: str = "",
    roles: tuple[str, ...] = (),
    host_name: str = "",
) -> Attached:
    """Attach for a command, and tell the log as it is written.

    Args:
        find: gives the gateway.
        scope: ``gateway``, ``client`` or ``designer``.
        project: of the session, or whose libraries the script sees.
        console: where the log is told.
        comm: a designer's communication mode.
        user, roles, host_name: of the session.
    """
    name = project or ""
    with reached():
        try:
            if scope == "client":
                linked = attach_client(
                    name, user=user, roles=roles, host_name=host_name, find=find
                )
            elif scope == "designer":
                linked = attach_designer(
                    name, user=user, comm=comm, host_name=host_name, find=find
                )
            else:
                linked = attach_script(name, find=find)
        except Refused as error:
            if name and f'project "{name}"' in str(error):
                # It was reached, and has no such project: the same code as of a host of one's own.
                raise Problem(str(error)) from error
            raise
    host = Attached(linked)
    host.listen(lambda record: print_log_of_run(console, record))
    host.print_header(console)
    return host


def _counters(totals: dict[str, int]) -> Counters:
    known = asdict(Counters())
    counts = {status: n for status, n in totals.items() if status in known}
    return Counters(**{**counts, "accepted": sum(counts.values()) - counts.get("rejected", 0)})
