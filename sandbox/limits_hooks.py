"""What C code calls by itself and is no function of a script's, and so has no checkpoint.

C code asks ``__next__`` or ``__getitem__`` again and again until something ends. A method of C in
that place never lets a stop in, nor any other thread: without a line of Python in between it keeps
the interpreter to itself. The same goes for keys of sorts.

Nor does the interpreter hold what it found in a class while it calls it, where that is no function:
a script that stores another value meanwhile would have it go on with memory that is freed.
"""

from __future__ import annotations

import types
from typing import Any, Final

from sandbox.iteration import held_iter, held_value
from sandbox.limits import STOP, checkpoint
from sandbox.lookups import hook_of, is_asked
from sandbox.unbound import HOLDERS, from_host

_DATA: Final = frozenset(
    {
        *("__class__", "__dict__", "__doc__", "__metaclass__", "__module__", "__name__"),
        *("__new__", "__qualname__", "__slots__", "__weakref__", "__class_getitem__"),
    }
)


def is_hook(name: str) -> bool:
    """Whether C code may call what a class holds under a name by itself."""
    return name == "next" or (name[:2] == "__" == name[-2:] and name not in _DATA)


_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
# What every class has from its builtin base as well, whose items are counted.
_PLAIN = frozenset({types.FunctionType, types.WrapperDescriptorType, type(None)})


class Interruptible:
    """Stands in a class for such a value: a checkpoint each time it is asked for.

    Args:
        value: what the script put there, and what it reads.
    """

    __slots__ = ("_bind", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        held = (_dict_of(cls) for cls in _mro_of(type(value)))
        found = next((names["__get__"] for names in held if "__get__" in names), None)
        self._bind = asked_for(found)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if STOP["$stop"]:
            checkpoint()
        value, bind = self.value, self._bind
        return value if bind is None else bind(value, instance, owner)


class InterruptibleData(Interruptible):
    """The same for a data descriptor: it goes before what the instance holds, and is stored to."""

    __slots__ = ()

    def _stores(self, name: str) -> Any:
        value = self.value
        for cls in _mro_of(type(value)):
            if name in _dict_of(cls):
                return asked_for(_dict_of(cls)[name])
        raise AttributeError(name)

    def __set__(self, instance: Any, given: Any) -> None:
        self._stores("__set__")(self.value, instance, given)

    def __delete__(self, instance: Any) -> None:
        self._stores("__delete__")(self.value, instance)


class Getter:
    """The same for ``__get__``, which the interpreter calls as the class holds it.

    Args:
        value: what the script put there.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, *args: Any) -> Any:
        if STOP["$stop"]:
            checkpoint()
        value = self.value
        return value(*args)


_TEXTS: Final = frozenset({"__repr__", "__str__"})


class Shown(Interruptible):
    """The same for what makes the text of an instance, which code of ours alone has asked for.

    The interpreter's own holds none of the parts of a list, a slice or an error while it asks them
    for their text, and a script's method may take them away meanwhile.
    """

    __slots__ = ()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        value = self.value
        if instance is not None:
            # Bound when it is asked for: a property, or what binds itself, is the script's to run.
            return types.MethodType(_unasked, Asked(self, instance, owner))
        if type(value) is types.FunctionType:
            return value
        return types.MethodType(_text_of, self)


def _text_of(shown: Shown, instance: Any) -> Any:
    return Interruptible.__get__(shown, instance, type(instance))()


HOLDERS.add(Shown)


def shown(method: Any) -> Any:
    """Decorator: the same for a method of the host's that asks scripts' objects for texts."""
    return Shown(method)


class Asked:
    """Such a method and its instance."""

    __slots__ = ("_owner", "held", "instance")

    def __init__(self, held: Shown, instance: Any, owner: Any) -> None:
        self.held = held
        self._owner = owner
        self.instance = instance

    @property
    def hook(self) -> Any:
        """The script's own, bound."""
        return Interruptible.__get__(self.held, self.instance, self._owner)


def _unasked(asked: Asked) -> str:
    from sandbox.dialect.meaning.objects_shown import unasked_text

    return unasked_text(asked.instance)


def interruptible(name: str, value: Any) -> Any:
    """What a class holds under a name: the value, or what stands for it."""
    kind = type(value)
    if name in _TEXTS and value is not None:
        return value if issubclass(kind, Shown) else Shown(asked_for(value))
    if kind in _PLAIN or not is_hook(name) or kind is Getter or issubclass(kind, Interruptible):
        return value
    if name == "__get__":
        return Getter(value)
    if name == "__iter__":
        return held_iter(value)
    held = [_dict_of(cls) for cls in _mro_of(kind)]
    data = any("__set__" in names or "__delete__" in names for names in held)
    return InterruptibleData(value) if data else Interruptible(value)


def asked_for(value: Any) -> Any:
    """What the script put there."""
    kind = type(value)
    if kind is types.FunctionType:
        return hook_of(value) if is_asked(value) else held_value(value)
    return value.value if kind is Getter or issubclass(kind, Interruptible) else value


def stoppable(function: Any) -> Any:
    """A function that C code calls for each of many items, with a checkpoint where it has none."""
    if function is None or function is len:
        return function
    called = function.__func__ if type(function) is types.MethodType else function
    if type(called) is types.FunctionType and not from_host(called):
        return function

    def call(*args: Any) -> Any:
        if STOP["$stop"]:
            checkpoint()
        return function(*args)

    return call
