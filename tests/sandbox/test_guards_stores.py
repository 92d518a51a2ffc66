"""What takes stores is a script's own, or says itself what may be set."""

import decimal
import functools
import threading

import pytest

from sandbox.guards import guarded_setattr


@pytest.mark.parametrize(
    ("owner", "name", "value"),
    [
        (functools.cmp_to_key(lambda one, two: 0)(1), "obj", 2),
        (decimal.Context(), "prec", 2),
        (decimal.Context(), "traps", []),
        (threading.local(), "name", 1),
    ],
    ids=["key of a sort", "precision", "traps", "locals"],
)
def test_classes_in_c_take_no_stores(owner: object, name: str, value: object) -> None:
    """An object that no script was meant to reach cannot be changed by one."""
    with pytest.raises(AttributeError, match="that a script may use"):
        guarded_setattr(owner, name, value)
