"""What C code calls by itself and is no function of a script's, and so has no checkpoint.

C code asks ``__next__`` or ``__getitem__`` again and again until something ends. A method of C in
that place never lets a stop in, nor any other thread: without a line of Python in between it keeps
the interpreter to itself. The same goes for keys of sorts.
"""

from __future__ import annotations

import types
from typing import Any, Final

from sandbox.limits import STOP, checkpoint
from sandbox.unbound import from_host

_ITERATION: Final = ("__next__", "next", "__getitem__", "__iter__", "__contains__", "__len__")
_COMPARED: Final = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__cmp__")
_ASKED: Final = (
    *("__hash__", "__bool__", "__nonzero__", "__index__", "__int__", "__long__", "__float__"),
    *("__str__", "__repr__", "__unicode__", "__format__", "__call__", "__missing__"),
    # No __get__: the interpreter calls what a class holds there as it is.
    *("__getattr__", "__instancecheck__", "__subclasscheck__", "__reversed__"),
)
_OPERATORS: Final = ("add", "sub", "mul", "div", "truediv", "floordiv", "mod", "and", "or", "xor")
HOOKS: Final = frozenset(
    (
        *_ITERATION,
        *_COMPARED,
        *_ASKED,
        *(f"__{form}{name}__" for name in _OPERATORS for form in ("", "r", "i")),
    )
)
"""Names that C code calls by itself, some of them many times over."""

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


def interruptible(name: str, value: Any) -> Any:
    """What a class holds under a name: the value, or what stands for it."""
    if name not in HOOKS or type(value) in _PLAIN or type(value) is Interruptible:
        return value
    return Interruptible(value)


def asked_for(value: Any) -> Any:
    """What the script put there."""
    return value.value if issubclass(type(value), Interruptible) else value


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
