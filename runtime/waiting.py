"""How much of payloads waits for one worker, session or receiver: bounded in bytes."""

from __future__ import annotations

import threading
from typing import Any, Final

from runtime.payload import parts_of

WEIGHED: Final = 32
"""Small items that may wait in a lane before the next are weighed: so few need no bound."""

SMALL: Final = 4 * 1024
"""Bytes of an encoded payload from which on it is weighed however few wait."""

LIGHT: Final = 1_000
"""Bytes of a payload that is not counted where estimates are."""

DRAWN: Final = 64
"""Where payloads wait as they are, one in so many is weighed, and counts for all of them."""


class Refused:
    """Waits in the place of a payload that no other process can be given.

    Args:
        why: shown to people.
    """

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why


class Waiting:
    """The bytes that wait, as they are encoded, and how many may.

    Args:
        limit: most bytes; a single payload may have more while nothing else waits.
    """

    __slots__ = ("_lock", "bytes", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self.bytes = 0

    def take(self, size: int) -> bool:
        """Count a payload in; False when it is too much, and was not counted."""
        with self._lock:
            if self.bytes and self.bytes + size > self.limit:
                return False
            self.bytes += size
            return True

    def take_back(self, size: int) -> None:
        """Count in what waits in any case: it was given on before, or stands for others."""
        with self._lock:
            self.bytes += size

    def give(self, size: int) -> None:
        """Count a payload out: it waits no more."""
        if size:
            with self._lock:
                self.bytes -= size


_TEXT: Final = 56
_ENTRY: Final = 32
_FLAT: Final = frozenset({int, float, bool, type(None)})
_TEXTS: Final = frozenset({str, bytes})


def weight_of(payload: Any) -> int:
    """About the bytes of a payload that waits as it is: a copy, which shares no containers.

    Args:
        payload: a copy, so that no other thread changes it.
    """
    total = 0
    if type(payload) is dict:
        # Most are small and flat.
        for key, value in payload.items():
            kind = type(value)
            if kind is str:
                total += len(value)
            elif kind not in _FLAT:
                break
            if type(key) is str:
                total += len(key)
        else:
            return total + _TEXT + 2 * _TEXT * len(payload)
        total = 0
    left = [payload]
    while left:
        value = left.pop()
        if isinstance(value, str | bytes):
            total += _TEXT + len(value)
            continue
        total += _TEXT
        parts = parts_of(value)
        total += _ENTRY * len(parts)
        # Long ones are mostly of one kind.
        kinds = set(map(type, parts))
        if kinds <= _FLAT:
            total += _TEXT * len(parts)
        elif kinds <= _TEXTS:
            total += _TEXT * len(parts) + sum(map(len, parts))
        else:
            left += parts
    return total
