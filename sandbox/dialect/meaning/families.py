"""The parents of Python 2's exceptions that Python 3 does not have, and what they catch.

The interpreter matches ``except`` against real base classes only, so a handler that names such a
parent is compiled to catch all of its family; ``isinstance`` and ``issubclass`` ask the family.
"""

from __future__ import annotations

import builtins
import operator
from typing import Any

from sandbox.errors import HarmlessExit, Sealed

_ABOVE = (StopIteration, StopAsyncIteration, Warning)
_STANDARD = tuple(
    kind
    for kind in vars(builtins).values()
    if isinstance(kind, type) and kind.__bases__ == (Exception,) and kind not in _ABOVE
    and not issubclass(kind, BaseExceptionGroup)
)
_instance_of = type.__instancecheck__
_subclass_of = type.__subclasscheck__


class Family(Sealed):
    """Metaclass of the parents: what belongs to one is listed, not inherited."""

    def __instancecheck__(cls, value: Any) -> bool:
        if _instance_of(cls, value):
            return True
        members = _MEMBERS.get(cls)
        return members is not None and isinstance(value, members)

    def __subclasscheck__(cls, other: type) -> bool:
        if _subclass_of(cls, other):
            return True
        members = _MEMBERS.get(cls)
        return members is not None and issubclass(other, members)

    def __setattr__(cls, name: str, value: Any) -> None:
        if type(cls) is Family:
            raise TypeError(
                f"can't set attributes of built-in/extension type 'exceptions.{cls.__name__}'"
            )
        type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        if type(cls) is Family:
            raise TypeError(
                f"can't set attributes of built-in/extension type 'exceptions.{cls.__name__}'"
            )
        type.__delattr__(cls, name)


class StandardError(Exception, metaclass=Family):
    """``StandardError``: every builtin error but warnings and ``StopIteration``."""


class EnvironmentError(OSError, metaclass=Family):
    """``EnvironmentError``: ``IOError`` and ``OSError``."""


class BaseException_(HarmlessExit, metaclass=Family):
    """``BaseException`` as far as scripts may name it: nothing of the host is below it."""


_START: Any = vars(builtins.UnicodeDecodeError)["start"]


_OBJECT: Any = vars(builtins.UnicodeDecodeError)["object"]


class UnicodeDecodeError_(builtins.UnicodeDecodeError, metaclass=Family):
    """``UnicodeDecodeError``, whose object is bytes and whose place is never before them.

    The text of the interpreter's own shows the byte that stands there, whatever memory that is.
    """

    def __init__(self, *args: Any) -> None:
        if len(args) == 5:
            encoding, held, start, end, reason = args
            if isinstance(held, str):
                held = str.__str__(held).encode("latin-1", "replace")
            args = (encoding, held, checked_start(start), end, reason)
        super().__init__(*args)

    @property
    def start(self) -> Any:
        """Where the first byte that cannot be decoded stands."""
        return _START.__get__(self, type(self))

    @start.setter
    def start(self, value: Any) -> None:
        _START.__set__(self, checked_start(value))

    @property
    def object(self) -> Any:
        """The bytes."""
        return _OBJECT.__get__(self, type(self))

    @object.setter
    def object(self, value: Any) -> None:
        if isinstance(value, str):
            value = str.__str__(value).encode("latin-1", "replace")
        if type(value) is not bytes:
            raise TypeError("the object of a UnicodeDecodeError is bytes")
        _OBJECT.__set__(self, value)


def checked_start(value: Any) -> int:
    """A place that a script gives a ``UnicodeDecodeError``; ValueError where it can be none."""
    start = operator.index(value)
    if start < 0:
        raise ValueError(f"the start of a UnicodeDecodeError is not {start}; it is 0 or more")
    return start


_MEMBERS: dict[type, tuple[type, ...]] = {
    StandardError: _STANDARD,
    EnvironmentError: (OSError,),
    BaseException_: (Exception, HarmlessExit),
    UnicodeDecodeError_: (builtins.UnicodeDecodeError,),
}
for _class in _MEMBERS:
    type.__setattr__(_class, "__module__", "exceptions")
    type.__setattr__(_class, "__name__", _class.__name__.rstrip("_"))
    type.__setattr__(_class, "__qualname__", _class.__name__)


def stand_in(name: str, bases: tuple[type, ...], module: str, *members: type) -> Any:
    """A class that scripts name in place of others, which take stores and so are kept from them.

    Args:
        bases: classes that scripts may hold.
        module: where scripts see it.
        members: what a handler that names it catches.
    """
    made = Family(name, bases, {"__module__": module, "__doc__": f"``{module}.{name}``."})
    _MEMBERS[made] = members
    return made


def caught_by(handler: Any) -> Any:
    """What an ``except`` clause that names a family has to catch.

    Args:
        handler: the value of the clause: a class or a tuple of classes, perhaps nested.
    """
    if isinstance(handler, tuple):
        parts: list[Any] = []
        for part in handler:
            found = caught_by(part)
            parts.extend(found if isinstance(found, tuple) else (found,))
        return tuple(parts)
    members = _MEMBERS.get(handler) if isinstance(handler, type) else None
    return handler if members is None else (handler, *members)


def parents(cls: type, bases: tuple[type, ...]) -> tuple[type, ...]:
    """``__bases__`` of a class as Python 2 has them."""
    if cls is EnvironmentError:
        return (StandardError,)
    if cls is Exception:
        return (BaseException_,)
    if cls is BaseException_:
        return (object,)
    if cls is UnicodeDecodeError_:
        return (UnicodeError,)
    if cls is OSError or (bases == (OSError,) and cls.__module__ == "exceptions"):
        return (EnvironmentError,)
    if cls in _STANDARD:
        return (StandardError,)
    return tuple([BaseException_ if _is_root(base) else base for base in bases])


def _is_root(base: type) -> bool:
    return base is HarmlessExit or base is BaseException


def ancestors(order: tuple[type, ...]) -> tuple[type, ...]:
    """``__mro__`` of a class as Python 2 has it."""
    if BaseException not in order:
        return order
    out: list[type] = []
    environment = order[0] is not OSError and order[0].__module__ == "exceptions"
    for base in order:
        if base is builtins.UnicodeDecodeError:
            continue
        if base is Exception:
            if StandardError not in out and any(item in _STANDARD for item in order):
                out.append(StandardError)
        elif base is OSError:
            if not environment:
                out.append(OSError)
            if EnvironmentError not in out:
                out.append(EnvironmentError)
            continue
        if _is_root(base):
            base = BaseException_
        if base not in out:
            out.append(base)
    return tuple(out)
