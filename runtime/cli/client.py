"""`pilotlight client`: a Client session in this process, on a running gateway."""

import socket
from typing import Any, Literal, cast

import click
from rich.text import Text

from runtime.cli.console import lasting_stderr, visible
from runtime.cli.ending import Ending
from runtime.cli.hosting import require_workers
from runtime.cli.links import finder_of, link_options, reached
from runtime.cli.live import LiveView
from runtime.cli.problems import UNREACHABLE
from runtime.links import LinkedHost, attach_client

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
    console = lasting_stderr()
    with reached():
        host = attach_client(
            project,
            user=user,
            roles=roles,
            host_name=socket.gethostname() if host_name is None else host_name,
            tier=cast(Literal["thread", "process"], tier),
            find=finder_of(options),
        )
    with Ending(console) as ending:
        view = LiveView(console, host, None)
        try:
            console.print(Text(_banner(host, project), "dim"))
            while not ending.wait(_LOOK_SECONDS) and not host.ended.is_set():
                view.look()
        finally:
            report = ending.close(host, grace, host.link.close)
            view.look()
            view.conclude(report)
        if host.ended.is_set() and not ending.asked:
            raise SystemExit(UNREACHABLE)


def _banner(host: LinkedHost, project: str) -> str:
    welcome = host.link.welcome
    roles = f" ({', '.join(welcome.roles)})" if welcome.roles else ""
    who = f", {welcome.user}{roles}" if welcome.user else ""
    return visible(
        f"client session {welcome.session} of {project} on gateway {welcome.gateway}, "
        f"profile {welcome.profile}, tier {host.tier}{who}; Ctrl-C ends"
    )
