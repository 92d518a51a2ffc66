"""What locked workers cost: start, replacement, round trip, bursts, memory.

    python tests/benchmarks/bench_isolation.py [--kills N] [--repeat N]

Every figure is measured in one run on an otherwise idle machine; the budgets are in the design:
50 000 messages a second in bursts, fork and lock under 10 ms, kill and replace under 20 ms.
"""

import argparse
import os
import platform
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = ROOT / "tests" / "isolation" / "support"
sys.path[:0] = [str(ROOT), str(SUPPORT)]

import isolation_entries as entries  # noqa: E402

from sandbox.isolation.payload import PayloadCodec  # noqa: E402
from sandbox.isolation.probe import ATTACKS_MODULE, probe, self_test  # noqa: E402
from sandbox.isolation.worker import Worker  # noqa: E402
from sandbox.isolation.zygote import Zygote  # noqa: E402

PAYLOAD = {
    "tag": "[default]Line 4/Filler/Speed", "value": 182.25, "quality": 192, "good": True,
    "path": ["Line 4", "Filler"], "stamp": 1700000000123, "user": None,
    "note": "batch 2291, recipe change, operator A. Example, shift 2",
}  # fmt: skip


def spawn(zygote: Zygote, entry: str, on_messages: Callable[[list[Any]], None]) -> Worker:
    return zygote.spawn(
        f"isolation_entries:{entry}", messages=entries.FROM_WORKER, on_messages=on_messages
    )


def ignore(batch: list[Any]) -> None:
    """Take messages and do nothing."""


def spread(label: str, seconds: list[float], unit: float, name: str) -> None:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    median = statistics.median(ordered)
    print(f"{label:<44} median {median * unit:8.2f} {name}   p99 {p99 * unit:8.2f} {name}")


def bench_start(zygote: Zygote, count: int) -> None:
    starts: list[float] = []
    kills: list[float] = []
    replacements: list[float] = []
    worker = spawn(zygote, "echo", ignore)
    for _ in range(count):
        began = time.perf_counter()
        worker.kill()
        worker.wait()
        killed = time.perf_counter()
        worker = spawn(zygote, "echo", ignore)
        ended = time.perf_counter()
        kills.append(killed - began)
        starts.append(ended - killed)
        replacements.append(ended - began)
    worker.kill()
    worker.wait()
    spread("fork + lock, until the worker says so", starts, 1e3, "ms")
    spread("kill, until reaped and accounted", kills, 1e3, "ms")
    spread("kill + replace", replacements, 1e3, "ms")


def bench_round_trip(zygote: Zygote, count: int) -> None:
    answered = threading.Event()
    worker = spawn(zygote, "echo", lambda batch: answered.set())
    times: list[float] = []
    data = PayloadCodec().encode(PAYLOAD)
    for number in range(count):
        answered.clear()
        began = time.perf_counter()
        worker.send(entries.Work(number, data))
        answered.wait()
        times.append(time.perf_counter() - began)
    worker.kill()
    worker.wait()
    spread(f"round trip, {len(data)} bytes, through two threads", times, 1e6, "us")


def bench_burst(zygote: Zygote, count: int, batch: int, repeat: int) -> None:
    data = PayloadCodec().encode(PAYLOAD)
    done = threading.Event()
    seen = 0

    def collect(messages: list[Any]) -> None:
        nonlocal seen
        seen += len(messages)
        if seen == count:
            done.set()

    worker = spawn(zygote, "burst", collect)
    rates: list[float] = []
    for _ in range(repeat):
        seen = 0
        done.clear()
        began = time.perf_counter()
        for number in range(0, count, batch):
            worker.send(*[entries.Work(n, data) for n in range(number, number + batch)])
        done.wait()
        rates.append(count / (time.perf_counter() - began))
    worker.kill()
    worker.wait()
    print(
        f"burst of {count}, {len(data)}-byte payloads, sent by {batch:<4}   "
        f"median {statistics.median(rates):8.0f} /s   worst {min(rates):8.0f} /s"
    )


def bench_codec(count: int) -> None:
    codec = PayloadCodec()
    data = codec.encode(PAYLOAD)
    began = time.perf_counter()
    for _ in range(count):
        codec.encode(PAYLOAD)
    middle = time.perf_counter()
    for _ in range(count):
        codec.decode(data)
    ended = time.perf_counter()
    encode, decode = (middle - began) / count * 1e6, (ended - middle) / count * 1e6
    print(f"payload codec, {len(PAYLOAD)} fields: encode {encode:.2f} us, decode {decode:.2f} us")


def bench_memory(zygote: Zygote, count: int) -> None:
    def free() -> int:
        fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        return int(fields["MemAvailable"].split()[0]) * 1024

    before = free()
    workers = [spawn(zygote, "echo", ignore) for _ in range(count)]
    after = free()
    resident = statistics.median(worker.memory()["resident"] for worker in workers)
    private = statistics.median(private_bytes(worker.process) for worker in workers)
    for worker in workers:
        worker.kill()
    for worker in workers:
        worker.wait()
    print(
        f"idle worker, one of {count}: resident {resident / 2**20:.1f} MB, "
        f"private {private / 2**20:.1f} MB, available memory fell by "
        f"{(before - after) / count / 2**20:.1f} MB"
    )


def private_bytes(process: int) -> int:
    """Memory that this process shares with no other; only root may look into a locked one."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    fields = [line.split() for line in rollup.splitlines() if line.startswith("Private_")]
    return sum(int(field[1]) for field in fields) * 1024


def bench_soak(zygote: Zygote, count: int) -> None:
    before = len(os.listdir("/proc/self/fd")), threading.active_count()
    began = time.perf_counter()
    for number in range(count):
        worker = spawn(zygote, "flood" if number % 2 else "echo", ignore)
        worker.kill()
        worker.wait()
    took = time.perf_counter() - began
    after = len(os.listdir("/proc/self/fd")), threading.active_count()
    print(
        f"{count} kills in {took:.1f} s; descriptors, threads before {before}, after {after}; "
        f"zygote's children {len(children(zygote.process or 0))}"
    )


def children(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="kills of the soak")
    parser.add_argument("--repeat", type=int, default=7, help="bursts of each size")
    options = parser.parse_args()
    report = probe()
    print(f"python {sys.argv[0]} --kills {options.kills} --repeat {options.repeat}")
    print(f"CPython {platform.python_version()}, {os.cpu_count()} CPUs, {dict(report.details)}")
    report.require()
    with Zygote(("isolation_entries", ATTACKS_MODULE), path=(*sys.path,)) as zygote:
        began = time.perf_counter()
        zygote.start()
        print(f"{'zygote start':<44} {(time.perf_counter() - began) * 1e3:.0f} ms")
        began = time.perf_counter()
        attacks = len(self_test(zygote))
        print(f"self-test, {attacks} attacks: {(time.perf_counter() - began) * 1e3:.0f} ms")
        bench_start(zygote, 300)
        bench_round_trip(zygote, 3000)
        for batch in (1, 16, 128):
            bench_burst(zygote, 50_000 // batch * batch, batch, options.repeat)
        bench_codec(50_000)
        bench_memory(zygote, 50)
        bench_soak(zygote, options.kills)


if __name__ == "__main__":
    main()
