"""`pilotlight trace` and `logs`: what happened in a running host, and what happens now."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.text import Text

from runtime.cli.console import stderr, stdout
from runtime.cli.hosting import print_record
from runtime.cli.links import as_json, link_options, tool
from runtime.cli.options import json_option
from runtime.cli.story import Story, as_document, delivery_line, details, headline, skipped_lines
from runtime.links import queries
from runtime.links.tool import Tool
from runtime.links.views import LogView, messages_of
from runtime.message import Identity


@click.command()
@click.option("--message", "wanted", type=click.IntRange(min=1), help="One message's whole story.")
@click.option("--follow", is_flag=True, help="Go on with what happens, until Ctrl-C.")
@click.option("--last", type=click.IntRange(min=0), default=20, show_default=True)
@click.option("--project", default="", help="Only messages of that project.")
@link_options
@json_option
def trace(wanted: int | None, follow: bool, last: int, project: str, **options: Any) -> None:
    """Show the newest messages of a running host: who received them, who did not, what came of it.

    With --json one document; with --follow too, one document a line.
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
        if json_wanted:
            click.echo(json.dumps(as_document(messages), indent=2))
            return
        console = stdout()
        people = {who.id: who.identity() for who in found.people}
        if wanted is not None:
            for line in Story(messages, people, whole=True).lines():
                console.print(line)
            return
        for message in messages:
            _print_message(console, message, people, message.parent)


def _follow_trace(link: Tool, last: int, project: str, json_wanted: bool) -> None:
    console, notes = stdout(), stderr()
    people = {who.id: who.identity() for who in link.ask("sessions")}
    try:
        for view, missed in link.follow("trace", last):
            if missed:
                notes.print(Text(f"… {missed} messages were left out", "yellow"))
            if project not in ("", view.project):
                continue
            message = messages_of([view])[0]
            if json_wanted:
                click.echo(json.dumps(as_document([message])[0]))
                continue
            if any(d.receiver not in people and d.receiver != "Gateway" for d in view.deliveries):
                people = {who.id: who.identity() for who in link.ask("sessions")}
            _print_message(console, message, people, view.parent)
    except KeyboardInterrupt:
        return


def _print_message(
    console: Console, message: Any, people: Mapping[str, Identity], parent: object
) -> None:
    number = Text(f"{message.id:>6} ", "dim")
    cause = f"  (caused by delivery {getattr(parent, 'id', parent)})" if parent else ""
    console.print(number.append_text(headline(message)).append(cause, "dim"))
    for delivery in message.deliveries:
        console.print(delivery_line(delivery, people, "         "))
        for line in details(delivery, "             "):
            console.print(line)
    for line in skipped_lines(message, people, "         "):
        console.print(line)


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
                    stderr().print(Text(f"… {missed} lines were left out", "yellow"))
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
