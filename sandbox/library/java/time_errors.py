"""The errors of ``java.time``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.throwables import java_exception_class


def bad_time(words: str) -> Exception:
    """A ``DateTimeException``."""
    made: Any = java_exception_class("java.time.DateTimeException")(words)
    return made  # type: ignore[no-any-return]


def unparsed(text: str, at: int = 0) -> Exception:
    """A ``DateTimeParseException``."""
    made: Any = java_exception_class("java.time.format.DateTimeParseException")(
        f"Text '{text}' could not be parsed at index {at}"
    )
    return made  # type: ignore[no-any-return]
