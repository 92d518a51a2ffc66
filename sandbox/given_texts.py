"""``__repr__`` of scripts' sets, whose own text the interpreter makes by walking them.

It asks an heir's ``__iter__`` for that in the middle of its work. So their classes hold a function
of ours, which no script sees: what they read is the interpreter's, as in any class without one.
"""

from __future__ import annotations

import types
from typing import Any, Final

from sandbox.dialect.meaning.representation import slot_repr
from sandbox.iteration import heirs_of
from sandbox.limits_hooks import Shown

_type_dict = type.__dict__["__dict__"].__get__
_type_mro = type.__dict__["__mro__"].__get__


def _given(slot: types.WrapperDescriptorType) -> Shown:
    def __repr__(self: Any) -> Any:
        return slot_repr(slot, self)

    return Shown(__repr__)


_SLOTS: Final[dict[types.WrapperDescriptorType, Shown]] = {
    slot: _given(slot) for slot in (vars(cls)["__repr__"] for cls in (set, frozenset))
}
_BEHIND: Final = {each: slot for slot, given in _SLOTS.items() for each in (given, given.value)}


def slot_behind(value: Any) -> types.WrapperDescriptorType | None:
    """The interpreter's own where a class holds one of these, or gives it; None for others."""
    return _BEHIND.get(value) if type(value) in (Shown, types.FunctionType) else None


def give_text(cls: Any) -> None:
    """Have a script's class show by our code, if it says nothing else."""
    for each in _type_mro(cls):
        held = _type_dict(each).get("__repr__")
        if held is not None:
            # A slot of another class is not ours to hash.
            if type(held) is types.WrapperDescriptorType and held in _SLOTS:
                type.__setattr__(cls, "__repr__", _SLOTS[held])
            return


def give_text_below(cls: Any) -> None:
    """The same for a class that lost its own, or got one, and for all that extend it."""
    for one in heirs_of(cls):
        if slot_behind(_type_dict(one).get("__repr__")) is not None:
            type.__delattr__(one, "__repr__")
    for one in heirs_of(cls):
        give_text(one)
