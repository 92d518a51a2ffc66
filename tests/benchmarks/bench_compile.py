"""Lines a second from text to code: parse, lower, policy, compile, beside ast.parse and compile.

``python tests/benchmarks/bench_compile.py``: the conformance programs, the speed set and ordinary
handlers. The texts that Python 3 takes as well are measured on both sides. Budget: 15 000 lines a
second for everything together.
"""

import ast
import itertools
import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from bench_parse import HANDLER

from sandbox import Sandbox
from sandbox.dialect import DialectError, lower, parse
from sandbox.policy_rules import PolicyTransformer

FOLDER = Path(__file__).parents[1] / "conformance"
ROUNDS = 5


def texts() -> list[str]:
    """Every text that the dialect takes."""
    programs = json.loads((FOLDER / "programs.json").read_text("utf-8"))
    found = [case["source"] for case in programs] + [HANDLER] * 40
    found += [p.read_text("utf-8") for p in sorted((FOLDER / "speed").glob("*.py2.py"))]
    taken = []
    for text in found:
        try:
            parse(text, "x")
            taken.append(text)
        except DialectError:
            continue
    return taken


def python3(text: str) -> bool:
    """Whether Python 3 takes a text as it is."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def best(function: Callable[[], Any]) -> float:
    """Seconds of the fastest round."""
    found = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        function()
        found = min(found, time.perf_counter() - start)
    return found


def phased(found: list[str]) -> list[float]:
    """Seconds of each phase over all texts."""
    clock = time.perf_counter
    marks = [clock()]
    trees = [parse(text, "x") for text in found]
    marks.append(clock())
    trees = [lower(tree, "x") for tree in trees]
    marks.append(clock())
    trees = [
        PolicyTransformer("x", generators="yield" in text).visit(tree)
        for text, tree in zip(found, trees, strict=True)
    ]
    marks.append(clock())
    for tree in trees:
        compile(tree, "x", "exec", dont_inherit=True)
    marks.append(clock())
    return [after - before for before, after in itertools.pairwise(marks)]


def main() -> None:
    warnings.simplefilter("ignore", SyntaxWarning)
    found = texts()
    lines = sum(text.count("\n") for text in found)
    sandbox = Sandbox()
    whole = best(lambda: [sandbox.compile(text, "x") for text in found])
    phases = [min(column) for column in zip(*[phased(found) for _ in range(ROUNDS)], strict=True)]
    print(f"{len(found)} texts, {lines} lines")
    names = ("parse", "lower", "policy", "compile", "all together")
    for name, seconds in zip(names, [*phases, whole], strict=True):
        print(f"{name:22}{lines / seconds:10,.0f} lines/s")
    common = [text for text in found if python3(text)]
    shared = sum(text.count("\n") for text in common)
    theirs = best(lambda: [compile(ast.parse(t), "x", "exec", dont_inherit=True) for t in common])
    ours = best(lambda: [sandbox.compile(text, "x") for text in common])
    print(f"{len(common)} texts that Python 3 takes too, {shared} lines")
    print(f"{'ast.parse and compile':22}{shared / theirs:10,.0f} lines/s")
    print(f"{'all of ours':22}{shared / ours:10,.0f} lines/s")


if __name__ == "__main__":
    main()
