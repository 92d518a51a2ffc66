"""`pilotlight send`: one message into a temporary host."""

import json
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from runtime import Counters, PilotlightError
from runtime.cli.console import counted, stderr
from runtime.cli.hosting import open_host, people_of, print_header, print_log_of_run
from runtime.cli.options import (
    client_option,
    folder_or_here,
    host_options,
    json_option,
    load_config,
    projects_option,
)
from runtime.cli.run import HANDLER_FAILED
from runtime.cli.story import Story, as_document, unsettled, went_wrong
from runtime.config import ClientConfig


class PayloadType(click.ParamType[dict[str, Any]]):
    """A JSON object."""

    name = "json"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        try:
            payload = json.loads(value)
        except json.JSONDecodeError as error:
            self.fail(f"not JSON: {error}", param, ctx)
        if not isinstance(payload, dict):
            self.fail('a payload is a JSON object, as in {"first": "Hello"}', param, ctx)
        return payload


@click.command()
@projects_option
@click.option("--project", required=True, help="The project of the handler.")
@click.option("--handler", required=True, help="The message handler.")
@click.option("--payload", type=PayloadType(), default="{}", metavar="JSON", help="An object.")
@click.option("--scope", help="C, G or CG (8.x: S too). Default as in sendMessage.")
@click.option("--client-session-id", help="Only the client session of that id.")
@click.option("--user", help="Only clients where that user is logged in.")
@click.option("--has-role", help="Only clients whose user has that role.")
@click.option("--host-name", help="Only the client on that host.")
@click.option("--remote-server", "remote_servers", multiple=True, help="Repeat it for more.")
@client_option
@host_options
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="Seconds to wait for what the message causes.",
)
@json_option
def send(
    folder: Path | None,
    project: str,
    handler: str,
    payload: dict[str, Any],
    scope: str | None,
    client_session_id: str | None,
    user: str | None,
    has_role: str | None,
    host_name: str | None,
    remote_servers: tuple[str, ...],
    clients: tuple[ClientConfig, ...],
    wait: float,
    as_json: bool,
    **flags: Any,
) -> None:
    """Send one message into a temporary host and tell what it caused.

    The host is opened for this message, with the sessions of pilotlight.toml or of --client, and
    closed after it: a host that `pilotlight serve` runs does not see the message.

    Standard output has the list that sendMessage returned, one entry a line. Exit code 0; 2 usage;
    3 a handler failed, was stopped, or was missing.
    """
    folder = folder_or_here(folder)
    config = load_config(folder, clients, **flags)
    console = stderr()
    host = open_host(folder, config, watch=False)
    try:
        host.logbook.listen(lambda record: print_log_of_run(console, record))
        console.print(Text("temporary host: it exists for this message only", "yellow"))
        print_header(console, host, folder)
        filters = {
            "scope": scope,
            "clientSessionId": client_session_id,
            "user": user,
            "hasRole": has_role,
            "hostName": host_name,
            "remoteServers": list(remote_servers) or None,
        }
        try:
            entries = host.gateway.system.util.sendMessage(project, handler, payload, **filters)
        except (PilotlightError, ValueError, TypeError) as error:
            raise click.UsageError(str(error)) from error
        rested = host.drain(timeout=wait)
        messages = host.trace.messages
        for line in Story(messages, people_of(host)).lines():
            console.print(line)
        if not rested:
            left = counted(len(unsettled(messages)), "delivery")
            console.print(Text(f"{left} had not ended after {wait:g} s", "bold red"))
        code = HANDLER_FAILED if went_wrong(Counters(), host.trace.counters) or not rested else 0
        if as_json:
            document = {
                "profile": host.profile,
                "exit_code": code,
                "entries": list(entries),
                "messages": as_document(messages),
            }
            click.echo(json.dumps(document, indent=2))
        else:
            for entry in entries:
                click.echo(entry)
    finally:
        host.close(timeout=0.0)
    raise SystemExit(code)
