"""`pilotlight password` and `token`: what stands in pilotlight.toml for those who may attach."""

import os

import click

from runtime.cli.links import secret
from runtime.cli.problems import Problem
from runtime.links.credentials import hash_password, new_token


@click.command()
def password() -> None:
    """Ask for a password and print its hash, for `password` of a user in pilotlight.toml.

    Where standard input is no terminal the password is its first line; PILOTLIGHT_PASSWORD comes
    before both.
    """
    given = os.environ.get("PILOTLIGHT_PASSWORD") or secret("password", twice=True)
    try:
        click.echo(hash_password(given))
    except ValueError as error:
        raise Problem(str(error)) from error


@click.command()
def token() -> None:
    """Make a token for a program: the token on standard output, its digest on standard error."""
    made, digest = new_token()
    click.echo(f'sha256 = "{digest}"', err=True)
    click.echo(made)
