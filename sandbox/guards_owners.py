"""Attributes by whose object it is: a script's instances, classes and functions, or the host's."""

from __future__ import annotations

import collections
import threading
import types
from typing import Any

from sandbox.containers_shown import real_class
from sandbox.dialect.meaning.identity import address
from sandbox.dialect.meaning.text import python2_str
from sandbox.dialect.meaning.typenames import Type, is_old_style
from sandbox.errors import HOST_PROPERTY
from sandbox.facade import Facade
from sandbox.guards_base import (
    ABSENT,
    ACCESSORS,
    NAMED_TUPLE,
    WAYS,
    ScriptOwned,
    is_script_function,
    missing,
    own_entry,
    read_object,
    refused,
    type_dict,
    type_mro,
)
from sandbox.guards_classes import metaclass_for
from sandbox.guards_errors import keep_fields
from sandbox.guards_format import format_one
from sandbox.guards_metaclass import FIELDS, PLAIN_TYPES, ScriptType, is_sealed, real_base
from sandbox.guards_shown import safe_class, script_mro
from sandbox.limits_consuming import starred
from sandbox.lookups import ASKING, change_attribute
from sandbox.policy_names import FIELD_DUNDERS, GUARDED_ATTRIBUTES, METHOD_DUNDERS
from sandbox.tables import fill_table, update_table
from sandbox.unbound import (
    HOLDERS,
    Unbound,
    call_static,
    call_unbound,
    is_static_too,
    through_class,
)


def by_owner(owner: Any, name: str) -> Any:
    """``owner.name`` as its owner decides; AttributeError for what a script may not have."""
    kind = type(owner)
    if issubclass(kind, type):
        return _of_class(owner, name)
    if isinstance(kind, ScriptType):
        return _of_instance(owner, name, type_mro(kind))
    if kind is types.FunctionType:
        if is_script_function(owner):
            if name in FIELD_DUNDERS:
                return getattr(owner, name)
            if name == "__call__":
                return owner
            found = own_entry(owner, name)
            if found is ABSENT:
                raise missing(owner, name)
            return found
    elif kind is types.MethodType:
        if is_script_function(owner.__func__):
            if name == "__call__":
                return owner
            return by_owner(owner.__func__, name)
    elif kind is super:
        return _of_super(owner, name)
    elif kind is ClassSuper:
        return owner._found(name)
    elif isinstance(owner, ScriptOwned):
        return owner._read(name)
    if name in FIELD_DUNDERS:
        value = getattr(owner, name)
        if name == "__doc__" or type(value) is str:
            return value
        raise missing(owner, name)
    if name in METHOD_DUNDERS and (is_sealed(kind) or isinstance(owner, Facade)):
        return getattr(owner, name)
    if name in NAMED_TUPLE and isinstance(owner, tuple) and hasattr(kind, "_fields"):
        return getattr(owner, name)
    if name[:1] == "_":
        published = getattr(kind, "SCRIPT_PRIVATE", ())
        if name in published and isinstance(owner, Facade):
            return getattr(owner, name)
        if name in ("__file__", "__all__", "__version__") and isinstance(owner, Facade):
            return getattr(owner, name)
        raise refused(owner, name)
    return getattr(owner, name)


class _PastHooks(threading.local):
    owner: Any = None


PAST_HOOKS = _PastHooks()
"""Whose ``__getattribute__`` is reading plainly, on this thread."""


def _read(owner: Any, name: str) -> Any:
    return read_object(owner, name) if PAST_HOOKS.owner is owner else getattr(owner, name)


def _of_instance(owner: Any, name: str, mro: tuple[type, ...]) -> Any:
    if name in WAYS:
        for cls in mro:
            if name in type_dict(cls):
                if isinstance(cls, ScriptType):
                    return _read(owner, name)
                return _bound_accessor(owner, name)
    for cls in mro:
        if name in type_dict(cls):
            if cls is object and is_old_style(mro[0]):
                # Python 2's old-style classes have no common parent.
                break
            if isinstance(cls, ScriptType) or is_open(cls, name):
                return _read(owner, name)
            if name == "__init__":
                return _bound_initializer(cls, owner, owner)
            if name == "__format__":
                return types.MethodType(format_one, owner)
            raise refused(owner, name)
    else:
        return _read(owner, name)
    raise missing(owner, name)


def is_open(cls: Any, name: str) -> bool:
    """Whether a method of operators may be read from a class that is not the script's."""
    if name in METHOD_DUNDERS or name in FIELD_DUNDERS:
        return True
    if name in NAMED_TUPLE:
        return "_fields" in type_dict(cls)
    return name[:1] != "_"


def _of_class(owner: Any, name: str) -> Any:
    if owner is Type:
        return _of_type(name)
    if name == "__new__":
        return _Constructor(real_class(owner))
    if name in WAYS:
        for cls in type_mro(owner):
            if name in type_dict(cls):
                if isinstance(cls, ScriptType):
                    return getattr(owner, name)
                return _sealed_accessor(name)
    if name == "__call__" and issubclass(owner, type) and not _of_script(owner, name):
        return _SEALED[_call_class]
    if name == "__init__":
        return _initializer(real_class(owner))
    for cls in type_mro(owner):
        if name in type_dict(cls):
            if issubclass(cls, type) and not isinstance(cls, ScriptType):
                # The host's own metaclasses hold plain functions, which would take stores.
                if not is_open(cls, name):
                    raise refused(owner, name)
                return through_class(owner, name, getattr(owner, name))
            if isinstance(cls, ScriptType) or is_open(cls, name):
                return getattr(owner, name)
            raise refused(owner, name)
    if name in FIELD_DUNDERS:
        return getattr(owner, name)
    if name == "__call__":
        return owner
    for meta in type_mro(type(owner)):
        if name in type_dict(meta):
            if meta is type and name == "mro":
                return types.MethodType(mro_list, owner)
            if isinstance(meta, ScriptType) or name[:1] != "_":
                return getattr(owner, name)
            raise refused(owner, name)
    return getattr(owner, name)


def _of_script(owner: Any, name: str) -> bool:
    """Whether the first class that has the name is a script's."""
    for cls in type_mro(owner):
        if name in type_dict(cls):
            return isinstance(cls, ScriptType)
    return False


def mro_list(owner: Any) -> list[Any]:
    """``cls.mro()`` as scripts see it.

    Errors: TypeError for what is no class.
    """
    if not issubclass(type(owner), type):
        raise TypeError("descriptor 'mro' requires a 'type' object")
    return list(script_mro(owner))


sealed_mro = mro_list.__call__  # type: ignore[operator]


def _of_type(name: str) -> Any:
    """Attributes of ``type`` itself, for scripts that define metaclasses."""
    if name == "__new__":
        return _SEALED[_new_by_type]
    if name == "__init__":
        return _SEALED[_nothing]
    if name == "__call__":
        return _SEALED[_call_class]
    if name == "__name__":
        return "type"
    if name in WAYS:
        return _sealed_accessor(name)
    raise refused(Type, name)


def _new_by_type(metaclass: Any, name: Any, bases: Any, namespace: Any) -> Any:
    if not (isinstance(metaclass, type) and issubclass(metaclass, ScriptType)):
        if metaclass is not Type:
            raise TypeError("type.__new__(X): X is not a metaclass of a script")
        metaclass = ScriptType
    if not isinstance(bases, tuple):
        raise TypeError("type.__new__() argument 2 must be tuple")
    real = tuple(map(real_base, bases)) or (object,)
    winner = metaclass_for(real, metaclass)
    # That of the library's metaclass which a script's extends, if it has one.
    held = (one for one in type_mro(winner) if not isinstance(one, ScriptType))
    maker = next(one for one in held if "__new__" in type_dict(one))
    return type_dict(maker)["__new__"].__func__(winner, str.__str__(name), real, namespace)


def _nothing(*_arguments: Any) -> None:
    return None


def _call_class(cls: Any, *args: Any, **keywords: Any) -> Any:
    if not isinstance(cls, ScriptType):
        raise TypeError("descriptor '__call__' of 'type' requires a class of a script")
    return type.__call__(cls, *args, **keywords)


class _Constructor(Facade):
    """``Class.__new__``: makes instances of the script's own classes only."""

    __slots__ = ("_owner",)
    _owner: Any

    def __init__(self, owner: Any) -> None:
        object.__setattr__(self, "_owner", owner)

    def __repr__(self) -> str:
        return f"<built-in method __new__ of type object at {address(self._owner)}>"

    def __call__(self, cls: Any = None, *args: Any, **keywords: Any) -> Any:
        owner, cls = self._owner, real_class(cls)
        if isinstance(cls, type) and issubclass(cls, ScriptType):
            return _new_by_type(cls, *args)
        if not isinstance(cls, ScriptType) and not (cls in PLAIN_TYPES and cls is owner):
            raise TypeError("__new__(X): X is not a class of a script")
        if owner not in type_mro(cls):
            # It would set up what it makes, and a script's class may listen to that.
            raise TypeError("__new__(X): X is not a subtype of the class it was read from")
        if owner is object:
            return object.__new__(cls)
        made = owner.__new__
        if owner is tuple and len(args) == 1:
            args = (starred(args[0]),)
        elif made is str.__new__ and len(args) == 1 and not keywords:
            args = (python2_str(args[0]),)
        return made(cls, *args, **keywords)


def _initializer(owner: Any) -> Any:
    if isinstance(owner, ScriptType):
        for cls in type_mro(owner):
            if "__init__" in type_dict(cls):
                if isinstance(cls, ScriptType):
                    return getattr(owner, "__init__")  # noqa: B009 - the name is the point
                owner = cls
                break
    if owner is object:
        return _SEALED[_object_init]
    return _Initializer(owner)


def _object_init(instance: Any, *_arguments: Any) -> None:
    return None


class _Initializer(Facade):
    """``Base.__init__`` of a class of the host: sets up the script's own instances only."""

    __slots__ = ("_owner",)
    _owner: Any

    def __init__(self, owner: Any) -> None:
        object.__setattr__(self, "_owner", owner)

    def __call__(self, instance: Any = None, *args: Any, **keywords: Any) -> Any:
        owner = self._owner
        kind = type(instance)
        if not (isinstance(kind, ScriptType) and issubclass(kind, owner)):
            raise TypeError(
                f"unbound method __init__() must be called with an instance of a script's own "
                f"class as first argument (got {safe_class(kind)!r})"
            )
        if ASKING:
            change_attribute(instance, "")
        if issubclass(owner, dict):
            return _fill(owner, instance, args, keywords)
        if issubclass(owner, BaseException):
            keep_fields(instance)
        return owner.__init__(instance, *args, **keywords)


def _bound_initializer(cls: Any, owner: Any, instance: Any) -> Any:
    """``owner.__init__`` of a class of the host, which may set attributes of the instance."""
    if type(type_dict(cls)["__init__"]) is types.FunctionType:
        return types.MethodType(_Initializer(cls), instance)
    return getattr(owner, "__init__")  # noqa: B009 - the name is the point


def _fill(owner: Any, instance: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    """``dict.__init__`` and its kin: an update, which keeps the kind of the table."""
    order = type_mro(owner)
    first = next(cls for cls in order if "__init__" in type_dict(cls))
    if first is dict:
        fill_table(instance, *args, **keywords)
    elif issubclass(owner, collections.defaultdict):
        owner.__init__(instance, *args[:1])
        update_table(instance, *args[1:], **keywords)
    else:
        owner.__init__(instance, *args, **keywords)


# What the interpreter keeps in an error or a property is not told, whatever asks for it.
_OF_THE_HOST = frozenset({"obj", "with_traceback", "func", "fget", "fset", "fdel", "mapping"})


def _of_super(owner: Any, name: str) -> Any:
    start = read_object(owner, "__self_class__")
    after = read_object(owner, "__thisclass__")
    target = read_object(owner, "__self__")
    mro = type_mro(start)
    for cls in mro[mro.index(after) + 1 :]:
        if name in type_dict(cls):
            if name == "mro" and not isinstance(cls, ScriptType):
                # The interpreter's own answers with classes that the host keeps to itself.
                return types.MethodType(mro_list, target)
            if name in _OF_THE_HOST and not isinstance(cls, ScriptType):
                raise refused(target, name)
            if isinstance(cls, ScriptType) or is_open(cls, name):
                return getattr(owner, name)
            if name == "__init__":
                if cls is object:
                    return types.MethodType(_object_init, target)
                return _bound_initializer(cls, owner, target)
            if name == "__new__":
                return _Constructor(cls)
            if name in WAYS:
                return _bound_accessor(target, name)
            raise refused(target, name)
    return getattr(owner, name)


def _sealed_accessor(name: str) -> Any:
    """The accessor read from a class, as something that refuses stores."""
    return ACCESSORS[name].__call__  # type: ignore[operator]


def _bound_accessor(owner: Any, name: str) -> Any:
    return types.MethodType(ACCESSORS[name], owner)


_SEALED = {
    function: function.__call__  # type: ignore[operator]
    for function in (_new_by_type, _nothing, _call_class, _object_init)
}


class ClassSuper(Facade):
    """``super(B, B)``: what the parents of a class have, for a class.

    The interpreter's own would give the host's functions as they are.
    """

    __slots__ = ("_after", "_start")
    _after: Any
    _start: Any
    SCRIPT_NAME = "super"

    def __init__(self, after: Any, start: Any) -> None:
        object.__setattr__(self, "_after", after)
        object.__setattr__(self, "_start", start)

    def __getattr__(self, name: str) -> Any:
        return self._found(name)

    def _found(self, name: str) -> Any:
        start = self._start
        mro = type_mro(start)
        for cls in mro[mro.index(self._after) + 1 :]:
            held = type_dict(cls)
            if name in held:
                return _held(cls, name, held[name], start)
        raise missing(self, name)


def _held(cls: Any, name: str, raw: Any, start: Any) -> Any:
    """What ``super(B, B).name`` gives for what one of the parents holds."""
    own = isinstance(cls, ScriptType)
    if name == "__new__" and not own:
        return _Constructor(cls)
    if name == "__init__" and not own:
        return _SEALED[_object_init] if cls is object else _Initializer(cls)
    if name in WAYS and not own:
        return _sealed_accessor(name)
    if issubclass(cls, type) and not own and name == "__call__":
        return _SEALED[_call_class]
    if name == "mro" and not own:
        return types.MethodType(mro_list, start)
    if not own and (name in GUARDED_ATTRIBUTES or not is_open(cls, name)):
        raise refused(start, name)
    if not own and type(raw) in FIELDS:
        # Under another name in a metaclass, or an heir, no check of names would see it.
        return HOST_PROPERTY
    bind = getattr(type(raw), "__get__", None)
    value = raw if bind is None else bind(raw, None, start)
    if own or type(value) not in (types.FunctionType, property):
        return value
    if type(value) is property:
        return HOST_PROPERTY
    if type(raw) in HOLDERS:
        raw = raw.value
    if type(raw) is types.FunctionType and not is_static_too(raw):
        return types.MethodType(call_unbound, Unbound(value, cls))
    return types.MethodType(call_static, value)
