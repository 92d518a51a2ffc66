"""What is concluded about names of a function costs no more than reading it, however they feed."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from sandbox.dialect import lower, parse

MANY = 8_000


def _each(line: str, count: int) -> str:
    return "".join(line.format(i=i, next=i + 1, last=i - 1) for i in range(count))


SHAPES: dict[str, Callable[[int], str]] = {
    "plain": lambda n: _each("    x{i} = 1\n", n),
    "summed": lambda n: _each("    x{i} = 0\n    x{i} += 1\n", n),
    "fed by the last": lambda n: _each("    x{i} = x{last} + 1\n", n),
    "fed by the next": lambda n: _each("    x{i} = x{next} + 1\n", n),
    "guessed on a guess": lambda n: _each("    x{i} = 0\n    x{i} += x{next}\n", n)
    + f"    x{n} = 0.5\n",
    "fed twice": lambda n: _each("    x{i} = x{next} + x{next}\n    x{i} = 0\n", n),
}


def _seconds(body: str) -> float:
    tree = parse(f"def f(y):\n{body}    return x0 % 2 < y\n")
    began = time.thread_time()
    lower(tree)
    return time.thread_time() - began


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_linear(shape: str) -> None:
    """Eight times the names take about eight times as long, not sixty-four, nor for ever."""
    make = SHAPES[shape]
    small = min(_seconds(make(MANY // 8)) for _ in range(2))
    # What is left to be looked at again is a number of times for each name.
    assert _seconds(make(MANY)) < 40 * small + 0.6
