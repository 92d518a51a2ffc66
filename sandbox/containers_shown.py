"""``dict``, ``list``, ``tuple``, ``set`` and ``frozenset`` as scripts see them.

The interpreter's own answer to brackets with an alias, which trusts what a script's object says of
the type variables that it has, and reads past the end of its arguments where that changes. Python 2
has no such thing. What stands in for them refuses brackets, and is them in all else: all that is
asked of it stays C code.
"""

from __future__ import annotations

from typing import Any, Final

from sandbox.dialect.meaning.kinds import Visible
from sandbox.limits_consuming import tuple_of


class Standing(Visible):
    """Metaclass of what stands in for a class that scripts cannot have."""

    def __getitem__(cls, _item: Any) -> Any:
        raise TypeError("'type' object is unsubscriptable")

    def __iter__(cls) -> Any:
        # Whatever has items is walked by them.
        raise TypeError("'type' object is not iterable")


def stand_in(real: Any, call: Any = None) -> Any:
    """A class that is called, tested against and shown as another.

    Args:
        real: the interpreter's own.
        call: what calling it does; makes an instance of ``real`` when None.
    """
    name = real.__name__
    meta: Any = type(
        "type",
        (Standing,),
        {
            "__call__": staticmethod(call or real),
            "__instancecheck__": real.__instancecheck__,
            "__subclasscheck__": real.__subclasscheck__,
        },
    )
    made = meta.__new__(meta, name, (real,), {"__slots__": (), "__doc__": real.__doc__})
    type.__setattr__(made, "__module__", "__builtin__")
    return made


STANDING: Final[dict[type, Any]] = {
    real: stand_in(real, tuple_of if real is tuple else None)
    for real in (dict, list, tuple, set, frozenset)
}
"""What scripts see of each."""


def real_class(cls: Any) -> Any:
    """The class that one of these stands for, any other as it is."""
    return type.__getattribute__(cls, "__base__") if issubclass(type(cls), Standing) else cls


__all__ = ["STANDING", "real_class", "stand_in"]
