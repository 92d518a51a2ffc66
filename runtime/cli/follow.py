"""`pilotlight trace` and `logs`: what happened in a running host, and what happens now."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.text import Text

from runtime.cli.console import counted, stderr, stdout, visible
from runtime.cli.document import as_document
from runtime.cli.hosting import print_record
from runtime.cli.links import as_json, link_options, tool
from runtime.cli.options import json_option
from runtime.cli.story import (
    Story,
    caused_by,
    delivery_line,
    details,
    headline,
    sent_at,
    skipped_lines,
)
from runtime.links import queries
from runtime.links.stories import StoryView
from runtime.links.tool import Tool
from runtime.links.views import LogView, messages_of
from runtime.message import Identity, Message
from runtime.suggest import nearest


@click.command()
@click.option("--message", "wanted", type=click.IntRange(min=1), help="One message's whole story.")
@click.option("--follow", is_flag=True, help="Go on with what happens, until Ctrl-C.")
@click.option("--last", type=click.IntRange(min=0), default=20, show_default=True)
@click.option("--project", default="", help="Only messages of that project.")
@link_options
@json_option
def trace(wanted: int | None, follow: bool, last: int, project: str, **options: Any) -> None:
    """Show the newest messages of a running host: who received them, who did not, what came of it.

    `#12` is a message's number, for --message. With --json one document; with --follow too, one
    document a line.
    """
    json_wanted = options.pop("as_json")
    if follow and wanted:
        raise click.UsageError("--message shows one message; --follow has no end")
    with tool(options) as link:
        if follow:
            _follow_trace(link, last, project, json_wanted)
            return
        if wanted is not None:
            found = link.ask("message", queries.OneMessage(wanted))
        else:
            found = link.ask("messages", queries.Messages(max(last, 1), project))
        messages = messages_of(found.messages)
        people = {who.id: who.identity() for who in found.people}
        payloads = {view.id: view.payload for view in found.messages}
        if json_wanted:
            given = payloads if wanted is not None else None
            click.echo(json.dumps(as_document(messages, people, given), indent=2))
        elif wanted is not None:
            for line in Story(messages, people, payloads, found.left_out).lines():
                stdout().print(line)
        else:
            for message in messages:
                _print_message(stdout(), message, people)
        _print_left_out(link, found, project, json_wanted or wanted is None)


def _print_left_out(link: Tool, found: StoryView, project: str, untold: bool) -> None:
    """Say why there is nothing, or not everything."""
    notes = stderr()
    if untold and found.left_out:
        left = counted(found.left_out, "message")
        notes.print(Text(f"… {left} more did not fit into the answer", "yellow"))
    if not found.messages:
        known = link.ask("status").projects if project else ()
        hint = nearest(project, known) if project not in known else ""
        of = f' of project "{visible(project)}"' if project else ""
        notes.print(Text(f"there are no messages{of} in the trace{hint}", "dim"))


def _follow_trace(link: Tool, last: int, project: str, json_wanted: bool) -> None:
    console, notes = stdout(), stderr()
    found = link.ask("messages", queries.Messages(max(last, 1), project))
    people = {who.id: who.identity() for who in found.people}
    try:
        for view, missed in link.follow("trace", last):
            if missed:
                left = counted(missed, "message")
                notes.print(Text(f"… {left} left out: too many, or read too slowly", "yellow"))
            if view is None or project not in ("", view.project):
                continue
            message = messages_of([view])[0]
            if not _named(message) <= people.keys():
                people |= {who.id: who.identity() for who in link.ask("sessions")}
            if json_wanted:
                click.echo(json.dumps(as_document([message], people)[0]))
            else:
                _print_message(console, message, people)
    except KeyboardInterrupt:
        return


def _named(message: Message) -> set[str]:
    named = {message.sender, *(d.receiver for d in message.deliveries)}
    return {name for name in named if name != "Gateway" and " " not in name}


def _print_message(console: Console, message: Message, people: Mapping[str, Identity]) -> None:
    line = Text(f"{sent_at(message):%H:%M:%S.%f}"[:-3] + " ", "dim")
    line.append_text(headline(message, people=people))
    if message.parent is not None:
        line.append(f"  ({caused_by(message.parent, people)})", "dim")
    console.print(line)
    for delivery in message.deliveries:
        console.print(delivery_line(delivery, people, "         "))
        for text in details(delivery, "             "):
            console.print(text)
    for text in skipped_lines(message, people, "         "):
        console.print(text)


@click.command()
@click.option("--follow", is_flag=True, help="Go on with what is logged, until Ctrl-C.")
@click.option("--last", type=click.IntRange(min=0), default=50, show_default=True)
@link_options
@json_option
def logs(follow: bool, last: int, **options: Any) -> None:
    """Show the newest lines that a running host and its scripts logged.

    With --json one document; with --follow too, one document a line.
    """
    json_wanted = options.pop("as_json")
    console = stdout()
    with tool(options) as link:
        if not follow:
            found = link.ask("logs", queries.Logs(max(last, 1)))
            if json_wanted:
                click.echo(as_json(found))
                return
            for view in found:
                _print_line(console, view)
            return
        try:
            for view, missed in link.follow("logs", last):
                if missed:
                    left = counted(missed, "line")
                    notes = f"… {left} left out: too many, or read too slowly"
                    stderr().print(Text(notes, "yellow"))
                if view is None:
                    continue
                if json_wanted:
                    click.echo(msgspec.json.encode(view).decode())
                else:
                    _print_line(console, view)
        except KeyboardInterrupt:
            return


def _print_line(console: Console, view: LogView) -> None:
    moment = datetime.fromtimestamp(view.time).strftime("%H:%M:%S.%f")[:-3]
    console.print(Text(f"{moment} ", "dim"), end="")
    print_record(console, view.record())
