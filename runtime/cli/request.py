"""`pilotlight request`: ask a Gateway handler of a running host."""

import json
from typing import Any

import click

from runtime.cli.links import link_options, tool
from runtime.cli.run import HANDLER_FAILED
from runtime.cli.send import PayloadType
from runtime.executors.values import CODEC
from runtime.links import queries
from runtime.links.errors import NoAnswer
from runtime.payload import copy_value


class _Failed(click.ClickException):
    exit_code = HANDLER_FAILED


@click.command()
@click.option("--project", required=True, help="The project of the handler.")
@click.option("--handler", required=True, help="The message handler.")
@click.option("--payload", type=PayloadType(), default="{}", metavar="JSON", help="An object.")
@click.option("--timeout", type=click.FloatRange(min=0.001), default=15.0, show_default=True)
@link_options
def request(
    project: str, handler: str, payload: dict[str, Any], timeout: float, **options: Any
) -> None:
    """Ask a Gateway handler of a running host, as sendRequest does, and print what it returns.

    Standard output has it as JSON; what JSON does not know is printed as text. Exit code 0; 2
    usage; 3 the handler failed, is missing, or did not answer in time; 4 no gateway.
    """
    with tool(options) as link:
        wanted = queries.AskHandler(project, handler, CODEC.encode(payload), timeout)
        try:
            data = link.ask("request", wanted)
        except NoAnswer as error:
            raise _Failed(str(error)) from error
    value = copy_value(CODEC.decode(data), "the result")
    click.echo(json.dumps(value, default=str, indent=2))
