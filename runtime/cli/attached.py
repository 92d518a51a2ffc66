"""A running gateway in the shape that `run` and `send` know hosts in."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from time import monotonic
from types import SimpleNamespace
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from runtime import LogRecord, Message
from runtime.cli.hosting import print_log_of_run
from runtime.cli.links import reached
from runtime.links import attach_client, attach_designer, attach_script, queries
from runtime.links.target import Finder
from runtime.links.views import messages_of
from runtime.logbook import HOST
from runtime.scopes import Comm
from runtime.trace import Counters

_LOOK: Final = 0.02


class Attached:
    """Where a user script runs in this process, on a gateway that runs in another.

    Args:
        find: gives the gateway.
        scope: ``gateway``, ``client`` or ``designer``.
        project: of the session, or whose libraries the script sees.
        comm: a designer's communication mode.
    """

    def __init__(self, find: Finder, scope: str, project: str | None, comm: Comm) -> None:
        with reached():
            if scope == "client":
                self._host = attach_client(project or "", find=find)
            elif scope == "designer":
                self._host = attach_designer(
                    project or "", user="designer", comm=comm, find=find
                )
            else:
                self._host = attach_script(project or "", find=find)
        self.place: Any = self._host.scope
        self.gateway = None
        self.profile = self._host.profile
        self.trace = self
        self.clients: list[Any] = []
        self.designers: dict[str, Any] = {}
        self.logbook = self
        self._after = self._host.link.query("newest")

    def listen(self, listener: Callable[[LogRecord], None]) -> None:
        """Have the lines that scripts log here passed on."""
        self._host.logbook.listen(
            lambda record: listener(record) if record.origin is not HOST else None
        )

    def print_header(self, console: Console) -> None:
        """Say what it is attached to."""
        welcome = self._host.link.welcome
        what = "script" if self._host.session is None else self.place.kind.lower()
        console.print(
            Text(
                f"attached to gateway {welcome.gateway} (profile {welcome.profile}) as "
                f"{what} {welcome.session}",
                "dim",
            )
        )

    @property
    def messages(self) -> list[Message]:
        """What the script sent there, and all that caused."""
        return messages_of(self._story().messages)

    @property
    def counters(self) -> Counters:
        """How what the script caused stands."""
        counts = Counter(d.status for m in self.messages for d in m.deliveries)
        by_name: dict[str, int] = {str(status): n for status, n in counts.items()}
        return Counters(accepted=counts.total() - counts["rejected"], **by_name)

    def drain(self, timeout: float) -> bool:
        """Wait until all of that has ended; gives whether it did in time."""
        end = monotonic() + timeout
        rested = self._host.drain(timeout)
        pause = threading.Event()
        while not (ended := self._story().ended) and monotonic() < end:
            pause.wait(_LOOK)
        return rested and ended

    def close(self, timeout: float) -> None:
        """End the session or script."""
        self._host.close(timeout)

    def _story(self) -> queries.StoryView:
        with reached():
            found: queries.StoryView = self._host.link.query(
                "story", queries.Story(self._after)
            )
        self.clients = [
            SimpleNamespace(id=who.id, identity=who.identity()) for who in found.people
        ]
        return found


def attached_for_run(
    find: Finder, scope: str, project: str | None, comm: Comm, console: Console
) -> Attached:
    """Attach for a command, and tell the log as it is written."""
    host = Attached(find, scope, project, comm)
    host.listen(lambda record: print_log_of_run(console, record))
    host.print_header(console)
    return host
