"""Heirs of every class that a script may extend, asked by the interpreter in the middle of C."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from threading import get_ident
from typing import Any

import pytest

from sandbox import Environment, Policy, Run, Sandbox
from sandbox.lookups import ASKING

ROOT = Path(__file__).parents[1] / "fixtures" / "heirs"
FEWEST = {"texts": 200, "values": 60, "keys": 200, "pairs": 200, "made_again": 200}


def _shown(value: Any) -> None:
    # A message that quotes it asks for its text, and so do a list, a slice and an error with it.
    asks: list[Callable[[], object]] = [
        lambda: repr(value),
        lambda: str(value),
        lambda: f"{value!r}",
        lambda: "%s %r" % (value, value),  # noqa: UP031 - another way through C
        lambda: list.index([], value),
        lambda: list.index([], [value]),
        lambda: repr((slice(value, value), {1: value})),
        lambda: str(ValueError(value)),
        lambda: str(KeyError(value)),
        lambda: str(OSError(value, value, value)),
    ]
    for ask in asks:
        with contextlib.suppress(Exception):
            ask()


def _looked_for(key: Any, wanted: Any) -> None:
    {key: 1}.get(wanted)


def _compared(one: Any, other: Any) -> None:
    for items, wanted in (([one], other), ([other], one)):
        with contextlib.suppress(Exception):
            items.count(wanted)


def _found(table: Any, key: Any) -> None:
    (dict if isinstance(table, dict) else set).__contains__(table, key)


def _state(value: Any) -> Any:
    held = []
    if isinstance(value, dict):
        held.append([*dict.items(value)])
    elif isinstance(value, set):
        held.append(sorted(map(id, set.copy(value))))
    with contextlib.suppress(AttributeError):
        names = object.__getattribute__(value, "__dict__")
        held.append([(name, id(one)) for name, one in dict.items(names)])
    return held, sys.getsizeof(value) if isinstance(value, dict | set) else 0


def noted(name: str, policy: Policy) -> tuple[dict[str, list[str]], int]:
    """What hooks of heirs said that they should not have been asked, by the heir."""
    source = "".join((ROOT / f"{part}.py2").read_text() for part in ("bases", name))
    sandbox = Sandbox(policy)
    result = sandbox.compile(source)
    assert result.script is not None, result.errors
    cases: list[str] = []
    found: dict[str, list[str]] = {}
    searching = name in ("keys", "pairs")

    def note(what: str) -> None:
        if not (searching and get_ident() in ASKING):
            found.setdefault(cases[-1], []).append(what)

    environment = Environment(policy)
    names = {
        "case": cases.append,
        "note": note,
        "natively_shown": _shown,
        "natively_looked_for": _looked_for,
        "natively_compared": _compared,
        "natively_found": _found,
        "native_state": _state,
    }
    with Run(environment=environment):
        environment.execute(
            result.script, environment.namespace(script=result.script, names=names)
        )
    return found, len({case.partition(".")[0] for case in cases})


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FEWEST)
def test_nothing_of_an_heir_runs_in_the_middle_of_c(name: str) -> None:
    """Not for its text; in a search what would move a table is refused; no other set-up either."""
    found, cases = noted(name, Policy())
    assert found == {}
    assert cases >= FEWEST[name]
