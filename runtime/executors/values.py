"""Payloads between the host and its workers: the codec, with the types that scripts have."""

from __future__ import annotations

from typing import Any, Final

from sandbox.dialect.meaning.kinds import bytestr, long, unicode
from sandbox.isolation.payload import Extension, PayloadCodec
from sandbox.library.java.dates import Date

HOST_BYTES: Final = 1024 * 1024
"""Longest value that the host itself decodes from a worker; payloads it only passes on."""


def _text(kind: type) -> Any:
    def unpack(value: Any) -> Any:
        if type(value) is not str:
            raise ValueError("no text")
        return kind(value)

    return unpack


def _number(kind: Any) -> Any:
    def unpack(value: Any) -> Any:
        if type(value) is not int:
            raise ValueError("no number")
        return kind(value)

    return unpack


CODEC: Final = PayloadCodec(
    [
        Extension(32, unicode, str.__str__, _text(unicode)),
        Extension(33, bytestr, str.__str__, _text(bytestr)),
        Extension(34, long, int.__int__, _number(long)),
        Extension(35, Date, lambda date: int.__int__(date.getTime()), _number(Date)),
    ]
)
"""What travels: ``runtime.payload``'s plain types, and those of scripts."""
