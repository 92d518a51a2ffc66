"""Reading files that somebody else may be writing, linking or replacing: never blocks."""

import errno
import os
import stat
from dataclasses import dataclass

from project_store.diagnostic import ResourceDiagnostic, Severity
from project_store.layout import PROJECT_FILE
from project_store.names import printable

MAX_SOURCE_BYTES = 4 * 1024 * 1024
MAX_JSON_BYTES = 1024 * 1024
MAX_BUNDLE_BYTES = 64 * 1024 * 1024

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class ReadFault(Exception):
    """A file that could not be taken, with where and why.

    Args:
        missing: True where nothing is there at all, so that a writer may still be at work.
    """

    def __init__(
        self,
        rule: str,
        message: str,
        remedy: str = "",
        *,
        line: int = 1,
        column: int = 1,
        missing: bool = False,
    ) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.remedy = remedy
        self.line = line
        self.column = column
        self.missing = missing

    def diagnostic(self, file: str, severity: Severity = "error") -> ResourceDiagnostic:
        """This fault as the diagnostic of one file (path relative to the projects folder)."""
        return ResourceDiagnostic(
            printable(file), self.line, self.column, self.rule, severity, self.message, self.remedy
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """The names in one folder: those of subfolders (links to folders included) and of others."""

    folders: tuple[str, ...]
    files: tuple[str, ...]


class Tree:
    """Reads below one folder, and refuses every link out of it or into another project.

    A path that was looked at may be another one when it is opened: what was opened is asked where
    it is, so that whoever may write a folder reads nothing else through it.

    Args:
        root: the projects folder; paths given to the methods are relative to it, with ``/``.
    """

    def __init__(self, root: str) -> None:
        self.root = os.path.abspath(root)
        self._real_root = os.path.realpath(self.root)
        self._checked: dict[str, ReadFault | None] = {}
        self._links: set[str] = set()

    def forget(self) -> None:
        """Forgets which folders were found to lie inside; call before each round of reading."""
        self._real_root = os.path.realpath(self.root)
        self._checked.clear()
        self._links.clear()

    def path(self, relative: str) -> str:
        """The absolute path of a relative one."""
        return os.path.join(self.root, relative) if relative else self.root

    def exists(self, relative: str) -> bool:
        """Whether anything is there, a dangling link included."""
        return os.path.lexists(self.path(relative))

    def is_folder(self, relative: str) -> bool:
        """Whether a folder, or a link to one, is there."""
        return os.path.isdir(self.path(relative))

    def is_link(self, relative: str) -> bool:
        """Whether the last part of the path is a link."""
        return os.path.islink(self.path(relative))

    def real(self, relative: str) -> str:
        """The path with links followed, relative to the root; "" where it leads outside."""
        try:
            real = os.path.realpath(self.path(relative))
        except OSError:
            # Somebody puts a file in the place of a link at this moment.
            return ""
        prefix = self._real_root.rstrip(os.sep) + os.sep
        return real[len(prefix) :] if real.startswith(prefix) else ""

    def check_folder(self, relative: str) -> None:
        """Refuses a folder that is missing, is none, or is reached by a link leading out.

        Raises:
            ReadFault: why it cannot be read.
        """
        if relative not in self._checked:
            self._checked[relative] = self._look_at_folder(relative)
        fault = self._checked[relative]
        if fault is not None:
            raise fault

    def _look_at_folder(self, relative: str) -> ReadFault | None:
        parent = os.path.dirname(relative)
        if relative:
            try:
                self.check_folder(parent)
            except ReadFault as fault:
                return fault
        try:
            status = os.lstat(self.path(relative))
            if stat.S_ISLNK(status.st_mode) and relative:
                self._check_link(relative)
                status = os.stat(self.path(relative))
            elif stat.S_ISLNK(status.st_mode):
                status = os.stat(self.path(relative))
        except OSError as error:
            return _os_fault(error, "folder")
        except ReadFault as fault:
            return fault
        if not stat.S_ISDIR(status.st_mode):
            return ReadFault("kind", "is no folder", "put the resource's files in a folder")
        return None

    def through_link(self, relative: str) -> bool:
        """Whether the path, read since ``forget``, went through a link."""
        if not self._links:
            return False
        return any(relative == link or relative.startswith(link + "/") for link in self._links)

    def _check_link(self, relative: str) -> None:
        self._links.add(relative)
        real = os.path.realpath(self.path(relative))
        self._require_place(relative, real)
        if real == self._real_root or (self.path(relative) + os.sep).startswith(real + os.sep):
            raise ReadFault("link", "is a link to a folder that holds it", "remove the link")
        if not os.path.lexists(real):
            raise ReadFault("link", "is a link to nothing", "mend or remove the link", missing=True)

    def _require_place(self, relative: str, real: str) -> None:
        """Refuses what lies outside of the projects folder, or in a project that is not its own.

        Args:
            relative: by which path it was reached.
            real: where it is, absolute and without links.
        """
        inside = self._real_root.rstrip(os.sep) + os.sep
        if real == self._real_root:
            return
        if not real.startswith(inside):
            raise ReadFault(
                "link",
                "is a link that leaves the projects folder",
                "copy what it points to into the project",
            )
        folder = real[len(inside) :].split(os.sep)[0]
        own, below, _ = relative.partition("/")
        # A project's own folder may be a link: that is up to whoever holds all of them.
        if not below or folder == own or not self.exists(f"{folder}/{PROJECT_FILE}"):
            return
        if folder != self.real(own).split(os.sep)[0]:
            raise ReadFault(
                "link",
                f"is a link into another project, {printable(folder)}",
                "inherit from that project, or copy what it points to",
            )

    def _open(self, relative: str, flags: int) -> int:
        """Opens a path, and refuses what it turns out to be elsewhere; gives the descriptor."""
        descriptor = os.open(self.path(relative), flags | os.O_CLOEXEC)
        try:
            place = _place_of(descriptor)
            if place is None:
                place = os.path.realpath(self.path(relative))
                if not os.path.samestat(os.stat(place), os.fstat(descriptor)):
                    raise ReadFault("missing", "it was replaced while it was read", missing=True)
            if not place.startswith(self._real_root):
                # The projects folder itself may be a link that was changed meanwhile.
                self._real_root = os.path.realpath(self.root)
            self._require_place(relative, place)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def list(self, relative: str) -> Listing:
        """The names in a folder, sorted; those that start with a dot are left out.

        Raises:
            ReadFault: the folder cannot be read.
        """
        self.check_folder(relative)
        folders: list[str] = []
        files: list[str] = []
        try:
            descriptor = self._open(relative, os.O_RDONLY | os.O_DIRECTORY)
            try:
                with os.scandir(descriptor) as entries:
                    for entry in entries:
                        if entry.name.startswith("."):
                            continue
                        (folders if _is_folder(entry) else files).append(entry.name)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _os_fault(error, "folder") from None
        return Listing(tuple(sorted(folders)), tuple(sorted(files)))

    def read(self, relative: str, limit: int) -> bytes:
        """The bytes of a plain file; never waits on a pipe, a socket or a device.

        Raises:
            ReadFault: missing, no plain file, unreadable, too large, or a link leading out.
        """
        self.check_folder(os.path.dirname(relative))
        path = self.path(relative)
        try:
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                self._check_link(relative)
                status = os.stat(path)
            _check_plain(status, limit)
            descriptor = self._open(relative, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
            try:
                status = os.fstat(descriptor)
                _check_plain(status, limit)
                data = bytearray()
                while chunk := os.read(descriptor, max(status.st_size + 1, 65536)):
                    data += chunk
                    if len(data) > limit:
                        raise _too_large(limit)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _os_fault(error, "file") from None
        return bytes(data)


def _place_of(descriptor: int) -> str | None:
    """Where what was opened is, by the kernel's word; None where it gives none."""
    try:
        place = os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return None
    return place if place.startswith(os.sep) else None


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    # A link to nothing or in a circle counts as a folder, so that it gets its say where a
    # folder is expected.
    try:
        return entry.is_dir() or (entry.is_symlink() and not entry.is_file())
    except OSError:
        return True


def _check_plain(status: os.stat_result, limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise ReadFault("kind", "is a folder where a file should be", "replace it by a file")
    if not stat.S_ISREG(status.st_mode):
        raise ReadFault("kind", "is no plain file (a pipe, socket or device)", "replace it")
    if status.st_size > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> ReadFault:
    return ReadFault("size", f"is larger than {limit // 1024} KiB", "split it")


def _os_fault(error: OSError, what: str) -> ReadFault:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return ReadFault("missing", f"the {what} is missing", missing=True)
    if error.errno == errno.ELOOP:
        return ReadFault("link", "is a link that leads back to itself", "remove the link")
    if error.errno in (errno.EACCES, errno.EPERM):
        return ReadFault("unreadable", f"the {what} may not be read", "grant read permission")
    return ReadFault("unreadable", f"the {what} cannot be read: {error.strerror}")


@dataclass(frozen=True, slots=True)
class Text:
    """Decoded text: line ends as ``\\n``, BOM removed (``bom`` tells that there was one)."""

    text: str
    bom: bool


def decode(data: bytes) -> Text:
    """UTF-8 text from a file's bytes, line ends normalised.

    Raises:
        ReadFault: not UTF-8; line and column (in bytes) of the first bad byte are given.
    """
    bom = data.startswith(_BOM)
    body = data[len(_BOM) :] if bom else data
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        remedy = "save the file as UTF-8"
        if data.startswith(_UTF16):
            remedy += "; it looks like UTF-16"
        offset = error.start + (len(_BOM) if bom else 0)
        before = body[: error.start]
        newlines = before.count(b"\n")
        raise ReadFault(
            "encoding",
            f"is not UTF-8: byte 0x{body[error.start]:02x} at offset {offset}",
            remedy,
            line=newlines + 1,
            column=error.start - (before.rfind(b"\n") + 1) + 1,
        ) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Text(text, bom)
