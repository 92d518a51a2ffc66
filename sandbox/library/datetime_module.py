"""``datetime``: the real immutable classes."""

from __future__ import annotations

import _strptime  # type: ignore[import-not-found]
import datetime as real
from typing import Any

from sandbox.library.arguments import text
from sandbox.library.hooks import current_run
from sandbox.library.module import HostType, Module, host_class


def _require_short(words: str, shape: str) -> None:
    if len(words) > 10_000 or len(shape) > 1_000:
        raise ValueError("time data is too long")


def _exact(parse: Any) -> Any:
    """What parses for the interpreter's own ``strptime``, given exact text alone."""

    def exact(cls: Any, words: Any, shape: Any) -> Any:
        words, shape = str.__str__(words), str.__str__(shape)
        if current_run() is not None:
            _require_short(words, shape)
        return parse(cls, words, shape)

    return exact


# Instances have the real ``strptime``, whose cache of formats is one for the process: a script's
# own kind of text would stay in it, and be asked whether it equals others.
_strptime._strptime_datetime = _exact(_strptime._strptime_datetime)


class DatetimeType(HostType):
    """Metaclass of the scripts' ``datetime.datetime``: its instances are the real class's."""

    def __instancecheck__(cls, value: Any) -> bool:
        if cls is Datetime:
            return isinstance(value, real.datetime)
        return type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, other: Any) -> bool:
        if cls is Datetime:
            return issubclass(other, real.datetime)
        return type.__subclasscheck__(cls, other)

    def __eq__(cls, other: object) -> bool:
        return cls is other or (cls is Datetime and other is real.datetime)

    def __ne__(cls, other: object) -> bool:
        return not cls == other

    def __hash__(cls) -> int:
        return hash(real.datetime) if cls is Datetime else type.__hash__(cls)


@host_class("datetime")
class Datetime(real.datetime, metaclass=DatetimeType):
    """``datetime.datetime``: makes the real immutable objects.

    ``strptime`` has to run in a frame of the host: C code there imports with the ``__import__`` of
    whoever called it.
    """

    __slots__ = ()

    def __new__(cls, *args: Any, **keywords: Any) -> Any:
        if args and isinstance(args[0], (str, bytes)):
            # What pickles are made of is looked at by nobody.
            raise TypeError("an integer is required")
        if cls is Datetime:
            return real.datetime(*args, **keywords)
        return real.datetime.__new__(cls, *args, **keywords)

    def astimezone(self, tz: Any = None) -> Any:
        """The same moment in a zone, of the plain class: C trusts what an heir's makes."""
        exact = real.datetime.combine(real.datetime.date(self), real.datetime.timetz(self))
        return exact.astimezone(tz)

    @classmethod
    def strptime(cls, date_string: Any, format: Any) -> Any:
        """The moment that a text names."""
        words, shape = text(date_string), text(format)
        _require_short(words, shape)
        try:
            found = real.datetime.strptime(words, shape)
        except ValueError as error:
            raise ValueError(str(error)) from None
        return found if cls is Datetime else cls(*found.timetuple()[:6], found.microsecond)

    @classmethod
    def utcnow(cls) -> Any:
        """Now in UTC, without a zone."""
        return cls.now(real.UTC).replace(tzinfo=None)

    @classmethod
    def utcfromtimestamp(cls, timestamp: Any) -> Any:
        """A time in UTC, without a zone."""
        return cls.fromtimestamp(timestamp, real.UTC).replace(tzinfo=None)


type.__setattr__(Datetime, "__name__", "datetime")
type.__setattr__(Datetime, "__qualname__", "datetime")


class DatetimeModule(Module):
    """``datetime``; its classes refuse stores."""

    __slots__ = ()
    NAME = "datetime"

    MINYEAR = real.MINYEAR
    MAXYEAR = real.MAXYEAR
    date = real.date
    datetime = Datetime
    time = real.time
    timedelta = real.timedelta
    tzinfo = real.tzinfo
