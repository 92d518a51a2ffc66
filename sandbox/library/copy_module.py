"""``copy``: copies of plain data and of script objects."""

from __future__ import annotations

import array
import datetime
import decimal
import types
from collections.abc import Iterator
from typing import Any

from sandbox.dialect.meaning.identity import identity
from sandbox.facade import Facade
from sandbox.library.containers import OrderedDict, defaultdict, deque
from sandbox.library.copy_state import (
    NOTHING,
    blank,
    copy_attributes,
    copy_items,
    is_the_hosts,
    reduced,
    takes_state,
)
from sandbox.library.datetime_module import ZonedDatetime, ZonedTime
from sandbox.library.functools_module import Partial
from sandbox.library.module import Held, HostType, Module, host_class
from sandbox.library.values import script_repr
from sandbox.lookups import change

MAX_DEPTH = 900
_ATOMS: frozenset[Any] = frozenset(
    {
        type(None),
        int,
        float,
        bool,
        complex,
        str,
        bytes,
        type,
        range,
        slice,
        types.FunctionType,
        types.BuiltinFunctionType,
        types.MethodType,
        type(Ellipsis),
        type(NotImplemented),
        datetime.date,
        datetime.datetime,
        datetime.time,
        datetime.timedelta,
        decimal.Decimal,
        Partial,
        ZonedDatetime,
        ZonedTime,
    }
)


@host_class("copy")
class Error(Exception, metaclass=HostType):
    """``copy.Error``."""


def _is_atom(value: Any) -> bool:
    kind = type(value)
    if kind in _ATOMS or isinstance(value, (type, Facade)):
        return True
    return isinstance(value, (str, int, float)) and not getattr(value, "__dict__", None)


class CopyModule(Module):
    """``copy``."""

    __slots__ = ()
    NAME = "copy"

    Error = error = Error

    def copy(self, x: Any) -> Any:
        """A shallow copy."""
        kind = type(x)
        if _is_atom(x):
            return x
        if kind in (list, dict, set, deque, OrderedDict):
            return x.copy()
        if kind is defaultdict:
            return x.copy()
        if kind in (tuple, frozenset):
            return x
        if kind in (bytearray, array.array):
            return x[:]
        hook = getattr(kind, "__copy__", None)
        if hook is not None:
            return hook(x)
        clone = getattr(x, "clone", None) if kind.__module__.startswith("java.") else None
        if clone is not None:
            return clone()
        return _rebuild(x, lambda value: value)

    def deepcopy(self, x: Any, memo: Any = None, _nil: Any = None) -> Any:
        """A deep copy."""
        return _deep(x, memo if type(memo) is Memo else Memo(memo), 0)


class Memo(Held):
    """What a deep copy remembers, as ``__deepcopy__`` of a script gets it.

    It holds values that are the host's as well; a script sees what it put there itself.
    """

    __slots__ = ("_kept", "_made", "_own")
    SCRIPT_NAME = "dict"

    def __init__(self, given: Any = None) -> None:
        put = object.__setattr__
        put(self, "_made", {})
        put(self, "_own", {})
        put(self, "_kept", [])
        if type(given) is dict:
            for key, value in list(given.items()):
                self[key] = value

    def __setitem__(self, key: Any, value: Any) -> None:
        change(self._own)
        if type(key) is int:
            self._made[key] = value
        self._own[key] = value

    def __getitem__(self, key: Any) -> Any:
        return self._own[key]

    def __contains__(self, key: Any) -> bool:
        return key in self._own

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._own))

    def __len__(self) -> int:
        return len(self._own)

    def get(self, key: Any, default: Any = None) -> Any:
        """What a script put there, or the default."""
        return self._own.get(key, default)

    def has_key(self, key: Any) -> bool:
        """Whether a script put something there."""
        return key in self._own


def deep_copy(x: Any, memo: Any) -> Any:
    """A deep copy inside another one."""
    return _deep(x, memo if type(memo) is Memo else Memo(memo), 1)


def _deep(x: Any, notes: Memo, depth: int) -> Any:
    if _is_atom(x):
        return x
    key = identity(x)
    memo: dict[int, Any] = notes._made
    if key in memo:
        return memo[key]
    if depth > MAX_DEPTH:
        raise RuntimeError("maximum recursion depth exceeded")
    kind = type(x)
    made: Any
    if kind is list:
        made = memo[key] = []
        for item in list(x):
            made.append(_deep(item, notes, depth + 1))
    elif kind is tuple:
        made = tuple([_deep(item, notes, depth + 1) for item in x])
        if key in memo:
            return memo[key]
        if all(new is old for new, old in zip(made, x, strict=True)):
            made = x
        memo[key] = made
    elif kind is dict:
        made = memo[key] = {}
        for name, item in list(x.items()):
            made[_deep(name, notes, depth + 1)] = _deep(item, notes, depth + 1)
    elif kind in (set, frozenset):
        made = memo[key] = kind([_deep(item, notes, depth + 1) for item in list(x)])
    elif kind is OrderedDict:
        made = memo[key] = OrderedDict()
        for name, item in list(x.items()):
            made[_deep(name, notes, depth + 1)] = _deep(item, notes, depth + 1)
    elif kind is defaultdict:
        made = memo[key] = defaultdict(x.default_factory)
        for name, item in list(x.items()):
            made[_deep(name, notes, depth + 1)] = _deep(item, notes, depth + 1)
    elif kind is deque:
        made = memo[key] = deque(maxlen=x.maxlen)
        for item in list(x):
            made.append(_deep(item, notes, depth + 1))
    elif kind in (bytearray, array.array):
        made = memo[key] = x[:]
    else:
        hook = getattr(kind, "__deepcopy__", None)
        if hook is not None:
            made = memo[key] = hook(x, notes)
        else:
            made = _rebuild(x, lambda value: _deep(value, notes, depth + 1), memo)
    notes._kept.append(x)
    return made


def _rebuild(x: Any, each: Any, memo: dict[Any, Any] | None = None) -> Any:
    """A new object of a script's class with the same attributes (and items)."""
    kind = type(x)
    if getattr(kind, "__flags__", 0) & (1 << 9) == 0:
        # Only classes made at run time are heap types: a foreign builtin is not copied.
        raise Error(f"un(deep)copyable object of type {script_repr(kind)}")
    if is_the_hosts(kind):
        return x
    answer = reduced(x, each, memo)
    if answer is not NOTHING:
        return answer
    made = blank(x, each)
    if type(made) is not kind:
        # A script's own __new__ may give anything, a host's object among it.
        raise Error(f"un(deep)copyable object of type {script_repr(kind)}")
    # It may be one that there was before.
    change(made)
    change(getattr(made, "__dict__", None))
    if memo is not None:
        memo[identity(x)] = made
    if not takes_state(x, made, each):
        copy_attributes(x, made, each)
    copy_items(x, made, each)
    return made
