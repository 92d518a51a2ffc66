"""`pilotlight send`: one message into a running host, or into a temporary one."""

import json
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from runtime import PilotlightError
from runtime.cli.attached import Attached, attached_for_run
from runtime.cli.caused import interrupted, looks_from_now
from runtime.cli.console import stderr, visible
from runtime.cli.hosting import open_host, print_header, print_log_of_run
from runtime.cli.links import link_options, running_here
from runtime.cli.options import (
    client_option,
    folder_or_here,
    host_options,
    json_option,
    load_config,
    projects_option,
)
from runtime.cli.problems import INTERRUPTED, Problem
from runtime.cli.run import HANDLER_FAILED
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
@link_options
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
    """Send one message and tell what it caused.

    Where you serve a gateway on this machine (for the projects here, if there is a projects/ here)
    and give no option that sets up a host, the message goes there; --url and --gateway name
    another. Otherwise a host is opened for this message, with the sessions of pilotlight.toml or
    of --client, and closed after it.

    Standard output has the list that sendMessage returned, one entry a line. Exit code 0; 2 usage;
    3 a handler failed, was stopped, or was missing; 4 there is no such gateway; 130 Ctrl-C.
    """
    own = {name: flags.pop(name) for name in ("name", "profile", "tier", "no_cache")}
    given = folder is not None or bool(clients) or any(own.values())
    folder = folder_or_here(folder)
    running = running_here(flags, folder, given)
    console = stderr()
    host: Any
    if running is not None:
        host = attached_for_run(running, "gateway", None, console)
    else:
        host = open_host(folder, load_config(folder, clients, **own), watch=False)
    try:
        if not isinstance(host, Attached):
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
        look = looks_from_now(host)
        try:
            entries = _gateway(host).system.util.sendMessage(project, handler, payload, **filters)
            rested = host.drain(timeout=wait)
        except (PilotlightError, ValueError, TypeError) as error:
            raise Problem(str(error)) from error
        except KeyboardInterrupt:
            interrupted(console, host, look)
            raise SystemExit(INTERRUPTED) from None
        caused = look()
        caused.tell(console)
        if not rested:
            caused.tell_rest(console, wait)
        code = HANDLER_FAILED if caused.wrong or not rested else 0
        if as_json:
            document = {
                "profile": host.profile,
                "exit_code": code,
                "entries": list(entries),
                **caused.document(),
            }
            click.echo(json.dumps(document, indent=2))
        else:
            for entry in entries:
                click.echo(visible(entry))
    finally:
        host.close(timeout=0.0)
    raise SystemExit(code)


def _gateway(host: Any) -> Any:
    return host.place if isinstance(host, Attached) else host.gateway
