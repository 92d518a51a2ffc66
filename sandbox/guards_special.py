"""Attributes whose name has a meaning of its own: classes, fields of functions, formats, code."""

from __future__ import annotations

import datetime
import functools
import types
from typing import Any

from sandbox.dialect.meaning.attributes import BoundMethod, UnboundMethod
from sandbox.dialect.meaning.classes import is_added
from sandbox.dialect.meaning.error_frames import class_of_function
from sandbox.dialect.meaning.errors import raised
from sandbox.dialect.meaning.fields import LONGEST_SPEC
from sandbox.dialect.meaning.typenames import Type, class_of, is_old_style
from sandbox.errors import GeneratorExit as ScriptGeneratorExit
from sandbox.facade import Facade
from sandbox.generators import close_generator
from sandbox.given_texts import slot_behind
from sandbox.guards_base import (
    FUNCTION_FIELDS,
    STAND_INS,
    ScriptOwned,
    is_script_function,
    missing,
    read_object,
    refused,
    type_dict,
    type_mro,
)
from sandbox.guards_errors import set_up_again
from sandbox.guards_format import UNBOUND, bound_format, format_one
from sandbox.guards_kept import kept_names, shown_hook
from sandbox.guards_metaclass import PLAIN_METACLASSES, ScriptType
from sandbox.guards_names import InstanceNames
from sandbox.guards_new import maker_of
from sandbox.guards_owners import ClassSuper, by_owner, mro_list, sealed_mro
from sandbox.guards_shown import safe_answer, safe_class, script_bases, script_mro
from sandbox.guards_texts import text_method
from sandbox.iteration import ITEMS
from sandbox.limits_consuming import checked_items
from sandbox.limits_hooks import asked_for
from sandbox.limits_methods import sized_method
from sandbox.lookups import bound, change
from sandbox.policy_names import COPIED_ATTRIBUTES
from sandbox.tables import clear_table, fill_table, update_table
from sandbox.tracebacks import shown_file
from sandbox.unbound import from_host

_METHOD_FIELDS = {"im_func": "__func__", "im_self": "__self__"}


def _class_of(owner: Any, name: str) -> Any:
    return safe_answer(class_of(owner))


# What it keeps in the dictionary of a class.
_OF_THE_INTERPRETER = frozenset(
    {"__dict__", "__weakref__", "__class_getitem__", "__abstractmethods__"}
    | {"__static_attributes__", "__firstlineno__"}
)


def dict_of(owner: Any, name: str) -> Any:
    """``owner.__dict__``: the script's own, a copy for classes."""
    kind = type(owner)
    if issubclass(kind, ScriptType):
        return {
            key: _entry(key, asked_for(value))
            for key, value in type_dict(owner).items()
            if key not in _OF_THE_INTERPRETER
            and "$" not in key
            and value is not ITEMS
            and slot_behind(value) is None
            # A class that compares in its own way has it for the interpreter alone.
            and not (key == "__hash__" and type(value) is types.WrapperDescriptorType)
            and not is_added(asked_for(value))
        }
    if isinstance(kind, ScriptType):
        held = read_object(owner, "__dict__")
        kept = kept_names(kind)
        if kept:
            return InstanceNames(held, kept)
        if issubclass(kind, staticmethod | classmethod):
            # The interpreter copies it from the function, which may be the host's.
            held.pop("__annotations__", None)
        return held
    if is_script_function(owner):
        return owner.__dict__
    if isinstance(owner, ScriptOwned):
        return owner._view()
    raise refused(owner, name)


def _entry(name: str, value: Any) -> Any:
    """What a class holds, as a script may hold it: a function of the host's would take stores."""
    if name == "__new__":
        maker = maker_of(value)
        return value if maker is None else staticmethod(maker)
    if type(value) is types.FunctionType and from_host(value):
        return UnboundMethod(name, value)
    return value


def _maker(owner: Any, name: str) -> Any:
    """``__new__`` as the script wrote it, or what makes instances of the host's classes."""
    found = by_owner(owner, name)
    held = found
    if isinstance(owner, ScriptType):
        held = next(type_dict(cls)[name] for cls in type_mro(owner) if name in type_dict(cls))
    maker = maker_of(held)
    if maker is None:
        return found
    if type(owner) is ClassSuper:
        owner = owner._start
    elif type(owner) is super:
        owner = read_object(owner, "__self_class__")
    return bound(maker, None, owner)


def _bases_of(owner: Any, name: str) -> Any:
    if isinstance(owner, type) and owner is not Type:
        if name == "__mro__" and is_old_style(owner):
            raise missing(owner, name)
        return script_bases(owner) if name == "__bases__" else script_mro(owner)
    raise missing(owner, name)


def _mro_of(owner: Any, name: str) -> Any:
    if isinstance(owner, type):
        if any(name in type_dict(cls) for cls in type_mro(owner) if isinstance(cls, ScriptType)):
            return getattr(owner, name)
        if issubclass(owner, type):
            # Read from a metaclass it is asked about the class that it is called with.
            return sealed_mro
        return types.MethodType(mro_list, owner)
    if isinstance(type(owner), ScriptType) or isinstance(owner, Facade) or type(owner) in _ASKED:
        return by_owner(owner, name)
    # What stands for a class, as one in brackets does, gives the interpreter's own.
    raise refused(owner, name)


_ASKED = frozenset({super, types.FunctionType, types.MethodType})


def _exception_object(owner: Any, name: str) -> Any:
    kind = type(owner)
    if not issubclass(kind, BaseException):
        return by_owner(owner, name)
    if any(name in type_dict(cls) for cls in type_mro(kind) if isinstance(cls, ScriptType)):
        return getattr(owner, name)
    # What the interpreter notes in a script's own error may be an object of the program's.
    held = read_object(owner, "__dict__")
    if name in held:
        return held[name]
    raise refused(owner, name)


def _chain_maps(owner: Any, name: str) -> Any:
    kind = type(owner)
    if type(kind) not in PLAIN_METACLASSES and not issubclass(kind, Facade):
        raise refused(owner, name)
    return by_owner(owner, name)


_VIEWS = frozenset({type({}.keys()), type({}.values()), type({}.items())})


def _behind_a_view(owner: Any, name: str) -> Any:
    if type(owner) in _VIEWS:
        # Python 2's views do not tell, and the dictionary may be the host's.
        raise missing(owner, name)
    return by_owner(owner, name)


_DATES = (datetime.date, datetime.time)


def _strftime(owner: Any, name: str) -> Any:
    real = by_owner(owner, name)
    # Of super it is bound to the date, which is not the owner.
    asked = getattr(real, "__self__", owner) if type(owner) is super else owner
    dated = isinstance(asked, _DATES) or (isinstance(asked, type) and issubclass(asked, _DATES))
    return types.MethodType(_short_format, real) if dated else real


def _short_format(real: Any, *args: Any) -> Any:
    """``strftime`` with a format that can be written in a moment."""
    if any(isinstance(one, str) and str.__len__(one) > LONGEST_SPEC for one in args):
        raise ValueError(f"a format of more than {LONGEST_SPEC} characters is too long here")
    return real(*args)


def _never_on_host(owner: Any, name: str) -> Any:
    if isinstance(owner, BaseException | functools.partial):
        raise refused(owner, name)
    return by_owner(owner, name)


def _property_part(owner: Any, name: str) -> Any:
    if isinstance(owner, property):
        part = getattr(owner, name)
        if part is not None and not is_script_function(part):
            raise refused(owner, name)
        return part
    return by_owner(owner, name)


def _function_field(owner: Any, name: str) -> Any:
    if type(owner) is types.MethodType and is_script_function(owner.__func__):
        owner = owner.__func__
    if is_script_function(owner):
        return getattr(owner, FUNCTION_FIELDS[name])
    return by_owner(owner, name)


def _method_field(owner: Any, name: str) -> Any:
    real = _METHOD_FIELDS.get(name, name)
    if type(owner) is types.MethodType:
        if is_script_function(owner.__func__):
            return getattr(owner, real)
        raise refused(owner, name)
    if is_script_function(owner):
        if class_of_function(owner) is not None:
            # A method read from its class is a plain function here.
            return owner if real == "__func__" else None
        raise missing(owner, name)
    if isinstance(owner, types.BuiltinMethodType | types.FunctionType):
        raise missing(owner, name)
    return by_owner(owner, name)


def _method_class(owner: Any, name: str) -> Any:
    if type(owner) is types.MethodType and is_script_function(owner.__func__):
        bound = owner.__self__
        return safe_class(bound if isinstance(bound, type) else type(bound))
    if is_script_function(owner):
        found = class_of_function(owner)
        if found is not None:
            return safe_class(found)
    return by_owner(owner, name)


def _format(owner: Any, name: str) -> Any:
    if type(owner) is str or isinstance(owner, str):
        for cls in type_mro(type(owner)):
            if name in type_dict(cls):
                if isinstance(cls, ScriptType):
                    return getattr(owner, name)
                break
        return bound_format(owner, name)
    if isinstance(owner, type) and issubclass(owner, str):
        for cls in type_mro(owner):
            if name in type_dict(cls):
                if isinstance(cls, ScriptType):
                    return getattr(owner, name)
                break
        return UNBOUND
    if type(owner) is super:
        target = read_object(owner, "__self__")
        if isinstance(target, str):
            return bound_format(target, name)
        if isinstance(target, type) and issubclass(target, str):
            return UNBOUND
    if type(owner) is ClassSuper and issubclass(owner._start, str):
        return UNBOUND
    if isinstance(owner, bytes | bytearray):
        raise missing(owner, name)
    return by_owner(owner, name)


def _throw_of(owner: Any, name: str) -> Any:
    if type(owner) is types.GeneratorType:
        return types.MethodType(_throw, owner)
    return by_owner(owner, name)


def _close_of(owner: Any, name: str) -> Any:
    if type(owner) is types.GeneratorType:
        return types.MethodType(close_generator, owner)
    return by_owner(owner, name)


_TABLES = {"clear": clear_table, "update": update_table, "__init__": fill_table}


def _table_method(owner: Any, name: str) -> Any:
    """A method of dictionaries that would change what their table is; see ``tables``."""
    found = by_owner(owner, name)
    kind = type(found)
    if kind is types.MethodWrapperType and isinstance(found.__self__, BaseException):
        return types.MethodType(set_up_again, found)
    if kind in _BOUND and isinstance(found.__self__, dict):
        return types.MethodType(_TABLES[name], found.__self__)
    if kind in _UNBOUND and found.__objclass__ is dict:
        return UnboundMethod(name, types.MethodType(_table_unbound, name))
    return sized_method(found, name) if _of_set(found, kind) else found


def _of_set(found: Any, kind: type) -> bool:
    if kind in _BOUND:
        return isinstance(found.__self__, set)
    return kind in _UNBOUND and found.__objclass__ is set


_BOUND = frozenset({types.BuiltinMethodType, types.MethodWrapperType})
_UNBOUND = frozenset({types.MethodDescriptorType, types.WrapperDescriptorType})


def _from_keys_of(owner: Any, name: str) -> Any:
    found = by_owner(owner, name)
    if type(found) is not types.BuiltinMethodType or found.__self__ is dict:
        return found
    if not (isinstance(found.__self__, type) and issubclass(found.__self__, dict)):
        return found
    return BoundMethod(name, _from_keys, found.__self__)


def _from_keys(cls: Any, keys: Any, value: Any = None) -> Any:
    """``fromkeys`` of an heir, whose ``__new__`` may give a dictionary that there was before."""
    made = cls()
    for key in checked_items(keys):
        change(made)
        made[key] = value
    return made


def _table_unbound(name: str, *args: Any, **keywords: Any) -> Any:
    if not args or not isinstance(args[0], dict):
        raise TypeError(f"descriptor '{name}' requires a 'dict' object")
    return _TABLES[name](*args, **keywords)


def _joined(owner: Any, name: str) -> Any:
    """What Python 2's dictionaries and classes do not have."""
    found = by_owner(owner, name)
    kind = type(found)
    if _of_set(found, kind):
        return sized_method(found, name)
    if kind is types.MethodWrapperType and isinstance(found.__self__, dict | type):
        raise missing(owner, name)
    if kind is types.WrapperDescriptorType and found.__objclass__ in (dict, type):
        raise missing(owner, name)
    return found


def _throw(generator: Any, kind: Any, value: Any = None, trace: Any = None) -> Any:
    """``generator.throw(...)``; what closes generators for the host is never thrown."""
    error = raised(kind, value, trace)
    if type(error) is GeneratorExit:
        error = ScriptGeneratorExit(*error.args)
    return generator.throw(error)


def _moment_method(owner: Any, name: str) -> Any:
    """A method of moments and times that takes a zone, which may be a script's."""
    made = STAND_INS.get(type(owner), {}).get(name)
    if made is not None:
        return types.MethodType(made, owner)
    found = by_owner(owner, name)
    if isinstance(owner, type) and issubclass(owner, _DATES):
        return found
    return sized_method(found, name)


def _hook(owner: Any, name: str) -> Any:
    return shown_hook(by_owner(owner, name))


def _slot_format(owner: Any, name: str) -> Any:
    if isinstance(type(owner), ScriptType):
        return by_owner(owner, name)
    return types.MethodType(format_one, owner)


class FunctionCode(Facade):
    """``func_code`` of a script's function: what describes it, as plain data."""

    __slots__ = (
        "co_argcount",
        "co_filename",
        "co_firstlineno",
        "co_flags",
        "co_name",
        "co_nlocals",
        "co_varnames",
    )

    def __init__(self, code: types.CodeType) -> None:
        put = object.__setattr__
        for name in FunctionCode.__slots__:
            put(self, name, getattr(code, name))
        put(self, "co_filename", shown_file(code.co_filename))
        put(self, "co_varnames", tuple(n for n in code.co_varnames if "$" not in n))


def _code_of(owner: Any, name: str) -> Any:
    if type(owner) is types.MethodType:
        owner = owner.__func__
    if is_script_function(owner):
        return FunctionCode(owner.__code__)
    return _copied(owner, name)


def _copied(owner: Any, name: str) -> Any:
    if isinstance(owner, Facade) or isinstance(type(owner), ScriptType):
        return by_owner(owner, name)
    raise refused(owner, name)


# Readers by name: ``(owner, name) -> value``.
SPECIAL: dict[str, Any] = {
    **dict.fromkeys(COPIED_ATTRIBUTES, _copied),
    "func_code": _code_of,
    "__class__": _class_of,
    "__dict__": dict_of,
    "__bases__": _bases_of,
    "__mro__": _bases_of,
    "__new__": _maker,
    "mro": _mro_of,
    "obj": _exception_object,
    "maps": _chain_maps,
    "mapping": _behind_a_view,
    "strftime": _strftime,
    "astimezone": _moment_method,
    "replace": _moment_method,
    "func": _never_on_host,
    "fget": _property_part,
    "fset": _property_part,
    "fdel": _property_part,
    "with_traceback": _never_on_host,
    "add_note": _exception_object,
    "func_name": _function_field,
    "func_doc": _function_field,
    "func_dict": _function_field,
    "func_defaults": _function_field,
    "im_func": _method_field,
    "im_self": _method_field,
    "__func__": _method_field,
    "__self__": _method_field,
    "im_class": _method_class,
    "format": _format,
    "format_map": _format,
    "__format__": _slot_format,
    "__getattr__": _hook,
    "throw": _throw_of,
    "close": _close_of,
    "fromkeys": _from_keys_of,
    **dict.fromkeys(_TABLES, _table_method),
    **dict.fromkeys(("__repr__", "__str__"), text_method),
    **dict.fromkeys(("__or__", "__ior__", "__ror__"), _joined),
}
