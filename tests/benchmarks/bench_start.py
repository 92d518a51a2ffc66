"""Start of a host with 1 000 handlers of 20 lines: without compiled code at hand, and with it.

    python tests/benchmarks/bench_start.py [handlers]

Budgets: under 2 s cold, under 0.5 s warm. Each start is a process of its own; the time is that of
``ScriptHost.open``, from the call to the host that takes messages.
"""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

START = """
import sys, time
from runtime import ScriptHost
started = time.perf_counter()
host = ScriptHost.open(sys.argv[1], cache=sys.argv[2], watch=False)
print(time.perf_counter() - started, sum(len(s.current.handlers) for s in host.spaces.values()))
host.close()
"""


def handler(number: int, chance: random.Random) -> str:
    """20 lines, each different."""
    return f"""def handleMessage(payload):
\tlogger = system.util.getLogger('area{number}')
\ttotal = {chance.randrange(100)}
\trows = []
\tfor index in range(payload.get('count', {chance.randrange(9)})):
\t\tvalue = index * {chance.randrange(9)} / 3
\t\tif value > total:
\t\t\trows.append([index, value])
\t\telif value == {chance.randrange(50)}:
\t\t\tlogger.info('value %d of %s' % (value, payload))
\ttry:
\t\tfirst = rows[0]
\texcept IndexError, error:
\t\tprint 'nothing', error
\t\tfirst = None
\tresult = dict([(row[0], row[1]) for row in rows])
\tif first is not None and first[0] != {number}:
\t\tresult['first'] = first
\tsystem.util.sendMessage('P', 'h{number + 1}', {{'r': result}}, 'G')
\treturn result
"""


def start(projects: Path, cache: str) -> float:
    """Seconds that opening a host takes, in a new process."""
    done = subprocess.run(
        [sys.executable, "-c", START, str(projects), cache],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, _ = done.stdout.split()
    return float(seconds)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    chance = random.Random(3)
    with tempfile.TemporaryDirectory() as folder:
        projects = Path(folder, "projects")
        project = projects / "P"
        project.mkdir(parents=True)
        (project / "project.json").write_text("{}")
        for number in range(count):
            place = project / f"ignition/message/h{number}"
            place.mkdir(parents=True)
            (place / "handleMessage.py").write_text(handler(number, chance))
            (place / "resource.json").write_text(json.dumps({"files": ["handleMessage.py"]}))
        start(projects, "off")  # the folder's own first reading is not measured
        off = min(start(projects, "off") for _ in range(3))
        cold = start(projects, str(Path(folder, "cache")))
        warm = min(start(projects, str(Path(folder, "cache"))) for _ in range(3))
        print(
            f"{count} handlers: without a cache {off:.2f} s, filling one {cold:.2f} s, "
            f"from it {warm:.2f} s"
        )


if __name__ == "__main__":
    main()
