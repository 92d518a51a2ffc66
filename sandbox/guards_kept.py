"""Names that a base of the host's keeps for itself in the instances of a script's class."""

from __future__ import annotations

import types
from typing import Any, Final

from sandbox.limits_hooks import Interruptible, asked_for

_type_dict = type.__dict__["__dict__"].__get__

# In the class's own dictionary, where no script's text can name it: a table of classes would ask
# them for their hash, which is a metaclass's to answer.
_KEPT: Final = "$kept"
_BARRED: Final = "$barred"
_NONE: Final[frozenset[str]] = frozenset()


# What a namedtuple shows although the names are private.
_SHARED: Final = frozenset({"_asdict", "_fields", "_make", "_replace"})


def private_names(cls: Any) -> frozenset[str]:
    """The private attributes that the host's code uses on instances of one of its classes."""
    held = _type_dict(cls)
    shared = _SHARED if "_fields" in held else ()
    return frozenset(
        name for name in held if name[:1] == "_" and name[-2:] != "__" and name not in shared
    ).union(held.get("_also_kept", ()))


def kept_names(cls: Any) -> frozenset[str]:
    """The names that instances of a script's class cannot have: a base of the host's uses them."""
    found: frozenset[str] = _type_dict(cls).get(_KEPT, _NONE)
    return found


def barred_names(cls: Any) -> frozenset[str]:
    """The names that a class cannot define, for its own instances or those of an heir."""
    found: frozenset[str] = _type_dict(cls).get(_BARRED, _NONE)
    return found


def keep(cls: Any, names: frozenset[str], instances: bool) -> None:
    """Keep names from a script's class, and from what it has to answer for missing ones.

    Args:
        cls: it, or an heir of it, extends a class of the host's.
        names: what that keeps.
        instances: its own instances have them.
    """
    held = _type_dict(cls)
    type.__setattr__(cls, _BARRED, held.get(_BARRED, _NONE) | names)
    if instances:
        type.__setattr__(cls, _KEPT, held.get(_KEPT, _NONE) | names)
    if "__getattr__" in held:
        type.__setattr__(cls, "__getattr__", withheld(held["__getattr__"]))


class Withheld(Interruptible):
    """Stands in a class for a script's ``__getattr__``, which is not asked for kept names.

    The interpreter asks it for every slot that was not set, and the host trusts what is in its
    slots.
    """

    __slots__ = ()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        hook = Interruptible.__get__(self, instance, owner)
        return hook if instance is None else types.MethodType(_answer, _Asked(hook, type(instance)))


class _Asked:
    """A bound ``__getattr__`` and the class of its instance."""

    __slots__ = ("hook", "kind")

    def __init__(self, hook: Any, kind: Any) -> None:
        self.hook = hook
        self.kind = kind


def _answer(asked: _Asked, name: Any) -> Any:
    if isinstance(name, str) and str.__str__(name) in kept_names(asked.kind):
        shown = type.__getattribute__(asked.kind, "__name__")
        raise AttributeError(
            f"'{name}' of a '{shown}' object is not set: call the __init__ of its base"
        )
    return asked.hook(name)


def shown_hook(value: Any) -> Any:
    """What a script gets where it reads ``__getattr__`` itself: its own method."""
    asked = value.__self__ if type(value) is types.MethodType else None
    return asked.hook if type(asked) is _Asked else value


def withheld(hook: Any) -> Any:
    """What a class with a base of the host's holds as its ``__getattr__``."""
    return hook if type(hook) is Withheld else Withheld(asked_for(hook))
