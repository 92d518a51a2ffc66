"""Threads that run scripts have large stacks: C code recurses into what scripts nest.

A tuple in a tuple a hundred thousand deep, hashed as a key, ends the process on a stack of the
usual size. Room that is not used takes no memory.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import Final

SCRIPT_STACK: Final = 256 << 20
"""Bytes: room for some three million levels."""
_LOCK = threading.Lock()


def stack_size() -> int:
    """The size that the process has chosen for its threads, 0 for none.

    ``threading.stack_size()`` forgets it when it is asked.
    """
    with _LOCK:
        return _chosen()


def _chosen() -> int:
    size = threading.stack_size()
    if size:
        threading.stack_size(size)
    return size


def start_for_scripts(thread: threading.Thread) -> None:
    """Start a thread with such a stack, or with a usual one where the system has no room for it.

    In a process that has chosen a size of its own that one stays.

    Errors: RuntimeError where no thread can be started at all.
    """
    with _LOCK:
        former = _chosen()
        if former:
            thread.start()
            return
        try:
            threading.stack_size(SCRIPT_STACK)
        except (ValueError, RuntimeError):
            thread.start()
            return
        try:
            with contextlib.suppress(RuntimeError):
                thread.start()
                return
        finally:
            threading.stack_size(former)
        thread.start()


def _after_fork() -> None:
    # Locks of the parent mean nothing in the child.
    global _LOCK
    _LOCK = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
