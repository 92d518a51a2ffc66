"""How an error of the host reaches a script: as the Java exception Ignition would raise."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from runtime.errors import NamedError, PilotlightError
from sandbox import current_run
from sandbox.guards_metaclass import ScriptType
from sandbox.library.java.throwables import JavaThrowable, java_exception_class

P = ParamSpec("P")
R = TypeVar("R")


def java_exception(error: PilotlightError) -> JavaThrowable:
    """The Java exception that stands for a host error; ``except Exception`` misses it.

    Class names beyond ``java.*`` are those seen in Ignition's logs, or our choice.
    """
    return java_exception_class(_java_name(error))(str(error))


def _java_name(error: PilotlightError) -> str:
    kind = type(error)
    # A class that a script derived is named as the host's own: the table of names is everybody's.
    host_kind = next(each for each in kind.__mro__ if not isinstance(each, ScriptType))
    found = error.java_name if issubclass(kind, NamedError) and host_kind is kind else None
    if found is None:
        found = getattr(host_kind, "java_name", None)
    return found if type(found) is str else PilotlightError.java_name


def to_caller(error: PilotlightError) -> BaseException:
    """What the caller of a ``system`` function gets: a Java exception where a script called."""
    return error if current_run() is None else java_exception(error)


def for_scripts(function: Callable[P, R]) -> Callable[P, R]:
    """Raise host errors as Java exceptions where a script called, and as they are elsewhere."""

    @wraps(function)
    def call(*args: P.args, **keywords: P.kwargs) -> R:
        try:
            return function(*args, **keywords)
        except PilotlightError as error:
            raise to_caller(error) from None

    return call
