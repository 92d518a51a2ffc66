"""What a script or a message caused: told, and judged by the counters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from runtime import Counters, Identity, Message, ScriptHost
from runtime.cli.console import counted
from runtime.cli.document import as_document
from runtime.cli.hosting import people_of
from runtime.cli.story import Story, went_wrong

if TYPE_CHECKING:
    from runtime.cli.attached import Attached


@dataclass
class Caused:
    """All messages of one run.

    Args:
        messages: those that are known one by one.
        people: session id -> who that is or was.
        before, after: counters whose difference is what the run caused; exact where the messages
            are not all here.
        left_out: messages that are not here, though the gateway has them.
        forgotten: messages of that time, of whomever, that the trace has forgotten.
    """

    messages: list[Message]
    people: Mapping[str, Identity]
    before: Counters
    after: Counters
    left_out: int = 0
    forgotten: int = 0

    @property
    def wrong(self) -> bool:
        """Whether any delivery did not come to a good end."""
        return went_wrong(self.before, self.after)

    @property
    def unsettled(self) -> int:
        """How many deliveries have not come to an end."""
        return self.after.queued + self.after.running

    def tell(self, console: Console) -> None:
        """Print the story."""
        for line in Story(self.messages, self.people, left_out=self.left_out).lines():
            console.print(line)
        if self.forgotten:
            many = counted(self.forgotten, "message")
            console.print(
                Text(
                    f"{many} of this time, of whomever, left the trace before they were told "
                    "(limits.trace); the exit code goes by everything delivered meanwhile",
                    "yellow",
                )
            )

    def tell_rest(self, console: Console, wait: float) -> None:
        """Print that it had not ended in time."""
        left = counted(self.unsettled, "delivery")
        console.print(Text(f"{left} had not ended after {wait:g} s", "bold red"))

    def document(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "messages": as_document(self.messages, self.people),
            "left_out": self.left_out,
            "forgotten": self.forgotten,
        }


def looks_from_now(host: ScriptHost | Attached) -> Callable[[], Caused]:
    """Begin a story; gives what tells it as it stands.

    Args:
        host: of the command's own, or one it is attached to.
    """
    if not isinstance(host, ScriptHost):
        host.begin()
        return host.caused
    trace = host.trace
    last = max((message.id for message in trace.messages), default=0)
    before = trace.counters

    def look() -> Caused:
        kept = trace.messages
        messages = [message for message in kept if message.id > last]
        full = len(kept) >= host.config.trace
        # Ids count up by one: in a full trace whatever lies between has been forgotten.
        forgotten = messages[0].id - last - 1 if full and messages else 0
        people = people_of(host)
        return Caused(messages, people, before, trace.counters, forgotten=forgotten)

    return look


def interrupted(console: Console, host: ScriptHost | Attached, look: Callable[[], Caused]) -> None:
    """Tell the story so far after Ctrl-C, and what becomes of the rest."""
    look().tell(console)
    what = (
        "this command's own host ends here, with all that it had not run yet"
        if isinstance(host, ScriptHost)
        else "what was sent goes on in the gateway (pilotlight trace)"
    )
    console.print(Text(f"interrupted; {what}", "bold yellow"))
