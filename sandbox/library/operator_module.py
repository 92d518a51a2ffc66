"""``operator``: the dialect's own operators; attribute access goes through the policy's guard."""

from __future__ import annotations

import operator
from typing import Any

from sandbox.library.bounded import (
    concatenate,
    concatenate_in_place,
    multiply,
    multiply_in_place,
    power,
    shift_left,
)
from sandbox.library.meaning import helper
from sandbox.library.module import Held, Module
from sandbox.limits_items import store_item
from sandbox.limits_sizes import check_division
from sandbox.lookups import change


class ItemGetter(Held):
    """``operator.itemgetter(...)``."""

    __slots__ = ("_keys",)

    def __init__(self, keys: tuple[Any, ...]) -> None:
        object.__setattr__(self, "_keys", keys)

    def __call__(self, value: Any) -> Any:
        keys = self._keys
        if len(keys) == 1:
            return value[keys[0]]
        return tuple([value[key] for key in keys])


class AttributeGetter(Held):
    """``operator.attrgetter(...)``: each step of a name is guarded."""

    __slots__ = ("_paths", "_read")

    def __init__(self, read: Any, names: tuple[Any, ...]) -> None:
        for name in names:
            if not isinstance(name, str):
                raise TypeError("attribute name must be a string")
        object.__setattr__(self, "_read", read)
        object.__setattr__(self, "_paths", [str.__str__(name).split(".") for name in names])

    def __call__(self, value: Any) -> Any:
        found = []
        for path in self._paths:
            step = value
            for name in path:
                step = self._read(step, name)
            found.append(step)
        return found[0] if len(found) == 1 else tuple(found)


class MethodCaller(Held):
    """``operator.methodcaller(...)``: the name is guarded."""

    __slots__ = ("_args", "_keywords", "_name", "_read")

    def __init__(self, read: Any, name: Any, args: Any, keywords: Any) -> None:
        if not isinstance(name, str):
            raise TypeError("method name must be a string")
        put = object.__setattr__
        put(self, "_read", read)
        put(self, "_name", str.__str__(name))
        put(self, "_args", args)
        put(self, "_keywords", keywords)

    def __call__(self, value: Any) -> Any:
        return self._read(value, self._name)(*self._args, **self._keywords)


class OperatorModule(Module):
    """``operator``."""

    __slots__ = ()
    NAME = "operator"

    abs = __abs__ = operator.abs
    and_ = __and__ = operator.and_
    contains = __contains__ = sequenceIncludes = operator.contains
    countOf = operator.countOf
    delitem = __delitem__ = operator.delitem
    eq = __eq__ = operator.eq
    getitem = operator.getitem
    index = operator.index
    indexOf = operator.indexOf
    inv = invert = operator.inv
    is_ = operator.is_
    is_not = operator.is_not
    ne = operator.ne
    neg = operator.neg
    not_ = operator.not_
    pos = operator.pos
    rshift = operator.rshift
    sub = operator.sub
    truediv = operator.truediv
    truth = operator.truth
    xor = operator.xor

    def add(self, a: Any, b: Any) -> Any:
        """``a + b``."""
        return concatenate(a, b)

    concat = __add__ = __concat__ = add

    def iadd(self, a: Any, b: Any) -> Any:
        """``a += b``."""
        return concatenate_in_place(a, b)

    iconcat = __iadd__ = __iconcat__ = iadd

    def mul(self, a: Any, b: Any) -> Any:
        """``a * b``."""
        return multiply(a, b)

    repeat = __mul__ = __repeat__ = mul

    def imul(self, a: Any, b: Any) -> Any:
        """``a *= b``."""
        return multiply_in_place(a, b)

    irepeat = __imul__ = __irepeat__ = imul

    def pow(self, a: Any, b: Any) -> Any:
        """``a ** b``."""
        return power(a, b)

    def mod(self, a: Any, b: Any) -> Any:
        """``a % b``."""
        return helper("$mod", operator.mod)(a, b)

    __mod__ = mod

    def floordiv(self, a: Any, b: Any) -> Any:
        """``a // b``."""
        check_division(a, b)
        return operator.floordiv(a, b)

    def lshift(self, a: Any, b: Any) -> Any:
        """``a << b``."""
        return shift_left(a, b)

    def div(self, a: Any, b: Any) -> Any:
        """``a / b`` as Python 2 divides."""
        return helper("$div", _divide)(a, b)

    def or_(self, a: Any, b: Any) -> Any:
        """``a | b``."""
        return helper("$or", operator.or_)(a, b)

    def ior(self, a: Any, b: Any) -> Any:
        """``a |= b``."""
        return helper("$ior", operator.ior)(a, b)

    def isub(self, a: Any, b: Any) -> Any:
        """``a -= b``."""
        change(a)
        a -= b
        return a

    def iand(self, a: Any, b: Any) -> Any:
        """``a &= b``."""
        change(a)
        a &= b
        return a

    def ixor(self, a: Any, b: Any) -> Any:
        """``a ^= b``."""
        change(a)
        a ^= b
        return a

    __isub__, __iand__, __ixor__ = isub, iand, ixor

    def lt(self, a: Any, b: Any) -> Any:
        """``a < b`` in Python 2's order."""
        return helper("$lt", operator.lt)(a, b)

    def le(self, a: Any, b: Any) -> Any:
        """``a <= b`` in Python 2's order."""
        return helper("$le", operator.le)(a, b)

    def gt(self, a: Any, b: Any) -> Any:
        """``a > b`` in Python 2's order."""
        return helper("$gt", operator.gt)(a, b)

    def ge(self, a: Any, b: Any) -> Any:
        """``a >= b`` in Python 2's order."""
        return helper("$ge", operator.ge)(a, b)

    def setitem(self, a: Any, b: Any, c: Any) -> None:
        """``a[b] = c``."""
        store_item(a, b, c)

    __setitem__ = setitem

    def getslice(self, a: Any, b: Any, c: Any) -> Any:
        """``a[b:c]``."""
        return a[b:c]

    def isCallable(self, value: Any) -> bool:
        """Whether a value can be called."""
        return callable(value)

    def isMappingType(self, value: Any) -> bool:
        """Whether a value is a mapping."""
        return hasattr(type(value), "keys") and hasattr(type(value), "__getitem__")

    def isNumberType(self, value: Any) -> bool:
        """Whether a value is a number."""
        return isinstance(value, (int, float, complex))

    def isSequenceType(self, value: Any) -> bool:
        """Whether a value is a sequence."""
        return hasattr(type(value), "__getitem__") and not hasattr(type(value), "keys")

    def itemgetter(self, *items: Any) -> ItemGetter:
        """A function that reads items."""
        if not items:
            raise TypeError("itemgetter expected 1 arguments, got 0")
        return ItemGetter(items)

    def attrgetter(self, *names: Any) -> AttributeGetter:
        """A function that reads attributes."""
        if not names:
            raise TypeError("attrgetter expected 1 arguments, got 0")
        return AttributeGetter(self._library.getattr_hook, names)

    def methodcaller(self, name: Any, *args: Any, **keywords: Any) -> MethodCaller:
        """A function that calls a method."""
        return MethodCaller(self._library.getattr_hook, name, args, keywords)


def _divide(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int):
        return a // b
    return a / b
