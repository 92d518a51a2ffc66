"""What the host raises at the people who embed it; a script's own faults are values instead.

A script that calls ``system.*`` gets the same error as the Java exception that ``java_name`` names,
as it would from Ignition: ``except Exception`` misses it (see ``runtime/system/exceptions.py``).
"""

from typing import Any, ClassVar

_set = object.__setattr__


class PilotlightError(Exception):
    """Base of everything the runtime raises."""

    java_name: ClassVar[str] = "java.lang.Exception"

    def __setattr__(self, name: str, value: Any) -> None:
        # Should a script come to hold one: the host reads it again, outside of the script's run.
        if not name.startswith("__"):
            raise AttributeError(f"'{name}' cannot be set on an error of the host")
        super().__setattr__(name, value)


class NamedError(PilotlightError):
    """An error of another process, which says what it is to a script.

    Args:
        java_name: the whole name of its Java class.
        text: its message.
    """

    java_name: str  # type: ignore[misc]

    def __init__(self, java_name: str, text: str) -> None:
        super().__init__(text)
        _set(self, "java_name", java_name)


class HostClosed(PilotlightError):
    """The host was closed; nothing can be sent, opened or run any more."""

    java_name = "java.lang.IllegalStateException"


class SessionClosed(PilotlightError):
    """The client or designer session was closed."""

    java_name = "java.lang.IllegalStateException"


class UnknownProject(PilotlightError):
    """No enabled project of that name is loaded."""

    java_name = "java.lang.IllegalArgumentException"


class UnknownHandler(PilotlightError):
    """No such message handler (raised by a strict host, and for requests)."""

    java_name = "com.inductiveautomation.ignition.common.script.message.MessageHandlerException"


class BadArgument(PilotlightError, ValueError):
    """A ``system`` function was given a value it cannot use; the message names it."""

    java_name = "java.lang.IllegalArgumentException"


class PayloadError(PilotlightError, TypeError):
    """A value cannot travel in a message; ``path`` says where in the payload it stands.

    Args:
        path: such as ``payload['rows'][3]``.
        reason: such as ``a function cannot be sent``.
    """

    java_name = "java.lang.IllegalArgumentException"
    path: str
    reason: str

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        _set(self, "path", path)
        _set(self, "reason", reason)


class CommModeError(PilotlightError):
    """A designer sent while its communication mode is not read/write; nothing was sent."""

    java_name = "com.inductiveautomation.ignition.client.gateway_interface.GatewayException"


class WrongScope(PilotlightError):
    """A ``system`` function was called in a scope that does not have it."""

    java_name = "java.lang.UnsupportedOperationException"


class NotGranted(PilotlightError):
    """The operator did not grant this function to the project; the message names the setting."""

    java_name = "java.lang.SecurityException"


class TooManyCalls(PilotlightError):
    """A worker's scripts call the host more often than the operator allows."""

    java_name = "java.lang.IllegalStateException"


class EndlessChain(PilotlightError):
    """Handlers that send to each other have sent too much within a short time; nothing was sent.

    Args:
        text: names the handlers and the remedy.
        first: nobody was told within this time.
    """

    java_name = "java.lang.IllegalStateException"
    first: bool

    def __init__(self, text: str, first: bool) -> None:
        super().__init__(text)
        _set(self, "first", first)


class RequestFailed(PilotlightError):
    """The handler of a request raised, was stopped or was lost; the message says which."""

    java_name = "com.inductiveautomation.ignition.common.script.message.MessageHandlerException"


class RequestTimeout(PilotlightError):
    """No reply came within the time a request allowed."""

    java_name = "com.inductiveautomation.ignition.common.TimeoutExpiredException"


class RequestCancelled(PilotlightError):
    """The request was cancelled by the script that made it."""

    java_name = "java.util.concurrent.CancellationException"


class RequestDeadlock(PilotlightError):
    """A request would wait for a lane that waits for it; the message names the handlers."""

    java_name = "java.lang.IllegalStateException"


class CalledFromLane(PilotlightError):
    """``drain`` or ``close`` was called from a handler, which it would wait for for ever."""


class ConfigError(PilotlightError, ValueError):
    """The configuration cannot be used; the message says where and what would be right."""


class NetworkError(PilotlightError):
    """A gateway network was asked for something it cannot do."""
