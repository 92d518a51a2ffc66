"""``os`` and ``os.path`` in their safe part: names and paths as text, no files, no processes."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from typing import Any

from sandbox.library.arguments import from_octets, integer, text
from sandbox.library.file_module import NAMES, FileNames
from sandbox.library.module import Held, Module
from sandbox.library.registry import FILES, PROCESSES
from sandbox.library.values import is_unicode, unicode_text

_PATH_FILES = frozenset(
    {
        "exists",
        "lexists",
        "isfile",
        "isdir",
        "islink",
        "ismount",
        "getsize",
        "getmtime",
        "getatime",
        "getctime",
        "samefile",
        "sameopenfile",
        "samestat",
        "walk",
    }
)
_FILES = frozenset(
    {
        "listdir",
        "mkdir",
        "makedirs",
        "remove",
        "unlink",
        "rename",
        "renames",
        "rmdir",
        "removedirs",
        "stat",
        "lstat",
        "open",
        "read",
        "write",
        "close",
        "chmod",
        "chown",
        "access",
        "walk",
        "utime",
        "tmpfile",
        "tempnam",
        "tmpnam",
        "link",
        "symlink",
        "readlink",
        "chdir",
        "getcwdu",
        "fdopen",
        "fsync",
        "truncate",
    }
)
_PROCESSES = frozenset(
    {
        "system",
        "popen",
        "popen2",
        "popen3",
        "spawnl",
        "spawnv",
        "execv",
        "execl",
        "execve",
        "fork",
        "kill",
        "getpid",
        "getppid",
        "wait",
        "waitpid",
        "startfile",
        "nice",
        "abort",
        "_exit",
        "putenv",
        "unsetenv",
        "umask",
        "getlogin",
        "getuid",
        "times",
        "uname",
    }
)


class Environ(Held):
    """``os.environ``: always empty, the host's environment is not the scripts'."""

    __slots__ = ()

    def __getitem__(self, name: Any) -> Any:
        raise KeyError(name)

    def __setitem__(self, name: Any, value: Any) -> None:
        raise TypeError("the environment of the host cannot be changed by scripts")

    def __contains__(self, name: Any) -> bool:
        return False

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def get(self, name: Any, default: Any = None) -> Any:
        """The default."""
        return default

    def has_key(self, name: Any) -> bool:
        """False."""
        return False

    def keys(self) -> list[Any]:
        """No names."""
        return []

    values = items = keys


def _same(result: str, *sources: Any) -> Any:
    return unicode_text(result) if any(map(is_unicode, sources)) else result


class PathModule(Module):
    """``os.path``: functions on the text of a path."""

    __slots__ = ()
    NAME = "posixpath"

    sep = "/"
    pardir = ".."
    curdir = "."
    extsep = "."
    altsep = None
    pathsep = ":"
    defpath = ":/bin:/usr/bin"
    devnull = "/dev/null"
    supports_unicode_filenames = False

    def join(self, a: Any, *p: Any) -> Any:
        """The parts as one path."""
        return _same(posixpath.join(text(a), *[text(one) for one in p]), a, *p)

    def basename(self, p: Any) -> Any:
        """The last part."""
        return _same(posixpath.basename(text(p)), p)

    def dirname(self, p: Any) -> Any:
        """All but the last part."""
        return _same(posixpath.dirname(text(p)), p)

    def split(self, p: Any) -> tuple[Any, Any]:
        """All but the last part, and the last part."""
        head, tail = posixpath.split(text(p))
        return _same(head, p), _same(tail, p)

    def splitext(self, p: Any) -> tuple[Any, Any]:
        """The path without its extension, and the extension."""
        head, tail = posixpath.splitext(text(p))
        return _same(head, p), _same(tail, p)

    def splitdrive(self, p: Any) -> tuple[Any, Any]:
        """An empty drive, and the path."""
        return _same("", p), p

    def isabs(self, s: Any) -> bool:
        """Whether a path starts at the root."""
        return text(s).startswith("/")

    def normpath(self, path: Any) -> Any:
        """The path without needless parts."""
        return _same(posixpath.normpath(text(path)), path)

    def normcase(self, s: Any) -> Any:
        """The path."""
        text(s)
        return s

    def commonprefix(self, m: Any) -> Any:
        """The longest text all paths start with."""
        paths = list(m)
        return _same(posixpath.commonprefix([text(one) for one in paths]), *paths)

    def relpath(self, path: Any, start: Any = "/") -> Any:
        """The path as seen from ``start``; both have to be absolute."""
        one, other = text(path), text(start)
        if not one.startswith("/") or not other.startswith("/"):
            raise ValueError("relpath needs absolute paths here: scripts have no current folder")
        return _same(posixpath.relpath(one, other), path, start)

    def abspath(self, path: Any) -> Any:
        """A path that starts at the root, cleaned; others have no folder to be relative to."""
        if not text(path).startswith("/"):
            raise ValueError("abspath needs an absolute path here: scripts have no current folder")
        return self.normpath(path)

    realpath = abspath

    def expanduser(self, path: Any) -> Any:
        """The path itself: there are no home folders."""
        text(path)
        return path

    expandvars = expanduser

    def __getattr__(self, name: str) -> Any:
        files = self._library.files
        if files is not None and name in NAMES and name != "listdir":
            return getattr(FileNames(files), name)
        if name in _PATH_FILES:
            raise AttributeError(f"os.path.{name} is not available here: {FILES}")
        raise AttributeError(f"'module' object has no attribute '{name}'")


class OsModule(Module):
    """``os``."""

    __slots__ = ("environ", "path")
    NAME = "os"

    name = "java"
    sep = "/"
    altsep = None
    extsep = "."
    curdir = "."
    pardir = ".."
    pathsep = ":"
    linesep = "\n"
    defpath = ":/bin:/usr/bin"
    devnull = "/dev/null"
    error = OSError
    SEEK_SET, SEEK_CUR, SEEK_END = range(3)
    O_RDONLY, O_WRONLY, O_RDWR = range(3)
    F_OK, X_OK, W_OK, R_OK = 0, 1, 2, 4

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        object.__setattr__(self, "path", library.find_module("os.path"))
        object.__setattr__(self, "environ", Environ())

    def getenv(self, key: Any, default: Any = None) -> Any:
        """The default: the environment of the host is not the scripts'."""
        return default

    def getcwd(self) -> Any:
        """Refused: scripts have no current folder."""
        raise OSError(f"os.getcwd is not available here: {FILES}")

    def urandom(self, n: Any) -> str:
        """Random bytes, at most a million."""
        count = integer(n)
        if not 0 <= count <= 1_000_000:
            raise ValueError("os.urandom gives 0 to 1000000 bytes here")
        return from_octets(os.urandom(count))

    def strerror(self, code: Any) -> str:
        """The text of an error number."""
        return os.strerror(integer(code))

    def __getattr__(self, name: str) -> Any:
        files = self._library.files
        if files is not None and name == "listdir":
            return FileNames(files).listdir
        if name in _FILES:
            raise AttributeError(f"os.{name} is not available here: {FILES}")
        if name in _PROCESSES:
            raise AttributeError(f"os.{name} is not available here: {PROCESSES}")
        raise AttributeError(f"'module' object has no attribute '{name}'")
