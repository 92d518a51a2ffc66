"""Methods of builtin types that make far larger values than they got, checked when called.

What was read decides, not what it was read from: a method may come from an instance, its class,
``super`` or ``getattr``, and it runs the builtin type's own code on the value itself.
"""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from sandbox.dialect.meaning.attributes import UnboundMethod
from sandbox.dialect.meaning.formatting import format_percent
from sandbox.dialect.meaning.identity import told
from sandbox.dialect.meaning.ordering import ORDERS
from sandbox.dialect.meaning.representation import METHOD_REPRS, python2_repr
from sandbox.dialect.meaning.sequences import base_of, in_order
from sandbox.limits_checks import (
    BARE,
    CHECKS,
    MOST_ARGUMENTS,
    TEXT_CHECKS,
    Check,
    check_hash,
    check_join,
    check_order,
    check_quotient,
)
from sandbox.limits_nesting import flat
from sandbox.limits_sizes import (
    MOST,
)
from sandbox.unbound import Unbound, from_host

_KINDS = (str, bytes, bytearray, list, tuple, deque, dict, set, frozenset, int, Decimal, slice)


def _ordered(method: Any, owner: Any, args: tuple[Any, ...]) -> Any:
    """What such a method of a sequence gives, with items that are held."""
    base = base_of(type(owner))
    if base is None or len(args) != 1 or not isinstance(args[0], base):
        return method(*args)
    name = method.__name__
    return in_order(base, owner, args[0], name, ORDERS[name])


_OWN: Final[dict[str, Any]] = {
    "__mod__": format_percent,
    "__repr__": python2_repr,
    "__str__": python2_repr,
}


class Sized:
    """A method of a builtin type and what checks its arguments."""

    __slots__ = ("check", "limit", "method", "owner")

    def __init__(self, method: Any, owner: Any, check: Check, limit: int) -> None:
        self.method = method
        self.owner = owner
        self.check = check
        self.limit = limit


METHOD_REPRS[Sized] = lambda sized: python2_repr(sized.method)


class SizedMethod(UnboundMethod):
    """The same read from its class, which becomes a method in a class of a script's.

    Args:
        name: of the method.
        real: what was read.
        function, first: what is called, and its first argument.
    """

    __slots__ = ("_real",)

    def __init__(self, name: str, real: Any, function: Any, first: Any) -> None:
        super().__init__(name, types.MethodType(function, first))
        object.__setattr__(self, "_real", real)

    def __repr__(self) -> str:
        shown: str = python2_repr(self._real)  # type: ignore[attr-defined]
        return shown


def call_bound(sized: Sized, *args: Any) -> Any:
    """Call a method of an instance."""
    if sized.check is check_join and len(args) != 1 and isinstance(sized.owner, str):
        raise TypeError(f"join() takes 2 arguments ({len(args)} given)")
    if 0 < len(args) <= MOST_ARGUMENTS.get(sized.check, 1) or sized.check in BARE:
        args = sized.check(sized.owner, args, sized.limit)
        if sized.check is check_order:
            return _ordered(sized.method, sized.owner, args)
    return sized.method(*args)


def call_unbound(sized: Sized, *args: Any) -> Any:
    """Call a method that was read from its class."""
    given = len(args) - 1
    counted = 0 < given <= MOST_ARGUMENTS.get(sized.check, 1) or sized.check in BARE
    if given >= 0 and counted and isinstance(args[0], _KINDS):
        args = (args[0], *sized.check(args[0], args[1:], sized.limit))
        if sized.check is check_order:
            return _ordered(types.MethodType(sized.method, args[0]), args[0], args[1:])
    return sized.method(*args)


def sized_method(real: Any, name: str, limit: int = MOST) -> Any:
    """What a script gets for a method it read: checked where it is a builtin type's.

    Args:
        real: what was read.
        name: the attribute.
        limit: most items of a result.
    """
    kind = type(real)
    if kind is types.BuiltinFunctionType:
        # A script may keep any method under any name.
        name = real.__name__
    check = CHECKS.get(name)
    if kind is types.BuiltinFunctionType or kind is types.MethodWrapperType:
        owner = real.__self__
        if not isinstance(owner, _KINDS):
            return real
        if check is None:
            return _own_method(real, owner, name)
        return types.MethodType(call_bound, Sized(real, owner, check, limit))
    if check is None:
        if name != "__mod__":
            return real
        if kind in _DESCRIPTORS and issubclass(real.__objclass__, str):
            return SizedMethod(name, real, _format_unbound, real)
        if not _of_number(real, kind):
            return real
        check = check_quotient
    if kind is types.MethodType:
        owner = real.__self__
        if type(owner) in (types.FunctionType, Unbound):
            return SizedMethod(name, real, call_unbound, Sized(real, None, check, limit))
        if isinstance(owner, _KINDS) and from_host(real.__func__):
            return types.MethodType(call_bound, Sized(real, owner, check, limit))
    elif kind in _DESCRIPTORS and issubclass(real.__objclass__, _KINDS):
        return SizedMethod(name, real, call_unbound, Sized(real, None, check, limit))
    return real


def hash_method(real: Any, name: str) -> Any:
    """What a script gets for the interpreter's own ``__hash__``: it tells no address."""
    if type(real) is types.MethodWrapperType:
        return types.MethodType(_hash_bound, Sized(real, real.__self__, check_hash, MOST))
    return SizedMethod(name, real, _hash_unbound, real)


def _hash_bound(sized: Sized, *args: Any) -> Any:
    # Never ``hash``: it may be a script's own that asks for its base's.
    flat(sized.owner)
    return told(sized.method(*args), sized.method.__objclass__, sized.owner)


def _hash_unbound(real: Any, *args: Any) -> Any:
    if len(args) != 1 or not isinstance(args[0], real.__objclass__):
        return real(*args)
    return told(real(flat(args[0])), real.__objclass__, args[0])


_DESCRIPTORS = frozenset({types.MethodDescriptorType, types.WrapperDescriptorType})


def _of_number(real: Any, kind: type) -> bool:
    """Whether a method is that of a whole number, not of a text."""
    if kind in _DESCRIPTORS:
        return issubclass(real.__objclass__, int)
    owner = real.__self__ if kind is types.MethodType else None
    return issubclass(owner.owner, int) if type(owner) is Unbound else isinstance(owner, int)


def _format_unbound(real: Any, *args: Any) -> Any:
    if len(args) != 2 or not isinstance(args[0], str):
        return real(*args)
    return format_percent(*args)


def _own_method(real: Any, owner: Any, name: str) -> Any:
    if name == "__mod__" and isinstance(owner, int):
        return types.MethodType(call_bound, Sized(real, owner, check_quotient, MOST))
    if name == "__mod__":
        return types.MethodType(format_percent, owner) if isinstance(owner, str) else real
    if name in _OWN and isinstance(owner, list | tuple | dict | set | frozenset | deque):
        return types.MethodType(_OWN[name], owner)
    return real


SIZED_NAMES: Final = frozenset(CHECKS) | frozenset(_OWN)


def sized_reader(plain_read: Callable[..., Any], limit: int) -> Callable[..., Any]:
    """The ``$getattr`` of the thread tier.

    Args:
        plain_read: the guard of both tiers.
        limit: most characters or items of one value.
    """

    def quick(name: str) -> Any:
        check, method = TEXT_CHECKS[name], getattr(str, name, None)
        most = MOST_ARGUMENTS.get(check, 1)

        def call(text: str, *args: Any) -> Any:
            if 0 < len(args) <= most:
                args = check(text, args, limit)
            return method(text, *args)  # type: ignore[misc]

        return call

    texts = {name: quick(name) for name in TEXT_CHECKS if name != "extend"}

    def read(owner: Any, name: str) -> Any:
        if type(owner) is str and name in texts:
            return types.MethodType(texts[name], owner)
        return plain_read(owner, name)

    return read


__all__ = ["SIZED_NAMES", "sized_method", "sized_reader"]
