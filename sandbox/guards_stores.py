"""Stores and deletions of attributes that a script's text or a run-time name asks for."""

from __future__ import annotations

import gc
import types
from typing import Any

from sandbox.guards_base import (
    ABSENT,
    FUNCTION_FIELDS,
    ScriptOwned,
    is_script_function,
    own_entry,
    plain_name,
    read_object,
    refused,
    type_dict,
    type_mro,
)
from sandbox.guards_errors import keep_field
from sandbox.guards_kept import kept_names
from sandbox.guards_metaclass import PLAIN_METACLASSES, ScriptType, is_sealed
from sandbox.guards_owners import is_open
from sandbox.limits import outlive
from sandbox.lookups import ASKING, change_attribute
from sandbox.policy_names import (
    FIELD_DUNDERS,
    METHOD_DUNDERS,
    REFUSED_ATTRIBUTES,
    REFUSED_METHODS,
)

# Instances of the interpreter's own classes that take stores and are no part of the language.
_CLOSED = frozenset(
    {
        types.TracebackType,
        types.FrameType,
        types.CellType,
        types.CodeType,
        types.ModuleType,
        types.FunctionType,
        types.GeneratorType,
        types.CoroutineType,
        staticmethod,
        classmethod,
        property,
        super,
    }
)


_HEAP = 1 << 9


def settable(owner: Any, name: str) -> Any:
    """``$open``: the owner, if a plain attribute of it may be set or deleted.

    What a script can reach refuses stores by itself; this is for what it was not meant to reach.

    Errors: AttributeError for objects and classes of the host's that would take any store.
    """
    kind = type(owner)
    if ASKING:
        change_attribute(owner, name)
    if issubclass(kind, BaseException):
        keep_field(owner, name)
    if type(kind) in PLAIN_METACLASSES or _takes_stores(owner, kind, name):
        return owner
    raise refused(owner, name)


def _takes_stores(owner: Any, kind: Any, name: str) -> bool:
    if isinstance(kind, ScriptType) or issubclass(kind, ScriptType) or is_script_function(owner):
        return True
    if issubclass(kind, type):
        return is_sealed(owner)
    if kind in _CLOSED:
        return False
    if issubclass(kind, BaseException):
        # What C keeps in one is freed by a recursion, and trusted: the text of a UnicodeDecodeError
        # shows the byte that stands at its start, in whatever memory that is.
        return kind.__flags__ & _HEAP_MADE or not _holds(kind, name, _MEMBERS)
    if kind.__flags__ & _HEAP:
        # A class made in Python says itself what may be set, if it was made for scripts.
        return is_sealed(kind) and not kind.__flags__ & _IMMUTABLE
    # No class in C lets scripts set what it keeps: the error for what is not there is its own.
    return not (
        kind.__dictoffset__
        or _holds(kind, name, _FIELDS)
        or kind.__setattr__ is not object.__setattr__
    )


_HEAP_MADE = 1 << 9
_IMMUTABLE = 1 << 8
# An error's ``args`` are computed, and may be set.
_MEMBERS = frozenset({types.MemberDescriptorType})
_FIELDS = _MEMBERS | {types.GetSetDescriptorType}


def _holds(kind: Any, name: str, fields: frozenset[type]) -> bool:
    """Whether an attribute of a class of the interpreter's own is a field in C."""
    held = (type_dict(cls).get(name) for cls in type_mro(kind))
    return any(type(one) in fields for one in held)


# Of a function they are what it is: another code would not run under the guards of this one.
_FIXED = frozenset({"func_code", "func_globals", "func_closure"})


def write(value: Any, owner: Any, name: str) -> None:
    """``owner.name = value`` for names that the policy cannot decide alone."""
    name = plain_name(name)
    if name in REFUSED_ATTRIBUTES or "$" in name:
        raise refused(owner, name)
    if name[:1] != "_" and name not in FUNCTION_FIELDS:
        if name in _FIXED and is_script_function(owner):
            raise TypeError("readonly attribute")
        setattr(settable(owner, name), name, value)
        return
    if ASKING:
        change_attribute(owner, name)
    kind = type(owner)
    if type(kind) in PLAIN_METACLASSES and name[:2] != "__":
        setattr(owner, name, value)
    elif isinstance(kind, ScriptType):
        _write_instance(owner, kind, name, value)
    elif isinstance(owner, ScriptType):
        _write_class(owner, name, value)
    elif is_script_function(owner):
        real = FUNCTION_FIELDS.get(name, name)
        if name == "func_dict":
            # A key of a script's own kind may be asked in the middle of a store to it.
            held = owner.__dict__
            outlive(held)
            owner.__dict__ = value
            outlive(held)
            return
        if real in ("__name__", "__doc__", "__module__") or name[:2] != "__":
            setattr(owner, real, value)
        else:
            raise refused(owner, name)
    elif isinstance(owner, ScriptOwned):
        owner._write(name, value)
    else:
        raise refused(owner, name)


def _write_instance(owner: Any, kind: Any, name: str, value: Any) -> None:
    if name == "__class__":
        if not isinstance(value, ScriptType) or _foundation(value) != _foundation(kind):
            raise TypeError("__class__ can only be set to a class of the same foundation")
        # A look-up that asks a script's key goes on with the class that there was.
        outlive(kind)
        object.__setattr__(owner, "__class__", value)
        # For runs that began in between.
        outlive(kind)
        return
    if name == "__dict__":
        own = value is owner and issubclass(kind, dict)
        # A dictionary whose items are its attributes is a known recipe; others may lie about both.
        if type(value) is not dict and not own:
            raise TypeError("__dict__ must be set to a dictionary")
        kept = kept_names(kind)
        if kept:
            # A copy: the script would keep what it gave, and put any name in.
            value = {name: one for name, one in dict.items(value) if type(name) is str}
            if not kept.isdisjoint(value):
                raise refused(owner, "__dict__")
        held = _outlive_dictionary(owner)
        object.__setattr__(owner, "__dict__", value)
        if held is not None:
            outlive(held)
        return
    for cls in type_mro(kind):
        if name in type_dict(cls):
            if isinstance(cls, ScriptType):
                break
            if name not in METHOD_DUNDERS and name not in FIELD_DUNDERS:
                raise refused(owner, name)
    setattr(owner, name, value)


def _outlive_dictionary(owner: Any) -> Any:
    """Keep the dictionary that an instance had, and give it; None where it never showed one.

    A key of a script's own kind is asked whether it equals the name of an attribute that is being
    stored, and may answer by setting another dictionary.
    """
    # Of an instance that never showed its dictionary, what it has now is made by asking.
    had = gc.get_referents(owner)
    held = read_object(owner, "__dict__")
    if not any(one is held for one in had):
        return None
    outlive(held)
    return held


def _foundation(cls: Any) -> tuple[Any, ...]:
    return tuple(base for base in type_mro(cls) if not isinstance(base, ScriptType))


def _write_class(owner: Any, name: str, value: Any) -> None:
    if name == "__del__":
        return
    if name in REFUSED_METHODS or name in ("__dict__", "__slots__", "__weakref__", "__new__"):
        raise refused(owner, name)
    setattr(owner, name, value)


def guarded_setattr(owner: Any, name: Any, value: Any) -> None:
    """``setattr(owner, name, value)``."""
    write(value, owner, name)


def guarded_delattr(owner: Any, name: Any) -> None:
    """``delattr(owner, name)``."""
    name = plain_name(name)
    if name in REFUSED_ATTRIBUTES or "$" in name:
        raise refused(owner, name)
    if name[:1] == "_":
        kind = type(owner)
        if isinstance(owner, ScriptOwned):
            owner._remove(name)
            return
        own = isinstance(kind, ScriptType) or isinstance(owner, ScriptType)
        if isinstance(kind, ScriptType) and _kept_by_host(kind, name):
            raise refused(owner, name)
        if not own or name in ("__dict__", "__class__"):
            own = is_script_function(owner) and own_entry(owner, name) is not ABSENT
        if not own:
            raise refused(owner, name)
    delattr(settable(owner, name), name)


def plain_write(owner: Any, name: Any, value: Any) -> None:
    """``object.__setattr__``: without the script's own hook."""
    name = plain_name(name)
    kind = type(owner)
    if isinstance(owner, ScriptType) and name not in REFUSED_ATTRIBUTES and "$" not in name:
        ScriptType.__setattr__(owner, name, value)
        return
    if not isinstance(kind, ScriptType):
        write(value, owner, name)
        return
    if name in REFUSED_ATTRIBUTES or "$" in name or name in ("__class__", "__dict__"):
        write(value, owner, name)
        return
    if _kept_by_host(kind, name):
        raise refused(owner, name)
    if ASKING:
        change_attribute(owner, name)
    if issubclass(kind, BaseException):
        keep_field(owner, name)
    if type(kind) in PLAIN_METACLASSES:
        object.__setattr__(owner, name, value)
    else:
        super(_first_script(kind), owner).__setattr__(name, value)


def _kept_by_host(kind: Any, name: str) -> bool:
    """Whether a class of the host's keeps something of its own under that name."""
    if is_open(kind, name):
        return False
    return any(name in type_dict(cls) for cls in type_mro(kind) if not isinstance(cls, ScriptType))


def _first_script(kind: Any) -> Any:
    """The last of the script's own classes in the order of lookup."""
    found = kind
    for cls in type_mro(kind):
        if isinstance(cls, ScriptType):
            found = cls
    return found


def plain_delete(owner: Any, name: Any) -> None:
    """``object.__delattr__``: without the script's own hook."""
    name = plain_name(name)
    if (
        type(type(owner)) in PLAIN_METACLASSES
        and name not in REFUSED_ATTRIBUTES
        and name[:2] != "__"
    ):
        object.__delattr__(owner, name)
        return
    guarded_delattr(owner, name)
