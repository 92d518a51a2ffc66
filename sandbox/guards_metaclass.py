"""The metaclass of classes that scripts define: what they may extend, define, and store later."""

from __future__ import annotations

import builtins
import types
from typing import Any

from sandbox import errors
from sandbox.containers_shown import real_class
from sandbox.dialect.meaning.classes import adapt
from sandbox.dialect.meaning.typenames import (
    OldStyle,
    Type,
)
from sandbox.errors import Sealed
from sandbox.given_texts import give_text, give_text_below, slot_behind
from sandbox.guards_kept import barred_names, keep, private_names, withheld
from sandbox.guards_new import give_maker
from sandbox.iteration import give_items, give_items_below, hides_items
from sandbox.limits_hooks import asked_for, interruptible, is_hook
from sandbox.lookups import asked
from sandbox.policy_names import REFUSED_METHODS, REFUSED_NAMES

_build_class = builtins.__build_class__
_IMMUTABLE = 1 << 8
MOST_BASES = 100
MOST_WAYS = 1_000
"""Ways up from a class to where they end: the interpreter goes them all when a class changes."""
_COUNTED = "$ways"
_type_dict = type.__dict__["__dict__"].__get__
_type_mro = type.__dict__["__mro__"].__get__


class SealedMeta(type):
    """Metaclass of the metaclasses here, which refuse every store; those of scripts do not."""

    def __setattr__(cls, name: str, value: Any) -> None:
        if type(cls) is SealedMeta:
            raise TypeError(f"can't set attributes of built-in/extension type '{cls.__name__}'")
        type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        if type(cls) is SealedMeta:
            raise TypeError(f"can't set attributes of built-in/extension type '{cls.__name__}'")
        type.__delattr__(cls, name)


class ScriptType(SealedMeta, metaclass=SealedMeta):
    """Metaclass of every class that a script defines."""

    def __new__(
        mcls, name: Any, bases: Any, namespace: Any, **keywords: Any
    ) -> Any:  # a script's __metaclass__ may give anything
        if keywords:
            raise TypeError("keywords in a class statement are not part of this dialect")
        # A script may call a metaclass of its own, and so come here straight.
        if not isinstance(name, str) or not isinstance(bases, tuple):
            raise TypeError("a class has a name and a tuple of bases")
        name, bases = str.__str__(name), tuple(map(real_base, tuple.__iter__(bases)))
        inside = cleaned(namespace)
        # However a script makes a class: by a statement, or by a call of any metaclass.
        adapt(inside, bases)
        if "__qualname__" in inside:
            text = inside["__qualname__"]
            inside["__qualname__"] = str.__str__(text) if isinstance(text, str) else name
        # A global ``__name__`` may be anything, and have a text of its own making.
        module = inside.get("__module__")
        inside["__module__"] = str.__str__(module) if isinstance(module, str) else "__main__"
        _check_metaclass(bases, inside)
        ways = sum(_type_dict(base).get(_COUNTED, 1) for base in bases)
        if ways > MOST_WAYS:
            raise TypeError(f"a class has {MOST_WAYS} ways up to its last bases at most here")
        if ways > 1:
            inside[_COUNTED] = ways
        if "__getattribute__" in inside:
            inside["__getattribute__"] = _truthful(inside["__getattribute__"])
        if "__eq__" in inside:
            inside["__eq__"] = asked(inside["__eq__"])
        if not any(issubclass(base, type) for base in bases):
            give_maker(inside)
        for hook in [hook for hook in inside if is_hook(hook)]:
            inside[hook] = interruptible(hook, inside[hook])
        if any("__class_getitem__" in _type_dict(one) for base in bases for one in _type_mro(base)):
            inside["__class_getitem__"] = _NO_BRACKETS
        made = type.__new__(mcls, name, bases, inside)
        give_items(made)
        give_text(made)
        _protect(made)
        return made

    def __init__(cls, name: Any, bases: Any, namespace: Any, **keywords: Any) -> None:
        type.__init__(cls, name, bases, namespace)

    def __setattr__(cls, name: str, value: Any) -> None:
        # Whatever way a store takes, it ends here.
        if name == "__del__":
            return
        if name in _UNSET or name in REFUSED_METHODS:
            raise TypeError(f"'{name}' of a class cannot be set")
        if name in _OF_CLASSES and issubclass(cls, type):
            raise TypeError(f"a metaclass here cannot define '{name}'")
        kept = barred_names(cls)
        if name in kept:
            raise TypeError(f"'{name}' cannot be set on a class with a base of the host's")
        if name == "__getattribute__":
            value = _truthful(value)
        elif name in _TEXTS:
            # Reports quote them: a script's own kind of text would answer there.
            if isinstance(value, str):
                value = str.__str__(value)
            elif name == "__module__" or issubclass(cls, type):
                raise TypeError(f"'{name}' of a class is a text")
        if type(cls) not in HOSTS_OWN and _stored_in_c(type(cls), name):
            raise TypeError(f"'{name}' of a class cannot be set")
        if name == "__eq__":
            value = asked(value)
        value = interruptible(name, value)
        type.__setattr__(cls, name, withheld(value) if kept and name == "__getattr__" else value)
        if name == "__getitem__":
            give_items_below(cls)
        elif name == "__repr__":
            give_text_below(cls)

    def __delattr__(cls, name: str) -> None:
        if name in _UNSET or name in barred_names(cls):
            raise TypeError(f"'{name}' of a class cannot be deleted")
        if name == "__iter__" and hides_items(cls):
            raise AttributeError(name)
        if name == "__repr__" and slot_behind(_type_dict(cls).get(name)) is not None:
            raise AttributeError(name)
        type.__delattr__(cls, name)
        if name == "__iter__":
            give_items_below(cls)
        elif name == "__repr__":
            give_text_below(cls)

    # Before those of any metaclass of the host's: tables of classes ask them.
    __eq__ = type.__eq__
    __ne__ = type.__ne__
    __hash__ = type.__hash__

    def __repr__(cls) -> str:
        module = _type_dict(cls).get("__module__", "__main__")
        return f"<class '{module}.{type.__getattribute__(cls, '__name__')}'>"


def _stored_in_c(meta: Any, name: str) -> bool:
    """Whether a store of that name in a class ends in a field of the interpreter's own."""
    if name in _TEXTS or name == "__doc__":
        return False
    found = next((held[name] for held in map(_type_dict, _type_mro(meta)) if name in held), None)
    return type(found) in FIELDS


# What the interpreter keeps in C of an object, as its class holds it.
FIELDS = frozenset({types.GetSetDescriptorType, types.MemberDescriptorType})
_TEXTS = frozenset({"__name__", "__qualname__", "__module__"})


def _no_brackets(cls: Any, _item: Any) -> Any:
    raise TypeError("'type' object is unsubscriptable")


# Python 2 has no ``dict[int]``, which would answer for the class in its own way.
_NO_BRACKETS = classmethod(_no_brackets)


def _truthful(hook: Any) -> Any:
    """A script's ``__getattribute__`` that is not asked for ``__class__``.

    The interpreter and the host ask it in ``isinstance``, and must not be lied to.
    """
    held = (_type_dict(cls) for cls in _type_mro(type(hook)))
    bind = asked_for(next((names["__get__"] for names in held if "__get__" in names), None))

    def __getattribute__(self: Any, name: Any) -> Any:
        if type(name) is str and name == "__class__":
            kind = type(self)
            if not isinstance(kind, ScriptType):
                # Read through its class it may be called with anything.
                raise TypeError("__getattribute__() needs an instance of a script's own class")
            return kind
        return (hook if bind is None else bind(hook, self, type(self)))(name)

    return __getattribute__


# Set once, when the class is made: the interpreter lays instances out by them.
_UNSET = frozenset({"__dict__", "__slots__", "__weakref__", "__new__"})
# What the host asks of classes themselves: a script's answers could make any of them pass for one
# of the host's.
_OF_CLASSES = frozenset(
    {
        *("mro", "__eq__", "__ne__", "__hash__", "__cmp__", "__getattribute__", "__dir__"),
        # What the interpreter itself keeps of a class.
        *(name for name, held in type.__dict__.items() if type(held) in FIELDS),
    }
) - frozenset({"__name__", "__qualname__", "__module__", "__doc__"})
# How attributes of instances are read and stored. A base of the host keeps values of its own in
# its private attributes, which no method or descriptor of a script may see.
_WAYS = frozenset({"__getattribute__", "__setattr__", "__delattr__"})


def _check_metaclass(bases: tuple[Any, ...], inside: dict[str, Any]) -> None:
    """TypeError for a metaclass that would change what its classes are to the host."""
    if not any(issubclass(base, type) for base in bases):
        return
    if not all(issubclass(base, type) for base in bases):
        raise TypeError("the bases of a metaclass are metaclasses here")
    for name in _OF_CLASSES:
        if name in inside:
            raise TypeError(f"a metaclass here cannot define '{name}'")
    for name in _TEXTS:
        # A name here would have its classes tell theirs by what they hold under it.
        if name in inside and (name == "__name__" or type(inside[name]) is not str):
            raise TypeError(f"a metaclass here cannot define '{name}'")


def _protect(made: Any) -> None:
    """Keep what a base of the host stores in its instances from the script's own classes.

    Errors: TypeError where one of them has a name of the base's private attributes, or its own
    way of reading and storing attributes.
    """
    order = _type_mro(made)
    kept: frozenset[str] = frozenset()
    for cls in order:
        if not isinstance(cls, ScriptType) and cls not in PLAIN_TYPES:
            kept |= private_names(cls)
    if not kept or issubclass(made, type):
        return
    _keep(order, kept | _WAYS)
    # Where the host reads from the class, descriptors of its metaclass come first.
    _keep(_type_mro(type(made)), kept)


def _keep(order: tuple[Any, ...], kept: frozenset[str]) -> None:
    for cls in order:
        if isinstance(cls, ScriptType):
            for name in kept.intersection(_type_dict(cls)):
                raise TypeError(
                    f"class {cls.__name__} cannot define '{name}': a base of the host's uses it"
                )
            # A mixin's own instances have no such base.
            keep(cls, kept, instances=any(map(_is_hosts, _type_mro(cls))))


def _is_hosts(cls: Any) -> bool:
    return not isinstance(cls, ScriptType) and cls not in PLAIN_TYPES and not issubclass(cls, type)


class ScriptOldStyle(ScriptType, OldStyle):
    """Metaclass of classes without bases, which Python 2 looks up depth first."""


PLAIN_METACLASSES = frozenset({ScriptType, ScriptOldStyle})


class ScriptHostType(ScriptType):
    """Metaclass of script classes that extend a class of the host: private names need a look."""


HOSTS_OWN: set[type] = {ScriptType, ScriptOldStyle, ScriptHostType}
"""Metaclasses that no script wrote any part of; those that are made of them join."""

METACLASSES: set[type] = set()
"""Those of the library's that scripts hold and extend."""


# What scripts may extend and what ``type(x)`` may show, beyond their own classes and sealed ones.
PLAIN_TYPES: set[type] = {
    object,
    int,
    float,
    complex,
    str,
    bool,
    list,
    tuple,
    dict,
    set,
    frozenset,
    bytes,
    type(None),
    type(NotImplemented),
    type(...),
    range,
    reversed,
}
_NOT_EXTENDED = (
    BaseException,
    builtins.SystemExit,
    builtins.KeyboardInterrupt,
    builtins.GeneratorExit,
    builtins.UnicodeDecodeError,
)

# Where the interpreter keeps what an instance has: the host asks a class for it as well.
_LAID_OUT = frozenset({"__dict__", "__weakref__", "__flags__", "__mro__", "__bases__"})


def cleaned(namespace: Any) -> dict[str, Any]:
    """A class namespace without what the interpreter would call behind the script's back."""
    if type(namespace) is not dict:
        namespace = dict(namespace)
    kept: dict[str, Any] = {}
    for name, value in namespace.items():
        if type(name) is not str:
            raise TypeError("attribute names of a class are strings")
        if name[:2] == "__":
            if name == "__del__":
                continue
            if name == "__classcell__":
                continue
            if name in REFUSED_METHODS or name in REFUSED_NAMES or name in _LAID_OUT:
                raise TypeError(f"a class here cannot define '{name}'")
            if name == "__slots__":
                value = _slots(value)
        elif "$" in name:
            continue
        kept[name] = value
    return kept


def _slots(value: Any) -> Any:
    given = (value,) if isinstance(value, str) else tuple(value)
    names: list[str] = []
    for name in given:
        if not isinstance(name, str):
            raise TypeError(f"__slots__ items must be strings, not '{type(name).__name__}'")
        # A script's own kind of text would answer the check, and the interpreter reads the text.
        exact = str.__str__(name)
        if exact[:2] == "__" and exact[-2:] == "__" and exact not in ("__dict__", "__weakref__"):
            raise TypeError(f"'{exact}' cannot be a slot")
        names.append(exact)
    return tuple(names)


_HOUSES = frozenset({"sandbox", "runtime"})


def is_sealed(cls: type) -> bool:
    """Whether a class refuses stores by itself, so that scripts may share it."""
    if type.__dict__["__flags__"].__get__(cls) & _IMMUTABLE:
        return True
    meta = type(cls)
    if issubclass(meta, ScriptType) or meta.__setattr__ is type.__setattr__:
        return False
    # An enumeration's refuses stores on its members alone.
    return meta.__module__.partition(".")[0] in _HOUSES


def real_base(base: Any) -> Any:
    """The class to extend when a script names ``base``; TypeError if it may not."""
    base = real_class(base)
    kind = type(base)
    if isinstance(base, type) and issubclass(base, errors.ScriptStopped):
        raise TypeError("this base cannot be extended by a script")
    if isinstance(base, ScriptType):
        return base
    if base is Type or base is ScriptType:
        return ScriptType
    if isinstance(base, type):
        if base in PLAIN_TYPES or (
            issubclass(base, BaseException) and is_sealed(base) and base not in _NOT_EXTENDED
        ):
            return base
        if base in METACLASSES:
            return base
        if base is type or issubclass(base, type):
            raise TypeError("this metaclass cannot be extended here")
        if getattr(kind, "EXTENDED", True) is False:
            # It compares as the interpreter's own class does: an heir would pass for that.
            raise TypeError("this base cannot be extended by a script")
        if is_sealed(base) and kind is not type and kind is not Sealed:
            return base
        if getattr(kind, "OF_SCRIPTS", False) is True:
            # A namedtuple class is the script's own even though the library made it.
            return base
    raise TypeError("this base cannot be extended by a script")
