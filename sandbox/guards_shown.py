"""What scripts see of classes: their own, stand-ins for the host's, and what ``type`` answers."""

from __future__ import annotations

import builtins
import types
from typing import Any

from sandbox import errors
from sandbox.containers_shown import STANDING, real_class
from sandbox.dialect.meaning.families import (
    BaseException_,
    Family,
    UnicodeDecodeError_,
    ancestors,
    parents,
)
from sandbox.dialect.meaning.kinds import long, unicode
from sandbox.dialect.meaning.typenames import (
    BaseString,
    Float,
    Int,
    Long,
    Str,
    Type,
    Unicode,
    is_old_style,
    type_of,
)
from sandbox.errors import Sealed
from sandbox.facade import Facade
from sandbox.guards_classes import new_class, shown_metaclass
from sandbox.guards_metaclass import PLAIN_TYPES, ScriptType, is_sealed

_IMMUTABLE = 1 << 8
_type_mro = type.__dict__["__mro__"].__get__
# What a script sees of the exceptions that are the host's.
_STANDING_IN: dict[type, type] = {
    BaseException: BaseException_,
    errors.HarmlessExit: BaseException_,
    builtins.SystemExit: errors.SystemExit,
    builtins.KeyboardInterrupt: errors.KeyboardInterrupt,
    builtins.GeneratorExit: errors.GeneratorExit,
    builtins.UnicodeDecodeError: UnicodeDecodeError_,
}


class HostClass(Facade):
    """Stands in for a class of the host that scripts may name and compare, but not hold."""

    __slots__ = ("_name",)
    _name: str

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    @property
    def __name__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"<type '{self._name}'>"

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        raise TypeError(f"cannot create '{self._name}' instances")


_STAND_INS: dict[type, HostClass] = {}
SHOWN_AS: dict[type, Any] = dict(STANDING)
"""What scripts see of the interpreter's classes that are made by a guard alone."""
_NAMES: dict[type, str] = {
    types.FunctionType: "function",
    types.LambdaType: "function",
    types.MethodType: "instancemethod",
    types.BuiltinFunctionType: "builtin_function_or_method",
    types.GeneratorType: "generator",
    types.TracebackType: "traceback",
    types.ModuleType: "module",
}


def safe_class(cls: Any) -> Any:
    """What a script gets to see of a class."""
    if issubclass(cls, type) and cls is not Type:
        return shown_metaclass(cls)
    if isinstance(cls, ScriptType):
        return cls
    if cls in SHOWN_AS:
        return SHOWN_AS[cls]
    if cls in PLAIN_TYPES or cls is Type:
        return cls
    if issubclass(cls, BaseException) and is_sealed(cls):
        return _STANDING_IN.get(cls, cls)
    if type(cls) not in (type, Sealed) and is_sealed(cls):
        return cls
    if getattr(type(cls), "OF_SCRIPTS", False) is True:
        return cls
    found = _STAND_INS.get(cls)
    if found is None:
        name = _NAMES.get(cls) or getattr(cls, "SCRIPT_NAME", None) or cls.__name__
        found = _STAND_INS.setdefault(cls, HostClass(str(name)))
    return found


def safe_answer(answer: Any) -> Any:
    """What the dialect says ``type(x)`` is, unless it is a class that scripts may not hold."""
    return safe_class(answer) if isinstance(answer, type) else answer


def type_function(*args: Any, **keywords: Any) -> Any:
    """``type(x)`` and ``type(name, bases, dict)``."""
    if keywords:
        raise TypeError("type() takes no keyword arguments")
    if len(args) == 1:
        return safe_answer(type_of(args[0]))
    if len(args) == 3:
        return new_class(*args)
    raise TypeError("type() takes 1 or 3 arguments")


_MEANT: dict[type, type] = {int: Int, long: Long, float: Float, str: Str, unicode: Unicode}
_OF_PYTHON_2 = frozenset(_MEANT.values())


def script_bases(cls: Any) -> tuple[Any, ...]:
    """``__bases__`` as scripts see it."""
    cls = real_class(cls)
    if cls in _OF_PYTHON_2 or cls in SHOWN_AS.values():
        return script_mro(cls)[1:2]
    bases = parents(cls, type.__dict__["__bases__"].__get__(cls))
    if isinstance(cls, ScriptType):
        if is_old_style(cls):
            bases = tuple([base for base in bases if base is not object])
        # The script named them itself.
        return tuple(safe_class(base) for base in bases)
    return _shown(bases)


def script_mro(cls: Any) -> tuple[Any, ...]:
    """``__mro__`` as scripts see it."""
    # It holds the first one itself.
    return (cls, *_shown(_as_named(ancestors(_type_mro(real_class(cls))))[1:]))


def _as_named(order: tuple[type, ...]) -> tuple[type, ...]:
    """The classes that scripts name, where others do the work; no text extends another."""
    named: list[Any] = []
    for each in order:
        one: Any = _MEANT.get(each) or SHOWN_AS.get(each, each)
        done = one in named or (one is Int and Long in named) or (one is Str and Unicode in named)
        if not done:
            named.append(one)
            if one is Str or one is Unicode:
                named.append(BaseString)
    return tuple(named)


def _shown(bases: tuple[type, ...]) -> tuple[Any, ...]:
    # A parent was not handed to the script: only what refuses stores is shown as it is.
    return tuple(
        safe_class(base)
        if isinstance(base, ScriptType)
        or base in SHOWN_AS
        or base in _OF_PYTHON_2
        or base in SHOWN_AS.values()
        or base is BaseString
        or type(base) is Family
        or type.__dict__["__flags__"].__get__(base) & _IMMUTABLE
        else HostClass(base.__name__)
        for base in bases
    )
