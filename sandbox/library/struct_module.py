"""``struct``."""

from __future__ import annotations

import struct
from typing import Any

from sandbox.library.arguments import from_octets, integer, octets, text
from sandbox.library.bounded import MAX_OUTPUT
from sandbox.library.module import Held, HostType, Module, host_class
from sandbox.library.values import long_value


@host_class("struct")
class StructError(Exception, metaclass=HostType):
    """``struct.error``."""


type.__setattr__(StructError, "__name__", "error")


class Struct(Held):
    """``struct.Struct(format)``."""

    __slots__ = ("_real", "format")

    def __init__(self, format: Any) -> None:
        words = text(format)
        if len(words) > 10_000:
            raise StructError("the format is too long")
        digits = "".join([one if one.isdigit() else " " for one in words]).split()
        if any(len(one) > 8 for one in digits):
            raise StructError("total struct size too long")
        try:
            real = struct.Struct(words)
        except struct.error as error:
            raise StructError(str(error)) from None
        if real.size > MAX_OUTPUT:
            raise StructError("total struct size too long")
        object.__setattr__(self, "_real", real)
        object.__setattr__(self, "format", words)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return int(self._real.size)

    def pack(self, *values: Any) -> str:
        """Values as bytes."""
        given = [octets(one) if isinstance(one, str) else one for one in values]
        try:
            return from_octets(self._real.pack(*given))
        except struct.error as error:
            raise StructError(str(error)) from None

    def unpack(self, data: Any) -> tuple[Any, ...]:
        """The values of bytes."""
        raw = octets(data)
        if len(raw) != self._real.size:
            raise StructError("unpack str size does not match format")
        return self._values(self._real.unpack(raw))

    def unpack_from(self, data: Any, offset: Any = 0) -> tuple[Any, ...]:
        """The values of bytes from an offset."""
        try:
            return self._values(self._real.unpack_from(octets(data), integer(offset)))
        except struct.error:
            raise StructError(
                f"unpack_from requires a buffer of at least {self._real.size} bytes"
            ) from None

    def _values(self, found: tuple[Any, ...]) -> tuple[Any, ...]:
        letters = [one for one in self.format if one.isalpha() or one == "?"]
        wide = set(letters) & set("ILQqP")
        made = []
        kinds = self._kinds() if wide else None
        for index, one in enumerate(found):
            if type(one) is bytes:
                one = from_octets(one)
            elif kinds is not None and type(one) is int and kinds[index] in "ILQqP":
                one = long_value(one)
            made.append(one)
        return tuple(made)

    def _kinds(self) -> str:
        kinds = []
        count = ""
        for letter in self.format:
            if letter.isdigit():
                count += letter
            elif letter.isalpha() or letter == "?":
                times = int(count) if count else 1
                kinds.append(letter if letter in "sp" else "" if letter == "x" else letter * times)
                count = ""
        return "".join(kinds)


class StructModule(Module):
    """``struct``."""

    __slots__ = ()
    NAME = "struct"

    error = StructError

    def Struct(self, format: Any) -> Struct:
        """A compiled format."""
        return Struct(format)

    def pack(self, fmt: Any, *values: Any) -> str:
        """Values as bytes."""
        return Struct(fmt).pack(*values)

    def unpack(self, fmt: Any, data: Any) -> tuple[Any, ...]:
        """The values of bytes."""
        return Struct(fmt).unpack(data)

    def unpack_from(self, fmt: Any, data: Any, offset: Any = 0) -> tuple[Any, ...]:
        """The values of bytes from an offset."""
        return Struct(fmt).unpack_from(data, offset)

    def calcsize(self, fmt: Any) -> int:
        """How many bytes a format takes."""
        return Struct(fmt).size
