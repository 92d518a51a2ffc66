"""Whether this machine can lock a process, and whether a lock made on it holds."""

import ctypes
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from sandbox.isolation import attacks, kernel, landlock, syscalls
from sandbox.isolation.errors import IsolationError, LockBroken, LockUnavailable
from sandbox.isolation.limits import MIB, WorkerLimits
from sandbox.isolation.zygote import Zygote

_GET_ACTION_AVAILABLE = 2
_RET_KILL_PROCESS = 0x80000000

ATTACKS_MODULE = attacks.__name__
"""A zygote that is to be tested preloads this."""


@dataclass(frozen=True, slots=True)
class LockReport:
    """What a machine offers for locking a process.

    Args:
        available: whether everything is there that a worker needs.
        missing: what is not, one sentence each, with what to do about it.
        details: what was found, by name, in words.
    """

    available: bool
    missing: tuple[str, ...]
    details: Mapping[str, str]

    def require(self) -> None:
        """Go on only where a process can be locked.

        Raises:
            LockUnavailable: with what is missing.
        """
        if not self.available:
            raise LockUnavailable("; ".join(self.missing))


def probe() -> LockReport:
    """Ask the kernel what it offers; nothing is changed. A lock is proved by ``self_test`` only."""
    details = {"system": sys.platform, "processor": kernel.machine(), "kernel": os.uname().release}
    if sys.platform != "linux":
        return LockReport(
            False, (f"processes are locked on Linux only, and this is {sys.platform}",), details
        )
    machine = syscalls.MACHINES.get(kernel.machine())
    if machine is None:
        known = ", ".join(sorted(syscalls.MACHINES))
        return LockReport(
            False, (f"there is a lock for {known} only, not for {kernel.machine()}",), details
        )
    missing: list[str] = []
    details["verified"] = "yes" if machine.verified else "no: written, never run on this processor"
    for name in ("memfd_create", "pidfd_open", "eventfd"):
        if not hasattr(os, name):
            missing.append(f"this Python has no os.{name}: use one built on Linux 5.4 or newer")
    version = landlock.abi(machine)
    details["landlock"] = f"ABI {version}" if version else "none"
    if not version:
        missing.append("Landlock is off: use Linux 5.13 or newer with landlock in its lsm= list")
    action = ctypes.c_uint32(_RET_KILL_PROCESS)
    try:
        kernel.syscall(
            machine.numbers["seccomp"], _GET_ACTION_AVAILABLE, 0, ctypes.addressof(action)
        )
        details["seccomp"] = "filters"
    except OSError as error:
        details["seccomp"] = "none"
        missing.append(f"seccomp filters are off ({error.strerror}): use a kernel that has them")
    return LockReport(not missing, tuple(missing), details)


def self_test(zygote: Zygote) -> Mapping[str, str]:
    """Try to break out of workers of this zygote, in every way this package knows.

    Args:
        zygote: one that preloads ``ATTACKS_MODULE``.

    Returns: attack -> how it was refused.

    Raises:
        LockUnavailable: where nothing can be locked.
        LockBroken: when an attack succeeded, or one did not come to an end.
        IsolationError: when the zygote or a worker cannot be started.
    """
    probe().require()
    outcomes = _attempt(zygote, list(attacks.REFUSED))
    for name in attacks.FATAL:
        outcomes |= _attempt(zygote, [name])
    return outcomes


def _attempt(zygote: Zygote, names: list[str]) -> dict[str, str]:
    verdicts: list[attacks.Verdict] = []

    def collect(batch: list[Any]) -> None:
        verdicts.extend(batch)

    worker = zygote.spawn(
        "sandbox.isolation.attacks:attack",
        msgspec.msgpack.encode(attacks.Target(os.getpid(), names)),
        messages=attacks.Verdict,
        on_messages=collect,
        limits=WorkerLimits(memory_bytes=64 * MIB),
        slots=1,
        name="self-test",
    )
    end = worker.wait(10.0)
    if end is None:
        worker.kill("the self-test took too long")
        worker.wait(5.0)
        raise LockBroken(f"the self-test did not come to an end while it tried: {names[-1]}")
    outcomes = {verdict.name: verdict.how for verdict in verdicts}
    won = [verdict.name for verdict in verdicts if verdict.won]
    if won:
        raise LockBroken(f"a locked worker could: {', '.join(won)}")
    unheard = [name for name in names if name not in outcomes]
    if unheard == names[-1:] and end.status == -signal.SIGSYS:
        outcomes[unheard[0]] = "ended by SIGSYS"
    elif unheard:
        raise IsolationError(f"the self-test ended before its end: {end.summary}\n{end.text}")
    return outcomes
