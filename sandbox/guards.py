"""Attribute access that a script's text or a run-time name asks for, decided by the owner.

Whose object it is decides: a script's own instances, classes, functions and modules give what the
script put there; a host object gives nothing that starts with an underscore but the methods of
operators. Names without an underscore are native reads and come here only from ``getattr``.
"""

from __future__ import annotations

import functools
import types
from typing import Any

from sandbox.dialect.meaning.attributes import PY2_METHOD_NAMES, python2_attribute
from sandbox.dialect.meaning.classes import names_in
from sandbox.dialect.meaning.error_frames import class_of_function
from sandbox.dialect.meaning.errors import raised
from sandbox.dialect.meaning.typenames import Type, class_of, is_old_style
from sandbox.errors import GeneratorExit as ScriptGeneratorExit
from sandbox.facade import Facade
from sandbox.guards_classes import (
    PLAIN_METACLASSES,
    PLAIN_TYPES,
    ScriptType,
    is_sealed,
    metaclass_for,
    new_class,
    real_base,
    safe_answer,
    safe_class,
    script_bases,
    script_mro,
)
from sandbox.guards_format import UNBOUND, bound_format, format_one
from sandbox.policy_names import (
    COPIED_ATTRIBUTES,
    FIELD_DUNDERS,
    GUARDED_ATTRIBUTES,
    METHOD_DUNDERS,
    REFUSED_ATTRIBUTES,
    REFUSED_METHODS,
)

_MISSING: Any = object()
_type_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
_read_object = object.__getattribute__
_NAMED_TUPLE = frozenset({"_asdict", "_fields", "_make", "_replace"})
_BUILT_BY = frozenset({"__init__", "__new__"})
_ACCESSORS = frozenset({"__getattribute__", "__setattr__", "__delattr__"})
_FUNCTION_FIELDS = {
    "func_name": "__name__",
    "func_doc": "__doc__",
    "func_dict": "__dict__",
    "func_defaults": "__defaults__",
}
_METHOD_FIELDS = {"im_func": "__func__", "im_self": "__self__"}


def refused(owner: Any, name: str) -> AttributeError:
    """The error for an attribute that scripts may not reach."""
    kind = safe_class(type(owner))
    shown = getattr(kind, "__name__", "object")
    return AttributeError(f"'{shown}' object has no attribute '{name}' that a script may use")


def missing(owner: Any, name: str) -> AttributeError:
    """The error for an attribute that is not there."""
    shown = getattr(safe_class(type(owner)), "__name__", "object")
    return AttributeError(f"'{shown}' object has no attribute '{name}'")


def is_script_function(value: Any) -> bool:
    """Whether a plain function was compiled from a script."""
    return type(value) is types.FunctionType and "$stop" in value.__builtins__  # type: ignore[attr-defined]


def field(owner: Any, name: str) -> Any:
    """``owner._name``: compiled in for names with one underscore."""
    if type(type(owner)) in PLAIN_METACLASSES:
        # Such classes extend nothing of the host's, so every private name is the script's.
        return getattr(owner, name)
    return read(owner, name)


def owns(owner: Any) -> bool:
    """``$own`` of a method: whether its instance has no private attributes but the script's."""
    return type(type(owner)) in PLAIN_METACLASSES


def read(owner: Any, name: str) -> Any:
    """``owner.name`` for a name that the policy cannot decide alone."""
    if name in REFUSED_ATTRIBUTES or "$" in name:
        raise refused(owner, name)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(owner, name)
    if name in PY2_METHOD_NAMES:
        return python2_attribute(owner, name)
    return _by_owner(owner, name)


def _by_owner(owner: Any, name: str) -> Any:
    kind = type(owner)
    if isinstance(kind, ScriptType):
        return _of_instance(owner, name, _type_mro(kind))
    if isinstance(owner, type):
        return _of_class(owner, name)
    if kind is types.FunctionType:
        if is_script_function(owner):
            if name in FIELD_DUNDERS or name in owner.__dict__:
                return getattr(owner, name)
            if name == "__call__":
                return owner
            raise missing(owner, name)
    elif kind is types.MethodType:
        if is_script_function(owner.__func__):
            if name == "__call__":
                return owner
            return _by_owner(owner.__func__, name)
    elif kind is super:
        return _of_super(owner, name)
    elif isinstance(owner, ScriptOwned):
        return owner._read(name)
    if name in FIELD_DUNDERS:
        value = getattr(owner, name)
        if name == "__doc__" or type(value) is str:
            return value
        raise missing(owner, name)
    if name in METHOD_DUNDERS and (is_sealed(kind) or isinstance(owner, Facade)):
        return getattr(owner, name)
    if name in _NAMED_TUPLE and isinstance(owner, tuple) and hasattr(kind, "_fields"):
        return getattr(owner, name)
    if name[:1] == "_":
        published = getattr(kind, "SCRIPT_PRIVATE", ())
        if name in published and isinstance(owner, Facade):
            return getattr(owner, name)
        if name in ("__file__", "__all__", "__version__") and isinstance(owner, Facade):
            return getattr(owner, name)
        raise refused(owner, name)
    return getattr(owner, name)


class ScriptOwned(Facade):
    """A host object whose names are all the script's: library modules and scopes.

    Its own methods begin with an underscore, so that they hide none of the script's names.
    """

    __slots__ = ()

    def _read(self, name: str) -> Any:
        """The value of any name, AttributeError if there is none."""
        raise missing(self, name)

    def _write(self, name: str, value: Any) -> None:
        """Set any name."""
        raise refused(self, name)

    def _remove(self, name: str) -> None:
        """Delete any name."""
        raise refused(self, name)

    def _contents(self) -> dict[str, Any]:
        """A copy of all names."""
        return {}

    def _view(self) -> Any:
        """What ``__dict__`` gives."""
        return self._contents()


def _of_instance(owner: Any, name: str, mro: tuple[type, ...]) -> Any:
    if name in _ACCESSORS:
        for cls in mro:
            if name in _type_dict(cls):
                if isinstance(cls, ScriptType):
                    return getattr(owner, name)
                return _bound_accessor(owner, name)
    for cls in mro:
        if name in _type_dict(cls):
            if cls is object and is_old_style(mro[0]):
                # Python 2's old-style classes have no common parent.
                break
            if isinstance(cls, ScriptType) or _is_open(cls, name):
                return getattr(owner, name)
            if name == "__init__":
                return getattr(owner, name)
            if name == "__format__":
                return types.MethodType(format_one, owner)
            raise refused(owner, name)
    else:
        return getattr(owner, name)
    raise missing(owner, name)


def _is_open(cls: Any, name: str) -> bool:
    """Whether a method of operators may be read from a class that is not the script's."""
    if name in METHOD_DUNDERS or name in FIELD_DUNDERS:
        return True
    if name in _NAMED_TUPLE:
        return "_fields" in _type_dict(cls)
    return name[:1] != "_"


def _of_class(owner: Any, name: str) -> Any:
    if owner is Type:
        return _of_type(name)
    if name == "__new__":
        return _Constructor(owner)
    if name in _ACCESSORS:
        for cls in _type_mro(owner):
            if name in _type_dict(cls):
                if isinstance(cls, ScriptType):
                    return getattr(owner, name)
                return _UNBOUND[name]
    if name == "__init__":
        return _initializer(owner)
    for cls in _type_mro(owner):
        if name in _type_dict(cls):
            if isinstance(cls, ScriptType) or _is_open(cls, name):
                return getattr(owner, name)
            raise refused(owner, name)
    if name in FIELD_DUNDERS:
        return getattr(owner, name)
    if name == "__call__":
        return owner
    for meta in _type_mro(type(owner)):
        if name in _type_dict(meta):
            if isinstance(meta, ScriptType) or name[:1] != "_":
                return getattr(owner, name)
            raise refused(owner, name)
    return getattr(owner, name)


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
    if name in _ACCESSORS:
        return _UNBOUND[name]
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
    return ScriptType.__new__(winner, str.__str__(name), real, namespace)


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

    def __call__(self, cls: Any = None, *args: Any, **keywords: Any) -> Any:
        owner = self._owner
        if isinstance(cls, type) and issubclass(cls, ScriptType):
            return _new_by_type(cls, *args)
        if not isinstance(cls, ScriptType) and not (cls in PLAIN_TYPES and cls is owner):
            raise TypeError("__new__(X): X is not a class of a script")
        if owner is object:
            return object.__new__(cls)
        made = owner.__new__
        return made(cls, *args, **keywords)


def _initializer(owner: Any) -> Any:
    if isinstance(owner, ScriptType):
        for cls in _type_mro(owner):
            if "__init__" in _type_dict(cls):
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
        return owner.__init__(instance, *args, **keywords)


def _of_super(owner: Any, name: str) -> Any:
    start = _read_object(owner, "__self_class__")
    after = _read_object(owner, "__thisclass__")
    target = _read_object(owner, "__self__")
    mro = _type_mro(start)
    for cls in mro[mro.index(after) + 1 :]:
        if name in _type_dict(cls):
            if isinstance(cls, ScriptType) or _is_open(cls, name):
                return getattr(owner, name)
            if name == "__init__":
                if cls is object:
                    return types.MethodType(_object_init, target)
                return getattr(owner, name)
            if name == "__new__":
                return _Constructor(cls)
            if name in _ACCESSORS:
                return _bound_accessor(target, name)
            raise refused(target, name)
    return getattr(owner, name)


# -- names with a meaning of their own -------------------------------------------------------------


def _class_of(owner: Any, name: str) -> Any:
    return safe_answer(class_of(owner))


def _dict_of(owner: Any, name: str) -> Any:
    kind = type(owner)
    if isinstance(kind, ScriptType):
        return _read_object(owner, "__dict__")
    if isinstance(owner, ScriptType):
        return {
            key: value
            for key, value in _type_dict(owner).items()
            if key not in ("__dict__", "__weakref__") and "$" not in key
        }
    if is_script_function(owner):
        return owner.__dict__
    if isinstance(owner, ScriptOwned):
        return owner._view()
    raise refused(owner, name)


def _bases_of(owner: Any, name: str) -> Any:
    if isinstance(owner, type) and owner is not Type:
        if name == "__mro__" and is_old_style(owner):
            raise missing(owner, name)
        return script_bases(owner) if name == "__bases__" else script_mro(owner)
    raise missing(owner, name)


def _mro_of(owner: Any, name: str) -> Any:
    if isinstance(owner, type):
        if isinstance(owner, ScriptType) and any(
            name in _type_dict(cls) for cls in _type_mro(owner)
        ):
            return getattr(owner, name)
        return types.MethodType(_mro_list, owner)
    return _by_owner(owner, name)


def _mro_list(owner: Any) -> list[Any]:
    return list(script_mro(owner))


def _exception_object(owner: Any, name: str) -> Any:
    if isinstance(owner, BaseException) and not isinstance(type(owner), ScriptType):
        raise refused(owner, name)
    return _by_owner(owner, name)


def _chain_maps(owner: Any, name: str) -> Any:
    if type(type(owner)) not in PLAIN_METACLASSES and not isinstance(owner, Facade):
        raise refused(owner, name)
    return _by_owner(owner, name)


def _never_on_host(owner: Any, name: str) -> Any:
    if isinstance(owner, BaseException | functools.partial):
        raise refused(owner, name)
    return _by_owner(owner, name)


def _property_part(owner: Any, name: str) -> Any:
    if isinstance(owner, property):
        part = getattr(owner, name)
        if part is not None and not is_script_function(part):
            raise refused(owner, name)
        return part
    return _by_owner(owner, name)


def _function_field(owner: Any, name: str) -> Any:
    if type(owner) is types.MethodType and is_script_function(owner.__func__):
        owner = owner.__func__
    if is_script_function(owner):
        return getattr(owner, _FUNCTION_FIELDS[name])
    return _by_owner(owner, name)


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
    return _by_owner(owner, name)


def _method_class(owner: Any, name: str) -> Any:
    if type(owner) is types.MethodType and is_script_function(owner.__func__):
        bound = owner.__self__
        return safe_class(bound if isinstance(bound, type) else type(bound))
    if is_script_function(owner):
        found = class_of_function(owner)
        if found is not None:
            return safe_class(found)
    return _by_owner(owner, name)


def _format(owner: Any, name: str) -> Any:
    if type(owner) is str or isinstance(owner, str):
        for cls in _type_mro(type(owner)):
            if name in _type_dict(cls):
                if isinstance(cls, ScriptType):
                    return getattr(owner, name)
                break
        return bound_format(owner, name)
    if isinstance(owner, type) and issubclass(owner, str):
        for cls in _type_mro(owner):
            if name in _type_dict(cls):
                if isinstance(cls, ScriptType):
                    return getattr(owner, name)
                break
        return UNBOUND
    if type(owner) is super:
        target = _read_object(owner, "__self__")
        if isinstance(target, str):
            return bound_format(target, name)
        if isinstance(target, type) and issubclass(target, str):
            return UNBOUND
    if isinstance(owner, bytes | bytearray):
        raise missing(owner, name)
    return _by_owner(owner, name)


def _throw_of(owner: Any, name: str) -> Any:
    if type(owner) is types.GeneratorType:
        return types.MethodType(_throw, owner)
    return _by_owner(owner, name)


def _throw(generator: Any, kind: Any, value: Any = None, trace: Any = None) -> Any:
    """``generator.throw(...)``; what closes generators for the host is never thrown."""
    error = raised(kind, value, trace)
    if type(error) is GeneratorExit:
        error = ScriptGeneratorExit(*error.args)
    return generator.throw(error)


def _slot_format(owner: Any, name: str) -> Any:
    if isinstance(type(owner), ScriptType):
        return _by_owner(owner, name)
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
        for name in self.__slots__:
            put(self, name, getattr(code, name))
        put(self, "co_varnames", tuple(n for n in code.co_varnames if "$" not in n))


def _code_of(owner: Any, name: str) -> Any:
    if type(owner) is types.MethodType:
        owner = owner.__func__
    if is_script_function(owner):
        return FunctionCode(owner.__code__)
    return _copied(owner, name)


def _copied(owner: Any, name: str) -> Any:
    if isinstance(owner, Facade) or isinstance(type(owner), ScriptType):
        return _by_owner(owner, name)
    raise refused(owner, name)


_SPECIAL: dict[str, Any] = {
    **dict.fromkeys(COPIED_ATTRIBUTES, _copied),
    "func_code": _code_of,
    "__class__": _class_of,
    "__dict__": _dict_of,
    "__bases__": _bases_of,
    "__mro__": _bases_of,
    "mro": _mro_of,
    "obj": _exception_object,
    "maps": _chain_maps,
    "func": _never_on_host,
    "fget": _property_part,
    "fset": _property_part,
    "fdel": _property_part,
    "with_traceback": _never_on_host,
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
    "throw": _throw_of,
}

# Names given at run time that need the object; the other ones without an underscore do not.
_DYNAMIC = (
    GUARDED_ATTRIBUTES | frozenset(_SPECIAL) | PY2_METHOD_NAMES | frozenset(REFUSED_ATTRIBUTES)
)


# -- the functions that scripts call ---------------------------------------------------------------


def plain_name(name: Any) -> str:
    """An attribute name given at run time as an exact str; TypeError if it is not text."""
    if type(name) is str:
        return name
    if isinstance(name, str):
        return str.__str__(name)
    raise TypeError("attribute name must be string")


# Names that scripts asked for and that need no look at the object. Bounded: scripts make names.
_PLAIN_NAMES: set[str] = set()
_MOST_NAMES = 10_000


def named_attribute(owner: Any, name: Any, default: Any = _MISSING) -> Any:
    """``getattr(owner, name[, default])`` where a script's text calls the builtin directly."""
    if type(name) is str and name in _PLAIN_NAMES:
        return getattr(owner, name) if default is _MISSING else getattr(owner, name, default)
    if type(name) is str and name[:1] != "_" and name not in _DYNAMIC:
        if len(_PLAIN_NAMES) >= _MOST_NAMES:
            _PLAIN_NAMES.clear()
        _PLAIN_NAMES.add(name)
    return guarded_getattr(owner, name, default)


def guarded_getattr(owner: Any, name: Any, default: Any = _MISSING) -> Any:
    """``getattr(owner, name[, default])``."""
    if type(name) is str and name[:1] != "_" and name not in _DYNAMIC:
        return getattr(owner, name) if default is _MISSING else getattr(owner, name, default)
    name = plain_name(name)
    try:
        if name[:1] == "_" or name in _DYNAMIC:
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


def write(value: Any, owner: Any, name: str) -> None:
    """``owner.name = value`` for names that the policy cannot decide alone."""
    name = plain_name(name)
    if name in REFUSED_ATTRIBUTES or "$" in name:
        raise refused(owner, name)
    if name[:1] != "_" and name not in _FUNCTION_FIELDS:
        setattr(owner, name, value)
        return
    kind = type(owner)
    if type(kind) in PLAIN_METACLASSES and name[:2] != "__":
        setattr(owner, name, value)
    elif isinstance(kind, ScriptType):
        _write_instance(owner, kind, name, value)
    elif isinstance(owner, ScriptType):
        _write_class(owner, name, value)
    elif is_script_function(owner):
        real = _FUNCTION_FIELDS.get(name, name)
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
        object.__setattr__(owner, "__class__", value)
        return
    if name == "__dict__":
        if type(value) is not dict:
            raise TypeError("__dict__ must be set to a dictionary")
        object.__setattr__(owner, "__dict__", value)
        return
    for cls in _type_mro(kind):
        if name in _type_dict(cls):
            if isinstance(cls, ScriptType):
                break
            if name not in METHOD_DUNDERS and name not in FIELD_DUNDERS:
                raise refused(owner, name)
    setattr(owner, name, value)


def _foundation(cls: Any) -> tuple[Any, ...]:
    return tuple(base for base in _type_mro(cls) if not isinstance(base, ScriptType))


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
        if not own or name in ("__dict__", "__class__"):
            own = is_script_function(owner) and name in owner.__dict__
        if not own:
            raise refused(owner, name)
    delattr(owner, name)


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
    if isinstance(kind, ScriptType) and name not in REFUSED_ATTRIBUTES and name not in _SPECIAL:
        for cls in _type_mro(kind):
            if name in _type_dict(cls):
                if not (isinstance(cls, ScriptType) or _is_open(cls, name)):
                    raise refused(owner, name)
                break
        return _read_object(owner, name)
    return guarded_getattr(owner, name)


def _plain_write(owner: Any, name: Any, value: Any) -> None:
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
    for cls in _type_mro(kind):
        if name in _type_dict(cls) and not isinstance(cls, ScriptType):
            if not _is_open(cls, name) or not is_sealed(cls) or cls not in PLAIN_TYPES:
                setattr(owner, name, value)
                return
            break
    if type(kind) in PLAIN_METACLASSES:
        object.__setattr__(owner, name, value)
    else:
        super(_first_script(kind), owner).__setattr__(name, value)


def _first_script(kind: Any) -> Any:
    """The last of the script's own classes in the order of lookup."""
    found = kind
    for cls in _type_mro(kind):
        if isinstance(cls, ScriptType):
            found = cls
    return found


def _plain_delete(owner: Any, name: Any) -> None:
    name = plain_name(name)
    if (
        type(type(owner)) in PLAIN_METACLASSES
        and name not in REFUSED_ATTRIBUTES
        and name[:2] != "__"
    ):
        object.__delattr__(owner, name)
        return
    guarded_delattr(owner, name)


_SEALED = {
    function: function.__call__  # type: ignore[operator]
    for function in (_new_by_type, _nothing, _call_class, _object_init)
}
_UNBOUND: dict[str, Any] = {
    "__getattribute__": _plain_read.__call__,  # type: ignore[operator]
    "__setattr__": _plain_write.__call__,  # type: ignore[operator]
    "__delattr__": _plain_delete.__call__,  # type: ignore[operator]
}
_UNBOUND_FUNCTIONS: dict[str, Any] = {
    "__getattribute__": _plain_read,
    "__setattr__": _plain_write,
    "__delattr__": _plain_delete,
}


def _bound_accessor(owner: Any, name: str) -> Any:
    return types.MethodType(_UNBOUND_FUNCTIONS[name], owner)


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
        return super(*args)

    def __repr__(self) -> str:
        return "<type 'super'>"


def guarded_dir(owner: Any) -> list[str]:
    """``dir(owner)``: of host objects, what a script may use."""
    names = [name for name in dir(owner) if type(name) is str and "$" not in name]
    kind = type(owner)
    if isinstance(owner, ScriptOwned):
        return sorted(owner._contents())
    if isinstance(owner, ScriptType):
        found = names_in(owner, None)
        return [name for name in found if name not in REFUSED_ATTRIBUTES]
    if isinstance(kind, ScriptType):
        held = _dict_of(owner, "__dict__") if "__dict__" in names else None
        found = names_in(kind, held)
        return [name for name in found if name not in REFUSED_ATTRIBUTES]
    return sorted(
        n for n in names if n[:1] != "_" or n in METHOD_DUNDERS or n in ("__doc__", "__class__")
    )


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
