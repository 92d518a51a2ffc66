"""``sendMessage`` into locked workers: bursts, latency, deadlines, kill and replace.

    python tests/benchmarks/bench_process_tier.py [--messages N] [--rounds N]

The whole path is measured, from the call of ``sendMessage`` to the delivery's end in the trace,
with the thread tier beside it. The channel alone is in ``bench_isolation.py``.
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from runtime import ScriptHost
from runtime.executors import fleet

PAYLOAD = {
    "tag": "Line1/Pump/PV",
    "value": 81.25,
    "quality": 192,
    "limits": {"lo": 10, "hi": 90.0, "units": "degC"},
    "history": [80.5, 81.0, 81.25],
    "ack": None,
}
HANDLERS = {
    "quick": "value = payload['value']",
    "hog": "x = sum(xrange(10 ** 13))",
    "spin": "while True:\n\t\tpass",
}


def write_project(folder: Path) -> None:
    for name, body in HANDLERS.items():
        place = folder / "X" / "ignition" / "message" / name
        place.mkdir(parents=True)
        (place / "handleMessage.py").write_text(f"def handleMessage(payload):\n\t{body}\n")
        (place / "resource.json").write_text('{"scope": "G", "version": 1, "attributes": {}}')
    (folder / "X" / "project.json").write_text('{"title": "X"}')


def send(host: ScriptHost, handler: str) -> None:
    host.gateway.system.util.sendMessage("X", handler, PAYLOAD, "G")


def burst(host: ScriptHost, count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        send(host, "quick")
    assert host.drain(120)
    return count / (time.perf_counter() - began)


def bench_bursts(folder: Path, tier: str, count: int, rounds: int) -> None:
    with ScriptHost.open(folder, tier=tier, watch=False) as host:
        burst(host, 1000)
        rates = [burst(host, count) for _ in range(rounds)]
    print(
        f"{tier:<8} burst of {count}: median {statistics.median(rates):8.0f} /s, "
        f"best {max(rates):8.0f} /s, worst {min(rates):8.0f} /s"
    )


def bench_latency(folder: Path, tier: str, count: int) -> None:
    ended = threading.Event()
    times = []
    with ScriptHost.open(folder, tier=tier, watch=False) as host:
        burst(host, 10)
        host.observe(lambda event: ended.set() if getattr(event, "finished_at", 0) else None)
        for _ in range(count):
            ended.clear()
            began = time.perf_counter()
            send(host, "quick")
            ended.wait(10)
            times.append(time.perf_counter() - began)
    times.sort()
    print(
        f"{tier:<8} one message, call to end: median {statistics.median(times) * 1e6:.0f} us, "
        f"p99 {times[int(len(times) * 0.99)] * 1e6:.0f} us"
    )


def bench_deadline(folder: Path, rounds: int) -> None:
    late: dict[str, list[float]] = {"hog": [], "spin": []}
    with ScriptHost.open(folder, tier="process", watch=False, deadline=0.2) as host:
        burst(host, 10)
        for _ in range(rounds):
            for handler, times in late.items():
                send(host, handler)
                assert host.drain(10)
                delivery = list(host.trace)[-1]
                times.append(delivery.finished_at - delivery.started_at - 0.2)
    for handler, times in late.items():
        print(
            f"process  {handler}, ended after its deadline by: "
            f"median {statistics.median(times) * 1e3:.0f} ms, worst {max(times) * 1e3:.0f} ms"
        )


def bench_replace(folder: Path, rounds: int) -> None:
    times = []
    with ScriptHost.open(folder, tier="process", watch=False) as host:
        burst(host, 10)
        for _ in range(rounds):
            [link] = fleet.fleet_of(host)._links
            worker = link.worker
            began = time.perf_counter()
            worker.kill("benchmark")
            send(host, "quick")
            assert host.drain(10)
            times.append(time.perf_counter() - began)
        counters = host.trace.counters
    assert counters.balanced
    print(
        f"process  kill, replace, load and run one message: "
        f"median {statistics.median(times) * 1e3:.1f} ms, worst {max(times) * 1e3:.1f} ms "
        f"(done {counters.done}, killed {counters.killed})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=50_000, help="messages of a burst")
    parser.add_argument("--rounds", type=int, default=5, help="times each figure is taken")
    options = parser.parse_args()
    print(f"python {sys.argv[0]} --messages {options.messages} --rounds {options.rounds}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_project(folder)
        for tier in ("thread", "process"):
            bench_bursts(folder, tier, options.messages, options.rounds)
            bench_latency(folder, tier, 2000)
        bench_deadline(folder, options.rounds)
        bench_replace(folder, 100)


if __name__ == "__main__":
    main()
