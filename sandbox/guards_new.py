"""``__new__`` of scripts' classes: what it gives is set up by the interpreter itself.

It calls the ``__init__`` of a base, C's or the library's, on whatever came, which may be an object
that there was before: one whose table is being searched, or an error whose parts are being shown.
"""

from __future__ import annotations

import sys
import types
from typing import Any, Final

from sandbox.dialect.meaning.classes import is_added
from sandbox.guards_errors import keep_fields
from sandbox.lookups import ASKING, bound, change, change_attribute
from sandbox.unbound import from_host

_type_dict = type.__dict__["__dict__"].__get__
_type_mro = type.__dict__["__mro__"].__get__

# The variable, and the call that counts.
_FRESH: Final = 2


def give_maker(inside: dict[str, Any]) -> None:
    """Put ours into the names of a class that has a ``__new__`` of the script's."""
    hook = inside.get("__new__")
    if hook is not None and not is_added(hook):
        inside["__new__"] = _made_by(hook)


def _made_by(hook: Any) -> Any:
    if type(hook) is staticmethod:
        # Only the interpreter's own: a script's is asked as it wants to be.
        hook = hook.__func__
    plain = type(hook) is types.FunctionType

    def __new__(cls: Any, *args: Any, **keywords: Any) -> Any:
        made = (hook if plain else bound(hook, None, cls))(cls, *args, **keywords)
        kind = type(made)
        failing = issubclass(kind, BaseException)
        if (ASKING or failing) and _is_set_up_by_host(kind):
            held = sys.getrefcount(made) > _FRESH
            if held and failing:
                keep_fields(made)
            if ASKING:
                if held:
                    change(made)
                change_attribute(made, "")
        return made

    return __new__


def _is_set_up_by_host(kind: type) -> bool:
    """Whether the first ``__init__`` of a class is neither a script's nor one that does nothing."""
    for cls in _type_mro(kind):
        held = _type_dict(cls).get("__init__")
        if held is not None:
            # What a script has there, and is no function, asks the guards itself.
            return cls is not object and (
                type(held) in _NATIVE or (type(held) is types.FunctionType and from_host(held))
            )
    return False


_NATIVE: Final = frozenset({types.WrapperDescriptorType, types.MethodDescriptorType})


_MADE: Final = next(c for c in _made_by.__code__.co_consts if type(c) is types.CodeType)


def maker_of(function: Any) -> Any:
    """The script's own behind such a function; None for any other."""
    if type(function) is staticmethod:
        function = function.__func__
    if type(function) is not types.FunctionType or function.__code__ is not _MADE:
        return None
    hook: Any = dict(zip(_MADE.co_freevars, function.__closure__ or (), strict=True))["hook"]
    return hook.cell_contents
