"""What the interpreter keeps of an error in C, which it does not hold while it works with it.

A text of an error asks the objects that it is made of, and one of them may put others in their
place: what there was stays until the run has ended.
"""

from __future__ import annotations

import builtins
import types
from typing import Any, Final

from sandbox.dialect.meaning.kinds import bytestr, long, unicode
from sandbox.limits import outlive

_type_dict = type.__dict__["__dict__"].__get__
_type_mro = type.__dict__["__mro__"].__get__
_FIELDS = frozenset({types.MemberDescriptorType, types.GetSetDescriptorType})
# They refer to nothing, and nobody is asked for their text.
_PLAIN = frozenset({type(None), bool, int, long, float, str, unicode, bytestr, bytes})
_NONE: Final[dict[str, Any]] = {}


def _fields(cls: Any) -> dict[str, Any]:
    return {
        name: held
        for name, held in _type_dict(cls).items()
        if type(held) in _FIELDS and name[:2] != "__"
    }


# Of the interpreter's own classes; all others hold what they have in a dictionary or in slots.
_OWN: Final = {
    cls: _fields(cls)
    for cls in vars(builtins).values()
    if isinstance(cls, type) and issubclass(cls, BaseException)
}


_ALL: Final = frozenset(held for fields in _OWN.values() for held in fields.values())


def has_more(cls: Any) -> bool:
    """Whether a class of errors has more than their arguments in C."""
    return any(_OWN.get(base) for base in _type_mro(cls) if base is not BaseException)


def keep_field(error: Any, name: str) -> None:
    """Keep what an error has under a name, which is about to be replaced."""
    for cls in _type_mro(type(error)):
        # A class of a script's may hold a field of the interpreter's under a name of its own.
        held = _type_dict(cls).get(name)
        if type(held) in _FIELDS and held in _ALL:
            _keep(held, error)


def keep_fields(error: Any) -> None:
    """Keep all that an error has, which is about to be set up again."""
    for cls in _type_mro(type(error)):
        for held in _OWN.get(cls, _NONE).values():
            _keep(held, error)


def _keep(held: Any, error: Any) -> None:
    try:
        value = held.__get__(error, type(error))
    except AttributeError:
        return
    kind = type(value)
    if kind in _PLAIN or (kind is tuple and all(type(one) in _PLAIN for one in value)):
        return
    outlive(value)


def set_up_again(real: Any, *args: Any, **keywords: Any) -> Any:
    """``error.__init__``.

    Args:
        real: the interpreter's own, bound.
    """
    keep_fields(real.__self__)
    return real(*args, **keywords)
