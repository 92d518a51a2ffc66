"""How large values are and may get, asked of the builtin types: no method of a script's is run."""

from __future__ import annotations

from collections import deque
from numbers import Rational
from typing import Any, Final

MOST: Final = 20_000_000
"""Characters or items of one value, where nobody says otherwise."""
_BITS_PER_ITEM = 0.333

SEQUENCES: Final = (str, list, tuple, bytes, bytearray, deque)
_GROWING: Final = (*SEQUENCES, dict, set, frozenset)


def too_large() -> MemoryError:
    """The error for a value that nobody made yet."""
    return MemoryError("the result would be larger than a script may make")


WIDE: Final = 1 << 64
"""From here on a number is large: one factor that is not makes a product that grows slowly."""


def most_bits(limit: int) -> int:
    """Bits that a number may have: a tenth as many digits as a text may have characters."""
    return int(limit * _BITS_PER_ITEM)


def length(value: Any) -> int:
    """How many items a sequence, dict or set has, whatever its class says; 0 for other values."""
    kind: Any
    for kind in _GROWING:
        if isinstance(value, kind):
            size: int = kind.__len__(value)
            return size
    return 0


def is_sequence(value: Any) -> bool:
    """Whether a value is a sequence that operators can make longer."""
    return isinstance(value, SEQUENCES)


def exact(value: Any) -> int:
    """The value of an int, whatever its class makes of it."""
    return value if type(value) is int else int.__index__(value)


def whole(value: Any) -> Any:
    """A count as the interpreter takes it: an exact int; other values as they are."""
    if type(value) is int:
        return value
    if isinstance(value, int):
        return int.__index__(value)
    if isinstance(value, SEQUENCES) or not hasattr(type(value), "__index__"):
        return value
    # Asked once: what it answers the next time may be another number.
    answer = type(value).__index__(value)
    if isinstance(answer, int):
        return int.__index__(answer)
    raise TypeError(f"__index__ returned non-int (type {type(answer).__name__})")


def check_product(left: Any, right: Any, limit: int = MOST) -> None:
    """MemoryError where ``left * right`` would be huge."""
    if isinstance(left, int):
        if isinstance(right, int):
            if int.bit_length(left) + int.bit_length(right) > most_bits(limit):
                raise MemoryError("the number would be larger than a script may make")
            return
        count, sized = left, right
    elif isinstance(right, int):
        count, sized = right, left
    else:
        return
    if is_sequence(sized):
        times = exact(count)
        if times > 1 and times * length(sized) > limit:
            raise too_large()


def factors(left: Any, right: Any) -> tuple[Any, Any]:
    """Both operands of ``*``, where one is a sequence the other as an exact count."""
    if is_sequence(left):
        return left, right if isinstance(right, int) else whole(right)
    if is_sequence(right):
        return left if isinstance(left, int) else whole(left), right
    return left, right


def check_sum(left: Any, right: Any, limit: int = MOST) -> None:
    """MemoryError where ``left + right`` would be huge."""
    if is_sequence(left) and length(left) + length(right) > limit:
        raise too_large()


def check_power(left: Any, right: Any, limit: int = MOST) -> None:
    """MemoryError where ``left ** right`` would be huge."""
    if isinstance(left, int) and isinstance(right, int):
        base, exponent = exact(left), exact(right)
        grows = exponent > 1 and base not in (0, 1, -1)
        if grows and base.bit_length() * exponent > most_bits(limit):
            raise MemoryError("the number would be larger than a script may make")
    elif isinstance(right, int) and isinstance(left, Rational):
        largest: int = max(abs(int(left.numerator)), int(left.denominator))
        check_power(largest, abs(exact(right)), limit)


_DIVIDED: Final = 400_000_000_000
"""Bits of a divisor times bits of its quotient: about half a second."""


def check_division(left: Any, right: Any) -> None:
    """MemoryError where the interpreter would take long to divide two numbers."""
    if isinstance(left, int) and isinstance(right, int):
        size = int.bit_length(right)
        if size * (int.bit_length(left) - size) > _DIVIDED:
            raise MemoryError("the numbers would take longer than a script may calculate")


def check_shift(left: Any, right: Any, limit: int = MOST) -> None:
    """MemoryError where ``left << right`` would be huge."""
    if isinstance(left, int) and isinstance(right, int):
        by = exact(right)
        if by > 0 and int.bit_length(left) + by > most_bits(limit):
            raise MemoryError("the number would be larger than a script may make")


class Room:
    """How much larger a text in the making may get; counted piece by piece.

    Args:
        limit: characters in all.
    """

    __slots__ = ("left",)

    def __init__(self, limit: int = MOST) -> None:
        self.left = limit

    def take(self, count: int) -> None:
        """Use some of it; MemoryError where there is no more."""
        self.left -= count
        if self.left < 0:
            raise too_large()


def joined(pieces: Any, separator: str = "", limit: int = MOST) -> str:
    """The pieces as one text, as long as that is no longer than the limit."""
    made: list[str] = []
    left = limit
    width = len(separator)
    for piece in pieces:
        left -= len(piece) + width
        if left < 0:
            raise too_large()
        made.append(piece)
    return separator.join(made)
