"""``abc.ABCMeta``: classes that make no instances before their abstract methods are defined."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Final

from sandbox.errors import class_attribute
from sandbox.guards_base import is_script_function, own_entry
from sandbox.guards_classes import metaclass_for
from sandbox.guards_metaclass import HOSTS_OWN, METACLASSES, ScriptType, SealedMeta, real_base
from sandbox.library.descriptors import Property
from sandbox.library.module import host_class
from sandbox.limits import checkpoint
from sandbox.lookups import ASKING, change_attribute

_type_dict = type.__dict__["__dict__"].__get__
_type_mro = type.__dict__["__mro__"].__get__
MARK: Final = "__isabstractmethod__"
# In the class's own dictionary, where no script's text can name it.
_REGISTERED: Final = "$registered"


@host_class("abc")
class AbstractProperty(Property):
    """``abc.abstractproperty``."""

    # That of the instance: a text here would hide it.
    __doc__ = vars(property)["__doc__"]


class AbstractMeta(SealedMeta):
    """Metaclass of ``abc.ABCMeta``, which scripts hold: no stores, no plain functions."""

    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        if len(args) == 3 and not keywords and type(args[1]) is tuple:
            # As in a class statement, those of the bases join.
            cls = metaclass_for(tuple(map(real_base, args[1])), cls)
        return type.__call__(cls, *args, **keywords)

    def __getattribute__(cls, name: str) -> Any:
        return class_attribute(cls, name, type.__getattribute__(cls, name))

    def __setattr__(cls, name: str, value: Any) -> None:
        if type(cls) is AbstractMeta:
            raise TypeError(f"can't set attributes of built-in/extension type '{cls.__name__}'")
        SealedMeta.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        if type(cls) is AbstractMeta:
            raise TypeError(f"can't set attributes of built-in/extension type '{cls.__name__}'")
        SealedMeta.__delattr__(cls, name)

    def __repr__(cls) -> str:
        if type(cls) is AbstractMeta:
            return "<class 'abc.ABCMeta'>"
        return SealedMeta.__repr__(cls)


class ScriptAbstract(ScriptType, metaclass=AbstractMeta):
    """``abc.ABCMeta``."""

    def __new__(mcls, name: Any, bases: Any, namespace: Any, **keywords: Any) -> Any:
        made = ScriptType.__new__(mcls, name, bases, namespace, **keywords)
        if issubclass(made, type):
            # The host asks which metaclass extends which.
            raise TypeError("a metaclass here is not abstract itself")
        # The interpreter refuses to make instances of a class that has any.
        type.__setattr__(made, "__abstractmethods__", frozenset(_abstract(made)))
        return made

    def register(cls, subclass: Any) -> None:
        """Have another class, and its heirs, pass for heirs of this one."""
        if not isinstance(subclass, type):
            raise TypeError("Can only register classes")
        if issubclass(subclass, cls):
            return
        if issubclass(cls, subclass):
            raise RuntimeError("Refusing to create an inheritance cycle")
        for one in _type_mro(cls):
            if isinstance(one, ScriptAbstract):
                known = _type_dict(one).get(_REGISTERED, ())
                type.__setattr__(one, _REGISTERED, (*known, subclass))

    # Those that are registered with each other in every way are asked again and again.

    def __instancecheck__(cls, value: Any) -> bool:
        checkpoint()
        if type.__instancecheck__(cls, value):
            return True
        return any(isinstance(value, one) for one in _type_dict(cls).get(_REGISTERED, ()))

    def __subclasscheck__(cls, other: Any) -> bool:
        checkpoint()
        if type.__subclasscheck__(cls, other):
            return True
        return any(issubclass(other, one) for one in _type_dict(cls).get(_REGISTERED, ()))


type.__setattr__(ScriptAbstract, "__name__", "ABCMeta")
type.__setattr__(ScriptAbstract, "__qualname__", "ABCMeta")
type.__setattr__(ScriptAbstract, "__module__", "abc")
type.__setattr__(AbstractProperty, "__name__", "abstractproperty")
type.__setattr__(AbstractProperty, "__qualname__", "abstractproperty")
HOSTS_OWN.add(ScriptAbstract)
METACLASSES.add(ScriptAbstract)


def mark_abstract(function: Any) -> Any:
    """``abc.abstractmethod``."""
    if is_script_function(function):
        if ASKING:
            change_attribute(function, MARK)
        function.__dict__[MARK] = True
    return function


def _is_abstract(value: Any) -> bool:
    if type(value) is types.FunctionType:
        return is_script_function(value) and own_entry(value, MARK) is True
    return isinstance(value, AbstractProperty)


def _abstract(made: Any) -> Iterator[str]:
    order = _type_mro(made)
    inherited = [_type_dict(one).get("__abstractmethods__", ()) for one in order[1:]]
    for name in {*_type_dict(made), *(name for names in inherited for name in names)}:
        value = next((_type_dict(one)[name] for one in order if name in _type_dict(one)), None)
        if _is_abstract(value):
            yield name
