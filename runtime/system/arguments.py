"""Checks of what scripts pass to ``system`` functions: exact types, plain text out."""

from collections.abc import Sequence
from typing import Any, Final

from sandbox.dialect.meaning import bytestr, human_text, unicode

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


def text_list(value: Any, function: str, name: str) -> Sequence[str]:
    """An optional list of texts; None and an empty list are unset.

    Raises:
        TypeError: also for a single string, which would be taken letter by letter.
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
    return [text(item, function, f"{name}[{index}]") for index, item in enumerate(value)]


def seconds(value: Any, function: str, name: str, default: float) -> float:
    """An optional number of seconds; text that is a number is taken too, as Ignition does.

    Raises:
        TypeError, ValueError: for anything that is not a number above zero.
    """
    if value is None or value == "":
        return default
    if type(value) in _TEXT:
        value = float(plain_text(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{function}(): {name} must be a number of seconds")
    if not 0 < value < 1e9:
        raise ValueError(f"{function}(): {name} must be above zero, not {value}")
    return float(value)
