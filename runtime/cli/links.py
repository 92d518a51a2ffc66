"""Finding a served gateway and getting in: what the commands that attach have in common."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from runtime.errors import PilotlightError
from runtime.links.errors import LinkError
from runtime.links.places import find as find_place
from runtime.links.target import Finder, finder
from runtime.links.tool import Tool

Command = TypeVar("Command", bound=Callable[..., Any])

UNREACHABLE = 4
"""Exit code: there is no gateway, it does not let this in, or the link was lost."""

_OPTIONS = ("url", "gateway", "login", "token_file", "ca")


def link_options(command: Command) -> Command:
    """Which gateway, and how to get in."""
    for option in (
        click.option("--ca", help="PEM file that the gateway's certificate is checked with."),
        click.option(
            "--token-file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="A file with a token (or PILOTLIGHT_TOKEN in the environment).",
        ),
        click.option(
            "--login",
            metavar="USER",
            help="A user of the gateway; the password is asked for, or PILOTLIGHT_PASSWORD.",
        ),
        click.option("--gateway", help="The gateway of that name, where several run here."),
        click.option(
            "--url",
            help="The gateway, as in wss://gateway.example:8043. Without it: the one that you "
            "serve on this machine.",
        ),
    ):
        command = option(command)
    return command


def finder_of(options: dict[str, Any], folder: Path | None = None) -> Finder:
    """What finds the gateway that the link options name; takes them out of ``options``."""
    url, gateway, login, token_file, ca = (options.pop(name) for name in _OPTIONS)
    token = os.environ.get("PILOTLIGHT_TOKEN") or None
    if token_file is not None:
        token = token_file.read_text(encoding="utf-8").strip()
    password = os.environ.get("PILOTLIGHT_PASSWORD")
    if login is not None and password is None:
        password = click.prompt(f"password of {login}", hide_input=True, err=True)
    return finder(
        url,
        gateway=gateway,
        folder=folder,
        token=token if login is None else None,
        user=login,
        password=password,
        ca=ca,
    )


def running_here(options: dict[str, Any], folder: Path | None, embedded: bool) -> Finder | None:
    """The served gateway that a command means, None where it means a host of its own.

    Args:
        options: the link options, which are taken out.
        folder: the projects folder that the command would open; given by hand, or found here.
        embedded: the command line says what only a host of its own can do.

    Raises:
        click.UsageError: several gateways come into question.
    """
    if options["url"] or options["gateway"]:
        if embedded:
            raise click.UsageError(
                "--url and --gateway name a gateway that runs; --projects, --client and the "
                "options that set up a host are for one of this command's own"
            )
        return finder_of(options)
    if not embedded:
        try:
            place = find_place(None, folder)
        except LinkError as error:
            raise click.UsageError(str(error)) from error
        if place is not None:
            return finder_of({**options, "gateway": place.gateway}, folder)
    return None


@contextmanager
def reached() -> Iterator[None]:
    """Tell link errors in one line, with an exit code of their own."""
    try:
        yield
    except LinkError as error:
        raise Unreachable(str(error)) from error
    except PilotlightError as error:
        raise click.UsageError(str(error)) from error


class Unreachable(click.ClickException):
    """There is no gateway, it does not let this in, or the link was lost."""

    exit_code = UNREACHABLE


@contextmanager
def tool(options: dict[str, Any]) -> Iterator[Tool]:
    """A link to look and operate, with its errors told."""
    with reached(), Tool(finder_of(options)) as found:
        yield found


def as_json(value: Any) -> str:
    """A structure as JSON text, for programs."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
