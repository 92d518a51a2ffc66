"""``collections``: the C containers, and named tuples and counters of our own."""

from __future__ import annotations

import collections
import collections.abc
import keyword
from collections.abc import Iterator
from typing import Any

from sandbox.dialect.meaning.ordering import greater, less, sort_list
from sandbox.iteration import hides_items
from sandbox.library.arguments import integer, text
from sandbox.library.containers import OrderedDict, defaultdict, deque
from sandbox.library.hooks import checkpoint
from sandbox.library.module import HostType, Module, host_class
from sandbox.library.values import script_repr
from sandbox.limits_consuming import checked_items, tuple_of
from sandbox.limits_hooks import shown
from sandbox.limits_sizes import Room, joined
from sandbox.lookups import change

_RESERVED = frozenset({*keyword.kwlist, "print", "exec"}) - {"nonlocal", "async", "await"}
MAX_REPEATS = 10_000_000


# Never ``vars``: that asks the metaclass of the class.
_names_of = type.__dict__["__dict__"].__get__


class AbstractType(HostType):
    """Metaclass of ``collections.Mapping`` and its kin: ``isinstance`` asks the real one."""

    real: Any

    def __instancecheck__(cls, value: Any) -> bool:
        real = _names_of(cls).get("_REAL")
        if real is None:
            return type.__instancecheck__(cls, value)
        if real is collections.abc.Iterable and (
            isinstance(value, str) or hides_items(type(value))
        ):
            return False
        return isinstance(value, real) or type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, other: Any) -> bool:
        real = _names_of(cls).get("_REAL")
        if real is None:
            return type.__subclasscheck__(cls, other)
        if real is collections.abc.Iterable and hides_items(other):
            return False
        return issubclass(other, real) or type.__subclasscheck__(cls, other)


def _abstract(name: str) -> Any:
    made = AbstractType(
        name, (), {"_REAL": getattr(collections.abc, name), "__doc__": f"``collections.{name}``."}
    )
    return host_class("_abcoll")(made)


@host_class("collections")
class Counter(dict, metaclass=HostType):  # type: ignore[type-arg]
    """``collections.Counter``."""

    def __init__(self, iterable: Any = None, **counts: Any) -> None:
        super().__init__()
        self.update(iterable, **counts)

    def __missing__(self, key: Any) -> int:
        return 0

    def most_common(self, n: Any = None) -> list[tuple[Any, Any]]:
        """The elements by their counts, highest first."""
        ranked: list[tuple[Any, Any]] = list(dict.items(self))
        sort_list(ranked, None, lambda pair: pair[1], True)
        return ranked if n is None else ranked[: int(n)]

    def elements(self) -> Iterator[Any]:
        """Each element as often as it was counted."""
        # A script's number may compare in its own way.
        counts = [(key, integer(count)) for key, count in dict.items(self)]
        if sum(max(0, count) for _, count in counts) > MAX_REPEATS:
            raise MemoryError("too many elements")
        return iter([key for key, count in checked_items(counts) for _ in range(count)])

    def update(self, iterable: Any = None, **counts: Any) -> None:  # type: ignore[override]
        """Add counts."""
        self._add(iterable, counts, 1)

    def subtract(self, iterable: Any = None, **counts: Any) -> None:
        """Take counts away."""
        self._add(iterable, counts, -1)

    def _add(self, iterable: Any, counts: dict[str, Any], sign: int) -> None:
        change(self)
        if iterable is not None:
            if hasattr(iterable, "keys"):
                for key in iterable.keys():  # noqa: SIM118 - a script's mapping
                    dict.__setitem__(self, key, dict.get(self, key, 0) + sign * iterable[key])
            else:
                for key in checked_items(iterable):
                    dict.__setitem__(self, key, dict.get(self, key, 0) + sign)
        for key, count in counts.items():
            dict.__setitem__(self, key, dict.get(self, key, 0) + sign * count)

    def copy(self) -> Counter:
        """A copy."""
        return Counter(self)

    def _keep(self, pairs: Any) -> Counter:
        made = Counter()
        for key, count in pairs:
            if count > 0:
                dict.__setitem__(made, key, count)
        return made

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Counter):
            return NotImplemented
        keys = dict.fromkeys([*self, *other])
        return self._keep([(key, self[key] + other[key]) for key in keys])

    def __sub__(self, other: Any) -> Any:
        if not isinstance(other, Counter):
            return NotImplemented
        keys = dict.fromkeys([*self, *other])
        return self._keep([(key, self[key] - other[key]) for key in keys])

    def __or__(self, other: Any) -> Any:
        if not isinstance(other, Counter):
            return NotImplemented
        keys = dict.fromkeys([*self, *other])
        pairs = [(key, self[key], other[key]) for key in keys]
        return self._keep([(key, two if greater(two, one) else one) for key, one, two in pairs])

    def __and__(self, other: Any) -> Any:
        if not isinstance(other, Counter):
            return NotImplemented
        pairs = [(key, self[key], other[key]) for key in self]
        return self._keep([(key, two if less(two, one) else one) for key, one, two in pairs])

    @shown
    def __repr__(self) -> str:
        if not self:
            return "Counter()"
        parts = (f"{script_repr(key)}: {script_repr(count)}" for key, count in self.most_common())
        return "Counter({" + joined(checked_items(parts), ", ") + "})"


class Field:
    """A field of a named tuple: reads one item, refuses stores."""

    __slots__ = ("_index",)

    def __init__(self, index: int) -> None:
        self._index = index

    def __get__(self, instance: Any, owner: Any) -> Any:
        return self if instance is None else tuple.__getitem__(instance, self._index)

    def __set__(self, instance: Any, value: Any) -> None:
        raise AttributeError("can't set attribute")


class NamedTupleType(HostType):
    """Metaclass of named tuples, each a class of its script."""

    OF_SCRIPTS = True


def _make(fields: tuple[str, ...], typename: str) -> dict[str, Any]:
    size = len(fields)
    places = {name: index for index, name in enumerate(fields)}

    def new(cls: Any, *args: Any, **keywords: Any) -> Any:
        values: list[Any] = list(args)
        if len(values) > size:
            raise TypeError(
                f"__new__() takes exactly {size + 1} arguments ({len(values) + 1} given)"
            )
        if keywords or len(values) < size:
            missing = object()
            values += [missing] * (size - len(values))
            for name, value in keywords.items():
                place = places.get(name)
                if place is None:
                    raise TypeError(f"__new__() got an unexpected keyword argument '{name}'")
                if values[place] is not missing:
                    raise TypeError(f"__new__() got multiple values for keyword argument '{name}'")
                values[place] = value
            given = sum(value is not missing for value in values)
            if given < size:
                raise TypeError(f"__new__() takes exactly {size + 1} arguments ({given + 1} given)")
        return tuple.__new__(cls, values)

    def make(cls: Any, iterable: Any) -> Any:
        values = tuple_of(iterable)
        if len(values) != size:
            raise TypeError(f"Expected {size} arguments, got {len(values)}")
        return tuple.__new__(cls, values)

    def as_dict(self: Any) -> Any:
        return OrderedDict(zip(fields, self, strict=True))

    def replace(self: Any, **changes: Any) -> Any:
        values = [changes.pop(name, old) for name, old in zip(fields, self, strict=True)]
        if changes:
            raise ValueError(f"Got unexpected field names: {script_repr(list(changes))}")
        return tuple.__new__(type(self), values)

    def show(self: Any) -> str:
        checkpoint()
        parts = [f"{name}={script_repr(value)}" for name, value in zip(fields, self, strict=True)]
        Room().take(sum(map(len, parts)))
        return f"{type(self).__name__}({', '.join(parts)})"

    def arguments(self: Any) -> tuple[Any, ...]:
        return tuple(self)

    made: dict[str, Any] = {name: Field(index) for index, name in enumerate(fields)}
    made.update(
        {
            "__slots__": (),
            "__new__": new,
            "__repr__": shown(show),
            "__getnewargs__": arguments,
            "__doc__": f"{typename}({', '.join(fields)})",
            "_fields": fields,
            "_make": classmethod(make),
            "_asdict": as_dict,
            "_replace": replace,
        }
    )
    return made


def namedtuple_class(typename: Any, field_names: Any, rename: Any = False) -> Any:
    """A new tuple class with named fields."""
    names = field_names
    if isinstance(names, str):
        names = text(names).replace(",", " ").split()
    fields = [text(one) for one in names]
    title = text(typename)
    if len(fields) > 255:
        raise ValueError("namedtuple() takes at most 255 fields here")
    # A script's object may answer differently when asked again.
    renames = bool(rename)
    if renames:
        seen: set[str] = set()
        for index, name in enumerate(fields):
            if not _is_name(name) or name in _RESERVED or name[0] == "_" or name in seen:
                fields[index] = f"_{index}"
            seen.add(name)
    for name in [title, *fields]:
        if not _is_name(name):
            raise ValueError(
                "Type names and field names can only contain alphanumeric characters and "
                f"underscores: {name!r}"
            )
        if name in _RESERVED:
            raise ValueError(f"Type names and field names cannot be a keyword: {name!r}")
    known: set[str] = set()
    for index, name in enumerate(fields):
        if name.startswith("_") and not (renames and name == f"_{index}"):
            raise ValueError(f"Field names cannot start with an underscore: {name!r}")
        if name in known:
            raise ValueError(f"Encountered duplicate field name: {name!r}")
        known.add(name)
    made = NamedTupleType(title, (tuple,), _make(tuple(fields), title))
    type.__setattr__(made, "__module__", "__main__")
    return made


def _is_name(name: str) -> bool:
    return name.isascii() and name.isidentifier()


class CollectionsModule(Module):
    """``collections``."""

    __slots__ = ()
    NAME = "collections"

    OrderedDict = OrderedDict
    defaultdict = defaultdict
    deque = deque
    Counter = Counter
    Callable = _abstract("Callable")
    Container = _abstract("Container")
    Hashable = _abstract("Hashable")
    ItemsView = _abstract("ItemsView")
    Iterable = _abstract("Iterable")
    Iterator = _abstract("Iterator")
    KeysView = _abstract("KeysView")
    Mapping = _abstract("Mapping")
    MutableMapping = _abstract("MutableMapping")
    MutableSequence = _abstract("MutableSequence")
    MutableSet = _abstract("MutableSet")
    Sequence = _abstract("Sequence")
    Set = _abstract("Set")
    Sized = _abstract("Sized")
    ValuesView = _abstract("ValuesView")

    def namedtuple(
        self, typename: Any, field_names: Any, verbose: Any = False, rename: Any = False
    ) -> Any:
        """A new tuple class with named fields."""
        return namedtuple_class(typename, field_names, rename)
