"""What is checked of a call before it is answered: lengths and kinds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from runtime.errors import BadArgument
from runtime.tags.provider import require_paths

NAME: Final = 256
"""Characters that a name in a message may have: project, handler, filters, gateways."""


def property_of(receiver: Any, function: str, path: Any, value: Any = None) -> Any:
    """Read or write a property of a Perspective session, its own alone."""
    names = tuple(texts_of(path))
    if receiver.kind != "Perspective" or (not names and function == "session.write"):
        raise ValueError("it is no property of a session")
    if function == "session.read":
        return list(receiver.properties.read(names))
    return receiver.properties.write(names, value)


def require_short(function: str, names: Iterable[str]) -> None:
    """Check that names are no longer than a name is.

    Raises:
        BadArgument: one is.
    """
    for name in names:
        if len(name) > NAME:
            shown = f"{name[:40]!r}..."
            raise BadArgument(
                f"{function}(): a name of {len(name)} characters, more than {NAME}: {shown}"
            )


def texts_of(values: Any) -> list[str]:
    """The list of texts that was given.

    Raises:
        BadArgument: it is something else.
    """
    if type(values) is not list or not all(type(value) is str for value in values):
        raise BadArgument("paths must be text")
    require_paths(values)
    return values
