"""From a save to its change set, with thousands of handlers on disk.

    python tests/benchmarks/bench_watch.py [handlers] [saves] [--json]

Saves one handler at a time, in place and by rename in turn, and takes the time from before the
save to the receiver's call. Beside it, in the same run, the time of one bare settle of the same
file, so that what the watching adds can be told from what the reading costs.
"""

import argparse
import json
import os
import queue
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from project_store.store import ProjectStore
from project_store.watch import Watcher

DESCRIPTION = '{"scope": "G", "version": 1, "files": ["handleMessage.py"], "attributes": {}}'
BODY = "".join(f"\tvalue{n} = payload.get('key{n}', {n})\n" for n in range(20))


def handler_file(root: Path, number: int) -> Path:
    return root / f"P{number // 500}/ignition/message/H{number}/handleMessage.py"


def make(root: Path, handlers: int) -> None:
    for number in range(handlers):
        file = handler_file(root, number)
        file.parent.mkdir(parents=True)
        if number % 500 == 0:
            (root / f"P{number // 500}/project.json").write_text("{}")
        file.write_text("def handleMessage(payload):\n" + BODY)
        file.with_name("resource.json").write_text(DESCRIPTION)


def save(file: Path, text: str, by_rename: bool) -> None:
    if by_rename:
        temporary = file.with_name(file.name + "~")
        temporary.write_text(text)
        os.replace(temporary, file)
    else:
        file.write_text(text)


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


def run(handlers: int, saves: int) -> dict[str, float]:
    chance = random.Random(1)
    results: dict[str, float] = {"handlers": handlers, "saves": saves}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "projects"
        root.mkdir()
        make(root, handlers)
        begun = time.perf_counter()
        store = ProjectStore(root)
        store.load()
        results["load_s"] = time.perf_counter() - begun
        heard: queue.Queue[float] = queue.Queue()
        begun = time.perf_counter()
        watcher = Watcher(store, lambda change: heard.put(time.perf_counter()))
        with watcher:
            results["watch_s"] = time.perf_counter() - begun
            taken = []
            for number in range(saves):
                file = handler_file(root, chance.randrange(handlers))
                text = f"def handleMessage(payload):\n\t# {number}\n" + BODY
                begun = time.perf_counter()
                save(file, text, by_rename=bool(number % 2))
                taken.append(heard.get(timeout=10) - begun)
            begun = time.perf_counter()
            for number in range(min(500, handlers)):
                save(handler_file(root, number), f"def handleMessage(payload):\n\t{number}\n", True)
            while store.snapshot.projects["P0"].handlers[
                "G", f"H{min(500, handlers) - 1}"
            ].source != f"def handleMessage(payload):\n\t{min(500, handlers) - 1}\n":
                heard.get(timeout=10)
            results["checkout_of_500_s"] = time.perf_counter() - begun
        bare = []
        for number in range(saves):
            file = handler_file(root, chance.randrange(handlers))
            file.write_text(f"def handleMessage(payload):\n\t# bare {number}\n")
            begun = time.perf_counter()
            store.refresh([file])
            bare.append(time.perf_counter() - begun)
    for name, values in (("save_to_change_ms", taken), ("bare_refresh_ms", bare)):
        for share in (0.5, 0.9, 0.99, 1.0):
            results[f"{name}_p{share * 100:g}"] = quantile(values, share)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("handlers", nargs="?", type=int, default=5000)
    parser.add_argument("saves", nargs="?", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = run(options.handlers, options.saves)
    if options.json:
        print(json.dumps(results))
        return
    for name, value in results.items():
        print(f"{name:28} {value:10.3f}")


if __name__ == "__main__":
    main()
