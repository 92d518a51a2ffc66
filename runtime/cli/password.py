"""`pilotlight password` and `token`: what stands in pilotlight.toml for those who may attach."""

import click

from runtime.links.credentials import hash_password, new_token


@click.command()
def password() -> None:
    """Ask for a password and print its hash, for `password` of a user in pilotlight.toml."""
    given = click.prompt("password", hide_input=True, confirmation_prompt=True, err=True)
    try:
        click.echo(hash_password(given))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


@click.command()
def token() -> None:
    """Make a token for a program: the token on standard output, its digest on standard error."""
    made, digest = new_token()
    click.echo(f'sha256 = "{digest}"', err=True)
    click.echo(made)
