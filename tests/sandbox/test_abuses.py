"""Abuses of the thread tier: each ends by itself or at its deadline, and the host still answers."""

from __future__ import annotations

import json
import subprocess
import sys
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


def outcome(path: Path) -> str:
    """``bounded``, or what went wrong."""
    command = [sys.executable, str(HERE / "abuse_child.py"), str(path), "thread", str(SECONDS)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=12,
            cwd=HERE.parents[1],
            env={"PYTHONPATH": str(HERE.parents[1]), "PATH": ""},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "hung"
    if done.returncode != 0 or not done.stdout.strip():
        return f"died with {done.returncode}: {done.stderr[-200:]}"
    report = json.loads(done.stdout.splitlines()[-1])
    if not report["alive"]:
        return "the host no longer compiles"
    if report["out"] > 10_000_000:
        return f"printed {report['out']} characters"
    if report["took"] > 20:
        return f"took {report['took']:.1f} s"
    if report["peak"] > MOST_MEMORY:
        return f"held {report['peak']} MiB"
    return "bounded"


KNOWN = [path for path in FILES if path.stem not in UNBOUNDED]


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_an_abuse_is_bounded(path: Path) -> None:
    """All of the corpus but the few that only a locked process can bound."""
    assert outcome(path) == "bounded"


def test_the_corpus_of_abuses_is_large() -> None:
    """What is left out is a small part of it."""
    assert len(FILES) >= 99
    assert len(KNOWN) >= 0.95 * len(FILES)
