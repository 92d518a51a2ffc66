"""``bytearray``: bytes that change.

The interpreter's own take where their memory is before they ask a script's object for a bound, and
read on there although the answer made them shorter. What searches here searches a copy.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from sandbox.dialect.meaning import codecs
from sandbox.library.bounded import MAX_OUTPUT
from sandbox.library.module import HostType, host_class
from sandbox.library.values import byte_text, is_unicode, script_repr, type_name
from sandbox.limits_consuming import checked_items


class ByteArrayType(HostType):
    """Metaclass of ``bytearray``: it shows as a builtin type."""

    def __repr__(cls) -> str:
        if cls is ByteArray:
            return "<type 'bytearray'>"
        return HostType.__repr__(cls)


def _asking(name: str) -> Any:
    plain = getattr(bytes, name)

    def method(self: Any, *args: Any) -> Any:
        given = [_plain(one) for one in args]
        data = bytes(self._data)
        _check_size(name, data, given)
        return _shown(plain(data, *given))

    method.__name__ = name
    return method


@host_class("__builtin__")
class ByteArray(metaclass=ByteArrayType):
    """``bytearray``."""

    __slots__ = ("_data",)

    def __init__(self, source: Any = (), *encoding: Any) -> None:
        self._data = bytearray()
        if isinstance(source, str):
            if encoding:
                source = codecs.encode(source, *encoding)
            elif is_unicode(source):
                raise TypeError("unicode argument without an encoding")
            self._data += _octets(source)
        elif isinstance(source, int):
            count = int.__index__(source)
            if count < 0:
                raise ValueError("negative count")
            _room(count)
            self._data = bytearray(count)
        else:
            self.extend(source)

    for _name in [
        "capitalize", "center", "count", "endswith", "expandtabs", "find", "index",
        "isalnum", "isalpha", "isdigit", "islower", "isspace", "istitle", "isupper",
        "ljust", "lower", "lstrip", "partition", "replace", "rfind", "rindex", "rjust",
        "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip",
        "swapcase", "title", "translate", "upper", "zfill",
    ]:
        locals()[_name] = _asking(_name)
    del _name

    def decode(self, *encoding: Any) -> Any:
        """The text that the bytes stand for."""
        return codecs.decode(byte_text(bytes(self._data)), *encoding)

    def join(self, items: Any) -> ByteArray:
        """These bytes between others."""
        parts = [_octets(one) for one in checked_items(items)]
        between = bytes(self._data)
        _room(sum(map(len, parts)) + len(between) * len(parts))
        return _made(between.join(parts))

    @classmethod
    def fromhex(cls, digits: Any) -> ByteArray:
        """The bytes of pairs of hexadecimal digits."""
        if not isinstance(digits, str):
            raise TypeError(f"fromhex() argument 1 must be string, not {type_name(digits)}")
        return _made(bytes.fromhex(str.__str__(digits)))

    def append(self, item: Any) -> None:
        """Put a byte at the end."""
        value = _byte(item)
        _room(len(self._data) + 1)
        self._data.append(value)

    def extend(self, items: Any) -> None:
        """Put bytes at the end."""
        more = _all(items)
        _room(len(self._data) + len(more))
        self._data += more

    def insert(self, index: Any, item: Any) -> None:
        """Put a byte in."""
        place, value = operator.index(index), _byte(item)
        _room(len(self._data) + 1)
        self._data.insert(place, value)

    def pop(self, index: Any = -1) -> int:
        """Take a byte out."""
        place = operator.index(index)
        return self._data.pop(place)

    def remove(self, item: Any) -> None:
        """Take the first such byte out."""
        value = _byte(item)
        self._data.remove(value)

    def reverse(self) -> None:
        """Turn it round."""
        self._data.reverse()

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[int]:
        return iter(bytes(self._data))

    def __contains__(self, item: Any) -> bool:
        wanted = _octets(item) if _is_text(item) else _byte(item)
        return wanted in bytes(self._data)

    def __getitem__(self, index: Any) -> Any:
        place = exact_index(index)
        found = self._data[place]
        return _made(found) if isinstance(place, slice) else found

    def __setitem__(self, index: Any, value: Any) -> None:
        place = exact_index(index)
        if isinstance(place, slice):
            more = _all(value)
            _room(len(self._data) + len(more))
            self._data[place] = more
        else:
            item = _byte(value)
            self._data[place] = item

    def __delitem__(self, index: Any) -> None:
        place = exact_index(index)
        del self._data[place]

    def __add__(self, other: Any) -> Any:
        if not _is_text(other):
            return NotImplemented
        more = _octets(other)
        _room(len(self._data) + len(more))
        return _made(bytes(self._data) + more)

    def __radd__(self, other: Any) -> Any:
        if not _is_text(other):
            return NotImplemented
        before = _octets(other)
        _room(len(self._data) + len(before))
        return _made(before + bytes(self._data))

    def __iadd__(self, other: Any) -> Any:
        self.extend(other)
        return self

    def __mul__(self, count: Any) -> Any:
        times = operator.index(count)
        _room(len(self._data) * times)
        return _made(bytes(self._data) * times)

    __rmul__ = __mul__

    def __imul__(self, count: Any) -> Any:
        times = operator.index(count)
        _room(len(self._data) * times)
        self._data *= times
        return self

    def __eq__(self, other: object) -> Any:
        return bytes(self._data) == _octets(other) if _is_text(other) else NotImplemented

    def __ne__(self, other: object) -> Any:
        return bytes(self._data) != _octets(other) if _is_text(other) else NotImplemented

    def __lt__(self, other: Any) -> Any:
        return bytes(self._data) < _octets(other) if _is_text(other) else NotImplemented

    def __le__(self, other: Any) -> Any:
        return bytes(self._data) <= _octets(other) if _is_text(other) else NotImplemented

    def __gt__(self, other: Any) -> Any:
        return bytes(self._data) > _octets(other) if _is_text(other) else NotImplemented

    def __ge__(self, other: Any) -> Any:
        return bytes(self._data) >= _octets(other) if _is_text(other) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> ByteArray:
        return _made(self._data)

    def __deepcopy__(self, memo: Any) -> ByteArray:
        return _made(self._data)

    def __str__(self) -> str:
        return byte_text(bytes(self._data))

    def __repr__(self) -> str:
        return f"bytearray(b{script_repr(byte_text(bytes(self._data)))})"


type.__setattr__(ByteArray, "__name__", "bytearray")
type.__setattr__(ByteArray, "__qualname__", "bytearray")


def exact_index(index: Any) -> Any:
    """An index or a slice of plain numbers, asked before what it is for is looked at."""
    if type(index) is not slice:
        return operator.index(index)
    bounds = (index.start, index.stop, index.step)
    return slice(*[None if one is None else operator.index(one) for one in bounds])


def _made(data: bytes | bytearray) -> ByteArray:
    made = ByteArray()
    made._data += data
    return made


def _is_text(value: Any) -> bool:
    return isinstance(value, str | bytes | ByteArray)


def _octets(value: Any) -> bytes:
    if isinstance(value, ByteArray):
        return bytes(value._data)
    if isinstance(value, bytes):
        return bytes(value)
    if is_unicode(value):
        return str.__str__(value).encode("ascii")
    if isinstance(value, str):
        return str.__str__(value).encode("latin-1")
    raise TypeError(f"can't concat {type_name(value)} to bytearray")


def _byte(value: Any) -> int:
    if isinstance(value, str):
        words = _octets(value)
        if len(words) != 1:
            raise ValueError("string must be of size 1")
        return words[0]
    number = operator.index(value)
    if not 0 <= number < 256:
        raise ValueError("byte must be in range(0, 256)")
    return number


def _all(items: Any) -> bytes:
    if _is_text(items):
        return _octets(items)
    made = bytearray()
    for one in checked_items(items):
        made.append(_byte(one))
        _room(len(made))
    return bytes(made)


def _room(size: int) -> None:
    if size > MAX_OUTPUT:
        raise MemoryError("the bytearray would be too long")


def _plain(value: Any) -> Any:
    """An argument that asks no script's object any more."""
    if value is None:
        return None
    if _is_text(value):
        return _octets(value)
    if isinstance(value, tuple):
        return tuple([_octets(one) for one in tuple.__iter__(value)])
    return operator.index(value)


def _check_size(name: str, data: bytes, args: list[Any]) -> None:
    if name in _PADDING and args and type(args[0]) is int:
        times = data.count(b"\t") if name == "expandtabs" else 1
        _room(len(data) + args[0] * times)
    elif name == "replace" and len(args) > 1:
        old, new = args[:2]
        if type(old) is bytes and type(new) is bytes:
            times = data.count(old) if old else len(data) + 1
            _room(len(data) + times * max(0, len(new) - len(old)))


_PADDING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs"})


def _shown(value: Any) -> Any:
    kind = type(value)
    if kind is bytes:
        return _made(value)
    if kind is list or kind is tuple:
        return kind([_made(one) for one in value])
    return value
