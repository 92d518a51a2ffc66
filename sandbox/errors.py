"""What stops a script, and what scripts see in place of exceptions that are the host's."""

from __future__ import annotations

from typing import Any

from sandbox.unbound import through_class


class Sealed(type):
    """Metaclass of host classes that a script may come to hold: they refuse every store.

    Classes that scripts derive from them have a metaclass derived from this one, and are ordinary.
    """

    def __getattribute__(cls, name: str) -> Any:
        return through_class(cls, name, type.__getattribute__(cls, name))

    def __setattr__(cls, name: str, value: Any) -> None:
        if type(cls) is Sealed:
            raise AttributeError(f"'{name}' cannot be set on {cls.__name__}")
        type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        if type(cls) is Sealed:
            raise AttributeError(f"'{name}' cannot be deleted from {cls.__name__}")
        type.__delattr__(cls, name)


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
