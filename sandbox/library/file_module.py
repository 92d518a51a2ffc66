"""``open`` and files in granted folders: read at once, written when the run ends at last."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from sandbox.dialect.meaning.errors import IOError as ScriptIOError
from sandbox.folders import MAX_BYTES, Files
from sandbox.library.arguments import from_octets, octets, text
from sandbox.library.hooks import current_run
from sandbox.library.module import Held

_MODES = frozenset({"r", "rb", "rU", "U", "rt", "w", "wb", "wt", "a", "ab", "at"})


_KEY = "$files"


def _unclosed() -> list[File]:
    """The files that this run has open for writing."""
    run = current_run()
    state = None if run is None else run.state
    found: list[File] = [] if state is None else state.get(_KEY, [])
    return found


def _close_all(files: list[File]) -> None:
    for file in list(files):
        with contextlib.suppress(ScriptIOError):
            file.close()


class File(Held):
    """A file that ``open`` gave.

    Args:
        files: what reads and writes it.
        path, mode: as the script gave them.
    """

    __slots__ = ("_at", "_files", "_fresh", "_open", "_parts", "_text", "mode", "name")
    SCRIPT_NAME = "file"
    GIVES_BACK = True

    def __init__(self, files: Files, path: str, mode: str) -> None:
        put = object.__setattr__
        for name, value in (
            ("_files", files),
            ("_parts", []),
            ("_text", ""),
            ("_at", 0),
            ("_open", True),
            ("_fresh", mode[0] == "w"),
            ("mode", mode),
            ("name", path),
        ):
            put(self, name, value)
        for other in _unclosed():
            # A file that was dropped without being closed is written by now in Python.
            other.flush()
        if mode[0] in "rU":
            words = from_octets(files.read(path))
            if "U" in mode:
                words = words.replace("\r\n", "\n").replace("\r", "\n")
            put(self, "_text", words)
            return
        # As a file is made, or emptied, when it is opened.
        files.write(path, b"", mode[0] == "a")
        run = current_run()
        if run is not None:
            if not run.has_undo(_unclosed):
                if run.state is None:
                    run.state = {}
                files_of_run = run.state[_KEY] = []
                run.undo(_unclosed, lambda: _close_all(files_of_run))
            assert run.state is not None
            run.state[_KEY].append(self)

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return not self._open

    def _reading(self) -> str:
        if not self._open:
            raise ValueError("I/O operation on closed file")
        if self.mode[0] not in "rU":
            raise ScriptIOError("File not open for reading")
        words: str = self._text
        return words

    def _take(self, end: int) -> str:
        words = self._text[self._at : end]
        object.__setattr__(self, "_at", max(self._at, min(end, len(self._text))))
        return str(words)

    def read(self, size: Any = -1) -> str:
        """The rest, or so many bytes of it."""
        words = self._reading()
        wanted = int(size) if size is not None else -1
        return self._take(len(words) if wanted < 0 else self._at + wanted)

    def readline(self, size: Any = -1) -> str:
        """The next line with its end; empty at the end of the file."""
        words = self._reading()
        found = words.find("\n", self._at)
        end = len(words) if found < 0 else found + 1
        wanted = int(size) if size is not None else -1
        return self._take(end if wanted < 0 else min(end, self._at + wanted))

    def readlines(self, hint: Any = None) -> list[str]:
        """The lines that are left."""
        return list(self)

    def __iter__(self) -> Iterator[str]:
        while True:
            line = self.readline()
            if not line:
                return
            yield line

    xreadlines = __iter__

    def next(self) -> str:
        """The next line."""
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def write(self, words: Any) -> None:
        """Write a text; it is in the file after ``flush``, ``close``, or the end of the run."""
        if not self._open:
            raise ValueError("I/O operation on closed file")
        if self.mode[0] in "rU":
            raise ScriptIOError("File not open for writing")
        data = octets(words)
        self._parts.append(data)
        if len(self._parts) > 1000 or len(data) > 65536:
            self.flush()

    def writelines(self, lines: Any) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Put what was written into the file."""
        data = b"".join(self._parts)
        self._parts.clear()
        for start in range(0, len(data), MAX_BYTES):
            self._files.write(self.name, data[start : start + MAX_BYTES], True)

    def close(self) -> None:
        """Flush; nothing can be read or written after it."""
        if self._open:
            object.__setattr__(self, "_open", False)
            self.flush()
            unclosed = _unclosed()
            if self in unclosed:
                unclosed.remove(self)

    def tell(self) -> int:
        """Where the next byte is read."""
        return int(self._at)

    def seek(self, offset: Any, whence: Any = 0) -> None:
        """Go to a place in a file that is read."""
        size = len(self._reading())
        start = {0: 0, 1: self._at, 2: size}.get(whence)
        if start is None:
            raise ScriptIOError(22, "Invalid argument")
        object.__setattr__(self, "_at", max(0, min(size, start + int(offset))))

    def isatty(self) -> bool:
        """False."""
        return False

    def __enter__(self) -> File:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{'open' if self._open else 'closed'} file '{self.name}', mode '{self.mode}'>"


def open_file(files: Files, name: Any, mode: Any = "r", buffering: Any = -1) -> File:
    """``open(name[, mode])`` in granted folders.

    Errors: IOError as scripts know it; ValueError for a mode that is not served.
    """
    if not isinstance(name, str) or not isinstance(mode, str):
        raise TypeError("coercing to Unicode: need string or buffer")
    wanted = text(mode)
    if wanted not in _MODES:
        raise ValueError(f"the mode {wanted!r} is not served here: r, w, a, with b or U")
    return File(files, text(name), wanted)


class FileNames(Held):
    """What ``os`` and ``os.path`` say about files in granted folders."""

    __slots__ = ("_files",)

    def __init__(self, files: Files) -> None:
        object.__setattr__(self, "_files", files)

    def listdir(self, path: Any) -> list[str]:
        """The names in a folder."""
        return list(self._files.names(text(path)))

    def exists(self, path: Any) -> bool:
        """Whether there is a file or folder."""
        return self._size(path) is not None

    lexists = exists

    def isfile(self, path: Any) -> bool:
        """Whether it is a file."""
        size = self._size(path)
        return size is not None and size >= 0

    def isdir(self, path: Any) -> bool:
        """Whether it is a folder."""
        return self._size(path) == -1

    def islink(self, path: Any) -> bool:
        """False: links are not shown."""
        return False

    def getsize(self, path: Any) -> int:
        """Bytes of a file."""
        size: int | None = self._files.size(text(path))
        if size is None:
            raise OSError(2, "No such file or directory", text(path))
        return max(size, 0)

    def _size(self, path: Any) -> int | None:
        try:
            size: int | None = self._files.size(text(path))
            return size
        except ScriptIOError:
            return None


NAMES = frozenset({"listdir", "exists", "lexists", "isfile", "isdir", "islink", "getsize"})
