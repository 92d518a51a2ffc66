"""Attacks by class: each is refused, blocked while it runs, or runs and is held; none wins."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from sandbox import Policy
from tests.sandbox.attack_host import Verdict, attack

ROOT = Path(__file__).parents[1] / "fixtures" / "attacks"
FILES = sorted(ROOT.glob("*/*.py2"))
TIERS = ("thread", "process")


@pytest.fixture(autouse=True)
def _only_what_the_attack_made() -> Iterator[None]:
    """What the tests hold need not be looked through at every collection."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_attack_does_not_win(path: Path, tier: str) -> None:
    """No attack reaches the secret, changes the host or runs code after its run."""
    verdict, detail = attack(path.read_text(), Policy(tier=tier))  # type: ignore[arg-type]

    assert verdict != "won", detail
    # A case the parser refuses proves nothing about the policy.
    assert not detail.startswith("syntax:"), detail


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_corpus_is_reported_by_outcome() -> None:
    """Refused, blocked and held are counted apart, and every class holds several cases."""
    counts = dict.fromkeys(get_args(Verdict), 0)
    by_class: dict[str, int] = {}
    for path in FILES:
        counts[attack(path.read_text())[0]] += 1
        by_class[path.parent.name] = by_class.get(path.parent.name, 0) + 1

    assert counts["won"] == 0
    assert counts["refused"] >= 50
    assert counts["blocked"] >= 150
    assert set(by_class) == {
        "attribute_walk",
        "dialect",
        "exceptions",
        "format",
        "frames",
        "getattr_and_types",
        "guard_shadowing",
        "late_execution",
        "memory",
        "modules",
        "poisoning",
        "source_tricks",
    }
    assert min(by_class.values()) >= 10
