"""Attribute access that a script's text or a run-time name asks for, decided by the owner.

Whose object it is decides: a script's own instances, classes, functions and modules give what the
script put there; a host object gives nothing that starts with an underscore but the methods of
operators. Names without an underscore are native reads and come here only from ``getattr``.
"""

from __future__ import annotations

import types
from typing import Any

from sandbox.dialect.meaning.attributes import PY2_METHOD_NAMES, lacking, meant, python2_attribute
from sandbox.dialect.meaning.classes import names_given, names_in
from sandbox.dialect.meaning.typenames import is_old_style
from sandbox.facade import Facade
from sandbox.guards_base import (
    ACCESSORS,
    FORWARDING,
    METHOD_FIELDS,
    WAYS,
    ScriptOwned,
    is_script_function,
    missing,
    plain_name,
    read_object,
    refused,
    type_dict,
    type_mro,
)
from sandbox.guards_classes import new_class
from sandbox.guards_metaclass import FIELDS, PLAIN_METACLASSES, ScriptType
from sandbox.guards_owners import PAST_HOOKS, ClassSuper, by_owner, is_open
from sandbox.guards_special import SPECIAL, dict_of
from sandbox.guards_stores import (
    guarded_delattr,
    guarded_setattr,
    plain_delete,
    plain_write,
    write,
)
from sandbox.iteration import answer_for_missing, hides_items, is_ours, shown_iter
from sandbox.limits_hooks import Getter, asked_for
from sandbox.limits_methods import SIZED_NAMES, hash_method, sized_method
from sandbox.lookups import ASKING, shown_eq
from sandbox.policy_names import GUARDED_ATTRIBUTES, METHOD_DUNDERS, REFUSED_ATTRIBUTES

_MISSING: Any = object()


def field(owner: Any, name: str) -> Any:
    """``owner._name``: compiled in for names with one underscore."""
    kind = type(owner)
    if type(kind) in PLAIN_METACLASSES and not issubclass(kind, type):
        # Such classes extend nothing of the host's, so every private name is the script's.
        return getattr(owner, name)
    return read(owner, name)


def owns(owner: Any) -> bool:
    """``$own`` of a method: whether its instance has no private attributes but the script's."""
    if ASKING:
        return False
    kind = type(owner)
    return type(kind) in PLAIN_METACLASSES and not issubclass(kind, type)


# What no read gives, whatever found it: the last line behind the rules for each owner.
_NEVER = frozenset(
    {
        types.ModuleType,
        types.FrameType,
        types.CodeType,
        types.CellType,
        types.TracebackType,
        types.MappingProxyType,
    }
)
# The interpreter's own ways to attributes, past every guard.
_WRAPPERS = frozenset({types.MethodWrapperType, types.WrapperDescriptorType})
_METHODS = frozenset({types.BuiltinMethodType, types.MethodDescriptorType})
_RAW_NAMES = frozenset({"add_note", "format", "format_map", "mro", "with_traceback"})
_RAW = frozenset({type, BaseException, ScriptType, *PLAIN_METACLASSES})


def read(owner: Any, name: str) -> Any:
    """``owner.name`` for a name that the policy cannot decide alone."""
    value = _found(owner, name)
    kind = type(value)
    if name == "__iter__" and kind in _FUNCTIONS and is_ours(value, kind):
        return _iter_shown(value, owner)
    if _is_raw(value, kind):
        raise refused(owner, name)
    return value.value if kind is Getter else value


_FUNCTIONS = frozenset({types.FunctionType, types.MethodType})


def _iter_shown(value: Any, owner: Any) -> Any:
    try:
        return shown_iter(value, owner)
    except LookupError:
        hook = answer_for_missing(owner)
        if hook is None:
            raise missing(owner, "__iter__") from None
        return hook("__iter__")


def _is_raw(value: Any, kind: Any) -> bool:
    if kind is types.FunctionType:
        return not is_script_function(value)
    if kind in _WRAPPERS:
        return value.__name__ in WAYS
    if kind in FIELDS:
        # Under another name in an heir it would give what no name gives.
        return not isinstance(value.__objclass__, ScriptType)
    if kind in _METHODS:
        # Found by a rule that looked once more than it asked: the first answer was a script's.
        return value.__name__ in _RAW_NAMES
    return kind in _NEVER or (issubclass(kind, type) and value in _RAW)


def _found(owner: Any, name: str) -> Any:
    if type(name) is not str:
        name = plain_name(name)
    if name in REFUSED_ATTRIBUTES or "$" in name:
        raise refused(owner, name)
    kind = type(owner)
    if kind is types.MethodType:
        function = owner.__func__
        if type(function) is not types.FunctionType and name not in METHOD_FIELDS:
            # A bound method answers with what its function has, which may be any object.
            return read(function, name)
    elif kind in FORWARDING:
        raise refused(owner, name)
    special = SPECIAL.get(name)
    if special is not None:
        return special(owner, name)
    if name in PY2_METHOD_NAMES:
        return python2_attribute(owner, name)
    if name in SIZED_NAMES:
        found = by_owner(owner, name)
        if name == "__hash__" and type(found) in _WRAPPERS:
            return hash_method(found, name)
        return sized_method(shown_eq(found, owner) if name == "__eq__" else found, name)
    return by_owner(owner, name)


# Names given at run time that need the object; the other ones without an underscore do not.
_DYNAMIC = (
    GUARDED_ATTRIBUTES
    | frozenset(SPECIAL)
    | PY2_METHOD_NAMES
    | frozenset(REFUSED_ATTRIBUTES)
    | SIZED_NAMES
)


_MARKS = frozenset({"_", "$"})

# Names that scripts asked for and that need no look at the object. Bounded: scripts make names.
_PLAIN_NAMES: set[str] = set()
_MOST_NAMES = 10_000


def named_attribute(owner: Any, name: Any, default: Any = _MISSING) -> Any:
    """``getattr(owner, name[, default])`` where a script's text calls the builtin directly."""
    if type(name) is str and name in _PLAIN_NAMES:
        return getattr(owner, name) if default is _MISSING else getattr(owner, name, default)
    if type(name) is str and name[:1] not in _MARKS and name not in _DYNAMIC:
        if len(_PLAIN_NAMES) >= _MOST_NAMES:
            _PLAIN_NAMES.clear()
        _PLAIN_NAMES.add(name)
    return guarded_getattr(owner, name, default)


def guarded_getattr(owner: Any, name: Any, default: Any = _MISSING) -> Any:
    """``getattr(owner, name[, default])``."""
    if type(name) is str and name[:1] not in _MARKS and name not in _DYNAMIC:
        return getattr(owner, name) if default is _MISSING else getattr(owner, name, default)
    name = plain_name(name)
    try:
        if name[:1] in _MARKS or name in _DYNAMIC:
            return read(owner, name)
        return getattr(owner, name)
    except AttributeError:
        if default is _MISSING:
            raise
        return default


def guarded_hasattr(owner: Any, name: Any) -> bool:
    """``hasattr(owner, name)``; any Exception means no, as in Python 2."""
    try:
        guarded_getattr(owner, name)
    except Exception as error:
        if isinstance(error, TypeError) and not isinstance(name, str):
            raise
        return False
    return True


class Careful:
    """``$changing(owner)``: reads through the guards, for methods that change a table."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __getattr__(self, name: str) -> Any:
        return read(self._owner, name)


class Private:
    """``$private(owner)[name]``: a guarded attribute where a target may stand."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __getitem__(self, name: str) -> Any:
        return read(self._owner, name)

    def __setitem__(self, name: str, value: Any) -> None:
        write(value, self._owner, name)

    def __delitem__(self, name: str) -> None:
        guarded_delattr(self._owner, name)


def _plain_read(owner: Any, name: Any) -> Any:
    """``object.__getattribute__``: without the script's own hooks, with ours."""
    name = plain_name(name)
    kind = type(owner)
    plain = isinstance(kind, ScriptType) and not issubclass(kind, type)
    if plain and name not in REFUSED_ATTRIBUTES and name not in SPECIAL:
        for cls in type_mro(kind):
            if name in type_dict(cls):
                if not (isinstance(cls, ScriptType) or is_open(cls, name)):
                    raise refused(owner, name)
                break
        try:
            value = read_object(owner, name)
        except AttributeError:
            own = lacking(owner, name)
            if own is None:
                raise
            return own
        kind = type(value)
        if name == "__iter__" and kind in _FUNCTIONS and is_ours(value, kind):
            return _iter_shown(value, owner)
        if kind in _NATIVE:
            # What stands for it where it is read otherwise.
            if name == "__hash__" and kind in _WRAPPERS:
                return hash_method(value, name)
            value = meant(value, name)
            return sized_method(value, name) if name in SIZED_NAMES else value
        return shown_eq(value, owner) if kind is types.MethodType else asked_for(value)
    if not plain:
        return guarded_getattr(owner, name)
    # The hook that asks is not asked again for what its names mean.
    former, PAST_HOOKS.owner = PAST_HOOKS.owner, owner
    try:
        return guarded_getattr(owner, name)
    finally:
        PAST_HOOKS.owner = former


_NATIVE = frozenset({types.BuiltinMethodType, types.MethodWrapperType})


ACCESSORS.update(
    {
        "__getattribute__": _plain_read,
        "__setattr__": plain_write,
        "__delattr__": plain_delete,
    }
)


class UnboundSuper(Facade):
    """``super(B)``: bound as an attribute, and then what ``super(B, instance)`` is.

    The interpreter's own would bind itself to classes as well, behind the guards.
    """

    __slots__ = ("_after",)
    _after: Any
    SCRIPT_NAME = "super"

    def __init__(self, after: Any) -> None:
        object.__setattr__(self, "_after", after)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else SuperFunction()(self._after, instance)


class SuperFunction(Facade):
    """``super`` as scripts have it: only from a class of theirs."""

    __slots__ = ()

    def __call__(self, *args: Any) -> Any:
        if not args:
            raise TypeError("super() takes at least 1 argument (0 given)")
        if not isinstance(args[0], ScriptType):
            raise TypeError("super: argument 1 must be type")
        if is_old_style(args[0]):
            raise TypeError("super: argument 1 must be type")
        if len(args) == 2:
            start = args[1]
            if issubclass(type(start), type) and args[0] in type_mro(start):
                return ClassSuper(args[0], start)
        elif len(args) == 1:
            return UnboundSuper(args[0])
        return super(*args)

    def __repr__(self) -> str:
        return "<type 'super'>"


def guarded_dir(owner: Any) -> list[str]:
    """``dir(owner)``: of host objects, what a script may use."""
    kind = type(owner)
    if isinstance(owner, ScriptOwned):
        return sorted(owner._contents())
    if isinstance(owner, ScriptType):
        return _shown(owner, names_in(owner, None))
    if isinstance(kind, ScriptType):
        held = _names_held(owner)
        if held is not None and held is owner:
            held = dict.fromkeys(dict.keys(owner))
        return _shown(kind, names_in(kind, held))
    return sorted(
        n
        for n in names_given(owner)
        if n[:1] != "_" or n in METHOD_DUNDERS or n in ("__doc__", "__class__")
    )


def _names_held(owner: Any) -> Any:
    try:
        return dict_of(owner, "__dict__")
    except AttributeError:
        return None


def _shown(cls: Any, names: list[str]) -> list[str]:
    hidden = hides_items(cls)
    return [n for n in names if n not in REFUSED_ATTRIBUTES and not (hidden and n == "__iter__")]


__all__ = [
    "Private",
    "ScriptOwned",
    "SuperFunction",
    "field",
    "guarded_delattr",
    "guarded_dir",
    "guarded_getattr",
    "guarded_hasattr",
    "guarded_setattr",
    "new_class",
    "read",
    "write",
]
