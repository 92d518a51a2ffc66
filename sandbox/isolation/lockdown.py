"""Locking a process: what it can do afterwards is compute, and talk over the descriptors it kept.

Two steps, because the second must be quick. ``prepare`` runs once in the zygote (privileges,
namespaces, malloc); ``lock`` runs in every forked worker (limits, Landlock, seccomp). Neither can
be taken back.
"""

import os
import resource
import threading
from collections.abc import Mapping, Sequence
from typing import Final

from sandbox.isolation import kernel, landlock, seccomp
from sandbox.isolation.errors import LockUnavailable
from sandbox.isolation.limits import WorkerLimits
from sandbox.isolation.syscalls import MACHINES, Machine

_NOBODY: Final = 65534
_LANES_BESIDE_MEMORY: Final = 16


def this_machine() -> Machine:
    """The system call table of this processor.

    Raises:
        LockUnavailable: for a processor that has none here.
    """
    name = kernel.machine()
    if name not in MACHINES:
        raise LockUnavailable(
            f"no system call table for the processor {name}: only {', '.join(sorted(MACHINES))}"
        )
    return MACHINES[name]


def prepare(*, namespaces: bool = True) -> Mapping[str, str]:
    """Give up, in the zygote, what no worker shall have; call it with one thread and all loaded.

    Namespaces are an extra wall, taken where the kernel gives them. Run by root, the process
    becomes ``nobody`` where that user exists in this user namespace, and has no capability either
    way.

    Args:
        namespaces: whether to try for a network and an IPC namespace of its own.

    Returns: what was done, by name, in words.

    Raises:
        OSError: when the kernel refuses what is not optional.
    """
    machine = this_machine()
    done: dict[str, str] = {}
    root = os.geteuid() == 0
    done["namespaces"] = _own_namespaces(root) if namespaces else "not asked for"
    if root:
        try:
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
            done["user"] = "nobody"
        except OSError as error:
            done["user"] = f"kept: {error.strerror}"
    else:
        done["user"] = "the host's"
    kernel.drop_capabilities(machine.numbers["capset"])
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    done["malloc"] = "one arena" if kernel.one_malloc_arena() else "not glibc: not set"
    return done


def _own_namespaces(root: bool) -> str:
    wanted = kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC
    try:
        kernel.unshare(wanted if root else wanted | kernel.CLONE_NEWUSER)
    except OSError as error:
        return f"refused: {error.strerror}"
    return "network, ipc" if root else "user, network, ipc"


def address_space() -> tuple[int, int]:
    """What this process has mapped: (all of it, its data), in bytes."""
    with open("/proc/self/statm", "rb") as statm:
        fields = statm.read().split()
    page = resource.getpagesize()
    return int(fields[0]) * page, int(fields[5]) * page


def _lower(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (bound, bound))


def set_limits(limits: WorkerLimits, lanes: int, mapped: tuple[int, int], descriptors: int) -> None:
    """Set the kernel's resource limits, soft and hard.

    Args:
        limits: the bounds of the worker.
        lanes: threads whose stacks come on top of the memory, counted up to 16.
        mapped: what ``address_space`` gave for the empty worker, in bytes.
        descriptors: one more than the highest descriptor in use.

    Raises:
        OSError, ValueError: when the kernel refuses.
    """
    # Most lanes never use their stack; those of a few must not eat up a small limit.
    stacks = min(lanes, _LANES_BESIDE_MEMORY) * limits.thread_stack_bytes
    memory = limits.memory_bytes + stacks
    _lower(resource.RLIMIT_AS, mapped[0] + memory)
    _lower(resource.RLIMIT_DATA, mapped[1] + memory)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_MEMLOCK, 0)
    _lower(resource.RLIMIT_MSGQUEUE, 0)
    _lower(resource.RLIMIT_NOFILE, descriptors)
    if limits.cpu_seconds is not None:
        _lower(resource.RLIMIT_CPU, limits.cpu_seconds)
    threading.stack_size(limits.thread_stack_bytes)


def close_all_but(kept: Sequence[int]) -> None:
    """Close every descriptor that is not named."""
    low = 0
    for descriptor in sorted(kept):
        if descriptor > low:
            os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def lock(limits: WorkerLimits, lanes: int, mapped: tuple[int, int], descriptors: int) -> None:
    """Lock this process, which must have one thread, for ever.

    Descriptors must have been closed before; what is imported must have been imported before.

    Args:
        limits: the bounds of the worker.
        lanes: threads whose stacks come on top of the memory, counted up to 16.
        mapped: what ``address_space`` gave for the empty worker, in bytes.
        descriptors: one more than the highest descriptor in use.

    Raises:
        OSError: when the kernel refuses any of it; the process must then end.
    """
    machine = this_machine()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    ruleset = landlock.create_ruleset(machine)
    try:
        landlock.restrict(machine, ruleset)
    finally:
        os.close(ruleset)
    set_limits(limits, lanes, mapped, descriptors)
    seccomp.install(machine)
