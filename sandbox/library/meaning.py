"""The dialect's own builtins and operators, for modules that hand them to scripts."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from sandbox.containers_shown import STANDING


def builtin(name: str, fallback: Any) -> Any:
    """The builtin of that name as scripts have it."""
    try:
        from sandbox.dialect.meaning import BUILTINS
    except ImportError:
        return fallback
    found = BUILTINS.get(name, fallback)
    if type(found) is type:
        return STANDING.get(found, found)
    # A plain function would take stores; its call wrapper refuses them.
    return found.__call__ if type(found) is types.FunctionType else found


def helper(name: str, fallback: Callable[..., Any]) -> Callable[..., Any]:
    """The dialect's operator of that name (``$lt``), or the plain one."""
    try:
        from sandbox.dialect.meaning import HELPERS
    except ImportError:
        return fallback
    found: Callable[..., Any] = HELPERS.get(name, fallback)
    return found
