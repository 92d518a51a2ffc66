"""The system calls of a locked worker, by number, for each processor.

x86-64 is verified by the self-test on real machines. The aarch64 table is written from the
kernel's generic table and has not been run: ``probe()`` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Machine:
    """A processor family: how seccomp names it and its system call numbers.

    Args:
        audit_arch: AUDIT_ARCH_* value that seccomp shows to a filter.
        numbers: system call name -> number.
        second_table_bit: numbers from here on are another ABI (x32), None where there is none.
        verified: whether the self-test has been seen to pass on such a machine.
    """

    audit_arch: int
    numbers: Mapping[str, int]
    second_table_bit: int | None
    verified: bool


ALLOWED: Final = (
    "read", "write", "readv", "writev", "close", "fstat", "lseek", "poll", "ppoll",
    "munmap", "mremap", "brk",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
    "set_robust_list", "set_tid_address", "rseq", "membarrier",
    "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid",
    "sched_yield", "getcpu", "getrusage", "times", "getrlimit", "nanosleep", "gettimeofday", "time",
    "getrandom", "exit", "exit_group",
)  # fmt: skip
"""Allowed whatever the arguments: nothing here names a file, a process or an address elsewhere."""

FATAL: Final = (
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev",
    "process_madvise", "kcmp", "pidfd_open", "pidfd_getfd", "pidfd_send_signal",
    "kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    "io_uring_setup", "io_uring_enter", "io_uring_register",
    "io_setup", "io_submit", "userfaultfd", "perf_event_open", "bpf",
    "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_by_handle_at",
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load",
    "add_key", "request_key", "keyctl", "reboot", "swapon", "swapoff", "acct", "iopl", "ioperm",
    "modify_ldt", "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid",
    "setgroups", "setfsuid", "setfsgid", "capset", "personality", "seccomp",
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4",
)  # fmt: skip
"""No code of this project makes these after the lock: to try one is an attack, and ends it."""

_X86_64: Final[Mapping[str, int]] = {
    "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9,
    "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
    "rt_sigreturn": 15, "readv": 19, "writev": 20, "sched_yield": 24, "mremap": 25,
    "madvise": 28, "nanosleep": 35, "getpid": 39, "socket": 41, "connect": 42, "accept": 43,
    "bind": 49, "listen": 50, "socketpair": 53, "clone": 56, "fork": 57, "vfork": 58,
    "execve": 59, "exit": 60, "kill": 62, "gettimeofday": 96, "getrlimit": 97, "getrusage": 98,
    "times": 100, "ptrace": 101, "getuid": 102, "getgid": 104, "setuid": 105, "setgid": 106,
    "geteuid": 107, "getegid": 108, "getppid": 110, "setreuid": 113, "setregid": 114,
    "setgroups": 116, "setresuid": 117, "setresgid": 119, "setfsuid": 122, "setfsgid": 123,
    "capset": 126, "rt_sigqueueinfo": 129, "sigaltstack": 131, "personality": 135,
    "modify_ldt": 154, "pivot_root": 155, "prctl": 157, "chroot": 161, "acct": 163, "mount": 165,
    "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "iopl": 172, "ioperm": 173,
    "init_module": 175, "delete_module": 176, "gettid": 186, "tkill": 200, "time": 201,
    "futex": 202, "sched_getaffinity": 204, "io_setup": 206, "io_submit": 209,
    "set_tid_address": 218, "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229,
    "clock_nanosleep": 230, "exit_group": 231, "tgkill": 234, "kexec_load": 246, "add_key": 248,
    "request_key": 249, "keyctl": 250, "ppoll": 271, "unshare": 272, "set_robust_list": 273,
    "accept4": 288, "rt_tgsigqueueinfo": 297, "perf_event_open": 298, "prlimit64": 302,
    "open_by_handle_at": 304, "setns": 308, "getcpu": 309, "process_vm_readv": 310,
    "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "seccomp": 317,
    "getrandom": 318, "kexec_file_load": 320, "bpf": 321, "execveat": 322, "userfaultfd": 323,
    "membarrier": 324, "rseq": 334, "pidfd_send_signal": 424, "io_uring_setup": 425,
    "io_uring_enter": 426, "io_uring_register": 427, "pidfd_open": 434, "clone3": 435,
    "pidfd_getfd": 438, "process_madvise": 440,
    "landlock_create_ruleset": 444, "landlock_restrict_self": 446,
}  # fmt: skip

_AARCH64: Final[Mapping[str, int]] = {
    "io_setup": 0, "io_submit": 2, "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51,
    "close": 57, "lseek": 62, "read": 63, "write": 64, "readv": 65, "writev": 66, "ppoll": 73,
    "fstat": 80, "acct": 89, "capset": 91, "personality": 92, "exit": 93, "exit_group": 94,
    "set_tid_address": 96, "unshare": 97, "futex": 98, "set_robust_list": 99, "nanosleep": 101,
    "kexec_load": 104, "init_module": 105, "delete_module": 106, "clock_gettime": 113,
    "clock_getres": 114, "clock_nanosleep": 115, "ptrace": 117, "sched_getaffinity": 123,
    "sched_yield": 124, "restart_syscall": 128, "kill": 129, "tkill": 130, "tgkill": 131,
    "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigqueueinfo": 138,
    "rt_sigreturn": 139, "reboot": 142, "setregid": 143, "setgid": 144, "setreuid": 145,
    "setuid": 146, "setresuid": 147, "setresgid": 149, "setfsuid": 151, "setfsgid": 152,
    "times": 153, "setgroups": 159, "getrlimit": 163, "getrusage": 165, "prctl": 167,
    "getcpu": 168, "gettimeofday": 169, "getpid": 172, "getppid": 173, "getuid": 174,
    "geteuid": 175, "getgid": 176, "getegid": 177, "gettid": 178, "socket": 198,
    "socketpair": 199, "bind": 200, "listen": 201, "accept": 202, "connect": 203, "brk": 214,
    "munmap": 215, "mremap": 216, "add_key": 217, "request_key": 218, "keyctl": 219,
    "clone": 220, "execve": 221, "mmap": 222, "swapon": 224, "swapoff": 225, "mprotect": 226,
    "madvise": 233, "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "accept4": 242,
    "prlimit64": 261, "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270,
    "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "seccomp": 277,
    "getrandom": 278, "bpf": 280, "execveat": 281, "userfaultfd": 282, "membarrier": 283,
    "rseq": 293, "kexec_file_load": 294, "pidfd_send_signal": 424, "io_uring_setup": 425,
    "io_uring_enter": 426, "io_uring_register": 427, "pidfd_open": 434, "clone3": 435,
    "pidfd_getfd": 438, "process_madvise": 440,
    "landlock_create_ruleset": 444, "landlock_restrict_self": 446,
}  # fmt: skip

MACHINES: Final[Mapping[str, Machine]] = {
    "x86_64": Machine(0xC000003E, _X86_64, 0x40000000, True),
    "aarch64": Machine(0xC00000B7, _AARCH64, None, False),
}
"""The processors a worker can be locked on."""
