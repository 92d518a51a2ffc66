"""One call of the gateway by a process that is attached to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import msgspec

from runtime.links.errors import LinkError
from sandbox import ScriptStopped, current_run
from sandbox.isolation.errors import PayloadRefused


class Call:
    """One call of the gateway, and its end when it comes."""

    def __init__(self, id: int, decode: Callable[[bytes], Any]) -> None:
        self.id = id
        self._decode = decode
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._data: bytes | None = None
        self._error: Exception | None = None
        self._callback: Callable[[Call], None] | None = None

    def finish(self, data: bytes | None, error: Exception | None) -> None:
        """Give it its end, unless it has one."""
        with self._lock:
            if self._ended.is_set():
                return
            self._data, self._error = data, error
            self._ended.set()
            callback = self._callback
        if callback is not None:
            callback(self)

    def when_done(self, callback: Callable[[Call], None]) -> None:
        """Call ``callback`` once it ended, at once if it has."""
        with self._lock:
            if not self._ended.is_set():
                self._callback = callback
                return
        callback(self)

    def result(self) -> Any:
        """Wait for the end, or until the caller's run is stopped; the value, or its error."""
        run = current_run()
        if run is None:
            self._ended.wait()
        else:
            while not self._ended.wait(0.05):
                if run.token.stopped:
                    raise ScriptStopped(run.token.reason)
        if self._error is not None:
            raise self._error
        if self._data is None:
            return None
        try:
            return self._decode(self._data)
        except (PayloadRefused, msgspec.DecodeError) as error:
            raise LinkError(f"the gateway's answer cannot be read: {error}") from None
