"""``contextlib``."""

from __future__ import annotations

import types
from typing import Any

from sandbox.generators import close_generator
from sandbox.library.module import Held, Module


class Managed(Held):
    """What a function made by ``contextlib.contextmanager`` gives."""

    __slots__ = ("_generator",)

    def __init__(self, generator: Any) -> None:
        object.__setattr__(self, "_generator", generator)

    def __enter__(self) -> Any:
        try:
            return next(self._generator)
        except StopIteration:
            raise RuntimeError("generator didn't yield") from None

    def __exit__(self, kind: Any, value: Any, trace: Any) -> bool:
        if kind is None:
            try:
                next(self._generator)
            except StopIteration:
                return False
            raise RuntimeError("generator didn't stop")
        try:
            self._generator.throw(value if value is not None else kind())
        except StopIteration as stop:
            return stop is not value
        except BaseException as error:
            if error is value:
                return False
            raise
        raise RuntimeError("generator didn't stop after throw()")


class ManagerMaker(Held):
    """A function decorated with ``contextlib.contextmanager``."""

    __slots__ = ("_function",)

    def __init__(self, function: Any) -> None:
        object.__setattr__(self, "_function", function)

    def __call__(self, *args: Any, **keywords: Any) -> Managed:
        made = self._function(*args, **keywords)
        if type(made) is not types.GeneratorType:
            # Another object could swallow what stops a run.
            raise TypeError("a function decorated with contextmanager must be a generator")
        return Managed(made)

    def __get__(self, instance: Any, owner: Any) -> Any:
        return self if instance is None else types.MethodType(self, instance)


class ClosingManager(Held):
    """``contextlib.closing(x)``."""

    __slots__ = ("_thing",)

    def __init__(self, thing: Any) -> None:
        object.__setattr__(self, "_thing", thing)

    def __enter__(self) -> Any:
        return self._thing

    def __exit__(self, *error: Any) -> None:
        if type(self._thing) is types.GeneratorType:
            close_generator(self._thing)
        else:
            self._thing.close()


class ContextlibModule(Module):
    """``contextlib``."""

    __slots__ = ()
    NAME = "contextlib"

    def contextmanager(self, func: Any) -> ManagerMaker:
        """A generator function as one that makes context managers."""
        if not callable(func):
            raise TypeError("a function is required")
        return ManagerMaker(func)

    def closing(self, thing: Any) -> ClosingManager:
        """A context manager that closes a thing."""
        return ClosingManager(thing)
