"""``StringIO``, ``cStringIO``, ``io`` and ``csv``: text streams in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from sandbox.library.arguments import integer, text
from sandbox.library.module import Held, HostType, Module, host_class
from sandbox.library.registry import FILES
from sandbox.library.values import byte_text, is_unicode, script_str, unicode_text

MAX_TEXT = 64 * 1024 * 1024


@host_class("StringIO")
class StringIO(metaclass=HostType):
    """``StringIO.StringIO``: a text stream in memory."""

    __slots__ = ("_at", "_closed", "_pieces", "_text", "_unicode", "softspace")

    def __init__(self, buf: Any = "") -> None:
        start = buf if isinstance(buf, str) else script_str(buf)
        self._text = text(start)
        self._unicode = is_unicode(start)
        self._pieces: list[str] = []
        self._at = 0
        self._closed = False
        self.softspace = 0

    def _open(self) -> str:
        if self._closed:
            raise ValueError("I/O operation on closed file")
        if self._pieces:
            self._text += "".join(self._pieces)
            self._pieces.clear()
        return self._text

    def _give(self, words: str) -> Any:
        if self._unicode:
            return unicode_text(words)
        return words if words.isascii() else _bytes(words)

    def getvalue(self) -> Any:
        """All of the text."""
        return self._give(self._open())

    def write(self, s: Any) -> None:
        """Write a text."""
        words = text(s) if isinstance(s, str) else text(script_str(s))
        self._unicode = self._unicode or is_unicode(s)
        if not words:
            return
        length = len(self._text) + sum(map(len, self._pieces)) if len(self._pieces) > 500 else 0
        if length > MAX_TEXT:
            raise MemoryError("the stream would be too long")
        if self._pieces and self._at == -1 and not self._closed:
            self._pieces.append(words)
            if len(self._pieces) > 1000:
                self._open()
            return
        whole = self._open()
        if len(whole) + len(words) > MAX_TEXT:
            raise MemoryError("the stream would be too long")
        at = len(whole) if self._at == -1 else self._at
        if at == len(whole):
            self._pieces.append(words)
            self._at = -1
            return
        if at > len(whole):
            whole = whole.ljust(at, "\0")
        self._text = whole[:at] + words + whole[at + len(words) :]
        self._at = at + len(words)

    def writelines(self, lines: Any) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def _position(self) -> int:
        whole = self._open()
        if self._at == -1:
            self._at = len(whole)
        return self._at

    def read(self, n: Any = -1) -> Any:
        """The next characters, or the rest."""
        at, whole = self._position(), self._open()
        count = -1 if n is None else integer(n)
        end = len(whole) if count < 0 else min(len(whole), at + count)
        self._at = max(at, end)
        return self._give(whole[at:end])

    def readline(self, length: Any = None) -> Any:
        """The next line."""
        at, whole = self._position(), self._open()
        end = whole.find("\n", at)
        end = len(whole) if end < 0 else end + 1
        if length is not None and integer(length) >= 0:
            end = min(end, at + integer(length))
        self._at = max(at, end)
        return self._give(whole[at:end])

    def readlines(self, sizehint: Any = 0) -> list[Any]:
        """The rest in lines."""
        return list(self)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.readline, "")

    def next(self) -> Any:
        """The next line; StopIteration at the end."""
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def seek(self, pos: Any, mode: Any = 0) -> None:
        """Go to a place."""
        whole = self._open()
        base = {0: 0, 1: self._position(), 2: len(whole)}[integer(mode)]
        self._at = min(MAX_TEXT, max(0, base + integer(pos)))

    def tell(self) -> int:
        """The place."""
        return self._position()

    def truncate(self, size: Any = None) -> None:
        """Cut the text."""
        at = self._position() if size is None else integer(size)
        if at < 0:
            raise IOError(22, "Negative size not allowed")  # noqa: UP024 - Python 2's name
        self._text = self._open()[:at]
        self._at = min(self._position(), at)

    def reset(self) -> None:
        """Go to the start."""
        self._at = 0

    def flush(self) -> None:
        """Nothing to do."""

    def isatty(self) -> bool:
        """False."""
        return False

    def close(self) -> None:
        """Free the text."""
        self._closed = True
        self._text = ""
        self._pieces.clear()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    @property
    def len(self) -> int:
        """How long the text is."""
        return len(self._open())

    @property
    def buf(self) -> Any:
        """The text."""
        return self.getvalue()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


def _bytes(words: str) -> str:
    try:
        return byte_text(words.encode("latin-1"))
    except UnicodeEncodeError:
        return unicode_text(words)


class StringIOModule(Module):
    """``StringIO``."""

    __slots__ = ()
    NAME = "StringIO"

    StringIO = StringIO


class CStringIOModule(Module):
    """``cStringIO``."""

    __slots__ = ()
    NAME = "cStringIO"

    StringIO = StringIO


@host_class("io")
class UnicodeStringIO(StringIO, metaclass=HostType):
    """``io.StringIO``: takes and gives unicode."""

    __slots__ = ()

    def __init__(self, initial_value: Any = "", newline: Any = "\n") -> None:
        StringIO.__init__(self, initial_value)
        self._unicode = True

    def write(self, s: Any) -> int:  # type: ignore[override]
        """Write a text."""
        if not is_unicode(s):
            raise TypeError(f"unicode argument expected, got '{type(s).__name__}'")
        StringIO.write(self, s)
        return len(s)


@host_class("io")
class BytesIO(StringIO, metaclass=HostType):
    """``io.BytesIO``: takes and gives bytes."""

    __slots__ = ()

    def write(self, s: Any) -> int:  # type: ignore[override]
        """Write bytes."""
        from sandbox.library.arguments import octets

        data = octets(s)
        StringIO.write(self, byte_text(data))
        return len(data)


class IoModule(Module):
    """``io``: the streams in memory; files are refused."""

    __slots__ = ()
    NAME = "io"

    StringIO = UnicodeStringIO
    BytesIO = BytesIO
    SEEK_SET, SEEK_CUR, SEEK_END = range(3)
    DEFAULT_BUFFER_SIZE = io.DEFAULT_BUFFER_SIZE

    def __getattr__(self, name: str) -> Any:
        if name in ("open", "FileIO", "BufferedReader", "BufferedWriter", "TextIOWrapper"):
            raise AttributeError(f"io.{name} is not available here: {FILES}")
        return super().__getattr__(name)


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
        return [one if type(one) is not str or one.isascii() else _bytes(one) for one in row]

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
        self._write(made if made.isascii() else _bytes(made))

    def writerows(self, rows: Any) -> None:
        """Write rows."""
        for row in rows:
            self.writerow(row)


def _cell(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, float):
        from sandbox.library.values import script_repr

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
