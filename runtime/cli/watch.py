"""Waits for saves of one file, however an editor saves it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

_SETTLE_SECONDS = 0.05


class _Changed(FileSystemEventHandler):
    def __init__(self, name: str, changed: threading.Event) -> None:
        self._name = name
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in ("opened", "closed_no_write") and self._name in (
            Path(str(event.src_path)).name,
            Path(str(event.dest_path)).name,
        ):
            self._changed.set()


@contextmanager
def watching(path: Path, last: str) -> Iterator[Iterator[str]]:
    """Watch a file from now on, and give its text each time a save has changed it.

    Args:
        path: the file.
        last: the text that is known already.
    """
    changed = threading.Event()
    observer = Observer()
    observer.schedule(_Changed(path.name, changed), str(path.resolve().parent))
    observer.start()
    try:
        # A save before the observer ran would have no event: the first look needs none.
        changed.set()
        yield _saves(path, last, changed)
    finally:
        observer.stop()
        observer.join()


def _saves(path: Path, last: str, changed: threading.Event) -> Iterator[str]:
    while True:
        # A wait without a time-out would not let Ctrl-C through on every platform.
        if not changed.wait(0.5):
            continue
        changed.clear()
        # One save is several events; wait until they have stopped for a moment.
        while changed.wait(_SETTLE_SECONDS):
            changed.clear()
        text = _text(path)
        if text and text != last:
            last = text
            yield text


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
