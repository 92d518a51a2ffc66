"""`pilotlight client`: a Client session in this process, on a running gateway."""

import signal
import socket
import threading
from types import FrameType
from typing import Any, Literal, cast

import click
from rich.text import Text

from runtime.cli.console import stderr
from runtime.cli.hosting import require_workers
from runtime.cli.links import UNREACHABLE, finder_of, link_options, reached
from runtime.cli.live import LiveView
from runtime.links import attach_client

_LOOK_SECONDS = 0.1


@click.command()
@click.option("--project", required=True, help="The project that the client runs.")
@click.option("--user", default="", help="Who is logged in; for the owner of the gateway.")
@click.option("--role", "roles", multiple=True, help="A role of that user; repeat it for more.")
@click.option(
    "--host-name", default=None, help="The host name it reports.  [default: this machine's]"
)
@click.option(
    "--tier",
    type=click.Choice(["process", "thread"]),
    default="process",
    show_default=True,
    help="Where its handlers run: in a locked worker, or in this process.",
)
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=5.0,
    show_default=True,
    help="Seconds that running handlers get at the end.",
)
@link_options
def client(
    project: str,
    user: str,
    roles: tuple[str, ...],
    host_name: str | None,
    tier: str,
    grace: float,
    **options: Any,
) -> None:
    """Open a Client session of a running gateway and run its Client handlers here (Ctrl-C ends).

    The project's Client handlers and libraries come from the gateway, and are replaced when they
    are saved there. After a short cut of the link the session goes on; `--login` users have the
    roles that the gateway knows.

    Exit code 0; 4 there is no gateway, it does not let this in, or it ended the session.
    """
    require_workers(tier)
    stop = threading.Event()

    def interrupted(number: int, frame: FrameType | None) -> None:
        stop.set()

    console = stderr()
    with reached():
        host = attach_client(
            project,
            user=user,
            roles=roles,
            host_name=socket.gethostname() if host_name is None else host_name,
            tier=cast(Literal["thread", "process"], tier),
            find=finder_of(options),
        )
    previous = {
        number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        welcome = host.link.welcome
        who = f", {welcome.user} ({', '.join(welcome.roles)})" if welcome.user else ""
        console.print(
            Text(
                f"client session {welcome.session} of {project} on gateway {welcome.gateway}, "
                f"profile {welcome.profile}, tier {host.tier}{who}; Ctrl-C ends",
                "dim",
            )
        )
        view = LiveView(console, host, None)
        while not stop.wait(_LOOK_SECONDS) and not host.ended.is_set():
            view.look()
    finally:
        report = host.close(timeout=grace)
        view.look()
        view.conclude(report)
        for number, handler in previous.items():
            signal.signal(number, handler)
    if host.ended.is_set() and not stop.is_set():
        raise SystemExit(UNREACHABLE)
