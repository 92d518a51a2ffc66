"""The seccomp filter of a worker, as raw BPF.

Deny by default with EPERM, so that a library that looks for a file after the lock gets an
ordinary error. What only an attack would try ends the process (SIGSYS).
"""

import ctypes
import os
import struct
from typing import Final

from sandbox.isolation import kernel
from sandbox.isolation.syscalls import ALLOWED, FATAL, Machine

_LOAD: Final = 0x20
_AND: Final = 0x54
_JUMP_EQUAL: Final = 0x15
_JUMP_NOT_BELOW: Final = 0x35
_RETURN: Final = 0x06

_NUMBER_OFFSET: Final = 0
_ARCH_OFFSET: Final = 4

_RET_KILL_PROCESS: Final = 0x80000000
_RET_ERRNO: Final = 0x00050000
_RET_ALLOW: Final = 0x7FFF0000
_EPERM: Final = _RET_ERRNO | 1
_ENOSYS: Final = _RET_ERRNO | 38

_SET_MODE_FILTER: Final = 1

PROT_EXEC: Final = 4
THREAD_FLAGS: Final = 0x003D0F00
"""What glibc asks of clone(2) for a thread; the filter lets this set through and no other."""
_CLONE_DETACHED: Final = 0x00400000

# Wait, wake and their bit-set forms. The priority-inheritance operations are kernel attack
# surface that Python's locks do not use.
_FUTEX_OPERATIONS: Final = (0, 1, 3, 4, 5, 9, 10)
_FUTEX_FLAGS: Final = 128 | 256

# The kernel's own; the numbers of other processes' clocks are negative.
_CLOCKS: Final = tuple(range(12))

_PR_SET_NAME: Final = 15

# What allocators say of their pages. Those that let the kernel merge equal pages of different
# processes would tell one of them what another holds.
_ADVICE: Final = (0, 1, 2, 3, 4, 8, 14, 15)

Instruction = tuple[int, int, int, int]


def _argument(index: int) -> int:
    return 16 + 8 * index


def _statement(code: int, value: int) -> Instruction:
    return (code, 0, 0, value)


def _jump(code: int, value: int, if_true: int, if_false: int) -> Instruction:
    return (code, if_true, if_false, value)


def _for_call(number: int, body: list[Instruction]) -> list[Instruction]:
    """The body for one system call; it must return in every branch."""
    return [_jump(_JUMP_EQUAL, number, 0, len(body)), *body]


def _one_of(index: int, mask: int, values: tuple[int, ...], otherwise: int) -> list[Instruction]:
    """Allow when the low word of an argument, masked, is one of the values."""
    tests = [
        _jump(_JUMP_EQUAL, value, len(values) - place, 0) for place, value in enumerate(values)
    ]
    return [
        _statement(_LOAD, _argument(index)),
        _statement(_AND, mask),
        *tests,
        _statement(_RETURN, otherwise),
        _statement(_RETURN, _RET_ALLOW),
    ]


def build_filter(machine: Machine, process: int) -> list[Instruction]:
    """The program for one worker.

    Args:
        machine: whose system call numbers to use.
        process: the worker's own process id, the only one it may signal.

    Returns: BPF instructions (code, jump if true, jump if false, value).
    """
    numbers = machine.numbers
    low = 0xFFFFFFFF
    program = [
        _statement(_LOAD, _ARCH_OFFSET),
        _jump(_JUMP_EQUAL, machine.audit_arch, 1, 0),
        _statement(_RETURN, _RET_KILL_PROCESS),
        _statement(_LOAD, _NUMBER_OFFSET),
    ]
    if machine.second_table_bit is not None:
        program += [
            _jump(_JUMP_NOT_BELOW, machine.second_table_bit, 0, 1),
            _statement(_RETURN, _RET_KILL_PROCESS),
        ]
    program += _for_call(
        numbers["futex"], _one_of(1, low & ~_FUTEX_FLAGS, _FUTEX_OPERATIONS, _EPERM)
    )
    for name in ALLOWED:
        if name in numbers:
            program += _for_call(numbers[name], [_statement(_RETURN, _RET_ALLOW)])
    for name in ("clock_gettime", "clock_getres", "clock_nanosleep"):
        program += _for_call(numbers[name], _one_of(0, low, _CLOCKS, _EPERM))
    program += _for_call(numbers["sched_getaffinity"], _one_of(0, low, (0, process), _EPERM))
    for name in ("mmap", "mprotect"):
        program += _for_call(numbers[name], _one_of(2, PROT_EXEC, (0,), _EPERM))
    program += _for_call(numbers["madvise"], _one_of(2, low, _ADVICE, _EPERM))
    # clone3 passes its flags in memory, where a filter cannot look: ENOSYS makes the C library
    # fall back to clone, whose flags are an argument.
    program += _for_call(numbers["clone3"], [_statement(_RETURN, _ENOSYS)])
    program += _for_call(
        numbers["clone"],
        _one_of(0, low & ~_CLONE_DETACHED, (THREAD_FLAGS,), _RET_KILL_PROCESS),
    )
    program += _for_call(numbers["tgkill"], _one_of(0, low, (process,), _RET_KILL_PROCESS))
    program += _for_call(numbers["prctl"], _one_of(0, low, (_PR_SET_NAME,), _EPERM))
    # Reading a limit of one's own: process 0, and a null pointer for the new limit.
    program += _for_call(
        numbers["prlimit64"],
        [
            _statement(_LOAD, _argument(0)),
            _jump(_JUMP_EQUAL, 0, 0, 5),
            _statement(_LOAD, _argument(2)),
            _jump(_JUMP_EQUAL, 0, 0, 3),
            _statement(_LOAD, _argument(2) + 4),
            _jump(_JUMP_EQUAL, 0, 0, 1),
            _statement(_RETURN, _RET_ALLOW),
            _statement(_RETURN, _EPERM),
        ],
    )
    for name in FATAL:
        if name in numbers:
            program += _for_call(numbers[name], [_statement(_RETURN, _RET_KILL_PROCESS)])
    program.append(_statement(_RETURN, _EPERM))
    return program


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def install(machine: Machine, process: int | None = None) -> None:
    """Filter the system calls of this thread, and of every thread it starts, for ever.

    Args:
        machine: whose system call numbers to use.
        process: the id of this process, None to ask.

    Raises:
        OSError: when the kernel refuses; no_new_privs must be set before.
    """
    program = build_filter(machine, process or os.getpid())
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    descriptor = _Program(len(program), ctypes.addressof(buffer))
    kernel.syscall(machine.numbers["seccomp"], _SET_MODE_FILTER, 0, ctypes.addressof(descriptor))
