"""Local dispatch against the bare minimum, side by side in one run.

Run: ``python tests/benchmarks/bench_dispatch.py [messages]``

The baseline hands the same payload, copied by a type-checking recursive copy (``plain_copy``
below), through a ``queue.SimpleQueue`` to a thread that calls a plain Python function. Budget: at
least a quarter of its rate; aim for half.
"""

import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import SimpleQueue

from runtime import ScriptHost

PAYLOAD = {
    "tag": "Line1/Pump/PV",
    "value": 81.25,
    "quality": 192,
    "limits": {"lo": 10, "hi": 90.0, "units": "degC"},
    "history": [80.5, 81.0, 81.25],
    "ack": None,
}
HANDLER = "def handleMessage(payload):\n\tvalue = payload['value']\n\treturn value\n"
ROUNDS = 5


def plain_copy(value):
    """The named copier of the baseline: recursive, exact types, anything else refused."""
    kind = type(value)
    if kind is dict:
        return {plain_copy(k): plain_copy(v) for k, v in value.items()}
    if kind is list:
        return [plain_copy(item) for item in value]
    if kind in (str, int, float, bool, type(None)):
        return value
    raise TypeError(kind)


def baseline(count):
    """Messages a second through a SimpleQueue, copy included."""
    queue = SimpleQueue()
    finished = threading.Event()

    def handle(payload):
        value = payload["value"]
        return value

    def work():
        while (payload := queue.get()) is not None:
            handle(payload)
        finished.set()

    threading.Thread(target=work, daemon=True).start()
    start = time.perf_counter()
    for _ in range(count):
        queue.put(plain_copy(PAYLOAD))
    queue.put(None)
    finished.wait()
    return count / (time.perf_counter() - start)


def dispatch(host, count):
    """Messages a second from ``sendMessage`` to handler done."""
    send = host.gateway.system.util.sendMessage
    start = time.perf_counter()
    for _ in range(count):
        send("X", "h", PAYLOAD, "G")
    assert host.drain(60)
    return count / (time.perf_counter() - start)


def fan_out(host, sessions):
    """Microseconds a session from the call to all queued."""
    send = host.gateway.system.util.sendMessage
    start = time.perf_counter()
    assert len(send("X", "c", PAYLOAD, "C")) == sessions
    spent = time.perf_counter() - start
    assert host.drain(60)
    return spent / sessions * 1e6


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        for path in ("ignition/message/h", "com.inductiveautomation.vision/message/c"):
            place = Path(folder, "X", path)
            place.mkdir(parents=True)
            (place / "handleMessage.py").write_text(HANDLER)
            (place / "resource.json").write_text("{}")
        Path(folder, "X", "project.json").write_text(json.dumps({"title": "X"}))
        with ScriptHost.open(folder, watch=False, queue=10_000_000) as host:
            dispatch(host, count // 10)
            pairs = [(baseline(count), dispatch(host, count)) for _ in range(ROUNDS)]
            ratio = statistics.median(ours / bare for bare, ours in pairs)
            print(f"bare hand-off  {statistics.median(b for b, _ in pairs):10.0f} messages/s")
            print(f"sendMessage    {statistics.median(o for _, o in pairs):10.0f} messages/s")
            print(f"ratio          {ratio:10.2f} (budget 0.25, aim 0.50)")
            opened = 0
            for sessions in (100, 1_000, 10_000):
                while opened < sessions:
                    host.open_client("X")
                    opened += 1
                each = min(fan_out(host, sessions) for _ in range(3))
                print(f"fan-out to {sessions:6d} sessions: {each:6.2f} us each (budget 10)")
            assert host.trace.counters.balanced


if __name__ == "__main__":
    main()
