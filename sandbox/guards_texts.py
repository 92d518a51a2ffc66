"""``__repr__`` and ``__str__`` that scripts read by name.

The interpreter's own do not hold the parts of what they show while they ask a script's object for
its text, which may take them away. What scripts get for those are functions of ours.
"""

from __future__ import annotations

import types
from typing import Any

from sandbox.dialect.meaning.attributes import BoundMethod
from sandbox.dialect.meaning.text import slot_repr, slot_str
from sandbox.dialect.meaning.typenames import METHOD_DESCRIPTOR, VISIBLE_TYPES
from sandbox.given_texts import slot_behind
from sandbox.guards_owners import by_owner
from sandbox.limits_hooks import Asked, Interruptible, Shown
from sandbox.limits_methods import SizedMethod

VISIBLE_TYPES[SizedMethod] = METHOD_DESCRIPTOR
_SLOTS = {"__repr__": slot_repr, "__str__": slot_str}
# One for each of the interpreter's own: scripts compare them by identity.
_UNBOUND: dict[types.WrapperDescriptorType, SizedMethod] = {}


def text_method(owner: Any, name: str) -> Any:
    """``owner.__repr__`` or ``owner.__str__``."""
    found = by_owner(owner, name)
    kind = type(found)
    if kind is types.MethodType and type(found.__self__) is Asked:
        slot = slot_behind(found.__self__.held)
        if slot is not None:
            return BoundMethod(name, types.MethodType(_called, slot), found.__self__.instance)
        return found.__self__.hook
    slot = slot_behind(found)
    if slot is not None:
        found, kind = slot, types.WrapperDescriptorType
    if kind is types.MethodType and type(found.__self__) is Shown:
        return Interruptible.__get__(found.__self__, None, owner)
    if kind is types.MethodWrapperType and found.__name__ in _SLOTS:
        slot = vars(found.__objclass__)[found.__name__]
        return BoundMethod(name, types.MethodType(_called, slot), found.__self__)
    if kind is types.WrapperDescriptorType and found.__name__ in _SLOTS:
        made = _UNBOUND.get(found)
        if made is None:
            made = SizedMethod(name, found, _called, found)
            made = _UNBOUND.setdefault(found, made)
        return made
    return found


def _called(slot: Any, *args: Any, **keywords: Any) -> Any:
    if keywords or len(args) != 1 or not issubclass(type(args[0]), slot.__objclass__):
        # Its own words for it.
        return slot(*args, **keywords)
    return _SLOTS[slot.__name__](slot, args[0])
