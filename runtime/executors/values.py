"""Payloads between the host and its workers: the codec, with the types that scripts have."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any, Final

from runtime.system.dataset import PyDataSet, PyRow
from runtime.system.travelling import JAVA_COLLECTIONS, JAVA_MAPS, JAVA_SORTED, entries
from runtime.tags.change import TagChangeEvent
from runtime.tags.provider import Change
from runtime.tags.values import QualifiedValue, QualityCode
from sandbox.dialect.meaning.kinds import bytestr, long, unicode
from sandbox.isolation.payload import Extension, PayloadCodec
from sandbox.isolation.payload_types import SMALL_CHUNK
from sandbox.library.java.convert import natural_compare
from sandbox.library.java.dates import Date
from sandbox.library.java.sets import Set
from sandbox.library.java.throwables import JavaThrowable

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


def _quality(value: Any) -> QualityCode:
    if type(value) is not str:
        raise ValueError("no quality")
    return QualityCode(value)


def _qualified(value: Any) -> QualifiedValue:
    inner, quality, timestamp = value
    if type(quality) is not QualityCode:
        raise ValueError("no qualified value")
    return QualifiedValue(inner, quality, timestamp)


def _columns(value: Any) -> tuple[str, ...]:
    if type(value) is not tuple or not all(type(name) is str for name in value):
        raise ValueError("no columns")
    return value


def _dataset(value: Any) -> PyDataSet:
    columns, rows = value
    names = _columns(columns)
    if type(rows) is not list or not all(
        type(row) is list and len(row) == len(names) for row in rows
    ):
        raise ValueError("no rows")
    return PyDataSet(names, rows)


def _row(value: Any) -> PyRow:
    columns, values = value
    names = _columns(columns)
    if type(values) is not tuple or len(values) != len(names):
        raise ValueError("no row")
    return PyRow(names, values)


def _pack_dataset(dataset: PyDataSet) -> Any:
    return tuple(dataset.getColumnNames()), [list(row) for row in dataset]


def _pack_row(row: PyRow) -> Any:
    return row._columns, tuple(row)


def _pack_change(event: TagChangeEvent) -> Any:
    return str(event.getTagPath()), event.getPreviousValue(), event.getCurrentValue()


def _change(value: Any) -> TagChangeEvent:
    path, before, after = value
    if type(path) is not str or {type(before), type(after)} != {QualifiedValue}:
        raise ValueError("no tag change")
    return TagChangeEvent(Change(path, before, after, frozenset()))


def _listed(kind: type) -> Callable[[Any], Any]:
    def unpack(value: Any) -> Any:
        if type(value) is not list:
            raise ValueError("no list")
        return kind(value)

    return unpack


def _in_order(items: Any, paired: bool, check: Callable[[], None]) -> Any:
    """The items sorted: what cannot be is refused now, and sorting them later costs little."""
    compared = 0

    def compare(a: Any, b: Any) -> int:
        nonlocal compared
        compared += 1
        if compared % SMALL_CHUNK == 0:
            check()
        return natural_compare(a, b)

    order = cmp_to_key(compare)
    return sorted(items, key=(lambda pair: order(pair[0])) if paired else order)


def _filled(kind: Any, inside: type) -> Callable[[Any, Callable[[], None]], Any]:
    """Makes a collection that compares what it is given: item by item, within its time."""

    def unpack(value: Any, check: Callable[[], None]) -> Any:
        if type(value) is not inside:
            raise ValueError(f"no {inside.__name__}")
        made = kind()
        put: Any
        items: Any = value
        if inside is dict:
            put, items = (lambda pair: made.put(*pair)), list(items.items())
        else:
            put = made.add
        try:
            if kind in JAVA_SORTED:
                items = _in_order(items, inside is dict, check)
            for start in range(0, len(items), SMALL_CHUNK):
                for item in items[start : start + SMALL_CHUNK]:
                    put(item)
                check()
        except (JavaThrowable, MemoryError) as error:
            # What cannot be ordered or hashed; these are no ordinary exceptions.
            raise ValueError(f"no {kind.__name__}: {error}") from None
        return made

    return unpack


def _extension(code: int, kind: type) -> Extension:
    if code >= _FIRST_MAP:
        return Extension(code, kind, entries, _filled(kind, dict), slow=True)
    if issubclass(kind, Set):
        return Extension(code, kind, list, _filled(kind, list), slow=True)
    return Extension(code, kind, list, _listed(kind))


_FIRST_COLLECTION: Final = 64
_FIRST_MAP: Final = 96

CODEC: Final = PayloadCodec(
    [
        Extension(32, unicode, str.__str__, _text(unicode)),
        Extension(33, bytestr, str.__str__, _text(bytestr)),
        Extension(34, long, int.__int__, _number(long)),
        Extension(35, Date, lambda date: int.__int__(date.getTime()), _number(Date)),
        Extension(36, QualityCode, QualityCode.getName, _quality),
        Extension(37, QualifiedValue, lambda v: (v.value, v.quality, v.timestamp), _qualified),
        Extension(38, PyDataSet, _pack_dataset, _dataset),
        Extension(39, PyRow, _pack_row, _row),
        Extension(40, TagChangeEvent, _pack_change, _change),
        *(_extension(_FIRST_COLLECTION + n, kind) for n, kind in enumerate(JAVA_COLLECTIONS)),
        *(_extension(_FIRST_MAP + n, kind) for n, kind in enumerate(JAVA_MAPS)),
    ],
    faults=(JavaThrowable,),
)
"""What travels: ``runtime.payload``'s plain types, and those of scripts."""
