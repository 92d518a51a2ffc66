"""`pilotlight request`: ask a Gateway handler of a running host."""

import json
from typing import Any

import click
from rich.text import Text

from runtime.cli.console import stderr
from runtime.cli.links import link_options, tool
from runtime.cli.problems import INTERRUPTED, HandlerFailed
from runtime.cli.send import PayloadType
from runtime.errors import PilotlightError
from runtime.executors.values import CODEC
from runtime.links import Tool, queries
from runtime.links.errors import NoAnswer
from runtime.payload import copy_value
from runtime.suggest import nearest


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
    usage; 3 the handler failed, is missing, or did not answer in time; 4 no gateway; 130 Ctrl-C.
    """
    with tool(options) as link:
        wanted = queries.AskHandler(project, handler, CODEC.encode(payload), timeout)
        try:
            data = link.ask("request", wanted)
        except NoAnswer as error:
            if "lacks the right to" in str(error):
                raise
            raise HandlerFailed(str(error) + _hint(link, project, handler)) from error
        except KeyboardInterrupt:
            told = "interrupted; the handler goes on in the gateway (pilotlight trace)"
            stderr().print(Text(told, "bold yellow"))
            raise SystemExit(INTERRUPTED) from None
    value = copy_value(CODEC.decode(data), "the result")
    click.echo(json.dumps(value, default=str, indent=2))


def _hint(link: Tool, project: str, handler: str) -> str:
    """What may have been meant, where the Gateway has no such handler."""
    try:
        found = [one for one in link.ask("handlers") if one.kind == "handler"]
    except PilotlightError:
        # Who may ask handlers need not be allowed to see them.
        return ""
    scopes = {one.scope: one for one in found if (one.project, one.name) == (project, handler)}
    if not scopes and project in {one.project for one in found}:
        near = nearest(handler, {o.name for o in found if o.project == project and o.scope == "G"})
        return f"\nHint: {near.removeprefix('; ')}" if near else ""
    if "C" in scopes and "G" not in scopes:
        return f"\nHint: {handler} exists in Client scope only; a request reaches Gateway handlers"
    return ""
