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
from sandbox.dialect.meaning.identity import python2_hash
from sandbox.dialect.meaning.numbers import check_decimal
from sandbox.dialect.meaning.ordering import ORDERS
from sandbox.dialect.meaning.representation import METHOD_REPRS, python2_repr
from sandbox.dialect.meaning.sequences import base_of, in_order
from sandbox.limits_consuming import checked_items
from sandbox.limits_items import walks
from sandbox.limits_nesting import flat
from sandbox.limits_sizes import (
    MOST,
    check_division,
    check_power,
    check_product,
    check_shift,
    is_sequence,
    length,
    too_large,
    whole,
)
from sandbox.lookups import change
from sandbox.unbound import Unbound, from_host

_KINDS = (str, bytes, bytearray, list, tuple, deque, dict, set, frozenset, int, Decimal, slice)
_PLACES: Final = 10_000
_SIZED = frozenset({list, tuple, str, dict, set, frozenset, deque, bytearray, bytes})
Check = Callable[[Any, tuple[Any, ...], int], tuple[Any, ...]]


def _pad(text: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    width = whole(args[0])
    if isinstance(width, int) and width > limit:
        raise too_large()
    return (width, *args[1:])


def _expand(text: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    size = whole(args[0])
    if isinstance(size, int) and size > 0:
        tabs = str.count(text, "\t") if isinstance(text, str) else length(text)
        if length(text) + tabs * size > limit:
            raise too_large()
    return (size,)


def _replace(text: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    if len(args) < 2:
        return args
    old, new = args[:2]
    size, added = length(text), length(new)
    if added > 1 and (size + 1) * added > limit and isinstance(old, str | bytes | bytearray):
        removed = length(old)
        if type(text) is str and type(old) is str:
            times = text.count(old) if removed else size + 1
        else:
            times = size // removed if removed else size + 1
        if size + times * (added - removed) > limit:
            raise too_large()
    return args


def _join(text: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    items = args[0]
    parts = items if type(items) in (list, tuple) else list(checked_items(items))
    total = length(text) * len(parts)
    if total > limit:
        raise too_large()
    if isinstance(text, str):
        try:
            total += sum(map(str.__len__, parts))
        except TypeError:
            # The method says in its own words what it takes.
            return (parts, *args[1:])
    else:
        total += sum(map(length, parts))
    if total > limit:
        raise too_large()
    return (parts, *args[1:])


def _extend(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    items = args[0]
    if length(items) > limit // 2:
        raise too_large()
    if type(items) in _SIZED or type(items) is types.GeneratorType:
        return args
    return (checked_items(items),)


def _multiply(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    other = whole(args[0]) if is_sequence(owner) else args[0]
    check_product(owner, other, limit)
    return (other,)


def _add(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    if length(owner) + length(args[0]) > limit:
        raise too_large()
    return args


def _power(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    if len(args) == 1 or args[1] is None:
        check_power(owner, args[0], limit)
    elif isinstance(args[0], int):
        from sandbox.limits_values import power_modulo

        power_modulo(owner, args[0], args[1])
    return args


def _reflected_power(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    check_power(args[0], owner, limit)
    return args


def _divide(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    check_division(owner, args[0])
    return args


def _reflected_divide(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    check_division(args[0], owner)
    return args


def _round(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    _whole(owner, args, limit)
    places = whole(args[0]) if args else 0
    if isinstance(places, int) and abs(places) > _PLACES:
        raise MemoryError("the number would be larger than a script may make")
    return (places, *args[1:]) if args else args


def _whole(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    if isinstance(owner, Decimal):
        check_decimal(owner)
    return args


def _shift(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    check_shift(owner, args[0], limit)
    return args


def _reflected_shift(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    check_shift(args[0], owner, limit)
    return args


def _set_item(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    change(owner)
    if length(args[-1]) > limit // 2 and type(args[0]) is slice:
        raise too_large()
    if len(args) == 2 and isinstance(owner, list) and walks(args[0], args[1]):
        return (args[0], list(checked_items(args[1])))
    return args


def _change(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    change(owner)
    return args


def _compare(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    return tuple(map(flat, args))


def _in_order(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    return tuple(map(flat, args))


def _ordered(method: Any, owner: Any, args: tuple[Any, ...]) -> Any:
    """What such a method of a sequence gives, with items that are held."""
    base = base_of(type(owner))
    if base is None or len(args) != 1 or not isinstance(args[0], base):
        return method(*args)
    name = method.__name__
    return in_order(base, owner, args[0], name, ORDERS[name])


def _hash(owner: Any, args: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    flat(owner)
    return args


_TEXT: Final[dict[str, Check]] = {
    "replace": _replace,
    "join": _join,
    "ljust": _pad,
    "rjust": _pad,
    "center": _pad,
    "zfill": _pad,
    "expandtabs": _expand,
    "extend": _extend,
}
CHANGES: Final = frozenset(
    {
        *("add", "setdefault", "popitem", "fromkeys", "difference_update", "intersection_update"),
        *("symmetric_difference_update", "__ior__", "__iand__", "__isub__", "__ixor__"),
        *("update", "clear", "__init__"),
    }
)
"""Methods that may give a dictionary or set another table."""

CHECKS: Final[dict[str, Check]] = {
    **_TEXT,
    "extendleft": _extend,
    "__mul__": _multiply,
    "__rmul__": _multiply,
    "__imul__": _multiply,
    "__add__": _add,
    "__iadd__": _add,
    "__pow__": _power,
    "__rpow__": _reflected_power,
    **dict.fromkeys(("__div__", "__floordiv__", "__divmod__"), _divide),
    **dict.fromkeys(("__rdiv__", "__rfloordiv__", "__rdivmod__", "__rmod__"), _reflected_divide),
    **dict.fromkeys(("__int__", "__long__", "__trunc__", "__floor__", "__ceil__"), _whole),
    "as_integer_ratio": _whole,
    "__round__": _round,
    "to_bytes": _pad,
    "__lshift__": _shift,
    "__rlshift__": _reflected_shift,
    "__setitem__": _set_item,
    "__hash__": _hash,
    **dict.fromkeys(("__eq__", "__ne__", "__contains__"), _compare),
    **dict.fromkeys(ORDERS, _in_order),
    **dict.fromkeys(CHANGES, _change),
}
_OWN: Final[dict[str, Any]] = {
    "__mod__": format_percent,
    "__repr__": python2_repr,
    "__str__": python2_repr,
}


# Checked without arguments as well.
_BARE: Final = frozenset({_hash, _whole, _round, _change})
_MOST_ARGUMENTS: Final[dict[Any, int]] = {_pad: 2, _replace: 3, _power: 2, _set_item: 2}


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
    if sized.check is _join and len(args) != 1 and isinstance(sized.owner, str):
        raise TypeError(f"join() takes 2 arguments ({len(args)} given)")
    if 0 < len(args) <= _MOST_ARGUMENTS.get(sized.check, 1) or sized.check in _BARE:
        args = sized.check(sized.owner, args, sized.limit)
        if sized.check is _in_order:
            return _ordered(sized.method, sized.owner, args)
    return sized.method(*args)


def call_unbound(sized: Sized, *args: Any) -> Any:
    """Call a method that was read from its class."""
    given = len(args) - 1
    counted = 0 < given <= _MOST_ARGUMENTS.get(sized.check, 1) or sized.check in _BARE
    if given >= 0 and counted and isinstance(args[0], _KINDS):
        args = (args[0], *sized.check(args[0], args[1:], sized.limit))
        if sized.check is _in_order:
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
        check = _divide
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
        return types.MethodType(_hash_bound, Sized(real, real.__self__, _hash, MOST))
    return SizedMethod(name, real, _hash_unbound, real)


def _hash_bound(sized: Sized, *args: Any) -> Any:
    return sized.method(*args) if args else python2_hash(flat(sized.owner))


def _hash_unbound(real: Any, *args: Any) -> Any:
    if len(args) != 1 or not isinstance(args[0], real.__objclass__):
        return real(*args)
    return python2_hash(flat(args[0]))


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
        return types.MethodType(call_bound, Sized(real, owner, _divide, MOST))
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
        check, method = _TEXT[name], getattr(str, name, None)
        most = _MOST_ARGUMENTS.get(check, 1)

        def call(text: str, *args: Any) -> Any:
            if 0 < len(args) <= most:
                args = check(text, args, limit)
            return method(text, *args)  # type: ignore[misc]

        return call

    texts = {name: quick(name) for name in _TEXT if name != "extend"}

    def read(owner: Any, name: str) -> Any:
        if type(owner) is str and name in texts:
            return types.MethodType(texts[name], owner)
        return plain_read(owner, name)

    return read


__all__ = ["SIZED_NAMES", "sized_method", "sized_reader"]
