"""What is checked of a call before it is answered: lengths, kinds, and who may ask it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from runtime.errors import BadArgument, CommModeError
from runtime.tags.provider import require_paths

SERVERS: Final = 100
"""Gateways that one message may be sent to."""

NAME: Final = 256
"""Characters that a name in a message may have: project, handler, filters, gateways."""

_LOOKS: Final = frozenset({"tags.read", "tags.exists", "tags.browse"})


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


def require_mode(receiver: Any, function: str) -> None:
    """Check that a Designer's communication mode allows a call, as it does sending.

    Raises:
        CommModeError: it does not.

    Source: none; that ``off`` allows nothing but ``getSessionInfo``, and ``read-only`` reading of
    tags beside it, is our choice.
    """
    if receiver.kind != "Designer" or function in ("sendMessage", "sendRequest", "request.wait"):
        return
    mode = receiver.comm
    if mode == "read-write" or function == "getSessionInfo":
        return
    if mode == "read-only" and function in _LOOKS:
        return
    needed = "read-only or read-write" if function in _LOOKS else "read-write"
    raise CommModeError(
        f"the Designer's communication mode is {mode}: {function[:100]} needs {needed}; nothing "
        "was done"
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
