"""Which values of the host and of Java travel in a payload, and how they are copied."""

from __future__ import annotations

from typing import Any, Final

from runtime.payload import copy_inside, register_atom, register_container, register_copier
from runtime.system.dataset import PyDataSet, PyRow
from runtime.tags.values import QualifiedValue, QualityCode
from sandbox.library import find_module
from sandbox.library.java.dates import Date
from sandbox.library.java.throwables import JavaThrowable

_java: Any = find_module("java.util")

JAVA_COLLECTIONS: Final[tuple[type, ...]] = (
    _java.ArrayList,
    _java.LinkedList,
    _java.Vector,
    _java.Stack,
    _java.ArrayDeque,
    _java.HashSet,
    _java.LinkedHashSet,
    _java.TreeSet,
)
"""They travel as what they are, with copies of their items; a comparator does not travel."""

JAVA_MAPS: Final[tuple[type, ...]] = (
    _java.HashMap,
    _java.LinkedHashMap,
    _java.TreeMap,
    _java.Hashtable,
)
"""They travel as what they are, with copies of their entries; a comparator does not travel."""

JAVA_SORTED: Final[frozenset[type]] = frozenset({_java.TreeSet, _java.TreeMap})
"""Of them, those that are put in order whenever they are read."""


def entries(value: Any) -> dict[Any, Any]:
    """What a Java map holds, as a dict.

    Raises:
        TypeError: a key that Python cannot hash.
    """
    return dict(value._pairs())


_UNSORTABLE: Final = (JavaThrowable, TypeError)


def copy_date(date: Date, _: int = 0) -> Date:
    """A date of its own: a script may set the time of one."""
    return Date(int(date.getTime()))


def _copy_qualified(value: QualifiedValue, depth: int) -> QualifiedValue:
    return QualifiedValue(
        copy_inside(value.value, depth - 1), value.quality, copy_inside(value.timestamp, depth - 1)
    )


def _copy_row(row: PyRow, depth: int) -> PyRow:
    return PyRow(row._columns, tuple(copy_inside(list(row), depth)))


def _copy_dataset(dataset: PyDataSet, depth: int) -> PyDataSet:
    rows = [copy_inside(list(row), depth - 1) for row in dataset]
    return PyDataSet(tuple(dataset.getColumnNames()), rows)


register_atom(QualityCode)
register_copier(QualifiedValue, _copy_qualified, lambda it: [it.value, it.timestamp])
register_copier(PyRow, _copy_row)
register_copier(PyDataSet, _copy_dataset)
register_copier(Date, copy_date, lambda _: [])
for _kind in JAVA_COLLECTIONS:
    register_container(_kind, list, _UNSORTABLE if _kind in JAVA_SORTED else ())
for _kind in JAVA_MAPS:
    register_container(_kind, entries, _UNSORTABLE if _kind in JAVA_SORTED else ())
