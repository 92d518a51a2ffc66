"""The folders that an operator granted to a project: reading and writing files below them.

A path is walked part by part and no part may be a link, so what a script can name is below the
granted folder, whatever else writes there meanwhile.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from sandbox.dialect.meaning.errors import IOError as ScriptIOError

MAX_BYTES: Final = 4 * 1024 * 1024
"""Bytes that one call reads or writes, at most (our choice: what a frame of a worker carries)."""
MAX_FILE: Final = 64 * 1024 * 1024
"""Bytes to which a file may be appended."""
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_WAIT: Final = getattr(os, "O_NONBLOCK", 0)


class Files(Protocol):
    """What scripts reach of the file system: granted folders, here or asked of the host."""

    def read(self, path: str) -> bytes:
        """All of a file."""

    def write(self, path: str, data: bytes, append: bool) -> None:
        """Put bytes in the place of a file's, or behind them."""

    def names(self, path: str) -> list[str]:
        """What is in a folder."""

    def size(self, path: str) -> int | None:
        """Bytes of a file, -1 for a folder, None where there is neither."""


class Folders:
    """Files below granted folders; see the module.

    Args:
        readable: absolute paths of folders whose files may be read.
        writable: absolute paths of folders whose files may be read and written.

    Errors: ``IOError`` as scripts know it, with the remedy for what was not granted.
    """

    def __init__(self, readable: tuple[str, ...] = (), writable: tuple[str, ...] = ()) -> None:
        self._writable = tuple(map(_absolute, writable))
        self._readable = (*map(_absolute, readable), *self._writable)

    def read(self, path: str) -> bytes:
        """All of a file, 4 MiB at most."""
        with self._opened(path, os.O_RDONLY, self._readable) as (descriptor, size):
            if size > MAX_BYTES:
                raise _failed(errno.EFBIG, path)
            with os.fdopen(os.dup(descriptor), "rb") as source:
                return source.read(MAX_BYTES + 1)[:MAX_BYTES]

    def write(self, path: str, data: bytes, append: bool) -> None:
        """Put bytes in the place of a file's, or behind them; makes the file."""
        if len(data) > MAX_BYTES:
            raise _failed(errno.EFBIG, path)
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else 0)
        with self._opened(path, flags, self._writable) as (descriptor, size):
            if not append:
                os.ftruncate(descriptor, 0)
            elif size + len(data) > MAX_FILE:
                raise _failed(errno.EFBIG, path)
            with os.fdopen(os.dup(descriptor), "wb") as target:
                target.write(data)

    def names(self, path: str) -> list[str]:
        """What is in a folder, by name."""
        with self._folder_of(path, self._readable, whole=True) as (descriptor, _):
            return sorted(os.listdir(descriptor))

    def size(self, path: str) -> int | None:
        """Bytes of a file, -1 for a folder, None where there is neither."""
        try:
            with self._folder_of(path, self._readable) as (descriptor, name):
                found = os.stat(name or ".", dir_fd=descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None
        except ScriptIOError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                return None
            raise
        if stat.S_ISDIR(found.st_mode):
            return -1
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    @contextmanager
    def _opened(
        self, path: str, flags: int, granted: tuple[str, ...]
    ) -> Iterator[tuple[int, int]]:
        """A regular file and its size."""
        with self._folder_of(path, granted) as (folder, name):
            if not name:
                raise _failed(errno.EISDIR, path)
            try:
                found = os.open(name, flags | _NO_LINK | _NO_WAIT, 0o644, dir_fd=folder)
            except OSError as error:
                raise _failed(error.errno or errno.EIO, path) from None
        try:
            about = os.fstat(found)
            if not stat.S_ISREG(about.st_mode):
                raise _failed(errno.EACCES, path)
            yield found, about.st_size
        finally:
            os.close(found)

    @contextmanager
    def _folder_of(
        self, path: str, granted: tuple[str, ...], whole: bool = False
    ) -> Iterator[tuple[int, str]]:
        """The folder that holds what a path names, and its name there; itself if ``whole``."""
        root, parts = _below(path, granted, self._readable)
        name = "" if whole or not parts else parts.pop()
        try:
            held = os.open(root, _FOLDER)
        except OSError as error:
            raise _failed(error.errno or errno.EIO, path) from None
        try:
            for part in parts:
                try:
                    inner = os.open(part, _FOLDER | _NO_LINK, dir_fd=held)
                except OSError as error:
                    raise _failed(error.errno or errno.EIO, path) from None
                os.close(held)
                held = inner
            yield held, name
        finally:
            os.close(held)


def _absolute(folder: str) -> str:
    if not os.path.isabs(folder):
        raise ValueError(f"a granted folder is named by its absolute path, not {folder!r}")
    return os.path.normpath(folder)


def _below(
    path: str, granted: tuple[str, ...], readable: tuple[str, ...]
) -> tuple[str, list[str]]:
    """The granted folder that a path is below, and the parts of the path from there."""
    if type(path) is not str or "\0" in path:
        raise TypeError("a path is a text without null characters")
    if os.path.isabs(path) and ".." not in path.split("/"):
        plain = os.path.normpath(path)
        for folder in sorted(granted, key=len, reverse=True):
            inside = folder.rstrip("/") + "/"
            if plain == folder:
                return folder, []
            if plain.startswith(inside):
                return folder, plain[len(inside) :].split("/")
        for folder in readable:
            if plain == folder or plain.startswith(folder.rstrip("/") + "/"):
                raise ScriptIOError(
                    errno.EACCES, "the operator granted this folder for reading only", path
                )
    raise ScriptIOError(
        errno.EACCES,
        "not in a folder that the operator granted ([sandbox.grants] in pilotlight.toml); name "
        "files by absolute paths without ..",
        path,
    )


def _failed(number: int, path: str) -> ScriptIOError:
    if number == errno.ELOOP:
        return ScriptIOError(errno.ELOOP, "links are not followed here", path)
    return ScriptIOError(number, os.strerror(number), path)


def folders_for(readable: tuple[str, ...], writable: tuple[str, ...]) -> Folders | None:
    """The files of a policy, None where nothing was granted or links cannot be kept out.

    Errors: ValueError for a folder that is not an absolute path.
    """
    if not (readable or writable) or os.open not in os.supports_dir_fd:
        return None
    return Folders(readable, writable)


__all__ = ["MAX_BYTES", "Files", "Folders", "folders_for"]
