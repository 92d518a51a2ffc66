"""How classes that scripts define are made: class statements, ``type`` and ``__metaclass__``."""

from __future__ import annotations

import builtins
import types
import weakref
from typing import Any

from sandbox.dialect.meaning.representation import python2_repr
from sandbox.dialect.meaning.typenames import OldStyle, Type, TypeName, is_old_style, note_mixed
from sandbox.guards_errors import has_more
from sandbox.guards_metaclass import (
    HOSTS_OWN,
    METACLASSES,
    PLAIN_TYPES,
    ScriptHostType,
    ScriptOldStyle,
    ScriptType,
    cleaned,
    real_base,
)

_build_class = builtins.__build_class__
MOST_BASES = 100
_type_mro = type.__dict__["__mro__"].__get__


def metaclass_for(bases: tuple[Any, ...], wanted: Any = None) -> Any:
    """The metaclass of a class with these bases: always a ScriptType."""
    best: Any = ScriptType if wanted is None or wanted is Type else wanted
    for base in bases:
        meta = type(base)
        if issubclass(meta, ScriptType):
            candidate = meta
        elif base in PLAIN_TYPES or (meta is type and issubclass(base, BaseException)):
            if not has_more(base):
                continue
            # Stores need a look at what they replace.
            candidate = ScriptHostType
        else:
            candidate = _over(meta)
        if issubclass(best, candidate):
            continue
        if issubclass(candidate, best):
            best = candidate
            continue
        if best in HOSTS_OWN or candidate in HOSTS_OWN:
            best = _joined(best, candidate)
            continue
        raise TypeError(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass "
            "of the metaclasses of all its bases"
        )
    return best


def _over(meta: Any) -> Any:
    """The metaclass of script classes that extend a host class with this metaclass."""
    found = _METACLASSES.get(meta)
    if found is None:
        if meta is type:
            found = ScriptHostType
        else:
            found = type("ScriptHostType", (ScriptHostType, meta), {})
            HOSTS_OWN.add(found)
            _MADE.add(found)
        _METACLASSES[meta] = found
    return found


# Metaclasses that were made here of a script's and the host's: no script sees them.
_MADE: weakref.WeakSet[type] = weakref.WeakSet()


def shown_metaclass(meta: Any) -> Any:
    """The metaclass that a script wrote itself, or ``type``."""
    for one in _type_mro(meta):
        if (isinstance(one, ScriptType) and one not in _MADE) or one in METACLASSES:
            return one
    return Type


# By the metaclass of the host's that they extend, and by the two that they join.
_METACLASSES: dict[type, type] = {type: ScriptType}
_JOINED: dict[tuple[type, type], type] = {}


def _joined(one: Any, two: Any) -> Any:
    found = _JOINED.get((one, two))
    if found is None:
        if one is ScriptType or issubclass(two, one):
            found = two
        elif two is ScriptType or issubclass(one, two):
            found = one
        else:
            # Straight from the interpreter: what a script may extend has been looked at already.
            kind = type(one) if issubclass(type(one), type(two)) else type(two)
            found = type.__new__(kind, "ScriptHostType", (one, two), {})
            _MADE.add(found)
        if one in HOSTS_OWN and two in HOSTS_OWN:
            HOSTS_OWN.add(found)
        if len(_JOINED) < 1000:
            _JOINED[one, two] = found
    return found


def build_class(
    function: Any, name: Any, *bases: Any, metaclass: Any = None, names: Any = None
) -> Any:
    """What a class statement calls."""
    if type(function) is not types.FunctionType or type(name) is not str:
        raise TypeError("a class is defined by a class statement")
    return _build_class(function, name, *bases, metaclass=_Maker(names))


class _Maker:
    """Stands where Python 3 wants a metaclass: makes the class from the finished body."""

    __slots__ = ("_names",)

    def __init__(self, names: Any) -> None:
        self._names = names

    def __call__(self, name: str, bases: tuple[Any, ...], body: dict[str, Any]) -> Any:
        # The interpreter's own cell is nothing for a script's metaclass to hold.
        cell = body.pop("__classcell__", None)
        made = make_class(name, bases, body, self._names)
        if type(cell) is types.CellType:
            cell.cell_contents = made
        return made


def make_class(name: str, bases: tuple[Any, ...], body: dict[str, Any], names: Any = None) -> Any:
    """The class of a class statement, with Python 2's meaning of metaclasses.

    Args:
        bases: as the script wrote them.
        body: the names of the class body.
        names: the globals of the script where they may hold a ``__metaclass__``.
    """
    body.pop("__qualname__", None)
    inside = cleaned(body)
    for base in bases:
        if not isinstance(base, type):
            if isinstance(base, TypeName) or not isinstance(type(base), ScriptType):
                raise TypeError(f"{python2_repr(base)} is not an acceptable base type")
            return type(base)(name, bases, inside)
    if len(bases) > MOST_BASES:
        raise TypeError(f"a class has {MOST_BASES} bases at most here")
    real = tuple(map(real_base, bases))
    if object in real[:-1] and any(is_old_style(base) for base in real):
        # Python 2 orders old-style bases without a fuss; object can only stand last.
        real = (*(base for base in real if base is not object), object)
    meta = inside.get("__metaclass__")
    if meta is None and not real and isinstance(names, dict):
        meta = names.get("__metaclass__")
    if meta is not None and meta is not Type and not isinstance(meta, type):
        return meta(name, bases, inside)
    if meta is not None and meta is not Type and not issubclass(meta, ScriptType):
        raise TypeError("this metaclass is not available to scripts")
    if meta is None and not real:
        meta = ScriptOldStyle
    winner = metaclass_for(real, meta)
    if winner not in HOSTS_OWN:
        # A metaclass of the script's sees the bases as the script names them.
        real = tuple(Type if base is ScriptType else base for base in real)
    made = winner(name, real or (object,), inside)
    if isinstance(made, OldStyle) and any(not is_old_style(base) for base in real):
        note_mixed(made)
    return made


def new_class(name: Any, bases: Any, namespace: Any) -> Any:
    """``type(name, bases, dict)`` of a script."""
    if not isinstance(name, str):
        raise TypeError("type(): argument 1 must be string")
    if not isinstance(bases, tuple):
        raise TypeError("type(): argument 2 must be tuple")
    if not isinstance(namespace, dict):
        raise TypeError("type(): argument 3 must be dict")
    inside = dict(namespace)
    # Only a class statement looks at __metaclass__.
    named = inside.pop("__metaclass__", None)
    made = make_class(str.__str__(name), bases or (object,), inside)
    if named is not None and isinstance(made, ScriptType):
        type.__setattr__(made, "__metaclass__", named)
    return made
