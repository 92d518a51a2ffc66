"""``java.util`` maps: a Java interface, and the dict methods that Jython adds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.library.bounded import MAX_ITEMS
from sandbox.library.copy_module import deep_copy
from sandbox.library.java.base import Object, java_name, state
from sandbox.library.java.collection import JavaIterator, keyed
from sandbox.library.java.convert import java_equals, java_hash, java_text, to_java, wrap_int
from sandbox.library.java.fixed import FixedTable
from sandbox.library.java.lists import ArrayList
from sandbox.library.java.sets import LinkedHashSet
from sandbox.library.java.throwables import NullPointerException
from sandbox.library.java.throwables import UnsupportedOperationException as Unsupported
from sandbox.library.values import script_repr, unicode_text
from sandbox.limits_consuming import checked_items
from sandbox.limits_hooks import shown
from sandbox.limits_sizes import joined
from sandbox.lookups import change
from sandbox.tables import clear_table

_NOTHING: Any = object()


class Entry(Object, package="java.util", java_name="Map$Entry"):
    """``java.util.Map.Entry``."""

    __slots__ = ("_key", "_map", "_value")

    def __init__(self, key: Any, value: Any, owner: Any = None) -> None:
        state(self, "_key", key)
        state(self, "_value", value)
        state(self, "_map", owner)

    def getKey(self) -> Any:
        """The key."""
        return self._key

    def getValue(self) -> Any:
        """The value."""
        return self._value

    def setValue(self, value: Any) -> Any:
        """Replace the value, in the map too."""
        old = self._value
        state(self, "_value", to_java(value))
        if self._map is not None:
            self._map.put(self._key, value)
        return old

    def equals(self, other: Any) -> bool:
        """Whether key and value are equal."""
        return (
            isinstance(other, Entry)
            and java_equals(self._key, other._key)
            and java_equals(self._value, other._value)
        )

    def hashCode(self) -> int:
        """Java's hash."""
        return java_hash(self._key) ^ java_hash(self._value)

    def toString(self) -> str:
        """``key=value``."""
        return unicode_text(f"{java_text(self._key)}={java_text(self._value)}")


class Map(Object, package="java.util"):
    """``java.util.Map``."""

    __slots__ = ("_table",)
    Entry = Entry

    def __init__(self, source: Any = None, *_load: Any) -> None:
        state(self, "_table", {})
        if source is not None and not isinstance(source, int):
            if not (isinstance(source, (dict, Map)) or hasattr(source, "keys")):
                raise TypeError(
                    f"{java_name(type(self))}(): 1st arg can't be coerced to int, java.util.Map"
                )
            self.putAll(source)

    # The table holds (key, value) by what ``keyed`` makes of the key.
    def _pairs(self) -> list[tuple[Any, Any]]:
        return list(self._table.values())

    def _find(self, key: Any) -> Any:
        return self._table.get(keyed(key), _NOTHING)

    def _check_key(self, key: Any) -> None:
        """Raise where a map does not take a key."""

    def put(self, key: Any, value: Any) -> Any:
        """Set an entry; gives the old value or None."""
        self._check_key(key)
        place = keyed(key)
        old = self._table.get(place)
        change(self._table)
        if old is None:
            if len(self._table) >= MAX_ITEMS:
                raise MemoryError("the map would be too large")
            self._table[place] = (to_java(key), to_java(value))
            return None
        self._table[place] = (old[0], to_java(value))
        return old[1]

    def putAll(self, source: Any) -> None:
        """Set the entries of another map."""
        if isinstance(source, Map):
            pairs = source._pairs()
        elif isinstance(source, dict):
            pairs = list(dict.items(source))
        elif hasattr(source, "keys"):
            pairs = [(key, source[key]) for key in source.keys()]  # noqa: SIM118
        else:
            pairs = [(key, value) for key, value in source]
        for key, value in pairs:
            self.put(key, value)

    def putIfAbsent(self, key: Any, value: Any) -> Any:
        """Set an entry that is not there; gives the value that was."""
        found = self._find(key)
        if found is _NOTHING or found[1] is None:
            self.put(key, value)
            return None
        return found[1]

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, or None."""
        found = self._find(key)
        return default if found is _NOTHING else found[1]

    def getOrDefault(self, key: Any, default: Any) -> Any:
        """The value of a key, or the default."""
        return self.get(key, to_java(default))

    def remove(self, key: Any, *_value: Any) -> Any:
        """Take an entry out; gives its value or None."""
        found = self._table.pop(keyed(key), None)
        return None if found is None else found[1]

    def replace(self, key: Any, value: Any) -> Any:
        """Set an entry that is there; gives its old value or None."""
        return self.put(key, value) if self.containsKey(key) else None

    def computeIfAbsent(self, key: Any, function: Any) -> Any:
        """The value of a key, made by a function when there is none."""
        found = self.get(key)
        if found is None:
            made = getattr(function, "apply", function)(key)
            if made is not None:
                self.put(key, made)
            return made
        return found

    def merge(self, key: Any, value: Any, function: Any) -> Any:
        """Set an entry, or what a function makes of the old and the new value."""
        old = self.get(key)
        made = value if old is None else getattr(function, "apply", function)(old, value)
        self.put(key, made)
        return made

    def containsKey(self, key: Any) -> bool:
        """Whether a key is there."""
        return keyed(key) in self._table

    def containsValue(self, value: Any) -> bool:
        """Whether a value is there."""
        return any(java_equals(one, value) for _, one in self._pairs())

    def size(self) -> int:
        """How many entries there are."""
        return len(self._table)

    def isEmpty(self) -> bool:
        """Whether there are none."""
        return not self._table

    def clear(self) -> None:
        """Take everything out."""
        clear_table(self._table)

    def keySet(self) -> Any:
        """The keys, a set of their own (our choice: not a view)."""
        return LinkedHashSet([key for key, _ in self._pairs()])

    def entrySet(self) -> Any:
        """The entries."""
        return LinkedHashSet([Entry(key, value, self) for key, value in self._pairs()])

    def values(self) -> Any:
        """The values, a list of their own (our choice: not a view)."""
        return ArrayList([value for _, value in self._pairs()])

    def forEach(self, action: Any) -> None:
        """Call a function with each key and value."""
        call = getattr(action, "accept", action)
        for key, value in self._pairs():
            call(key, value)

    def keys(self) -> Any:
        """The keys as a list."""
        return [key for key, _ in self._pairs()]

    def items(self) -> list[tuple[Any, Any]]:
        """Keys and values as a list."""
        return self._pairs()

    def iterkeys(self) -> Iterator[Any]:
        """The keys one after the other."""
        return iter(self.keys())

    def itervalues(self) -> Iterator[Any]:
        """The values one after the other."""
        return iter(list(self.values()))

    def iteritems(self) -> Iterator[tuple[Any, Any]]:
        """Keys and values one after the other."""
        return iter(self._pairs())

    def has_key(self, key: Any) -> bool:
        """Whether a key is there."""
        return self.containsKey(key)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value of a key, set when there is none."""
        found = self._find(key)
        if found is _NOTHING:
            self.put(key, default)
            return to_java(default)
        return found[1]

    def update(self, *sources: Any, **entries: Any) -> None:
        """Set entries."""
        for one in sources:
            self.putAll(one)
        for key, value in entries.items():
            self.put(key, value)

    def pop(self, key: Any, *default: Any) -> Any:
        """Take an entry out; gives its value."""
        found = self._table.pop(keyed(key), None)
        if found is not None:
            return found[1]
        if default:
            return default[0]
        raise KeyError(key)

    def popitem(self) -> tuple[Any, Any]:
        """Take any entry out."""
        if not self._table:
            raise KeyError("popitem(): map is empty")
        key, value = self._pairs()[0]
        del self._table[keyed(key)]
        return key, value

    def copy(self) -> Any:
        """A copy."""
        return type(self)(self)

    def clone(self) -> Any:
        """A copy."""
        return self.copy()

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> Any:
        made = type(self)()
        for key, value in self._pairs():
            made.put(key, deep_copy(value, memo))
        return made

    def __len__(self) -> int:
        return len(self._table)

    def __bool__(self) -> bool:
        return bool(self._table)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.keys())

    def __contains__(self, key: Any) -> bool:
        return self.containsKey(key)

    def __getitem__(self, key: Any) -> Any:
        found = self._find(key)
        if found is _NOTHING:
            raise KeyError(key)
        return found[1]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.put(key, value)

    def __delitem__(self, key: Any) -> None:
        if self._table.pop(keyed(key), None) is None:
            raise KeyError(key)

    def equals(self, other: Any) -> bool:
        """Whether another map has equal entries."""
        if not isinstance(other, (Map, dict)) or len(other) != len(self):
            return False
        for key, value in self._pairs():
            if key not in other or not java_equals(value, other[key]):
                return False
        return True

    def hashCode(self) -> int:
        """Java's hash of the entries."""
        return wrap_int(sum(java_hash(key) ^ java_hash(value) for key, value in self._pairs()))

    def toString(self) -> str:
        """``{a=1}``."""
        parts = (
            f"{java_text(key)}={'(this Map)' if value is self else java_text(value)}"
            for key, value in checked_items(self._pairs())
        )
        return unicode_text("{" + joined(parts, ", ") + "}")

    @shown
    def __repr__(self) -> str:
        parts = (
            f"{script_repr(key)}: {'{...}' if value is self else script_repr(value)}"
            for key, value in checked_items(self._pairs())
        )
        return "{" + joined(parts, ", ") + "}"

    @shown
    def __str__(self) -> str:
        return str(type(self).__repr__(self))


class AbstractMap(Map, package="java.util"):
    """``java.util.AbstractMap``."""


class HashMap(AbstractMap, package="java.util"):
    """``java.util.HashMap``, in order of insertion (our choice)."""


class LinkedHashMap(HashMap, package="java.util"):
    """``java.util.LinkedHashMap``."""


class Hashtable(Map, package="java.util"):
    """``java.util.Hashtable``."""

    def contains(self, value: Any) -> bool:
        """Whether a value is there."""
        return self.containsValue(value)

    def elements(self) -> JavaIterator:
        """The values one after the other."""
        return JavaIterator(list(self.values()))

    def put(self, key: Any, value: Any) -> Any:
        """Set an entry; None is refused."""
        if value is None or key is None:
            raise NullPointerException(None)
        return super().put(key, value)


class Properties(Hashtable, package="java.util"):
    """``java.util.Properties``."""

    def getProperty(self, key: Any, default: Any = None) -> Any:
        """The text of a key, or the default."""
        return self.get(key, default)

    def setProperty(self, key: Any, value: Any) -> Any:
        """Set the text of a key."""
        return self.put(key, value)

    def stringPropertyNames(self) -> Any:
        """The keys."""
        return self.keySet()


class ConcurrentHashMap(Map, package="java.util.concurrent"):
    """``java.util.concurrent.ConcurrentHashMap``."""

    def _check_key(self, key: Any) -> None:
        if key is None:
            raise NullPointerException(None)


class WeakHashMap(HashMap, package="java.util"):
    """``java.util.WeakHashMap``: holds its keys (our choice)."""


class UnmodifiableMap(Map, package="java.util", java_name="Collections$UnmodifiableMap"):
    """What ``Collections.unmodifiableMap`` gives."""

    def __init__(self, source: Any = None) -> None:
        made = HashMap(source)
        state(self, "_table", FixedTable(made._table))

    def _fixed(self, *_args: Any, **_entries: Any) -> Any:
        raise Unsupported(None)

    put = putAll = putIfAbsent = remove = replace = clear = setdefault = update = _fixed
    pop = popitem = merge = computeIfAbsent = __setitem__ = __delitem__ = _fixed

    def copy(self) -> Any:
        """A copy that can be changed."""
        return HashMap(self)

    def __deepcopy__(self, memo: Any) -> Any:
        made = HashMap()
        for key, value in self._pairs():
            made.put(key, deep_copy(value, memo))
        return type(self)(made)
