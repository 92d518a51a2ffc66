"""Where the threads of a worker are, also while a call in C holds its interpreter."""

import os
import re
import select
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.isolation.control import REPORT_END
from sandbox.isolation.progress import SlotState

REPORT_BYTES: Final = 64 * 1024
"""What is kept of a worker's words."""

_QUIET_MS: Final = 5
_TASKS: Final = 64
_HELD_SECONDS: Final = 0.005
_HELD_WAKES: Final = 3
_SWITCHES: Final = re.compile(rb"^voluntary_ctxt_switches:\s*(\d{1,18})", re.MULTILINE)
_THREAD: Final = re.compile(r"^(?:Current thread|Thread) 0x([0-9a-f]{1,16})\b")
_FRAME: Final = re.compile(r'^  File "(.{0,1000})", line (\d{1,9}) in (.{0,500})$')


@dataclass(frozen=True, slots=True)
class Place:
    """A line of code: the name it was compiled under, its number from 1, the function."""

    file: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Where a worker was found.

    Args:
        stacks: lane's slot -> its frames, innermost first, for lanes that run something. A worker
            that has been taken over can write anything here: it is text to show, no more.
        cause: the slot of the lane that used the processor while it was watched, and so held the
            interpreter; None when none did.
        busy: slot -> processor time in seconds while it was watched.
    """

    stacks: Mapping[int, tuple[Place, ...]]
    cause: int | None
    busy: Mapping[int, float]


def drain(descriptor: int, limit: int = REPORT_BYTES) -> bytes:
    """What is in a report pipe now, at most ``limit`` bytes."""
    out: list[bytes] = []
    size = 0
    while size < limit:
        try:
            data = os.read(descriptor, min(limit - size, 65536))
        except BlockingIOError:
            break
        if not data:
            break
        out.append(data)
        size += len(data)
    return b"".join(out)


def read_dump(descriptor: int, timeout: float, marked: bool = False) -> bytes:
    """Wait for the words of a report and take them.

    Args:
        descriptor: of the report pipe.
        timeout: seconds to wait in all.
        marked: it ends with ``REPORT_END``; else once the pipe has been quiet for 5 ms.
    """
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    deadline = time.monotonic() + timeout
    out = b""
    while len(out) < REPORT_BYTES and not (marked and out.endswith(REPORT_END)):
        left = max(0, int((deadline - time.monotonic()) * 1000))
        ready = poll.poll(min(left, _QUIET_MS) if out and not marked else left)
        if not ready or not ready[0][1] & select.POLLIN:
            break
        out += drain(descriptor, REPORT_BYTES - len(out))
    return out


def parse_dump(dump: bytes) -> dict[int, tuple[Place, ...]]:
    """faulthandler's report: thread identifier -> frames, innermost first."""
    threads: dict[int, tuple[Place, ...]] = {}
    frames: list[Place] | None = None
    for line in dump.decode("utf-8", "backslashreplace").split("\n"):
        if found := _THREAD.match(line):
            frames = []
            ident = int(found[1], 16)
            threads[ident] = ()
        elif frames is not None and (found := _FRAME.match(line)):
            frames.append(Place(found[1], int(found[2]), found[3]))
            threads[ident] = tuple(frames)
    return threads


def processor_time(process: int, thread: int) -> float:
    """Seconds that a thread has run on a processor, 0.0 when it cannot be told."""
    base = f"/proc/{process}/task/{thread}/"
    try:
        with open(base + "schedstat", encoding="ascii") as schedstat:
            return int(schedstat.read().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        pass
    try:
        with open(base + "stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return 0.0


@dataclass(frozen=True, slots=True)
class Use:
    """What a thread has used: seconds of processor, and how often it waited for something."""

    seconds: float
    waits: int


def use_of(process: int) -> dict[int, Use]:
    """Thread -> what it has used; empty where it cannot be told, or there are too many of them."""
    found: dict[int, Use] = {}
    try:
        threads = [int(name) for name in os.listdir(f"/proc/{process}/task")]
        if len(threads) > _TASKS:
            return {}
        for thread in threads:
            with open(f"/proc/{process}/task/{thread}/status", "rb") as status:
                waits = _SWITCHES.search(status.read())
            if waits is not None:
                found[thread] = Use(processor_time(process, thread), int(waits[1]))
    except (OSError, ValueError):
        return {}
    return found


def held(process: int, before: Mapping[int, Use], after: Mapping[int, Use]) -> bool:
    """Whether one call in C held the interpreter between two looks.

    The main thread, which was asked for its report, woke up again and again to ask for the
    interpreter, and some thread used the processor and never waited: Python code would have.
    """
    main = after.get(process), before.get(process)
    if main[0] is None or main[1] is None or main[0].waits - main[1].waits < _HELD_WAKES:
        return False
    return any(
        now.waits == then.waits and now.seconds - then.seconds >= _HELD_SECONDS
        for thread, now in after.items()
        if thread != process and (then := before.get(thread)) is not None
    )


def busy_lanes(process: int, running: Mapping[int, SlotState], watch: float) -> dict[int, float]:
    """How much processor each running lane used while it was watched.

    Args:
        process: the worker's id.
        running: slot -> state, from ``Progress.running``.
        watch: seconds to watch.
    """
    before = {slot: processor_time(process, state.native) for slot, state in running.items()}
    time.sleep(watch)
    return {
        slot: max(0.0, processor_time(process, state.native) - before[slot])
        for slot, state in running.items()
    }


def diagnose(running: Mapping[int, SlotState], busy: Mapping[int, float], dump: bytes) -> Diagnosis:
    """Put together what was seen of the lanes that run something."""
    threads = parse_dump(dump)
    stacks = {slot: threads.get(state.thread, ()) for slot, state in running.items()}
    cause = max(busy, key=lambda slot: busy[slot], default=None)
    if cause is not None and busy[cause] == 0.0:
        cause = None
    return Diagnosis(stacks, cause, dict(busy))
