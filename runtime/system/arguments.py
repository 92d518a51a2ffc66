"""Checks of what scripts pass to ``system`` functions: exact types, plain text out."""

import math
from collections.abc import Sequence
from typing import Any, Final

from runtime.errors import BadArgument
from sandbox.dialect.meaning import bytestr, human_text, long, unicode

_TEXT: Final = frozenset({str, unicode, bytestr})
"""The kinds of text of the dialect; a script's own subclass of str is not taken."""


def is_text(value: object) -> bool:
    """Whether it is one of the dialect's kinds of text."""
    return type(value) in _TEXT


def plain_text(value: str) -> str:
    """Text of a script as the host keeps it: bytes that are UTF-8 become characters."""
    return human_text(value) if type(value) is bytestr else str.__str__(value)


def text(value: Any, function: str, name: str) -> str:
    """A required text argument.

    Raises:
        TypeError: for anything but non-empty text; it names function and argument.
    """
    found = optional_text(value, function, name)
    if not found:
        raise TypeError(f"{function}(): {name} is required and cannot be empty")
    return found


def optional_text(value: Any, function: str, name: str) -> str:
    """An optional text argument; None and an empty string both give an empty string."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if value is None:
        return ""
    if kind in _TEXT:
        return plain_text(value)
    raise TypeError(f"{function}(): {name} must be a string, not {kind.__name__}")


def text_list(value: Any, function: str, name: str, most: int) -> Sequence[str]:
    """An optional list of texts, at most so many; None and an empty list are unset.

    Raises:
        TypeError: also for a single string, which would be taken letter by letter.
        BadArgument: there are more.
    """
    if value is None:
        return ()
    if type(value) in _TEXT:
        raise TypeError(
            f"{function}(): {name} must be a list of strings, not a single string: "
            f"write {name}=[{str.__str__(value)!r}]"
        )
    if type(value) not in (list, tuple):
        raise TypeError(
            f"{function}(): {name} must be a list of strings, not {type(value).__name__}"
        )
    if len(value) > most:
        raise BadArgument(
            f"{function}(): {len(value)} {name}, and one call may have {most}: use several calls"
        )
    return [text(item, function, f"{name}[{index}]") for index, item in enumerate(value)]


_NUMBERS: Final = frozenset({int, float, long})

LONGEST: Final = 1e9
"""Seconds; what is to happen later than that never does."""


def exact_number(value: Any) -> float | None:
    """A number of the dialect as a float; None for anything else, a script's own kind included."""
    if type(value) not in _NUMBERS:
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


def seconds(value: Any, function: str, name: str, default: float) -> float:
    """An optional number of seconds; text that is a number is taken too, as Ignition does.

    Raises:
        TypeError, ValueError: for anything that is not a number above zero.
    """
    if value is None:
        return default
    if type(value) in _TEXT:
        shown = plain_text(value)
        if not shown:
            return default
        value = float(shown)
    found = exact_number(value)
    if found is None:
        raise TypeError(f"{function}(): {name} must be a number of seconds")
    if not 0 < found < LONGEST:
        raise ValueError(f"{function}(): {name} must be above zero, not {found:g}")
    return found
