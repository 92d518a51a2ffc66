"""Compiled code kept on disk between starts, for one user and safe against tampering."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import importlib.util
import json
import marshal
import os
import secrets
import stat
import sys
import tempfile
import types
from importlib.metadata import version
from pathlib import Path

from sandbox.diagnostic import Diagnostic

DIALECT_VERSION = "1"
"""Counts changes of what compiling gives that no file of the package shows."""

_MAC = hashlib.sha256
_MAC_SIZE = 32
_KEY_SIZE = 32


class CacheUnsafe(Exception):
    """The folder of the cache is not the owner's alone; the text says what is wrong."""


class CodeCache:
    """A folder of compiled scripts.

    Every entry carries a keyed digest, checked before anything in it is decoded: whoever can
    write into the folder, but not read its key file, can only cause misses.

    Args:
        folder: made with mode 0700 if it does not exist.
        size: bytes to keep; the oldest entries go first.

    Errors: ``CacheUnsafe`` when the folder or the key is another user's or open to others.
    """

    def __init__(self, folder: str | Path, size: int = 256 * 1024 * 1024) -> None:
        self._folder = Path(folder)
        self._size = size
        self._written = 0
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_private(self._folder, directory=True)
        self._secret = self._read_key()
        self._common = "\0".join(
            (
                importlib.util.MAGIC_NUMBER.hex(),
                sys.version,
                version("RestrictedPython"),
                _own_version(),
            )
        )

    @property
    def folder(self) -> Path:
        """Where the entries are."""
        return self._folder

    def _read_key(self) -> bytes:
        path = self._folder / "key"
        with contextlib.suppress(FileExistsError):
            # Written apart and linked in, so that two hosts that start at once agree on one key.
            descriptor, made = tempfile.mkstemp(dir=self._folder, prefix=".key")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(secrets.token_bytes(_KEY_SIZE))
                os.link(made, path)
            finally:
                os.unlink(made)
        _require_private(path, directory=False)
        key = path.read_bytes()
        if len(key) != _KEY_SIZE:
            raise CacheUnsafe(f"{path} is not a key; remove the folder")
        return key

    def key(
        self,
        dialect: str,
        source: str,
        filename: str,
        entry: str | None,
        parameters: tuple[str, ...],
    ) -> str:
        """The name of an entry: all that decides what compiling gives.

        Args:
            dialect: profile and policy of the compiler, as text.
            source, filename, entry, parameters: what is compiled.
        """
        digest = _MAC(
            "\0".join(
                (
                    self._common,
                    dialect,
                    filename,
                    repr(entry),
                    repr(parameters),
                    source,
                )
            ).encode("utf-8", "surrogatepass")
        )
        return digest.hexdigest()

    def load(self, key: str) -> tuple[types.CodeType, list[Diagnostic]] | None:
        """A kept entry, or None; anything wrong with it is a miss."""
        body = self._read(key)
        if body is None:
            return None
        warned, _, code = body.partition(b"\n")
        made = marshal.loads(code)
        if not isinstance(made, types.CodeType):
            return None
        return made, [Diagnostic(**each) for each in json.loads(warned)]

    def store(self, key: str, code: types.CodeType, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Keep an entry; a folder that cannot be written to is not an error."""
        fields = ("file", "line", "column", "rule", "severity", "message", "remedy")
        warned = [{name: getattr(each, name) for name in fields} for each in diagnostics]
        self._write(key, json.dumps(warned).encode() + b"\n" + marshal.dumps(code))

    def load_data(self, name: str) -> bytes | None:
        """Bytes kept under a name by this version of the sandbox, or None."""
        return self._read(self._named(name))

    def store_data(self, name: str, data: bytes) -> None:
        """Keep bytes under a name; a folder that cannot be written to is not an error."""
        self._write(self._named(name), data)

    def _named(self, name: str) -> str:
        return _MAC(f"{self._common}\0data\0{name}".encode("utf-8", "surrogatepass")).hexdigest()

    def _read(self, key: str) -> bytes | None:
        try:
            with open(self._folder / key[:2] / key[2:], "rb") as file:
                data = file.read()
        except OSError:
            return None
        mac, body = data[:_MAC_SIZE], data[_MAC_SIZE:]
        return body if hmac.compare_digest(mac, self._sign(key, body)) else None

    def _write(self, key: str, body: bytes) -> None:
        place = self._folder / key[:2]
        try:
            place.mkdir(mode=0o700, exist_ok=True)
            descriptor, made = tempfile.mkstemp(dir=place, prefix=".new")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(self._sign(key, body) + body)
                os.replace(made, place / key[2:])
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(made)
                raise
        except OSError:
            return
        self._written += len(body)
        if self._written > self._size // 8:
            self._written = 0
            self.trim()

    def trim(self) -> None:
        """Delete the oldest entries until the cache is within its size."""
        entries = []
        for folder in self._folder.iterdir():
            if not folder.is_dir():
                continue
            for path in folder.iterdir():
                with contextlib.suppress(OSError):
                    known = path.stat()
                    entries.append((known.st_mtime_ns, known.st_size, path))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries, key=lambda entry: entry[0]):
            if total <= self._size:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size

    def _sign(self, key: str, body: bytes) -> bytes:
        return hmac.digest(self._secret, key.encode() + body, "sha256")


def _require_private(path: Path, *, directory: bool) -> None:
    known = os.lstat(path)
    right_kind = stat.S_ISDIR(known.st_mode) if directory else stat.S_ISREG(known.st_mode)
    if not right_kind:
        raise CacheUnsafe(f"{path} is not a {'folder' if directory else 'plain file'}")
    if known.st_uid != os.geteuid():
        raise CacheUnsafe(f"{path} belongs to another user")
    if known.st_mode & 0o077:
        raise CacheUnsafe(f"{path} is open to other users (mode {known.st_mode & 0o777:o})")


def _own_version() -> str:
    """Changes with the sandbox's own code: entries of another version are not read."""
    digest = _MAC(DIALECT_VERSION.encode())
    root = Path(__file__).parent
    for path in sorted(
        [*root.glob("policy*.py"), root / "compiler.py", *root.glob("dialect/**/*.py")]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()
