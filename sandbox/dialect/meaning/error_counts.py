"""The words of calls with the wrong number of arguments, as Jython's builtins have them."""

from __future__ import annotations

from typing import Any

from sandbox.dialect.meaning.error_frames import call_in, called_function, method_called
from sandbox.dialect.meaning.error_parts import args_of

# Fewest and most arguments; methods count the value they are called on.


def _table(*rows: tuple[str, int, int]) -> dict[str, tuple[int, int]]:
    return {name: (low, high) for names, low, high in rows for name in names.split()}


_COUNTS = _table(
    ("bin callable chr hex oct intern repr reversed unichr abs len ord hash id", 1, 1),
    ("cmp coerce divmod filter hasattr isinstance issubclass delattr", 2, 2),
    ("getattr pow reduce", 2, 3),
    ("iter next sum super", 1, 2),
    ("apply range xrange", 1, 3),
    ("setattr", 3, 3),
)
_METHODS = _table(
    ("center ljust rjust get setdefault fromkeys", 2, 3),
    ("startswith endswith find rfind index rindex count", 2, 4),
    ("join partition rpartition zfill has_key add discard", 2, 2),
    ("remove issubset issuperset append extend", 2, 2),
    ("strip lstrip rstrip expandtabs splitlines", 1, 2),
    ("split rsplit translate encode decode", 1, 3),
    ("reverse clear copy items keys values iteritems iterkeys itervalues popitem", 1, 1),
    ("upper lower title capitalize swapcase", 1, 1),
    ("isalpha isdigit isalnum islower isupper isspace istitle", 1, 1),
    ("replace", 3, 4),
    ("insert", 3, 3),
)
_TYPES = frozenset({"bool", "dict", "float", "frozenset", "list", "str", "tuple", "vars", "dir"})
_OWN_NAMES = {
    "compare": "cmp",
    "coerce_numbers": "coerce",
    "pow_function": "pow",
    "consume": "sum",
}


def _words(name: str, low: int, high: int, given: int) -> str:
    if low != high:
        return f"{name}() takes {low}-{high} arguments ({given} given)"
    count = "exactly one argument" if low == 1 else f"{low} arguments"
    return f"{name}() takes {count} ({given} given)"


def builtin_name(label: str) -> str:
    """What a script calls the host function of this name."""
    name = label.rpartition(".")[2]
    for prefix in ("python2_", "guarded_", "bounded_"):
        name = name.removeprefix(prefix)
    return _OWN_NAMES.get(name, name)


def wrong_count(error: BaseException, label: str, given: int | None) -> str | None:
    """Jython's words for a builtin or a method of a builtin type, None for other functions.

    Args:
        label: as the host's message names the function.
        given: as the host's message counts, None where it does not.
    """
    name = builtin_name(label)
    method = method_called(error)
    if method is not None and (name in _METHODS or name in ("pad", "__call__", "pop")):
        name = method
    if called_function(error, label) is not None:
        return None
    counted = call_in(error)
    if counted is not None:
        given = counted
    if given is None:
        return None
    if method is not None or "." in label:
        if name == "pop":
            return _pop(error, label, given)
        if name == "update" and given > 1:
            return f"update() takes at most 1 arguments ({given} given)"
        bounds = _METHODS.get(name)
        if name == "count" and label.startswith(("list", "tuple")):
            bounds = (2, 2)
    elif name in _TYPES:
        return f"{name}() takes at most 1 arguments ({given} given)" if given > 1 else None
    elif name == "round":
        return "round: The 1st argument is required" if not given else None
    elif name == "map" and given < 2:
        return f"map() requires at least 2 arguments ({given}) given"
    else:
        bounds = _COUNTS.get(name) or _METHODS.get(name)
    return None if bounds is None else _words(name, *bounds, given)


def _pop(error: BaseException, label: str, given: int) -> str | None:
    text: Any = args_of(error)[0]
    if label.startswith("set"):
        return _words("pop", 1, 1, given)
    if "at most 1" in text:
        return _words("pop", 1, 2, given)
    return _words("pop", 2, 3, given)
