"""`pilotlight check`: compile everything, run nothing."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast, get_args

import click
from rich.text import Text

from project_store.errors import ProjectsFolderError
from runtime.check import RULES, check_folder, count, processors
from runtime.check.rules import GROUPS
from runtime.cli.console import counted, stderr, stdout
from runtime.cli.diagnostics import FORMATS, Format, has_errors, print_as
from runtime.cli.hosting import near, with_cache
from runtime.cli.options import FOLDER, load_config, no_cache_option
from runtime.code_cache import open_cache
from runtime.config import Profile
from runtime.errors import ConfigError

MOST_WORKERS = 8


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
@click.option(
    "--unused-ignores", is_flag=True, help="Tell of ignore comments that silence nothing."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes for a large folder; one for each processor unless told.",
)
@no_cache_option
@click.option("--rules", "list_rules", is_flag=True, help="List every rule, and check nothing.")
def check(
    folder: Path,
    style: str,
    as_json: bool,
    strict: bool,
    unused_ignores: bool,
    workers: int | None,
    list_rules: bool,
    **flags: Any,
) -> None:
    """Compile every script below DIR and report what is wrong, as file:line:column.

    Exit code 1 where there are errors; warnings alone exit 0 (1 with --strict). A comment
    `# pilotlight: ignore[rule]` silences a rule on its line.
    """
    style = "json" if as_json else style
    if list_rules:
        _print_rules(style == "json")
        return
    config = with_cache(load_config(folder, **flags))
    try:
        report = check_folder(
            folder,
            config.profile,
            cache=open_cache(config.cache),
            workers=workers or min(processors(), MOST_WORKERS),
            unused_ignores=unused_ignores,
        )
    except (ProjectsFolderError, ConfigError) as error:
        raise click.UsageError(str(error)) from error
    root = near(report.root)
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


def _print_rules(as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([asdict(rule) for rule in RULES.values()], indent=2))
        return
    console = stdout()
    for group, title in GROUPS.items():
        console.print(Text(title, "bold"))
        for rule in RULES.values():
            if rule.group == group:
                head = Text.assemble((f"  {rule.name:<24}"), (f"{rule.severity:<8}", "dim"))
                console.print(Text.assemble(head, rule.what))
                console.print(Text.assemble(" " * 34, ("help: ", "dim"), rule.remedy))
