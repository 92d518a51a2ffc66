"""`pilotlight check` over a large generated store: cold, warm, and after a change.

    python tests/benchmarks/bench_check.py [scripts]

10 000 scripts of 44 lines are the size of a large plant's projects: under 40 s cold on two
processors, under 5 s with a warm cache. Half as many must take about half as long.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]

LINES = 44
PER_PROJECT = 500


def script(number: int, chance: random.Random) -> str:
    """A handler of 44 lines, each different, in the manner of real ones."""
    lines = [
        "def handleMessage(payload):",
        f"\tlogger = system.util.getLogger('plant.area{number % 17}')",
        "\trows = []",
        f"\tlimit = payload.get('limit', {chance.randrange(100)})",
    ]
    while len(lines) < LINES - 2:
        name = f"value{chance.randrange(20)}"
        piece = chance.choice(
            [
                [
                    f"\tfor index in range({chance.randrange(2, 50)}):",
                    f"\t\t{name} = index * {chance.randrange(1, 9)} + limit",
                    f"\t\tif {name} > {chance.randrange(300)}:",
                    f"\t\t\trows.append([index, {name}, 'Line{number}'])",
                ],
                [
                    "\ttry:",
                    f"\t\t{name} = float(payload['reading'][{chance.randrange(9)}]) / 3",
                    "\texcept (KeyError, IndexError), error:",
                    "\t\tlogger.warn('no reading: %s' % error)",
                    f"\t\t{name} = None",
                ],
                [
                    f"\t{name} = dict([(row[0], row[1:]) for row in rows if len(row) > 1])",
                    f"\tif not {name} and limit != {chance.randrange(9)}:",
                    f"\t\tprint 'nothing above', limit, 'in', {chance.randrange(1000)}",
                ],
                [
                    f"\tsystem.util.sendMessage('P{number // PER_PROJECT}', 'h{number}',",
                    f"\t\t{{'rows': rows, 'n': {chance.randrange(99)}}}, 'G')",
                ],
            ]
        )
        room = LINES - 2 - len(lines)
        lines += piece if len(piece) <= room else [f"\tlimit = limit + {number}"] * room
    lines += ["\tsystem.tag.write('[default]Count', len(rows))", "\treturn rows", ""]
    return "\n".join(lines)


def generate(root: Path, scripts: int) -> int:
    """Write the store; gives its number of lines."""
    chance = random.Random(7)
    total = 0
    for number in range(scripts):
        project = root / f"P{number // PER_PROJECT}"
        if number % PER_PROJECT == 0:
            project.mkdir(parents=True)
            (project / "project.json").write_text('{"title": "generated"}')
        folder = project / f"ignition/message/h{number}"
        folder.mkdir(parents=True)
        text = script(number, chance)
        total += text.count("\n")
        (folder / "handleMessage.py").write_text(text)
        (folder / "resource.json").write_text(json.dumps({"files": ["handleMessage.py"]}))
    return total


def busy() -> float:
    """Processor seconds of the commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def check(root: Path, cache: Path) -> tuple[float, str]:
    """Seconds that the command takes, and what it said."""
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "runtime.cli", "check", str(root)],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(cache), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    taken = perf_counter() - started
    assert done.returncode == 0, done.stdout[:2000] + done.stderr
    return taken, done.stderr.strip()


def main() -> None:
    scripts = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        for number in (scripts // 2, scripts):
            root, cache = Path(folder, f"s{number}", "projects"), Path(folder, f"c{number}")
            lines = generate(root, number)
            before = busy()
            cold, said = check(root, cache)
            worked = busy() - before
            warm, again = check(root, cache)
            assert said == again, (said, again)
            changed = root / "P0/ignition/message/h0/handleMessage.py"
            changed.write_text(changed.read_text().replace("rows = []", "rows = list()"))
            after, _ = check(root, cache)
            print(
                f"{number:6} scripts, {lines:7} lines: cold {cold:6.2f} s "
                f"({worked:.1f} s of processors), warm {warm:5.2f} s, "
                f"one changed {after:5.2f} s   ({said})"
            )


if __name__ == "__main__":
    main()
