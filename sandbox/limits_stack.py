"""Threads that run scripts have large stacks: C code recurses into what scripts nest.

A tuple in a tuple a hundred thousand deep, hashed as a key, ends the process on a stack of the
usual size. Room that is not used takes no memory.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import threading
from types import ModuleType
from typing import Final

resource: ModuleType | None
try:
    import resource
except ImportError:  # not on Windows
    resource = None

SCRIPT_STACK: Final = 256 << 20
"""Bytes: room for some three million levels."""
_LEAST: Final = 8 << 20
_KEPT: Final = 8
"""What part of a bounded address space the host keeps for itself."""
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


def _room_for_many() -> int:
    """A size of which a process whose address space is bounded has room for a hundred and more.

    Errors: RuntimeError where the host would not have room for its own work beside it.
    """
    if resource is None:
        return SCRIPT_STACK
    bound: int = resource.getrlimit(resource.RLIMIT_AS)[0]
    if bound == resource.RLIM_INFINITY:
        return SCRIPT_STACK
    size = max(_LEAST, min(SCRIPT_STACK, bound // 256))
    try:
        mmap.mmap(-1, size + bound // _KEPT).close()
    except (OSError, ValueError):
        raise RuntimeError("can't start new thread: there is no room for its stack") from None
    return size


def start_for_scripts(thread: threading.Thread, many: bool = False) -> None:
    """Start a thread with such a stack, or with a usual one where the system has no room for it.

    In a process that has chosen a size of its own that one stays.

    Args:
        thread: to be started.
        many: scripts start it, and may start many: they leave the host room for its own.

    Errors: RuntimeError where no thread can be started at all; with ``many`` also where it would
        have to have a usual stack.
    """
    with _LOCK:
        former = _chosen()
        if former:
            thread.start()
            return
        size = _room_for_many() if many else SCRIPT_STACK
        try:
            threading.stack_size(size)
        except (ValueError, RuntimeError):
            thread.start()
            return
        try:
            with contextlib.suppress(RuntimeError):
                thread.start()
                return
        finally:
            threading.stack_size(former)
        if many:
            raise RuntimeError("can't start new thread: there is no room for its stack")
        thread.start()


def _after_fork() -> None:
    # Locks of the parent mean nothing in the child.
    global _LOCK
    _LOCK = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
