"""What `serve` shows: it looks at the host a few times a second and prints what is new.

Looking, instead of being called, keeps the view off the path that messages take.
"""

from rich.console import Console
from rich.text import Text

from runtime import ScriptHost
from runtime.cli.diagnostics import Diagnosis, print_diagnostics
from runtime.cli.hosting import people_of
from runtime.cli.story import delivery_line, details, headline, skipped_lines
from runtime.message import FINAL, Message

_ENDED = frozenset({*FINAL, "rejected"})

_MOST = 50
"""Messages printed a look; more are counted instead, so that a burst does not drown the rest."""


class LiveView:
    """Prints what changed in a host since the last look.

    Args:
        console: where to.
        host: what to look at.
    """

    def __init__(self, console: Console, host: ScriptHost) -> None:
        self._console = console
        self._host = host
        self._last = 0
        self._open: list[Message] = []
        self._versions = host.versions()
        self._diagnostics: dict[tuple[str, int, int, str, str], Diagnosis] = {
            _key(d): d for d in host.diagnostics
        }

    def look(self) -> None:
        """Print the loads, reloads, diagnostics and messages that are new."""
        self._look_at_projects()
        self._look_at_diagnostics()
        self._look_at_messages()

    def conclude(self) -> None:
        """Print how everything ended, and what could not be delivered."""
        for delivery in self._host.trace:
            if delivery.status == "undelivered":
                message = delivery.message
                self._console.print(
                    Text(
                        f"not delivered: {message.project}/{message.handler} to "
                        f"{delivery.receiver}: {delivery.error or 'the host was shut down'}",
                        "red",
                    )
                )
        counters = self._host.trace.counters
        ended = ", ".join(
            f"{getattr(counters, name)} {name}" for name in FINAL if getattr(counters, name)
        )
        self._console.print(f"{counters.accepted} deliveries accepted: {ended or 'none'}")

    def _look_at_projects(self) -> None:
        now = self._host.versions()
        if now == self._versions:
            return
        for project, version in now.items():
            before = self._versions.get(project)
            if before is None:
                self._say(f"loaded {project}")
            elif before != version:
                self._say(f"reloaded {project}, version {version}")
        for project in self._versions:
            if project not in now:
                self._say(f"unloaded {project}")
        self._versions = now

    def _say(self, text: str) -> None:
        self._console.print(Text(text, "bold blue"))

    def _look_at_diagnostics(self) -> None:
        now = {_key(d): d for d in self._host.diagnostics}
        if now.keys() == self._diagnostics.keys():
            return
        new = [d for key, d in now.items() if key not in self._diagnostics]
        print_diagnostics(self._console, new, self._host.folder)
        broken = {d.file for d in now.values()}
        for file in {d.file for d in self._diagnostics.values()} - broken:
            self._console.print(Text(f"mended {file}", "green"))
        if any(d.severity == "error" for d in new):
            self._console.print(Text("the last good version keeps running", "dim"))
        self._diagnostics = now

    def _look_at_messages(self) -> None:
        new = [m for m in self._host.trace.messages if m.id > self._last]
        if new:
            self._last = new[-1].id
        self._open.extend(new)
        settled = [m for m in self._open if all(d.status in _ENDED for d in m.deliveries)]
        if not settled:
            return
        self._open = [m for m in self._open if m not in settled]
        people = people_of(self._host)
        for message in settled[:_MOST]:
            parent = (
                f"  (from delivery of {message.parent.message.handler})" if message.parent else ""
            )
            self._console.print(headline(message).append(parent, "dim"))
            for delivery in message.deliveries:
                self._console.print(delivery_line(delivery, people, "  "))
                for line in details(delivery, "      "):
                    self._console.print(line)
            for line in skipped_lines(message, people, "  "):
                self._console.print(line)
        if len(settled) > _MOST:
            self._console.print(Text(f"  … and {len(settled) - _MOST} messages more", "dim"))


def _key(diagnosis: Diagnosis) -> tuple[str, int, int, str, str]:
    d = diagnosis
    return d.file, d.line, d.column, d.rule, d.message
