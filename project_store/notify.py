"""Who says that something below a folder moved: the kernel, a poll, or a test by hand."""

import os
import stat
import threading
import time
from collections.abc import Callable, Iterable

from project_store.layout import worth_watching
from project_store.listening import Listener, Notifier, NotifierError

DEFAULT_POLL_INTERVAL = 1.0

# inotify tells nothing of what other machines write there.
_NETWORK_TYPES = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "lustre", "glusterfs"),
        *("9p", "virtiofs", "vboxsf", "prl_fs", "vmhgfs", "drvfs", "davfs", "ocfs2", "gfs2"),
    }
)
_NETWORK_FUSE = ("sshfs", "glusterfs", "vmhgfs", "s3fs", "rclone", "davfs", "cephfs", "gvfs")

_RACY_SECONDS = 2.5


class ManualNotifier:
    """A notifier that tells what it is told to, for tests and for hosts with their own events."""

    def __init__(self) -> None:
        self.listener: Listener | None = None
        self.extra: tuple[str, ...] = ()
        self.started = 0
        self.fail: str = ""

    def start(self, folder: str, listener: Listener) -> None:
        """Takes the listener; raises NotifierError while ``fail`` is set."""
        if self.fail:
            raise NotifierError(self.fail)
        self.started += 1
        self.listener = listener

    def also(self, folders: Iterable[str]) -> None:
        """Remembers the folders in ``extra``."""
        self.extra = tuple(folders)

    def stop(self) -> None:
        """Lets the listener go."""
        self.listener = None

    def touch(self, *paths: str) -> None:
        """Tells that something happened at these paths."""
        if self.listener is not None:
            self.listener.touched(paths)

    def lose(self) -> None:
        """Tells that events were lost."""
        if self.listener is not None:
            self.listener.lost("told by hand")

    def exhaust(self, why: str = "told by hand") -> None:
        """Tells that not everything can be watched any more."""
        if self.listener is not None:
            self.listener.exhausted(why)


_Signature = tuple[int, int, int, int]


class PollingNotifier:
    """Looks at every file's size and time now and then: for network shares, and as a last resort.

    A file written twice within the clock tick of its file system, and of the same size, would be
    missed, so a recently written one is told again until it is some seconds old.

    Args:
        interval: seconds between the end of one look and the next.
    """

    def __init__(self, interval: float = DEFAULT_POLL_INTERVAL) -> None:
        self.interval = interval
        self._folder = ""
        self._extra: tuple[str, ...] = ()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, folder: str, listener: Listener) -> None:
        """Takes the first look, then a thread takes the others."""
        self._folder = folder
        self._stop.clear()
        seen = self._look()
        self._thread = threading.Thread(
            target=self._run, args=(seen, listener), name="pilotlight-poll", daemon=True
        )
        self._thread.start()

    def also(self, folders: Iterable[str]) -> None:
        """Looks at these folders too."""
        self._extra = tuple(folders)

    def stop(self) -> None:
        """Ends the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, seen: dict[str, _Signature], listener: Listener) -> None:
        while not self._stop.wait(self.interval):
            now = self._look()
            young = time.time_ns() - int(_RACY_SECONDS * 1e9)
            touched = [p for p, mark in now.items() if seen.get(p) != mark or mark[0] > young]
            touched += seen.keys() - now.keys()
            seen = now
            if touched and not self._stop.is_set():
                listener.touched(touched)

    def _look(self) -> dict[str, _Signature]:
        seen: dict[str, _Signature] = {}
        pending = [""]
        visited: set[str] = set()
        pending += self._extra
        while pending:
            folder = pending.pop()
            if folder in visited:
                continue
            visited.add(folder)
            usual = worth_watching(tuple(folder.split("/")) if folder else ())
            try:
                with os.scandir(os.path.join(self._folder, folder)) as entries:
                    for entry in entries:
                        path = f"{folder}/{entry.name}" if folder else entry.name
                        mark = _signature(entry)
                        if mark is None or entry.name.startswith("."):
                            continue
                        is_folder = entry.is_dir(follow_symlinks=False)
                        if is_folder and usual and worth_watching(tuple(path.split("/"))):
                            pending.append(path)
                        seen[path] = (0, 0, *mark[2:]) if is_folder else mark
            except OSError:
                continue
        return seen


def _signature(entry: "os.DirEntry[str]") -> _Signature | None:
    try:
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(status.st_mode):
            status = entry.stat()
    except OSError:
        return (0, 0, 0, 0) if entry.is_symlink() else None
    return (status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode)


class ObserverNotifier:
    """Any platform's events through watchdog's public observer (macOS, Windows).

    Where watchdog groups renames it may hold an event for half a second; on Linux the
    inotify notifier is used instead.
    """

    def __init__(self) -> None:
        self._stop: Callable[[], None] = lambda: None

    def start(self, folder: str, listener: Listener) -> None:
        """Starts watchdog's observer for this platform."""
        from watchdog.events import FileSystemEvent, FileSystemEventHandler
        from watchdog.observers import Observer

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                if event.event_type in ("opened", "closed_no_write"):
                    return
                paths = [os.fsdecode(p) for p in (event.src_path, event.dest_path) if p]
                relative = [os.path.relpath(p, folder).replace(os.sep, "/") for p in paths]
                listener.touched("" if p == "." else p for p in relative)

        observer = Observer()
        try:
            observer.schedule(Handler(), folder, recursive=True)
            observer.start()
        except OSError as error:
            raise NotifierError(f"the folder cannot be watched: {error}") from error

        def stop() -> None:
            observer.stop()
            observer.join()

        self._stop = stop

    def also(self, folders: Iterable[str]) -> None:
        """Nothing to do: the observer sees the whole folder."""

    def stop(self) -> None:
        """Stops the observer."""
        self._stop()


def is_network_folder(folder: str, mounts: str = "/proc/self/mounts") -> str:
    """The file system's type where the folder lies on a network share, else "".

    Args:
        folder: an absolute path.
        mounts: the kernel's table of mounts; where it cannot be read the answer is "".
    """
    try:
        with open(mounts, encoding="utf-8", errors="surrogateescape") as table:
            lines = table.read().splitlines()
    except OSError:
        return ""
    real = os.path.realpath(folder)
    best, kind = "", ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _unescape(fields[1])
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    base, _, sub = kind.partition(".")
    if base in _NETWORK_TYPES or (base == "fuse" and sub.startswith(_NETWORK_FUSE)):
        return kind
    return ""


def _unescape(text: str) -> str:
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, char)
    return text


def native_notifier() -> Notifier:
    """The best notifier of this platform."""
    try:
        from project_store.inotify import InotifyNotifier
    except ImportError:
        return ObserverNotifier()
    return InotifyNotifier()
