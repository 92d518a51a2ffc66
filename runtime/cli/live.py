"""What `serve` shows, by looking at the host a few times a second.

Looking, instead of being called for each delivery, keeps the view off the path that messages take;
log lines are only put aside where they are written, so that a slow terminal holds up no lane.
"""

from collections import deque
from pathlib import Path

from rich.console import Console
from rich.text import Text

from runtime import LogRecord, Message, ScriptHost, ShutdownReport
from runtime.cli.console import counted, visible
from runtime.cli.diagnostics import Diagnosis, print_diagnostics
from runtime.cli.hosting import people_of, print_record, root_of
from runtime.cli.story import delivery_line, headline, skipped_lines
from runtime.message import FINAL

_ENDED = frozenset({*FINAL, "rejected"})

_MOST = 50
"""Messages printed a look; more are counted instead, so that a burst does not drown the rest."""


class Settled:
    """The messages of a host that have come to their end since the last look.

    Args:
        host: whose messages.
    """

    def __init__(self, host: ScriptHost) -> None:
        self._host = host
        self._last = 0
        self._open: list[Message] = []

    def look(self) -> list[Message]:
        """Those that all receivers are done with, in the order they were sent."""
        new = [m for m in self._host.trace.messages if m.id > self._last]
        if new:
            self._last = new[-1].id
        settled: list[Message] = []
        waiting: list[Message] = []
        for message in (*self._open, *new):
            ended = all(d.status in _ENDED for d in message.deliveries)
            (settled if ended else waiting).append(message)
        self._open = waiting
        return settled


class LiveView:
    """Prints what changed in a host since the last look.

    Args:
        console: where to.
        host: what to look at.
        folder: as the command was given it.
    """

    def __init__(self, console: Console, host: ScriptHost, folder: Path | None) -> None:
        self._console = console
        self._host = host
        self._root = root_of(folder)
        self._settled = Settled(host)
        self._heard: deque[LogRecord] = deque(maxlen=host.config.trace)
        self._diagnostics = {_key(d): d for d in host.diagnostics}
        host.logbook.listen(self._heard.append)

    def look(self) -> None:
        """Print the diagnostics and messages that are new."""
        self._look_at_log()
        self._look_at_diagnostics()
        self._look_at_messages()

    def conclude(self, report: ShutdownReport) -> None:
        """Print how everything ended, and what could not be delivered."""
        for delivery in self._host.trace:
            if delivery.status == "undelivered":
                message = delivery.message
                self._console.print(
                    Text(
                        "not delivered: "
                        + visible(
                            f"{message.project}/{message.handler} to {delivery.receiver}: "
                            f"{delivery.error or 'the host was shut down'}"
                        ),
                        "red",
                    )
                )
        for running in report.running:
            self._console.print(Text(f"still running: {visible(str(running))}", "red"))
        counters = self._host.trace.counters
        ended = ", ".join(
            f"{getattr(counters, name)} {name}" for name in FINAL if getattr(counters, name)
        )
        self._console.print(
            f"{counted(counters.accepted, 'delivery')} accepted" + (f": {ended}" if ended else "")
        )

    def _look_at_log(self) -> None:
        while self._heard:
            record = self._heard.popleft()
            # The loader logs each diagnostic in one line; here it is shown with its source.
            diagnostic = "error[" in record.message or "warning[" in record.message
            if not (record.logger == "Reload" and diagnostic):
                print_record(self._console, record)

    def _look_at_diagnostics(self) -> None:
        now = {_key(d): d for d in self._host.diagnostics}
        if now.keys() == self._diagnostics.keys():
            return
        new = [d for key, d in now.items() if key not in self._diagnostics]
        print_diagnostics(self._console, new, self._root)
        if any(d.severity == "error" for d in new):
            self._console.print(Text("the last good version keeps running", "yellow"))
        broken = {d.file for d in now.values()}
        for file in sorted({d.file for d in self._diagnostics.values()} - broken):
            self._console.print(Text(f"mended: {visible(file)}", "green"))
        self._diagnostics = now

    def _look_at_messages(self) -> None:
        settled = self._settled.look()
        if not settled:
            return
        people = people_of(self._host)
        for message in settled[:_MOST]:
            parent = message.parent
            cause = f"  (sent by {visible(parent.message.handler)})" if parent else ""
            self._console.print(headline(message, people=people).append(cause, "dim"))
            for delivery in message.deliveries:
                self._console.print(delivery_line(delivery, people, "  "))
            for line in skipped_lines(message, people, "  "):
                self._console.print(line)
        if len(settled) > _MOST:
            more = counted(len(settled) - _MOST, "message")
            self._console.print(Text(f"  … and {more} more", "dim"))


def _key(diagnosis: Diagnosis) -> tuple[str, int, int, str, str]:
    d = diagnosis
    return d.file, d.line, d.column, d.rule, d.message
