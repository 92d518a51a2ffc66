"""`pilotlight check`: compile everything, run nothing."""

from pathlib import Path
from typing import Any, cast, get_args

import click

from project_store.errors import ProjectsFolderError
from runtime.check import check_folder, count
from runtime.cli.console import counted, stderr, stdout
from runtime.cli.diagnostics import FORMATS, Format, has_errors, print_as
from runtime.cli.hosting import near
from runtime.cli.options import FOLDER, load_config
from runtime.config import Profile


@click.command()
@click.argument("folder", type=FOLDER, metavar="DIR", default=".")
@click.option("--format", "style", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--strict", is_flag=True, help="Exit 1 on warnings too.")
@click.option(
    "--profile",
    type=click.Choice(get_args(Profile)),
    help="The Ignition generation whose rules apply.",
)
def check(folder: Path, style: str, as_json: bool, strict: bool, **flags: Any) -> None:
    """Compile every script below DIR and report what is wrong, as file:line:column.

    Exit code 1 where there are errors; warnings alone exit 0 (1 with --strict).
    """
    config = load_config(folder, **flags)
    try:
        report = check_folder(folder, config.profile)
    except ProjectsFolderError as error:
        raise click.UsageError(str(error)) from error
    root = near(report.root)
    style = "json" if as_json else style
    print_as(stdout(), cast(Format, style), report.diagnostics, root, report.sources)
    errors, warnings = (count(report.diagnostics, kind) for kind in ("error", "warning"))
    others = f", {counted(report.others, 'other event script')}" if report.others else ""
    stderr().print(
        f"profile {config.profile}: {counted(report.projects, 'project')}, "
        f"{counted(report.handlers, 'handler')}, {counted(report.libraries, 'library')}"
        f"{others}; "
        f"{counted(errors, 'error')}, {counted(warnings, 'warning')}",
        style="bold red" if errors else "yellow" if warnings else "green",
    )
    if has_errors(report.diagnostics) or (strict and warnings):
        raise SystemExit(1)
