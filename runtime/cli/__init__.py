"""The `pilotlight` command: one file a subcommand."""

from typing import Any

import click

from runtime.cli.check import check
from runtime.cli.client import client
from runtime.cli.config import config
from runtime.cli.console import version
from runtime.cli.designer import designer
from runtime.cli.follow import logs, trace
from runtime.cli.new import new
from runtime.cli.password import password, token
from runtime.cli.problems import INTERRUPTED
from runtime.cli.request import request
from runtime.cli.run import run
from runtime.cli.send import send
from runtime.cli.serve import serve
from runtime.cli.tools import handlers, kill, running, sessions, status
from runtime.cli.transfer import export_command, import_command


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Call a command; Ctrl-C ends it with the exit code that shells know."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            raise SystemExit(INTERRUPTED) from None


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version(), prog_name="pilotlight")
def main() -> None:
    """Run Ignition message handlers without a gateway.

    Projects lie in Ignition 8.3's folder layout. Exit codes: 0 all went well; 1 the script
    failed, or the check found errors; 2 usage, configuration, or the script does not compile; 3 a
    message handler failed; 4 no such running host, or it does not let you in; 130 Ctrl-C.
    """


for command in (
    run,
    serve,
    check,
    send,
    new,
    config,
    import_command,
    export_command,
    client,
    designer,
    status,
    sessions,
    handlers,
    running,
    kill,
    trace,
    logs,
    request,
    password,
    token,
):
    main.add_command(command)
