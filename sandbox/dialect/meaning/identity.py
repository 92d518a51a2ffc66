"""``id`` and ``hash`` as scripts have them: numbers that stay, and tell no address of the host's.

Jython's are numbers that it gives out one after the other; CPython's are addresses, and hashes of
what compares by identity are made of them.
"""

from __future__ import annotations

import re
import secrets
import types
from decimal import Decimal
from typing import Any, Final

_SECRET: Final = secrets.token_bytes(16)
_MOST: Final = (1 << 62) - 1
_type_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
# Their hashes are made of what they are, and not of where.
_VALUES: Final = frozenset({int, float, complex, Decimal, str, bytes})


def identity(value: Any) -> int:
    """``id(value)``."""
    return _number(id(value))


def _number(place: int) -> int:
    return hash(_SECRET + place.to_bytes(8, "little")) & _MOST


def address(value: Any) -> str:
    """Where an object is, as text; never the true address of host memory."""
    return hex(identity(value) & _SHOWN)


def with_addresses(text: str) -> str:
    """A text of the interpreter's own with the addresses in it as scripts see them."""
    return _PLACE.sub(lambda found: hex(_number(int(found[0], 16)) & _SHOWN), text)


_PLACE: Final = re.compile(r"(?<=\bat )0x[0-9a-f]{7,16}\b")
_SHOWN: Final = 0xFFFFFF


def python2_hash(value: Any) -> int:
    """``hash(value)``."""
    number = hash(value)
    for cls in _type_mro(type(value)):
        held = _type_dict(cls)
        if "__hash__" in held:
            # Whatever else stands there says itself what it makes the number of.
            own = type(held["__hash__"]) is types.WrapperDescriptorType
            return told(number, cls, value) if own else number
    return told(number, object, value)


def told(number: int, cls: type, value: Any) -> int:
    """What a script gets for the hash that a class of the interpreter's makes of a value.

    Args:
        number: the hash.
        cls: the class whose ``__hash__`` made it.
        value: of what.
    """
    if cls in _INEXACT and value != value:
        # CPython's is made of the address, Jython's is none.
        return 0
    if cls in _VALUES:
        return number
    return hash(_SECRET + number.to_bytes(8, "little", signed=True))


_INEXACT: Final = frozenset({float, complex, Decimal})
