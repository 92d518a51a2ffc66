"""Finding a served gateway and getting in: what the commands that attach have in common."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from runtime.cli.console import visible
from runtime.cli.problems import NotThere, Problem, Unreachable
from runtime.errors import PilotlightError
from runtime.links.errors import LinkError, NoAnswer
from runtime.links.places import Place, here
from runtime.links.target import Finder, finder
from runtime.links.tool import Tool

Command = TypeVar("Command", bound=Callable[..., Any])

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
            help="A user of the gateway. The password is asked for, or the first line of standard "
            "input, or PILOTLIGHT_PASSWORD.",
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


def says_who(options: dict[str, Any]) -> bool:
    """Whether the options name somebody of the gateway's configuration: it then knows who it is."""
    named = options["login"] or options["token_file"] or os.environ.get("PILOTLIGHT_TOKEN")
    return bool(named)


def finder_of(
    options: dict[str, Any], folder: Path | None = None, stdin_taken: bool = False
) -> Finder:
    """What finds the gateway that the link options name; takes them out of ``options``.

    Args:
        options: of the command line.
        folder: only a host that serves this projects folder.
        stdin_taken: standard input is a script, so no password can come from there.

    Raises:
        click.ClickException: no host, or several, are meant; or there is no password.
    """
    url, gateway, login, token_file, ca = (options.pop(name) for name in _OPTIONS)
    if url is None and _the_one(gateway, folder) is None and gateway is not None:
        raise Unreachable(
            f'no host called "{gateway}" of this user runs on this machine' + _those(here())
        )
    token = os.environ.get("PILOTLIGHT_TOKEN") or None
    if token_file is not None:
        token = token_file.read_text(encoding="utf-8").strip()
    password = os.environ.get("PILOTLIGHT_PASSWORD")
    if login is not None and password is None:
        password = secret(f"password of {login}", stdin_taken)
    return finder(
        url,
        gateway=gateway,
        folder=folder,
        token=token if login is None else None,
        user=login,
        password=password,
        ca=ca,
    )


def secret(what: str, stdin_taken: bool = False, twice: bool = False) -> str:
    """A password: asked for on a terminal, else the first line of standard input.

    Args:
        what: to ask for.
        stdin_taken: standard input is a script.
        twice: have it confirmed, where it is asked for.

    Raises:
        Problem: there is none.
    """
    if sys.stdin.isatty():
        asked: str = click.prompt(what, hide_input=True, confirmation_prompt=twice, err=True)
        return asked
    given = "" if stdin_taken else sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise Problem(
            f"there is no terminal to ask for the {what}: set PILOTLIGHT_PASSWORD"
            + ("" if stdin_taken else ", or give it as the first line of standard input")
        )
    return given


def running_here(
    options: dict[str, Any], folder: Path | None, embedded: bool, stdin_taken: bool = False
) -> Finder | None:
    """The served gateway that a command means, None where it means a host of its own.

    Args:
        options: the link options, which are taken out.
        folder: the projects folder that the command would open; given by hand, or found here.
        embedded: the command line says what only a host of its own can do.
        stdin_taken: see ``finder_of``.

    Raises:
        click.ClickException: several gateways come into question, or there is no password.
    """
    if options["url"] or options["gateway"]:
        if embedded:
            raise click.UsageError(
                "--url and --gateway name a gateway that runs; --projects, --client and the "
                "options that set up a host are for one of this command's own"
            )
        return finder_of(options, stdin_taken=stdin_taken)
    if not embedded and _the_one(None, folder) is not None:
        return finder_of(options, folder, stdin_taken)
    return None


def _the_one(gateway: str | None, folder: Path | None) -> Place | None:
    """The host of this machine that is meant, None where none is.

    Raises:
        Problem: several are.
    """
    wanted = [place for place in here() if gateway in (None, place.gateway)]
    if folder is not None:
        real = folder.resolve()
        wanted = [p for p in wanted if p.folder and Path(p.folder) in (real, real / "projects")]
    if len(wanted) > 1:
        alike = len({place.gateway for place in wanted}) < len(wanted)
        how = "--url (their names are the same)" if alike else "--gateway or --url"
        raise Problem(f"several hosts run here; choose one with {how}" + _those(wanted))
    return wanted[0] if wanted else None


def _those(places: list[Place]) -> str:
    """Hosts, one a line below a sentence."""
    lines = (
        f"\n  {visible(place.gateway)}  {place.url}  {visible(place.folder) or 'no folder'}  "
        f"(pid {place.pid})"
        for place in places
    )
    return (":" + "".join(lines)) if places else "; none does"


@contextmanager
def reached() -> Iterator[None]:
    """Tell the errors of a link in one line, with the exit code that belongs to each."""
    try:
        yield
    except LinkError as error:
        raise Unreachable(str(error)) from error
    except NoAnswer as error:
        # The protocol has no word of its own for a right that is missing.
        refused = "lacks the right to" in str(error)
        raise (Unreachable if refused else NotThere)(str(error)) from error
    except PilotlightError as error:
        raise Problem(str(error)) from error


@contextmanager
def tool(options: dict[str, Any]) -> Iterator[Tool]:
    """A link to look and operate, with its errors told."""
    with reached(), Tool(finder_of(options)) as found:
        yield found


def as_json(value: Any) -> str:
    """A structure as JSON text, for programs."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
