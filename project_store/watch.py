"""File events made into change sets: settled, compared by content, one at a time."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from project_store.listening import Notifier, NotifierError
from project_store.model import ChangeSet
from project_store.notify import (
    DEFAULT_POLL_INTERVAL,
    PollingNotifier,
    is_network_folder,
    native_notifier,
)
from project_store.store import ProjectStore

_log = logging.getLogger(__name__)

_HEARTBEAT = 1.0
_HEARTBEAT_WHILE_GONE = 0.05


class Watcher:
    """Keeps a store up to date and tells what changed, on one thread of its own.

    Args:
        store: a store that was loaded; changes made since then are told first.
        on_change: called with each change set that is not empty; what it raises is logged.
        quiet: seconds without events after which a burst counts as settled.
        cap: seconds after which an unfinished burst is looked at all the same.
        grace: seconds that something must be gone, or be half there, before it is believed.
        polling: True looks at the files now and then instead of asking the kernel, False never
            does, None does so on network shares and when the kernel has no watches left.
        poll_interval: seconds between two looks.
        on_notice: called with a sentence for the user, such as why it polls.
        notifier: makes the source of events (for tests).
    """

    def __init__(
        self,
        store: ProjectStore,
        on_change: Callable[[ChangeSet], object],
        *,
        quiet: float = 0.015,
        cap: float = 0.06,
        grace: float = 0.2,
        polling: bool | None = None,
        poll_interval: float = DEFAULT_POLL_INTERVAL,
        on_notice: Callable[[str], object] | None = None,
        notifier: Callable[[], Notifier] | None = None,
    ) -> None:
        self.store = store
        self.quiet = quiet
        self.cap = cap
        self.grace = grace
        self._on_change = on_change
        self._on_notice = on_notice
        self._polling = polling
        self._poll_interval = poll_interval
        self._make_notifier = notifier
        self._notifier: Notifier | None = None
        self._wake = threading.Condition()
        self._pending: set[str] = set()
        self._first = self._last = 0.0
        self._everything = False
        self._held: dict[str, float] = {}
        self._exhausted = ""
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._root_identity: tuple[int, int] | None = None
        self._links: tuple[str, ...] = ()

    @property
    def polls(self) -> bool:
        """Whether files are looked at now and then rather than told by the kernel."""
        return isinstance(self._notifier, PollingNotifier)

    def start(self) -> None:
        """Starts the thread and returns; ``wait_until_ready`` tells when it watches."""
        if self._thread is not None:
            raise RuntimeError("the watcher was started already")
        self._thread = threading.Thread(target=self._run, name="pilotlight-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops and joins; no change set is told after the return. Harmless when repeated."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def wait_until_ready(self, timeout: float | None = None) -> bool:
        """Waits until every later change is certain to be seen; False after ``timeout`` seconds."""
        return self._ready.wait(timeout)

    def __enter__(self) -> Self:
        self.start()
        self.wait_until_ready()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # What notifiers call, from their threads.

    def touched(self, paths: Iterable[str]) -> None:
        """Something happened at these paths, relative to the store's folder."""
        with self._wake:
            now = time.monotonic()
            if not self._pending:
                self._first = now
                self._wake.notify_all()
            self._last = now
            self._pending.update(paths)

    def lost(self, why: str) -> None:
        """Events were lost: everything is read again."""
        _log.warning("file events were lost (%s): reading all projects again", why)
        with self._wake:
            self._everything = True
            self._wake.notify_all()

    def exhausted(self, why: str) -> None:
        """The kernel cannot watch everything: polling takes over."""
        with self._wake:
            self._exhausted = why
            self._wake.notify_all()

    # The thread.

    def _run(self) -> None:
        try:
            self._begin()
            self._ready.set()
            while True:
                paths, everything, exhausted = self._wait()
                if self._stopping:
                    return
                if exhausted:
                    self._fall_back(exhausted)
                    everything = True
                if self._root_changed():
                    self._begin()
                    continue
                if paths or everything or self._is_due():
                    self._settle(None if everything else paths)
        finally:
            self._ready.set()
            self._end_notifier()

    def _begin(self) -> None:
        self._end_notifier()
        self._root_identity = self._identity()
        self._links = ()
        if self._root_identity is not None:
            self._start_notifier()
        self._settle(None)

    def _start_notifier(self) -> None:
        folder = str(self.store.folder)
        notifier = self._choose_notifier(folder)
        try:
            notifier.start(folder, self)
        except NotifierError as error:
            if self._identity() is None or self._polling is False:
                self._notice(str(error))
                return
            self._notice(f"{error}: looking at the files every {self._poll_interval:g} s instead")
            notifier = PollingNotifier(self._poll_interval)
            notifier.start(folder, self)
        self._notifier = notifier

    def _choose_notifier(self, folder: str) -> Notifier:
        if self._polling:
            return PollingNotifier(self._poll_interval)
        if self._polling is None and self._make_notifier is None:
            kind = is_network_folder(folder)
            if kind:
                self._notice(
                    f"the projects folder is on a network share ({kind}): looking at the files"
                    f" every {self._poll_interval:g} s"
                )
                return PollingNotifier(self._poll_interval)
        return (self._make_notifier or native_notifier)()

    def _end_notifier(self) -> None:
        notifier, self._notifier = self._notifier, None
        if notifier is not None:
            notifier.stop()

    def _fall_back(self, why: str) -> None:
        if self.polls or self._polling is False:
            self._notice(why)
            return
        self._notice(f"{why}: looking at the files every {self._poll_interval:g} s instead")
        self._end_notifier()
        polling = PollingNotifier(self._poll_interval)
        polling.start(str(self.store.folder), self)
        polling.also(self._links)
        self._notifier = polling
        # From here on the kernel is not asked again, not even for a new root.
        self._polling = True

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self.store.folder)
        except OSError:
            return None
        return (status.st_dev, status.st_ino) if os.path.isdir(self.store.folder) else None

    def _root_changed(self) -> bool:
        now = self._identity()
        if self.polls and now is not None and self._root_identity is not None:
            # Some network shares number their files anew at will.
            return False
        return now != self._root_identity

    def _wait(self) -> tuple[set[str], bool, str]:
        """Sleeps until something is to be done; what it is."""
        with self._wake:
            beat = time.monotonic() + (
                _HEARTBEAT if self._root_identity is not None else _HEARTBEAT_WHILE_GONE
            )
            while not self._stopping:
                now = time.monotonic()
                due = min([beat, *self._held.values()])
                if self._everything or self._exhausted:
                    due = now
                if self._pending:
                    due = min(due, self._last + self.quiet, self._first + self.cap)
                    if due <= now:
                        break
                elif due <= now:
                    break
                self._wake.wait(due - now)
            settled = not self._pending or self._burst_over(time.monotonic())
            paths = self._pending if settled or self._everything else set()
            if paths is self._pending:
                self._pending = set()
            everything, self._everything = self._everything, False
            exhausted, self._exhausted = self._exhausted, ""
            return paths, everything, exhausted

    def _burst_over(self, now: float) -> bool:
        return now >= min(self._last + self.quiet, self._first + self.cap)

    def _is_due(self) -> bool:
        now = time.monotonic()
        return any(deadline <= now for deadline in self._held.values())

    def _settle(self, paths: set[str] | None) -> None:
        """Reads what was touched; what looks like half of a save waits for its grace."""
        now = time.monotonic()
        due = {path for path, deadline in self._held.items() if deadline <= now}
        try:
            waiting = None if paths is None else (paths | self._held.keys()) - due
            if due:
                self._tell(self.store.settle(due, hold=False)[0])
                for path in due:
                    self._held.pop(path, None)
            if waiting is None or waiting:
                change, held = self.store.settle(waiting, hold=True)
                now = time.monotonic()
                self._held = {path: self._held.get(path, now + self.grace) for path in held}
                self._tell(change)
            links = self.store.watched_links()
            if links != self._links and self._notifier is not None:
                self._links = links
                self._notifier.also(links)
        except Exception:
            _log.exception("the projects could not be read again")

    def _tell(self, change: ChangeSet) -> None:
        if not change or self._stopping:
            return
        try:
            self._on_change(change)
        except Exception:
            _log.exception("the receiver of project changes failed")

    def _notice(self, text: str) -> None:
        _log.warning("%s", text)
        if self._on_notice is not None:
            try:
                self._on_notice(text)
            except Exception:
                _log.exception("the receiver of notices failed")
