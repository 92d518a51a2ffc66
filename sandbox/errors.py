"""What stops a script, and what scripts see in place of exceptions that are the host's."""

from __future__ import annotations

import types
from typing import Any

from sandbox.unbound import from_host, through_class


def class_attribute(cls: type, name: str, value: Any) -> Any:
    """What scripts get for an attribute read through a class: no plain function of the host."""
    if type(value) is types.FunctionType:
        return through_class(cls, name, value)
    if type(value) is property and (value.fget is None or from_host(value.fget)):
        return HOST_PROPERTY
    return value


class Sealed(type):
    """Metaclass of host classes that a script may come to hold: they refuse every store.

    Classes that scripts derive from them have a metaclass derived from this one, and are ordinary.
    """

    def __getattribute__(cls, name: str) -> Any:
        return class_attribute(cls, name, type.__getattribute__(cls, name))

    def __setattr__(cls, name: str, value: Any) -> None:
        if type(cls) is Sealed:
            raise AttributeError(f"'{name}' cannot be set on {cls.__name__}")
        type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        if type(cls) is Sealed:
            raise AttributeError(f"'{name}' cannot be deleted from {cls.__name__}")
        type.__delattr__(cls, name)


class HostProperty(metaclass=Sealed):
    """What reading a property through its class gives: nothing to call, nothing to change."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<property object>"


HOST_PROPERTY = HostProperty()


class ScriptStopped(BaseException, metaclass=Sealed):
    """Raised inside a script at its next checkpoint once its run has been stopped.

    No handler a script can write catches it for good: a bare ``except`` does not name it, and the
    token stays stopped, so whatever swallows it dies at the next checkpoint.
    """

    __slots__ = ()


class HarmlessExit(BaseException, metaclass=Sealed):
    """Base of the exceptions that ``except Exception`` misses and a bare ``except`` catches."""


class SystemExit(HarmlessExit):
    """What ``sys.exit`` raises in a script; it ends the script, never the host.

    Args:
        code: the exit status or message, as in Python 2; None without one.
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*args)

    @property
    def code(self) -> object:
        """The status or message given, a tuple for several."""
        return None if not self.args else self.args[0] if len(self.args) == 1 else self.args


class KeyboardInterrupt(HarmlessExit):
    """A script's own KeyboardInterrupt; the host's never reaches a script."""


class GeneratorExit(HarmlessExit):
    """A script's own GeneratorExit; the real one passes every handler of a script."""


for _class in (SystemExit, KeyboardInterrupt, GeneratorExit):
    type.__setattr__(_class, "__module__", "exceptions")
