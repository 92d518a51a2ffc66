"""Options that several commands share, and what their text means."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from runtime.cli.problems import Problem
from runtime.code_cache import OFF
from runtime.config import ClientConfig, HostConfig, Profile, Tier
from runtime.errors import ConfigError

Command = TypeVar("Command", bound=Callable[..., Any])

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

CLIENT_KEYS = ("project", "user", "roles", "host", "address")


class ClientType(click.ParamType[ClientConfig]):
    """``project=X,user=alice,roles=Operator|Supervisor,host=PANEL-1,address=10.0.0.5``."""

    name = "client"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> ClientConfig:
        if isinstance(value, ClientConfig):
            return value
        given: dict[str, str] = {}
        for part in str(value).split(","):
            key, equals, text = (piece.strip() for piece in part.partition("="))
            if not equals:
                self.fail(
                    f"{part.strip()!r} is no key=value; write project=X,user=alice,"
                    "roles=Operator|Supervisor,host=PANEL-1 (several roles are divided by |)",
                    param,
                    ctx,
                )
            if key not in CLIENT_KEYS:
                self.fail(f"unknown key {key!r}; known are {', '.join(CLIENT_KEYS)}", param, ctx)
            if key in given:
                self.fail(f"{key} is given twice (several roles are divided by |)", param, ctx)
            given[key] = text
        if not given.get("project"):
            self.fail("a client needs project=NAME", param, ctx)
        roles = tuple(role.strip() for role in given.pop("roles", "").split("|") if role.strip())
        return ClientConfig(roles=roles, **given)


def client_option(command: Command) -> Command:
    """``--client``, once for each session; given at all, it replaces those of the file."""
    return click.option(
        "--client",
        "clients",
        type=ClientType(),
        multiple=True,
        metavar="KEY=VALUE,...",
        help="Open a Client session: project=X,user=alice,roles=Operator|Supervisor,"
        "host=PANEL-1,address=10.0.0.5. Repeat it for more; replaces those of pilotlight.toml.",
    )(command)


def host_options(command: Command) -> Command:
    """The settings that every command which starts a host may override."""
    command = click.option(
        "--tier",
        type=click.Choice(get_args(Tier)),
        help="Where scripts run: in this process (thread) or in locked workers (process).",
    )(command)
    command = click.option(
        "--profile",
        type=click.Choice(get_args(Profile)),
        help="The Ignition generation whose messaging rules apply.",
    )(command)
    command = no_cache_option(command)
    return click.option("--name", help="Name of the gateway.")(command)


def no_cache_option(command: Command) -> Command:
    """``--no-cache``: compile everything anew."""
    return click.option(
        "--no-cache", is_flag=True, help="Neither read nor keep compiled code of earlier starts."
    )(command)


def projects_option(command: Command) -> Command:
    """``--projects``: the projects folder, or the folder that holds ``projects/``."""
    return click.option(
        "--projects",
        "folder",
        type=FOLDER,
        metavar="DIR",
        help="The projects folder, or the folder that holds projects/. "
        "Where there is a projects/ here, that is the default.",
    )(command)


def json_option(command: Command) -> Command:
    """``--json``: one JSON document on standard output instead of text."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document for programs."
    )(command)


def folder_or_here(folder: Path | None) -> Path | None:
    """The folder given, else this one where it holds ``projects/``, else None."""
    if folder is not None:
        return folder
    here = Path()
    return here if (here / "projects").is_dir() else None


def load_config(
    folder: Path | None,
    clients: tuple[ClientConfig, ...] = (),
    **flags: Any,
) -> HostConfig:
    """The configuration in force: defaults, then the file, then the flags.

    Raises:
        Problem: the file or a flag says something that cannot be taken.
    """
    overrides: Mapping[str, object] = {
        "gateway.name": flags.get("name"),
        "gateway.profile": flags.get("profile"),
        "sandbox.tier": flags.get("tier"),
        "limits.deadline": flags.get("deadline"),
        "sandbox.cache": OFF if flags.get("no_cache") else None,
        "server.listen": flags.get("listen"),
        "clients": clients or None,
    }
    try:
        return HostConfig.load(folder, overrides)
    except ConfigError as error:
        raise Problem(str(error)) from error
