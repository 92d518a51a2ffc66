"""Functions and methods that give lists in Python 2, and those Python 3 dropped."""

from __future__ import annotations

import functools
from collections import OrderedDict
from itertools import islice
from typing import Any

from sandbox.dialect.meaning.errors import exception_args
from sandbox.dialect.meaning.hooks import hooks
from sandbox.dialect.meaning.kinds import bytestr, decoded, unicode
from sandbox.dialect.meaning.ordering import sort_list
from sandbox.dialect.meaning.sequences import PLAIN
from sandbox.dialect.meaning.typenames import type_text
from sandbox.limits import checkpoint
from sandbox.limits_sizes import MOST, Room, joined
from sandbox.unbound import from_host

_NOTHING: dict[Any, Any] = {}
_VIEWS: frozenset[type] = frozenset(
    {
        type(view())
        for mapping in (_NOTHING, OrderedDict[Any, Any]())
        for view in (mapping.keys, mapping.values, mapping.items)
    }
)


def keys(value: Any) -> Any:
    """``value.keys()``."""
    if type(value) is dict:
        return list(value)
    result = value.keys()
    return list(result) if type(result) in _VIEWS else result


def values(value: Any) -> Any:
    """``value.values()``."""
    if type(value) is dict:
        return list(value.values())
    result = value.values()
    return list(result) if type(result) in _VIEWS else result


def items(value: Any) -> Any:
    """``value.items()``."""
    if type(value) is dict:
        return list(value.items())
    result = value.items()
    return list(result) if type(result) in _VIEWS else result


def iterkeys(value: Any) -> Any:
    """``value.iterkeys()``."""
    if isinstance(value, dict) and not hasattr(type(value), "iterkeys"):
        return iter(dict.keys(value))
    return value.iterkeys()


def itervalues(value: Any) -> Any:
    """``value.itervalues()``."""
    if isinstance(value, dict) and not hasattr(type(value), "itervalues"):
        return iter(dict.values(value))
    return value.itervalues()


def iteritems(value: Any) -> Any:
    """``value.iteritems()``."""
    if type(value) is dict:
        return iter(value.items())
    if isinstance(value, dict) and not hasattr(type(value), "iteritems"):
        return iter(dict.items(value))
    return value.iteritems()


def viewkeys(value: Any) -> Any:
    """``value.viewkeys()``."""
    return dict.keys(value) if isinstance(value, dict) else value.viewkeys()


def viewvalues(value: Any) -> Any:
    """``value.viewvalues()``."""
    return dict.values(value) if isinstance(value, dict) else value.viewvalues()


def viewitems(value: Any) -> Any:
    """``value.viewitems()``."""
    return dict.items(value) if isinstance(value, dict) else value.viewitems()


def has_key(value: Any, key: Any) -> Any:
    """``value.has_key(key)``."""
    if type(value) is dict:
        return key in value
    if isinstance(value, dict) and not hasattr(type(value), "has_key"):
        return dict.__contains__(value, key)
    return value.has_key(key)


def next_method(value: Any) -> Any:
    """``value.next()``."""
    kind = type(value)
    if not hasattr(kind, "next") and hasattr(kind, "__next__"):
        return next(value)
    return value.next()


def sort_method(value: Any, *args: Any, **keywords: Any) -> Any:
    """``value.sort(cmp, key, reverse)``."""
    kind = type(value)
    if kind is list or (issubclass(kind, list) and _held(kind, "sort") is list.__dict__["sort"]):
        return sort_items(value, *args, **keywords)
    return hooks.read_attribute(value, "sort")(*args, **keywords)


def sort_items(value: Any, *args: Any, **keywords: Any) -> Any:
    """``list.sort(value, cmp, key, reverse)``: a list's own, whatever an heir has in its place."""
    if not issubclass(type(value), list):
        raise TypeError(
            f"descriptor 'sort' requires a 'list' object but received a '{type_text(value)}'"
        )
    if keywords and not keywords.keys() <= {"cmp", "key", "reverse"}:
        wrong = next(name for name in keywords if name not in ("cmp", "key", "reverse"))
        raise TypeError(f"'{wrong}' is an invalid keyword argument for this function")
    sort_list(value, *args, **keywords)
    return None


def list_index(*given: Any, **keywords: Any) -> int:
    """``list.index(value, item, start, end)``, with a message of ours.

    The interpreter's has the text of what was not found, which it asks for in the middle of C.
    """
    if keywords:
        raise TypeError("index() takes no keyword arguments")
    if not 2 <= len(given) <= 4 or type(given[1]) in PLAIN or not issubclass(type(given[0]), list):
        return list.index(*given)
    value = given[0]
    place = place_of(list.__iter__(value), list.__len__(value), *given[1:])
    if place is None:
        raise ValueError("list.index(x): x not in list")
    return place


def place_of(items: Any, size: int, wanted: Any, *bounds: Any) -> int | None:
    """Where an item is first; None where it is not."""
    if any(one is None for one in bounds):
        raise TypeError("slice indices must be integers or have an __index__ method")
    first, last, _ = slice(*(*bounds, None)[:2] if bounds else (None,)).indices(size)
    for place, item in enumerate(islice(items, first, last), first):
        if item is wanted or item == wanted:
            return place
    return None


def python2_range(*args: Any) -> list[int]:
    """``range``: a list."""
    return list(checked_range(*args))


def checked_range(*args: Any) -> range:
    """``range`` and ``xrange`` where only a loop sees the result.

    Errors: TypeError and ValueError in Jython's words.
    """
    try:
        return range(*args)
    except TypeError:
        return range(*_whole(args))
    except ValueError:
        raise ValueError("range() step argument must not be zero") from None


_PLACES = {1: ("end",), 2: ("start", "end"), 3: ("start", "end", "step")}


def _whole(args: tuple[Any, ...]) -> list[Any]:
    places = _PLACES.get(len(args))
    if places is None:
        raise TypeError(f"range expected {'at least 1' if not args else 'at most 3'} arguments, "
                        f"got {len(args)}")
    for place, value in zip(places, args, strict=True):
        if not hasattr(type(value), "__index__"):
            raise TypeError(
                f"range() integer {place} argument expected, got {type_text(value)}."
            )
    return list(args)


def python2_xrange(*args: Any) -> range:
    """``xrange``: takes floats as well, cut to integers."""
    try:
        return range(*args)
    except TypeError:
        cut = [int(a) if type(a) is float else a for a in args]
        try:
            return range(*cut)
        except TypeError:
            raise TypeError("an integer is required") from None


def python2_map(function: Any, *iterables: Any) -> list[Any]:
    """``map``: a list; shorter sequences are filled with None."""
    if len(iterables) == 1:
        if function is None:
            return list(iterables[0])
        return list(map(function, iterables[0]))
    if not iterables:
        raise TypeError("map() requires at least 2 arguments (1) given")
    columns = [list(iterable) for iterable in iterables]
    size = max([len(column) for column in columns])
    for column in columns:
        column.extend([None] * (size - len(column)))
    if function is None:
        return list(zip(*columns, strict=True))
    return list(map(function, *columns))


def python2_filter(function: Any, iterable: Any) -> Any:
    """``filter``: text gives text, a tuple a tuple, anything else a list."""
    if function is not None and not callable(function):
        raise TypeError(f"'{type_text(function)}' object is not callable")
    if isinstance(iterable, str):
        kept = "".join(filter(function, iterable))
        return unicode(kept) if isinstance(iterable, unicode) else kept
    kept_items = list(filter(function, iterable))
    return tuple(kept_items) if isinstance(iterable, tuple) else kept_items


def python2_zip(*iterables: Any) -> list[tuple[Any, ...]]:
    """``zip``: a list as long as the shortest."""
    return list(zip(*iterables, strict=False))


def python2_reduce(function: Any, iterable: Any, *initial: Any) -> Any:
    """``reduce``."""
    return functools.reduce(function, iterable, *initial)


def python2_apply(function: Any, args: Any = (), keywords: Any = None) -> Any:
    """``apply``."""
    return function(*args, **(keywords or {}))


def python2_intern(text: Any) -> Any:
    """``intern``: the text itself."""
    if not isinstance(text, str):
        raise TypeError(f"intern() argument 1 must be string, not {type_text(text)}")
    return text


def python2_reversed(value: Any) -> Any:
    """``reversed``; views and sets have no order to reverse."""
    if isinstance(value, dict | set | frozenset) or type(value) in _VIEWS:
        raise TypeError("argument to reversed() must be a sequence")
    return reversed(value)


_EXACT = frozenset({str, unicode, bytestr})
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__


def _held(kind: type, name: str) -> Any:
    """What the first class that has the name holds under it."""
    return next(held[name] for cls in _mro_of(kind) if name in (held := _dict_of(cls)))


def translate(text: Any, table: Any, delete: Any = None) -> Any:
    """``text.translate(table, delete)``: Python 2's tables of 256 characters."""
    if not isinstance(text, str):
        if isinstance(text, type) and type.__getattribute__(text, "__module__") == "__builtin__":
            # Read through its class: the text comes first.
            return translate(*(part for part in (table, delete) if part is not None))
        method = hooks.read_attribute(text, "translate")
        bound = getattr(method, "__self__", None)
        if isinstance(bound, str) and from_host(getattr(method, "__func__", None)):
            return _translate_text(bound, table, delete)
        return method(table) if delete is None else method(table, delete)
    if type(text) not in _EXACT and not from_host(_held(type(text), "translate")):
        own: Any = text.translate
        return own(table) if delete is None else own(table, delete)
    return _translate_text(text, table, delete)


def _translate_text(text: str, table: Any, delete: Any) -> Any:
    if isinstance(text, unicode) or not (table is None or isinstance(table, str)):
        result = translated(text, table)
        return unicode(result) if isinstance(text, unicode) else result
    if table is not None and len(table) != 256:
        raise ValueError("translation table must be 256 characters long")
    raw = str.encode(text, "latin-1")
    if delete is not None:
        raw = raw.translate(None, str.encode(delete, "latin-1"))
    if table is not None:
        raw = raw.translate(str.encode(table, "latin-1"))
    made = raw.decode("latin-1")
    return made if made.isascii() else bytestr(made)


def translated(text: str, table: Any) -> str:
    """A text with its characters looked up in a mapping, which may make it longer."""
    if type(table) is dict:
        longest = max([1, *[len(value) for value in table.values() if isinstance(value, str)]])
        if str.__len__(text) * longest <= MOST:
            return str.translate(text, table)
    elif str.__len__(text) < _FEW_CHARACTERS:
        return joined(str.translate(one, table) for one in str.__iter__(text))
    made: list[str] = []
    room = Room()
    for start in range(0, str.__len__(text), _FEW_CHARACTERS):
        checkpoint()
        for one in str.__getitem__(text, slice(start, start + _FEW_CHARACTERS)):
            piece = str.translate(one, table)
            room.take(len(piece))
            made.append(piece)
    return "".join(made)


_FEW_CHARACTERS = 1000


def join(separator: Any, items: Any) -> Any:
    """``separator.join(items)``: unicode as soon as one of the items is."""
    if type(separator) is str:
        if type(items) is not list:
            items = list(items)
        text = separator.join(items)
        if unicode in map(type, items):
            if bytestr in map(type, items):
                narrow = (type(item) is bytestr and not item.isascii() for item in items)
                pairs = zip(items, narrow, strict=True)
                text = separator.join([decoded(item) if bare else item for item, bare in pairs])
            return unicode(text)
        return text
    return separator.join(items)


def call_with_unicode(text: Any, name: str, *args: Any) -> Any:
    """``text.name(*args)`` where an argument is a unicode literal: text becomes unicode."""
    return getattr(as_wide(text), name)(*args)


def as_wide(text: Any) -> Any:
    """The text as unicode, where it is one of ASCII."""
    return unicode(text) if type(text) is str and text.isascii() else text


def item(value: Any, index: Any) -> Any:
    """``value[index]`` where the value may be an exception, which has its arguments as items."""
    if isinstance(value, BaseException) and not hasattr(type(value), "__getitem__"):
        return exception_args(value)[index]
    return value[index]


def zip_pair(first: Any, second: Any) -> list[tuple[Any, Any]]:
    """``zip`` of two, without packing arguments."""
    return list(zip(first, second))  # noqa: B905 - the keyword costs as much as the rest


def map_one(function: Any, iterable: Any) -> Any:
    """``map`` over one sequence, without packing arguments."""
    try:
        items = iter(iterable)
    except TypeError:
        raise TypeError("argument 1 to map() must support iteration") from None
    return list(items) if function is None else list(map(function, items))


def _plain_base(value: Any, *bases: Any) -> Any:
    for base in bases:
        if isinstance(value, base):
            return base
    raise TypeError(f"a sequence is needed, not '{type_text(value)}'")


def get_slice(value: Any, start: Any, stop: Any) -> Any:
    """``list.__getslice__`` and that of tuples and texts."""
    base = _plain_base(value, list, tuple, unicode, bytestr, str)
    return base.__getitem__(value, slice(start, stop))


def set_slice(value: Any, start: Any, stop: Any, items: Any) -> None:
    """``list.__setslice__``."""
    _plain_base(value, list).__setitem__(value, slice(start, stop), items)


def delete_slice(value: Any, start: Any, stop: Any) -> None:
    """``list.__delslice__``."""
    _plain_base(value, list).__delitem__(value, slice(start, stop))
