"""Attributes that values have in Python 2 and not, or not so, in Python 3."""

from __future__ import annotations

import types
from typing import Any

from sandbox.dialect.meaning import codecs, containers, errors, fields
from sandbox.dialect.meaning.error_frames import class_of_function
from sandbox.dialect.meaning.kinds import bytestr, unicode
from sandbox.dialect.meaning.typenames import (
    BUILTIN,
    METHOD_DESCRIPTOR,
    VISIBLE_TYPES,
    Str,
    Unicode,
)

_ABSENT = object()
NATIVE_METHODS = frozenset({types.BuiltinMethodType, types.MethodDescriptorType})


class BoundMethod:
    """A method of Python 2 bound to its value; it can be called and nothing else.

    Args:
        name: as the script knows it.
        function: called with the value and the arguments.
        owner: the value.
    """

    __slots__ = ("_function", "_name", "_owner")

    def __init__(self, name: str, function: Any, owner: Any) -> None:
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_function", function)
        object.__setattr__(self, "_owner", owner)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self._function(self._owner, *args, **keywords)  # type: ignore[attr-defined]

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"'builtin_function_or_method' object has no attribute '{name}'")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"'builtin_function_or_method' object has no attribute '{name}'")

    def __eq__(self, other: object) -> bool:
        if type(other) is not BoundMethod:
            return NotImplemented
        mine, theirs = self._name, other._name  # type: ignore[attr-defined]
        return mine == theirs and self._owner is other._owner  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self._name)  # type: ignore[attr-defined]

    @property
    def __name__(self) -> str:
        name: str = self._name  # type: ignore[attr-defined]
        return name

    def __repr__(self) -> str:
        kind = type(self._owner).__name__  # type: ignore[attr-defined]
        return f"<built-in method {self._name} of {kind} object>"  # type: ignore[attr-defined]


class UnboundMethod:
    """A method of Python 2 read from a builtin type, such as ``dict.has_key``."""

    __slots__ = ("_function", "_name")

    def __init__(self, name: str, function: Any) -> None:
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_function", function)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self._function(*args, **keywords)  # type: ignore[attr-defined]

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        return BoundMethod(self._name, self._function, instance)  # type: ignore[attr-defined]

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"'method_descriptor' object has no attribute '{name}'")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"'method_descriptor' object has no attribute '{name}'")

    @property
    def __name__(self) -> str:
        name: str = self._name  # type: ignore[attr-defined]
        return name

    def __repr__(self) -> str:
        return f"<method '{self._name}'>"  # type: ignore[attr-defined]


VISIBLE_TYPES.update({BoundMethod: BUILTIN, UnboundMethod: METHOD_DESCRIPTOR})

_DICT = {
    "keys": containers.keys,
    "values": containers.values,
    "items": containers.items,
    "iterkeys": containers.iterkeys,
    "itervalues": containers.itervalues,
    "iteritems": containers.iteritems,
    "viewkeys": containers.viewkeys,
    "viewvalues": containers.viewvalues,
    "viewitems": containers.viewitems,
    "has_key": containers.has_key,
}
_LIST = {"sort": containers.sort_items, "index": containers.list_index}
_TEXT = {
    "encode": codecs.encode,
    "decode": codecs.decode,
    "format": fields.format_method,
    "translate": containers.translate,
}
_FUNCTION = {
    "func_name": "__name__",
    "func_doc": "__doc__",
    "func_defaults": "__defaults__",
    "func_dict": "__dict__",
}
_METHOD = {"im_func": "__func__", "im_self": "__self__"}
_REFUSED = frozenset({"func_code", "func_globals", "func_closure"})

_SLICES = {
    "__getslice__": containers.get_slice,
    "__setslice__": containers.set_slice,
    "__delslice__": containers.delete_slice,
}

PY2_METHOD_NAMES = frozenset(
    {
        *(*_SLICES, *_DICT, *_LIST, *_TEXT, *_FUNCTION, *_METHOD, *_REFUSED),
        *("im_class", "next", "message", "args"),
    }
)


def python2_attribute(obj: Any, name: str) -> Any:
    """``obj.name`` for a name of ``PY2_METHOD_NAMES``, as Python 2 answers it.

    The caller has decided that the script may read an attribute of this name; the value is the
    plain one where Python 2 and Python 3 agree.

    Errors: AttributeError.
    """
    kind = type(obj)
    if name in _SLICES:
        return _slices_of(obj, kind, name)
    if isinstance(obj, dict) and name in _DICT:
        if kind is dict or getattr(kind, name, None) is getattr(dict, name, None):
            return BoundMethod(name, _DICT[name], obj)
    elif isinstance(obj, str) and name in _TEXT:
        if kind in (str, unicode, bytestr) or getattr(kind, name, None) in (
            getattr(str, name, None),
            None,
        ):
            return BoundMethod(name, _TEXT[name], obj)
    elif isinstance(obj, BaseException):
        if name == "message":
            own = getattr(obj, "message", _ABSENT)
            return errors.exception_message(obj) if own is _ABSENT else own
        if name == "args":
            return errors.exception_args(obj)
    elif isinstance(obj, type):
        if issubclass(obj, dict) and name in _DICT:
            if getattr(obj, name, None) is getattr(dict, name, None):
                return UnboundMethod(name, _DICT[name])
        elif obj in (Str, Unicode, str) and name in _TEXT:
            return UnboundMethod(name, _TEXT[name])
    elif kind is types.FunctionType or kind is types.MethodType:
        return _of_function(obj, kind, name)
    if name == "next" and not hasattr(kind, "next") and hasattr(kind, "__next__"):
        return BoundMethod(name, containers.next_method, obj)
    return ours(getattr(obj, name))


_SEQUENCES = (list, tuple, str)


def _slices_of(obj: Any, kind: type, name: str) -> Any:
    """``__getslice__`` and its kin, which the sequences of Python 3 do not have."""
    whole = name == "__getslice__"
    if isinstance(obj, type):
        if not hasattr(obj, name) and issubclass(obj, _SEQUENCES if whole else list):
            return UnboundMethod(name, _SLICES[name])
    elif not hasattr(obj, name):
        owner = obj.__self__ if kind is super else obj
        if isinstance(owner, _SEQUENCES if whole else list):
            return BoundMethod(name, _SLICES[name], owner)
    return getattr(obj, name)


def meant(found: Any, name: str) -> Any:
    """``ours`` of any base, for a method that was read past what stands for it elsewhere."""
    if type(found) is types.BuiltinMethodType and found.__name__ == name:
        kind = type(found.__self__)
        if name in _VIEWED and issubclass(kind, dict):
            # What was found is asked: the value would ask a hook of its own again.
            return BoundMethod(name, lambda _, *args: list(found(*args)), found.__self__)
        if name in _TEXT and issubclass(kind, str):
            return BoundMethod(name, _TEXT[name], found.__self__)
    return ours(found)


def lacking(value: Any, name: str) -> Any:
    """What Python 2 has under a name and the interpreter has not; None where neither has it."""
    for base, table in ((dict, _DICT), (str, _TEXT)):
        if isinstance(value, base) and name in table:
            return BoundMethod(name, table[name], value)
    if isinstance(value, list | tuple | str) and name in _SLICES:
        return _slices_of(value, type(value), name)
    if name == "message" and isinstance(value, BaseException):
        return errors.exception_message(value)
    return None


_VIEWED = frozenset({"keys", "values", "items"})


def ours(found: Any) -> Any:
    """The method for what the interpreter's own would be: of a list, by ``super``, of a class."""
    kind = type(found)
    if kind is types.BuiltinMethodType:
        own = _LIST.get(found.__name__)
        if own is not None and issubclass(type(found.__self__), list):
            return BoundMethod(found.__name__, own, found.__self__)
    elif kind is types.MethodDescriptorType and found.__objclass__ is list:
        own = _LIST.get(found.__name__)
        if own is not None:
            return UnboundMethod(found.__name__, own)
    return found


def _class_of_function(function: Any) -> Any:
    """The class whose body made a function, for ``Class.method.im_class``."""
    found = class_of_function(function)
    if found is not None:
        return found
    raise AttributeError("'function' object has no attribute 'im_class'")


def _of_function(obj: Any, kind: type, name: str) -> Any:
    if name in _REFUSED:
        raise AttributeError(f"'{name}' cannot be read here")
    if kind is types.MethodType:
        if name in _METHOD:
            return getattr(obj, _METHOD[name])
        if name == "im_class":
            owner = obj.__self__
            return owner if isinstance(owner, type) else type(owner)
    elif name == "im_func":
        return obj
    elif name == "im_self":
        return None
    elif name == "im_class":
        return _class_of_function(obj)
    if name in _FUNCTION:
        return getattr(obj, _FUNCTION[name])
    return getattr(obj, name)
