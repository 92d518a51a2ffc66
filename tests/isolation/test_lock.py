"""The lock holds, its report is honest, and thousands of workers leave nothing behind."""

import os
import platform
import select
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.isolation import attacks, kernel, landlock, probe, seccomp, syscalls
from sandbox.isolation.errors import LockBroken, LockUnavailable
from sandbox.isolation.lockdown import this_machine
from sandbox.isolation.zygote import Zygote

Start = Callable[..., Any]


def test_self_test_breaks_nothing(zygote: Zygote) -> None:
    """Every attack known ends in an error or ends the worker."""
    outcomes = probe.self_test(zygote)
    assert set(outcomes) == {*attacks.REFUSED, *attacks.FATAL}


def test_self_test_sees_an_open_lock(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    """An attack that wins is named: the verdicts are those of the worker, not of the list."""
    attempt = probe._attempt

    def also_compute(one: Zygote, names: list[str]) -> dict[str, str]:
        return attempt(one, [*names, "compute"])

    monkeypatch.setattr(probe, "_attempt", also_compute)
    with pytest.raises(LockBroken, match="could: compute"):
        probe.self_test(zygote)


def test_attacks_win_without_the_lock() -> None:
    """Outside a worker the attacks succeed: their failing inside proves something."""
    host = os.getpid()
    harmless = {
        "open a file", "list a folder", "stat a file", "read /proc", "map executable memory",
        "make memory executable", "make a memory file", "make a pipe", "use another descriptor",
        "read the environment", "read the host's processor time", "ask for the host's processors",
    }  # fmt: skip
    for name in harmless:
        attacks.REFUSED[name](host)
    for name in ("open a socket", "signal the host"):
        attacks.FATAL[name](host)


def test_probe_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Landlock, on another processor or another system, the report says so."""
    monkeypatch.setattr(landlock, "abi", lambda machine: 0)
    report = probe.probe()
    assert not report.available
    assert any("Landlock" in sentence for sentence in report.missing)
    with pytest.raises(LockUnavailable, match="Landlock"):
        report.require()
    monkeypatch.setattr(kernel, "machine", lambda: "riscv64")
    assert "riscv64" in probe.probe().missing[0]
    monkeypatch.setattr(sys, "platform", "win32")
    assert "Linux only" in probe.probe().missing[0]


@pytest.mark.parametrize("name", sorted(syscalls.MACHINES))
def test_filter_is_whole_for_each_processor(name: str) -> None:
    """Each table has what the filter needs, no number twice, and every jump stays inside."""
    machine = syscalls.MACHINES[name]
    assert len(set(machine.numbers.values())) == len(machine.numbers)
    program = seccomp.build_filter(machine, 1)
    for place, (code, if_true, if_false, _) in enumerate(program):
        if code & 7 == 5:
            assert place + 1 + max(if_true, if_false) < len(program)
    assert program[-1][0] == 6
    named = {*syscalls.ALLOWED, *syscalls.FATAL}
    assert not set(syscalls.ALLOWED) & set(syscalls.FATAL)
    absent = named - set(machine.numbers)
    # The generic table that aarch64 uses never had these.
    old = {"poll", "fork", "vfork", "time", "iopl", "ioperm", "modify_ldt"}
    assert absent <= (set() if name == "x86_64" else old)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the header is of x86-64")
def test_numbers_are_the_kernels() -> None:
    """The x86-64 table agrees with the C library's header, where that is installed."""
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    defined: dict[str, int] = {}
    for line in header.read_text().splitlines():
        words = line.split()
        if len(words) == 3 and words[1].startswith("__NR_"):
            defined[words[1][5:]] = int(words[2])
    table = syscalls.MACHINES["x86_64"].numbers
    assert {name: defined[name] for name in table if name in defined} == dict(table)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="for comparison with aarch64 only")
def test_aarch64_numbers_are_the_generic_ones() -> None:
    """The aarch64 table agrees with the kernel's generic header, where that is installed."""
    header = Path("/usr/include/asm-generic/unistd.h")
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    defined: dict[str, int] = {}
    for line in header.read_text().splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == "#define" and words[2].isdigit():
            defined[words[1].removeprefix("__NR_").removeprefix("__NR3264_")] = int(words[2])
    table = syscalls.MACHINES["aarch64"].numbers
    assert {name: defined[name] for name in table if name in defined} == {
        name: number for name, number in table.items() if name in defined
    }


def test_an_ordinary_user_is_locked_too(
    lockable: None, support_path: tuple[str, ...], tmp_path: Path
) -> None:
    """The self-test passes for a user without privileges."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or setpriv is None:
        pytest.skip("the other tests run as an ordinary user, or there is no setpriv")
    script = (
        f"import sys; sys.path[:] = {list(support_path)!r}\n"
        "from sandbox.isolation import probe, zygote\n"
        "with zygote.Zygote((probe.ATTACKS_MODULE,)) as own:\n"
        "    print(own.start()['user'], len(probe.self_test(own)))\n"
    )
    # Reading is all that is kept: the interpreter may lie where only root looks.
    keep = "+dac_read_search"
    done = subprocess.run(
        [
            setpriv, "--reuid=12345", "--regid=12345", "--clear-groups",
            f"--inh-caps=-all,{keep}", f"--ambient-caps=-all,{keep}",
            sys.executable, "-c", script,
        ],
        capture_output=True, text=True, cwd="/", timeout=50, check=False,
    )  # fmt: skip
    if "setpriv:" in done.stderr:
        pytest.skip(f"another user cannot be had here: {done.stderr.strip()}")
    assert done.stdout.split() == ["the", "host's", str(len(attacks.REFUSED | attacks.FATAL))], (
        done.stderr
    )


def descriptors() -> int:
    """How many descriptors this process has open."""
    return len(os.listdir("/proc/self/fd"))


def resident(process: int) -> int:
    """Bytes of memory that a process holds."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_thousands_of_kills_leave_nothing(zygote: Zygote, start: Start) -> None:
    """Killed workers leave no descriptor, thread, zombie or memory in host or zygote."""
    import isolation_entries

    def round_of_kills(count: int) -> None:
        for number in range(count):
            worker = zygote.spawn(
                "isolation_entries:echo",
                messages=isolation_entries.Done,
                on_messages=lambda batch: None,
                slots=2,
            )
            worker.send(isolation_entries.Work(number, b"x" * 1000))
            worker.kill()
            assert worker.wait(20.0) is not None

    round_of_kills(100)
    sizes = resident(os.getpid()), resident(zygote.process)
    before, threads = descriptors(), threading.active_count()
    zygote_before = len(os.listdir(f"/proc/{zygote.process}/fd"))
    round_of_kills(2_000)
    deadline = time.monotonic() + 10
    while threading.active_count() > threads and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert threading.active_count() <= threads
    assert descriptors() == before
    assert len(os.listdir(f"/proc/{zygote.process}/fd")) == zygote_before
    for after, earlier in zip(
        (resident(os.getpid()), resident(zygote.process)), sizes, strict=True
    ):
        assert after - earlier < 8 * 2**20
    children = Path(f"/proc/{zygote.process}/task/{zygote.process}/children")
    if children.exists():
        assert children.read_text().split() == []


def test_host_that_dies_takes_all_along(lockable: None, support_path: tuple[str, ...]) -> None:
    """When the host is killed, its zygote and workers end, whatever they do."""
    script = (
        f"import sys, threading, time; sys.path[:] = {list(support_path)!r}\n"
        "import isolation_entries\n"
        "from sandbox.isolation.zygote import Zygote\n"
        "own = Zygote(('isolation_entries',))\n"
        "busy = threading.Event()\n"
        "w = own.spawn('isolation_entries:big_power', messages=isolation_entries.Told,\n"
        "    on_messages=lambda m: busy.set() if m else None)\n"
        "assert busy.wait(30)\n"
        "print(own.process, w.process, flush=True)\n"
        "time.sleep(60)\n"
    )
    host = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert host.stdout is not None
    with host.stdout:
        processes = [int(word) for word in host.stdout.readline().split()]
        watched = [os.pidfd_open(process) for process in processes]
        host.kill()
        host.wait()
    assert len(watched) == 2
    for handle in watched:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        assert poll.poll(5000), "a process outlived the host"
        os.close(handle)


def test_this_machine_refuses_an_unknown_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor without a table is refused by name."""
    monkeypatch.setattr(kernel, "machine", lambda: "s390x")
    with pytest.raises(LockUnavailable, match="s390x"):
        this_machine()
