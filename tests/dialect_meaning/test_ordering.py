"""Whatever orders a script's lists holds what is compared: the interpreter alone does not."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.dialect.meaning import ordering

ROUTES: dict[str, Callable[[list[Any]], Any]] = {
    "sorted": ordering.python2_sorted,
    "sort": ordering.sort_list,
    "max": ordering.python2_max,
    "min": ordering.python2_min,
    "key": lambda values: ordering.python2_sorted([0, 1, 2], key=values.__getitem__),
}


class Asked:
    """An item that notes which function compares it."""

    def __init__(self, callers: set[str]) -> None:
        self.callers = callers

    def __eq__(self, other: object) -> bool:
        return False

    def __lt__(self, other: object) -> bool:
        self.callers.add(sys._getframe(1).f_code.co_name)
        return False

    __gt__ = __lt__
    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("route", ROUTES)
def test_rows_that_are_filled_meanwhile_are_held(route: str) -> None:
    """Lists of numbers get objects while they are sorted."""
    callers: set[str] = set()
    rows: list[list[Any]] = [[1], [1]]

    class Fills:
        def __lt__(self, other: object) -> bool:
            for row in rows:
                row[:] = [Asked(callers)]
            return True

        __gt__ = __lt__

    ROUTES[route]([Fills(), *rows])

    assert callers <= {"compared"}


@pytest.mark.parametrize("route", ROUTES)
def test_an_heir_that_iterates_otherwise_is_held(route: str) -> None:
    """What a list's heir says that it holds decides nothing."""
    callers: set[str] = set()

    class Heir(list[Any]):
        def __iter__(self) -> Any:
            return iter((1, 2))

    ROUTES[route](Heir([[[Asked(callers)]] for _ in range(3)]))

    assert callers <= {"compared"}


def test_rows_keep_their_order() -> None:
    """Rows of plain values are ordered as lists are, equal ones as they came."""
    rows = [[2, "a"], [1, "b"], [1], [2, "a"]]

    assert ordering.python2_sorted(rows) == sorted(rows)
    assert [id(row) for row in ordering.python2_sorted(rows, reverse=True)] == [
        id(row) for row in sorted(rows, reverse=True)
    ]
    assert ordering.python2_max(rows) is rows[0]


def test_a_list_that_changes_while_it_is_sorted_is_told() -> None:
    """As the interpreter's own sort tells it."""
    values: list[Any] = []

    class Grows:
        def __lt__(self, other: object) -> bool:
            values.append(1)
            return False

    values += [Grows(), Grows()]
    with pytest.raises(ValueError, match="list modified during sort"):
        ordering.sort_list(values)
