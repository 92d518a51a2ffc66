"""The story of a run: who received each message, who did not and why, and what came of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.text import Text

from runtime.cli.console import counted, visible
from runtime.message import Delivery, Identity, Message, Status
from runtime.routing import why_not

_MARKS: dict[Status, tuple[str, str]] = {
    "queued": ("…", "yellow"),
    "running": ("…", "yellow"),
    "done": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "stopped": ("✗", "bold red"),
    "killed": ("✗", "bold red"),
    "no_handler": ("✗", "red"),
    "undelivered": ("✗", "red"),
    "unknown": ("?", "yellow"),
    "rejected": ("✗", "red"),
}

_WRONG: frozenset[Status] = frozenset(
    {"failed", "stopped", "killed", "no_handler", "undelivered", "unknown", "rejected"}
)

_LONGEST = 2_000
"""Characters of printed text shown a delivery; the rest is in the handler's log."""


class Story:
    """Tells messages in the order they were sent, nested ones under the delivery that sent them.

    Args:
        messages: all messages of the run.
        people: session id -> who that is, for reading.
    """

    def __init__(self, messages: Iterable[Message], people: Mapping[str, Identity]) -> None:
        self._people = people
        self._top: list[Message] = []
        self._caused: dict[int, list[Message]] = {}
        for message in messages:
            if message.parent is None:
                self._top.append(message)
            else:
                self._caused.setdefault(id(message.parent), []).append(message)

    def lines(self) -> Iterable[Text]:
        """One line of text at a time, indented and styled."""
        for message in self._top:
            yield from self._message(message, "")

    def _message(self, message: Message, indent: str) -> Iterable[Text]:
        yield headline(message, indent)
        for delivery in message.deliveries:
            yield delivery_line(delivery, self._people, indent + "  ")
            inner = indent + "      "
            yield from details(delivery, inner)
            for caused in self._caused.get(id(delivery), ()):
                yield from self._message(caused, inner)
        yield from skipped_lines(message, self._people, indent + "  ")


def went_wrong(messages: Iterable[Message]) -> bool:
    """Whether a delivery of these messages did not come to a good end."""
    return any(d.status in _WRONG for message in messages for d in message.deliveries)


def unsettled(messages: Iterable[Message]) -> list[Delivery]:
    """The deliveries that have not come to an end."""
    return [d for m in messages for d in m.deliveries if d.status in ("queued", "running")]


def headline(message: Message, indent: str = "") -> Text:
    """What was sent, to which scope, by whom; or which event script ran."""
    name = f"{message.project}/{message.handler}"
    if message.event is not None:
        return Text.assemble(indent, "• ", (name, "bold magenta"), ("  event", "dim"))
    chosen = message.filter
    filters = [
        f"{name}={value}"
        for name, value in (
            ("clientSessionId", chosen.client_session_id),
            ("user", chosen.user),
            ("hasRole", chosen.has_role),
            ("hostName", chosen.host_name),
        )
        if value
    ]
    detail = ", ".join([f"scope {message.scope}", *filters, f"from {message.sender}"])
    return Text.assemble(indent, "→ ", (name, "bold cyan"), (f"  {detail}", "dim"))


def skipped_lines(
    message: Message, people: Mapping[str, Identity], indent: str = ""
) -> Iterable[Text]:
    """Who was not selected and why, and why nobody was."""
    if "C" not in message.scope and message.skipped:
        # The same reason for everybody: one line says it.
        clients = counted(len(message.skipped), "client")
        yield Text(f"{indent}- {clients}  not selected: {_scope_only(message)}", "dim")
    for reason in why_not(message) if "C" in message.scope else ():
        session, _, why = reason.partition(": ")
        yield Text(f"{indent}- {who(session, people)}  not selected: {why}", "dim")
    if message.note:
        yield Text(f"{indent}! {message.note}", "yellow")
    elif not message.deliveries:
        yield Text(f"{indent}! nobody received it", "yellow")


def _scope_only(message: Message) -> str:
    return next(iter(why_not(message))).partition(": ")[2]


def delivery_line(delivery: Delivery, people: Mapping[str, Identity], indent: str = "") -> Text:
    """Who received it and how it ended."""
    mark, style = _MARKS[delivery.status]
    line = Text.assemble(
        indent, (mark, style), " ", who(delivery.receiver, people), "  ", (delivery.status, style)
    )
    if delivery.duration is not None:
        line.append(f"  {delivery.duration * 1000:.1f} ms", "dim")
    if delivery.error and not delivery.traceback:
        line.append(f"  {delivery.error}", style)
    return line


def details(delivery: Delivery, indent: str) -> Iterable[Text]:
    """What it printed, and its traceback."""
    printed = delivery.output
    if printed:
        shown = printed[:_LONGEST]
        for text in shown.rstrip("\n").split("\n"):
            yield Text.assemble(indent, ("│ ", "dim"), visible(text))
        if len(printed) > len(shown):
            yield Text.assemble(indent, (f"│ … {len(printed) - len(shown)} characters more", "dim"))
    if delivery.traceback:
        for text in delivery.traceback.rstrip("\n").split("\n"):
            yield Text.assemble(indent, (visible(text), "red"))


def who(receiver: str, people: Mapping[str, Identity]) -> str:
    """`Gateway`, or a session with its user and host."""
    person = people.get(receiver)
    if person is None:
        return receiver
    place = "@".join(part for part in (person.user, person.host_name) if part)
    return f"{receiver} {place}".rstrip()


def as_document(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """The same for programs: one object a message, its deliveries inside."""
    return [
        {
            "id": message.id,
            "project": message.project,
            "handler": message.handler,
            "scope": message.scope,
            "sender": message.sender,
            "parent": message.parent.id if message.parent else None,
            "entries": list(message.entries),
            "note": message.note,
            "skipped": list(why_not(message)),
            "deliveries": [
                {
                    "id": delivery.id,
                    "receiver": delivery.receiver,
                    "status": delivery.status,
                    "seconds": delivery.duration,
                    "error": delivery.error,
                    "traceback": delivery.traceback,
                    "output": delivery.output,
                }
                for delivery in message.deliveries
            ],
        }
        for message in messages
    ]
