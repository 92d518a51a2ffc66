"""The few calls to the kernel that Python does not offer, by ctypes."""

import ctypes
import os
import platform
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_GET_DUMPABLE: Final = 3
PR_SET_DUMPABLE: Final = 4
PR_GET_SECCOMP: Final = 21
PR_CAPBSET_DROP: Final = 24
PR_SET_NO_NEW_PRIVS: Final = 38
PR_GET_NO_NEW_PRIVS: Final = 39
PR_CAP_AMBIENT: Final = 47
PR_CAP_AMBIENT_CLEAR_ALL: Final = 4

CLONE_NEWIPC: Final = 0x08000000
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000

M_MMAP_THRESHOLD: Final = -3
M_ARENA_MAX: Final = -8

_CAPABILITY_VERSION_3: Final = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def machine() -> str:
    """The processor as the kernel names it, such as ``x86_64`` or ``aarch64``."""
    return platform.machine()


def syscall(number: int, *arguments: int) -> int:
    """Make a system call with integer (or address) arguments.

    Raises:
        OSError: with the kernel's errno, when it refuses; ENOSYS off Linux.
    """
    if _libc is None:
        raise OSError(38, "system calls are made on Linux only")
    result = int(_libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)))
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def prctl(option: int, *arguments: int) -> int:
    """Call prctl(2), unused arguments zero.

    Raises:
        OSError: when the kernel refuses.
    """
    if _libc is None:
        raise OSError(38, "prctl exists on Linux only")
    padded = (*arguments, 0, 0, 0, 0)[:4]
    result = int(_libc.prctl(ctypes.c_int(option), *map(ctypes.c_ulong, padded)))
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def unshare(flags: int) -> None:
    """Call unshare(2).

    Raises:
        OSError: when the kernel refuses.
    """
    if _libc is None or _libc.unshare(ctypes.c_int(flags)) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def one_malloc_arena() -> bool:
    """Make glibc's malloc use one arena: each further one would reserve 64 MB of address space.

    Returns: whether the C library took the setting (musl has no arenas and no setting).
    """
    mallopt = getattr(_libc, "mallopt", None)
    return mallopt is not None and bool(mallopt(M_ARENA_MAX, 1))


def drop_capabilities(capset_number: int) -> None:
    """Give up every capability, and the way back to one.

    Raises:
        OSError: when the kernel refuses.
    """
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            # EINVAL past the last capability, EPERM where there was none to drop.
            break
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)()
    syscall(capset_number, ctypes.addressof(header), ctypes.addressof(data))


def status_field(name: str) -> str:
    """A field of /proc/self/status, or ``""`` where there is none."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            for line in status:
                key, _, value = line.partition(":")
                if key == name:
                    return value.strip()
    except OSError:
        pass
    return ""
