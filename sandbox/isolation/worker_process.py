"""A worker's first steps after the fork: keep three descriptors, lock, then run the entry point."""

import contextlib
import faulthandler
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from sandbox.isolation import control, kernel, lockdown, preload
from sandbox.isolation.channel import WorkerChannel
from sandbox.isolation.errors import ChannelClosed
from sandbox.isolation.frames import frame
from sandbox.isolation.limits import WorkerLimits
from sandbox.isolation.progress import Progress

EXIT_LOCK: Final = 70
"""Exit status of a worker that could not lock itself."""
EXIT_ENTRY: Final = 71
"""Exit status of a worker whose entry point raised."""

_CHANNEL: Final = control.CHANNEL_FD
_RECORD: Final = control.RECORD_FD
_REPORT: Final = 2

StopCallback = Callable[[int, int], None]


class WorkerContext:
    """What an entry point is called with: its channel, its progress record and its config.

    Args:
        channel: the stream to the host.
        progress: the record that outlives a kill.
        config: the bytes that the host gave to ``Zygote.spawn``.
    """

    def __init__(self, channel: WorkerChannel, progress: Progress, config: bytes) -> None:
        self.channel = channel
        self.progress = progress
        self.config = config

    def on_soft_stop(self, callback: StopCallback) -> None:
        """Have the host's wishes to stop delivered, in the main thread, between two byte codes.

        The main thread must run Python or wait in a call that signals interrupt, as ``receive``
        does. A wish is delivered again at each later one, so compare the number with what runs.

        Args:
            callback: called with (slot, number of the work that shall stop); it must be short.
        """

        def handle(number: int, stack: FrameType | None) -> None:
            for slot, wanted in self.progress.stops().items():
                callback(slot, wanted)

        signal.signal(signal.SIGUSR2, handle)


def _tell_stacks(number: int, stack: FrameType | None) -> None:
    """Write where all threads are, while this one holds the interpreter and no frame changes."""
    # The report pipe does not wait, and a full one must not end the worker.
    with contextlib.suppress(OSError, RuntimeError):
        faulthandler.dump_traceback(_REPORT, all_threads=True)
        os.write(_REPORT, control.REPORT_END)


def _take_descriptors(descriptors: list[int]) -> None:
    """Move (channel, record, report pipe) to their places and close everything else."""
    high = [os.dup2(fd, 64 + place, inheritable=False) for place, fd in enumerate(descriptors)]
    os.dup2(high[0], _CHANNEL, inheritable=False)
    os.dup2(high[1], _RECORD, inheritable=False)
    # Standard output too: what a C library prints belongs to the report, not to nobody.
    os.dup2(high[2], 1)
    os.dup2(high[2], _REPORT)
    lockdown.close_all_but((1, _REPORT, _CHANNEL, _RECORD))


def _report() -> None:
    # The report pipe does not wait: a flood that filled it may cost these words.
    with contextlib.suppress(BaseException):
        os.write(_REPORT, traceback.format_exc(limit=-20).encode("utf-8", "replace")[-4096:])


def end_worker() -> None:
    """End this worker with the exception that is being handled: the host accounts for its work.

    For a thread that others wait for and that cannot go on.
    """
    try:
        _report()
    finally:
        os._exit(EXIT_ENTRY)


def run(
    entry: Callable[..., Any],
    limits: WorkerLimits,
    descriptors: list[int],
    mapped: tuple[int, int],
    parent: int,
) -> None:
    """Lock this freshly forked process and run an entry point in it; it never returns.

    Args:
        entry: called with a ``WorkerContext``.
        limits: the bounds of this worker.
        descriptors: channel, progress record, report pipe.
        mapped: what the zygote has mapped, in bytes.
        parent: the zygote's process id.
    """
    status = EXIT_LOCK
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGUSR2, signal.SIG_IGN)
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        _take_descriptors(descriptors)
        if os.getppid() != parent:
            return
        progress = Progress(_RECORD)
        # Not only the record: mmap keeps a copy of the descriptor it was given.
        lockdown.close_all_but((1, _REPORT, _CHANNEL))
        channel = WorkerChannel(_CHANNEL, limits.max_frame_bytes)
        faulthandler.enable(_REPORT, all_threads=True)
        signal.signal(control.LOOK_SIGNAL, _tell_stacks)
        faulthandler.register(control.DUMP_SIGNAL, _REPORT, all_threads=True, chain=False)
        random.seed()
        preload.refuse_imports()
        try:
            lockdown.lock(limits, progress.slots, mapped, _CHANNEL + 1)
        except Exception as error:
            hello = control.Hello(False, f"{type(error).__name__}: {error}")
            os.write(_CHANNEL, frame(control.encode(hello)))
            return
        os.write(_CHANNEL, frame(control.encode(control.Hello(True, ""))))
        status = EXIT_ENTRY
        entry(WorkerContext(channel, progress, bytes(channel.receive_frame())))
        channel.flush()
        status = 0
    except ChannelClosed:
        status = 0
    except BaseException:
        _report()
    finally:
        sys.stdout = sys.stderr = None
        os._exit(status)
