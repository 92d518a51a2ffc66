"""Datasets as scripts read them: ``PyDataSet`` and its rows, read only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sandbox import Facade

_set = object.__setattr__


class PyRow(Facade):
    """One row: ``row[0]``, ``row["clientId"]`` (names without regard to case), ``len``, ``in``."""

    __slots__ = ("_columns", "_values")

    _columns: tuple[str, ...]
    _values: tuple[Any, ...]

    def __init__(self, columns: tuple[str, ...], values: tuple[Any, ...]) -> None:
        _set(self, "_columns", columns)
        _set(self, "_values", values)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            wanted = str.casefold(str.__str__(key))
            for column, value in zip(self._columns, self._values, strict=True):
                if column.casefold() == wanted:
                    return value
            raise IndexError(f"the dataset has no column {str.__str__(key)!r}")
        return self._values[key]

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __repr__(self) -> str:
        return repr(list(self._values))


class PyDataSet(Facade):
    """Rows under named columns, as ``system.util.getSessionInfo`` returns them.

    Args:
        columns: names, in order.
        rows: one sequence of values a row, as long as ``columns``.
    """

    __slots__ = ("_columns", "_rows")

    _columns: tuple[str, ...]
    _rows: tuple[PyRow, ...]

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        names = tuple(columns)
        _set(self, "_columns", names)
        _set(self, "_rows", tuple(PyRow(names, tuple(row)) for row in rows))

    def __getitem__(self, index: Any) -> Any:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[PyRow]:
        return iter(self._rows)

    def __repr__(self) -> str:
        return f"Dataset [{len(self._rows)}R x {len(self._columns)}C]"

    def getRowCount(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def getColumnCount(self) -> int:
        """How many columns there are."""
        return len(self._columns)

    def getColumnNames(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self._columns)

    def getColumnName(self, index: int) -> str:
        """The name of one column."""
        return self._columns[index]

    def getColumnIndex(self, name: str) -> int:
        """The place of a column, -1 when there is none of that name."""
        wanted = str.casefold(name)
        for index, column in enumerate(self._columns):
            if column.casefold() == wanted:
                return index
        return -1

    def getValueAt(self, row: int, column: int | str) -> Any:
        """One value; ``column`` is a place or a name."""
        return self._rows[row][column]

    def getUnderlyingDataset(self) -> PyDataSet:
        """The dataset itself: the host knows one kind."""
        return self

    @property
    def rowCount(self) -> int:
        """How many rows there are, as a bean property."""
        return len(self._rows)

    @property
    def columnCount(self) -> int:
        """How many columns there are, as a bean property."""
        return len(self._columns)

    @property
    def columnNames(self) -> list[str]:
        """The names of the columns, as a bean property."""
        return list(self._columns)
