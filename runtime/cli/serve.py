"""`pilotlight serve`: a host until interrupted, with a live view of what happens in it."""

from pathlib import Path
from typing import Any

import click
from rich.text import Text

from runtime import ScriptHost
from runtime.cli.console import lasting_stderr
from runtime.cli.ending import Ending
from runtime.cli.hosting import open_host, print_header
from runtime.cli.jsonlog import JsonLog
from runtime.cli.live import LiveView
from runtime.cli.options import FOLDER, client_option, host_options, load_config
from runtime.cli.problems import Problem
from runtime.config import ClientConfig
from runtime.links import LinkServer, ServerRefusal

_LOOK_SECONDS = 0.1


def listening(host: ScriptHost) -> str:
    """Let other processes attach; gives the URL.

    Raises:
        Problem: the host cannot listen with this configuration, and why.
    """
    try:
        return LinkServer.start(host).url
    except ServerRefusal as error:
        raise Problem(str(error)) from error


@click.command()
@click.argument("folder", type=FOLDER, metavar="DIR", default=".")
@client_option
@host_options
@click.option(
    "--deadline", type=click.FloatRange(min=0.001), help="Stop a message handler after SECONDS."
)
@click.option(
    "--listen", metavar="HOST:PORT", help="Where to listen; port 0 is any free one (the default)."
)
@click.option("--no-listen", is_flag=True, help="Let nothing attach.")
@click.option(
    "--log-format",
    type=click.Choice(["view", "json"]),
    default="view",
    show_default=True,
    help="The live view for people, or start, deliveries, log and end as JSON, one a line.",
)
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=5.0,
    show_default=True,
    help="Seconds that running handlers get at shutdown.",
)
def serve(
    folder: Path,
    clients: tuple[ClientConfig, ...],
    no_listen: bool,
    log_format: str,
    grace: float,
    **flags: Any,
) -> None:
    """Run the projects in DIR until interrupted (Ctrl-C, SIGTERM, SIGHUP).

    The view shows loads, reloads, diagnostics with their source, deliveries and script logs as
    they happen; when nobody reads it any more, the host goes on in silence. Scripts run in locked
    worker processes unless told --tier thread.

    Clients, designers and tools of the same user on this machine find the host by themselves; to
    be reached from other machines it needs TLS and users (docs/clients.md).
    """
    if flags.get("tier") is None and load_config(folder).tier is None:
        flags["tier"] = "process"
    config = load_config(folder, clients, **flags)
    console = lasting_stderr()
    with Ending(console) as ending:
        host = open_host(folder, config, watch=True)
        view: LiveView | JsonLog = (
            LiveView(console, host, folder) if log_format == "view" else JsonLog(console, host)
        )
        serving = False
        try:
            url = "" if no_listen else listening(host)
            serving = True
            if isinstance(view, JsonLog):
                view.begin(url)
            else:
                print_header(console, host, folder)
                if url:
                    console.print(Text(f"attach at {url}", "dim"))
                console.print(Text("serving; Ctrl-C ends", "dim"))
            while not ending.wait(_LOOK_SECONDS):
                view.look()
            if log_format == "view":
                console.print(Text("shutting down", "dim"))
        finally:
            report = ending.close(host, grace if serving else 0.0)
            if serving:
                view.look()
                view.conclude(report)
