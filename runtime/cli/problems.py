"""What commands cannot do, told in a line: no usage is shown where usage was not the fault."""

from typing import Final

import click

from runtime.cli.console import visible_text

UNREACHABLE: Final = 4
"""Exit code: there is no gateway, it does not let this in, or the link was lost."""

INTERRUPTED: Final = 130
"""Exit code after Ctrl-C, as shells have it."""


class _Told(click.ClickException):
    def format_message(self) -> str:
        # Much of what is told comes from another process.
        return visible_text(self.message)


class NotThere(_Told):
    """What was asked for is not there (any more)."""

    exit_code = 1


class Problem(_Told):
    """The configuration, the folder or the machine is not as it has to be."""

    exit_code = 2


class HandlerFailed(_Told):
    """A handler failed, is missing, or did not answer in time."""

    exit_code = 3


class Unreachable(_Told):
    """There is no gateway, it does not let this in, or the link was lost."""

    exit_code = UNREACHABLE
