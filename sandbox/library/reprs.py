"""How values of library types show in Python 2, for ``repr`` and ``print``."""

from __future__ import annotations

import collections
import datetime
import time
from typing import Any

from sandbox.dialect.meaning.identity import address
from sandbox.library.containers import OrderedDict, defaultdict, deque
from sandbox.library.descriptors import ClassMethod, Property, StaticMethod

try:
    from sandbox.dialect.meaning import text
except ImportError:
    text = None  # type: ignore[assignment]


def _timedelta(value: datetime.timedelta) -> str:
    parts = [value.days]
    if value.seconds or value.microseconds:
        parts.append(value.seconds)
    if value.microseconds:
        parts.append(value.microseconds)
    return f"datetime.timedelta({', '.join(map(str, parts))})"


def _defaultdict(value: collections.defaultdict[Any, Any]) -> str:
    factory = text.python2_repr(value.default_factory)
    return f"defaultdict({factory}, {text.python2_repr(dict(value))})"


def _struct_time(value: time.struct_time) -> str:
    names = ("year", "mon", "mday", "hour", "min", "sec", "wday", "yday", "isdst")
    parts = [f"tm_{name}={field}" for name, field in zip(names, value, strict=False)]
    return f"time.struct_time({', '.join(parts)})"


def register() -> None:
    """Teach the dialect's ``repr`` the types of this library."""
    if text is None:
        return
    for kind, maker in (
        (datetime.timedelta, _timedelta),
        (defaultdict, _defaultdict),
        (OrderedDict, OrderedDict.__repr__),
        (deque, deque.__repr__),
        (collections.defaultdict, _defaultdict),
        (collections.deque, deque.__repr__),
        (Property, lambda value: f"<property object at {address(value)}>"),
        (StaticMethod, lambda value: f"<staticmethod object at {address(value)}>"),
        (ClassMethod, lambda value: f"<classmethod object at {address(value)}>"),
        (time.struct_time, _struct_time),
    ):
        text.REPRS.setdefault(kind, maker)
