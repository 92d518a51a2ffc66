"""The speed set beside plain Python 3 code of the same meaning, compile included once.

``python tests/benchmarks/bench_speed.py [part of a name]``. Both sides run in turns in this process
and the best of several rounds counts. Budget: a geometric mean of 1.5; aim below 1.2.
"""

import contextlib
import io
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from sandbox import Environment, Run, Sandbox

FOLDER = Path(__file__).parents[1] / "conformance" / "speed"
ROUNDS = 5


def timed(function: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def python3(path: Path) -> None:
    """Compile and run the Python 3 form."""
    code = compile(path.read_text("utf-8"), path.name, "exec", dont_inherit=True)
    names: dict[str, object] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, names)
        names["run"](names["N"])  # type: ignore[operator]


def script(path: Path) -> None:
    """Compile and run the script in the sandbox."""
    result = Sandbox().compile(path.read_text("utf-8"), path.name)
    environment = Environment()
    names = environment.namespace(script=result.script)
    with Run(environment=environment):
        environment.execute(result.script, names)
        names["run"](names["N"])


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    ratios = []
    for path in sorted(FOLDER.glob("*.py2.py")):
        if wanted not in path.name:
            continue
        other = path.with_name(path.name.replace(".py2.", ".py3."))
        plain, ours = math.inf, math.inf
        for _ in range(ROUNDS):
            plain = min(plain, timed(lambda other=other: python3(other)))  # type: ignore[misc]
            ours = min(ours, timed(lambda path=path: script(path)))  # type: ignore[misc]
        ratios.append(ours / plain)
        name = path.name.removesuffix(".py2.py")
        print(f"{name:28}python3 {plain:6.3f} s  ours {ours:6.3f} s  {ratios[-1]:.2f}")
    print(f"geometric mean {math.exp(sum(map(math.log, ratios)) / len(ratios)):.3f}")


if __name__ == "__main__":
    main()
