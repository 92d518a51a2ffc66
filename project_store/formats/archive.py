"""Zip archives of projects: unpacked within limits, and packed to the same bytes each time."""

import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from project_store.errors import FormatError
from project_store.files import MAX_BUNDLE_BYTES
from project_store.layout import PROJECT_FILE, RESOURCE_FILE, place_of
from project_store.names import printable
from project_store.writer import folder_name

MAX_ARCHIVE_BYTES = 1024 * 1024 * 1024
MAX_ARCHIVE_FILES = 200_000
MAX_ARCHIVE_RATIO = 500
# The last two: entries without a name, and what claims to need more memory than there is.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, ValueError),
    *(IndexError, MemoryError),
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def zip_of(folder: Path) -> bytes:
    """A zip of every file below a folder, with the folder's content at its top."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, file.read_bytes())
    return out.getvalue()


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A temporary folder with what matters of a zip: a project's folder, or several.

    Raises:
        FormatError: the archive is broken, encrypted, too large, or names files outside of it.
    """
    with tempfile.TemporaryDirectory(prefix="pilotlight-") as folder:
        root = Path(folder) / "projects"
        root.mkdir()
        try:
            with zipfile.ZipFile(path) as archive:
                one = any(_entry_parts(each) == (PROJECT_FILE,) for each in archive.namelist())
                into = root / folder_name(path.stem) if one else root
                _unpack(archive, into)
        except FormatError:
            raise
        except (*_BROKEN, OSError, RuntimeError) as error:
            raise FormatError(f"the zip archive cannot be read: {error}") from None
        yield into


def _unpack(archive: zipfile.ZipFile, into: Path) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ARCHIVE_FILES:
        raise FormatError(f"holds more than {MAX_ARCHIVE_FILES} files")
    total = 0
    for entry in entries:
        parts = _entry_parts(entry.filename)
        if not parts or entry.is_dir() or not _wanted(parts):
            continue
        if entry.compress_type not in _METHODS:
            # Others ask for as much memory as the archive says.
            raise FormatError(f"'{printable(entry.filename)}' is packed in a way that is not read")
        if entry.file_size > max(entry.compress_size, 1024) * MAX_ARCHIVE_RATIO:
            raise FormatError(f"'{printable(entry.filename)}' unpacks to too much")
        total += min(entry.file_size, MAX_BUNDLE_BYTES)
        if total > MAX_ARCHIVE_BYTES:
            raise FormatError(f"unpacks to more than {MAX_ARCHIVE_BYTES} bytes")
        file = into.joinpath(*parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source:
            # One byte more than allowed, so that the store says that it is too large.
            file.write_bytes(source.read(min(entry.file_size, MAX_BUNDLE_BYTES + 1)))


def _entry_parts(name: str) -> tuple[str, ...]:
    parts = tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
    if ".." in parts or any("\0" in part for part in parts):
        raise FormatError(f"names a file outside of itself: '{printable(name)}'")
    return parts


def _wanted(parts: Iterable[str]) -> bool:
    names = tuple(parts)
    if names[-1].endswith(".proj") or names[-1] in (PROJECT_FILE, RESOURCE_FILE):
        return True
    return any(
        place_of(names[at], names[at + 1]) is not None for at in range(min(3, len(names) - 1))
    )
