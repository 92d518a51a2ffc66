"""Maps in MessagePack that have arrays as keys, found before they are decoded.

A decoder makes tuples of such keys. Those hash without a secret, so a sender can choose thousands
of one hash, and putting them into a dict is one call in C that nothing interrupts. Of the other
keys, text and bytes hash with a secret, too few numbers share a hash, and every extension comes
back to code that looks at the clock. No encoder of ours makes arrays of keys.
"""

import re
from typing import Final

FEW: Final = 256
"""Entries that a map may have without being looked at: not many can collide."""

SMALL_BYTES: Final = 2 * FEW
"""Bytes that no map of more entries fits into."""

_LARGE: Final = re.compile(rb"\xde[\x01-\xff]|\xdf(?!\x00\x00\x00)")

# What follows the first byte: so many bytes of a length, or so many bytes in all.
_LENGTHS: Final = {
    **{0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4},
    **{0xC7: 1, 0xC8: 2, 0xC9: 4, 0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4},
}
_FIXED: Final = {
    **{0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8},
    **{0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8},
}
_FIXED_EXTENSIONS: Final = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}
_EXTENSIONS: Final = frozenset({0xC7, 0xC8, 0xC9})
_ARRAYS: Final = frozenset({0xDC, 0xDD})
_MAPS: Final = frozenset({0xDE, 0xDF})


def has_array_keys(data: bytes | memoryview, opaque: frozenset[int]) -> bool:
    """Whether a map in these bytes has an array as a key, where one has many entries.

    Args:
        data: MessagePack, or anything at all; the part before a fault is looked at.
        opaque: codes of the extensions that hold no MessagePack.
    """
    return (
        len(data) > SMALL_BYTES and _LARGE.search(data) is not None and _scan(bytes(data), opaque)
    )


def _scan(data: bytes, opaque: frozenset[int]) -> bool:
    # What is around: values left in it, whether it is a map, where it ends, where to go on.
    around: list[tuple[int, bool, int, int]] = []
    at, end = 0, len(data)
    left, mapping = 1, False
    while True:
        while not left:
            if not around:
                return False
            left, mapping, end, after = around.pop()
            at = after or at
        if at >= end:
            return False
        byte = data[at]
        at += 1
        left -= 1
        if byte < 0x80 or byte >= 0xE0:
            continue
        count, inner, body = -1, False, -1
        if byte < 0x90:
            count, inner = 2 * (byte & 15), True
        elif byte < 0xA0:
            count = byte & 15
        elif byte < 0xC0:
            at += byte & 31
        elif byte in _FIXED:
            at += _FIXED[byte]
        elif byte in _FIXED_EXTENSIONS:
            body = _FIXED_EXTENSIONS[byte]
        elif byte in _LENGTHS:
            size = _LENGTHS[byte]
            length = int.from_bytes(data[at : at + size], "big")
            at += size
            if byte in _EXTENSIONS:
                body = length
            elif byte in _ARRAYS:
                count = length
            elif byte in _MAPS:
                count, inner = 2 * length, True
            else:
                at += length
        else:
            return False
        if body >= 0:
            if at >= end:
                return False
            code = data[at]
            at += 1
            if code > 127 or code in opaque:
                at += body
            else:
                around.append((left, mapping, end, at + body))
                left, mapping, end = 1, False, min(end, at + body)
        elif count >= 0:
            # Of a map's values an even number was left before a key.
            if mapping and not inner and left & 1:
                return True
            around.append((left, mapping, end, 0))
            left, mapping = count, inner
