"""Abuses of the thread tier: each ends by itself or at its deadline, and the host still answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent / "fixtures" / "abuses"
FILES = sorted(ROOT.glob("*.py2"))
# Generators that resume each other some hundred thousand deep crash CPython 3.12 and later.
UNBOUNDED = {"deep_generator"} if sys.version_info >= (3, 12) else set()
SECONDS = 0.1
# What the watchdog allows, and what one step may add to it.
MOST_MEMORY = 1600


@pytest.fixture(scope="module")
def runner() -> Iterator[subprocess.Popen[str]]:
    """Runs scripts, each in a process of its own."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "abuse_child.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE.parents[1],
        env={"PYTHONPATH": str(HERE.parents[1]), "PATH": ""},
    ) as process:
        yield process


def outcome(runner: subprocess.Popen[str], path: Path) -> str:
    """``bounded``, or what went wrong."""
    assert runner.stdin is not None
    assert runner.stdout is not None
    runner.stdin.write(f"{path}\tthread\t{SECONDS}\n")
    runner.stdin.flush()
    report = json.loads(runner.stdout.readline())
    if "died" in report:
        return str(report["died"])
    if not report["alive"]:
        return "the host no longer compiles"
    if report["out"] > 10_000_000:
        return f"printed {report['out']} characters"
    if report["peak"] > MOST_MEMORY:
        return f"held {report['peak']} MiB"
    return "bounded"


KNOWN = [path for path in FILES if path.stem not in UNBOUNDED]


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_an_abuse_is_bounded(runner: subprocess.Popen[str], path: Path) -> None:
    """All of the corpus but the few that only a locked process can bound."""
    assert outcome(runner, path) == "bounded"


def test_what_dies_is_told(runner: subprocess.Popen[str], tmp_path: Path) -> None:
    """Not taken for bounded, and the next one runs all the same."""
    path = tmp_path / "none.py2"
    assert outcome(runner, path).startswith("died with")
    path.write_text("print 1")
    assert outcome(runner, path) == "bounded"


def test_the_corpus_of_abuses_is_large() -> None:
    """What is left out is a small part of it."""
    assert len(FILES) >= 99
    assert len(KNOWN) >= 0.95 * len(FILES)
