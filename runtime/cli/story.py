"""The story of a run: who received each message, who did not and why, and what came of it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from time import perf_counter, time
from types import MappingProxyType

from rich.text import Text

from runtime.cli.console import counted, cut, visible, visible_text
from runtime.message import Delivery, Identity, Message, Status
from runtime.routing import why_not, why_selected
from runtime.trace import Counters

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

WRONG: tuple[Status, ...] = (
    "failed",
    "stopped",
    "killed",
    "no_handler",
    "undelivered",
    "unknown",
    "rejected",
)
"""How a delivery ends, or is refused, that did not do what it was sent for."""

MOST = 500
"""Messages that a story tells; a longer one nobody reads."""

_MOST_FAULTS = 20

_DEEPEST = 8
"""Levels of indentation."""

_Part = Text | tuple[Message, int]

_LONGEST = 2_000
"""Characters of printed text shown a delivery; the rest is in the handler's log."""

_LONGEST_TRACEBACK = 20_000

_LONGEST_LINE = 1_000
"""Characters of whatever stands in one line."""

NOBODY: Mapping[str, Identity] = MappingProxyType({})


class Story:
    """Tells messages in the order they were sent, nested ones under the delivery that sent them.

    Args:
        messages: all messages of the run.
        people: session id -> who that is, for reading.
        payloads: message id -> what its handlers got, empty where the host let go of it. Given
            at all, the whole story is told: when each was sent and why each receiver was selected.
        left_out: how many messages belong to it that are not here.
    """

    def __init__(
        self,
        messages: Iterable[Message],
        people: Mapping[str, Identity],
        payloads: Mapping[int, str] | None = None,
        left_out: int = 0,
    ) -> None:
        self._all = messages = list(messages)
        self._people = people
        self._payloads = payloads
        self._left_out = left_out
        self._top: list[Message] = []
        self._caused: dict[int, list[Message]] = {}
        known = {delivery.id for message in messages for delivery in message.deliveries}
        for message in messages:
            # One whose cause has left the trace is told on its own.
            if message.parent is None or message.parent.id not in known:
                self._top.append(message)
            else:
                self._caused.setdefault(message.parent.id, []).append(message)

    def lines(self) -> Iterator[Text]:
        """One line of text at a time, indented and styled.

        Handlers may send to each other without end, so nothing here is recursive.
        """
        told: set[int] = set()
        stack = [self._parts_of(self._top, 0)]
        while stack:
            part = next(stack[-1], None)
            if part is None:
                stack.pop()
            elif isinstance(part, Text):
                yield part
            elif len(told) < MOST:
                message, depth = part
                told.add(message.id)
                stack.append(self._parts(message, depth))
        untold = [message for message in self._all if message.id not in told]
        if untold:
            more = counted(len(untold), "message")
            yield Text(f"… and {more} more, which --json has", "yellow")
            yield from self._faults(untold)
        if self._left_out:
            left = counted(self._left_out, "message")
            yield Text(f"… and {left} more that did not fit into the answer", "yellow")

    def _faults(self, messages: Iterable[Message]) -> Iterator[Text]:
        """What went wrong among messages that are not told."""
        wrong = ((m, d) for m in messages for d in m.deliveries if d.status in WRONG)
        for message, delivery in islice(wrong, _MOST_FAULTS):
            yield headline(message, people=self._people)
            yield delivery_line(delivery, self._people, "  ")
            yield from details(delivery, "      ")

    @staticmethod
    def _parts_of(messages: Iterable[Message], depth: int) -> Iterator[_Part]:
        for message in messages:
            yield message, depth

    def _parts(self, message: Message, depth: int) -> Iterator[_Part]:
        """The lines of a message, and, at their places, the messages that it caused."""
        indent = "      " * min(depth, _DEEPEST)
        yield headline(message, indent, self._people)
        if self._payloads is not None:
            yield from self._sending(message, indent + "  ")
        for delivery in message.deliveries:
            yield delivery_line(delivery, self._people, indent + "  ")
            if self._payloads is not None and message.event is None:
                why = visible(why_selected(message, delivery.receiver))
                yield Text(f"{indent}      selected: {why}", "dim")
            yield from details(delivery, indent + "      ")
            yield from self._parts_of(self._caused.get(delivery.id, ()), depth + 1)
        yield from skipped_lines(message, self._people, indent + "  ")

    def _sending(self, message: Message, indent: str) -> Iterator[Text]:
        assert self._payloads is not None
        yield Text(f"{indent}sent {sent_at(message):%Y-%m-%d %H:%M:%S.%f}"[:-3], "dim")
        if message.parent is not None and message in self._top:
            yield Text(f"{indent}{caused_by(message.parent, self._people)}", "dim")
        if message.event is None:
            payload = self._payloads.get(message.id)
            kept = visible(payload) if payload else "no longer kept: it was handed over"
            yield Text(f"{indent}payload: {kept}", "dim")


def sent_at(message: Message) -> datetime:
    """When it was sent, in local time."""
    return datetime.fromtimestamp(time() - (perf_counter() - message.sent_at))


def caused_by(parent: Delivery, people: Mapping[str, Identity]) -> str:
    """Which handler sent a message, and where that one ran."""
    cause = parent.message
    name = visible(f"{cause.project}/{cause.handler}")
    return f"caused by #{cause.id} {name} on {who(parent.receiver, people)}"


def unsettled(messages: Iterable[Message]) -> list[Delivery]:
    """The deliveries that have not come to an end."""
    return [d for m in messages for d in m.deliveries if d.status in ("queued", "running")]


def went_wrong(before: Counters, after: Counters) -> bool:
    """Whether any delivery between two readings did not come to a good end.

    By the counters, which are exact where the trace has forgotten.
    """
    return any(getattr(after, status) > getattr(before, status) for status in WRONG)


def headline(
    message: Message, indent: str = "", people: Mapping[str, Identity] = NOBODY
) -> Text:
    """What was sent, to which scope, by whom; or which event script ran; and its number."""
    name = visible(f"{message.project}/{message.handler}")
    number = (f"  #{message.id}", "dim")
    if message.event is not None:
        return Text.assemble(indent, "• ", (name, "bold magenta"), ("  event", "dim"), number)
    chosen = message.filter
    servers = [d.receiver.partition(" ")[2] for d in message.deliveries if is_server(d.receiver)]
    filters = [
        f"{key}={visible(value)}"
        for key, value in (
            ("clientSessionId", chosen.client_session_id),
            ("user", chosen.user),
            ("hasRole", chosen.has_role),
            ("hostName", chosen.host_name),
            ("remoteServers", f"[{', '.join(servers)}]" if servers else ""),
        )
        if value
    ]
    if any(delivery.wants_result for delivery in message.deliveries):
        filters.insert(0, "a request")
    sender = who(message.sender, people)
    detail = ", ".join([f"scope {message.scope}", *filters, f"from {sender}"])
    return Text.assemble(
        indent, "→ ", (name, "bold cyan"), (f"  {cut(detail, _LONGEST_LINE)}", "dim"), number
    )


def is_server(receiver: str) -> bool:
    """Whether a delivery's receiver is another gateway."""
    return receiver.startswith("RemoteServer ")


def skipped_lines(
    message: Message, people: Mapping[str, Identity], indent: str = ""
) -> Iterable[Text]:
    """Who was not selected and why, and why nobody was."""
    if "C" not in message.scope and message.skipped:
        # The same reason for everybody: one line says it.
        clients = counted(len(message.skipped), "client")
        yield Text(f"{indent}- {clients}  not selected: {_scope_only(message)}", "dim")
    # Who it was at the sending is in the message itself, whoever has left since.
    then = {**people, **{who.id: who for who in message.skipped}}
    for reason in why_not(message) if "C" in message.scope else ():
        session, _, why = reason.partition(": ")
        why = cut(visible(why), _LONGEST_LINE)
        yield Text(f"{indent}- {who(session, then)}  not selected: {why}", "dim")
    if message.note:
        yield Text(f"{indent}! {cut(visible(message.note), _LONGEST_LINE)}", "yellow")
    elif not message.deliveries:
        yield Text(f"{indent}! nobody received it", "yellow")


def _scope_only(message: Message) -> str:
    return visible(next(iter(why_not(message))).partition(": ")[2])


def delivery_line(delivery: Delivery, people: Mapping[str, Identity], indent: str = "") -> Text:
    """Who received it and how it ended."""
    mark, style = _MARKS[delivery.status]
    line = Text.assemble(
        indent, (mark, style), " ", who(delivery.receiver, people), "  ", (delivery.status, style)
    )
    if delivery.duration is not None:
        line.append(f"  {delivery.duration * 1000:.1f} ms", "dim")
    if delivery.error and not delivery.traceback:
        line.append(f"  {cut(visible(delivery.error), _LONGEST_LINE)}", style)
    return line


def details(delivery: Delivery, indent: str) -> Iterable[Text]:
    """What it printed and returned, and its traceback."""
    printed = delivery.output
    if printed:
        shown = printed[:_LONGEST]
        for text in shown.rstrip("\n").split("\n"):
            yield Text.assemble(indent, ("│ ", "dim"), visible(text))
        if len(printed) > len(shown):
            yield Text.assemble(indent, (f"│ … {len(printed) - len(shown)} characters more", "dim"))
    if delivery.returned:
        yield Text.assemble(indent, ("⏎ ", "dim"), visible(delivery.returned))
    if delivery.traceback:
        for text in traceback_lines(delivery.traceback):
            yield Text.assemble(indent, (text, "red"))


def traceback_lines(traceback: str) -> Iterator[str]:
    """A script's traceback as a terminal may have it, bounded."""
    for text in cut(visible_text(traceback.rstrip("\n")), _LONGEST_TRACEBACK).split("\n"):
        yield cut(text, _LONGEST_LINE)


def who(receiver: str, people: Mapping[str, Identity]) -> str:
    """`Gateway`, or a session with its user and host."""
    person = people.get(receiver)
    if person is None:
        return visible(receiver)
    place = "@".join(part for part in (person.user, person.host_name) if part)
    return visible(f"{receiver} {place}".rstrip())
