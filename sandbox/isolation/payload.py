"""Values as bytes, type for type: what comes out is what went in.

MessagePack carries less than Python: it knows no tuple, set, large int, lone surrogate or Decimal.
Those travel as extensions. A plain value (dicts with string keys, lists, numbers, strings) is
encoded in one C call after a glance at the types in it.

Decoding builds nothing but these types, whatever the bytes are, within a bound on their length and
depth. A sender can choose keys that collide, so decoding has a bound on its processor time as well.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import thread_time
from typing import Any, Final

import msgspec

from sandbox.dialect.meaning.errors import class_name
from sandbox.isolation.errors import PayloadRefused
from sandbox.isolation.map_keys import has_array_keys
from sandbox.isolation.payload_types import (
    BIG_INT,
    CHUNK,
    DECIMAL,
    DICT,
    FROZENSET,
    HASHING,
    PACKERS,
    SET,
    SMALL_CHUNK,
    TEXT,
    TUPLE,
    UNPACKERS,
    CannotTravel,
    Ext,
    decimal_of,
    exact_atom,
    in_time,
    require_number,
    to_bytes,
)

MAX_DEPTH: Final = 64
MAX_BYTES: Final = 4 * 1024 * 1024

DECODE_SECONDS: Final = 0.6
"""Processor time that decoding a megabyte may take, where its parts are looked at one by one."""

_MEGABYTE: Final = 1024 * 1024

FIRST_EXTENSION: Final = 32
"""Extension codes from here to 127 are for ``Extension``."""

_ATOMS: Final = frozenset({type(None), bool, int, float, str, bytes})
_PLAIN_KEYS: Final = frozenset({str})
_OPAQUE: Final = frozenset({BIG_INT, TEXT, DECIMAL})
_CONTAINERS: Final = frozenset({dict, list, tuple, set, frozenset})


@dataclass(frozen=True, slots=True)
class Extension:
    """A further type that travels, exactly that type and no subclass of it.

    Args:
        code: 32 to 127, the same at both ends.
        kind: the type.
        pack: value -> a value that travels.
        unpack: what ``pack`` gave -> the value; its argument is untrusted, and ValueError or
            TypeError refuse it.
        slow: it compares what it is made of, so ``unpack`` gets a second argument: what to call
            every few items, which raises when it takes too long.
    """

    code: int
    kind: type
    pack: Callable[[Any], Any]
    unpack: Callable[..., Any]
    slow: bool = False


class PayloadCodec:
    """Encodes and decodes payloads. One may be used by several threads.

    Args:
        extensions: further types that travel.
        max_depth: levels of containers; a cycle is found by it.
        max_bytes: longest encoded payload, both ways.
        faults: what else than an ``Exception`` an extension may raise to refuse a value.

    Raises:
        ValueError: for an extension's code that is out of range or taken twice.
    """

    def __init__(
        self,
        extensions: Sequence[Extension] = (),
        *,
        max_depth: int = MAX_DEPTH,
        max_bytes: int = MAX_BYTES,
        faults: tuple[type[BaseException], ...] = (),
    ) -> None:
        self._max_depth = max_depth
        self._max_bytes = max_bytes
        self._by_type = {one.kind: one for one in extensions}
        self._by_code = {one.code: one for one in extensions}
        if len(self._by_code) != len(extensions) or len(self._by_type) != len(extensions):
            raise ValueError("two extensions have one code or one type")
        if not all(FIRST_EXTENSION <= code <= 127 for code in self._by_code):
            raise ValueError(f"an extension's code is {FIRST_EXTENSION} to 127")
        self._decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(ext_hook=self._raise)
        self._unpacking: tuple[type[BaseException], ...] = (Exception, *faults)
        self._packing: tuple[type[BaseException], ...] = (TypeError, *faults)
        self._nesting = threading.local()

    def encode(self, value: Any, name: str = "payload") -> bytes:
        """A value as bytes.

        Args:
            value: made of the types that travel.
            name: how an error calls it.

        Raises:
            PayloadRefused: for what cannot travel; the message has the path to it.
        """
        try:
            try:
                if is_plain(value, self._max_depth):
                    data = to_bytes(value)
                else:
                    data = to_bytes(self._lower(value, self._max_depth, False))
            except (OverflowError, UnicodeEncodeError):
                data = to_bytes(self._lower(value, self._max_depth, True))
        except CannotTravel as reason:
            path = self._find(value, name, self._max_depth)
            raise PayloadRefused(f"{path or name}: {reason}") from None
        except RecursionError:
            # Not of the value, whose depth is bounded: of whoever sends it.
            raise
        except RuntimeError:
            raise PayloadRefused(f"{name}: it was changed while it was sent") from None
        if len(data) > self._max_bytes:
            raise PayloadRefused(f"{name}: {len(data)} bytes are over the limit {self._max_bytes}")
        return data

    def encode_plain(self, value: Any, depth: int) -> bytes | None:
        """The same for what needs one call of C; None for anything else, of which ``encode`` tells.

        Args:
            value: anything.
            depth: levels of containers that it may have.
        """
        if not is_plain(value, min(depth, self._max_depth)):
            return None
        try:
            data = to_bytes(value)
        except (OverflowError, UnicodeEncodeError, TypeError, RuntimeError):
            # Numbers and texts that are lowered; or it was changed after the glance.
            return None
        return data if len(data) <= self._max_bytes else None

    def decode(self, data: bytes | memoryview, max_bytes: int | None = None) -> Any:
        """The value that bytes stand for.

        Args:
            data: what ``encode`` gave, or anything at all.
            max_bytes: a smaller bound for this call.

        Raises:
            PayloadRefused: for bytes that are no payload, too long or too deep.
        """
        bound = self._max_bytes if max_bytes is None else min(max_bytes, self._max_bytes)
        if len(data) > bound:
            raise PayloadRefused(f"{len(data)} bytes are over the limit {bound}")
        if has_array_keys(data, _OPAQUE):
            raise PayloadRefused("bytes that are no payload: arrays as keys of a map")
        self._nesting.depth = 0
        self._nesting.calls = 0
        self._nesting.chunk = CHUNK
        self._nesting.until = thread_time() + DECODE_SECONDS * max(1, bound / _MEGABYTE)
        try:
            value = self._decoder.decode(data)
        except MemoryError:
            raise
        except self._unpacking as error:
            raise PayloadRefused(f"bytes that are no payload: {error}") from None
        try:
            self._check_depth(value, self._max_depth)
        except CannotTravel as reason:
            raise PayloadRefused(str(reason)) from None
        return value

    def _lower(self, value: Any, depth: int, exact: bool) -> Any:
        """The value in terms of MessagePack; ``exact`` looks at every int and string."""
        kind = type(value)
        if kind in _ATOMS:
            return exact_atom(value, kind) if exact else value
        if kind in _CONTAINERS:
            if depth <= 0:
                deep = f"it is nested deeper than {self._max_depth}, or contains itself"
                raise CannotTravel(deep)
            return self._lower_container(value, kind, depth - 1, exact)
        pack = PACKERS.get(kind)
        if pack is not None:
            return pack(value)
        extension = self._by_type.get(kind)
        if extension is None:
            raise CannotTravel(f"{describe(value)} cannot be sent")
        if depth <= 0:
            raise CannotTravel(f"it is nested deeper than {self._max_depth}")
        try:
            packed = extension.pack(value)
        except self._packing as error:
            raise CannotTravel(f"{describe(value)} cannot be sent: {error}") from None
        return Ext(extension.code, to_bytes(self._lower(packed, depth - 1, True)))

    def _lower_container(self, value: Any, kind: type, depth: int, exact: bool) -> Any:
        lower = self._lower
        if kind is dict:
            if not exact and _PLAIN_KEYS.issuperset(map(type, value)):
                if _ATOMS.issuperset(map(type, value.values())):
                    return value
                changed = {}
                for key, item in value.items():
                    if type(item) not in _ATOMS:
                        lowered = lower(item, depth, False)
                        if lowered is not item:
                            changed[key] = lowered
                # Keys that are there already keep their place.
                return {**value, **changed} if changed else value
            flat: list[Any] = []
            for key, item in value.items():
                flat.append(lower(key, depth, True))
                flat.append(lower(item, depth, True))
            return Ext(DICT, to_bytes(flat))
        if kind is list:
            if not exact and _ATOMS.issuperset(map(type, value)):
                return value
            return [lower(item, depth, exact) for item in value]
        code = TUPLE if kind is tuple else SET if kind is set else FROZENSET
        return Ext(code, to_bytes([lower(item, depth, True) for item in value]))

    def _raise(self, code: int, data: memoryview) -> Any:
        """An extension's bytes to its value; called back by the decoder, and by itself."""
        nesting = self._nesting
        nesting.depth += 1
        try:
            if nesting.depth > self._max_depth + 2:
                raise ValueError(f"it is nested deeper than {self._max_depth}")
            nesting.calls += 1
            if nesting.calls % nesting.chunk == 0:
                in_time(nesting.until)
            if code == BIG_INT:
                require_number(data)
                return int.from_bytes(data, "little", signed=True)
            if code == TEXT:
                return bytes(data).decode("utf-8", "surrogatepass")
            if code == DECIMAL:
                nesting.chunk = SMALL_CHUNK
                return decimal_of(bytes(data))
            inner = self._decoder.decode(data)
            if code in HASHING:
                return HASHING[code](inner, nesting.until, nesting.chunk)
            if code in UNPACKERS:
                return UNPACKERS[code](inner)
            extension = self._by_code.get(code)
            if extension is None:
                raise ValueError(f"an unknown kind of value ({code})")
            if extension.slow:
                return extension.unpack(inner, partial(in_time, nesting.until))
            return extension.unpack(inner)
        finally:
            nesting.depth -= 1

    def _check_depth(self, value: Any, depth: int) -> None:
        # Level by level: a call for each of a million empty lists would take too long.
        level = [value] if type(value) in _CONTAINERS else []
        while level:
            if depth <= 0:
                raise CannotTravel(f"it is nested deeper than {self._max_depth}")
            depth -= 1
            below: list[Any] = []
            for one in level:
                if not one:
                    continue
                items = one
                if type(one) is dict:
                    items = one.values()
                    if not _ATOMS.issuperset(map(type, one)):
                        below += [key for key in one if type(key) in _CONTAINERS]
                if not _ATOMS.issuperset(map(type, items)):
                    below += [item for item in items if type(item) in _CONTAINERS]
            level = below

    def _find(self, value: Any, path: str, depth: int) -> str | None:
        """The path to the first part that cannot travel."""
        kind = type(value)
        if kind not in _CONTAINERS or depth <= 0:
            try:
                self._lower(value, depth, True)
            except CannotTravel:
                return path
            return None
        if kind is dict:
            parts = [(f"a key of {path}", key) for key in value]
            parts += [(f"{path}[{key!r:.80}]", item) for key, item in value.items()]
        elif kind in (list, tuple):
            parts = [(f"{path}[{index}]", item) for index, item in enumerate(value)]
        else:
            parts = [(f"a member of {path}", item) for item in value]
        for inner, part in parts:
            found = self._find(part, inner, depth - 1)
            if found is not None:
                return found
        return None


def is_plain(value: Any, depth: int) -> bool:
    """Whether a value is MessagePack's own: dicts with string keys, lists, and atoms in them.

    Whole numbers and text are only known to be so once they are encoded.
    """
    kind = type(value)
    if kind is dict:
        if not _PLAIN_KEYS.issuperset(map(type, value)):
            return False
        value = value.values()
    elif kind is not list:
        return kind in _ATOMS
    if depth <= 0:
        return False
    if _ATOMS.issuperset(map(type, value)):
        return True
    for item in value:
        kind = type(item)
        if kind not in _ATOMS and not (
            (kind is dict or kind is list) and is_plain(item, depth - 1)
        ):
            return False
    return True


def describe(value: Any) -> str:
    """What a value is, in a few words for an error message."""
    kind = type(value)
    names = {"function": "a function", "builtin_function_or_method": "a function"}
    return names.get(class_name(kind), f"a value of type {class_name(kind)}")
