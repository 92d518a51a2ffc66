"""``functools``: partial, reduce, wraps, cmp_to_key and total_ordering, without ways out."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, NoReturn

from sandbox.dialect.meaning.hooks import hooks
from sandbox.dialect.meaning.identity import address
from sandbox.library.module import Held, HostType, Module, host_class
from sandbox.limits_consuming import checked_items
from sandbox.tables import update_table
from sandbox.unbound import from_host

_NOTHING = object()
_NAMES = ("__module__", "__name__", "__doc__")


class PartialType(HostType):
    """Metaclass of ``functools.partial``, which is called straight and so is not extended."""

    EXTENDED = False

    def __repr__(cls) -> str:
        return "<type '_functools.partial'>"


@host_class("_functools")
class Partial(metaclass=PartialType):
    """``functools.partial(f, ...)``: what it holds is what a script gave it."""

    __slots__ = ("_args", "_func", "_keywords")
    _args: tuple[Any, ...]
    _func: Any
    _keywords: dict[str, Any]

    def __init__(self, /, *given: Any, **keywords: Any) -> None:
        if hasattr(self, "_func"):
            raise TypeError("a partial is set up once")
        if not given:
            raise TypeError("type 'partial' takes at least one argument")
        if not callable(given[0]):
            raise TypeError("the first argument must be callable")
        put = object.__setattr__
        put(self, "_func", given[0])
        put(self, "_args", given[1:])
        put(self, "_keywords", keywords)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"'{name}' cannot be set here")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"'{name}' cannot be deleted here")

    @property
    def func(self) -> Any:
        """The function."""
        return self._func

    @property
    def args(self) -> tuple[Any, ...]:
        """Its first arguments."""
        return self._args

    @property
    def keywords(self) -> dict[str, Any] | None:
        """Its keywords, a copy; None without any."""
        return dict(self._keywords) if self._keywords else None

    def __call__(self, /, *args: Any, **keywords: Any) -> Any:
        return self._func(*self._args, *args, **{**self._keywords, **keywords})

    def __repr__(self) -> str:
        return f"<functools.partial object at {address(self)}>"


type.__setattr__(Partial, "__name__", "partial")
type.__setattr__(Partial, "__qualname__", "partial")


class Key(Held):
    """A value that is ordered by a ``cmp`` function."""

    # Python's own is freed by a recursion of C, however deep such keys hold each other.
    __slots__ = ("_compare", "_value")

    def __init__(self, compare: Any, value: Any) -> None:
        object.__setattr__(self, "_compare", compare)
        object.__setattr__(self, "_value", value)

    def _against(self, other: Any) -> Any:
        if type(other) is not Key:
            raise TypeError("other argument must be K instance")
        return self._compare(self._value, other._value)

    def __lt__(self, other: Any) -> bool:
        return bool(self._against(other) < 0)

    def __gt__(self, other: Any) -> bool:
        return bool(self._against(other) > 0)

    def __eq__(self, other: Any) -> bool:
        return bool(self._against(other) == 0)

    def __le__(self, other: Any) -> bool:
        return bool(self._against(other) <= 0)

    def __ge__(self, other: Any) -> bool:
        return bool(self._against(other) >= 0)

    def __ne__(self, other: Any) -> bool:
        return bool(self._against(other) != 0)

    def __hash__(self) -> int:
        raise TypeError("hash not implemented")


class KeyMaker(Held):
    """What ``functools.cmp_to_key(f)`` gives."""

    __slots__ = ("_compare",)

    def __init__(self, compare: Any) -> None:
        object.__setattr__(self, "_compare", compare)

    def __call__(self, value: Any) -> Key:
        return Key(self._compare, value)


class Wrapper(Held):
    """What ``functools.wraps(f)`` gives: takes the function that wraps."""

    __slots__ = ("_wrapped",)

    def __init__(self, wrapped: Any) -> None:
        object.__setattr__(self, "_wrapped", wrapped)

    def __call__(self, wrapper: Any) -> Any:
        return dress(wrapper, self._wrapped)


def dress(wrapper: Any, wrapped: Any) -> Any:
    """Give a script's function the name and text of another; other objects stay as they are."""
    if type(wrapper) is not types.FunctionType or from_host(wrapper):
        return wrapper
    for name in _NAMES:
        value = getattr(wrapped, name, None)
        if isinstance(value, str):
            setattr(wrapper, name, str.__str__(value))
    if type(wrapped) is types.FunctionType and not from_host(wrapped):
        update_table(wrapper.__dict__, wrapped.__dict__)
    return wrapper


def _ordering(cls: Any) -> None:
    own = vars(cls)
    defined = [name for name in ("__lt__", "__le__", "__gt__", "__ge__") if name in own]
    if not defined:
        raise ValueError("must define at least one ordering operation: < > <= >=")
    for name, method in _missing(defined[0]):
        if name not in own:
            setattr(cls, name, method)


def _missing(root: str) -> list[tuple[str, Callable[..., Any]]]:
    """The other three comparisons made from one, as functions of their own each time."""

    def strict(self: Any, other: Any) -> Any:
        # The class may have lost its own since: what a list has compares what it does not hold.
        return hooks.read_attribute(self, root)(other)

    def negated(self: Any, other: Any) -> Any:
        return not strict(self, other)

    def with_equal(self: Any, other: Any) -> Any:
        return strict(self, other) or self == other

    def without_equal(self: Any, other: Any) -> Any:
        return strict(self, other) and self != other

    def neither(self: Any, other: Any) -> Any:
        return not strict(self, other) and self != other

    def either(self: Any, other: Any) -> Any:
        return not strict(self, other) or self == other

    if root == "__lt__":
        return [("__le__", with_equal), ("__gt__", neither), ("__ge__", negated)]
    if root == "__gt__":
        return [("__ge__", with_equal), ("__lt__", neither), ("__le__", negated)]
    if root == "__le__":
        return [("__lt__", without_equal), ("__ge__", either), ("__gt__", negated)]
    return [("__gt__", without_equal), ("__le__", either), ("__lt__", negated)]


def reduce(function: Any, iterable: Any, *initial: Any) -> Any:
    """``reduce`` with Python 2's message."""
    iterator = checked_items(iter(iterable))
    if initial:
        value = initial[0]
    else:
        value = next(iterator, _NOTHING)
        if value is _NOTHING:
            raise TypeError("reduce of empty sequence with no initial value")
    for item in iterator:
        value = function(value, item)
    return value


class FunctoolsModule(Module):
    """``functools``."""

    __slots__ = ()
    NAME = "functools"

    WRAPPER_ASSIGNMENTS = _NAMES
    WRAPPER_UPDATES = ("__dict__",)
    partial = Partial

    def reduce(self, function: Any, iterable: Any, *initial: Any) -> Any:
        """The items folded into one value."""
        if len(initial) > 1:
            raise TypeError("reduce expected at most 3 arguments")
        return reduce(function, iterable, *initial)

    def wraps(self, wrapped: Any, assigned: Any = _NAMES, updated: Any = ("__dict__",)) -> Wrapper:
        """A decorator that gives a wrapper the name and text of ``wrapped``."""
        return Wrapper(wrapped)

    def update_wrapper(
        self, wrapper: Any, wrapped: Any, assigned: Any = _NAMES, updated: Any = ("__dict__",)
    ) -> Any:
        """Give a wrapper the name and text of ``wrapped``."""
        return dress(wrapper, wrapped)

    def cmp_to_key(self, mycmp: Any) -> Any:
        """A ``cmp`` function as a ``key`` function."""
        return KeyMaker(mycmp)

    def total_ordering(self, cls: Any) -> Any:
        """A class with the missing comparisons."""
        if not isinstance(cls, type):
            raise TypeError("total_ordering takes a class")
        _ordering(cls)
        return cls
