"""`pilotlight serve`: a host until interrupted, with a live view of what happens in it."""

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import click
from rich.text import Text

from runtime import ScriptHost
from runtime.cli.console import stderr
from runtime.cli.hosting import open_host, print_header
from runtime.cli.live import JsonLog, LiveView
from runtime.cli.options import FOLDER, client_option, host_options, load_config
from runtime.config import ClientConfig
from runtime.links import LinkServer, ServerRefusal

_LOOK_SECONDS = 0.1


def listening(host: ScriptHost) -> str:
    """Let other processes attach; gives the URL.

    Raises:
        click.UsageError: the host cannot listen with this configuration, and why.
    """
    try:
        return LinkServer.start(host).url
    except ServerRefusal as error:
        raise click.UsageError(str(error)) from error


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
    help="The live view for people, or each line of log as JSON.",
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
    """Run the projects in DIR until interrupted (Ctrl-C, SIGTERM).

    The view shows loads, reloads, diagnostics with their source, deliveries and script logs as
    they happen. Scripts run in locked worker processes unless told --tier thread.

    Clients, designers and tools of the same user on this machine find the host by themselves; to
    be reached from other machines it needs TLS and users (docs/clients.md).
    """
    if flags.get("tier") is None and load_config(folder).tier is None:
        flags["tier"] = "process"
    config = load_config(folder, clients, **flags)
    console = stderr()
    stop = threading.Event()

    def interrupted(number: int, frame: FrameType | None) -> None:
        stop.set()

    previous = {
        number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        host = open_host(folder, config, watch=True)
        view = LiveView(console, host, folder) if log_format == "view" else JsonLog(console, host)
        try:
            if not no_listen:
                url = listening(host)
            if log_format == "view":
                print_header(console, host, folder)
                if not no_listen:
                    console.print(Text(f"attach at {url}", "dim"))
                console.print(Text("serving; Ctrl-C ends", "dim"))
            while not stop.wait(_LOOK_SECONDS):
                view.look()
            if log_format == "view":
                console.print(Text("shutting down", "dim"))
        finally:
            report = host.close(timeout=grace)
            view.look()
            view.conclude(report)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
