"""Kernel events on Linux, through watchdog's inotify reader.

watchdog's observer is one floor too high for a save to show within 100 ms: it holds back
whatever follows an unpaired rename for half a second, watches every folder of the tree, hides
that watches ran out, and does not tell that events were lost. Its reader of the kernel's
queue does none of that.
"""

import errno
import itertools
import logging
import os
import threading
from collections.abc import Iterable

from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchDescriptor,
)

from project_store.layout import worth_watching
from project_store.listening import Listener, NotifierError

_log = logging.getLogger(__name__)

# No open and no close-without-write: the store's own reading would wake it for ever.
_MASK = Mask(
    InotifyConstants.IN_MODIFY
    | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_MOVED_FROM
    | InotifyConstants.IN_MOVED_TO
    | InotifyConstants.IN_CREATE
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_DELETE_SELF
    | InotifyConstants.IN_MOVE_SELF
    | InotifyConstants.IN_ONLYDIR
)
_OUT_OF_WATCHES = (errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class InotifyNotifier:
    """One watch for each folder that can hold something we read."""

    def __init__(self) -> None:
        self._reader: InotifyFD | None = None
        self._listener: Listener | None = None
        self._root = ""
        self._lock = threading.RLock()
        self._path_of: dict[WatchDescriptor, str] = {}
        self._watch_of: dict[str, WatchDescriptor] = {}
        self._below: dict[str, set[str]] = {}
        self._id_of: dict[WatchDescriptor, CallbackId] = {}
        self._next_id = itertools.count(1)
        self._spent = False

    def __len__(self) -> int:
        return len(self._watch_of)

    def start(self, folder: str, listener: Listener) -> None:
        """Adds the watches; takes about 15 microseconds a folder."""
        self._root = folder
        self._listener = listener
        try:
            self._reader = InotifyFD()
        except OSError as error:
            raise _refusal(error) from error
        self._reader.start()
        try:
            with self._lock:
                self._add("")
                if "" not in self._watch_of:
                    raise NotifierError("the projects folder cannot be watched: it is missing")
        except OSError as error:
            self.stop()
            raise _refusal(error) from error
        except NotifierError:
            self.stop()
            raise

    def also(self, folders: Iterable[str]) -> None:
        """Adds one watch for each folder, not for those below it."""
        try:
            with self._lock:
                for folder in folders:
                    if folder not in self._watch_of:
                        self._add_one(folder)
        except OSError as error:
            self._exhaust(error)

    def stop(self) -> None:
        """Closes the kernel's queue and joins the reader."""
        reader, self._reader = self._reader, None
        self._listener = None
        if reader is not None:
            reader.stop()
            reader.join()
        with self._lock:
            self._path_of.clear()
            self._watch_of.clear()
            self._below.clear()
            self._id_of.clear()

    # What watchdog's reader calls, in its thread.

    def on_event(self, event: InotifyEvent) -> None:
        """One event of the kernel."""
        listener = self._listener
        if listener is None:
            return
        try:
            with self._lock:
                folder = self._path_of.get(event.wd)
                if folder is None:
                    return
                name = os.fsdecode(event.name)
                path = f"{folder}/{name}" if folder and name else folder or name
                if name and event.mask & InotifyConstants.IN_ISDIR:
                    if event.is_moved_from:
                        self._remove(path)
                    elif event.is_create or event.is_moved_to:
                        self._remove(path)
                        self._add(path)
            listener.touched((path,))
        except OSError as error:
            self._exhaust(error)
        except Exception as error:
            # Left to pass it would end watchdog's reader without a word.
            _log.exception("a file event could not be handled")
            self._exhaust(OSError(0, str(error)))

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """The kernel dropped a watch: its folder is gone."""
        with self._lock:
            path = self._path_of.pop(wd, None)
            self._id_of.pop(wd, None)
            if path is not None and self._watch_of.get(path) == wd:
                self._forget(path)

    def on_queue_overflow(self) -> None:
        """The kernel's queue was full: folders may have come unseen."""
        listener = self._listener
        if listener is None:
            return
        try:
            with self._lock:
                self._remove("")
                self._add("")
        except OSError as error:
            self._exhaust(error)
        listener.lost("too many file events at once")

    # Under the lock.

    def _add(self, folder: str) -> None:
        if folder and not worth_watching(tuple(folder.split("/"))):
            return
        pending = [folder]
        while pending:
            current = pending.pop()
            if not self._add_one(current):
                continue
            # Listed after it is watched, so that nothing slips between the two.
            try:
                with os.scandir(os.path.join(self._root, current)) as entries:
                    for entry in entries:
                        path = f"{current}/{entry.name}" if current else entry.name
                        parts = tuple(path.split("/"))
                        if worth_watching(parts) and entry.is_dir(follow_symlinks=False):
                            pending.append(path)
            except OSError:
                continue

    def _add_one(self, folder: str) -> bool:
        if self._reader is None:
            return False
        known = self._watch_of.get(folder)
        if known is not None:
            return True
        path = os.fsencode(os.path.join(self._root, folder)) if folder else os.fsencode(self._root)
        if not os.access(path, os.R_OK):
            return False
        identifier = CallbackId(next(self._next_id))
        try:
            watch = self._reader.add_callback(path, _MASK, self, identifier)
        except OSError as error:
            if error.errno in _OUT_OF_WATCHES:
                raise
            return False
        if watch < 0:
            return False
        before = self._path_of.get(watch)
        if before is not None:
            # The folder was moved here, and its event is still on its way.
            self._reader.remove_callbacks([(watch, self._id_of[watch])])
            if self._watch_of.get(before) == watch:
                del self._watch_of[before]
        self._id_of[watch] = identifier
        self._path_of[watch] = folder
        self._watch_of[folder] = watch
        if folder:
            self._below.setdefault(os.path.dirname(folder), set()).add(folder)
        return True

    def _remove(self, folder: str) -> None:
        pending = [folder]
        dead: list[tuple[WatchDescriptor, CallbackId]] = []
        while pending:
            current = pending.pop()
            pending += self._below.get(current, ())
            watch = self._watch_of.get(current)
            if watch is not None and self._path_of.pop(watch, None) is not None:
                dead.append((watch, self._id_of.pop(watch)))
            self._forget(current)
        if dead and self._reader is not None:
            self._reader.remove_callbacks(dead)

    def _forget(self, folder: str) -> None:
        self._watch_of.pop(folder, None)
        self._below.pop(folder, None)
        parent = os.path.dirname(folder)
        siblings = self._below.get(parent)
        if siblings is not None:
            siblings.discard(folder)
            if not siblings:
                del self._below[parent]

    def _exhaust(self, error: OSError) -> None:
        listener = self._listener
        if listener is not None and not self._spent:
            self._spent = True
            listener.exhausted(str(_refusal(error)))


def _refusal(error: OSError) -> NotifierError:
    if error.errno == errno.ENOSPC:
        return NotifierError(
            "the kernel has no more file watches (raise fs.inotify.max_user_watches)"
        )
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return NotifierError(
            "the kernel has no more watch queues (raise fs.inotify.max_user_instances)"
        )
    return NotifierError(f"the folder cannot be watched: {error}")
