"""What a locked worker must not be able to do, tried from inside one with nothing held back.

Native calls, as code that has already taken over the interpreter would make them. Run only by the
self-test, in workers of its own.
"""

import contextlib
import ctypes
import mmap
import os
import resource
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Final

import msgspec

from sandbox.isolation import kernel
from sandbox.isolation.lockdown import this_machine
from sandbox.isolation.worker_process import WorkerContext


class Verdict(msgspec.Struct, array_like=True):
    """What became of one attack.

    Args:
        name: of the attack.
        won: whether it did what it must not.
        how: the refusal, in words.
    """

    name: str
    won: bool
    how: str


class Target(msgspec.Struct, array_like=True):
    """What to attack: the host's process id, and the attacks by name."""

    host: int
    attacks: list[str]


def _open_file(host: int) -> None:
    os.close(os.open("/etc/passwd", os.O_RDONLY))


def _create_file(host: int) -> None:
    os.close(os.open("/tmp/pilotlight-escape", os.O_CREAT | os.O_WRONLY, 0o600))


def _list_folder(host: int) -> None:
    os.listdir("/")


def _stat_file(host: int) -> None:
    os.stat("/etc/passwd")


def _read_proc(host: int) -> None:
    with open("/proc/self/environ", "rb") as environ:
        environ.read()


def _host_memory(host: int) -> None:
    os.close(os.open(f"/proc/{host}/mem", os.O_RDONLY))


def _executable_memory(host: int) -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def _make_executable(host: int) -> None:
    area = mmap.mmap(-1, 4096)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    kernel.syscall(this_machine().numbers["mprotect"], address, 4096, 5)


def _merge_memory(host: int) -> None:
    with mmap.mmap(-1, mmap.PAGESIZE) as memory:
        memory.madvise(12)  # MADV_MERGEABLE


def _raise_limit(host: int) -> None:
    hard = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _exceed_memory(host: int) -> None:
    blocks = [bytearray(1 << 20) for _ in range(2048)]
    blocks.clear()


def _become_dumpable(host: int) -> None:
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)


def _memory_file(host: int) -> None:
    os.close(os.memfd_create("escape"))


def _pipe(host: int) -> None:
    for end in os.pipe():
        os.close(end)


def _other_descriptor(host: int) -> None:
    for descriptor in (0, *range(4, 1024)):
        with contextlib.suppress(OSError):
            os.read(descriptor, 0)
            return
    raise OSError(9, "no other descriptor is open")


def _environment(host: int) -> None:
    if not set(os.environ) - {"TZ", "LC_CTYPE"}:
        raise OSError(2, "the environment is empty")


def _socket(host: int) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()


def _host_clock(host: int) -> None:
    time.clock_gettime(~host << 3 | 2)


def _host_processors(host: int) -> None:
    os.sched_getaffinity(host)


def _fork(host: int) -> None:
    if os.fork() == 0:
        os._exit(0)


def _clone(host: int) -> None:
    if kernel.syscall(this_machine().numbers["clone"], 17, 0, 0, 0, 0) == 0:
        os._exit(0)


def _new_clone(host: int) -> None:
    arguments = (ctypes.c_uint64 * 11)()
    arguments[4] = 17
    size = ctypes.sizeof(arguments)
    number = this_machine().numbers["clone3"]
    if kernel.syscall(number, ctypes.addressof(arguments), size) == 0:
        os._exit(0)


def _exec(host: int) -> None:
    subprocess.run(["/bin/true"], check=True)


def _exec_in_place(host: int) -> None:
    os.execv("/bin/true", ["/bin/true"])


def _kill_host(host: int) -> None:
    os.kill(host, 0)


def _kill_thread_of_host(host: int) -> None:
    kernel.syscall(this_machine().numbers["tgkill"], host, host, 0)


def _trace_host(host: int) -> None:
    kernel.syscall(this_machine().numbers["ptrace"], 16, host, 0, 0)


def _read_host(host: int) -> None:
    vector = (ctypes.c_uint64 * 2)()
    where = ctypes.addressof(vector)
    kernel.syscall(this_machine().numbers["process_vm_readv"], host, where, 1, where, 1, 0)


def _ring(host: int) -> None:
    parameters = (ctypes.c_uint8 * 256)()
    kernel.syscall(this_machine().numbers["io_uring_setup"], 1, ctypes.addressof(parameters))


def _namespace(host: int) -> None:
    kernel.unshare(kernel.CLONE_NEWUSER)


def _other_table(host: int) -> None:
    bit = this_machine().second_table_bit
    if bit is None:
        raise OSError(38, "this processor has one table")
    kernel.syscall(bit | this_machine().numbers["getpid"])


REFUSED: Final[dict[str, Callable[[int], None]]] = {
    "open a file": _open_file,
    "create a file": _create_file,
    "list a folder": _list_folder,
    "stat a file": _stat_file,
    "read /proc": _read_proc,
    "open the host's memory": _host_memory,
    "map executable memory": _executable_memory,
    "make memory executable": _make_executable,
    "have memory merged": _merge_memory,
    "raise a limit": _raise_limit,
    "exceed the memory": _exceed_memory,
    "become dumpable": _become_dumpable,
    "make a memory file": _memory_file,
    "make a pipe": _pipe,
    "use another descriptor": _other_descriptor,
    "read the environment": _environment,
    "clone3 a process": _new_clone,
    "read the host's processor time": _host_clock,
    "ask for the host's processors": _host_processors,
}
"""Attacks that end in an error, and can share a worker."""

FATAL: Final[dict[str, Callable[[int], None]]] = {
    "open a socket": _socket,
    "fork": _fork,
    "clone a process": _clone,
    "run a program": _exec,
    "become a program": _exec_in_place,
    "signal the host": _kill_host,
    "signal a thread of the host": _kill_thread_of_host,
    "trace the host": _trace_host,
    "read the host's memory": _read_host,
    "set up an I/O ring": _ring,
    "unshare a namespace": _namespace,
    "use another system call table": _other_table,
}
"""Attacks that end the worker that tries them."""


def _compute(host: int) -> None:
    sum(range(10))


HARMLESS: Final[dict[str, Callable[[int], None]]] = {"compute": _compute}
"""What a worker may do: a self-test that calls this refused sees nothing."""


def attack(context: WorkerContext) -> None:
    """Entry point: try each attack named in the config and report, threads at work besides."""
    target = msgspec.msgpack.decode(context.config, type=Target)
    # A lock that held the first thread only would be none.
    for name in target.attacks:
        thread = threading.Thread(target=_try, args=(context, name, target.host))
        thread.start()
        thread.join()


def _try(context: WorkerContext, name: str, host: int) -> None:
    try:
        (REFUSED | FATAL | HARMLESS)[name](host)
    except (OSError, MemoryError, ValueError) as error:
        verdict = Verdict(name, False, f"{type(error).__name__}: {error}")
    else:
        verdict = Verdict(name, True, "it succeeded")
    context.channel.send(verdict)
