"""``csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from sandbox.library.arguments import text
from sandbox.library.module import Held, HostType, Module, host_class
from sandbox.library.string_io import to_bytes
from sandbox.library.values import is_unicode, script_repr, script_str, unicode_text


@host_class("_csv")
class CsvError(Exception, metaclass=HostType):
    """``csv.Error``."""


@host_class("csv")
class Dialect(metaclass=HostType):
    """``csv.Dialect``: a set of options."""

    delimiter: Any = ","
    quotechar: Any = '"'
    escapechar: Any = None
    doublequote: Any = True
    skipinitialspace: Any = False
    lineterminator: Any = "\r\n"
    quoting: Any = csv.QUOTE_MINIMAL


@host_class("csv")
class Excel(Dialect, metaclass=HostType):
    """``csv.excel``."""


@host_class("csv")
class ExcelTab(Excel, metaclass=HostType):
    """``csv.excel_tab``."""

    delimiter = "\t"


_OPTIONS = [
    "delimiter",
    "quotechar",
    "escapechar",
    "doublequote",
    "skipinitialspace",
    "lineterminator",
    "quoting",
    "strict",
]


def _options(library_dialects: dict[str, Any], dialect: Any, given: dict[str, Any]) -> Any:
    if isinstance(dialect, str):
        found = library_dialects.get(str.__str__(dialect))
        if found is None:
            raise CsvError("unknown dialect")
        dialect = found
    options = {}
    for name in _OPTIONS:
        if isinstance(dialect, dict):
            if name in dialect:
                options[name] = dialect[name]
        elif dialect is not None and hasattr(dialect, name):
            options[name] = getattr(dialect, name)
    for name, value in given.items():
        if name not in _OPTIONS:
            raise TypeError(f"'{name}' is an invalid keyword argument for this function")
        options[name] = value
    for name in ("delimiter", "quotechar", "escapechar", "lineterminator"):
        if options.get(name) is not None:
            options[name] = text(options[name])
    return options


class Reader(Held):
    """``csv.reader(...)``: rows of texts."""

    __slots__ = ("_real", "_unicode")

    def __init__(self, source: Any, options: dict[str, Any]) -> None:
        kinds = {"unicode": False}

        def lines() -> Iterator[str]:
            for line in source:
                kinds["unicode"] = kinds["unicode"] or is_unicode(line)
                yield text(line)

        object.__setattr__(self, "_unicode", kinds)
        try:
            object.__setattr__(self, "_real", csv.reader(lines(), **options))
        except TypeError as error:
            raise TypeError(str(error)) from None

    def next(self) -> list[Any]:
        """The next row; StopIteration at the end."""
        try:
            row = next(self._real)
        except csv.Error as error:
            raise CsvError(str(error)) from None
        if self._unicode["unicode"]:
            return [unicode_text(one) if type(one) is str else one for one in row]
        return [one if type(one) is not str or one.isascii() else to_bytes(one) for one in row]

    __next__ = next

    def __iter__(self) -> Iterator[Any]:
        return self

    @property
    def line_num(self) -> int:
        """How many lines were read."""
        return int(self._real.line_num)


class Writer(Held):
    """``csv.writer(...)``: writes rows to an object with ``write``."""

    __slots__ = ("_buffer", "_real", "_write")

    def __init__(self, write: Any, options: dict[str, Any]) -> None:
        buffer = io.StringIO(newline="")
        object.__setattr__(self, "_buffer", buffer)
        object.__setattr__(self, "_write", write)
        object.__setattr__(self, "_real", csv.writer(buffer, **options))

    def writerow(self, row: Any) -> None:
        """Write a row."""
        cells = [_cell(one) for one in row]
        self._buffer.seek(0)
        self._buffer.truncate()
        try:
            self._real.writerow(cells)
        except csv.Error as error:
            raise CsvError(str(error)) from None
        made = self._buffer.getvalue()
        self._write(made if made.isascii() else to_bytes(made))

    def writerows(self, rows: Any) -> None:
        """Write rows."""
        for row in rows:
            self.writerow(row)


def _cell(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, float):
        return _Number(script_repr(value))
    if isinstance(value, bool):
        return script_str(value)
    if isinstance(value, int):
        return int(value)
    return text(value) if isinstance(value, str) else text(script_str(value))


class _Number(float):
    """A float that csv shows by its Python 2 text (and never quotes)."""

    def __new__(cls, words: str) -> _Number:
        made = super().__new__(cls, float(words))
        made.words = words
        return made

    words: str

    def __str__(self) -> str:
        return self.words

    __repr__ = __str__


class DictReader(Held):
    """``csv.DictReader``: rows as dicts."""

    __slots__ = ("_names", "_reader", "_rest", "_restval")

    def __init__(self, reader: Reader, names: Any, restkey: Any, restval: Any) -> None:
        put = object.__setattr__
        put(self, "_reader", reader)
        put(self, "_names", None if names is None else list(names))
        put(self, "_rest", restkey)
        put(self, "_restval", restval)

    @property
    def fieldnames(self) -> Any:
        """The names of the columns."""
        if self._names is None:
            try:
                object.__setattr__(self, "_names", self._reader.next())
            except StopIteration:
                return None
        return self._names

    @property
    def line_num(self) -> int:
        """How many lines were read."""
        return int(self._reader.line_num)

    def next(self) -> dict[Any, Any]:
        """The next row; StopIteration at the end."""
        names = self.fieldnames or []
        row = self._reader.next()
        while row == []:
            row = self._reader.next()
        made = dict(zip(names, row, strict=False))
        if len(names) < len(row):
            made[self._rest] = row[len(names) :]
        for name in names[len(row) :]:
            made[name] = self._restval
        return made

    __next__ = next

    def __iter__(self) -> Iterator[Any]:
        return self


class DictWriter(Held):
    """``csv.DictWriter``: writes dicts as rows."""

    __slots__ = ("_extras", "_restval", "_writer", "fieldnames")

    def __init__(self, writer: Writer, names: Any, restval: Any, extras: Any) -> None:
        put = object.__setattr__
        put(self, "_writer", writer)
        put(self, "fieldnames", list(names))
        put(self, "_restval", restval)
        put(self, "_extras", extras)

    def writeheader(self) -> None:
        """Write the names of the columns."""
        self._writer.writerow(self.fieldnames)

    def writerow(self, row: Any) -> None:
        """Write a row."""
        if self._extras == "raise":
            wrong = [name for name in row if name not in self.fieldnames]
            if wrong:
                raise ValueError(
                    "dict contains fields not in fieldnames: "
                    + ", ".join([script_str(one) for one in wrong])
                )
        self._writer.writerow([row.get(name, self._restval) for name in self.fieldnames])

    def writerows(self, rows: Any) -> None:
        """Write rows."""
        for row in rows:
            self.writerow(row)


class CsvModule(Module):
    """``csv``; registered dialects are the environment's own."""

    __slots__ = ("_dialects",)
    NAME = "csv"

    QUOTE_ALL = csv.QUOTE_ALL
    QUOTE_MINIMAL = csv.QUOTE_MINIMAL
    QUOTE_NONE = csv.QUOTE_NONE
    QUOTE_NONNUMERIC = csv.QUOTE_NONNUMERIC
    Error = CsvError
    Dialect = Dialect
    excel = Excel
    excel_tab = ExcelTab

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        object.__setattr__(self, "_dialects", {"excel": Excel, "excel-tab": ExcelTab})

    def reader(self, csvfile: Any, dialect: Any = "excel", **options: Any) -> Reader:
        """The rows of lines."""
        return Reader(csvfile, _options(self._dialects, dialect, options))

    def writer(self, csvfile: Any, dialect: Any = "excel", **options: Any) -> Writer:
        """An object that writes rows."""
        write = self._library.getattr_hook(csvfile, "write")
        return Writer(write, _options(self._dialects, dialect, options))

    def DictReader(
        self,
        f: Any,
        fieldnames: Any = None,
        restkey: Any = None,
        restval: Any = None,
        dialect: Any = "excel",
        **options: Any,
    ) -> DictReader:
        """The rows of lines, as dicts."""
        return DictReader(self.reader(f, dialect, **options), fieldnames, restkey, restval)

    def DictWriter(
        self,
        f: Any,
        fieldnames: Any,
        restval: Any = "",
        extrasaction: Any = "raise",
        dialect: Any = "excel",
        **options: Any,
    ) -> DictWriter:
        """An object that writes dicts as rows."""
        return DictWriter(self.writer(f, dialect, **options), fieldnames, restval, extrasaction)

    def register_dialect(self, name: Any, dialect: Any = None, **options: Any) -> None:
        """Give a set of options a name."""
        self._dialects[text(name)] = _options(self._dialects, dialect, options)

    def unregister_dialect(self, name: Any) -> None:
        """Forget a set of options."""
        if self._dialects.pop(text(name), None) is None:
            raise CsvError("unknown dialect")

    def list_dialects(self) -> list[str]:
        """The names of the sets of options."""
        return list(self._dialects)

    def field_size_limit(self, limit: Any = None) -> int:
        """131072; it cannot be changed."""
        return 131072
