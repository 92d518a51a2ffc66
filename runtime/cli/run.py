"""`pilotlight run`: a user script against a host, and the story of what it caused."""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any, Literal, cast

import click
from rich.text import Text

from runtime import PilotlightError, RunResult, ScriptHost
from runtime.cli.attached import Attached, attached_for_run
from runtime.cli.caused import Caused, interrupted, looks_from_now
from runtime.cli.console import stderr, visible
from runtime.cli.diagnostics import print_diagnostics
from runtime.cli.hosting import open_host, print_header, print_log_of_run
from runtime.cli.links import link_options, running_here, says_who
from runtime.cli.options import (
    client_option,
    folder_or_here,
    host_options,
    json_option,
    load_config,
    projects_option,
)
from runtime.cli.problems import INTERRUPTED, Problem
from runtime.cli.story import traceback_lines
from runtime.cli.watch import watching
from runtime.config import ClientConfig

Comm = Literal["off", "read-only", "read-write"]

SCRIPT_FAILED = 1
DOES_NOT_COMPILE = 2
HANDLER_FAILED = 3


@click.command()
@click.argument("script", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@projects_option
@click.option(
    "--scope",
    type=click.Choice(["gateway", "client", "designer"]),
    default="gateway",
    show_default=True,
    help="Where the script runs.",
)
@click.option("--project", help="Whose libraries it sees; needed in client and designer scope.")
@click.option(
    "--comm",
    type=click.Choice(["off", "read-only", "read-write"]),
    default="read-only",
    show_default=True,
    help="The designer's communication mode; it sends in read-write only.",
)
@click.option("--user", default="", help="In client and designer scope: who is logged in.")
@click.option("--role", "roles", multiple=True, help="In client scope: a role of that user.")
@click.option("--host-name", default="", help="In client scope: the host name it reports.")
@client_option
@host_options
@click.option("--timeout", type=click.FloatRange(min=0.001), help="Stop the script after SECONDS.")
@click.option(
    "--deadline", type=click.FloatRange(min=0.001), help="Stop a message handler after SECONDS."
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="Seconds to wait for what the script caused.",
)
@click.option("--watch", is_flag=True, help="Run it again at each save of SCRIPT, until Ctrl-C.")
@link_options
@json_option
def run(
    script: str,
    folder: Path | None,
    scope: str,
    project: str | None,
    comm: str,
    user: str,
    roles: tuple[str, ...],
    host_name: str,
    clients: tuple[ClientConfig, ...],
    timeout: float | None,
    wait: float,
    watch: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Run the user script SCRIPT (- is standard input) and wait for what it causes.

    Standard output has what the script prints, and only that. Standard error tells who received
    what, who did not and why, what ran, printed and failed.

    In client scope a host of this command's own runs the script in the first client session of the
    project; on a running gateway, and with --user, --role or --host-name, a session is opened for
    it, which receives the project's messages as long as the script runs.

    Where you serve a gateway on this machine (for the projects here, if there is a projects/ here)
    and give no option that sets up a host, the script runs on that gateway; --url and --gateway
    name another. The script itself runs in this process. Otherwise a host is opened for the run.

    Exit code 0; 1 the script failed; 2 usage, or it does not compile; 3 a handler failed, was
    stopped, or was missing; 4 there is no such gateway, or it does not let this in; 130 Ctrl-C.
    """
    if watch and script == "-":
        raise click.UsageError("--watch needs a file")
    if scope != "gateway" and not project:
        raise click.UsageError(f"--scope {scope} needs --project")
    who = {"user": user, "roles": roles, "host_name": host_name}
    if any(who.values()) and scope == "gateway":
        raise click.UsageError("--user, --role and --host-name are for client and designer scope")
    own = {name: flags.pop(name) for name in ("name", "profile", "tier", "deadline", "no_cache")}
    given = folder is not None or bool(clients) or any(own.values())
    folder = folder_or_here(folder)
    if scope == "designer" and not (user or says_who(flags)):
        who["user"] = "designer"
    running = running_here(flags, folder, given, script == "-")
    source = _read(script)
    name = "<stdin>" if script == "-" else script
    console = stderr()
    host: Any
    if running is not None:
        host = attached_for_run(
            running, scope, project, console, comm=cast(Comm, comm), **cast(Any, who)
        )
    else:
        host = open_host(folder, load_config(folder, clients, **own), watch=watch)
    try:
        if isinstance(host, Attached):
            place = host.place
        else:
            host.logbook.listen(lambda record: print_log_of_run(console, record))
            place = _place(host, scope, project, cast(Comm, comm), who)
            print_header(console, host, folder)
        session = Runs(host, place, project, timeout, wait, as_json)
        code = session.run(source, name)
        if watch:
            with contextlib.suppress(KeyboardInterrupt), watching(Path(script), source) as saves:
                console.print(_watching(script, code))
                for source in saves:
                    code = session.run(source, name)
                    console.print(_watching(script, code))
    finally:
        host.close(timeout=0.0)
    raise SystemExit(code)


def _read(script: str) -> str:
    try:
        with click.open_file(script, encoding="utf-8-sig") as file:
            return str(file.read())
    except UnicodeDecodeError as error:
        raise Problem(f"{script} is not UTF-8: {error}") from error


def _place(
    host: ScriptHost, scope: str, project: str | None, comm: Comm, who: dict[str, Any]
) -> Any:
    """Where the script runs: the gateway, or a session of the project."""
    try:
        if scope == "designer":
            return host.open_designer(project or "", comm=comm, **who)
        if scope == "client":
            for session in host.clients if not any(who.values()) else ():
                if session.identity.project == project:
                    return session
            return host.open_client(project or "", **who)
    except PilotlightError as error:
        raise Problem(str(error)) from error
    return host.gateway


def _watching(script: str, code: int) -> Text:
    return Text(f"exit code {code}; watching {visible(script)}, Ctrl-C ends", "dim")


def _print(text: str) -> None:
    """Pass on what the script prints; a fault of the stream is none of the script's."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone (`| head`): what follows goes nowhere, and the script runs on.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _code(result: RunResult, compiled: bool, failed: bool) -> int:
    if not compiled:
        return DOES_NOT_COMPILE
    if not result.ok:
        return SCRIPT_FAILED
    return HANDLER_FAILED if failed else 0


class Runs:
    """Runs scripts in one place of one host and tells what each run caused.

    Args:
        host: of the command's own, or one it is attached to.
        place: the scope that they run in.
        project: whose libraries they see, where the place is the gateway of an own host.
        timeout: seconds a script may take.
        wait: seconds to wait for what it caused.
        as_json: print one document instead of what the script prints.
    """

    def __init__(
        self,
        host: ScriptHost | Attached,
        place: Any,
        project: str | None,
        timeout: float | None,
        wait: float,
        as_json: bool,
    ) -> None:
        self._host = host
        self._place = place
        self._options: dict[str, Any] = {"timeout": timeout}
        if not as_json:
            self._options["output"] = _print
        if isinstance(host, ScriptHost) and place is host.gateway:
            self._options["project"] = project
        self._wait = wait
        self._as_json = as_json

    def run(self, source: str, name: str) -> int:
        """Run it once; the exit code.

        Raises:
            SystemExit: Ctrl-C, after the story so far.
        """
        look = looks_from_now(self._host)
        console = stderr()
        try:
            result: RunResult = self._place.run(source, filename=name, **self._options)
            compiled = not any(d.severity == "error" for d in result.diagnostics)
            rested = self._host.drain(timeout=self._wait) if compiled else True
        except PilotlightError as error:
            raise Problem(str(error)) from error
        except KeyboardInterrupt:
            interrupted(console, self._host, look)
            raise SystemExit(INTERRUPTED) from None
        caused = look()
        print_diagnostics(console, result.diagnostics, sources={name: source})
        caused.tell(console)
        if result.traceback:
            for line in traceback_lines(result.traceback):
                console.print(Text(line, "bold red"))
        if not rested:
            caused.tell_rest(console, self._wait)
        code = _code(result, compiled, caused.wrong or not rested)
        if self._as_json:
            click.echo(json.dumps(self._document(result, caused, code), indent=2))
        return code

    def _document(self, result: RunResult, caused: Caused, code: int) -> dict[str, Any]:
        return {
            "profile": self._host.profile,
            "exit_code": code,
            "ok": result.ok,
            "output": result.output,
            "traceback": result.traceback,
            "seconds": result.duration,
            "diagnostics": [
                {
                    "file": d.file,
                    "line": d.line,
                    "column": d.column,
                    "rule": d.rule,
                    "severity": d.severity,
                    "message": d.message,
                    "remedy": d.remedy,
                }
                for d in result.diagnostics
            ],
            **caused.document(),
        }
